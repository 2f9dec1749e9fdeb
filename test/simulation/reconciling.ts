// Where `reconcile` comes into the simulation once it is there; until then a run without orders is all that follows.
import type { BatchDeps } from '../../src/jobs/batch/deps.js'
import type { BatchEvent } from '../../src/jobs/batch/events.js'
import type { Books } from '../../src/ports.js'

export const RECONCILES: boolean = false

export interface ReconcileDeps extends BatchDeps {
  readonly books: Books
}

export type ReconcileEvent = BatchEvent

/** Does nothing, and is never called. */
export async function* reconcile(
  _wishes: object,
  _deps: ReconcileDeps,
  _signal: AbortSignal,
): AsyncGenerator<ReconcileEvent, void> {}
