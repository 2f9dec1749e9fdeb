// A part of a captured sale is given back: the request, the inquiries around it, and every way in which it may break off.
import { describe, expect, it } from 'vitest'
import type { Answer, InquiryAnswer } from '../../src/domain/answer.js'
import type { Handling } from '../../src/domain/codes.js'
import { doubleCharge } from '../../src/domain/run.js'
import { consider, settleByHand, type SettleRequest } from '../../src/jobs/settle.js'
import { type Bench, type Ran, auOrder, bench, cardOrder, outcomes, told } from './bench.js'
import { answerLost, carryOut, obey, refuse, requestLost } from './paygent.js'
import { depsOf, reconcileOn, SETTLE_MS, standing, syncOn } from './reconciling.js'
import { deskWith, fates, lost, pushing } from './scripted-shop.js'
import { FAULT, move, rejected, type Script } from './scripted-gateway.js'

const sold = cardOrder('1', { status: '40', kind: '022' })
const completed = auOrder('1', { carrier: 'docomo', status: '44', kind: '101' })

const plan = (b: Bench, refundToYen: number) => b.plan('sale', ['1'], { single: true, refundToYen })
const refund = async (b: Bench, refundToYen: number): Promise<Ran> => b.run(await plan(b, refundToYen))

/** `91 60 1000, 91000 40 700`, as the mirror has them. */
const payments = (b: Bench): string =>
  b.mirror.issues
    .payments('1')
    .map(({ paymentId, status, heldAmountYen }) => [paymentId, status, heldAmountYen].join(' '))
    .join(', ')
const ledger = (b: Bench): string =>
  [...b.gateway.payments.values()]
    .map(({ paymentId, status, amountYen }) => [paymentId, status, amountYen].join(' '))
    .join(', ')
const charged = (b: Bench) => doubleCharge(b.mirror.issues.payments('1'), b.mirror.journal.attempts('1'))

async function settle(b: Bench, changes: Partial<SettleRequest>): Promise<string> {
  const asked: SettleRequest = {
    orderId: '1',
    paymentId: null,
    as: null,
    note: 'looked',
    settleMs: SETTLE_MS,
    ...changes,
  }
  const considered = await consider(asked, depsOf(b), b.stop.signal)
  if (considered.decision.type === 'refused') return considered.decision.why
  const { decision } = await settleByHand(asked, considered, depsOf(b), b.stop.signal)
  return decision.type === 'refused' ? decision.why : `${decision.outcome}${decision.waits ? ', waits' : ''}`
}

describe('a refund', () => {
  it.each([
    ['029', sold],
    ['103', completed],
  ] as const)(
    '%s: Paygent is asked in the plan, just before, and about both payments after',
    async (telegram, order) => {
      const b = bench(order)
      const made = await plan(b, 700)
      expect(made.steps).toMatchObject([{ request: 'refund', telegram, amountYen: 700, heldAmountYen: 1_000 }])
      const before = b.gateway.inquired.length
      let at = 0
      b.gateway.onSend = () => void (at = b.gateway.inquired.length)
      const ran = await b.run(made)
      expect([outcomes(ran), told(ran)]).toEqual(['1 accepted', ['settled 1 accepted']])
      expect(b.gateway.sent).toMatchObject([{ telegram, paymentId: '91', amountYen: 700 }])
      const asked = b.gateway.inquired.map((key) => ('paymentId' in key ? key.paymentId : 'trade'))
      expect([before > 0, asked[at - 1], asked.slice(at)]).toEqual([true, '91', ['91000', '91']])
      expect(payments(b)).toBe(ledger(b))
      expect(b.order('1')).toMatchObject({ kind: telegram, status: '40', heldAmountYen: 700, totalYen: 1_000 })
      expect(b.rows('SELECT request, planned_status, held_amount_yen, amount_yen FROM run_items')).toEqual([
        {
          request: 'refund',
          planned_status: telegram === '029' ? '40' : '44',
          held_amount_yen: 1_000,
          amount_yen: 700,
        },
      ])
      expect(b.mirror.journal.verify(null).ok).toBe(true)
    },
  )

  it('a second and a third one, of a card that is sold here first; then what is left is given back', async () => {
    const b = bench(cardOrder('1'))
    await b.batch('sale', ['1'])
    for (const toYen of [700, 400, 1]) expect(outcomes(await refund(b, toYen))).toBe('1 accepted')
    expect(payments(b)).toBe('91 60 1000, 91000 60 700, 91000000 60 400, 91000000000 40 1')
    expect(payments(b)).toBe(ledger(b))
    const again = await plan(b, 1)
    expect(again.refused).toMatchObject([{ reason: 'already' }])
    expect((await b.plan('sale', ['1'], { single: true })).refused).toMatchObject([{ reason: 'already' }])
    expect(outcomes(await b.batch('cancel', ['1']))).toBe('1 accepted')
    expect(b.order('1')).toMatchObject({ status: '60', kind: '023' })
    expect(b.mirror.journal.verify(null).ok).toBe(true)
  })

  it('waits for docomo to complete the sale, as Paygent tells when it is asked', async () => {
    const b = bench(auOrder('1', { carrier: 'docomo' }))
    await b.batch('sale', ['1'])
    expect((await plan(b, 700)).refused).toMatchObject([{ reason: 'status', about: '40' }])
    move(b.gateway.payments, '91', { status: '44' })
    expect(outcomes(await refund(b, 700))).toBe('1 accepted')
    expect(payments(b)).toBe(ledger(b))
  })

  it('is planned by what Paygent says now, not by what the mirror has', async () => {
    const b = bench(cardOrder('1'))
    move(b.gateway.payments, '91', { status: '40', amountYen: 900 })
    const made = await plan(b, 700)
    expect(made.steps).toMatchObject([{ heldAmountYen: 900, plannedStatus: '40', amountYen: 700 }])
    move(b.gateway.payments, '91', { amountYen: 800 })
    expect(outcomes(await b.run(made))).toBe('1 refused')
    expect(b.gateway.sent).toEqual([])
  })

  it('is written into the shop right after it, as every new payment', async () => {
    const made = await deskWith(sold)
    made.b.gateway.onSend = () => void (made.b.gateway.inquired.length = 0)
    await made.b.run(await plan(made.b, 700), { push: true })
    expect(made.b.gateway.inquired).toMatchObject([{ paymentId: '91000' }, { paymentId: '91' }])
    const { kind, paymentId } = made.shop.rows.get('1') ?? {}
    expect([kind, paymentId, fates(await pushing(made))]).toEqual(['029', '91000', []])
    await made.b.run(await plan(made.b, 400), { push: true })
    expect(made.shop.rows.get('1')).toMatchObject({ kind: '029', paymentId: '91000000' })
  })

  it('asks about both payments though the shop is lost while the new one is written into it', async () => {
    const made = await deskWith(sold)
    made.shop.onWritten = () => {
      throw lost()
    }
    const ran = await made.b.run(await plan(made.b, 700), { push: true })
    expect(told(ran)).toEqual(['settled 1 accepted', 'stopped shop-lost'])
    expect([payments(made.b), made.b.mirror.journal.unasked()]).toEqual([ledger(made.b), []])
  })
})

describe('after an accepted refund', () => {
  const silent: InquiryAnswer = { type: 'silent', fault: FAULT }

  it.each([
    ['the new payment has another amount', { paymentId: '91000', amountYen: 701 }],
    ['the new payment is not sold', { paymentId: '91000', status: '32' }],
    ['the old payment is still sold', { paymentId: '91', status: '40' }],
  ] as const)('%s: a person has to look', async (_, { paymentId, ...change }) => {
    const b = bench(sold)
    b.gateway.scripts = [
      (request, held) => {
        const answer = obey(request, held)
        move(held, paymentId, change)
        return answer
      },
    ]
    const ran = await refund(b, 700)
    expect([outcomes(ran), b.order('1').attention, payments(b)]).toEqual(['1 attention', true, ledger(b)])
    expect(charged(b) !== null).toBe(paymentId === '91')
    expect(b.mirror.journal.verify(null).ok).toBe(true)
  })

  it('two live sales are told until one is undone; reconcile then takes the refund for done', async () => {
    const b = bench(sold)
    b.gateway.scripts = [
      (request, held) => {
        const answer = obey(request, held)
        move(held, '91', { status: '40' })
        return answer
      },
    ]
    await refund(b, 700)
    expect(await reconcileOn(b)).toEqual([])
    expect(charged(b)).toEqual({ paymentIds: ['91', '91000'], anotherUnknown: false })
    move(b.gateway.payments, '91', { status: '60' })
    expect(await reconcileOn(b)).toEqual(['settled 1 029 accepted'])
    expect([charged(b), standing(b), payments(b)]).toEqual([null, '91000 40', ledger(b)])
  })

  it('without an answer it stays accepted, and nothing of the new payment counts as told', async () => {
    const b = bench(sold)
    b.gateway.onInquiry = () => (b.gateway.sent.length > 0 ? silent : null)
    expect(outcomes(await refund(b, 700))).toBe('1 accepted')
    expect(b.order('1')).toMatchObject({ paymentId: '91000', kind: '029', status: null, heldAmountYen: null })
    b.gateway.onInquiry = () => null
    expect(outcomes(await refund(b, 400))).toBe('1 accepted')
    expect(payments(b)).toBe(ledger(b))
  })

  it('a program that dies before it has asked: the next reconcile asks about both payments', async () => {
    const b = bench(sold)
    const made = await plan(b, 700)
    b.gateway.onSend = () => {
      b.gateway.onInquiry = () => {
        throw new Error('kill -9')
      }
    }
    await expect(b.run(made)).rejects.toThrow('kill -9')
    b.gateway.onInquiry = () => null
    b.restart()
    move(b.gateway.payments, '91', { status: '40' })
    b.gateway.inquired.length = 0
    expect(await reconcileOn(b)).toEqual(['settled 1 029 attention'])
    expect(charged(b)?.paymentIds).toEqual(['91', '91000'])
  })
})

describe('a refund without a clear answer', () => {
  it('that never arrived is not processed after the settle time, and may be sent again', async () => {
    const b = bench(sold)
    b.gateway.scripts = [requestLost, obey]
    expect(outcomes(await refund(b, 700))).toBe('1 not-processed')
    expect([standing(b), ledger(b)]).toEqual(['91 40', '91 40 1000'])
    expect(outcomes(await refund(b, 600))).toBe('1 accepted')
    expect(payments(b)).toBe(ledger(b))
  })

  it('that was carried out waits for the id of the new payment', async () => {
    const b = bench(sold)
    b.gateway.scripts = [answerLost]
    expect(outcomes(await refund(b, 700))).toBe('1 attention')
    expect(await settle(b, { as: 'sold' })).toBe('another-unknown')
    expect(await settle(b, { paymentId: '91000' })).toBe('accepted')
    expect([standing(b), payments(b)]).toEqual(['91000 40', ledger(b)])
  })

  it('arrives after it was called not processed: reconcile hands it to a person', async () => {
    const b = bench(sold)
    b.gateway.scripts = [requestLost]
    await refund(b, 700)
    const late = b.gateway.sent[0]
    if (late) carryOut(late, b.gateway.payments)
    expect(await reconcileOn(b)).toEqual(['difference 1 late-arrival, booked'])
    expect(await settle(b, { paymentId: '91000', as: 'sold' })).toBe('null')
    expect([standing(b), payments(b)]).toEqual(['91000 40', ledger(b)])
  })
})

/** Result 1 with the data of a payment: the new one is left so, the old one stays as it was. */
const halfDone =
  (code: '2010' | '2011' | '2012', told = true): Script =>
  ({ paymentId, amountYen }, held) => {
    const newPaymentId = `${paymentId}000`
    const before = held.get(paymentId)
    if (before === undefined) throw new Error(`no payment ${paymentId}`)
    held.set(newPaymentId, {
      ...before,
      paymentId: newPaymentId,
      status: code === '2012' ? '40' : '20',
      amountYen: amountYen ?? 0,
    })
    return told
      ? { type: 'half-done', code, detail: '', newPaymentId }
      : ({ type: 'unclear', fault: FAULT } satisfies Answer)
  }

/** The new payment is left so, and the refusal says nothing of it. */
const behind =
  (code: string, handling: Handling): Script =>
  (request, held) => {
    halfDone('2012')(request, held)
    return rejected(code, handling)
  }

describe('a refund that broke off half-way', () => {
  it.each(['2010', '2011', '2012'] as const)(
    '%s: both payments are alive, and told until one is dead',
    async (code) => {
      const b = bench(sold)
      b.gateway.scripts = [halfDone(code)]
      expect(outcomes(await refund(b, 700))).toBe(`1 attention ${code}`)
      b.clock.pass(SETTLE_MS)
      expect(await reconcileOn(b)).toEqual([])
      expect([charged(b)?.paymentIds, await settle(b, { as: 'sold' })]).toEqual([['91', '91000'], 'two-alive'])
      expect(payments(b)).toBe(ledger(b))
    },
  )

  it.each(['2010', '2011'] as const)('%s: the new one is released, and nothing was refunded', async (code) => {
    const b = bench(sold)
    b.gateway.scripts = [halfDone(code), obey]
    await refund(b, 700)
    move(b.gateway.payments, '91000', { status: '32' })
    b.clock.pass(SETTLE_MS)
    await reconcileOn(b)
    expect(charged(b)).toBeNull()
    expect(await settle(b, { as: 'sold' })).toBe('not-processed')
    expect([standing(b), payments(b)]).toEqual(['91 40', ledger(b)])
  })

  it.each(['2010', '2011', '2012'] as const)('%s: the new one is sold and the old one cancelled', async (code) => {
    const b = bench(sold)
    b.gateway.scripts = [halfDone(code)]
    await refund(b, 700)
    move(b.gateway.payments, '91000', { status: '40' })
    await reconcileOn(b)
    expect(charged(b)?.paymentIds).toEqual(['91', '91000'])
    move(b.gateway.payments, '91', { status: '60' })
    expect(await reconcileOn(b)).toEqual(['settled 1 029 accepted'])
    expect([standing(b), payments(b), charged(b)]).toEqual(['91000 40', ledger(b), null])
  })

  it('late, after it was called not processed: the next reconcile finds the other payment', async () => {
    const b = bench(sold)
    b.gateway.scripts = [requestLost]
    await refund(b, 700)
    const late = b.gateway.sent[0]
    if (late) halfDone('2012')(late, b.gateway.payments)
    expect(await reconcileOn(b)).toEqual(['difference 1 another-payment, booked'])
    expect(standing(b)).toBe('91 40 attention another-payment')
    expect(await settle(b, { as: 'sold' })).toBe('another-unknown')
    expect(await settle(b, { paymentId: '91000', as: 'sold' })).toBe('two-alive')
    move(b.gateway.payments, '91000', { status: '60' })
    expect(await settle(b, { paymentId: '91000', as: 'sold' })).toBe('null')
    expect(standing(b)).toBe('91 40')
  })
})

describe('once it was called not processed, Paygent is asked by the trading id', () => {
  const facts = { tradingId: 't1', amountYen: 700, method: null, carrier: null, authorizedAt: null }
  const told = (status: string): InquiryAnswer => ({ type: 'told', fact: { ...facts, paymentId: '77', status } })
  const known: InquiryAnswer = { type: 'told', fact: { ...facts, paymentId: '91', status: '40', amountYen: 1_000 } }
  const code = (text: string): InquiryAnswer => ({ type: 'rejected', code: text, detail: '', handling: 'rejected' })

  it.each([
    ['another payment that is alive', told('40'), ['difference 1 another-payment, booked']],
    ['another payment that is dead', told('32'), []],
    ['the known one', known, []],
    ['several', code('13002'), ['difference 1 another-payment, booked']],
    ['none', code('13001'), []],
  ] as const)('%s', async (_, answer, differences) => {
    const b = bench(sold)
    b.gateway.scripts = [requestLost]
    await refund(b, 700)
    b.gateway.onInquiry = (key) => ('paymentId' in key ? null : answer)
    expect(await reconcileOn(b)).toEqual(differences)
    expect(b.order('1').attention).toBe(differences.length > 0)
  })
})

describe('a second correction', () => {
  /** Refunded to 700 once, so that Paygent answers 13002 by the trading id from now on. */
  async function refundedOnce(...scripts: readonly Script[]): Promise<Bench> {
    const b = bench(sold)
    b.gateway.scripts = [obey, ...scripts]
    await refund(b, 700)
    return b
  }

  it.each([
    ['never arrived', requestLost],
    ['broke off half-way', halfDone('2012', false)],
  ] as const)('that %s is open to every meaning: a word waits for the id of the new payment', async (_, script) => {
    const b = await refundedOnce(script)
    expect(outcomes(await refund(b, 400))).toBe('1 attention 13002')
    b.clock.pass(SETTLE_MS)
    await reconcileOn(b)
    for (const as of ['sold', 'cancelled', 'open'] as const) expect(await settle(b, { as })).toBe('another-unknown')
    // Neither the first payment nor the one before the correction is the one that it made.
    for (const paymentId of ['91', '91000']) expect(await settle(b, { as: 'sold', paymentId })).toBe('another-unknown')
    expect(charged(b)).toEqual({ paymentIds: ['91000'], anotherUnknown: true })
  })

  it('that broke off half-way: named, and undone in Paygent Online', async () => {
    const b = await refundedOnce(halfDone('2010', false))
    await refund(b, 400)
    b.clock.pass(SETTLE_MS)
    expect(await settle(b, { paymentId: '91000000', as: 'sold' })).toBe('two-alive')
    move(b.gateway.payments, '91000000', { status: '32' })
    expect(await settle(b, { paymentId: '91000000', as: 'sold' })).toBe('not-processed')
    // Paygent goes on answering 13002, which says nothing new.
    expect(await reconcileOn(b)).toEqual([])
    expect([standing(b), payments(b), charged(b)]).toEqual(['91000 40', ledger(b), null])
  })

  it('is not made by a payment of another amount, nor by the one that an earlier correction left', async () => {
    const b = bench(sold)
    b.gateway.scripts = [halfDone('2010'), requestLost]
    await refund(b, 700)
    move(b.gateway.payments, '91000', { status: '32' })
    b.clock.pass(SETTLE_MS)
    expect(await settle(b, { as: 'sold' })).toBe('not-processed')
    expect(outcomes(await refund(b, 700))).toBe('1 attention 13002')
    b.clock.pass(SETTLE_MS)
    b.gateway.hold({ paymentId: '77', tradingId: 't1', status: '32', amountYen: 650 })
    for (const paymentId of ['91000', '77']) expect(await settle(b, { as: 'sold', paymentId })).toBe('another-unknown')
  })

  it('that was carried out: the new payment is named', async () => {
    const b = await refundedOnce(answerLost)
    expect(outcomes(await refund(b, 400))).toBe('1 attention')
    expect(await settle(b, { as: 'sold' })).toBe('another-unknown')
    expect(await settle(b, { paymentId: '91000000' })).toBe('accepted')
    expect([standing(b), payments(b)]).toEqual(['91000000 40', ledger(b)])
  })

  it('of which Paygent tells the trading id with one payment: a word is taken', async () => {
    const b = await refundedOnce(requestLost)
    await refund(b, 400)
    b.clock.pass(SETTLE_MS)
    b.gateway.payments.delete('91')
    const facts = b.gateway.payments.get('91000')
    if (facts)
      b.gateway.onInquiry = (key) =>
        'paymentId' in key && key.paymentId === '91'
          ? { type: 'told', fact: { ...facts, paymentId: '91', status: '60' } }
          : null
    expect(await settle(b, { as: 'sold' })).toBe('not-processed')
  })

  it.each(['2004', '2007', '13002'] as const)(
    'that is refused for good (%s) is rejected, whatever 13002 hides',
    async (code) => {
      const b = await refundedOnce(refuse(code, 'rejected'), obey)
      expect(outcomes(await refund(b, 400))).toBe(`1 rejected ${code}`)
      expect([standing(b), payments(b)]).toEqual(['91000 40', ledger(b)])
      expect(outcomes(await refund(b, 400))).toBe('1 accepted')
    },
  )

  it.each([
    ['E001', 'inquire'],
    ['E002', 'busy'],
    ['9999', 'inquire'],
    ['2008', 'acquirer-timeout'],
  ] as const)('%s leaves open whether it has made a payment, which 13002 would hide', async (code, handling) => {
    for (const script of [refuse(code, handling), behind(code, handling)]) {
      const b = await refundedOnce(script)
      expect(outcomes(await refund(b, 400))).toBe(`1 attention ${code}`)
      b.clock.pass(SETTLE_MS)
      expect(await settle(b, { as: 'sold' })).toBe('another-unknown')
      expect(charged(b)).toEqual({ paymentIds: ['91000'], anotherUnknown: true })
    }
  })

  it.each([
    ['7302', 'inquire'],
    ['2008', 'acquirer-timeout'],
  ] as const)('of docomo: the same after %s', async (code, handling) => {
    const b = bench(completed)
    b.gateway.scripts = [obey, behind(code, handling)]
    await refund(b, 700)
    move(b.gateway.payments, '91000', { status: '44' })
    await syncOn(b)
    expect(outcomes(await refund(b, 400))).toBe(`1 attention ${code}`)
    expect(charged(b)).toEqual({ paymentIds: ['91000'], anotherUnknown: true })
  })

  it('that is refused while another payment is not known stays with a person', async () => {
    const b = bench(sold)
    const made = await plan(b, 700)
    b.gateway.hold({ paymentId: '77', tradingId: 't1', status: '40', amountYen: 700 })
    b.gateway.scripts = [refuse('E001', 'inquire')]
    expect(outcomes(await b.run(made))).toBe('1 attention E001')
  })

  it('that never arrived is made in Paygent Online and named, and ends the waiting', async () => {
    const b = await refundedOnce(requestLost, obey)
    await refund(b, 400)
    b.clock.pass(SETTLE_MS)
    const [, lost] = b.gateway.sent
    if (lost) carryOut(lost, b.gateway.payments)
    expect(await settle(b, { paymentId: '91000000' })).toBe('accepted')
    expect([standing(b), payments(b), charged(b)]).toEqual(['91000000 40', ledger(b), null])
    expect(outcomes(await b.batch('cancel', ['1']))).toBe('1 accepted')
  })

  it('a notice names the new payment', async () => {
    const b = await refundedOnce(answerLost)
    await refund(b, 400)
    const notice = { noticeId: '1', changeDate: null, paymentType: '02', tradingId: 't1', status: '40', amountYen: 400 }
    b.gateway.onNotice = (noticeId) =>
      noticeId === null
        ? { type: 'notice', notice: { ...notice, paymentId: '91000000' }, gap: false }
        : { type: 'none' }
    await syncOn(b, { notices: true })
    expect(await reconcileOn(b)).toEqual(['settled 1 029 accepted'])
    expect([standing(b), payments(b)]).toEqual(['91000000 40', ledger(b)])
  })
})
