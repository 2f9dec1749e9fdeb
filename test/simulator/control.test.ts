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

  it('names what a customer pays otherwise than the ledger has it, and leaves it', async () => {
    const simulator = await open({ payments: [card('1')] })
    await ask(simulator, '022', ids('1'))
    const answer = await control(simulator, 'payments', [
      { paymentId: 1, tradingId: 't1', method: 'credit', amountYen: 1000 },
      { paymentId: '1', tradingId: 't9', method: 'au', amountYen: 900, authorizedAt: '2020-01-01T00:00:00+09:00' },
      { paymentId: '2', tradingId: 't2', method: 'au', amountYen: 5 },
    ])
    const [listed] = (await control<{ authorizedAt: string }[]>(simulator, 'payments')).json
    expect(answer.json).toEqual({
      payments: 3,
      added: ['2'],
      differing: [
        { paymentId: '1', field: 'tradingId', ledger: 't1', given: 't9' },
        { paymentId: '1', field: 'method', ledger: 'credit', given: 'carrier' },
        { paymentId: '1', field: 'carrier', ledger: null, given: 'au' },
        { paymentId: '1', field: 'amountYen', ledger: 1000, given: 900 },
        { paymentId: '1', field: 'authorizedAt', ledger: listed?.authorizedAt, given: '2020-01-01T00:00:00+09:00' },
      ],
    })
    expect(await ask(simulator, '094', ids('1'))).toMatchObject({ payment_status: '40', payment_amount: '1000' })
  })

  it('takes what it has shown: after a reset the same payments, faults and clock', async () => {
    const simulator = await open({ payments: [card('1'), carried('2', 'docomo'), carried('3', 'au', '21')] })
    await ask(simulator, '022', ids('1'))
    await ask(simulator, '103', { ...ids('2'), amount: '900' })
    await control(simulator, 'clock', { advance: '3d' })
    await control(simulator, 'payments/1', { status: '60' })
    await control(simulator, 'faults', { match: { payment_id: '9', nth: 2 }, delay_ms: 5, shows: 'half' })
    const shown = async () => ({
      payments: (await control(simulator, 'payments')).json,
      faults: (await control(simulator, 'faults')).json,
      offsetMs: (await control<{ offsetMs: number }>(simulator, 'clock')).json.offsetMs,
    })
    const before = await shown()
    expect(before.payments).toHaveLength(4)
    expect(before.faults).toHaveLength(1)
    expect(before.offsetMs).toBe(3 * 86_400_000)
    expect((await control(simulator, 'reset', {})).json).toMatchObject({ offsetMs: 0, removed: { payments: 4 } })
    expect(await shown()).toEqual({ payments: [], faults: [], offsetMs: 0 })
    for (const [path, json] of Object.entries({ ...before, clock: { offsetMs: before.offsetMs } }))
      if (path !== 'offsetMs') expect(await control(simulator, path, json)).toMatchObject({ status: 200 })
    expect(await shown()).toEqual(before)
    // They were there before: nobody pays them again.
    expect((await control(simulator, 'notices')).json).toEqual([])
    expect(await ask(simulator, '094', { trading_id: 't1' })).toMatchObject({ payment_status: '60' })
  })

  it('begins all numbers anew with a reset, and keeps what is under way', async () => {
    const simulator = await open({ latencyMs: 300 })
    const [customer] = [{ tradingId: 't1', method: 'docomo', amountYen: 300 }]
    const first = await control(simulator, 'payments', customer)
    await ask(simulator, '091')
    const slow = ask(simulator, '091')
    const underWay = async () =>
      (await control<{ counts: { requestsInFlight: number } }>(simulator, '')).json.counts.requestsInFlight
    while ((await underWay()) === 0) await new Promise((resolve) => setTimeout(resolve, 5))
    await control(simulator, 'reset', '')
    expect((await control<{ seq: number }[]>(simulator, 'requests')).json.map(({ seq }) => seq)).toEqual([2])
    expect(await slow).toMatchObject({ success_code: '1' })
    expect((await control(simulator, 'payments', customer)).json).toEqual(first.json)
    expect((await control(simulator, 'notices')).json).toMatchObject([{ noticeId: 1, delivered: false }])
  })

  it('says in one answer which version it is, its clock, and how much it holds', async () => {
    const simulator = await open({ payments: [card('1')], faults: { shows: 'reply' }, version: '9.8.7' })
    await ask(simulator, '022', ids('1'))
    expect((await control(simulator, '')).json).toEqual({
      version: '9.8.7',
      ledgerVersion: expect.any(Number),
      now: expect.stringMatching(/\+09:00$/),
      offsetMs: 0,
      counts: {
        payments: 1,
        requests: 1,
        requestsInFlight: 0,
        notices: 1,
        noticesWaiting: 1,
        faults: 1,
        lateRequests: 0,
      },
    })
  })

  it('takes an order of 0 yen back with its history', async () => {
    const simulator = await open({ payments: [card('1', '20', 0)] })
    const { json } = await control<{ amountYen: number }[]>(simulator, 'payments')
    await control(simulator, 'reset', '')
    expect((await control(simulator, 'payments', json)).status).toBe(200)
    expect((await control(simulator, 'payments')).json).toEqual(json)
  })

  it('lists the notices, fetched or not', async () => {
    const simulator = await open({ payments: [card('1'), card('2')] })
    for (const id of ['1', '2']) await ask(simulator, '022', ids(id))
    const fetched = await ask(simulator, '091')
    const { json } = await control<{ fields: Record<string, string> }[]>(simulator, 'notices')
    expect(json).toMatchObject([
      { noticeId: 1, paymentId: '1', delivered: true, purged: false },
      { noticeId: 2, paymentId: '2', delivered: false, purged: false },
    ])
    expect(fetched).toMatchObject(json[0]?.fields ?? {})
  })

  it('sets the clock to a time', async () => {
    const simulator = await open({ payments: [carried('1', 'docomo')] })
    await ask(simulator, '101', ids('1'))
    const set = await control<{ now: string; offsetMs: number }>(simulator, 'clock', {
      set: '2040-02-03T04:05:06+09:00',
    })
    expect(set.json.now).toMatch(/^2040-02-03T04:05:0\d\+09:00$/)
    expect(await ask(simulator, '094', ids('1'))).toMatchObject({ payment_status: '41' })
    expect((await control<{ offsetMs: number }>(simulator, 'clock')).json.offsetMs).toBe(set.json.offsetMs)
  })

  it('adds faults to those that are there, and removes one that it has shown', async () => {
    const once = { match: { telegram: '022', nth: 1 }, shows: 'code:9005' }
    const simulator = await open({ payments: [card('1'), card('2')], faults: [once] })
    const sold = async (id: string) => (await ask(simulator, '022', ids(id)))['response_code']
    const faults = async () => (await control<{ shows: string }[]>(simulator, 'faults')).json
    expect(await sold('1')).toBe('9005')
    const [added] = (await control<unknown[]>(simulator, 'faults/add', { ...once, shows: 'code:E002' })).json
    // The first one has struck already, and does not begin anew.
    expect(await sold('1')).toBe('E002')
    expect(await sold('1')).toBe('')
    expect((await faults()).map(({ shows }) => shows)).toEqual(['code:9005', 'code:E002'])
    expect((await control(simulator, 'faults/remove', added)).status).toBe(200)
    expect((await faults()).map(({ shows }) => shows)).toEqual(['code:9005'])
    expect(await control(simulator, 'faults/remove', added)).toEqual({ status: 404, json: { error: 'no-such-fault' } })
    expect((await control(simulator, 'faults/add', { shows: 'nothing' })).status).toBe(400)
    expect((await control(simulator, 'faults/add', { ...once, shows: 'code:E001' })).status).toBe(200)
    expect(await sold('2')).toBe('E001')
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
    ['reset', undefined, 405],
    ['requests', {}, 405],
    ['clock', {}, 400],
    ['clock', { set: '2026-13-01T00:00:00+09:00' }, 400],
    ['clock', { set: 'tomorrow' }, 400],
    ['payments', [{ paymentId: '5', tradingId: 't', method: 'au', amountYen: 0 }], 400],
    ['payments', [{ paymentId: '5', tradingId: 't', method: 'au', amountYen: '000' }], 400],
    ['payments', [{ paymentId: 1.5, tradingId: 't', method: 'au', amountYen: 1 }], 400],
    ['payments', [{ paymentId: '5', tradingId: 't', method: 'carrier', amountYen: 1 }], 400],
    ['payments', [{ paymentId: '5', tradingId: 't', method: 'au', amountYen: 1, status: '99' }], 400],
    ['payments', [{ paymentId: '5', tradingId: 't', method: 'au', amountYen: 1, basePaymentId: '4' }], 400],
    ['payments', [{ paymentId: '5', tradingId: 't', method: 'au', amountYen: 1, changes: [] }], 400],
  ])('%s with %j is %i', async (path, data, status) => {
    const simulator = await open({ payments: [card('1')] })
    expect(await control(simulator, path, data)).toMatchObject({ status, json: { error: expect.any(String) } })
  })
})
