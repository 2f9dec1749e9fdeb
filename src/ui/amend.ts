// Shows the result of `paygent amend`, and which request a sale of the order sends from now on.
import type { Completion } from '../domain/carriers.js'
import type { Order } from '../domain/order.js'
import type { Refusal } from '../domain/outcome.js'
import { compareAmounts, correctionRefusal, refundableAt } from '../domain/permit.js'
import { yen } from '../text/numbers.js'
import { fitText } from '../text/width.js'
import { reasonText } from './reasons.js'
import { type Lang, type Screen, bothLanguages, pastedIn } from './screen.js'

/** The result of the change in the mirror. */
export type AmendmentView =
  | { readonly type: 'amended'; readonly before: Order; readonly after: Order }
  | {
      readonly type: 'refused'
      readonly order: Order
      readonly refusal: Refusal
      /** The total that was asked for, whole yen; null where a change was to be taken back. */
      readonly askedYen: number | null
    }

type Refused = Extract<AmendmentView, { type: 'refused' }>

const JA = {
  changed: (id: string, from: string, to: string) =>
    `受注番号：${id} 補正金額を ${to} に登録しました（補正前 ${from}）。`,
  /** 補正前 stands for the authorised amount, and not for the total of an earlier `amend`. */
  again: (id: string, from: string, to: string) =>
    `受注番号：${id} 補正金額を ${to} に登録しました（前回の登録 ${from}）。`,
  undone: (id: string, total: string) => `受注番号：${id} 金額補正を取り消しました（${total}）。`,
  same: (id: string, total: string) => `受注番号：${id} 金額は ${total} のままです。`,
  refused: (id: string, why: string) => `受注番号：${id} 補正金額は登録していません。${why}`,
  next: {
    lower: '売上処理すると、補正売上要求を送信します。',
    equal: '売上処理すると、売上要求を送信します。',
    higher: 'オーソリ金額より高いため、このままでは売上処理できません。',
    refused: (why: string) => `このままでは売上処理できません。${why}`,
    unknown: 'オーソリ金額は、売上処理の前にペイジェントに照会します。',
  },
}

const EN: typeof JA = {
  changed: (id, from, to) => `Order ${id}: the corrected amount is ${to} (it was ${from}).`,
  again: (id, from, to) => `Order ${id}: the corrected amount is ${to} (entered before: ${from}).`,
  undone: (id, total) => `Order ${id}: the correction was taken back (${total}).`,
  same: (id, total) => `Order ${id}: the amount is ${total} as before.`,
  refused: (id, why) => `Order ${id}: no corrected amount was entered. ${why}`,
  next: {
    lower: 'A sale will be sent as a corrected sale.',
    equal: 'A sale will be sent as it was authorised.',
    higher: 'It is higher than the authorised amount, so it cannot be sold as it is.',
    refused: (why) => `It cannot be sold as it is. ${why}`,
    unknown: 'Paygent is asked for the authorised amount before a sale.',
  },
}

const TEXTS = bothLanguages(JA, EN)

export function amendText(view: AmendmentView, rules: Completion, screen: Screen): string {
  const { lang } = screen
  const texts = TEXTS[lang]
  if (view.type === 'refused') {
    return fitText(pastedIn(texts.refused(view.order.orderId, whyRefused(view, rules, lang)), screen), screen)
  }
  const { before, after } = view
  const from = yen(before.totalYen, lang)
  const to = yen(after.totalYen, lang)
  const { orderId } = after
  const undone = after.amendedFromYen === null
  const registered = before.amendedFromYen === null ? texts.changed : texts.again
  const changed = undone ? texts.undone(orderId, to) : registered(orderId, from, to)
  const said = from === to ? texts.same(orderId, to) : changed
  const refusal = correctionRefusal(after, rules.profile)
  const next =
    refusal === null
      ? texts.next[relationOf(after)]
      : texts.next.refused(reasonText(refusal, after, { ...rules, operation: 'sale' }, lang))
  return fitText(pastedIn(`${said}\n${next}`, screen), screen)
}

const relationOf = ({ totalYen, heldAmountYen }: Order): 'lower' | 'equal' | 'higher' | 'unknown' =>
  heldAmountYen === null ? 'unknown' : compareAmounts(totalYen, heldAmountYen)

/** Where a refund may lower a sale already made, the advice is about the total that was asked for. */
function whyRefused({ order, refusal, askedYen }: Refused, rules: Completion, lang: Lang): string {
  const byRefund = refundableAt(order, rules.profile).some((status) => status === refusal.about)
  const totalYen = byRefund ? (askedYen ?? order.totalYen) : order.totalYen
  return reasonText(refusal, { ...order, totalYen }, { ...rules, operation: 'sale' }, lang)
}

/** `amend --format json`. */
export function amendJson(view: AmendmentView, rules: Completion, lang: Lang) {
  if (view.type === 'refused') {
    const { order, refusal } = view
    const text = whyRefused(view, rules, lang)
    return { orderId: order.orderId, amended: false, total: order.totalYen, reason: refusal.reason, reasonText: text }
  }
  const { orderId, totalYen, heldAmountYen, amendedFromYen } = view.after
  return { orderId, amended: true, total: totalYen, shopTotal: amendedFromYen ?? totalYen, heldAmount: heldAmountYen }
}
