// The order as the mirror knows it. Manual sections 1, 2 and 4.
/** Two digits, page 1.9; those that no table names are kept and shown as they are. */
export type PaymentStatus = string

export type Method = 'credit' | 'carrier'

export const CARRIERS = ['docomo', 'au', 'softbank'] as const
export type Carrier = (typeof CARRIERS)[number]

/**
 * A payment's id as it is kept and compared: Paygent's ids are numbers, and `0900`, as a spreadsheet pads it, is 900. The
 * shop's rows and what was written down before keep their own text.
 * @param digits of one payment
 */
export const plainPaymentId = (digits: string): string => digits.replace(/^0+(?=\d)/, '')

/** The telegrams that move money. 02x are card telegrams, 10x carrier telegrams. */
export const MONEY_TELEGRAMS = ['021', '022', '023', '029', '101', '102', '103'] as const
export type MoneyTelegram = (typeof MONEY_TELEGRAMS)[number]

/**
 * The last request that Paygent accepted for the order, as the shop's module names it. '' is none; 020 is a changed
 * authorisation and counts as none; 0201 and 0291 say that a change is under way in the shop.
 */
export const KINDS = ['', '020', '0201', '0291', ...MONEY_TELEGRAMS] as const
export type Kind = (typeof KINDS)[number]

export type Operation = 'sale' | 'cancel'

/** What one request is called in results (page 3.5); the telegram follows from it and the method. */
export type RequestName = 'sale' | 'corrected-sale' | 'auth-cancel' | 'sale-cancel' | 'cancel'

/** A request that Paygent answered and did not carry out, kept because its opposite must wait (page 5.2). */
export interface NotProcessed {
  readonly operation: Operation
  /** Epoch milliseconds of the settlement. */
  readonly atMs: number
}

export interface Order {
  readonly orderId: string
  /** Japan time, `YYYY-MM-DDThh:mm:ss+09:00`; '' where the shop has not told. */
  readonly orderedAt: string
  readonly customerName: string
  readonly method: Method
  /** Null for credit, and for a carrier payment whose carrier nobody has told yet. */
  readonly carrier: Carrier | null
  /** The order's total in the shop, whole yen. */
  readonly totalYen: number
  /** The shop's total that `amend` has put another in the place of; null when it has not. */
  readonly amendedFromYen: number | null
  /** What the shop's file gave as the authorised amount: shown, never trusted (page 1.2). */
  readonly listedAmountYen: number | null
  /** Japan time, or null when not shipped. */
  readonly shippedAt: string | null
  /** The source that was read last says when an order was shipped, and so whether it was. */
  readonly shippingTold: boolean
  /** The shop's 対応状況, as it stands there. */
  readonly orderStatus: string
  readonly tradingId: string
  /** Digits, kept as text; null when only the trading id is known. */
  readonly paymentId: string | null
  readonly kind: Kind
  /** True when `kind` was set by an accepted attempt of this tool. */
  readonly kindByUs: boolean
  readonly status: PaymentStatus | null
  /** `shop`: learnt before the accepted request, as the shop's rows always are. `paygent`: told by Paygent after it. */
  readonly statusOrigin: 'shop' | 'paygent'
  /** The payment that `status` was learnt for; null means this payment. */
  readonly statusPaymentId: string | null
  /** What Paygent last said that it holds, whole yen; null when it has not been asked. */
  readonly heldAmountYen: number | null
  /** When Paygent said so, ISO with offset. */
  readonly heldAmountAt: string | null
  /** When the payment was authorised as Paygent told it, ISO Japan time; null when it has not. */
  readonly authorizedAt: string | null
  readonly openAttempt: boolean
  readonly attention: boolean
  /** It does because Paygent has several payments under its trading id, and nobody has named the order's. */
  readonly severalPayments: boolean
  readonly conflict: boolean
  /** The error text of the shop's own row, as it was last read; null is none. */
  readonly shopError: string | null
  /** Another order of the mirror carries the same payment id. */
  readonly duplicatePayment: boolean
  readonly notProcessed: NotProcessed | null
  /** The last correction that Paygent refused for this payment: code and the total that was asked for. */
  readonly correctionRefused: { readonly code: string; readonly totalYen: number } | null
  /** The order's data are still those that Paygent called malformed (page 2.4). */
  readonly malformed: boolean
}

/** What Paygent tells of a payment when asked (094) or by itself (091). */
export interface PaymentFact {
  readonly paymentId: string
  readonly tradingId: string
  readonly status: PaymentStatus
  readonly amountYen: number
  /** Null when the answer did not say, or named one that we do not know. */
  readonly method: Method | null
  readonly carrier: Carrier | null
  /** ISO Japan time, or null. */
  readonly authorizedAt: string | null
}

/**
 * Whether Paygent tells a payment under another trading id than the one held. Where nobody has named one the order's own
 * number was assumed, and what Paygent tells is learnt instead. A notice may name none.
 */
export const isOfAnotherTrade = (
  { orderId, tradingId }: Pick<Order, 'orderId' | 'tradingId'>,
  fact: Pick<PaymentFact, 'tradingId'>,
): boolean => fact.tradingId !== '' && fact.tradingId !== tradingId && tradingId !== orderId
