// Checks made when everything is over: the mirror against the ledger.
import { UNREADABLE } from '../../src/domain/difference.js'
import { sumsOfMoney } from '../../src/domain/money.js'
import { MONEY_TELEGRAMS, type Order } from '../../src/domain/order.js'
import type { ReportFacts } from '../../src/domain/report.js'
import type { RunItem } from '../../src/domain/run.js'
import {
  ALIVE,
  AUTHORISED,
  CANCEL_KINDS,
  CANCELLED,
  EXPIRED,
  CHANGING_KINDS,
  effectiveStatus,
  SOLD,
} from '../../src/domain/statuses.js'
import type { Change, Payment } from '../../src/simulator/ledger-payments.js'
import type { Intent } from './books.js'
import { ledgerNotices } from './paygent.js'
import type { Program } from './program.js'
import { isChangedSinceTold, unforeseenYen } from './send-checks.js'
import type { Arrival, Sent, World } from './world.js'

/** @param last everything has arrived by now, however late, and another `reconcile` has run since */
export function checkEnd(world: World, last: boolean): void {
  const attempts = world.disk.books.attempts()
  checkIntents(world, attempts)
  checkWords(world, attempts)
  for (const { row, tradingId } of world.orders) checkOrder(world, row.orderId, tradingId, last)
}

/** An untouched mirror is what its audit trail says, whatever has happened to it. */
export function checkTrail(world: World): void {
  const trail = world.disk.books.verify()
  if (!trail.ok) world.breach('trail', JSON.stringify(trail))
}

/** Nothing but staff places and ends a hold. */
export function checkHolds(world: World): void {
  for (const { row } of world.orders) {
    const isHeld = world.disk.books.order(row.orderId).hold !== null
    if (isHeld !== world.onHold.has(row.orderId))
      world.breach('hold-lost', `order ${row.orderId} is ${isHeld ? '' : 'not '}on hold, and no person did that`)
  }
}

function checkIntents(world: World, attempts: readonly Intent[]): void {
  const known = new Map(attempts.map((attempt) => [attempt.attemptId, attempt]))
  for (const { attemptId, telegram, paymentId, orderId } of world.sent) {
    const attempt = known.get(attemptId ?? 0)
    if (attempt?.telegram === telegram && attempt.paymentId === paymentId) continue
    world.breach('intent-lost', `${telegram} for order ${orderId} went out and has no attempt in the journal`)
  }
}

/** An arrival that the program had to reckon with. */
export const inTime = (world: World, sent: Sent, { atMs }: Arrival): boolean =>
  atMs - sent.sentMs <= world.settleMs && world.wall.forwardSince(sent.sentMs) === 0

/** The confirmed plan gives a part of a sale back by it. */
export const isRefund = ({ plans }: World, { runId, position }: Sent): boolean =>
  plans.get(runId ?? 0)?.steps.some((step) => step.position === position && step.request === 'refund') === true

/**
 * An attempt may not be called off after it, unless a person has given the order the payment that it only holds money on,
 * or Paygent Online has undone all that it did, or the authorisation that it alone has made is over.
 */
export const hasMoved = (world: World, { moved, held, alone }: Arrival): boolean =>
  moved && !(held !== null && world.givenByHand.has(held)) && !(alone !== null && isUndone(world, alone))

function isUndone({ ledger }: World, paymentId: string): boolean {
  const last = ledger.payments.changesOf(paymentId).at(-1)
  return last !== undefined && (EXPIRED.includes(last.to) || (last.by === 'online' && CANCELLED.includes(last.to)))
}

const CALM: readonly string[] = ['rejected', 'unsent', 'not-processed']

/** An item of a run is called in its result by its last try that left. */
function checkWords(world: World, attempts: readonly Intent[]): void {
  const items = new Map<string, Intent[]>()
  for (const attempt of attempts) {
    const key = `${attempt.runId}/${attempt.position}`
    items.set(key, [...(items.get(key) ?? []), attempt])
  }
  for (const [key, tries] of items) {
    const last = tries.findLast(({ state }) => state !== 'unsent') ?? tries.at(-1)
    if (last === undefined || !CALM.includes(last.state)) continue
    const sent = world.sent.filter(({ attemptId }) => tries.some((one) => one.attemptId === attemptId))
    for (const one of sent) {
      const moved = one.arrivals.some((arrival) => hasMoved(world, arrival) && inTime(world, one, arrival))
      if (moved)
        world.breach(
          'lied',
          `${key} (${one.telegram}, order ${one.orderId}) is called ${last.state} and has moved money`,
        )
    }
  }
}

/**
 * The net of all runs, order by order, is what our requests have captured and given back in the ledger, as far as all is
 * settled and nobody else has moved the order's money. A run keeps the amount that was confirmed: the answer to a plain
 * sale names none, so the run cannot say by how much Paygent Online had changed what was held in the last moment. A report
 * of all days says the same, and finds nothing that the audit trail contradicts.
 */
export function checkMoney(world: World, itemsOf: (runId: number) => readonly RunItem[], report: ReportFacts): void {
  const { books } = world.disk
  const attempts = books.attempts()
  const items = [...new Set(attempts.map(({ runId }) => runId))].flatMap((runId) => itemsOf(runId))
  for (const { row, tradingId } of world.orders) {
    const { orderId } = row
    const ofOrder = attempts.filter((attempt) => attempt.orderId === orderId)
    if (books.order(orderId).attention || ofOrder.some(({ state }) => !SETTLED.includes(state))) continue
    // A run keeps its word that something was not processed; what comes after that is told of the order alone.
    if (ofOrder.some(({ attemptId, state }) => state !== 'accepted' && isLate(world, orderId, attemptId))) continue
    const movedYen = movedByUs(world.ledger.payments.ofTrading(tradingId), world)
    if (movedYen === null) continue
    const accepted = items.filter((item) => item.order.orderId === orderId && item.outcome === 'accepted')
    const { netYen } = sumsOfMoney(accepted)
    const foreseenYen = movedYen - unforeseenOf(world, ofOrder)
    if (netYen !== foreseenYen)
      world.breach('money', `order ${orderId}: the runs say ${netYen} yen, ${foreseenYen} were moved at Paygent`)
    const reported = report.requests.filter((one) => one.orderId === orderId && one.outcome === 'accepted')
    const { netYen: reportedYen } = sumsOfMoney(reported)
    if (reportedYen !== netYen)
      world.breach('money', `order ${orderId}: the report says ${reportedYen} yen, the runs ${netYen}`)
  }
  const [difference] = report.differences
  if (difference !== undefined) world.breach('money', `the report doubts itself: ${JSON.stringify(difference)}`)
}

/** What the accepted of these requests have captured besides, without anybody being able to know. */
function unforeseenOf(world: World, attempts: readonly Intent[]): number {
  const accepted = new Set(attempts.filter(({ state }) => state === 'accepted').map(({ attemptId }) => attemptId))
  return world.sent
    .filter(({ attemptId }) => accepted.has(attemptId ?? 0))
    .flatMap((sent) => sent.arrivals.map((arrival) => unforeseenYen(world, sent, arrival)))
    .reduce((all, yen) => all + yen, 0)
}

const SETTLED: readonly string[] = ['accepted', 'rejected', 'unsent', 'not-processed']
/** The customer is charged: a refund that is under way has not come. */
const CHARGED: readonly string[] = [...SOLD, '42', '50']

/** What our requests have captured and given back, whole yen; null if others have moved money of these payments. */
function movedByUs(payments: readonly Payment[], world: World): number | null {
  let movedYen = 0
  for (const payment of payments) {
    let heldYen = 0
    for (const [index, change] of changesOf(world, payment).entries()) {
      const nowYen = CHARGED.includes(change.to) ? change.amountYen : 0
      // A payment that Paygent Online has made by a correction may pass for that of our lost one.
      const isFound = index === 0 && !byUs(change) && change.by !== 'online'
      if (byUs(change)) movedYen += nowYen - heldYen
      else if (!isFound && nowYen !== heldYen) return null
      heldYen = nowYen
    }
  }
  return movedYen
}

/** @param attempt null for any of the order */
const isLate = (world: World, orderId: string, attempt: number | null): boolean =>
  world.sent.some(
    (one) =>
      one.orderId === orderId &&
      (attempt === null || one.attemptId === attempt) &&
      one.arrivals.some((arrival) => !inTime(world, one, arrival)),
  )

const PAYGENT_DECIDES = ['payment_id', 'trading_id', 'payment_status', 'kind', 'carrier']

/** A total, another way of paying, a row that cannot be read, or that the order was called off: Paygent knows nothing of it, so the conflict stands. */
const isForTheShop = (fields: readonly string[]): boolean =>
  fields.some((field) => ['total', 'method', 'order_status', UNREADABLE].includes(field)) &&
  !fields.some((field) => PAYGENT_DECIDES.includes(field))

function checkOrder(world: World, orderId: string, tradingId: string, last: boolean): void {
  const { ledger, disk } = world
  const order = disk.books.order(orderId)
  if (order.openAttempt) return world.breach('left-open', `order ${orderId} has an open attempt after all was asked`)
  if (order.attention) return
  // An order that a person has mended is looked at before its conflict; the next time ends the conflict too.
  if (order.conflict && !last) return
  if (order.conflict && !isForTheShop(disk.books.disputed(orderId)))
    return world.breach('left-open', `order ${orderId} has a conflict that nobody has to look at`)
  if (order.conflict) return
  const sent = world.sent.filter((one) => one.orderId === orderId)
  // Before the next reconcile nobody can know of what has come too late.
  if (isLate(world, orderId, null) && (!last || forgotten(world, orderId))) return
  const payments = ledger.payments.ofTrading(tradingId)
  if (order.paymentId !== null && !payments.some(({ paymentId }) => paymentId === order.paymentId))
    world.breach('books', `order ${orderId} has payment ${order.paymentId}, which is another order's`)
  const alive = payments.filter(({ status }) => ALIVE.includes(status)).map(({ paymentId }) => paymentId)
  // Payments that our requests named or made; what the shop or Paygent Online has made is their business.
  const named = new Set(sent.map(({ paymentId }) => paymentId))
  const ours = alive.filter((id) => named.has(id) || ledger.payments.changesOf(id).slice(0, 1).some(byUs))
  if (ours.length > 1) world.breach('captured-twice', `order ${orderId} has ${alive.join(', ')} alive at Paygent`)
  if (sent.some(({ arrivals }) => arrivals.some(({ moved }) => moved))) checkBooks(world, order, payments)
  if (order.kindByUs || !ledger.payments.changesOf(order.paymentId ?? '').some(byUs) || isEndedByOthers(world, order))
    return
  if (isLeftOpen(world, order)) return
  if (sent.some((one) => one.arrivals.some((arrival) => hasMoved(world, arrival) && inTime(world, one, arrival)))) {
    world.breach('books', `order ${orderId} was moved by us, and the mirror does not know it`)
  }
}

/** Somebody else has cancelled the payment after us, and the order has the shop's cancel as its last request. */
function isEndedByOthers({ ledger }: World, { paymentId, kind }: Order): boolean {
  const last = ledger.payments.changesOf(paymentId ?? '').findLast(({ by }) => by !== 'clock')
  return last !== undefined && !byUs(last) && isCancelled(last.to) && CANCEL_KINDS.includes(kind)
}

/**
 * A correction that broke off half-way has authorised its new payment and sold nothing. A person calls it not processed,
 * and the order has that payment, as open as Paygent has it.
 */
function isLeftOpen({ ledger }: World, order: Order): boolean {
  const effective = effectiveStatus(order)
  const status = ledger.payments.find(order.paymentId ?? '')?.status
  return effective.known && effective.status === status && AUTHORISED.includes(status)
}

/**
 * Everything has been compared: the mirror stands as the ledger does, finished orders too. An order that waits is told as
 * such, and one of which nobody knows a payment is not asked about.
 * @param program names the orders that are different and not taken: Paygent knows no payment of them, or several
 */
export function checkAudited(world: World, program: Program): void {
  checkStanding(world, 'audited', program, () => true)
}

/** Nothing is sent for these any more, and no sync asks about them. */
const FINISHED: readonly string[] = ['11', '15', '17', '32', '33', '41', '60', '62']

/** An order that is not finished stands as the ledger has it once a sync has ended. */
export function checkSynced(world: World, program: Program): void {
  checkStanding(world, 'synced', program, (status) => !FINISHED.includes(status))
}

/**
 * How the payment stood when Paygent read what it last told of it, and since then: time alone completes a refund while
 * the program asks about other orders. One that it has not asked about stands as it stood at its beginning.
 */
function standingsSince({ ledger, everToldMs }: World, paymentId: string, beganMs: number): Change[] {
  const sinceMs = Math.max(beganMs, everToldMs.get(paymentId) ?? 0)
  const changes = ledger.payments.changesOf(paymentId)
  return changes.slice(
    Math.max(
      0,
      changes.findLastIndex(({ atMs }) => atMs <= sinceMs),
    ),
  )
}

function checkStanding(
  world: World,
  checker: 'audited' | 'synced',
  { named, beganMs }: Program,
  isAsked: (status: string) => boolean,
): void {
  for (const { row } of world.orders) {
    const order = world.disk.books.order(row.orderId)
    const { orderId, paymentId, heldAmountYen } = order
    if (order.attention || order.openAttempt || order.conflict || named.has(orderId)) continue
    if (paymentId === null && order.status === null) continue
    // Nobody knows before the shop says how its change has ended.
    if (CHANGING_KINDS.includes(order.kind)) continue
    const effective = effectiveStatus(order)
    const here = effective.known ? effective.status : 'unknown'
    if (!isAsked(here)) continue
    const since = standingsSince(world, paymentId ?? '', beganMs)
    const as = since.filter(({ to }) => to === here)
    if (as.length === 0)
      world.breach(checker, `order ${orderId}, payment ${paymentId}: ${here} here, ${since.at(-1)?.to} at Paygent`)
    else if (!isCancelled(here) && heldAmountYen !== null && !as.some(({ amountYen }) => amountYen === heldAmountYen))
      world.breach(checker, `order ${orderId}: ${heldAmountYen} yen here, ${as.at(-1)?.amountYen} at Paygent`)
  }
}

/**
 * Paygent tells of notices that are gone with the next one that it gives, and not before; and nobody can count back from
 * the first one that the mirror knows to those that were given to a program that died.
 */
export function hasUnseenGap({ disk }: World): boolean {
  const here = disk.books.notices()
  const first = Math.min(...here.keys())
  return ledgerNotices().some(({ noticeId, purged }) => !here.has(noticeId) && (purged === 1 || noticeId < first))
}

/**
 * From the first notice on that the mirror knows, it knows each that Paygent has given, and calls none of them gone. Those
 * behind a notice that is gone come to light with the next one: the program counts on from the last one that it knows.
 */
export function checkNotices(world: World): void {
  const here = world.disk.books.notices()
  const first = Math.min(...here.keys())
  const last = Math.max(...here.keys())
  const given = ledgerNotices()
  const isGapBehind = given.some(({ noticeId, purged }) => noticeId === last + 1 && purged === 1)
  for (const { noticeId, purged } of given) {
    if (noticeId < first || (noticeId > last && (purged === 1 || isGapBehind))) continue
    const fate = here.get(noticeId)
    if (fate === undefined) world.breach('notice-lost', `notice ${noticeId} is not in the mirror`)
    else if (fate === 'purged' && !purged) world.breach('notice-lost', `notice ${noticeId} is called gone, and is not`)
  }
}

const WATCHED_MS = 7 * 24 * 60 * 60 * 1000

/** `reconcile` looks after an order that was settled by time for 7 days; what is older shows in an audit. */
function forgotten({ settledByTime, wall }: World, orderId: string): boolean {
  const atMs = settledByTime.get(orderId)
  return atMs !== undefined && wall.nowMs() - atMs > WATCHED_MS
}

/** The order stands in the mirror as our last request left it at Paygent, or as Paygent has gone on from there. */
function checkBooks(world: World, order: Order, payments: readonly Payment[]): void {
  const { orderId, paymentId, heldAmountYen } = order
  const changes = world.ledger.payments.changesOf(paymentId ?? '')
  const ours = changes.findLastIndex(byUs)
  const effective = effectiveStatus(order)
  const here = effective.known ? effective.status : 'unknown'
  const possible = changes.slice(Math.max(0, ours))
  // Paygent Online may have turned a release into a refund at the last moment, and nobody could be asked since.
  const sentMs = world.sent.findLast((one) => one.paymentId === paymentId)?.sentMs ?? 0
  const unasked = (world.everToldMs.get(paymentId ?? '') ?? 0) < sentMs
  const same = ({ to }: Change): boolean => to === here || (unasked && isCancelled(to) && isCancelled(here))
  // Paygent was asked after a cancel or a refund and told nothing: the mirror says that it does not know.
  const refunded = world.sent.some((one) => one.orderId === orderId && isRefund(world, one))
  if (order.status === null && (order.kind === '102' || refunded)) return
  // Nobody knows before the shop says how its change has ended.
  if (CHANGING_KINDS.includes(order.kind)) return
  if (!possible.some(same)) {
    const there = possible.map(({ to }) => to).join(', ')
    world.breach('books', `order ${orderId}, payment ${paymentId}: ${here} here, ${there} at Paygent`)
  }
  const amounts = possible.map(({ amountYen }) => amountYen)
  const unseen = isChangedSinceTold(world, paymentId ?? '') || world.notTaken.has(paymentId ?? '')
  if (!unseen && !isCancelled(here) && heldAmountYen !== null && !amounts.includes(heldAmountYen)) {
    world.breach('books', `order ${orderId}: ${heldAmountYen} yen here, ${amounts.join(', ')} at Paygent`)
  }
  const made = payments.findLast((one) => one.basePaymentId !== null && changesOf(world, one).some(byUs))
  if (made && ALIVE.includes(made.status) && made.paymentId !== paymentId) {
    world.breach('books', `order ${orderId} has payment ${paymentId} here, ${made.paymentId} at Paygent`)
  }
}

const changesOf = ({ ledger }: World, { paymentId }: Payment): Change[] => ledger.payments.changesOf(paymentId)
export const byUs = ({ by }: Change): boolean => (MONEY_TELEGRAMS as readonly string[]).includes(by)
const isCancelled = (status: string): boolean => CANCELLED.includes(status)
