import { describe, expect, it } from 'vitest'
import { card, carried, openDesk } from './desk.js'

type Cell = '-' | 'stays' | '2007' | '32' | '40' | '60'

// docs/wire.md#card-payments, typed from the page: 021, 022, 023. Statuses that the page does not name refuse too.
const CARD: Record<string, readonly [Cell, Cell, Cell]> = {
  '10': ['-', '-', '-'],
  '11': ['-', '-', '-'],
  '13': ['-', '-', '-'],
  '14': ['-', '-', '-'],
  '20': ['32', '40', '-'],
  '30': ['-', '40', '-'],
  '31': ['32', '-', '-'],
  '32': ['stays', '-', '-'],
  '33': ['stays', '2007', '-'],
  '40': ['-', 'stays', '60'],
  '41': ['-', 'stays', '2007'],
  '42': ['-', '-', '60'],
  '50': ['-', '-', '60'],
  '60': ['-', '-', 'stays'],
  '37': ['-', '-', '-'],
}

describe('card payments: docs/wire.md#card-payments', () => {
  const cells = Object.entries(CARD).flatMap(([status, row]) =>
    (['021', '022', '023'] as const).map((telegram, column) => ({ status, telegram, cell: row[column] as Cell })),
  )

  it.each(cells)('$telegram at $status: $cell', ({ status, telegram, cell }) => {
    const desk = openDesk([card('1', status)])
    const answer = desk.pay(telegram, '1')
    const refusal = cell === '-' ? '2004' : cell === '2007' ? '2007' : null
    expect(answer['result']).toBe(refusal === null ? '0' : '1')
    expect(answer['response_code']).toBe(refusal ?? '')
    expect(answer['payment_id']).toBe(refusal === null ? '1' : '')
    expect(desk.status('1')).toBe(refusal !== null || cell === 'stays' ? status : cell)
  })
})

type CarrierName = 'docomo' | 'au' | 'softbank'
const STATUSES = ['10', '20', '21', '30', '32', '33', '34', '40', '41', '42', '44', '60', '62']

// From which status (docs/rules.md#the-matrix, `current`, and docs/wire.md#carrier-payments) to which; everything else
// is 7003.
const CARRIER: Record<CarrierName, Record<'101' | '102' | '103', Record<string, string>>> = {
  docomo: {
    '101': { '20': '40', '21': '40', '30': '40' },
    '102': { '20': '60', '21': '60', '44': '60', '42': '60' },
    '103': { '20': '60', '21': '60', '44': '60', '34': '60' },
  },
  au: {
    '101': { '20': '40' },
    '102': { '20': '32', '40': '60' },
    '103': { '20': '40' },
  },
  softbank: {
    '101': { '20': '40', '21': '40' },
    '102': { '20': '32', '21': '32', '40': '60' },
    '103': { '20': '40', '21': '40' },
  },
}

describe('carrier payments: docs/wire.md#carrier-payments', () => {
  const cells = (['docomo', 'au', 'softbank'] as const).flatMap((carrier) =>
    (['101', '102', '103'] as const).flatMap((telegram) =>
      STATUSES.map((status) => ({ carrier, telegram, status, to: CARRIER[carrier][telegram][status] ?? '7003' })),
    ),
  )

  it.each(cells)('$carrier $telegram at $status: $to', ({ carrier, telegram, status, to }) => {
    const desk = openDesk([carried('1', carrier, status)])
    const answer = desk.pay(telegram, '1', telegram === '103' ? { amount: '900' } : {})
    const refused = to === '7003'
    expect(answer['result']).toBe(refused ? '1' : '0')
    expect(answer['response_code']).toBe(refused ? '7003' : '')
    expect(desk.status('1')).toBe(refused ? status : to)
    expect(desk.ledger.payments.all()).toHaveLength(carrier === 'docomo' && telegram === '103' && !refused ? 2 : 1)
  })

  it('answers 101 and 102 with a carrier payment id', () => {
    const desk = openDesk([carried('1', 'au')])
    expect(desk.pay('101', '1')['career_payment_id']).toMatch(/^\d+$/)
    expect(desk.pay('102', '1')['career_payment_id']).toMatch(/^\d+$/)
  })
})

describe('corrected sales', () => {
  it.each([
    ['20', '32'],
    ['40', '60'],
  ])('029 on %s leaves the old payment at %s and makes one at 40', (status, old) => {
    const desk = openDesk([card('1', status)])
    const answer = desk.pay('029', '1', { payment_amount: '900', reduction_flag: '0' })
    expect(answer).toMatchObject({ result: '0', trading_id: 't1', base_payment_id: '1', reduced_amount: '900' })
    expect(answer['payment_id']).not.toBe('1')
    expect(desk.status('1')).toBe(old)
    const made = desk.ledger.payments.find(answer['payment_id'] as string)
    expect(made).toMatchObject({ status: '40', amountYen: 900, tradingId: 't1', basePaymentId: '1' })
  })

  it('makes another payment each time 029 is sent', () => {
    const desk = openDesk([card('1')])
    const first = desk.pay('029', '1', { payment_amount: '900', reduction_flag: '0' })
    const second = desk.send('029', {
      trading_id: 't1',
      payment_id: first['payment_id'] as string,
      payment_amount: '800',
      reduction_flag: '0',
    })
    expect(new Set(['1', first['payment_id'], second['payment_id']]).size).toBe(3)
    expect(desk.ledger.payments.all().map(({ status }) => status)).toEqual(['32', '60', '40'])
  })

  it.each(['10', '30', '31', '32', '33', '41', '42', '50', '60'])('029 on %s is 2004', (status) => {
    const desk = openDesk([card('1', status)])
    const answer = desk.pay('029', '1', { payment_amount: '900', reduction_flag: '0' })
    expect(answer).toMatchObject({ result: '1', response_code: '2004' })
    expect(desk.ledger.payments.all()).toHaveLength(1)
  })

  it.each(['1000', '1001'])('029 with a total of %s of 1000 is 2013', (amount) => {
    const desk = openDesk([card('1')])
    const answer = desk.pay('029', '1', { payment_amount: amount, reduction_flag: '0' })
    expect(answer).toMatchObject({ result: '1', response_code: '2013' })
    expect(desk.status('1')).toBe('20')
  })

  it.each(['au', 'softbank'] as const)('103 of %s keeps the payment and changes its amount', (carrier) => {
    const desk = openDesk([carried('1', carrier)])
    expect(desk.pay('103', '1', { amount: '1' })).toMatchObject({ result: '0', payment_id: '1', base_payment_id: '1' })
    expect(desk.ledger.payments.all()).toMatchObject([{ paymentId: '1', status: '40', amountYen: 1 }])
    expect(desk.pay('103', '1', { amount: '1' })['response_code']).toBe('7003')
  })

  it('103 of docomo ends the old payment and makes a new one with the same trading id', () => {
    const desk = openDesk([carried('1', 'docomo', '44')])
    const answer = desk.pay('103', '1', { amount: '999' })
    expect(answer).toMatchObject({ result: '0', trading_id: 't1', base_payment_id: '1' })
    const made = desk.ledger.payments.find(answer['payment_id'] as string)
    expect(made).toMatchObject({ status: '40', amountYen: 999, carrier: 'docomo', tradingId: 't1' })
    expect(desk.status('1')).toBe('60')
  })

  it.each(['0', '1000', '1001', '', '1e2', '-5'])(
    '103 with an amount of %j of 1000 is refused as malformed',
    (amount) => {
      const desk = openDesk([carried('1', 'docomo')])
      const answer = desk.pay('103', '1', { amount })
      expect(answer['result']).toBe('1')
      expect(answer['response_code']).toMatch(/^P0(05|10)$/)
      expect(desk.ledger.payments.all()).toMatchObject([{ status: '20', amountYen: 1000 }])
    },
  )
})
