// Defines the shop's rows of orders, as they are read and as they are written back; the shop's own module writes the
// same.
import {
  type Carrier,
  type Kind,
  type Method,
  MONEY_TELEGRAMS,
  type MoneyTelegram,
  type Order,
  type PaymentStatus,
  plainPaymentId,
} from './order.js'
import { ECCUBE2_STATUS, ECCUBE4_STATUS } from './order-status.js'
import { CANCEL_KINDS, CANCELLED, effectiveStatus, SALE_KINDS, SOLD } from './statuses.js'

/** Begins the detail of a refusal whose reason is the shop's own row; the field follows, or `never-read`. */
export const SHOP_DETAIL = 'shop: '

/** The columns of one order that decide whether it has moved, in the shop's own words: '' and null are not the same. */
export interface ShopRow {
  readonly kind: string | null
  readonly paymentId: string | null
  readonly status: string | null
  /** Whole yen. */
  readonly totalYen: number
}

/** One order of the shop's database as it was read. */
export type ShopReading =
  | {
      readonly type: 'order'
      readonly row: ImportRow
      readonly asRead: ShopRow
      /** The error text on the shop's page; '' and null both mean none. */
      readonly errorText: string | null
    }
  | UnreadableRow

/** An order that was deleted or hidden in the shop since the last pull. */
export interface GoneOrder {
  readonly orderId: string
  /** True if this tool has sent a request for it. */
  readonly touched: boolean
}

/** The values that the shop's module would have written after a request. Nothing else of the row is changed. */
export interface ShopWrite {
  readonly orderId: string
  /** The row must still have these; anything else is a conflict. */
  readonly guard: Pick<ShopRow, 'kind' | 'paymentId'>
  /** Null if Paygent refused the request: only the error text is written then. */
  readonly accepted: { readonly kind: MoneyTelegram; readonly paymentId: string } | null
  /** '' clears the row's error text, if that is still the one that the last pull read. */
  readonly errorText: string
}

/**
 * `already`: the row has these values already, as after a push that was cut off. `moved` and `gone` are conflicts;
 * nothing was written.
 */
export type ShopWritten =
  /** The error text, if it had to differ from the one that was requested. */
  | { readonly type: 'written'; readonly errorText?: string }
  | { readonly type: 'already' | 'gone' }
  /** The server refuses the write of this one row: SQLSTATE, MySQL's name, or `NOT_TAKEN`. */
  | { readonly type: 'failed'; readonly code: string }
  | { readonly type: 'moved'; readonly found: Pick<ShopRow, 'kind' | 'paymentId'> }

/** The server reports no error, and the row is unchanged: a trigger, a rule, or row security prevents the write. */
export const NOT_TAKEN = 'not-taken'

/** An attempt with an outcome that has not been written into the shop. */
export interface UnreportedAttempt {
  readonly attemptId: number
  readonly outcome: 'accepted' | 'rejected'
  readonly telegram: MoneyTelegram
  /** The kind of the plan. */
  readonly kind: Kind
  readonly paymentId: string
  readonly newPaymentId: string | null
  readonly code: string | null
  readonly detail: string | null
}

/** An order with such attempts, the oldest attempt first. */
export interface UnreportedOrder {
  readonly orderId: string
  /** The values that the mirror has now. */
  readonly kind: Kind
  readonly paymentId: string | null
  /** An attempt on it has no outcome yet, so nothing is written. */
  readonly hasOpenOutcome: boolean
  /** The operator has to act before anything about it is settled. */
  readonly attention: boolean
  readonly conflict: boolean
  /** The shop's row when it was last read or written; null if it never was. */
  readonly asRead: ShopRow | null
  readonly attempts: readonly UnreportedAttempt[]
}

/** The next step for an order whose outcome has not been written into the shop. */
export type Telling =
  | { readonly type: 'write'; readonly write: ShopWrite }
  /** Waits for `reconcile` or the operator. */
  | { readonly type: 'waits'; readonly why: 'unsettled' | 'conflict' }
  /** The order has never been read from the shop's database. */
  | { readonly type: 'never-read' }
  /** The shop has changed the order since, and the mirror has taken that over, so there is nothing left to write. */
  | { readonly type: 'superseded' }

/**
 * Why an outcome no longer waits to be written into the shop. `gone`: the order is no longer there. `left`: the
 * operator decided that it is not written.
 */
export type ReportFate = 'written' | 'already' | 'superseded' | 'gone' | 'left'

/** The result of a push for one order. `would-write` is the result of a dry run. */
export type PushFate =
  | 'written'
  | 'already'
  | 'superseded'
  | 'would-write'
  /** Not settled, or a conflict that `reconcile` has to end: nothing unknown is written. */
  | 'unsettled'
  | 'conflict'
  /** The shop's row is not as it was read, no longer there, or was never read. */
  | 'moved'
  | 'gone'
  | 'never-read'
  /** The server did not take the write of this row; the next push tries again. */
  | 'failed'

/** Results that remain until the shop and the mirror agree, or the operator ends them. */
export const PUSH_CONFLICTS: readonly PushFate[] = ['conflict', 'moved', 'never-read']

/** Results after which the shop still differs from Paygent. */
export const PUSH_TROUBLE: readonly PushFate[] = [...PUSH_CONFLICTS, 'gone', 'failed']

/** 020, a changed authorisation, counts as none. */
const plainKind = (kind: Kind): Kind => (kind === '020' ? '' : kind)

/** Several requests on one order leave what the shop's module would have left after the last of them. */
export function tellingOf(order: UnreportedOrder): Telling {
  const { orderId, kind, paymentId, hasOpenOutcome: unsettled, conflict, asRead, attempts } = order
  if (unsettled) return { type: 'waits', why: 'unsettled' }
  if (conflict) return { type: 'waits', why: 'conflict' }
  if (asRead === null) return { type: 'never-read' }
  // The shop's module writes when its change ends; a later pull brings that.
  if (asRead.kind === '0201' || asRead.kind === '0291') return { type: 'waits', why: 'conflict' }
  let accepted: ShopWrite['accepted'] = null
  let errorText = ''
  let left: Pick<UnreportedOrder, 'kind' | 'paymentId'> = { kind, paymentId }
  for (const attempt of attempts) {
    const rejected = attempt.outcome === 'rejected'
    if (!rejected) {
      accepted = { kind: attempt.telegram, paymentId: attempt.newPaymentId ?? attempt.paymentId }
    }
    errorText = rejected ? errorTextOf(attempt) : ''
    left = accepted ?? attempt
  }
  if (plainKind(left.kind) !== plainKind(kind) || left.paymentId !== paymentId) return { type: 'superseded' }
  if (hasOneOfItsOwn(asRead, attempts)) return { type: 'waits', why: 'conflict' }
  const guard = { kind: asRead.kind, paymentId: asRead.paymentId }
  const written = accepted && { ...accepted, paymentId: asShopHasIt(accepted.paymentId, asRead) }
  return { type: 'write', write: { orderId, guard, accepted: written, errorText } }
}

/** A payment that the row names already keeps the shop's own text, leading zeros and all. */
const asShopHasIt = (paymentId: string, { paymentId: theirs }: ShopRow): string =>
  theirs !== null && plainPaymentId(theirs) === paymentId ? theirs : paymentId

/** Staff have sent a request from the shop. Its row is never overwritten, whatever its outcome at Paygent. */
function hasOneOfItsOwn({ kind }: ShopRow, attempts: readonly UnreportedAttempt[]): boolean {
  const ours = attempts.some((attempt) => kind === attempt.kind || kind === attempt.telegram)
  return !ours && MONEY_TELEGRAMS.some((telegram) => telegram === kind)
}

/** The words of the shop's own module, which staff know from the shop's page. */
export const errorTextOf = ({ code, detail }: Pick<UnreportedAttempt, 'code' | 'detail'>): string =>
  `エラー詳細 : ${detail ?? ''}エラーコード${code ?? ''}`

/**
 * Kinds with which the modules leave an error in the row if a change may have charged the customer twice. 0201 and
 * 0291, with which a change is under way, hold the order by themselves.
 */
const CHANGED_KINDS: readonly (string | null)[] = ['029', '020']

/** Whether an error text that this tool did not write keeps the order for the operator; any other is only shown. */
export const holdsByError = (kind: string | null, errorText: string | null): boolean =>
  (errorText ?? '').trim() !== '' && CHANGED_KINDS.includes(kind)

/** The error text for a shop whose database has no Japanese. */
export const asciiErrorText = (text: string): string =>
  /^[\x20-\x7e]*$/.test(text) ? text : `Error code ${/エラーコード([\x20-\x7e]*)$/.exec(text)?.[1] ?? ''}`.trimEnd()

const [NEW, WAITS, PAID] = [ECCUBE2_STATUS[1], ECCUBE2_STATUS[2], ECCUBE2_STATUS[6]]
const CALLED_OFF = [ECCUBE2_STATUS[3], ECCUBE4_STATUS[3]]

/** The requests that a notice tells of, the statuses in which they leave a payment, and 対応状況 that the notice replaces. */
interface NoticeMoves {
  readonly kinds: readonly Kind[]
  readonly statuses: readonly PaymentStatus[]
  /** The statuses of a notice that moves 対応状況 in every shop. 44 moves none in EC-CUBE 4. */
  readonly heard: readonly PaymentStatus[]
  readonly from: readonly string[]
}
export const NOTICE_MOVES: readonly NoticeMoves[] = [
  { kinds: SALE_KINDS, statuses: SOLD, heard: SOLD.filter((one) => one !== '44'), from: [NEW, WAITS, ...CALLED_OFF] },
  { kinds: CANCEL_KINDS, statuses: CANCELLED, heard: CANCELLED, from: [NEW, WAITS, PAID] },
]

/**
 * Whether the shop has dropped Paygent's notice of the order's last request: neither the status of the last notice that
 * it took nor 対応状況 shows the request. 対応状況 that only staff give, as 発送済み, shows that they have seen to it.
 * @param lastHeard the payment status in the shop's row; '' or null in a shop that takes no notices
 */
export function hasMissedNotice(order: Order, lastHeard: PaymentStatus | null): boolean {
  const { kind, orderStatus } = order
  const effective = effectiveStatus(order)
  if (!effective.known || lastHeard === null || lastHeard === '') return false
  return NOTICE_MOVES.some(
    ({ kinds, statuses, heard, from }) =>
      kinds.includes(kind) &&
      statuses.includes(effective.status) &&
      !heard.includes(lastHeard) &&
      from.includes(orderStatus),
  )
}

export const sameShopRow = (one: ShopRow, other: ShopRow): boolean =>
  one.kind === other.kind &&
  one.paymentId === other.paymentId &&
  one.status === other.status &&
  one.totalYen === other.totalYen

/** The effect of the shop's order on the mirror. */
export type ShopTaken =
  | 'added'
  | 'updated'
  | 'unchanged'
  /** A conflict is unchanged. */
  | 'standing'
  /** The order is not in the mirror, and its row cannot come into it. */
  | 'left-out'
  /** The shop's order differs in a way that is not simply taken. It is left as it is, and not sent. */
  | { readonly conflict: readonly ShopDifference[] }

/** The same for a pull; an earlier pull has reported `left-out-as-before`. */
export type PullTaken = ShopTaken | 'left-out-as-before'

export interface ShopDifference {
  /** A column of the CSV. */
  readonly field: string
  readonly mirror: string | number | null
  readonly file: string | number | null
}

// The readings of an order, from a CSV file or from the shop's database.
/**
 * An order as a source gives it. The mirror keeps its own value of a field that the source does not have. Null is
 * "unknown" for carrier, payment and status, and "none" for the rest.
 */
export interface ImportRow {
  readonly orderId: string
  readonly method: Method
  readonly totalYen: number
  readonly carrier: Carrier | null
  readonly paymentId: string | null
  readonly status: string | null
  readonly tradingId?: string
  readonly kind?: Kind
  /** Japan time, `YYYY-MM-DDThh:mm:ss+09:00`. */
  readonly orderedAt?: string
  readonly customerName?: string
  readonly listedAmountYen?: number | null
  /** Japan time, or null when not shipped. */
  readonly shippedAt?: string | null
  readonly orderStatus?: string
  /** The payment method in the words of the shop's order page, '' for none; left out if they were not read. */
  readonly methodText?: string
}

/** A line of a file whose payment method is none of ours. The order may be one that the mirror has. */
export interface OtherMethodLine {
  /** Null if the line gives no number that could be an order's. */
  readonly orderId: string | null
  /** The text of the file; '' for a line without a method. */
  readonly method: string
}

/** The two sources from which orders come in. */
export type Source = 'csv' | 'shop'

/** A value that cannot be what its column should hold; nothing of the order is taken. */
export interface UnreadableRow {
  readonly type: 'unreadable'
  readonly orderId: string
  readonly field: string
  readonly value: string
}

/**
 * An order that is paid in another way than by Paygent's credit or carrier; `method` is the source's own name for it.
 */
export interface OtherMethodReading {
  readonly type: 'other-method'
  readonly orderId: string
  readonly method: string
}

/** A payment that several orders have; none of them is sent. */
export interface SharedPayment {
  readonly paymentId: string
  readonly orderIds: readonly string[]
}

/** Converts a row to an order without any request. */
export const orderOfRow = (row: ImportRow): Order => ({
  orderId: row.orderId,
  orderedAt: row.orderedAt ?? '',
  customerName: row.customerName ?? '',
  method: row.method,
  carrier: row.carrier,
  totalYen: row.totalYen,
  amendedFromYen: null,
  listedAmountYen: row.listedAmountYen ?? null,
  shippedAt: row.shippedAt ?? null,
  shippingTold: row.shippedAt !== undefined,
  orderStatus: row.orderStatus ?? '',
  tradingId: row.tradingId ?? row.orderId,
  paymentId: row.paymentId,
  kind: row.kind ?? '',
  kindByUs: false,
  status: row.status,
  statusOrigin: 'shop',
  statusPaymentId: null,
  heldAmountYen: null,
  heldAmountAt: null,
  authorizedAt: null,
  openAttempt: false,
  attention: false,
  severalPayments: false,
  conflict: false,
  hold: null,
  shopError: null,
  duplicatePayment: false,
  notProcessed: null,
  correctionRefused: null,
  malformed: false,
})

/** The same for a whole file, for a reader that keeps no mirror. */
export const ordersOfRows = (rows: readonly ImportRow[]): Order[] => rows.map(orderOfRow)
