// Takes in one order from any source: compares its new data with the source's last reading and with the mirror, and
// decides the outcome.
import { UNREADABLE, isRevival } from '../../domain/difference.js'
import { type MethodNames, namesAnother } from '../../domain/method-names.js'
import { GONE_ORDER_STATUS, type StatusSetting } from '../../domain/order-status.js'
import { type Kind, plainPaymentId } from '../../domain/order.js'
import {
  type ImportRow,
  type OtherMethodReading,
  type ShopRow,
  type ShopTaken,
  type Source,
  type UnreadableRow,
  sameShopRow,
} from '../../domain/shop.js'
import { CANCELLED, effectiveStatus, isSold } from '../../domain/statuses.js'
import { maskCardNumbers } from '../../text/card-number.js'
import { comparedName } from '../../text/names.js'
import type { Connection } from '../connection.js'
import { orderOf, samePayment } from '../order-rows.js'
import { rowOf } from '../orders.js'
import { type Disputed, disputedOf, keepConflict, saysAsBefore } from './conflicts.js'
import {
  type FieldDifference,
  type StoredOrder,
  isStored,
  paymentDifferences,
  shopDifferences,
  touchedDifferences,
} from './differences.js'
import { endAmendment, insertOrder, masked, updateShippingTold, updateShopFields } from './import-orders.js'
import { updatePayment } from './import-payments.js'
import {
  type Known,
  type Remembered,
  type RememberedColumn,
  hasMoved,
  knownOf,
  methodTextsOf,
  remember,
  rememberedOf,
  saysTheSame,
  tells,
  writtenDown,
} from './readings.js'

// Compares a row with the last reading of its source and with the fields that are already in dispute.
interface Said {
  readonly source: Source
  readonly row: ImportRow
  readonly now: Remembered
  /** Null when the source has never shown the order: then the whole row is new. */
  readonly last: Remembered | null
  readonly stored: StoredOrder
  /** The columns that this source disputes. They stay in dispute until they agree, whether or not they changed. */
  readonly disputed: ReadonlySet<string>
}

/**
 * Returns the row without the parts that are not new. While kind and payment id are unchanged, they and an unchanged
 * status carry no information. A changed status concerns the source's payment, which may differ from the mirror's
 * current one. Name and time belong to the shop alone and are always taken.
 */
export function newsOf(connection: Connection, { source, row, now, last, stored, disputed }: Said): ImportRow {
  const { orderId, paymentId, kind, tradingId, orderStatus, shippedAt, listedAmountYen } = row
  const tells = (column: RememberedColumn): boolean => disputed.has(column) || hasMoved(column, now, last)
  const ofAnother = paymentId !== null && paymentId !== stored.payment_id
  const replaced = ofAnother ? kindBeforeCorrection(connection, orderId, paymentId) : null
  const unknownKind = last?.k === undefined && replaced !== null
  const kindGiven = kind !== undefined && (unknownKind ? plain(kind) !== plain(replaced) : hasMoved('kind', now, last))
  // Another trading id means that the customer paid again. A payment that our own corrected sale has replaced is no
  // news of another payment.
  const paidAgain =
    (tradingId !== undefined && tradingId !== stored.trading_id && hasMoved('trading_id', now, last)) ||
    (ofAnother && replaced === null && hasMoved('payment_id', now, last))
  const another = paidAgain || (kindGiven && plain(kind) !== plain(stored.kind))
  const tellsStatus = another || disputed.has('payment_status') || (!ofAnother && hasMoved('payment_status', now, last))
  const isBack = source === 'shop' && stored.order_status === GONE_ORDER_STATUS
  return {
    orderId,
    method: another || tells('method') ? row.method : stored.method,
    totalYen: tells('total') ? row.totalYen : stored.total_yen,
    carrier: another || tells('carrier') ? row.carrier : null,
    paymentId: another || !ofAnother || disputed.has('payment_id') ? paymentId : null,
    status: tellsStatus ? row.status : null,
    ...(tradingId !== undefined && (another || tells('trading_id')) && { tradingId }),
    ...(kind !== undefined && (another || kindGiven || disputed.has('kind')) && { kind }),
    ...(row.orderedAt !== undefined && { orderedAt: row.orderedAt }),
    ...(row.customerName !== undefined && { customerName: row.customerName }),
    ...(listedAmountYen !== undefined && (another || tells('held_amount')) && { listedAmountYen }),
    ...(shippedAt !== undefined && tells('shipped_at') && { shippedAt }),
    ...(orderStatus !== undefined && (isBack || tells('order_status')) && { orderStatus }),
  }
}

/** 020, a changed authorisation, counts as no request. */
const plain = (kind: string): string => (kind === '020' ? '' : kind)

/**
 * Returns the last request at the time when our corrected sale replaced this payment with another; null when none
 * did.
 */
function kindBeforeCorrection(connection: Connection, orderId: string, paymentId: string): Kind | null {
  const row = connection.get<{ kind: Kind }>(
    `SELECT i.kind FROM attempts a JOIN run_items i USING (run_id, position)
     WHERE a.order_id = ? AND a.state = 'accepted' AND a.new_payment_id IS NOT NULL
       AND ${samePayment('i.payment_id', '?')} ORDER BY a.id DESC LIMIT 1`,
    orderId,
    paymentId,
  )
  return row?.kind ?? null
}

/** One order of a source. `asRead` is the shop's own data, when its database was read. */
export type OrderReading =
  | { readonly type: 'order'; readonly row: ImportRow; readonly asRead?: ShopRow }
  | OtherMethodReading
  | UnreadableRow

/** The source and the time of the reading. */
export interface Taking {
  readonly source: Source
  /** The shop's definitions of its own 対応状況. */
  readonly statuses: StatusSetting
  /** The operator's definitions of the shop's names of payment methods. */
  readonly methods: MethodNames
  readonly nowMs: number
}

/**
 * Takes the new data of the reading, or leaves the order unchanged and keeps the dispute. Call it inside a
 * transaction. In both cases the reading is remembered, so that the same data has no effect the next time.
 */
export function takeReading(connection: Connection, reading: OrderReading, taking: Taking): ShopTaken {
  const { source, nowMs } = taking
  if (reading.type !== 'order') return takeOther(connection, source, reading, nowMs)
  const row = masked(reading.row)
  const { orderId } = row
  const asRead = reading.asRead ?? null
  const now = rememberedOf(row)
  const known = knownOf(connection, source, orderId)
  if (known === null) {
    insertOrder(connection, row, source === 'csv' ? writtenDown(now) : null, nowMs)
    if (source === 'csv') return 'added'
    const stored = storedOrder(connection, orderId)
    const naming = namingOf({ row, now, last: null, stored, before: [] }, taking)
    remember(connection, source, orderId, naming.remembered, asRead, nowMs)
    if (naming.dispute === null) return 'added'
    return dispute(connection, source, { stored, before: [], mine: [naming.dispute] }, nowMs)
  }
  const shippingTold = row.shippedAt !== undefined
  if (shippingTold !== known.shippingTold) updateShippingTold(connection, orderId, shippingTold)
  const { taken, remembered } = saysNothing(source, row, now, known)
    ? { taken: 'unchanged' as const, remembered: now }
    : takeRow(connection, { row, now, known }, taking)
  if (!isRemembered(remembered, asRead, known)) {
    const { x: _readable, w: _disputed, ...last } = known.last ?? {}
    remember(connection, source, orderId, { ...last, ...remembered }, asRead, nowMs)
  }
  return taken
}

/**
 * Detects the most frequent case of a file that is taken in again, without reading the order's payments and requests.
 */
function saysNothing(source: Source, { customerName, orderedAt }: ImportRow, now: Remembered, known: Known): boolean {
  if (known.conflict || known.last === null || known.last.w !== undefined || !saysTheSame(now, known.last)) return false
  if (source === 'shop' && known.orderStatus === GONE_ORDER_STATUS) return false
  const sameName = customerName === undefined || known.purged || customerName === known.customerName
  return sameName && (orderedAt === undefined || orderedAt === known.orderedAt)
}

function isRemembered(now: Remembered, asRead: ShopRow | null, { last, asRead: before }: Known): boolean {
  if (last === null || last.x !== undefined || last.w !== now.w || !saysTheSame(now, last)) return false
  return asRead === null || (before !== null && sameShopRow(asRead, before))
}

interface Row {
  readonly row: ImportRow
  readonly now: Remembered
  readonly known: Known
}

interface Took {
  readonly taken: ShopTaken
  readonly remembered: Remembered
}

function takeRow(connection: Connection, { row, now, known }: Row, taking: Taking): Took {
  const { source, statuses, nowMs } = taking
  const stored = storedOrder(connection, row.orderId)
  const before = known.conflict ? disputedOf(connection, row.orderId) : []
  const own = before.filter(isOf(source))
  const disputed = new Set(own.map(({ field }) => field))
  const news = newsOf(connection, { source, row, now, last: known.last, stored, disputed })
  const touched = stored.touched === 1
  const ofShop = shopDifferences(news, stored)
  const ofPayment = touched ? touchedDifferences(news, stored) : paymentDifferences(news, stored)
  // An order that a pull had lost and that the shop's own database shows again exists there again.
  const isBack = source === 'shop' && stored.order_status === GONE_ORDER_STATUS
  const revived =
    !isBack && news.orderStatus !== undefined && isRevival(stored.order_status, news.orderStatus, statuses)
  const missing = own.filter(({ field }) => isDisputedWhenMissing(field) && !tells(now, field))
  const shown = touched ? stored : withNews(stored, news)
  const naming = namingOf({ row, now, last: known.last, stored: shown, before: own }, taking)
  const { remembered } = naming
  const ofMethod = naming.dispute === null ? ofPayment.filter(isOfMethod) : [naming.dispute]
  const took = (taken: ShopTaken): Took => ({ taken, remembered })
  // This comes before any dispute: the row is remembered, so that its total is no news at the dispute's end.
  const totalMoved = disputed.has('total') || hasMoved('total', now, known.last)
  const takesOver = stored.amended_from_yen !== null && totalMoved && row.totalYen === stored.total_yen
  if (takesOver) endAmendment(connection, row.orderId)
  if (revived || naming.dispute !== null || (touched && ofPayment.length > 0) || missing.length > 0) {
    const mine = [...ofMethod, ...ofPayment.filter((one) => !isOfMethod(one)), ...ofShop, ...missing]
    return took(dispute(connection, source, { stored, before, mine }, nowMs))
  }
  // Fields that agree now are no longer in dispute; fields that another source disputes stay in dispute.
  if (disputed.size > 0) {
    const rest = before.filter((one) => !isOf(source)(one))
    keepConflict(connection, row.orderId, rest, nowMs)
  }
  if (ofShop.length + ofPayment.length === 0 && !takesOver && isStored(news, stored)) return took('unchanged')
  if (!touched) updatePayment(connection, news, stored, nowMs)
  updateShopFields(connection, news)
  return took(takesOver || ofShop.length + ofPayment.length > 0 ? 'updated' : 'unchanged')
}

/** An untouched order takes the state of its row, because no request of ours contradicts it. */
function withNews(stored: StoredOrder, { kind, status, paymentId }: ImportRow): StoredOrder {
  // The status of the payment before says nothing about a new one.
  const isNew =
    paymentId !== null && stored.payment_id !== null && plainPaymentId(paymentId) !== plainPaymentId(stored.payment_id)
  return {
    ...stored,
    ...(kind !== undefined && { kind }),
    ...((status !== null || isNew) && { status, status_origin: 'shop' as const }),
    ...(paymentId !== null && { payment_id: paymentId }),
  }
}

interface Named extends Pick<Row, 'row' | 'now'> {
  readonly last: Remembered | null
  readonly stored: StoredOrder
  /** The disputes of this source. */
  readonly before: readonly Disputed[]
}

interface Naming {
  readonly dispute: FieldDifference | null
  readonly remembered: Remembered
}

const isOfMethod = ({ field }: FieldDifference): boolean => field === 'method'

/**
 * Compares the text of the payment method on the shop's order page. The page can change the text, and the module's
 * columns do not follow. The earlier text stays remembered while a new one is in dispute, so that it is compared
 * again until the shop restores it. An operator who has ended the conflict has checked the new one.
 */
function namingOf({ row, now, last, stored, before }: Named, { methods }: Taking): Naming {
  const { n: said = '', ...rest } = now
  const text = String(said)
  const texts = methodTextsOf(last)
  const { agreed, disputed } = texts
  const stands = before.some(isOfMethod)
  const inDispute = (file: string): Naming => ({
    dispute: { field: 'method', mirror: stored.method, file },
    remembered: { ...rest, ...(agreed !== undefined && { n: agreed }), w: file },
  })
  if (text === '') {
    if (disputed === undefined) return { dispute: null, remembered: now }
    // A text that is missing from the row now stays in dispute.
    return stands && !isCancelled(stored) ? inDispute(disputed) : { dispute: null, remembered: { ...now, w: disputed } }
  }
  const isFirst = agreed === undefined && disputed === undefined
  const isEnded = !stands && disputed !== undefined && comparedName(disputed) === comparedName(text)
  const another = !isEnded && namesAnother(text, texts, row, methods)
  // An order that was sold before its text was first read is not sold any more.
  if (!another || (isFirst && isSold(orderOf(stored)))) return { dispute: null, remembered: now }
  // Nor is a cancelled one. Its text is not agreed, because a new payment may bring the order back.
  if (isCancelled(stored)) return { dispute: null, remembered: { ...rest, ...(agreed !== undefined && { n: agreed }) } }
  return inDispute(text)
}

/** A conflict of an earlier version may be ended by any source. */
const isOf =
  (source: Source) =>
  (one: Disputed): boolean =>
    one.source === null || one.source === source

/** Handles another payment method, or a row that cannot be read: nothing else is known of the order. */
function takeOther(
  connection: Connection,
  source: Source,
  reading: OtherMethodReading | UnreadableRow,
  nowMs: number,
): ShopTaken {
  const { orderId } = reading
  const known = knownOf(connection, source, orderId)
  if (known === null) return 'left-out'
  const stored = storedOrder(connection, orderId)
  const unreadable = reading.type === 'unreadable'
  const said = maskCardNumbers(unreadable ? `${reading.field}=${reading.value}` : reading.method)
  const difference: FieldDifference = unreadable
    ? { field: UNREADABLE, mirror: orderId, file: said }
    : { field: 'method', mirror: stored.method, file: said }
  const before = disputedOf(connection, orderId)
  const own = before.filter(isOf(source))
  const { x: _before, ...last } = known.last ?? {}
  const wasSaid = unreadable ? known.last?.x === said : known.last?.m === said
  // An operator has checked exactly this data and ended the conflict.
  if (wasSaid && !own.some(({ field }) => field === difference.field)) return 'unchanged'
  if (!wasSaid) {
    // The text that was in dispute has not been decided yet.
    const { w: _disputed, ...others } = last
    remember(connection, source, orderId, unreadable ? { ...last, x: said } : { ...others, m: said }, null, nowMs)
  }
  const besides = own.filter(({ field }) => field !== difference.field && field !== UNREADABLE)
  return dispute(connection, source, { stored, before, mine: [difference, ...besides] }, nowMs)
}

interface Dispute {
  readonly stored: StoredOrder
  readonly before: readonly Disputed[]
  /** All current differences of this source. */
  readonly mine: readonly FieldDifference[]
}

/** Anything but the fields that only the shop decides and this tool never writes. */
const isGrave = (field: string): boolean =>
  !['ordered_at', 'customer_name', 'held_amount', 'shipped_at', 'order_status'].includes(field)

/** A field that the source no longer states is in dispute until it agrees. */
const isDisputedWhenMissing = (field: string): boolean => isGrave(field) || field === 'order_status'

/**
 * Keeps the order unchanged. For a finished order each dispute is reported once, because nothing is sent for it any
 * more.
 */
function dispute(connection: Connection, source: Source, { stored, before, mine }: Dispute, nowMs: number): ShopTaken {
  const ofOthers = before.filter((one) => !isOf(source)(one) && !mine.some(({ field }) => field === one.field))
  const now = [...mine.map((one) => ({ ...one, source })), ...ofOthers]
  if (saysAsBefore(before, now)) return 'standing'
  keepConflict(connection, stored.order_id, now, nowMs)
  const isNew = mine.some(({ field }) => isGrave(field) && !before.some((one) => one.field === field))
  if (before.length > 0 && !isNew && isFinished(stored)) return 'standing'
  return { conflict: now.map(({ field, mirror, file }) => ({ field, mirror, file })) }
}

const isFinished = (stored: StoredOrder): boolean => isSold(orderOf(stored)) || isCancelled(stored)

function isCancelled(stored: StoredOrder): boolean {
  const effective = effectiveStatus(orderOf(stored))
  return effective.known && CANCELLED.includes(effective.status)
}

function storedOrder(connection: Connection, orderId: string): StoredOrder {
  const row = rowOf(connection, orderId)
  if (row === null) throw new Error(`order ${orderId} is in the mirror and has no payment`)
  const listed = connection.get<{ listed_status: string | null }>(
    'SELECT listed_status FROM payments WHERE id = ?',
    row.payment,
  )
  return { ...row, listed_status: listed?.listed_status ?? null }
}
