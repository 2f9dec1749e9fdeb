// Says what is left of a run: the orders that it did not send, and the sales that may still be cancelled.
import type { Operation, Order } from './order.js'
import { permit, type RuleContext } from './permit.js'
import type { RunItem, RunRecord } from './run.js'
import { awaitsCompletion, CANCELLED, effectiveStatus, SOLD } from './statuses.js'

/** A run with its items as they are now. */
export interface RunNow {
  readonly run: Pick<RunRecord, 'operation' | 'state'>
  readonly items: readonly RunItem[]
}

const done = (order: Order, operation: Operation): boolean => {
  const effective = effectiveStatus(order)
  return effective.known && (operation === 'sale' ? SOLD : CANCELLED).includes(effective.status)
}

/** The items that were not sent or not carried out, and whose orders still wait for it. None while the run goes on. */
export const restOf = ({ run, items }: RunNow): RunItem[] =>
  run.state === 'running'
    ? []
    : items.filter(
        ({ outcome, order }) =>
          (outcome === 'unsent' || outcome === 'not-processed') &&
          !order.openAttempt &&
          !order.attention &&
          !done(order, run.operation),
      )

/** The accepted sales of a run, by what a cancel of them would find. */
export interface Undoable {
  /** A cancel may be sent now. */
  readonly now: readonly RunItem[]
  /** docomo has not completed the sale yet; from then on it may be cancelled. */
  readonly later: readonly RunItem[]
  /** The rules permit no cancel. */
  readonly never: readonly RunItem[]
}

/** The order is as the request of this run left it: the same payment, and no accepted request after it. */
const isAsLeft = ({ order, telegram, paymentId, newPaymentId }: RunItem): boolean =>
  order.kind === telegram && (newPaymentId === null || order.paymentId === newPaymentId) && paymentId !== null

/** @param rules of a batch, as they are now */
export function undoableOf({ run, items }: RunNow, rules: RuleContext): Undoable {
  const sold =
    run.operation === 'sale' && run.state !== 'running'
      ? items.filter((item) => item.outcome === 'accepted' && isAsLeft(item) && done(item.order, 'sale'))
      : []
  const now = sold.filter(({ order }) => permit(order, 'cancel', { ...rules, single: false }).verdict !== 'refused')
  const later = sold.filter((item) => !now.includes(item) && awaitsCompletion(item.order))
  return { now, later, never: sold.filter((item) => !now.includes(item) && !later.includes(item)) }
}
