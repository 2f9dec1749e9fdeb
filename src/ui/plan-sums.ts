// What a plan sums up to: by request and method, and in all.
import type { Order, RequestName } from '../domain/order.js'
import { grouped } from '../text/numbers.js'
import type { Lang, Screen } from './screen.js'
import { drawTable, KEEP } from './table.js'
import { actionName, sentences, shortMethod, word } from './words.js'

/** A planned request, for the sums. */
interface Summed {
  readonly order: Order
  readonly request: RequestName | null
  /** Whole yen; null while Paygent has not told. */
  readonly amountYen: number | null
}

export interface Sum {
  readonly request: string
  readonly method: string
  count: number
  yen: number
  untold: number
}

export function sumsOf(items: readonly Summed[], lang: Lang): Sum[] {
  const sums = new Map<string, Sum>()
  for (const { order, request, amountYen } of items) {
    const key = `${request} ${order.method} ${order.carrier}`
    const names = { request: actionName(request, lang), method: shortMethod(order, lang) }
    const sum = sums.get(key) ?? { ...names, count: 0, yen: 0, untold: 0 }
    sum.count += 1
    sum.yen += amountYen ?? 0
    sum.untold += amountYen === null ? 1 : 0
    sums.set(key, sum)
  }
  return [...sums.values()]
}

export function sumTable(sums: readonly Sum[], screen: Screen): string {
  const { lang } = screen
  return drawTable(
    {
      columns: [
        { header: word('column.request', lang), shrink: 'never', priority: KEEP },
        { header: word('column.method', lang), shrink: 'never', priority: KEEP },
        { header: word('column.count', lang), shrink: 'never', align: 'right', priority: KEEP },
        { header: word('column.amount', lang), shrink: 'never', align: 'right', priority: KEEP },
      ],
      rows: sums.map(({ request, method, count, yen, untold }) => [
        request,
        method,
        grouped(count),
        untold === count ? word('amount-not-told', lang) : grouped(yen),
      ]),
    },
    screen,
  )
}

export function totalLine(sums: readonly Sum[], { lang }: Screen): string {
  const total = (pick: (sum: Sum) => number): number => sums.reduce((all, sum) => all + pick(sum), 0)
  const [count, yen, untold] = [total((sum) => sum.count), total((sum) => sum.yen), total((sum) => sum.untold)]
  const texts = sentences(lang)
  return untold === 0 ? texts.planTotal(count, yen) : texts.planTotalUntold(count, yen, untold)
}
