// Handles a request without the wire: takes a request body and returns the answer that the client is shown. The
// server puts it on sockets; a simulation may call it directly.
import { plainPaymentId } from '../domain/order.js'
import type { Clock } from '../ports.js'
import { expireCheckouts } from './carrier-checkout.js'
import { type AnswerFields, decodeForm, encodeAnswer } from './codec.js'
import { type Addressed, isForRequest, type Shows, type SimulatorFault, strikes } from './faults.js'
import { type Ledger, newHolder, type RequestRecord } from './ledger.js'
import { movePayment, newPaymentId, sweep } from './machine.js'
import { fieldsOf, malformedReply, refusedReply, type Reply } from './replies.js'
import {
  type Arrived,
  arrivedOf,
  isCarrierCheckout,
  keptFields,
  type RequestProblem,
  readTelegram,
  type SimulatorLogin,
  type TelegramRequest,
} from './telegram.js'
import { correctCard, serviceOf, isHalfDone, namedPayment, perform } from './telegrams.js'

// Applies a fault to a request: how the ledger moves, and which answer the client gets.
/** The codes for a request that failed inside Paygent when the fault names no code of its own. */
const FAILED = { card: '2002', carrier: '7301', inquiry: 'E001' } as const

const shownCode = ({ shows }: SimulatorFault): string | null => (shows.startsWith('code:') ? shows.slice(5) : null)

/** Carries out the request under a fault. Call it inside a transaction. */
export function performFaulty(ledger: Ledger, request: TelegramRequest, fault: SimulatorFault, nowMs: number): Reply {
  const code = shownCode(fault)
  const reply = moveUnderFault(ledger, request, fault, code, nowMs)
  return code === null || reply.code === code ? reply : refusedReply(code, dataOfRefusal(request, fault, reply))
}

function moveUnderFault(
  ledger: Ledger,
  request: TelegramRequest,
  fault: SimulatorFault,
  code: string | null,
  nowMs: number,
): Reply {
  const ordinary = rehearse(ledger, request, nowMs)
  if (ordinary.result !== '0') return ordinary
  if (fault.late) {
    ledger.late.add(withBothIds(ledger, request), fault.after_ms === null ? null : nowMs + fault.after_ms)
    return withOwnId(ledger, ordinary)
  }
  if (fault.leaves !== null) return breakOff(ledger, request, fault.leaves, nowMs)
  if (!fault.commits) return withOwnId(ledger, ordinary)
  if (request.telegram === '029' && code !== null && isHalfDone(code)) return breakHalfway(ledger, request, code, nowMs)
  return perform(ledger, request, nowMs)
}

/** The client may keep the id of a payment that the ledger has not made: no other payment may get it then. */
function withOwnId(ledger: Ledger, reply: Reply): Reply {
  const answered = reply.data.find(([name]) => name === 'payment_id')?.[1] ?? ''
  // The next id is the one that the rehearsal has answered.
  if (answered !== '' && ledger.payments.find(answered) === null) newPaymentId(ledger)
  return reply
}

/** An inquiry may name the payment by the other id than the request did. */
function withBothIds(ledger: Ledger, request: TelegramRequest): TelegramRequest {
  const { telegram } = request
  if (telegram === '020' || telegram === '091' || isCarrierCheckout(telegram)) return request
  const payment = namedPayment(ledger, request, serviceOf(telegram))
  return typeof payment === 'string'
    ? request
    : { ...request, paymentId: payment.paymentId, tradingId: payment.tradingId }
}

/** A corrected card sale that failed after the ledger moved returns data fields beside its code. */
function dataOfRefusal(request: TelegramRequest, fault: SimulatorFault, reply: Reply): AnswerFields | undefined {
  const made = request.telegram === '029' && fault.commits && !fault.late && reply.result === '0'
  return made ? reply.data : undefined
}

class Undo extends Error {
  constructor(readonly reply: Reply) {
    super('undo')
  }
}

/** Returns the answer that the request would get, and leaves the ledger unchanged. */
function rehearse(ledger: Ledger, request: TelegramRequest, nowMs: number): Reply {
  try {
    return ledger.atomically((): Reply => {
      throw new Undo(perform(ledger, request, nowMs))
    })
  } catch (error) {
    if (error instanceof Undo) return error.reply
    throw error
  }
}

function breakOff(ledger: Ledger, request: TelegramRequest, leaves: string, nowMs: number): Reply {
  const { telegram } = request
  // Only a request that moves a payment can break off half-way.
  if (telegram === '091' || telegram === '094') return refusedReply(FAILED.inquiry)
  if (telegram === '020') return refusedReply(FAILED.card)
  if (isCarrierCheckout(telegram)) return refusedReply(FAILED.carrier)
  const service = serviceOf(telegram)
  const payment = namedPayment(ledger, request, service)
  if (typeof payment === 'string') return refusedReply(payment)
  movePayment(ledger, payment, { status: leaves }, { atMs: nowMs, by: 'fault' })
  return refusedReply(FAILED[service])
}

function breakHalfway(ledger: Ledger, request: TelegramRequest, code: '2010' | '2011' | '2012', nowMs: number): Reply {
  const payment = namedPayment(ledger, request, 'card')
  if (typeof payment === 'string') return refusedReply(payment)
  return correctCard(ledger, payment, request.amountYen ?? 0, { atMs: nowMs, by: request.telegram }, code)
}

/** A request that has arrived and is being handled until it is finished. */
export interface Arrival {
  readonly seq: number
  readonly arrived: Arrived
  readonly request: TelegramRequest | RequestProblem
  /** Another notice was being fetched when this request arrived. */
  readonly crowded: boolean
}

export interface Shown {
  readonly shows: Shows
  /** The complete body of the answer; `shows` defines how it is sent. */
  readonly body: Buffer
  readonly delayMs: number
  /** The part of it that the client will have seen. */
  readonly seen: AnswerSeen
}

/** Result and code are null where the client gets none. */
export type AnswerSeen = Pick<RequestRecord, 'result' | 'code'> & { readonly shows: Shows }

export interface Office {
  /** Returns the simulator's clock in epoch milliseconds: the given clock plus the time by which it was advanced. */
  nowMs(): number
  /** Returns by how many milliseconds the clock was advanced. */
  offsetMs(): number
  arrive(path: string, body: Buffer): Arrival
  /** Moves the ledger; everything is committed when it returns. */
  handle(arrival: Arrival): Shown
  finish(arrival: Arrival): void
  /** Finishes the requests that are still being handled here. */
  close(): void
}

export const CLOCK_OFFSET = 'clock-offset-ms'

const NOTICE_BUSY = '9004'

/** @param pagesUrl base URL of the pages to which a carrier's customer is sent; null where there are none */
export function openOffice(
  ledger: Ledger,
  clock: Clock,
  login: SimulatorLogin,
  pagesUrl: string | null = null,
): Office {
  const holder = newHolder(process.pid)
  const offsetMs = (): number => Number(ledger.settings.get(CLOCK_OFFSET) ?? '0')
  const nowMs = (): number => clock.nowMs() + offsetMs()

  const arrive = (path: string, body: Buffer): Arrival => {
    const fields = decodeForm(body)
    const arrived = arrivedOf(fields)
    const request = readTelegram(path, fields, body.length, login, pagesUrl)
    return ledger.atomically(() => {
      const seq = ledger.requests.arrive(arrived, keptFields(fields), holder, nowMs())
      // Counted only now: by arriving it has ended the requests of processes that died.
      const crowded = arrived.telegram === '091' && ledger.requests.handling('091') > 1
      return { seq, arrived, request, crowded }
    })
  }

  const handle = (arrival: Arrival): Shown =>
    ledger.atomically(() => {
      const atMs = nowMs()
      settleTime(ledger, atMs)
      const fault = strikingFault(ledger, arrival.arrived)
      const reply = replyTo(ledger, arrival, fault, atMs)
      const shows = fault?.shows ?? 'reply'
      const seen = answerSeen(reply, shows)
      ledger.requests.answer(arrival.seq, seen)
      deliverAsked(ledger, arrival, atMs)
      return { shows, body: encodeAnswer(fieldsOf(reply)), delayMs: fault?.delay_ms ?? 0, seen }
    })

  return {
    nowMs,
    offsetMs,
    arrive,
    handle,
    finish: ({ seq }) => ledger.requests.finish(seq),
    close: () => ledger.requests.abandon(holder),
  }
}

/** Applies everything that is due: timers, and requests that arrive late. Call it inside a transaction. */
export function settleTime(ledger: Ledger, nowMs: number): void {
  expireCheckouts(ledger, nowMs)
  sweep(ledger, nowMs)
  for (const request of ledger.late.takeDue(nowMs)) perform(ledger, request, nowMs)
}

/**
 * A late request without a time arrives only after an inquiry about its payment, whose answer does not show its
 * effect yet.
 */
function deliverAsked(ledger: Ledger, { request }: Arrival, nowMs: number): void {
  if ('code' in request || request.telegram !== '094') return
  for (const late of ledger.late.takeAsked(request)) perform(ledger, late, nowMs)
}

function strikingFault(ledger: Ledger, arrived: Arrived): SimulatorFault | null {
  const faults = ledger.faults.all()
  if (faults.length === 0) return null
  const addressed = addressedBy(ledger, arrived)
  let striking: SimulatorFault | null = null
  for (const { position, fault, seen } of faults) {
    if (!isForRequest(fault, addressed)) continue
    ledger.faults.count(position)
    if (strikes(fault, seen + 1)) striking ??= fault
  }
  return striking
}

function addressedBy(ledger: Ledger, { telegram, paymentId, tradingId }: Arrived): Addressed {
  const found = paymentId === '' ? ledger.payments.ofTrading(tradingId) : [ledger.payments.find(paymentId)]
  const payments = found.filter((payment) => payment !== null)
  return {
    telegram,
    paymentIds: [plainPaymentId(paymentId), ...payments.map((payment) => payment.paymentId)],
    tradingIds: [tradingId, ...payments.map((payment) => payment.tradingId)],
  }
}

function replyTo(ledger: Ledger, arrival: Arrival, fault: SimulatorFault | null, nowMs: number): Reply {
  const { request } = arrival
  if ('code' in request) return malformedReply(request)
  if (arrival.crowded) return refusedReply(NOTICE_BUSY)
  return fault === null ? perform(ledger, request, nowMs) : performFaulty(ledger, request, fault, nowMs)
}

const UNSEEN: readonly string[] = ['reset', 'silence', 'half', 'garbage']

function answerSeen(reply: Reply, shows: Shows): AnswerSeen {
  const seen = !UNSEEN.includes(shows) && !shows.startsWith('status:')
  return { result: seen ? reply.result : null, code: seen && reply.code !== '' ? reply.code : null, shows }
}
