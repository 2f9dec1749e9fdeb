// What an import did: counts, and every order that was left because the tool has touched it. Page 3.4.
import { word } from './messages/texts.js'
import { grouped } from './numbers.js'
import type { Lang, Screen } from './screen.js'
import { drawTable, KEEP } from './table.js'
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
  /** Payments that several orders have; none of these orders is sent. */
  readonly sharedPayments: readonly { readonly paymentId: string; readonly orderIds: readonly string[] }[]
  readonly conflicts: readonly { readonly orderId: string; readonly differences: readonly FieldDifference[] }[]
  /** Orders in conflict of which the file says what it said before. */
  readonly standing: number
}

const TEXTS = {
  ja: {
    counts: (view: ImportView) =>
      `追加 ${grouped(view.added)}件、更新 ${grouped(view.updated)}件、変更なし ${grouped(view.unchanged)}件、` +
      `ほかの支払方法 ${grouped(view.skippedOtherMethods)}件（対象外）`,
    withoutPayment: (count: number) =>
      `決済IDのない受注 ${grouped(count)}件：決済は、送信の計画を作るとき（または paygent sync で）取引IDからペイジェントに照会します。`,
    conflicts: (count: number) =>
      `不一致 ${grouped(count)}件：手元データと内容が違うため、取り込まず、送信も止めています。`,
    standing: (count: number) => `前回から不一致のままの受注：${grouped(count)}件（送信を止めています）`,
    methodChanged: (orderIds: string) =>
      `支払方法が変わった受注：${orderIds}。対処：EC-CUBE で支払方法を確かめ、元の決済が不要ならペイジェントオンラインで取り消してから、paygent settle ‹受注番号› --as cancelled --note ‹理由› で手動登録してください。`,
    next: '対処：paygent reconcile で照合してください。それでも残る不一致は、EC-CUBE を直してもう一度取り込むか、paygent settle ‹受注番号› で手動登録してください。',
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
    conflicts: (count: number) =>
      `${grouped(count)} with a mismatch: they differ from the local data; not imported, and not sent any more.`,
    standing: (count: number) => `${grouped(count)} with a mismatch as before (not sent).`,
    methodChanged: (orderIds: string) =>
      `The payment method has changed: ${orderIds}. Check it in EC-CUBE; if the old payment is not needed, cancel it in Paygent Online, then run paygent settle <order> --as cancelled --note <reason>.`,
    next: 'Next: paygent reconcile. For a mismatch that stays, correct the order in EC-CUBE and import again, or record it by hand: paygent settle <order>.',
    shared: (paymentId: string, orderIds: string) =>
      `Payment ${paymentId} belongs to several orders: ${orderIds}. Nobody can tell which one it paid for, so none of them is sent. Correct the payment id and import again.`,
    field: 'field',
    mirror: 'mirror',
  },
} as const satisfies Record<Lang, unknown>

export function importText(view: ImportView, screen: Screen): string {
  const texts = TEXTS[screen.lang]
  const parts = [texts.counts(view), ...(view.withoutPayment > 0 ? [texts.withoutPayment(view.withoutPayment)] : [])]
  for (const { paymentId, orderIds } of view.sharedPayments)
    parts.push(texts.shared(safe(paymentId), orderIds.map(safe).join(screen.lang === 'ja' ? '、' : ', ')))
  if (view.standing > 0) parts.push(texts.standing(view.standing))
  const counts = fitText(parts.join('\n'), screen)
  if (view.conflicts.length === 0) return counts
  return [counts, ...conflictParts(view.conflicts, 'CSV', screen)].join('\n')
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
  const moved = conflicts.filter(({ differences }) => differences.some(({ field }) => field === 'method'))
  const ids = moved.map(({ orderId }) => safe(orderId)).join(screen.lang === 'ja' ? '、' : ', ')
  const advice = [...(moved.length > 0 ? [texts.methodChanged(ids)] : []), texts.next]
  return [
    fitText(texts.conflicts(conflicts.length), screen),
    drawTable({ columns, rows }, screen),
    fitText(advice.join('\n'), screen),
  ]
}

/** `import --format json`. */
export function importJson(view: ImportView): ImportView {
  const { added, updated, unchanged, skippedOtherMethods, withoutPayment, sharedPayments, conflicts, standing } = view
  return { added, updated, unchanged, skippedOtherMethods, withoutPayment, sharedPayments, conflicts, standing }
}
