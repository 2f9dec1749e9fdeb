// Tests a person's decision where Paygent has no answer: it is accepted only if Paygent does not contradict it.
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import type { PaymentFact } from '../../src/domain/order.js'
import { takenByAll } from '../../src/domain/permit.js'
import { doubleCharge } from '../../src/domain/run.js'
import { type Considered, type SettleRequest, consider, settleByHand } from '../../src/jobs/settle.js'
import { type Bench, auOrder, bench, cardOrder } from './bench.js'
import { carryOut } from './paygent.js'
import { auditOn, reconcileOn, syncOn } from './reconciling.js'
import { NoticeBoard } from './notice-board.js'
import { FAULT, type Script, move } from './scripted-gateway.js'

const SETTLE_MS = 120_000

const deps = ({ mirror, gateway, clock }: Bench) => {
  const { orders, journal, issues: books, lock, state } = mirror
  return { gateway, orders, journal, issues: books, lock, state, clock }
}

const wish = (changes: Partial<SettleRequest>): SettleRequest => ({
  orderId: '1',
  paymentId: null,
  as: null,
  note: changes.as === undefined ? null : 'looked at Paygent Online',
  settleMs: SETTLE_MS,
  ...changes,
})

async function settle(b: Bench, changes: Partial<SettleRequest>): Promise<Considered> {
  const said = wish(changes)
  const asked = await consider(said, deps(b), b.stop.signal)
  if (asked.decision.type === 'refused') return asked
  return settleByHand(said, asked, deps(b), b.stop.signal)
}

const wordOf = ({ decision }: Considered): string =>
  decision.type === 'refused' ? decision.why : `${decision.outcome}${decision.waits ? ', waits' : ''}`

const standing = (b: Bench) => {
  const [order] = b.mirror.orders.find(['1'])
  return [order?.paymentId, order?.status, order?.attention, order?.openAttempt]
}

/** The order waits for a person: what was sent left the payment in a status that fits nothing. */
const strange =
  (status: string): Script =>
  ({ paymentId }, payments) => {
    move(payments, paymentId, { status })
    return { type: 'unclear', fault: FAULT }
  }

async function attention(b: Bench, script: Script, operation: 'sale' | 'cancel' = 'sale'): Promise<void> {
  b.gateway.scripts = [script]
  await b.batch(operation, ['1'])
  expect(standing(b).slice(2)).toEqual([true, false])
  b.clock.pass(SETTLE_MS)
}

/** The shop's next file names another payment, of another trading id, while the order waits. */
function shopNames(b: Bench, status: string): void {
  const row = { ...cardOrder('1'), paymentId: '99', tradingId: 't99', status: '20' }
  b.mirror.importOrders({ rows: [row], others: [] }, b.clock.nowMs())
  b.gateway.hold({ paymentId: '99', tradingId: 't99', status })
  expect(b.order('1')).toMatchObject({ conflict: true, attention: true })
}

describe('the payment that the shop names in a conflict is asked about as well', () => {
  it.each<['sale' | 'cancel', string, SettleRequest['as'], string]>([
    ['sale', '32', 'open', 'not-processed 99'],
    ['sale', '60', 'open', 'accepted 99'],
    ['sale', '60', 'sold', 'accepted 99'],
    ['cancel', '32', 'open', 'accepted 99'],
    ['cancel', '60', 'sold', 'accepted 99'],
  ])('a %s of ours at %s, while theirs is alive, "%s": %s', async (operation, ours, as, expected) => {
    const b = bench(cardOrder('1'))
    await attention(b, strange('33'), operation)
    shopNames(b, as === 'open' ? '20' : '40')
    move(b.gateway.payments, '91', { status: ours })
    const said = wordOf(await settle(b, { as }))
    expect(`${said} ${b.order('1').paymentId}`).toBe(expected)
    expect(b.order('1')).toMatchObject({ kind: '', kindByUs: false, conflict: false, attention: false })
    expect(b.mirror.journal.verify(null).ok).toBe(true)
  })

  it.each(['open', 'sold'] as const)(
    'a correction whose payment was given back, while theirs is %s: accepted',
    async (as) => {
      const b = bench(cardOrder('1', { totalYen: 600, listedAmountYen: 1_000 }))
      b.gateway.scripts = [
        ({ paymentId, amountYen }, payments) => {
          payments.set('91000', {
            ...payments.get(paymentId)!,
            paymentId: '91000',
            status: '60',
            amountYen: amountYen ?? 0,
          })
          move(payments, paymentId, { status: '60' })
          return { type: 'half-done', code: '2012', detail: '', newPaymentId: '91000' }
        },
      ]
      await b.batch('sale', ['1'])
      b.clock.pass(SETTLE_MS)
      shopNames(b, as === 'open' ? '20' : '40')
      expect(wordOf(await settle(b, { as }))).toBe('accepted')
      expect(b.order('1')).toMatchObject({ paymentId: '99', conflict: false, attention: false })
    },
  )

  it.each<['sale' | 'cancel', string, string, string]>([
    ['sale', '60', '20', 'accepted'],
    ['sale', '60', '40', 'accepted'],
    ['cancel', '32', '20', 'accepted'],
    ['cancel', '60', '40', 'accepted'],
    ['sale', '32', '20', 'not-processed'],
  ])(
    'a %s of ours at %s, and another one of the trading id at %s, which is named: no request of ours was made on it',
    async (operation, ours, theirs, expected) => {
      const b = bench(cardOrder('1'))
      await attention(b, strange('33'), operation)
      move(b.gateway.payments, '91', { status: ours })
      b.gateway.hold({ paymentId: '99', tradingId: 't1', status: theirs })
      const as = theirs === '20' ? 'open' : 'sold'
      expect(wordOf(await settle(b, { as, paymentId: '99' }))).toBe(expected)
      expect(b.order('1')).toMatchObject({ paymentId: '99', status: theirs, kind: '', kindByUs: false })
      expect(b.mirror.journal.verify(null).ok).toBe(true)
    },
  )

  it.each([
    ['open', '20', ''],
    ['sold', '40', ''],
  ] as const)(
    'a payment that the customer made after our cancel has no request of ours on it: %s',
    async (as, status, kind) => {
      const b = bench(auOrder('1'))
      await b.batch('cancel', ['1'])
      expect(b.order('1')).toMatchObject({ kind: '102', kindByUs: true })
      b.gateway.hold({ paymentId: '77', tradingId: 't1', status })
      new NoticeBoard(b.gateway).add(1, { paymentType: '06', paymentId: '77', tradingId: 't1', status })
      await syncOn(b, { notices: true })
      expect(b.order('1').attention).toBe(true)
      expect(wordOf(await settle(b, { as }))).toBe('null')
      expect(b.order('1')).toMatchObject({ paymentId: '77', status, kind, kindByUs: false })
      expect(takenByAll(b.order('1'), 'sale', b.rules())).toBe(as === 'open')
      expect(b.mirror.journal.verify(null).ok).toBe(true)
    },
  )

  it('is not counted where it is a payment of another order, and is not kept', async () => {
    const b = bench(cardOrder('1'), cardOrder('2'))
    await attention(b, strange('33'))
    b.mirror.importOrders({ rows: [{ ...cardOrder('1'), paymentId: '92' }], others: [] }, b.clock.nowMs())
    expect(b.order('1').conflict).toBe(true)
    expect(await reconcileOn(b)).toEqual([])
    expect(b.mirror.issues.payments('1').map(({ paymentId }) => paymentId)).toEqual(['91'])
    move(b.gateway.payments, '91', { status: '32' })
    expect(wordOf(await settle(b, { as: 'open' }))).toBe('contradicted')
    expect(wordOf(await settle(b, { as: 'cancelled' }))).toBe('not-processed')
    expect(b.order('2').duplicatePayment).toBe(false)
  })

  it('is counted once where it is the one that Paygent gives by the trading id', async () => {
    const b = bench(cardOrder('1', { paymentId: null }))
    b.gateway.hold({ paymentId: '91', tradingId: 't1', status: '20' })
    const db = new Database(b.path)
    db.exec(`UPDATE orders SET attention = 1, attention_cause = 'shop-error'`)
    db.prepare(`INSERT INTO conflicts (order_id, ours, theirs, sources, at_ms) VALUES ('1', ?, ?, ?, 1)`).run(
      '{"method":"credit","payment_id":null}',
      '{"method":"代引","payment_id":"91"}',
      '{"method":"shop","payment_id":"shop"}',
    )
    db.close()
    expect(wordOf(await settle(b, { as: 'open' }))).toBe('null')
    expect(standing(b)).toEqual(['91', '20', false, false])
  })

  it.each<[string, string, string, SettleRequest['as'], string]>([
    ['both alive', '20', '20', 'open', 'two-alive'],
    ['ours gone, the shop’s alive', '32', '20', 'cancelled', 'contradicted'],
    ['ours gone, the shop’s alive', '32', '20', 'open', 'not-processed 99'],
    ['both gone', '32', '32', 'cancelled', 'not-processed 91'],
    ['the shop’s gone', '20', '32', 'open', 'not-processed 91'],
    ['the shop’s unknown to Paygent', '20', 'none', 'open', 'not-processed 91'],
  ])('%s: %s, %s, %s: %s', async (_, ours, theirs, as, expected) => {
    const b = bench(cardOrder('1'))
    await attention(b, strange('33'))
    shopNames(b, theirs)
    move(b.gateway.payments, '91', { status: ours })
    if (theirs === 'none') b.gateway.payments.delete('99')
    const said = wordOf(await settle(b, { as }))
    const { paymentId, conflict } = b.order('1')
    expect(conflict ? said : `${said} ${paymentId}`).toBe(expected)
  })
})

describe('a word that Paygent does not contradict', () => {
  const rows: readonly [string, 'sale' | 'cancel', string, SettleRequest['as'], string][] = [
    ['a sale that somebody finished', 'sale', '40', 'sold', 'accepted'],
    ['a sale that was cancelled instead', 'sale', '32', 'cancelled', 'not-processed'],
    ['a sale that expired', 'sale', '33', 'cancelled', 'not-processed'],
    ['a sale that never was', 'sale', '21', 'open', 'not-processed'],
    ['a cancel that somebody finished', 'cancel', '32', 'cancelled', 'accepted'],
    ['a cancel that was sold instead', 'cancel', '40', 'sold', 'not-processed'],
  ]
  it.each(rows)('%s', async (_, operation, status, as, outcome) => {
    const b = bench(cardOrder('1'))
    await attention(b, strange(operation === 'sale' ? '60' : '37'), operation)
    move(b.gateway.payments, '91', { status })
    expect(wordOf(await settle(b, { as }))).toBe(outcome)
    expect(standing(b)).toEqual(['91', status, false, false])
    expect(b.attempts()).toEqual([`1 ${outcome}`])
    expect(b.mirror.lock.held).toBe(false)
  })

  it('is told with its reason in the audit trail, its card numbers masked', async () => {
    const b = bench(cardOrder('1'))
    await attention(b, strange('60'))
    await settle(b, { as: 'cancelled', note: 'card 4111 1111 1111 1111, asked by phone' })
    const [last] = b.rows('SELECT event, detail, os_user FROM journal ORDER BY seq DESC LIMIT 1')
    expect(last).toEqual({
      event: 'settled-by-hand',
      detail: 'payment 91: 60 1000; card **** **** **** 1111, asked by phone',
      os_user: 'yamada',
    })
  })
})

describe('a word that is not taken', () => {
  const refusals: readonly [string, string, Partial<SettleRequest>, string][] = [
    ['sold, and Paygent says authorised', '20', { as: 'sold' }, 'contradicted'],
    ['sold, and Paygent says cancelled', '60', { as: 'sold' }, 'contradicted'],
    ['cancelled, and Paygent says sold', '40', { as: 'cancelled' }, 'contradicted'],
    ['cancelled, and Paygent says authorised', '20', { as: 'cancelled' }, 'contradicted'],
    ['cancelled, and it is in transit', '30', { as: 'cancelled' }, 'contradicted'],
    ['open, and Paygent says sold', '41', { as: 'open' }, 'contradicted'],
    ['open, and Paygent says cancelled', '32', { as: 'open' }, 'contradicted'],
    ['a payment id where there was no correction', '60', { paymentId: '91' }, 'no-correction'],
    ['a payment id that Paygent does not know', '60', { paymentId: '77' }, 'does-not-fit'],
    ['a payment id of another order', '60', { paymentId: '92', as: 'sold' }, 'does-not-fit'],
  ]
  it.each(refusals)('%s', async (_, status, changes, why) => {
    const b = bench(cardOrder('1'), cardOrder('2'))
    await attention(b, strange('60'))
    move(b.gateway.payments, '91', { status })
    const before = b.rows('SELECT count(*) AS entries FROM journal')
    expect(wordOf(await settle(b, changes))).toBe(why)
    expect(standing(b)).toEqual(['91', '60', true, false])
    expect(b.rows('SELECT count(*) AS entries FROM journal')).toEqual(before)
  })

  it('about an order of which nothing is unclear', async () => {
    expect(wordOf(await settle(bench(cardOrder('1')), { as: 'open' }))).toBe('nothing-waits')
  })

  it('about a request that reconcile can still settle', async () => {
    const b = bench(auOrder('1'))
    b.gateway.scripts = [() => ({ type: 'unclear', fault: FAULT })]
    await b.batch('sale', ['1'], { wait: false })
    expect(standing(b)[3]).toBe(true)
    expect(wordOf(await settle(b, { as: 'open' }))).toBe('ask-first')
    expect(b.attempts()).toEqual(['1 unknown'])
  })

  it('before the settle time is over: the request may still arrive', async () => {
    const b = bench(cardOrder('1'))
    b.gateway.scripts = [strange('60')]
    await b.batch('sale', ['1'])
    move(b.gateway.payments, '91', { status: '20' })
    expect(wordOf(await settle(b, { as: 'open' }))).toBe('too-early')
    b.clock.pass(SETTLE_MS)
    expect(wordOf(await settle(b, { as: 'open' }))).toBe('not-processed')
  })

  it('when Paygent says something else by the time of the answer', async () => {
    const b = bench(cardOrder('1'))
    await attention(b, strange('60'))
    const said = wish({ as: 'cancelled' })
    const asked = await consider(said, deps(b), b.stop.signal)
    move(b.gateway.payments, '91', { status: '40' })
    expect(wordOf(await settleByHand(said, asked, deps(b), b.stop.signal))).toBe('changed')
    expect(standing(b)).toEqual(['91', '60', true, false])
  })

  it.each([
    ['another amount', { amountYen: 900 }],
    ['another trading id', { tradingId: 't7' }],
    ['another dead status', { status: '32' }],
  ])('when Paygent tells %s by then', async (_, change) => {
    const b = bench(cardOrder('1'))
    await attention(b, strange('60'))
    const said = wish({ as: 'cancelled' })
    const asked = await consider(said, deps(b), b.stop.signal)
    move(b.gateway.payments, '91', change)
    expect(wordOf(await settleByHand(said, asked, deps(b), b.stop.signal))).toBe('changed')
    expect(b.attempts()).toEqual(['1 attention'])
  })

  it('when what it was refused for has changed, and when it is refused for the same', async () => {
    const b = bench(cardOrder('1'))
    await attention(b, strange('60'))
    const said = wish({ as: 'sold' })
    const asked = await consider(said, deps(b), b.stop.signal)
    expect(wordOf(asked)).toBe('contradicted')
    expect(wordOf(await settleByHand(said, asked, deps(b), b.stop.signal))).toBe('contradicted')
    expect(b.attempts()).toEqual(['1 attention'])
  })

  it('about an order that is not there, or after a signal', async () => {
    const b = bench(cardOrder('1'))
    const gone = consider(wish({ orderId: '9', as: 'open' }), deps(b), b.stop.signal)
    await expect(gone).rejects.toMatchObject({ code: 'unknown-orders', params: { orders: ['9'] } })
    await attention(b, strange('60'))
    b.stop.abort()
    const stopped = consider(wish({ as: 'cancelled' }), deps(b), b.stop.signal)
    await expect(stopped).rejects.toMatchObject({ code: 'interrupted' })
  })

  it('while Paygent is silent after the first answer', async () => {
    const b = bench(cardOrder('1'))
    await attention(b, strange('60'))
    const asked = b.gateway.inquired.length
    for (const silentAfter of [1, 2]) {
      b.gateway.onInquiry = (_key, count) => (count > asked + silentAfter ? { type: 'silent', fault: FAULT } : null)
      const silent = consider(wish({ as: 'cancelled' }), deps(b), b.stop.signal)
      await expect(silent).rejects.toMatchObject({
        code: 'payment-unanswered',
        params: { order: '1', code: 'ETIMEDOUT' },
      })
      b.gateway.inquired.length = asked
    }
  })

  it('says what it does to whoever finds the mirror locked', async () => {
    const b = bench(cardOrder('1'))
    await attention(b, strange('60'))
    const said = wish({ as: 'cancelled' })
    const asked = await consider(said, deps(b), b.stop.signal)
    const other = b.open()
    let holder: unknown = null
    b.gateway.onInquiry = () => {
      holder ??= other.lock.owner()?.command
      return null
    }
    await settleByHand(said, asked, deps(b), b.stop.signal)
    expect(holder).toBe('settle')
  })

  it('while Paygent does not answer, and while another program has the lock', async () => {
    const b = bench(cardOrder('1'))
    await attention(b, strange('60'))
    const said = wish({ as: 'cancelled' })
    const asked = await consider(said, deps(b), b.stop.signal)
    const other = b.open()
    expect(other.lock.acquire('sale')).toBe(true)
    await expect(settleByHand(said, asked, deps(b), b.stop.signal)).rejects.toMatchObject({ code: 'another-run' })
    other.lock.release()
    b.gateway.onInquiry = () => ({ type: 'silent', fault: FAULT })
    await expect(settle(b, { as: 'cancelled' })).rejects.toMatchObject({ code: 'payment-unanswered', exitCode: 6 })
    const busy = { type: 'rejected', code: 'E002', detail: '', handling: 'busy' } as const
    b.gateway.onInquiry = () => busy
    await expect(settle(b, { as: 'cancelled' })).rejects.toMatchObject({ params: { order: '1', code: 'E002' } })
    b.gateway.onInquiry = () => ({ type: 'silent', fault: { ...FAULT, kind: 'refused', phase: 'connect' } })
    await expect(settle(b, { as: 'cancelled' })).rejects.toMatchObject({ code: 'gateway-unreachable', exitCode: 6 })
    expect(standing(b)).toEqual(['91', '60', true, false])
  })
})

describe('a correction whose new payment no answer has named', () => {
  /** The correction is carried out, its answer is lost, and the old payment is left as told. */
  const corrected =
    (old: string): Script =>
    (request, payments) => {
      carryOut(request, payments)
      move(payments, request.paymentId, { status: old })
      return { type: 'unclear', fault: FAULT }
    }
  const open = () => bench(cardOrder('1', { totalYen: 600, listedAmountYen: 1_000 }))
  const charged = (b: Bench) => doubleCharge(b.mirror.orders.payments('1'), b.mirror.journal.attempts('1'))

  it('is accepted with its id once the old payment is dead', async () => {
    const b = open()
    await attention(b, corrected('20'))
    expect(charged(b)).toEqual({ paymentIds: ['91'], anotherUnknown: true })
    expect(wordOf(await settle(b, { as: 'open' }))).toBe('another-unknown')
    move(b.gateway.payments, '91', { status: '32' })
    expect(wordOf(await settle(b, { paymentId: '91000' }))).toBe('accepted')
    expect(standing(b)).toEqual(['91000', '40', false, false])
    expect(charged(b)).toBeNull()
  })

  it('keeps its kind where the shop names yet another payment by then', async () => {
    const b = open()
    await attention(b, corrected('32'))
    b.mirror.importOrders(
      { rows: [cardOrder('1', { paymentId: '99', totalYen: 600, listedAmountYen: 1_000 })], others: [] },
      b.clock.nowMs(),
    )
    expect(b.order('1').conflict).toBe(true)
    expect(wordOf(await settle(b, { paymentId: '91000' }))).toBe('accepted')
    expect(b.order('1')).toMatchObject({ paymentId: '91000', kind: '029', kindByUs: true, conflict: false })
  })

  it('waits where the payment that the shop names is alive, too', async () => {
    const b = open()
    await attention(b, corrected('32'))
    shopNames(b, '20')
    expect(wordOf(await settle(b, { paymentId: '91000' }))).toBe('attention, waits')
    move(b.gateway.payments, '99', { status: '32' })
    expect(wordOf(await settle(b, { as: 'sold' }))).toBe('accepted')
    expect(standing(b)).toEqual(['91000', '40', false, false])
  })

  it('waits with both ids while the old payment is alive, and may then be told to be the old one', async () => {
    const b = open()
    await attention(b, corrected('20'))
    expect(wordOf(await settle(b, { paymentId: '91000' }))).toBe('attention, waits')
    expect(charged(b)).toEqual({ paymentIds: ['91', '91000'], anotherUnknown: false })
    expect(wordOf(await settle(b, { as: 'sold' }))).toBe('two-alive')
    move(b.gateway.payments, '91000', { status: '60' })
    expect(wordOf(await settle(b, { as: 'open' }))).toBe('not-processed')
    expect(standing(b)).toEqual(['91', '20', false, false])
    expect(charged(b)).toBeNull()
  })

  const wrong: readonly [string, Partial<PaymentFact>][] = [
    ['another amount', { amountYen: 601 }],
    ['another trading id', { tradingId: 't2' }],
    ['only authorised', { status: '20' }],
  ]
  it.each(wrong)('is not a payment with %s', async (_, change) => {
    const b = open()
    await attention(b, corrected('32'))
    move(b.gateway.payments, '91000', change)
    expect(wordOf(await settle(b, { paymentId: '91000' }))).toBe('does-not-fit')
    expect(wordOf(await settle(b, { paymentId: '91' }))).toBe('does-not-fit')
    expect(standing(b)[2]).toBe(true)
  })
})

describe('an order with several payments under its trading id', () => {
  const several = () => {
    const b = bench(cardOrder('1', { paymentId: null, status: null }), auOrder('2'))
    b.gateway.hold({ paymentId: '95', tradingId: 't1', method: 'credit' })
    b.gateway.hold({ paymentId: '96', tradingId: 't1', method: 'credit' })
    b.gateway.hold({ paymentId: '97', tradingId: 't1', method: 'credit', amountYen: 900 })
    return b
  }

  it('waits once a batch, sync or an audit has found it, until a person names one of them', async () => {
    for (const find of [(b: Bench) => b.plan('sale', ['1']), syncOn, (b: Bench) => auditOn(b, 'take')]) {
      const b = several()
      await find(b)
      expect(b.mirror.issues.forAPerson()).toEqual([{ orderId: '1', cause: 'several-payments' }])
      expect(standing(b)).toEqual([null, null, true, false])
      expect(await reconcileOn(b)).toEqual([])
      expect([await syncOn(b), standing(b)]).toEqual([[], [null, null, true, false]])
      const plan = await b.plan('sale', ['1', '2'])
      expect(plan.refused).toMatchObject([{ orderId: '1', reason: 'attention', about: '13002' }])
      expect(wordOf(await settle(b, { paymentId: '97' }))).toBe('does-not-fit')
      expect(wordOf(await settle(b, { paymentId: '92' }))).toBe('does-not-fit')
      expect(wordOf(await settle(b, { paymentId: '95' }))).toBe('null')
      expect(standing(b)).toEqual(['95', '20', false, false])
      expect(b.mirror.issues.payments('1')).toHaveLength(1)
      await b.batch('sale', ['1'])
      expect(b.gateway.sent.map(({ paymentId }) => paymentId)).toEqual(['95'])
    }
  })

  it('is told apart in the list of differences', async () => {
    expect(await syncOn(several())).toEqual(['difference 1 several-payments, booked'])
  })

  it('has the one that Paygent tells alone by now', async () => {
    const b = several()
    await syncOn(b)
    b.gateway.payments.delete('95')
    b.gateway.payments.delete('97')
    await reconcileOn(b)
    expect(standing(b)).toEqual(['96', '20', false, false])
  })

  it('has none where Paygent tells none any more', async () => {
    const b = several()
    await syncOn(b)
    for (const paymentId of ['95', '96', '97']) b.gateway.payments.delete(paymentId)
    await reconcileOn(b)
    expect(standing(b)).toEqual([null, null, true, false])
  })

  it('has the one that the shop names', async () => {
    const b = several()
    await syncOn(b)
    b.mirror.importOrders({ rows: [cardOrder('1', { paymentId: '96' })], others: [] }, b.clock.nowMs())
    expect(standing(b)).toEqual(['96', '20', false, false])
    await settle(b, { as: 'open' })
    expect(standing(b)).toEqual(['96', '20', false, false])
  })

  it('is not marked where it has a payment, a request or a trading id of its own by now', () => {
    const b = several()
    const asRead = b.order('1')
    b.mirror.orders.awaitNaming({ ...asRead, tradingId: 't9' })
    b.mirror.orders.awaitNaming(b.order('2'))
    expect(b.mirror.issues.forAPerson()).toEqual([])
    b.mirror.orders.awaitNaming(asRead)
    expect(b.mirror.issues.forAPerson()).toHaveLength(1)
  })
})
