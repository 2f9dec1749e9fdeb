// The orders of one round: sales, corrected sales and cancels of all four kinds, with the faults injected on the way.
import { randomOf } from './random.js'

export type Operation = 'sale' | 'cancel'

export interface GroupOrder {
  readonly orderId: string
  readonly paymentId: string
  readonly method: 'credit' | 'carrier'
  readonly carrier: '' | 'docomo' | 'au' | 'softbank'
  readonly status: string
  readonly totalYen: number
  readonly heldYen: number
}

/** The group of orders that one batch sends. */
export interface Group {
  readonly round: number
  readonly operation: Operation
  readonly orders: readonly GroupOrder[]
  /** For the simulator. */
  readonly faults: readonly object[]
}

const HELD_YEN = 1000
const LOWER_YEN = 800

type Kind = Pick<GroupOrder, 'method' | 'carrier' | 'status' | 'totalYen'>
const kind = (carrier: 'credit' | 'docomo' | 'au' | 'softbank', status: string, totalYen = HELD_YEN): Kind => ({
  method: carrier === 'credit' ? 'credit' : 'carrier',
  carrier: carrier === 'credit' ? '' : carrier,
  status,
  totalYen,
})

/** The rules of docs/rules.md#the-matrix's profile `current`, under which every kind may be sold, corrected and cancelled. */
const KINDS = {
  sale: [
    kind('credit', '20'),
    kind('docomo', '20'),
    kind('au', '20'),
    kind('softbank', '21'),
    kind('credit', '20', LOWER_YEN),
    kind('docomo', '21', LOWER_YEN),
    kind('au', '20', LOWER_YEN),
    kind('softbank', '20', LOWER_YEN),
  ],
  cancel: [
    kind('credit', '20'),
    kind('credit', '40'),
    kind('docomo', '20'),
    kind('docomo', '44'),
    kind('au', '20'),
    kind('au', '40'),
    kind('softbank', '21'),
    kind('softbank', '40'),
  ],
} as const satisfies Record<Operation, readonly Kind[]>

export const GROUP_SIZE = 8

/** Beside the kill: most rounds have a gateway that behaves, in the others one order meets one of these. */
const MISHAPS = [
  { commits: true, shows: 'reset' },
  { commits: false, shows: 'reset', match: { nth: 1 } },
  { commits: true, shows: 'half' },
  { commits: true, shows: 'garbage' },
  { shows: 'code:E002', match: { nth: 1 } },
  { late: true, after_ms: 300, shows: 'reset' },
] as const

/** A request that Paygent never gets: what keeps a run waiting for its second look. */
export const LOST = { commits: false, shows: 'reset', match: { nth: 1 } } as const

/**
 * @param mishap what befalls the order at `at`, counted from 1; undefined leaves both to chance
 */
export function groupOf(seed: number, round: number, mishap?: { fault: typeof LOST; at: number } | null): Group {
  const random = randomOf(seed * 1009 + round)
  const operation: Operation = random.next() < 0.6 ? 'sale' : 'cancel'
  const orders = random.shuffled(KINDS[operation]).map((each, index): GroupOrder => {
    const orderId = String(10_000 + round * 10 + index)
    return { ...each, orderId, paymentId: `1000${orderId}`, heldYen: HELD_YEN }
  })
  const chance = random.next() < 0.35 ? { fault: random.pick(MISHAPS), at: random.between(1, GROUP_SIZE + 1) } : null
  const chosen = mishap === undefined ? chance : mishap
  return { round, operation, orders, faults: chosen === null ? [] : faultsFor(chosen, orders) }
}

function faultsFor({ fault, at }: { fault: object; at: number }, orders: readonly GroupOrder[]): object[] {
  const order = orders[at - 1]
  if (order === undefined) throw new Error(`no order at ${at}`)
  const match = { ...(fault as { match?: object }).match, payment_id: order.paymentId }
  return MONEY.map((telegram) => ({ ...fault, match: { ...match, telegram } }))
}

/** The telegrams that move money. */
export const MONEY = ['021', '022', '023', '029', '101', '102', '103'] as const

/** The CSV, for the mirror and for the simulator alike. */
export function csvOf(groups: readonly Group[]): string {
  const head =
    'order_id,ordered_at,customer_name,method,carrier,total,held_amount,shipped_at,order_status,trading_id,payment_id,payment_status'
  const lines = groups
    .flatMap(({ orders }) => orders)
    .map(({ orderId, paymentId, method, carrier, status, totalYen, heldYen }) =>
      [
        orderId,
        '2026/11/20 10:00',
        '試験 太郎',
        method,
        carrier,
        totalYen,
        heldYen,
        '',
        '',
        orderId,
        paymentId,
        status,
      ].join(),
    )
  return `${[head, ...lines].join('\n')}\n`
}
