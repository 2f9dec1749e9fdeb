// A mirror of the version before 対応状況 became a closed list, with an order of every status, is opened by this version.
import { planBatch } from '../../src/batch/plan.js'
import { isTaken, waitingIn } from '../../src/domain/chosen.js'
import { isShipped, parseStatuses } from '../../src/domain/order-status.js'
import { markOf, permit, takenByAll } from '../../src/domain/permit.js'
import type { ImportRow } from '../../src/domain/shop.js'
import { parseOrdersCsv } from '../../src/mirror/csv/csv.js'
import { migrate, MIGRATIONS } from '../../src/mirror/migrations/migrations.js'
import type { Mirror } from '../../src/mirror/open.js'
import { rules } from '../domain/order-fixture.js'
import { mirrorWith, NOON, open, row, STAMP, tempPath } from './mirrors.js'
import Database from 'better-sqlite3'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const SELL = ['新規受付', '入金待ち', '入金済み', '取り寄せ中', '対応中', '発送済み', '1', '2', '4', '5', '6']
const CALLED_OFF = ['キャンセル', '注文取消し', '返品', '削除済み', '3', '9', '決済処理中', '購入処理中', '7', '8']
const SOUNDS = ['キャンセル済み', 'ｷｬﾝｾﾙ', '返品受付', '取り消し', '一部返金', '3:キャンセル']
const OWN = ['', '10', '店舗保留', '出荷準備中', '3:お取り置き']
const EVERY = [...SELL, ...CALLED_OFF, ...SOUNDS, ...OWN]

/** Authorised card orders, all shipped, as schema 8 kept them. */
function mirrorOfSchema8(): Mirror {
  const path = tempPath()
  const db = new Database(path)
  db.pragma('journal_mode = WAL')
  migrate(db, MIGRATIONS.slice(0, 8))
  const stamp = { id: 'a', environment: STAMP.environment, merchant_id: STAMP.merchantId, created_ms: '0' }
  for (const [name, value] of Object.entries(stamp)) db.prepare('INSERT INTO meta VALUES (?, ?)').run(name, value)
  for (const [index, orderStatus] of EVERY.entries()) {
    const id = index + 1
    db.transaction(() => {
      db.prepare(
        `INSERT INTO payments (id, order_id, payment_id, trading_id, status, status_origin, held_amount_yen, held_amount_at, first_seen_ms)
         VALUES (?, ?, ?, ?, '20', 'paygent', 1000, '2026-11-23T11:00:00+09:00', 0)`,
      ).run(id, String(id), String(9000 + id), String(id))
      db.prepare(
        `INSERT INTO orders (order_id, ordered_at, customer_name, search_name, method, total_yen, shipped_at, order_status, kind, payment)
         VALUES (?, '2026-11-20T10:00:00+09:00', '', '', 'credit', 1000, '2026-11-21T10:00:00+09:00', ?, '', ?)`,
      ).run(String(id), orderStatus, id)
    })()
  }
  db.close()
  return open(path)
}

const namesOf = (orders: readonly { readonly orderStatus: string }[]): string[] =>
  orders.map(({ orderStatus }) => orderStatus).toSorted()

test('what waits is named, and nothing that was called off is sold', () => {
  const { orders } = mirrorOfSchema8()
  const all = orders.list({})
  expect(all).toHaveLength(EVERY.length)
  expect(namesOf(all.filter((order) => takenByAll(order, 'sale', rules())))).toEqual(SELL.toSorted())
  // Even named by a person: only what nobody has explained goes, and it is marked.
  const named = planBatch(all, 'sale', rules())
  const sold = named.steps.map(({ orderId, mark }) => [all.find((one) => one.orderId === orderId)?.orderStatus, mark])
  expect(
    sold
      .filter(([, mark]) => mark === null)
      .map(([status]) => status)
      .toSorted(),
  ).toEqual(SELL.toSorted())
  expect(
    sold
      .filter(([, mark]) => mark !== null)
      .map(([status]) => status)
      .toSorted(),
  ).toEqual(OWN.toSorted())
  expect(named.refused.every(({ reason }) => reason === 'cancelled-order')).toBe(true)
  const waiting = waitingIn(orders.groups(), rules(), '')
  const told = [
    '',
    '10',
    '店舗保留',
    '出荷準備中',
    '3:お取り置き',
    'キャンセル済み',
    '返品受付',
    '取り消し',
    '一部返金',
  ]
  expect(namesOf(waiting?.statuses ?? [])).toEqual(told.toSorted())
  expect([waiting?.orders, waiting?.yen]).toEqual([9, 9000])
})

test('the line to paste ends the waiting, and sells nothing by itself', () => {
  const { orders } = mirrorOfSchema8()
  const before = '出荷準備中:sell, '
  const setting = waitingIn(orders.groups(), rules({ statuses: parseStatuses(before) ?? [] }), before)?.setting ?? ''
  expect(setting).toContain('出荷準備中:sell,')
  expect(setting).toContain('キャンセル済み:cancelled')
  expect(setting).toContain('店舗保留:hold')
  expect(setting).toContain('-:hold')
  const statuses = parseStatuses(setting)
  if (statuses === null) throw new Error(setting)
  const after = rules({ statuses })
  expect(waitingIn(orders.groups(), after, setting)).toBeNull()
  const taken = orders.list({}).filter((order) => takenByAll(order, 'sale', after))
  expect(namesOf(taken)).toEqual([...SELL, '出荷準備中'].toSorted())
})

test('a bulk cancel of all releases what the shop surely cancelled, and nothing else that was called off', () => {
  const { orders } = mirrorOfSchema8()
  const taken = orders.list({}).filter((order) => takenByAll(order, 'cancel', rules()))
  const surely = ['キャンセル', '注文取消し', '返品', 'ｷｬﾝｾﾙ', '3:キャンセル']
  expect(namesOf(taken)).toEqual([...SELL, ...surely].toSorted())
})

test('the manual’s rows and both fixtures wait for nobody', () => {
  const read = (name: string) => {
    const url = new URL(`../../fixtures/${name}`, import.meta.url)
    return parseOrdersCsv(readFileSync(url), { path: name, methodNames: new Map() })
  }
  const manual = open(tempPath())
  manual.importOrders(read('manual-orders.csv'), NOON)
  const listed = manual.orders.list({})
  expect(listed).toHaveLength(4)
  expect(listed.filter((order) => takenByAll(order, 'sale', rules()))).toHaveLength(4)
  const shop = open(tempPath())
  shop.importOrders(read('shop-orders.csv'), NOON)
  expect(waitingIn(shop.orders.groups(), rules(), '')).toBeNull()
  expect(shop.orders.list({}).filter((order) => takenByAll(order, 'sale', rules()))).toHaveLength(8)
})

test('what is done with, open or of no use to a sale does not wait', () => {
  const mirror = mirrorWith([
    row({ orderStatus: '店舗保留', status: '40', kind: '101' }),
    row({ orderId: '2', tradingId: '2', paymentId: '2', orderStatus: '店舗保留', status: '60' }),
    row({ orderId: '3', tradingId: '3', paymentId: '3', orderStatus: '入金待ち' }),
  ])
  expect(waitingIn(mirror.orders.groups(), rules(), '')).toBeNull()
  mirror.importOrders(
    { rows: [row({ orderId: '4', tradingId: '4', paymentId: '4', orderStatus: '' })], others: [] },
    NOON,
  )
  expect(waitingIn(mirror.orders.groups(), rules(), '')).toEqual({
    orders: 1,
    yen: 1733,
    statuses: [{ orderStatus: '', orders: 1 }],
    setting: '-:hold',
  })
  const [order] = mirror.orders.find(['4'])
  if (order === undefined) throw new Error('no order 4')
  expect([markOf(order, 'sale', rules()), permit(order, 'sale', rules()).verdict, isTaken('named')]).toEqual([
    'unknown-status',
    'ask',
    false,
  ])
})

test('発送済み counts as shipped while the source that was read last has no column for it', () => {
  const { shippedAt: _, ...without }: ImportRow = row({ orderStatus: '発送済み' })
  const mirror = mirrorWith([without])
  const shipped = (): boolean[] => {
    const [order] = mirror.orders.find(['852'])
    return [order !== undefined && isShipped(order), mirror.orders.list({ shipped: true }).length === 1]
  }
  expect(shipped()).toEqual([true, true])
  expect(mirror.orders.find(['852'])[0]?.shippedAt).toBeNull()
  const take = (one: ImportRow) => mirror.importOrders({ rows: [one], others: [] }, NOON)
  // A file that has the column says that it was not.
  expect(take({ ...without, shippedAt: null })).toMatchObject({ unchanged: 1 })
  expect(shipped()).toEqual([false, false])
  expect(take(without)).toMatchObject({ unchanged: 1 })
  expect(shipped()).toEqual([true, true])
  expect(take({ ...without, orderStatus: '入金済み' })).toMatchObject({ updated: 1 })
  expect(shipped()).toEqual([false, false])
  take({ ...without, orderStatus: '５', shippedAt: '2009-06-20T00:00:00+09:00' })
  take({ ...without, orderStatus: '入金済み' })
  expect(shipped()).toEqual([true, true])
})
