// Explains in a sentence why nothing is sent for an order, with the next step. Each reason of the rules has one.
import { meaningOfCode, SEVERAL_PAYMENTS } from '../domain/codes.js'
import type { Order } from '../domain/order.js'
import type { Permission, Reason } from '../domain/outcome.js'
import { SHOP_DETAIL } from '../domain/shop.js'
import { yen } from '../text/numbers.js'
import { safe } from '../text/width.js'
import { differingField } from './import-result.js'
import { type Lang, bothLanguages } from './screen.js'
import { type StatusGroup, statusGroup, paymentStatusText } from './status-names.js'
import { shortMethod, word } from './words.js'

/** The fact that an inquiry (094) asks for while the plan is prepared. */
type Missing = Extract<Permission, { verdict: 'ask' }>['missing']

/** The facts, ready to be put into a sentence; all text from outside has been made harmless. */
interface ReasonFacts {
  readonly orderId: string
  /** docomo, クレジット ... */
  readonly method: string
  readonly credit: boolean
  readonly total: string
  /** Null while Paygent's amount is not known. */
  readonly held: string | null
  /** The rules' own word: a status, a code, `zero-total`, `once`, `unfinished`. */
  readonly about: string | null
  /** The same as a payment status with its name. */
  readonly status: string | null
  readonly group: StatusGroup
  /** The field that the shop has changed, or `never-read`; null where the shop's row is not the reason. */
  readonly inShop: string | null
  /** The name of that field; '' for one without a name. */
  readonly inShopName: string
}

interface ReasonTexts {
  readonly reasons: Readonly<Record<Reason, (facts: ReasonFacts) => string>>
  readonly missing: Readonly<Record<Missing, string>>
}

const NEXT_BY_STATUS_JA = {
  authorised:
    'この決済方法では、この状態からこの要求は送れません（キャリア決済処理対応表）。ペイジェントオンラインで処理してください。',
  sold: 'すでに売上済みで、この要求は送れません。ほかに送れる要求がなければ、ペイジェントオンラインで処理してください。',
  cancelled: 'すでに取消済みです。これ以上の処理はできません。',
  expired: 'オーソリの期限が切れています。お客様に再度お支払いいただく必要があります。',
  'in-transit': '処理の途中です。時間をおいて paygent reconcile を実行してください。',
  'sale-pending': '売上の処理待ち、または売上できない状態です。ペイジェントオンラインで確認してください。',
  never: 'オーソリが完了していません。お客様のお支払い手続きを確認してください。',
  unnamed: 'この状態で送れる要求はありません。ペイジェントオンラインで確認してください。',
} as const satisfies Record<StatusGroup, string>

const SELL_IN_FULL_JA = '合計を元の金額に戻して全額で売上にするか、ペイジェントオンラインで補正してください。'

function notPermittedJa({ about, held, method }: ReasonFacts): string {
  if (about === 'zero-total')
    return '合計が0円のため売上にできません。売上ではなく取消（paygent cancel）をしてください。'
  if (about === 'once')
    return `${method}の金額補正は1回までで、すでに補正済みです。ペイジェントオンラインで処理してください。`
  const from = held === null ? '' : `（補正前 ${held}）`
  return `${method}はこの状態からの補正売上に対応していません${from}。${SELL_IN_FULL_JA}`
}

function impossibleJa({ about, total }: ReasonFacts): string {
  switch (about === null ? null : meaningOfCode(about)) {
    case 'three-d-secure':
      return `3Dセキュアの決済は補正売上ができません（2014）。${SELL_IN_FULL_JA}`
    case 'not-contracted-correction':
      return `ご契約では補正売上が使えません（P029）。${SELL_IN_FULL_JA}`
    case 'amount':
      return `この金額（${total}）への補正はペイジェントに断られています（2013）。別の金額に直すか、${SELL_IN_FULL_JA}`
    default:
      return `この決済の補正売上はペイジェントに断られています${about === null ? '' : `（${about}）`}。${SELL_IN_FULL_JA}`
  }
}

/** The words of a choice that no longer finds the order: its filters, or the rules of `--all` and the night. */
const NO_LONGER_CHOSEN: readonly (string | null)[] = ['filter', 'left-out']

function changedJa({ orderId, about, inShop, inShopName }: ReasonFacts): string {
  if (NO_LONGER_CHOSEN.includes(about))
    return `内容が変わり、選んだときの条件に合わなくなった受注です。paygent show ${orderId} で確認し、送信する場合は受注番号で指定してください。`
  if (inShop === null)
    return `計画の確認後に受注または決済の内容が変わりました。paygent show ${orderId} で確認し、もう一度実行してください。`
  if (inShop === 'never-read')
    return 'ショップのデータベースからまだ取り込んでいない受注です。paygent pull で取り込んでください。'
  const field = inShopName && `（${inShopName}）`
  return `ショップで受注の内容が変わりました${field}。paygent pull で取り込み、paygent show ${orderId} で確認してください。`
}

function calledOffJa({ about }: ReasonFacts): string {
  if (about === 'unfinished')
    return 'お客様の購入手続きが終わっていない受注です。手続きの完了後に、もう一度取り込んでください。'
  const status = about === null ? '取消・返品' : `「${about}」`
  return `対応状況が${status}の受注です。それでも送信する場合は --orders で指定し、--include-cancelled を付けてください。`
}

const severalJa = (orderId: string): string =>
  `同じ取引IDの決済が複数あります（13002）。ペイジェントオンラインで決済IDを調べ、paygent settle ${orderId} --payment-id ‹決済ID› で登録してください。`

const JA: ReasonTexts = {
  reasons: {
    'no-payment': ({ about }) =>
      about === null
        ? '決済IDも取引IDもありません。決済IDを取り込んでから実行してください。'
        : about === 'trading_id'
          ? 'ペイジェントでは別の取引IDの決済です。決済ID・取引IDを確認し、正しいものを取り込んでください。'
          : `ペイジェントに照会しましたが、この受注の決済を特定できません（${about}）。決済ID・取引IDを確認し、正しいものを取り込んでください。`,
    'no-answer': ({ about, orderId }) =>
      `ペイジェントに照会しましたが、この受注だけ回答がありません${about === null ? '' : `（${about}）`}。時間をおいてもう一度実行し、続く場合は paygent show ${orderId} の決済をペイジェントオンラインで確認してください。`,
    status: ({ status, group }) =>
      `${status === null ? '' : `決済ステータスが ${status} です。`}${NEXT_BY_STATUS_JA[group]}`,
    higher: ({ total, held }) =>
      `合計 ${total} が補正前金額${held === null ? '' : ` ${held}`}を超えています。増額はできません。合計を補正前金額以下にするか、差額を別途お支払いいただいてください。`,
    'correction-not-permitted': notPermittedJa,
    'correction-in-bulk': ({ orderId }) =>
      `売上後の補正は一括処理ではできません。paygent sale ${orderId} で1件ずつ処理してください。`,
    'correction-impossible': impossibleJa,
    'in-transit': ({ status, orderId }) =>
      `${status === null ? 'ペイジェントで前の要求が処理の途中です。' : `決済ステータスが ${status} で、処理の途中です。`}時間をおいて paygent reconcile を実行し、paygent show ${orderId} で状態を確認してください。`,
    'change-in-shop': () => 'ショップで決済の変更が進行中です。EC-CUBEで変更を終えてから、もう一度取り込んでください。',
    'open-attempt': ({ orderId }) =>
      `前の要求の結果がまだ確定していません。paygent reconcile --orders ${orderId} で確定してください。`,
    attention: ({ orderId, about }) =>
      about === SEVERAL_PAYMENTS
        ? severalJa(orderId)
        : `要対応の受注です。paygent show ${orderId} で内容を確認し、paygent settle ${orderId} で確定してください。`,
    'on-hold': ({ orderId }) =>
      `保留中の受注です。対処：paygent show ${orderId} で保留の理由を確かめ、送信してよい場合は paygent hold ${orderId} --undo で保留を解除してください。`,
    conflict: ({ orderId }) =>
      `EC-CUBE の内容が手元データと一致しません。対処：paygent reconcile --orders ${orderId} で照合し、それでも残る場合は EC-CUBE を直して取り込むか、paygent settle ${orderId} で手動登録してください。`,
    'cancelled-order': calledOffJa,
    'opposite-too-soon': () =>
      '反対の要求（売上または取消）が未処理となってから24時間たっておらず、遅れて届くおそれがあります。24時間後に実行するか、確認のうえ --after-unknown を付けてください。',
    already: ({ status }) => `すでに処理済みです${status === null ? '' : `（${status}）`}。何もする必要はありません。`,
    changed: changedJa,
    'not-contracted': ({ method, about }) =>
      `${method}のこの要求は契約されていません${about === null ? '' : `（${about}）`}。ペイジェントとの契約を確認してください。`,
    'duplicate-payment': ({ about }) =>
      `同じ決済ID${about === null ? '' : `（${about}）`}を持つ受注がほかにもあります。取り込むデータの決済IDを直してください。`,
    'unknown-status': () =>
      '対応状況の意味が設定されていないか、保留の受注です。受注番号を指定すれば送信できます。対処：PAYGENT_STATUSES で意味を設定してください。',
  },
  missing: {
    payment: '決済IDがまだ分かりません。計画を作るときにペイジェントへ照会します。',
    carrier: 'キャリアがまだ分かりません。計画を作るときにペイジェントへ照会します。',
    status: '決済ステータスがまだ分かりません。計画を作るときにペイジェントへ照会します。',
    'held-amount': '補正前金額がまだ分かりません。計画を作るときにペイジェントへ照会します。',
  },
}

const NEXT_BY_STATUS_EN = {
  authorised: 'This method takes no such request in this state (carrier table of the manual). Use Paygent Online.',
  sold: 'It is sold already, so this request cannot be sent. If no other request can be, use Paygent Online.',
  cancelled: 'It is cancelled already. Nothing more can be done.',
  expired: 'The authorisation has expired. The customer has to pay again.',
  'in-transit': 'A request is under way. Run "paygent reconcile" after a while.',
  'sale-pending': 'Its sale is pending or impossible. Look at it in Paygent Online.',
  never: 'It was never authorised. Check whether the customer finished paying.',
  unnamed: 'No request can be sent in this state. Look at it in Paygent Online.',
} as const satisfies Record<StatusGroup, string>

const SELL_IN_FULL_EN = 'put the total back and sell in full, or correct it in Paygent Online (ペイジェントオンライン).'

function notPermittedEn({ about, held, method }: ReasonFacts): string {
  if (about === 'zero-total')
    return 'The total is 0 yen, which cannot be sold. Cancel the payment instead (paygent cancel).'
  if (about === 'once') return `${method} can be corrected once only, and it has been. Use Paygent Online.`
  const from = held === null ? '' : ` (held: ${held})`
  return `${method} takes no corrected sale in this state${from}: ${SELL_IN_FULL_EN}`
}

function impossibleEn({ about, total }: ReasonFacts): string {
  switch (about === null ? null : meaningOfCode(about)) {
    case 'three-d-secure':
      return `3-D Secure payments cannot be corrected (2014): ${SELL_IN_FULL_EN}`
    case 'not-contracted-correction':
      return `The contract does not include corrected sales (P029): ${SELL_IN_FULL_EN}`
    case 'amount':
      return `Paygent refused a correction to ${total} (2013): choose another total, ${SELL_IN_FULL_EN}`
    default:
      return `Paygent refused to correct this payment${about === null ? '' : ` (${about})`}: ${SELL_IN_FULL_EN}`
  }
}

function changedEn({ orderId, about, inShop, inShopName }: ReasonFacts): string {
  if (NO_LONGER_CHOSEN.includes(about))
    return `The order has changed and is no longer among those that were chosen. Look at "paygent show ${orderId}"; named by its number it may be sent.`
  if (inShop === null)
    return `The order or its payment changed after the plan was confirmed. Look at "paygent show ${orderId}" and run it again.`
  if (inShop === 'never-read') return 'The order was never read from the shop\'s database. Run "paygent pull".'
  const field = inShopName && ` (${inShopName})`
  return `The shop has changed the order since it was read${field}. Run "paygent pull" and look at "paygent show ${orderId}".`
}

function calledOffEn({ about }: ReasonFacts): string {
  if (about === 'unfinished') return 'The customer has not finished this order. Import it again once that is done.'
  const status = about === null ? 'cancelled or returned' : `"${about}" in the shop`
  return `The order is ${status}. To send it all the same, name it with --orders and add --include-cancelled.`
}

const severalEn = (orderId: string): string =>
  `Paygent has several payments under the trading id (13002). Look up which one is this order's, then paygent settle ${orderId} --payment-id ‹payment id›.`

const EN: ReasonTexts = {
  reasons: {
    'no-payment': ({ about }) =>
      about === null
        ? 'The order has neither a payment id nor a trading id. Import its payment id first.'
        : about === 'trading_id'
          ? 'Paygent has the payment under another trading id. Check payment id and trading id and import the right ones.'
          : `Paygent knows no single payment for this order (${about}). Check payment id and trading id and import the right ones.`,
    'no-answer': ({ about, orderId }) =>
      `Paygent gave no answer about this order alone${about === null ? '' : ` (${about})`}. Run it again after a while; if it goes on, look up the payment of "paygent show ${orderId}" in Paygent Online.`,
    status: ({ status, group }) =>
      `${status === null ? '' : `The payment is at ${status}. `}${NEXT_BY_STATUS_EN[group]}`,
    higher: ({ total, held }) =>
      `The total of ${total} is above the held amount${held === null ? '' : ` of ${held}`}; it can only be lowered. Lower the total, or have the difference paid separately.`,
    'correction-not-permitted': notPermittedEn,
    'correction-in-bulk': ({ orderId }) =>
      `A sale already made is not corrected in bulk. Send it by itself: paygent sale ${orderId}.`,
    'correction-impossible': impossibleEn,
    'in-transit': ({ status, orderId }) =>
      `${status === null ? 'An earlier request is still under way at Paygent.' : `The payment is at ${status}, which is in transit.`} Run "paygent reconcile" after a while and look at "paygent show ${orderId}".`,
    'change-in-shop': () =>
      'A change of this payment is under way in the shop. Finish it in EC-CUBE, then import again.',
    'open-attempt': ({ orderId }) =>
      `The result of an earlier request is still open. Settle it: paygent reconcile --orders ${orderId}.`,
    attention: ({ orderId, about }) =>
      about === SEVERAL_PAYMENTS
        ? severalEn(orderId)
        : `A person must look at this order: see "paygent show ${orderId}", then close it with "paygent settle ${orderId}".`,
    'on-hold': ({ orderId }) =>
      `The order is on hold. "paygent show ${orderId}" shows why; if it may be sent, end the hold with "paygent hold ${orderId} --undo".`,
    conflict: ({ orderId }) =>
      `EC-CUBE and the local data show a mismatch. Run paygent reconcile --orders ${orderId}; if it stays, correct the order in EC-CUBE and import it again, or run paygent settle ${orderId}.`,
    'cancelled-order': calledOffEn,
    'opposite-too-soon': () =>
      'The opposite request (sale or cancel) was found not processed less than 24 hours ago and may still arrive late. Wait until then, or add --after-unknown once you are sure.',
    already: ({ status }) => `It is done already${status === null ? '' : ` (${status})`}. There is nothing to do.`,
    changed: changedEn,
    'not-contracted': ({ method, about }) =>
      `This request is not in the contract for ${method}${about === null ? '' : ` (${about})`}. Check the contract with Paygent.`,
    'duplicate-payment': ({ about }) =>
      `Another order has the same payment id${about === null ? '' : ` (${about})`}. Correct the payment id in the imported data.`,
    'unknown-status': () =>
      'The order status (対応状況) has no meaning yet, or is on hold. Named by its number the order may be sent. Say what the status means in PAYGENT_STATUSES.',
  },
  missing: {
    payment: 'The payment id is not known yet. Paygent will be asked when the plan is prepared.',
    carrier: 'The carrier is not known yet. Paygent will be asked when the plan is prepared.',
    status: 'The payment status is not known yet. Paygent will be asked when the plan is prepared.',
    'held-amount': 'The held amount is not known yet. Paygent will be asked when the plan is prepared.',
  },
}

const TEXTS = bothLanguages(JA, EN)

const STATUS_FORM = /^\d\d$/

/** The part of an order that the sentences mention. */
export type OrderFacts = Pick<Order, 'orderId' | 'method' | 'carrier' | 'totalYen' | 'heldAmountYen'>

/**
 * The sentence for a refusal.
 * @param about the detail that the rules give with the reason: a status, a response code, a word such as `once`
 */
export function reasonText(reason: Reason, about: string | null, order: OrderFacts, lang: Lang): string {
  const status = about !== null && STATUS_FORM.test(about) ? about : null
  return TEXTS[lang].reasons[reason]({
    orderId: safe(order.orderId),
    method: shortMethod(order, lang),
    credit: order.method === 'credit',
    total: yen(order.totalYen, lang),
    held: order.heldAmountYen === null ? null : yen(order.heldAmountYen, lang),
    about: about === null ? null : safe(about),
    status: status === null ? null : paymentStatusText(status, lang),
    group: statusGroup(status),
    inShop: about?.startsWith(SHOP_DETAIL) ? about.slice(SHOP_DETAIL.length) : null,
    inShopName: differingField(about?.slice(SHOP_DETAIL.length) ?? '', lang) ?? '',
  })
}

/** The text in the place of a reason while Paygent must still be asked. */
export const missingText = (missing: Missing, lang: Lang): string => TEXTS[lang].missing[missing]

/** The reason in a word or two, for a line that has no room for the sentence. */
export const reasonShort = (reason: Reason, lang: Lang): string =>
  reason === 'status' ? word('status-forbids', lang) : word(`short.${reason}`, lang)
