// What a notice does to its order: what agrees is taken, what does not is decided by an inquiry. Page 2.5.
import { factOf, isOurType, type Notice, type NoticeFate } from '../../domain/answer.js'
import { isMadeBy } from '../../domain/judge.js'
import type { Order, PaymentFact } from '../../domain/order.js'
import { makesNewPayment } from '../../domain/outcome.js'
import { ALIVE, type OpenAttempt } from '../../domain/run.js'
import { anotherAnswers, inquirePatiently, keyOf, toldBy } from '../batch/inquiry.js'
import { isAboutTheOrder } from '../batch/trouble.js'
import { bothKnown, standings } from '../reconcile/attention.js'
import { compare, differenceOf } from '../reconcile/comparison.js'
import type { Stopped } from '../reconcile/deps.js'
import { isCalm, takeDifference } from '../reconcile/one-order.js'
import type { SyncDeps } from './deps.js'
import type { SyncEvent } from './events.js'
import { inquireAbout, waitingOrders } from './inquire.js'

type Fate = Exclude<NoticeFate, 'purged'>
/** Paygent says nothing of the order that the notice is about. */
interface Silent {
  readonly silentOrder: string
}
type Decided = Fate | 'interrupted' | Silent
type Deciding = AsyncGenerator<SyncEvent, Decided>

/**
 * In order of their numbers, each once; what an order cannot take now waits for the next sync, and so does what hangs on
 * an order of which Paygent says nothing, while it answers about another one.
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
      if (!(await anotherAnswers(others.map(keyOf), deps, signal))) return 'unanswered'
    }
    const fate = typeof decided === 'object' ? 'pending' : decided
    if (fate !== 'pending') deps.inbox.decide(notice.noticeId, fate, deps.clock.nowMs())
    yield { type: 'notice', notice, fate }
  }
  return null
}

/** @param silent orders of which Paygent has said nothing in this run: it is not asked again for each of their notices */
async function* decide(notice: Notice, silent: ReadonlySet<string>, deps: SyncDeps, signal: AbortSignal): Deciding {
  const owner = deps.inbox.ownerOf(notice)
  // A type that is not told, or another than we know of the payment, is no reason to pass over one of ours.
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
 * A notice is of the moment at which it was made. It does not name one of several payments under a trading id, and where
 * the mirror knows nothing of the payment any more, since a request of ours was accepted, it may be of the time before it.
 */
const mayBeAnothersOrOld = ({ paymentId, kindByUs, status }: Order): boolean =>
  paymentId === null || (kindByUs && status === null)

/** A payment that the mirror does not know: an order's first, one that a correction made, or somebody else's. */
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
  const told = toldBy(answer)
  if (told.type === 'silent') return signal.aborted ? 'interrupted' : { silentOrder: order.orderId }
  if (told.type === 'code' || !ALIVE.includes(told.fact.status)) return 'unknown-payment'
  const { fact } = told
  const attempt = deps.books.attentionAttempts([order.orderId]).at(-1)
  const made = attempt !== undefined && isItsNewPayment(attempt, fact)
  const difference = differenceOf(order, 'another-payment', fact)
  const atMs = deps.clock.nowMs()
  if (!made) takeDifference(order, { difference, facts: [fact] }, deps.books, atMs)
  else
    deps.books.take({
      orderId: order.orderId,
      event: 'difference',
      facts: [fact],
      currentPaymentId: null,
      endsConflict: false,
      attention: null,
      settles: { settlement: bothKnown(attempt, fact, atMs), from: 'attention' },
      detail: standings([fact]),
      atMs,
    })
  yield { type: 'difference', difference, booked: true }
  return 'applied'
}

/** A correction makes one payment; whoever has told its id was right or not, but it is not another one. */
const isItsNewPayment = (attempt: OpenAttempt, fact: PaymentFact): boolean =>
  makesNewPayment(attempt.telegram, attempt.carrier) && attempt.newPaymentId === null && isMadeBy(attempt, fact)
