// What `paygent push` wrote into the shop's database, and what it left.
import type { PushedOrder } from '../attempts/shop-push.js'
import { PUSH_CONFLICTS } from '../domain/shop.js'
import type { ErrorParams } from '../errors.js'
import type { LeaveRefusal } from '../jobs/push.js'
import { fitText, safe } from '../text/width.js'
import type { Lang, Screen } from './screen.js'
import { SHOP_TEXTS } from './shop-texts.js'
import { KEEP, drawTable } from './table.js'

/** The whole result, ready to print, without a line break at its end. */
export function pushText(orders: readonly PushedOrder[], dryRun: boolean, screen: Screen): string {
  const texts = SHOP_TEXTS[screen.lang]
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
  const { column, fates } = SHOP_TEXTS[screen.lang]
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

/** What stands in the way, or else the error text that the shop's page shows. */
function errorOf({ found, code, errorText }: PushedOrder, { lang }: Screen): string {
  const texts = SHOP_TEXTS[lang]
  if (found !== null) return texts.found(found.kind ?? '', found.paymentId ?? '')
  return code === null ? (errorText ?? '') : texts.failedBy(code)
}

/** What became of `push --leave`. */
export function leaveText(orderId: string, refused: LeaveRefusal | null, screen: Screen): string {
  const { left, leaveRefused } = SHOP_TEXTS[screen.lang]
  return fitText(refused === null ? left(safe(orderId)) : leaveRefused[refused](safe(orderId)), screen)
}

/** An error, or its code alone. */
export interface PushFault {
  readonly code: string
  readonly params?: ErrorParams
}

/** What ended the writing in the middle; what was written before stands in the table. */
export function pushFaultText({ code, params = {} }: PushFault, screen: Screen): string {
  const { problem = '' } = params
  return fitText(SHOP_TEXTS[screen.lang].pushFailed(safe(`${code} ${String(problem)}`.trim())), screen)
}

/** `push --format json`. @param fault the code of what ended it in the middle, or null */
export const pushJson = (orders: readonly PushedOrder[], dryRun: boolean, fault: string | null) => ({
  dryRun,
  orders,
  fault,
})

/** Said while a batch goes on, of an order that the shop could not be told of at once; null where it was. */
export function notPushedLine({ orderId, fate, code }: PushedOrder, lang: Lang): string | null {
  if (fate === 'written' || fate === 'already') return null
  const { notPushed, fates, failedBy } = SHOP_TEXTS[lang]
  return notPushed(safe(orderId), code === null ? fates[fate] : safe(failedBy(code)))
}
