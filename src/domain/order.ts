// Defines an order and its payment, with the words that all rules use.
/** Two digits, docs/rules.md#payment-statuses. An unknown one is kept and shown as it is. */
export type PaymentStatus = string

export type Method = 'credit' | 'carrier'

export const CARRIERS = ['docomo', 'au', 'softbank'] as const
export type Carrier = (typeof CARRIERS)[number]

/**
 * A payment's id in the form in which it is kept and compared. Paygent's ids are numbers, so `0900`, as a spreadsheet
 * pads it, is 900. The shop's rows and older entries keep their own text.
 * @param digits of one payment
 */
export const plainPaymentId = (digits: string): string => digits.replace(/^0+(?=\d)/, '')

/** The telegrams that move money. 02x are card telegrams, 10x carrier telegrams. */
export const MONEY_TELEGRAMS = ['021', '022', '023', '029', '101', '102', '103'] as const
export type MoneyTelegram = (typeof MONEY_TELEGRAMS)[number]

/**
 * The last request that Paygent accepted for the order, as the shop's module names it: docs/rules.md#kinds. '' is none;
 * 020 is a changed authorisation and counts as none; with 0201 and 0291 a change is under way in the shop.
 */
export const KINDS = ['', '020', '0201', '0291', ...MONEY_TELEGRAMS] as const
export type Kind = (typeof KINDS)[number]

export type Operation = 'sale' | 'cancel'

/** The name of a request in results; the telegram follows from it and the method. */
export type RequestName = 'sale' | 'corrected-sale' | 'refund' | 'auth-cancel' | 'sale-cancel' | 'cancel'

/** A request that Paygent did not process. Its opposite must wait, because the request may still arrive. */
export interface NotProcessed {
  readonly operation: Operation
  /** When it got this outcome, epoch milliseconds. */
  readonly atMs: number
}

/** A person has put the order on hold: nothing is sent for it until a person takes it back. */
export interface Hold {
  readonly note: string
  /** ISO Japan time. */
  readonly since: string
  readonly osUser: string
}

export interface Order {
  readonly orderId: string
  /** Japan time, `YYYY-MM-DDThh:mm:ss+09:00`; '' if the shop does not give it. */
  readonly orderedAt: string
  readonly customerName: string
  readonly method: Method
  /** Null for credit, and for a carrier payment with an unknown carrier. */
  readonly carrier: Carrier | null
  /** The order's total in the shop, whole yen. */
  readonly totalYen: number
  /** The shop's total that `amend` has replaced; null if it has not. */
  readonly amendedFromYen: number | null
  /** The authorised amount of the shop's file. It is shown and never trusted: docs/rules.md#held-amount. */
  readonly listedAmountYen: number | null
  /** Japan time, or null when not shipped. */
  readonly shippedAt: string | null
  /** The source that was read last gives the time of shipping, so that null means not shipped. */
  readonly shippingTold: boolean
  /** The shop's 対応状況, as the shop has it. */
  readonly orderStatus: string
  readonly tradingId: string
  /** Digits, kept as text; null when only the trading id is known. */
  readonly paymentId: string | null
  readonly kind: Kind
  /** True when `kind` was set by an accepted attempt of this tool. */
  readonly kindByUs: boolean
  readonly status: PaymentStatus | null
  /**
   * `shop`: learnt before the accepted request, as from every row of the shop. `paygent`: given by Paygent after it.
   */
  readonly statusOrigin: 'shop' | 'paygent'
  /** The payment that `status` was learnt for; null means this payment. */
  readonly statusPaymentId: string | null
  /** The amount that Paygent last reported as held, whole yen; null if there was no inquiry. */
  readonly heldAmountYen: number | null
  /** When Paygent reported it, ISO with offset. */
  readonly heldAmountAt: string | null
  /** When the payment was authorised, by Paygent's answer, ISO Japan time; null if unknown. */
  readonly authorizedAt: string | null
  /**
   * When docomo got the request for the sale that the order has now, ISO Japan time; absent for any other payment, and
   * where the sale was not made here.
   */
  readonly soldAt?: string
  readonly openAttempt: boolean
  /**
   * The open attempt is in flight in another process, which still waits for its answer. Only commands that show orders
   * set it.
   */
  readonly sending?: true
  readonly attention: boolean
  /** The cause of `attention`: Paygent has several payments under the trading id, and the order's is not known. */
  readonly severalPayments: boolean
  readonly conflict: boolean
  /** Null for an order that is not on hold. */
  readonly hold: Hold | null
  /** The error text of the shop's own row, as it was last read; null is none. */
  readonly shopError: string | null
  /** Another order of the mirror carries the same payment id. */
  readonly duplicatePayment: boolean
  readonly notProcessed: NotProcessed | null
  /** The last correction that Paygent refused for this payment: its code, and the total that was sent. */
  readonly correctionRefused: { readonly code: string; readonly totalYen: number } | null
  /** The order still has the data that Paygent called malformed. */
  readonly malformed: boolean
}

/** A payment as Paygent gives it in an inquiry (094) or a notice (091). */
export interface PaymentFact {
  readonly paymentId: string
  readonly tradingId: string
  readonly status: PaymentStatus
  readonly amountYen: number
  /** Null if the answer gives none, or an unknown one. */
  readonly method: Method | null
  readonly carrier: Carrier | null
  /** ISO Japan time, or null. */
  readonly authorizedAt: string | null
  /** When it was sold and when that was cancelled or released, ISO Japan time; absent where Paygent does not say so. */
  readonly soldAt?: string
  readonly cancelledAt?: string
  /** When the inquiry that gave it went out, or when the change of its notice was made, epoch milliseconds. */
  readonly askedMs?: number
}

/**
 * Whether Paygent gives a payment under another trading id than the order's. An order without a trading id has its own
 * number in this place, and Paygent's replaces it. A notice may have none.
 */
export const isOfAnotherTrade = (
  { orderId, tradingId }: Pick<Order, 'orderId' | 'tradingId'>,
  fact: Pick<PaymentFact, 'tradingId'>,
): boolean => fact.tradingId !== '' && fact.tradingId !== tradingId && tradingId !== orderId

/** Whether Paygent gives a payment of another method than the order's. An answer may name no method. */
export const isOfAnotherMethod = ({ method }: Pick<Order, 'method'>, fact: Pick<PaymentFact, 'method'>): boolean =>
  fact.method !== null && fact.method !== method
