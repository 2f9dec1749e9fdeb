// Tests accepted requests that Paygent was not asked about, because the program died, or asked about in vain: whom of
// them the next batch asks about before it sends, and where it then ends.
import { describe, expect, it } from 'vitest'
import type { InquiryAnswer } from '../../src/domain/answer.js'
import { auOrder, type Bench, bench, told } from './bench.js'
import { leaveUnasked } from './reconciling.js'
import { FAULT } from './scripted-gateway.js'

const SILENT: InquiryAnswer = { type: 'silent', fault: FAULT }

/** Orders 1 and 2 wait to be sold; some others are cancelled, and were asked about in vain or not at all. */
async function cancelled({ inVain = [], not = [] }: { readonly inVain?: string[]; readonly not?: string[] }) {
  const b = bench(...['1', '2', ...inVain, ...not].map((id) => auOrder(id)))
  b.gateway.onInquiry = ({ tradingId }) => {
    const isSent = b.gateway.sent.some((request) => request.tradingId === tradingId)
    return isSent && inVain.some((id) => tradingId === `t${id}`) ? SILENT : null
  }
  for (const id of [...inVain, ...not]) await b.batch('cancel', [id])
  leaveUnasked(b, not)
  const due = b.mirror.journal.unasked().map((one) => [one.orderId, one.inVain])
  expect(due).toEqual([...inVain.map((id) => [id, true]), ...not.map((id) => [id, false])])
  b.gateway.sent.length = 0
  return b
}

/** Runs the sale of these orders. @returns what a person reads, and the orders asked about once it is confirmed */
async function sold(
  b: Bench,
  orderIds: readonly string[],
  answer: (orderId: string, count: number) => InquiryAnswer | null,
): Promise<{ heard: string[]; asked: string[] }> {
  // By now Paygent is silent about none but those that were asked about in vain.
  const vain = b.mirror.journal.unasked().filter(({ inVain }) => inVain)
  b.gateway.onInquiry = ({ tradingId }) => (vain.some(({ orderId }) => tradingId === `t${orderId}`) ? SILENT : null)
  const plan = await b.plan('sale', orderIds)
  const asked: string[] = []
  b.gateway.onInquiry = ({ tradingId }) => {
    const orderId = tradingId?.slice(1) ?? ''
    asked.push(orderId)
    return answer(orderId, asked.length)
  }
  return { heard: told(await b.run(plan)), asked }
}

describe('a cancel that was asked about in vain', () => {
  it.each([
    ['is left to reconcile where the batch does not have its order', ['1'], null, ['1'], []],
    ['is told where the batch has its order', ['1', '9'], null, ['1', '9'], ['recovered 9 accepted']],
    ['is asked about once, and the other one once more before it is sent', ['1', '9'], SILENT, ['1', '9', '1'], []],
  ])('%s', async (_, orderIds, answer, expected, recovered) => {
    const b = await cancelled({ inVain: ['9'] })
    const { heard, asked } = await sold(b, orderIds, (orderId) => (orderId === '9' ? answer : null))
    expect(asked).toEqual(expected)
    expect(heard.filter((line) => !line.startsWith('refused 9'))).toEqual([...recovered, 'settled 1 accepted'])
  })

  it('ends the batch where the others are silent by then, too', async () => {
    const b = await cancelled({ inVain: ['9'] })
    const selling = sold(b, ['1', '9'], (_, count) => (count > 1 ? SILENT : null))
    await expect(selling).rejects.toMatchObject({ code: 'open-unanswered', params: { order: '9' } })
    expect(b.gateway.sent).toEqual([])
  })

  it('is not the one that has to show whether Paygent answers', async () => {
    const b = await cancelled({ inVain: ['9'], not: ['8'] })
    const { heard, asked } = await sold(b, ['1', '2', '9'], (orderId, count) =>
      count > 1 && orderId !== '2' ? SILENT : null,
    )
    expect(asked).toEqual(['1', '9', '8', '1', '2'])
    expect(heard).toContain('settled 2 accepted')
  })
})

describe('cancels that nobody has asked about', () => {
  it('end no batch that sends nothing, and the rest is asked about the next time', async () => {
    const b = await cancelled({ not: ['7', '8', '9'] })
    const { heard, asked } = await sold(b, ['8'], () => SILENT)
    expect(heard).toEqual(['refused 8 status'])
    expect(asked).toEqual(['7', '8'])
  })

  it('begin no run where a signal comes, also after an answer', async () => {
    const b = await cancelled({ not: ['8', '9'] })
    const runs = (): unknown[] => b.rows('SELECT id FROM runs')
    const before = runs()
    const selling = sold(b, ['1'], (orderId) => {
      if (orderId === '9') b.stop.abort()
      return null
    })
    await expect(selling).rejects.toMatchObject({ code: 'interrupted' })
    expect([b.gateway.sent, runs()]).toEqual([[], before])
  })

  it('about the second of which a signal comes end the batch with one more inquiry at most', async () => {
    const b = await cancelled({ not: ['8', '9'] })
    let after = 0
    const selling = sold(b, ['1'], (orderId, count) => {
      if (b.stop.signal.aborted) after += 1
      if (orderId === '9') b.stop.abort()
      return count > 1 ? SILENT : null
    })
    await expect(selling).rejects.toMatchObject({ code: 'interrupted' })
    expect(after).toBeLessThan(2)
    expect(b.gateway.sent).toEqual([])
  })
})
