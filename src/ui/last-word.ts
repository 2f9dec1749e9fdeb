// Holds the message of a program that is ended early. It is imported at the start: nothing can be loaded at the end.
import { safe } from '../text/width.js'
import { type Lang, bothLanguages } from './screen.js'

/** The work under way: requests that move money, by their orders; another wait for an answer; neither. */
export type UnderWay = readonly string[] | 'a-wait' | 'nothing'

const JA = {
  money: (orders: string) => [
    `要求の応答を待つ間にプログラムが終了しました。結果不明の受注：${orders}`,
    '対処：再送信せず、paygent reconcile で結果を照会してください。',
  ],
  wait: [
    '接続先の応答を待つ間にプログラムが終了しました。',
    '対処：もう一度実行してください。結果不明の受注は paygent status に表示されます。',
  ],
  nothing: [
    'プログラムが途中で終了しました。',
    '対処：paygent status で状況を確かめてから、もう一度実行してください。',
  ],
}

const EN: typeof JA = {
  money: (orders) => [
    `The program ended while it was waiting for the answer to a request. Outcome unknown: order ${orders}`,
    'Next: do not send it again; run "paygent reconcile", which asks Paygent what became of it.',
  ],
  wait: [
    'The program ended while it was waiting for an answer.',
    'Next: run it again. "paygent status" lists orders whose outcome is unknown.',
  ],
  nothing: ['The program ended before it was done.', 'Next: see "paygent status", then run it again.'],
}

const TEXTS = bothLanguages(JA, EN)

export function lastWord(underWay: UnderWay, lang: Lang): string {
  const texts = TEXTS[lang]
  if (underWay === 'a-wait') return texts.wait.join('\n')
  if (underWay === 'nothing') return texts.nothing.join('\n')
  return texts.money(underWay.map(safe).join(', ')).join('\n')
}
