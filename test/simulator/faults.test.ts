import { describe, expect, it } from 'vitest'
import { faultShown, parseFaults } from '../../src/simulator/faults.js'
import { card, carried, openDesk, telegramForm } from './desk.js'

describe('faults as data', () => {
  it('reads one, an array of them, and the whole of the contract', () => {
    const fault = {
      match: { telegram: '101', payment_id: '12', nth: 1 },
      commits: false,
      leaves: '30',
      shows: 'code:9005',
      delay_ms: 5,
      late: false,
    }
    expect(parseFaults(fault)).toMatchObject([fault])
    expect(parseFaults([fault, fault])).toHaveLength(2)
    expect(parseFaults([])).toEqual([])
  })

  it('reads the names that are shown, numbers as numbers, and the names of earlier versions', () => {
    const fault = { match: { telegram: 101, paymentId: 12, tradingId: 't1', nth: 1 }, leaves: 30, delayMs: 5 }
    const old = { match: { telegram: '101', payment_id: '12', trading_id: 't1', nth: 1 }, leaves: '30', delay_ms: 5 }
    expect(parseFaults(fault)).toEqual(parseFaults(old))
    expect(parseFaults(parseFaults(fault).map(faultShown))).toEqual(parseFaults(fault))
    const late = { late: true, afterMs: 90_000 }
    expect(parseFaults(late)).toEqual(parseFaults({ late: true, after_ms: 90_000 }))
  })

  it('commits unless it leaves a status, shows a code or is late', () => {
    const commits = (fault: object) => parseFaults(fault)[0]?.commits
    expect(commits({})).toBe(true)
    expect(commits({ shows: 'reset' })).toBe(true)
    expect(commits({ shows: 'code:9005' })).toBe(false)
    expect(commits({ leaves: '30' })).toBe(false)
    expect(commits({ late: true })).toBe(false)
    expect(commits({ shows: 'code:9005', commits: true })).toBe(true)
  })

  it.each([
    ['x', 'fault'],
    [null, 'fault'],
    [[1], 'faults[0]'],
    [{ show: 'reply' }, 'fault.show'],
    [{ match: [] }, 'fault.match'],
    [{ match: { nth: 0 } }, 'fault.match.nth'],
    [{ match: { nth: 1.5 } }, 'fault.match.nth'],
    [{ match: { telegram: '999' } }, 'fault.match.telegram'],
    [{ match: { telegram: 999 } }, 'fault.match.telegram'],
    [{ match: { payment_id: 1.5 } }, 'fault.match.payment_id'],
    // JSON has rounded it: the payment of this number is another one.
    [{ match: { paymentId: JSON.parse('700000000000000001') as unknown } }, 'fault.match.paymentId'],
    [{ match: { paymentID: '12' } }, 'fault.match.paymentID'],
    [{ commits: 'yes' }, 'fault.commits'],
    [{ leaves: '3' }, 'fault.leaves'],
    [{ leaves: 99 }, 'fault.leaves'],
    [{ leaves: '30', commits: true }, 'fault.leaves'],
    [{ shows: 'nothing' }, 'fault.shows'],
    [{ shows: 'code:' }, 'fault.shows'],
    [{ shows: 'status:99' }, 'fault.shows'],
    [{ delay_ms: -1 }, 'fault.delay_ms'],
    [{ delay_ms: '5' }, 'fault.delay_ms'],
    [{ delayMs: -1 }, 'fault.delayMs'],
    [{ late: 1 }, 'fault.late'],
    [{ after_ms: 5 }, 'fault.after_ms'],
    [{ times: 0 }, 'fault.times'],
  ])('refuses %j and names %s', (data, name) => {
    expect(() => parseFaults(data)).toThrow(
      expect.objectContaining({
        code: 'bad-value',
        params: { name, value: expect.any(String), expected: expect.any(String) },
      }),
    )
  })
})

const deliver = (desk: ReturnType<typeof openDesk>, telegram: '022' | '101', paymentId: string) =>
  desk.deliver(
    telegram === '022' ? '/n/card/request' : '/n/c/request',
    telegramForm(telegram, { trading_id: `t${paymentId}`, payment_id: paymentId }),
  )

describe('which request a fault strikes', () => {
  const shows = (fault: object, count: number) => {
    const desk = openDesk([card('1'), card('2')], fault)
    return Array.from({ length: count }, () => deliver(desk, '022', '1').shows)
  }

  it('all without nth', () => expect(shows({ shows: 'reset' }, 3)).toEqual(['reset', 'reset', 'reset']))
  it('the nth only', () => expect(shows({ match: { nth: 2 }, shows: 'reset' }, 3)).toEqual(['reply', 'reset', 'reply']))
  it('from the nth on, so many times', () => {
    expect(shows({ match: { nth: 2 }, times: 2, shows: 'reset' }, 4)).toEqual(['reply', 'reset', 'reset', 'reply'])
    expect(shows({ times: 2, shows: 'reset' }, 3)).toEqual(['reset', 'reset', 'reply'])
  })

  it('only the telegram and the payment that it names, and counts only those', () => {
    const desk = openDesk([card('1'), card('2')], {
      match: { telegram: '022', payment_id: '2', nth: 1 },
      shows: 'reset',
    })
    desk.inquire('2')
    expect(deliver(desk, '022', '1').shows).toBe('reply')
    expect(deliver(desk, '022', '2').shows).toBe('reset')
    expect(deliver(desk, '022', '2').shows).toBe('reply')
  })

  it.each([
    ['a payment id', { payment_id: '2' }, { trading_id: 't2' }, { trading_id: 't1' }],
    ['a payment id with zeros', { payment_id: '2' }, { payment_id: '002' }, { payment_id: '001' }],
    ['zeros in the fault', { payment_id: '002' }, { payment_id: '2' }, { payment_id: '1' }],
    ['a trading id', { trading_id: 't2' }, { payment_id: '2' }, { payment_id: '1' }],
  ])('a request that names the payment by the other id: %s', (_name, match, struck, other) => {
    const desk = openDesk([card('1'), card('2')], { match, shows: 'reset' })
    const shown = (fields: Record<string, string>) => desk.deliver('/n/card/request', telegramForm('022', fields)).shows
    expect([shown(other), shown(struck)]).toEqual(['reply', 'reset'])
  })

  it('the first of several that strike', () => {
    const two = [
      { match: { nth: 1 }, shows: 'reset' },
      { match: { nth: 1 }, shows: 'half' },
      { match: { nth: 2 }, shows: 'garbage' },
    ]
    const desk = openDesk([card('1')], two)
    expect([deliver(desk, '022', '1').shows, deliver(desk, '022', '1').shows]).toEqual(['reset', 'garbage'])
  })
})

describe('what becomes of the ledger', () => {
  it.each(['reset', 'silence', 'half', 'garbage', 'status:500', 'reply'])('%s, moved or not', (shows) => {
    const moved = openDesk([card('1')], { shows, commits: true })
    expect(deliver(moved, '022', '1').shows).toBe(shows)
    expect(moved.status('1')).toBe('40')
    const lost = openDesk([card('1')], { shows, commits: false })
    deliver(lost, '022', '1')
    expect(lost.status('1')).toBe('20')
    expect(lost.ledger.payments.changesOf('1')).toHaveLength(1)
    expect(lost.ledger.notices.next()).toBeNull()
  })

  it.each(['9005', 'E002', '2008', 'P002', '7105'])('code %s instead of the answer', (code) => {
    const desk = openDesk([card('1'), carried('2', 'docomo')], { match: { nth: 1 }, shows: `code:${code}` })
    expect(desk.pay('022', '1')).toMatchObject({ result: '1', response_code: code, payment_id: '' })
    expect(desk.status('1')).toBe('20')
    const moves = openDesk([card('1')], { shows: `code:${code}`, commits: true })
    expect(moves.pay('022', '1')).toMatchObject({ result: '1', response_code: code })
    expect(moves.status('1')).toBe('40')
  })

  it.each([
    ['022', card('1'), '30', '2002'],
    ['021', card('1'), '31', '2002'],
    ['023', card('1', '40'), '42', '2002'],
    ['101', carried('1', 'docomo'), '30', '7301'],
  ] as const)('%s broken off leaves %#', (telegram, payment, leaves, code) => {
    const desk = openDesk([payment], { match: { telegram, nth: 1 }, leaves })
    expect(desk.pay(telegram, '1')).toMatchObject({ result: '1', response_code: code })
    expect(desk.status('1')).toBe(leaves)
    expect(desk.pay(telegram, '1')['result']).toBe('0')
    expect(desk.status('1')).not.toBe(leaves)
  })

  it.each(['091', '094'] as const)('a broken-off %s moves no payment', (telegram) => {
    const desk = openDesk([card('1')], { leaves: '30' })
    const ids = telegram === '094' ? { payment_id: '1' } : {}
    expect(desk.send(telegram, ids)).toMatchObject({ result: '1', response_code: 'E001' })
    expect(desk.status('1')).toBe('20')
  })

  it('leaves nothing behind where the request would have been refused anyway', () => {
    const desk = openDesk([card('1', '33')], { leaves: '30' })
    expect(desk.pay('022', '1')['response_code']).toBe('2007')
    expect(desk.status('1')).toBe('33')
  })

  it('late: only after the next inquiry about the payment, which still tells the old status', () => {
    const desk = openDesk([card('1'), card('2')], { match: { telegram: '022', nth: 1 }, late: true, shows: 'silence' })
    expect(deliver(desk, '022', '1').shows).toBe('silence')
    expect(desk.inquire('2')['payment_status']).toBe('20')
    expect(desk.status('1')).toBe('20')
    expect(desk.inquire('1')['payment_status']).toBe('20')
    expect(desk.inquire('1')['payment_status']).toBe('40')
  })

  it.each([
    ['the trading id', { trading_id: 't1' }, { payment_id: '1' }],
    ['the payment id', { payment_id: '1' }, { trading_id: 't1' }],
  ])('late for a request by %s alone: an inquiry by the other id brings it, too', (_name, sent, asked) => {
    const desk = openDesk([card('1'), card('2')], { match: { telegram: '022', nth: 1 }, late: true })
    desk.send('022', sent)
    desk.inquire('2')
    desk.send('094', asked)
    expect(desk.send('094', asked)['payment_status']).toBe('40')
  })

  it('late by time', () => {
    const desk = openDesk([card('1')], { match: { telegram: '022' }, late: true, after_ms: 90_000, shows: 'silence' })
    deliver(desk, '022', '1')
    desk.clock.advance(89_999)
    expect(desk.inquire('1')['payment_status']).toBe('20')
    desk.clock.advance(1)
    expect(desk.inquire('1')['payment_status']).toBe('40')
  })

  it('what arrives late meets the payment as it is by then', () => {
    const desk = openDesk([card('1')], { match: { telegram: '022', nth: 1 }, late: true, after_ms: 1000 })
    deliver(desk, '022', '1')
    desk.pay('021', '1')
    desk.clock.advance(1000)
    expect(desk.inquire('1')['payment_status']).toBe('32')
  })

  it('an answer after a while', () => {
    const desk = openDesk([card('1')], { delay_ms: 40_000 })
    expect(deliver(desk, '022', '1')).toMatchObject({ shows: 'reply', delayMs: 40_000 })
    expect(desk.status('1')).toBe('40')
  })
})

describe('corrections that break off half-way', () => {
  const correct = (payment: ReturnType<typeof card>, fault: object) => {
    const desk = openDesk([payment], { match: { telegram: '029', nth: 1 }, ...fault })
    return { desk, answer: desk.pay('029', '1', { payment_amount: '900', reduction_flag: '0' }) }
  }

  it.each([
    ['2010', '20', '20'],
    ['2011', '40', '20'],
    ['2012', '40', '40'],
  ])('%s: the old payment stays at %s, the new one is at %s', (code, old, made) => {
    const { desk, answer } = correct(card('1', old), { shows: `code:${code}`, commits: true })
    expect(answer).toMatchObject({ result: '1', response_code: code, base_payment_id: '1', reduced_amount: '900' })
    expect(desk.status('1')).toBe(old)
    expect(desk.status(answer['payment_id'] as string)).toBe(made)
  })

  it('another code after the correction went through comes with the data as well', () => {
    const { desk, answer } = correct(card('1'), { shows: 'code:2008', commits: true })
    expect(answer).toMatchObject({ result: '1', response_code: '2008', base_payment_id: '1' })
    expect(desk.status('1')).toBe('32')
    expect(desk.status(answer['payment_id'] as string)).toBe('40')
  })

  it.each(['2010', '2014', 'P029'])('%s with nothing committed brings no data and makes nothing', (code) => {
    const { desk, answer } = correct(card('1'), { shows: `code:${code}` })
    expect(answer).toMatchObject({ result: '1', response_code: code, payment_id: '' })
    expect(answer['base_payment_id']).toBeUndefined()
    expect(desk.ledger.payments.all()).toHaveLength(1)
  })
})

describe('the log of requests', () => {
  it('keeps what arrived in order and what the client saw of the answer', () => {
    const desk = openDesk(
      [card('1'), carried('2', 'au')],
      [
        { match: { telegram: '101' }, shows: 'reset' },
        { match: { telegram: '102' }, shows: 'code:9005' },
      ],
    )
    desk.pay('022', '1')
    deliver(desk, '101', '2')
    desk.pay('103', '2', { amount: '900' })
    desk.pay('102', '2')
    desk.deliver('/n/c/request', 'a=%')
    expect(desk.ledger.requests.all()).toMatchObject([
      { telegram: '022', paymentId: '1', tradingId: 't1', amountYen: null, result: '0', code: null, shows: 'reply' },
      { telegram: '101', paymentId: '2', result: null, code: null, shows: 'reset', inFlight: 1 },
      { telegram: '103', amountYen: 900, result: '1', code: '7003', shows: 'reply' },
      { telegram: '102', result: '1', code: '9005', shows: 'code:9005' },
      { telegram: '', paymentId: '', result: '1', code: 'P012' },
    ])
  })

  it('keeps the fields of each request, without secrets', () => {
    const desk = openDesk([card('700000000000000018')])
    const fields = {
      memo: '4111 1111 1111 1111',
      card_number: '4242424242424242',
      card_conf_number: '987',
      card_token: 'tok_x',
      long: 'a'.repeat(5000),
    }
    desk.pay('022', '700000000000000018', { ...fields, connect_password: 'hunter2' })
    desk.deliver('/n/c/request', 'a=%')
    const [kept, none] = desk.ledger.requests.all()
    expect(kept?.fields).toEqual({
      merchant_id: '12345678',
      connect_id: 'simulator',
      connect_password: '***',
      telegram_kind: '022',
      telegram_version: '1.0',
      trading_id: 't700000000000000018',
      payment_id: '700000000000000018',
      memo: '**** **** **** 1111',
      card_number: '***',
      card_conf_number: '***',
      card_token: '***',
      long: `${'a'.repeat(1000)}…`,
    })
    expect(none?.fields).toBeNull()
  })

  it('keeps no card number in a field of its own that has no such value', () => {
    const desk = openDesk([])
    const number = '4242424242424242'
    const fields = { career_type: number, pc_mobile_type: number, payment_class: number, amount: number }
    desk.send('100', { ...fields, payment_id: number })
    expect(desk.ledger.requests.all()[0]?.fields).toMatchObject({
      ...Object.fromEntries(Object.keys(fields).map((name) => [name, '************4242'])),
      payment_id: number,
    })
  })

  it('counts what is being handled when a request arrives, itself included', () => {
    const desk = openDesk([card('1')])
    const body = Buffer.from(telegramForm('094', { payment_id: '1' }))
    const arrive = () => desk.office.arrive('/n/ref/paymentref', body)
    const [first, second] = [arrive(), arrive()]
    desk.office.handle(first)
    desk.office.finish(first)
    arrive()
    desk.office.finish(second)
    desk.office.close()
    arrive()
    expect(desk.ledger.requests.all().map(({ inFlight }) => inFlight)).toEqual([1, 2, 2, 1])
  })
})
