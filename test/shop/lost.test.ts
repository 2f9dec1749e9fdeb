// Tests a shop's database that stops answering: every wait ends by a deadline of ours, and no socket is left open.
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { once } from 'node:events'
import { afterEach, beforeAll, expect, it } from 'vitest'
import { isWaiting } from '../../src/deadline.js'
import { addressOf } from '../../src/shop/address.js'
import { connectShop } from '../../src/shop/line.js'
import { WAIT_LIMITS, type WaitLimits } from '../../src/shop/session.js'
import type { DatabaseServer } from './database-server.js'
import { deskAt, shopIn } from './desk.js'
import { fixtureShop } from './fixture-shop.js'
import { describeWithServer, SERVER_KINDS, START } from './servers.js'

const open: (Server | Socket)[] = []
afterEach(() => {
  for (const one of open.splice(0)) {
    if ('listen' in one) one.close()
    else one.destroy()
  }
})

async function listening(onSocket: (socket: Socket) => void): Promise<number> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    open.push(socket)
    socket.on('error', () => undefined)
    onSocket(socket)
  })
  open.push(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

/** COM_QUIT of MySQL and Terminate of PostgreSQL, as their drivers send them. */
const GOODBYES = [Buffer.from([1, 0, 0, 0, 1]), Buffer.from([0x58, 0, 0, 0, 4])]

/** Stands before the real server, and can go silent: what comes then is swallowed, and nothing is ever closed. */
async function relayTo({ host, port: far }: DatabaseServer, losesGoodbye = false) {
  let silent = false
  const closed: Promise<void>[] = []
  const port = await listening((near) => {
    closed.push(destroyed(near))
    const server = connect({ host, port: far, allowHalfOpen: true })
    open.push(server)
    server.on('error', () => undefined)
    near.on('data', (chunk: Buffer) => {
      if (losesGoodbye && GOODBYES.some((goodbye) => chunk.equals(goodbye))) silent = true
      if (!silent) server.write(chunk)
    })
    server.on('data', (chunk: Buffer) => silent || near.write(chunk))
  })
  return { port, closed, goSilent: () => void (silent = true) }
}

const SHORT: WaitLimits = { connectMs: 300, silenceMs: 300, closeMs: 200 }
/** For what has to be answered. */
const PATIENT: WaitLimits = { ...WAIT_LIMITS, silenceMs: 500, closeMs: 200 }

/** Servers that are never ready, with the bytes that each says first; a zero follows another from then on, for ever. */
const NEVER_READY: readonly (readonly [string, string, readonly number[] | null])[] = [
  ['mysql', 'says nothing', null],
  ['mysql', 'begins to greet and never ends', [0xff, 0xff, 0, 0, 10]],
  ['postgres', 'says nothing', null],
  ['postgres', 'asks for a login and never ends', [0x52, 0, 0, 1, 0]],
  ['postgres', 'agrees to TLS and never ends the handshake', [0x16, 3, 3, 0x40, 0, 2]],
]
const YES_TO_TLS = Buffer.from('S')

it.each(NEVER_READY)('a %s server that %s lets nobody wait', { timeout: 10_000 }, async (kind, _name, first) => {
  const closed: Promise<void>[] = []
  const tls = first?.[0] === 0x16
  const port = await listening((socket) => {
    closed.push(destroyed(socket))
    const begin = (): void => void (first !== null && drip(socket, first))
    if (kind === 'mysql') return begin()
    socket.once('data', () => {
      if (!tls) return begin()
      socket.write(YES_TO_TLS)
      socket.once('data', begin)
    })
  })
  const address = addressOf(`${kind}://desk:hush@localhost:${port}/shop${tls ? '?tls=on' : ''}`)
  await expect(connectShop(address, 'desk', SHORT)).rejects.toMatchObject({
    code: 'shop-unreachable',
    params: { problem: 'ETIMEDOUT' },
  })
  await Promise.all(closed)
  expect(isWaiting()).toBe(false)
})

/** Resolves when the other end is gone, not when it has only said that it will send no more. */
function destroyed(socket: Socket): Promise<void> {
  socket.once('end', () => drip(socket, [0]))
  socket.resume()
  return new Promise((resolve) => socket.once('close', () => resolve()))
}

/** One byte after another, for ever. */
function drip(socket: Socket, first: readonly number[]): void {
  socket.write(Buffer.from(first))
  const more = setInterval(() => socket.write(Buffer.from([0])), 20)
  socket.once('close', () => clearInterval(more))
}

for (const kind of SERVER_KINDS) {
  describeWithServer(kind, `a ${kind} connection that goes silent`, () => {
    let server: DatabaseServer
    let shop: Awaited<ReturnType<typeof shopIn>>
    beforeAll(async () => {
      server = await START[kind]()
      shop = await shopIn(server, 'eccube4', fixtureShop('eccube4', kind))
    }, 120_000)

    const through = (port: number): string => shop.url.replace(`:${server.port}/`, `:${port}/`)

    it('in a statement is gone, and so is all that follows', { timeout: 10_000 }, async () => {
      const relay = await relayTo(server)
      const session = await connectShop(addressOf(through(relay.port)), 'desk', PATIENT)
      expect(await session.all('SELECT 1 AS one')).toEqual([{ one: '1' }])
      relay.goSilent()
      await expect(session.all('SELECT 2 AS two')).rejects.toThrow()
      await Promise.all(relay.closed)
      expect(session.alive).toBe(false)
      await expect(session.all('SELECT 3 AS three')).rejects.toThrow('the connection is gone')
      await expect(session.transaction(async () => undefined)).rejects.toThrow('the connection is gone')
      await session.close()
      expect(isWaiting()).toBe(false)
    })

    // The relay never passes the server's own close on.
    it('that the server ends with an error is gone at once', { timeout: 10_000 }, async () => {
      const relay = await relayTo(server)
      const session = await connectShop(addressOf(through(relay.port)), 'desk', PATIENT)
      const KILL = { mysql: 'KILL CONNECTION_ID()', postgres: 'SELECT pg_terminate_backend(pg_backend_pid())' }
      await expect(session.all(KILL[kind])).rejects.toThrow()
      expect(session.alive).toBe(false)
      await expect(session.all('SELECT 3 AS three')).rejects.toThrow('the connection is gone')
      await session.close()
    })

    it('among many rows is gone', { timeout: 10_000 }, async () => {
      const relay = await relayTo(server)
      const session = await connectShop(addressOf(through(relay.port)), 'desk', PATIENT)
      const reading = async (): Promise<void> => {
        const sql = `SELECT a.id FROM dtb_order a, dtb_order b, dtb_order c, dtb_order d`
        for await (const rows of session.stream(sql, 2)) if (rows.length > 0) relay.goSilent()
        relay.goSilent()
        await session.all('SELECT 1 AS one')
      }
      await expect(reading()).rejects.toThrow()
      await Promise.all(relay.closed)
      await session.close()
      expect([session.alive, isWaiting()]).toEqual([false, false])
    })

    it('at the goodbye is closed all the same', { timeout: 10_000 }, async () => {
      const relay = await relayTo(server, true)
      const session = await connectShop(addressOf(through(relay.port)), 'desk', PATIENT)
      await session.close()
      await Promise.all(relay.closed)
      expect(isWaiting()).toBe(false)
    })

    it('at the goodbye does not keep the program from ending', { timeout: 60_000 }, async () => {
      const relay = await relayTo(server, true)
      const ended = await deskAt(through(relay.port)).paygent(['pull'])
      expect(ended).toMatchObject({ code: 0, signal: null, stderr: '' })
      expect(ended.stdout).toMatch(/\d+件/)
    })
  })
}
