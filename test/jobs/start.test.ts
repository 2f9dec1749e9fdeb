// Tests the steps before the first request: the inquiry that detects a wrong login, and the attempts that a crash left
// open.
import type { Fault, InquiryAnswer } from '../../src/domain/answer.js'
import type { ImportRow } from '../../src/domain/shop.js'
import { auOrder, bench, type Bench, cardOrder, outcomes, told } from './bench.js'
import { carryOut, obey, requestLost } from './paygent.js'
import { FAULT, move } from './scripted-gateway.js'
import { describe, expect, it } from 'vitest'

const silent = (kind: Fault['kind']): InquiryAnswer => ({ type: 'silent', fault: { ...FAULT, kind } })
const code = (name: string, handling: 'stop-login' | 'stop' | 'inquire' | 'busy' | 'rejected'): InquiryAnswer => ({
  type: 'rejected',
  code: name,
  detail: 'detail',
  handling,
})

describe('the inquiry before a batch', () => {
  it.each([
    ['P002', code('P002', 'stop-login'), 'login-refused', 2],
    ['P017', code('P017', 'stop'), 'gateway-closed', 6],
    ['certificate', silent('certificate'), 'server-not-verified', 2],
    ['host name', silent('host-name'), 'server-not-verified', 2],
    ['client certificate', silent('client-certificate'), 'client-certificate-refused', 2],
    ['no name', silent('lookup'), 'gateway-unreachable', 6],
    ['refused', silent('refused'), 'gateway-unreachable', 6],
    ['silence', silent('timeout'), 'gateway-unreachable', 6],
    ['garbage', silent('answer'), 'gateway-not-understood', 6],
    ['a strange code', code('7999', 'inquire'), 'gateway-not-understood', 6],
  ] as const)('%s: nothing is sent and no run is begun', async (_name, answer, error, exitCode) => {
    const b = bench(auOrder('1'))
    const plan = await b.plan('sale', ['1'])
    b.gateway.onInquiry = () => answer
    await expect(b.run(plan)).rejects.toMatchObject({ code: error, exitCode })
    expect(b.gateway.sent).toHaveLength(0)
    expect([b.mirror.journal.run(1), b.mirror.lock.held, b.attempts()]).toEqual([null, false, []])
  })

  it.each(['13001', '2005'])('%s is an answer', async (name) => {
    const b = bench(auOrder('1'), auOrder('2'))
    const plan = await b.plan('sale', ['1', '2'])
    let asked = 0
    b.gateway.onInquiry = () => ((asked += 1) === 1 ? code(name, 'rejected') : null)
    expect((await b.run(plan)).state).toBe('completed')
  })

  it('another final code about the only order leaves it out by name', async () => {
    const b = bench(auOrder('1'))
    const plan = await b.plan('sale', ['1'])
    b.gateway.onInquiry = () => code('2004', 'rejected')
    const ran = await b.run(plan)
    expect([ran.items[0], b.gateway.sent]).toMatchObject([{ reason: 'no-payment', about: '2004', attempts: 0 }, []])
  })

  it.each([
    ['silence', silent('timeout'), 'no-answer', 'ETIMEDOUT'],
    ['garbage', silent('answer'), 'no-answer', 'ETIMEDOUT'],
    ['a strange code', code('7999', 'inquire'), 'no-payment', '7999'],
    ['a busy gateway', code('E002', 'busy'), 'no-answer', 'E002'],
  ] as const)('%s about the first order alone leaves it out by name', async (_name, answer, reason, about) => {
    const b = bench(auOrder('1'), auOrder('2'), auOrder('3'))
    const plan = await b.plan('sale', ['1', '2', '3'])
    b.gateway.onInquiry = ({ tradingId }) => (tradingId === 't1' ? answer : null)
    const ran = await b.run(plan)
    expect(outcomes(ran)).toBe('1 refused, 2 accepted, 3 accepted')
    expect(ran.items[0]).toMatchObject({ reason, about, attempts: 0 })
    expect(b.gateway.sent.map(({ paymentId }) => paymentId)).toEqual(['92', '93'])
  })

  it('heeds what Paygent tells of the order that is asked about instead', async () => {
    const b = bench(auOrder('1'), auOrder('2'))
    const plan = await b.plan('sale', ['1', '2'])
    b.gateway.onInquiry = ({ tradingId }) => (tradingId === 't1' ? silent('timeout') : null)
    move(b.gateway.payments, '92', { amountYen: 1_200 })
    const ran = await b.run(plan)
    expect(outcomes(ran)).toBe('1 refused, 2 refused')
    expect(ran.items[1]).toMatchObject({ reason: 'changed' })
    expect(b.gateway.sent).toHaveLength(0)
  })

  it('the plan takes what Paygent tells of the order that is asked about again after two silent ones', async () => {
    const b = bench(auOrder('1'), auOrder('2'), auOrder('3'), auOrder('4'))
    b.gateway.onInquiry = ({ tradingId }) => {
      if (tradingId === 't3') move(b.gateway.payments, '91', { amountYen: 1_200 })
      return tradingId === 't2' || tradingId === 't3' ? silent('timeout') : null
    }
    await b.plan('sale', ['1', '2', '3', '4'])
    expect(b.order('1').heldAmountYen).toBe(1_200)
  })

  it('the plan keeps an order whose payment id it has learnt, and that is asked about again', async () => {
    const b = bench(auOrder('1', { paymentId: null }), auOrder('2'), auOrder('3'), auOrder('4'))
    b.gateway.hold({ paymentId: '91', tradingId: 't1', status: '20', amountYen: 1_000, method: 'carrier' })
    b.gateway.onInquiry = ({ tradingId }) => (tradingId === 't2' || tradingId === 't3' ? silent('timeout') : null)
    const plan = await b.plan('sale', ['1', '2', '3', '4'])
    expect(plan.steps.map(({ orderId }) => orderId)).toEqual(['1', '4'])
  })

  it.each([[['2']], [['2', '3']]])(
    'the plan takes no payment of another method after silence about %j',
    async (odd) => {
      const b = bench(cardOrder('1', { paymentId: null }), ...odd.map((id) => auOrder(id)))
      b.gateway.hold({ paymentId: '91', tradingId: 't1', status: '20', amountYen: 1_000, method: 'carrier' })
      b.gateway.onInquiry = ({ tradingId }) => (tradingId === 't1' ? null : silent('timeout'))
      const plan = await b.plan('sale', ['1', ...odd])
      expect([plan.steps, b.order('1').paymentId]).toEqual([[], null])
      expect(plan.refused[0]).toMatchObject({ orderId: '1', reason: 'no-payment', about: 'method' })
    },
  )

  it('silence about the first and the last order leaves out both by name', async () => {
    const b = bench(auOrder('1'), auOrder('2'), auOrder('3'))
    const plan = await b.plan('sale', ['1', '2', '3'])
    b.gateway.onInquiry = ({ tradingId }) => (tradingId === 't2' ? null : silent('timeout'))
    const ran = await b.run(plan)
    expect(outcomes(ran)).toBe('1 refused, 2 accepted, 3 refused')
    expect(ran.items[2]).toMatchObject({ reason: 'no-answer', attempts: 0 })
  })

  it('a signal while another order is asked about is told as such', async () => {
    const b = bench(auOrder('1'), auOrder('2'))
    const plan = await b.plan('sale', ['1', '2'])
    b.gateway.onInquiry = ({ tradingId }) => {
      if (tradingId === 't2') b.stop.abort()
      return silent('timeout')
    }
    await expect(b.run(plan)).rejects.toMatchObject({ code: 'interrupted' })
  })

  it('E001 about every order stops before anything is sent', async () => {
    const b = bench(auOrder('1'), auOrder('2'), auOrder('3'))
    const plan = await b.plan('sale', ['1', '2', '3'])
    b.gateway.onInquiry = () => code('E001', 'inquire')
    await expect(b.run(plan)).rejects.toMatchObject({ code: 'gateway-not-understood' })
    expect(b.gateway.sent).toHaveLength(0)
  })

  it('silence about two orders stops before anything is sent', async () => {
    const b = bench(auOrder('1'), auOrder('2'))
    const plan = await b.plan('sale', ['1', '2'])
    b.gateway.onInquiry = () => silent('timeout')
    await expect(b.run(plan)).rejects.toMatchObject({ code: 'gateway-unreachable' })
    expect(b.gateway.sent).toHaveLength(0)
  })

  it('asks once, and again only where Paygent is busy', async () => {
    const b = bench(auOrder('1'))
    const plan = await b.plan('sale', ['1'])
    b.gateway.onInquiry = () => silent('timeout')
    const before = b.gateway.inquired.length
    await expect(b.run(plan)).rejects.toThrow()
    expect(b.gateway.inquired.length - before).toBe(1)
    let asked = 0
    b.gateway.onInquiry = () => ((asked += 1) < 3 ? code('E002', 'busy') : null)
    expect(outcomes(await b.run(plan))).toBe('1 accepted')
    expect(b.clock.slept).toEqual([1_000, 3_000])
  })
})

/** The program dies while the telegram about order 1 is under way; `moves` says what Paygent made of it. */
async function crashed(b: Bench, operation: 'sale' | 'cancel', moves: 'done' | 'not'): Promise<void> {
  b.gateway.onSend = (request) => {
    if (moves === 'done') carryOut(request, b.gateway.payments)
    throw new Error('kill -9')
  }
  await expect(b.batch(operation, ['1'])).rejects.toThrow('kill -9')
  b.gateway.onSend = () => undefined
  b.restart()
  expect(b.attempts()).toEqual(['1 prepared'])
}

type Change = Parameters<typeof move>[2]
const NEW = (status: string) => ({ paymentId: '91000', tradingId: 't1', status, amountYen: 600 })

describe('what a crash left open is inquired about first', () => {
  const card = cardOrder('1', { totalYen: 600 })
  const rows: readonly [string, ImportRow, 'sale' | 'cancel', Change, ReturnType<typeof NEW> | null, string][] = [
    ['moved', auOrder('1'), 'sale', { status: '40' }, null, 'accepted'],
    ['not moved', auOrder('1'), 'sale', {}, null, 'unknown'],
    ['in transit', cardOrder('1'), 'sale', { status: '30' }, null, 'unknown'],
    ['differs', auOrder('1'), 'sale', { status: '60' }, null, 'attention'],
    ['differs in amount', auOrder('1'), 'sale', { status: '40', amountYen: 900 }, null, 'attention'],
    ['released', auOrder('1'), 'cancel', { status: '32' }, null, 'accepted'],
    ['old payment gone', card, 'sale', { status: '32' }, null, 'unknown'],
    ['old payment gone, new one among two', card, 'sale', { status: '32' }, NEW('40'), 'unknown'],
  ]
  it.each(rows)('%s', async (_name, row, operation, change, made, outcome) => {
    const b = bench(row, auOrder('2'))
    await crashed(b, operation, 'not')
    move(b.gateway.payments, '91', change)
    if (made) b.gateway.hold({ ...made, method: 'credit' })
    const ran = await b.batch(operation, ['2'], { wait: false })
    expect(told(ran)[0]).toBe(`recovered 1 ${outcome}`)
    expect(b.mirror.journal.items(1)[0]).toMatchObject({ outcome, firstOutcome: 'unknown', attempts: 1 })
    expect(b.order('1')).toMatchObject({ openAttempt: outcome === 'unknown', attention: outcome === 'attention' })
    expect(b.mirror.journal.run(1)?.state).toBe('interrupted')
    expect(outcomes(ran)).toBe('2 accepted')
  })

  it.each([
    ['not moved', auOrder('1'), {}, 'not-processed'],
    ['in transit', cardOrder('1'), { status: '30' }, 'unknown'],
    ['old payment gone', card, { status: '32' }, 'attention'],
  ] as const)('gets its second look at the end of the run that found it: %s', async (_name, row, change, outcome) => {
    const b = bench(row, auOrder('2'))
    await crashed(b, 'sale', 'not')
    move(b.gateway.payments, '91', change)
    const ran = await b.batch('sale', ['2'])
    expect(told(ran).at(-1)).toBe(`looked-again 1 ${outcome}`)
    expect(b.mirror.journal.items(1)[0]).toMatchObject({ outcome, firstOutcome: 'unknown' })
    expect(b.gateway.sent.map(({ paymentId }) => paymentId)).toEqual(['92'])
  })

  it('finds the new payment of a correction by its trading id', async () => {
    const b = bench(card, auOrder('2'))
    await crashed(b, 'sale', 'done')
    b.gateway.onInquiry = (key) => {
      const fact = b.gateway.payments.get('91000')
      return 'paymentId' in key || !fact ? null : { type: 'told', fact }
    }
    expect(told(await b.batch('sale', ['2']))[0]).toBe('recovered 1 accepted')
    expect(b.order('1')).toMatchObject({ paymentId: '91000', kind: '029', heldAmountYen: 600 })
  })

  it('is asked about before anything is sent, and settled before it is told', async () => {
    const b = bench(auOrder('1'), auOrder('2'))
    await crashed(b, 'sale', 'done')
    const plan = await b.plan('sale', ['2'])
    b.gateway.onSend = () => expect(b.attempts()).toEqual(['1 accepted', '2 prepared'])
    await b.run(plan, {}, (event) => {
      if (event.type === 'recovered') expect(b.attempts()).toEqual(['1 accepted'])
    })
    expect(b.gateway.sent).toHaveLength(1)
  })

  it('keeps the order fenced while it is open', async () => {
    const b = bench(auOrder('1'), auOrder('2'))
    await crashed(b, 'sale', 'not')
    const ran = await b.batch('sale', ['1', '2'])
    expect(b.gateway.sent.map(({ paymentId }) => paymentId)).toEqual(['92'])
    expect(ran.items[0]).toMatchObject({ outcome: 'refused', reason: 'open-attempt' })
  })

  it('keeps nobody else back where Paygent is silent about it alone, and gets no second look in that run', async () => {
    const b = bench(auOrder('1'), auOrder('2'))
    await crashed(b, 'sale', 'done')
    b.gateway.onInquiry = ({ tradingId }) => (tradingId === 't1' ? silent('timeout') : null)
    const ran = await b.batch('sale', ['2'])
    expect([told(ran)[0], outcomes(ran)]).toEqual(['recovered 1 unknown', '2 accepted'])
    expect(ran.events[0]).toEqual({ type: 'recovering', orderId: '1' })
    expect(ran.events.filter(({ type }) => type === 'waiting' || type === 'looked-again')).toEqual([])
    expect([b.attempts(), b.order('1').openAttempt]).toEqual([['1 unknown', '2 accepted'], true])
    // The order itself stays fenced, and the first answer settles it.
    expect((await b.batch('sale', ['1', '2'])).items[0]).toMatchObject({ outcome: 'refused', reason: 'open-attempt' })
    b.gateway.onInquiry = () => null
    expect(told(await b.batch('sale', ['2']))[0]).toBe('recovered 1 accepted')
    expect(b.gateway.sent.map(({ paymentId }) => paymentId)).toEqual(['92'])
  })

  it('lets nothing go out where Paygent is silent about the others by then, too', async () => {
    const b = bench(auOrder('1'), auOrder('2'))
    await crashed(b, 'sale', 'not')
    const plan = await b.plan('sale', ['2'])
    let dark = false
    b.gateway.onInquiry = ({ tradingId }) => {
      dark ||= tradingId === 't1'
      return dark ? silent('timeout') : null
    }
    await expect(b.run(plan)).rejects.toMatchObject({ code: 'open-unanswered', params: { order: '1' }, exitCode: 6 })
    expect([b.gateway.sent.length, b.attempts(), b.mirror.journal.run(2)]).toEqual([0, ['1 unknown'], null])
  })

  it.each([
    ['asked in vain', silent('timeout')],
    ['refused with a code', code('E001', 'inquire')],
  ])('lets nothing go out where every later inquiry is answered with E001, and it was %s', async (_name, answer) => {
    const b = bench(auOrder('1'), auOrder('2'))
    await crashed(b, 'sale', 'not')
    const plan = await b.plan('sale', ['2'])
    let open = false
    b.gateway.onInquiry = ({ tradingId }) => {
      if (tradingId !== 't1') return open ? code('E001', 'inquire') : null
      open = true
      return answer
    }
    await expect(b.run(plan)).rejects.toMatchObject({ code: 'open-unanswered', params: { order: '1' } })
    expect(b.gateway.sent).toHaveLength(0)
  })

  it('keeps nobody else back where Paygent refuses with a code to be asked about it alone', async () => {
    const b = bench(auOrder('1'), auOrder('2'))
    await crashed(b, 'sale', 'not')
    b.gateway.onInquiry = ({ tradingId }) => (tradingId === 't1' ? code('E001', 'inquire') : null)
    expect(outcomes(await b.batch('sale', ['2']))).toBe('2 accepted')
  })

  it('two silent ones leave a plan that sends nothing alone', async () => {
    const b = bench(auOrder('1'), auOrder('2'), auOrder('3', { status: '60' }))
    b.gateway.scripts = [requestLost]
    const isSent = (of: string | null): boolean => b.gateway.sent.some(({ tradingId }) => tradingId === of)
    b.gateway.onInquiry = ({ tradingId }) => (isSent(tradingId) ? silent('timeout') : null)
    for (const id of ['1', '2']) await b.batch('sale', [id])
    expect(outcomes(await b.batch('sale', ['3']))).toBe('3 refused')
    b.gateway.onInquiry = () => silent('timeout')
    expect(outcomes(await b.batch('sale', ['1', '2']))).toBe('1 refused, 2 refused')
  })

  it('lets nothing go out where a signal comes while the other one is asked about', async () => {
    const b = bench(auOrder('1'), auOrder('2'))
    await crashed(b, 'sale', 'not')
    const plan = await b.plan('sale', ['2'])
    let dark = false
    b.gateway.onInquiry = ({ tradingId }) => {
      if (dark && tradingId === 't2') b.stop.abort()
      dark ||= tradingId === 't1'
      return dark ? silent('timeout') : null
    }
    await expect(b.run(plan)).rejects.toMatchObject({ code: 'interrupted' })
    expect(b.gateway.sent).toHaveLength(0)
  })

  it('heeds what Paygent tells of the order that is asked about after a silence', async () => {
    const b = bench(auOrder('1'), auOrder('2'), auOrder('3'))
    await crashed(b, 'sale', 'not')
    const plan = await b.plan('sale', ['2', '3'])
    b.gateway.onInquiry = ({ tradingId }) => {
      if (tradingId !== 't1') return null
      move(b.gateway.payments, '92', { amountYen: 1_200 })
      return silent('timeout')
    }
    const ran = await b.run(plan)
    expect([outcomes(ran), ran.items[0]?.reason]).toEqual(['2 refused, 3 accepted', 'changed'])
  })

  it('asks a second other order where the one that was answered before gets a page', async () => {
    const b = bench(auOrder('1'), auOrder('2'), auOrder('3'))
    await crashed(b, 'sale', 'not')
    const plan = await b.plan('sale', ['2', '3'])
    let pages = 0
    let open = false
    b.gateway.onInquiry = ({ tradingId }) => {
      if (tradingId === 't1') return ((open = true), silent('timeout'))
      return open && pages++ === 0 ? silent('answer') : null
    }
    expect(outcomes(await b.run(plan))).toBe('2 accepted, 3 accepted')
  })

  it.each([
    ['the connection that is gone', silent('refused'), 'gateway-unreachable'],
    ['the login that is gone', code('P002', 'stop-login'), 'open-unanswered'],
  ])('lets nothing go out after %s', async (_name, answer, error) => {
    const b = bench(auOrder('1'), auOrder('2'))
    await crashed(b, 'sale', 'not')
    const plan = await b.plan('sale', ['2'])
    b.gateway.onInquiry = ({ tradingId }) => (tradingId === 't1' ? answer : null)
    await expect(b.run(plan)).rejects.toMatchObject({ code: error })
    expect(b.gateway.sent).toHaveLength(0)
  })

  it.each([
    [2, 'accepted'],
    [9, 'accepted'],
    [10, 'open-unanswered'],
  ])('%i silent ones in a row: %s', async (count, result) => {
    const silentIds = Array.from({ length: count }, (_, index) => String(index + 1))
    const b = bench(...silentIds.map((id) => auOrder(id)), auOrder('99'))
    b.gateway.scripts = [requestLost]
    const isSent = (of: string | null): boolean => b.gateway.sent.some(({ tradingId }) => tradingId === of)
    b.gateway.onInquiry = ({ tradingId }) => (isSent(tradingId) ? silent('timeout') : null)
    for (const id of silentIds) await b.batch('sale', [id])
    b.gateway.scripts = [obey]
    b.gateway.onInquiry = ({ tradingId }) => (tradingId === 't99' ? null : silent('timeout'))
    const ran = await b.batch('sale', ['99']).then(outcomes, ({ code: error }: { code: string }) => error)
    expect(ran.replace('99 ', '')).toBe(result)
  })

  it('is recovered even if the new plan sends nothing', async () => {
    const b = bench(auOrder('1'), auOrder('2', { status: '60' }))
    await crashed(b, 'sale', 'done')
    expect(told(await b.batch('sale', ['2']))[0]).toBe('recovered 1 accepted')
  })

  it('books the outcome that was answered, and asks about the one in flight', async () => {
    const b = bench(auOrder('1'), auOrder('2'), auOrder('3'))
    b.gateway.onSend = ({ paymentId }) => {
      if (paymentId === '92') throw new Error('kill -9')
    }
    await expect(b.batch('sale', ['1', '2'])).rejects.toThrow('kill -9')
    b.restart()
    expect(b.attempts()).toEqual(['1 accepted', '2 prepared'])
    b.gateway.onSend = () => undefined
    b.gateway.scripts = [obey, requestLost, obey]
    expect(told(await b.batch('sale', ['3']))[0]).toBe('recovered 2 unknown')
  })
})
