// What `paygent sync` learnt. Pages 2.5 and 3.1.
import type { SyncEvent } from '../jobs/sync/events.js'
import type { SyncReport } from '../jobs/sync/report.js'
import { yen } from '../text/numbers.js'
import { fitText, safe } from '../text/width.js'
import { environmentLine } from './plan.js'
import { differencesCsv, differenceTable, RECONCILE_TEXTS } from './reconcile.js'
import type { Lang, Screen } from './screen.js'
import { statusText } from './status-names.js'
import { SYNC_TEXTS } from './sync-texts.js'

/** The whole result, ready to print, without a line break at its end. */
export const syncText = (report: SyncReport, environment: string, screen: Screen): string =>
  [environmentLine(environment, screen), syncSummary(report, screen)].join('\n')

/** The same without the environment, for the report of the night. */
export function syncSummary(report: SyncReport, screen: Screen): string {
  const { lang } = screen
  const texts = SYNC_TEXTS[lang]
  const { asked, putOff, aged, differences, stopped } = report
  const counts = [
    texts.asked(asked),
    ...(putOff > 0 ? [texts.putOff(putOff)] : []),
    ...noticeCounts(report, lang),
    ...(aged.length > 0 ? [texts.aged(aged.length)] : []),
  ]
  const parts = [fitText(counts.join('\n'), screen)]
  if (differences.length > 0) parts.push(`■ ${RECONCILE_TEXTS[lang].differences}`, differenceTable(differences, screen))
  const noPayment = differences.some(({ booked }) => !booked)
  const rest = [
    ...(noPayment ? [RECONCILE_TEXTS[lang].noPaymentNext] : []),
    ...untoldLines(report, lang),
    ...unknownPayments(report, lang),
    ...purgedLines(report, lang),
    ...(stopped ? [texts.unfinished] : agrees(report) ? [texts.same] : []),
  ]
  if (rest.length > 0) parts.push(fitText(rest.join('\n'), screen))
  return parts.join('\n')
}

/** Said only where all was looked at and nothing is left over. */
const agrees = ({ asked, putOff, untold, differences, notices }: SyncReport): boolean =>
  asked + notices.applied > 0 &&
  putOff + untold.length + differences.length + notices.pending + notices.unknownPayments.length === 0

function untoldLines({ untold }: SyncReport, lang: Lang): string[] {
  const texts = SYNC_TEXTS[lang]
  if (untold.length === 0) return []
  const lines = untold.map(({ orderId, code }) => texts.untoldOrder(safe(orderId), code === null ? '' : safe(code)))
  return [`■ ${texts.untold}`, ...lines]
}

function noticeCounts({ notices }: SyncReport, lang: Lang): string[] {
  const { fetched, applied, otherTypes, pending } = notices
  if (fetched + applied + otherTypes + pending === 0) return []
  return [SYNC_TEXTS[lang].fetched(fetched), SYNC_TEXTS[lang].notices(applied, otherTypes, pending)]
}

function unknownPayments({ notices: { unknownPayments: unknown } }: SyncReport, lang: Lang): string[] {
  const texts = SYNC_TEXTS[lang]
  if (unknown.length === 0) return []
  const lines = unknown.map(({ noticeId, paymentId, tradingId, status, amountYen }) =>
    texts.unknownPayment(noticeId, paymentId, safe(tradingId), statusText(status, lang), yen(amountYen, lang)),
  )
  return [`■ ${texts.unknownPayments}`, ...lines, `  ${texts.unknownNext}`]
}

function purgedLines({ purged }: SyncReport, lang: Lang): string[] {
  const texts = SYNC_TEXTS[lang]
  if (purged === null) return []
  const orders = purged.orderIds.length === 0 ? texts.none : purged.orderIds.map(safe).join(', ')
  return [`■ ${texts.purged}`, texts.purgedIds(rangesOf(purged.noticeIds)), texts.purgedOrders(orders)]
}

/** `2-4, 7` */
export function rangesOf(numbers: readonly number[]): string {
  const ranges: [number, number][] = []
  for (const number of numbers) {
    const last = ranges.at(-1)
    if (last !== undefined && number === last[1] + 1) last[1] = number
    else ranges.push([number, number])
  }
  return ranges.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(', ')
}

/** `sync --format json`. */
export const syncJson = ({ asked, putOff, untold, aged, differences, notices, purged, stopped }: SyncReport) => ({
  asked,
  putOff,
  untold,
  aged,
  differences,
  notices,
  purged,
  stopped,
})

/** `sync --format csv`: the differences, one line each. */
export const syncCsv = ({ differences }: SyncReport): string => differencesCsv(differences)

/** What happens meanwhile, one line; null for what the result tells. */
export function syncLine(event: SyncEvent, fetched: number, lang: Lang): string | null {
  if (event.type === 'asking') return RECONCILE_TEXTS[lang].asking(event.index, event.total)
  return event.type === 'fetched' ? SYNC_TEXTS[lang].fetching(fetched) : null
}
