// What becomes of an open attempt when Paygent is asked again: page 5.2.
import { holdsAsPlanned, type Verdict } from './judge.js'
import type { Carrier, MoneyTelegram } from './order.js'
import type { Outcome } from './outcome.js'

/** What the second look has to know of an attempt. */
export interface Aging {
  readonly telegram: MoneyTelegram
  readonly carrier: Carrier | null
  readonly heldAmountYen: number
  /** An inquiry has said "not moved" before. */
  readonly seenUnmoved: boolean
  /** `reconcile` has sent it once more already. */
  readonly sentAgain: boolean
}

/** `send-again`: the very same telegram goes out once more; only `reconcile` does that. */
export type Settled = Exclude<Outcome, 'refused' | 'unsent' | 'rejected'> | 'send-again'

// Telegrams that Paygent finishes where they broke off: pages 2.2 and 2.3. Never 029 and 103, which may pay twice.
const CARD_AGAIN: readonly MoneyTelegram[] = ['021', '022', '023']
const DOCOMO_AGAIN: readonly MoneyTelegram[] = ['101', '102']

/** Whether the same telegram may be sent again while the payment is in transit. */
export const mayFinish = (telegram: MoneyTelegram, carrier: Carrier | null): boolean =>
  CARD_AGAIN.includes(telegram) || (carrier === 'docomo' && DOCOMO_AGAIN.includes(telegram))

/**
 * The outcome of an open attempt.
 * @param overdue the settle time is over
 */
export function settlingOf(attempt: Aging, verdict: Verdict, overdue: boolean): Settled {
  switch (verdict.type) {
    case 'moved':
      return 'accepted'
    case 'differs':
      return 'attention'
    case 'not-moved':
      // The first "not moved" proves nothing: the request may still be on its way.
      return overdue && attempt.seenUnmoved ? 'not-processed' : 'unknown'
    case 'in-transit':
      if (!overdue) return 'unknown'
      // A sale carries no amount: sent again it captures what Paygent holds by now, which nobody may have confirmed.
      return mayFinish(attempt.telegram, attempt.carrier) && holdsAsPlanned(attempt, verdict.fact) && !attempt.sentAgain
        ? 'send-again'
        : 'attention'
    case 'old-gone':
      return overdue ? 'attention' : 'unknown'
    case 'no-answer':
      return 'unknown'
    default:
      return verdict satisfies never
  }
}
