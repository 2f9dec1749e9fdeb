// Serves HTTPS on loopback, for Paygent's own PHP client (HTTP/1.0, one connection for each request) as well as for
// ours.
import { japanIso } from '../clock.js'
import { withDeadline } from '../deadline.js'
import { AppError } from '../errors.js'
import type { Clock } from '../ports.js'
import type { SimulatorCertificates } from './certificates.js'
import { ANSWER_TYPE } from './codec.js'
import { control, isControlPath } from './control.js'
import type { Ledger } from './ledger.js'
import type { AnswerSeen, Office, Shown } from './office.js'
import { type Arrived, TELEGRAM_PATHS } from './telegram.js'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer, type Server } from 'node:https'
import type { AddressInfo, Server as NetServer, Socket } from 'node:net'
import { setImmediate } from 'node:timers/promises'

// Writes the answer to the socket: whole, half, or not at all.
/**
 * Neither `name=value` nor whole lines: an answer that a proxy or a broken server may send in the middle of a night.
 */
const GARBAGE = Buffer.concat([
  Buffer.from('<html><body>502 Proxy Error</body></html>\n', 'ascii'),
  Buffer.from([0x00, 0xff, 0x81, 0x0a]),
])

const SWITCH: Readonly<Record<number, string>> = { 101: 'Upgrade: websocket\r\nConnection: Upgrade\r\n' }

const LOCATION = '/elsewhere'

/** @param raw the TCP socket under TLS, because only that socket can be reset */
export function show(shown: Shown, response: ServerResponse, raw: Socket | undefined): void {
  const { shows, body } = shown
  if (shows.startsWith('status:')) return showStatus(Number(shows.slice('status:'.length)), response)
  switch (shows) {
    case 'silence':
      // The client gives up after its own limit; the connection stays open.
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
  // Nothing follows it: after 101 both sides should change the protocol, and after any other 1xx the client should
  // wait.
  if (status < 200) return void response.socket?.write(`HTTP/1.1 ${status} Interim\r\n${SWITCH[status] ?? ''}\r\n`)
  const redirects = status >= 300 && status < 400
  const body = Buffer.from(`<html><body>${status}</body></html>\n`, 'ascii')
  send(status, body, response, redirects ? { Location: LOCATION } : {})
}

/** Announces the whole length, sends half of it and closes the connection properly. */
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

export interface ServerSetup {
  readonly ledger: Ledger
  readonly office: Office
  readonly certificates: SimulatorCertificates
  readonly clock: Clock
  readonly latencyMs: number
  readonly version: string | null
  readonly onTelegram: ((telegram: AnsweredTelegram) => void) | null
}

/** A telegram at the moment at which it was carried out. */
export interface AnsweredTelegram extends Arrived, AnswerSeen {
  readonly seq: number
  /** ISO, on the simulator's clock. */
  readonly at: string
}

export interface RunningServer {
  readonly port: number
  /** Answers from now on. Until then no client gets beyond the TLS handshake. */
  serve(setup: ServerSetup): void
  /** Ends every connection, whether kept alive or not. */
  close(): Promise<void>
}

export const LOOPBACK = '127.0.0.1'
const CLOSE_MS = 5_000
const PATHS: readonly string[] = Object.values(TELEGRAM_PATHS)
/** More than any telegram may have, so that a telegram that is too long still gets its answer. */
const MAX_BODY_BYTES = 1024 * 1024

/**
 * Takes the port, which needs neither certificates nor a ledger: where it is taken, nothing has to be made.
 * @param port 0 takes any free port
 * @param host an address of this machine, or a name of one
 * @throws AppError `port-in-use`, `bad-value` for a host that is none of this machine
 */
export async function startServer(port: number, host = LOOPBACK): Promise<RunningServer> {
  const closing = new AbortController()
  const sockets = new Map<number, Socket>()
  const server = tlsServer()
  server.on('connection', (raw: Socket) => keep(sockets, raw))
  await listening(server, port, host, '--port')
  const begin = (setup: ServerSetup): void => {
    const handle = (request: IncomingMessage, response: ServerResponse): void => {
      const raw = sockets.get(request.socket.remotePort ?? 0)
      serve(setup, request, response, raw, closing.signal).catch(() => breakOff(response))
    }
    server.on('request', handle)
    // Paygent never sends `100 Continue`; it simply waits for the body.
    server.on('checkContinue', handle)
    const { serverCert, serverKey, ca } = setup.certificates
    server.setSecureContext({ cert: serverCert, key: serverKey, ca, minVersion: MIN_VERSION })
  }
  return {
    port: (server.address() as AddressInfo).port,
    serve: begin,
    close: () => closeAll(server, sockets, closing),
  }
}

const MIN_VERSION = 'TLSv1.2'

const tlsServer = (): Server =>
  createServer({
    requestCert: true,
    rejectUnauthorized: true,
    minVersion: MIN_VERSION,
    ALPNProtocols: ['http/1.1', 'http/1.0'],
    keepAliveTimeout: 60_000,
    noDelay: true,
  })

/** Only the TCP socket can be reset, and Node hides it under the TLS socket; the port identifies the pair. */
function keep(sockets: Map<number, Socket>, raw: Socket): void {
  const port = raw.remotePort ?? 0
  sockets.set(port, raw)
  raw.on('close', () => {
    if (sockets.get(port) === raw) sockets.delete(port)
  })
  raw.on('error', () => raw.destroy())
}

const NOT_HERE: readonly (string | undefined)[] = ['EADDRNOTAVAIL', 'ENOTFOUND', 'EAI_AGAIN', 'EINVAL']

/** @param option of the port, for the fault that names it */
export const listening = (server: NetServer, port: number, host: string, option: string): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const { code } = error
      if (code === 'EADDRINUSE' || code === 'EACCES') return reject(new AppError('port-in-use', { port, option }))
      const expected = 'an address of this machine'
      reject(NOT_HERE.includes(code) ? new AppError('bad-value', { name: '--host', value: host, expected }) : error)
    })
    server.listen(port, host, resolve)
  })

function closeAll(server: Server, sockets: Map<number, Socket>, closing: AbortController): Promise<void> {
  closing.abort()
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  for (const raw of sockets.values()) raw.destroy()
  return withDeadline(CLOSE_MS, closed, () => server.closeAllConnections()).catch(() => undefined)
}

/** Answers a fault of the simulator itself with an answer that the client cannot understand. */
function breakOff(response: ServerResponse): void {
  if (response.headersSent) response.destroy()
  else sendPage(response, 500)
}

async function serve(
  setup: ServerSetup,
  request: IncomingMessage,
  response: ServerResponse,
  raw: Socket | undefined,
  closing: AbortSignal,
): Promise<void> {
  const path = (request.url ?? '').split('?')[0] ?? ''
  const method = request.method ?? ''
  const known = PATHS.includes(path)
  if (!known && !isControlPath(path)) return sendPage(response, 404)
  if (known && method !== 'POST') return sendPage(response, 405)
  const body = await bodyOf(request, MAX_BODY_BYTES)
  if (body === null) return sendPage(response, 413)
  if (known) return serveTelegram(setup, path, body, response, raw, closing)
  const answer = control(setup.ledger, setup.office, method, path, body.toString('utf8'), setup.version)
  sendJson(response, answer.status, answer.json)
}

/** Returns null for a body that is longer, which is read to its end all the same: the client gets its answer. */
export async function bodyOf(request: IncomingMessage, mostBytes: number): Promise<Buffer | null> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes <= mostBytes) chunks.push(chunk)
  }
  return bytes > mostBytes ? null : Buffer.concat(chunks)
}

/**
 * Half of the latency passes before the ledger moves and half after it, so that a client that is killed meanwhile
 * meets both cases. The request counts as in flight until its answer begins, or until the client has gone.
 */
async function serveTelegram(
  { office, clock, latencyMs, onTelegram }: ServerSetup,
  path: string,
  body: Buffer,
  response: ServerResponse,
  raw: Socket | undefined,
  closing: AbortSignal,
): Promise<void> {
  const arrival = office.arrive(path, body)
  let handling = true
  const finish = (): void => {
    if (handling && !closing.aborted) office.finish(arrival)
    handling = false
  }
  // Nothing waits for this handler, so a full disk must not end the command; `close` finishes the remaining requests.
  response.once('close', () => {
    try {
      finish()
    } catch {
      handling = false
    }
  })
  // Even without latency, requests that have arrived by now are counted before this one is answered.
  await (latencyMs > 0 ? clock.sleep(latencyMs / 2, closing) : setImmediate())
  if (closing.aborted) return
  const shown = office.handle(arrival)
  onTelegram?.({ seq: arrival.seq, at: japanIso(office.nowMs()), ...arrival.arrived, ...shown.seen })
  const afterMs = latencyMs / 2 + shown.delayMs
  if (afterMs > 0) await clock.sleep(afterMs, closing)
  if (closing.aborted || response.destroyed) return
  if (shown.shows !== 'silence') finish()
  show(shown, response, raw)
}
