// Once a run has begun, no exit code means that nothing was sent, however the run ends.
import { momentOf } from '../../src/clock.js'
import { describe, expect, it } from 'vitest'
import { sendPlan } from '../../src/cli/batch-send.js'
import type { BatchSetting } from '../../src/cli/batch-options.js'
import { AppError } from '../../src/errors.js'
import type { ResultView } from '../../src/ui/result.js'
import { pullBefore } from '../../src/cli/batch.js'
import { auOrder, bench, type Bench } from '../jobs/bench.js'
import { obey, answerLost } from '../jobs/paygent.js'
import { FAULT as WIRE_FAULT } from '../jobs/scripted-gateway.js'
import { deskWith } from '../jobs/scripted-shop.js'

const SILENT = { type: 'silent', fault: WIRE_FAULT } as const
const FAULT = new AppError('mirror-unusable', { path: 'paygent.db', problem: 'SQLITE_IOERR' })

/** Sends the orders, and keeps in short what is told of it. */
async function sent(b: Bench, orderIds: string[], wait = false) {
  const told: string[] = []
  const narrator = {
    event: () => undefined,
    result: async ({ earlier }: ResultView) => {
      told.push('result')
      for (const [orderId, outcome] of earlier ?? []) told.push(`earlier ${orderId} ${outcome}`)
    },
    showed: () => true,
    fault: ({ code }: AppError) => void told.push(code),
  }
  const request = { mayAsk: false }
  const sending = { untilMs: null, stopAfter: 3, wait, settleMs: 0, unattended: true }
  const terminal = { interrupted: new AbortController().signal, showsRun: () => undefined }
  const context = { clock: b.clock, terminal }
  const plan = await b.plan('sale', orderIds)
  const log = { telegram: () => undefined, event: () => undefined, bug: () => undefined }
  const rules = { single: false }
  const setting = {
    context,
    mirror: b.mirror,
    desk: null,
    request,
    sending,
    narrator,
    rules,
  } as unknown as BatchSetting
  const code = await sendPlan({ plan, plannedAt: momentOf(b.clock) }, { gateway: b.gateway, log }, setting)
  return { code, told }
}

/** Sends orders 1 and 2; the mirror breaks at the intent of the second. */
async function sentUntilBroken(b: Bench, thenUnreadable: boolean) {
  const { journal } = b.mirror
  const advance = journal.advance.bind(journal)
  let intents = 0
  journal.advance = (...given) => {
    intents += 1
    if (intents < 2) return advance(...given)
    if (thenUnreadable) {
      journal.run = () => {
        throw FAULT
      }
    }
    throw FAULT
  }
  return sent(b, ['1', '2'])
}

describe('a request of an earlier run', () => {
  it('of which nothing is told counts for the exit code, and the result is given it', async () => {
    const b = bench(auOrder('1'), auOrder('2'), auOrder('3'))
    b.gateway.scripts = [answerLost, obey]
    const isSent = (of: string | null): boolean => b.gateway.sent.some(({ tradingId }) => tradingId === of)
    b.gateway.onInquiry = ({ tradingId }) => (tradingId === 't1' && isSent('t1') ? SILENT : null)
    expect((await sent(b, ['1'])).code).toBe(4)
    expect(await sent(b, ['2'])).toEqual({ code: 4, told: ['result', 'earlier 1 unknown'] })
    b.gateway.onInquiry = () => null
    expect(await sent(b, ['3'])).toEqual({ code: 0, told: ['result'] })
  })
})

describe('a mirror that breaks in mid-batch', () => {
  it('ends with what the journal knows, and never with 2', async () => {
    const b = bench(auOrder('1'), auOrder('2'))
    const { code, told } = await sentUntilBroken(b, false)
    expect(b.gateway.sent).toHaveLength(1)
    expect([code, told]).toEqual([6, ['result', 'mirror-unusable']])
  })

  it('ends with 4 when it cannot even be read', async () => {
    const { code, told } = await sentUntilBroken(bench(auOrder('1'), auOrder('2')), true)
    expect([code, told]).toEqual([4, ['mirror-unusable']])
  })
})

it('a conflict that the batch finds in the shop is worth 3', async () => {
  const made = await deskWith(auOrder('1'), auOrder('2'))
  const { b, desk, shop } = made
  b.gateway.scripts = [obey]
  const terminal = { interrupted: b.stop.signal, err: () => undefined }
  const screen = { width: null, lang: 'ja' }
  const context = { clock: b.clock, terminal, config: { lang: 'ja' }, options: { quiet: true }, errorScreen: screen }
  const setting = { context, mirror: b.mirror, desk, request: { pull: true } } as unknown as BatchSetting
  expect(await pullBefore(setting)).toBe(0)
  await b.batch('sale', ['1'])
  shop.change('1', { totalYen: 900 })
  expect(await pullBefore(setting)).toBe(3)
  // It stands from now on: only news count.
  expect(await pullBefore(setting)).toBe(0)
  const { order } = shop.rows.get('1') ?? expect.fail('no row')
  const paymentId = order.paymentId
  shop.change('2', { paymentId, order: { ...(shop.rows.get('2') ?? expect.fail('no row')).order, paymentId } })
  expect(await pullBefore(setting)).toBe(3)
  expect(await pullBefore(setting)).toBe(0)
})
