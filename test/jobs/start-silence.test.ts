// Tests whom a batch asks before its first request, once Paygent is silent about one order or gives a code.
import type { Fault, InquiryAnswer } from '../../src/domain/answer.js'
import { auOrder, type Bench, bench, cardOrder, outcomes, told } from './bench.js'
import { obey, requestLost } from './paygent.js'
import { leaveUnasked } from './reconciling.js'
import { FAULT, move } from './scripted-gateway.js'
import { describe, expect, it } from 'vitest'

const silent = (kind: Fault['kind'] = 'timeout'): InquiryAnswer => ({ type: 'silent', fault: { ...FAULT, kind } })
const refused = { type: 'rejected', code: 'P002', detail: '', handling: 'stop-login' } as const
const unknown = { type: 'rejected', code: '13001', detail: '', handling: 'rejected' } as const

/** The trading ids that were asked about from here on, each try one. */
function askedFrom(b: Bench, answer: (tradingId: string, count: number) => InquiryAnswer | null): string[] {
  const asked: string[] = []
  b.gateway.onInquiry = ({ tradingId }) => {
    asked.push(tradingId ?? '')
    return answer(tradingId ?? '', asked.length)
  }
  return asked
}

/** Orders 1 and up whose requests are lost, and about which nothing was told since. */
async function open(count: number, ...others: string[]): Promise<Bench> {
  const ids = Array.from({ length: count }, (_, index) => String(index + 1))
  const b = bench(...[...ids, ...others].map((id) => auOrder(id)))
  b.gateway.scripts = [requestLost]
  const isSent = (of: string | null): boolean => b.gateway.sent.some(({ tradingId }) => tradingId === of)
  b.gateway.onInquiry = ({ tradingId }) => (isSent(tradingId) ? silent() : null)
  for (const id of ids) await b.batch('sale', [id], { wait: false })
  b.gateway.scripts = [obey]
  b.gateway.onInquiry = () => null
  return b
}

describe('the first inquiry', () => {
  it('that is answered with 13001 keeps its order in the plan', async () => {
    const b = bench(auOrder('1'), auOrder('2'))
    const plan = await b.plan('sale', ['1', '2'])
    const asked = askedFrom(b, (_, count) => (count === 1 ? unknown : null))
    await b.run(plan)
    expect([asked[0], b.gateway.sent.map(({ paymentId }) => paymentId)]).toEqual(['t1', ['91', '92']])
  })

  it.each([
    ['asks two others and no third one', silent(), silent(), ['t1', 't4', 't3'], 'gateway-unreachable'],
    ['asks nobody after a connection that is gone', silent('refused'), null, ['t1'], 'gateway-unreachable'],
    ['asks no second one after a login that is gone', silent(), refused, ['t1', 't4'], 'gateway-unreachable'],
  ])('%s', async (_name, first, second, expected, error) => {
    const b = bench(...['1', '2', '3', '4'].map((id) => auOrder(id)))
    const plan = await b.plan('sale', ['1', '2', '3', '4'])
    const asked = askedFrom(b, (_, count) => (count === 1 ? first : second))
    await expect(b.run(plan)).rejects.toMatchObject({ code: error })
    expect(asked).toEqual(expected)
  })

  it.each<[string, string[], [string, InquiryAnswer | null][], string]>([
    [
      'is followed by the one that was answered instead',
      ['2', '3', '4', '9'],
      [
        ['t2', silent()],
        ['t4', null],
        ['t4', null],
      ],
      '2 refused, 3 accepted, 4 accepted, 9 refused',
    ],
    [
      'is followed by one that is not silent, of the plan',
      ['2', '3', '4', '5'],
      [
        ['t2', silent()],
        ['t5', silent()],
        ['t4', null],
        ['t4', silent()],
        ['t3', null],
      ],
      '2 refused, 3 accepted, 4 accepted, 5 refused',
    ],
    [
      'is followed by none of the silent ones',
      ['2', '3', '4'],
      [
        ['t2', silent()],
        ['t4', silent()],
        ['t3', null],
        ['t3', silent()],
      ],
      'open-unanswered',
    ],
  ])('and silence about an open request %s', async (_name, ids, dialogue, result) => {
    const b = await open(1, ...ids)
    move(b.gateway.payments, '99', { status: '60' })
    const plan = await b.plan('sale', ids)
    const asked: string[] = []
    b.gateway.onInquiry = ({ tradingId }) => {
      if (tradingId === 't1') return silent()
      asked.push(tradingId)
      return dialogue[asked.length - 1]?.[1] ?? null
    }
    const ran = await b.run(plan).then(outcomes, ({ code }: { code: string }) => code)
    expect([asked, ran]).toEqual([dialogue.map(([tradingId]) => tradingId), result])
  })

  it('whose other order has no payment sends both', async () => {
    const b = bench(auOrder('1'), auOrder('2'), auOrder('3'))
    const plan = await b.plan('sale', ['1', '2', '3'])
    askedFrom(b, (_, count) => (count === 1 ? silent() : unknown))
    expect(outcomes(await b.run(plan))).toBe('1 refused, 2 accepted, 3 accepted')
  })
})

describe('the plan', () => {
  it('leaves out an order whose payment is of another method by the time it is asked about again', async () => {
    const b = bench(cardOrder('1'), auOrder('2'))
    askedFrom(b, (tradingId) => {
      if (tradingId !== 't2') return null
      move(b.gateway.payments, '91', { method: 'carrier' })
      return silent()
    })
    const { refused: left } = await b.plan('sale', ['1', '2'])
    expect(left[0]).toMatchObject({ orderId: '1', reason: 'no-payment', about: 'method' })
  })
})

describe('open requests', () => {
  it('are asked about until a signal comes', async () => {
    const b = await open(2, '9')
    const plan = await b.plan('sale', ['9'])
    const asked = askedFrom(b, (tradingId) => {
      if (tradingId === 't1') b.stop.abort()
      return null
    })
    await expect(b.run(plan)).rejects.toMatchObject({ code: 'interrupted' })
    expect(asked).toEqual(['t9', 't1'])
  })

  it('name the order and the fault where nobody is answered', async () => {
    const b = await open(2, '9')
    const plan = await b.plan('sale', ['9'])
    const asked = askedFrom(b, (_, count) => (count === 1 ? null : silent()))
    await expect(b.run(plan)).rejects.toMatchObject({
      code: 'open-unanswered',
      params: { order: '2', code: FAULT.code },
    })
    expect(asked.filter((one) => one === 't9')).toEqual(['t9', 't9'])
  })

  it('let nothing go out where two are silent and everybody else gets a code', async () => {
    const b = await open(2, '8', '9')
    const plan = await b.plan('sale', ['8', '9'])
    const E001 = { type: 'rejected', code: 'E001', detail: '', handling: 'inquire' } as const
    askedFrom(b, (tradingId, count) => {
      if (count === 1) return null
      return tradingId === 't1' || tradingId === 't2' ? silent() : E001
    })
    const before = b.gateway.sent.length
    await expect(b.run(plan)).rejects.toMatchObject({ code: 'open-unanswered', params: { order: '2' } })
    expect(b.gateway.sent.length).toBe(before)
  })

  it('of a login that is gone end a plan that sends nothing, too', async () => {
    const b = await open(1)
    askedFrom(b, () => refused)
    const plan = await b.plan('sale', ['1'])
    const params = { order: '1', code: '' }
    await expect(b.run(plan)).rejects.toMatchObject({ code: 'open-unanswered', params })
  })

  it('of which one is silent are all asked about, where the plan sends nothing, too', async () => {
    const b = await open(2)
    const plan = await b.plan('sale', ['1'])
    askedFrom(b, (tradingId) => (tradingId === 't1' ? silent() : null))
    const ran = await b.run(plan, { wait: false })
    expect(told(ran)).toEqual(['recovered 1 unknown', 'recovered 2 unknown', 'refused 1 open-attempt'])
  })

  it.each([
    ['a certificate that is refused', silent('certificate')],
    ['a login that is gone', refused],
  ])('are told as interrupted where a signal comes with %s', async (_name, answer) => {
    const b = await open(1, '9')
    const plan = await b.plan('sale', ['9'])
    askedFrom(b, (tradingId) => {
      if (tradingId !== 't1') return null
      b.stop.abort()
      return answer
    })
    await expect(b.run(plan)).rejects.toMatchObject({ code: 'interrupted' })
  })

  it.each([
    ['leaves out that one alone', ['2', '3', '4'], '2 accepted, 3 accepted, 4 refused'],
    ['leaves out nobody where that one is not sent', ['2', '3', '9'], '2 accepted, 3 accepted, 9 refused'],
  ])('about which Paygent is silent: a change of the order asked about instead %s', async (_name, ids, result) => {
    const b = await open(1, ...ids)
    move(b.gateway.payments, '99', { status: '60' })
    const plan = await b.plan('sale', ids)
    const asked = askedFrom(b, (tradingId, count) => {
      if (tradingId === 't1') move(b.gateway.payments, '94', { amountYen: 1_200 })
      return tradingId === 't1' || (tradingId === 't2' && count > 1) ? silent() : null
    })
    expect(outcomes(await b.run(plan))).toBe(result)
    expect(asked.filter((one) => one !== 't1')).toEqual(['t2', 't2', `t${ids.at(-1)}`])
  })

  it('that are answered in between break the row of silent ones', async () => {
    const b = await open(4, '9')
    const asked = askedFrom(b, (tradingId) => (tradingId === 't1' || tradingId === 't3' ? silent() : null))
    const ran = await b.batch('sale', ['9'], { wait: false })
    expect(told(ran).filter((line) => line.startsWith('recovered'))).toEqual(
      ['1', '2', '3', '4'].map((id) => `recovered ${id} unknown`),
    )
    expect([outcomes(ran), asked.filter((one) => one === 't9')]).toEqual(['9 accepted', ['t9', 't9']])
  })
})

describe('accepted requests that nobody has asked about', () => {
  async function unasked(): Promise<Bench> {
    const b = bench(auOrder('1'), auOrder('2'), auOrder('9'))
    await b.batch('cancel', ['1', '2'])
    leaveUnasked(b, ['1', '2'])
    return b
  }

  it.each([
    ['as they should be', {}, 'accepted'],
    ['and have not changed', { status: '20' }, 'attention'],
  ] as const)('are told, %s', async (_name, change, outcome) => {
    const b = await unasked()
    if ('status' in change) move(b.gateway.payments, '91', change)
    const ran = await b.batch('sale', ['9'])
    expect(told(ran).slice(0, 2)).toEqual([`recovered 1 ${outcome}`, 'recovered 2 accepted'])
  })

  it('are asked about once each, and one silent one is followed by another order', async () => {
    const b = await unasked()
    const plan = await b.plan('sale', ['9'])
    const asked = askedFrom(b, (tradingId) => (tradingId === 't2' ? silent() : null))
    expect(outcomes(await b.run(plan))).toBe('9 accepted')
    expect(asked).toEqual(['t9', 't1', 't2', 't1'])
  })

  it('end the batch where two are silent and the other order is, too', async () => {
    const b = await unasked()
    const plan = await b.plan('sale', ['9'])
    const asked = askedFrom(b, (_, count) => (count === 1 ? null : silent()))
    await expect(b.run(plan)).rejects.toMatchObject({ code: 'open-unanswered', params: { order: '2' } })
    expect(asked).toEqual(['t9', 't1', 't2', 't9'])
  })

  it('are not asked about after a signal', async () => {
    const b = await unasked()
    const plan = await b.plan('sale', ['9'])
    const asked = askedFrom(b, (tradingId) => {
      if (tradingId === 't1') b.stop.abort()
      return null
    })
    await b.run(plan).catch(() => undefined)
    expect(asked).toEqual(['t9', 't1'])
  })
})
