// docs/wire.md is the specification of src/gateway: its tables agree with the telegrams, codes and readings.
import { troubleOf } from '../src/attempts/trouble.js'
import type { Fault, MoneyRequest } from '../src/domain/answer.js'
import { handlingOf } from '../src/domain/codes.js'
import { type Carrier, CARRIERS, MONEY_TELEGRAMS, type PaymentStatus } from '../src/domain/order.js'
import { makesNewPayment } from '../src/domain/outcome.js'
import { NEVER_NOTIFIED, STATUS_NAMES } from '../src/domain/statuses.js'
import { ERROR_EXITS } from '../src/errors.js'
import { REQUEST_LIMITS } from '../src/gateway/codec.js'
import { faultOf } from '../src/gateway/faults.js'
import type { AnswerProblem, RawAnswer } from '../src/gateway/frame.js'
import { readInquiry, readNotice } from '../src/gateway/payment-facts.js'
import { readMoney } from '../src/gateway/reply.js'
import { inquiryTelegram, moneyTelegram, noticeTelegram, type TelegramForm } from '../src/gateway/telegrams.js'
import { cardMove, carrierMove, type CarrierTelegram, type Move } from '../src/simulator/machine.js'
import { nextTimer } from '../src/simulator/timers.js'
import { cell, codesIn, listed, pageAt, type Row } from './pages.js'
import { describe, expect, it } from 'vitest'

const page = pageAt('docs/wire.md')
const LOGIN = { merchantId: '1', connectId: 'c', connectPassword: 'p' }
const STATUSES = [...Object.keys(STATUS_NAMES), '77']

const sentBy = (request: Partial<MoneyRequest> & Pick<MoneyRequest, 'telegram'>): MoneyRequest => ({
  carrier: null,
  tradingId: 't',
  paymentId: '1',
  amountYen: 700,
  ...request,
})

describe('telegrams', () => {
  const telegrams: readonly TelegramForm[] = [
    ...MONEY_TELEGRAMS.map((telegram) => moneyTelegram(LOGIN, sentBy({ telegram }))),
    noticeTelegram(LOGIN, null),
    inquiryTelegram(LOGIN, { paymentId: '1', tradingId: 't' }),
  ]
  const [kinds, common] = page.tables('Telegrams')
  const shared = (common?.rows ?? []).flatMap((row) => codesIn(cell(row, 'field')))

  it('go to the paths of the page, with its fields', () => {
    const found = telegrams.map(({ kind, path, fields }) => [
      kind,
      path,
      ...fields.map(([name]) => name).filter((name) => !shared.includes(name)),
    ])
    const said = kinds?.rows.map((row) => [
      cell(row, 'telegram'),
      ...codesIn(cell(row, 'path')),
      ...codesIn(cell(row, 'fields beside the common ones')),
    ])
    expect(said).toEqual(found)
  })

  it('begin with the common fields in their order', () => {
    const [first] = telegrams
    expect(first?.fields.map(([name]) => name)).toEqual(shared)
  })

  it('keep the limits', () => {
    const [whole, name, value] = [REQUEST_LIMITS.requestBytes, REQUEST_LIMITS.nameBytes, REQUEST_LIMITS.valueBytes].map(
      (limit) => limit.toLocaleString('en'),
    )
    expect(page.section('Encoding of a request')).toContain(`at most ${whole} bytes, a name ${name}, a value ${value}`)
  })
})

/** Every code that Paygent may have: P and three digits, E and three digits, one to five digits. */
function* everyCode(): Generator<string> {
  for (let number = 0; number < 1_000; number += 1) {
    const digits = String(number).padStart(3, '0')
    yield `P${digits}`
    yield `E${digits}`
  }
  for (let number = 0; number < 20_000; number += 1) yield String(number)
}

describe('response codes', () => {
  const { rows } = page.table('Response codes')
  const printed = new Map(
    rows.flatMap((row) => {
      const [handling] = codesIn(cell(row, 'handling'))
      return listed(cell(row, 'codes')).map((code) => [code, handling] as const)
    }),
  )

  it('are handled as the page says, and no code is missing', () => {
    const wrong: string[] = []
    for (const code of everyCode()) {
      const said = printed.get(code) ?? (/^P0\d\d$/.test(code) ? 'malformed' : printed.get('any other'))
      if (said !== handlingOf(code)) wrong.push(`${code}: the page says ${said}, the table ${handlingOf(code)}`)
    }
    expect(wrong).toEqual([])
  })

  it('stand there once', () => {
    expect(printed.size).toBe(rows.reduce((sum, row) => sum + listed(cell(row, 'codes')).length, 0))
  })
})

describe('answers', () => {
  const raw = (fields: Readonly<Record<string, string>>): RawAnswer => ({
    httpStatus: 200,
    body: Buffer.from(
      Object.entries(fields)
        .map(([name, value]) => `${name}=${value}\r\n`)
        .join(''),
    ),
    complete: true,
    framing: 'length',
    compressed: false,
  })

  it.each(page.table('Answers to money telegrams').rows)('accepted: %j', (row) => {
    const carriers: (Carrier | null)[] = CARRIERS.filter((carrier) => listed(cell(row, 'carrier')).includes(carrier))
    if (carriers.length === 0) carriers.push(null)
    for (const telegram of MONEY_TELEGRAMS.filter((one) => listed(cell(row, 'telegram')).includes(one)))
      for (const carrier of carriers) {
        const request = sentBy({ telegram, carrier })
        const isNew = cell(row, '`payment_id`').startsWith('another')
        expect(makesNewPayment(telegram, carrier)).toBe(isNew)
        const ids = { payment_id: isNew ? '2' : '1', base_payment_id: '1' }
        const amount = cell(row, 'more') === '' ? {} : { [codesIn(cell(row, 'more'))[0] ?? '']: '700' }
        const answer = { result: '0', response_code: '', ...ids, ...amount }
        const newPaymentId = isNew ? '2' : null
        expect(readMoney(request, raw(answer))).toEqual({ type: 'accepted', paymentId: '1', newPaymentId })
        const mayLack = cell(row, '`base_payment_id`').startsWith('empty')
        const lacking = readMoney(request, raw({ ...answer, base_payment_id: '' }))
        expect(lacking.type).toBe(mayLack ? 'accepted' : 'unclear')
        expect(readMoney(request, raw({ ...answer, payment_id: isNew ? '1' : '2' })).type).toBe('unclear')
        if (Object.keys(amount).length > 0)
          expect(readMoney(request, raw({ ...answer, ...ids, reduced_amount: '1' })).type).toBe('unclear')
      }
  })

  it('tell payments by the fields of the page', () => {
    const { rows } = page.table('Inquiry')
    const of = (type: string, career: string) => {
      const fact = {
        payment_id: '1',
        payment_status: '20',
        payment_amount: '5',
        payment_type: type,
        career_type: career,
      }
      const answer = readInquiry({ paymentId: '1', tradingId: 't' }, raw({ result: '0', ...fact }))
      return answer.type === 'told' ? answer.fact : null
    }
    const digits = [...Array.from({ length: 100 }, (_, number) => String(number).padStart(2, '0')), ...'0123456789']
    for (const [field, found] of [
      ['payment_type', (value: string) => of(value, '')?.method],
      ['career_type', (value: string) => of('06', value)?.carrier],
    ] as const) {
      const said = rows
        .filter((row) => codesIn(cell(row, 'field')).includes(field))
        .map((row) => [cell(row, 'value'), cell(row, 'means')])
      const known = digits.flatMap((value) => ((found(value) ?? null) === null ? [] : [[value, found(value)]]))
      expect(said).toEqual(known)
    }
  })

  it('tell notices by their success code', () => {
    const { rows } = page.table('Notices')
    const notice = { payment_notice_id: '7', payment_id: '1', payment_status: '40', payment_amount: '5' }
    const needed = codesIn(page.section('Notices').split('A notice needs')[1]?.split('.\n')[0] ?? '')
    expect(needed).toEqual(Object.keys(notice))
    const found = '0123456789'.split('').flatMap((code) => {
      const answer = readNotice(null, raw({ result: '0', success_code: code, ...notice }))
      if (answer.type === 'silent') return []
      return [[code, answer.type === 'notice' && answer.gap ? 'gap' : answer.type]]
    })
    const words = { 'there is none': 'none', 'there is a notice': 'notice' } as Readonly<Record<string, string>>
    expect(rows.map((row) => [cell(row, '`success_code`'), words[cell(row, 'means')] ?? 'gap'])).toEqual(found)
    for (const name of needed) {
      const answer = readNotice(null, raw({ result: '0', success_code: '0', ...notice, [name]: '' }))
      expect([name, answer.type]).toEqual([name, 'silent'])
    }
    expect(page.section('Notices')).toContain(`only an inquiry does: ${NEVER_NOTIFIED.join(', ')}.`)
  })

  it('name every problem', () => {
    const PROBLEMS = {
      'http-status': true,
      incomplete: true,
      framing: true,
      compressed: true,
      'line-end': true,
      line: true,
      html: true,
      contradiction: true,
      result: true,
      'other-request': true,
      'other-payment': true,
      amount: true,
      fields: true,
    } as const satisfies Record<AnswerProblem, true>
    const said = page.table('Problems of an answer').rows.flatMap((row) => codesIn(cell(row, 'code')))
    expect(said).toEqual(Object.keys(PROBLEMS))
  })
})

describe('faults', () => {
  const FAULTS = {
    lookup: true,
    refused: true,
    timeout: true,
    reset: true,
    certificate: true,
    'host-name': true,
    'client-certificate': true,
    proxy: true,
    answer: true,
    'too-large': true,
    other: true,
  } as const satisfies Record<Fault['kind'], true>
  const { rows } = page.table('Faults of the way')
  const kindOf = (row: Row): string => codesIn(cell(row, 'fault'))[0] ?? ''

  it('are all there', () => {
    expect(rows.map(kindOf)).toEqual(Object.keys(FAULTS))
  })

  it.each(rows)('come as the page says: %j', (row) => {
    for (const code of codesIn(cell(row, 'comes as')))
      expect([code, faultOf(Object.assign(new Error(''), { code }), 'send', false).kind]).toEqual([code, kindOf(row)])
  })

  it.each(rows)('end a command before its batch: %j', (row) => {
    const fault = { kind: kindOf(row) as Fault['kind'], code: 'X', phase: 'connect', message: '' }
    const { code } = troubleOf({ type: 'silent', fault })
    expect(`exit ${ERROR_EXITS[code]}`).toBe(cell(row, 'before the batch'))
  })
})

const movedTo = (move: Move): string =>
  move.type === 'to' ? move.status : move.type === 'stays' ? move.type : move.code

describe('payments at Paygent', () => {
  it('cards move as the page says', () => {
    const { rows } = page.table('Card payments')
    const wrong: string[] = []
    for (const status of STATUSES)
      for (const telegram of ['021', '022', '023'] as const) {
        const row = rows.find((one) => cell(one, 'status') === status)
        const [said, found] = [row === undefined ? '2004' : cell(row, telegram), movedTo(cardMove(telegram, status))]
        if (said !== found) wrong.push(`${telegram} at ${status}: ${said}, ${found}`)
      }
    expect(wrong).toEqual([])
  })

  it('carriers move as the page says', () => {
    const { rows } = page.table('Carrier payments')
    const wrong: string[] = []
    for (const telegram of ['101', '102', '103'] as const satisfies readonly CarrierTelegram[])
      for (const carrier of CARRIERS)
        for (const status of STATUSES) {
          const row = rows.find(
            (one) =>
              cell(one, 'telegram') === telegram &&
              cell(one, 'carrier') === carrier &&
              listed(cell(one, 'from')).includes(status),
          )
          const said = row === undefined ? '7003' : cell(row, 'to')
          const found = movedTo(carrierMove(telegram, carrier, status))
          if (said !== found) wrong.push(`${telegram} ${carrier} at ${status}: ${said}, ${found}`)
        }
    expect(wrong).toEqual([])
  })

  it('change by time as the page says', () => {
    const { rows } = page.table('Changes by time')
    const wrong: string[] = []
    for (const payer of ['credit', ...CARRIERS] as const)
      for (const status of STATUSES) {
        const row = rows.find((one) => cell(one, 'method') === payer && listed(cell(one, 'from')).includes(status))
        const said = row === undefined ? null : cell(row, 'to')
        const found = timerOf(payer, status)
        if (said !== found) wrong.push(`${payer} at ${status}: ${said}, ${found}`)
      }
    expect(wrong).toEqual([])
  })
})

function timerOf(payer: Carrier | 'credit', status: PaymentStatus): PaymentStatus | null {
  const of =
    payer === 'credit'
      ? ({ method: 'credit', carrier: null } as const)
      : ({ method: 'carrier', carrier: payer } as const)
  const atMs = Date.parse('2026-11-20T12:00:00+09:00')
  return nextTimer({ ...of, status, authorizedMs: atMs, soldMs: atMs, cancelledMs: atMs })?.to ?? null
}
