// The last word of a program that ends before it has come to its end. At once and in one go: nothing can be loaded then.
import { safe } from '../text/width.js'
import type { Lang } from './screen.js'

/** What was under way: requests that move money, by their orders; another wait for the other side; neither. */
export type UnderWay = readonly string[] | 'a-wait' | 'nothing'

const WAIT = {
  ja: [
    '接続先の応答を待つ間にプログラムが終了しました。',
    '対処：もう一度実行してください。結果不明の受注は paygent status に表示されます。',
  ],
  en: [
    'The program ended while it was waiting for an answer.',
    'Next: run it again. "paygent status" lists orders whose outcome is unknown.',
  ],
} as const satisfies Record<Lang, readonly string[]>

const NOTHING = {
  ja: ['プログラムが途中で終了しました。', '対処：paygent status で状況を確かめてから、もう一度実行してください。'],
  en: ['The program ended before it was done.', 'Next: see "paygent status", then run it again.'],
} as const satisfies Record<Lang, readonly string[]>

const MONEY = {
  ja: (orders) => [
    `要求の応答を待つ間にプログラムが終了しました。結果不明の受注：${orders}`,
    '対処：再送信せず、paygent reconcile で結果を照会してください。',
  ],
  en: (orders) => [
    `The program ended while it was waiting for the answer to a request. Outcome unknown: order ${orders}`,
    'Next: do not send it again; run "paygent reconcile", which asks Paygent what became of it.',
  ],
} as const satisfies Record<Lang, (orders: string) => readonly string[]>

export function lastWord(underWay: UnderWay, lang: Lang): string {
  if (underWay === 'a-wait') return WAIT[lang].join('\n')
  if (underWay === 'nothing') return NOTHING[lang].join('\n')
  return MONEY[lang](underWay.map(safe).join(', ')).join('\n')
}
