import { describe, expect, it } from 'vitest'
import { makeCertificates } from '../../src/simulator/certificates.js'
import { card, carried } from './desk.js'
import { ask, control, started } from './tls.js'

const CERTIFICATES = await makeCertificates()
const open = (options: Parameters<typeof started>[0] = {}) => started({ certificates: CERTIFICATES, ...options })

const ids = (paymentId: string) => ({ payment_id: paymentId, trading_id: `t${paymentId}` })

describe('control', () => {
  interface Listed {
    paymentId: string
    status: string
    changes: { at: string; from: string | null; to: string; by: string }[]
  }

  it('lists payments with every change', async () => {
    const simulator = await open({ payments: [card('1'), carried('2', 'docomo', '20', 500)] })
    await ask(simulator, '101', ids('2'))
    expect(await control(simulator, 'clock', { advance: '1d' })).toMatchObject({
      status: 200,
      json: { offsetMs: 86_400_000 },
    })
    const { json } = await control<Listed[]>(simulator, 'payments')
    expect(json).toMatchObject([
      { paymentId: '1', tradingId: 't1', method: 'credit', carrier: null, status: '20', amountYen: 1000 },
      { paymentId: '2', tradingId: 't2', method: 'carrier', carrier: 'docomo', status: '44', amountYen: 500 },
    ])
    expect(json[1]?.changes).toEqual([
      { at: expect.stringMatching(/\+09:00$/), from: null, to: '20', amountYen: 500, by: 'start' },
      { at: expect.any(String), from: '20', to: '40', amountYen: 500, by: '101' },
      { at: expect.any(String), from: '40', to: '44', amountYen: 500, by: 'clock' },
    ])
  })

  it('lists requests in order', async () => {
    const simulator = await open({ payments: [carried('2', 'au')] })
    await ask(simulator, '103', { ...ids('2'), amount: '900' })
    await ask(simulator, '101', ids('2'))
    expect((await control(simulator, 'requests')).json).toMatchObject([
      { telegram: '103', paymentId: '2', tradingId: 't2', amountYen: 900, result: '0', code: null, inFlight: 1 },
      {
        telegram: '101',
        paymentId: '2',
        amountYen: null,
        result: '1',
        code: '7003',
        at: expect.stringMatching(/\+09:00$/),
      },
    ])
  })

  it('sets a status, and tells the merchant', async () => {
    const simulator = await open({ payments: [card('1')] })
    expect(await control(simulator, 'payments/1', { status: '44' })).toMatchObject({
      status: 200,
      json: { status: '44' },
    })
    expect(await ask(simulator, '091')).toMatchObject({ success_code: '0', payment_status: '44', payment_id: '1' })
  })

  it('forgets the day of a sale and of a cancel that Paygent Online takes back', async () => {
    const simulator = await open({ payments: [card('1')] })
    const dates = async () => {
      const { payment_date: sold, cancel_date: cancelled } = await ask(simulator, '094', ids('1'))
      return { sold: sold !== '', cancelled: cancelled !== '' }
    }
    await ask(simulator, '022', ids('1'))
    await ask(simulator, '023', ids('1'))
    expect(await dates()).toEqual({ sold: true, cancelled: true })
    await control(simulator, 'payments/1', { status: '40' })
    expect(await dates()).toEqual({ sold: true, cancelled: false })
    await control(simulator, 'payments/1', { status: '20' })
    expect(await dates()).toEqual({ sold: false, cancelled: false })
  })

  it('lets customers pay while it runs; what is there already stays', async () => {
    const simulator = await open({ payments: [card('1')] })
    const fresh = { payment_id: '7', trading_id: 't7', method: 'au', amount: '300' }
    const again = { payment_id: '1', trading_id: 't1', method: 'credit', amount: '9' }
    expect((await control(simulator, 'payments', [fresh, again])).status).toBe(200)
    expect((await control<Listed[]>(simulator, 'payments')).json).toMatchObject([
      { paymentId: '1', amountYen: 1000 },
      { paymentId: '7', tradingId: 't7', method: 'carrier', carrier: 'au', status: '20', amountYen: 300 },
    ])
    expect(await ask(simulator, '091')).toMatchObject({ payment_id: '7', payment_status: '20', payment_amount: '300' })
    expect(await ask(simulator, '091')).toMatchObject({ success_code: '1' })
  })

  it('replaces the faults', async () => {
    const simulator = await open({ payments: [card('1')], faults: { shows: 'reset' } })
    expect((await control(simulator, 'faults', [{ shows: 'code:9005' }])).status).toBe(200)
    expect((await ask(simulator, '022', ids('1')))['response_code']).toBe('9005')
    expect((await control(simulator, 'faults', [])).json).toEqual([])
    expect((await ask(simulator, '022', ids('1')))['result']).toBe('0')
  })

  it.each([
    ['payments/1', { status: 'x' }, 400],
    ['payments/1', {}, 400],
    ['payments/1', { status: '99' }, 400],
    ['faults', [{ leaves: '99' }], 400],
    ['payments/99', { status: '44' }, 404],
    ['clock', { advance: 'soon' }, 400],
    ['clock', '{', 400],
    ['faults', [{ shows: 'x' }], 400],
    ['elsewhere', {}, 404],
    ['elsewhere', undefined, 404],
    ['payments', {}, 400],
    ['payments', [{ payment_id: '1', trading_id: 't', method: 'cash', amount: '1' }], 400],
    ['clock', undefined, 405],
  ])('%s with %j is %i', async (path, data, status) => {
    const simulator = await open({ payments: [card('1')] })
    expect(await control(simulator, path, data)).toMatchObject({ status, json: { error: expect.any(String) } })
  })
})
