// Names the payment statuses, and the time at which docomo completes a sale. The Japanese names are Paygent's own.
import { COMPLETES_AT, type Completion, completesOn } from '../domain/carriers.js'
import type { Order, PaymentStatus } from '../domain/order.js'
import {
  AUTHORISED,
  CANCELLED,
  EXPIRED,
  IN_TRANSIT,
  SALE_PENDING,
  SOLD,
  STATUS_NAMES,
  STATUS_NAMES_EN,
} from '../domain/statuses.js'
import { safe } from '../text/width.js'
import { type Lang, bothLanguages } from './screen.js'

const NAMES = bothLanguages(STATUS_NAMES, STATUS_NAMES_EN)

/** `40 消込済`; a status without a name is shown as it is. */
export function paymentStatusText(status: PaymentStatus, lang: Lang): string {
  const name = NAMES[lang][status]
  return name === undefined ? safe(status) : `${status} ${name}`
}

const COMPLETION = bothLanguages(
  {
    nextDay: { from: (at: string) => `翌日${at}以降`, after: '翌日' },
    known: { from: (day: string, at: string) => `${day} ${at}以降`, after: (day: string) => `${day}以降` },
  },
  {
    nextDay: { from: (at) => `the next day from ${at}`, after: 'on that day' },
    known: { from: (day, at) => `from ${day} ${at}`, after: () => 'from then on' },
  },
)

/** `翌日11:00以降` and `翌日`; where the time of the sale is known, `2026/12/01 11:00以降` and `2026/12/01以降`. */
export interface CompletionWords {
  readonly from: string
  readonly after: string
}

/** When docomo has completed all of these sales. */
export function completionWords(
  orders: readonly Pick<Order, 'soldAt'>[],
  rules: Completion,
  lang: Lang,
): CompletionWords {
  const { nextDay, known } = COMPLETION[lang]
  const at = COMPLETES_AT[rules.profile]
  const days = orders.flatMap(({ soldAt }) => (soldAt === undefined ? [] : [completesOn(soldAt, rules)])).sort()
  const last = days.length < orders.length ? undefined : days.at(-1)?.replaceAll('-', '/')
  return last === undefined
    ? { from: nextDay.from(at), after: nextDay.after }
    : { from: known.from(last, at), after: known.after(last) }
}

/** The groups of statuses that differ in the next step when a status forbids a request. */
export type StatusGroup =
  | 'authorised'
  | 'sold'
  | 'cancelled'
  | 'expired'
  | 'in-transit'
  | 'sale-pending'
  | 'never'
  | 'unnamed'

export function statusGroup(status: PaymentStatus | null): StatusGroup {
  if (status === null || STATUS_NAMES[status] === undefined) return 'unnamed'
  if (AUTHORISED.includes(status)) return 'authorised'
  if (SOLD.includes(status)) return 'sold'
  if (CANCELLED.includes(status)) return 'cancelled'
  if (IN_TRANSIT.includes(status)) return 'in-transit'
  if (EXPIRED.includes(status)) return 'expired'
  return SALE_PENDING.includes(status) ? 'sale-pending' : 'never'
}
