// Checks made at the moment at which a request leaves, and when it arrives at the ledger.
import type { MoneyTelegram, Operation, Order } from '../../src/domain/order.js'
import { operationOf } from '../../src/domain/outcome.js'
import type { Step } from '../../src/domain/run.js'
import { AUTHORISED, effectiveStatus, IN_TRANSIT } from '../../src/domain/statuses.js'
import type { Intent } from './books.js'
import { checkPast } from './past.js'
import type { Program } from './program.js'
import { checkShopRow } from './shop-checks.js'
import type { Arrival, Sent, World } from './world.js'

/** A request as its bytes say it. */
export interface Wired {
  readonly telegram: string
  readonly paymentId: string
  readonly tradingId: string
  /** Only corrections carry one. */
  readonly amountYen: number | null
}

const CORRECTIONS: readonly string[] = ['029', '103']
const DAY_MS = 24 * 60 * 60 * 1000

/** After these answers the same telegram may go out again, three times in all. */
const REPEATABLE: Readonly<Record<string, readonly string[]>> = {
  'rejected E002': ['021', '022', '023', '101', '102'],
  'rejected 9005': ['021', '022', '023', '101', '102'],
  'rejected 2008': ['021', '022', '023'],
}

/** The step of the plan that was confirmed for the run, whichever program carries it out now. */
const plannedStep = (world: World, intent: Intent | null): Step | null =>
  world.plans.get(intent?.runId ?? 0)?.steps.find(({ position }) => position === intent?.position) ?? null

/** Sent for a run that another start has begun: what broke off inside Paygent is finished. */
const isAgain = ({ runId }: Program, intent: Intent | null): boolean => intent !== null && intent.runId !== runId

/** Enters the request into the world's list, with everything that is wrong about sending it now. */
export function checkSend(world: World, program: Program, wired: Wired): Sent {
  const { telegram, paymentId, tradingId } = wired
  const intents = world.disk.books.prepared()
  const intent = intents.find((one) => one.telegram === telegram && one.paymentId === paymentId) ?? null
  const order = world.disk.books.order(world.orderOf(tradingId).row.orderId)
  const sent: Sent = {
    attemptId: intent?.attemptId ?? null,
    runId: intent?.runId ?? null,
    position: intent?.position ?? null,
    orderId: order.orderId,
    telegram: telegram as MoneyTelegram,
    paymentId,
    tradingId,
    amountYen: plannedStep(world, intent)?.amountYen ?? Number.NaN,
    sentMs: world.time.nowMs(),
    toldMs: world.everToldMs.get(paymentId) ?? 0,
    fate: '',
    left: false,
    again: isAgain(program, intent),
    dueMs: null,
    arrivals: [],
    seen: null,
    misplaced: false,
  }
  const name = `${telegram} for order ${order.orderId}`
  world.tell(() => `program ${program.number} sends ${name}, payment ${paymentId}`)
  if (world.unnamed.has(tradingId)) world.breach('unnamed', `${name} leaves, and nobody has named its payment`)
  if (world.inFlight.size > 0) world.breach('one-in-flight', `${name} leaves while another request is in flight`)
  if (world.robbed.has(program.desk)) world.breach('not-the-holder', `${name} leaves and the lock is another's`)
  // First what is true of the request itself: a correction that is sent again may be too early as well.
  checkRepeats(program, sent, name)
  checkOvertaking(world, sent, name)
  checkAsked(world, sent, name)
  checkCutOff(world, program, name)
  if (program.slept) world.breach('slept', `${name} leaves`)
  if (intent === null) world.breach('intent-on-disk', `${name} leaves without an attempt in the journal`)
  const unasked = [...world.doubts].filter(([, doubt]) => !program.knowsOdd(doubt)).map(([id]) => id)
  if (world.doubts.size > unasked.length) world.count('sent beside an open request of which nothing is told')
  if (unasked.length > 0) world.breach('sent-in-the-dark', `${name} leaves, unasked: ${unasked.join(', ')}`)
  checkOpposite(world, program, order, operationOf(sent.telegram), name)
  if (intent !== null) checkHold(world, order, intent, name)
  if (intent !== null) checkOrder(program, order, intent, wired, name)
  checkPast(world, sent, name)
  world.sent.push(sent)
  return sent
}

/** By what staff have done, not by what the mirror makes of it; a hold calls nothing back whose intent is written. */
function checkHold(world: World, { orderId }: Order, { attemptId }: Intent, name: string): void {
  const heldAt = world.onHold.get(orderId)
  if (heldAt !== undefined && heldAt < (world.disk.books.preparedAt(attemptId) ?? 0))
    world.breach('held', `${name} leaves, and the order is on hold`)
}

/** A clock that is put forward in the very moment in which the request leaves can be looked at by nobody. */
function checkCutOff(world: World, { cutOffMs }: Program, name: string): void {
  const { wall, time } = world
  if (cutOffMs === null || wall.nowMs() < cutOffMs || wall.forwardSince(time.nowMs()) > 0) return
  world.breach('too-late', `${name} leaves ${(wall.nowMs() - cutOffMs) / 1_000} s after the cut-off`)
}

/** Within the settle time nobody may act as if the request before would not come any more. */
function checkOvertaking(world: World, { orderId }: Sent, name: string): void {
  const coming = world.sent.some(
    ({ orderId: of, attemptId, dueMs, sentMs, arrivals }) =>
      of === orderId &&
      // Somebody else has done the same meanwhile, which counts as accepted.
      !world.accepted.has(attemptId ?? 0) &&
      dueMs !== null &&
      arrivals.length === 0 &&
      dueMs - sentMs <= world.settleMs &&
      world.wall.forwardSince(sentMs) === 0,
  )
  if (coming) world.breach('overtaking', `${name} leaves while the request before it may still arrive`)
}

function checkRepeats(program: Program, sent: Sent, name: string): void {
  const { world } = program
  const { runId, position, attemptId, telegram } = sent
  if (runId === null) return
  const before = world.sent.filter((one) => one.runId === runId && one.position === position)
  const last = before.at(-1)
  if (last === undefined) return
  if (CORRECTIONS.includes(telegram)) world.breach('corrected-twice', `${name} leaves a second time in run ${runId}`)
  else if (last.attemptId === attemptId)
    world.breach('one-telegram-per-attempt', `${name} leaves again as attempt ${attemptId}`)
  const allowed = sent.again
    ? mayFinish(program, sent, before)
    : REPEATABLE[last.seen ?? '']?.includes(telegram) === true && before.length < 3
  if (!allowed)
    world.breach('retried', `${name} leaves again after ${last.seen ?? 'no answer'}, try ${before.length + 1}`)
}

const CARD_CALLS: readonly string[] = ['021', '022', '023']
const DOCOMO_CALLS: readonly string[] = ['101', '102']

/** `reconcile` may send the very same telegram once more for a payment that is in transit after the settle time. */
function mayFinish({ world, beganMs }: Program, sent: Sent, before: readonly Sent[]): boolean {
  const { ledger, time, wall, settleMs, everToldMs } = world
  const { telegram, paymentId } = sent
  const payment = ledger.payments.find(paymentId)
  // A change after Paygent read the last question cannot be known.
  const readMs = everToldMs.get(paymentId) ?? 0
  const asRead = ledger.payments.changesOf(paymentId).findLast(({ atMs }) => atMs <= readMs)
  if (payment === null || asRead === undefined || !IN_TRANSIT.includes(asRead.to)) return false
  const finishes = CARD_CALLS.includes(telegram) || (payment.carrier === 'docomo' && DOCOMO_CALLS.includes(telegram))
  // A try that never left has used nothing up.
  const gone = before.filter(({ left }) => left)
  // A run that starts later knows from the wall clock alone how long ago it was.
  const betweenRuns = (sentMs: number): number => wall.forwardSince(sentMs) - wall.forwardSince(beganMs + 1)
  const hasSettled = (sentMs: number): boolean => time.nowMs() - sentMs + betweenRuns(sentMs) >= settleMs
  return finishes && gone.every(({ again, sentMs }) => !again && hasSettled(sentMs))
}

function checkOpposite(world: World, program: Program, order: Order, operation: Operation, name: string): void {
  // The person who says so has looked, and answers for what the one before may still do.
  if (program.start.afterUnknown) {
    const others = world.notProcessed.filter((one) => one.orderId !== order.orderId || one.operation === operation)
    world.notProcessed = others
  }
  const wallMs = world.wall.nowMs()
  const tooSoon = world.notProcessed.find(
    (one) =>
      one.orderId === order.orderId &&
      one.paymentId === order.paymentId &&
      one.operation !== operation &&
      // A clock that was put back between the plan and this moment changes no day that was over.
      world.time.nowMs() - one.atMs < DAY_MS &&
      wallMs - one.wallMs < DAY_MS,
  )
  if (tooSoon) world.breach('opposite-too-soon', `${name} leaves within a day of a ${tooSoon.operation} not processed`)
}

/** The order as another handle reads it now, the item of the run, and the plan that was confirmed. */
function checkOrder(program: Program, order: Order, intent: Intent, wired: Wired, name: string): void {
  const { world } = program
  if (order.attention || order.conflict) {
    world.breach('fenced', `${name} leaves although it needs a person (${order.attention ? 'attention' : 'conflict'})`)
  }
  const step = plannedStep(world, intent)
  if (step !== null) checkChoice(world, order, step, intent, name)
  if (step !== null) checkShopRow(world, program, step, order.orderId, isRepeated(world, intent))
  const effective = effectiveStatus(order)
  const differences = [
    step === null && 'the confirmed plan has no such order',
    step?.amountYen !== intent.amountYen && `planned ${step?.amountYen} yen, journalled ${intent.amountYen}`,
    wired.amountYen !== null && wired.amountYen !== intent.amountYen && `sent ${wired.amountYen} yen`,
    order.paymentId !== wired.paymentId && `the order has payment ${order.paymentId}`,
    order.totalYen !== step?.totalYen && `total ${order.totalYen}, planned ${step?.totalYen}`,
    order.heldAmountYen !== step?.heldAmountYen && `held ${order.heldAmountYen}, planned ${step?.heldAmountYen}`,
    (!effective.known || effective.status !== step?.plannedStatus) && `status, planned ${step?.plannedStatus}`,
  ].filter((difference) => difference !== false)
  if (differences.length > 0) world.breach('stale-plan', `${name}: ${differences.join('; ')}`)
}

const LOOKED_AT: readonly string[] = ['021', '023', '029', '102', '103']
const MINUTE_MS = 60_000

/** A release must not turn into a refund: Paygent was asked a moment ago, by whoever has the lock. */
function checkAsked(world: World, { telegram, paymentId }: Sent, name: string): void {
  if (!LOOKED_AT.includes(telegram)) return checkAmountAge(world, paymentId, name)
  const toldMs = world.toldMs.get(paymentId) ?? Number.NEGATIVE_INFINITY
  const agoMs = world.time.nowMs() - toldMs
  if (agoMs > MINUTE_MS) world.breach('unasked', `${name} leaves ${agoMs / 1_000} s after Paygent was asked`)
}

/** The amount at Paygent may have changed since; a clock that was put back makes an amount look newer than it is. */
function checkAmountAge(world: World, paymentId: string, name: string): void {
  const toldMs = world.heardMs.get(paymentId) ?? Number.NEGATIVE_INFINITY
  const putBack = world.wall.jumps.some(({ atMs, byMs }) => atMs >= toldMs && byMs < 0)
  const hours = (world.time.nowMs() - toldMs) / (60 * MINUTE_MS)
  if (hours > 12 && !putBack) world.breach('old-amount', `${name} leaves ${hours} h after Paygent told what it holds`)
}

/** 対応状況 by which the shops of the worlds call an order off. */
export const CALLED_OFF: readonly string[] = ['キャンセル', '削除済み']

/**
 * A cancel that broke off inside Paygent is finished, whatever the shop says of the order since; and to release what was
 * never sold is what a cancel of such an order is for. Nobody sells one, and no money of one is given back unasked.
 */
function checkChoice(world: World, order: Order, step: Step, { runId, position }: Intent, name: string): void {
  const { rules, operation } = step.asked
  const again = isRepeated(world, { runId, position })
  const releases = operation === 'cancel' && (again || AUTHORISED.includes(step.plannedStatus))
  if (CALLED_OFF.includes(order.orderStatus) && !rules.includeCancelled && !releases)
    world.breach('called-off', `${name} leaves, and the shop says ${order.orderStatus}`)
  if (world.startsOf.get(runId)?.all === 'shipped' && order.shippedAt === null)
    world.breach('not-chosen', `${name} leaves, and it has not been shipped`)
}

/** Paygent Online has changed the payment since then. */
export const isChangedSince = ({ ledger }: World, paymentId: string, sinceMs: number): boolean =>
  ledger.payments.changesOf(paymentId).some(({ by, atMs }) => by === 'online' && atMs >= sinceMs)
/** The item of the run has been sent before. */
const isRepeated = (world: World, { runId, position }: Pick<Intent, 'runId' | 'position'>): boolean =>
  world.sent.some((one) => one.runId === runId && one.position === position)

/** Paygent Online has changed the payment, and nobody has been told of it since. */
export const isChangedSinceTold = (world: World, paymentId: string): boolean =>
  isChangedSince(world, paymentId, world.everToldMs.get(paymentId) ?? 0)

/**
 * The yen that a plain sale has captured beyond the confirmed amount, negative below it, where nobody could know: it
 * carries no amount, its answer tells none, and Paygent Online has changed what is held since Paygent was last asked
 * before the request left. What is told while the request is on its way calls it back no more.
 */
export function unforeseenYen(
  world: World,
  { telegram, amountYen, paymentId, toldMs }: Sent,
  arrival: Arrival,
): number {
  const { capturedYen } = arrival
  if (capturedYen === null || CORRECTIONS.includes(telegram) || !isChangedSince(world, paymentId, toldMs)) return 0
  return capturedYen - amountYen
}

/** The amount captured is the one confirmed, however late. */
export function checkArrival(world: World, sent: Sent, arrival: Arrival): void {
  const { capturedYen } = arrival
  const { telegram, orderId, amountYen } = sent
  if (capturedYen === null || capturedYen - unforeseenYen(world, sent, arrival) === amountYen) return
  world.breach('amount', `${telegram} for order ${orderId} captures ${capturedYen} yen, planned were ${amountYen}`)
}
