// Shows the result of `paygent pull`: counts, and the orders that were not taken.
import type { PullReport } from '../jobs/pull.js'
import { grouped } from '../text/numbers.js'
import { fitText, safe } from '../text/width.js'
import { conflictParts, sharedPaymentLines, shownName } from './import-result.js'
import { type Lang, type Screen, bothLanguages } from './screen.js'

const JA = {
  pullTitle: 'EC-CUBE からの受注取込',
  pulled: (counts: string) => `EC-CUBE から受注を取り込みました：${counts}。`,
  nothing: 'EC-CUBE から取り込んだ受注はありません。',
  added: (count: number) => `追加 ${grouped(count)}件`,
  updated: (count: number) => `更新 ${grouped(count)}件`,
  unchanged: (count: number) => `変更なし ${grouped(count)}件`,
  between: '、',
  standing: (count: number) =>
    `前回から不一致のままの受注：${grouped(count)}件（送信を止めています。paygent reconcile で照合）`,
  shop: 'EC-CUBE',
  gone: (ids: string) => `EC-CUBE で削除または非表示になった受注（送信しません）：${ids}`,
  goneTouched: (ids: string) =>
    `  このうち要求を送信済みの受注：${ids}（paygent show ‹受注番号› で決済を確かめてください）`,
  unreadable: 'EC-CUBE の値を読み取れず、取り込まなかった受注：',
  unreadableAsBefore: (count: number) => `前回から読み取れないままの受注：${grouped(count)}件（取り込んでいません）`,
  unreadableLine: (orderId: string, field: string, value: string) => `  受注番号：${orderId} ${field}＝「${value}」`,
  old: (when: string) =>
    `手元データの受注は1日以上前のものです（${when}）。対処：paygent pull か paygent import で取り込んでください。`,
}

const orders = (count: number): string => (count === 1 ? '1 order' : `${grouped(count)} orders`)

const EN: typeof JA = {
  pullTitle: 'Orders from EC-CUBE',
  pulled: (counts) => `Orders fetched from EC-CUBE: ${counts}.`,
  nothing: 'No orders were fetched from EC-CUBE.',
  added: (count) => `${grouped(count)} added`,
  updated: (count) => `${grouped(count)} updated`,
  unchanged: (count) => `${grouped(count)} unchanged`,
  between: ', ',
  standing: (count) => `${grouped(count)} with a mismatch as before (not sent; "paygent reconcile" compares them).`,
  shop: 'EC-CUBE',
  gone: (ids) => `Deleted or hidden in EC-CUBE (they are not sent): ${ids}`,
  goneTouched: (ids) => `  Requests have been sent for: ${ids} (look at their payments with "paygent show <order>")`,
  unreadable: 'Not taken, because EC-CUBE holds a value that cannot be read:',
  unreadableAsBefore: (count) => `Cannot be read, as before, and not taken: ${orders(count)}`,
  unreadableLine: (orderId, field, value) => `  order ${orderId}: ${field} = "${value}"`,
  old: (when) =>
    `The orders of the local data are more than a day old (${when}). Run "paygent pull" or "paygent import".`,
}

export const PULL_TEXTS = bothLanguages(JA, EN)

/** The whole result, ready to print, without a line break at its end. */
export const pullText = (report: PullReport, screen: Screen): string => {
  const texts = PULL_TEXTS[screen.lang]
  const { added, updated, unchanged, standing, unreadableAsBefore } = report
  const counts = [countsText({ added, updated, unchanged }, texts)]
  if (standing > 0) counts.push(texts.standing(standing))
  if (unreadableAsBefore > 0) counts.push(texts.unreadableAsBefore(unreadableAsBefore))
  return [fitText(counts.join('\n'), screen), ...pullTrouble(report, screen)].join('\n')
}

/** The counts without those that are zero. */
function countsText(
  report: Pick<PullReport, 'added' | 'updated' | 'unchanged'>,
  texts: (typeof PULL_TEXTS)[Lang],
): string {
  const counts = (['added', 'updated', 'unchanged'] as const).filter((name) => report[name] > 0)
  if (counts.length === 0) return texts.nothing
  return texts.pulled(counts.map((name) => texts[name](report[name])).join(texts.between))
}

/** The orders that need attention; empty where there are none. */
export function pullTrouble({ conflicts, unreadable, gone, sharedPayments }: PullReport, screen: Screen): string[] {
  const texts = PULL_TEXTS[screen.lang]
  const parts: string[] = []
  if (conflicts.length > 0) {
    parts.push(...conflictParts(conflicts, texts.shop, screen))
  }
  if (unreadable.length > 0) {
    const lines = unreadable.map(({ orderId, field, value }) =>
      texts.unreadableLine(safe(orderId), field, shownName(value)),
    )
    parts.push(fitText([texts.unreadable, ...lines].join('\n'), screen))
  }
  for (const line of sharedPaymentLines(sharedPayments, screen.lang)) parts.push(fitText(line, screen))
  if (gone.length > 0) parts.push(fitText(texts.gone(idsOf(gone, texts.between)), screen))
  const touched = gone.filter((order) => order.touched)
  if (touched.length > 0) parts.push(fitText(texts.goneTouched(idsOf(touched, texts.between)), screen))
  return parts
}

const idsOf = (orders: PullReport['gone'], between: string): string =>
  orders.map(({ orderId }) => safe(orderId)).join(between)

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
