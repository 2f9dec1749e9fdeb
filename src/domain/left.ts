// Says what is left of a run: the orders that it did not send, and the sales that may still be cancelled.
import { type Operation, type Order, type PaymentStatus, plainPaymentId } from './order.js'
import { blockOf, permit, type RuleContext } from './permit.js'
import type { RunItem, RunRecord } from './run.js'
import { awaitsCompletion, CANCELLED, effectiveStatus, isSold, SOLD } from './statuses.js'

/** A run with its items as they are now. */
export interface RunNow {
  readonly run: Pick<RunRecord, 'operation' | 'state'>
  readonly items: readonly RunItem[]
}

const isAt = (order: Order, statuses: readonly PaymentStatus[]): boolean => {
  const effective = effectiveStatus(order)
  return effective.known && statuses.includes(effective.status)
}

/**
 * `--rest` takes it: the run left it undone, and no later request on its order was accepted. A refund names its amount,
 * so it is given anew.
 */
export const isLeftUndone = ({
  outcome,
  request,
  acceptedLater,
}: Pick<RunItem, 'outcome' | 'request' | 'acceptedLater'>): boolean =>
  (outcome === 'unsent' || outcome === 'not-processed') && request !== 'refund' && !acceptedLater

/**
 * `--undo` takes it: the order is still as the accepted sale left it, with the same payment, sold, and no later request
 * on it was accepted. A sale that Paygent has completed since (40 → 44) is still that sale. A request that gave money
 * back is no sale.
 */
export function isAsSold({
  order,
  outcome,
  telegram,
  paymentId,
  newPaymentId,
  movement,
  acceptedLater,
}: Pick<
  RunItem,
  'order' | 'outcome' | 'telegram' | 'paymentId' | 'newPaymentId' | 'movement' | 'acceptedLater'
>): boolean {
  const left = newPaymentId ?? paymentId
  if (movement?.way === 'refunded') return false
  if (outcome !== 'accepted' || acceptedLater || order.kind !== telegram || left === null || order.paymentId === null)
    return false
  return isSold(order) && plainPaymentId(order.paymentId) === plainPaymentId(left)
}

/** Nothing of the request is left to do: the order is sold or cancelled already. */
const OVER = { sale: [...SOLD, ...CANCELLED], cancel: CANCELLED } as const satisfies Record<
  Operation,
  readonly PaymentStatus[]
>

/** The items that were not sent or not carried out, and whose orders still wait for it. None while the run goes on. */
export const restOf = ({ run, items }: RunNow): RunItem[] =>
  run.state === 'running'
    ? []
    : items.filter(
        (item) =>
          isLeftUndone(item) &&
          !item.order.openAttempt &&
          !item.order.attention &&
          !isAt(item.order, OVER[run.operation]),
      )

/** The accepted sales of a run, by what a cancel of them would find. */
export interface Undoable {
  /** A cancel may be sent now. */
  readonly now: readonly RunItem[]
  /** docomo has not completed the sale yet; from then on it may be cancelled. */
  readonly later: readonly RunItem[]
  /** Something else than the payment status holds the cancel back, such as a hold; once that ends it may be sent. */
  readonly notNow: readonly RunItem[]
  /** The payment status permits no cancel. */
  readonly never: readonly RunItem[]
}

/** @param rules of a batch, as they are now */
export function undoableOf({ run, items }: RunNow, rules: RuleContext): Undoable {
  const sold = run.operation === 'sale' && run.state !== 'running' ? items.filter(isAsSold) : []
  const groupOf = ({ order }: RunItem): keyof Undoable => {
    const permission = permit(order, 'cancel', { ...rules, single: false })
    if (permission.verdict !== 'refused') return 'now'
    if (permission.reason !== 'status') return 'notNow'
    if (!awaitsCompletion(order)) return 'never'
    // Called off in the shop: the completion alone does not permit the cancel.
    return blockOf(order, 'cancel', rules) === null ? 'later' : 'notNow'
  }
  const of = (group: keyof Undoable): RunItem[] => sold.filter((item) => groupOf(item) === group)
  return { now: of('now'), later: of('later'), notNow: of('notNow'), never: of('never') }
}
