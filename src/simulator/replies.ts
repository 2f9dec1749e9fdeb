// Builds Paygent's answers as data, before a fault or the wire changes them.
import { japanIso } from '../clock.js'
import type { PaymentStatus } from '../domain/order.js'
import type { AnswerFields } from './codec.js'
import type { Payment } from './ledger-payments.js'
import { CAREER_TYPES, type RequestProblem } from './telegram.js'

export interface Reply {
  readonly result: '0' | '1'
  readonly code: string
  readonly detail: string
  readonly data: AnswerFields
}

const DETAILS: Readonly<Record<string, string>> = {
  '2004': '決済ステータスが不正なため、処理できません。',
  '2005': '該当する決済情報が存在しません。',
  '2006': '該当する決済情報が複数存在します。',
  '2007': '処理可能な期間を過ぎています。',
  '2013': '補正金額が不正です。',
  '7001': '該当する決済情報が存在しません。',
  '7002': '該当する決済情報が複数存在します。',
  '7003': '決済ステータスが不正なため、処理できません。',
  '9004': '決済情報差分照会が同時に実行されました。',
  '13001': '該当する決済情報が存在しません。',
  '13002': '該当する決済情報が複数存在します。',
}

const OTHER_DETAIL = 'エラーが発生しました。'

export const acceptedReply = (data: AnswerFields): Reply => ({ result: '0', code: '', detail: '', data })

/** The ids of a refusal are mostly empty; only a correction that broke off returns data. */
const NO_IDS: AnswerFields = [
  ['payment_id', ''],
  ['trading_id', ''],
]

export const refusedReply = (code: string, data: AnswerFields = NO_IDS): Reply => ({
  result: '1',
  code,
  detail: DETAILS[code] ?? OTHER_DETAIL,
  data,
})

export const malformedReply = ({ code, detail }: RequestProblem): Reply => ({ result: '1', code, detail, data: NO_IDS })

export const fieldsOf = ({ result, code, detail, data }: Reply): AnswerFields => [
  ['result', result],
  ['response_code', code],
  ['response_detail', detail],
  ...data,
]

/** Formats `YYYYMMDDhhmmss` in Japan time; empty for a time that has not come. */
export const paygentDate = (ms: number | null): string =>
  ms === null ? '' : japanIso(ms).slice(0, 19).replaceAll(/\D/g, '')

/** Statuses of a payment that was applied for and never authorised. */
export const NEVER_AUTHORISED: readonly PaymentStatus[] = ['10', '11', '13', '14', '15', '17']

/**
 * Returns the fields with which 094 and 091 describe a payment.
 * @param appliedMs when the shop applied for it
 */
export function paymentAnswer(payment: Payment, appliedMs: number): AnswerFields {
  const authorizedMs = NEVER_AUTHORISED.includes(payment.status) ? null : payment.authorizedMs
  return [
    ['payment_id', payment.paymentId],
    ['trading_id', payment.tradingId],
    ['payment_type', payment.method === 'credit' ? '02' : '06'],
    ['payment_status', payment.status],
    ['payment_amount', String(payment.amountYen)],
    ['payment_init_date', paygentDate(appliedMs)],
    ['authorized_date', paygentDate(authorizedMs)],
    ['cancel_date', paygentDate(payment.cancelledMs)],
    ['payment_date', paygentDate(payment.soldMs)],
    ['career_type', payment.carrier === null ? '' : CAREER_TYPES[payment.carrier]],
  ]
}
