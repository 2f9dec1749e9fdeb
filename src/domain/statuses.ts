// Defines Paygent's payment statuses, the sets of them, and the one effective status of an order that all rules use.
import type { Kind, MoneyTelegram, Operation, Order, PaymentStatus } from './order.js'

/** Paygent's own names: docs/rules.md#payment-statuses. */
export const STATUS_NAMES: Readonly<Record<PaymentStatus, string>> = {
  '10': '申込済',
  '11': 'オーソリNG',
  '13': '3Dセキュア中断',
  '14': '3Dセキュア認証',
  '15': '申込中断',
  '17': '有効性確認NG',
  '20': 'オーソリOK',
  '21': 'オーソリ完了',
  '22': '有効性確認済',
  '30': '売上要求中',
  '31': 'オーソリ取消中',
  '32': 'オーソリ取消済',
  '33': 'オーソリ期限切',
  '34': '補正要求中',
  '35': '売上要求済',
  '36': '売上保留',
  '37': '売上不可',
  '40': '消込済',
  '41': '消込済 (売上取消期限切)',
  '42': '売上取消中',
  '44': '消込完了',
  '50': '売上取消集計中',
  '60': '売上取消済',
  '62': '取消完了',
}

/** The same in English; these are our own. */
export const STATUS_NAMES_EN: typeof STATUS_NAMES = {
  '10': 'applied for',
  '11': 'authorisation refused',
  '13': '3-D Secure broken off',
  '14': '3-D Secure passed',
  '15': 'application broken off',
  '17': 'card check failed',
  '20': 'authorised',
  '21': 'authorisation completed',
  '22': 'card checked',
  '30': 'sale under way',
  '31': 'authorisation cancel under way',
  '32': 'authorisation cancelled',
  '33': 'authorisation expired',
  '34': 'correction under way',
  '35': 'sale requested',
  '36': 'sale on hold',
  '37': 'sale impossible',
  '40': 'sold',
  '41': 'sold, cancel period over',
  '42': 'sale cancel under way',
  '44': 'sale completed',
  '50': 'sale cancel being counted',
  '60': 'sale cancelled',
  '62': 'cancel completed',
}

/** Whether Paygent has such a status. */
export const isStatus = (text: string): boolean => Object.hasOwn(STATUS_NAMES, text)

// The sets of statuses, each named by the common property of its statuses. carriers.ts lists the statuses in which a
// carrier permits each request.
type StatusSet = readonly PaymentStatus[]

export const AUTHORISED: StatusSet = ['20', '21']
export const EXPIRED: StatusSet = ['33']
export const SOLD: StatusSet = ['40', '41', '44']
/** The authorisation is released, or the sale is refunded. */
export const CANCELLED: StatusSet = ['32', '60', '62']
/** A request broke off inside Paygent; only Paygent knows how it ends. */
export const IN_TRANSIT: StatusSet = ['30', '31', '34', '42', '50']
/** Paygent has a sale that it has not carried out, or cannot carry out. */
export const SALE_PENDING: StatusSet = ['35', '36', '37']
/** The payment holds or has taken the customer's money. */
export const ALIVE: StatusSet = ['20', '21', '30', '34', '35', '36', '40', '41', '42', '44', '50']
/** Nothing is sent any more for a payment in these statuses. */
export const FINISHED: StatusSet = ['11', '15', '17', '32', '33', '41', '60', '62']
/** No notice reports these; only an inquiry does: docs/wire.md#notices. */
export const NEVER_NOTIFIED: StatusSet = ['10', '15', '17', '22', '30', '31', '34', '35', '42', '50']

/**
 * Statuses, as they are written down, with which a batch may find something to send under any rules. With any other it
 * does not, as long as payment and carrier are known. A sold order counts for a sale only until its held amount is
 * known. An order that was sold by us counts for a cancel, whatever was known before the sale.
 */
export const MAY_BE_SENT = {
  sale: ['20', '21'],
  saleUntilHeld: ['44'],
  cancel: ['20', '21', '30', '34', '35', '40', '44'],
} as const satisfies Record<Operation | 'saleUntilHeld', StatusSet>

/**
 * Sold, and may be cancelled for a time or without limit. Once Paygent itself has given such a status with the amount
 * that it holds, a batch does not sell the order. Whether a batch cancels it depends neither on the order's total nor
 * on the last request, unless that is a change under way in the shop.
 */
export const SOLD_CANCELLABLE: StatusSet = MAY_BE_SENT.cancel.filter((status) => SOLD.includes(status))

/** The statuses that show a request carried out: docs/rules.md#inquiry-after-an-unclear-answer. */
export const SHOWS_DONE: Readonly<Record<MoneyTelegram, StatusSet>> = {
  '021': ['32'],
  '022': SOLD,
  '023': ['60'],
  '029': SOLD,
  '101': SOLD,
  '102': CANCELLED,
  '103': ['40', '41'],
}

/** With these a status learnt before an accepted sale is older than the sale. */
const BEFORE_A_SALE: StatusSet = ['20', '21', '30', '34', '35']
/** With these a carrier's cancel (not docomo's) released an authorisation; with any other it refunded a sale. */
const BEFORE_A_RELEASE: StatusSet = ['20', '21', '32']

export const SALE_KINDS: readonly Kind[] = ['022', '029', '101', '103']
export const CANCEL_KINDS: readonly Kind[] = ['021', '023', '102']
/** A change is under way in the shop. Nothing is sent until the shop shows its end. */
export const CHANGING_KINDS: readonly Kind[] = ['0201', '0291']
export const CORRECTION_KINDS: readonly Kind[] = ['029', '103']

export type EffectiveStatus =
  | { readonly known: true; readonly status: PaymentStatus }
  | { readonly known: false; readonly why: 'change-in-shop' | 'not-told' }

/** The part of an order that decides its effective status. */
export type StatusSource = Pick<
  Order,
  'carrier' | 'kind' | 'method' | 'paymentId' | 'status' | 'statusOrigin' | 'statusPaymentId'
>

const reportedStatus = (status: PaymentStatus | null): EffectiveStatus =>
  status === null ? { known: false, why: 'not-told' } : { known: true, status }

/**
 * Derives the effective status from the last accepted request and the last known status:
 * docs/rules.md#effective-status. A status that was learnt after the request stays; the request changes one that was
 * learnt before it.
 */
export function effectiveStatus(view: StatusSource): EffectiveStatus {
  const { kind, status } = view
  if (CHANGING_KINDS.includes(kind)) return { known: false, why: 'change-in-shop' }
  const elsewhere = view.statusPaymentId !== null && view.statusPaymentId !== view.paymentId
  if (elsewhere) return { known: false, why: 'not-told' }
  if (view.statusOrigin === 'paygent' || kind === '' || kind === '020') return reportedStatus(status)
  return reportedStatus(movedByKind(view))
}

/**
 * The status by which a late arrival is recognised; null if none is known. While a change is under way in the shop
 * nothing may be sent and no status takes effect, but the last known one of the payment still shows that it has moved.
 */
export function lastKnownStatus(view: StatusSource): PaymentStatus | null {
  const effective = effectiveStatus(view)
  if (effective.known) return effective.status
  const isOfPayment = view.statusPaymentId === null || view.statusPaymentId === view.paymentId
  return effective.why === 'change-in-shop' && isOfPayment ? view.status : null
}

export function isSold(view: StatusSource): boolean {
  const effective = effectiveStatus(view)
  return effective.known && SOLD.includes(effective.status)
}

/**
 * Whether the order is a docomo sale at 40. docomo completes it (44) one day later, and from then on it may be
 * cancelled and corrected. Only a notice or an inquiry shows that.
 */
export function awaitsCompletion(view: StatusSource): boolean {
  const effective = effectiveStatus(view)
  return view.carrier === 'docomo' && effective.known && effective.status === '40'
}

function movedByKind({ kind, status, carrier }: StatusSource): PaymentStatus | null {
  switch (kind) {
    case '022':
    case '029':
    case '101':
    case '103':
      return status === null || BEFORE_A_SALE.includes(status) ? '40' : status
    case '021':
      return '32'
    case '023':
      return '60'
    case '102':
      if (carrier === 'docomo') return '60'
      if (carrier === null) return null
      return status === null || BEFORE_A_RELEASE.includes(status) ? '32' : '60'
    case '':
    case '020':
    case '0201':
    case '0291':
      return status
    default:
      return kind satisfies never
  }
}

// ペイジェント状況, one word for an order: docs/rules.md#label.
/** Keys of the words in src/ui. */
export const STATE_LABELS = [
  'blank',
  'auth-cancelled',
  'sold',
  'sale-cancelled',
  'cancelled',
  'corrected',
  'expired',
  'sending',
  'checking',
  'needs-person',
] as const
export type StateLabel = (typeof STATE_LABELS)[number]

type Labelled = Pick<Order, 'method' | 'kind' | 'openAttempt' | 'sending' | 'attention' | 'conflict'>

export function stateLabel(order: Order): StateLabel {
  const effective = effectiveStatus(order)
  return labelOf(order, effective.known ? effective.status : null)
}

/** The label of an order with this effective status; null if it is unknown. */
export function labelOf(order: Labelled, status: PaymentStatus | null): StateLabel {
  if (order.attention || order.conflict) return 'needs-person'
  if (order.openAttempt) return order.sending === true ? 'sending' : 'checking'
  if (status === null) return 'blank'
  if (CANCELLED.includes(status)) return cancelLabel(order, status)
  if (SOLD.includes(status)) return CORRECTION_KINDS.includes(order.kind) ? 'corrected' : 'sold'
  return EXPIRED.includes(status) ? 'expired' : 'blank'
}

function cancelLabel({ method }: Labelled, status: PaymentStatus): StateLabel {
  if (method === 'carrier') return 'cancelled'
  return status === '32' ? 'auth-cancelled' : 'sale-cancelled'
}
