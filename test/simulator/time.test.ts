import { describe, expect, it } from 'vitest'
import { msOfIso } from '../../src/clock.js'
import { control } from '../../src/simulator/control.js'
import { card, carried, DAY_MS, openDesk } from './desk.js'

type Desk = ReturnType<typeof openDesk>

/** As `POST /_simulator/clock`. */
const advance = (desk: Desk, by: string) =>
  control(desk.ledger, desk.office, 'POST', '/_simulator/clock', JSON.stringify({ advance: by }))

const setStatus = (desk: Desk, paymentId: string, status: string) =>
  control(desk.ledger, desk.office, 'POST', `/_simulator/payments/${paymentId}`, JSON.stringify({ status }))

describe('what time does: docs/wire.md#changes-by-time', () => {
  it.each([
    ['card', card('1'), '59d', '20', '1d', '33'],
    ['card sold', card('1', '40'), '59d', '40', '1d', '41'],
    ['docomo sold', carried('1', 'docomo', '40'), '23h', '40', '1h', '44'],
    ['docomo cancelled', carried('1', 'docomo', '60'), '23h', '60', '1h', '62'],
    // authorised on 10 April, so to the end of 30 June
    ['docomo', carried('1', 'docomo'), '81d', '20', '12h', '33'],
    ['docomo 21', carried('1', 'docomo', '21'), '81d', '21', '12h', '33'],
    ['au', carried('1', 'au'), '89d', '20', '1d', '33'],
    ['softbank', carried('1', 'softbank', '21'), '59d', '21', '1d', '33'],
    ['au sold', carried('1', 'au', '40'), '89d', '40', '1d', '41'],
    ['softbank sold', carried('1', 'softbank', '40'), '59d', '40', '1d', '41'],
  ] as const)('%s', (_name, payment, first, before, second, after) => {
    const desk = openDesk([payment])
    advance(desk, first)
    expect(desk.inquire('1')['payment_status']).toBe(before)
    advance(desk, second)
    expect(desk.inquire('1')['payment_status']).toBe(after)
  })

  it('happens at each request too, without anybody advancing the clock', () => {
    const desk = openDesk([carried('1', 'docomo')])
    desk.pay('101', '1')
    desk.clock.advance(DAY_MS)
    expect(desk.inquire('1')['payment_status']).toBe('44')
  })

  it('happens at its own time, one thing after the other', () => {
    const desk = openDesk([carried('1', 'docomo')])
    desk.pay('101', '1')
    advance(desk, '200d')
    const changes = desk.ledger.payments.changesOf('1')
    expect(changes.map(({ from, to, by }) => `${from} ${to} ${by}`)).toEqual([
      'null 20 start',
      '20 40 101',
      '40 44 clock',
      '44 41 clock',
    ])
    expect((changes[2]?.atMs ?? 0) - (changes[1]?.atMs ?? 0)).toBe(DAY_MS)
    expect(changes[3]?.atMs).toBe(msOfIso('2026-07-01T00:00:00+09:00'))
  })

  it('leaves what rests as it is', () => {
    const desk = openDesk([card('1', '32'), card('2', '60'), carried('3', 'docomo', '62'), card('4', '30')])
    advance(desk, '400d')
    expect(['1', '2', '3', '4'].map(desk.status)).toEqual(['32', '60', '62', '30'])
  })

  it('a payment that was authorised years ago still comes in with the status it is given', () => {
    const desk = openDesk([{ ...card('1'), authorizedAt: '2009-06-30T23:11:00+09:00' }])
    expect(desk.inquire('1')).toMatchObject({ payment_status: '20', authorized_date: '20090630231100' })
    expect(desk.pay('022', '1')['result']).toBe('0')
  })

  it.each([{}, { advance: 1 }, { advance: '1w' }, { advance: '-1d' }, { advance: '' }, [], null])(
    'refuses %j',
    (data) => {
      const desk = openDesk()
      const answer = control(desk.ledger, desk.office, 'POST', '/_simulator/clock', JSON.stringify(data))
      expect(answer).toMatchObject({ status: 400, json: { error: 'bad-value', name: 'advance' } })
    },
  )

  it('adds up', () => {
    const desk = openDesk()
    for (const by of ['1d', '2h', '30m', '10s']) expect(advance(desk, by).status).toBe(200)
    expect(desk.office.nowMs() - desk.clock.nowMs()).toBe(DAY_MS + 2 * 3_600_000 + 30 * 60_000 + 10_000)
  })
})

const notice = (desk: Desk, id?: string) => desk.send('091', id === undefined ? {} : { payment_notice_id: id })

describe('notices: docs/wire.md#notices', () => {
  it('come one a call, in order, and each once without an id', () => {
    const desk = openDesk([card('1'), card('2')])
    desk.pay('022', '1')
    desk.pay('021', '2')
    expect(notice(desk)).toMatchObject({
      result: '0',
      success_code: '0',
      payment_notice_id: '1',
      change_date: '20260410120000',
      payment_id: '1',
      trading_id: 't1',
      payment_type: '02',
      payment_status: '40',
      payment_amount: '1000',
    })
    expect(notice(desk, '')).toMatchObject({ success_code: '0', payment_notice_id: '2', payment_status: '32' })
    expect(notice(desk)).toMatchObject({ result: '0', success_code: '1' })
  })

  it('named ones come again and count as delivered no more than before', () => {
    const desk = openDesk([card('1')])
    desk.pay('022', '1')
    expect(notice(desk, '1')).toMatchObject({ success_code: '0', payment_notice_id: '1' })
    expect(notice(desk, '1')).toMatchObject({ success_code: '0', payment_notice_id: '1' })
    expect(notice(desk)).toMatchObject({ success_code: '0', payment_notice_id: '1' })
    expect(notice(desk, '1')).toMatchObject({ success_code: '0', payment_notice_id: '1' })
  })

  it('id 0, and an id that is not there yet, tell nothing and deliver nothing', () => {
    const desk = openDesk([card('1')])
    desk.pay('022', '1')
    expect(notice(desk, '0')).toMatchObject({ result: '0', success_code: '1' })
    expect(notice(desk, '2')).toMatchObject({ result: '0', success_code: '1' })
    expect(notice(desk)['payment_notice_id']).toBe('1')
  })

  it('tell how the payment was then', () => {
    const desk = openDesk([card('1')])
    desk.pay('022', '1')
    desk.pay('023', '1')
    expect([notice(desk)['payment_status'], notice(desk)['payment_status']]).toEqual(['40', '60'])
  })

  it('are purged after 7 days: named → none; without an id → the next one, and a gap told once', () => {
    const desk = openDesk([card('1'), card('2'), card('3')])
    desk.pay('022', '1')
    advance(desk, '4d')
    desk.pay('022', '2')
    desk.pay('022', '3')
    advance(desk, '3d')
    expect(notice(desk, '1')['success_code']).toBe('1')
    expect(notice(desk)).toMatchObject({ success_code: '2', payment_notice_id: '2', payment_id: '2' })
    expect(notice(desk)).toMatchObject({ success_code: '0', payment_notice_id: '3' })
    expect(notice(desk)['success_code']).toBe('1')
  })

  it('one that was delivered before it was purged leaves no gap', () => {
    const desk = openDesk([card('1'), card('2')])
    desk.pay('022', '1')
    notice(desk)
    advance(desk, '6d')
    desk.pay('022', '2')
    advance(desk, '1d')
    expect(notice(desk)).toMatchObject({ success_code: '0', payment_notice_id: '2' })
  })

  it('the gap waits for the next notice when all of them were purged', () => {
    const desk = openDesk([card('1')])
    desk.pay('022', '1')
    advance(desk, '8d')
    expect(notice(desk)['success_code']).toBe('1')
    desk.pay('023', '1')
    expect(notice(desk)['success_code']).toBe('2')
  })

  it.each(['10', '15', '17', '22', '30', '31', '34', '35', '42', '50'])('never tell of %s', (status) => {
    const desk = openDesk([card('1')])
    expect(setStatus(desk, '1', status)).toMatchObject({ status: 200, json: { status } })
    expect(notice(desk)['success_code']).toBe('1')
  })

  it.each(['11', '20', '21', '32', '33', '40', '41', '44', '60', '62'])('tell of %s', (status) => {
    const desk = openDesk([card('1', '13')])
    setStatus(desk, '1', status)
    expect(notice(desk)).toMatchObject({ success_code: '0', payment_status: status })
  })

  it('tell what time did, and both payments of a correction', () => {
    const desk = openDesk([carried('1', 'docomo')])
    const made = desk.pay('103', '1', { amount: '900' })['payment_id']
    advance(desk, '1d')
    const told = [notice(desk), notice(desk), notice(desk), notice(desk)]
    expect(told.map(({ payment_id, payment_status }) => `${payment_id} ${payment_status}`).sort()).toEqual(
      [`${made} 40`, '1 60', `${made} 44`, '1 62'].sort(),
    )
    expect(told.map((one) => one['payment_notice_id'])).toEqual(['1', '2', '3', '4'])
  })

  it('two at once: the second is 9004, and marks nothing as delivered', () => {
    const desk = openDesk([card('1')])
    desk.pay('022', '1')
    const body = Buffer.from(
      'merchant_id=12345678&connect_id=simulator&connect_password=simulator&telegram_kind=091&telegram_version=1.0',
    )
    const first = desk.office.arrive('/n/ref/paynotice', body)
    const second = desk.office.arrive('/n/ref/paynotice', body)
    expect(desk.office.handle(second).body.toString('latin1')).toContain('response_code=9004\r\n')
    expect(desk.office.handle(first).body.toString('latin1')).toContain('payment_notice_id=1\r\n')
  })
})
