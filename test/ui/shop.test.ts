// Tests the results of pull and push, in both languages; text in the shop's values draws nothing.
import { describe, expect, it } from 'vitest'
import type { PushedOrder } from '../../src/attempts/shop-push.js'
import type { PushFate } from '../../src/domain/shop.js'
import type { PullReport } from '../../src/jobs/pull.js'
import { sharedPaymentLines } from '../../src/ui/import-result.js'
import { PULL_TEXTS, pullJson, pullText, pullTrouble } from '../../src/ui/pull.js'
import { PUSH_TEXTS, pushJson, pushText } from '../../src/ui/push.js'
import type { Lang, Screen } from '../../src/ui/screen.js'
import { HIDDEN, HOSTILE } from './hostile.js'
import { commandsIn } from './pasted.js'
import { expectFits, expectScreen } from './screens.js'

const screen = (lang: Lang, width: number): Screen => ({ lang, width, colour: false, ascii: false })

const PULL: PullReport = {
  added: 1_234,
  updated: 5,
  unchanged: 98_761,
  standing: 0,
  conflicts: [
    {
      orderId: '853',
      differences: [
        { field: 'kind', mirror: '101', file: '102' },
        { field: 'total', mirror: 1_733, file: 1_000 },
      ],
    },
  ],
  unreadable: [{ orderId: '854', field: 'kind', value: '999' }],
  unreadableAsBefore: 0,
  gone: [
    { orderId: '855', touched: false },
    { orderId: '856', touched: true },
  ],
  sharedPayments: [],
}

const QUIET: PullReport = {
  added: 0,
  updated: 0,
  unchanged: 0,
  standing: 0,
  conflicts: [],
  unreadable: [],
  unreadableAsBefore: 0,
  gone: [],
  sharedPayments: [],
}

const pushed = (orderId: string, fate: PushFate, changes: Partial<PushedOrder> = {}): PushedOrder => ({
  orderId,
  fate,
  kind: null,
  paymentId: null,
  errorText: null,
  found: null,
  code: null,
  needsPerson: false,
  ...changes,
})

const SOLD = { kind: '101', paymentId: '100000000000852', errorText: '' }
const ERROR = 'エラー詳細 : 受付時間外です。エラーコード7003'

const PUSH: readonly PushedOrder[] = [
  pushed('852', 'written', SOLD),
  pushed('853', 'already', SOLD),
  pushed('854', 'written', { errorText: ERROR }),
  pushed('855', 'superseded'),
  pushed('856', 'unsettled'),
  pushed('857', 'conflict'),
  pushed('858', 'moved', { ...SOLD, found: { kind: '102', paymentId: null } }),
  pushed('859', 'gone', SOLD),
  pushed('860', 'never-read'),
  pushed('861', 'failed', { ...SOLD, code: '1205 (ER_LOCK_WAIT_TIMEOUT)' }),
]

describe.each(['ja', 'en'] as const)('in %s', (lang) => {
  const texts = { ...PULL_TEXTS[lang], ...PUSH_TEXTS[lang] }

  it.each([60, 80, 120])('pull at %i columns', (width) =>
    expectScreen(`pull-${lang}-${width}`, pullText(PULL, screen(lang, width)), width),
  )

  it.each([60, 80, 120])('push at %i columns', (width) =>
    expectScreen(`push-${lang}-${width}`, pushText(PUSH, false, screen(lang, width)), width),
  )

  it('a pull without trouble is one line', () => {
    expect(pullText(QUIET, screen(lang, 80))).toBe(PULL_TEXTS[lang].nothing)
    expect(pullTrouble(QUIET, screen(lang, 80))).toEqual([])
  })

  it('a pull names the command for what stands in conflict as before', () => {
    expect(commandsIn(pullText({ ...QUIET, standing: 2 }, screen(lang, 80)))).toEqual(['paygent reconcile'])
  })

  it('a push without results is one line', () => {
    expect(pushText([], false, screen(lang, 80))).toBe(texts.nothing)
  })

  it('a dry run says that nothing was written', () => {
    const text = pushText([pushed('852', 'would-write', SOLD)], true, screen(lang, 200))
    expect(text).toContain(texts.wouldPush(1))
    expect(text).not.toContain(texts.pushNext)
  })

  it.each([
    ['written', false],
    ['already', false],
    ['superseded', false],
    ['unsettled', false],
    ['conflict', true],
    ['moved', true],
    ['gone', false],
    ['never-read', true],
    ['failed', false],
  ] as const)('says what to do next about what is %s: %s', (fate, expected) => {
    const text = pushText([pushed('852', fate)], false, screen(lang, 300))
    expect([text.includes(texts.fates[fate]), text.includes(texts.pushNext)]).toEqual([true, expected])
  })

  it.each([true, false])('names orders that share a payment, as import does: %s', (isNew) => {
    const shared = { paymentId: '900', orderIds: ['1', '2'] }
    const report = { ...QUIET, sharedPayments: [{ ...shared, isNew }] }
    const [line = ''] = sharedPaymentLines([shared], lang)
    expect(line).toContain('900')
    expect(pullText(report, screen(lang, 300))).toContain(line)
    expect(pullJson(report).sharedPayments).toEqual([shared])
  })

  it.each(HOSTILE)('draws nothing that the shop brings: %j', (value) => {
    const pull: PullReport = {
      ...QUIET,
      conflicts: [{ orderId: value, differences: [{ field: 'kind', mirror: value, file: value }] }],
      unreadable: [{ orderId: value, field: 'kind', value }],
      gone: [{ orderId: value, touched: true }],
      sharedPayments: [{ paymentId: value, orderIds: [value], isNew: true }],
    }
    const theirs = pushed(value, 'moved', { found: { kind: value, paymentId: value } })
    const push = [theirs, pushed('1', 'written', { ...SOLD, errorText: value })]
    for (const text of [pullText(pull, screen(lang, 80)), pushText(push, false, screen(lang, 80))]) {
      expect(text.replaceAll('\n', '')).not.toMatch(HIDDEN)
      expectFits(text, 80)
    }
  })
})

it('gives all of it as JSON, the shop’s side under its own name', () => {
  const { conflicts: _conflicts, ...rest } = PULL
  expect(pullJson(PULL)).toEqual({
    ...rest,
    conflicts: [
      {
        orderId: '853',
        differences: [
          { field: 'kind', mirror: '101', shop: '102' },
          { field: 'total', mirror: 1_733, shop: 1_000 },
        ],
      },
    ],
  })
  expect(pushJson(PUSH, true, null)).toEqual({ dryRun: true, orders: PUSH, fault: null })
  expect(pushJson(PUSH, false, 'shop-unreachable')).toMatchObject({ fault: 'shop-unreachable' })
})
