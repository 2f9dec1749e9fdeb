// Shows the result of `paygent amend`, and which request a sale of the order sends from now on.
import type { RuleProfile } from '../domain/carriers.js'
import type { Order } from '../domain/order.js'
import type { Refusal } from '../domain/outcome.js'
import { compareAmounts } from '../domain/permit.js'
import { yen } from '../text/numbers.js'
import { fitText } from '../text/width.js'
import { reasonText } from './reasons.js'
import { type Lang, type Screen, bothLanguages } from './screen.js'

/** The result of the change in the mirror. */
export type AmendmentView =
  | { readonly type: 'amended'; readonly before: Order; readonly after: Order }
  | { readonly type: 'refused'; readonly order: Order; readonly refusal: Refusal }

const JA = {
  changed: (id: string, from: string, to: string) => `受注番号：${id} の合計を ${from} から ${to} に登録しました。`,
  same: (id: string, total: string) => `受注番号：${id} の合計は ${total} のままです。`,
  refused: (id: string, why: string) => `受注番号：${id} の合計は変更していません。${why}`,
  next: {
    lower: '売上を実行すると補正売上要求が送信されます。',
    equal: '売上を実行すると売上要求が送信されます。',
    higher: 'オーソリ金額より高いため、このままでは売上できません。',
    unknown: 'オーソリ金額は売上の計画時にペイジェントに照会します。',
  },
}

const EN: typeof JA = {
  changed: (id, from, to) => `Order ${id}: the total is now ${to} (was ${from}).`,
  same: (id, total) => `Order ${id}: the total is ${total} as before.`,
  refused: (id, why) => `Order ${id}: the total was not changed. ${why}`,
  next: {
    lower: 'A sale will be sent as a corrected sale.',
    equal: 'A sale will be sent as it was authorised.',
    higher: 'It is higher than the authorised amount, so it cannot be sold as it is.',
    unknown: 'Paygent will be asked for the authorised amount when a sale is planned.',
  },
}

const TEXTS = bothLanguages(JA, EN)

export function amendText(view: AmendmentView, profile: RuleProfile, screen: Screen): string {
  const { lang } = screen
  const texts = TEXTS[lang]
  if (view.type === 'refused') {
    const { order, refusal } = view
    const why = reasonText(refusal, order, { operation: 'sale', profile }, lang)
    return fitText(texts.refused(order.orderId, why), screen)
  }
  const { before, after } = view
  const from = yen(before.totalYen, lang)
  const to = yen(after.totalYen, lang)
  const said = from === to ? texts.same(after.orderId, to) : texts.changed(after.orderId, from, to)
  return fitText(`${said}\n${texts.next[relationOf(after)]}`, screen)
}

const relationOf = ({ totalYen, heldAmountYen }: Order): 'lower' | 'equal' | 'higher' | 'unknown' =>
  heldAmountYen === null ? 'unknown' : compareAmounts(totalYen, heldAmountYen)

/** `amend --format json`. */
export function amendJson(view: AmendmentView, profile: RuleProfile, lang: Lang) {
  if (view.type === 'refused') {
    const { order, refusal } = view
    const text = reasonText(refusal, order, { operation: 'sale', profile }, lang)
    return { orderId: order.orderId, amended: false, total: order.totalYen, reason: refusal.reason, reasonText: text }
  }
  const { orderId, totalYen, heldAmountYen, amendedFromYen } = view.after
  return { orderId, amended: true, total: totalYen, shopTotal: amendedFromYen ?? totalYen, heldAmount: heldAmountYen }
}
