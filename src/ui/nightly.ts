// Writes the report of the night as text, which cron mails, and as JSON.
import type { RuleContext } from '../domain/permit.js'
import type { ExitCode } from '../errors.js'
import type { LeftByNight, NotBegun } from '../jobs/nightly/events.js'
import type { Expiring, NightlyReport } from '../jobs/nightly/report.js'
import type { PullReport } from '../jobs/pull.js'
import { grouped, listTime, yen } from '../text/numbers.js'
import { fitText, safe } from '../text/width.js'
import { problemText } from './problems.js'
import { PULL_TEXTS, pullText } from './pull.js'
import { PUSH_TEXTS, pushText } from './push.js'
import { resolvedParts, unseenParts, waitingParts } from './reconcile.js'
import { resultText } from './result.js'
import { summaryJson } from './summary.js'
import { type Lang, type Screen, bothLanguages, pastedIn } from './screen.js'
import { syncJson, syncSummary } from './sync.js'
import { type Cell, KEEP, drawTable } from './table.js'
import { waitingStatusParts } from './waiting-status.js'
import { environmentWord, sentences, word } from './words.js'

const JA = {
  title: (from: string, to: string) => `夜間処理 ${from} - ${to}`,
  unseen: (ids: string, more: number, first: number) =>
    `結果未確認の処理：${ids}${more > 0 ? ` ほか${grouped(more)}件` : ''}（paygent runs show ${first} で表示）`,
  reconcile: '照合',
  sync: '状況更新',
  sale: '売上',
  notSynced: '状況更新は行っていません。',
  shopAway: (code: string) =>
    `EC-CUBE のデータベースを使えません（${code}）。照合と状況更新だけを行い、売上要求は送信していません。`,
  shopAwayNext:
    '対処：paygent doctor で接続を確認し、もう一度 paygent nightly を実行してください。結果は手元データに残っています。',
  notSoldWithoutShop: 'EC-CUBE の受注を読めないため、売上要求は送信していません。',
  unreached: '途中で終わったため、売上には進んでいません。売上処理できる受注は次回に送信します。',
  nothing: '売上処理できる受注はありませんでした。',
  notBegun: {
    until: (orders: number) => `締め時刻を過ぎたため、売上要求は送信していません：${grouped(orders)}件`,
    'max-orders': (orders: number, limit: number) =>
      `件数が上限の${grouped(limit)}件（--max-orders）を超えるため、売上要求は送信していません：${grouped(orders)}件`,
    'max-amount': (orders: number, limit: number) =>
      `金額が上限の${grouped(limit)}円（--max-amount）を超えるため、売上要求は送信していません：${grouped(orders)}件`,
    'no-time': (orders: number) =>
      `締め時刻までに照会と売上が終わらない見込みのため、次回に送信します：${grouped(orders)}件`,
  } satisfies Record<NotBegun, (orders: number, limit: number) => string>,
  limitNext: '対処：受注の内容を確かめ、上限を見直して、もう一度 paygent nightly を実行してください。',
  between: '、',
  left: (ids: string) => `  受注番号：${ids}`,
  tooSlow: (left: number, end: string) =>
    `この速さでは締め時刻までに終わりません（終了予定 ${end}、間に合わない見込み ${grouped(left)}件）。`,
  stopped: '途中で終わりました。',
  expiring: '7日以内に期限の切れるオーソリ',
  lastDay: '期限',
  daysLeft: '残り',
  days: (left: number) => `${grouped(left)}日`,
  shipping: '発送',
  shipped: '発送済み',
  unshipped: '未発送',
  total: '購入金額(円)',
  unshippedLeft: (orders: number, sum: string) =>
    `未発送のため対象外の受注：${grouped(orders)}件 ${sum}（発送日がなく、発送日の列のないファイルでは対応状況も「発送済み」ではないもの）`,
  unshippedNext:
    '未発送の受注は夜間処理の対象外です。期限までに発送するか、paygent sale ‹受注番号› で1件ずつ売上処理してください。',
  heldLeft: (orders: number, sum: string) => `保留のため対象外の受注：${grouped(orders)}件 ${sum}`,
  onHold: '（保留）',
  heldNext: '保留中の受注は、paygent hold ‹受注番号› --undo で解除するまで夜間処理の対象外です。',
  conflictsTitle: 'EC-CUBE と不一致のままの受注',
  conflicts: (count: number, ids: string) => `${grouped(count)}件（送信しません）：${ids}`,
  moreOrders: (count: number) => `ほか${grouped(count)}件`,
  conflictsNext: (first: string) =>
    `対処：paygent show ${first} で内容を確かめ、EC-CUBE を直して取り込むか、paygent settle ${first} --as ‹結果› --note ‹理由› で手動登録してください。`,
  waitingForLock: (who: string, seconds: number) =>
    `ほかの処理（${who}）が終わるのを待っています：あと最大${grouped(seconds)}秒`,
  somebody: 'ほかのプログラム',
}

const counted = (orders: number): string => `${grouped(orders)} ${orders === 1 ? 'order' : 'orders'}`

const EN: typeof JA = {
  title: (from, to) => `Nightly run ${from} - ${to}`,
  unseen: (ids, more, first) =>
    `Results not reviewed: ${ids}${more > 0 ? ` and ${grouped(more)} more` : ''} ("paygent runs show ${first}")`,
  reconcile: 'Reconcile',
  sync: 'Status update',
  sale: 'Sale',
  notSynced: 'There was no status update.',
  shopAway: (code) =>
    `EC-CUBE's database cannot be used (${code}). Reconcile and status update were done; no sale was sent.`,
  shopAwayNext:
    'Next: check the connection with "paygent doctor", then run "paygent nightly" again. The results are kept.',
  notSoldWithoutShop: 'No sale was sent, because the orders in EC-CUBE could not be read.',
  unreached: 'It ended before the sale: what may be sold is sent the next time.',
  nothing: 'There was nothing to sell.',
  notBegun: {
    until: (orders) => `It is past the cut-off: nothing was sent for ${counted(orders)}.`,
    'max-orders': (orders, limit) =>
      `More orders than the limit of ${grouped(limit)} (--max-orders): nothing was sent for ${counted(orders)}.`,
    'max-amount': (orders, limit) =>
      `More money than the limit of ¥${grouped(limit)} (--max-amount): nothing was sent for ${counted(orders)}.`,
    'no-time': (orders) =>
      `No time before the cut-off to ask about and sell ${counted(orders)}: left to the next night.`,
  },
  limitNext: 'Next: look at the orders, change the limit, and run "paygent nightly" again.',
  between: ', ',
  left: (ids) => `  orders: ${ids}`,
  tooSlow: (left, end) =>
    `At this pace it is not through by the cut-off (it would end at ${end}; ${counted(left)} will be left).`,
  stopped: 'It ended early.',
  expiring: 'Authorisations that run out within 7 days',
  lastDay: 'Last day',
  daysLeft: 'Left',
  days: (left) => `${grouped(left)} d`,
  shipping: 'Shipping',
  shipped: 'shipped',
  unshipped: 'not shipped',
  total: 'Total (yen)',
  unshippedLeft: (orders, sum) =>
    `Skipped as not shipped: ${counted(orders)}, ${sum} (no date of shipping, and no 発送済み in a file without a column for it)`,
  heldLeft: (orders, sum) => `Left out as on hold: ${grouped(orders)} ${orders === 1 ? 'order' : 'orders'}, ${sum}`,
  onHold: ' (on hold)',
  heldNext: 'Orders on hold are not sold by night until "paygent hold ‹order› --undo".',
  unshippedNext:
    'Orders that are not shipped are not sold by night: ship them before, or sell each with "paygent sale <order>".',
  conflictsTitle: 'Mismatch with EC-CUBE, as before',
  conflicts: (count, ids) => `${counted(count)} (not sent): ${ids}`,
  moreOrders: (count) => `${grouped(count)} more`,
  conflictsNext: (first) =>
    `Next: look at "paygent show ${first}". Correct the order in EC-CUBE and take it in again, or record it by hand: "paygent settle ${first} --as ‹outcome› --note ‹reason›".`,
  waitingForLock: (who, seconds) => `Waiting for ${who} to end: at most ${grouped(seconds)} s more`,
  somebody: 'another program',
}

export const NIGHTLY_TEXTS = bothLanguages(JA, EN)

export interface NightlyView {
  readonly report: NightlyReport
  readonly environment: string
  /** ISO Japan time. */
  readonly startedAt: string
  readonly endedAt: string
  /** Unshipped orders are left to people. */
  readonly shippedOnly: boolean
  readonly rules: RuleContext
}

/** 【シミュレーター】夜間処理 2026/11/29 19:30 - 19:42 */
export function nightTitle(
  { environment, startedAt, endedAt }: Pick<NightlyView, 'environment' | 'startedAt' | 'endedAt'>,
  lang: Lang,
): string {
  const title = NIGHTLY_TEXTS[lang].title(listTime(startedAt), listTime(endedAt).slice(11))
  return sentences(lang).titleIn(environmentWord(environment, lang), title)
}

/** The whole report, ready to print, without a line break at its end. */
export function nightlyText(view: NightlyView, screen: Screen): string {
  const { lang } = screen
  const texts = NIGHTLY_TEXTS[lang]
  const { report } = view
  const head = [nightTitle(view, lang)]
  head.push(...unseenLines(report.unseen, texts))
  if (report.shopAway !== null) head.push(texts.shopAway(problemText(report.shopAway, lang)), texts.shopAwayNext)
  else if (report.stopped) head.push(texts.stopped)
  const parts = [
    fitText(head.join('\n'), screen),
    ...waitingStatusParts(report.waiting, screen),
    ...pullParts(report, screen),
    ...resolvedParts(report, screen),
    ...unseenParts(report, screen),
    `■ ${texts.sync}`,
    ...syncParts(report, screen),
    `■ ${texts.sale}`,
    ...saleParts(view, screen),
    ...unshippedParts(report, screen),
    ...heldParts(report, screen),
    ...conflictParts(report, screen),
    ...pushParts(report, screen),
    ...expiringParts(view, screen),
    ...waitingParts(report, screen),
  ]
  return parts.join('\n')
}

const pullParts = ({ pull }: NightlyReport, screen: Screen): string[] =>
  pull === null ? [] : [`■ ${PULL_TEXTS[screen.lang].pullTitle}`, pullText(pull, screen)]

function pushParts({ push, pushFailed }: NightlyReport, screen: Screen): string[] {
  const texts = PUSH_TEXTS[screen.lang]
  if (push.length === 0 && pushFailed === null) return []
  const failed = pushFailed === null ? [] : [fitText(texts.pushFailed(problemText(pushFailed, screen.lang)), screen)]
  return [`■ ${texts.pushTitle}`, ...(push.length > 0 ? [pushText(push, false, screen)] : []), ...failed]
}

/** The most results that are named; cron adds one each night. */
const NAMED = 10

function unseenLines(unseen: readonly number[], { unseen: line, between }: (typeof NIGHTLY_TEXTS)['ja']): string[] {
  const named = unseen.slice(-NAMED)
  const [first] = named
  return first === undefined
    ? []
    : [line(named.map((id) => `#${id}`).join(between), unseen.length - named.length, first)]
}

/** The sync's part of the report. A comparison that did not take place is reported as such. */
const syncParts = ({ sync, over }: NightlyReport, screen: Screen): string[] =>
  over.includes('sync') || sync.stopped || sync.asked > 0
    ? [syncSummary(sync, screen)]
    : [fitText(NIGHTLY_TEXTS[screen.lang].notSynced, screen)]

function saleParts({ report, rules }: NightlyView, screen: Screen): string[] {
  const { sale, notBegun, tooSlow, over, shopAway } = report
  const { lang } = screen
  const texts = NIGHTLY_TEXTS[lang]
  if (shopAway !== null) return [fitText(texts.notSoldWithoutShop, screen)]
  const slow = tooSlow === null ? [] : [fitText(texts.tooSlow(tooSlow.left, tooSlow.endsAt.slice(11, 16)), screen)]
  const left = notBegun === null ? [] : [leftText(notBegun, screen)]
  if (notBegun !== null && notBegun.why !== 'no-time') return left
  if (sale === null)
    return [
      ...slow,
      ...left,
      fitText(over.includes('sale') && notBegun === null ? texts.nothing : texts.unreached, screen),
    ]
  return [...slow, ...left, resultText({ ...sale, rules }, screen)]
}

function leftText(notBegun: LeftByNight, screen: Screen): string {
  const texts = NIGHTLY_TEXTS[screen.lang]
  const ids = notBegun.left.map(({ orderId }) => safe(orderId)).join(texts.between)
  const next = notBegun.limit === undefined ? [] : [pastedIn(texts.limitNext, screen)]
  return fitText([notBegunText(notBegun, screen.lang), texts.left(ids), ...next].join('\n'), screen)
}

/** Why the sale of these orders was not begun, with the limit that they are above. */
export const notBegunText = ({ why, left, limit = 0 }: LeftByNight, lang: Lang): string =>
  NIGHTLY_TEXTS[lang].notBegun[why](left.length, limit)

function unshippedParts({ unshipped }: NightlyReport, screen: Screen): string[] {
  const { lang } = screen
  const { count, yen: sum } = unshipped
  return count === 0 ? [] : [fitText(NIGHTLY_TEXTS[lang].unshippedLeft(count, yen(sum, lang)), screen)]
}

function heldParts({ onHold }: NightlyReport, screen: Screen): string[] {
  const { lang } = screen
  const { count, yen: sum } = onHold
  return count === 0 ? [] : [fitText(NIGHTLY_TEXTS[lang].heldLeft(count, yen(sum, lang)), screen)]
}

/** The most orders that are named; the first screen lists them, too. */
const NAMED_ORDERS = 5

/** Orders whose difference has outlived the night's own reconcile. Those that its pull has just named are left out. */
function conflictParts({ conflicts, pull }: NightlyReport, screen: Screen): string[] {
  const texts = NIGHTLY_TEXTS[screen.lang]
  const named = new Set(pull?.conflicts.map(({ orderId }) => orderId))
  const standing = conflicts.filter((orderId) => !named.has(orderId)).map(safe)
  const [first] = standing
  if (first === undefined) return []
  const more = standing.length - NAMED_ORDERS
  const ids = [...standing.slice(0, NAMED_ORDERS), ...(more > 0 ? [texts.moreOrders(more)] : [])].join(texts.between)
  const lines = [`■ ${texts.conflictsTitle}`, texts.conflicts(standing.length, ids), texts.conflictsNext(first)]
  return [fitText(lines.join('\n'), screen)]
}

function expiringParts({ report, shippedOnly }: NightlyView, screen: Screen): string[] {
  const { expiring } = report
  if (expiring.length === 0) return []
  const texts = NIGHTLY_TEXTS[screen.lang]
  const advice = [
    ...(shippedOnly && expiring.some(({ shipped }) => !shipped) ? [texts.unshippedNext] : []),
    ...(expiring.some(({ onHold }) => onHold) ? [texts.heldNext] : []),
  ]
  return [`■ ${texts.expiring}`, expiringTable(expiring, screen), ...advice.map((line) => fitText(line, screen))]
}

/** Whatever keeps the order from being sold by night is yellow. */
function shippingCell(shipped: boolean, onHold: boolean, texts: (typeof NIGHTLY_TEXTS)[Lang]): Cell {
  const text = `${shipped ? texts.shipped : texts.unshipped}${onHold ? texts.onHold : ''}`
  return shipped && !onHold ? text : { text, colour: 'yellow' }
}

function expiringTable(expiring: readonly Expiring[], screen: Screen): string {
  const { lang } = screen
  const texts = NIGHTLY_TEXTS[lang]
  return drawTable(
    {
      columns: [
        { header: word('column.order-id', lang), shrink: 'never', priority: KEEP },
        { header: texts.lastDay, shrink: 'never', priority: KEEP },
        { header: texts.daysLeft, shrink: 'never', align: 'right', priority: KEEP },
        { header: texts.shipping, shrink: 'never', priority: KEEP },
        { header: texts.total, shrink: 'never', align: 'right', priority: 1 },
      ],
      rows: expiring.map(({ orderId, lastDay, daysLeft, shipped, onHold, totalYen }) => [
        orderId,
        lastDay.replaceAll('-', '/'),
        texts.days(daysLeft),
        shippingCell(shipped, onHold, texts),
        grouped(totalYen),
      ]),
    },
    screen,
  )
}

/**
 * The report as JSON, for `--format json` and the webhook: no customer's name and no text from outside.
 * @param fault the code of the error that ended the night, or null
 */
export function nightlyJson(view: NightlyView, exitCode: ExitCode, fault: string | null) {
  const { report, environment, startedAt, endedAt } = view
  const {
    settled,
    differences,
    untold,
    open,
    attention,
    sync,
    sale,
    over,
    notBegun,
    tooSlow,
    expiring,
    unseen,
    stopped,
  } = report
  const { notices, ...synced } = syncJson(sync)
  const unknownPayments = notices.unknownPayments.map(({ noticeId, paymentId, status, amountYen }) => ({
    noticeId,
    paymentId,
    status,
    amount: amountYen,
  }))
  return {
    environment,
    startedAt,
    endedAt,
    exitCode,
    fault,
    stopped,
    over,
    shopAway: report.shopAway,
    pull: report.pull === null ? null : pulledJson(report.pull),
    push: report.push.map(({ orderId, fate, kind, paymentId, code }) => ({ orderId, fate, kind, paymentId, code })),
    pushFailed: report.pushFailed,
    sale: sale === null ? null : saleJson(sale),
    notBegun:
      notBegun === null
        ? null
        : {
            why: notBegun.why,
            limit: notBegun.limit ?? null,
            orders: notBegun.left.map(({ orderId }) => orderId),
          },
    tooSlow,
    reconcile: { settled, differences, untold, shopUnseen: report.shopUnseen },
    sync: { ...synced, notices: { ...notices, unknownPayments } },
    expiring: expiring.map(({ totalYen, ...rest }) => ({ ...rest, total: totalYen })),
    open,
    attention,
    unseenRuns: unseen,
    waitingStatuses: report.waiting,
    unshipped: { orders: report.unshipped.count, yen: report.unshipped.yen },
    onHold: { orders: report.onHold.count, yen: report.onHold.yen },
    conflicts: report.conflicts,
  }
}

/** Numbers and names of fields only: a field's value may be a customer's name. */
const pulledJson = ({ added, updated, unchanged, standing, conflicts, unreadable, gone, ...left }: PullReport) => ({
  added,
  updated,
  unchanged,
  standing,
  conflicts: conflicts.map(({ orderId, differences }) => ({ orderId, fields: differences.map(({ field }) => field) })),
  unreadable: unreadable.map(({ orderId, field }) => ({ orderId, field })),
  gone,
  sharedPayments: left.sharedPayments.map(({ paymentId, orderIds }) => ({ paymentId, orderIds })),
})

function saleJson({ run, items }: NonNullable<NightlyReport['sale']>) {
  const sums = new Map<string, { method: string; request: string; orders: number; yen: number }>()
  for (const { order, request, outcome, amountYen } of items) {
    if (outcome !== 'accepted' || request === null) continue
    const method = order.carrier ?? order.method
    const sum = sums.get(`${method} ${request}`) ?? { method, request, orders: 0, yen: 0 }
    sums.set(`${method} ${request}`, { ...sum, orders: sum.orders + 1, yen: sum.yen + (amountYen ?? 0) })
  }
  return {
    run: { id: run.id, state: run.state, startedAt: run.startedAt, endedAt: run.endedAt },
    accepted: [...sums.values()],
    summary: summaryJson(items),
    undone: items
      .filter(({ outcome }) => outcome !== 'accepted')
      .map(({ order, request, outcome, reason, code }) => ({ orderId: order.orderId, request, outcome, reason, code })),
  }
}
