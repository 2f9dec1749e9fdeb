// The words of `settle` that no other screen has.
import type { HandRefusal, HandStanding } from '../jobs/settle.js'
import type { Lang } from './screen.js'

type Told = (orderId: string) => string

const JA = {
  payments: (orderId: string) => `受注番号：${orderId} の決済（いまのペイジェントの回答）`,
  standing: { sold: '売上済み', cancelled: '取消済み', open: '未売上' } as Record<HandStanding, string>,
  request: (telegram: string, outcome: string) => `送信した要求（${telegram}）の結果：${outcome}`,
  questionAs: (orderId: string, standing: string) =>
    `受注番号：${orderId} を「${standing}」として確定します。よろしいですか？`,
  questionPayment: (orderId: string, paymentId: string) =>
    `決済ID：${paymentId} を受注番号：${orderId} の補正後の決済として登録します。よろしいですか？`,
  questionName: (orderId: string, paymentId: string) =>
    `決済ID：${paymentId} を受注番号：${orderId} の決済として登録します。よろしいですか？`,
  named: (orderId: string, paymentId: string) =>
    `決済ID：${paymentId} を受注番号：${orderId} の決済として登録しました。`,
  settledAs: (orderId: string, standing: string) => `受注番号：${orderId} を「${standing}」として確定しました。`,
  settledPayment: (orderId: string, paymentId: string) =>
    `受注番号：${orderId} を確定しました。補正後の決済IDは ${paymentId} です。`,
  waits: (orderId: string, paymentId: string) =>
    `決済ID：${paymentId} を登録しました。まだ確定していません。二重請求のおそれがあります：ペイジェントオンラインで元の決済を取り消してから、paygent reconcile --orders ${orderId} を実行してください。`,
  notSettled: (orderId: string) => `受注番号：${orderId} は確定していません。`,
  refusals: {
    'nothing-waits': (orderId) => `確認が必要なことはありません。paygent show ${orderId} で状況を確認できます。`,
    'ask-first': (orderId) => `まず paygent reconcile --orders ${orderId} を実行してください。`,
    'too-early': (orderId) =>
      `要求がこれから届く可能性があります。数分後に paygent reconcile --orders ${orderId} を実行し、それでも残る場合に確定してください。`,
    'no-correction': () =>
      '決済IDだけで確定できるのは、新しい決済を作る補正売上だけです。--as と --note を付けて実行してください。',
    'does-not-fit': () =>
      '指定した決済は、取引ID・金額・支払方法・状態がこの受注と合いません。ペイジェントオンラインで決済IDを調べてください。',
    'two-alive': (orderId) =>
      `有効な決済が2つあります（二重請求のおそれ）。ペイジェントオンラインでどちらかを取り消してから、paygent reconcile --orders ${orderId} を実行してください。`,
    'another-unknown': () =>
      '同じ取引IDに、まだ分からない決済があります。ペイジェントオンラインで決済IDを確認し、--payment-id で指定してください。',
    contradicted: () => 'ペイジェントの回答と合いません。上の表の状態に合うものを --as で指定してください。',
    changed: () => '確認している間に状態が変わりました。表を見直して、もう一度実行してください。',
  } as Record<HandRefusal, Told>,
}

const EN: typeof JA = {
  payments: (orderId) => `The payments of order ${orderId}, as Paygent tells them now`,
  standing: { sold: 'sold', cancelled: 'cancelled', open: 'open' },
  request: (telegram, outcome) => `The request that was sent (${telegram}) comes to: ${outcome}`,
  questionAs: (orderId, standing) => `Settle order ${orderId} as ${standing}?`,
  questionPayment: (orderId, paymentId) => `Enter payment ${paymentId} as the corrected payment of order ${orderId}?`,
  questionName: (orderId, paymentId) => `Enter payment ${paymentId} as the payment of order ${orderId}?`,
  named: (orderId, paymentId) => `Payment ${paymentId} is entered as the payment of order ${orderId}.`,
  settledAs: (orderId, standing) => `Order ${orderId} is settled: ${standing}.`,
  settledPayment: (orderId, paymentId) => `Order ${orderId} is settled; the correction made payment ${paymentId}.`,
  waits: (orderId, paymentId) =>
    `Payment ${paymentId} is entered; the order is not settled yet. The customer may be charged twice: cancel the old payment in Paygent Online, then paygent reconcile --orders ${orderId}.`,
  notSettled: (orderId) => `Order ${orderId} is not settled.`,
  refusals: {
    'nothing-waits': (orderId) => `Nothing about it is unclear; "paygent show ${orderId}" tells how it stands.`,
    'ask-first': (orderId) => `First ask Paygent: paygent reconcile --orders ${orderId}.`,
    'too-early': (orderId) =>
      `Its request may still arrive. In a few minutes run paygent reconcile --orders ${orderId}, and settle what is left.`,
    'no-correction': () =>
      'A payment id alone settles only a correction that makes a new payment. Add --as and --note.',
    'does-not-fit': () =>
      'The payment does not fit the order in trading id, amount, method or status. Look its id up in Paygent Online.',
    'two-alive': (orderId) =>
      `Two payments are alive: the customer may be charged twice. Cancel one in Paygent Online, then paygent reconcile --orders ${orderId}.`,
    'another-unknown': () =>
      'Paygent has another payment under the trading id. Look its id up in Paygent Online and name it with --payment-id.',
    contradicted: () => 'Paygent says otherwise. Give with --as what fits the table above.',
    changed: () => 'Something has changed meanwhile. Look at the table again and repeat the command.',
  },
}

export const SETTLE_TEXTS: Record<Lang, typeof JA> = { ja: JA, en: EN }
