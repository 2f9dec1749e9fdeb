// Brings the mirror up to date: by notices if this tool alone fetches them, else by inquiries.
import { anotherRun, assertAnswers, checkClock, enterState, leaveState } from '../../attempts/entry.js'
import {
  Hearing,
  type InquiryDeps,
  anotherAnswers,
  inquirePatiently,
  keyOf,
  inquiryResultOf,
} from '../../attempts/inquiry.js'
import { isAboutTheOrder } from '../../attempts/trouble.js'
import { msOfIso } from '../../clock.js'
import { amountConfirmedMs, isAhead } from '../../domain/age.js'
import { type Notice, type NoticeFate, factOf, isOurType } from '../../domain/answer.js'
import { isMadeBy } from '../../domain/judge.js'
import type { Order, PaymentFact } from '../../domain/order.js'
import { makesNewPayment } from '../../domain/outcome.js'
import type { OpenAttempt } from '../../domain/run.js'
import { ALIVE, AUTHORISED, effectiveStatus, NEVER_NOTIFIED } from '../../domain/statuses.js'
import { bothKnown, paymentsDetail } from '../reconcile/attention.js'
import { type Stopped, stoppedEvent } from '../reconcile/events.js'
import {
  type Found,
  LATE_ARRIVAL_MS,
  compare,
  differenceOf,
  isBookable,
  isCalm,
  isUnfinished,
  checkPayment,
  ordersThatMayArriveLate,
  takeDifference,
} from '../reconcile/one-order.js'
import type { NoticesEnd, SyncDeps, SyncEvent, SyncRequest } from './events.js'
import { fetchNotices, probeNotices } from './fetch.js'

/** `nothing`: Paygent gave no fact that the mirror could take. `cut-off`: connection or login are gone. */
type Came = 'taken' | 'nothing' | 'cut-off' | Stopped

/** The dependencies of `waitingOrders`. */
type Asking = Pick<SyncDeps, 'inbox' | 'clock'> & { readonly orders: Pick<SyncDeps['orders'], 'list' | 'statuses'> }

/**
 * Orders that are not finished and that nothing else settles. Of four inquiries three go to orders that may be sold or
 * that expire and one to the rest, so that a window too short for all is shared so. In each class the order that has
 * waited longest for an inquiry comes first. One in vain counts as well: an order without an answer must not keep the
 * others from their turn, and gets its own again.
 */
export function waitingOrders({ orders, inbox, clock }: Asking): Order[] {
  const inVain = inbox.askedInVain()
  const nowMs = clock.nowMs()
  // A far future time, written by a wrong clock, would keep the order from its turn until then.
  const past = (ms: number): number => (isAhead(ms, nowMs) ? 0 : ms)
  const askedMs = (order: Order): number =>
    Math.max(past(amountConfirmedMs(order) ?? 0), past(inVain.get(order.orderId) ?? 0))
  const inTurn = orders
    .list({})
    .filter((order) => isUnfinished(order, orders.statuses) && isCalm(order))
    .toSorted((a, b) => askedMs(a) - askedMs(b) || Number(a.orderId) - Number(b.orderId))
  return sharedOut(
    inTurn.filter(mayBeSold),
    inTurn.filter((order) => !mayBeSold(order)),
  )
}

const mayBeSold = (order: Order): boolean => {
  const effective = effectiveStatus(order)
  return !effective.known || AUTHORISED.includes(effective.status)
}

/** Three of the first, one of the rest, and so on; once one list is through, what is left of the other. */
function sharedOut(first: readonly Order[], rest: readonly Order[]): Order[] {
  const turns = Math.max(Math.ceil(first.length / 3), rest.length)
  return Array.from({ length: turns }, (_, turn) => [
    ...first.slice(turn * 3, turn * 3 + 3),
    ...rest.slice(turn, turn + 1),
  ]).flat()
}

/** Whether only an inquiry can give the order's status. */
export const onlyAnInquiryTells = (order: Order): boolean => {
  const effective = effectiveStatus(order)
  return order.heldAmountAt === null || !effective.known || NEVER_NOTIFIED.includes(effective.status)
}

/**
 * Asks about each order. Silence about one order does not stop the others.
 * @param chosen in the order in which they are asked about
 * @param untilMs no order's turn begins at or after it; read before each
 */
export async function* inquireAll(
  chosen: readonly Order[],
  untilMs: SyncRequest['untilMs'],
  deps: SyncDeps,
  signal: AbortSignal,
): AsyncGenerator<SyncEvent, Stopped | 'put-off' | null> {
  const taken = new Set<string>()
  const changed: Order[] = []
  const hearing = new Hearing(deps, signal, ({ orderId }, fact) => {
    const [order] = taken.has(orderId) ? deps.orders.find([orderId]) : []
    if (order !== undefined && compare(order, fact) !== 'same') changed.push(order)
  })
  const ahead = { ...deps, gateway: deps.gateway.ahead(chosen.map(keyOf)) }
  for (const [index, { orderId }] of chosen.entries()) {
    if (signal.aborted) return 'interrupted'
    const endMs = untilMs?.() ?? null
    if (endMs !== null && deps.clock.nowMs() >= endMs) {
      yield { type: 'put-off', orders: chosen.length - index }
      return 'put-off'
    }
    yield { type: 'asking', index: index + 1, total: chosen.length, orderId, ...(endMs !== null && { untilMs: endMs }) }
    // A notice or another order's payment may have changed it since it was chosen.
    const [order] = deps.orders.find([orderId])
    if (order === undefined) continue
    const came: Came = yield* inquireAbout(order, ahead, signal)
    if (came === 'interrupted') return came
    if (came === 'unanswered' || came === 'cut-off') {
      yield { type: 'untold', orderId, code: null }
      const ends = await hearing.missed(orderId, came === 'cut-off' ? { cutOff: true } : {}, chosen)
      if (ends) return signal.aborted ? 'interrupted' : 'unanswered'
      const again = yield* askAgain(changed.splice(0), untilMs, deps, signal)
      if (again !== null) return again
    } else {
      hearing.heard(order)
      if (came === 'taken') taken.add(orderId)
    }
  }
  const dark = await hearing.endsDark()
  return (yield* askAgain(changed, untilMs, deps, signal)) ?? dark
}

/** Orders that were asked about instead of a silent one, and had changed since their own turn. */
async function* askAgain(
  orders: readonly Order[],
  untilMs: SyncRequest['untilMs'],
  deps: SyncDeps,
  signal: AbortSignal,
): AsyncGenerator<SyncEvent, Stopped | null> {
  for (const order of orders) {
    const endMs = untilMs?.() ?? null
    if (endMs !== null && deps.clock.nowMs() >= endMs) return null
    const came = yield* inquireAbout(order, deps, signal)
    if (came === 'interrupted') return came
    if (came === 'unanswered' || came === 'cut-off') yield { type: 'untold', orderId: order.orderId, code: null }
    if (came === 'cut-off') return 'unanswered'
  }
  return null
}

/** Asks about one order and takes Paygent's answer about it. */
export async function* inquireAbout(
  order: Order,
  deps: Omit<SyncDeps, 'gateway'> & InquiryDeps,
  signal: AbortSignal,
): AsyncGenerator<SyncEvent, Came> {
  const { orderId } = order
  const check = await checkPayment(order, deps, signal)
  const atMs = deps.clock.nowMs()
  switch (check.type) {
    case 'unanswered':
      if (signal.aborted) return 'interrupted'
      deps.inbox.noteInVain(orderId, atMs)
      return check.cutOff ? 'cut-off' : check.type
    case 'unclear':
      deps.inbox.noteInVain(orderId, atMs)
      yield { type: 'untold', orderId, code: check.code }
      return 'nothing'
    case 'agrees':
      if (!deps.orders.learn(order, check.fact, atMs)) return 'nothing'
      if (check.drift === 'aged') yield { type: 'aged', orderId, status: check.fact.status }
      return 'taken'
    case 'differs': {
      const found = causeOf(order, check.found, deps)
      const booked = isBookable(found)
      if (booked) takeDifference(order, found, deps.issues, atMs)
      else deps.inbox.noteInVain(orderId, atMs)
      yield { type: 'difference', difference: found.difference, booked }
      return booked ? 'taken' : 'nothing'
    }
    default:
      return check satisfies never
  }
}

/** The change of an order that was once settled by time may come from the request that was called not processed. */
function causeOf({ orderId }: Order, found: Found, deps: Omit<SyncDeps, 'gateway'>): Found {
  const { difference, facts } = found
  if (difference.cause !== 'moved' || !ordersThatMayArriveLate({ orderIds: [orderId] }, deps).includes(orderId))
    return found
  return { difference: { ...difference, cause: 'late-arrival' }, facts }
}

type Fate = Exclude<NoticeFate, 'purged'>
/** Paygent gives no answer about the notice's order. */
interface Silent {
  readonly silentOrder: string
}
type Decided = Fate | 'interrupted' | Silent
type Deciding = AsyncGenerator<SyncEvent, Decided>

/**
 * Applies the notices in the order of their numbers, each once. A notice that its order cannot take now waits for the
 * next sync. So does a notice of an order about which Paygent gives no answer while it answers about another one.
 */
export async function* applyNotices(deps: SyncDeps, signal: AbortSignal): AsyncGenerator<SyncEvent, Stopped | null> {
  const silent = new Set<string>()
  for (const notice of deps.inbox.pending()) {
    if (signal.aborted) return 'interrupted'
    const decided: Decided = yield* decide(notice, silent, deps, signal)
    if (decided === 'interrupted') return decided
    if (typeof decided === 'object') {
      silent.add(decided.silentOrder)
      yield { type: 'untold', orderId: decided.silentOrder, code: null }
      const others = waitingOrders(deps).filter(({ orderId }) => !silent.has(orderId))
      if ((await anotherAnswers(others, deps, signal)) === null) return signal.aborted ? 'interrupted' : 'unanswered'
    }
    const fate = typeof decided === 'object' ? 'pending' : decided
    if (fate !== 'pending') deps.inbox.decide(notice.noticeId, fate, deps.clock.nowMs())
    yield { type: 'notice', notice, fate }
  }
  return null
}

/**
 * @param silent orders about which Paygent gave no answer in this run: it is not asked again for each of their notices
 */
async function* decide(notice: Notice, silent: ReadonlySet<string>, deps: SyncDeps, signal: AbortSignal): Deciding {
  const owner = deps.inbox.ownerOf(notice)
  // A missing type, or another type than the mirror has for the payment, is no reason to ignore one of our payments.
  if (owner === null && notice.paymentType !== '' && !isOurType(notice)) return 'other-type'
  if (owner === null) return yield* decideStranger(notice, silent, deps, signal)
  if (!owner.current) return 'earlier-payment'
  if (silent.has(owner.orderId)) return 'pending'
  const [order] = deps.orders.find([owner.orderId])
  return order === undefined ? 'unknown-payment' : yield* decideKnown(order, notice, deps, signal)
}

async function* decideKnown(order: Order, notice: Notice, deps: SyncDeps, signal: AbortSignal): Deciding {
  if (!isCalm(order)) return 'pending'
  const fact = factOf(notice)
  const drift = compare(order, fact)
  if (drift === 'moved' || !ALIVE.includes(fact.status) || mayBeAnothersOrOld(order)) {
    const came = yield* inquireAbout(order, deps, signal)
    if (came === 'unanswered' || came === 'cut-off') return { silentOrder: order.orderId }
    return came === 'taken' ? 'applied' : came === 'nothing' ? 'pending' : came
  }
  if (!deps.orders.learn(order, fact, deps.clock.nowMs())) return 'pending'
  if (drift === 'aged') yield { type: 'aged', orderId: order.orderId, status: fact.status }
  return 'applied'
}

/**
 * A notice describes the moment at which it was made. It does not identify one of several payments under a trading id.
 * If the mirror no longer knows the payment's state because a request of ours was accepted, the notice may be older
 * than that request.
 */
const mayBeAnothersOrOld = ({ paymentId, kindByUs, status }: Order): boolean =>
  paymentId === null || (kindByUs && status === null)

/** A payment that the mirror does not know: an order's first, one that a correction made, or one that is not ours. */
async function* decideStranger(
  notice: Notice,
  silent: ReadonlySet<string>,
  deps: SyncDeps,
  signal: AbortSignal,
): Deciding {
  const [orderId, another] = deps.inbox.ordersOfTrading(notice.tradingId)
  const [order] = orderId === undefined || another !== undefined ? [] : deps.orders.find([orderId])
  if (order === undefined) return 'unknown-payment'
  if (silent.has(order.orderId)) return 'pending'
  if (order.paymentId === null) return yield* decideKnown(order, notice, deps, signal)
  if (order.openAttempt) return 'pending'
  const { paymentId, tradingId } = notice
  const answer = await inquirePatiently({ paymentId, tradingId }, deps, signal)
  if (isAboutTheOrder(answer)) {
    yield { type: 'untold', orderId: order.orderId, code: answer.code }
    return 'pending'
  }
  const result = inquiryResultOf(answer)
  if (result.type === 'silent') return signal.aborted ? 'interrupted' : { silentOrder: order.orderId }
  if (result.type === 'code' || !ALIVE.includes(result.fact.status)) return 'unknown-payment'
  const { fact } = result
  const attempt = deps.issues.attentionAttempts([order.orderId]).at(-1)
  const made = attempt !== undefined && isItsNewPayment(attempt, fact)
  const difference = differenceOf(order, 'another-payment', fact)
  const atMs = deps.clock.nowMs()
  if (!made) takeDifference(order, { difference, facts: [fact] }, deps.issues, atMs)
  else
    deps.issues.take({
      orderId: order.orderId,
      event: 'difference',
      facts: [fact],
      currentPaymentId: null,
      endsConflict: false,
      attention: null,
      settles: { settlement: bothKnown(attempt, fact, atMs), from: 'attention' },
      detail: paymentsDetail([fact]),
      atMs,
    })
  yield { type: 'difference', difference, booked: true }
  return 'applied'
}

/** A payment that was sold longer before the request than two clocks can differ was there already. */
const CLOCKS_APART_MS = 24 * 60 * 60 * 1000

/**
 * Whether the correction made this payment. It makes only one, so it made no other once an id has been given for it,
 * right or wrong. A payment that was sold before it, or too late for it, was sold by someone else.
 */
function isItsNewPayment(attempt: OpenAttempt, fact: PaymentFact): boolean {
  const { telegram, carrier, newPaymentId, preparedMs } = attempt
  const soldMs = fact.soldAt === undefined ? null : msOfIso(fact.soldAt)
  const isItsTime =
    soldMs === null || (soldMs >= preparedMs - CLOCKS_APART_MS && soldMs <= preparedMs + LATE_ARRIVAL_MS)
  return makesNewPayment(telegram, carrier) && newPaymentId === null && isMadeBy(attempt, fact) && isItsTime
}

/** Sends nothing that moves money. Throws an AppError if it may not begin or Paygent refuses the login. */
export async function* sync(
  request: SyncRequest,
  deps: SyncDeps,
  signal: AbortSignal,
): AsyncGenerator<SyncEvent, void> {
  const { lock, state } = deps
  if (!lock.acquire('sync')) throw anotherRun(lock)
  try {
    checkClock(deps)
    enterState(state)
    const stopped = yield* work(request, deps, signal)
    if (stopped !== null) yield stoppedEvent(stopped)
    leaveState(state)
  } finally {
    lock.release()
  }
}

async function* work(
  request: SyncRequest,
  deps: SyncDeps,
  signal: AbortSignal,
): AsyncGenerator<SyncEvent, Stopped | null> {
  if (!request.notices) return yield* inquire(request, deps, signal)
  const ended: Stopped | NoticesEnd | null = yield* takeNotices(deps, signal)
  if (typeof ended === 'string') return ended
  // If the notices could not be fetched, their orders are inquired about instead.
  return yield* inquire({ ...request, notices: ended === null }, deps, signal, false)
}

/** Fetches the notices and applies those that are there, even if not all could be fetched. */
async function* takeNotices(
  deps: SyncDeps,
  signal: AbortSignal,
): AsyncGenerator<SyncEvent, Stopped | NoticesEnd | null> {
  const refused = await probeNotices(deps, signal)
  const { ended, purged } = refused === null ? yield* fetchNotices(deps, signal) : { ended: refused, purged: [] }
  const orderIds = purged.length === 0 ? [] : waitingOrders(deps).map(({ orderId }) => orderId)
  if (purged.length > 0) yield { type: 'purged', noticeIds: purged, orderIds }
  if (typeof ended === 'string') return ended
  if (ended !== null) yield { type: 'notices-stopped', ...ended }
  return (yield* applyNotices(deps, signal)) ?? ended
}

/**
 * Asks about all waiting orders if no notices are fetched, or if a notice is gone. Otherwise asks only about the orders
 * that no notice ever reports.
 * @param probes asks about one order before all others, and throws where Paygent is silent. After notices were applied
 * their differences are booked: silence must end the run then, and not lose its report.
 */
async function* inquire(
  { notices, limit, untilMs }: SyncRequest,
  deps: SyncDeps,
  signal: AbortSignal,
  probes = true,
): AsyncGenerator<SyncEvent, Stopped | null> {
  const all = !notices || deps.inbox.unexplained().length > 0
  const waiting = waitingOrders(deps).filter((order) => all || onlyAnInquiryTells(order))
  const [first, ...others] = waiting
  if (first !== undefined && !notices && probes) await assertAnswers(first, deps, signal, others)
  const chosen = waiting.slice(0, limit ?? waiting.length)
  const ended = yield* inquireAll(chosen, untilMs, deps, signal)
  const left = waiting.length - chosen.length
  if (left > 0 && ended === null) yield { type: 'put-off', orders: left }
  if (ended === null && left === 0 && all) deps.inbox.explain(deps.clock.nowMs())
  return ended === 'put-off' ? null : ended
}
