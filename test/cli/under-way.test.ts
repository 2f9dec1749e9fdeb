// Tests the messages at Ctrl-C: which order waits, for how long at most, and which command looks up what is left open.
import { earlySameMirror } from '../../src/cli/context.js'
import { noted, underWay } from '../../src/cli/under-way.js'
import type { Answer } from '../../src/domain/answer.js'
import { lastWord, leftWord, type OpenRequest, stoppingText, type UnderWay, wordText } from '../../src/ui/last-word.js'
import { describe, expect, it } from 'vitest'
import { auOrder, bench } from '../jobs/bench.js'

const STOPPING =
  '中止を受け付けました。送信中の1件（852）の返事を待っています（最長35秒）。もう一度 Ctrl-C で結果不明のまま終わります'
const request = (orderId: string | null): OpenRequest => ({ orderId, paymentId: `1000${orderId ?? 'x'}` })
const during = (given: Partial<UnderWay>): UnderWay => ({
  open: [],
  answering: [],
  longestSec: 0,
  wait: 'nothing',
  ...given,
})

const left = (now: UnderWay, lang: 'ja' | 'en'): string => wordText(leftWord(now, lang), lang)

describe('the first Ctrl-C', () => {
  it('says which order waits for its answer, and how long that takes at most', () => {
    const sending = during({ open: [request('852')], answering: [request('852')], longestSec: 35, wait: 'money' })
    expect(stoppingText(sending, 'ja')).toContain(STOPPING)
    expect(stoppingText(sending, 'en')).toContain('the request under way (852), at most 35 s.')
  })

  it('speaks of an inquiry where one is under way, with the order that it would leave open', () => {
    expect(stoppingText(during({ wait: 'inquiry' }), 'ja')).toMatch(/照会の返事を待っています.*すぐに終わります。$/)
    const open = during({ open: [request('852')], wait: 'inquiry' })
    expect(stoppingText(open, 'ja')).toContain('852 が結果不明のまま終わります。')
  })

  it('says nothing where nothing is waited for', () => {
    expect(stoppingText(during({}), 'ja')).toBe('')
  })
})

describe('the second Ctrl-C', () => {
  it('names the open order and the command that looks it up', () => {
    const open = during({ open: [request('852'), request('853')], wait: 'money' })
    expect(left(open, 'ja')).toBe(
      '返事を待たずに終了しました。結果不明の受注：852、853\n対処：再送信せず、paygent reconcile --orders 852,853 で結果を照会してください。',
    )
    expect(left(open, 'en')).toContain('run "paygent reconcile --orders 852,853"')
  })

  it('names the payment, and every order, where the journal gives no number', () => {
    const text = left(during({ open: [request(null)], wait: 'money' }), 'ja')
    expect(text).toContain('決済ID 1000x')
    expect(text).toContain('再送信せず、paygent reconcile で')
  })

  it('lists no more orders than anybody reads', () => {
    const many = Array.from({ length: 12 }, (_, index) => request(String(index + 1)))
    expect(left(during({ open: many, wait: 'money' }), 'ja')).toMatch(/、10、ほか2件\n.*paygent reconcile で/)
  })

  it('does not speak of an open request where there is none', () => {
    expect(left(during({ wait: 'inquiry' }), 'ja')).toMatch(/^返事を待たずに終了しました。\n対処：paygent status で/)
    expect(left(during({}), 'ja')).toMatch(/^中止しました。\n/)
  })
})

it.each([
  [['bulk-sale', '--db', '2.db', '--yes'], '--db 2.db'],
  [['bulk-sale', '--settings=店 2.env', '--db=2.db'], "--settings '店 2.env' --db 2.db"],
  [['bulk-sale', '--env-file', 'a.env'], '--env-file a.env'],
  [['bulk-sale', '--all'], ''],
  // As commander reads them.
  [['bulk-sale', '--db', '1.db', '--db=2.db', '--settings=1.env', '--settings', '2.env'], '--settings 2.env --db 2.db'],
  [['bulk-sale', '--db=', 'x'], "--db ''"],
])('the settings and the mirror of %j are read without parsing', (args, expected) => {
  expect(earlySameMirror(args)).toBe(expected)
})

it('a program whose event loop has emptied names the order and the same command', () => {
  expect(lastWord(during({ open: [request('852')], wait: 'money' }), 'ja').next).toContain(
    'paygent reconcile --orders 852 で',
  )
})

it.each(['ja', 'en'] as const)('every last word names commands of the mirror that is worked on, %s', (lang) => {
  const sameMirror = '--db 2.db'
  for (const now of [during({}), during({ wait: 'inquiry' }), during({ open: [request('852')], wait: 'money' })])
    for (const { next } of [lastWord(now, lang, sameMirror), leftWord(now, lang, sameMirror)])
      expect(next).toMatch(/paygent (?:status|reconcile --orders 852) --db 2\.db/)
})

describe('the work under way', () => {
  it('is the request that waits, and stays open until its outcome is in the journal', async () => {
    const b = bench(auOrder('852'))
    let answer: (value: Answer) => void = () => undefined
    const gateway = noted(
      { ...b.gateway, send: () => new Promise<Answer>((given) => (answer = given)), close: () => undefined } as never,
      { journal: b.mirror.journal, clock: b.clock, timeoutMs: 35_000 },
    )
    expect(underWay()).toMatchObject({ wait: 'nothing', open: [] })
    const plan = await b.plan('sale', ['852'])
    const [step] = plan.steps
    b.mirror.lock.acquire('sale')
    const runId = b.mirror.journal.beginRun({ ...plan, startedMs: b.clock.nowMs() })
    b.mirror.journal.advance(runId, null, step ?? expect.fail('no step'), b.clock.nowMs())
    const { paymentId, tradingId, telegram, carrier } = step ?? expect.fail('no step')
    const sending = gateway.send({ paymentId, tradingId, telegram, carrier, amountYen: null })
    b.clock.pass(4_200)
    expect(underWay()).toMatchObject({ wait: 'money', longestSec: 31, answering: [{ orderId: '852', paymentId }] })
    answer({ type: 'accepted', paymentId, newPaymentId: null })
    await sending
    // The acceptance shares its commit with the next intent: until then a killed program leaves it open.
    expect(underWay()).toMatchObject({ wait: 'nothing', answering: [], open: [{ orderId: '852', paymentId }] })
  })
})
