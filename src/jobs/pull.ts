// The mirror from the shop's own database: new and changed orders come in, conflicts are listed and left.
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
  /** Orders whose conflict stands as it did: their rows say what they said before. */
  readonly standing: number
  readonly conflicts: readonly { readonly orderId: string; readonly differences: readonly ShopDifference[] }[]
  /** Orders whose row holds something that cannot be; they were not taken. */
  readonly unreadable: readonly { readonly orderId: string; readonly field: string; readonly value: string }[]
  /** Those of them that were told by an earlier pull, with the same value: told no more. */
  readonly unreadableAsBefore: number
  /** They are not sent any more. */
  readonly gone: readonly GoneOrder[]
  /** Payments that several orders have: none of these orders is sent. `isNew`: no earlier pull or import has brought it. */
  readonly sharedPayments: readonly (SharedPayment & { readonly isNew: boolean })[]
}

/** So many orders have been read. */
export interface PullEvent {
  readonly type: 'pulling'
  readonly orders: number
}

/**
 * Takes some orders at a time, each of them whole, so that a pull that is cut off leaves a mirror that is merely older.
 * @throws AppError another-run, interrupted, or what the shop's database says
 */
export async function* pull(deps: PullDeps, signal: AbortSignal): AsyncGenerator<PullEvent, PullReport> {
  const { lock } = deps
  if (!lock.acquire('pull')) throw anotherRun(lock)
  try {
    return yield* readAll(deps, signal)
  } finally {
    lock.release()
  }
}

async function* readAll({ desk, clock }: PullDeps, signal: AbortSignal): AsyncGenerator<PullEvent, PullReport> {
  const { shop, rows } = desk
  const tally = new Tally()
  const sharedBefore = new Set(rows.sharedPayments().map(keyOf))
  for await (const readings of shop.readings()) {
    if (signal.aborted) throw new AppError('interrupted')
    tally.note(readings, rows.take(readings, clock.nowMs()))
    yield { type: 'pulling', orders: tally.seen.size }
  }
  // What is not among Paygent's orders any more is gone from the shop, or paid in another way: that is not the same.
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

/** Another order that has come to share the payment is news. */
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
      // One that the mirror has is told once.
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

/** Something that a person should know of before anything else is done. */
export const foundTrouble = ({ conflicts, unreadable, gone, sharedPayments }: PullReport): boolean =>
  conflicts.length > 0 ||
  unreadable.length > 0 ||
  gone.some(({ touched }) => touched) ||
  sharedPayments.some(({ isNew }) => isNew)
