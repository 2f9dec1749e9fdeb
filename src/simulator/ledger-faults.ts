// The faults that are set, how many requests each has matched, and the requests that are still on their way.
import type { Database } from 'better-sqlite3'
import type { SimulatorFault } from './faults.js'
import type { TelegramRequest } from './telegram.js'

export interface FaultTable {
  replace(faults: readonly SimulatorFault[]): void
  all(): { readonly position: number; readonly fault: SimulatorFault; readonly seen: number }[]
  count(position: number): void
}

export interface LateTable {
  /** @param dueMs null waits for the next inquiry about the payment */
  add(request: TelegramRequest, dueMs: number | null): void
  /** Takes out what arrives by then. */
  takeDue(nowMs: number): TelegramRequest[]
  /** Takes out what waits for this inquiry. */
  takeAsked(inquiry: TelegramRequest): TelegramRequest[]
}

export function faultTable(db: Database): FaultTable {
  const clear = db.prepare('DELETE FROM faults')
  const add = db.prepare<[number, string]>('INSERT INTO faults (position, fault) VALUES (?, ?)')
  const all = db.prepare<[], { position: number; fault: string; seen: number }>(
    'SELECT * FROM faults ORDER BY position',
  )
  const count = db.prepare<[number]>('UPDATE faults SET seen = seen + 1 WHERE position = ?')
  return {
    replace: (faults) => {
      clear.run()
      for (const [position, fault] of faults.entries()) add.run(position, JSON.stringify(fault))
    },
    all: () => all.all().map((row) => ({ ...row, fault: JSON.parse(row.fault) as SimulatorFault })),
    count: (position) => void count.run(position),
  }
}

export function lateTable(db: Database): LateTable {
  const add = db.prepare<[string, number | null]>('INSERT INTO late_requests (request, due_ms) VALUES (?, ?)')
  const due = db.prepare<[number], { request: string }>(
    'DELETE FROM late_requests WHERE due_ms <= ? RETURNING request, late_id',
  )
  const asked = db.prepare<{ paymentId: string; tradingId: string }, { request: string }>(
    `DELETE FROM late_requests WHERE due_ms IS NULL AND
       ((@paymentId <> '' AND request ->> 'paymentId' = @paymentId) OR
        (@tradingId <> '' AND request ->> 'tradingId' = @tradingId))
     RETURNING request, late_id`,
  )
  const requests = (rows: { request: string }[]): TelegramRequest[] =>
    rows.map((row) => JSON.parse(row.request) as TelegramRequest)
  return {
    add: (request, dueMs) => void add.run(JSON.stringify(request), dueMs),
    takeDue: (nowMs) => requests(due.all(nowMs)),
    takeAsked: ({ paymentId, tradingId }) => requests(asked.all({ paymentId, tradingId })),
  }
}
