// Reads Paygent's facts about payments: the answers to 094 and 091.
import { isoOfPaygentDate } from '../clock.js'
import type { InquiryAnswer, InquiryKey, Notice, NoticeAnswer } from '../domain/answer.js'
import { handlingOf } from '../domain/codes.js'
import { type Carrier, type Method, type PaymentFact, plainPaymentId } from '../domain/order.js'
import { answerFault, type Fields, type AnswerProblem, type RawAnswer } from './frame.js'
import { isPaymentId, isSamePayment, readResult, refusalFault, amountOf } from './reply.js'

const METHODS: Readonly<Record<string, Method>> = { '02': 'credit', '06': 'carrier' }
/** The values of career_type; au has two. */
const CARRIERS: Readonly<Record<string, Carrier>> = { '2': 'au', '4': 'au', '5': 'docomo', '6': 'softbank' }

const STATUS = /^\d\d$/
/** The form of a usable trading id. It is kept and shown, and an import must accept it again from the exported CSV. */
const TRADING_ID = /^[\x21-\x7e]{1,64}$/

const silent = (problem: AnswerProblem) => ({ type: 'silent', fault: answerFault(problem) }) as const

/** Reads the answer to 094. An inquiry by trading id alone may be answered with any payment of that trading id. */
export function readInquiry(key: InquiryKey, raw: RawAnswer): InquiryAnswer {
  const asked = 'paymentId' in key ? key.paymentId : null
  const result = readResult(raw)
  switch (result.type) {
    case 'yes':
      return readFact(key, asked, result.fields)
    case 'no': {
      const fault = refusalFault(result, asked)
      if (fault) return { type: 'silent', fault }
      return { type: 'rejected', ...result.refused, handling: handlingOf(result.refused.code) }
    }
    case 'fault':
      return { type: 'silent', fault: result.fault }
    default:
      return result satisfies never
  }
}

function readFact(key: InquiryKey, asked: string | null, fields: Fields): InquiryAnswer {
  // An answer to 091 describes payments as well.
  if (fields.get('payment_notice_id') !== '') return silent('other-request')
  const paymentId = fields.get('payment_id')
  if (!isPaymentId(paymentId) || (asked !== null && !isSamePayment(paymentId, asked))) return silent('other-payment')
  const tradingId = fields.get('trading_id') || key.tradingId
  if (!TRADING_ID.test(tradingId) && tradingId !== key.tradingId) return silent('fields')
  if (asked === null && tradingId !== key.tradingId) return silent('other-payment')
  const status = fields.get('payment_status')
  if (status === null || !STATUS.test(status)) return silent('fields')
  const amountYen = amountOf(fields.get('payment_amount'))
  if (amountYen === null) return silent('amount')
  const ids = { paymentId: plainPaymentId(paymentId), tradingId }
  return { type: 'told', fact: { ...ids, status, amountYen, ...kindOfPayment(fields) } }
}

function kindOfPayment(fields: Fields): Omit<PaymentFact, 'paymentId' | 'tradingId' | 'status' | 'amountYen'> {
  const [soldAt, cancelledAt] = [isoOf(fields, 'payment_date'), isoOf(fields, 'cancel_date')]
  return {
    method: METHODS[fields.get('payment_type') ?? ''] ?? null,
    carrier: CARRIERS[fields.get('career_type') ?? ''] ?? null,
    authorizedAt: isoOf(fields, 'authorized_date') ?? isoOf(fields, 'payment_init_date'),
    ...(soldAt !== null && { soldAt }),
    ...(cancelledAt !== null && { cancelledAt }),
  }
}

const isoOf = (fields: Fields, name: string): string | null => isoOfPaygentDate(fields.get(name) ?? undefined)

/**
 * Reads the answer to 091.
 * @param asked the notice named in the request, or null for the next one
 */
export function readNotice(asked: string | null, raw: RawAnswer): NoticeAnswer {
  const result = readResult(raw)
  switch (result.type) {
    case 'yes':
      return readSuccess(asked, result.fields)
    case 'no': {
      const fault = refusalFault(result, null)
      if (fault) return { type: 'silent', fault }
      return { type: 'rejected', ...result.refused, handling: handlingOf(result.refused.code) }
    }
    case 'fault':
      return { type: 'silent', fault: result.fault }
    default:
      return result satisfies never
  }
}

function readSuccess(asked: string | null, fields: Fields): NoticeAnswer {
  switch (fields.get('success_code')) {
    case '1':
      return { type: 'none' }
    case '0':
    case '2': {
      const notice = noticeOf(fields)
      if (!notice || (asked !== null && !isSameNumber(asked, notice.noticeId))) return silent('fields')
      return { type: 'notice', notice, gap: fields.get('success_code') === '2' }
    }
    default:
      return silent('fields')
  }
}

const isSameNumber = (one: string, other: string): boolean => one.replace(/^0+/, '') === other.replace(/^0+/, '')

/** Returns null when one of the four fields that a notice needs is missing or malformed: docs/wire.md#notices. */
function noticeOf(fields: Fields): Notice | null {
  const noticeId = fields.get('payment_notice_id')
  const paymentId = fields.get('payment_id')
  const status = fields.get('payment_status')
  const amountYen = amountOf(fields.get('payment_amount'))
  if (noticeId === null || !/^\d+$/.test(noticeId) || !isPaymentId(paymentId)) return null
  if (status === null || !STATUS.test(status) || amountYen === null) return null
  const paymentType = fields.get('payment_type') ?? ''
  const tradingId = fields.get('trading_id') ?? ''
  const changeDate = isoOf(fields, 'change_date')
  return { noticeId, changeDate, paymentType, paymentId: plainPaymentId(paymentId), tradingId, status, amountYen }
}
