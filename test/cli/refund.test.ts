// In production the yen that a refund gives back are typed; elsewhere yes and no, or --yes, will do.
import { describe, expect, it } from 'vitest'
import { type BatchSetting, type BulkOptions, givenOptions } from '../../src/cli/batch-options.js'
import { confirm } from '../../src/cli/batch.js'
import type { Plan } from '../../src/batch/plan.js'
import { AppError } from '../../src/errors.js'
import { bench, cardOrder, NOW } from '../jobs/bench.js'
import { silentTerminal } from './silent-terminal.js'

/** Confirms a refund of 1,000 yen to 520; the outcome, and the questions. */
async function confirmed(environment: string, yes: boolean, answer: string) {
  const b = bench(cardOrder('1', { status: '40', kind: '022' }))
  const rules = b.rules({ single: true, refundToYen: 520 })
  const plan = await b.plan('sale', ['1'], rules)
  const asked: string[] = []
  const narrator = {
    plan: async () => undefined,
    question: (of: Plan) => {
      asked.push(of.steps[0]?.request ?? '')
      return { message: '', yes: '', no: '' }
    },
    refundQuestion: (yen: number) => void asked.push(String(yen)),
  }
  const terminal = { ...silentTerminal, prompting: async () => answer }
  const limits = { maxOrders: null, maxAmountYen: null, largeFrom: null }
  const setting = {
    context: { terminal, config: { environment } },
    request: { mayAsk: true, yes },
    rules,
    limits,
    narrator,
  }
  const outcome = await confirm(plan, setting as unknown as BatchSetting).then(
    () => 'goes on',
    (error: unknown) => (error instanceof AppError ? error.code : String(error)),
  )
  return [outcome, ...asked]
}

describe('a refund is confirmed', () => {
  it.each([false, true])('in production by typing the yen that are given back, --yes %s', async (yes) => {
    expect(await confirmed('production', yes, '480')).toEqual(['goes on', '480'])
    for (const other of ['', '520', '1000', 'y']) {
      expect(await confirmed('production', yes, other)).toEqual(['refund-mismatch', '480'])
    }
  })

  it('elsewhere by yes and no, and by --yes', async () => {
    expect(await confirmed('sandbox', false, 'y')).toEqual(['goes on', 'refund'])
    expect(await confirmed('sandbox', false, 'n')).toEqual(['answered-no', 'refund'])
    expect(await confirmed('simulator', true, 'n')).toEqual(['goes on'])
  })
})

describe('the amount that stays', () => {
  const rulesOf = (refundTo: string) => {
    const options = {
      orders: ['1'],
      stopAfter: '1',
      wait: true,
      pull: true,
      push: true,
      yes: true,
      single: true,
      refundTo,
    }
    return givenOptions('sale', options as BulkOptions, silentTerminal, NOW).rules
  }

  it.each([
    ['500', 500],
    ['1,500', 1_500],
  ])('%s', (typed, yen) => expect(rulesOf(typed)).toMatchObject({ single: true, refundToYen: yen }))

  it.each([
    ['', 'bad-value'],
    ['-1', 'bad-value'],
    ['5.5', 'bad-value'],
    ['0', 'refund-of-all'],
    ['00', 'refund-of-all'],
  ])('"%s" is wrong usage: %s', (typed, code) => {
    expect(() => rulesOf(typed)).toThrow(expect.objectContaining({ code }))
  })
})
