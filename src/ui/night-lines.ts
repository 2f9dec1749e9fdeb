// Puts the night into three lines, for a chat and for the head of cron's mail. No customer's name is in them.
import type { AppError, ExitCode } from '../errors.js'
import type { NightlyReport } from '../jobs/nightly/report.js'
import { grouped, listTime } from '../text/numbers.js'
import { safe } from '../text/width.js'
import { errorParts } from './errors.js'
import { moneyText } from './money.js'
import { NIGHTLY_TEXTS, type NightlyView, notBegunText } from './nightly.js'
import { outcomeCounts } from './runs.js'
import { bothLanguages, type Lang } from './screen.js'
import { nightEndWord } from './status.js'
import { summaryJson } from './summary.js'
import { environmentWord, sentences } from './words.js'

const JA = {
  count: (word: string, orders: number) => `${word} ${grouped(orders)}件`,
  named: (counted: string, ids: string) => `${counted}：${ids}`,
  more: (orders: number) => `ほか${grouped(orders)}件`,
  attention: '要対応',
  open: '結果不明',
  expiring: '7日以内に期限の切れるオーソリ',
  unread: '手元データを読めないため、売上の結果は不明です。',
  notBegun: '売上要求は送信していません。',
  doctor: '要対応：paygent doctor で原因を確認してください。',
  end: (title: string, end: string, code: number, fault: string) =>
    `${title}：${end}（終了コード ${code}）${fault && `。${fault}`}`,
  betweenIds: '、',
}

const EN: typeof JA = {
  count: (word, orders) => `${word} ${grouped(orders)}`,
  named: (counted, ids) => `${counted}: ${ids}`,
  more: (orders) => `and ${grouped(orders)} more`,
  attention: 'action needed',
  open: 'outcome unknown',
  expiring: 'authorisations that run out within 7 days',
  unread: 'The local data cannot be read, so the result of the sale is not known.',
  notBegun: 'No sale was sent.',
  doctor: 'action needed: "paygent doctor" looks for the cause',
  end: (title, end, code, fault) => `${title}: ${end} (exit code ${code})${fault && `. ${fault}`}`,
  betweenIds: ', ',
}

const TEXTS = bothLanguages(JA, EN)

/** How a night ended; its `report` is null where the mirror could not be read, at its end or at all. */
export interface NightEnd extends Pick<NightlyView, 'environment' | 'startedAt' | 'endedAt'> {
  readonly report: NightlyReport | null
  /** A request may have gone out. */
  readonly mayHaveSent: boolean
  readonly exitCode: ExitCode
  /** The error that ended it; null where none did. */
  readonly fault: Pick<AppError, 'code' | 'params'> | 'bug' | null
}

/** Three lines: the sale, what waits for a person, and how the night ended. */
export function nightLines(
  { report, environment, mayHaveSent, ...end }: NightEnd,
  lang: Lang,
): [string, string, string] {
  const texts = TEXTS[lang]
  const times = NIGHTLY_TEXTS[lang].title(listTime(end.startedAt), listTime(end.endedAt).slice(11))
  const title = sentences(lang).titleIn(environmentWord(environment, lang), times)
  return [
    report === null ? (mayHaveSent ? texts.unread : texts.notBegun) : saleLine(report, lang),
    report === null ? texts.doctor : needsLine(report, lang),
    texts.end(title, nightEndWord(end.exitCode, lang), end.exitCode, faultText(end.fault, lang)),
  ]
}

/** Of what an error is about only a path is named: a chat is read elsewhere, and other params may be from outside. */
function faultText(fault: NightEnd['fault'], lang: Lang): string {
  if (fault === null || fault === 'bug') return ''
  const { path } = fault.params
  return errorParts({ code: fault.code, params: path === undefined ? {} : { path } }, lang).message
}

/** 成功 36件 269,645円 / 失敗 2件, or why nothing was sold. */
function saleLine({ sale, notBegun, over, shopAway }: NightlyReport, lang: Lang): string {
  const texts = NIGHTLY_TEXTS[lang]
  if (shopAway !== null) return texts.notSoldWithoutShop
  const left = notBegun === null ? [] : [notBegunText(notBegun, lang)]
  if (notBegun !== null && notBegun.why !== 'no-time') return left.join('')
  if (sale === null) return over.includes('sale') && notBegun === null ? texts.nothing : texts.unreached
  const accepted = sale.items.filter(({ outcome }) => outcome === 'accepted')
  // The orders of these two are named in the next line, with those of earlier runs.
  const counts = outcomeCounts(summaryJson(sale.items), lang)
    .filter(({ key }) => key !== 'unknown' && key !== 'attention')
    .map(({ key, word, count }) => {
      const counted = TEXTS[lang].count(word, count)
      return key === 'accepted' && count > 0 ? `${counted} ${moneyText(accepted, lang)}` : counted
    })
  // Beside a sale these are the orders for which there was no time.
  return [...counts, ...left].join(' / ')
}

/** The most orders that are named for one reason. */
const NAMED = 5

/** 要対応 1件：10250 / 結果不明 2件：10251、10252 */
function needsLine({ attention, open, expiring }: NightlyReport, lang: Lang): string {
  const texts = TEXTS[lang]
  const part = (word: string, orders: readonly { readonly orderId: string }[]): string => {
    const ids = [...new Set(orders.map(({ orderId }) => safe(orderId)))]
    const shown = [...ids.slice(0, NAMED), ...(ids.length > NAMED ? [texts.more(ids.length - NAMED)] : [])]
    const counted = texts.count(word, ids.length)
    return ids.length === 0 ? counted : texts.named(counted, shown.join(texts.betweenIds))
  }
  return [
    part(texts.attention, attention),
    ...(open.length > 0 ? [part(texts.open, open)] : []),
    ...(expiring.length > 0 ? [part(texts.expiring, expiring)] : []),
  ].join(' / ')
}
