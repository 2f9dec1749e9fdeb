// What goes to Paygent and what comes back, as the rules see it; the wire itself is gateway/'s. Pages 2.4 and 2.7.
import type { Handling } from './codes.js'
import type { Carrier, MoneyTelegram, PaymentFact } from './order.js'

/** A telegram that moves money. Amount in whole yen, for 029 and 103 only. */
export interface MoneyRequest {
  readonly telegram: MoneyTelegram
  readonly carrier: Carrier | null
  readonly tradingId: string
  readonly paymentId: string
  readonly amountYen: number | null
}

/** Why there was no answer that can be understood. Never holds a secret or a customer's name. */
export interface Fault {
  readonly kind:
    | 'lookup'
    | 'refused'
    | 'timeout'
    | 'reset'
    | 'certificate'
    | 'host-name'
    | 'client-certificate'
    | 'proxy'
    | 'answer'
    | 'too-large'
    | 'other'
  /** Code of Node or OpenSSL, or a word of ours. */
  readonly code: string
  /** Where the exchange was: `connect`, `secure`, `send`, `response`, `read`. */
  readonly phase: string
  readonly message: string
}

export type Answer =
  | { readonly type: 'accepted'; readonly paymentId: string; readonly newPaymentId: string | null }
  | {
      readonly type: 'rejected'
      readonly code: string
      readonly detail: string
      readonly handling: Handling
      /**
       * It came on a connection that had carried a request before, names no payment, and the code is one that any
       * telegram may get: perhaps it is the other's answer, given twice.
       */
      readonly mayBeAnothers?: true
    }
  /** A correction that broke off between two payments; the new id may not have been told. */
  | { readonly type: 'half-done'; readonly code: string; readonly detail: string; readonly newPaymentId: string | null }
  /** It may have moved money. */
  | { readonly type: 'unclear'; readonly fault: Fault }
  /** Proved: not one byte of the request left. */
  | { readonly type: 'unsent'; readonly fault: Fault }

export type InquiryAnswer =
  | { readonly type: 'told'; readonly fact: PaymentFact }
  | { readonly type: 'rejected'; readonly code: string; readonly detail: string; readonly handling: Handling }
  | { readonly type: 'silent'; readonly fault: Fault }

export interface Notice {
  readonly noticeId: string
  readonly changeDate: string | null
  readonly paymentType: string
  readonly paymentId: string
  readonly tradingId: string
  readonly status: string
  readonly amountYen: number
}

export type NoticeAnswer =
  /** `gap` (success_code 2): there is data, and notices before it are gone. */
  | { readonly type: 'notice'; readonly notice: Notice; readonly gap: boolean }
  | { readonly type: 'none' }
  | { readonly type: 'rejected'; readonly code: string; readonly detail: string; readonly handling: Handling }
  | { readonly type: 'silent'; readonly fault: Fault }

export type InquiryKey = { readonly paymentId: string; readonly tradingId: string } | { readonly tradingId: string }

// What becomes of a notice (091) in the mirror: page 2.5.
/**
 * `pending`: its order cannot take it now. `other-type`: of another kind of payment than card and carrier.
 * `earlier-payment`: of one that the order no longer has. `purged`: Paygent no longer has it.
 */
export type NoticeFate = 'pending' | 'applied' | 'other-type' | 'unknown-payment' | 'earlier-payment' | 'purged'

/** The order that has or had a notice's payment. */
export interface NoticeOwner {
  readonly orderId: string
  /** It is the payment that the order has now. */
  readonly current: boolean
}

const CARD = '02'
const CARRIER = '06'
export const isOurType = ({ paymentType }: Notice): boolean => paymentType === CARD || paymentType === CARRIER

/** What a notice says of its payment, as an inquiry would say it; when it was authorised it does not tell. */
export const factOf = ({ paymentId, tradingId, status, amountYen, paymentType }: Notice): PaymentFact => ({
  paymentId,
  tradingId,
  status,
  amountYen,
  method: paymentType === CARD ? 'credit' : paymentType === CARRIER ? 'carrier' : null,
  carrier: null,
  authorizedAt: null,
})
