// What `paygent pull` brought in, and what it left.
import type { PullReport } from '../jobs/pull.js'
import { fitText, safe } from '../text/width.js'
import { conflictParts, sharedPaymentLines } from './import-result.js'
import type { Screen } from './screen.js'
import { SHOP_TEXTS } from './shop-texts.js'

/** The whole result, ready to print, without a line break at its end. */
export const pullText = (report: PullReport, screen: Screen): string => {
  const texts = SHOP_TEXTS[screen.lang]
  const { added, updated, unchanged, standing, unreadableAsBefore } = report
  const counts = [texts.pulled(added, updated, unchanged)]
  if (standing > 0) counts.push(texts.standing(standing))
  if (unreadableAsBefore > 0) counts.push(texts.unreadableAsBefore(unreadableAsBefore))
  return [fitText(counts.join('\n'), screen), ...pullTrouble(report, screen)].join('\n')
}

/** What a person should know of; empty where all went well. */
export function pullTrouble({ conflicts, unreadable, gone, sharedPayments }: PullReport, screen: Screen): string[] {
  const texts = SHOP_TEXTS[screen.lang]
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
