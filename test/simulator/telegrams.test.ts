import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { decodeForm, encodeAnswer } from '../../src/simulator/codec.js'
import { answerOf, card, carried, DAY_MS, formOf, LOGIN_FIELDS, openDesk, telegramForm } from './desk.js'

const VECTORS = new URL('../../../shared/vectors/requests.json', import.meta.url)

interface RequestCase {
  name: string
  params: Record<string, string>
  body_base64: string
}

describe('the request codec', () => {
  if (!existsSync(VECTORS)) process.stderr.write('SKIPPED: ../shared/vectors is not here\n')

  it.skipIf(!existsSync(VECTORS))("reads every body that Paygent's own client sends", () => {
    const { cases } = JSON.parse(readFileSync(VECTORS, 'utf8')) as { cases: RequestCase[] }
    // Only what Windows-31J has can come back as it was: a client that sends something else has put `?` there.
    const whole = cases.filter(
      ({ body_base64: body }) => !/%3F|\?/.test(Buffer.from(body, 'base64').toString('latin1')),
    )
    expect(whole.length).toBeGreaterThan(15)
    for (const { name, params, body_base64: body } of whole) {
      expect([name, decodeForm(Buffer.from(body, 'base64'))]).toEqual([name, new Map(Object.entries(params))])
    }
  })

  it('reads Windows-31J, a plus, a tilde and an empty value', () => {
    const fields = decodeForm(Buffer.from('memo=%83e%83X%83g+%81%60%7E%2B&memo2=%FC%4B&empty=&flag', 'latin1'))
    expect(Object.fromEntries(fields ?? [])).toEqual({ memo: 'テスト ～~+', memo2: '黑', empty: '', flag: '' })
  })

  it.each(['a=%', 'a=%4', 'a=%zz', 'a=%83', 'a=%FF'])('calls %s no form', (body) => {
    expect(decodeForm(Buffer.from(body, 'latin1'))).toBeNull()
  })

  it('takes the last of two equal names, as PHP does', () => {
    expect(decodeForm(Buffer.from('a=1&a=2'))?.get('a')).toBe('2')
  })

  it('writes lines with CRLF in Windows-31J', () => {
    const body = encodeAnswer([
      ['result', '1'],
      ['response_detail', '決済'],
    ])
    expect(body).toEqual(Buffer.from('726573756c743d310d0a726573706f6e73655f64657461696c3d8c888dcf0d0a', 'hex'))
  })
})

describe('a payment id', () => {
  it('is a number, in the shop’s list and in a request', () => {
    const desk = openDesk([{ ...card('1'), paymentId: '0900' }])
    const ids = { trading_id: 't1', payment_id: '900' }
    const ask = (payment_id: string) =>
      answerOf(desk.deliver('/n/ref/paymentref', telegramForm('094', { ...ids, payment_id })).body)
    expect([ask('900')['payment_id'], ask('0900')['payment_id'], ask('9000')['response_code']]).toEqual([
      '900',
      '900',
      '13001',
    ])
  })
})

describe('what is refused before any payment is looked at', () => {
  const path = '/n/card/request'
  const code = (body: string, at = path) => answerOf(openDesk([card('1')]).deliver(at, body).body)['response_code']
  const ids = { trading_id: 't1', payment_id: '1' }

  it.each([
    [{ merchant_id: '1' }, 'P002'],
    [{ connect_id: 'x' }, 'P002'],
    [{ connect_password: '' }, 'P002'],
    [{ telegram_kind: '' }, 'P005'],
    [{ telegram_version: '' }, 'P005'],
    [{ telegram_version: '2.0' }, 'P006'],
    [{ telegram_kind: '028' }, 'P008'],
    [{ telegram_kind: '999' }, 'P008'],
    [{ telegram_kind: '101' }, 'P009'],
    [{ payment_id: 'abc' }, 'P010'],
    [{ payment_id: '1234567890123456789' }, 'P010'],
    [{ trading_id: 'a-b' }, 'P010'],
    [{ payment_id: '', trading_id: '' }, 'P005'],
    [{ a_name_that_is_longer_than_thirty: '1' }, 'P011'],
    [{ memo: 'A'.repeat(102_400) }, 'P011'],
  ])('%j is %s', (fields, expected) => {
    expect(code(telegramForm('022', { ...ids, ...fields }))).toBe(expected)
  })

  it('a body that is no form', () => expect(code('a=%')).toBe('P012'))

  it.each([{ payment_amount: '' }, { reduction_flag: '' }, { reduction_flag: '1' }])('029 with %j', (fields) => {
    const all = { ...ids, payment_amount: '900', reduction_flag: '0', ...fields }
    expect(code(telegramForm('029', all))).toMatch(/^P0(05|10)$/)
  })

  it('ignores fields that it does not know', () => {
    const desk = openDesk([card('1')])
    expect(desk.pay('022', '1', { partner: 'lockon', eccube_version: '2.17.2' })['result']).toBe('0')
  })

  it('a missing login is not a right one', () => {
    expect(code(formOf({ telegram_kind: '022', telegram_version: '1.0', ...ids }))).toBe('P002')
    expect(code(formOf({ ...LOGIN_FIELDS, telegram_kind: '022', telegram_version: '1.0', ...ids }))).toBe('')
  })
})

describe('020 at the checkout', () => {
  const paid = { trading_id: 'order9', payment_amount: '1200', payment_class: '10', '3dsecure_ryaku': '1' }
  const tokenOf = (card: string) => ({ card_token: `tok_${card}` })

  it('authorises a card, with a notice, and the payment can be sold', () => {
    const desk = openDesk()
    const answer = desk.send('020', { ...paid, ...tokenOf('1234'), '3dsecure_use_type': '1', security_code_use: '1' })
    expect(answer).toMatchObject({ result: '0', trading_id: 'order9', payment_id: expect.stringMatching(/^\d{18}$/) })
    expect(desk.send('091')).toMatchObject({ payment_status: '20', payment_amount: '1200', trading_id: 'order9' })
    expect(desk.send('022', { payment_id: answer['payment_id'] ?? '' })).toMatchObject({ result: '0' })
    expect(desk.ledger.payments.all()).toMatchObject([{ status: '40', method: 'credit', card: '1234' }])
  })

  it.each([
    ['1678', '', '20'],
    ['2650', '', '20'],
    ['8102', '2003', null],
    ['8160', '2003', null],
    ['9123', '2008', null],
    ['9567', '2008', null],
    ['0000', '', '20'],
  ])('the card %s gets code %j', (card, code, status) => {
    const desk = openDesk()
    expect(desk.send('020', { ...paid, ...tokenOf(card) })['response_code']).toBe(code)
    expect(desk.ledger.payments.all().map((payment) => payment.status)).toEqual(status === null ? [] : [status])
  })

  it.each(['2601', '2612', '2630', '2631', '2650'])(
    'the card %s is sold, and neither released nor refunded',
    (card) => {
      const desk = openDesk()
      const ids = { payment_id: desk.send('020', { ...paid, ...tokenOf(card) })['payment_id'] ?? '' }
      expect(desk.send('021', ids)).toMatchObject({ result: '1', response_code: '2002' })
      expect(desk.send('022', ids)).toMatchObject({ result: '0' })
      expect(desk.send('023', ids)).toMatchObject({ result: '1', response_code: '2002' })
      expect(desk.inquire('x')).toMatchObject({ response_code: 'P010' })
      expect(desk.send('094', ids)).toMatchObject({ payment_status: '40' })
    },
  )

  it('takes the card of an earlier payment for one that replaces it', () => {
    const desk = openDesk()
    const first = desk.send('020', { ...paid, ...tokenOf('2601') })['payment_id'] ?? ''
    const changed = { payment_amount: '900', ref_trading_id: 'order9', '3dsecure_ryaku': '1' }
    const second = desk.send('020', changed)
    expect(second).toMatchObject({ result: '0', trading_id: 'order9' })
    expect(second['payment_id']).not.toBe(first)
    expect(desk.ledger.payments.all()).toMatchObject([
      { paymentId: first, status: '20', amountYen: 1200 },
      { paymentId: second['payment_id'], status: '20', amountYen: 900, card: '2601' },
    ])
    expect(desk.send('020', { ...changed, ref_trading_id: 'order10' })['response_code']).toBe('2005')
  })

  it.each([
    ['no token', {}, 'P005'],
    ['no amount', { ...tokenOf('1234'), payment_amount: '' }, 'P005'],
    ['no trading id', { ...tokenOf('1234'), trading_id: '' }, 'P005'],
    ['another payment class', { ...tokenOf('1234'), payment_class: '99' }, 'P010'],
    ['3-D Secure', { ...tokenOf('1234'), '3dsecure_use_type': '1', '3dsecure_ryaku': '0' }, 'P010'],
    ['a card to store', { ...tokenOf('1234'), stock_card_mode: '1' }, 'P010'],
    ['a stored card', { ...tokenOf('1234'), customer_card_id: '7' }, 'P010'],
  ])('with %s is refused and makes nothing', (_name, fields, code) => {
    const desk = openDesk()
    expect(desk.send('020', { ...paid, ...fields })).toMatchObject({ result: '1', response_code: code })
    expect(desk.ledger.payments.all()).toEqual([])
  })

  it('breaks off as a whole', () => {
    const desk = openDesk([], { leaves: '30' })
    expect(desk.send('020', { ...paid, ...tokenOf('1234') })).toMatchObject({ result: '1', response_code: '2002' })
    expect(desk.ledger.payments.all()).toEqual([])
  })
})

describe('which payment is meant', () => {
  const twins = [card('1'), { ...card('2'), tradingId: 't1' }, carried('3', 'au')]

  it.each([
    ['022', {}, '2005'],
    ['101', {}, '7001'],
    ['094', {}, '13001'],
  ] as const)('%s for no payment', (telegram, extra, code) => {
    expect(openDesk(twins).send(telegram, { payment_id: '99', ...extra })['response_code']).toBe(code)
    expect(openDesk(twins).send(telegram, { trading_id: 't99', ...extra })['response_code']).toBe(code)
  })

  it('a trading id with several payments', () => {
    const desk = openDesk([...twins, { ...carried('4', 'au'), tradingId: 't3' }])
    expect(desk.send('022', { trading_id: 't1' })['response_code']).toBe('2006')
    expect(desk.send('101', { trading_id: 't3' })['response_code']).toBe('7002')
    expect(desk.send('094', { trading_id: 't1' })['response_code']).toBe('13002')
  })

  it('the payment id decides where both are given, and must belong to the trading id', () => {
    const desk = openDesk(twins)
    expect(desk.send('022', { trading_id: 't1', payment_id: '2' })).toMatchObject({ result: '0', payment_id: '2' })
    expect(desk.status('1')).toBe('20')
    expect(desk.send('094', { trading_id: 't9', payment_id: '2' })['response_code']).toBe('13001')
  })

  it('a card telegram does not find a carrier payment, nor the other way round', () => {
    const desk = openDesk(twins)
    expect(desk.pay('022', '3')['response_code']).toBe('2005')
    expect(desk.send('101', { payment_id: '1' })['response_code']).toBe('7001')
  })

  it('a payment without an id gets one, once', () => {
    const desk = openDesk([{ ...card('1'), paymentId: '', tradingId: 'order9' }])
    const answer = desk.send('094', { trading_id: 'order9' })
    expect(answer['payment_id']).toMatch(/^\d{18}$/)
    expect(answer).toMatchObject({ result: '0', payment_status: '20', payment_amount: '1000' })
  })
})

describe('the inquiry (094)', () => {
  it('tells of a card payment what docs/wire.md#inquiry lists', () => {
    const desk = openDesk([card('1')])
    desk.clock.advance(DAY_MS)
    desk.pay('022', '1')
    expect(desk.inquire('1')).toEqual({
      result: '0',
      response_code: '',
      response_detail: '',
      payment_id: '1',
      trading_id: 't1',
      payment_type: '02',
      payment_status: '40',
      payment_amount: '1000',
      payment_init_date: '20260410120000',
      authorized_date: '20260410120000',
      cancel_date: '',
      payment_date: '20260411120000',
      career_type: '',
    })
  })

  it.each([
    ['docomo', '5'],
    ['au', '4'],
    ['softbank', '6'],
  ] as const)('calls %s %s', (carrier, career_type) => {
    expect(openDesk([carried('1', carrier)]).inquire('1')).toMatchObject({ payment_type: '06', career_type })
  })

  it('changes nothing', () => {
    const desk = openDesk([card('1')])
    const before = desk.ledger.payments.all()
    desk.inquire('1')
    expect(desk.ledger.payments.all()).toEqual(before)
  })
})
