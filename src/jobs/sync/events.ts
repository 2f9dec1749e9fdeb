// Defines the events of `sync`, its dependencies, and its report.
import type { BatchEvent } from '../../batch/events.js'
import type { Notice, NoticeFate } from '../../domain/answer.js'
import type { Difference } from '../../domain/difference.js'
import type { PaymentStatus } from '../../domain/order.js'
import { EXIT, type ExitCode } from '../../errors.js'
import type { OpenIssues, Inbox, Journal } from '../../ports.js'
import type { ReconcileDeps, ReconcileEvent } from '../reconcile/events.js'

export type SyncEvent =
  | Extract<ReconcileEvent, { type: 'asking' | 'difference' | 'untold' }>
  /** The payment has reached another status by time alone. */
  | { readonly type: 'aged'; readonly orderId: string; readonly status: PaymentStatus }
  /** This many orders are left to the next sync, by the limit or the time. */
  | { readonly type: 'put-off'; readonly orders: number }
  /** Another one was fetched and is kept. */
  | { readonly type: 'fetched'; readonly noticeId: string }
  | { readonly type: 'notice'; readonly notice: Notice; readonly fate: Exclude<NoticeFate, 'purged'> }
  /** Paygent no longer has these notices. Their orders are inquired about instead. */
  | { readonly type: 'purged'; readonly noticeIds: readonly number[]; readonly orderIds: readonly string[] }
  /** No more notices are fetched in this run; the orders are inquired about instead. */
  | ({ readonly type: 'notices-stopped' } & NoticesEnd)
  | Extract<BatchEvent, { type: 'stopped' }>

/**
 * The notice that Paygent refuses or answers unreadably, and Paygent's code or the fault's. The next sync asks for it
 * again.
 */
export interface NoticesEnd {
  /** `0` is the call that tests the login; null is the call for the next notice, which names none. */
  readonly noticeId: string | null
  readonly code: string
}

export interface SyncDeps extends ReconcileDeps {
  readonly inbox: Inbox
}

export interface SyncRequest {
  /**
   * True if this tool alone fetches the merchant's notices (091); else every unfinished order is inquired about (094).
   */
  readonly notices: boolean
  /** The greatest number of orders that are inquired about; null is all. */
  readonly limit: number | null
  /**
   * No order's turn begins at or after this time, epoch milliseconds. The remaining orders wait for the next run. It is
   * read before each turn, as a night plans by the pace that it measures. Null is no such time.
   */
  readonly untilMs: (() => number) | null
}

export interface SyncReport {
  /** Orders inquired about. */
  readonly asked: number
  /** Orders left to the next run. */
  readonly putOff: number
  /** Orders for which Paygent gave no fact, and its code; null is no answer. */
  readonly untold: readonly { readonly orderId: string; readonly code: string | null }[]
  readonly aged: readonly { readonly orderId: string; readonly status: PaymentStatus }[]
  readonly differences: readonly (Difference & { readonly booked: boolean })[]
  readonly notices: {
    readonly fetched: number
    readonly applied: number
    readonly otherTypes: number
    /** Left to the next sync, because a request on their order is open. */
    readonly pending: number
    readonly unknownPayments: readonly Notice[]
    /** Why not all were fetched; null if they were, or if the whole run stopped. */
    readonly stopped: NoticesEnd | null
  }
  /** Notices that Paygent no longer has, and the orders that they may have been about. */
  readonly purged: { readonly noticeIds: readonly number[]; readonly orderIds: readonly string[] } | null
  /** The run ended before everything was asked. */
  readonly stopped: boolean
}

const EMPTY_REPORT: SyncReport = {
  asked: 0,
  putOff: 0,
  untold: [],
  aged: [],
  differences: [],
  notices: { fetched: 0, applied: 0, otherTypes: 0, pending: 0, unknownPayments: [], stopped: null },
  purged: null,
  stopped: false,
}

/** Collects the results, event by event. */
export class SyncTally {
  #report = EMPTY_REPORT

  get report(): SyncReport {
    return this.#report
  }

  note(event: SyncEvent): void {
    this.#report = { ...this.#report, ...changeBy(event, this.#report) }
  }
}

/** An order that was asked about for a notice, and again with all that wait, is named once. */
const isSame = (one: SyncReport['untold'][number], { orderId, code }: SyncReport['untold'][number]): boolean =>
  one.orderId === orderId && one.code === code

function changeBy(event: SyncEvent, report: SyncReport): Partial<SyncReport> {
  const { asked, untold, aged, differences, notices } = report
  switch (event.type) {
    case 'asking':
      return { asked: asked + 1 }
    case 'put-off':
      return { putOff: event.orders }
    case 'untold':
      return { untold: [...untold.filter((one) => !isSame(one, event)), { orderId: event.orderId, code: event.code }] }
    case 'aged':
      return { aged: [...aged, { orderId: event.orderId, status: event.status }] }
    case 'difference':
      return { differences: [...differences, { ...event.difference, booked: event.booked }] }
    case 'fetched':
      return { notices: { ...notices, fetched: notices.fetched + 1 } }
    case 'notice':
      return { notices: { ...notices, ...noticeBy(event, notices) } }
    case 'purged':
      return { purged: { noticeIds: event.noticeIds, orderIds: event.orderIds } }
    case 'notices-stopped':
      return { notices: { ...notices, stopped: { noticeId: event.noticeId, code: event.code } } }
    case 'stopped':
      return { stopped: true }
    default:
      return event satisfies never
  }
}

function noticeBy(
  { notice, fate }: Extract<SyncEvent, { type: 'notice' }>,
  notices: SyncReport['notices'],
): Partial<SyncReport['notices']> {
  switch (fate) {
    case 'applied':
    case 'earlier-payment':
      return { applied: notices.applied + 1 }
    case 'other-type':
      return { otherTypes: notices.otherTypes + 1 }
    case 'pending':
      return { pending: notices.pending + 1 }
    case 'unknown-payment':
      return { unknownPayments: [...notices.unknownPayments, notice] }
    default:
      return fate satisfies never
  }
}

/** An open attempt or an order for the operator anywhere in the mirror outranks all else. */
export function syncExit(
  { differences, notices, untold, stopped }: SyncReport,
  {
    journal,
    issues,
  }: { readonly journal: Pick<Journal, 'openAttempts'>; readonly issues: Pick<OpenIssues, 'forAPerson'> },
): ExitCode {
  if (journal.openAttempts().length > 0 || issues.forAPerson().length > 0) return EXIT.needsPerson
  if (stopped || notices.stopped !== null) return EXIT.stopped
  return differences.length + notices.unknownPayments.length + untold.length > 0 ? EXIT.someRejected : EXIT.done
}
