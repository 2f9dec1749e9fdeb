// Paygent without the wire: a request body in, what the client is shown out. The server puts it on sockets; a
// simulation may call it directly.
import { randomUUID } from 'node:crypto'
import type { Clock } from '../ports.js'
import { decodeForm, encodeAnswer } from './codec.js'
import { matches, strikes, type Shows, type SimulatorFault } from './faults.js'
import { performFaulty } from './faulty.js'
import type { Ledger } from './ledger.js'
import type { SimulatorLogin } from './login.js'
import { sweep } from './moves.js'
import { fieldsOf, malformed, refused, type Reply } from './replies.js'
import { arrivedOf, readTelegram, type Arrived, type Problem, type TelegramRequest } from './telegram.js'
import { perform } from './telegrams.js'

/** A request that has arrived and is being handled until it is finished. */
export interface Arrival {
  readonly seq: number
  readonly arrived: Arrived
  readonly request: TelegramRequest | Problem
  /** Another notice was being fetched when this one arrived. */
  readonly crowded: boolean
}

export interface Shown {
  readonly shows: Shows
  /** The answer's body, whole; `shows` says what becomes of it. */
  readonly body: Buffer
  readonly delayMs: number
}

export interface Office {
  /** The simulator's clock: the given one and what it was advanced by. Epoch milliseconds. */
  nowMs(): number
  arrive(path: string, body: Buffer): Arrival
  /** Moves the ledger; everything is committed when it returns. */
  handle(arrival: Arrival): Shown
  finish(arrival: Arrival): void
  /** Finishes what is still being handled here. */
  close(): void
}

export const CLOCK_OFFSET = 'clock-offset-ms'

const NOTICE_BUSY = '9004'

export function openOffice(ledger: Ledger, clock: Clock, login: SimulatorLogin): Office {
  const holder = `${process.pid}:${randomUUID()}`
  const nowMs = (): number => clock.nowMs() + Number(ledger.settings.get(CLOCK_OFFSET) ?? '0')

  const arrive = (path: string, body: Buffer): Arrival => {
    const fields = decodeForm(body)
    const arrived = arrivedOf(fields)
    const request = readTelegram(path, fields, body.length, login)
    return ledger.atomically(() => {
      const crowded = arrived.telegram === '091' && ledger.requests.handling('091') > 0
      return { seq: ledger.requests.arrive(arrived, holder, nowMs()), arrived, request, crowded }
    })
  }

  const handle = (arrival: Arrival): Shown =>
    ledger.atomically(() => {
      const atMs = nowMs()
      settleTime(ledger, atMs)
      const fault = strikingFault(ledger, arrival.arrived)
      const reply = replyTo(ledger, arrival, fault, atMs)
      const shows = fault?.shows ?? 'reply'
      ledger.requests.answer(arrival.seq, answerSeen(reply, shows))
      deliverAsked(ledger, arrival, atMs)
      return { shows, body: encodeAnswer(fieldsOf(reply)), delayMs: fault?.delay_ms ?? 0 }
    })

  return {
    nowMs,
    arrive,
    handle,
    finish: ({ seq }) => ledger.requests.finish(seq),
    close: () => ledger.requests.abandon(holder),
  }
}

/** Lets everything happen that is due: timers, and requests that arrive late. Call it inside a transaction. */
export function settleTime(ledger: Ledger, nowMs: number): void {
  sweep(ledger, nowMs)
  for (const request of ledger.late.takeDue(nowMs)) perform(ledger, request, nowMs)
}

/** A late request without a time is on its way until somebody has asked about its payment, and been told nothing yet. */
function deliverAsked(ledger: Ledger, { request }: Arrival, nowMs: number): void {
  if ('code' in request || request.telegram !== '094') return
  for (const late of ledger.late.takeAsked(request)) perform(ledger, late, nowMs)
}

function strikingFault(ledger: Ledger, arrived: Arrived): SimulatorFault | null {
  let striking: SimulatorFault | null = null
  for (const { position, fault, seen } of ledger.faults.all()) {
    if (!matches(fault, arrived)) continue
    ledger.faults.count(position)
    if (strikes(fault, seen + 1)) striking ??= fault
  }
  return striking
}

function replyTo(ledger: Ledger, arrival: Arrival, fault: SimulatorFault | null, nowMs: number): Reply {
  const { request } = arrival
  if ('code' in request) return malformed(request)
  if (arrival.crowded) return refused(NOTICE_BUSY)
  return fault === null ? perform(ledger, request, nowMs) : performFaulty(ledger, request, fault, nowMs)
}

const UNSEEN: readonly string[] = ['reset', 'silence', 'half', 'garbage']

function answerSeen(reply: Reply, shows: Shows): { result: string | null; code: string | null; shows: string } {
  const seen = !UNSEEN.includes(shows) && !shows.startsWith('status:')
  return { result: seen ? reply.result : null, code: seen && reply.code !== '' ? reply.code : null, shows }
}
