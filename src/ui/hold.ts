// Shows the result of `paygent hold`: whether the order is on hold now, and what the hold does not stop.
import { type AuthorisationAge, isEnding } from '../domain/age.js'
import type { Order } from '../domain/order.js'
import { fitText, safe } from '../text/width.js'
import { type Screen, bothLanguages, pasted } from './screen.js'

export interface HoldView {
  /** The order as it is now. */
  readonly order: Order
  readonly wasOnHold: boolean
  /** Null for an order that is not authorised. */
  readonly age: AuthorisationAge | null
}

const JA = {
  placed: (id: string, note: string) =>
    `受注番号：${id} を保留にしました（${note}）。解除するまで売上要求も取消要求も送信しません。`,
  renewed: (id: string, note: string) => `受注番号：${id} の保留の理由を登録し直しました（${note}）。`,
  undone: (id: string) => `受注番号：${id} の保留を解除しました。`,
  none: (id: string) => `受注番号：${id} は保留にしていません。`,
  undo: (command: string) => `保留の解除：${command}`,
  ending: (day: string, left: number) =>
    `オーソリ期限は ${day}（残り${left}日）です。期限までに売上処理するか決めてください。`,
  open: (command: string) =>
    `送信済みの要求が結果不明です。保留にしても取り消されません。対処：${command} で照会してください。`,
  sending: '送信中の要求があります。保留にしても取り消されません。',
}

const EN: typeof JA = {
  placed: (id, note) => `Order ${id} is on hold now (${note}). No sale and no cancel is sent until the hold ends.`,
  renewed: (id, note) => `Order ${id}: the note of the hold is now "${note}".`,
  undone: (id) => `Order ${id} is no longer on hold.`,
  none: (id) => `Order ${id} is not on hold.`,
  undo: (command) => `To end the hold: ${command}`,
  ending: (day, left) =>
    `The authorisation expires on ${day} (${left} ${left === 1 ? 'day' : 'days'} left). Decide before then whether to capture it.`,
  open: (command) =>
    `The outcome of a request already sent is unknown, and a hold does not call it back. Run ${command} to ask for it.`,
  sending: 'A request for it is under way now, and a hold does not call it back.',
}

const TEXTS = bothLanguages(JA, EN)

/** The result, ready to print, without a line break at its end. */
export function holdText({ order, wasOnHold, age }: HoldView, screen: Screen): string {
  const texts = TEXTS[screen.lang]
  const id = safe(order.orderId)
  const { hold } = order
  if (hold === null) return fitText(wasOnHold ? texts.undone(id) : texts.none(id), screen)
  const lines = [(wasOnHold ? texts.renewed : texts.placed)(id, safe(hold.note))]
  if (order.sending === true) lines.push(texts.sending)
  else if (order.openAttempt) lines.push(texts.open(pasted(`paygent reconcile --orders ${id}`, screen)))
  if (age !== null && isEnding(age)) lines.push(texts.ending(age.lastDay.replaceAll('-', '/'), age.left))
  lines.push(texts.undo(pasted(`paygent hold ${id} --undo`, screen)))
  return fitText(lines.join('\n'), screen)
}

/** `hold --format json`, docs/interface.md#hold. */
export const holdJson = ({ order, wasOnHold, age }: HoldView) => ({
  orderId: order.orderId,
  onHold: order.hold !== null,
  wasOnHold,
  note: order.hold?.note ?? null,
  since: order.hold?.since ?? null,
  expiresOn: age?.lastDay ?? null,
  daysLeft: age?.left ?? null,
})
