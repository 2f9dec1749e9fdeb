// Tests the end of a result: the commands that follow from it, and whole results at the widths that are supported.
import type { Order } from '../../src/domain/order.js'
import type { RunItem } from '../../src/domain/run.js'
import { holdText } from '../../src/ui/hold.js'
import { lastWord, leftWord } from '../../src/ui/last-word.js'
import { nextText } from '../../src/ui/next-steps.js'
import { writtenText } from '../../src/ui/plan-file.js'
import { resultText, troubleText, type ResultView } from '../../src/ui/result.js'
import { LANGS } from '../../src/ui/screen.js'
import { rules } from '../domain/order-fixture.js'
import { commandsIn, expectAccepted } from './pasted.js'
import { runItem, sampleOrder, screenOf } from './sample-orders.js'
import { expectFits, expectScreen } from './screens.js'
import { describe, expect, test } from 'vitest'

const WIDTHS = [60, 80, 100, 120] as const

const orderOf = (orderId: string, more: Partial<Order> = {}): Order =>
  sampleOrder({ orderId, tradingId: orderId, paymentId: `9${orderId}`, totalYen: 1733, heldAmountYen: 1733, ...more })

const credit = { method: 'credit', carrier: null } as const
const sold = { status: '40', statusOrigin: 'paygent', kindByUs: true } as const

/** An item of a sale that was accepted, whose order is as the sale left it. */
const soldItem = (orderId: string, more: Partial<Order> = {}): RunItem => {
  const card = more.method === 'credit'
  const telegram = card ? '022' : '101'
  const order = orderOf(orderId, { ...sold, kind: telegram, ...more })
  return runItem({ order, telegram, paymentId: `9${orderId}`, amountYen: 1733 })
}

const item = (orderId: string, outcome: RunItem['outcome'], more: Partial<Order> = {}): RunItem =>
  runItem({
    order: orderOf(orderId, more),
    outcome,
    firstOutcome: outcome,
    paymentId: `9${orderId}`,
    amountYen: 1733,
    telegram: '101',
  })

const view = (items: readonly RunItem[], run: Partial<ResultView['run']> = {}, more = {}): ResultView => ({
  run: {
    id: 12,
    operation: 'sale',
    environment: 'simulator',
    startedAt: '2026-11-23T19:30:00+09:00',
    endedAt: '2026-11-23T19:32:00+09:00',
    state: 'completed',
    ...run,
  },
  items: items.map((one, index) => ({ ...one, position: index + 1 })),
  rules: rules(more),
})

const text = (shown: ResultView, width: number | null = null): string => nextText(shown, screenOf(width))

const RESULTS: Readonly<Record<string, ResultView>> = {
  sale: view(
    [
      soldItem('10852', credit),
      soldItem('10853', { carrier: 'au' }),
      soldItem('10854', { soldAt: '2026-11-23T19:30:02+09:00' }),
      item('10855', 'unknown', { openAttempt: true }),
      item('10856', 'unknown', { openAttempt: true, carrier: 'au' }),
      item('10857', 'not-processed'),
      item('10858', 'unsent', credit),
      item('10859', 'unsent', { carrier: 'softbank' }),
      { ...item('10860', 'refused'), reason: 'higher', telegram: null, amountYen: null, attempts: 0 },
      { ...item('10861', 'rejected'), code: '2004', detail: '取引状態が不正です' },
      { ...item('10862', 'attention', { attention: true }), code: '13001' },
    ],
    { state: 'stopped' },
  ),
  cancel: view(
    [
      {
        ...item('10870', 'refused', { ...sold, soldAt: '2026-11-22T20:00:00+09:00' }),
        request: 'cancel',
        reason: 'status',
        about: '40',
        telegram: null,
      },
      { ...item('10871', 'not-processed', credit), request: 'auth-cancel', telegram: '021' },
    ],
    { operation: 'cancel', id: 13 },
  ),
  docomo: view([soldItem('10880', { soldAt: '2026-11-23T21:00:00+09:00' })], { id: 14 }),
}

describe('whole results', () => {
  test.each(LANGS)('end with the lines to paste, %s', (lang) => {
    for (const [name, shown] of Object.entries(RESULTS))
      for (const width of WIDTHS)
        expectScreen(`result-end-${name}-${lang}-${width}`, resultText(shown, screenOf(width, lang)), width)
  })

  test.each([
    [
      'sale',
      ['paygent reconcile --orders 10855,10856', 'paygent bulk-sale --rest 12', 'paygent bulk-cancel --undo 12'],
    ],
    ['cancel', ['paygent bulk-cancel --rest 13']],
    ['docomo', ['paygent sync', 'paygent bulk-cancel --undo 14']],
  ])('break no command of a %s in two', (name, commands) => {
    for (const lang of LANGS)
      for (const width of [...WIDTHS, null]) {
        const lines = nextText(RESULTS[name] ?? view([]), screenOf(width, lang)).split('\n')
        expect(lines.filter((line) => line.startsWith('  '))).toEqual(commands.map((command) => `  ${command}`))
      }
  })
})

describe('the orders to ask about', () => {
  test('is named by its numbers, and not where nothing is unknown', () => {
    const two = [item('10852', 'unknown', { openAttempt: true }), item('10853', 'unknown', { openAttempt: true })]
    expect(commandsIn(text(view(two)))).toEqual(['paygent reconcile --orders 10852,10853'])
    expect(text(view([]))).toBe('')
  })

  test.each(LANGS)('are those of earlier runs, too, and each one once, %s', (lang) => {
    const own = [item('10852', 'unknown', { openAttempt: true }), item('10862', 'attention', { attention: true })]
    const earlier = new Map([
      ['10234', 'unknown'],
      ['10852', 'unknown'],
      ['10236', 'attention'],
      ['10862', 'attention'],
    ] as const)
    const shown = { ...view(own), earlier }
    expect(commandsIn(nextText(shown, screenOf(80, lang)))).toEqual([
      'paygent reconcile --orders 10852',
      'paygent reconcile --orders 10234',
      'paygent status',
    ])
    for (const width of WIDTHS)
      expectScreen(`next-earlier-${lang}-${width}`, nextText(shown, screenOf(width, lang)), width)
    expect(commandsIn(nextText({ ...view([]), earlier: new Map([['10852', 'unknown']]) }, screenOf(80, lang)))).toEqual(
      ['paygent reconcile --orders 10852'],
    )
  })

  test('is all of it where the numbers do not fit on a line', () => {
    const many = Array.from({ length: 60 }, (_, index) =>
      item(String(10_000 + index), 'unknown', { openAttempt: true }),
    )
    for (const width of [80, null]) {
      expect(commandsIn(text(view(many), width))).toEqual(
        width === null ? [expect.stringContaining(',10059')] : ['paygent reconcile'],
      )
      expectFits(text(view(many), width), width)
    }
    const more = Array.from({ length: 300 }, (_, index) =>
      item(String(10_000 + index), 'unknown', { openAttempt: true }),
    )
    expect(commandsIn(text(view(more)))).toEqual(['paygent reconcile'])
  })
})

test('the commands go to the mirror that the result is of', () => {
  const sameMirror = "--settings '/shops/店 2.env' --db 2.db"
  // One that does not fit on a line is not broken either: the terminal wraps it, and it can still be pasted.
  for (const [width, asked] of [
    [null, 'paygent reconcile --orders 10855,10856'],
    [60, 'paygent reconcile'],
  ] as const) {
    const lines = nextText(RESULTS['sale'] ?? view([]), screenOf(width, 'ja', { sameMirror })).split('\n')
    expect(lines.filter((line) => line.startsWith('  '))).toEqual([
      `  ${asked} ${sameMirror}`,
      `  paygent bulk-sale --rest 12 ${sameMirror}`,
      `  paygent bulk-cancel --undo 12 ${sameMirror}`,
    ])
  }
})

test('the commands of other screens go to the same mirror, too', () => {
  const sameMirror = "--settings '/shops/店 2.env' --db 2.db"
  const screen = screenOf(null, 'ja', { sameMirror })
  const plan = { path: 'plan.json', command: 'bulk-sale', count: 1, yen: 1, validUntil: '2026-11-30T10:00:00+09:00' }
  expect(writtenText(plan, screen)).toContain(`\n  paygent bulk-sale --plan plan.json ${sameMirror}`)
  const order = orderOf('852', { hold: { note: '住所', since: '', osUser: '' }, openAttempt: true })
  const held = holdText({ order, wasOnHold: false, age: null }, screen)
  expect(held).toContain(`paygent hold 852 --undo ${sameMirror}`)
  expect(held).toContain(`paygent reconcile --orders 852 ${sameMirror} `)
  const open = [{ orderId: '852', paymentId: '9852' }]
  const now = { open, answering: open, longestSec: 35, wait: 'money' } as const
  for (const lang of LANGS)
    for (const word of [leftWord(now, lang, sameMirror), lastWord(now, lang, sameMirror)])
      expect(word.next).toContain(`paygent reconcile --orders 852 ${sameMirror}`)
})

test('a hold on an order in flight does not call its outcome unknown', () => {
  const hold = { note: '住所', since: '', osUser: '' }
  for (const lang of LANGS) {
    const order = orderOf('852', { hold, openAttempt: true, sending: true })
    const shown = holdText({ order, wasOnHold: false, age: null }, screenOf(null, lang))
    expect(shown).not.toMatch(/結果不明|unknown|reconcile/)
    expect(shown).toMatch(/送信中|under way/)
  }
})

describe('the rest', () => {
  const rest = (items: readonly RunItem[], run: Partial<ResultView['run']> = {}) =>
    commandsIn(text(view(items, run))).filter((command) => command.includes('--rest'))

  test.each([
    ['sale', 'unsent', {}, ['paygent bulk-sale --rest 12']],
    ['sale', 'not-processed', {}, ['paygent bulk-sale --rest 12']],
    ['cancel', 'unsent', {}, ['paygent bulk-cancel --rest 12']],
    ['sale', 'unsent', { ...sold, kind: '101' }, []],
    ['cancel', 'unsent', { status: '60' }, []],
    ['sale', 'unsent', { status: '32' }, []],
    ['cancel', 'unsent', sold, ['paygent bulk-cancel --rest 12']],
    ['sale', 'unsent', { openAttempt: true }, []],
    ['sale', 'unsent', { attention: true }, []],
    ['sale', 'rejected', {}, []],
    ['sale', 'refused', {}, []],
    ['sale', 'unknown', { openAttempt: true }, []],
    ['sale', 'attention', { attention: true }, []],
  ] as const)('of a %s: %s with %j', (operation, outcome, order, expected) => {
    expect(rest([item('10852', outcome, order)], { operation })).toEqual(expected)
  })

  test('is unknown while the run goes on, and a dry run has none', () => {
    expect(rest([item('10852', 'unsent')], { state: 'running', endedAt: null })).toEqual([])
    expect(text(view([item('10852', 'unsent')], { id: null }))).toBe('')
  })
})

describe('the way back', () => {
  const UNDO = 'paygent bulk-cancel --undo 12'
  const undo = (items: readonly RunItem[], more: Parameters<typeof rules>[0] = {}) => text(view(items, {}, more))

  test.each([
    ['a card', soldItem('10852', credit), 'manual', 'いま取消できる受注 1件', [UNDO]],
    ['docomo, the same day', soldItem('10852'), 'manual', '11:00以降の消込完了後 1件', ['paygent sync', UNDO]],
    ['docomo, the same day', soldItem('10852'), 'current', '03:30以降の消込完了後 1件', ['paygent sync', UNDO]],
    ['docomo, completed', soldItem('10852', { status: '44' }), 'manual', 'いま取消できる受注 1件', [UNDO]],
    ['au', soldItem('10852', { carrier: 'au' }), 'manual', 'ペイジェントオンライン', []],
    ['au', soldItem('10852', { carrier: 'au' }), 'current', 'いま取消できる受注 1件', [UNDO]],
  ] as const)('%s (%#, %s)', (_, one, profile, said, commands) => {
    const shown = undo([one], { profile })
    expect(shown).toContain(said)
    expect(commandsIn(shown)).toEqual(commands)
  })

  test('of docomo is dated by the last of its sales, and not where one has no known time', () => {
    const early = soldItem('10851', { soldAt: '2026-11-29T20:59:00+09:00' })
    const late = soldItem('10852', { soldAt: '2026-11-29T21:00:00+09:00' })
    expect(undo([early])).toContain('（2026/11/30 11:00以降の消込完了後 1件）')
    expect(undo([late, early])).toContain('（2026/12/01 11:00以降の消込完了後 2件）')
    expect(undo([early], { cutOff: '20:00' })).toContain('（2026/12/01 11:00以降の消込完了後 1件）')
    expect(undo([late, soldItem('10853')])).toContain('（翌日11:00以降の消込完了後 2件）')
  })

  test('says how many are possible now, tomorrow and never', () => {
    const mixed = [soldItem('10852', credit), soldItem('10853'), soldItem('10854', { carrier: 'au' })]
    expect(undo(mixed)).toContain('いま取消できる受注 1件、翌日11:00以降の消込完了後 1件、取消できない受注 1件')
  })

  test.each([
    ['on hold', { hold: { note: '住所不明', since: '2026-11-23T20:00:00+09:00', osUser: 'yamada' } }],
    ['within a day of a sale that was not processed', { notProcessed: { operation: 'sale', atMs: rules().nowMs } }],
    ['called off in the shop', { orderStatus: '注文取消し' }],
    ['in conflict with the shop', { conflict: true }],
  ] as const)('of an order %s is not possible now, and no refund elsewhere is advised', (_, changes) => {
    for (const method of [credit, { carrier: 'docomo' }] as const) {
      const waiting = soldItem('10852', { ...method, ...changes })
      const shown = undo([waiting])
      expect(shown).toContain('いまは取消できない受注 1件')
      expect(shown).not.toMatch(/ペイジェントオンライン|翌日/)
      expect(commandsIn(shown)).toEqual(['paygent show 10852'])
      const among = undo([soldItem('10851', credit), waiting, soldItem('10854', { carrier: 'au' })])
      expect(among).toContain('いま取消できる受注 1件、いまは取消できない受注 1件、取消できない受注 1件')
      expect(commandsIn(among)).toEqual([UNDO])
    }
    const never = undo([soldItem('10852', { ...credit, ...changes }), soldItem('10854', { carrier: 'au' })])
    expect(never).toContain('いまは取消できない受注 1件、取消できない受注 1件')
    expect(never).not.toContain('ペイジェントオンライン')
  })

  test.each([
    ['was cancelled since', { status: '60', kind: '023' }, {}],
    ['got another request since', { kind: '029' }, {}],
    ['has another payment than the corrected sale made', { paymentId: '5' }, { newPaymentId: '4' }],
    ['has another payment than was sold', { paymentId: '5' }, {}],
  ] as const)('is not offered for an order that %s', (_, order, changes) => {
    expect(undo([{ ...soldItem('10852', { ...credit, ...order }), telegram: '022', ...changes }])).toBe('')
  })

  test('is not offered for a cancel, nor while the run goes on', () => {
    expect(text(view([soldItem('10852', credit)], { operation: 'cancel' }))).toBe('')
    expect(text(view([soldItem('10852', credit)], { state: 'running' }))).toBe('')
  })
})

test('every command at the end of a result is one that the program takes', async () => {
  const all = LANGS.flatMap((lang) =>
    Object.values(RESULTS).flatMap((shown) => [troubleText, nextText].map((part) => part(shown, screenOf(null, lang)))),
  )
  const commands = new Set(all.flatMap(commandsIn))
  expect(commands.size).toBeGreaterThan(10)
  for (const command of commands) await expectAccepted(command)
})
