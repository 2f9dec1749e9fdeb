// The words of `reconcile` and `settle` that no other screen has.
import type { AttentionCause, DifferenceCause } from '../domain/difference.js'
import { grouped } from './numbers.js'
import type { Lang } from './screen.js'

const JA = {
  settled: '確定した要求',
  open: '結果がまだ分からない要求',
  attention: '担当者の確認が必要な受注',
  differences: 'ペイジェントとの違い',
  nothing: '結果不明・要対応・不一致の受注はありません。',
  agrees: (asked: number) => `照会した ${grouped(asked)}件はペイジェントと一致しています。`,
  notAsked: (count: number) => `照会していない受注：${grouped(count)}件`,
  notAskedNext: '終わってから日数のたった受注も照会するには --audit --days 90 のように指定してください。',
  openNext: '時間をおいて、もう一度 paygent reconcile を実行してください。',
  openNextAudit: '時間をおいて paygent reconcile --audit --yes を実行してください。',
  attentionNext: (orderId: string) =>
    `paygent show ${orderId} で確認し、paygent settle ${orderId} で確定してください。`,
  nameNext: (orderId: string) =>
    `ペイジェントオンラインで決済IDを調べ、paygent settle ${orderId} --payment-id ‹決済ID› で登録してください。`,
  outcomeUnclear: '要求の結果が決まっていません',
  notBooked: 'ミラーは変更していません。ペイジェントの内容に合わせるには --audit --yes を付けて実行してください。',
  noPaymentNext: '決済が見つからない受注は、ペイジェントオンラインで決済IDと取引IDを確認してください。',
  untold: 'ペイジェントから回答がない受注',
  untoldOrder: (orderId: string, code: string) => `  受注番号：${orderId}（${code === '' ? '応答なし' : code}）`,
  untoldNextAudit: '時間をおいて、もう一度 paygent reconcile --audit を実行してください。',
  shopUnseen: (code: string) =>
    `EC-CUBE の受注を確認できませんでした（${code}）。途中で止まった要求の再送は行っていません。\n対処：paygent doctor で接続を確認し、もう一度 paygent reconcile を実行してください。`,
  stopped: '途中で終わりました。残りは照会していません。',
  asking: (index: number, total: number) => `ペイジェントに照会中 ${grouped(index)}/${grouped(total)}`,
  waiting: (seconds: number) => `結果が確定するまで待っています：残り ${grouped(seconds)}秒（Enter で終了）`,
  sendingAgain: (orderId: string, telegram: string) =>
    `受注番号：${orderId} 途中で止まった要求（${telegram}）をもう一度送信します。`,
  mirror: 'ミラー',
  paygent: 'ペイジェント',
  paymentId: '決済ID',
  cause: '内容',
  causes: {
    moved: '状態または金額が違います',
    'late-arrival': '未処理とした要求が遅れて届いた可能性があります',
    'no-payment': 'ペイジェントに決済が見つかりません',
    'several-payments': '同じ取引IDの決済が複数あります（13002）',
    'other-trading-id': 'ペイジェントでは別の取引IDの決済です',
    'another-payment': '同じ取引IDに別の決済があります',
    'shop-error': 'EC-CUBE に決済のエラーが表示されています（二重請求のおそれ）',
    'two-alive': '二重請求のおそれ：有効な決済が2つあります',
    'none-alive': '有効な決済がありません',
    conflict: 'ショップの内容と違っていました',
    'no-answer': 'ペイジェントから回答がありません',
  } as Record<DifferenceCause | AttentionCause, string>,
}

const EN: typeof JA = {
  settled: 'Settled now',
  open: 'Outcome not known yet',
  attention: 'Waiting for a person',
  differences: 'Different from Paygent',
  nothing: 'No outcome is unknown, and no order waits.',
  agrees: (asked) =>
    `${asked === 1 ? 'The order asked about agrees' : `The ${grouped(asked)} orders asked about agree`} with Paygent.`,
  notAsked: (count) => `Not asked about: ${grouped(count)} ${count === 1 ? 'order' : 'orders'}.`,
  notAskedNext: 'To ask about orders finished longer ago, give more days, e.g. --audit --days 90.',
  openNext: 'Run "paygent reconcile" again after a while.',
  openNextAudit: 'Run "paygent reconcile --audit --yes" after a while.',
  nameNext: (orderId) =>
    `Look the payment id up in Paygent Online, then paygent settle ${orderId} --payment-id ‹payment id›.`,
  attentionNext: (orderId) => `Look at "paygent show ${orderId}", then paygent settle ${orderId}.`,
  outcomeUnclear: 'what became of its request is not clear',
  notBooked: 'The mirror was not changed. To take what Paygent says: paygent reconcile --audit --yes.',
  noPaymentNext: 'Where Paygent knows no payment, check payment id and trading id in Paygent Online.',
  untold: 'Orders about which Paygent does not answer',
  untoldOrder: (orderId, code) => `  order ${orderId}: ${code === '' ? 'no answer' : code}`,
  untoldNextAudit: 'Run "paygent reconcile --audit" again after a while.',
  shopUnseen: (code) =>
    `The shop could not be looked at (${code}): nothing that broke off was sent once more.\nNext: check the connection with "paygent doctor", then run "paygent reconcile" again.`,
  stopped: 'It ended early; the rest was not looked at.',
  asking: (index, total) => `Asking Paygent ${grouped(index)}/${grouped(total)}`,
  waiting: (seconds) => `Waiting until the outcome is certain: ${grouped(seconds)} s left (Enter ends it)`,
  sendingAgain: (orderId, telegram) => `Order ${orderId}: sending the request that broke off (${telegram}) once more.`,
  mirror: 'Mirror',
  paygent: 'Paygent',
  paymentId: 'Payment id',
  cause: 'What',
  causes: {
    moved: 'status or amount differ',
    'late-arrival': 'a request called not processed may have arrived late',
    'no-payment': 'Paygent knows no such payment',
    'several-payments': 'Paygent has several payments under the trading id (13002)',
    'other-trading-id': 'Paygent has the payment under another trading id',
    'another-payment': 'there is another payment under the trading id',
    'shop-error': 'EC-CUBE shows an error of the payment (it may be charged twice)',
    'two-alive': 'may be charged twice: two payments are alive',
    'none-alive': 'no payment is alive',
    conflict: 'the shop said otherwise',
    'no-answer': 'Paygent does not answer about it',
  },
}

export const RECONCILE_TEXTS: Record<Lang, typeof JA> = { ja: JA, en: EN }
