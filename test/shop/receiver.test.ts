// Tests a shop whose notices come twice, late, in another order, with a wrong hash, or for an order that has changed.
import { beforeAll, expect, it } from 'vitest'
import { startSimulator } from '../e2e/program.js'
import type { DatabaseServer } from './database-server.js'
import { deskAt, readJson } from './desk.js'
import type { Product } from './fixture-shop.js'
import type { ServerKind } from './installed.js'
import { type Notice, ShopFront } from './receiver.js'
import { describeWithServer, SERVER_KINDS, START } from './servers.js'

const KEY = 'fixture-notice-key'

/** One product on each server, with its names of 対応状況. */
const SHOPS = {
  mysql: { product: 'eccube4', key: KEY, authorised: '新規受付', cancelled: '注文取消し' },
  postgres: { product: 'eccube2', key: null, authorised: '入金待ち', cancelled: 'キャンセル' },
} as const satisfies Record<ServerKind, { product: Product; key: string | null; authorised: string; cancelled: string }>

const PAID = '入金済み'

/** Paygent sends a notice once more, or somebody else does. */
async function sendAgain({ url }: ShopFront, { fields }: Notice): Promise<string> {
  return (await fetch(url, { method: 'POST', body: new URLSearchParams(fields) })).text()
}

for (const kind of SERVER_KINDS) {
  const { product, key, authorised, cancelled } = SHOPS[kind]
  describeWithServer(kind, `the receiver of ${product}`, () => {
    let server: DatabaseServer
    beforeAll(async () => {
      server = await START[kind]()
    }, 120_000)

    /** A shop with an order paid by card (1) and one paid by au (2). */
    async function opened() {
      const { front, url } = await ShopFront.open(server, product, { by: 'push', key })
      const desk = deskAt(url, { PAYGENT_RULES: 'current' })
      const simulator = await startSimulator(desk.cwd, [...front.simulatorOptions, '--notify-after', '0'])
      await front.checkOut(simulator, '1', 'credit', 2_000)
      await front.checkOut(simulator, '2', 'au', 3_000)
      await front.heard(simulator)
      const words = async () => [(await front.standing('1')).orderStatus, (await front.standing('2')).orderStatus]
      const paygent = (...args: string[]) => desk.paygent([...args, '--format', 'json'], simulator.env)
      const sell = async () => {
        expect(await paygent('pull')).toMatchObject({ code: 0 })
        expect(await paygent('bulk-sale', '--orders', '1,2', '--yes')).toMatchObject({ code: 0 })
      }
      expect(await words()).toEqual([authorised, authorised])
      return { front, desk, simulator, words, paygent, sell }
    }

    it(
      'a notice that comes twice, and an old one after a newer: nothing is sent again',
      { timeout: 60_000 },
      async () => {
        const { front, simulator, words, paygent, sell } = await opened()
        await sell()
        await front.heard(simulator)
        const [cardFirst, auFirst, cardSold, auSold] = [...front.notices]
        if (!cardFirst || !auFirst || !cardSold || !auSold) throw new Error('four notices were expected')
        for (const notice of [cardSold, auSold]) expect(await sendAgain(front, notice)).toBe('result = 0\n')
        expect(await words()).toEqual([PAID, PAID])
        for (const notice of [cardFirst, auFirst]) expect(await sendAgain(front, notice)).toBe('result = 0\n')
        // The module knows no order of notices. EC-CUBE 4 leaves a carrier's second authorisation aside.
        expect(await words()).toEqual([authorised, product === 'eccube4' ? PAID : authorised])
        const again = await paygent('bulk-sale', '--orders', '1,2', '--yes')
        const { results } = readJson<{ results: { orderId: string; reason: string }[] }>(again)
        expect(results.map(({ orderId, reason }) => `${orderId} ${reason}`)).toEqual(['1 already', '2 already'])
        const sales = (await simulator.requests()).filter(({ telegram }) => ['022', '101'].includes(telegram))
        expect(sales).toHaveLength(2)
      },
    )

    it('a shop that was down hears of everything in its order', { timeout: 60_000 }, async () => {
      const { front, simulator, words, paygent, sell } = await opened()
      front.isDown = true
      await sell()
      expect(await paygent('bulk-cancel', '--orders', '1', '--yes')).toMatchObject({ code: 0 })
      expect(await words()).toEqual([authorised, authorised])
      front.isDown = false
      await simulator.post('clock', { advance: '1m' })
      await front.heard(simulator)
      expect(await words()).toEqual([cancelled, PAID])
      const taken = front.notices.map(({ fields }) => `${fields['trading_id']} ${fields['payment_status']}`)
      expect(taken).toEqual(['1 20', '2 20', '1 40', '2 40', '1 60'])
    })

    it(
      'a total that changes before the notice: it is dropped, and pull names the order',
      { timeout: 60_000 },
      async () => {
        const { front, simulator, words, paygent, sell } = await opened()
        const release = front.hold()
        await sell()
        await front.change('1', { payment_total: 1_900 })
        release()
        await front.heard(simulator)
        expect(await words()).toEqual([authorised, PAID])
        expect(front.notices.map(({ fate }) => fate)).toEqual(['taken', 'taken', 'other amount', 'taken'])
        const { conflicts } = readJson<{ conflicts: { orderId: string }[] }>(await paygent('pull'))
        expect(conflicts.map(({ orderId }) => orderId)).toEqual(['1'])
      },
    )

    it('an authorisation that ends', { timeout: 60_000 }, async () => {
      const { front, simulator, words } = await opened()
      await simulator.post('clock', { advance: '61d' })
      await front.heard(simulator)
      expect(await words()).toEqual([cancelled, authorised])
      await simulator.post('clock', { advance: '30d' })
      await front.heard(simulator)
      expect(await words()).toEqual([cancelled, cancelled])
    })

    // EC-CUBE 2 checks no hash.
    if (key === null) return
    it('a wrong key moves nothing, and the right one goes on', { timeout: 60_000 }, async () => {
      const { front, url } = await ShopFront.open(server, product, { by: 'push', key })
      const desk = deskAt(url)
      const pushing = (hashKey: string) => ['--notify', front.url, '--notify-after', '0', '--notify-key', hashKey]
      const wrong = await startSimulator(desk.cwd, pushing('another-key'))
      await front.checkOut(wrong, '1', 'credit', 2_000)
      while (front.notices.length === 0) await new Promise((resolve) => setTimeout(resolve, 20))
      expect(front.notices[0]?.fate).toBe('wrong hash')
      expect((await front.standing('1')).orderStatus).toBe('決済処理中')
      wrong.child.kill('SIGTERM')
      await wrong.ended
      const right = await startSimulator(desk.cwd, pushing(KEY))
      await right.post('clock', { advance: '1m' })
      await front.heard(right)
      expect((await front.standing('1')).orderStatus).toBe(authorised)
    })
  })
}
