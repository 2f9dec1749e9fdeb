// What is shown when a batch is over: the shop's pop-up, and what to do about what went wrong.
// Manual section 4, page 6.
import type { RunItem } from '../domain/run.js'
import { stateLabel } from '../domain/statuses.js'
import { codeAdvice } from './codes.js'
import {
  environmentWord,
  labelWord,
  OUTCOME_COLOURS,
  resultWord,
  sentences,
  shortMethod,
  word,
} from './messages/texts.js'
import { grouped, listTime, yen } from './numbers.js'
import { outcomeAdvice, refundedText } from './outcome-advice.js'
import { requestText } from './plan.js'
import { reasonText } from './reasons.js'
import { type ResultView, type RunHead, summaryJson } from './result-json.js'
import { type Lang, paint, type Screen } from './screen.js'
import { drawTable, KEEP } from './table.js'
import { fitText, safe } from './width.js'

/** 【シミュレーター】 before a run's title, in red for 本番; outside production nobody can take it for real. Page 3.3. */
function titled(name: string, title: string, screen: Screen): string {
  const environment = environmentWord(name, screen.lang)
  const line = fitText(`${screen.lang === 'ja' ? `【${environment}】` : `[${environment}] `}${title}`, screen)
  return name === 'production' ? line.replace(environment, (word) => paint(word, 'red', screen)) : line
}

/** What stands over the pop-up's lines while a run is under way. */
export const headLine = (
  { id, operation, environment }: Pick<RunHead, 'id' | 'operation' | 'environment'>,
  screen: Screen,
) => titled(environment, sentences(screen.lang).runTitle(operation, id, '', ''), screen)

/** The first line of a result: outside production it begins with シミュレーター or 試験. */
export function titleLine(run: RunHead, screen: Screen): string {
  const { operation, id, startedAt, endedAt, state } = run
  const times = endedAt === null ? listTime(startedAt) : `${listTime(startedAt)} - ${listTime(endedAt).slice(11)}`
  const title = sentences(screen.lang).runTitle(operation, id, times, word(`state.${state}`, screen.lang))
  return titled(run.environment, title, screen)
}

const codeAndDetail = ({ code, detail }: RunItem): string => [code, detail].filter((part) => part).join(' ')

const amountOf = ({ amountYen }: RunItem, lang: Lang): string =>
  amountYen === null ? word('none', lang) : grouped(amountYen)

/** 受注番号, 顧客名, 支払方法, 処理, 金額, 結果, ペイジェント状況, コード/詳細. */
export function resultTable(items: readonly RunItem[], screen: Screen): string {
  const { lang } = screen
  // Where all went well the column would only make the others narrow.
  const told = items.some((item) => codeAndDetail(item) !== '')
  return drawTable(
    {
      columns: [
        { header: word('column.order-id', lang), shrink: 'never', priority: KEEP },
        { header: word('column.customer-name', lang), shrink: 'cut', min: 6, priority: 5 },
        { header: word('column.method', lang), shrink: 'never', priority: 3 },
        { header: word('column.request', lang), shrink: 'wrap', min: 8, priority: 1 },
        { header: word('column.amount', lang), shrink: 'never', align: 'right', priority: KEEP },
        { header: word('column.outcome', lang), shrink: 'never', priority: KEEP },
        {
          header: word('column.label', lang),
          shortHeader: word('column.label-short', lang),
          shrink: 'wrap',
          min: 6,
          priority: 4,
        },
        ...(told ? [{ header: word('column.code-detail', lang), shrink: 'wrap', min: 12, priority: 2 } as const] : []),
      ],
      rows: items.map((item) => [
        item.order.orderId,
        item.order.customerName,
        shortMethod(item.order, lang),
        requestText(item.request, null, item.amountYen, lang),
        amountOf(item, lang),
        { text: resultWord(item, lang), colour: OUTCOME_COLOURS[item.outcome] },
        labelWord(stateLabel(item.order), lang),
        ...(told ? [codeAndDetail(item)] : []),
      ]),
    },
    screen,
  )
}

/** What a person does now: about the code first, then about the outcome. */
function adviceFor({ order, outcome, reason, about, code, refunded }: RunItem, lang: Lang): string[] {
  if (refunded) return [refundedText(lang)]
  if (outcome === 'refused') return reason === null ? [] : [reasonText(reason, about, order, lang)]
  const byCode = code !== null && code !== '' && (outcome === 'rejected' || outcome === 'attention')
  return [...(byCode ? [codeAdvice(code, lang)] : []), outcomeAdvice(outcome, order.orderId, lang)]
}

/** What went wrong with one order, in Paygent's words, and what to do. */
function troubleOf(item: RunItem, lang: Lang): string {
  const title = sentences(lang).itemTitle(item.order.orderId, resultWord(item, lang))
  const lines = [`${title} ${codeAndDetail(item)}`.trimEnd(), ...adviceFor(item, lang)]
  return lines.map((line, place) => (place === 0 ? safe(line) : `  ${line}`)).join('\n')
}

/** A batch that stopped early leaves many orders unsent, all with the same advice: one line names them. */
function unsentText(items: readonly RunItem[], lang: Lang): string {
  const orderIds = items.map(({ order }) => safe(order.orderId))
  const title = sentences(lang).ordersTitle(orderIds, word('outcome.unsent', lang))
  return `${title}\n  ${outcomeAdvice('unsent', '', lang)}`
}

const isFine = ({ outcome, reason, refunded }: RunItem): boolean =>
  (outcome === 'accepted' && !refunded) || (outcome === 'refused' && reason === 'already')

/** Everything that was not done, each with what to do now; '' when all is well. */
export function troubleText(items: readonly RunItem[], screen: Screen): string {
  const { lang } = screen
  const bad = items.filter((item) => !isFine(item))
  if (bad.length === 0) return ''
  const told = bad.filter((item) => item.outcome !== 'unsent' || item.code !== null)
  const silent = bad.filter((item) => item.outcome === 'unsent' && item.code === null)
  const texts = told.map((item) => troubleOf(item, lang))
  if (silent.length > 0) texts.push(unsentText(silent, lang))
  return fitText([word('look-at-these', lang), ...texts].join('\n'), screen)
}

/** Yen accepted, request by request, method by method; '' when nothing was accepted. */
export function acceptedText({ run, items }: ResultView, screen: Screen): string {
  const { lang } = screen
  const rows = new Map<string, { item: RunItem; count: number; sum: number }>()
  for (const item of items.filter(({ outcome }) => outcome === 'accepted')) {
    const key = `${item.request} ${shortMethod(item.order, lang)}`
    const row = rows.get(key) ?? { item, count: 0, sum: 0 }
    rows.set(key, { item: row.item, count: row.count + 1, sum: row.sum + (item.amountYen ?? 0) })
  }
  if (rows.size === 0) return ''
  const total = [...rows.values()].reduce((all, { sum }) => all + sum, 0)
  const lines = [...rows.values()].map(({ item, count, sum }) => {
    const method = shortMethod(item.order, lang)
    return `  ${item.request === null ? method : sentences(lang).acceptedRow(item.request, method, count, sum)}`
  })
  const colon = lang === 'ja' ? '：' : ': '
  return fitText(
    [`${word(`accepted-yen.${run.operation}`, lang)}${colon}${yen(total, lang)}`, ...lines].join('\n'),
    screen,
  )
}

/** The pop-up's lines: always how many succeeded and failed, everything else only if there is any. */
export function closingText(items: readonly RunItem[], screen: Screen): string {
  const texts = sentences(screen.lang)
  const sum = summaryJson(items.map(({ outcome, amountYen }) => ({ outcome, amount: amountYen })))
  const already = items.filter((item) => item.outcome === 'refused' && item.reason === 'already').length
  const lines = [word('result-heading', screen.lang), texts.succeeded(sum.accepted), texts.failed(sum.rejected)]
  const others = [
    [sum.notProcessed, texts.notProcessed],
    [sum.unknown, texts.checking],
    [sum.attention, texts.needsPerson],
    [sum.unsent, texts.unsent],
    [sum.refused - already, texts.refused],
    [already, texts.already],
  ] as const
  for (const [count, line] of others) if (count > 0) lines.push(line(count))
  return fitText(lines.join('\n'), screen)
}

/** The whole result, ready to print, without a line break at its end. */
export function resultText(view: ResultView, screen: Screen): string {
  const parts = [
    titleLine(view.run, screen),
    view.items.length === 0 ? '' : resultTable(view.items, screen),
    troubleText(view.items, screen),
    acceptedText(view, screen),
    closingText(view.items, screen),
  ]
  return parts.filter((part) => part !== '').join('\n')
}
