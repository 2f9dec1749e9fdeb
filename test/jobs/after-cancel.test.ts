// After an accepted 102 Paygent is asked once more: only its answer shows whether money was released or refunded.
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { exitCodeOf } from '../../src/batch/events.js'
import type { InquiryAnswer, InquiryKey } from '../../src/domain/answer.js'
import type { ImportRow } from '../../src/domain/shop.js'
import { resultItemJson } from '../../src/ui/result.js'
import { type Bench, type Ran, auOrder, bench, cardOrder, outcomes, told } from './bench.js'
import { answerLost, obey, requestLost } from './paygent.js'
import { reconcileOn } from './reconciling.js'
import { FAULT, accept, move } from './scripted-gateway.js'

const docomo = { carrier: 'docomo' } as const
const exitOf = (ran: Ran): number =>
  exitCodeOf(
    ran.items,
    ran.events.some(({ type }) => type === 'stopped'),
  )

/** Cancels every order; what is asked after the n-th request is answered by this, null by the payments. */
async function cancelled(rows: readonly ImportRow[], after: (count: number, b: Bench) => InquiryAnswer | null) {
  const b = bench(...rows)
  b.gateway.scripts = [obey]
  const plan = await b.plan(
    'cancel',
    rows.map(({ orderId }) => orderId),
  )
  const asked: string[] = []
  b.gateway.onInquiry = (key) => {
    // An inquiry about a payment that was sent for already: the one after the acceptance.
    const count = b.gateway.sent.findIndex(({ paymentId }) => 'paymentId' in key && paymentId === key.paymentId) + 1
    if (count === 0) return null
    asked.push(`${count}: ${b.attempts().at(-1)}`)
    return after(count, b)
  }
  return { b, ran: await b.run(plan), asked }
}

const SILENT: InquiryAnswer = { type: 'silent', fault: FAULT }
const CODE: InquiryAnswer = { type: 'rejected', code: '13001', detail: '', handling: 'rejected' }

describe('one inquiry, once the acceptance is on disk', () => {
  const rows: [string, ImportRow, string, string][] = [
    ['au, released', auOrder('1'), '32', '32'],
    ['au, refunded as planned', auOrder('1', { status: '40', kind: '101' }), '60', '60'],
    ['softbank at 21, released', auOrder('1', { carrier: 'softbank', status: '21' }), '32', '32'],
    ['docomo, released', auOrder('1', docomo), '60', '60'],
    ['docomo, completed at once', auOrder('1', docomo), '62', '62'],
  ]
  it.each(rows)('%s', async (_, row, status, expected) => {
    const { b, ran, asked } = await cancelled([row], (_count, at) => {
      move(at.gateway.payments, '91', { status })
      return null
    })
    expect([outcomes(ran), exitOf(ran), asked]).toEqual(['1 accepted', 0, ['1: 1 accepted']])
    expect(b.order('1')).toMatchObject({ kind: '102', status: expected, heldAmountYen: 1_000, attention: false })
    expect([ran.items[0]?.refunded, told(ran)]).toEqual([false, ['settled 1 accepted']])
    expect(b.mirror.journal.verify(null).ok).toBe(true)
  })

  it('corrects the amount', async () => {
    const { b } = await cancelled([auOrder('1')], (_count, at) => {
      move(at.gateway.payments, '91', { amountYen: 900 })
      return null
    })
    expect(b.order('1')).toMatchObject({ status: '32', heldAmountYen: 900 })
  })

  it.each(['au', 'softbank'] as const)('%s was sold in the last moment: a refund is told, exit 4', async (carrier) => {
    const b = bench(auOrder('1', { carrier }))
    const plan = await b.plan('cancel', ['1'])
    b.gateway.onSend = () => move(b.gateway.payments, '91', { status: '40' })
    const ran = await b.run(plan)
    expect([outcomes(ran), exitOf(ran), b.order('1').status]).toEqual(['1 accepted', 4, '60'])
    expect(ran.items[0]).toMatchObject({ refunded: true, reason: null })
    expect(
      ran.items.map((item) => resultItemJson(item, { operation: 'cancel', profile: 'manual' }, 'en').reasonText),
    ).toEqual([expect.stringContaining('It had been captured, and is now refunded.')])
  })

  it('is not made after the card’s cancels, nor after a sale', async () => {
    const b = bench(cardOrder('1'), cardOrder('2', { status: '40' }), auOrder('3'))
    const plan = await b.plan('cancel', ['1', '2'])
    await b.run(plan)
    await b.run(await b.plan('sale', ['3']))
    const after = b.gateway.inquired.at(-1)
    expect([b.gateway.sent.length, after]).toEqual([3, { paymentId: '93', tradingId: 't3' }])
    expect(b.order('1')).toMatchObject({ status: '32' })
  })
})

describe('an inquiry without a fact', () => {
  it.each([
    ['silence', SILENT],
    ['a code', CODE],
  ])('%s: accepted, status and amount count as not told, and the next one goes out', async (_, answer) => {
    const { b, ran } = await cancelled([auOrder('1'), auOrder('2')], (count) => (count === 1 ? answer : null))
    expect([outcomes(ran), exitOf(ran)]).toEqual(['1 accepted, 2 accepted', 0])
    expect(b.order('1')).toMatchObject({ kind: '102', kindByUs: true, status: null, heldAmountYen: null })
    expect(b.order('1').heldAmountAt).toBeNull()
    expect(b.order('2')).toMatchObject({ status: '32' })
    // A command that needs them asks.
    b.gateway.onInquiry = () => null
    const again = await b.plan('cancel', ['1'])
    expect(again.refused[0]).toMatchObject({ reason: 'already' })
    expect(b.order('1')).toMatchObject({ status: '32', heldAmountYen: 1_000 })
  })

  it.each<[string, ImportRow, string | null, string]>([
    ['32: accepted', auOrder('1'), null, '1 accepted'],
    ['still 20', auOrder('1'), '20', '1 attention'],
    ['still 40, a refund', auOrder('1', { status: '40', kind: '101' }), '40', '1 attention'],
  ])('silence: the next command asks until Paygent answers: %s', async (_, row, status, expected) => {
    const { b } = await cancelled([row], (count, at) => {
      if (count === 1 && status !== null) move(at.gateway.payments, '91', { status })
      return count === 1 ? SILENT : null
    })
    b.mirror.importOrders({ rows: [cardOrder('2')], others: [] }, b.clock.nowMs())
    b.gateway.hold({ paymentId: '92', tradingId: 't2', status: '20' })
    // Asked in vain once more, by reconcile and by a batch: neither ends because of it.
    const silent = (key: InquiryKey): InquiryAnswer | null =>
      'paymentId' in key && key.paymentId === '91' ? SILENT : null
    b.gateway.onInquiry = silent
    expect(await reconcileOn(b)).toEqual(['untold 1'])
    expect(outcomes(await b.batch('sale', ['2']))).toBe('2 accepted')
    expect([b.attempts()[0], b.order('1').status, b.order('1').attention]).toEqual(['1 accepted', null, false])
    const entries = b.rows(`SELECT detail FROM journal WHERE event = 'asked-after'`)
    expect(entries).toEqual([{ detail: 'not told' }])
    b.gateway.onInquiry = () => null
    await reconcileOn(b)
    expect([b.attempts()[0], b.order('1').attention]).toEqual([expected, expected === '1 attention'])
    expect([b.mirror.journal.unasked(), b.mirror.journal.verify(null).ok]).toEqual([[], true])
  })

  it('silence: only a batch with the order itself asks again, and nothing is told of it', async () => {
    const { b } = await cancelled([auOrder('1')], () => SILENT)
    b.mirror.importOrders({ rows: [cardOrder('2'), cardOrder('3')], others: [] }, b.clock.nowMs())
    for (const id of ['2', '3']) b.gateway.hold({ paymentId: `9${id}`, tradingId: `t${id}`, status: '20' })
    const asked = () => b.gateway.inquired.filter((key) => 'paymentId' in key && key.paymentId === '91').length
    const before = asked()
    expect(told(await b.batch('sale', ['2']))).toEqual(['settled 2 accepted'])
    expect(asked()).toBe(before)
    b.gateway.onInquiry = (key) => ('paymentId' in key && key.paymentId === '91' ? SILENT : null)
    expect(told(await b.batch('sale', ['1', '3']))).toEqual(['refused 1 no-answer', 'settled 3 accepted'])
    expect(asked()).toBeGreaterThan(before)
  })

  it.each(['shop-error', 'several-payments', 'two-alive', 'no-answer'])(
    'silence, and the order waits as %s when the payment turns out to be alive: the request waits on',
    async (cause) => {
      const { b } = await cancelled([auOrder('1')], (_count, at) => {
        move(at.gateway.payments, '91', { status: '20' })
        return SILENT
      })
      const db = new Database(b.path)
      db.prepare('UPDATE orders SET attention = 1, attention_cause = ?').run(cause)
      db.close()
      b.gateway.onInquiry = () => null
      await reconcileOn(b)
      expect([b.attempts(), b.order('1').attention]).toEqual([['1 attention'], true])
    },
  )

  it('silence about two of them, in every command: the others are sent', async () => {
    const rows = [auOrder('1'), cardOrder('2'), auOrder('3'), cardOrder('4')]
    const odd = ['91', '93']
    const { b } = await cancelled(rows.slice(0, 3), (count) => (count === 2 ? null : SILENT))
    b.mirror.importOrders({ rows: rows.slice(3), others: [] }, b.clock.nowMs())
    b.gateway.hold({ paymentId: '94', tradingId: 't4', status: '20' })
    b.gateway.onInquiry = (key) => ('paymentId' in key && odd.includes(key.paymentId) ? SILENT : null)
    for (const time of [1, 2]) expect([time, await reconcileOn(b)]).toEqual([time, ['untold 1', 'untold 3']])
    expect(outcomes(await b.batch('sale', ['4']))).toBe('4 accepted')
  })

  it('silence also after a request that was sent once before: what was planned is no knowledge', async () => {
    const b = bench(auOrder('1'))
    b.gateway.scripts = [requestLost, obey]
    expect(outcomes(await b.batch('cancel', ['1']))).toBe('1 not-processed')
    const plan = await b.plan('cancel', ['1'])
    b.gateway.onSend = () => (b.gateway.onInquiry = () => SILENT)
    const ran = await b.run(plan)
    expect([outcomes(ran), told(ran).at(-1)]).toEqual(['1 accepted', 'stopped inquiry-unanswered'])
    expect(b.order('1')).toMatchObject({ kind: '102', status: null, heldAmountYen: null })
    expect(b.mirror.journal.verify(null).ok).toBe(true)
  })

  const four = ['1', '2', '3', '4'].map((orderId) => auOrder(orderId))
  it('two silent ones in a row stop the batch', async () => {
    const { b, ran } = await cancelled(four, (count) => (count > 1 ? SILENT : null))
    expect([outcomes(ran), told(ran).at(-1)]).toEqual([
      '1 accepted, 2 accepted, 3 accepted, 4 unsent',
      'stopped inquiry-unanswered',
    ])
    expect([exitOf(ran), b.gateway.sent.length]).toEqual([6, 3])
  })

  it('two that are not in a row do not, and codes never', async () => {
    const one = await cancelled(four, (count) => (count % 2 === 1 ? SILENT : null))
    const other = await cancelled(four, () => CODE)
    for (const { ran } of [one, other]) {
      expect([outcomes(ran), exitOf(ran)]).toEqual(['1 accepted, 2 accepted, 3 accepted, 4 accepted', 0])
    }
  })
})

describe('anything else is for a person', () => {
  it.each(['20', '40', '44', '33', '31'])('%s', async (status) => {
    const { b, ran } = await cancelled([auOrder('1'), auOrder('2')], (count, at) => {
      if (count === 1) move(at.gateway.payments, '91', { status })
      return null
    })
    expect([outcomes(ran), exitOf(ran), b.attempts()]).toEqual([
      '1 attention, 2 accepted',
      4,
      ['1 attention', '2 accepted'],
    ])
    expect(b.order('1')).toMatchObject({ attention: true, status, kind: '102' })
    expect(told(ran)).toEqual(['settled 1 accepted', 'looked-again 1 attention', 'settled 2 accepted'])
    expect(b.mirror.journal.verify(null).ok).toBe(true)
  })

  it('and waits for that person: reconcile takes what Paygent says meanwhile', async () => {
    const b = bench(auOrder('1'))
    b.gateway.scripts = [accept]
    const ran = await b.run(await b.plan('cancel', ['1']))
    expect([outcomes(ran), b.order('1').attention]).toEqual(['1 attention', true])
    move(b.gateway.payments, '91', { status: '32' })
    await reconcileOn(b, { wait: false })
    expect([b.attempts(), b.order('1')]).toEqual([
      ['1 attention'],
      expect.objectContaining({ attention: true, status: '32', kind: '102' }),
    ])
  })
})

describe('a program that dies between the acceptance and the inquiry', () => {
  /** The attempts that the mirror marks as such requests. */
  const due = (b: Bench) => b.rows('SELECT order_id, state FROM attempts WHERE after_due = 1')
  const OTHER = { paymentId: '91', tradingId: 't9', status: '60', amountYen: 1_000 }

  async function died(row: ImportRow = auOrder('1')): Promise<Bench> {
    const b = bench(row, auOrder('2'))
    b.gateway.scripts = [obey]
    const plan = await b.plan('cancel', ['1'])
    b.gateway.onSend = () => {
      b.gateway.onInquiry = () => {
        throw new Error('kill -9')
      }
    }
    await expect(b.run(plan)).rejects.toThrow('kill -9')
    b.gateway.onSend = () => undefined
    b.gateway.onInquiry = () => null
    b.restart()
    expect([due(b), b.order('1').status]).toEqual([[{ order_id: '1', state: 'accepted' }], '32'])
    b.gateway.inquired.length = 0
    return b
  }
  const byId = (b: Bench) => b.gateway.inquired.filter(({ tradingId }) => tradingId === 't1').length

  const FOUND: readonly [string, (b: Bench) => void, string[], string | null, boolean][] = [
    ['it is as planned', () => undefined, [], '32', false],
    [
      'it was a refund',
      (b) => move(b.gateway.payments, '91', { status: '60' }),
      ['difference 1 moved, booked'],
      '60',
      false,
    ],
    ['it is sold', (b) => move(b.gateway.payments, '91', { status: '40' }), ['settled 1 102 attention'], '40', true],
    [
      'the payment is of another trade',
      (b) =>
        (b.gateway.onInquiry = (key) =>
          key.tradingId === 't1' ? { type: 'told', fact: { ...b.gateway.payments.get('91')!, ...OTHER } } : null),
      ['settled 1 102 attention'],
      null,
      true,
    ],
    [
      'silence',
      (b) => (b.gateway.onInquiry = (key) => (key.tradingId === 't1' ? SILENT : null)),
      ['untold 1'],
      null,
      false,
    ],
  ]
  it.each(FOUND)('reconcile asks: %s', async (name, change, heard, status, attention) => {
    const b = await died()
    change(b)
    expect(await reconcileOn(b)).toEqual(heard)
    const stillDue = name === 'silence' ? [{ order_id: '1', state: 'accepted' }] : []
    expect([due(b), b.order('1').status, b.order('1').attention]).toEqual([stillDue, status, attention])
    expect(b.mirror.journal.verify(null).ok).toBe(true)
  })

  it('stays due where a signal ends the inquiry, or comes before it', async () => {
    const b = await died()
    b.gateway.onInquiry = ({ tradingId }) => {
      if (tradingId === 't1' && b.gateway.inquired.length > 1) b.stop.abort()
      return tradingId === 't1' && b.stop.signal.aborted ? SILENT : null
    }
    expect(await reconcileOn(b)).toEqual(['stopped interrupted'])
    expect(due(b)).toEqual([{ order_id: '1', state: 'accepted' }])
    expect(await reconcileOn(b)).toEqual(['stopped interrupted'])
    expect(due(b)).toEqual([{ order_id: '1', state: 'accepted' }])
  })

  it('is counted while it is asked about', async () => {
    const b = await died()
    const asked: string[] = []
    await reconcileOn(b, {}, (event) => {
      if (event.type === 'asking') asked.push(`${event.index}/${event.total} ${event.orderId}`)
    })
    expect(asked).toEqual(['1/1 1'])
  })

  it('is asked about once', async () => {
    const b = await died()
    await reconcileOn(b)
    const asked = byId(b)
    await reconcileOn(b)
    expect([asked > 0, byId(b)]).toEqual([true, asked])
  })

  it('waits for the next time where nothing can be asked, and where others are named', async () => {
    const b = await died()
    await reconcileOn(b, { orderIds: ['2'] })
    b.gateway.onInquiry = (_, count) =>
      count === 1 ? null : { type: 'rejected', code: 'P002', detail: '', handling: 'stop-login' }
    b.gateway.inquired.length = 0
    expect(await reconcileOn(b)).toEqual(['untold 1', 'stopped inquiry-unanswered'])
    expect([due(b).length, b.order('1').status]).toEqual([1, '32'])
  })

  it('the next batch asks before it sends', async () => {
    const b = await died()
    move(b.gateway.payments, '91', { status: '60' })
    const plan = await b.plan('sale', ['2'])
    let first: unknown = null
    b.gateway.onSend = () => (first ??= [due(b).length, b.order('1').status])
    const ran = await b.run(plan)
    expect([told(ran), first]).toEqual([
      ['recovered 1 accepted', 'settled 2 accepted'],
      [0, '60'],
    ])
  })

  it('a request that an inquiry has settled as accepted needs no other', async () => {
    const b = bench(auOrder('1'))
    b.gateway.scripts = [answerLost]
    expect([outcomes(await b.batch('cancel', ['1'])), due(b)]).toEqual(['1 accepted', []])
  })
})
