// Every text of the interface has a key here, and a language that lacks one does not compile.
import type { Operation, RequestName } from '../../domain/order.js'

export const MESSAGE_KEYS = [
  // columns; the first ten are the shop's own list, manual section 4
  'column.ordered-at',
  'column.order-id',
  'column.customer-name',
  'column.method',
  'column.total',
  'column.shipped-at',
  'column.order-status',
  'column.left',
  'column.label',
  'column.label-short',
  'column.bulk-sale',
  'column.bulk-cancel',
  'column.request',
  'column.amount',
  'column.age',
  'column.count',
  'column.outcome',
  'column.code-detail',
  'column.reason',
  'not-shipped',
  'shipped',
  'amount-not-told',
  'none',
  'may',
  'method.credit',
  'method.carrier',
  'method.short.credit',
  'method.short.carrier',
  'carrier.docomo',
  'carrier.au',
  'carrier.softbank',
  'label.blank',
  'label.auth-cancelled',
  'label.sold',
  'label.sale-cancelled',
  'label.cancelled',
  'label.corrected',
  'label.expired',
  'label.checking',
  'label.needs-person',
  'request.sale',
  'request.corrected-sale',
  'request.auth-cancel',
  'request.sale-cancel',
  'request.cancel',
  'action.sale',
  'action.corrected-sale',
  'action.auth-cancel',
  'action.sale-cancel',
  'action.cancel',
  'accepted.sale',
  'accepted.corrected-sale',
  'accepted.auth-cancel',
  'accepted.sale-cancel',
  'accepted.cancel',
  'accepted.none',
  'outcome.rejected',
  'outcome.refused',
  'outcome.not-processed',
  'outcome.unknown',
  'outcome.attention',
  'outcome.unsent',
  'outcome.already',
  'outcome.planned',
  'environment.production',
  'environment.sandbox',
  'environment.simulator',
  'environment-note.production',
  'environment-note.sandbox',
  'environment-note.simulator',
  'operation.sale',
  'operation.cancel',
  'yes',
  'no',
  'question.sale',
  'question.cancel',
  'question.single.sale',
  'question.single.cancel',
  'result-heading',
  'close-result',
  'unseen-result',
  'accepted-yen.sale',
  'accepted-yen.cancel',
  'look-at-these',
  'state.running',
  'state.completed',
  'state.stopped',
  'state.interrupted',
  'dry-run',
  'nothing-to-send',
  'no-orders',
  // 一括売上 and 一括取消 of an order that may not be sent, short enough for the list
  'short.no-payment',
  'short.no-answer',
  'short.status',
  'short.higher',
  'short.correction-not-permitted',
  'short.correction-in-bulk',
  'short.correction-impossible',
  'short.in-transit',
  'short.change-in-shop',
  'short.open-attempt',
  'short.attention',
  'short.conflict',
  'short.cancelled-order',
  'short.opposite-too-soon',
  'short.already',
  'short.changed',
  'short.not-contracted',
  'short.duplicate-payment',
  'short.unknown-status',
  'short.ask',
  // the list shows a plain dash there, as the manual's table does
  'status-forbids',
] as const
export type MessageKey = (typeof MESSAGE_KEYS)[number]

/** Texts with something in them. Counts and yen are plain numbers; the language decides how they are written. */
export interface Sentences {
  readonly environmentLine: (environment: string, note: string) => string
  /** `1/2 受注番号：852 → 売上成功` */
  readonly progress: (position: number, total: number, orderId: string, result: string) => string
  readonly withCode: (result: string, code: string) => string
  readonly succeeded: (count: number) => string
  readonly failed: (count: number) => string
  readonly notProcessed: (count: number) => string
  readonly checking: (count: number) => string
  readonly needsPerson: (count: number) => string
  readonly unsent: (count: number) => string
  readonly refused: (count: number) => string
  readonly already: (count: number) => string
  /** 補正売上 (1,733 → 1,000) */
  readonly corrected: (heldYen: number, amountYen: number) => string
  readonly orderCount: (count: number) => string
  readonly age: (days: number) => string
  /** Counted from the order, because Paygent has not told the day of the authorisation. */
  readonly ageAbout: (age: string) => string
  /** `left` is the number of days on which it can still be sold; negative when it is past. */
  readonly ageEnding: (days: number, left: number) => string
  readonly planTotal: (count: number, yen: number) => string
  /** When Paygent gave the first of the amounts of a plan. */
  readonly planAmountsSince: (time: string) => string
  /** A docomo sale after the cut-off `hh:mm`. */
  readonly pastCutOff: (cutOff: string) => string
  readonly planTotalUntold: (count: number, yen: number, untold: number) => string
  readonly planRefused: (count: number) => string
  /** @param orders each as `orderStatusOf` gives it */
  readonly planMarked: (orders: readonly string[]) => string
  /** An order with its 対応状況, '' where it has none. */
  readonly orderStatusOf: (orderId: string, orderStatus: string) => string
  /** Asked instead of yes or no above the limits of page 6. */
  readonly typeCount: (count: number, yen: number) => string
  /** Asked instead of yes or no about the cancel of an order that the shop has deleted. */
  readonly typeNumber: (orderId: string) => string
  readonly acceptedRow: (request: RequestName, method: string, count: number, yen: number) => string
  readonly runTitle: (operation: Operation, id: number | null, times: string, state: string) => string
  readonly itemTitle: (orderId: string, result: string) => string
  readonly ordersTitle: (orderIds: readonly string[], result: string) => string
}
