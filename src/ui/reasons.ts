// Why nothing is sent for an order, as a sentence that says what to do next. One per reason of the rules (page 3.5).
import type { Order } from '../domain/order.js'
import type { Reason } from '../domain/outcome.js'
import { shortMethod, word } from './messages/texts.js'
import { yen } from './numbers.js'
import type { Missing, ReasonTexts } from './reason-facts.js'
import { REASONS_EN } from './reasons-en.js'
import { REASONS_JA } from './reasons-ja.js'
import type { Lang } from './screen.js'
import { statusGroup, statusText } from './status-names.js'
import { safe } from './width.js'

/** The part of an order that the sentences mention. */
export type OrderFacts = Pick<Order, 'orderId' | 'method' | 'carrier' | 'totalYen' | 'heldAmountYen'>

const TEXTS = { ja: REASONS_JA, en: REASONS_EN } as const satisfies Record<Lang, ReasonTexts>

const STATUS_FORM = /^\d\d$/

/**
 * The sentence for a refusal.
 * @param about what the rules gave with the reason: a status, a response code, a word such as `once`
 */
export function reasonText(reason: Reason, about: string | null, order: OrderFacts, lang: Lang): string {
  const status = about !== null && STATUS_FORM.test(about) ? about : null
  return TEXTS[lang].reasons[reason]({
    orderId: safe(order.orderId),
    method: shortMethod(order, lang),
    credit: order.method === 'credit',
    total: yen(order.totalYen, lang),
    held: order.heldAmountYen === null ? null : yen(order.heldAmountYen, lang),
    about: about === null ? null : safe(about),
    status: status === null ? null : statusText(status, lang),
    group: statusGroup(status),
  })
}

/** What stands in the place of a reason while Paygent has still to be asked. */
export const missingText = (missing: Missing, lang: Lang): string => TEXTS[lang].missing[missing]

/** The reason in a word or two, for a line that has no room for the sentence. */
export const reasonShort = (reason: Reason, lang: Lang): string =>
  reason === 'status' ? word('status-forbids', lang) : word(`short.${reason}`, lang)
