// What a fault makes of a request: how the ledger moves, and what the client is told of it. Page 3.6.
import type { AnswerFields } from './codec.js'
import { correctCard, isHalfDone } from './corrections.js'
import type { SimulatorFault } from './faults.js'
import type { Ledger } from './ledger.js'
import { movePayment } from './moves.js'
import { refused, type Reply } from './replies.js'
import { deskOf, namedPayment, perform } from './telegrams.js'
import type { TelegramRequest } from './telegram.js'

/** What a request that failed inside Paygent is answered where the fault names no code of its own. */
const FAILED = { card: '2002', carrier: '7301', inquiry: 'E001' } as const

const shownCode = ({ shows }: SimulatorFault): string | null => (shows.startsWith('code:') ? shows.slice(5) : null)

/** Carries the request out under a fault. Call it inside a transaction. */
export function performFaulty(ledger: Ledger, request: TelegramRequest, fault: SimulatorFault, nowMs: number): Reply {
  const code = shownCode(fault)
  const reply = moveUnderFault(ledger, request, fault, code, nowMs)
  return code === null || reply.code === code ? reply : refused(code, dataOfRefusal(request, fault, reply))
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
    ledger.late.add(request, fault.after_ms === null ? null : nowMs + fault.after_ms)
    return ordinary
  }
  if (fault.leaves !== null) return breakOff(ledger, request, fault.leaves, nowMs)
  if (!fault.commits) return ordinary
  if (request.telegram === '029' && code !== null && isHalfDone(code)) return breakHalfway(ledger, request, code, nowMs)
  return perform(ledger, request, nowMs)
}

/** A corrected card sale that went wrong after the ledger moved tells the data beside its code; page 2.2. */
function dataOfRefusal(request: TelegramRequest, fault: SimulatorFault, reply: Reply): AnswerFields | undefined {
  const made = request.telegram === '029' && fault.commits && !fault.late && reply.result === '0'
  return made ? reply.data : undefined
}

class Undo extends Error {
  constructor(readonly reply: Reply) {
    super('undo')
  }
}

/** What the answer would be, with the ledger left as it was. */
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
  if (telegram === '091') return refused(FAILED.inquiry)
  const desk = deskOf(telegram)
  const payment = namedPayment(ledger, request, desk)
  if (typeof payment === 'string') return refused(payment)
  movePayment(ledger, payment, { status: leaves }, { atMs: nowMs, by: 'fault' })
  return refused(FAILED[desk])
}

function breakHalfway(ledger: Ledger, request: TelegramRequest, code: '2010' | '2011' | '2012', nowMs: number): Reply {
  const payment = namedPayment(ledger, request, 'card')
  if (typeof payment === 'string') return refused(payment)
  return correctCard(ledger, payment, request.amountYen ?? 0, { atMs: nowMs, by: request.telegram }, code)
}
