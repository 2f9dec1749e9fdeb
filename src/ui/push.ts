// Shows the result of `paygent push`: each order with its fate in the shop's database, and the next steps.
import type { PushedOrder } from '../attempts/shop-push.js'
import { NOT_TAKEN, PUSH_CONFLICTS, type PushFate } from '../domain/shop.js'
import type { ErrorParams } from '../errors.js'
import type { LeaveRefusal } from '../jobs/push.js'
import { grouped } from '../text/numbers.js'
import { fitText, safe } from '../text/width.js'
import type { ErrorDocument } from './errors.js'
import { problemText } from './problems.js'
import { type Lang, type Screen, bothLanguages } from './screen.js'
import { KEEP, drawTable } from './table.js'

const JA = {
  pushTitle: 'EC-CUBE への結果反映',
  pushed: (written: number) => `EC-CUBE に反映しました：${grouped(written)}件`,
  wouldPush: (written: number) => `EC-CUBE に反映する内容：${grouped(written)}件（--dry-run：何も書き込んでいません）`,
  nothing: 'EC-CUBE に反映する結果はありません。',
  column: { order: '受注番号', fate: '結果', kind: '電文種別', payment: '決済ID', error: 'エラー' },
  fates: {
    written: '反映済み',
    already: '反映済み（以前の処理）',
    superseded: '対象外（その後に変更あり）',
    'would-write': '反映予定',
    unsettled: '未反映（結果不明・要対応）',
    conflict: '未反映（不一致）',
    moved: '未反映（EC-CUBE で変更あり）',
    gone: '対象外（EC-CUBE に受注なし）',
    'never-read': '未反映（受注取込なし）',
    failed: '未反映（書き込み不可）',
  } satisfies Record<PushFate, string>,
  found: (kind: string, payment: string) => `EC-CUBE の値：電文種別「${kind}」決済ID「${payment}」`,
  failedBy: (code: string) =>
    code === NOT_TAKEN
      ? 'EC-CUBE のデータベースが書き込みを受け付けません（トリガー、ルール、行単位セキュリティ）'
      : `データベースのエラー ${code}`,
  notPushed: (orderId: string, why: string) =>
    `受注番号：${orderId} 新しい決済ID を EC-CUBE に反映できませんでした（${why}）。処理の終わりにもう一度反映します。`,
  pushNext:
    '不一致の受注には何も書き込んでいません。対処：paygent pull と paygent reconcile を実行してから、もう一度 paygent push を実行してください。',
  leaveNext: (orderId: string) =>
    `  一致させられない受注は、paygent push --leave ${orderId} --note 理由 で反映の対象から外せます。`,
  left: (orderId: string) => `受注番号：${orderId} の結果を EC-CUBE への反映の対象から外しました。`,
  leaveRefused: {
    'nothing-owed': (orderId: string) => `受注番号：${orderId} に、EC-CUBE へ反映していない結果はありません。`,
    unsettled: (orderId: string) =>
      `受注番号：${orderId} は結果不明または要対応のため、対象から外せません。対処：paygent reconcile --orders ${orderId} を実行してください。`,
  } satisfies Record<LeaveRefusal, (orderId: string) => string>,
  failedNext:
    '書き込み不可の受注は、次の paygent push でもう一度反映します。対処：続くときは、エラーコードを添えてデータベースの管理者に連絡してください。',
  pushFailed: (code: string) =>
    `EC-CUBE への結果反映を途中で終えました（${code}）。結果は手元データに残っています。対処：paygent push で反映してください。`,
  between: '、',
}

const orders = (count: number): string => (count === 1 ? '1 order' : `${grouped(count)} orders`)

const EN: typeof JA = {
  pushTitle: 'Results written to EC-CUBE',
  pushed: (written) => `Written to EC-CUBE: ${orders(written)}`,
  wouldPush: (written) => `To be written to EC-CUBE: ${orders(written)} (--dry-run: nothing was written)`,
  nothing: 'There is no result to write to EC-CUBE.',
  column: { order: 'Order', fate: 'Result', kind: 'Kind', payment: 'Payment', error: 'Error' },
  fates: {
    written: 'written',
    already: 'written (by an earlier run)',
    superseded: 'skipped (changed since)',
    'would-write': 'to be written',
    unsettled: 'not written (outcome unknown, action needed)',
    conflict: 'not written (mismatch)',
    moved: 'not written (changed in EC-CUBE)',
    gone: 'skipped (no such order in EC-CUBE)',
    'never-read': 'not written (never fetched)',
    failed: 'not written (refused by the database)',
  },
  found: (kind, payment) => `EC-CUBE has: kind "${kind}", payment "${payment}"`,
  failedBy: (code) =>
    code === NOT_TAKEN ? 'the shop does not take the write (trigger, rule, row security)' : `database error ${code}`,
  notPushed: (orderId, why) =>
    `Order ${orderId}: its new payment could not be written to EC-CUBE (${why}). It is tried again at the end.`,
  pushNext:
    'Nothing was written to the orders in mismatch. Run "paygent pull" and "paygent reconcile", then "paygent push" again.',
  leaveNext: (orderId) =>
    `  An order that cannot be made to agree is taken off by "paygent push --leave ${orderId} --note reason".`,
  left: (orderId) => `The results of order ${orderId} will not be written to EC-CUBE.`,
  leaveRefused: {
    'nothing-owed': (orderId) => `There is no result of order ${orderId} that is not in EC-CUBE.`,
    unsettled: (orderId) =>
      `Order ${orderId} has an unknown outcome or needs action, so it stays. Run "paygent reconcile --orders ${orderId}".`,
  },
  failedNext:
    'What the database refused is written by the next "paygent push". If it goes on, show the code to the database administrator.',
  pushFailed: (code) =>
    `Writing to EC-CUBE ended before its last order (${code}). The results are safe in the local data; "paygent push" writes them.`,
  between: ', ',
}

export const PUSH_TEXTS = bothLanguages(JA, EN)

/** The whole result, ready to print, without a line break at its end. */
export function pushText(orders: readonly PushedOrder[], dryRun: boolean, screen: Screen): string {
  const texts = PUSH_TEXTS[screen.lang]
  if (orders.length === 0) return fitText(texts.nothing, screen)
  const written = orders.filter(({ fate }) => fate === 'written' || fate === 'already' || fate === 'would-write')
  const parts = [fitText(dryRun ? texts.wouldPush(written.length) : texts.pushed(written.length), screen)]
  parts.push(pushTable(orders, screen))
  if (orders.some(({ fate }) => PUSH_CONFLICTS.includes(fate))) parts.push(fitText(texts.pushNext, screen))
  const [stays] = orders.filter(({ fate }) => PUSH_CONFLICTS.includes(fate))
  if (stays !== undefined) parts.push(fitText(texts.leaveNext(safe(stays.orderId)), screen))
  if (orders.some(({ fate }) => fate === 'failed')) parts.push(fitText(texts.failedNext, screen))
  return parts.join('\n')
}

function pushTable(orders: readonly PushedOrder[], screen: Screen): string {
  const { column, fates } = PUSH_TEXTS[screen.lang]
  return drawTable(
    {
      columns: [
        { header: column.order, shrink: 'never', priority: KEEP },
        { header: column.fate, shrink: 'wrap', priority: KEEP },
        { header: column.kind, shrink: 'never', priority: KEEP },
        { header: column.payment, shrink: 'never', priority: KEEP },
        { header: column.error, shrink: 'wrap', priority: KEEP },
      ],
      rows: orders.map((order) => [
        order.orderId,
        fates[order.fate],
        order.kind ?? '',
        order.paymentId ?? '',
        safe(errorOf(order, screen)),
      ]),
    },
    screen,
  )
}

/** The value or the fault that prevents the write, or else the error text that the shop's page shows. */
function errorOf({ found, code, errorText }: PushedOrder, { lang }: Screen): string {
  const texts = PUSH_TEXTS[lang]
  if (found !== null) return texts.found(found.kind ?? '', found.paymentId ?? '')
  return code === null ? (errorText ?? '') : texts.failedBy(code)
}

/** The result of `push --leave`. */
export function leaveText(orderId: string, refused: LeaveRefusal | null, screen: Screen): string {
  const { left, leaveRefused } = PUSH_TEXTS[screen.lang]
  return fitText(refused === null ? left(safe(orderId)) : leaveRefused[refused](safe(orderId)), screen)
}

/** An error, or its code alone. */
export interface PushFault {
  readonly code: string
  readonly params?: ErrorParams
}

function pushFaultWords({ code, params = {} }: PushFault, lang: Lang): string {
  const { pushFailed, between } = PUSH_TEXTS[lang]
  const words = [code, String(params['problem'] ?? '')].filter((part) => part !== '')
  return pushFailed(words.map((part) => problemText(part, lang)).join(between))
}

/** The fault that ended the writing early; the table shows the orders written before it. */
export const pushFaultText = (fault: PushFault, screen: Screen): string =>
  fitText(pushFaultWords(fault, screen.lang), screen)

/** The same in `--format json`. */
export const pushFaultJson = (fault: PushFault, lang: Lang): ErrorDocument => ({
  error: { code: fault.code, message: pushFaultWords(fault, lang), next: 'paygent push' },
})

/** `push --format json`. @param fault the code of the fault that ended it early, or null */
export const pushJson = (orders: readonly PushedOrder[], dryRun: boolean, fault: string | null) => ({
  dryRun,
  orders,
  fault,
})

/** The line of a batch about an order that could not be written to the shop at once; null where it was. */
export function notPushedLine({ orderId, fate, code }: PushedOrder, lang: Lang): string | null {
  if (fate === 'written' || fate === 'already') return null
  const { notPushed, fates, failedBy } = PUSH_TEXTS[lang]
  return notPushed(safe(orderId), code === null ? fates[fate] : safe(failedBy(code)))
}
