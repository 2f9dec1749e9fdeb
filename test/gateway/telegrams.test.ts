import type { MoneyRequest } from '../../src/domain/answer.js'
import { inquiryTelegram, moneyTelegram, noticeTelegram, type TelegramForm } from '../../src/gateway/telegrams.js'
import { describe, expect, it } from 'vitest'

const LOGIN = { merchantId: '1', connectId: 'c', connectPassword: 'p' }
const request = (telegram: MoneyRequest['telegram'], amountYen: number | null = null): MoneyRequest => ({
  telegram,
  carrier: null,
  tradingId: 't_1',
  paymentId: '123',
  amountYen,
})
const text = ({ path, fields }: TelegramForm) => [path, fields.map(([name, value]) => `${name}=${value}`).join('&')]
const head = (kind: string) =>
  `merchant_id=1&connect_id=c&connect_password=p&telegram_kind=${kind}&telegram_version=1.0`

describe('telegrams', () => {
  it.each([
    ['021', null, '/n/card/request', ''],
    ['022', null, '/n/card/request', ''],
    ['023', null, '/n/card/request', ''],
    ['029', 1200, '/n/card/request', '&payment_amount=1200&reduction_flag=0'],
    ['101', null, '/n/c/request', ''],
    ['102', null, '/n/c/request', ''],
    ['103', 1200, '/n/c/request', '&amount=1200'],
  ] as const)('%s', (kind, amountYen, path, extras) => {
    expect(text(moneyTelegram(LOGIN, request(kind, amountYen)))).toEqual([
      path,
      `${head(kind)}&trading_id=t_1&payment_id=123${extras}`,
    ])
  })

  it('leave out a trading id that the order lacks', () => {
    const telegram = moneyTelegram(LOGIN, { ...request('022'), tradingId: '' })
    expect(text(telegram)[1]).toBe(`${head('022')}&payment_id=123`)
  })

  it.each([null, 0, -1, 1.5, Number.NaN, 2 ** 53])('never correct to %s yen', (amountYen) => {
    expect(() => moneyTelegram(LOGIN, request('029', amountYen))).toThrow(RangeError)
    expect(() => moneyTelegram(LOGIN, request('103', amountYen))).toThrow(RangeError)
  })

  it.each(['', '12a', '１２３', '1'.repeat(19), '1\n'])('never move money of payment %j', (paymentId) => {
    expect(() => moneyTelegram(LOGIN, { ...request('022'), paymentId })).toThrow('bad-value')
  })

  it('094 by payment id, or by trading id alone', () => {
    expect(text(inquiryTelegram(LOGIN, { paymentId: '123', tradingId: 't_1' }))).toEqual([
      '/n/ref/paymentref',
      `${head('094')}&trading_id=t_1&payment_id=123`,
    ])
    expect(text(inquiryTelegram(LOGIN, { tradingId: 't_1' }))[1]).toBe(`${head('094')}&trading_id=t_1`)
  })

  it('091 for the next notice, or a named one', () => {
    expect(text(noticeTelegram(LOGIN, null))).toEqual(['/n/ref/paynotice', `${head('091')}&payment_notice_id=`])
    expect(text(noticeTelegram(LOGIN, '0'))[1]).toBe(`${head('091')}&payment_notice_id=0`)
  })
})
