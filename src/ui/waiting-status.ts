// Counts the orders whose 対応状況 has no meaning yet, with the line for the settings that gives it one.
import type { WaitingStatuses } from '../domain/chosen.js'
import { grouped, yen } from '../text/numbers.js'
import { cutMiddle, fitText, safe } from '../text/width.js'
import { type Lang, type Screen, bothLanguages } from './screen.js'

const JA = {
  waiting: (orders: number, sum: string, names: string) =>
    `対応状況の意味が未設定のため、一括処理と夜間処理の対象外の受注：${grouped(orders)}件 ${sum}（${names}）`,
  named: (name: string, orders: number) => `${name} ${grouped(orders)}件`,
  more: (orders: number) => `ほか ${grouped(orders)}件`,
  none: '空欄',
  between: '、',
  advice:
    '対処：次の行の意味を sell（売上処理する）、cancelled（キャンセル）、unfinished（購入手続き中）、hold（保留）から選び、設定してください。',
}

const EN: typeof JA = {
  waiting: (orders, sum, names) =>
    `Skipped by bulk and nightly runs, as their order status has no meaning yet: ${grouped(orders)} ${orders === 1 ? 'order' : 'orders'}, ${sum} (${names})`,
  named: (name, orders) => `${name} ${grouped(orders)}`,
  more: (orders) => `${grouped(orders)} more`,
  none: 'no status',
  between: ', ',
  advice: 'Choose what each means (sell, cancelled, unfinished or hold) in this line and set it:',
}

const TEXTS = bothLanguages(JA, EN)

/** Cells. */
const LONGEST_SHOWN = 40

const shortened = (name: string): string => cutMiddle(safe(name), LONGEST_SHOWN)

/** The sentence alone: the number of orders that wait, and their 対応状況. */
export function waitingLine({ orders, yen: sum, statuses }: WaitingStatuses, lang: Lang): string {
  const texts = TEXTS[lang]
  const names = statuses.map((one) =>
    texts.named(one.orderStatus === '' ? texts.none : shortened(one.orderStatus), one.orders),
  )
  const unnamed = statuses.reduce((left, one) => left - one.orders, orders)
  if (unnamed > 0) names.push(texts.more(unnamed))
  return texts.waiting(orders, yen(sum, lang), names.join(texts.between))
}

/** Ready to paste into .env; it is never broken into lines. */
export const settingLine = ({ setting }: WaitingStatuses): string => `PAYGENT_STATUSES="${safe(setting)}"`

export const settingAdvice = (lang: Lang): string => TEXTS[lang].advice

/** Empty where no order waits; else the sentence, the next step, and the line to paste. */
export const waitingStatusParts = (waiting: WaitingStatuses | null, screen: Screen): string[] =>
  waiting === null
    ? []
    : [
        fitText([waitingLine(waiting, screen.lang), settingAdvice(screen.lang)].join('\n'), screen),
        settingLine(waiting),
      ]
