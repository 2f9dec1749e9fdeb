// Tests which orders an audit asks about and in which order, what it leaves as it is, and how a code in place of the
// payment is told.
import Database from 'better-sqlite3'
import { rmSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { InquiryAnswer } from '../../src/domain/answer.js'
import type { Difference } from '../../src/domain/difference.js'
import type { ImportRow } from '../../src/domain/shop.js'
import { auOrder, bench, type Bench } from './bench.js'
import { requestLost } from './paygent.js'
import { auditOn, reconcileOn, standing } from './reconciling.js'
import { FAULT, move } from './scripted-gateway.js'

const DAY_MS = 24 * 60 * 60 * 1_000
const SILENT: InquiryAnswer = { type: 'silent', fault: FAULT }

it('each order is counted while it is asked about, the newest first', async () => {
  const b = bench(auOrder('1'), auOrder('2'), auOrder('3', { status: '60' }))
  b.clock.pass(31 * DAY_MS)
  const asked: string[] = []
  const told: Parameters<typeof auditOn>[3] = {
    told: (event) => {
      if (event.type === 'asking') asked.push(`${event.index}/${event.total} ${event.orderId}`)
    },
  }
  await auditOn(b, 'compare', {}, told)
  expect(asked).toEqual(['1/2 2', '2/2 1'])
})

it('a finished order that is named is asked about, however old', async () => {
  const b = bench(auOrder('1', { status: '60' }), auOrder('2', { status: '60' }))
  b.clock.pass(400 * DAY_MS)
  move(b.gateway.payments, '91', { status: '40' })
  expect(await auditOn(b, 'compare', { orderIds: ['1'] })).toEqual(['difference 1 moved'])
})

it('an order that agrees is left as it is', async () => {
  const b = bench(auOrder('1'))
  const before = b.order('1')
  expect([await auditOn(b, 'take'), b.order('1')]).toEqual([[], before])
})

it.each(['20', null])(
  'an order in conflict (%s) is left to the stage or person that ends the conflict',
  async (status) => {
    const b = bench(auOrder('1', { status }))
    b.gateway.hold({ paymentId: '91', tradingId: 't1', status: '20' })
    b.mirror.importOrders({ rows: [], others: [{ orderId: '1', method: '代金引換' }] }, b.clock.nowMs())
    const before = b.order('1')
    expect([await auditOn(b, 'take'), b.order('1')]).toEqual([[], before])
  },
)

describe('a code in place of the payment', () => {
  const calledOff = { orderStatus: 'キャンセル' }
  const unnamed = { paymentId: null, status: null }
  const rows: readonly [string, Partial<ImportRow>, string, string[], string][] = [
    ['a known payment', {}, '13001', ['difference 1 no-payment'], '91 20'],
    ['a known payment, several', {}, '13002', ['difference 1 no-payment'], '91 20'],
    ['no known payment', unnamed, '13001', ['difference 1 no-payment'], '- -'],
    [
      'no known payment, several',
      unnamed,
      '13002',
      ['difference 1 several-payments, booked'],
      '- - attention several-payments',
    ],
    ['called off, a known payment', calledOff, '13001', ['difference 1 no-payment'], '91 20'],
    ['called off, a known payment id', { ...calledOff, status: null }, '13001', ['difference 1 no-payment'], '91 -'],
    ['called off, a known status', { ...calledOff, paymentId: null }, '13001', ['difference 1 no-payment'], '- 20'],
    ['called off and never paid', { ...calledOff, ...unnamed }, '13001', [], '- -'],
    [
      'called off and never paid, several',
      { ...calledOff, ...unnamed },
      '13002',
      ['difference 1 several-payments, booked'],
      '- - attention several-payments',
    ],
  ]
  it.each(rows)('of an order with %s', async (_, row, code, heard, stands) => {
    const b = bench(auOrder('1', row))
    b.gateway.onInquiry = () => ({ type: 'rejected', code, detail: '', handling: 'rejected' })
    expect([await auditOn(b, 'take', { orderIds: ['1'] }), standing(b)]).toEqual([heard, stands])
  })

  it('that is about the order alone is told with the code, and the next order is compared', async () => {
    const b = bench(auOrder('1'), auOrder('2'))
    move(b.gateway.payments, '91', { status: '40' })
    const malformed: InquiryAnswer = { type: 'rejected', code: 'P010', detail: '', handling: 'malformed' }
    b.gateway.onInquiry = ({ tradingId }) => (tradingId === 't2' ? malformed : null)
    const found: Difference[] = []
    const lines = await auditOn(
      b,
      'take',
      {},
      {
        told: (event) => {
          if (event.type === 'difference') found.push(event.difference)
        },
      },
    )
    expect([lines, standing(b, '2')]).toEqual([['difference 2 no-payment', 'difference 1 moved, booked'], '92 20'])
    expect(found[0]).toEqual({
      orderId: '2',
      paymentId: '92',
      cause: 'no-payment',
      mirror: { status: '20', amountYen: null },
      paygent: null,
      code: 'P010',
    })
  })
})

describe('what stops the stages before it', () => {
  /** The requests on 1 and 2 are open; nothing waits for 3. */
  async function twoOpen(): Promise<Bench> {
    const b = bench(auOrder('1'), auOrder('2'), auOrder('3'))
    b.gateway.scripts = [requestLost]
    await b.batch('sale', ['1', '2'], { wait: false })
    move(b.gateway.payments, '93', { status: '40' })
    b.gateway.inquired.length = 0
    return b
  }
  const STOPS: readonly [string, (b: Bench, count: number) => InquiryAnswer | null, string[]][] = [
    ['silence', (_, count) => (count > 1 ? SILENT : null), ['untold 1', 'untold 2', 'stopped inquiry-unanswered']],
    [
      'a signal',
      (b, count) => {
        if (count > 1) b.stop.abort()
        return count > 1 ? SILENT : null
      },
      ['stopped interrupted'],
    ],
  ]
  it.each(STOPS)('%s: nothing is compared, and nothing counts as compared', async (_, answer, heard) => {
    const b = await twoOpen()
    b.gateway.onInquiry = (_key, count) => answer(b, count)
    const types = new Set<string>()
    expect(await auditOn(b, 'take', { wait: false }, { told: ({ type }) => types.add(type) })).toEqual(heard)
    expect([types.has('compared'), b.gateway.inquired.some(({ tradingId }) => tradingId === 't3')]).toEqual([
      false,
      false,
    ])
    expect(b.rows("SELECT seq FROM journal WHERE event = 'audited'")).toEqual([])
  })
})

describe('a mirror that this machine does not know', () => {
  it('opens though Paygent is silent about some: an open request of one waits on, the others are for a person', async () => {
    const rows = ['1', '2', '3', '4', '5', '6'].map((id) => auOrder(id, id === '2' ? { paymentId: null } : {}))
    const b = bench(...rows)
    b.gateway.hold({ paymentId: '92', tradingId: 't2', method: 'carrier', carrier: 'au' })
    b.gateway.scripts = [requestLost]
    await b.batch('sale', ['1'], { wait: false })
    rmSync(b.stateDir, { recursive: true })
    b.gateway.onInquiry = ({ tradingId }) => (['t1', 't2', 't4'].includes(tradingId) ? SILENT : null)
    expect(await auditOn(b, 'take', { wait: false })).toEqual(['untold 1', 'untold 4', 'untold 2'])
    expect([b.mirror.state.check(), ...['1', '2', '4'].map((orderId) => standing(b, orderId))]).toEqual([
      'known',
      '91 20 open',
      '- 20 attention no-answer',
      '94 20 attention no-answer',
    ])
    expect(b.rows("SELECT order_id, detail FROM journal WHERE detail LIKE 'no-answer%' ORDER BY order_id")).toEqual([
      { order_id: '2', detail: 'no-answer: payment -' },
      { order_id: '4', detail: 'no-answer: payment 94' },
    ])
    b.gateway.onInquiry = () => null
    expect(await reconcileOn(b, { wait: false })).toEqual([])
    expect([standing(b, '2'), standing(b, '4'), b.order('2').heldAmountYen]).toEqual(['92 20', '94 20', 1_000])
  })

  it.each([
    ['that there is no payment', null, [], '- -'],
    ['that there are several', '13002', ['difference 2 several-payments, booked'], '- - attention several-payments'],
  ])('waits no longer for an order that was called off unpaid once Paygent says %s', async (_, code, heard, stands) => {
    const neverPaid = { paymentId: null, status: null, orderStatus: 'キャンセル' } as const
    const b = bench(auOrder('1'), auOrder('2', neverPaid), auOrder('3'))
    await b.batch('sale', ['1'])
    rmSync(b.stateDir, { recursive: true })
    b.gateway.onInquiry = ({ tradingId }) => (tradingId === 't2' ? SILENT : null)
    expect([await auditOn(b, 'take'), standing(b, '2')]).toEqual([['untold 2'], '- - attention no-answer'])
    b.gateway.onInquiry = ({ tradingId }) =>
      tradingId === 't2' && code !== null ? { type: 'rejected', code, detail: '', handling: 'rejected' } : null
    expect([await reconcileOn(b), standing(b, '2')]).toEqual([heard, stands])
    expect(b.rows("SELECT detail FROM journal WHERE order_id = '2' ORDER BY seq DESC LIMIT 1")).toEqual([
      { detail: code === null ? 'no-payment: payment -, - - -> 13001' : 'several-payments: payment -, - - -> 13002' },
    ])
    expect(b.mirror.journal.verify(null).ok).toBe(true)
  })

  it('waits on for an order that was called off where an earlier payment of it may be alive', async () => {
    const b = bench(auOrder('2', { paymentId: '92', tradingId: 'before' }), auOrder('1'))
    const row = auOrder('2', { paymentId: null, status: null, orderStatus: 'キャンセル' })
    b.mirror.importOrders({ rows: [row], others: [] }, b.clock.nowMs())
    b.gateway.hold({ paymentId: '92', tradingId: 'before', method: 'carrier', carrier: 'au' })
    await b.batch('sale', ['1'])
    rmSync(b.stateDir, { recursive: true })
    b.gateway.onInquiry = ({ tradingId }) => (tradingId === 't2' ? SILENT : null)
    expect([await auditOn(b, 'take'), standing(b, '2')]).toEqual([['untold 2'], '- - attention no-answer'])
    b.gateway.onInquiry = () => null
    expect([await reconcileOn(b), standing(b, '2')]).toEqual([['difference 2 no-payment'], '- - attention no-answer'])
  })

  it('is also one of the moment before a reconcile that has settled something', async () => {
    const b = bench(auOrder('1'))
    b.gateway.scripts = [requestLost]
    await b.batch('sale', ['1'], { wait: false })
    move(b.gateway.payments, '91', { status: '40' })
    let copy: Buffer | null = null
    await reconcileOn(b, {}, (event) => {
      if (event.type !== 'asking') return
      const db = new Database(b.path, { readonly: true })
      copy = db.serialize()
      db.close()
    })
    expect(b.mirror.state.check()).toBe('known')
    b.mirror.close()
    for (const end of ['-wal', '-shm']) rmSync(`${b.path}${end}`, { force: true })
    if (copy === null) throw new Error('nothing was asked')
    writeFileSync(b.path, copy)
    b.restart()
    expect([standing(b), b.mirror.state.check()]).toEqual(['91 20 open', 'behind'])
  })
})
