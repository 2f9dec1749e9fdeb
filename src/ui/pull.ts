// Shows the result of `paygent pull`: counts, and the orders that were not taken.
import type { PullReport } from '../jobs/pull.js'
import { grouped } from '../text/numbers.js'
import { fitText, safe } from '../text/width.js'
import { conflictParts, sharedPaymentLines } from './import-result.js'
import { type Screen, bothLanguages } from './screen.js'

const JA = {
  pullTitle: 'ショップの受注の取り込み',
  pulling: (orders: number) => `ショップから受注を取り込み中 ${grouped(orders)}件`,
  pulled: (added: number, updated: number, unchanged: number) =>
    `ショップから取り込みました：追加 ${grouped(added)}件、更新 ${grouped(updated)}件、変更なし ${grouped(unchanged)}件`,
  standing: (count: number) => `前回から不一致のままの受注：${grouped(count)}件（送信を止めています）`,
  shop: 'ショップ',
  gone: (ids: string) => `ショップで削除または非表示になった受注（送信しません）：${ids}`,
  goneTouched: (ids: string) =>
    `  このうち要求を送信済みの受注：${ids}（paygent show <番号> で決済を確かめてください）`,
  unreadable: 'ショップの値を読み取れず、取り込まなかった受注：',
  unreadableAsBefore: (count: number) => `前回から読み取れないままの受注：${grouped(count)}件（取り込んでいません）`,
  unreadableLine: (orderId: string, field: string, value: string) => `  受注番号：${orderId} ${field}＝「${value}」`,
  old: (when: string) =>
    `注意：ミラーの受注は1日以上前のものです（${when}）。paygent pull または paygent import で新しくできます。`,
}

const orders = (count: number): string => (count === 1 ? '1 order' : `${grouped(count)} orders`)

const EN: typeof JA = {
  pullTitle: 'Orders from the shop',
  pulling: (orders) => `Reading the shop's orders: ${grouped(orders)}`,
  pulled: (added, updated, unchanged) =>
    `From the shop: ${grouped(added)} added, ${grouped(updated)} updated, ${grouped(unchanged)} unchanged`,
  standing: (count) => `${grouped(count)} with a mismatch as before (not sent).`,
  shop: 'shop',
  gone: (ids) => `Deleted or hidden in the shop (they are not sent): ${ids}`,
  goneTouched: (ids) => `  Requests have been sent for: ${ids} (look at their payments with "paygent show <order>")`,
  unreadable: 'Not taken, because the shop holds a value that cannot be read:',
  unreadableAsBefore: (count) => `Cannot be read, as before, and not taken: ${orders(count)}`,
  unreadableLine: (orderId, field, value) => `  order ${orderId}: ${field} = "${value}"`,
  old: (when) =>
    `Note: the mirror's orders are more than a day old (${when}). "paygent pull" or "paygent import" renews them.`,
}

export const PULL_TEXTS = bothLanguages(JA, EN)

/** The whole result, ready to print, without a line break at its end. */
export const pullText = (report: PullReport, screen: Screen): string => {
  const texts = PULL_TEXTS[screen.lang]
  const { added, updated, unchanged, standing, unreadableAsBefore } = report
  const counts = [texts.pulled(added, updated, unchanged)]
  if (standing > 0) counts.push(texts.standing(standing))
  if (unreadableAsBefore > 0) counts.push(texts.unreadableAsBefore(unreadableAsBefore))
  return [fitText(counts.join('\n'), screen), ...pullTrouble(report, screen)].join('\n')
}

/** The orders that need attention; empty where there are none. */
export function pullTrouble({ conflicts, unreadable, gone, sharedPayments }: PullReport, screen: Screen): string[] {
  const texts = PULL_TEXTS[screen.lang]
  const parts: string[] = []
  if (conflicts.length > 0) {
    parts.push(...conflictParts(conflicts, texts.shop, screen))
  }
  if (unreadable.length > 0) {
    const lines = unreadable.map(({ orderId, field, value }) => texts.unreadableLine(safe(orderId), field, safe(value)))
    parts.push(fitText([texts.unreadable, ...lines].join('\n'), screen))
  }
  for (const line of sharedPaymentLines(sharedPayments, screen.lang)) parts.push(fitText(line, screen))
  if (gone.length > 0) parts.push(fitText(texts.gone(idsOf(gone)), screen))
  const touched = gone.filter((order) => order.touched)
  if (touched.length > 0) parts.push(fitText(texts.goneTouched(idsOf(touched)), screen))
  return parts
}

const idsOf = (orders: PullReport['gone']): string => orders.map(({ orderId }) => safe(orderId)).join(', ')

/** `pull --format json`; the shop's side of a conflict is called `shop`. */
export const pullJson = ({ added, updated, unchanged, standing, conflicts, ...left }: PullReport) => ({
  added,
  updated,
  unchanged,
  standing,
  conflicts: conflicts.map(({ orderId, differences }) => ({
    orderId,
    differences: differences.map(({ field, mirror, file }) => ({ field, mirror, shop: file })),
  })),
  unreadable: left.unreadable,
  unreadableAsBefore: left.unreadableAsBefore,
  gone: left.gone,
  sharedPayments: left.sharedPayments.map(({ paymentId, orderIds }) => ({ paymentId, orderIds })),
})
