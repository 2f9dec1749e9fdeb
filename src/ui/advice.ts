// Advises staff on the next step after a response code of Paygent and after an outcome that is not a success.
import { type CodeMeaning, meaningOfCode } from '../domain/codes.js'
import type { Outcome } from '../domain/outcome.js'
import { safe } from '../text/width.js'
import { type Lang, bothLanguages } from './screen.js'

type Advice = (orderId: string) => string

const JA = {
  codes: {
    login: '接続ID・パスワード・接続元アドレス・証明書の設定を確認してください。paygent doctor で調べられます。',
    closed: 'ペイジェントが停止中（メンテナンスなど）です。再開後にもう一度実行してください。',
    'not-contracted': 'この決済方法・要求は契約されていません。ペイジェントとの契約を確認してください。',
    'not-contracted-correction':
      'ご契約では補正売上が使えません。合計を元に戻して全額で売上にするか、ペイジェントオンラインで補正してください。',
    malformed: '要求の内容が受け付けられませんでした。受注のデータ（決済ID・取引ID・金額）を確認してください。',
    busy: 'ほかの処理と重なりました。少し時間をおいて、もう一度実行してください。',
    'notice-busy': '通知の照会が同時に行われました。少し時間をおいて、もう一度実行してください。',
    'acquirer-timeout':
      'カード会社の応答がありませんでした。paygent reconcile で状態を確かめてから、もう一度実行してください。',
    expired: '期限が切れています。お客様に再度お支払いいただくか、返金はペイジェントオンラインで相談してください。',
    'status-conflict':
      '決済の状態が変わっていました。paygent show で現在の状態を確認し、必要ならもう一度実行してください。',
    'no-single-payment': 'この決済IDの決済が見つからないか、複数あります。取り込んだ決済ID・取引IDを確認してください。',
    'half-authorised':
      '補正が途中で止まり、決済が2つ残っています。元の決済をオーソリキャンセルし、新しい決済を売上にしてください。',
    'half-sale-failed':
      '補正が途中で止まり、決済が2つ残っています。新しい決済を売上にしてから、元の決済を取り消してください。',
    'charged-twice': '二重請求のおそれがあります。すぐに元の決済を売上キャンセルしてください。',
    amount: 'この金額への補正は受け付けられません。全額で売上にするか、ペイジェントオンラインで補正してください。',
    'three-d-secure':
      '3Dセキュアの決済は補正できません。合計を元に戻して全額で売上にするか、ペイジェントオンラインで補正してください。',
    'au-user': 'お客様のau側の理由で断られました。お客様に確認し、別のお支払方法をご案内ください。',
    'au-gone': 'オーソリはすでに取り消されています。お客様に再度お支払いいただく必要があります。',
    'au-no-cancel': 'この決済は取り消せません。ペイジェントオンラインで確認し、返金は別の方法で行ってください。',
    'au-no-correction':
      'この決済は補正できません。合計を元に戻して全額で売上にするか、ペイジェントオンラインで処理してください。',
    card: 'カード会社に断られました。お客様に確認し、別のお支払方法をご案内ください。',
    carrier: 'キャリアに断られました。時間をおいてもう一度実行し、続くときはペイジェントに問い合わせてください。',
    system: 'ペイジェント側のエラーです。時間をおいてもう一度実行し、続くときはペイジェントに問い合わせてください。',
    'unknown-code': 'ペイジェントオンラインで決済の状態を確認し、コードを添えてペイジェントに問い合わせてください。',
  } satisfies Record<CodeMeaning, string>,
  /** '' for accepted, and for refused, whose reason has a sentence of its own. */
  outcomes: {
    accepted: () => '',
    refused: () => '',
    rejected: (orderId) => `現在の状態は paygent show ${orderId} で確認できます。`,
    'not-processed': () => 'ペイジェントでは処理されていません。同じ要求をもう一度実行できます。',
    unknown: (orderId) =>
      `結果がまだ分かりません。同じ要求を出し直さず、paygent reconcile --orders ${orderId} で確定してください。`,
    attention: (orderId) =>
      `担当者の確認が必要です。paygent show ${orderId} とペイジェントオンラインで確認し、paygent settle ${orderId} で確定してください。`,
    unsent: () => '送信していません。原因を取り除いてから、もう一度実行してください。',
  } satisfies Record<Outcome, Advice>,
  refunded:
    'オーソリ解放の予定でしたが、送信までに売上済みとなっていたため、返金されました。お客様のお支払い状況をペイジェントオンラインで確認してください。',
}

const EN: typeof JA = {
  codes: {
    login: 'Check connect id, password, the address you connect from and the certificate; "paygent doctor" helps.',
    closed: 'Paygent is closed (maintenance or the like). Run it again once it is open.',
    'not-contracted': 'This method or request is not in the contract. Check the contract with Paygent.',
    'not-contracted-correction':
      'The contract does not include corrected sales. Put the total back and sell in full, or correct in Paygent Online.',
    malformed: 'Paygent could not take the request. Check the data of the order (payment id, trading id, amount).',
    busy: 'Something else was working on it. Run it again after a while.',
    'notice-busy': 'Two inquiries for notices met. Run it again after a while.',
    'acquirer-timeout': 'The card company did not answer. Run "paygent reconcile", then try again.',
    expired: 'The period is over. The customer has to pay again; for a refund use Paygent Online.',
    'status-conflict':
      'The payment had changed meanwhile. Look at "paygent show", and run it again if it is still wanted.',
    'no-single-payment': 'No payment, or several, under this id. Check the imported payment id and trading id.',
    'half-authorised':
      'The correction broke off and two payments are alive. Cancel the authorisation of the old one and sell the new one.',
    'half-sale-failed':
      'The correction broke off and two payments are alive. Sell the new one, then cancel the old one.',
    'charged-twice': 'The customer may be charged twice. Cancel the sale of the old payment at once.',
    amount: 'Paygent takes no correction to this amount. Sell in full, or correct in Paygent Online.',
    'three-d-secure':
      '3-D Secure payments cannot be corrected. Put the total back and sell in full, or correct in Paygent Online.',
    'au-user': 'au refused for a reason on the customer’s side. Ask the customer, and offer another way to pay.',
    'au-gone': 'The authorisation is already cancelled. The customer has to pay again.',
    'au-no-cancel': 'This payment cannot be cancelled. Look at it in Paygent Online and refund in another way.',
    'au-no-correction': 'This payment cannot be corrected. Put the total back and sell in full, or use Paygent Online.',
    card: 'The card company refused. Ask the customer, and offer another way to pay.',
    carrier: 'The carrier refused. Run it again after a while; if it goes on, ask Paygent.',
    system: 'A fault on Paygent’s side. Run it again after a while; if it goes on, ask Paygent.',
    'unknown-code': 'Look at the payment in Paygent Online and ask Paygent, naming the code.',
  },
  outcomes: {
    accepted: () => '',
    refused: () => '',
    rejected: (orderId) => `"paygent show ${orderId}" tells how the order stands.`,
    'not-processed': () => 'Paygent did not process it. The same request may be sent again.',
    unknown: (orderId) =>
      `The result is not known yet. Do not repeat it; settle it: paygent reconcile --orders ${orderId}.`,
    attention: (orderId) =>
      `A person must look: compare "paygent show ${orderId}" with Paygent Online, then paygent settle ${orderId}.`,
    unsent: () => 'It was not sent. Remove the cause and run it again.',
  },
  refunded: "It had been sold, now refunded. Check the customer's payment in Paygent Online.",
}

const TEXTS = bothLanguages(JA, EN)

/** The next step after a response code; a code that Paygent's documents do not name has a text too. */
export const codeAdvice = (code: string, lang: Lang): string => TEXTS[lang].codes[meaningOfCode(code)]

/** The next step after an outcome; '' where it needs no advice. */
export const outcomeAdvice = (outcome: Outcome, orderId: string, lang: Lang): string =>
  TEXTS[lang].outcomes[outcome](safe(orderId))

/** A release that turned out to be a refund. */
export const refundedText = (lang: Lang): string => TEXTS[lang].refunded
