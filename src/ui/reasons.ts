// Explains in a sentence why nothing is sent for an order, with the next step.
import type { Completion } from '../domain/carriers.js'
import type { Operation, Order } from '../domain/order.js'
import type { Reason, Refusal } from '../domain/outcome.js'
import { refundableAt } from '../domain/permit.js'
import { SHOP_DETAIL } from '../domain/shop.js'
import { yen } from '../text/numbers.js'
import { safe } from '../text/width.js'
import { completionWords, paymentStatusText, statusGroup } from './status-names.js'
import { type Missing, REASON_TEXTS } from './reasons-texts.js'
import { commandOf, refundReason } from './refund-texts.js'
import type { Lang } from './screen.js'
import { differingField, shortMethod, word } from './words.js'

/** The request that the rules refused: the same status forbids a sale and a cancel for different reasons. */
export interface AskedOf extends Completion {
  readonly operation: Operation
}

const STATUS_FORM = /^\d\d$/

/** The part of an order that the sentences mention. */
export type OrderFacts = Pick<
  Order,
  'orderId' | 'method' | 'carrier' | 'totalYen' | 'amendedFromYen' | 'heldAmountYen' | 'soldAt'
>

/** A reason with the detail that the rules give: a status, a response code, a word such as `once`. */
export type RefusedFor = Pick<Refusal, 'reason' | 'about'> & Partial<Pick<Refusal, 'request'>>

/** The sentence for a refusal, with the next step. */
export function reasonText(
  { reason, about, request = null }: RefusedFor,
  order: OrderFacts,
  asked: AskedOf,
  lang: Lang,
): string {
  const status = about !== null && STATUS_FORM.test(about) ? about : null
  const { heldAmountYen: held, totalYen } = order
  const completes = order.carrier === 'docomo' && status === '40'
  const lowered = held !== null && totalYen < held
  const refundable = status !== null && refundableAt(order, asked.profile).some((from) => from === status)
  const texts = REASON_TEXTS[lang]
  const sentence = (request === 'refund' ? refundReason(reason, lang) : undefined) ?? texts.reasons[reason]
  const orderId = safe(order.orderId)
  return sentence({
    operation: asked.operation,
    orderId,
    command: commandOf({ orderId, operation: asked.operation, request }, lang),
    method: shortMethod(order, lang),
    credit: order.method === 'credit',
    total: yen(totalYen, lang),
    held: held === null ? null : yen(held, lang),
    lowered,
    putBack: putBackBy(order),
    refundTo: lowered && refundable && totalYen > 0 ? totalYen : null,
    about: about === null ? null : safe(about),
    status: status === null ? null : paymentStatusText(status, lang),
    group: statusGroup(status),
    completes: completes ? completionWords([order], asked, lang) : null,
    inShop: about?.startsWith(SHOP_DETAIL) ? about.slice(SHOP_DETAIL.length) : null,
    changed: changedIn(about, lang),
  })
}

/** The change of an order since it was read: a field, a status, or a reason in a word or two; '' if it has no name. */
function changedIn(about: string | null, lang: Lang): string {
  const what = about?.startsWith(SHOP_DETAIL) ? about.slice(SHOP_DETAIL.length) : about
  if (what === null) return ''
  if (STATUS_FORM.test(what)) return paymentStatusText(what, lang)
  return differingField(what, lang) ?? (isReason(what) ? reasonShort(what, lang) : '')
}

const isReason = (what: string): what is Reason => Object.hasOwn(REASON_TEXTS.ja.reasons, what)

/** The command that puts a total of `amend` back to the authorised amount; null where the total is the shop's own. */
function putBackBy({ orderId, amendedFromYen: shopYen, heldAmountYen: held }: OrderFacts): string | null {
  if (shopYen === null) return null
  return `paygent amend ${safe(orderId)} ${held === null || held === shopYen ? '--undo' : `--total ${held}`}`
}

/** The text in the place of a reason while Paygent must still be asked. */
export const missingText = (missing: Missing, lang: Lang): string => REASON_TEXTS[lang].missing[missing]

/** The reason in a word or two, for a line that has no room for the sentence. */
export const reasonShort = (reason: Reason, lang: Lang): string =>
  reason === 'status' ? word('status-forbids', lang) : word(`short.${reason}`, lang)
