// A correction makes another payment: its id is written to the shop before anything else is sent, or the batch ends.
import { describe, expect, it } from 'vitest'
import { lacksNewPayment } from '../../src/attempts/shop-push.js'
import type { BatchOptions } from '../../src/batch/events.js'
import type { ImportRow } from '../../src/domain/shop.js'
import { auOrder, cardOrder, outcomes, told } from './bench.js'
import { carryOut, obey, requestLost } from './paygent.js'
import { reconcileOn } from './reconciling.js'
import { FAULT } from './scripted-gateway.js'
import { type Desk, deskWith, fates, lost, pushing } from './scripted-shop.js'

const LOWERED = { totalYen: 600, listedAmountYen: 1_000 }
const CARD = cardOrder('1', LOWERED)

const sell = async ({ b }: Desk, orderIds: readonly string[], options: Partial<BatchOptions> = {}) =>
  b.batch('sale', orderIds, { push: true, ...options })

const rowOf = ({ shop }: Desk, orderId: string) => {
  const { kind, paymentId } = shop.rows.get(orderId) ?? {}
  return [kind, paymentId]
}

describe('a new payment', () => {
  it.each([
    ['029', CARD, true],
    ['103', auOrder('1', { ...LOWERED, carrier: 'docomo' }), true],
    // au keeps the payment: the shop's row names it already.
    ['103', auOrder('1', LOWERED), false],
  ] as const)('of %s is in the shop before the next request leaves: %#', async (kind, order, atOnce) => {
    const made = await deskWith(order, auOrder('2'))
    const seen: unknown[] = []
    made.shop.onWrite = () => seen.push(made.b.attempts())
    made.b.gateway.onSend = () => seen.push(rowOf(made, '1'))
    const ran = await sell(made, ['1', '2'])
    expect(outcomes(ran)).toBe('1 accepted, 2 accepted')
    const none = ['', '91']
    const accepted = ['1 accepted']
    expect(seen).toEqual(atOnce ? [none, accepted, [kind, '91000']] : [none, none])
    expect(told(ran).includes('pushed 1 written')).toBe(atOnce)
    expect(fates(await pushing(made))).toEqual(atOnce ? ['2 written'] : ['1 written', '2 written'])
  })

  it('waits for the end where nothing goes back to the shop', async () => {
    const made = await deskWith(CARD)
    await sell(made, ['1'], { push: false })
    expect([rowOf(made, '1'), made.shop.written]).toEqual([['', '91'], []])
  })

  it('that the server does not take is left for the end, and the batch goes on', async () => {
    const made = await deskWith(CARD, auOrder('2'))
    made.shop.refuses.set('1', '1205')
    const ran = await sell(made, ['1', '2'])
    expect([told(ran), outcomes(ran)]).toEqual([
      ['settled 1 accepted', 'pushed 1 failed', 'settled 2 accepted'],
      '1 accepted, 2 accepted',
    ])
    made.shop.refuses.clear()
    expect(fates(await pushing(made))).toEqual(['1 written', '2 written'])
  })

  it('with which the connection dies ends the batch, and nothing connects anew', async () => {
    const made = await deskWith(CARD, auOrder('2'))
    made.shop.onWrite = () => {
      throw lost()
    }
    const ran = await sell(made, ['1', '2'])
    expect([outcomes(ran), told(ran).at(-1), ran.state]).toEqual([
      '1 accepted, 2 unsent',
      'stopped shop-lost',
      'stopped',
    ])
    expect([made.b.gateway.sent.length, made.shop.looked]).toEqual([1, ['1']])
  })

  it.each([
    ['the cut-off', 'stopped until', (made: Desk) => made.b.clock.pass(5_000)],
    ['a signal', 'stopped interrupted', (made: Desk) => made.b.stop.abort()],
  ] as const)('%s that comes while it is written keeps the next request back', async (_name, stopped, happens) => {
    const made = await deskWith(CARD, auOrder('2'))
    made.shop.onWritten = () => void happens(made)
    const ran = await sell(made, ['1', '2'], { untilMs: made.b.clock.nowMs() + 4_000 })
    expect([rowOf(made, '1'), outcomes(ran), told(ran).at(-1)]).toEqual([
      ['029', '91000'],
      '1 accepted, 2 unsent',
      stopped,
    ])
  })

  it('of a request that was in flight at Ctrl-C is told, too', async () => {
    const made = await deskWith(CARD, auOrder('2'))
    made.b.gateway.onSend = () => made.b.stop.abort()
    await sell(made, ['1', '2'])
    expect([rowOf(made, '1'), made.b.gateway.sent.length]).toEqual([['029', '91000'], 1])
  })

  it('that only the second look finds is told right after it', async () => {
    const made = await lostRequest()
    const plan = await made.b.plan('sale', ['1'])
    const ran = await made.b.run(plan, { push: true }, (event) => {
      if (event.type === 'waiting' && event.remainingMs === 60_000) arrive(made)
    })
    expect([told(ran).slice(-2), rowOf(made, '1')]).toEqual([
      ['looked-again 1 accepted', 'pushed 1 written'],
      ['029', '91000'],
    ])
  })

  it.each([
    ['is told before anything else is sent', true, ['pushed 1 written'], ['029', '91000']],
    ['is not told where nothing is written to the shop', false, [], ['', '91']],
  ])('of a run that broke off %s', async (_name, push, pushed, row) => {
    const made = await lostRequest(auOrder('2'))
    const { gateway } = made.b
    const tells = gateway.onInquiry
    gateway.onSend = () => (gateway.onInquiry = () => ({ type: 'silent', fault: FAULT }))
    await sell(made, ['1'])
    arrive(made)
    made.b.restart()
    gateway.onInquiry = tells
    gateway.scripts = [obey]
    const seen: unknown[] = []
    gateway.onSend = () => seen.push(rowOf(made, '1'))
    const ran = await sell(made, ['2'], { push })
    expect([told(ran), seen]).toEqual([['recovered 1 accepted', ...pushed, 'settled 2 accepted'], [row]])
  })

  it('of an order whose next request is still open is left to the push', async () => {
    const made = await deskWith(CARD, auOrder('2'))
    const { gateway } = made.b
    await sell(made, ['1'], { push: false })
    gateway.scripts = [requestLost]
    gateway.onSend = () => (gateway.onInquiry = () => ({ type: 'silent', fault: FAULT }))
    await made.b.batch('cancel', ['1'])
    gateway.onInquiry = () => null
    gateway.onSend = () => undefined
    gateway.scripts = [obey]
    expect(told(await sell(made, ['2'], { wait: false }))).toEqual(['recovered 1 unknown', 'settled 2 accepted'])
  })
})

describe('reconcile', () => {
  /** The correction has arrived late; nobody has asked since. */
  async function settled(): Promise<Desk> {
    const made = await lostRequest()
    await sell(made, ['1'], { wait: false })
    arrive(made)
    return made
  }

  it('tells the shop of a new payment that it finds', async () => {
    const made = await settled()
    expect(lacksNewPayment('1', made.desk.rows)).toBe(false)
    expect(await reconcileOn(made.b, { push: true })).toEqual(['settled 1 029 accepted', 'pushed 1 written'])
    expect([rowOf(made, '1'), lacksNewPayment('1', made.desk.rows)]).toEqual([['029', '91000'], false])
  })

  it('leaves it to push where it was not asked to', async () => {
    const made = await settled()
    expect(await reconcileOn(made.b)).toEqual(['settled 1 029 accepted'])
    expect([rowOf(made, '1'), lacksNewPayment('1', made.desk.rows)]).toEqual([['', '91'], true])
  })

  it('goes on where the shop is gone', async () => {
    const made = await settled()
    made.shop.onWrite = () => {
      throw lost()
    }
    const heard = await reconcileOn(made.b, { push: true })
    expect(heard).toEqual(['settled 1 029 accepted', 'push-failed shop-unreachable'])
    made.shop.onWrite = () => undefined
    expect(fates(await pushing(made))).toEqual(['1 written'])
  })

  it('tells the shop of one that arrives only while it waits', async () => {
    const made = await lostRequest()
    await sell(made, ['1'], { wait: false })
    const heard = await reconcileOn(made.b, { push: true }, (event) => {
      if (event.type === 'waiting' && event.remainingMs === 60_000) arrive(made)
    })
    expect([heard, rowOf(made, '1')]).toEqual([
      ['settled 1 029 accepted', 'pushed 1 written'],
      ['029', '91000'],
    ])
  })

  it('tells it after a signal, too', async () => {
    const made = await settled()
    const heard = await reconcileOn(made.b, { push: true }, (event) => {
      if (event.type === 'attempt-settled') made.b.stop.abort()
    })
    expect(heard).toContain('pushed 1 written')
  })
})

/** A correction of which no answer comes, and which has not arrived at Paygent yet. */
async function lostRequest(...more: readonly ImportRow[]): Promise<Desk> {
  const made = await deskWith(CARD, ...more)
  const { gateway } = made.b
  gateway.scripts = [requestLost]
  // By the trading id Paygent tells of the payment that is alive.
  gateway.onInquiry = (key) => {
    const fact = gateway.payments.get('91000')
    return 'paymentId' in key || key.tradingId !== 't1' || fact === undefined ? null : { type: 'told', fact }
  }
  return made
}

/** Now it has arrived. */
function arrive({ b }: Desk): void {
  const [request] = b.gateway.sent
  if (request !== undefined) carryOut(request, b.gateway.payments)
}
