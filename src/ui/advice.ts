// Advises staff on the next step after a response code of Paygent and after an outcome that is not a success.
import { handlingOf, type CodeMeaning, meaningOfCode } from '../domain/codes.js'
import type { Operation, PaymentStatus, RequestName } from '../domain/order.js'
import type { Outcome } from '../domain/outcome.js'
import { AUTHORISED, SOLD } from '../domain/statuses.js'
import { safe } from '../text/width.js'
import { commandOf } from './refund-texts.js'
import { type Lang, bothLanguages } from './screen.js'

/** The request that an advice is about; the order's number is harmless text by now. */
interface Subject {
  readonly orderId: string
  readonly operation: Operation
  /** A refund is sent again with its amount. */
  readonly request?: RequestName | null
  /** Where the payment is that a correction was to replace, as far as it is known; for the half-done codes. */
  readonly oldStatus?: PaymentStatus | null
}

type Advice = (subject: Subject) => string

const againJa = (subject: Subject): string => `${commandOf(subject, 'ja')} を実行`
const inFullJa = ({ orderId }: Subject): string =>
  `対処：お支払い合計を元に戻して paygent sale ${orderId} を実行するか、ペイジェントオンラインで金額を変更してください。`
const payAgainJa = ({ orderId }: Subject): string =>
  `対処：お客様に再度お支払いいただき、新しい決済を取り込んでから paygent sale ${orderId} を実行してください。`
const REFUND_JA = '対処：ペイジェントオンラインで返金し、終わったら paygent sync を実行してください。'
const thenReconcileJa = ({ orderId }: Subject): string =>
  `終わったら paygent reconcile --orders ${orderId} を実行してください。`

/** To capture the new payment without cancelling the old sale would charge twice. */
const halfRefundedJa = (subject: Subject): string =>
  `一部返金が途中で止まり、返金されていません（決済が2つ残っています）。対処：ペイジェントオンラインで新しい決済をオーソリキャンセルする（返金なし）か、新しい決済を売上処理して元の決済を売上キャンセルしてください。${thenReconcileJa(subject)}返金しない場合は paygent settle ${subject.orderId} --as sold --note ‹理由› も実行してください。`

const JA = {
  codes: {
    login: () => '対処：接続ID・パスワード・接続元アドレス・証明書を paygent doctor で調べてください。',
    closed: (subject) =>
      `ペイジェントが停止中（メンテナンスなど）です。対処：再開後に ${againJa(subject)}してください。`,
    'not-contracted': (subject) =>
      `この決済方法・要求は契約されていません。対処：ペイジェントとの契約を確認し、${againJa(subject)}してください。`,
    'not-contracted-correction': (subject) => `ご契約では補正売上が使えません。${inFullJa(subject)}`,
    malformed: ({ orderId }) =>
      `要求の内容が受け付けられませんでした。対処：paygent show ${orderId} で決済ID・取引ID・金額を確認してください。`,
    busy: (subject) => `ほかの処理と重なりました。対処：少し時間をおいて ${againJa(subject)}してください。`,
    'notice-busy': () => '通知の照会が同時に行われました。対処：少し時間をおいて paygent sync を実行してください。',
    'acquirer-timeout': (subject) =>
      `カード会社の応答がありませんでした。対処：paygent reconcile --orders ${subject.orderId} で結果を照会してから、${againJa(subject)}してください。`,
    expired: (subject) =>
      subject.operation === 'sale'
        ? `オーソリの期限が切れています。${payAgainJa(subject)}`
        : `取消できる期限が過ぎています。${REFUND_JA}`,
    'status-conflict': (subject) =>
      `決済の状態が変わっていました。対処：paygent show ${subject.orderId} で状態を確認し、必要なら ${againJa(subject)}してください。`,
    'no-single-payment': ({ orderId }) =>
      `この決済IDの決済が見つからないか、複数あります。対処：paygent show ${orderId} の決済IDと取引IDを確認し、正しいものを取り込んでください。`,
    'half-authorised': (subject) =>
      `補正が途中で止まり、決済が2つ残っています。対処：ペイジェントオンラインで元の決済をオーソリキャンセルし、新しい決済を売上処理してください。${thenReconcileJa(subject)}`,
    'half-sale-failed': (subject) =>
      `補正が途中で止まり、決済が2つ残っています。対処：ペイジェントオンラインで新しい決済を売上処理してから、元の決済を取消してください。${thenReconcileJa(subject)}`,
    'charged-twice': (subject) =>
      `二重請求のおそれがあります。対処：すぐにペイジェントオンラインで元の決済を売上キャンセルしてください。${thenReconcileJa(subject)}`,
    amount: (subject) => `この金額への補正は受け付けられません。${inFullJa(subject)}`,
    'three-d-secure': (subject) => `3Dセキュアの決済は補正できません。${inFullJa(subject)}`,
    'au-user': ({ orderId }) =>
      `お客様のau側の理由で承認されませんでした。対処：お客様に確認して別のお支払方法をご案内し、paygent show ${orderId} で状態を確認してください。`,
    'au-gone': (subject) => `オーソリはすでに取り消されています。${payAgainJa(subject)}`,
    'au-no-cancel': () => `この決済は取消できません。${REFUND_JA}`,
    'au-no-correction': (subject) => `この決済は補正できません。${inFullJa(subject)}`,
    card: ({ orderId }) =>
      `カード会社で承認されませんでした。対処：お客様に確認して別のお支払方法をご案内し、paygent show ${orderId} で状態を確認してください。`,
    carrier: (subject) =>
      `キャリアで承認されませんでした。対処：時間をおいて ${againJa(subject)}し、続く場合はペイジェントに問い合わせてください。`,
    system: (subject) =>
      `ペイジェント側の障害です。対処：時間をおいて ${againJa(subject)}し、続く場合はペイジェントに問い合わせてください。`,
    'unknown-code': ({ orderId }) =>
      `対処：paygent show ${orderId} とペイジェントオンラインで決済の状態を確認し、コードを添えてペイジェントに問い合わせてください。`,
  } satisfies Record<CodeMeaning, Advice>,
  /** '' for accepted, and for refused, whose reason has a sentence of its own. */
  outcomes: {
    accepted: () => '',
    refused: () => '',
    rejected: ({ orderId }) => `対処：paygent show ${orderId} で状態を確認してください。`,
    'not-processed': (subject) =>
      `ペイジェントでは処理されていません。対処：もう一度 ${againJa(subject)}してください。`,
    unknown: ({ orderId }) =>
      `結果不明です。対処：再送信せず、paygent reconcile --orders ${orderId} で結果を照会してください。`,
    attention: ({ orderId }) =>
      `要対応です。対処：paygent show ${orderId} とペイジェントオンラインで確認し、paygent settle ${orderId} --as ‹結果› --note ‹理由› で手動登録してください。`,
    unsent: (subject) => `送信していません。対処：原因を取り除き、${againJa(subject)}してください。`,
  } satisfies Record<Outcome, Advice>,
  /** The same where the old payment is known to be authorised. */
  authorised: {
    'half-sale-failed': (subject) =>
      `補正が途中で止まり、決済が2つ残っています。対処：ペイジェントオンラインで新しい決済を売上処理してから、元の決済をオーソリキャンセルしてください。${thenReconcileJa(subject)}`,
    'charged-twice': (subject) =>
      `二重請求のおそれがあります。対処：すぐにペイジェントオンラインで元の決済をオーソリキャンセルしてください。${thenReconcileJa(subject)}`,
  } as Partial<Record<CodeMeaning, Advice>>,
  /** The same where the payment was captured before: a refund of a part, or what is left of one. */
  sold: {
    'half-authorised': (subject) => halfRefundedJa(subject),
    'half-sale-failed': (subject) => halfRefundedJa(subject),
    'charged-twice': (subject) =>
      `二重請求のおそれがあります。対処：すぐにペイジェントオンラインで元の決済を売上キャンセルしてください。${thenReconcileJa(subject)}`,
    amount: (subject) =>
      `この金額までの一部返金は承認されませんでした。対処：${againJa(subject)}して別の金額を指定するか、ペイジェントオンラインで返金してください。`,
    'three-d-secure': () => `3Dセキュアの決済は一部返金できません。${REFUND_JA}`,
    'not-contracted-correction': () => `ご契約では一部返金が使えません。${REFUND_JA}`,
  } as Partial<Record<CodeMeaning, Advice>>,
  refunded: (orderId: string) =>
    `オーソリ解放の予定でしたが、送信までに売上済みとなっていたため、返金されました。対処：paygent show ${orderId} とペイジェントオンラインでお客様のお支払い状況を確認してください。`,
}

const againEn = (subject: Subject): string => `run "${commandOf(subject, 'en')}"`
const inFullEn = ({ orderId }: Subject): string =>
  `Next: put the total back and run "paygent sale ${orderId}", or change the amount in Paygent Online.`
const payAgainEn = ({ orderId }: Subject): string =>
  `Next: let the customer pay again, import the new payment, then run "paygent sale ${orderId}".`
const REFUND_EN = 'Next: refund it in Paygent Online, then run "paygent sync".'
const thenReconcileEn = ({ orderId }: Subject): string => `Then run "paygent reconcile --orders ${orderId}".`

const halfRefundedEn = (subject: Subject): string =>
  `The refund broke off: nothing was refunded, and two payments are alive. Next: in Paygent Online cancel the authorisation of the new one (no refund), or capture the new one and cancel the sale of the old one. ${thenReconcileEn(subject)} Without a refund also run "paygent settle ${subject.orderId} --as sold --note ‹reason›".`

const EN: typeof JA = {
  codes: {
    login: () =>
      'Next: check connect id, password, the address you connect from and the certificate with "paygent doctor".',
    closed: (subject) => `Paygent is closed (maintenance or the like). Next: once it is open, ${againEn(subject)}.`,
    'not-contracted': (subject) =>
      `This method or request is not in the contract. Next: check the contract with Paygent, then ${againEn(subject)}.`,
    'not-contracted-correction': (subject) => `The contract does not include corrected sales. ${inFullEn(subject)}`,
    malformed: ({ orderId }) =>
      `Paygent could not take the request. Next: check payment id, trading id and amount in "paygent show ${orderId}".`,
    busy: (subject) => `Another process was working on it. Next: after a while ${againEn(subject)}.`,
    'notice-busy': () => 'Two inquiries for notices met. Next: after a while run "paygent sync".',
    'acquirer-timeout': (subject) =>
      `The card company did not answer. Next: run "paygent reconcile --orders ${subject.orderId}", then ${againEn(subject)}.`,
    expired: (subject) =>
      subject.operation === 'sale'
        ? `The authorisation has expired. ${payAgainEn(subject)}`
        : `The time for a cancel is over. ${REFUND_EN}`,
    'status-conflict': (subject) =>
      `The payment had changed meanwhile. Next: look at "paygent show ${subject.orderId}"; if it is still wanted, ${againEn(subject)}.`,
    'no-single-payment': ({ orderId }) =>
      `No payment, or several, under this id. Next: look at the payment id and trading id in "paygent show ${orderId}", and import the right ones.`,
    'half-authorised': (subject) =>
      `The correction broke off and two payments are alive. Next: in Paygent Online cancel the authorisation of the old one and capture the new one. ${thenReconcileEn(subject)}`,
    'half-sale-failed': (subject) =>
      `The correction broke off and two payments are alive. Next: in Paygent Online capture the new one, then cancel the old one. ${thenReconcileEn(subject)}`,
    'charged-twice': (subject) =>
      `The customer may be charged twice. Next: in Paygent Online cancel the sale of the old payment at once. ${thenReconcileEn(subject)}`,
    amount: (subject) => `Paygent takes no correction to this amount. ${inFullEn(subject)}`,
    'three-d-secure': (subject) => `3-D Secure payments cannot be corrected. ${inFullEn(subject)}`,
    'au-user': ({ orderId }) =>
      `au declined for a reason on the customer’s side. Next: ask the customer, offer another way to pay, and look at "paygent show ${orderId}".`,
    'au-gone': (subject) => `The authorisation is already cancelled. ${payAgainEn(subject)}`,
    'au-no-cancel': () => `This payment cannot be cancelled. ${REFUND_EN}`,
    'au-no-correction': (subject) => `This payment cannot be corrected. ${inFullEn(subject)}`,
    card: ({ orderId }) =>
      `The card company declined. Next: ask the customer, offer another way to pay, and look at "paygent show ${orderId}".`,
    carrier: (subject) => `The carrier declined. Next: after a while ${againEn(subject)}; if it goes on, ask Paygent.`,
    system: (subject) =>
      `A fault on Paygent’s side. Next: after a while ${againEn(subject)}; if it goes on, ask Paygent.`,
    'unknown-code': ({ orderId }) =>
      `Next: look at "paygent show ${orderId}" and Paygent Online, and ask Paygent, naming the code.`,
  },
  outcomes: {
    accepted: () => '',
    refused: () => '',
    rejected: ({ orderId }) => `Next: look at "paygent show ${orderId}".`,
    'not-processed': (subject) => `Paygent did not carry it out. Next: ${againEn(subject)} again.`,
    unknown: ({ orderId }) =>
      `The outcome is unknown. Next: send nothing again; run "paygent reconcile --orders ${orderId}".`,
    attention: ({ orderId }) =>
      `It needs action. Next: compare "paygent show ${orderId}" with Paygent Online, then run "paygent settle ${orderId} --as ‹outcome› --note ‹reason›".`,
    unsent: (subject) => `It was not sent. Next: remove the cause, then ${againEn(subject)}.`,
  },
  authorised: {
    'half-sale-failed': (subject) =>
      `The correction broke off and two payments are alive. Next: in Paygent Online capture the new one, then cancel the authorisation of the old one. ${thenReconcileEn(subject)}`,
    'charged-twice': (subject) =>
      `The customer may be charged twice. Next: in Paygent Online cancel the authorisation of the old payment at once. ${thenReconcileEn(subject)}`,
  },
  sold: {
    'half-authorised': (subject) => halfRefundedEn(subject),
    'half-sale-failed': (subject) => halfRefundedEn(subject),
    'charged-twice': (subject) =>
      `The customer may be charged twice. Next: in Paygent Online cancel the sale of the old payment at once. ${thenReconcileEn(subject)}`,
    amount: (subject) =>
      `Paygent declined a refund down to this amount. Next: ${againEn(subject)} with another amount, or refund it in Paygent Online.`,
    'three-d-secure': () => `Parts of 3-D Secure payments cannot be refunded. ${REFUND_EN}`,
    'not-contracted-correction': () => `The contract does not include partial refunds. ${REFUND_EN}`,
  },
  refunded: (orderId) =>
    `It had been captured, and is now refunded. Next: check the customer's payment in "paygent show ${orderId}" and Paygent Online.`,
}

const TEXTS = bothLanguages(JA, EN)

/** Where the payment of the request is, as far as it is known: what ends a correction hangs on that. */
function standingOf({ request = null, oldStatus = null }: Subject): 'sold' | 'authorised' | null {
  if (oldStatus !== null && SOLD.includes(oldStatus)) return 'sold'
  if (oldStatus !== null && AUTHORISED.includes(oldStatus)) return 'authorised'
  return request === 'refund' ? 'sold' : null
}

/** The next step after a response code; a code that Paygent's documents do not name has a text too. */
export function codeAdvice(code: string, subject: Subject, lang: Lang): string {
  const texts = TEXTS[lang]
  const [meaning, standing] = [meaningOfCode(code), standingOf(subject)]
  const advice = (standing === null ? undefined : texts[standing][meaning]) ?? texts.codes[meaning]
  return advice({ ...subject, orderId: safe(subject.orderId) })
}

/** The next step after an outcome; '' where it needs no advice. */
export const outcomeAdvice = (outcome: Outcome, subject: Subject, lang: Lang): string =>
  TEXTS[lang].outcomes[outcome]({ ...subject, orderId: safe(subject.orderId) })

/**
 * The next steps of a result: for the code where it names the reason, else for the outcome. What is advised for most
 * codes is to send again, so an order for a person has the advice of a code that left two payments alive, and no other.
 */
export function resultAdvice(outcome: Outcome, code: string | null, subject: Subject, lang: Lang): string[] {
  const ofOutcome = outcomeAdvice(outcome, subject, lang)
  if (code === null || code === '') return [ofOutcome]
  if (outcome === 'rejected') return [codeAdvice(code, subject, lang)]
  const halfDone = outcome === 'attention' && handlingOf(code) === 'half-done'
  return halfDone ? [codeAdvice(code, subject, lang), ofOutcome] : [ofOutcome]
}

/** A release that turned out to be a refund. */
export const refundedText = (orderId: string, lang: Lang): string => TEXTS[lang].refunded(safe(orderId))
