// The ways in which Paygent may treat a telegram, and the part of each that the client sees.
import type { MoneyRequest } from '../../src/domain/answer.js'
import type { Handling } from '../../src/domain/codes.js'
import type { PaymentFact } from '../../src/domain/order.js'
import { FAULT, move, rejected, type Script } from './scripted-gateway.js'

const AUTHORISED = ['20', '21']

/** Carries the request out; the id of the payment that it made, or null. */
export function carryOut(
  { telegram, carrier, paymentId, amountYen }: MoneyRequest,
  payments: Map<string, PaymentFact>,
) {
  const before = payments.get(paymentId)
  if (!before) throw new Error(`no payment ${paymentId}`)
  const released = AUTHORISED.includes(before.status)
  switch (telegram) {
    case '022':
    case '101':
      move(payments, paymentId, { status: '40' })
      return null
    case '021':
      move(payments, paymentId, { status: '32' })
      return null
    case '023':
      move(payments, paymentId, { status: '60' })
      return null
    case '102':
      move(payments, paymentId, { status: released && carrier !== 'docomo' ? '32' : '60' })
      return null
    case '103':
      if (carrier !== 'docomo') {
        move(payments, paymentId, { status: '40', amountYen: amountYen ?? 0 })
        return null
      }
      return replace(before, '60', amountYen ?? 0, payments)
    case '029':
      return replace(before, released ? '32' : '60', amountYen ?? 0, payments)
    default:
      return telegram satisfies never
  }
}

function replace(
  before: PaymentFact,
  oldStatus: string,
  amountYen: number,
  payments: Map<string, PaymentFact>,
): string {
  const newId = `${before.paymentId}000`
  move(payments, before.paymentId, { status: oldStatus })
  payments.set(newId, { ...before, paymentId: newId, status: '40', amountYen })
  return newId
}

export const obey: Script = (request, payments) => ({
  type: 'accepted',
  paymentId: request.paymentId,
  newPaymentId: carryOut(request, payments),
})

/** The request is carried out and its answer is lost. */
export const answerLost: Script = (request, payments) => {
  carryOut(request, payments)
  return { type: 'unclear', fault: FAULT }
}

/** The request never arrives, and nobody can know. */
export const requestLost: Script = () => ({ type: 'unclear', fault: FAULT })

/** No connection could be made. */
export const neverLeft: Script = () => ({ type: 'unsent', fault: { ...FAULT, kind: 'refused', phase: 'connect' } })

export const refuse =
  (code: string, handling: Handling): Script =>
  () =>
    rejected(code, handling)

/** Result 1, and the payment is left in another status. */
export const leave =
  (status: string, code: string, handling: Handling): Script =>
  ({ paymentId }, payments) => {
    move(payments, paymentId, { status })
    return rejected(code, handling)
  }
