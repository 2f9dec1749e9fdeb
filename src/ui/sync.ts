// Shows the result of `paygent sync`: inquiries, notices and differences.
import type { SyncReport } from '../jobs/sync/events.js'
import { grouped, yen } from '../text/numbers.js'
import { fitText, safe } from '../text/width.js'
import { environmentLine } from './plan.js'
import { RECONCILE_TEXTS, differenceTable, differencesCsv } from './reconcile.js'
import { type Lang, type Screen, bothLanguages } from './screen.js'
import { paymentStatusText } from './status-names.js'

const JA = {
  asked: (count: number) => `照会した受注：${grouped(count)}件`,
  putOff: (count: number) => `次回に照会する受注：${grouped(count)}件`,
  aged: (count: number) => `状況が進んだ受注：${grouped(count)}件`,
  fetched: (count: number) => `受け取った通知：${grouped(count)}件`,
  notices: (applied: number, otherTypes: number, pending: number) =>
    `  反映 ${grouped(applied)}件、対象外の決済 ${grouped(otherTypes)}件、次回に反映 ${grouped(pending)}件`,
  untold: 'ペイジェントから回答がない受注',
  untoldOrder: (orderId: string, code: string) => `  受注番号：${orderId}（${code === '' ? '応答なし' : code}）`,
  unknownPayments: '手元データにない決済の通知',
  unknownPayment: (id: string, payment: string, trading: string, status: string, amount: string) =>
    `  通知 ${id}：決済ID ${payment}、取引ID ${trading}、${status}、${amount}`,
  unknownNext: '対処：受注を取り込んでから、もう一度 paygent sync を実行してください。',
  purged: 'ペイジェントの保存期間を過ぎた通知',
  purgedIds: (ids: string) => `  通知 ${ids}`,
  purgedOrders: (ids: string) => `  関係する可能性のある受注（照会の対象）：${ids}`,
  noticesStopped: (notice: string, code: string) =>
    `通知の受け取りを途中でやめました（${notice}、コード ${code}）。受け取った通知は反映しました。`,
  noticesNotBegun: (code: string) => `通知の受け取りを始められませんでした（コード ${code}）。`,
  noticesNext:
    '対処：次の paygent sync で同じ通知から受け取ります。続く場合は、コードを添えてペイジェントに問い合わせてください。',
  notice: (id: string) => `通知 ${id}`,
  nextNotice: '次の通知',
  none: 'なし',
  between: '、',
  same: '照会した受注と通知は、ペイジェントと一致しています。',
  unfinished: '途中で終わりました。残りは次の paygent sync で照会します。',
}

const EN: typeof JA = {
  asked: (count) => `Orders asked about: ${grouped(count)}`,
  putOff: (count) => `Orders left to the next time: ${grouped(count)}`,
  aged: (count) => `Orders that have moved on: ${grouped(count)}`,
  fetched: (count) => `Notices fetched: ${grouped(count)}`,
  notices: (applied, otherTypes, pending) =>
    `  ${grouped(applied)} applied, ${grouped(otherTypes)} of other payment types, ${grouped(pending)} put off`,
  untold: 'Orders about which Paygent does not answer',
  untoldOrder: (orderId, code) => `  order ${orderId}: ${code === '' ? 'no answer' : code}`,
  unknownPayments: 'Notices of payments that are not in the local data',
  unknownPayment: (id, payment, trading, status, amount) =>
    `  notice ${id}: payment ${payment}, trading id ${trading}, ${status}, ${amount}`,
  unknownNext: 'Import their orders, then run "paygent sync" again.',
  purged: 'Notices that Paygent no longer has',
  purgedIds: (ids) => `  notice ${ids}`,
  purgedOrders: (ids) => `  orders that they may have been about (asked about): ${ids}`,
  noticesStopped: (notice, code) =>
    `Fetching notices ended early (${notice}, code ${code}). The notices that were fetched are applied.`,
  noticesNotBegun: (code) => `Notices could not be fetched (code ${code}).`,
  noticesNext:
    'Next: the next "paygent sync" goes on from the same notice. If it stays so, ask Paygent about the code.',
  notice: (id) => `notice ${id}`,
  nextNotice: 'the next notice',
  none: 'none',
  between: ', ',
  same: 'The orders asked about and the notices agree with Paygent.',
  unfinished: 'It ended early; the next "paygent sync" asks about the rest.',
}

export const SYNC_TEXTS = bothLanguages(JA, EN)

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
  const rest = [...syncNotes(report, lang), ...(!stopped && agrees(report) ? [texts.same] : [])]
  if (rest.length > 0) parts.push(fitText(rest.join('\n'), screen))
  return parts.join('\n')
}

/** Everything beside the differences that staff must know. For CSV, which lists the differences alone, it goes to stderr. */
export const syncNotes = (report: SyncReport, lang: Lang): string[] => [
  ...(report.differences.some(({ booked }) => !booked) ? [RECONCILE_TEXTS[lang].noPaymentNext] : []),
  ...unansweredLines(report, lang),
  ...unknownPayments(report, lang),
  ...purgedLines(report, lang),
  ...stoppedNotices(report, lang),
  ...(report.stopped ? [SYNC_TEXTS[lang].unfinished] : []),
]

/** True only where everything was compared and nothing is left over. */
const agrees = ({ asked, putOff, untold, differences, notices }: SyncReport): boolean =>
  asked + notices.applied > 0 &&
  notices.stopped === null &&
  putOff + untold.length + differences.length + notices.pending + notices.unknownPayments.length === 0

function unansweredLines({ untold }: SyncReport, lang: Lang): string[] {
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
    texts.unknownPayment(noticeId, paymentId, safe(tradingId), paymentStatusText(status, lang), yen(amountYen, lang)),
  )
  return [`■ ${texts.unknownPayments}`, ...lines, `  ${texts.unknownNext}`]
}

/** No notice has this number: it is asked for first, to see whether Paygent gives notices at all. */
const PROBE = '0'

function stoppedNotices({ notices: { stopped } }: SyncReport, lang: Lang): string[] {
  if (stopped === null) return []
  const texts = SYNC_TEXTS[lang]
  const { noticeId } = stopped
  const code = safe(stopped.code)
  if (noticeId === PROBE) return [texts.noticesNotBegun(code), texts.noticesNext]
  const notice = noticeId === null ? texts.nextNotice : texts.notice(noticeId)
  return [texts.noticesStopped(notice, code), texts.noticesNext]
}

function purgedLines({ purged }: SyncReport, lang: Lang): string[] {
  const texts = SYNC_TEXTS[lang]
  if (purged === null) return []
  const orders = purged.orderIds.length === 0 ? texts.none : purged.orderIds.map(safe).join(texts.between)
  return [
    `■ ${texts.purged}`,
    texts.purgedIds(rangesOf(purged.noticeIds).join(texts.between)),
    texts.purgedOrders(orders),
  ]
}

/** `2-4` and `7` */
export function rangesOf(numbers: readonly number[]): string[] {
  const ranges: [number, number][] = []
  for (const number of numbers) {
    const last = ranges.at(-1)
    if (last !== undefined && number === last[1] + 1) last[1] = number
    else ranges.push([number, number])
  }
  return ranges.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`))
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
