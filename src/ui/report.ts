// Shows a report on the terminal: a table with a bar for each day, then the sums and what needs a look.
import { type Outcome, REASONS } from '../domain/outcome.js'
import {
  type DaySums,
  type LostAuthorisation,
  type OutcomeCount,
  type Report,
  REPORT_KINDS,
  type ReportChange,
  type ReportKind,
  type ReportRequest,
  type ReportSums,
  type SoldElsewhere,
} from '../domain/report.js'
import { grouped, listDate, listTime, yen } from '../text/numbers.js'
import { fitText, safe } from '../text/width.js'
import { reasonShort } from './reasons.js'
import { bothLanguages, type Lang, paint, type Screen } from './screen.js'
import { drawTable, isPage, KEEP, type TableColumn } from './table.js'
import { contradictionLines } from './verify.js'
import { actionName, environmentWord, shortMethod } from './words.js'

const JA = {
  title: (from: string, to: string, environment: string) => `売上レポート ${from}～${to}（${environment}）`,
  madeAt: (time: string) => `作成：${time}`,
  underWay: '（期間の途中）',
  notBegun: '（期間はまだ始まっていません）',
  day: '日付',
  weekdays: '日月火水木金土',
  onDay: (day: string, weekday: string) => `${day} ${weekday}`,
  count: '件数',
  captured: '売上(円)',
  refunded: '返金(円)',
  released: '解放(円)',
  net: '差引(円)',
  payer: '支払方法',
  kinds: {
    sold: '売上',
    corrected: '補正売上',
    refunded: '返金',
    released: 'オーソリ解放',
    unclear: '内訳不明',
  } satisfies Record<ReportKind, string>,
  sum: (name: string, count: number, sum: string) => `${name}：${grouped(count)}件　${sum}`,
  counted: (name: string, count: number) => `${name}：${grouped(count)}件`,
  lowered: (sum: string) => `（減額 ${sum}）`,
  netLine: (sum: string) => `差引（売上 - 返金）：${sum}`,
  unknown: '不明',
  nothing: 'この期間に成立した処理はありません。',
  outcomes: {
    rejected: '失敗',
    'not-processed': '不成立',
    refused: '対象外',
    unsent: '未送信',
    unknown: '結果不明',
    attention: '要対応',
  } satisfies Record<Exclude<Outcome, 'accepted'>, string>,
  accepted: '成功',
  withReason: (outcome: string, reason: string) => `${outcome}（${reason}）`,
  failed: '■ 成立しなかった処理',
  lost: (count: number, sum: string) => `■ 売上にならずに期限が切れたオーソリ：${grouped(count)}件 ${sum}`,
  probably: '（見込み）',
  elsewhere: (count: number, sum: string) =>
    `■ paygent 以外の操作による売上（上の合計に含まれません）：${grouped(count)}件 ${sum}`,
  byOrder: '（受注日）',
  open: (count: number) => `■ 期間の終わりに結果不明・要対応の処理：${grouped(count)}件`,
  changedLater: (count: number) => `■ 期間の終了後に変わった処理：${grouped(count)}件`,
  ofEarlier: (count: number) => `■ この期間に変わった、前の期間の処理：${grouped(count)}件`,
  order: (id: string, method: string) => `受注番号 ${id} ${method}`,
  change: (before: string, after: string) => `${before} → ${after}`,
  more: (count: number) => `  ほか ${grouped(count)}件（--format json ですべて表示）`,
  bullet: '・',
  colon: '：',
  written: (path: string, count: number) => `レポートを書き出しました：${path}（成立した処理 ${grouped(count)}件）`,
}

const EN: typeof JA = {
  title: (from, to, environment) => `Sales report ${from} to ${to} (${environment})`,
  madeAt: (time) => `Made: ${time}`,
  underWay: ' (the period is not over)',
  notBegun: ' (the period has not begun)',
  day: 'Day',
  weekdays: 'SMTWTFS',
  onDay: (day, weekday) => `${day} ${weekday}`,
  count: 'Count',
  captured: 'Captured ¥',
  refunded: 'Refunded ¥',
  released: 'Released ¥',
  net: 'Net ¥',
  payer: 'Method',
  kinds: {
    sold: 'Sales',
    corrected: 'Corrected sales',
    refunded: 'Refunded',
    released: 'Released authorisations',
    unclear: 'Not recorded',
  },
  sum: (name, count, sum) => `${name}: ${grouped(count)}, ${sum}`,
  counted: (name, count) => `${name}: ${grouped(count)}`,
  lowered: (sum) => ` (lowered by ${sum})`,
  netLine: (sum) => `Net (captured - refunded): ${sum}`,
  unknown: 'unknown',
  nothing: 'No request was accepted in this period.',
  outcomes: {
    rejected: 'rejected',
    'not-processed': 'not carried out',
    refused: 'skipped',
    unsent: 'not sent',
    unknown: 'outcome unknown',
    attention: 'action needed',
  },
  accepted: 'accepted',
  withReason: (outcome, reason) => `${outcome} (${reason})`,
  failed: '■ Requests that moved nothing',
  lost: (count, sum) => `■ Authorisations that expired unsold: ${grouped(count)}, ${sum}`,
  probably: ' (probably)',
  elsewhere: (count, sum) => `■ Sold by other means than paygent (not in the sums above): ${grouped(count)}, ${sum}`,
  byOrder: ' (day of the order)',
  open: (count) => `■ Outcome unknown or action needed at the end of the period: ${grouped(count)}`,
  changedLater: (count) => `■ Changed after the end of the period: ${grouped(count)}`,
  ofEarlier: (count) => `■ Changed in this period, of an earlier one: ${grouped(count)}`,
  order: (id, method) => `Order ${id}, ${method}`,
  change: (before, after) => `${before} → ${after}`,
  more: (count) => `  ${grouped(count)} more (--format json lists all)`,
  bullet: '- ',
  colon: ': ',
  written: (path, count) => `Report written: ${path} (accepted requests: ${grouped(count)})`,
}

const TEXTS = bothLanguages(JA, EN)

/** The most orders that one section lists. */
const LISTED = 10

/** The cells of the longest bar: with it the table has 80 columns, or fewer. */
const BAR = 14

export function reportText(report: Report, environment: string, screen: Screen): string {
  const { lang } = screen
  const texts = TEXTS[lang]
  const { from, to } = report.period
  const doubt = differencesText(report, lang)
  // A clock that was put back can leave requests in days to come.
  const begun = report.days.length > 0 || report.lines.length > 0
  const state = !begun ? texts.notBegun : report.over ? '' : texts.underWay
  const head = [
    fitText(texts.title(listDate(from), listDate(to), environmentWord(environment, lang)), screen),
    fitText(`${texts.madeAt(listTime(report.madeAt))}${state}`, screen),
    ...(doubt === '' ? [] : [paint(fitText(doubt, screen), 'red', screen)]),
  ]
  if (!begun) return head.join('\n')
  return [
    ...head,
    daysTable(report.days, screen),
    ...(report.lines.length === 0
      ? [fitText(texts.nothing, screen)]
      : [payersTable(report, screen), sumsText(report.total, screen)]),
    ...sections(report, screen),
  ].join('\n')
}

const right = (header: string, priority: number): TableColumn => ({ header, shrink: 'never', align: 'right', priority })

export const capturedYen = ({ sold, corrected }: ReportSums): number => sold.yen + corrected.yen
const countOf = (sums: ReportSums): number => REPORT_KINDS.reduce((all, kind) => all + sums[kind].count, 0)
const netText = ({ netYen }: ReportSums, lang: Lang): string =>
  netYen === null ? TEXTS[lang].unknown : netYen < 0 ? `-${grouped(-netYen)}` : grouped(netYen)
const zeroBlank = (value: number): string => (value === 0 ? '' : grouped(value))

const sumCells = (sums: ReportSums, lang: Lang): string[] => [
  zeroBlank(countOf(sums)),
  zeroBlank(capturedYen(sums)),
  zeroBlank(sums.refunded.yen),
  zeroBlank(sums.released.yen),
  countOf(sums) === 0 ? '' : netText(sums, lang),
]

function sumColumns(lang: Lang): TableColumn[] {
  const texts = TEXTS[lang]
  return [
    right(texts.count, 2),
    right(texts.captured, KEEP),
    right(texts.refunded, KEEP),
    right(texts.released, 1),
    right(texts.net, KEEP),
  ]
}

/** A bar shows the captured yen of a day against those of the best one. */
function daysTable(days: readonly DaySums[], screen: Screen): string {
  const { lang } = screen
  const texts = TEXTS[lang]
  const most = Math.max(1, ...days.map(capturedYen))
  const block = screen.ascii || screen.ambiguousWide === true ? '#' : '█'
  return drawTable(
    {
      tight: true,
      columns: [
        { header: texts.day, shrink: 'never', priority: KEEP },
        ...sumColumns(lang),
        { header: '', shrink: 'never', priority: 3 },
      ],
      rows: days.map((sums) => {
        const weekday = texts.weekdays[new Date(`${sums.day}T00:00:00Z`).getUTCDay()] ?? ''
        const share = capturedYen(sums) / most
        const bar = block.repeat(share === 0 ? 0 : Math.max(1, Math.round(share * BAR)))
        return [
          texts.onDay(listDate(sums.day).slice(5), weekday),
          ...sumCells(sums, lang),
          { text: bar, colour: 'green' as const },
        ]
      }),
    },
    screen,
  )
}

function payersTable({ payers }: Report, screen: Screen): string {
  const { lang } = screen
  return drawTable(
    {
      tight: true,
      columns: [{ header: TEXTS[lang].payer, shrink: 'never', priority: KEEP }, ...sumColumns(lang)],
      rows: payers.map((sums) => [shortMethod(sums, lang), ...sumCells(sums, lang)]),
    },
    screen,
  )
}

function sumsText(total: ReportSums, screen: Screen): string {
  const { lang } = screen
  const texts = TEXTS[lang]
  const lines = REPORT_KINDS.flatMap((kind) => {
    const { count, yen: sum } = total[kind]
    if (count === 0) return []
    const lowered = kind === 'corrected' && total.loweredYen > 0 ? texts.lowered(yen(total.loweredYen, lang)) : ''
    return [`${texts.sum(texts.kinds[kind], count, yen(sum, lang))}${lowered}`]
  })
  const net = total.netYen === null ? texts.unknown : yen(total.netYen, lang)
  return fitText([...lines, texts.netLine(net)].join('\n'), screen)
}

function sections(report: Report, screen: Screen): string[] {
  const { lang } = screen
  const texts = TEXTS[lang]
  const sumOf = (all: readonly { readonly yen: number }[]): string =>
    yen(
      all.reduce((sum, one) => sum + one.yen, 0),
      lang,
    )
  const { outcomes, lost, elsewhere, open, changedLater, ofEarlier } = report
  return [
    section(
      texts.failed,
      outcomes.map((one) => outcomeLine(one, lang)),
      screen,
    ),
    section(
      texts.lost(lost.length, sumOf(lost)),
      lost.map((one) => lostLine(one, lang)),
      screen,
    ),
    section(
      texts.elsewhere(elsewhere.length, sumOf(elsewhere)),
      elsewhere.map((one) => elsewhereLine(one, lang)),
      screen,
    ),
    section(
      texts.open(open.length),
      open.map((one) => requestLine(one, lang)),
      screen,
    ),
    section(
      texts.changedLater(changedLater.length),
      changedLater.map((one) => changeLine(one, lang)),
      screen,
    ),
    section(
      texts.ofEarlier(ofEarlier.length),
      ofEarlier.map((one) => changeLine(one, lang)),
      screen,
    ),
  ].filter((text) => text !== '')
}

/** Nothing where there is no line. */
function section(title: string, lines: readonly string[], screen: Screen): string {
  if (lines.length === 0) return ''
  const { bullet, more } = TEXTS[screen.lang]
  // A page has room for all of them.
  const listed = isPage(screen) ? lines.length : LISTED
  const shown = lines.slice(0, listed).map((line) => `${bullet}${line}`)
  const rest = lines.length > listed ? [more(lines.length - listed)] : []
  return fitText(['', title, ...shown, ...rest].join('\n'), screen)
}

export const outcomeName = (outcome: Outcome, lang: Lang): string =>
  outcome === 'accepted' ? TEXTS[lang].accepted : TEXTS[lang].outcomes[outcome]

/** 失敗（2004）, 対象外（保留） */
export function outcomeText({ outcome, reason }: Pick<OutcomeCount, 'outcome' | 'reason'>, lang: Lang): string {
  if (reason === null) return outcomeName(outcome, lang)
  const known = REASONS.find((each) => each === reason)
  const shown = known === undefined ? safe(reason) : reasonShort(known, lang)
  return TEXTS[lang].withReason(outcomeName(outcome, lang), shown)
}

/** Of what the rules refused no amount is known. */
const outcomeLine = (one: OutcomeCount, lang: Lang): string =>
  one.yen === 0
    ? TEXTS[lang].counted(outcomeText(one, lang), one.count)
    : TEXTS[lang].sum(outcomeText(one, lang), one.count, yen(one.yen, lang))

const orderText = (one: ReportRequest | LostAuthorisation | SoldElsewhere, lang: Lang): string =>
  TEXTS[lang].order(safe(one.orderId), shortMethod(one, lang))

const lostLine = (one: LostAuthorisation, lang: Lang): string =>
  `${listDate(one.day)}${one.told ? '' : TEXTS[lang].probably} ${orderText(one, lang)} ${yen(one.yen, lang)}`

const elsewhereLine = (one: SoldElsewhere, lang: Lang): string =>
  `${listDate(one.day)}${one.datedBy === 'order' ? TEXTS[lang].byOrder : ''} ${orderText(one, lang)} ${yen(one.yen, lang)}`

const requestLine = (one: ReportRequest, lang: Lang): string =>
  `${listTime(one.sentAt)} ${orderText(one, lang)} ${actionName(one.request, lang)} ${yen(one.amountYen ?? 0, lang)}`

function changeLine({ line, changedAt, before, after, netYen }: ReportChange, lang: Lang): string {
  const { change, colon, unknown } = TEXTS[lang]
  const words = change(outcomeName(before, lang), outcomeName(after, lang))
  const sum = netYen === null ? unknown : yen(netYen, lang)
  return `${listTime(changedAt)} ${orderText(line, lang)} ${actionName(line.request, lang)}${colon}${words} ${sum}`
}

/** The line about a file that was written. */
export const reportWritten = (path: string, { lines }: Report, lang: Lang): string =>
  TEXTS[lang].written(safe(path), lines.length)

/** The facts that make the sums doubtful. */
export const differencesText = ({ differences }: Report, lang: Lang): string =>
  contradictionLines(differences, lang).join('\n')

/** The word for a kind of line, as the sums have it. */
export const reportKind = (kind: ReportKind, lang: Lang): string => TEXTS[lang].kinds[kind]
