// What became of the shop's orders, written back into its own database as its module would have. Safe to repeat.
import { tellingOf, type PushFate, type ShopWritten, type Telling, type UntoldOrder } from '../../domain/shop.js'
import type { Clock, RunLock, ShopDesk } from '../../ports.js'
import { anotherRun } from '../batch/another-run.js'

export interface PushDeps {
  readonly desk: ShopDesk
  readonly lock: RunLock
  readonly clock: Clock
}

export interface PushedOrder {
  readonly orderId: string
  readonly fate: PushFate
  /** What is, or would be, written; null where nothing is. */
  readonly kind: string | null
  readonly paymentId: string | null
  readonly errorText: string | null
  /** What the shop's row holds instead. */
  readonly found: { readonly kind: string | null; readonly paymentId: string | null } | null
}

/**
 * Each order in a transaction of its own, noted as told right after it; one that was cut off in between is found to be
 * written already. @throws AppError another-run, or what the shop's database says; what was told until then stays told
 */
export async function* push(deps: PushDeps, signal: AbortSignal): AsyncGenerator<PushedOrder, void> {
  const { lock, desk } = deps
  if (!lock.acquire('push')) throw anotherRun(lock)
  try {
    const untold = desk.rows.untold()
    if (untold.length > 0) await desk.shop.wake()
    for (const order of untold) {
      if (signal.aborted) return
      yield await tell(order, deps)
    }
  } finally {
    lock.release()
  }
}

/** What `push` would do; nothing is written anywhere, and nobody is kept waiting. */
export const pushPlan = ({ rows }: Pick<ShopDesk, 'rows'>): PushedOrder[] =>
  rows.untold().map((order) => {
    const telling = tellingOf(order)
    return told(order.orderId, telling, telling.type === 'write' ? 'would-write' : fateOf(telling))
  })

async function tell(order: UntoldOrder, { desk, clock }: PushDeps): Promise<PushedOrder> {
  const { shop, rows } = desk
  const { orderId, attempts } = order
  const attemptIds = attempts.map(({ attemptId }) => attemptId)
  const telling = tellingOf(order)
  if (telling.type === 'superseded') rows.told(orderId, attemptIds, 'superseded', null, clock.nowMs())
  if (telling.type !== 'write') return told(orderId, telling, fateOf(telling))
  const written = await shop.write(telling.write)
  const { type } = written
  if (type === 'written' || type === 'already') {
    rows.told(orderId, attemptIds, type, telling.write.accepted, clock.nowMs())
  }
  return told(orderId, telling, type, written)
}

const fateOf = (telling: Exclude<Telling, { type: 'write' }>): PushFate =>
  telling.type === 'waits' ? telling.why : telling.type

function told(orderId: string, telling: Telling, fate: PushFate, written?: ShopWritten): PushedOrder {
  const write = telling.type === 'write' ? telling.write : null
  return {
    orderId,
    fate,
    kind: write?.accepted?.kind ?? null,
    paymentId: write?.accepted?.paymentId ?? null,
    errorText: write?.errorText ?? null,
    found: written?.type === 'moved' ? written.found : null,
  }
}
