// Finds the run that another process carries out now, so that what it has in flight is not called unknown.
import type { Order } from '../domain/order.js'
import type { RunItem, RunRecord } from '../domain/run.js'
import type { Mirror } from '../mirror/open.js'

export interface Running {
  readonly run: RunRecord
  /** The orders whose request waits for its answer; one at most, as a run sends one request at a time. */
  readonly inFlight: ReadonlySet<string>
}

/** Null where no run is under way, or where the system does not tell whether its process still lives. */
export function runningIn({ lock, journal }: Pick<Mirror, 'lock' | 'journal'>): Running | null {
  if (!lock.heldElsewhere || (lock.owner()?.progress ?? null) === null) return null
  const [run] = journal.runs(1)
  if (run?.state !== 'running') return null
  const open = journal.openAttempts().filter(({ state, runId }) => state === 'prepared' && runId === run.id)
  return { run, inFlight: new Set(open.map(({ orderId }) => orderId)) }
}

/** The order as it is shown while its request is in flight. */
export const asSending = (order: Order, running: Running | null): Order =>
  running?.inFlight.has(order.orderId) ? { ...order, sending: true } : order

/** The items that a run under way is done with; every item of any other run. */
export function doneItems(run: Pick<RunRecord, 'id'>, items: readonly RunItem[], running: Running | null) {
  if (running?.run.id !== run.id) return items
  return items.filter(({ outcome, order }) => outcome !== 'unsent' && !running.inFlight.has(order.orderId))
}
