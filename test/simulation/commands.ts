// Plays each command in a world: the real job with its options, the person at its question, and its events.
import { anotherRun, enterShop, enterState, reentrantDesk, leaveState } from '../../src/attempts/entry.js'
import { lacksNewPayment, pushNewPayments } from '../../src/attempts/shop-push.js'
import { BY_NAME, type HowChosen } from '../../src/batch/plan.js'
import { type Choice, type Planned, makePlan, searchAll } from '../../src/batch/prepare.js'
import { runBatch } from '../../src/batch/run.js'
import { assertPastRun, chooseFromPast } from '../../src/cli/past-run.js'
import { approvedChoice, type ApprovedPlan, assertAsApproved } from '../../src/cli/plan-file.js'
import { momentOf } from '../../src/clock.js'
import type { Operation } from '../../src/domain/order.js'
import type { RuleContext } from '../../src/domain/permit.js'
import { ALIVE, AUTHORISED, isSold, SOLD } from '../../src/domain/statuses.js'
import { type ErrorCode, isOfShop } from '../../src/errors.js'
import { nightly } from '../../src/jobs/nightly/nightly.js'
import { pull } from '../../src/jobs/pull.js'
import { push } from '../../src/jobs/push.js'
import { audit, reconcile } from '../../src/jobs/reconcile/reconcile.js'
import { type HandVerdict, type SettleRequest, consider, settleByHand } from '../../src/jobs/settle.js'
import { sync } from '../../src/jobs/sync/sync.js'
import type { ShopDesk } from '../../src/ports.js'
import type { Payment } from '../../src/simulator/ledger-payments.js'
import { drawTotal } from './blows.js'
import { checkHand } from './booking-checks.js'
import { byUs } from './end-checks.js'
import { drawPast, takeFile, writeFile } from './past.js'
import type { Ports } from './plant.js'
import type { Program } from './program.js'
import type { Start } from './script.js'
import { checkPushEnded } from './shop-checks.js'
import type { World } from './world.js'

/** Longer than any world lasts, whatever its clock was put to. */
const AUDITED_DAYS = 1_000
/** The night waits for another program; it would wait for ten minutes, and no longer for the last nine of them. */
const LOCK_WAIT_MS = 30_000
const NIGHT_MS = 6 * 60 * 60_000

/** Ends when the command does. @throws whatever ends it */
export function carryOut(program: Program): Promise<void> {
  const { operation } = program.start
  switch (operation) {
    case 'sale':
    case 'cancel':
      return batch(program, operation)
    case 'refund':
      return refund(program)
    case 'rest':
    case 'undo':
      return takeUp(program, operation)
    case 'dry-run':
      return planIntoFile(program)
    case 'approved':
      return sendFile(program)
    case 'reconcile':
    case 'audit':
      return settleWhatWaits(program, operation)
    case 'sync':
      return bringUpToDate(program)
    case 'nightly':
      return sellAtNight(program)
    case 'settle':
      return giveWord(program)
    case 'amend':
      return amend(program)
    case 'pull':
      return bringOrders(program)
    case 'push':
      return tellTheShop(program)
    default:
      return operation satisfies never
  }
}

const rulesOf = ({ world, start, desk }: Program) => {
  const { single, includeCancelled, afterUnknown } = start
  return world.plant.rules({
    profile: world.profile,
    single,
    includeCancelled,
    afterUnknown,
    statuses: [],
    nowMs: desk.clock.nowMs(),
  })
}

/** Gives back a part of an order that is sold, most often of one that had a part given back before. */
async function refund(program: Program): Promise<void> {
  const { refundRandom: random, disk, orders } = program.world
  const all = orders.map(({ row }) => disk.books.order(row.orderId))
  const sold = all.filter((order) => isSold(order) && order.carrier !== 'au' && order.carrier !== 'softbank')
  const free = sold.filter(
    ({ attention, openAttempt, conflict, hold }) => !attention && !openAttempt && !conflict && !hold,
  )
  const again = free.filter(({ kind }) => kind === '029' || kind === '103')
  const { orderId, heldAmountYen, totalYen } = random.pick(
    [again, free, sold].find((some) => some.length > 0 && random.chance(0.9)) ?? all,
  )
  const heldYen = heldAmountYen ?? totalYen
  const byYen = random.weighted([
    [8, 100],
    [4, 300],
    [1, heldYen - 1],
    [1, 0],
    [1, -100],
  ])
  const choose = (): Choice => ({ ...BY_NAME, orders: program.ports.orders.find([orderId]) })
  return batch(program, 'sale', { choose, rules: { refundToYen: Math.max(1, heldYen - byYen) } })
}

/** Sends what a past run left undone, or cancels what it has sold. */
async function takeUp(program: Program, option: 'rest' | 'undo'): Promise<void> {
  const past = drawPast(program, option)
  if (past === null) return
  program.past = past.run
  const { operation } = past
  const parts = { request: { operation, past: past.run }, mirror: program.ports, narrator: NOBODY_LISTENS }
  assertPastRun(parts.request, program.ports)
  return batch(program, operation, { choose: () => chooseFromPast(past.run, parts) })
}
const NOBODY_LISTENS = { changedSince: () => undefined }

/** A dry run that asks, and writes its plan into a file. */
async function planIntoFile(program: Program): Promise<void> {
  const { world, ports, desk, stop } = program
  const operation = world.pastRandom.pick(['sale', 'sale', 'sale', 'cancel'] as const)
  const rules = rulesOf(program)
  const choice = choiceOfStart(program, operation, rules)
  const { plan } = await prepare(makePlan(choice, operation, rules, ports, momentOf(desk.clock), stop.signal))
  await program.step('before the plan is written')
  writeFile(program, plan, choice)
}

async function sendFile(program: Program): Promise<void> {
  const taken = takeFile(program)
  if (taken === null) return
  const { approved, operation } = taken
  const { includeCancelled, afterUnknown } = approved.entry
  const choose = (): Choice => approvedChoice(approved, program.ports.orders)
  return batch(program, operation, { choose, rules: { includeCancelled, afterUnknown }, approved })
}

/** The orders that the start names, or that `--all` finds. */
function choiceOfStart({ start, ports }: Program, operation: Operation, rules: RuleContext): Choice {
  const how = howChosen(start)
  const { orders } = ports
  const chosen =
    start.all === null ? orders.find(start.orderIds) : searchAll(orders, how.filter, operation, rules).orders
  return { ...how, orders: chosen }
}

/** The options that make a batch another one than that of its start. */
interface Given {
  readonly choose: () => Choice
  readonly rules?: Partial<RuleContext>
  readonly approved?: ApprovedPlan
}

async function batch(program: Program, operation: Operation, given: Given | null = null): Promise<void> {
  const { world, start, desk, ports } = program
  const { single } = start
  const approved = given?.approved
  await program.link?.open()
  const began = momentOf(desk.clock)
  const { desk: shopDesk } = ports
  if (shopDesk !== null && start.pull) await pullAll(program, shopDesk)
  const rules = { ...rulesOf(program), ...given?.rules }
  const choice = given?.choose() ?? choiceOfStart(program, operation, rules)
  const { plan, plannedAt } = await prepare(makePlan(choice, operation, rules, ports, began, program.stop.signal))
  program.plans(world.plant.plan(plan))
  if (approved !== undefined) assertAsApproved(world.plant.approved(approved), plan)
  program.thinks(start.question)
  await program.step('when the plan is confirmed')
  const untilMs = start.untilMs === null ? null : began.wallMs + start.untilMs
  program.mayNotSendFrom(untilMs)
  const sending = { plannedAt, untilMs, stopAfter: single ? 1 : 3, settleMs: world.settleMs, wait: start.wait }
  const wishes = { ...sending, ...(approved !== undefined && { approval: approved.approval }) }
  const options = world.plant.options({ ...wishes, push: start.push, leave: program.leave.signal })
  // Until the results stand in the shop no other desk may send.
  await enterShop(shopDesk)
  try {
    const held = reentrantDesk(shopDesk)
    await program.listen(runBatch(program.plan, { ...ports, desk: held }, options, program.stop.signal))
    if (held !== null && start.push && !program.leaves) await pushAll(program, held, NEVER)
  } finally {
    await shopDesk?.shopLock.release()
  }
}

/** A signal ends the sending; what was sent is told all the same. */
const NEVER = new AbortController().signal

async function pullAll({ ports, stop }: Program, desk: ShopDesk): Promise<void> {
  const pulling = pull({ ...ports, desk }, stop.signal)
  for (;;) if ((await pulling.next()).done) return
}

async function pushAll(program: Program, desk: ShopDesk, signal: AbortSignal): Promise<void> {
  const { world, ports } = program
  try {
    for await (const { orderId, fate } of push({ ...ports, desk }, signal)) {
      program.pushed.add(orderId)
      world.tell(() => `program ${program.number}: pushed ${orderId}, ${fate}`)
      await program.step('at a push')
    }
  } catch (error) {
    if (!program.dead && isOfShop(error)) endPush(program)
    throw error
  }
  if (!signal.aborted) endPush(program)
}

/** It has ended by itself, or by a fault; that of its connection has kept it from the rest. */
function endPush({ world, link, pushed }: Program): void {
  if (world.shop !== null && link?.alive === true) checkPushEnded(world, world.shop, pushed)
}

async function bringOrders(program: Program): Promise<void> {
  const { desk } = program.ports
  if (desk === null) return
  await program.link?.open()
  await pullAll(program, desk)
}

async function tellTheShop(program: Program): Promise<void> {
  const { desk } = program.ports
  if (desk === null) return
  await program.link?.open()
  await pushAll(program, desk, program.stop.signal)
}

/** For commands of which a part needs no shop: without a connection they work all the same. */
async function withReachableShop(program: Program): Promise<{ ports: Ports; away: ErrorCode | null }> {
  const { link, ports } = program
  try {
    await link?.open()
    return { ports, away: null }
  } catch (error) {
    if (!isOfShop(error)) throw error
    return { ports: { ...ports, desk: null }, away: error.code }
  }
}

const howChosen = ({ all }: Start): HowChosen =>
  all === null ? BY_NAME : { filter: all === 'shipped' ? { shipped: true } : {}, originOf: () => 'all' }

async function prepare(preparing: ReturnType<typeof makePlan>): Promise<Planned> {
  for (;;) {
    const { done, value } = await preparing.next()
    if (done) return value
  }
}

async function settleWhatWaits(program: Program, operation: 'reconcile' | 'audit'): Promise<void> {
  const { world, start, leave, stop } = program
  const { ports, away } = await withReachableShop(program)
  const { wait, orderIds } = start
  const wishes = {
    orderIds: orderIds.length === 0 ? null : orderIds,
    settleMs: world.settleMs,
    wait,
    leave: leave.signal,
    // Without the shop's lock another desk may be sending.
    sendsAgain: away === null,
    untilMs: null,
    push: true,
  }
  const { signal } = stop
  const wish = { mode: 'take', days: AUDITED_DAYS } as const
  await program.listen(operation === 'audit' ? audit(wish, wishes, ports, signal) : reconcile(wishes, ports, signal))
}

async function bringUpToDate(program: Program): Promise<void> {
  const { world, start, ports, stop } = program
  await program.listen(sync({ notices: world.notices, limit: start.limit, untilMs: null }, ports, stop.signal))
}

/** Cron starts it, so nobody is asked; the cut-off is the day's. */
async function sellAtNight(program: Program): Promise<void> {
  const { world, start, desk, stop, leave } = program
  const { ports, away } = await withReachableShop(program)
  const untilMs = desk.clock.nowMs() + (start.untilMs ?? NIGHT_MS)
  program.mayNotSendFrom(untilMs)
  const wishes = world.plant.night({
    rules: rulesOf(program),
    shippedOnly: start.all === 'shipped',
    limits: { maxOrders: start.limit, maxAmountYen: null, largeFrom: null },
    sending: {
      untilMs,
      unattended: true,
      stopAfter: 3,
      settleMs: world.settleMs,
      wait: start.wait,
      push: start.push,
    },
    lockWaitMs: LOCK_WAIT_MS,
    leave: leave.signal,
    sync: { notices: world.notices, limit: null },
    pull: start.pull,
    shopAway: away,
    statusSetting: '',
  })
  await program.listen(nightly(wishes, ports, stop.signal))
  if (start.push && away === null && !program.leaves) endPush(program)
}

/** A person looks at Paygent Online, says what they have seen there or think they have, and thinks it over once more. */
async function giveWord(program: Program): Promise<void> {
  const { world, ports, start, stop } = program
  const wish = world.plant.hand(drawWish(world))
  world.tell(
    () => `program ${program.number} is to settle order ${wish.orderId}: ${wish.as ?? ''} ${wish.paymentId ?? ''}`,
  )
  const asked = await consider(wish, ports, stop.signal)
  // A settlement that is refused changes nothing: what it was told stays news for the next sync or audit.
  const takesNothing = (): void => asked.unclear.facts.forEach(({ paymentId }) => world.notTaken.add(paymentId))
  if (asked.decision.type === 'refused') {
    takesNothing()
    return world.tell(() => `  refused: ${JSON.stringify(asked.decision)}`)
  }
  program.thinks(start.question)
  await program.step('when the word is given')
  const { decision } = await settleByHand(wish, asked, ports, stop.signal)
  world.tell(() => `  the word is ${decision.type === 'taken' ? 'taken' : decision.why}`)
  if (decision.type !== 'taken') return takesNothing()
  checkHand(world, wish)
  await tellNewPayment(program, wish.orderId)
}

/** Tells the shop of the new payment where a person has settled one that it lacks. */
async function tellNewPayment({ ports, link }: Program, orderId: string): Promise<void> {
  const { desk, lock, clock } = ports
  if (desk === null || !lacksNewPayment(orderId, desk.rows)) return
  await link?.open()
  if (!lock.acquire('push')) throw anotherRun(lock)
  try {
    for await (const _told of pushNewPayments([orderId], { desk, clock }));
  } finally {
    lock.release()
  }
}

function drawWish(world: World): SettleRequest {
  const { random, ledger, disk, orders, settleMs } = world
  const waiting = orders.filter(({ row }) => {
    const { attention, openAttempt, conflict } = disk.books.order(row.orderId)
    return attention || openAttempt || conflict
  })
  const { row, tradingId } = random.pick(waiting.length > 0 ? waiting : orders)
  const of = random.chance(0.1) ? random.pick(orders).tradingId : tradingId
  const payments = ledger.payments.ofTrading(of)
  const paymentId = random.chance(0.4) ? ownAmongAlike(world, random.pick(payments)).paymentId : null
  const statuses = ledger.payments.ofTrading(tradingId).map(({ status }) => status)
  const truth = statuses.some((status) => SOLD.includes(status))
    ? 'sold'
    : statuses.some((status) => AUTHORISED.includes(status))
      ? 'open'
      : statuses.some((status) => ALIVE.includes(status))
        ? 'sold'
        : 'cancelled'
  const said: HandVerdict = random.chance(0.7) ? truth : random.pick(['sold', 'open', 'cancelled'])
  const as = paymentId === null || random.chance(0.3) ? said : null
  return { orderId: row.orderId, paymentId, as, note: 'seen in Paygent Online', settleMs }
}

/**
 * Nothing that the program can ask about tells two sales of one amount under one trading id apart, and Paygent Online
 * does: of such two a person names the one that our correction has made.
 */
function ownAmongAlike({ ledger }: World, named: Payment): Payment {
  const alike = ledger.payments
    .ofTrading(named.tradingId)
    .filter(({ status, amountYen }) => SOLD.includes(status) && amountYen === named.amountYen)
  const own = alike.find(({ paymentId }) => ledger.payments.changesOf(paymentId).slice(0, 1).some(byUs))
  return SOLD.includes(named.status) ? (own ?? named) : named
}

async function amend(program: Program): Promise<void> {
  const { world, ports, desk } = program
  const { row } = world.random.pick(world.orders)
  const order = world.disk.books.order(row.orderId)
  const totalYen = drawTotal(world, order)
  const { lock, state } = ports
  if (!lock.acquire('amend')) throw anotherRun(lock)
  try {
    enterState(state)
    ports.amend(row.orderId, totalYen, desk.clock.nowMs())
    // It was the wrong order.
    if (world.random.chance(0.4)) ports.amend(row.orderId, null, desk.clock.nowMs())
    leaveState(state)
  } finally {
    lock.release()
  }
}
