// Tests the data of an order that a person sees before deciding: every payment in Paygent's answers, each once, and
// only this order's request.
import type { PaymentFact } from '../../src/domain/order.js'
import { consider, type Considered, settleByHand, type SettleRequest } from '../../src/jobs/settle.js'
import { auOrder, bench, type Bench, cardOrder } from './bench.js'
import { FAULT, move, type Script } from './scripted-gateway.js'
import { describe, expect, it } from 'vitest'

const SETTLE_MS = 120_000

const deps = ({ mirror, gateway, clock }: Bench) => {
  const { orders, journal, issues: books, lock, state } = mirror
  return { gateway, orders, journal, issues: books, lock, state, clock }
}

const wish = (changes: Partial<SettleRequest> = {}): SettleRequest => ({
  orderId: '1',
  paymentId: null,
  as: 'cancelled',
  note: 'looked at Paygent Online',
  settleMs: SETTLE_MS,
  ...changes,
})

const asking = (b: Bench, changes: Partial<SettleRequest> = {}): Promise<Considered> =>
  consider(wish(changes), deps(b), b.stop.signal)

const answering = (b: Bench, asked: Considered, changes: Partial<SettleRequest> = {}): Promise<Considered> =>
  settleByHand(wish(changes), asked, deps(b), b.stop.signal)

const wordOf = ({ decision }: Considered): string => (decision.type === 'refused' ? decision.why : 'taken')

/** The payment of a sale is found in a status that fits nothing. */
const strange: Script = ({ paymentId }, payments) => {
  move(payments, paymentId, { status: '60' })
  return { type: 'unclear', fault: FAULT }
}

/** A request for these orders, one after the other, comes to nothing that the mirror could settle. */
async function attention(b: Bench, ...orderIds: string[]): Promise<void> {
  b.gateway.scripts = [strange]
  for (const orderId of orderIds) await b.batch('sale', [orderId])
  b.clock.pass(SETTLE_MS)
}

describe('the payments', () => {
  it.each([null, '91', '91000'])(
    'that are known are asked about once each, whichever is named: %s',
    async (paymentId) => {
      const b = bench(cardOrder('1', { totalYen: 600, listedAmountYen: 1_000 }))
      b.gateway.scripts = [
        (request, payments) => {
          payments.set('91000', { ...payments.get('91')!, paymentId: '91000', amountYen: request.amountYen ?? 0 })
          return { type: 'half-done', code: '2010', detail: '', newPaymentId: '91000' }
        },
      ]
      await b.batch('sale', ['1'])
      b.clock.pass(SETTLE_MS)
      b.gateway.inquired.length = 0
      const { unclear: look } = await asking(b, { paymentId })
      // The first inquiry shows whether Paygent answers at all.
      expect(b.gateway.inquired.map((key) => ('paymentId' in key ? key.paymentId : 'trade')).slice(1)).toEqual([
        '91',
        '91000',
        'trade',
      ])
      expect(look.facts.map((fact) => fact.paymentId)).toEqual(['91', '91000'])
    },
  )

  const held = (paymentId: string, tradingId = 't1'): Partial<PaymentFact> & Pick<PaymentFact, 'paymentId'> => ({
    paymentId,
    tradingId,
    status: '32',
  })
  const rows: readonly [string, readonly ReturnType<typeof held>[], string | null, string[], string[], boolean][] = [
    ['the one that is known', [held('91')], null, ['91'], [], false],
    ['one that is not known, where the known one is gone', [held('95')], null, ['95'], ['91 13001'], false],
    ['several: another is unknown', [held('91'), held('95')], null, ['91'], [], true],
    ['several, the other one named', [held('91'), held('95')], '95', ['91', '95'], [], false],
    ['the one named is under another trading id', [held('91'), held('95', 't7')], '95', ['91', '95'], [], false],
    ['several beside it', [held('91'), held('96'), held('95', 't7')], '95', ['91', '95'], [], true],
    ['one beside it that is not known', [held('96'), held('95', 't7')], '95', ['95', '96'], ['91 13001'], false],
    ['none', [], null, [], ['91 13001'], false],
  ]
  it.each(rows)('%s', async (_, payments, paymentId, facts, codes, anotherUnknown) => {
    const b = bench(cardOrder('1'))
    await attention(b, '1')
    b.gateway.payments.clear()
    for (const payment of payments) b.gateway.hold(payment)
    const { unclear: look } = await asking(b, { paymentId })
    expect(look.facts.map((fact) => fact.paymentId)).toEqual(facts)
    expect(look.codes.map((told) => `${told.paymentId} ${told.code}`)).toEqual(codes)
    expect(look.anotherUnknown).toBe(anotherUnknown)
    expect(look.several).toBe(payments.filter(({ tradingId }) => tradingId === 't1').length > 1)
  })

  it('another code for the trading id tells of no other payment', async () => {
    const b = bench(cardOrder('1'))
    await attention(b, '1')
    const otherwise = { type: 'rejected', code: '13001', detail: '', handling: 'rejected' } as const
    b.gateway.onInquiry = (key) => ('paymentId' in key ? null : otherwise)
    expect((await asking(b)).unclear).toMatchObject({ facts: [{ paymentId: '91' }], anotherUnknown: false })
  })

  it('the later answer counts where the payment has moved between the two', async () => {
    const b = bench(cardOrder('1'))
    await attention(b, '1')
    b.gateway.onInquiry = (key) => {
      if (!('paymentId' in key)) move(b.gateway.payments, '91', { status: '32' })
      return null
    }
    expect((await asking(b)).unclear.facts.map(({ status }) => status)).toEqual(['32'])
  })

  it('silence about the known one is no answer, whatever the trading id tells', async () => {
    const b = bench(cardOrder('1'))
    await attention(b, '1')
    const before = b.gateway.inquired.length + 1
    b.gateway.onInquiry = (key, count) =>
      'paymentId' in key && count > before ? { type: 'silent', fault: FAULT } : null
    await expect(asking(b)).rejects.toMatchObject({
      code: 'payment-unanswered',
      params: { order: '1', code: 'ETIMEDOUT' },
    })
  })
})

describe('the request', () => {
  it('is this order’s, whatever waits for others', async () => {
    const b = bench(cardOrder('1'), cardOrder('2'), auOrder('3'))
    await attention(b, '1', '2')
    b.gateway.scripts = [() => ({ type: 'unclear', fault: FAULT })]
    await b.batch('sale', ['3'], { wait: false })
    expect(b.attempts()).toEqual(['1 attention', '2 attention', '3 unknown'])
    expect((await asking(b)).unclear.attempt?.orderId).toBe('1')
    expect((await asking(b, { orderId: '2' })).unclear.attempt?.orderId).toBe('2')
    expect((await asking(b, { orderId: '3' })).unclear.attempt?.orderId).toBe('3')
  })

  it('may be none', async () => {
    const b = bench(auOrder('1'))
    await b.batch('sale', ['1'])
    b.mirror.importOrders({ rows: [auOrder('1', { status: '60' })], others: [] }, b.clock.nowMs())
    const asked = await asking(b, { as: 'sold' })
    expect([asked.unclear.attempt, wordOf(asked)]).toEqual([null, 'ask-first'])
    expect(wordOf(await answering(b, asked, { as: 'sold' }))).toBe('ask-first')
  })

  it('of which a person was shown another is no longer what was asked', async () => {
    const b = bench(cardOrder('1'))
    await attention(b, '1')
    const asked = await asking(b)
    const { attempt } = asked.unclear
    const another = attempt && { ...attempt, attemptId: attempt.attemptId + 1 }
    expect(wordOf(await answering(b, { ...asked, unclear: { ...asked.unclear, attempt: another } }))).toBe('changed')
    expect(b.attempts()).toEqual(['1 attention'])
    expect(wordOf(await answering(b, asked))).toBe('taken')
  })

  it('was refused for another reason than now', async () => {
    const b = bench(cardOrder('1'))
    b.gateway.scripts = [strange]
    await b.batch('sale', ['1'])
    const asked = await asking(b, { as: 'sold' })
    b.clock.pass(SETTLE_MS)
    expect(wordOf(asked)).toBe('too-early')
    expect(wordOf(await answering(b, asked, { as: 'sold' }))).toBe('changed')
  })
})
