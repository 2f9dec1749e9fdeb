// Tests the report on the terminal and in the CSV of the books.
import { describe, expect, it } from 'vitest'
import { reportOf } from '../../src/domain/report.js'
import { displayWidth } from '../../src/text/width.js'
import { reportCsv, reportJson } from '../../src/ui/report-data.js'
import { reportText } from '../../src/ui/report.js'
import { MADE_AT, REQUESTS, sampleReport } from './sample-report.js'

const report = sampleReport()
const screen = { lang: 'ja', width: 80, colour: false, ascii: false } as const
const shown = reportText(report, 'production', screen)

describe('on a terminal', () => {
  it('has every section', () => {
    const lines = shown.split('\n')
    expect(lines.filter((line) => line.startsWith('■') || line.startsWith('・'))).toEqual([
      '・処理番号 #7 受注番号 852 送信 #1：状態（state）は「accepted」、監査ログでは',
      '■ 成功以外の結果',
      '・失敗（2004）：1件　1,000円',
      '・結果不明：1件　1,000円',
      '・対象外（保留）：1件',
      '■ 売上にならずに期限が切れたオーソリ：1件 3,000円',
      '・2026/11/10（見込み） 受注番号 870 docomo 3,000円',
      '■ paygent 以外の操作による売上（上の合計に含まれません）：1件 4,000円',
      '・2026/11/11（受注日） 受注番号 880 docomo 4,000円',
      '■ 期間の終わりに結果不明・要対応の処理：2件',
      '・2026/11/30 12:00 受注番号 859 docomo 売上 1,000円',
      '・2026/11/30 23:59 受注番号 860 docomo 売上 1,000円',
      '■ 期間の終了後に変わった処理：1件',
      '・2026/12/01 09:00 受注番号 860 docomo 売上：結果不明 → 成功 1,000円',
      '■ この期間に変わった、前の期間の処理：1件',
      '・2026/11/01 09:00 受注番号 861 docomo 売上：結果不明 → 成功 1,000円',
    ])
    expect(lines).toContain('補正売上：1件　500円（減額 480円）')
    expect(lines).toContain('差引（売上 - 返金）：4,000円')
  })

  it('has a bar for each day with a sale, as long as its yen', () => {
    const bars = shown.split('\n').flatMap((line) => /█+/.exec(line)?.[0].length ?? [])
    expect(bars).toEqual([14, 2, 4])
    expect(reportText(report, 'production', { ...screen, ascii: true })).toMatch(/#{14}/)
  })

  it.each([80, 60, 40])('is no wider than %i columns', (width) => {
    for (const lang of ['ja', 'en'] as const) {
      const widest = reportText(report, 'production', { ...screen, lang, width })
        .split('\n')
        .map((line) => displayWidth(line))
      expect(Math.max(...widest)).toBeLessThanOrEqual(width)
    }
  })

  it('keeps all columns on 80 with the sums of a large shop', () => {
    const large = { count: 9_999, yen: 9_999_999 }
    const sums = { ...report.total, sold: large, refunded: large, released: large, netYen: -9_999_999 }
    const text = reportText({ ...report, days: [{ day: '2026-11-02', ...sums }] }, 'production', screen)
    expect(text).toMatch(/件数.*売上\(円\).*返金\(円\).*解放\(円\).*差引\(円\)/)
    expect(text).toContain('█')
  })

  it.each([
    ['ja', '作成：2026/12/05 09:00（期間はまだ始まっていません）'],
    ['en', 'Made: 2026/12/05 09:00 (the period has not begun)'],
  ] as const)('has no table and no end of a period that has not begun (%s)', (lang, line) => {
    const january = { from: '2027-01-01', to: '2027-01-31' }
    const future = reportOf(january, { requests: REQUESTS, lost: [], elsewhere: [], differences: [] }, MADE_AT)
    const lines = reportText(future, 'production', { ...screen, lang }).split('\n')
    expect([lines.length, lines[1]]).toEqual([2, line])
  })

  it('lists ten orders of a section and counts the others', () => {
    const [one] = report.open
    const open = Array.from({ length: 12 }, (_, index) => ({ ...one, orderId: String(index) }) as never)
    expect(reportText({ ...report, open }, 'production', screen)).toContain('  ほか 2件（--format json ですべて表示）')
  })
})

describe('as CSV', () => {
  const lines = reportCsv(report.lines).replace('\uFEFF', '').trimEnd().split('\r\n')

  it('has one line for each accepted request, with what the shop has more by it', () => {
    expect(
      lines.map((line) =>
        line
          .split(',')
          .filter((_, index) => [0, 2, 8, 9, 11, 15].includes(index))
          .join(','),
      ),
    ).toEqual([
      '日時,受注番号,区分,金額（円）,減額（円）,日時の根拠',
      '2026/11/02 12:00:00,852,売上,1000,0,応答',
      '2026/11/02 12:00:00,853,売上,2500,0,応答',
      '2026/11/03 12:00:00,854,補正売上,500,480,応答',
      '2026/11/03 13:00:00,855,返金,-1000,0,応答',
      '2026/11/03 14:00:00,856,オーソリ解放,0,0,応答',
      '2026/11/30 23:59:50,860,売上,1000,0,ペイジェント',
    ])
    const sum = lines.slice(1).reduce((all, line) => all + Number(line.split(',')[9]), 0)
    expect(sum).toBe(report.total.netYen)
  })

  it('obeys no name', () => {
    expect(lines[2]).toContain(String.raw`,\u{1B}[31m=SUM(A1),`)
    const [first] = report.lines
    const formula = reportCsv([{ ...first, customerName: '=SUM(A1)' } as never])
    expect(formula).toContain(`,'=SUM(A1),`)
  })
})

it('gives the sums of the JSON, line for line', () => {
  const { bookings, total } = reportJson(report, 'production')
  expect(bookings.reduce((sum, { netYen }) => sum + (netYen ?? 0), 0)).toBe(total.netYen)
  expect(bookings.map(({ kind }) => kind)).toEqual(['sold', 'sold', 'corrected', 'refunded', 'released', 'sold'])
})

it('states no yen in the JSON for a request of unknown outcome', () => {
  const { open } = reportJson(report, 'production')
  expect(open.map(({ orderId, outcome, netYen }) => [orderId, outcome, netYen])).toEqual([
    ['859', 'unknown', null],
    ['860', 'accepted', 1_000],
  ])
})
