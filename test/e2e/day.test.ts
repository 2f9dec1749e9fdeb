// Plays a whole day at the order desk, by commands only: the built program against a simulator process over TLS. After
// each command the mirror is compared with Paygent's ledger, payment by payment.
import { describe, expect, it } from 'vitest'
import type { RuleProfile } from '../../src/domain/carriers.js'
import { compare, COMPLETED, type Books } from './books.js'
import { writeOrders } from './program.js'
import {
  openShop,
  orderRow,
  outcomes,
  resultOf,
  type MirrorOrder,
  type Result,
  type ResultItem,
  type Shop,
} from './shop.js'

// The first digit of an order number is who holds the money, the second what happens to it.
const WAYS = ['credit', 'docomo', 'au', 'softbank'] as const
const LOWERED = ['11', '21', '31', '41']
const RESTORED = ['12', '22', '32', '42']
const RAISED = ['13', '23', '33', '43']
const REFUNDED = ['14', '24', '34', '44']
const RELEASED = ['15', '25', '35', '45']
const KEPT = ['16', '26', '36', '46']
/** A docomo order that the shop's own page sold yesterday. */
const SOLD_BY_SHOP = '27'
const HELD = 1000
const LOWER = 700

const ROWS = [
  ...WAYS.flatMap((way, index) => [1, 2, 3, 4, 5, 6].map((story) => orderRow((index + 1) * 10 + story, way))),
  orderRow(27, 'docomo', { payment_status: '40', kind: '101' }),
]

/** The results of each command under both rule profiles, typed by hand. */
interface Expected {
  /** Of LOWERED, by `sale`. */
  readonly lowered: readonly string[]
  /** Of REFUNDED and then RELEASED, by `bulk-cancel`. */
  readonly cancelled: string
  /** Everything that could move money, in order, as it arrived at Paygent; `new` is the payment of a correction. */
  readonly sent: string
}

const sold = (ids: readonly string[]): string =>
  ids.map((id) => `${id.startsWith('1') ? '022' : '101'} ${id}`).join(' ')

const EXPECTED: Readonly<Record<RuleProfile, Expected>> = {
  manual: {
    lowered: ['11 accepted', '21 accepted', '31 accepted', '41 refused correction-not-permitted'],
    cancelled:
      '14 accepted, 24 refused status, 34 refused status, 44 refused status, ' +
      '15 accepted, 25 accepted, 35 accepted, 45 refused status',
    sent: `029 11 103 21 103 31 ${sold(RESTORED)} ${sold([...REFUNDED, ...KEPT])} 023 14 021 15 102 25 102 35 103 27`,
  },
  current: {
    lowered: ['11 accepted', '21 accepted', '31 accepted', '41 accepted'],
    cancelled:
      '14 accepted, 24 refused status, 34 accepted, 44 accepted, ' +
      '15 accepted, 25 accepted, 35 accepted, 45 accepted',
    sent: [
      `029 11 103 21 103 31 103 41 ${sold(RESTORED)} ${sold([...REFUNDED, ...KEPT])}`,
      '023 14 102 34 102 44 021 15 102 25 102 35 102 45 103 27',
    ].join(' '),
  },
}

type Ended = Awaited<ReturnType<Shop['paygent']>>

/** Types one command, compares the books after it, and hands on what it said. */
function deskOf(books: Books) {
  return async (...args: string[]): Promise<Ended> => {
    const ended = await books.shop.paygent(args)
    if (ended.code !== 3) expect(ended, args.join(' ')).toMatchObject({ code: 0, stderr: expect.any(String) })
    await compare(books, args.join(' '))
    return ended
  }
}

type Desk = ReturnType<typeof deskOf>

const told = (ended: Ended): string[] =>
  resultOf(ended).results.map(({ orderId, outcome, reason }) => [orderId, outcome, reason].filter(Boolean).join(' '))

/** `sale` for each order, one after the other. */
async function sellOneByOne(desk: Desk, ids: readonly string[]): Promise<string[]> {
  const said: string[] = []
  for (const id of ids) {
    said.push(...told(await desk('sale', id, '--yes', '--format', 'json')))
  }
  return said
}

const REQUESTS = { corrected: '補正売上要求を送信します', plain: 'すると、売上要求を送信します' } as const

async function amend(desk: Desk): Promise<void> {
  for (const id of LOWERED) {
    expect((await desk('amend', id, '--total', String(LOWER))).stdout).toContain(
      '補正金額を 700円 に登録しました（補正前 1,000円）',
    )
  }
  for (const id of RESTORED) {
    await desk('amend', id, '--total', String(LOWER))
    expect((await desk('amend', id, '--undo')).stdout).toContain('金額補正を取り消しました（1,000円）')
  }
  for (const id of RAISED) {
    const { stdout } = await desk('amend', id, '--total', '1100', '--format', 'json')
    expect(JSON.parse(stdout)).toMatchObject({ orderId: id, amended: true, total: 1100, shopTotal: HELD })
  }
}

/** Once the held amount is known the answer says what a sale would be. */
async function amendKnown(desk: Desk): Promise<void> {
  expect((await desk('amend', '13', '--total', '700')).stdout).toContain(REQUESTS.corrected)
  expect((await desk('amend', '13', '--undo')).stdout).toContain(REQUESTS.plain)
  expect((await desk('amend', '13', '--total', '1100')).stdout).toContain('このままでは売上処理できません')
  const refused = await desk('amend', '11', '--total', '500')
  expect([refused.code, refused.stdout.includes('登録していません')]).toEqual([3, true])
}

interface Shown extends MirrorOrder {
  readonly payments: readonly { paymentId: string; current: boolean; status: string; supersededBy: string | null }[]
  readonly attempts: readonly { telegram: string; state: string; amountYen: number; newPaymentId: string | null }[]
}

const show = async (desk: Desk, id: string): Promise<Shown> =>
  JSON.parse((await desk('show', id, '--format', 'json')).stdout) as Shown

const withoutLabel = (item: ResultItem) => ({ ...item, label: '' })

async function lookBack(desk: Desk, bulk: readonly Result[]): Promise<void> {
  const runs = JSON.parse((await desk('runs', '--format', 'json')).stdout) as { id: number; acknowledged: boolean }[]
  for (const { run, results, summary } of bulk) {
    const listed = runs.find(({ id }) => id === run.id)
    expect(listed).toMatchObject({ id: run.id, operation: run.operation, state: 'completed', summary })
    const again = await desk('runs', 'show', String(run.id), '--format', 'json')
    // The result is that of the run; the state beside it is the order's of now.
    expect(resultOf(again).results.map(withoutLabel)).toEqual(results.map(withoutLabel))
    await desk('runs', 'ack', String(run.id))
  }
  const after = JSON.parse((await desk('runs', '--format', 'json')).stdout) as typeof runs
  for (const { run } of bulk) expect(after.find(({ id }) => id === run.id)?.acknowledged).toBe(true)
  expect((await desk('runs', '--verify')).stdout).toContain('異常はありません')
}

/** The payment that the correction ended, and the one that took its place. */
async function expectCorrected(desk: Desk, id: string, telegram: string, state: string): Promise<void> {
  const shown = await show(desk, id)
  const { newPaymentId } = shown.attempts.at(-1) ?? { newPaymentId: null }
  expect(shown.attempts.map((attempt) => [attempt.telegram, attempt.state, attempt.amountYen])).toEqual([
    [telegram, 'accepted', LOWER],
  ])
  expect(shown).toMatchObject({ state, total: LOWER, heldAmount: LOWER, paymentId: newPaymentId ?? `1000${id}` })
  const old = shown.payments.filter(({ current }) => !current)
  expect(old.map(({ paymentId, supersededBy }) => [paymentId, supersededBy])).toEqual(
    newPaymentId === null ? [] : [[`1000${id}`, newPaymentId]],
  )
}

describe.each(['manual', 'current'] as const)('a day under the rules of %s', (profile) => {
  const expected = EXPECTED[profile]

  it('leaves mirror and ledger equal after every command', { timeout: 300_000 }, async () => {
    const shop = await openShop(ROWS, { env: { PAYGENT_RULES: profile } })
    const books: Books = { shop, completed: new Set(), soldByShop: new Set([SOLD_BY_SHOP]) }
    const desk = deskOf(books)
    const mirror = await shop.mirror()
    expect(Object.keys(mirror)).toHaveLength(ROWS.length)
    expect(Object.values(mirror).filter(({ sale }) => sale.permitted)).toHaveLength(ROWS.length - 1)
    await compare(books, 'import')
    await amend(desk)
    expect(await shop.money()).toEqual([])

    expect(await sellOneByOne(desk, LOWERED)).toEqual(expected.lowered)
    expect(await sellOneByOne(desk, RESTORED)).toEqual(RESTORED.map((id) => `${id} accepted`))
    expect(await sellOneByOne(desk, RAISED)).toEqual(RAISED.map((id) => `${id} refused higher`))
    await amendKnown(desk)

    const orders = [...REFUNDED, ...KEPT]
    const sale = await desk('bulk-sale', '--orders', orders.join(','), '--yes', '--format', 'json')
    expect(outcomes(sale)).toEqual(orders.map((id) => `${id} accepted`))
    const cancels = [...REFUNDED, ...RELEASED].join(',')
    const cancel = await desk('bulk-cancel', '--orders', cancels, '--yes', '--format', 'json')
    expect(told(cancel).join(', ')).toBe(expected.cancelled)
    await lookBack(desk, [resultOf(sale), resultOf(cancel)])
    await expectCorrected(desk, '11', '029', '補正売上')
    await expectCorrected(desk, '31', '103', '補正売上')

    await nextDay(desk, books)
    expect((await shop.money()).map(withoutNewIds).join(' ')).toBe(expected.sent)
  })
})

const withoutNewIds = (sent: string): string => sent.replace(/ 1000(\d\d)$/, ' $1')

/** 40 has become 44. The shop hears of its own sale; ours wait until Paygent is asked. Only then may it be corrected. */
async function nextDay(desk: Desk, { shop, completed }: Books): Promise<void> {
  const before = await shop.ledger()
  await shop.simulator.post('clock', { advance: '1d' })
  const after = await shop.ledger()
  const moved = Object.keys(after).filter((id) => after[id]?.status !== before[id]?.status)
  expect(moved.every((id) => COMPLETED[before[id]?.status ?? ''] === after[id]?.status)).toBe(true)
  for (const id of moved) completed.add(after[id]?.tradingId ?? '')
  expect([...completed].toSorted()).toEqual(['21', '22', '24', '25', '26', SOLD_BY_SHOP])

  const early = await desk('sale', SOLD_BY_SHOP, '--yes', '--format', 'json')
  expect(told(early)).toEqual([`${SOLD_BY_SHOP} refused status`])
  completed.delete(SOLD_BY_SHOP)
  const csv = writeOrders(shop.cwd, [orderRow(27, 'docomo', { payment_status: '44', kind: '101' })], 'next-day.csv')
  expect((await desk('import', csv)).stdout).toContain('更新 1件')

  // Equal: nothing to correct. Higher: refused. Lower: in bulk refused, by itself sent.
  expect(await sellOneByOne(desk, [SOLD_BY_SHOP])).toEqual([`${SOLD_BY_SHOP} refused status`])
  await desk('amend', SOLD_BY_SHOP, '--total', '1100')
  expect(told(await desk('sale', SOLD_BY_SHOP, '--yes', '--format', 'json'))).toEqual([
    `${SOLD_BY_SHOP} refused higher`,
  ])
  await desk('amend', SOLD_BY_SHOP, '--total', String(LOWER))
  const bulk = await desk('bulk-sale', '--orders', SOLD_BY_SHOP, '--yes', '--format', 'json')
  expect(told(bulk)).toEqual([`${SOLD_BY_SHOP} refused correction-in-bulk`])
  const corrected = await desk('sale', SOLD_BY_SHOP, '--yes', '--format', 'json')
  expect(told(corrected)).toEqual([`${SOLD_BY_SHOP} accepted`])
  expect(resultOf(corrected).results[0]).toMatchObject({ request: 'corrected-sale', telegram: '103', amount: LOWER })
  await expectCorrected(desk, SOLD_BY_SHOP, '103', '補正売上')
  expect((await shop.ledger())[`1000${SOLD_BY_SHOP}`]?.status).toBe('60')
}
