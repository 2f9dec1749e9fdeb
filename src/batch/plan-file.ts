// Defines the file of a plan: its document, and the differences between that and the plan of now. It does no I/O.
import type { Origin } from '../domain/chosen.js'
import type { Carrier, Kind, Method, MoneyTelegram, Operation, RequestName } from '../domain/order.js'
import type { Reason } from '../domain/outcome.js'
import type { Mark } from '../domain/permit.js'
import type { RefusedItem, Step } from '../domain/run.js'
import { AppError, type PlanDifference } from '../errors.js'
import { type HowChosen, type Plan, inOrder, itemYen } from './plan.js'

const FORMAT = 'paygent-plan'

/** The version of the document. A file of a newer version may say what this program does not understand. */
export const PLAN_VERSION = 1

/** A larger file is neither written nor read. It has room for more orders than can be sent in a day. */
export const MOST_PLAN_BYTES = 16 * 1024 * 1024

/** Names the plan, and the mirror and the settings that it belongs to. */
export interface PlanHead {
  readonly id: string
  readonly mirrorId: string
  readonly environment: string
  readonly merchantId: string
  readonly profile: string
  readonly operation: Operation
  /** ISO Japan time. */
  readonly madeAt: string
  /** ISO Japan time; the plan is not sent after it. */
  readonly validUntil: string
}

/** One order of the plan. It has no customer's name. Amounts are whole yen. Null is what only a request has. */
export interface PlanOrder {
  readonly position: number
  readonly orderId: string
  readonly outcome: 'planned' | 'refused'
  readonly request: RequestName | null
  readonly telegram: MoneyTelegram | null
  readonly method: Method | null
  readonly carrier: Carrier | null
  readonly tradingId: string | null
  readonly paymentId: string | null
  readonly kind: Kind | null
  readonly status: string | null
  readonly heldAmount: number | null
  readonly total: number | null
  /** The amount that Paygent captures or releases. */
  readonly amount: number | null
  readonly mark: Mark | null
  readonly origin: Origin
  readonly reason: Reason | null
  readonly about: string | null
}

export interface PlanDocument extends PlanHead {
  readonly format: typeof FORMAT
  readonly version: number
  readonly orders: readonly PlanOrder[]
  readonly summary: { readonly orders: number; readonly yen: number }
}

/** @throws Error for a plan with an order about which Paygent has not been asked */
export function planDocument(head: PlanHead, plan: Plan, { originOf }: Pick<HowChosen, 'originOf'>): PlanDocument {
  if (plan.undecided.length > 0) throw new Error('a plan is written before Paygent was asked')
  const orders = inOrder(plan).map(({ step, refused }) =>
    step === null ? refusedOrder(refused, originOf(refused.orderId, null)) : plannedOrder(step),
  )
  return {
    format: FORMAT,
    version: PLAN_VERSION,
    ...head,
    orders,
    summary: { orders: plan.steps.length, yen: itemYen(plan) },
  }
}

const plannedOrder = (step: Step): PlanOrder => ({
  position: step.position,
  orderId: step.orderId,
  outcome: 'planned',
  request: step.request,
  telegram: step.telegram,
  method: step.method,
  carrier: step.carrier,
  tradingId: step.tradingId,
  paymentId: step.paymentId,
  kind: step.kind,
  status: step.plannedStatus,
  heldAmount: step.heldAmountYen,
  total: step.totalYen,
  amount: step.amountYen,
  mark: step.mark,
  origin: step.origin,
  reason: null,
  about: null,
})

const refusedOrder = (
  { position, orderId, request, paymentId, reason, about }: RefusedItem,
  origin: Origin,
): PlanOrder => ({
  position,
  orderId,
  outcome: 'refused',
  request,
  telegram: null,
  method: null,
  carrier: null,
  tradingId: null,
  paymentId,
  kind: null,
  status: null,
  heldAmount: null,
  total: null,
  amount: null,
  mark: null,
  origin,
  reason,
  about,
})

/**
 * Reads the bytes of a plan file. Only the head is checked: the orders count once the mirror's entry has shown that the
 * bytes are those that were written.
 * @throws AppError plan-unreadable, plan-foreign, plan-newer
 */
export function readPlanDocument(bytes: Uint8Array, path: string): PlanDocument {
  const document = parsed(bytes, path)
  if (typeof document !== 'object' || document === null || !('format' in document) || document.format !== FORMAT)
    throw new AppError('plan-foreign', { path })
  const { version, ...rest } = document as Partial<PlanDocument>
  if (typeof version === 'number' && version > PLAN_VERSION)
    throw new AppError('plan-newer', { path, found: version, known: PLAN_VERSION })
  const { id, mirrorId, environment, merchantId, profile, operation, orders } = rest
  const texts: readonly unknown[] = [id, mirrorId, environment, merchantId, profile, operation]
  if (version !== PLAN_VERSION || !texts.every((text) => typeof text === 'string') || !Array.isArray(orders))
    throw new AppError('plan-foreign', { path })
  return document as PlanDocument
}

function parsed(bytes: Uint8Array, path: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    throw new AppError('plan-unreadable', { path })
  }
}

/** The facts that a request may not change between the approval and the sending, by the names that an error gives them. */
const FACTS = {
  request: 'request',
  telegram: 'telegram',
  method: 'method',
  carrier: 'carrier',
  tradingId: 'trading-id',
  paymentId: 'payment',
  kind: 'kind',
  status: 'status',
  heldAmount: 'held-amount',
  total: 'total',
  amount: 'amount',
  mark: 'mark',
} as const satisfies Partial<Record<keyof PlanOrder, string>>

/**
 * The differences between the orders of a file and the plan of now. An order that neither of the two sends makes none,
 * whatever its reason is.
 */
export function differencesOf(approved: readonly PlanOrder[], plan: Pick<Plan, 'steps' | 'refused'>): PlanDifference[] {
  const steps = new Map(plan.steps.map((step) => [step.orderId, plannedOrder(step)]))
  const refused = new Map(plan.refused.map((item) => [item.orderId, item]))
  return approved.flatMap((order) => {
    const { orderId } = order
    const step = steps.get(orderId)
    if (order.outcome === 'refused')
      return step === undefined ? [] : [{ orderId, field: 'planned', approved: order.reason ?? '', now: '' }]
    if (step === undefined)
      return [{ orderId, field: 'refused', approved: '', now: refused.get(orderId)?.reason ?? 'left-out' }]
    return changedFacts(order, step)
  })
}

const changedFacts = (approved: PlanOrder, now: PlanOrder): PlanDifference[] =>
  Object.entries(FACTS).flatMap(([name, field]) => {
    const [before, after] = [approved[name as keyof typeof FACTS], now[name as keyof typeof FACTS]]
    if (before === after) return []
    return [{ orderId: approved.orderId, field, approved: String(before ?? ''), now: String(after ?? '') }]
  })
