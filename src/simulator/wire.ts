// Puts what the office shows onto the socket: a whole answer, half of one, or none.
import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { ANSWER_TYPE } from './codec.js'
import type { Shown } from './office.js'

/** Neither `name=value` nor whole lines: what a proxy or a broken server may send in the middle of a night. */
const GARBAGE = Buffer.concat([
  Buffer.from('<html><body>502 Proxy Error</body></html>\n', 'ascii'),
  Buffer.from([0x00, 0xff, 0x81, 0x0a]),
])

const SWITCH: Readonly<Record<number, string>> = { 101: 'Upgrade: websocket\r\nConnection: Upgrade\r\n' }

const LOCATION = '/elsewhere'

/**
 * @param raw the TCP socket under TLS, which alone can be reset
 */
export function show(shown: Shown, response: ServerResponse, raw: Socket | undefined): void {
  const { shows, body } = shown
  if (shows.startsWith('status:')) return showStatus(Number(shows.slice('status:'.length)), response)
  switch (shows) {
    case 'silence':
      // The client gives up in its own time; the connection stays.
      return
    case 'reset':
      return void (raw ?? response.socket)?.resetAndDestroy()
    case 'half':
      return showHalf(body, response)
    case 'garbage':
      return send(200, GARBAGE, response)
    default:
      return send(200, body, response)
  }
}

function send(status: number, body: Buffer, response: ServerResponse, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'Content-Type': ANSWER_TYPE, 'Content-Length': body.length, ...headers })
  response.end(body)
}

function showStatus(status: number, response: ServerResponse): void {
  // Nothing follows it: after 101 the two are meant to speak something else, after any other 1xx to wait.
  if (status < 200) return void response.socket?.write(`HTTP/1.1 ${status} Interim\r\n${SWITCH[status] ?? ''}\r\n`)
  const redirects = status >= 300 && status < 400
  const body = Buffer.from(`<html><body>${status}</body></html>\n`, 'ascii')
  send(status, body, response, redirects ? { Location: LOCATION } : {})
}

/** Promises the whole length, sends half of it and hangs up properly. */
function showHalf(body: Buffer, response: ServerResponse): void {
  response.writeHead(200, { 'Content-Type': ANSWER_TYPE, 'Content-Length': body.length })
  response.write(body.subarray(0, Math.floor(body.length / 2)), () => response.socket?.end())
}

export function sendJson(response: ServerResponse, status: number, json: unknown): void {
  const body = Buffer.from(`${JSON.stringify(json)}\n`, 'utf8')
  response.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8', 'Content-Length': body.length })
  response.end(body)
}

export function sendPage(response: ServerResponse, status: number): void {
  showStatus(status, response)
}
