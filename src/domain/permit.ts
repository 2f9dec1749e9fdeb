// Decides which request may be sent for an order, or why none: docs/rules.md#the-order-of-the-checks.
import { CARRIER_RULES, type Completion, CORRECTS_ONCE, CREDIT, CREDIT_AGAIN, type RuleProfile } from './carriers.js'
import { meaningOfCode, SEVERAL_PAYMENTS } from './codes.js'
import { readStatus, SELLABLE_ORDER_STATUS, type StatusSetting } from './order-status.js'
import type { Carrier, MoneyTelegram, Operation, Order, PaymentStatus, RequestName } from './order.js'
import { type Permission, type Reason, type Refusal, refuse } from './outcome.js'
import {
  AUTHORISED,
  CANCEL_KINDS,
  CANCELLED,
  CHANGING_KINDS,
  CORRECTION_KINDS,
  effectiveStatus,
  IN_TRANSIT,
  SALE_KINDS,
  SOLD,
} from './statuses.js'

// Amount correction, 金額補正: docs/rules.md#amount-correction.
export type AmountRelation = 'equal' | 'lower' | 'higher'

/**
 * Compares the order's total with the amount that Paygent holds, both in whole yen. An equal total needs a plain sale,
 * a lower one a corrected sale. A higher one permits nothing, because a correction can only lower the amount.
 */
export function compareAmounts(totalYen: number, heldAmountYen: number): AmountRelation {
  if (totalYen === heldAmountYen) return 'equal'
  return totalYen < heldAmountYen ? 'lower' : 'higher'
}

// Fences keep an order from being sent in any payment status: docs/rules.md#fences.
export interface BlockContext {
  readonly includeCancelled: boolean
  /** `--after-unknown`: the opposite of a request that was not processed may be sent at once. */
  readonly afterUnknown: boolean
  /** The meanings of the shop's own 対応状況, always as they are set now, also for a request of an earlier run. */
  readonly statuses: StatusSetting
  /** Now, epoch milliseconds. */
  readonly nowMs: number
}

/** Whether the shop has called the order off, or the customer has not finished it. */
export function isCalledOff({ orderStatus }: Pick<Order, 'orderStatus'>, statuses: StatusSetting): boolean {
  const { meaning } = readStatus(orderStatus, statuses)
  return meaning === 'cancelled' || meaning === 'unfinished'
}

/** Marks an order that is sent only if the operator names or ticks it, because the meaning of its 対応状況 is not known. */
export type Mark = Extract<Reason, 'unknown-status'>

/**
 * Why `--all`, the night and the picker's "all" leave the order to the operator, who may name or tick it; null if they
 * take it. A 対応状況 that only sounds cancelled is no reason to release a payment.
 */
export function markOf({ orderStatus }: Order, operation: Operation, { statuses }: BlockContext): Mark | null {
  const status = readStatus(orderStatus, statuses)
  if (status.meaning === 'unknown' || status.meaning === 'hold') return 'unknown-status'
  const sounds = status.meaning === 'cancelled' && status.by === 'parts'
  return sounds && operation === 'cancel' ? 'unknown-status' : null
}

/** Only a 対応状況 that is read as cancelled by one of these is a reason to release a payment. */
const SURELY_CANCELLED: readonly string[] = ['name', 'setting']

function calledOff(order: Order, operation: Operation, context: BlockContext): Refusal | null {
  const status = readStatus(order.orderStatus, context.statuses)
  if (status.meaning === 'unfinished') return refuse('cancelled-order', null, 'unfinished')
  if (status.meaning !== 'cancelled' || context.includeCancelled) return null
  if (operation === 'cancel' && (status.by === 'parts' || isToRelease(order, status.by))) return null
  return refuse('cancelled-order', null, order.orderStatus)
}

/** A cancel may release the authorisation of an order that was called off. A refund needs the operator's decision. */
function isToRelease(order: Order, by: string): boolean {
  const effective = effectiveStatus(order)
  if (!SURELY_CANCELLED.includes(by)) return false
  // An inquiry will show whether there is anything to release.
  if (!effective.known) return effective.why === 'not-told'
  return AUTHORISED.includes(effective.status) && (order.kind === '' || order.kind === '020')
}

/** Whether the shop has deleted or hidden the order. */
export function isGone({ orderStatus }: Pick<Order, 'orderStatus'>): boolean {
  const status = readStatus(orderStatus, [])
  return status.meaning === 'cancelled' && status.by === 'gone'
}

/** The wait of the opposite request after one that was not processed, because that one may still arrive. */
export const OPPOSITE_WAIT_MS = 24 * 60 * 60 * 1000

const refuseOpen = ({ sending }: Pick<Order, 'sending'>): Refusal =>
  refuse('open-attempt', null, sending === true ? 'sending' : null)

/** The first fence that holds the order back, or null. */
export function blockOf(order: Order, operation: Operation, context: BlockContext): Refusal | null {
  if (order.openAttempt) return refuseOpen(order)
  if (order.attention) return refuse('attention', null, order.severalPayments ? SEVERAL_PAYMENTS : null)
  if (order.hold !== null) return refuse('on-hold')
  if (order.conflict) return refuse('conflict')
  if (order.paymentId === null && order.tradingId === '') return refuse('no-payment')
  if (order.duplicatePayment) return refuse('duplicate-payment', null, order.paymentId)
  const off = calledOff(order, operation, context)
  if (off !== null) return off
  if (oppositeTooSoon(order, operation, context)) return refuse('opposite-too-soon')
  return null
}

function oppositeTooSoon({ notProcessed }: Order, operation: Operation, context: BlockContext): boolean {
  if (notProcessed === null || notProcessed.operation === operation || context.afterUnknown) return false
  // A time in the future shows that a clock was wrong, so the order still waits.
  return context.nowMs - notProcessed.atMs < OPPOSITE_WAIT_MS
}

export interface RuleContext extends BlockContext, Completion {
  /** True for the single `sale` and `cancel`, which may do more than a batch. */
  readonly single: boolean
  /** `paygent refund`: the whole yen to which a sale already made is lowered. No other command has it. */
  readonly refundToYen?: number
}

/** The statuses in which each request may be sent for one order, whatever its method. */
interface Rule {
  readonly sale: readonly PaymentStatus[]
  readonly correct: readonly PaymentStatus[]
  readonly refund: readonly PaymentStatus[]
  readonly correctsOnce: boolean
  readonly saleAgain: readonly PaymentStatus[]
  readonly cancels: readonly {
    readonly request: RequestName
    readonly telegram: MoneyTelegram
    readonly from: readonly PaymentStatus[]
    readonly again: readonly PaymentStatus[]
  }[]
  readonly telegrams: { readonly sale: MoneyTelegram; readonly correct: MoneyTelegram }
}

const CREDIT_RULE: Rule = {
  sale: CREDIT.sale,
  correct: CREDIT.correct,
  refund: CREDIT.refund,
  correctsOnce: false,
  saleAgain: CREDIT_AGAIN.sale,
  cancels: [
    { request: 'auth-cancel', telegram: '021', from: CREDIT.authCancel, again: CREDIT_AGAIN.authCancel },
    { request: 'sale-cancel', telegram: '023', from: CREDIT.saleCancel, again: CREDIT_AGAIN.saleCancel },
  ],
  telegrams: { sale: '022', correct: '029' },
}

function carrierRule(carrier: Carrier, profile: RuleProfile): Rule {
  const row = CARRIER_RULES[profile][carrier]
  return {
    sale: row.sale,
    correct: row.correct,
    refund: row.refund,
    correctsOnce: CORRECTS_ONCE[carrier],
    saleAgain: [],
    cancels: [{ request: 'cancel', telegram: '102', from: row.cancel, again: [] }],
    telegrams: { sale: '101', correct: '103' },
  }
}

const ruleOf = ({ method, carrier }: Pick<Order, 'method' | 'carrier'>, profile: RuleProfile): Rule =>
  method === 'credit' || carrier === null ? CREDIT_RULE : carrierRule(carrier, profile)

/** The payment statuses at which a part of a sale may be given back. */
export const refundableAt = (
  order: Pick<Order, 'method' | 'carrier'>,
  profile: RuleProfile,
): readonly PaymentStatus[] => ruleOf(order, profile).refund

/**
 * Decides on one operation for one order: a request with its telegram and amount (whole yen), an inquiry that is needed
 * first, or a refusal with its reason. Pure: the same order and context give the same answer.
 */
export function permit(order: Order, operation: Operation, context: RuleContext): Permission {
  const blocked = blockOf(order, operation, context)
  if (blocked) return (blocked.reason === 'cancelled-order' && deadEnd(order, operation, context)) || blocked
  const effective = effectiveStatus(order)
  if (!effective.known && effective.why === 'change-in-shop') return refuse('change-in-shop')
  if (order.method === 'carrier' && order.carrier === null) return { verdict: 'ask', request: null, missing: 'carrier' }
  if (order.paymentId === null) return { verdict: 'ask', request: null, missing: 'payment' }
  if (!effective.known) return { verdict: 'ask', request: null, missing: 'status' }
  const rule = ruleOf(order, context.profile)
  if (context.refundToYen !== undefined)
    return permitRefund(order, effective.status, rule, { ...context, refundToYen: context.refundToYen })
  return operation === 'sale'
    ? permitSale(order, effective.status, rule, context)
    : permitCancel(order, effective.status, rule, context)
}

/**
 * The refusal that `--include-cancelled` would meet, if the payment's status permits no such request: the option is then
 * no way out, and the payment is the reason. Null where the option may help.
 */
function deadEnd(order: Order, operation: Operation, context: RuleContext): Refusal | null {
  if (context.includeCancelled) return null
  const despite = permit(order, operation, { ...context, includeCancelled: true })
  return despite.verdict === 'refused' && (despite.reason === 'status' || despite.reason === 'already') ? despite : null
}

function permitSale(order: Order, status: PaymentStatus, rule: Rule, context: RuleContext): Permission {
  const authorised = rule.sale.includes(status)
  const again = context.single && rule.saleAgain.includes(status)
  const soldCorrection = !authorised && rule.correct.includes(status)
  if (!authorised && !again && !soldCorrection) return noSale(order, status)
  if (order.totalYen <= 0) return refuse('correction-not-permitted', null, 'zero-total')
  if (order.heldAmountYen === null)
    return { verdict: 'ask', request: soldCorrection ? null : 'sale', missing: 'held-amount' }
  const relation = compareAmounts(order.totalYen, order.heldAmountYen)
  // An order of which a part was given back stays sold for less than its total.
  if (relation === 'higher')
    return soldCorrection && isSoldAsAsked(order, status) ? noSale(order, status) : refuse('higher', 'sale')
  if (relation === 'lower') return again ? refuse('in-transit') : permitCorrection(order, status, rule, context)
  if (soldCorrection) return noSale(order, status)
  return { verdict: 'permitted', request: 'sale', telegram: rule.telegrams.sale, amountYen: order.heldAmountYen }
}

function permitCorrection(
  order: Order,
  status: PaymentStatus,
  rule: Rule,
  { single }: Pick<RuleContext, 'single'>,
): Permission {
  const asked = 'corrected-sale'
  if (!rule.correct.includes(status)) return refuse('correction-not-permitted', asked, order.carrier)
  if (SOLD.includes(status) && !single) return refuse('correction-in-bulk', asked)
  if (rule.correctsOnce && CORRECTION_KINDS.includes(order.kind))
    return refuse('correction-not-permitted', asked, 'once')
  if (correctionImpossible(order, order.totalYen)) return impossible(order, asked)
  return { verdict: 'permitted', request: asked, telegram: rule.telegrams.correct, amountYen: order.totalYen }
}

const impossible = ({ correctionRefused }: Order, request: RequestName): Refusal =>
  refuse('correction-impossible', request, correctionRefused?.code ?? null)

/** A refund is a corrected sale of what is sold already: docs/rules.md#refunds. Its amount is named, not the total's. */
function permitRefund(
  order: Order,
  status: PaymentStatus,
  rule: Rule,
  { single, refundToYen }: RuleContext & { readonly refundToYen: number },
): Permission {
  const request = 'refund'
  if (!rule.refund.includes(status)) {
    return refuse(IN_TRANSIT.includes(status) ? 'in-transit' : 'status', request, status)
  }
  if (!single) return refuse('correction-in-bulk', request)
  if (refundToYen <= 0) return refuse('correction-not-permitted', request, 'zero-total')
  if (order.heldAmountYen === null) return { verdict: 'ask', request, missing: 'held-amount' }
  const relation = compareAmounts(refundToYen, order.heldAmountYen)
  const byUs = order.kindByUs && CORRECTION_KINDS.includes(order.kind)
  if (relation === 'equal' && byUs) return refuse('already', request, status)
  if (relation !== 'lower') return refuse('higher', request)
  if (correctionImpossible(order, refundToYen)) return impossible(order, request)
  return { verdict: 'permitted', request, telegram: rule.telegrams.correct, amountYen: refundToYen }
}

/** If a code blames the amount, another amount may be tried. Any other code stays valid whatever the amount. */
function correctionImpossible({ correctionRefused }: Order, toYen: number): boolean {
  if (correctionRefused === null) return false
  return meaningOfCode(correctionRefused.code) !== 'amount' || correctionRefused.totalYen === toYen
}

function noSale(order: Order, status: PaymentStatus): Permission {
  if (isSoldAsAsked(order, status)) return refuse('already', null, status)
  return refuse(IN_TRANSIT.includes(status) ? 'in-transit' : 'status', null, status)
}

/** Sold by a request of this tool for the total, or for less where a part was given back since. */
function isSoldAsAsked({ kind, kindByUs, totalYen, heldAmountYen }: Order, status: PaymentStatus): boolean {
  if (!kindByUs || !SALE_KINDS.includes(kind) || !SOLD.includes(status) || heldAmountYen === null) return false
  return totalYen === heldAmountYen || (CORRECTION_KINDS.includes(kind) && totalYen > heldAmountYen)
}

function permitCancel(order: Order, status: PaymentStatus, rule: Rule, context: RuleContext): Permission {
  const row = rule.cancels.find(
    ({ from, again }) => from.includes(status) || (context.single && again.includes(status)),
  )
  if (row) {
    if (order.heldAmountYen === null) return { verdict: 'ask', request: row.request, missing: 'held-amount' }
    return { verdict: 'permitted', request: row.request, telegram: row.telegram, amountYen: order.heldAmountYen }
  }
  const asAsked = order.kindByUs && CANCEL_KINDS.includes(order.kind) && CANCELLED.includes(status)
  if (asAsked) return refuse('already', null, status)
  return refuse(IN_TRANSIT.includes(status) ? 'in-transit' : 'status', null, status)
}

/**
 * Whether `--all` takes the order: docs/rules.md#the-choice-of-orders. It takes authorised orders without an accepted
 * request, and for a cancel sold ones too. It takes none that a fence holds back or that is left to the operator. The
 * rules may still refuse an order that it takes; the plan then shows the reason.
 */
export function takenByAll(order: Order, operation: Operation, context: RuleContext): boolean {
  if (order.malformed || markOf(order, operation, context) !== null) return false
  const permission = permit(order, operation, { ...context, single: false, includeCancelled: false })
  if (permission.verdict === 'refused' && !LISTED_BY_ALL.includes(permission.reason)) return false
  const effective = effectiveStatus(order)
  // Most orders that were called off before they were paid have no payment, so an inquiry would find nothing.
  if (!effective.known && order.paymentId === null && isCalledOff(order, context.statuses)) return false
  const sold = effective.known && SOLD.includes(effective.status)
  const kindNone = order.kind === '' || order.kind === '020'
  const authorised = kindNone && (!effective.known || AUTHORISED.includes(effective.status))
  return authorised || (operation === 'cancel' && sold)
}

/**
 * Why `--all` leaves out an order that it would take without its fences; null if it takes the order, or would not take
 * it in any case.
 */
export function leftOutOfAll(order: Order, operation: Operation, context: RuleContext): Reason | null {
  if (takenByAll(order, operation, context)) return null
  const open = { openAttempt: false, attention: false, hold: null, conflict: false, malformed: false }
  const kind = CHANGING_KINDS.includes(order.kind) ? '' : order.kind
  const free = { ...open, orderStatus: SELLABLE_ORDER_STATUS, kind }
  if (!takenByAll({ ...order, ...free }, operation, context)) return null
  const permission = permit(order, operation, { ...context, single: false, includeCancelled: false })
  if (permission.verdict === 'refused') return permission.reason
  return markOf(order, operation, context) ?? (order.malformed ? 'malformed' : 'cancelled-order')
}

/** Refusals that the plan shows to staff, because the order looks as if it could be sent. */
const LISTED_BY_ALL: readonly Reason[] = [
  'higher',
  'correction-not-permitted',
  'correction-impossible',
  'opposite-too-soon',
  'duplicate-payment',
]

/**
 * Why `amend` may not change the order's total; null if it may. The total of a sold order stays, except for a docomo
 * order at 44, which may still be corrected: docs/rules.md#amount-correction.
 */
export function amendable(order: Order): Refusal | null {
  if (order.openAttempt) return refuseOpen(order)
  if (order.attention) return refuse('attention')
  if (order.conflict) return refuse('conflict')
  const effective = effectiveStatus(order)
  if (!effective.known) return effective.why === 'change-in-shop' ? refuse('change-in-shop') : null
  const correctable = order.carrier === 'docomo' && effective.status === '44'
  return AUTHORISED.includes(effective.status) || correctable ? null : refuse('status', null, effective.status)
}

/**
 * Why a single sale could not correct the order to its total, whatever fence holds it back; null where it could, or needs
 * no correction. While Paygent's amount is not known the shop's own total stands for it: only a warning may rest on that.
 */
export function correctionRefusal(order: Order, profile: RuleProfile): Refusal | null {
  const effective = effectiveStatus(order)
  const held = order.heldAmountYen ?? order.amendedFromYen ?? order.totalYen
  if (!effective.known || compareAmounts(order.totalYen, held) !== 'lower') return null
  const permission = permitCorrection(order, effective.status, ruleOf(order, profile), { single: true })
  return permission.verdict === 'refused' ? permission : null
}
