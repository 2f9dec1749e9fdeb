// What a person does now about an outcome that is not a success. Pages 5.2 and 6.
import type { Outcome } from '../domain/outcome.js'
import { safe } from '../text/width.js'
import type { Lang } from './screen.js'

type Advice = (orderId: string) => string

const JA = {
  accepted: () => '',
  refused: () => '',
  rejected: (orderId) => `現在の状態は paygent show ${orderId} で確認できます。`,
  'not-processed': () => 'ペイジェントでは処理されていません。同じ要求をもう一度実行できます。',
  unknown: (orderId) =>
    `結果がまだ分かりません。同じ要求を出し直さず、paygent reconcile --orders ${orderId} で確定してください。`,
  attention: (orderId) =>
    `担当者の確認が必要です。paygent show ${orderId} とペイジェントオンラインで確認し、paygent settle ${orderId} で確定してください。`,
  unsent: () => '送信していません。原因を取り除いてから、もう一度実行してください。',
} as const satisfies Record<Outcome, Advice>

const EN = {
  accepted: () => '',
  refused: () => '',
  rejected: (orderId) => `"paygent show ${orderId}" tells how the order stands.`,
  'not-processed': () => 'Paygent did not process it. The same request may be sent again.',
  unknown: (orderId) =>
    `The result is not known yet. Do not repeat it; settle it: paygent reconcile --orders ${orderId}.`,
  attention: (orderId) =>
    `A person must look: compare "paygent show ${orderId}" with Paygent Online, then paygent settle ${orderId}.`,
  unsent: () => 'It was not sent. Remove the cause and run it again.',
} as const satisfies Record<Outcome, Advice>

const ADVICE = { ja: JA, en: EN } as const satisfies Record<Lang, Record<Outcome, Advice>>

const REFUNDED = {
  ja: 'オーソリ解放の予定でしたが、送信までに売上済みとなっていたため、返金されました。お客様のお支払い状況をペイジェントオンラインで確認してください。',
  en: "It had been sold, now refunded. Check the customer's payment in Paygent Online.",
} as const satisfies Record<Lang, string>

/** A release that turned out to be a refund. */
export const refundedText = (lang: Lang): string => REFUNDED[lang]

/** '' for accepted, and for refused, whose reason has a sentence of its own. */
export const outcomeAdvice = (outcome: Outcome, orderId: string, lang: Lang): string =>
  ADVICE[lang][outcome](safe(orderId))
