// Defines requests to Paygent, its answers and its notices, as the rules see them; src/gateway converts them to bytes
// and back.
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

/** Why there was no answer that can be understood. It never holds a secret or a customer's name. */
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
  /** The code of Node or OpenSSL, or a word of ours. */
  readonly code: string
  /** The phase of the exchange: `connect`, `secure`, `send`, `response`, `read`. */
  readonly phase: string
  readonly message: string
  /** Nothing listens at this port of this machine, where only a simulator could be. */
  readonly simulatorPort?: number
}

export type Answer =
  | { readonly type: 'accepted'; readonly paymentId: string; readonly newPaymentId: string | null }
  | {
      readonly type: 'rejected'
      readonly code: string
      readonly detail: string
      readonly handling: Handling
      /**
       * The answer came on a connection that had carried another request before, names no payment, and has a code that
       * any telegram may get. It may be a second copy of the answer to the other request.
       */
      readonly mayBeAnothers?: true
    }
  /** A correction that broke off between two payments; the new id may be unknown. */
  | { readonly type: 'half-done'; readonly code: string; readonly detail: string; readonly newPaymentId: string | null }
  /** The request may have moved money. */
  | { readonly type: 'unclear'; readonly fault: Fault }
  /** It is proved that no byte of the request was sent. */
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

/**
 * The fate of a notice (091) in the mirror, docs/wire.md#notices. `pending`: its order cannot take it now.
 * `other-type`: its payment is neither by card nor by carrier. `earlier-payment`: the order no longer has its payment.
 * `purged`: Paygent no longer has the notice.
 */
export type NoticeFate = 'pending' | 'applied' | 'other-type' | 'unknown-payment' | 'earlier-payment' | 'purged'

/** The order that has or had a notice's payment. */
export interface NoticeOwner {
  readonly orderId: string
  /** The order has this payment now. */
  readonly current: boolean
}

const CARD = '02'
const CARRIER = '06'
export const isOurType = ({ paymentType }: Notice): boolean => paymentType === CARD || paymentType === CARRIER

/**
 * The content of a notice about its payment, in the form of an inquiry. It does not give the day of the authorisation. It
 * is as old as the change that it reports.
 */
export const factOf = ({ paymentId, tradingId, status, amountYen, paymentType, changeDate }: Notice): PaymentFact => ({
  paymentId,
  tradingId,
  status,
  amountYen,
  method: paymentType === CARD ? 'credit' : paymentType === CARRIER ? 'carrier' : null,
  carrier: null,
  authorizedAt: null,
  ...(changeDate !== null && { askedMs: Date.parse(changeDate) }),
})

/** The message of each kind of fault. The journal keeps it, so a screen finds the words of its own language by it. */
export const FAULT_MESSAGES = {
  lookup: 'The name of the host could not be looked up.',
  refused: 'The host did not take the connection.',
  timeout: 'There was no answer in time.',
  reset: 'The connection was broken off.',
  certificate: "The server's certificate could not be verified.",
  'host-name': "The server's certificate is for another host.",
  'client-certificate': 'The server did not accept the client certificate.',
  proxy: 'The proxy did not make the connection.',
  answer: 'The answer is not proper HTTP.',
  'too-large': 'The answer is larger than 1 MiB.',
  other: 'The exchange failed.',
} as const satisfies Record<Fault['kind'], string>

/** The message of each problem of an answer that arrived and cannot be understood. */
export const ANSWER_MESSAGES = {
  'http-status': 'The HTTP status is not 200.',
  incomplete: 'The answer was cut.',
  framing: 'The answer has a transfer coding other than chunked.',
  compressed: 'The answer is compressed.',
  'line-end': 'A line of the answer does not end with CRLF.',
  line: 'A line of the answer is not name=value.',
  html: 'The answer holds a page.',
  contradiction: 'A field occurs with two values.',
  result: 'The result is neither 0 nor 1, or does not fit the response code.',
  'other-request': 'The answer is one to another request.',
  'other-payment': 'The answer is about another payment, or names none.',
  amount: 'The amount is missing, not a number or not the one sent.',
  fields: 'A field that the answer needs is missing or malformed.',
} as const satisfies Record<string, string>
