// Reads the meaning of an answer, strictly. The functions are pure. An answer that is not clear counts as unclear.
import type { Answer, Fault, MoneyRequest } from '../domain/answer.js'
import { handlingOf, INQUIRY_CODES } from '../domain/codes.js'
import { plainPaymentId } from '../domain/order.js'
import { makesNewPayment } from '../domain/outcome.js'
import { answerFault, type Fields, type RawAnswer, readFrame } from './frame.js'

const PAYMENT_ID = /^\d{1,18}$/
const CODE = /^[A-Z0-9]{1,5}$/

/** A result 1 that can be trusted. */
export interface Refused {
  readonly code: string
  readonly detail: string
}

/** The request, and whether Paygent accepted or refused it; `fault` when neither is clear. */
export type Result =
  | { readonly type: 'yes'; readonly fields: Fields }
  | { readonly type: 'no'; readonly fields: Fields; readonly refused: Refused }
  | { readonly type: 'fault'; readonly fault: Fault }

/** Reads frame and result of any telegram. It does not check whose payment the answer is about. */
export function readResult(raw: RawAnswer): Result {
  const frame = readFrame(raw)
  if (!frame.ok) return { type: 'fault', fault: frame.fault }
  const { fields } = frame
  const code = fields.get('response_code') ?? ''
  const said = fields.get('result')
  if (said === '0' && code === '') return { type: 'yes', fields }
  if (said === '1') return { type: 'no', fields, refused: { code, detail: fields.get('response_detail') ?? '' } }
  return { type: 'fault', fault: answerFault('result') }
}

export const isPaymentId = (text: string | null): text is string => text !== null && PAYMENT_ID.test(text)

/** Compares payment ids as numbers, ignoring leading zeros. */
export const isSamePayment = (one: string, other: string): boolean => plainPaymentId(one) === plainPaymentId(other)

/** Returns whole yen, or null for anything but digits that a number can hold exactly. */
export function amountOf(text: string | null): number | null {
  if (text === null || !/^\d+$/.test(text)) return null
  const yen = Number(text)
  return Number.isSafeInteger(yen) ? yen : null
}

/**
 * Decides whether a result 1 may be booked: it needs a proper code, and must name no other payment than the requested
 * one.
 */
export function refusalFault({ fields, refused }: Extract<Result, { type: 'no' }>, paymentId: string | null) {
  if (!CODE.test(refused.code)) return answerFault('result')
  const names = paymentId === null ? [] : ['payment_id', 'base_payment_id']
  return names.every((name) => isEmptyOr(fields.get(name), paymentId)) ? null : answerFault('other-payment')
}

const isEmptyOr = (value: string | null, wanted: string | null): boolean =>
  value === '' || value === wanted || (value !== null && wanted !== null && isSamePayment(value, wanted))

/**
 * Reads the answer to a telegram that moves money.
 * @param reused the connection had carried an earlier request, so a refusal that names no payment may belong to that
 * one
 */
export function readMoney(request: MoneyRequest, raw: RawAnswer, reused = false): Answer {
  const result = readResult(raw)
  if (result.type !== 'fault' && isOfAnother(request, result.fields)) {
    return { type: 'unclear', fault: answerFault('other-request') }
  }
  switch (result.type) {
    case 'yes':
      return readAccepted(request, result.fields)
    case 'no':
      return readRefused(request, result, reused)
    case 'fault':
      return { type: 'unclear', fault: result.fault }
    default:
      return result satisfies never
  }
}

/** Checks for fields that only answers to 094 and 091 hold, and for another order's trading id. */
const isOfAnother = ({ tradingId }: MoneyRequest, fields: Fields): boolean =>
  fields.get('payment_status') !== '' ||
  fields.get('payment_amount') !== '' ||
  !isEmptyOr(fields.get('trading_id'), tradingId)

function readAccepted(request: MoneyRequest, fields: Fields): Answer {
  const paymentId = fields.get('payment_id') ?? ''
  if (!namesPayments(request, paymentId, fields.get('base_payment_id') ?? '')) {
    return { type: 'unclear', fault: answerFault('other-payment') }
  }
  // Only the answer to 029 repeats the new amount.
  if (request.telegram === '029' && fields.get('reduced_amount') !== String(request.amountYen)) {
    return { type: 'unclear', fault: answerFault('amount') }
  }
  const isNew = makesNewPayment(request.telegram, request.carrier)
  return { type: 'accepted', paymentId: request.paymentId, newPaymentId: isNew ? plainPaymentId(paymentId) : null }
}

/** Checks whether the ids are those that this telegram's answer must hold, by the table. */
function namesPayments(request: MoneyRequest, paymentId: string, baseId: string): boolean {
  const { telegram, carrier, paymentId: sent } = request
  if (makesNewPayment(telegram, carrier))
    return isSamePayment(baseId, sent) && !isSamePayment(paymentId, sent) && isPaymentId(paymentId)
  if (!isSamePayment(paymentId, sent)) return false
  // Without the carrier, it is unknown whether a correction must have made a new payment.
  if (telegram === '103') return carrier !== null && isSamePayment(baseId, sent)
  return isEmptyOr(baseId, sent)
}

function readRefused(request: MoneyRequest, result: Extract<Result, { type: 'no' }>, reused: boolean): Answer {
  const { fields, refused } = result
  const handling = handlingOf(refused.code)
  if (handling === 'half-done' || (request.telegram === '029' && leftSomething(request, fields))) {
    return halfDone(request, result)
  }
  const fault = refusalFault(result, request.paymentId)
  if (fault) return { type: 'unclear', fault }
  const shared = handling !== 'rejected' || INQUIRY_CODES.includes(refused.code)
  const mayBeAnothers = reused && shared && fields.get('payment_id') !== request.paymentId
  return { type: 'rejected', ...refused, handling, ...(mayBeAnothers && { mayBeAnothers }) }
}

/** Data fields in a refusal show that a correction broke off half-way: docs/wire.md#card-payments. */
const leftSomething = (request: MoneyRequest, fields: Fields): boolean =>
  !isEmptyOr(fields.get('payment_id'), request.paymentId) ||
  fields.get('base_payment_id') !== '' ||
  fields.get('reduced_amount') !== ''

function halfDone(request: MoneyRequest, { fields, refused }: Extract<Result, { type: 'no' }>): Answer {
  const paymentId = fields.get('payment_id')
  const isNew = isPaymentId(paymentId) && !isSamePayment(paymentId, request.paymentId)
  const newPaymentId = isNew ? plainPaymentId(paymentId) : null
  const code = CODE.test(refused.code) ? refused.code : ''
  return { type: 'half-done', code, detail: refused.detail, newPaymentId }
}
