// Tests the webhook and the ping: however the address behaves instead of answering, the night continues.
import { createServer as createHttpServer } from 'node:http'
import { createServer, type Server, type Socket } from 'node:net'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { isWaiting, type Timer } from '../../src/deadline.js'
import { bodyOf, notify } from '../../src/notify/notify.js'

const open: (Server | Socket)[] = []
afterEach(() => {
  for (const one of open.splice(0))
    if ('destroy' in one) one.destroy()
    else one.close()
})

/** @param answer once the head of the request is there */
async function listener(answer: (socket: Socket) => void) {
  const closed: Promise<unknown>[] = []
  const server = createServer((socket) => {
    open.push(socket)
    socket.on('error', () => undefined)
    closed.push(once(socket, 'close'))
    socket.once('data', () => answer(socket))
  })
  open.push(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, closed }
}

const SWITCH = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n'

it.each([
  ['a proper answer', 'HTTP/1.1 204 No\r\n\r\n', { told: true }],
  ['a no', 'HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n', { told: false, problem: 'HTTP 500' }],
  ['101', SWITCH, { told: false, problem: 'HTTP 101' }],
  ['103', 'HTTP/1.1 103 Early\r\n\r\n', { told: false, problem: 'HTTP 103' }],
])('%s', async (_name, bytes, result) => {
  const { url, closed } = await listener((socket) => void socket.write(bytes))
  expect(await notify(url, { json: { orders: 1 } })).toEqual(result)
  if (!result.told && bytes.startsWith('HTTP/1.1 1')) await Promise.all(closed)
  expect(isWaiting()).toBe(false)
})

it('101 with the connection closed', async () => {
  const { url } = await listener((socket) => void socket.end(SWITCH))
  expect(await notify(url, null)).toEqual({ told: false, problem: 'HTTP 101' })
})

it('silence is given up a second after the library should have, and the connection is closed', async () => {
  const limits: number[] = []
  let pass: () => void = () => undefined
  const timer: Timer = (ms, action) => {
    limits.push(ms)
    pass = action
    return () => undefined
  }
  const { url, closed } = await listener(() => pass())
  expect(await notify(url, null, timer)).toEqual({ told: false, problem: 'ETIMEDOUT' })
  await Promise.all(closed)
  expect([limits, isWaiting()]).toEqual([[6_000], false])
})

describe('the body', () => {
  const lines = ['成功 1件 <b> & "1円"', '要対応 0件', '夜間処理']
  const escaped = '成功 1件 &lt;b&gt; &amp; "1円"\n要対応 0件\n夜間処理'

  it.each([
    ['json', 'application/json', '{"exitCode":0}'],
    ['slack', 'application/json', JSON.stringify({ text: escaped })],
    ['text', 'text/plain; charset=utf-8', lines.join('\n')],
  ] as const)('as %s', async (format, type, body) => {
    const heard: string[] = []
    const server = createHttpServer((request, answer) => {
      void request.setEncoding('utf8').on('data', (part: string) => heard.push(part))
      request.on('end', () => {
        heard.unshift(request.headers['content-type'] ?? '')
        answer.end()
      })
    })
    open.push(server)
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`
    expect(await notify(url, bodyOf(format, { exitCode: 0 }, lines))).toEqual({ told: true })
    expect(heard).toEqual([type, body])
  })
})
