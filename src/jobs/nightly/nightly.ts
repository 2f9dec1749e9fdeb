// Runs the night: pull → reconcile → sync → sale → push, under one lock. Safe to start twice, late, or after a crash.
// If the shop's database is away, only reconcile and sync run.
import { anotherRun, enterShop, reentrantDesk } from '../../attempts/entry.js'
import { limitOver, type RunLimits, type Plan } from '../../batch/plan.js'
import { type Choice, makePlan, mustAsk, type Planned, type PrepareEvent } from '../../batch/prepare.js'
import { runBatch } from '../../batch/run.js'
import { needsRecheck } from '../../batch/sender.js'
import { momentOf } from '../../clock.js'
import type { Moment } from '../../domain/age.js'
import type { OrderFilter } from '../../domain/chosen.js'
import type { Order } from '../../domain/order.js'
import { permit } from '../../domain/permit.js'
import { AppError, type ErrorCode, isOfShop } from '../../errors.js'
import type { Clock, RunLock } from '../../ports.js'
import { pull } from '../pull.js'
import { pushResults } from '../push.js'
import { reconcile } from '../reconcile/reconcile.js'
import type { SyncRequest } from '../sync/events.js'
import { sync } from '../sync/sync.js'
import {
  chooseForNight,
  type NightlyDeps,
  type NightlyEvent,
  type NightlyRequest,
  type LeftByNight,
  sumOfTotals,
} from './events.js'
import { NightPace, paceOf } from './pace.js'

const TICK_MS = 1_000

/** The lock for the stages: it is held already, and the holder that acquired it releases it. */
export const reentrantLock = (lock: RunLock): RunLock => ({
  acquire: () => true,
  owner: () => lock.owner(),
  heldElsewhere: false,
  release: () => undefined,
})

/** Waits for another program to end. @throws AppError another-run when it has not ended, or on a signal */
export async function* takeLock(
  lock: RunLock,
  lockWaitMs: number,
  clock: Clock,
  signal: AbortSignal,
): AsyncGenerator<NightlyEvent, void> {
  const startMs = clock.monotonicMs()
  while (!lock.acquire('nightly')) {
    const remainingMs = startMs + lockWaitMs - clock.monotonicMs()
    if (remainingMs <= 0 || signal.aborted) throw anotherRun(lock)
    yield { type: 'lock-waiting', holder: lock.owner(), remainingMs }
    await clock.sleep(Math.min(TICK_MS, remainingMs), signal)
  }
}

const filterOf = (shippedOnly: boolean): OrderFilter => (shippedOnly ? { shipped: true } : {})

type Events<Result> = AsyncGenerator<NightlyEvent, Result>

/** This many of the first orders show how the night goes. */
const TELLING = 10

/** The request of the night, when the night began, and what it has measured. */
interface Selling extends NightlyRequest {
  readonly began: Moment
  readonly pace: NightPace
}

/** @param untold orders for which Paygent gives no answer tonight: they must not keep the others from being sold */
export async function* sell(
  request: Selling,
  unanswered: readonly string[],
  deps: NightlyDeps,
  signal: AbortSignal,
): Events<void> {
  const { rules, sending } = request
  const { chosen: found, ...left } = chooseForNight(deps.orders, request)
  yield { type: 'left-to-people', ...left }
  const chosen = found.filter(({ orderId }) => !unanswered.includes(orderId))
  if (chosen.length === 0) return
  if (deps.clock.nowMs() >= sending.untilMs) {
    const late = chosen.filter((order) => permit(order, 'sale', rules).verdict !== 'refused')
    if (late.length > 0) yield { type: 'not-begun', why: 'until', left: late }
    return
  }
  const { planned, putOff } = yield* planInTime(chosen, request, deps, signal)
  const { plan } = planned
  yield { type: 'planned', plan }
  const over = refusalOf(plan, putOff, request.limits)
  if (over !== null) return yield { type: 'not-begun', ...over, left: [...plan.orders, ...putOff] }
  if (putOff.length > 0) yield { type: 'not-begun', why: 'no-time', left: putOff }
  yield* run(planned, request, deps, signal)
}

/** So often more orders may be taken because Paygent has sold or cancelled others. */
const ROUNDS = 3

/**
 * Plans the orders that can be asked about and sold in time. Where the inquiries show that some of them need no sale,
 * others take their place. Orders without an answer are asked about in one round only: the next one would ask about
 * them one after the other, and take this for a Paygent that answers nothing.
 */
async function* planInTime(
  chosen: readonly Order[],
  { rules, shippedOnly, sending, began, pace }: Selling,
  deps: NightlyDeps,
  signal: AbortSignal,
): Events<{ readonly planned: Planned; readonly putOff: readonly Order[] }> {
  const asOf = { ...rules, nowMs: deps.clock.nowMs() }
  const asks = (order: Order): boolean => mustAsk(order, 'sale', asOf, false)
  let { fits, late } = pace.inTime(chosen, { asks, sells: () => true }, sending.untilMs)
  let untold: Planned['untold'] = new Map()
  for (let round = 1; ; round += 1) {
    const choice: Choice = { orders: fits, filter: filterOf(shippedOnly), originOf: () => 'night', untold }
    const planned = yield* measured(makePlan(choice, 'sale', rules, deps, began, signal), pace)
    if (late.length === 0 || round === ROUNDS) return { planned, putOff: late }
    ;({ untold } = planned)
    const refused = new Set(planned.plan.refused.map(({ orderId }) => orderId))
    const sells = ({ orderId }: Order): boolean => !refused.has(orderId)
    const asked = (order: Order): boolean => sells(order) && asks(order)
    // An order that the plan has dropped is in neither list. Its fact is known now, so a second plan would keep it.
    const open = new Set([...planned.plan.orders, ...late].map(({ orderId }) => orderId))
    const now = deps.orders.find(chosen.flatMap(({ orderId }) => (open.has(orderId) ? [orderId] : [])))
    const next = pace.inTime(now, { asks: asked, sells }, sending.untilMs)
    if (next.late.length >= late.length) return { planned, putOff: late }
    ;({ fits, late } = next)
  }
}

/**
 * A night that is short of time is as large as one with time for all: the limits fence what is to be sold.
 * @throws AppError limits-needed for a large plan without limits in the settings
 */
function refusalOf(
  plan: Plan,
  putOff: readonly Order[],
  limits: RunLimits,
): Required<Pick<LeftByNight, 'why' | 'limit'>> | null {
  const over = limitOver(plan, limits, sumOfTotals(putOff))
  if (over === null) return null
  if (over.type !== 'limits-needed') return { why: over.type, limit: over.limit }
  throw new AppError('limits-needed', { count: over.count, yen: over.yen })
}

/**
 * Reports as soon as the plan will not be finished by the cut-off, judging by the last runs or by the first orders of
 * this one.
 */
async function* run(
  { plan, plannedAt }: Planned,
  { sending, leave, pace }: Pick<Selling, 'sending' | 'leave' | 'pace'>,
  deps: NightlyDeps,
  signal: AbortSignal,
): Events<void> {
  const { clock } = deps
  const { saleMs, inquiryMs } = pace
  let said = false
  function* judge(perOrderMs: readonly number[]): Generator<NightlyEvent> {
    const found = paceOf(perOrderMs, clock.nowMs(), sending.untilMs)
    said = found.left > 0
    if (said) yield { type: 'too-slow', pace: found }
  }
  if (saleMs !== null)
    yield* judge(plan.steps.map((step) => saleMs + (needsRecheck(step, clock) ? (inquiryMs ?? 0) : 0)))
  const begun = new Set<number>()
  let startMs = clock.monotonicMs()
  const options = { ...sending, plannedAt, leave, stopsOnFailures: true }
  for await (const event of runBatch(plan, deps, options, signal)) {
    if (event.type === 'started') startMs = clock.monotonicMs()
    yield { type: 'selling', event }
    if (event.type !== 'sending' || begun.has(event.step.position)) continue
    const done = begun.size
    begun.add(event.step.position)
    if (done === TELLING && !said)
      yield* judge(Array<number>(plan.steps.length - done).fill((clock.monotonicMs() - startMs) / done))
  }
}

/** Measures the inquiries of the plan on their way. */
async function* measured(preparing: AsyncGenerator<PrepareEvent, Planned>, pace: NightPace): Events<Planned> {
  for (;;) {
    const { done, value } = await preparing.next()
    if (done) return value
    pace.note(value.index - 1)
    yield value
  }
}

type ShopEvents = AsyncGenerator<NightlyEvent, void>

/** @throws AppError the fault of the shop's database: without its orders and its lock nothing is sold */
export async function* bringOrders({ desk, lock, clock }: NightlyDeps, signal: AbortSignal): ShopEvents {
  if (desk === null) return
  yield { type: 'pulled', report: yield* pull({ desk, lock, clock }, signal) }
}

/**
 * Writes the results of the stages before into the shop, even after a fault. Results that cannot be written tonight are
 * written the next time.
 */
export async function* tellShop({ desk, lock, clock }: NightlyDeps): ShopEvents {
  if (desk === null) return
  const fault = yield* pushResults({ desk, lock, clock })
  if (fault !== null) yield { type: 'push-failed', code: fault.code }
}

/**
 * Prints nothing. Its results are in the events and in the journal. Throws an AppError if a stage may not begin; the
 * stages before it are then done and booked.
 */
export async function* nightly(
  request: NightlyRequest,
  deps: NightlyDeps,
  signal: AbortSignal,
): AsyncGenerator<NightlyEvent, void> {
  const { lock, clock, desk } = deps
  const began = momentOf(clock)
  yield* takeLock(lock, request.lockWaitMs, clock, signal)
  try {
    const away = request.shopAway ?? (yield* enter(request, deps, signal))
    if (away !== null) yield { type: 'shop-away', code: away }
    const held = { ...deps, lock: reentrantLock(lock), desk: away === null ? reentrantDesk(desk) : null }
    try {
      yield* stages(request, began, away === null, held, signal)
    } catch (error) {
      // Without the lock nothing is written into the shop, either. The program that holds the lock does it.
      if (request.sending.push && error instanceof AppError && error.code !== 'lock-lost') yield* tellShop(held)
      throw error
    }
    if (request.sending.push) yield* tellShop(held)
  } finally {
    lock.release()
    await desk?.shopLock.release()
  }
}

/**
 * Takes the shop's lock and its orders. The result is why they are not available, or null.
 * @throws AppError another-desk, or any other fault that ends the night
 */
async function* enter(
  { pull }: NightlyRequest,
  deps: NightlyDeps,
  signal: AbortSignal,
): AsyncGenerator<NightlyEvent, ErrorCode | null> {
  const { lock, desk } = deps
  try {
    await enterShop(desk)
    if (pull) yield* bringOrders({ ...deps, lock: reentrantLock(lock), desk: reentrantDesk(desk) }, signal)
    return null
  } catch (error) {
    if (!isOfShop(error)) throw error
    return error.code
  }
}

/**
 * If Paygent stops answering, or on a signal, the later stages are not begun. No money moves while Paygent does not
 * answer.
 */
async function* stages(
  request: NightlyRequest,
  began: Moment,
  sends: boolean,
  deps: NightlyDeps,
  signal: AbortSignal,
): AsyncGenerator<NightlyEvent, void> {
  const { leave, sending } = request
  const { settleMs, untilMs, push } = sending
  const { chosen: _later, ...left } = chooseForNight(deps.orders, request)
  yield { type: 'left-to-people', ...left }
  const settling = { orderIds: null, settleMs, wait: false, leave, sendsAgain: sends, untilMs, push }
  const unanswered: string[] = []
  for await (const event of reconcile(settling, deps, signal)) {
    yield { type: 'reconciling', event }
    if (event.type === 'untold') unanswered.push(event.orderId)
    if (event.type === 'stopped') return
  }
  const pace = new NightPace(deps.clock, deps.journal)
  const forSale = sends ? chooseForNight(deps.orders, request).chosen.length : 0
  for await (const event of sync({ ...request.sync, untilMs: syncEnd(pace, forSale, untilMs, deps) }, deps, signal)) {
    if (event.type === 'asking') pace.note(event.index - 1)
    yield { type: 'syncing', event }
    if (event.type === 'untold') unanswered.push(event.orderId)
    if (event.type === 'stopped') return
  }
  yield { type: 'over', stage: 'sync' }
  // Without the shop it is unknown which orders have been called off since, and whether another desk is sending.
  if (!sends) return
  yield* sell({ ...request, began, pace }, unanswered, deps, signal)
  yield { type: 'over', stage: 'sale' }
}

/** The time of the sale is kept from the sync. After the cut-off, which no sale can reach, there is no limit. */
function syncEnd(
  pace: NightPace,
  orders: number,
  untilMs: number,
  { clock }: Pick<NightlyDeps, 'clock'>,
): SyncRequest['untilMs'] {
  const startMs = clock.nowMs()
  return startMs < untilMs ? () => pace.syncUntil(orders, startMs, untilMs) : null
}
