// Tests the reports of the night and of sync, in both languages at three widths, and the JSON that leaves the shop.
import { describe, expect, it } from 'vitest'
import { AppError, EXIT } from '../../src/errors.js'
import type { NightlyReport } from '../../src/jobs/nightly/report.js'
import type { SyncReport } from '../../src/jobs/sync/events.js'
import { type NightEnd, nightLines } from '../../src/ui/night-lines.js'
import { NIGHTLY_TEXTS, type NightlyView, nightlyJson, nightlyText } from '../../src/ui/nightly.js'
import { SYNC_TEXTS, rangesOf, syncCsv, syncJson, syncNotes, syncText } from '../../src/ui/sync.js'
import { HIDDEN, HOSTILE } from './hostile.js'
import { everyOutcome, runItem, sampleOrder, screenOf } from './sample-orders.js'
import { expectFits, expectScreen } from './screens.js'
import { rules } from '../domain/order-fixture.js'

const difference = {
  orderId: '853',
  paymentId: '1000853',
  cause: 'moved',
  mirror: { status: '20', amountYen: 1_733 },
  paygent: { status: '60', amountYen: 1_733 },
  code: null,
  booked: true,
} as const

const notice = {
  noticeId: '12',
  changeDate: null,
  paymentType: '06',
  paymentId: '7001',
  tradingId: 'ABC123',
  status: '20',
  amountYen: 980,
}

const SYNC: SyncReport = {
  asked: 1_234,
  putOff: 56,
  untold: [
    { orderId: '854', code: 'P008' },
    { orderId: '855', code: null },
  ],
  aged: [{ orderId: '860', status: '44' }],
  differences: [difference],
  notices: { fetched: 5, applied: 3, otherTypes: 1, pending: 0, unknownPayments: [notice], stopped: null },
  purged: { noticeIds: [3, 4, 5, 9], orderIds: ['853', '860'] },
  stopped: false,
}
const QUIET: SyncReport = {
  asked: 2,
  putOff: 0,
  untold: [],
  aged: [],
  differences: [],
  notices: { fetched: 0, applied: 0, otherTypes: 0, pending: 0, unknownPayments: [], stopped: null },
  purged: null,
  stopped: false,
}

const run = {
  id: 7,
  operation: 'sale',
  environment: 'simulator',
  startedAt: '2026-11-23T19:30:00+09:00',
  endedAt: '2026-11-23T19:32:00+09:00',
  state: 'stopped',
  host: 'shop-1',
  osUser: 'cron',
  acknowledgedAt: null,
  quiet: false,
  total: 9,
  done: 9,
} as const

const REPORT: NightlyReport = {
  shopAway: null,
  shopUnseen: null,
  pull: null,
  push: [],
  pushFailed: null,
  settled: [{ orderId: '852', telegram: '101', outcome: 'accepted' }],
  differences: [],
  untold: [],
  open: [{ orderId: '870', telegram: '101', code: null, onHold: false }],
  attention: [{ orderId: '862', cause: 'late-arrival' }],
  sync: SYNC,
  sale: { run, items: everyOutcome() },
  over: ['sync', 'sale'],
  notBegun: null,
  tooSlow: { perOrderMs: 900, endsAt: '2026-11-23T21:07:00+09:00', left: 12 },
  expiring: [
    { orderId: '880', lastDay: '2026-11-25', daysLeft: 2, shipped: false, onHold: false, totalYen: 12_800 },
    { orderId: '881', lastDay: '2026-11-30', daysLeft: 7, shipped: true, onHold: false, totalYen: 980 },
  ],
  waiting: null,
  unshipped: { count: 0, yen: 0 },
  onHold: { count: 0, yen: 0 },
  conflicts: [],
  unseen: [5, 6],
  stopped: true,
}

const view = (changes: Partial<NightlyReport> = {}, more: Partial<NightlyView> = {}): NightlyView => ({
  report: { ...REPORT, ...changes },
  environment: 'simulator',
  startedAt: '2026-11-23T19:30:00+09:00',
  endedAt: '2026-11-23T19:33:00+09:00',
  rules: rules(),
  shippedOnly: true,
  ...more,
})

const GOOD: Partial<NightlyReport> = {
  settled: [],
  open: [],
  attention: [],
  sync: QUIET,
  tooSlow: null,
  expiring: [],
  unseen: [],
  waiting: null,
  stopped: false,
}

describe.each(['ja', 'en'] as const)('in %s', (lang) => {
  it.each([60, 80, 120])('the night at %i columns', (width) =>
    expectScreen(`nightly-${lang}-${width}`, nightlyText(view(), screenOf(width, lang)), width),
  )

  it.each([60, 80, 120])('sync at %i columns', (width) =>
    expectScreen(`sync-${lang}-${width}`, syncText(SYNC, 'simulator', screenOf(width, lang)), width),
  )

  it('a good night is short', () => {
    const text = nightlyText(view({ ...GOOD, sale: null }), screenOf(80, lang))
    expect(text.split('\n')).toHaveLength(6)
    expect(text).toContain(NIGHTLY_TEXTS[lang].nothing)
    expect(text).toContain(SYNC_TEXTS[lang].same)
  })

  it('orders whose status has no meaning yet stand at its head, with the line to paste whole', () => {
    const statuses = [
      { orderStatus: '店舗保留', orders: 1_234 },
      { orderStatus: '', orders: 1 },
    ]
    const waiting = { orders: 1_235, yen: 1_235_000, statuses, setting: '出荷準備中:sell,店舗保留:hold,-:hold' }
    const text = nightlyText(
      view({ ...GOOD, sale: null, waiting, unshipped: { count: 3, yen: 12_000 } }),
      screenOf(60, lang),
    )
    const flat = text.replaceAll(/\n */g, '')
    expect(flat).toContain(lang === 'ja' ? '1,235件 1,235,000円' : '1,235 orders, ')
    expect(text.split('\n')).toContain('PAYGENT_STATUSES="出荷準備中:sell,店舗保留:hold,-:hold"')
    expect(text.indexOf('PAYGENT_STATUSES')).toBeLessThan(text.indexOf('■'))
    expect(flat).toContain(
      lang === 'ja' ? '未発送のため対象外の受注：3件 12,000円' : 'Skipped as not shipped: 3 orders',
    )
    const json = nightlyJson(view({ ...GOOD, waiting, unshipped: { count: 3, yen: 12_000 } }), 3, null)
    expect(json).toMatchObject({ waitingStatuses: waiting, unshipped: { orders: 3, yen: 12_000 } })
  })

  it('counts the orders on hold in one line, and marks one whose authorisation soon ends', () => {
    const expiring = REPORT.expiring.slice(1).map((one) => ({ ...one, onHold: true }))
    const changes = { ...GOOD, onHold: { count: 2, yen: 3_000 }, expiring }
    const text = nightlyText(view(changes), screenOf(200, lang))
    expect(text).toContain(lang === 'ja' ? '保留のため対象外の受注：2件 3,000円' : 'Left out as on hold: 2 orders, ')
    expect(text).toContain(lang === 'ja' ? '発送済み（保留）' : 'shipped (on hold)')
    expect(text).toContain(NIGHTLY_TEXTS[lang].heldNext)
    expect(nightlyJson(view(changes), 0, null)).toMatchObject({ onHold: { orders: 2, yen: 3_000 } })
    expect(nightlyText(view(GOOD), screenOf(200, lang))).not.toContain(NIGHTLY_TEXTS[lang].heldNext)
  })

  it('names the orders whose conflict stands, with the commands for the first of them', () => {
    const conflicts = ['951', '952', '953', '954', '955', '956', '957']
    const pull = {
      added: 0,
      updated: 0,
      unchanged: 0,
      standing: 6,
      conflicts: [{ orderId: '951', differences: [] }],
      unreadable: [],
      unreadableAsBefore: 0,
      gone: [],
      sharedPayments: [],
    }
    const text = nightlyText(view({ ...GOOD, conflicts, pull }), screenOf(200, lang, { sameMirror: '--profile a' }))
    const [, section = ''] = text.split(NIGHTLY_TEXTS[lang].conflictsTitle)
    expect(section).toContain(lang === 'ja' ? '952、953、954、955、956、ほか1件' : '952, 953, 954, 955, 956, 1 more')
    for (const command of ['show 952', 'settle 952']) expect(section).toContain(`paygent ${command}`)
    expect(section.match(/--profile a/g)).toHaveLength(2)
    expect(nightlyJson(view({ ...GOOD, conflicts, pull }), 0, null)).toMatchObject({ conflicts })
    // The pull of this night has just told all of the first one.
    expect(section).not.toContain('951')
    expect(nightlyText(view(GOOD), screenOf(200, lang))).not.toContain(NIGHTLY_TEXTS[lang].conflictsTitle)
  })

  it.each(['until', 'max-orders', 'max-amount'] as const)('a sale not begun for %s names what is left', (why) => {
    const left = [sampleOrder({ orderId: '901' }), sampleOrder({ orderId: '902' })]
    const notBegun = { why, left, ...(why !== 'until' && { limit: 1_000 }) }
    const text = nightlyText(view({ ...GOOD, sale: null, notBegun }), screenOf(80, lang, { sameMirror: '--db 2.db' }))
    const [said, next] = [NIGHTLY_TEXTS[lang].notBegun[why](2, 1_000), NIGHTLY_TEXTS[lang].limitNext]
    expect(text.replaceAll(/\s/g, '')).toContain(said.replaceAll(/\s/g, ''))
    expect(text).toContain(lang === 'ja' ? '901、902' : '901, 902')
    // The limit with its number, and the command that begins again.
    expect(/1,000/.test(text)).toBe(why !== 'until')
    expect(text.includes('paygent nightly --db 2.db')).toBe(why !== 'until')
    expect(text.includes(next.slice(0, 8))).toBe(why !== 'until')
    expectFits(text, 80)
  })

  it('names what there is no time for beside the sale of the others', () => {
    const left = [sampleOrder({ orderId: '10901' })]
    const text = nightlyText(view({ notBegun: { why: 'no-time', left } }), screenOf(80, lang))
    expect(text.replaceAll(/\s/g, '')).toContain(NIGHTLY_TEXTS[lang].notBegun['no-time'](1).replaceAll(/\s/g, ''))
    expect(text).toContain('10901')
    // The result of the sale follows.
    expect(text.indexOf('10901')).toBeLessThan(text.indexOf(lang === 'ja' ? '一括売上処理 #7' : 'Bulk sale #7'))
    expectFits(text, 80)
  })

  it('says at its head that the shop was away, and that nothing was sold', () => {
    const texts = NIGHTLY_TEXTS[lang]
    const away = { ...GOOD, sale: null, over: ['sync'], shopAway: 'shop-unreachable', stopped: true } as const
    const text = nightlyText(view(away), screenOf(200, lang))
    expect(text.split('\n').slice(1, 3)).toEqual([
      texts.shopAway(lang === 'ja' ? '接続できません' : 'it cannot be reached'),
      texts.shopAwayNext,
    ])
    expect(text).toContain(texts.notSoldWithoutShop)
    for (const other of [texts.nothing, texts.unreached, texts.stopped]) expect(text).not.toContain(other)
    expectFits(nightlyText(view(away), screenOf(60, lang)), 60)
  })

  it('claims nothing of what it has not come to', () => {
    const texts = NIGHTLY_TEXTS[lang]
    const broken = { ...GOOD, sale: null, over: [], sync: { ...QUIET, asked: 0 } }
    const text = nightlyText(view(broken), screenOf(200, lang))
    expect([text.includes(texts.notSynced), text.includes(texts.unreached)]).toEqual([true, true])
    for (const claim of [texts.nothing, SYNC_TEXTS[lang].same]) expect(text).not.toContain(claim)
    const later = nightlyText(view({ ...broken, over: ['sync'], sync: QUIET }), screenOf(200, lang))
    expect([later.includes(SYNC_TEXTS[lang].same), later.includes(texts.unreached)]).toEqual([true, true])
  })

  const unsure: readonly [string, Partial<SyncReport>][] = [
    ['nothing was asked', { asked: 0 }],
    ['some were put off', { putOff: 1 }],
    ['of one nothing was told', { untold: [{ orderId: '1', code: null }] }],
    ['a notice waits', { notices: { ...QUIET.notices, pending: 1 } }],
    ['a payment is unknown', { notices: { ...QUIET.notices, unknownPayments: [notice] } }],
    ['notices were refused', { notices: { ...QUIET.notices, stopped: { noticeId: '7', code: 'P010' } } }],
    ['it stopped', { stopped: true }],
  ]
  it.each(unsure)('sync says not that all agrees where %s', (_, change) => {
    const { same } = SYNC_TEXTS[lang]
    expect(syncText(QUIET, 'simulator', screenOf(200, lang))).toContain(same)
    expect(syncText({ ...QUIET, ...change }, 'simulator', screenOf(200, lang))).not.toContain(same)
  })

  it.each(['7', null])('sync names the notice that Paygent refuses, and its code, once: %j', (noticeId) => {
    const refused = { ...QUIET, notices: { ...QUIET.notices, stopped: { noticeId, code: 'P010' } } }
    const text = syncText(refused, 'simulator', screenOf(200, lang))
    const texts = SYNC_TEXTS[lang]
    const line = texts.noticesStopped(noticeId === null ? texts.nextNotice : texts.notice('7'), 'P010')
    expect(text.split(line)).toHaveLength(2)
    expect(text).toContain(texts.noticesNext)
    expect(nightlyText(view({ sync: refused }), screenOf(200, lang))).toContain(line)
  })

  it('a probe that fails is no notice, and what is said beside CSV is all that the text says beside the differences', () => {
    const refused = { ...QUIET, notices: { ...QUIET.notices, stopped: { noticeId: '0', code: 'P012' } }, stopped: true }
    const { noticesNotBegun, noticesNext, unfinished, same } = SYNC_TEXTS[lang]
    const notes = syncNotes(refused, lang)
    expect(notes).toEqual([noticesNotBegun('P012'), noticesNext, unfinished])
    for (const note of notes) expect(syncText(refused, 'simulator', screenOf(300, lang))).toContain(note)
    expect([syncNotes(QUIET, lang), syncText(QUIET, 'simulator', screenOf(300, lang)).includes(same)]).toEqual([
      [],
      true,
    ])
  })

  it('names the last ten results that nobody has looked at', () => {
    const unseen = Array.from({ length: 12 }, (_, index) => index + 1)
    const text = nightlyText(view({ unseen }), screenOf(200, lang))
    expect(text).toContain(lang === 'ja' ? '#12 ほか2件' : '#12 and 2 more')
    expect(text).not.toContain('#2,')
    expect(text).toContain(lang === 'ja' ? '（paygent runs show 3 で表示）' : '("paygent runs show 3")')
  })

  it.each([40, 60, 80])('a night without a sale fits %i columns, whether it came to the sale or not', (width) => {
    for (const over of [['sync'], ['sync', 'sale']] as const) {
      const text = nightlyText(view({ ...GOOD, sale: null, over: [...over] }), screenOf(width, lang))
      expectFits(text, width)
      expect(text).not.toMatch(/^[。、]/m)
    }
  })

  it('advises to ship only where unshipped orders stay behind', () => {
    const advice = NIGHTLY_TEXTS[lang].unshippedNext
    const text = (changes: Partial<NightlyReport>, shippedOnly = true) =>
      nightlyText(view(changes, { shippedOnly }), screenOf(200, lang))
    expect(text({})).toContain(advice)
    expect(text({}, false)).not.toContain(advice)
    expect(text({ expiring: REPORT.expiring.slice(1) })).not.toContain(advice)
  })

  it.each(HOSTILE)('draws nothing that a trading id brings: %j', (tradingId) => {
    const notices = { ...SYNC.notices, unknownPayments: [{ ...notice, tradingId }] }
    const text = syncText({ ...SYNC, notices }, 'simulator', screenOf(80, lang))
    expect(text.replaceAll('\n', '')).not.toMatch(HIDDEN)
  })
})

it.each([
  [[3], ['3']],
  [
    [3, 4, 5, 9, 11, 12],
    ['3-5', '9', '11-12'],
  ],
])('%j reads %s', (numbers, text) => expect(rangesOf(numbers)).toEqual(text))

it('sync gives its differences as CSV, and all of it as JSON', () => {
  expect(syncCsv(SYNC)).toContain('853,1000853,moved,20,1733,60,1733,,true')
  expect(syncJson(SYNC)).toEqual(SYNC)
})

describe('the night in three lines', () => {
  const end = (changes: Partial<NightlyReport>, more: Partial<NightEnd> = {}): NightEnd => ({
    ...view(changes),
    mayHaveSent: true,
    exitCode: EXIT.done,
    fault: null,
    ...more,
  })
  const sold = Array.from({ length: 36 }, (_, index) => {
    const amountYen = index === 0 ? 7_495 : 7_490
    return runItem({ position: index + 1, amountYen, movement: { way: 'captured', yen: amountYen } })
  })
  const ids = (from: number, count: number) =>
    Array.from({ length: count }, (_, index) => ({ orderId: `${from + index}`, cause: 'late-arrival' }) as const)

  const TOLD: readonly [string, NightEnd, readonly string[]][] = [
    [
      'a good one',
      end({ ...GOOD, sale: { run, items: sold } }),
      [
        '成功 36件 269,645円 / 失敗 0件',
        '要対応 0件',
        '【シミュレーター】夜間処理 2026/11/23 19:30 - 19:33：完了（終了コード 0）',
      ],
    ],
    [
      'one with every outcome',
      end({}, { exitCode: EXIT.needsPerson }),
      [
        '成功 1件 1円 / 失敗 1件 / 不成立 1件 / 対象外 2件 / 未送信 1件',
        '要対応 1件：862 / 結果不明 1件：870 / 7日以内に期限の切れるオーソリ 2件：880、881',
        '【シミュレーター】夜間処理 2026/11/23 19:30 - 19:33：結果不明・要対応の受注あり（終了コード 4）',
      ],
    ],
    [
      'one that leaves many to people',
      end({ ...GOOD, sale: null, attention: ids(1, 7) }, { exitCode: EXIT.needsPerson }),
      [
        '売上処理できる受注はありませんでした。',
        '要対応 7件：1、2、3、4、5、ほか2件',
        expect.stringContaining('終了コード 4'),
      ],
    ],
    [
      'one without the shop',
      end({ ...GOOD, sale: null, shopAway: 'shop-unreachable' }, { exitCode: EXIT.stopped }),
      [NIGHTLY_TEXTS.ja.notSoldWithoutShop, '要対応 0件', expect.stringContaining('：中止（終了コード 6）')],
    ],
    [
      'one past the cut-off',
      end({ ...GOOD, sale: null, notBegun: { why: 'until', left: [sampleOrder()] } }, { exitCode: EXIT.stopped }),
      [NIGHTLY_TEXTS.ja.notBegun.until(1), '要対応 0件', expect.stringContaining('：中止')],
    ],
    [
      'one that has no time for all, whose sales are told first',
      end({ notBegun: { why: 'no-time', left: [sampleOrder()] } }, { exitCode: EXIT.stopped }),
      [
        `成功 1件 1円 / 失敗 1件 / 不成立 1件 / 対象外 2件 / 未送信 1件 / ${NIGHTLY_TEXTS.ja.notBegun['no-time'](1)}`,
        expect.any(String),
        expect.stringContaining('：中止'),
      ],
    ],
    [
      'one that ends before the sale of what there was time for',
      end(
        { ...GOOD, sale: null, over: ['sync'], notBegun: { why: 'no-time', left: [sampleOrder()] } },
        { exitCode: EXIT.stopped },
      ),
      [NIGHTLY_TEXTS.ja.unreached, '要対応 0件', expect.stringContaining('：中止')],
    ],
    [
      'one that a fault ends before the sale',
      end(
        { ...GOOD, sale: null, over: [] },
        { exitCode: EXIT.usage, fault: new AppError('login-refused', { code: '秘密 太郎' }) },
      ),
      [
        NIGHTLY_TEXTS.ja.unreached,
        '要対応 0件',
        expect.stringMatching(/：設定の誤り（終了コード 2）。ペイジェントへのログインが承認されませんでした。$/),
      ],
    ],
    [
      'one whose local data cannot be read',
      end(
        {},
        { report: null, exitCode: EXIT.needsPerson, fault: new AppError('mirror-damaged', { path: '/shop/a.db' }) },
      ),
      [
        '手元データを読めないため、売上の結果は不明です。',
        '要対応：paygent doctor で原因を確認してください。',
        expect.stringMatching(/（終了コード 4）。手元データが壊れています：\/shop\/a\.db$/),
      ],
    ],
    [
      'one that could not begin',
      end({}, { report: null, mayHaveSent: false, exitCode: EXIT.usage, fault: new AppError('mirror-missing') }),
      [
        '売上要求は送信していません。',
        '要対応：paygent doctor で原因を確認してください。',
        expect.stringMatching(/：設定の誤り（終了コード 2）。手元データがありません/),
      ],
    ],
    [
      'one that a bug ends',
      end({ ...GOOD, sale: null, over: [] }, { exitCode: EXIT.bug, fault: 'bug' }),
      [expect.any(String), expect.any(String), expect.stringMatching(/：プログラムのエラー（終了コード 1）$/)],
    ],
  ]
  it.each(TOLD)('%s', (_, night, lines) => expect(nightLines(night, 'ja')).toEqual(lines))

  it('in English', () => {
    expect(nightLines(end({}, { exitCode: EXIT.needsPerson }), 'en')).toEqual([
      'done 1 ¥1 / rejected 1 / not carried out 1 / skipped 2 / not sent 1',
      'action needed 1: 862 / outcome unknown 1: 870 / authorisations that run out within 7 days 2: 880, 881',
      '[simulator (シミュレーター)] Nightly run 2026/11/23 19:30 - 19:33: outcome unknown or action needed (exit code 4)',
    ])
  })

  it.each(HOSTILE)('are three, and draw nothing that an order number brings: %j', (orderId) => {
    const night = end({ attention: [{ orderId, cause: 'late-arrival' }] })
    for (const line of nightLines(night, 'ja')) expect(line).not.toMatch(/[\n\r]/)
    expect(nightLines(night, 'ja').join('')).not.toMatch(HIDDEN)
  })

  it('have no name of a customer, though the items have', () => {
    const items = everyOutcome().map((item) => ({ ...item, order: { ...item.order, customerName: '秘密 太郎' } }))
    expect(nightLines(end({ sale: { run, items } }), 'ja').join('')).not.toContain('秘密')
  })
})

describe('the JSON of the night', () => {
  const secret = { customerName: '秘密 太郎' }
  const items = [
    runItem({ position: 1, order: sampleOrder({ orderId: '1', carrier: 'au', ...secret }), amountYen: 1_000 }),
    runItem({ position: 2, order: sampleOrder({ orderId: '2', carrier: 'au', ...secret }), amountYen: 500 }),
    runItem({
      position: 3,
      order: sampleOrder({ orderId: '3', method: 'credit', carrier: null, ...secret }),
      amountYen: 9,
      outcome: 'rejected',
      code: '2007',
      detail: 'detail of 秘密',
    }),
  ]
  const json = nightlyJson(view({ sale: { run, items } }), 4, 'mirror-full')

  it('sums up what was accepted, by method and request', () => {
    expect(json.sale).toMatchObject({
      run: { id: 7, state: 'stopped' },
      accepted: [{ method: 'au', request: 'sale', orders: 2, yen: 1_500 }],
      summary: { accepted: 2, rejected: 1, acceptedYen: 1_500 },
      undone: [{ orderId: '3', outcome: 'rejected', code: '2007' }],
    })
  })

  it('has nothing of a customer, nor of what others wrote', () => {
    const text = JSON.stringify(json)
    expect(text).not.toContain('秘密')
    expect(text).not.toContain('ABC123')
  })

  it('has all the rest', () => {
    expect(json).toMatchObject({
      exitCode: 4,
      fault: 'mirror-full',
      stopped: true,
      tooSlow: { left: 12 },
      expiring: [{ orderId: '880', daysLeft: 2, total: 12_800 }, { orderId: '881' }],
      open: [{ orderId: '870' }],
      attention: [{ orderId: '862', cause: 'late-arrival' }],
      unseenRuns: [5, 6],
      sync: { asked: 1_234, notices: { unknownPayments: [{ noticeId: '12', amount: 980 }] } },
    })
    const notBegun = nightlyJson(view({ notBegun: { why: 'until', left: [sampleOrder({ orderId: '5' })] } }), 6, null)
    expect(notBegun.notBegun).toEqual({ why: 'until', limit: null, orders: ['5'] })
  })
})
