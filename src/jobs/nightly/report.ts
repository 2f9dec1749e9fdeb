// Reports the night: for the mail of cron, for the webhook, and as an exit code.
import type { PushedOrder } from '../../attempts/shop-push.js'
import { exitCodeOf } from '../../batch/events.js'
import { japanDate } from '../../clock.js'
import { authorisationAge, isEnding } from '../../domain/age.js'
import type { Difference } from '../../domain/difference.js'
import { isShipped } from '../../domain/order-status.js'
import type { Order } from '../../domain/order.js'
import type { RunItem, RunRecord } from '../../domain/run.js'
import { ERROR_EXITS, EXIT, type ErrorCode, type ExitCode, highest } from '../../errors.js'
import { type PullReport, foundTrouble } from '../pull.js'
import { pushExit } from '../push.js'
import { type ReconcileReport, type ResolvedAttempt, reportOf } from '../reconcile/events.js'
import { type SyncReport, SyncTally } from '../sync/events.js'
import type { LeftByNight, LeftToPeople, NightlyDeps, NightlyEvent } from './events.js'
import type { Pace } from './pace.js'

export interface Expiring {
  readonly orderId: string
  /** Japan date, `YYYY-MM-DD`. */
  readonly lastDay: string
  readonly daysLeft: number
  readonly shipped: boolean
  /** A person has put the order on hold, so that nothing sells it before its end. */
  readonly onHold: boolean
  readonly totalYen: number
}

export interface NightlyReport {
  /** Why nothing was sold: the shop's database was away. Null if it was not, or if there is none. */
  readonly shopAway: ErrorCode | null
  /** Why a request in transit was not sent once more: see `ReconcileReport`. */
  readonly shopUnseen: ReconcileReport['shopUnseen']
  /** The orders that came from the shop's own database; null if it was not asked. */
  readonly pull: PullReport | null
  /** The results that were written into it. */
  readonly push: readonly PushedOrder[]
  /** Why not all of them could be written; null if all were. */
  readonly pushFailed: string | null
  readonly settled: readonly ResolvedAttempt[]
  readonly differences: readonly (Difference & { readonly booked: boolean })[]
  /** Orders that were to be settled, and for which Paygent gave no answer. */
  readonly untold: ReconcileReport['untold']
  readonly sync: SyncReport
  /** The sale of this night; null if there was none. */
  readonly sale: { readonly run: RunRecord; readonly items: readonly RunItem[] } | null
  /** Stages that have ended by themselves. The report must claim nothing about the others. */
  readonly over: readonly ('sync' | 'sale')[]
  readonly notBegun: LeftByNight | null
  readonly tooSlow: Pace | null
  readonly expiring: readonly Expiring[]
  /** Orders that the night left to the operator: 対応状況 without a meaning yet, not shipped, on hold. */
  readonly waiting: LeftToPeople['waiting']
  readonly unshipped: LeftToPeople['unshipped']
  readonly onHold: LeftToPeople['onHold']
  /** Orders that differ from the shop's data in what Paygent cannot decide, by number. None of them is sent. */
  readonly conflicts: readonly string[]
  readonly open: ReconcileReport['open']
  readonly attention: ReconcileReport['attention']
  /** Runs whose results the operator has not acknowledged, without this one. */
  readonly unseen: readonly number[]
  /** The night ended before everything was done. */
  readonly stopped: boolean
}

/** Events of a night that has done nothing yet. */
const BEFORE_ANYTHING: readonly NightlyEvent['type'][] = ['lock-waiting', 'pulling', 'left-to-people']

/** Collects the night event by event. The contents of the mirror are read at its end. */
export class NightlyTally {
  readonly #sync = new SyncTally()
  readonly #settled: ResolvedAttempt[] = []
  readonly #differences: NightlyReport['differences'][number][] = []
  readonly #untold: NightlyReport['untold'][number][] = []
  /** Keyed by order, because an order that could not be written between two requests is tried again at the end. */
  readonly #pushed = new Map<string, PushedOrder>()
  #shopAway: ErrorCode | null = null
  #shopUnseen: string | null = null
  #pull: PullReport | null = null
  #pushFailed: string | null = null
  #runId: number | null = null
  #notBegun: NightlyReport['notBegun'] = null
  #tooSlow: Pace | null = null
  #left: LeftToPeople = { waiting: null, unshipped: { count: 0, yen: 0 }, onHold: { count: 0, yen: 0 } }
  #stopped = false
  readonly #over: ('sync' | 'sale')[] = []
  readonly #rechecked: ResolvedAttempt[] = []

  /** An inquiry or an entry was made that must be reported, whatever follows. */
  begun = false
  /** A request may have been sent. No exit code and no sentence may claim that nothing was sent. */
  mayHaveSent = false

  note(event: NightlyEvent): void {
    if (!BEFORE_ANYTHING.includes(event.type)) this.begun = true
    switch (event.type) {
      case 'pulled':
        this.#pull = event.report
        return
      case 'shop-away':
        this.#shopAway = event.code
        return
      case 'pushed':
        return this.#push(event.order)
      case 'push-failed':
        this.#pushFailed = event.code
        return
      case 'reconciling':
        return this.#reconciling(event.event)
      case 'syncing':
        return this.#sync.note(event.event)
      case 'left-to-people':
        this.#left = { waiting: event.waiting, unshipped: event.unshipped, onHold: event.onHold }
        return
      case 'too-slow':
        this.#tooSlow = event.pace
        return
      case 'not-begun':
        this.#notBegun = event
        return
      case 'selling':
        return this.#selling(event.event)
      case 'over':
        this.#over.push(event.stage)
        return
      case 'lock-waiting':
      case 'pulling':
      case 'preparing':
      case 'planned':
        return
      default:
        event satisfies never
    }
  }

  #push(order: PushedOrder): void {
    this.#pushed.set(order.orderId, order)
  }

  #reconciling(event: Extract<NightlyEvent, { type: 'reconciling' }>['event']): void {
    if (event.type === 'pushed') this.#push(event.order)
    if (event.type === 'attempt-settled')
      this.#settled.push({ orderId: event.orderId, telegram: event.telegram, outcome: event.outcome })
    if (event.type === 'difference') this.#differences.push({ ...event.difference, booked: event.booked })
    if (event.type === 'untold') this.#untold.push({ orderId: event.orderId, code: event.code })
    if (event.type === 'stopped') this.#stopped = true
    if (event.type === 'shop-unseen') this.#shopUnseen = event.code
    if (event.type === 'sending-again') this.mayHaveSent = true
  }

  #selling(event: Extract<NightlyEvent, { type: 'selling' }>['event']): void {
    if (event.type === 'started') this.#runId = event.runId
    if (event.type === 'stopped') this.#stopped = true
    if (event.type === 'sending') this.mayHaveSent = true
    if (event.type === 'pushed') this.#push(event.order)
    if (event.type !== 'recovered' && event.type !== 'looked-again') return
    const { orderId, telegram, outcome } = event
    if (outcome !== 'unknown') this.#rechecked.push({ orderId, telegram, outcome })
  }

  /** @param broken a fault ended the night */
  report({ journal, orders, issues, clock }: NightlyDeps, broken: boolean): NightlyReport {
    const run = this.#runId === null ? null : journal.run(this.#runId)
    const sync = this.#sync.report
    const items = run === null ? [] : journal.items(run.id)
    const own = items.filter(({ attempts }) => attempts > 0).map(({ order }) => order.orderId)
    // Attempts of earlier runs that the sale settled on its way are in no result of its own.
    const others = this.#rechecked.filter(({ orderId }) => !own.includes(orderId))
    const found = { settled: [...this.#settled, ...others], differences: this.#differences, untold: this.#untold }
    const stopped = this.#stopped || sync.stopped || broken || this.#shopAway !== null
    return {
      ...reportOf({ ...found, shopUnseen: this.#shopUnseen, stopped, audit: null }, { journal, issues, orders }),
      shopAway: this.#shopAway,
      pull: this.#pull,
      push: [...this.#pushed.values()],
      pushFailed: this.#pushFailed,
      sync,
      sale: run === null ? null : { run, items },
      over: this.#over,
      notBegun: this.#notBegun,
      tooSlow: this.#tooSlow,
      ...this.#left,
      conflicts: issues.conflicts().map(({ orderId }) => orderId),
      expiring: expiringAmong(orders.list({}), japanDate(clock.nowMs())),
      unseen: journal.unacknowledged().flatMap(({ id }) => (id === run?.id ? [] : [id])),
    }
  }
}

/** The orders that expire first come first. An expired order is a difference that sync reports. */
const expiringAmong = (orders: readonly Order[], today: string): Expiring[] =>
  orders
    .flatMap((order) => {
      const age = authorisationAge(order, today)
      if (age === null || !isEnding(age)) return []
      const { orderId, totalYen } = order
      const { lastDay, left: daysLeft } = age
      return [{ orderId, lastDay, daysLeft, shipped: isShipped(order), onHold: order.hold !== null, totalYen }]
    })
    .toSorted((a, b) => a.daysLeft - b.daysLeft || Number(a.orderId) - Number(b.orderId))

/**
 * A login or rights that the shop's database refuses are a fault of the configuration. The night has not sold in either
 * case.
 */
export const nightlyExit = (report: NightlyReport): ExitCode =>
  highest(exitOf(report), report.shopAway === null ? EXIT.done : ERROR_EXITS[report.shopAway])

/** An open attempt or an order for the operator anywhere in the mirror outranks all else. */
function exitOf(report: NightlyReport): ExitCode {
  const { settled, differences, untold, sync, sale, notBegun, open, attention, stopped, pull, pushFailed, waiting } =
    report
  const pushed = pushExit(report.push)
  if (open.length > 0 || attention.length > 0 || pushed === EXIT.needsPerson) return EXIT.needsPerson
  const sold = sale === null ? EXIT.done : exitCodeOf(sale.items, stopped)
  if (sold === EXIT.needsPerson) return sold
  if (stopped || sync.notices.stopped !== null || pushFailed !== null || notBegun !== null || sold === EXIT.stopped)
    return EXIT.stopped
  const result = differences.length + sync.differences.length + sync.notices.unknownPayments.length
  const found = result + untold.length + sync.untold.length
  const undone = settled.some(({ outcome }) => outcome !== 'accepted')
  const shopDiffers = (pull !== null && foundTrouble(pull)) || pushed === EXIT.someRejected
  return found > 0 || undone || waiting !== null || shopDiffers || sold === EXIT.someRejected
    ? EXIT.someRejected
    : EXIT.done
}
