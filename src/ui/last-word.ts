// Holds the messages at Ctrl-C, and the one of a program that is ended early. It is imported at the start: nothing can be
// loaded at the end.
import { safe } from '../text/width.js'
import { type Lang, bothLanguages, pastedIn } from './screen.js'

/** A request that moves money and whose outcome is not recorded yet. */
export interface OpenRequest {
  /** Null where the journal cannot be read. */
  readonly orderId: string | null
  readonly paymentId: string
}

/** The work under way. */
export interface UnderWay {
  readonly open: readonly OpenRequest[]
  /** Those that wait for their answer. */
  readonly answering: readonly OpenRequest[]
  /** The longest wait for that answer, in whole seconds. */
  readonly longestSec: number
  readonly wait: 'money' | 'inquiry' | 'other' | 'nothing'
}

/** `--orders` of more orders is no command that anybody reads. */
const NAMED = 10

const JA = {
  between: '、',
  more: (count: number) => `ほか${count}件`,
  payment: (paymentId: string) => `決済ID ${paymentId}`,
  stopping: (count: number, orders: string, seconds: number) =>
    `中止を受け付けました。送信中の${count}件（${orders}）の返事を待っています（最長${seconds}秒）。もう一度 Ctrl-C で結果不明のまま終わります。`,
  asking: '中止を受け付けました。照会の返事を待っています。もう一度 Ctrl-C ですぐに終わります。',
  askingOpen: (orders: string) =>
    `中止を受け付けました。照会の返事を待っています。もう一度 Ctrl-C で、${orders} が結果不明のまま終わります。`,
  waiting: '中止を受け付けました。接続先の返事を待っています。もう一度 Ctrl-C ですぐに終わります。',
  left: (orders: string) => `返事を待たずに終了しました。結果不明の受注：${orders}`,
  leftNothing: '返事を待たずに終了しました。',
  stopped: '中止しました。',
  money: (orders: string) => `要求の応答を待つ間にプログラムが終了しました。結果不明の受注：${orders}`,
  reconcile: (command: string) => `再送信せず、${command} で結果を照会してください。`,
  status: 'paygent status で状況を確かめてください。',
  next: '対処：',
  wait: {
    message: '接続先の応答を待つ間にプログラムが終了しました。',
    next: 'もう一度実行してください。結果不明の受注は paygent status に表示されます。',
  },
  nothing: {
    message: 'プログラムが途中で終了しました。',
    next: 'paygent status で状況を確かめてから、もう一度実行してください。',
  },
}

const EN: typeof JA = {
  between: ', ',
  more: (count) => `${count} more`,
  payment: (paymentId) => `payment ${paymentId}`,
  stopping: (count, orders, seconds) =>
    `Stopping. Waiting for the answer to ${count === 1 ? 'the request' : `${count} requests`} under way (${orders}), at most ${seconds} s. A second Ctrl-C ends at once and leaves the outcome unknown.`,
  asking: 'Stopping. Waiting for the answer to an inquiry. A second Ctrl-C ends at once.',
  askingOpen: (orders) =>
    `Stopping. Waiting for the answer to an inquiry. A second Ctrl-C ends at once and leaves the outcome of ${orders} unknown.`,
  waiting: 'Stopping. Waiting for an answer. A second Ctrl-C ends at once.',
  left: (orders) => `Ended without waiting for the answer. Outcome unknown: order ${orders}`,
  leftNothing: 'Ended without waiting for the answer.',
  stopped: 'Stopped.',
  money: (orders) =>
    `The program ended while it was waiting for the answer to a request. Outcome unknown: order ${orders}`,
  reconcile: (command) => `do not send it again; run "${command}", which asks Paygent for the outcome.`,
  status: 'see "paygent status".',
  next: 'Next: ',
  wait: {
    message: 'The program ended while it was waiting for an answer.',
    next: 'run it again. "paygent status" lists orders whose outcome is unknown.',
  },
  nothing: { message: 'The program ended before it was done.', next: 'see "paygent status", then run it again.' },
}

const TEXTS = bothLanguages(JA, EN)

function names(requests: readonly OpenRequest[], lang: Lang): string {
  const { between, more, payment } = TEXTS[lang]
  const shown = requests.slice(0, NAMED).map(({ orderId, paymentId }) => safe(orderId ?? payment(paymentId)))
  return [...shown, ...(requests.length > NAMED ? [more(requests.length - NAMED)] : [])].join(between)
}

/** The command that asks Paygent about these orders; about all where one of them has no number, or there are many. */
function commandFor(requests: readonly OpenRequest[]): string {
  const orders = requests.flatMap(({ orderId }) => (orderId === null ? [] : [safe(orderId)]))
  const named = orders.length === requests.length && orders.length <= NAMED
  return named ? `paygent reconcile --orders ${orders.join(',')}` : 'paygent reconcile'
}

/** The last message of a program that ends in the middle of some work: what is cut off, and what to do. */
export interface LastWord {
  readonly code: 'ended-early' | 'interrupted-twice'
  readonly message: string
  readonly next: string
}

/**
 * The message of a program whose event loop has emptied.
 * @param sameMirror the options of the command line, ready to paste, that reach the same settings and mirror
 */
export function lastWord({ open, wait }: UnderWay, lang: Lang, sameMirror = ''): LastWord {
  const texts = TEXTS[lang]
  const code = 'ended-early'
  const { message, next } =
    open.length > 0
      ? { message: texts.money(names(open, lang)), next: texts.reconcile(commandFor(open)) }
      : texts[wait === 'nothing' ? 'nothing' : 'wait']
  return { code, message, next: pastedIn(next, { sameMirror }) }
}

/** The message at the second Ctrl-C, which ends the program at once. */
export function leftWord({ open, wait }: UnderWay, lang: Lang, sameMirror = ''): LastWord {
  const texts = TEXTS[lang]
  const code = 'interrupted-twice'
  const { message, next } =
    open.length > 0
      ? { message: texts.left(names(open, lang)), next: texts.reconcile(commandFor(open)) }
      : { message: wait === 'nothing' ? texts.stopped : texts.leftNothing, next: texts.status }
  return { code, message, next: pastedIn(next, { sameMirror }) }
}

/** A last message in words. */
export const wordText = ({ message, next }: LastWord, lang: Lang): string => `${message}\n${TEXTS[lang].next}${next}`

/** The same in `--format json`. */
export const wordJson = ({ code, message, next }: LastWord) => ({ error: { code, message, next } })

/** The message at the first Ctrl-C; '' where nothing is waited for and the command ends by itself. */
export function stoppingText({ open, answering, longestSec, wait }: UnderWay, lang: Lang): string {
  const texts = TEXTS[lang]
  switch (wait) {
    case 'money':
      return texts.stopping(answering.length, names(answering, lang), longestSec)
    case 'inquiry':
      return open.length > 0 ? texts.askingOpen(names(open, lang)) : texts.asking
    case 'other':
      return texts.waiting
    case 'nothing':
      return ''
    default:
      return wait satisfies never
  }
}
