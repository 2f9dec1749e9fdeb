// The three answers of the rules: permitted, ask Paygent first, refused with a reason. Codes of page 3.5.
import type { MoneyTelegram, RequestName } from './order.js'

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
  'conflict',
  'cancelled-order',
  'opposite-too-soon',
  'already',
  'changed',
  'not-contracted',
  'duplicate-payment',
  'unknown-status',
] as const
export type Reason = (typeof REASONS)[number]

export interface Refusal {
  readonly verdict: 'refused'
  readonly reason: Reason
  /** The request that was wanted, where one would have fitted. */
  readonly request: RequestName | null
  /** What the sentence should mention: a status, a code, a carrier or a word such as `zero-total`, `once`, `unfinished`. */
  readonly about: string | null
}

export type Permission =
  | {
      readonly verdict: 'permitted'
      readonly request: RequestName
      readonly telegram: MoneyTelegram
      /** What Paygent captures or releases, whole yen. */
      readonly amountYen: number
    }
  | {
      /** Paygent has not told yet what the decision hangs on; asked (094) while the plan is prepared. */
      readonly verdict: 'ask'
      /** The request that it will be unless Paygent says otherwise. */
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
