// What a run means to whoever started it: page 3.2.
import type { Outcome } from '../../domain/outcome.js'
import type { RunItem } from '../../domain/run.js'
import { EXIT, type ExitCode } from '../../errors.js'

/** What decides the exit code of a run or of a plan that was not sent. */
export type Judged = Pick<RunItem, 'outcome' | 'reason'> & Partial<Pick<RunItem, 'refunded'>>

/**
 * The highest-ranking exit code of page 3.2 that fits.
 * @param stopped the run ended before its last order, or no connection could be made
 */
export function exitCodeOf(items: readonly Judged[], stopped: boolean): ExitCode {
  const has = (...outcomes: readonly Outcome[]): boolean => items.some(({ outcome }) => outcomes.includes(outcome))
  const waiting = items.some(({ reason }) => reason === 'open-attempt' || reason === 'attention')
  // A customer was charged and paid back who was to be neither: a person must know.
  const refunded = items.some((item) => item.refunded === true)
  if (waiting || refunded || has('unknown', 'attention')) return EXIT.needsPerson
  if (stopped || has('unsent')) return EXIT.stopped
  const undone = items.some(({ outcome, reason }) => outcome === 'refused' && reason !== 'already')
  return undone || has('rejected', 'not-processed') ? EXIT.someRejected : EXIT.done
}
