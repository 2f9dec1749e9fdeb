// Tests every behaviour of the other side that is not an answer: each ends by a deadline of ours, and leaves nothing
// open.
import { describe, expect, it } from 'vitest'
import type { Socket } from 'node:net'
import { isWaiting, type Timer } from '../../src/deadline.js'
import { useBench } from './bench.js'
import { ACCEPTED, SALE } from './settings.js'
import { httpAnswer, serveTcp, type Received } from './wire-server.js'

const { keep, watched, server, gateway } = useBench()

/** A promise with its resolver; our types do not know `Promise.withResolvers`. */
function later<Value>() {
  let resolve: (value: Value) => void = () => undefined
  const promise = new Promise<Value>((done) => (resolve = done))
  return { promise, resolve }
}

const KEY = { paymentId: '123', tradingId: '852' }

/** Sends one byte of the answer after another, and never the last. */
function drip(socket: { write(bytes: Buffer): unknown; destroyed: boolean }, head: string, byte: string): void {
  socket.write(Buffer.from(head))
  const more = (): void => {
    if (socket.destroyed) return
    socket.write(Buffer.from(byte))
    setTimeout(more, 5)
  }
  more()
}

const SWITCH = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n'

const INTERIM: readonly (readonly [string, string, (received: Received) => void])[] = [
  ['101', '101', ({ socket }) => void socket.write(SWITCH)],
  ['101, closed after it', '101', ({ socket }) => void socket.end(SWITCH)],
  [
    '101 with an answer behind it',
    '101',
    ({ socket }) => void socket.write(`${SWITCH}${httpAnswer(ACCEPTED).toString()}`),
  ],
  ['101 without a word on what to', '101', ({ socket }) => void socket.write('HTTP/1.1 101 X\r\n\r\n')],
  ['100', '100', ({ socket }) => void socket.write('HTTP/1.1 100 Continue\r\n\r\n')],
  ['102', '102', ({ socket }) => void socket.write('HTTP/1.1 102 Processing\r\n\r\n')],
  [
    '103 and then a proper answer',
    '103',
    ({ socket }) => void socket.write(`HTTP/1.1 103 Early Hints\r\n\r\n${httpAnswer(ACCEPTED).toString()}`),
  ],
  ['102 without an end', '102', ({ socket }) => drip(socket, '', 'HTTP/1.1 102 Processing\r\n\r\n')],
]

describe('an answer that never becomes one', () => {
  it.each(INTERIM)('%s leaves a sale unclear, and the connection is closed', async (_name, status, answer) => {
    const closed = later<void>()
    const { endpoint, requests } = await server((received) => {
      received.socket.once('close', () => closed.resolve())
      answer(received)
    })
    const got = await watched(gateway(endpoint).send(SALE))
    expect(got).toMatchObject({ type: 'unclear', fault: { kind: 'answer', code: `http-status-${status}` } })
    await closed.promise
    expect([requests.length, isWaiting()]).toEqual([1, false])
  })

  it('101 to an inquiry and to a notice is silence', async () => {
    const { endpoint, requests } = await server(({ socket }) => socket.write(SWITCH))
    const paygent = gateway(endpoint)
    const silent = { type: 'silent', fault: { kind: 'answer', code: 'http-status-101' } }
    expect(await watched(paygent.inquire(KEY))).toMatchObject(silent)
    expect(await watched(paygent.notice('7'))).toMatchObject(silent)
    expect(requests.length).toBe(2)
  })
})

describe('an answer that never ends', () => {
  it.each([
    ['in its head', 'HTTP/1.1 200 OK\r\nX-Slow: ', 'x'],
    ['in its status line', 'HTTP/1.1 200 O', 'K'],
    ['in its body', 'HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n', 'x'],
    ['in its chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n', '1\r\nx\r\n'],
  ])('%s, a byte at a time, leaves a sale unclear', async (_name, head, byte) => {
    const { endpoint } = await server(({ socket }) => drip(socket, head, byte))
    const got = await watched(gateway(endpoint, { timeoutMs: 500 }).send(SALE))
    expect(got).toMatchObject({ type: 'unclear', fault: { kind: 'timeout', code: 'ETIMEDOUT' } })
    expect(isWaiting()).toBe(false)
  })
})

describe('a connection that is never made', () => {
  it('a handshake that begins and never ends proves that nothing was sent', async () => {
    // The head of a handshake record that announces more than ever comes.
    const { endpoint } = keep(
      await serveTcp((socket) => socket.once('data', () => drip(socket, '\u0016\u0003\u0003\u0040\u0000', '\u0002'))),
    )
    const got = await watched(gateway(endpoint, { timeoutMs: 500 }).send(SALE))
    expect(got).toMatchObject({ type: 'unsent', fault: { phase: 'secure' } })
  })

  it.each([
    ['says nothing', 'ETIMEDOUT', () => undefined],
    ['answers a byte at a time', 'ETIMEDOUT', (socket: Socket) => drip(socket, 'HTTP/1.1 200 ', 'x')],
    ['sends 102 for ever', 'proxy-102', (socket: Socket) => drip(socket, '', 'HTTP/1.1 102 Processing\r\n\r\n')],
  ])('a proxy that %s proves that nothing was sent', async (_name, code, answer) => {
    const closed = later<void>()
    const { port } = keep(
      await serveTcp((socket) => {
        socket.once('close', () => closed.resolve())
        socket.once('data', () => answer(socket))
      }),
    )
    const proxy = `http://localhost:${port}`
    const got = await watched(gateway('https://localhost:1', { proxy, timeoutMs: 500 }).send(SALE))
    expect(got).toMatchObject({ type: 'unsent', fault: { kind: 'proxy', code } })
    await closed.promise
    expect(isWaiting()).toBe(false)
  })
})

describe('whatever the library waits for', () => {
  /** Lets the test say when time is up; the library's own time-outs are far away. */
  function manualTimer() {
    const due: { ms: number; action: () => void }[] = []
    const timer: Timer = (ms, action) => {
      const entry = { ms, action }
      due.push(entry)
      return () => void due.splice(due.indexOf(entry), 1)
    }
    return { timer, due }
  }

  it('our deadline comes a second after its time-out, and destroys the connection', async () => {
    const { timer, due } = manualTimer()
    const read = later<Received>()
    const closed = later<void>()
    const { endpoint } = await server((received) => {
      received.socket.once('close', () => closed.resolve())
      read.resolve(received)
    })
    const answering = gateway(endpoint, { timeoutMs: 60_000 }, { timer }).send(SALE)
    await read.promise
    expect(due.map(({ ms }) => ms)).toEqual([61_000])
    due[0]?.action()
    expect(await watched(answering)).toMatchObject({ type: 'unclear', fault: { kind: 'timeout', phase: 'response' } })
    await closed.promise
    expect([due, isWaiting()]).toEqual([[], false])
  })
})
