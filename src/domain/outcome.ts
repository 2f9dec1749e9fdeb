// Defines the outcomes of a request, the effect of an accepted one on the order, and the answers of the rules.
import type { Carrier, MoneyTelegram, Operation, PaymentStatus, RequestName } from './order.js'
import { AUTHORISED } from './statuses.js'

/** docs/rules.md#outcomes */
export const OUTCOMES = ['accepted', 'rejected', 'refused', 'not-processed', 'unknown', 'attention', 'unsent'] as const
export type Outcome = (typeof OUTCOMES)[number]

/** The state of an attempt in the journal. `prepared` and `unknown` are open. */
export type AttemptState = 'prepared' | Exclude<Outcome, 'refused'>

export const OPEN_STATES = ['prepared', 'unknown'] as const satisfies readonly AttemptState[]

/** The changes that an accepted request writes into the mirror: docs/rules.md#accepted-requests. */
export interface OrderEffect {
  readonly kind: MoneyTelegram
  readonly status: PaymentStatus
  /** Null leaves the held amount as it was. */
  readonly heldAmountYen: number | null
  /** The payment that the order has from now on; null leaves it as it was. */
  readonly newPaymentId: string | null
  /** A correction released the old authorisation (32); without it the old payment was taken back (60). */
  readonly released?: true
}

export interface AcceptedRequest {
  readonly telegram: MoneyTelegram
  readonly carrier: Carrier | null
  /** The effective status from which it was sent. */
  readonly plannedStatus: PaymentStatus
  readonly amountYen: number
  readonly newPaymentId: string | null
}

export function effectOf(request: AcceptedRequest): OrderEffect {
  const { telegram, amountYen, newPaymentId } = request
  const plain = { kind: telegram, heldAmountYen: null, newPaymentId: null }
  switch (telegram) {
    case '022':
    case '101':
      return { ...plain, status: '40' }
    case '021':
      return { ...plain, status: '32' }
    case '023':
      return { ...plain, status: '60' }
    case '102':
      return { ...plain, status: cancelledCarrierStatus(request) }
    case '029':
    case '103':
      return {
        kind: telegram,
        status: '40',
        heldAmountYen: amountYen,
        newPaymentId: makesNewPayment(telegram, request.carrier) ? newPaymentId : null,
        ...(releasesOld(request) && { released: true }),
      }
    default:
      return telegram satisfies never
  }
}

/** 029 releases an authorisation, and takes back a sale; docomo's 103 always takes the old payment back. */
const releasesOld = ({ telegram, plannedStatus }: AcceptedRequest): boolean =>
  telegram === '029' && AUTHORISED.includes(plannedStatus)

/** docomo always ends at 60; the others release an authorisation (32) or refund a sale (60). */
function cancelledCarrierStatus({ carrier, plannedStatus }: AcceptedRequest): PaymentStatus {
  if (carrier === 'docomo') return '60'
  return AUTHORISED.includes(plannedStatus) ? '32' : '60'
}

/** Whether the correction makes a new payment: docs/rules.md#amount-correction. */
export function makesNewPayment(telegram: MoneyTelegram, carrier: Carrier | null): boolean {
  return telegram === '029' || (telegram === '103' && carrier === 'docomo')
}

export const operationOf = (telegram: MoneyTelegram): Operation =>
  telegram === '021' || telegram === '023' || telegram === '102' ? 'cancel' : 'sale'

/**
 * Whether an inquiry follows an accepted request: the answer to a carrier's cancel does not give the payment's status,
 * and a refund has to leave one sale where there was one.
 */
export const asksAfter = (sent: { readonly telegram: MoneyTelegram; readonly request: RequestName }): boolean =>
  sent.telegram === '102' || sent.request === 'refund'

// The three answers of the rules: permitted, ask Paygent first, refused with a reason of docs/rules.md#reasons.
export const REASONS = [
  'no-payment',
  'no-answer',
  'status',
  'higher',
  'correction-not-permitted',
  'correction-in-bulk',
  'correction-impossible',
  'in-transit',
  'change-in-shop',
  'open-attempt',
  'attention',
  'on-hold',
  'conflict',
  'cancelled-order',
  'opposite-too-soon',
  'already',
  'changed',
  'not-contracted',
  'duplicate-payment',
  'unknown-status',
  'malformed',
] as const
export type Reason = (typeof REASONS)[number]

export interface Refusal {
  readonly verdict: 'refused'
  readonly reason: Reason
  /** The request that the order would need, if there is one. */
  readonly request: RequestName | null
  /** A detail for the sentence: a status, a code, a carrier or a word such as `zero-total`, `once`, `unfinished`. */
  readonly about: string | null
}

export type Permission =
  | {
      readonly verdict: 'permitted'
      readonly request: RequestName
      readonly telegram: MoneyTelegram
      /** The amount that Paygent captures or releases, whole yen. */
      readonly amountYen: number
    }
  | {
      /** The decision needs a fact that an inquiry (094) brings while the plan is prepared. */
      readonly verdict: 'ask'
      /** The likely request; Paygent's answer may change it. */
      readonly request: RequestName | null
      readonly missing: 'payment' | 'carrier' | 'status' | 'held-amount'
    }
  | Refusal

export const refuse = (reason: Reason, request: RequestName | null = null, about: string | null = null): Refusal => ({
  verdict: 'refused',
  reason,
  request,
  about,
})
