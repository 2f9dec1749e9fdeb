import { describe, expect, it } from 'vitest'
import { readInquiry, readNotice } from '../../src/gateway/payment-facts.js'
import { lines, raw } from './settings.js'

describe('094', () => {
  const KEY = { paymentId: '123', tradingId: '852' }
  const fact = (...more: readonly string[]) =>
    lines('result=0', 'response_code=', 'payment_id=123', 'trading_id=852', 'payment_status=20', ...more)
  const ask = (body: string, key: { tradingId: string; paymentId?: string } = KEY) => readInquiry(key, raw(body))

  it.each([
    ['02', '', 'credit', null],
    ['06', '5', 'carrier', 'docomo'],
    ['06', '2', 'carrier', 'au'],
    ['06', '4', 'carrier', 'au'],
    ['06', '6', 'carrier', 'softbank'],
    ['06', '9', 'carrier', null],
    ['01', '', null, null],
  ] as const)('payment_type %s, career_type %s', (type, career, method, carrier) => {
    const body = fact('payment_amount=1500', `payment_type=${type}`, `career_type=${career}`)
    const told = { paymentId: '123', tradingId: '852', status: '20', amountYen: 1500 }
    expect(ask(body)).toEqual({ type: 'told', fact: { ...told, method, carrier, authorizedAt: null } })
  })

  it.each([
    [['authorized_date=20240102030405', 'payment_init_date=20230102030405'], '2024-01-02T03:04:05+09:00'],
    [['authorized_date=', 'payment_init_date=20230102030405'], '2023-01-02T03:04:05+09:00'],
    [['authorized_date=x'], null],
  ])('authorised %j', (dates, authorizedAt) => {
    expect(ask(fact('payment_amount=1', ...dates))).toMatchObject({ fact: { authorizedAt } })
  })

  it.each([
    [
      ['payment_date=20240102030405', 'cancel_date=20240203040506'],
      { soldAt: '2024-01-02T03:04:05+09:00', cancelledAt: '2024-02-03T04:05:06+09:00' },
    ],
    [['payment_date=20240102030405', 'cancel_date='], { soldAt: '2024-01-02T03:04:05+09:00' }],
    [['payment_date=20241302030405', 'cancel_date=x'], {}],
    [[], {}],
  ])('sold and cancelled %j', (dates, told) => {
    const answer = ask(fact('payment_amount=1', ...dates))
    if (answer.type !== 'told') throw new Error(answer.type)
    const { soldAt, cancelledAt } = answer.fact
    expect({ ...(soldAt !== undefined && { soldAt }), ...(cancelledAt !== undefined && { cancelledAt }) }).toEqual(told)
  })

  it('by trading id, any payment of it may answer', () => {
    const body = fact('payment_amount=1').replace('=123', '=456')
    expect(ask(body, { tradingId: '852' })).toMatchObject({ type: 'told', fact: { paymentId: '456' } })
    expect(ask(body)).toMatchObject({ type: 'silent', fault: { code: 'other-payment' } })
    expect(ask(body, { tradingId: '853' })).toMatchObject({ type: 'silent', fault: { code: 'other-payment' } })
    expect(ask(body.replace('=456', '='), { tradingId: '852' }).type).toBe('silent')
  })

  it('reads ids as numbers, whatever zeros stand before them', () => {
    const body = fact('payment_amount=1').replace('=123', '=0123')
    expect(ask(body)).toMatchObject({ type: 'told', fact: { paymentId: '123' } })
    expect(ask(body, { paymentId: '00123', tradingId: '852' })).toMatchObject({ fact: { paymentId: '123' } })
    expect(ask(body, { paymentId: '1230', tradingId: '852' }).type).toBe('silent')
    const no = lines('result=1', 'response_code=13001', 'payment_id=0123')
    expect(ask(no)).toMatchObject({ type: 'rejected', code: '13001' })
  })

  it.each(['', '-1', '1,500', '1500.0', '1e3', '9007199254740992', '１５００'])('amount %j is no amount', (amount) => {
    expect(ask(fact(`payment_amount=${amount}`))).toMatchObject({ type: 'silent', fault: { code: 'amount' } })
  })

  it('takes the largest amount that is exact', () => {
    expect(ask(fact('payment_amount=9007199254740991'))).toMatchObject({ fact: { amountYen: Number.MAX_SAFE_INTEGER } })
  })

  it.each(['', '2', '200', '2x', '２０'])('status %j is no status', (status) => {
    const body = fact('payment_amount=1').replace('payment_status=20', `payment_status=${status}`)
    expect(ask(body).type).toBe('silent')
  })

  it('with two amounts or two statuses is not understood', () => {
    expect(ask(fact('payment_amount=1', 'payment_amount=2')).type).toBe('silent')
    expect(ask(fact('payment_amount=1', 'payment_status=40')).type).toBe('silent')
  })

  it('may be refused', () => {
    const no = { type: 'rejected', code: '13001', detail: '', handling: 'rejected' }
    expect(ask(lines('result=1', 'response_code=13001'))).toEqual(no)
    expect(ask(lines('result=1', 'response_code=13001', 'payment_id=456')).type).toBe('silent')
    expect(ask('<html>').type).toBe('silent')
  })

  it('may be refused by trading id, whatever payment the refusal names', () => {
    const body = lines('result=1', 'response_code=13002', 'payment_id=456', 'base_payment_id=457')
    expect(ask(body, { tradingId: '852' })).toMatchObject({ type: 'rejected', code: '13002' })
  })
})

describe('091', () => {
  const FULL = ['payment_notice_id=7', 'payment_id=123', 'payment_status=40', 'payment_amount=1500'] as const
  const notice = (success: string, ...more: readonly string[]) =>
    readNotice(null, raw(lines('result=0', 'response_code=', `success_code=${success}`, ...more)))

  it('0 is a notice, 2 one after a gap', () => {
    const more = ['change_date=20240102030405', 'trading_id=852', 'payment_type=02']
    const wanted = { noticeId: '7', changeDate: '2024-01-02T03:04:05+09:00', paymentType: '02', paymentId: '123' }
    const full = { ...wanted, tradingId: '852', status: '40', amountYen: 1500 }
    expect(notice('0', ...FULL, ...more)).toEqual({ type: 'notice', gap: false, notice: full })
    expect(notice('2', ...FULL, ...more)).toMatchObject({ type: 'notice', gap: true })
    expect(notice('0', ...FULL)).toMatchObject({ notice: { changeDate: null, paymentType: '', tradingId: '' } })
  })

  it('1 is none', () => expect(notice('1')).toEqual({ type: 'none' }))

  it.each(['', '3', '01'])('%j is not understood', (success) => expect(notice(success, ...FULL).type).toBe('silent'))

  it.each(FULL)('needs %s', (line) => {
    expect(notice('0', ...FULL.filter((one) => one !== line)).type).toBe('silent')
    expect(notice('2', ...FULL.filter((one) => one !== line)).type).toBe('silent')
  })

  it('that was named must be that one', () => {
    const body = raw(lines('result=0', 'success_code=0', ...FULL))
    expect(readNotice('7', body).type).toBe('notice')
    expect(readNotice('8', body).type).toBe('silent')
  })

  it('may be refused', () => {
    const busy = raw(lines('result=1', 'response_code=9004'))
    expect(readNotice(null, busy)).toEqual({ type: 'rejected', code: '9004', detail: '', handling: 'notice-busy' })
    expect(readNotice(null, raw('x', { httpStatus: 500 })).type).toBe('silent')
  })
})
