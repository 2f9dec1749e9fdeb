// Staff work in the shop while this tool sends: each conflict is reported, nothing is lost, nothing is overwritten.
import { beforeAll, describe, expect, it } from 'vitest'
import type { DatabaseServer } from './database-server.js'
import { deskAt, readJson, rowsOf, shopIn, simulatorOf, type Desk } from './desk.js'
import { fixtureShop, OUR_ORDERS, PRODUCTS } from './fixture-shop.js'
import { describeWithServer, SERVER_KINDS, START } from './servers.js'
import type { Simulator } from '../e2e/program.js'

interface Item {
  readonly orderId: string
  readonly outcome: string
  readonly reason: string | null
}
const itemsOf = (ended: { stdout: string }): string[] =>
  readJson<{ results: Item[] }>(ended as never).results.map(
    ({ orderId, outcome, reason }) => `${orderId} ${outcome}${reason === null ? '' : ` ${reason}`}`,
  )

/** 1001 is a card, 1002 docomo, 1003 au, 1004 softbank; all of them authorised, as are 1006, 1007 and 1010. */
const BATCH = ['bulk-sale', '--orders', '1001,1002,1003', '--yes', '--format', 'json']

/** The changes that staff make to one order each, between pull and send. */
const MEANWHILE = {
  '1002': ['sold in the shop', `memo09 = '101', memo05 = ''`],
  '1003': ['called off', `status = 3`],
  '1004': ['the amount changed', `payment_total = 1500`],
  '1006': ['hidden', `del_flg = 1`],
  '1007': ['deleted', null],
  '1010': ['0291 under way', `memo09 = '0291'`],
} as const

for (const kind of SERVER_KINDS) {
  describeWithServer(kind, `staff in the shop on ${kind}`, () => {
    let server: DatabaseServer
    beforeAll(async () => {
      server = await START[kind]()
    }, 120_000)

    async function opened(): Promise<{ database: string; desk: Desk; simulator: Simulator }> {
      const { database, url } = await shopIn(server, 'eccube2', fixtureShop('eccube2', kind))
      const desk = deskAt(url)
      expect(await desk.paygent(['pull', '--quiet'])).toMatchObject({ code: 0, stdout: '', stderr: '' })
      const simulator = await simulatorOf(desk)
      return { database, desk, simulator }
    }

    it('between pull and send: refused, told, and left as staff made it', { timeout: 120_000 }, async () => {
      const { database, desk, simulator } = await opened()
      for (const [orderId, [, set]] of Object.entries(MEANWHILE)) {
        const sql = set === null ? 'DELETE FROM dtb_order' : `UPDATE dtb_order SET ${set}`
        await server.admin(`${sql} WHERE order_id = ${orderId}`, database)
      }
      const before = await rowsOf(server, 'eccube2', database)
      const ids = ['1001', ...Object.keys(MEANWHILE)]
      const args = ['bulk-sale', '--orders', ids.join(','), '--yes', '--format', 'json', '--no-pull']
      const batch = await desk.paygent(args, simulator.env)
      expect(batch.code).toBe(3)
      const refused = Object.keys(MEANWHILE).map((orderId) => `${orderId} refused changed`)
      expect(itemsOf(batch)).toEqual(['1001 accepted', ...refused])
      const asked = (await simulator.requests()).filter(({ telegram }) => telegram === '101' || telegram === '022')
      expect(asked.map(({ paymentId }) => paymentId)).toEqual(['8000001001'])
      const after = await rowsOf(server, 'eccube2', database)
      for (const orderId of Object.keys(MEANWHILE)) expect(after.get(orderId)).toEqual(before.get(orderId))
    })

    it(
      'sold in the shop between send and push: reported, left, and settled by Paygent',
      { timeout: 120_000 },
      async () => {
        const { database, desk, simulator } = await opened()
        const batch = await desk.paygent([...BATCH, '--no-push'], simulator.env)
        expect(batch.code).toBe(0)
        // The shop's page has cancelled it meanwhile, and Paygent has done so.
        await server.admin(`UPDATE dtb_order SET memo09 = '102' WHERE order_id = 1003`, database)
        await simulator.post('payments/8000001003', { status: '60' })
        const theirs = (await rowsOf(server, 'eccube2', database)).get('1003')
        const pushed = await desk.paygent(['push', '--format', 'json'], simulator.env)
        expect(pushed.code).toBe(3)
        const fates = readJson<{ orders: { orderId: string; fate: string }[] }>(pushed).orders
        expect(fates.map(({ orderId, fate }) => `${orderId} ${fate}`)).toEqual([
          '1001 written',
          '1002 written',
          '1003 moved',
        ])
        expect((await rowsOf(server, 'eccube2', database)).get('1003')).toEqual(theirs)
        const pulled = await desk.paygent(['pull', '--format', 'json'], simulator.env)
        expect(pulled.code).toBe(3)
        expect(readJson<{ conflicts: { orderId: string }[] }>(pulled).conflicts.map(({ orderId }) => orderId)).toEqual([
          '1003',
        ])
        // It stands while the row says the same, and is told once.
        expect(await desk.paygent(['pull', '--quiet'], simulator.env)).toMatchObject({ code: 0, stdout: '' })
        expect((await desk.paygent(['reconcile'], simulator.env)).code).toBe(3)
        expect(await desk.paygent(['pull', '--quiet'], simulator.env)).toMatchObject({ code: 0, stdout: '' })
        const settled = await desk.paygent(['push', '--format', 'json'], simulator.env)
        expect(settled.code).toBe(0)
        expect(readJson(settled)).toMatchObject({ orders: [{ orderId: '1003', fate: 'superseded' }] })
        expect((await rowsOf(server, 'eccube2', database)).get('1003')).toEqual(theirs)
        const shown = readJson<{ orderId: string; kind: string; effectiveStatus: string }[]>(
          await desk.paygent(['orders', '--format', 'json'], simulator.env),
        ).find(({ orderId }) => orderId === '1003')
        expect([shown?.kind, shown?.effectiveStatus]).toEqual(['102', '60'])
      },
    )

    it('paid in another way by now: told as that, and not as gone', { timeout: 120_000 }, async () => {
      const { database, desk, simulator } = await opened()
      const changes = {
        '1001': 'memo01 = NULL, memo08 = NULL',
        '1002': `memo01 = '', memo08 = 'cod'`,
        '1003': 'del_flg = 1',
      }
      for (const [orderId, set] of Object.entries(changes))
        await server.admin(`UPDATE dtb_order SET ${set} WHERE order_id = ${orderId}`, database)
      const pulled = await desk.paygent(['pull', '--format', 'json'], simulator.env)
      expect(pulled.code).toBe(3)
      expect(readJson(pulled)).toMatchObject({
        conflicts: [
          { orderId: '1001', differences: [{ field: 'method', mirror: 'credit', shop: '' }] },
          { orderId: '1002', differences: [{ field: 'method', shop: 'cod' }] },
        ],
        gone: [{ orderId: '1003' }],
      })
      expect(await desk.paygent(['pull', '--quiet'], simulator.env)).toMatchObject({ code: 0, stdout: '' })
      const batch = await desk.paygent(
        ['bulk-sale', '--orders', '1001,1002', '--yes', '--format', 'json'],
        simulator.env,
      )
      expect(itemsOf(batch).toSorted()).toEqual(['1001 refused conflict', '1002 refused conflict'])
    })

    describe.each(PRODUCTS)('the text of the payment method on the order page of %s', (product) => {
      const [card = '', docomo = '', au = ''] = OUR_ORDERS[product]
      const id = product === 'eccube2' ? 'order_id' : 'id'
      const payment = (orderId: string): string => `${product === 'eccube2' ? 8 : 9}00000${orderId}`

      async function shop() {
        const { database, url } = await shopIn(server, product, fixtureShop(product, kind))
        const desk = deskAt(url, { PAYGENT_NIGHTLY: 'all' })
        const paid = (orderId: string, text: string | null) => {
          const value = text === null ? 'NULL' : `'${text}'`
          return server.admin(`UPDATE dtb_order SET payment_method = ${value} WHERE ${id} = ${orderId}`, database)
        }
        return { database, url, desk, paid }
      }
      const sentOf = async (simulator: Simulator): Promise<string[]> =>
        (await simulator.requests()).flatMap(({ telegram, paymentId }) =>
          telegram === '101' || telegram === '022' ? [paymentId ?? ''] : [],
        )

      it(
        'changed between pull and night: a conflict, and not sold until it is put back',
        { timeout: 120_000 },
        async () => {
          const { database, desk, paid } = await shop()
          expect((await desk.paygent(['pull', '--quiet'])).code).toBe(0)
          const simulator = await simulatorOf(desk)
          await paid(card, '代金引換')
          await paid(docomo, 'ドコモ払い（ｄ払い）')
          await paid(au, null)
          const night = await desk.paygent(['nightly', '--format', 'json'], simulator.env)
          expect([night.code, readJson(night)]).toMatchObject([3, { pull: { conflicts: [{ orderId: card }] } }])
          expect(await sentOf(simulator)).not.toContain(payment(card))
          expect(await sentOf(simulator)).toEqual(expect.arrayContaining([payment(docomo), payment(au)]))
          expect((await desk.paygent(['show', card], simulator.env)).stdout).toContain(
            'EC-CUBE の内容が手元データと一致しません',
          )
          // It stands: nothing that Paygent says ends it.
          await desk.paygent(['nightly'], simulator.env)
          expect(await sentOf(simulator)).not.toContain(payment(card))
          expect((await rowsOf(server, product, database)).get(card)?.['payment_method']).toBe('代金引換')
          await paid(card, 'クレジットカード決済')
          await desk.paygent(['nightly'], simulator.env)
          expect((await sentOf(simulator)).filter((one) => one === payment(card))).toHaveLength(1)
        },
      )

      it('changed between plan and send: not sold', { timeout: 120_000 }, async () => {
        const { desk, paid } = await shop()
        await desk.paygent(['pull', '--quiet'])
        const simulator = await simulatorOf(desk)
        await simulator.post('faults', [{ match: { telegram: '022' }, commits: true, shows: 'reply', delay_ms: 5_000 }])
        const args = ['bulk-sale', '--orders', `${card},${docomo},${au}`, '--yes', '--format', 'json']
        const running = desk.begin(args, { ...simulator.env, PAYGENT_TIMEOUT_MS: '60000' })
        while ((await sentOf(simulator)).length === 0) await new Promise((wait) => setTimeout(wait, 20))
        await paid(docomo, '代金引換')
        const batch = await running.ended
        expect([batch.code, itemsOf(batch)]).toEqual([
          3,
          [`${card} accepted`, `${docomo} refused changed`, `${au} accepted`],
        ])
        expect(await sentOf(simulator)).toEqual([payment(card), payment(au)])
        await paid(docomo, 'd払い')
        expect(
          itemsOf(await desk.paygent(['bulk-sale', '--orders', docomo, '--yes', '--format', 'json'], simulator.env)),
        ).toEqual([`${docomo} accepted`])
      })

      it('a person ends the conflict, and the order is sold as before', { timeout: 120_000 }, async () => {
        const { desk, paid } = await shop()
        await desk.paygent(['pull', '--quiet'])
        const simulator = await simulatorOf(desk)
        await paid(docomo, 'まとめてお支払い')
        expect(await desk.paygent(['pull'])).toMatchObject({
          code: 3,
          stdout: expect.stringContaining('まとめてお支払い'),
        })
        const args = ['settle', docomo, '--as', 'open', '--note', '名前だけ', '--yes']
        expect((await desk.paygent(args, simulator.env)).code).toBe(0)
        const batch = await desk.paygent(['bulk-sale', '--orders', docomo, '--yes', '--format', 'json'], simulator.env)
        expect(itemsOf(batch)).toEqual([`${docomo} accepted`])
      })

      it('without the right to it all is as before', { timeout: 120_000 }, async () => {
        const { database, url, desk, paid } = await shop()
        const user = new URL(url).username
        await server.admin(`REVOKE SELECT (payment_method) ON dtb_order FROM ${user}`, database)
        expect((await desk.paygent(['pull', '--quiet'])).code).toBe(0)
        const simulator = await simulatorOf(desk)
        await paid(card, '代金引換')
        expect(await desk.paygent(['pull', '--quiet'])).toMatchObject({ code: 0, stdout: '' })
        const batch = await desk.paygent(['bulk-sale', '--orders', card, '--yes', '--format', 'json'], simulator.env)
        expect([batch.code, itemsOf(batch)]).toEqual([0, [`${card} accepted`]])
      })
    })

    it('what is not settled is not told, and a push can be repeated and cut off', { timeout: 120_000 }, async () => {
      const { database, desk, simulator } = await opened()
      await simulator.post('faults', [
        { match: { telegram: '101', payment_id: '8000001002' }, commits: true, shows: 'silence', late: true },
      ])
      const batch = await desk.paygent([...BATCH, '--no-wait'], simulator.env)
      expect(batch.code).toBe(4)
      const rows = await rowsOf(server, 'eccube2', database)
      expect([rows.get('1001')?.['memo09'], rows.get('1002')?.['memo09']]).toEqual(['022', ''])
      // The first desk's push was cut off right after the shop had it.
      expect((await desk.paygent(['reconcile'], simulator.env)).code).toBe(0)
      await server.admin(`UPDATE dtb_order SET memo09 = '101', memo05 = '' WHERE order_id = 1002`, database)
      const pushed = readJson<{ orders: { orderId: string; fate: string }[] }>(
        await desk.paygent(['push', '--format', 'json'], simulator.env),
      )
      expect(pushed.orders.map(({ orderId, fate }) => `${orderId} ${fate}`)).toEqual(['1002 already'])
    })
  })
}
