// What an import did: counts, and every order that was left because the tool has touched it. Page 3.4.
import type { WaitingStatuses } from '../domain/waiting-status.js'
import { word } from './messages/texts.js'
import { grouped } from './numbers.js'
import type { Lang, Screen } from './screen.js'
import { drawTable, KEEP } from './table.js'
import { waitingStatusParts } from './waiting-status.js'
import { fitText, safe } from './width.js'

/** One field in which the file and the mirror differ. */
export interface FieldDifference {
  readonly field: string
  readonly mirror: string | number | null
  readonly file: string | number | null
}

export interface ImportView {
  readonly added: number
  readonly updated: number
  readonly unchanged: number
  readonly skippedOtherMethods: number
  /** Orders of the file whose payment nobody has told yet. */
  readonly withoutPayment: number
  /** The file has no column for 対応状況. */
  readonly withoutStatus: boolean
  readonly waitingStatuses: WaitingStatuses | null
  /** Payments that several orders have; none of these orders is sent. */
  readonly sharedPayments: readonly { readonly paymentId: string; readonly orderIds: readonly string[] }[]
  readonly conflicts: readonly { readonly orderId: string; readonly differences: readonly FieldDifference[] }[]
}

const TEXTS = {
  ja: {
    counts: (view: ImportView) =>
      `追加 ${grouped(view.added)}件、更新 ${grouped(view.updated)}件、変更なし ${grouped(view.unchanged)}件、` +
      `ほかの支払方法 ${grouped(view.skippedOtherMethods)}件（対象外）`,
    withoutPayment: (count: number) =>
      `決済IDのない受注 ${grouped(count)}件：決済は、送信の計画を作るとき（または paygent sync で）取引IDからペイジェントに照会します。`,
    withoutStatus:
      'ファイルに「対応状況」の列がありません。キャンセルされた受注を見分けられないため、新しい受注は一括処理と夜間処理の対象外です。',
    conflicts: (count: number) =>
      `不一致 ${grouped(count)}件：処理済みの受注と内容が違うため、取り込まず送信も止めています。`,
    shared: (paymentId: string, orderIds: string) =>
      `決済ID ${paymentId} が複数の受注にあります：受注番号 ${orderIds}。どちらに決済されたか分からないため、いずれも送信しません。対処：決済IDを直して、もう一度取り込んでください。`,
    field: '項目',
    mirror: 'ミラー',
  },
  en: {
    counts: (view: ImportView) =>
      `${grouped(view.added)} added, ${grouped(view.updated)} updated, ${grouped(view.unchanged)} unchanged, ` +
      `${grouped(view.skippedOtherMethods)} of other payment methods left out`,
    withoutPayment: (count: number) =>
      `${grouped(count)} without payment id: Paygent is asked for it by trading id when a plan is made, or by "paygent sync".`,
    withoutStatus:
      'The file has no column 対応状況. Cancelled orders cannot be told apart, so new orders are left out of bulk and nightly runs.',
    conflicts: (count: number) =>
      `${grouped(count)} in conflict: they differ from orders already processed; not imported, and not sent any more.`,
    shared: (paymentId: string, orderIds: string) =>
      `Payment ${paymentId} belongs to several orders: ${orderIds}. Nobody can tell which one it paid for, so none of them is sent. Correct the payment id and import again.`,
    field: 'field',
    mirror: 'mirror',
  },
} as const satisfies Record<Lang, unknown>

export function importText(view: ImportView, screen: Screen): string {
  const texts = TEXTS[screen.lang]
  const parts = [
    texts.counts(view),
    ...(view.withoutPayment > 0 ? [texts.withoutPayment(view.withoutPayment)] : []),
    ...(view.withoutStatus ? [texts.withoutStatus] : []),
  ]
  for (const { paymentId, orderIds } of view.sharedPayments)
    parts.push(texts.shared(safe(paymentId), orderIds.map(safe).join(screen.lang === 'ja' ? '、' : ', ')))
  const conflicts = view.conflicts.length === 0 ? [] : conflictParts(view.conflicts, 'CSV', screen)
  const waiting = waitingStatusParts(view.waitingStatuses, screen)
  return [fitText(parts.join('\n'), screen), ...waiting, ...conflicts].join('\n')
}

/** Both sides of every conflict. @param source what the other side is called */
export function conflictParts(conflicts: ImportView['conflicts'], source: string, screen: Screen): string[] {
  const texts = TEXTS[screen.lang]
  const rows = conflicts.flatMap(({ orderId, differences }) =>
    differences.map(({ field, mirror, file }) => [orderId, field, String(mirror ?? ''), String(file ?? '')]),
  )
  const headers = [word('column.order-id', screen.lang), texts.field, texts.mirror, source]
  const columns = headers.map(
    (header, place) => ({ header, priority: KEEP, shrink: place < 2 ? 'never' : 'wrap' }) as const,
  )
  return [fitText(texts.conflicts(conflicts.length), screen), drawTable({ columns, rows }, screen)]
}

/** `import --format json`. */
export function importJson(view: ImportView): ImportView {
  const { added, updated, unchanged, skippedOtherMethods, withoutPayment, sharedPayments, conflicts } = view
  const { withoutStatus, waitingStatuses } = view
  const left = { withoutPayment, withoutStatus, waitingStatuses, sharedPayments, conflicts }
  return { added, updated, unchanged, skippedOtherMethods, ...left }
}
