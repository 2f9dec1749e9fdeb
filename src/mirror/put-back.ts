// A run that was under way when the copy of the mirror was made that is here now: it has gone on since, and nobody wrote
// down here what it sent.
import { aboutAttempt, SELECT_ATTEMPTS, STATES, type AttemptRow } from './attempt-rows.js'
import type { Connection } from './connection.js'
import type { Trail } from './trail.js'

/** Orders of a run that are neither refused nor tried, and that no other attempt keeps. */
const SELECT_UNTRIED = `
SELECT position, order_id FROM run_items i WHERE run_id = ? AND reason IS NULL
  AND NOT EXISTS (SELECT 1 FROM attempts a WHERE a.run_id = i.run_id AND a.position = i.position)
  AND NOT EXISTS (SELECT 1 FROM attempts a WHERE a.order_id = i.order_id AND a.state IN (${STATES.open}))
ORDER BY position`

const INSERT_UNKNOWN = `
INSERT INTO attempts (run_id, position, try_number, order_id, state, first_outcome, prepared_ms)
VALUES (?, ?, 1, ?, 'unknown', 'unknown', ?)`

/**
 * Inside a transaction, before the run is ended. Each order that it had not come to may have been sent: it is unknown, and
 * is settled as any attempt of which nobody knows the outcome.
 */
export function supposeSent(connection: Connection, trail: Trail, runId: number, atMs: number): void {
  const untried = connection.all<{ position: number; order_id: string }>(SELECT_UNTRIED, runId)
  for (const { position, order_id: orderId } of untried) {
    const { id } = connection.run(INSERT_UNKNOWN, runId, position, orderId, atMs)
    connection.run('UPDATE orders SET touched = 1 WHERE order_id = ?', orderId)
    const row = connection.get<AttemptRow>(`${SELECT_ATTEMPTS} WHERE a.id = ?`, id)
    if (row === undefined) throw new Error(`no attempt ${id} after it was written`)
    const about = aboutAttempt(row)
    trail.append('prepared', { ...about, detail: 'supposed: the mirror was put back' }, atMs)
    trail.append('recovered', { ...about, outcome: 'unknown' }, atMs)
  }
}
