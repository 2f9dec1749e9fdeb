// Counts the outcomes of a batch and sums its money, for results, the list of runs and the night's report.
import { netOf, sumsOfMoney } from '../domain/money.js'
import type { Outcome } from '../domain/outcome.js'
import type { RunItem } from '../domain/run.js'

export type ShownOutcome = Outcome | 'planned'

export interface SummaryJson {
  readonly total: number
  readonly accepted: number
  readonly rejected: number
  readonly refused: number
  readonly notProcessed: number
  readonly unknown: number
  readonly attention: number
  readonly unsent: number
  readonly acceptedYen: number
  readonly releasedYen: number | null
  readonly refundedYen: number | null
  readonly netYen: number | null
}

export type Counted = Pick<RunItem, 'amountYen' | 'telegram' | 'movement'> & { readonly outcome: ShownOutcome }

/**
 * Counts as of now, and the sums of accepted requests. `acceptedYen` is the sum of their amounts, whatever they moved;
 * a sum of money that is not known is null.
 */
export function summaryJson(items: readonly Counted[]): SummaryJson {
  const count = (outcome: ShownOutcome): number => items.filter((item) => item.outcome === outcome).length
  const accepted = items.filter(({ outcome }) => outcome === 'accepted')
  return {
    total: items.length,
    accepted: accepted.length,
    rejected: count('rejected'),
    refused: count('refused'),
    notProcessed: count('not-processed'),
    unknown: count('unknown'),
    attention: count('attention'),
    unsent: count('unsent'),
    acceptedYen: accepted.reduce((sum, { amountYen }) => sum + (amountYen ?? 0), 0),
    ...sumsOfMoney(accepted),
  }
}

/** An outcome that a later answer may still turn into an accepted one. */
export const isOpen = (outcome: ShownOutcome): boolean => outcome === 'unknown' || outcome === 'attention'

/** The yen that the shop has more by one request; 0 where it moved nothing, null where that is not known. */
export function netYenOf({ outcome, movement }: Pick<Counted, 'outcome' | 'movement'>): number | null {
  if (isOpen(outcome)) return null
  if (outcome !== 'accepted' && outcome !== 'planned') return 0
  return movement === null ? null : netOf(movement)
}
