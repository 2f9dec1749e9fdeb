// Tests the first screen: each line that waits names the command that goes on from it.
import { LANGS } from '../../src/ui/screen.js'
import { statusText, type StatusView } from '../../src/ui/status.js'
import { commandsIn, expectAccepted } from './pasted.js'
import { screenOf } from './sample-orders.js'
import { expectScreen } from './screens.js'
import { describe, expect, test } from 'vitest'

const QUIET: StatusView = {
  version: '0.1.0',
  environment: 'simulator',
  mirrorPath: '/home/shop/paygent.db',
  orders: 0,
  importedAt: null,
  sale: { count: 0, yen: 0 },
  cancel: { count: 0, yen: 0 },
  toAsk: 0,
  waitingStatuses: null,
  running: null,
  lastNight: null,
  expiring: { count: 0, yen: 0 },
  heldOrders: [],
  open: 0,
  attention: 0,
  attentionOrders: [],
  conflicts: 0,
  conflictOrders: [],
  shopErrors: 0,
  behindOrders: [],
  unacknowledged: [],
  doubleCharges: [],
  machineState: 'known',
  cutOff: '21:00',
  minutesToCutOff: 65,
}

const NIGHT = { startedAt: '2026-11-28T19:30:00+09:00', endedAt: '2026-11-28T19:45:10+09:00', exitCode: 3, fault: null }

const BUSY: StatusView = {
  ...QUIET,
  environment: 'production',
  orders: 12_060,
  importedAt: '2026-11-29T09:00:00+09:00',
  sale: { count: 40, yen: 412_300 },
  cancel: { count: 3, yen: 9800 },
  toAsk: 2,
  waitingStatuses: {
    orders: 4,
    yen: 12_000,
    statuses: [{ orderStatus: '出荷準備中', orders: 4 }],
    setting: '出荷準備中:hold',
  },
  running: {
    command: 'sale',
    since: '2026-11-29T13:00:00+09:00',
    progress: { done: 3, total: 60 },
    runId: 11,
    inFlight: 1,
  },
  lastNight: { ...NIGHT, runId: 10 },
  expiring: { count: 3, yen: 12_800 },
  heldOrders: ['10880', '10881'],
  open: 3,
  attention: 7,
  attentionOrders: ['10862', '10863', '10864', '10865', '10866', '10867', '10868'],
  conflicts: 1,
  conflictOrders: ['10871'],
  shopErrors: 1,
  behindOrders: ['10884', '10885'],
  unacknowledged: [9, 10],
  doubleCharges: [{ orderId: '10862', paymentIds: ['12345678', '12345679'], anotherUnknown: true }],
  minutesToCutOff: -1,
}

const lines = (view: StatusView, lang: 'ja' | 'en' = 'ja'): string[] =>
  statusText(view, screenOf(null, lang)).split('\n')
const line = (view: StatusView, start: string): string | undefined => lines(view).find((one) => one.startsWith(start))

describe('the first screen', () => {
  test.each(LANGS)('of a busy and of a quiet day, %s', (lang) => {
    for (const width of [60, 80, 100, 120]) {
      expectScreen(`status-busy-${lang}-${width}`, statusText(BUSY, screenOf(width, lang)), width)
      expectScreen(`status-quiet-${lang}-${width}`, statusText(QUIET, screenOf(width, lang)), width)
    }
  })

  test('has no line about orders of which there are none', () => {
    const empty = (text: string): boolean => /：0件|: 0 orders/.test(text)
    for (const lang of LANGS) expect(lines(QUIET, lang).filter(empty)).toEqual([])
    const sellable = lines({ ...QUIET, sale: { count: 1, yen: 980 } })
    expect(sellable.filter((one) => one.includes('できる受注'))).toEqual([
      '売上できる受注：1件　980円（paygent bulk-sale で売上処理）',
    ])
  })

  test.each(LANGS)('names a command on every line that waits, and the program takes each, %s', async (lang) => {
    const quiet = new Set(lines(QUIET, lang))
    const news = lines(BUSY, lang).filter((one) => !quiet.has(one))
    const told = news.filter(
      (one) => !/^(?:手元データ|最終取込|環境|本日|対処：次の行|Local data|Last import|Environment|Today)/.test(one),
    )
    for (const one of told) {
      const pasted =
        one.startsWith('PAYGENT_STATUSES=') || /対応状況|order status|Choose/.test(one) || commandsIn(one).length > 0
      expect([one, pasted]).toEqual([one, true])
    }
    const commands = [...lines(BUSY, lang).slice(1), ...lines(QUIET, lang).slice(1)].flatMap(commandsIn)
    expect(new Set(commands).size).toBeGreaterThan(10)
    for (const command of new Set(commands)) await expectAccepted(command)
  })
})

test.each(LANGS)('every command goes to the mirror that is shown, %s', (lang) => {
  for (const view of [BUSY, QUIET]) {
    const shown = (sameMirror: string): string =>
      statusText(view, screenOf(null, lang, { sameMirror }))
        .split('\n')
        .slice(1)
        .join('\n')
    const commands = commandsIn(shown('')).filter((command) => !command.startsWith('paygent help'))
    const pasted = commandsIn(shown('--db 2.db')).filter((command) => !command.startsWith('paygent help'))
    expect(pasted).toEqual(commands.map((command) => `${command} --db 2.db`))
    expect(shown("--settings '/店 2.env'").split("--settings '/店 2.env'")).toHaveLength(commands.length + 1)
  }
})

describe('the last night', () => {
  test.each([
    [0, 10, '完了（paygent runs show 10 で表示）'],
    [0, null, '完了（売上処理なし。paygent runs で一覧）'],
    [3, 10, '完了、処理できなかった受注あり（paygent runs show 10 で表示）'],
    [4, 10, '結果不明・要対応の受注あり（paygent runs show 10 で表示）'],
    [5, null, '開始できず（paygent doctor で確認）'],
    [6, 10, '中止（paygent runs show 10 で表示）'],
    [6, null, '中止（paygent nightly で再開）'],
    [2, null, '設定の誤り（paygent doctor で確認）'],
    [1, null, 'プログラムのエラー（paygent doctor で確認）'],
    [130, 10, 'プログラムのエラー（paygent runs show 10 で表示）'],
  ])('that ended with %i and the run %j', (exitCode, runId, text) => {
    const view = { ...QUIET, lastNight: { ...NIGHT, exitCode, runId } }
    expect(line(view, '前回の夜間処理')).toBe(`前回の夜間処理：2026/11/28 19:30 - 19:45 ${text}`)
  })

  test.each([
    ['interrupted', 'paygent nightly で再開'],
    ['gateway-unreachable', 'paygent doctor で確認'],
  ])('that %s ended before its sale', (fault, next) => {
    const view = { ...QUIET, lastNight: { ...NIGHT, exitCode: 6, runId: null, fault } }
    expect(line(view, '前回の夜間処理')).toBe(`前回の夜間処理：2026/11/28 19:30 - 19:45 中止（${next}）`)
  })
})

describe('a command that runs now', () => {
  const running = {
    command: 'sync',
    since: '2026-11-29T13:00:00+09:00',
    progress: null,
    runId: null,
    inFlight: 0,
  } as const

  test('a batch with its number, and how far it is', () => {
    expect(line(BUSY, '実行中')).toBe('実行中：一括売上 #11 3/60件（paygent runs show 11 で表示）')
  })

  test('a command without a run, since when', () => {
    expect(line({ ...QUIET, running }, '実行中')).toMatch(/^実行中：.+（2026\/11\/29 13:00 から）$/)
  })

  test('its request under way is not of unknown outcome', () => {
    expect(line(BUSY, '結果不明')).toBe('結果不明の受注：2件（paygent reconcile で照会）')
    expect(line({ ...BUSY, open: 1 }, '結果不明')).toBeUndefined()
    expect(line({ ...BUSY, open: 1, running: null }, '結果不明')).toContain('1件')
  })
})
