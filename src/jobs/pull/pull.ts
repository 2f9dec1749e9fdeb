// The mirror from the shop's own database: new and changed orders come in, conflicts are listed and left.
import type { GoneOrder, ShopDifference } from '../../domain/shop.js'
import type { Clock, RunLock, ShopDesk } from '../../ports.js'
import { AppError } from '../../errors.js'
import { anotherRun } from '../batch/another-run.js'

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
}

export interface PullEvent {
  readonly type: 'pulled'
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
  const counts = { added: 0, updated: 0, unchanged: 0, standing: 0, unreadableAsBefore: 0 }
  const conflicts: PullReport['conflicts'][number][] = []
  const unreadable: PullReport['unreadable'][number][] = []
  const seen = new Set<string>()
  for await (const readings of shop.readings()) {
    if (signal.aborted) throw new AppError('interrupted')
    const taken = rows.take(readings, clock.nowMs())
    for (const [index, reading] of readings.entries()) {
      const orderId = reading.type === 'order' ? reading.row.orderId : reading.orderId
      seen.add(orderId)
      const what = taken[index] ?? 'unchanged'
      // One that the mirror has is told once.
      const isNews = typeof what !== 'string' || what === 'left-out'
      if (reading.type === 'unreadable' && isNews)
        unreadable.push({ orderId, field: reading.field, value: reading.value })
      if (typeof what !== 'string') conflicts.push({ orderId, differences: what.conflict })
      else if (what === 'left-out-as-before') counts.unreadableAsBefore += 1
      else if (what !== 'left-out') counts[what] += 1
    }
    yield { type: 'pulled', orders: seen.size }
  }
  const gone = rows.finishPull(seen, clock.nowMs())
  return { ...counts, conflicts, unreadable, gone }
}

/** Something that a person should know of before anything else is done. */
export const foundTrouble = ({ conflicts, unreadable, gone }: PullReport): boolean =>
  conflicts.length > 0 || unreadable.length > 0 || gone.some(({ touched }) => touched)
