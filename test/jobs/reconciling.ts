// Runs `reconcile` on the bench and writes its requests and its report in short form.
import Database from 'better-sqlite3'
import type { AuditRequest, ReconcileDeps, ReconcileEvent, ReconcileRequest } from '../../src/jobs/reconcile/events.js'
import { audit, reconcile } from '../../src/jobs/reconcile/reconcile.js'
import type { SyncEvent, SyncRequest } from '../../src/jobs/sync/events.js'
import { sync } from '../../src/jobs/sync/sync.js'
import type { Bench } from './bench.js'

export const SETTLE_MS = 120_000

type Told = (event: ReconcileEvent) => void

export const depsOf = ({ mirror, gateway, clock, desk }: Bench): ReconcileDeps => {
  const { orders, journal, issues: books, lock, state } = mirror
  return { gateway, orders, journal, issues: books, lock, state, clock, desk }
}

const wishesOf = (b: Bench, changes: Partial<ReconcileRequest>): ReconcileRequest => ({
  orderIds: null,
  settleMs: SETTLE_MS,
  wait: true,
  leave: b.leave.signal,
  sendsAgain: true,
  untilMs: null,
  ...changes,
})

/** `untold 1 P010`, `unseen another-desk`, `settled 1 101 accepted`, `difference 1 moved, booked`, `again 1 022`, `stopped interrupted`. */
export function reconcileOn(
  b: Bench,
  changes: Partial<ReconcileRequest> = {},
  told: Told = () => {},
): Promise<string[]> {
  return lines(reconcile(wishesOf(b, changes), depsOf(b), b.stop.signal), told)
}

/** @param days `--days` */
export function auditOn(
  b: Bench,
  mode: AuditRequest['mode'],
  changes: Partial<ReconcileRequest> = {},
  { days = 30, told = () => {} }: { readonly days?: number; readonly told?: Told } = {},
): Promise<string[]> {
  return lines(audit({ mode, days }, wishesOf(b, changes), depsOf(b), b.stop.signal), told)
}

/** `aged 1 21`, `notice 5 applied`, `purged 2,3 of 1`, and as above. */
export function syncOn(b: Bench, wishes: Partial<SyncRequest> = {}): Promise<string[]> {
  const deps = { ...depsOf(b), inbox: b.mirror.inbox }
  return lines(sync({ notices: false, limit: null, untilMs: null, ...wishes }, deps, b.stop.signal), () => {})
}

async function lines<Event extends ReconcileEvent | SyncEvent>(
  events: AsyncGenerator<Event, void>,
  told: (event: Event) => void,
): Promise<string[]> {
  const heard: string[] = []
  for await (const event of events) {
    told(event)
    heard.push(...lineOf(event))
  }
  return heard
}

function lineOf(event: ReconcileEvent | SyncEvent): string[] {
  if (event.type === 'aged') return [`aged ${event.orderId} ${event.status}`]
  if (event.type === 'notice') return [`notice ${event.notice.noticeId} ${event.fate}`]
  if (event.type === 'untold') return [['untold', event.orderId, event.code].filter(Boolean).join(' ')]
  if (event.type === 'notices-stopped') return [`notices stopped at ${event.noticeId ?? 'next'} ${event.code}`]
  if (event.type === 'put-off') return [`put off ${event.orders}`]
  if (event.type === 'purged') return [`purged ${event.noticeIds.join()} of ${event.orderIds.join()}`]
  if (event.type === 'attempt-settled') return [`settled ${event.orderId} ${event.telegram} ${event.outcome}`]
  if (event.type === 'sending-again') return [`again ${event.orderId} ${event.telegram}`]
  if (event.type === 'pushed') return [`pushed ${event.order.orderId} ${event.order.fate}`]
  if (event.type === 'push-failed') return [`push-failed ${event.code}`]
  if (event.type === 'shop-unseen') return [`unseen ${event.code}`]
  if (event.type === 'stopped') return [`stopped ${event.reason.type}`]
  if (event.type !== 'difference') return []
  const { orderId, cause } = event.difference
  return [`difference ${orderId} ${cause}${event.booked ? ', booked' : ''}`]
}

/** Payment, status, and what holds the order: `91 20 attention late-arrival`. */
export function standing(b: Bench, orderId = '1'): string {
  const { paymentId, status, attention, openAttempt, conflict } = b.order(orderId)
  const cause = b.mirror.issues.forAPerson().find((waiting) => waiting.orderId === orderId)?.cause ?? null
  const held = [attention && 'attention', cause, openAttempt && 'open', conflict && 'conflict']
  return [paymentId ?? '-', status ?? '-', ...held.filter(Boolean)].join(' ')
}

/** A program died between each of these acceptances and the inquiry after it. */
export function leaveUnasked({ path }: Bench, orderIds: readonly string[]): void {
  const db = new Database(path)
  db.exec('DROP TRIGGER IF EXISTS journal_loses_nothing')
  const mark = db.prepare(`UPDATE attempts SET after_due = 1 WHERE state = 'accepted' AND order_id = ?`)
  const unsay = db.prepare(`DELETE FROM journal WHERE event = 'asked-after' AND order_id = ?`)
  for (const orderId of orderIds) {
    mark.run(orderId)
    unsay.run(orderId)
  }
  db.close()
}
