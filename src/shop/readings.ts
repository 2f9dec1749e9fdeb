// A row of EC-CUBE as an order of the mirror, or as a value that cannot be what its column should hold.
import { type Carrier, type Kind, KINDS, plainPaymentId } from '../domain/order.js'
import type { ImportRow, ShopReading } from '../domain/shop.js'
import type { Layout, METHODS, RawOrder } from './layouts.js'

/** memo08 and paygent_payment_method. */
const CARRIER_OF = {
  '020': null,
  '100_1': 'docomo',
  '100_2': 'au',
  '100_3': 'softbank',
} as const satisfies Record<(typeof METHODS)[number], Carrier | null>

const isOurs = (method: string | null): method is (typeof METHODS)[number] =>
  method !== null && Object.hasOwn(CARRIER_OF, method)

class Unreadable extends Error {
  constructor(
    readonly field: string,
    readonly value: string,
  ) {
    super(field)
  }
}

/** @returns what the row says, or the first of its values that cannot be read */
export function readingOf(raw: RawOrder, layout: Layout): ShopReading {
  try {
    return { type: 'order', row: rowOf(raw, layout), asRead: asReadOf(raw), errorText: raw.error_text }
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error
    return { type: 'unreadable', orderId: raw.order_id, field: error.field, value: error.value }
  }
}

function rowOf(raw: RawOrder, { statuses }: Layout): ImportRow {
  const { order_id: orderId, method, order_status: number } = raw
  if (!isOurs(method)) throw new Unreadable('method', method ?? '')
  return {
    orderId,
    method: method === '020' ? 'credit' : 'carrier',
    carrier: CARRIER_OF[method],
    totalYen: yenOf(raw.total),
    paymentId: paymentIdOf(raw.payment_id),
    status: matching('payment_status', raw.payment_status, /^\d\d$/),
    // EC-CUBE's module gives the order number.
    tradingId: orderId,
    kind: kindOf(raw.kind),
    customerName: [raw.name01, raw.name02].filter((part) => part !== null && part !== '').join(' '),
    shippedAt: japanTime('shipped_at', raw.shipped_at),
    ...orderedAt(raw.ordered_at),
    // A shop may add numbers of its own; they are kept as they stand.
    orderStatus: number === null ? '' : (statuses[number] ?? number),
    ...(raw.method_text !== undefined && { methodText: raw.method_text ?? '' }),
  }
}

const orderedAt = (text: string | null): Pick<ImportRow, 'orderedAt'> => {
  const time = japanTime('ordered_at', text)
  return time === null ? {} : { orderedAt: time }
}

const asReadOf = ({ kind, payment_id: paymentId, payment_status: status, total }: RawOrder) => ({
  kind,
  paymentId,
  status,
  totalYen: yenOf(total),
})

/** 1733, or 1733.00 of EC-CUBE 4. */
function yenOf(text: string | null): number {
  const yen = Number(/^(\d{1,12})(?:\.0+)?$/.exec(text ?? '')?.[1] ?? Number.NaN)
  if (Number.isNaN(yen)) throw new Unreadable('total', text ?? '')
  return yen
}

/** Without leading zeros; what was read stays beside it as the shop has it. */
function paymentIdOf(text: string | null): string | null {
  const digits = matching('payment_id', text, /^\d{1,18}$/)
  return digits === null ? null : plainPaymentId(digits)
}

/** '' and null are "not told". */
function matching(field: string, text: string | null, pattern: RegExp): string | null {
  if (text === null || text === '') return null
  if (!pattern.test(text)) throw new Unreadable(field, text)
  return text
}

function kindOf(text: string | null): Kind {
  const kind = KINDS.find((one) => one === (text ?? ''))
  if (kind === undefined) throw new Unreadable('kind', text ?? '')
  return kind
}

/** MySQL's zero date is none. */
function japanTime(field: string, text: string | null): string | null {
  if (text === null || text.startsWith('0000')) return null
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(text)) throw new Unreadable(field, text)
  return `${text}+09:00`
}
