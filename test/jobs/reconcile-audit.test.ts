// Compares the whole mirror with Paygent, and tests a mirror that was put back.
import type { InquiryAnswer, InquiryKey } from '../../src/domain/answer.js'
import type { ImportRow } from '../../src/domain/shop.js'
import { effectiveStatus } from '../../src/domain/statuses.js'
import { silentBooking } from '../../src/jobs/reconcile/attention.js'
import type { ReconcileEvent } from '../../src/jobs/reconcile/events.js'
import { auOrder, bench, type Bench, cardOrder } from './bench.js'
import { leave, obey, requestLost } from './paygent.js'
import { auditOn, reconcileOn, SETTLE_MS, standing } from './reconciling.js'
import { FAULT, move } from './scripted-gateway.js'
import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const DAY_MS = 24 * 60 * 60 * 1_000

const last = (b: Bench) => b.rows('SELECT event, detail FROM journal ORDER BY seq DESC LIMIT 1')[0]
const files = (b: Bench) => b.rows('SELECT count(*) AS entries FROM journal')[0]

/** How many were asked about, and how many were not. */
async function coverageOf(b: Bench, { days = 30 } = {}): Promise<number[]> {
  const counts: number[][] = []
  const told = (event: ReconcileEvent) => {
    if (event.type === 'compared') counts.push([event.asked, event.notAsked])
  }
  await auditOn(b, 'compare', {}, { days, told })
  expect(counts).toHaveLength(1)
  return counts[0] ?? []
}

const recordOf = (b: Bench): string => join(b.stateDir, `${b.mirror.id}.json`)
const recorded = (b: Bench): object => JSON.parse(readFileSync(recordOf(b), 'utf8')) as object

const NEVER_PAID = { paymentId: null, status: null, orderStatus: 'キャンセル' } as const

const imports = (changes: Parameters<typeof auOrder>[1]) => (b: Bench) =>
  void b.mirror.importOrders({ rows: [auOrder('1', changes)], others: [] }, b.clock.nowMs())

/** Paygent tells what it holds. */
const learn = (b: Bench) => b.mirror.orders.learn(b.order('1'), b.gateway.payments.get('91')!, b.clock.nowMs())

/** An order that has stood still for 40 days, and what makes it news again. */
const LATE_NEWS: readonly (readonly [string, ImportRow, (b: Bench) => unknown])[] = [
  ['that the shop calls cancelled since', auOrder('1'), imports({ status: '60' })],
  ['that the shop has cancelled by a request', auOrder('1', { status: '40' }), imports({ status: '40', kind: '102' })],
  ['whose payment is another since', auOrder('1', { status: '60' }), imports({ status: '60', paymentId: '77' })],
  [
    'whose payment of before came back',
    auOrder('1', { status: '60' }),
    async (b) => {
      await imports({ status: '60', paymentId: '77' })(b)
      await imports({ status: '60' })(b)
    },
  ],
  [
    'of which Paygent told that it is over',
    auOrder('1'),
    (b) => {
      move(b.gateway.payments, '91', { status: '33' })
      learn(b)
    },
  ],
]

describe('what is compared', () => {
  const finished = ['11', '15', '17', '32', '33', '41', '60', '62']
  const unfinished = ['10', '20', '21', '30', '31', '34', '36', '37', '40', '42', '44', '50']
  it.each(finished)('an order at %s that has changed within the days, and no other', async (status) => {
    const b = bench(auOrder('1', { status }))
    expect(await coverageOf(b)).toEqual([1, 0])
    expect(b.gateway.inquired).toEqual([{ paymentId: '91', tradingId: 't1' }])
    b.clock.pass(30 * DAY_MS)
    expect(await coverageOf(b)).toEqual([1, 0])
    b.clock.pass(1)
    expect([await coverageOf(b), b.gateway.inquired.length]).toEqual([[0, 1], 2])
    expect(await coverageOf(b, { days: 31 })).toEqual([1, 0])
    expect(await coverageOf(b, { days: 0 })).toEqual([0, 1])
  })
  it.each(unfinished)('an order at %s, however old', async (status) => {
    const b = bench(auOrder('1', { status }))
    b.clock.pass(400 * DAY_MS)
    expect(await auditOn(b, 'compare')).toEqual([])
    expect(b.gateway.inquired).toEqual([{ paymentId: '91', tradingId: 't1' }])
  })
  it.each(LATE_NEWS)('a finished order %s', async (_, row, change) => {
    const b = bench(row)
    b.clock.pass(40 * DAY_MS)
    await change(b)
    expect(await coverageOf(b)).toEqual([1, 0])
    b.clock.pass(31 * DAY_MS)
    expect(await coverageOf(b)).toEqual([0, 1])
  })
  it('a finished order that waits for a person, however old', async () => {
    const b = bench(auOrder('1', { status: '60' }))
    b.mirror.lock.acquire('settle')
    b.mirror.issues.take({ ...silentBooking(b.order('1'), b.clock.nowMs()), attention: 'none-alive' })
    b.mirror.lock.release()
    b.clock.pass(40 * DAY_MS)
    expect(await coverageOf(b)).toEqual([1, 0])
  })
  it('a finished order of which Paygent has told what was only read out of the last request', async () => {
    const b = bench(auOrder('1', { status: '60', kind: '102' }))
    learn(b)
    imports({ status: '41', kind: '102' })(b)
    expect(effectiveStatus(b.order('1'))).toEqual({ known: true, status: '60' })
    b.clock.pass(40 * DAY_MS)
    move(b.gateway.payments, '91', { status: '41' })
    learn(b)
    expect([effectiveStatus(b.order('1')), await coverageOf(b)]).toEqual([{ known: true, status: '41' }, [1, 0]])
  })
  it('an order that this program has cancelled within the days', async () => {
    const b = bench(auOrder('1'))
    learn(b)
    b.clock.pass(40 * DAY_MS)
    await b.batch('cancel', ['1'])
    expect(await coverageOf(b)).toEqual([1, 0])
    b.clock.pass(31 * DAY_MS)
    expect(await coverageOf(b)).toEqual([0, 1])
  })
  it('what is taken in again unchanged, or told again, is no change', async () => {
    const b = bench(auOrder('1', { status: '41' }))
    learn(b)
    b.clock.pass(31 * DAY_MS)
    b.mirror.importOrders({ rows: [auOrder('1', { status: '41' })], others: [] }, b.clock.nowMs())
    learn(b)
    expect(await coverageOf(b)).toEqual([0, 1])
  })
  it.each(['behind', 'unknown'])('every order of a mirror that is %s', async (how) => {
    const b = bench(auOrder('1'), auOrder('2', { status: '60' }), auOrder('3', NEVER_PAID))
    await b.batch('sale', ['1'])
    b.clock.pass(40 * DAY_MS)
    if (how === 'unknown') rmSync(b.stateDir, { recursive: true })
    else writeFileSync(recordOf(b), `${JSON.stringify({ ...recorded(b), run: 9 })}\n`)
    expect([b.mirror.state.check(), await coverageOf(b)]).toEqual([how, [3, 0]])
    move(b.gateway.payments, '92', { status: '40' })
    expect(await auditOn(b, 'take')).toEqual(['difference 2 moved, booked'])
    expect(await coverageOf(b)).toEqual([2, 1])
  })
  it.each(['compare', 'take'] as const)(
    'a payment under another trading id is told and never taken (%s)',
    async (how) => {
      const b = bench(auOrder('1', {}))
      b.gateway.hold({ paymentId: '91', tradingId: 't9', amountYen: 1_000 })
      expect(await auditOn(b, how)).toEqual(['difference 1 other-trading-id'])
      expect(standing(b)).toContain('91 20')
    },
  )
  it('a payment of another method is told and never taken where no payment is known', async () => {
    const b = bench(cardOrder('1', { paymentId: null }))
    b.gateway.hold({ paymentId: '91', tradingId: 't1', method: 'carrier' })
    expect(await auditOn(b, 'take')).toEqual(['difference 1 other-method'])
    expect(b.order('1')).toMatchObject({ paymentId: null, heldAmountYen: null })
  })
  it('an order without a payment id, by its trading id', async () => {
    const b = bench(auOrder('1', { paymentId: null }))
    b.gateway.hold({ paymentId: '91', tradingId: 't1' })
    await auditOn(b, 'compare')
    expect(b.gateway.inquired).toEqual([{ tradingId: 't1' }])
  })
  it.each(['キャンセル', '決済処理中', '3'])(
    'an order at %s only where a payment of it is known: most were never paid',
    async (orderStatus) => {
      const none = { paymentId: null, status: null, orderStatus }
      const b = bench(auOrder('1', none), auOrder('2', { orderStatus }), auOrder('3', { ...none, status: '20' }))
      b.gateway.hold({ paymentId: '93', tradingId: 't3' })
      expect(await auditOn(b, 'compare')).toEqual([])
      expect(b.gateway.inquired.map(({ tradingId }) => tradingId).toSorted()).toEqual(['t2', 't3'])
    },
  )
  it('none but those named', async () => {
    const b = bench(auOrder('1'), auOrder('2'))
    await auditOn(b, 'compare', { orderIds: ['2'] })
    expect(b.gateway.inquired).toEqual([{ paymentId: '92', tradingId: 't2' }])
  })
})

describe('a difference', () => {
  it('is told and not taken by compare', async () => {
    const b = bench(auOrder('1'))
    move(b.gateway.payments, '91', { status: '40' })
    const before = files(b)
    expect(await auditOn(b, 'compare')).toEqual(['difference 1 moved'])
    expect([standing(b), files(b)]).toEqual(['91 20', before])
  })

  it('is taken by take', async () => {
    const b = bench(auOrder('1'), auOrder('2'))
    move(b.gateway.payments, '91', { status: '40' })
    expect(await auditOn(b, 'take')).toEqual(['difference 1 moved, booked'])
    expect(standing(b)).toBe('91 40')
    expect(b.rows("SELECT event, detail FROM journal WHERE event IN ('difference', 'audited')")).toEqual([
      { event: 'difference', detail: 'moved: payment 91, 20 - -> 40 1000' },
      { event: 'audited', detail: '2 orders, 1 differences' },
    ])
  })

  it('where Paygent does not know the payment is told only', async () => {
    const b = bench(auOrder('1'))
    b.gateway.payments.clear()
    expect(await auditOn(b, 'take')).toEqual(['difference 1 no-payment'])
    expect([standing(b), last(b)]).toEqual(['91 20', { event: 'audited', detail: '1 orders, 1 differences' }])
  })

  it.each([
    ['dead with another in its place', { status: '40' }, 'another-payment', '91 32 attention another-payment'],
    ['dead and alone', null, 'moved', '91 32'],
  ])('a payment that is %s', async (_, other, cause, stands) => {
    const b = bench(cardOrder('1'))
    move(b.gateway.payments, '91', { status: '32' })
    b.gateway.onInquiry = (key) =>
      'paymentId' in key || other === null
        ? null
        : {
            type: 'told',
            fact: {
              paymentId: '77',
              tradingId: 't1',
              amountYen: 600,
              method: 'credit',
              carrier: null,
              authorizedAt: null,
              ...other,
            },
          }
    expect(await auditOn(b, 'take')).toEqual([`difference 1 ${cause}, booked`])
    expect(standing(b)).toBe(stands)
  })

  it('the other payment is entered with what Paygent says of it', async () => {
    const b = bench(cardOrder('1'))
    move(b.gateway.payments, '91', { status: '32' })
    const other = { ...b.gateway.payments.get('91')!, paymentId: '77', status: '40', amountYen: 600 }
    b.gateway.onInquiry = (key) => ('paymentId' in key ? null : { type: 'told', fact: other })
    await auditOn(b, 'take')
    const known = b.mirror.issues.payments('1').map(({ paymentId, status }) => [paymentId, status])
    expect(known).toEqual([
      ['91', '32'],
      ['77', '40'],
    ])
  })

  it('is not told while Paygent is silent about another payment', async () => {
    const b = bench(cardOrder('1'))
    move(b.gateway.payments, '91', { status: '32' })
    b.gateway.onInquiry = (key) => ('paymentId' in key ? null : { type: 'silent', fault: FAULT })
    expect(await auditOn(b, 'take')).toEqual(['untold 1', 'stopped inquiry-unanswered'])
    expect(standing(b)).toBe('91 20')
  })

  it('of an order that is known by its trading id is asked about once', async () => {
    const b = bench(auOrder('1', { paymentId: null }))
    b.gateway.hold({ paymentId: '91', tradingId: 't1', status: '32' })
    expect(await auditOn(b, 'compare')).toEqual(['difference 1 moved'])
    expect(b.gateway.inquired).toHaveLength(1)
  })

  it('a dead payment beside which Paygent tells a code: there is another', async () => {
    const b = bench(cardOrder('1'))
    move(b.gateway.payments, '91', { status: '32' })
    b.gateway.hold({ paymentId: '77', tradingId: 't1', status: '40' })
    expect(await auditOn(b, 'take')).toEqual(['difference 1 another-payment, booked'])
    expect(standing(b)).toBe('91 32 attention another-payment')
    expect(b.mirror.issues.payments('1')).toHaveLength(1)
  })

  it.each([
    ['open', 'moved', async (b: Bench) => void (await b.batch('sale', ['1'], { wait: false }))],
    [
      'in conflict',
      'another-payment',
      async (b: Bench) => {
        b.gateway.scripts = [obey]
        await b.batch('sale', ['1'])
        b.mirror.importOrders({ rows: [auOrder('1', { paymentId: '77' })], others: [] }, b.clock.nowMs())
        b.gateway.hold({ paymentId: '77', tradingId: 't1' })
      },
    ],
  ])('of an order that is %s is told by compare', async (_, cause, make) => {
    const b = bench(auOrder('1'))
    b.gateway.scripts = [requestLost]
    await make(b)
    move(b.gateway.payments, '91', { status: '33' })
    expect(await auditOn(b, 'compare')).toEqual([`difference 1 ${cause}`])
  })
})

describe('take settles what waits, first', () => {
  it('an open attempt', async () => {
    const b = bench(auOrder('1'))
    b.gateway.scripts = [requestLost]
    await b.batch('sale', ['1'], { wait: false })
    move(b.gateway.payments, '91', { status: '40' })
    expect(await auditOn(b, 'take')).toEqual(['settled 1 101 accepted'])
    expect(last(b)).toEqual({ event: 'audited', detail: '1 orders, 0 differences' })
  })

  it('and sends again what is in transit, on a mirror that is as new as any', async () => {
    const b = bench(cardOrder('1'))
    b.gateway.scripts = [leave('30', '2001', 'inquire'), obey]
    await b.batch('sale', ['1'], { wait: false })
    b.clock.pass(SETTLE_MS)
    expect(await auditOn(b, 'take')).toEqual(['again 1 022', 'settled 1 022 accepted'])
  })

  it('and ends with what stopped it, without comparing', async () => {
    const b = bench(auOrder('1'), auOrder('2'))
    b.gateway.scripts = [requestLost]
    await b.batch('sale', ['1'], { wait: false })
    const asked = b.gateway.inquired.length
    b.gateway.onInquiry = (_, count) => (count > asked + 1 ? { type: 'silent', fault: FAULT } : null)
    expect(await auditOn(b, 'take', { wait: false })).toEqual(['untold 1', 'untold 2', 'stopped inquiry-unanswered'])
    expect(b.rows("SELECT seq FROM journal WHERE event = 'audited'")).toEqual([])
  })
})

describe('a mirror that was put back', () => {
  async function putBack(): Promise<Bench> {
    const b = bench(cardOrder('1'), cardOrder('2'))
    b.gateway.scripts = [leave('30', '2001', 'inquire'), obey]
    await b.batch('sale', ['1'], { wait: false })
    await b.mirror.backup(`${b.path}.old`, b.stop.signal)
    b.clock.pass(SETTLE_MS)
    await b.batch('sale', ['2'])
    b.mirror.close()
    copyFileSync(`${b.path}.old`, b.path)
    b.restart()
    expect(b.mirror.state.check()).toBe('behind')
    return b
  }

  it('is not known again by comparing', async () => {
    const b = await putBack()
    expect(await auditOn(b, 'compare')).toContain('difference 2 moved')
    expect(b.mirror.state.check()).toBe('behind')
  })

  it('is known again once it has taken what Paygent says, and sends nothing for it', async () => {
    const b = await putBack()
    const sent = b.gateway.sent.length
    expect(await auditOn(b, 'take')).toContain('difference 2 moved, booked')
    expect([b.mirror.state.check(), standing(b, '2')]).toEqual(['known', '92 40'])
    expect(b.gateway.sent).toHaveLength(sent)
  })

  it.each([
    ['only some orders', (b: Bench) => auditOn(b, 'take', { orderIds: ['2'] })],
    [
      'not all of it',
      (b: Bench) => {
        const asked = b.gateway.inquired.length
        b.gateway.onInquiry = (_, count) => (count > asked + 3 ? { type: 'silent', fault: FAULT } : null)
        return auditOn(b, 'take', { wait: false })
      },
    ],
  ])('stays behind when it has taken %s', async (_, take) => {
    const b = await putBack()
    await take(b)
    expect(b.mirror.state.check()).toBe('behind')
    expect(b.rows("SELECT seq FROM journal WHERE event = 'audited'")).toEqual([])
  })

  it('stays behind on a signal', async () => {
    const b = await putBack()
    b.gateway.onInquiry = (key) => {
      if ('paymentId' in key && key.paymentId === '92') b.stop.abort()
      return null
    }
    expect((await auditOn(b, 'compare')).at(-1)).toBe('stopped interrupted')
    expect(b.mirror.state.check()).toBe('behind')
  })
})

describe('an order about which Paygent does not answer', () => {
  const mute =
    (...tradingIds: string[]) =>
    (key: InquiryKey): InquiryAnswer | null =>
      tradingIds.includes(key.tradingId) ? { type: 'silent', fault: FAULT } : null

  it('is named, and is not counted with those that agree', async () => {
    const b = bench(auOrder('1'), auOrder('2'), auOrder('3'))
    move(b.gateway.payments, '91', { status: '40' })
    b.gateway.onInquiry = mute('t2')
    const counts: number[][] = []
    const told = (event: ReconcileEvent) => {
      if (event.type === 'compared') counts.push([event.asked, event.notAsked])
    }
    expect(await auditOn(b, 'compare', {}, { told })).toEqual(['untold 2', 'difference 1 moved'])
    expect([counts, b.mirror.lock.held, standing(b, '2')]).toEqual([[[2, 0]], false, '92 20'])
  })

  it('as the last one: another is asked about again, and where that is silent too it has stopped', async () => {
    const b = bench(auOrder('1'), auOrder('2'))
    b.gateway.onInquiry = mute('t1')
    expect(await auditOn(b, 'compare')).toEqual(['untold 1'])
    const from = b.gateway.inquired.length
    b.gateway.onInquiry = (key, count) => mute(...(count > from + 1 ? ['t1', 't2'] : []))(key)
    expect(await auditOn(b, 'compare')).toEqual(['untold 1', 'stopped inquiry-unanswered'])
  })

  it('as the last one: a signal while another is asked about is an interruption', async () => {
    const b = bench(auOrder('1'), auOrder('2'))
    let dark = false
    b.gateway.onInquiry = (key) => {
      if (dark && key.tradingId === 't2') b.stop.abort()
      dark ||= key.tradingId === 't1'
      return mute(...(dark ? ['t1', 't2'] : []))(key)
    }
    expect(await auditOn(b, 'compare')).toEqual(['untold 1', 'stopped interrupted'])
  })

  it('as the last one, after a code about the one before it, ends nothing', async () => {
    const b = bench(auOrder('1'), auOrder('2'), auOrder('3'))
    const code = { type: 'rejected', code: 'E001', detail: '', handling: 'inquire' } as const
    b.gateway.onInquiry = (key) => (key.tradingId === 't2' ? code : mute('t1')(key))
    expect((await auditOn(b, 'take')).filter((line) => line.startsWith('stopped'))).toEqual([])
  })

  it('two in a row end it where another one is silent too, and so does a connection that is gone', async () => {
    const b = bench(auOrder('1'), auOrder('2'), auOrder('3'))
    b.gateway.onInquiry = mute('t3', 't2')
    expect(await auditOn(b, 'compare')).toEqual(['untold 3', 'untold 2'])
    b.gateway.onInquiry = mute('t3', 't2', 't1')
    expect(await auditOn(b, 'compare')).toEqual(['untold 3', 'untold 2', 'stopped inquiry-unanswered'])
    const gone = { type: 'silent', fault: { ...FAULT, kind: 'refused', phase: 'connect' } } as const
    b.gateway.onInquiry = (key) => (key.tradingId === 't2' ? gone : null)
    expect(await auditOn(b, 'compare')).toEqual(['untold 2', 'stopped inquiry-unanswered'])
  })

  it('is asked about once, and a code about it breaks no row', async () => {
    const b = bench(auOrder('1'), auOrder('2'), auOrder('3'))
    b.gateway.scripts = [requestLost]
    await b.batch('sale', ['1', '2', '3'], { wait: false })
    const refused = { type: 'rejected', code: 'P010', detail: '', handling: 'malformed' } as const
    b.gateway.onInquiry = (key) => (key.tradingId === 't3' ? null : refused)
    const [from, foreseen] = [b.gateway.inquired.length, b.gateway.foreseen.length]
    expect(await auditOn(b, 'take', { wait: false })).toEqual(['untold 1 P010', 'untold 2 P010'])
    expect(b.gateway.inquired.slice(from).filter(({ tradingId }) => tradingId === 't1')).toHaveLength(2)
    expect(b.gateway.foreseen.slice(foreseen).map(({ tradingId }) => tradingId)).toEqual(['t3'])
  })

  it('does not fence an order of a mirror that is open', async () => {
    const b = bench(auOrder('1'), auOrder('2'))
    b.gateway.onInquiry = mute('t2')
    expect(await auditOn(b, 'take')).toEqual(['untold 2'])
    expect([standing(b, '2'), last(b)]).toEqual(['92 20', { event: 'audited', detail: '1 orders, 0 differences' }])
  })

  describe('on a mirror that was put back', () => {
    async function putBack(): Promise<Bench> {
      const b = bench(cardOrder('1'), cardOrder('2'), cardOrder('3', { paymentId: null }))
      b.gateway.hold({ paymentId: '93', tradingId: 't3', method: 'credit' })
      b.gateway.scripts = [obey]
      await b.batch('sale', ['1'])
      await b.mirror.backup(`${b.path}.old`, b.stop.signal)
      await b.batch('sale', ['2'])
      b.mirror.close()
      copyFileSync(`${b.path}.old`, b.path)
      b.restart()
      return b
    }
    async function opened(): Promise<Bench> {
      const b = await putBack()
      b.gateway.onInquiry = mute('t2')
      expect(await auditOn(b, 'take')).toEqual(['untold 2'])
      return b
    }

    // Pages come in the place of all answers: nothing proves that Paygent answers about any order.
    it.each([2, 3, 4])('stays closed where Paygent gives a page for each of %d orders', async (count) => {
      const b = bench(...['1', '2', '3', '4'].slice(0, count).map((id) => cardOrder(id)))
      b.gateway.scripts = [obey]
      await b.mirror.backup(`${b.path}.old`, b.stop.signal)
      await b.batch('sale', ['1'])
      b.mirror.close()
      copyFileSync(`${b.path}.old`, b.path)
      b.restart()
      b.gateway.onInquiry = () => ({ type: 'silent', fault: { ...FAULT, kind: 'answer', code: '503' } })
      expect((await auditOn(b, 'take')).at(-1)).toBe('stopped inquiry-unanswered')
      expect([b.mirror.state.check(), b.mirror.issues.forAPerson()]).toEqual(['behind', []])
    })

    it('is fenced, and the mirror opens', async () => {
      const b = await opened()
      expect([b.mirror.state.check(), standing(b, '2')]).toEqual(['known', '92 20 attention no-answer'])
      const plan = await b.plan('sale', ['2', '3'])
      expect([plan.refused.map(({ reason }) => reason), plan.steps.map(({ orderId }) => orderId)]).toEqual([
        ['attention'],
        ['3'],
      ])
      expect(b.mirror.journal.verify(null).ok).toBe(true)
    })

    it('waits on while Paygent is silent, and no longer once it answers', async () => {
      const b = await opened()
      expect(await reconcileOn(b)).toEqual(['untold 2'])
      b.gateway.onInquiry = () => null
      expect(await reconcileOn(b)).toEqual(['difference 2 moved, booked'])
      expect([standing(b, '2'), b.mirror.issues.forAPerson()]).toEqual(['92 40', []])
      expect(b.mirror.journal.verify(null).ok).toBe(true)
    })

    const AFTER: readonly [string, (b: Bench) => void, string[], string][] = [
      ['as the mirror has it', (b) => move(b.gateway.payments, '92', { status: '20' }), [], '92 20'],
      [
        'no payment',
        (b) => void b.gateway.payments.delete('92'),
        ['difference 2 no-payment'],
        '92 20 attention no-answer',
      ],
      [
        'another payment',
        (b) => {
          move(b.gateway.payments, '92', { status: '32' })
          b.gateway.hold({ paymentId: '77', tradingId: 't2', status: '40' })
        },
        ['difference 2 another-payment, booked'],
        '92 32 attention another-payment',
      ],
    ]
    it.each(AFTER)('and then tells %s', async (_, change, heard, stands) => {
      const b = await opened()
      b.gateway.onInquiry = () => null
      change(b)
      expect([await reconcileOn(b), standing(b, '2')]).toEqual([heard, stands])
    })
  })
})
