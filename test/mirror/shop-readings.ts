// Makes a shop database's readings of order 852, and a mirror that has read them once.
import type { Settlement, Step } from '../../src/domain/run.js'
import type { ImportRow, ShopReading, ShopRow } from '../../src/domain/shop.js'
import type { Mirror } from '../../src/mirror/open.js'
import { mirrorWith, NOON, prepared, row, settlement, stepFor, told } from './mirrors.js'

/** As the shop has it; `raw` is what the columns say where that is not what the order says. */
export function reading(
  changes: Partial<ImportRow> = {},
  raw: Partial<ShopRow> = {},
  errorText: string | null = null,
): ShopReading {
  const { listedAmountYen: _none, ...order } = row(changes)
  const { kind = '', paymentId, status, totalYen } = order
  return { type: 'order', row: order, asRead: { kind, paymentId, status, totalYen, ...raw }, errorText }
}

export const unreadable = (orderId = '852', field = 'kind', value = '999'): ShopReading => ({
  type: 'unreadable',
  orderId,
  field,
  value,
})

/** An empty mirror that has read these orders, with the lock taken. */
export function pulled(...readings: readonly ShopReading[]): Mirror {
  const mirror = mirrorWith([])
  mirror.shopRows.take(readings, NOON)
  return mirror
}

/** `added`, `conflict kind,total` of each reading. */
export const taken = (mirror: Mirror, ...readings: readonly ShopReading[]): string[] =>
  mirror.shopRows
    .take(readings, NOON)
    .map((one) => (typeof one === 'string' ? one : `conflict ${one.conflict.map(({ field }) => field).join()}`))

const SOLD = { kind: '101', status: '40', heldAmountYen: null, newPaymentId: null } as const

/** One request on the order with this end; its attempt. An accepted sale, unless it is said otherwise. */
export function requested(mirror: Mirror, changes: Partial<Settlement> = {}, step: Partial<Step> = {}): number {
  const { telegram = '101', request = 'sale' } = step
  const { attemptId } = prepared(mirror, stepFor(mirror, telegram, request, step))
  const accepted = changes.outcome === undefined || changes.outcome === 'accepted'
  mirror.journal.settle(settlement(attemptId, { effect: accepted ? SOLD : null, ...changes }))
  return attemptId
}

/** Pulled, sold by this tool, and not pushed. */
export function sold(changes: Partial<ImportRow> = {}, settled: Partial<Settlement> = {}, step: Partial<Step> = {}) {
  const mirror = pulled(reading(changes))
  const held = step.telegram === '103' ? { amountYen: 2_000 } : {}
  told(mirror, { carrier: changes.carrier ?? 'au', ...held })
  requested(mirror, settled, step)
  return mirror
}
