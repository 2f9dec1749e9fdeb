// Shows how far a long step has come: at the foot of the terminal, and without a terminal as a line now and then.
import type { PrepareEvent } from '../batch/prepare.js'
import { japanIso } from '../clock.js'
import type { PullEvent } from '../jobs/pull.js'
import type { ReconcileEvent } from '../jobs/reconcile/events.js'
import type { SyncEvent } from '../jobs/sync/events.js'
import { listTime } from '../text/numbers.js'
import { type Counted, countLine } from '../ui/progress.js'
import type { Context } from './context.js'
import { type StatusLine, statusLineOf } from './output.js'

/** How far a step has come. */
export interface Count extends Pick<Counted, 'step' | 'done' | 'total'> {
  /** The step ends at this time at the latest, epoch milliseconds, with what is done by then. */
  readonly untilMs?: number
}

type CountingEvent = PrepareEvent | PullEvent | ReconcileEvent | SyncEvent

/** The count that an event of a job tells; null for an event that tells none. */
function countOf(event: CountingEvent): Count | null {
  switch (event.type) {
    case 'asking':
    case 'preparing':
      // The event comes before the inquiry.
      return {
        step: 'inquiries',
        done: event.index - 1,
        total: event.total,
        ...('untilMs' in event && { untilMs: event.untilMs }),
      }
    case 'pulling':
      return { step: 'pull', done: event.orders, total: event.total }
    default:
      return null
  }
}

/** So many make a rate that is steady enough to predict the end. */
const TELLING = 3
/** Without a terminal a line is written this often. */
const LINE_MS = 30_000
/** A terminal is redrawn no more often than this. */
const REDRAW_MS = 100
const DAY_MS = 24 * 60 * 60 * 1_000

type Counts = Pick<Context, 'clock' | 'terminal' | 'errorScreen' | 'options'>

export class Counting {
  #first: (Count & { readonly atMs: number }) | null = null
  #before: Count | null = null
  #notices = 0
  #drawnMs: number
  #writtenMs: number

  /** @param foot the status line of the command, where it has other uses beside */
  constructor(
    private readonly context: Counts,
    private readonly foot: StatusLine = statusLineOf(context),
  ) {
    this.#writtenMs = context.clock.monotonicMs()
    this.#drawnMs = this.#writtenMs
  }

  /** A step that begins anew, or another one, has a rate of its own. */
  show(count: Count): void {
    const { clock, errorScreen, options, terminal } = this.context
    const nowMs = clock.monotonicMs()
    const before = this.#before
    const begins = before?.step !== count.step || before.done >= count.done
    if (begins) this.#first = { ...count, atMs: nowMs }
    this.#before = count
    if (errorScreen.width !== null) {
      if (!begins && nowMs - this.#drawnMs < REDRAW_MS) return
      this.#drawnMs = nowMs
      this.foot.show(this.#line(count, nowMs))
    } else if (!options.quiet && nowMs - this.#writtenMs >= LINE_MS) {
      this.#writtenMs = nowMs
      terminal.err(`${this.#line(count, nowMs)}\n`)
    }
  }

  /** Shows the count that an event tells, if it tells one. */
  note(event: CountingEvent): void {
    const count = event.type === 'fetched' ? this.#fetched() : countOf(event)
    if (count !== null) this.show(count)
  }

  /** The number of notices is known only when the last one has come. */
  #fetched(): Count {
    this.#notices += 1
    return { step: 'notices', done: this.#notices, total: null }
  }

  hide(): void {
    this.foot.hide()
  }

  /** Does work that counts, and hides the count however it ends. */
  during<Result>(step: Count['step'], work: (heard: (done: number, total: number) => void) => Result): Result {
    try {
      return work((done, total) => this.show({ step, done, total }))
    } finally {
      this.hide()
    }
  }

  /** Ends a step that came to its end. Its number stays, above what follows. */
  finish(): void {
    const { errorScreen, options, terminal } = this.context
    this.hide()
    const total = this.#before?.total ?? null
    if (this.#before === null || total === null || options.quiet) return
    const { step } = this.#before
    terminal.err(`${countLine({ step, done: total, total, perSecond: null, expectedEnd: null }, errorScreen)}\n`)
  }

  #line(count: Count, nowMs: number): string {
    const { clock, errorScreen } = this.context
    const { done: firstDone = 0, atMs = nowMs } = this.#first ?? {}
    const counted = count.done - firstDone
    const elapsedMs = nowMs - atMs
    if (counted < TELLING || elapsedMs <= 0)
      return countLine({ ...count, perSecond: null, expectedEnd: null }, errorScreen)
    // After the reading the import begins, so that the end of the reading is no end of the command.
    const isLast = count.total !== null && count.step !== 'reading'
    const leftMs = isLast ? ((count.total - count.done) * elapsedMs) / counted : null
    const endMs = leftMs === null ? null : Math.min(clock.nowMs() + leftMs, count.untilMs ?? Infinity)
    const expectedEnd = endMs === null ? null : timeOf(endMs, clock.nowMs())
    return countLine({ ...count, perSecond: (counted * 1_000) / elapsedMs, expectedEnd }, errorScreen)
  }
}

const timeOf = (ms: number, nowMs: number): string => listTime(japanIso(ms)).slice(ms - nowMs < DAY_MS ? 11 : 0)
