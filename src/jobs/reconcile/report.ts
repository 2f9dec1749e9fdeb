// What `reconcile` came to: pages 3.2 and 3.5.
import type { AttentionCause, Difference } from '../../domain/difference.js'
import type { MoneyTelegram } from '../../domain/order.js'
import { EXIT, type ExitCode } from '../../errors.js'
import type { Books, Journal } from '../../ports.js'
import type { Coverage } from './deps.js'
import type { SettledAttempt } from './events.js'

export interface ReconcileReport {
  readonly settled: readonly SettledAttempt[]
  readonly open: readonly { readonly orderId: string; readonly telegram: MoneyTelegram; readonly code: string | null }[]
  readonly attention: readonly { readonly orderId: string; readonly cause: AttentionCause | null }[]
  readonly differences: readonly (Difference & { readonly booked: boolean })[]
  /** Orders about which Paygent said nothing; the others were asked about all the same. Null is no code either. */
  readonly untold: readonly { readonly orderId: string; readonly code: string | null }[]
  /** Why the shop could not be looked at, an error's code: what is in transit was not sent once more. Null where it could. */
  readonly shopUnseen: string | null
  /** It ended before everything was asked. */
  readonly stopped: boolean
  /** Null where nothing was compared but what waits. */
  readonly audit: Coverage | null
}

/** What still waits in the mirror, beside what this time brought. */
export function reportOf(
  found: Pick<ReconcileReport, 'settled' | 'differences' | 'untold' | 'shopUnseen' | 'stopped' | 'audit'>,
  { journal, books }: { readonly journal: Pick<Journal, 'openAttempts'>; readonly books: Pick<Books, 'forAPerson'> },
): ReconcileReport {
  const open = journal.openAttempts().map(({ orderId, telegram, code }) => ({ orderId, telegram, code }))
  return { ...found, open, attention: books.forAPerson() }
}

/** An open attempt or an order for a person anywhere in the mirror outranks all else. */
export function reconcileExit({ open, attention, differences, untold, stopped, settled }: ReconcileReport): ExitCode {
  if (open.length > 0 || attention.length > 0) return EXIT.needsPerson
  if (stopped) return EXIT.stopped
  const undone = settled.some(({ outcome }) => outcome !== 'accepted')
  return differences.length + untold.length > 0 || undone ? EXIT.someRejected : EXIT.done
}
