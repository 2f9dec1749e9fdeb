// Which orders are looked after because a request on them was called not processed: page 5.2.
import type { ReconcileDeps, ReconcileWishes } from './deps.js'

const WATCHED_MS = 7 * 24 * 60 * 60 * 1000

/** Order numbers, the oldest first. */
export const watchedOrders = (
  { orderIds }: Pick<ReconcileWishes, 'orderIds'>,
  { books, clock }: ReconcileDeps,
): string[] =>
  books.settledByTime(clock.nowMs() - WATCHED_MS).filter((orderId) => orderIds === null || orderIds.includes(orderId))
