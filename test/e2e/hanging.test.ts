// The other side does something else than answer: the program ends all the same, and reports the state of the money.
import { writeFileSync } from 'node:fs'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { atEnd } from './program.js'
import { errorOf, openShop, orderRow, outcomes, resultOf, untilSent, type Shop } from './shop.js'

const SALE = ['bulk-sale', '--yes', '--format', 'json', '--orders']

/** Nothing of a run that has ended keeps the next one from its work. */
async function expectFree(shop: Shop): Promise<void> {
  expect((await shop.paygent(['reconcile'])).code).not.toBe(5)
}

describe('101 Switching Protocols', () => {
  it('to a sale that was carried out: Paygent is asked, and it is booked as sold', async () => {
    const shop = await openShop([orderRow(1, 'au'), orderRow(2, 'au')])
    await shop.faults({ match: { telegram: '101', nth: 1 }, commits: true, shows: 'status:101' })
    const ended = await shop.paygent([...SALE, '1,2'])
    expect([ended.code, outcomes(ended)]).toEqual([0, ['1 accepted', '2 accepted']])
    expect(await shop.money()).toEqual(['101 10001', '101 10002'])
    await expectFree(shop)
  })

  it('to a sale that was not: the outcome is unknown until the settle time is over, and it is sent once', async () => {
    const shop = await openShop([orderRow(1, 'au'), orderRow(2, 'au')])
    await shop.faults({ match: { telegram: '101', nth: 1 }, commits: false, shows: 'status:101' })
    const ended = await shop.paygent([...SALE, '1,2'])
    expect([ended.code, outcomes(ended)]).toEqual([3, ['1 not-processed', '2 accepted']])
    expect(resultOf(ended).results[0]?.firstOutcome).toBe('unknown')
    expect(await shop.money()).toEqual(['101 10001', '101 10002'])
    await expectFree(shop)
  })

  it('to an inquiry: nothing is sent, 6', async () => {
    const shop = await openShop([orderRow(1, 'au')])
    await shop.faults({ match: { telegram: '094' }, commits: false, shows: 'status:101' })
    const ended = await shop.paygent([...SALE, '1'])
    expect([ended.code, ended.stdout, await shop.money()]).toEqual([6, '', []])
    await expectFree(shop)
  })

  it.each([
    ['kept open', (socket: Socket, bytes: string) => void socket.write(bytes)],
    ['closed', (socket: Socket, bytes: string) => void socket.end(bytes)],
  ])('to webhook and ping, %s: the night ends as it would without them', async (_name, say) => {
    const shop = await openShop([orderRow(1, 'au', { shipped_at: '2009/06/20 10:00' })])
    const heard: string[] = []
    const server = createServer((socket) => {
      socket.on('error', () => undefined)
      socket.once('data', (head: Buffer) => {
        heard.push(head.toString().split(' ')[1] ?? '')
        say(socket, 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n')
      })
    })
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
    atEnd(() => server.close())
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const addresses = { PAYGENT_WEBHOOK: `${base}/hook`, PAYGENT_PING: `${base}/ping` }
    const ended = await shop.paygent(['nightly', '--format', 'json'], addresses)
    expect([ended.code, heard]).toEqual([0, ['/ping/start', '/hook', '/ping/0']])
  })
})

describe('an event loop that empties while a request is open', () => {
  /** Once a request with this in it is on its way, no timer and no socket keeps the program alive any more. */
  const LOOSE = (telegram: string): string => `
    const { Socket } = require('node:net')
    const timers = []
    const { setTimeout: real } = globalThis
    let loose = false
    globalThis.setTimeout = (...args) => {
      const timer = real(...args)
      timers.push(timer)
      return loose ? timer.unref() : timer
    }
    const write = Socket.prototype.write
    Socket.prototype.write = function (chunk, ...rest) {
      if (String(chunk).includes('telegram_kind=${telegram}')) {
        loose = true
        real(() => {
          for (const timer of timers) timer.unref()
          this.unref()
        }, 200)
      }
      return write.call(this, chunk, ...rest)
    }`

  async function emptied(lang: string, telegram: string) {
    const shop = await openShop([orderRow(1, 'au')], { env: { PAYGENT_TIMEOUT_MS: '60000', PAYGENT_LANG: lang } })
    await shop.faults({ match: { telegram }, commits: true, shows: 'silence' })
    const hook = join(shop.cwd, 'loose.cjs')
    writeFileSync(hook, LOOSE(telegram))
    const ended = await shop.paygent([...SALE, '1'], { NODE_OPTIONS: `--require ${hook}` })
    return { shop, ended }
  }

  it.each([
    ['ja', /結果不明の受注：1$/, '再送信せず、paygent reconcile --orders 1 で結果を照会してください。'],
    ['en', /Outcome unknown: order 1$/, expect.stringContaining('run "paygent reconcile --orders 1"')],
  ] as const)('a sale: the order is named, with what to do (%s), 4', async (lang, message, next) => {
    const { shop, ended } = await emptied(lang, '101')
    await untilSent(shop, 1)
    expect([ended.code, ended.signal, ended.stdout]).toEqual([4, null, ''])
    expect(errorOf(ended)).toEqual({ code: 'ended-early', message: expect.stringMatching(message), next })
    await shop.faults()
    expect((await shop.paygent(['reconcile'])).code).toBe(0)
    expect((await shop.mirror())['1']?.effectiveStatus).toBe('40')
    expect(await shop.money()).toEqual(['101 10001'])
  })

  it('an inquiry: a last word and 4', async () => {
    const { ended } = await emptied('en', '094')
    expect([ended.code, ended.signal, ended.stdout]).toEqual([4, null, ''])
    expect(errorOf(ended).message).toBe('The program ended while it was waiting for an answer.')
  })
})
