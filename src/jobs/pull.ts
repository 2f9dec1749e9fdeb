// Updates the mirror from the shop's own database. New and changed orders come in; conflicts are listed and left.
import { anotherRun } from '../attempts/entry.js'
import type {
  GoneOrder,
  OtherMethodReading,
  PullTaken,
  SharedPayment,
  ShopDifference,
  ShopReading,
} from '../domain/shop.js'
import { AppError } from '../errors.js'
import type { Clock, RunLock, ShopDesk } from '../ports.js'
import { maskCardNumbers } from '../text/card-number.js'

export interface PullDeps {
  readonly desk: ShopDesk
  readonly lock: RunLock
  readonly clock: Clock
}

export interface PullReport {
  readonly added: number
  readonly updated: number
  readonly unchanged: number
  /** Orders with an unchanged conflict: their rows are as they were. */
  readonly standing: number
  readonly conflicts: readonly { readonly orderId: string; readonly differences: readonly ShopDifference[] }[]
  /** Orders whose row holds an impossible value; they were not taken. */
  readonly unreadable: readonly { readonly orderId: string; readonly field: string; readonly value: string }[]
  /** Those of them that an earlier pull has reported with the same value. They are not reported again. */
  readonly unreadableAsBefore: number
  /** They are not sent any more. */
  readonly gone: readonly GoneOrder[]
  /**
   * Payments that several orders have. None of these orders is sent. `isNew`: no import has brought it, and no earlier
   * pull that came to its end.
   */
  readonly sharedPayments: readonly (SharedPayment & { readonly isNew: boolean })[]
}

export interface PullEvent {
  readonly type: 'pulling'
  /** The number of orders that have been read. */
  readonly orders: number
  /** The number of orders that the shop has. */
  readonly total: number
}

/**
 * Takes some orders at a time, each of them whole. A pull that is cut off therefore leaves a mirror that is merely
 * older, and the next one names what it found.
 * @throws AppError another-run, interrupted, or the fault of the shop's database; with `begun` once orders were taken
 */
export async function* pull(deps: PullDeps, signal: AbortSignal): AsyncGenerator<PullEvent, PullReport> {
  const { lock } = deps
  if (!lock.acquire('pull')) throw anotherRun(lock)
  const tally = new Tally()
  try {
    return yield* readAll(deps, signal, tally)
  } catch (error) {
    // No text may claim that nothing was taken.
    if (!(error instanceof AppError) || tally.seen.size === 0) throw error
    throw new AppError(error.code, { ...error.params, begun: 'yes' }, { cause: error })
  } finally {
    lock.release()
  }
}

async function* readAll(
  { desk, clock }: PullDeps,
  signal: AbortSignal,
  tally: Tally,
): AsyncGenerator<PullEvent, PullReport> {
  const { shop, rows } = desk
  const sharedBefore = new Set(rows.beginPull().map(keyOf))
  const counted = await shop.count()
  for await (const readings of shop.readings()) {
    if (signal.aborted) throw new AppError('interrupted')
    tally.note(readings, rows.take(readings, clock.nowMs()))
    // Customers may order meanwhile.
    yield { type: 'pulling', orders: tally.seen.size, total: Math.max(counted, tally.seen.size) }
  }
  // An order that is no longer among Paygent's orders is gone from the shop, or paid in another way. The two are not
  // the same.
  const unseen = rows.unseen(tally.seen)
  const others = unseen.length === 0 ? [] : await shop.others(unseen)
  tally.note(others, rows.take(others, clock.nowMs()))
  const gone = rows.finishPull(tally.seen, clock.nowMs())
  const shared = rows.sharedPayments().filter(({ orderIds }) => orderIds.some((orderId) => tally.seen.has(orderId)))
  return tally.report(
    gone,
    shared.map((one) => ({ ...one, isNew: !sharedBefore.has(keyOf(one)) })),
  )
}

/** If another order comes to share the payment, that is news. */
const keyOf = ({ paymentId, orderIds }: SharedPayment): string => `${paymentId} ${orderIds.join(' ')}`

class Tally {
  readonly seen = new Set<string>()
  readonly #counts = { added: 0, updated: 0, unchanged: 0, standing: 0, unreadableAsBefore: 0 }
  readonly #conflicts: PullReport['conflicts'][number][] = []
  readonly #unreadable: PullReport['unreadable'][number][] = []

  note(readings: readonly (ShopReading | OtherMethodReading)[], taken: readonly PullTaken[]): void {
    for (const [index, reading] of readings.entries()) {
      const orderId = reading.type === 'order' ? reading.row.orderId : reading.orderId
      this.seen.add(orderId)
      const what = taken[index] ?? 'unchanged'
      // An order that the mirror has is reported once.
      const isNews = typeof what !== 'string' || what === 'left-out'
      if (reading.type === 'unreadable' && isNews)
        this.#unreadable.push({ orderId, field: reading.field, value: maskCardNumbers(reading.value) })
      if (typeof what !== 'string') this.#conflicts.push({ orderId, differences: what.conflict })
      else if (what === 'left-out-as-before') this.#counts.unreadableAsBefore += 1
      else if (what !== 'left-out') this.#counts[what] += 1
    }
  }

  report(gone: PullReport['gone'], sharedPayments: PullReport['sharedPayments']): PullReport {
    return { ...this.#counts, conflicts: this.#conflicts, unreadable: this.#unreadable, gone, sharedPayments }
  }
}

/** Whether the pull found something that the operator should know before anything else is done. */
export const foundTrouble = ({ conflicts, unreadable, gone, sharedPayments }: PullReport): boolean =>
  conflicts.length > 0 ||
  unreadable.length > 0 ||
  gone.some(({ touched }) => touched) ||
  sharedPayments.some(({ isNew }) => isNew)
