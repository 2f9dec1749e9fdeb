// Compares the mirror with Paygent's ledger, payment by payment; a day at the order desk is checked with it after each
// step.
import { expect } from 'vitest'
import type { SimulatorPayment } from './program.js'
import type { MirrorOrder, Shop } from './shop.js'

const DEAD = ['32', '60', '62']
/** docomo's completions, which come with time: the mirror hears of them from the shop or by an inquiry only. */
export const COMPLETED: Readonly<Record<string, string>> = { '40': '44', '60': '62' }

export interface Books {
  readonly shop: Shop
  /** Orders whose completion the mirror has not heard of. */
  readonly completed: Set<string>
  /** Orders that the shop's own page has sold: Paygent may not have been asked about them. */
  readonly soldByShop: ReadonlySet<string>
}

/** The one comparison: every order against its payments in the ledger. */
export async function compare(books: Books, step: string): Promise<void> {
  const { shop } = books
  const [mirror, ledger] = [await shop.mirror(), await shop.simulator.payments()]
  const mine = Object.values(mirror).map(ours)
  const theirs = Object.values(mirror).map((order) => paygents(order, ledger, books))
  expect(mine, step).toEqual(theirs)
  for (const { paymentId, changes } of ledger) {
    const captures = changes.filter(({ from, to }) => to === '40' && from !== null)
    expect([step, paymentId, captures.length <= 1]).toEqual([step, paymentId, true])
  }
}

const ours = ({ orderId, paymentId, effectiveStatus, heldAmount }: MirrorOrder) => ({
  orderId,
  paymentId,
  status: effectiveStatus,
  heldAmount,
  others: [] as string[],
})

/** The same of the ledger: the order's only payment that is not dead, or its last one. */
function paygents(
  { orderId, effectiveStatus, heldAmount, kind }: MirrorOrder,
  ledger: readonly SimulatorPayment[],
  { completed, soldByShop }: Books,
) {
  const payments = ledger.filter(({ tradingId }) => tradingId === orderId)
  const current = payments.find(({ status }) => !DEAD.includes(status)) ?? payments.at(-1)
  const isNews = completed.has(orderId) && COMPLETED[effectiveStatus ?? ''] === current?.status
  // Nothing has been sent for it, so Paygent may not have been asked either.
  const mayBeUntold = heldAmount === null && (kind === '' || soldByShop.has(orderId))
  return {
    orderId,
    paymentId: current?.paymentId ?? null,
    status: isNews ? effectiveStatus : (current?.status ?? null),
    heldAmount: mayBeUntold ? null : (current?.amountYen ?? null),
    others: payments.filter((one) => one !== current && !DEAD.includes(one.status)).map((one) => one.paymentId),
  }
}
