// The words of `show` that no other screen has.
import type { Lang } from './screen.js'

const JA = {
  held: 'オーソリ金額',
  toldAt: (time: string) => `（${time} にペイジェントが回答）`,
  amended: (from: string) => `（ショップでは ${from}）`,
  status: { credit: 'カードステータス', carrier: 'キャリアステータス' },
  awaiting: '入金待ち',
  paygentStatus: '決済ステータス',
  paymentId: '決済ID',
  tradingId: '取引ID',
  shopError: 'EC-CUBE のエラー',
  notTold: '未確認',
  instead: (request: string) => `－（いま送信されるのは${request}です）`,
  requests: '送信できる要求',
  payments: 'これまでの決済',
  attempts: 'これまでの要求',
  noAttempts: '  送信の記録はありません。',
  when: '日時',
  run: '実行',
  doubleCharge: (ids: string) => `二重請求のおそれ：有効な決済が複数あります（${ids}）。どちらかを取り消してください。`,
  anotherUnknown: (ids: string, orderId: string) =>
    `二重請求のおそれ：補正売上で別の決済ができた可能性があります（元の決済 ${ids}）。ペイジェントオンラインで決済IDを確認し、paygent settle ${orderId} --payment-id <決済ID> で登録してください。`,
  several: (cause: string, next: string) => `要対応：${cause}。${next}`,
  attention: (cause: string, orderId: string) =>
    `要対応：${cause}。ペイジェントオンラインで確認し、paygent reconcile --orders ${orderId}、それでも残る場合は paygent settle ${orderId} で確定してください。`,
}

const EN: typeof JA = {
  held: 'Held amount',
  toldAt: (time) => ` (told by Paygent ${time})`,
  amended: (from) => ` (${from} in the shop)`,
  status: { credit: 'Card status', carrier: 'Carrier status' },
  awaiting: 'awaiting payment',
  paygentStatus: 'Payment status',
  paymentId: 'Payment id',
  tradingId: 'Trading id',
  shopError: 'Error in EC-CUBE',
  notTold: 'not told yet',
  instead: (request) => `- (it would be a ${request} now)`,
  requests: 'Requests',
  payments: 'Payments so far',
  attempts: 'Requests so far',
  noAttempts: '  No request is recorded.',
  when: 'When',
  run: 'Run',
  doubleCharge: (ids) => `May be charged twice: more than one payment is alive (${ids}). Cancel one of them.`,
  anotherUnknown: (ids, orderId) =>
    `May be charged twice: a correction may have made another payment (the old one is ${ids}). Look its id up in Paygent Online, then paygent settle ${orderId} --payment-id <id>.`,
  several: (cause, next) => `A person must look: ${cause}. ${next}`,
  attention: (cause, orderId) =>
    `A person must look: ${cause}. Compare with Paygent Online, then paygent reconcile --orders ${orderId}, and paygent settle ${orderId} for what is left.`,
}

export const SHOW_TEXTS: Record<Lang, typeof JA> = { ja: JA, en: EN }
