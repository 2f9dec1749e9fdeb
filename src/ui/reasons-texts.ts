// The sentence of each reason of the rules: why nothing is sent for an order, with the next step.
import { meaningOfCode, SEVERAL_PAYMENTS } from '../domain/codes.js'
import type { Operation } from '../domain/order.js'
import type { Permission, Reason } from '../domain/outcome.js'
import { bothLanguages } from './screen.js'
import type { CompletionWords, StatusGroup } from './status-names.js'

/** The fact that an inquiry (094) asks for while the plan is prepared. */
export type Missing = Extract<Permission, { verdict: 'ask' }>['missing']

/** The facts, ready to be put into a sentence; all text from outside has been made harmless. */
interface ReasonFacts {
  readonly operation: Operation
  readonly orderId: string
  /** The command that sends the request again: `paygent sale 852`. */
  readonly command: string
  /** docomo, クレジット ... */
  readonly method: string
  readonly credit: boolean
  readonly total: string
  /** Null while Paygent's amount is not known. */
  readonly held: string | null
  /** The total is below what Paygent holds. */
  readonly lowered: boolean
  /** That total, whole yen, where a sale already made may be lowered to it by a refund; null elsewhere. */
  readonly refundTo: number | null
  /** The command that puts the total back to what Paygent holds; null where the total is the shop's own. */
  readonly putBack: string | null
  /** The rules' own word: a status, a code, `zero-total`, `once`, `unfinished`, `sending`. */
  readonly about: string | null
  /** The same as a payment status with its name. */
  readonly status: string | null
  readonly group: StatusGroup
  /** When docomo completes the sale; null for any other payment or status. */
  readonly completes: CompletionWords | null
  /** The field that the shop has changed, or `never-read`; null where the shop's row is not the reason. */
  readonly inShop: string | null
  /** The change in words: a field, a status or a reason; '' for one without a name. */
  readonly changed: string
}

interface ReasonTexts {
  readonly reasons: Readonly<Record<Reason, (facts: ReasonFacts) => string>>
  readonly missing: Readonly<Record<Missing, string>>
}

const requestJa = ({ operation }: ReasonFacts): string => (operation === 'sale' ? '売上処理' : '取消')
/** The status behind a sentence, in brackets; '' where none is known. */
const atJa = ({ status }: ReasonFacts): string => (status === null ? '' : `（${status}）`)
const AT_PAYGENT_JA = '対処：ペイジェントオンラインで処理し、終わったら paygent sync を実行してください。'

const SALE_BY_STATUS_JA = {
  authorised: (facts) =>
    `${facts.method} はこの状態${atJa(facts)}から売上処理できません（キャリア決済処理対応表）。${AT_PAYGENT_JA}`,
  sold: (facts) =>
    facts.completes !== null && facts.lowered
      ? `すでに売上済みです${atJa(facts)}。消込完了（${facts.completes.from}）になると金額を補正できます。対処：${facts.completes.after} paygent sync のあとに paygent sale ${facts.orderId} を実行してください。`
      : facts.refundTo !== null
        ? `すでに売上済みです${atJa(facts)}。対処：差額を返金する場合は paygent refund ${facts.orderId} --to ${facts.refundTo} を実行してください。`
        : `すでに売上済みです${atJa(facts)}。送信できる売上の要求はありません。`,
  cancelled: (facts) => `すでに取消済みです${atJa(facts)}。送信できる売上の要求はありません。`,
  expired: (facts) =>
    `オーソリの期限が切れています${atJa(facts)}。対処：お客様に再度お支払いいただき、新しい決済を取り込んでから paygent sale ${facts.orderId} を実行してください。`,
  'in-transit': (facts) => inTransitJa(facts),
  'sale-pending': (facts) =>
    `ペイジェントで売上が処理待ちか、売上できない状態です${atJa(facts)}。対処：ペイジェントオンラインで確認し、終わったら paygent sync を実行してください。`,
  never: (facts) =>
    `オーソリが完了していません${atJa(facts)}。対処：お客様のお支払い手続きが終わったら paygent sync を実行してください。`,
  unnamed: (facts) =>
    `この状態${atJa(facts)}で送信できる要求はありません。対処：ペイジェントオンラインで確認し、終わったら paygent sync を実行してください。`,
} as const satisfies Record<StatusGroup, (facts: ReasonFacts) => string>

const CANCEL_BY_STATUS_JA: typeof SALE_BY_STATUS_JA = {
  ...SALE_BY_STATUS_JA,
  authorised: (facts) =>
    `${facts.method} はこの状態${atJa(facts)}から取消できません（キャリア決済処理対応表）。${AT_PAYGENT_JA}`,
  sold: (facts) =>
    facts.completes !== null
      ? `消込完了（${facts.completes.from}）になると取消できます。対処：${facts.completes.after} paygent sync のあとに paygent cancel ${facts.orderId} を実行してください。`
      : `${facts.method} は売上後のこの状態${atJa(facts)}から取消できません。対処：ペイジェントオンラインで返金し、終わったら paygent sync を実行してください。`,
  cancelled: (facts) => `すでに取消済みです${atJa(facts)}。何もする必要はありません。`,
  expired: (facts) => `オーソリの期限が切れているため、取消は不要です${atJa(facts)}。`,
  never: (facts) => `オーソリが完了していないため、取消は不要です${atJa(facts)}。`,
}

const inTransitJa = (facts: ReasonFacts): string =>
  `ペイジェントで前の要求が処理の途中です${atJa(facts)}。対処：時間をおいて paygent sync を実行し、paygent show ${facts.orderId} で状態を確認してください。`

const inFullJa = ({ orderId, held, putBack }: ReasonFacts): string =>
  `お支払い合計を${held === null ? '元' : ` ${held} `}に戻して${putBack === null ? ' ' : `（${putBack}）`}paygent sale ${orderId} を実行するか、ペイジェントオンラインで金額を変更してください。`

function notPermittedJa(facts: ReasonFacts): string {
  const { about, method, orderId } = facts
  if (about === 'zero-total')
    return `合計が0円のため売上処理できません。対処：paygent cancel ${orderId} で取消してください。`
  if (about === 'once') return `${method} の金額補正は1回までで、すでに補正済みです。対処：${inFullJa(facts)}`
  return `${method} は補正売上に対応していません。対処：${inFullJa(facts)}`
}

function impossibleJa(facts: ReasonFacts): string {
  const { about, total, orderId } = facts
  switch (about === null ? null : meaningOfCode(about)) {
    case 'three-d-secure':
      return `3Dセキュアの決済は補正売上ができません（2014）。対処：${inFullJa(facts)}`
    case 'not-contracted-correction':
      return `ご契約では補正売上が使えません（P029）。対処：${inFullJa(facts)}`
    case 'amount':
      return `この金額（${total}）への補正はペイジェントで承認されませんでした（2013）。対処：paygent amend ${orderId} --total ‹円› で別の金額にするか、${inFullJa(facts)}`
    default:
      return `この決済の補正売上はペイジェントで承認されませんでした${about === null ? '' : `（${about}）`}。対処：${inFullJa(facts)}`
  }
}

/** The words of a choice that no longer finds the order: its filters, or the rules of `--all` and the night. */
const NO_LONGER_CHOSEN: readonly (string | null)[] = ['filter', 'left-out']

function changedJa({ orderId, about, command, operation, inShop, changed }: ReasonFacts): string {
  if (NO_LONGER_CHOSEN.includes(inShop ?? about))
    return `内容が変わり、選んだときの条件に合わなくなった受注です。対処：paygent show ${orderId} で確認し、送信する場合は paygent ${operation} ${orderId} を実行してください。`
  const what = changed && `（${changed}）`
  if (inShop === null)
    return `送信予定の確認後に受注または決済の内容が変わりました${what}。対処：paygent show ${orderId} で確認し、${command} を実行してください。`
  if (inShop === 'never-read')
    return 'EC-CUBE からまだ取り込んでいない受注です。対処：paygent pull で取り込んでください。'
  if (inShop === 'gone')
    return `EC-CUBE で削除または非表示になった受注です。対処：paygent pull で取り込み、paygent show ${orderId} で確認してください。`
  return `EC-CUBE で受注の内容が変わりました${what}。対処：paygent pull で取り込み、paygent show ${orderId} で確認してください。`
}

function calledOffJa({ about, orderId, command }: ReasonFacts): string {
  if (about === 'unfinished')
    return `お客様の購入手続きが終わっていない受注です。対処：手続きの完了後に取り込み、paygent show ${orderId} で確認してください。`
  const status = about === null ? '取消・返品' : `「${about}」`
  return `対応状況が${status}の受注です。対処：それでも送信する場合は ${command} --include-cancelled を実行してください。`
}

const severalJa = (orderId: string): string =>
  `同じ取引IDの決済が複数あります（13002）。対処：ペイジェントオンラインで決済IDを調べ、paygent settle ${orderId} --payment-id ‹決済ID› で登録してください。`

function noPaymentJa({ about, orderId }: ReasonFacts): string {
  const next = `対処：paygent show ${orderId} の決済IDと取引IDを確認し、正しいものを取り込んでください。`
  if (about === null) return `決済IDも取引IDもありません。${next}`
  if (about === 'trading_id') return `ペイジェントでは別の取引IDの決済です。${next}`
  if (about === 'method')
    return '支払方法がペイジェントの決済と合わないか、キャリアが分かりません。対処：ペイジェントオンラインで支払方法を確認し、EC-CUBE の受注が違うときは修正して取り込んでください。'
  return `ペイジェントに照会しましたが、この受注の決済を特定できません（${about}）。${next}`
}

const JA: ReasonTexts = {
  reasons: {
    'no-payment': noPaymentJa,
    'no-answer': ({ about, orderId, command }) =>
      `ペイジェントに照会しましたが、この受注だけ回答がありません${about === null ? '' : `（${about}）`}。対処：時間をおいて ${command} を実行し、続く場合は paygent show ${orderId} の決済をペイジェントオンラインで確認してください。`,
    status: (facts) => (facts.operation === 'sale' ? SALE_BY_STATUS_JA : CANCEL_BY_STATUS_JA)[facts.group](facts),
    higher: ({ total, held, orderId }) =>
      `合計 ${total} が補正前金額${held === null ? '' : ` ${held}`}を超えています。増額はできません。対処：補正金額を${held === null ? '補正前金額' : ` ${held} `}以下にする（paygent amend ${orderId} --total ‹円›）か、差額を別途ご請求ください。`,
    'correction-not-permitted': notPermittedJa,
    'correction-in-bulk': ({ orderId }) =>
      `売上後の補正は一括処理の対象外です。対処：paygent sale ${orderId} で1件ずつ処理してください。`,
    'correction-impossible': impossibleJa,
    'in-transit': inTransitJa,
    'change-in-shop': ({ orderId }) =>
      `EC-CUBE で決済の変更が進行中です。対処：EC-CUBE で変更を終えて取り込み、paygent show ${orderId} で確認してください。`,
    'open-attempt': ({ orderId, about }) =>
      about === 'sending'
        ? `ほかの処理で送信中です。対処：終わってから paygent show ${orderId} で結果を表示してください。`
        : `前の要求が結果不明です。対処：再送信せず、paygent reconcile --orders ${orderId} で結果を照会してください。`,
    attention: ({ orderId, about }) =>
      about === SEVERAL_PAYMENTS
        ? severalJa(orderId)
        : `要対応の受注です。対処：paygent show ${orderId} で内容を確認し、${settleJa(orderId)}で手動登録してください。`,
    'on-hold': ({ orderId }) =>
      `保留中の受注です。対処：paygent show ${orderId} で保留の理由を確かめ、送信してよい場合は paygent hold ${orderId} --undo で保留を解除してください。`,
    conflict: ({ orderId }) =>
      `EC-CUBE の内容が手元データと一致しません。対処：paygent reconcile --orders ${orderId} で照合し、それでも残る場合は EC-CUBE を直して取り込むか、${settleJa(orderId)}で手動登録してください。`,
    'cancelled-order': calledOffJa,
    'opposite-too-soon': (facts) =>
      `反対の要求（${facts.operation === 'sale' ? '取消' : '売上'}）が不成立となってから24時間たっておらず、遅れて届くおそれがあります。対処：24時間後に ${facts.command} を実行するか、確認のうえ --after-unknown を付けてください。`,
    already: (facts) => `すでに処理済みです${atJa(facts)}。何もする必要はありません。`,
    changed: changedJa,
    'not-contracted': (facts) =>
      `${facts.method} のこの要求は契約されていません${facts.about === null ? '' : `（${facts.about}）`}。対処：ペイジェントとの契約を確認し、${facts.command} を実行してください。`,
    'duplicate-payment': ({ about, orderId }) =>
      `同じ決済ID${about === null ? '' : `（${about}）`}を持つ受注がほかにもあります。対処：paygent show ${orderId} で確認し、正しい決済IDを取り込んでください。`,
    'unknown-status': (facts) =>
      `対応状況の意味が未設定か、保留の受注です。対処：PAYGENT_STATUSES で意味を設定するか、${facts.command} のように受注番号を指定して${requestJa(facts)}してください。`,
    malformed: (facts) =>
      `前回の要求がデータの誤りのためエラーとなり、その後データが変わっていません。対処：paygent show ${facts.orderId} で詳細を表示し、EC-CUBE で受注を直して取り込んでください。同じ内容でもう一度送信する場合は ${facts.command} を実行してください。`,
  },
  missing: {
    payment: '決済IDは未照会です。送信予定を作るときにペイジェントへ照会します。',
    carrier: 'キャリアは未照会です。送信予定を作るときにペイジェントへ照会します。',
    status: '決済ステータスは未照会です。送信予定を作るときにペイジェントへ照会します。',
    'held-amount': '補正前金額は未照会です。送信予定を作るときにペイジェントへ照会します。',
  },
}

/** `settle` takes no order without a word of the person's own, so the line shows where it goes. */
const settleJa = (orderId: string): string => `paygent settle ${orderId} --as ‹結果› --note ‹理由› `

const requestEn = ({ operation }: ReasonFacts): string => (operation === 'sale' ? 'captured' : 'cancelled')
const atEn = ({ status }: ReasonFacts): string => (status === null ? '' : ` (${status})`)
const AT_PAYGENT_EN = 'Next: use Paygent Online, then run "paygent sync".'

const SALE_BY_STATUS_EN: typeof SALE_BY_STATUS_JA = {
  authorised: (facts) =>
    `${facts.method} cannot be captured in this state${atEn(facts)} (carrier table of the manual). ${AT_PAYGENT_EN}`,
  sold: (facts) =>
    facts.completes !== null && facts.lowered
      ? `It is captured already${atEn(facts)}. Its amount can be corrected once it is completed (${facts.completes.from}). Next: ${facts.completes.after} run "paygent sync", then "paygent sale ${facts.orderId}".`
      : facts.refundTo !== null
        ? `It is captured already${atEn(facts)}. Next: to refund the difference, run "paygent refund ${facts.orderId} --to ${facts.refundTo}".`
        : `It is captured already${atEn(facts)}, so no sale can be sent.`,
  cancelled: (facts) => `It is cancelled already${atEn(facts)}, so no sale can be sent.`,
  expired: (facts) =>
    `The authorisation has expired${atEn(facts)}. Next: let the customer pay again, import the new payment, then run "paygent sale ${facts.orderId}".`,
  'in-transit': (facts) => inTransitEn(facts),
  'sale-pending': (facts) =>
    `Paygent holds the sale back, or cannot make it${atEn(facts)}. Next: look at it in Paygent Online, then run "paygent sync".`,
  never: (facts) =>
    `It was never authorised${atEn(facts)}. Next: once the customer has finished paying, run "paygent sync".`,
  unnamed: (facts) =>
    `No request can be sent in this state${atEn(facts)}. Next: look at it in Paygent Online, then run "paygent sync".`,
}

const CANCEL_BY_STATUS_EN: typeof SALE_BY_STATUS_JA = {
  ...SALE_BY_STATUS_EN,
  authorised: (facts) =>
    `${facts.method} cannot be cancelled in this state${atEn(facts)} (carrier table of the manual). ${AT_PAYGENT_EN}`,
  sold: (facts) =>
    facts.completes !== null
      ? `It can be cancelled once it is completed (${facts.completes.from}). Next: ${facts.completes.after} run "paygent sync", then "paygent cancel ${facts.orderId}".`
      : `A sale by ${facts.method} cannot be cancelled in this state${atEn(facts)}. Next: refund it in Paygent Online, then run "paygent sync".`,
  cancelled: (facts) => `It is cancelled already${atEn(facts)}. There is nothing to do.`,
  expired: (facts) => `The authorisation has expired${atEn(facts)}, so there is nothing to cancel.`,
  never: (facts) => `It was never authorised${atEn(facts)}, so there is nothing to cancel.`,
}

const inTransitEn = (facts: ReasonFacts): string =>
  `An earlier request is still under way at Paygent${atEn(facts)}. Next: after a while run "paygent sync", then look at "paygent show ${facts.orderId}".`

const inFullEn = ({ orderId, held, putBack }: ReasonFacts): string =>
  `put the total back${held === null ? '' : ` to ${held}`}${putBack === null ? '' : ` ("${putBack}")`} and run "paygent sale ${orderId}", or change the amount in Paygent Online.`

function notPermittedEn(facts: ReasonFacts): string {
  const { about, method, orderId } = facts
  if (about === 'zero-total')
    return `A total of 0 yen cannot be captured. Next: cancel it with "paygent cancel ${orderId}".`
  if (about === 'once') return `${method} can be corrected once only, and it has been. Next: ${inFullEn(facts)}`
  return `${method} takes no corrected sale. Next: ${inFullEn(facts)}`
}

function impossibleEn(facts: ReasonFacts): string {
  const { about, total, orderId } = facts
  switch (about === null ? null : meaningOfCode(about)) {
    case 'three-d-secure':
      return `3-D Secure payments cannot be corrected (2014). Next: ${inFullEn(facts)}`
    case 'not-contracted-correction':
      return `The contract does not include corrected sales (P029). Next: ${inFullEn(facts)}`
    case 'amount':
      return `Paygent declined a correction to ${total} (2013). Next: choose another total with "paygent amend ${orderId} --total ‹yen›", or ${inFullEn(facts)}`
    default:
      return `Paygent declined to correct this payment${about === null ? '' : ` (${about})`}. Next: ${inFullEn(facts)}`
  }
}

function changedEn({ orderId, about, command, operation, inShop, changed }: ReasonFacts): string {
  if (NO_LONGER_CHOSEN.includes(inShop ?? about))
    return `The order has changed and is no longer among those that were chosen. Next: look at "paygent show ${orderId}"; to send it, run "paygent ${operation} ${orderId}".`
  const what = changed && ` (${changed})`
  if (inShop === null)
    return `The order or its payment changed after it was confirmed${what}. Next: look at "paygent show ${orderId}", then run "${command}".`
  if (inShop === 'never-read') return 'The order was never fetched from EC-CUBE. Next: run "paygent pull".'
  if (inShop === 'gone')
    return `The order was deleted or hidden in EC-CUBE. Next: run "paygent pull", then look at "paygent show ${orderId}".`
  return `EC-CUBE has changed the order since it was read${what}. Next: run "paygent pull", then look at "paygent show ${orderId}".`
}

function calledOffEn({ about, orderId, command }: ReasonFacts): string {
  if (about === 'unfinished')
    return `The customer has not finished this order. Next: import it again once that is done, then look at "paygent show ${orderId}".`
  const status = about === null ? 'cancelled or returned' : `"${about}" in EC-CUBE`
  return `The order is ${status}. Next: to send it all the same, run "${command} --include-cancelled".`
}

const severalEn = (orderId: string): string =>
  `Paygent has several payments under the trading id (13002). Next: look up the payment id in Paygent Online, then run "paygent settle ${orderId} --payment-id ‹payment id›".`

function noPaymentEn({ about, orderId }: ReasonFacts): string {
  const next = `Next: look at the payment id and trading id in "paygent show ${orderId}", and import the right ones.`
  if (about === null) return `The order has neither a payment id nor a trading id. ${next}`
  if (about === 'trading_id') return `Paygent has the payment under another trading id. ${next}`
  if (about === 'method')
    return 'Paygent has a payment of another method, or its carrier is not known. Next: check the method in Paygent Online. If the order in EC-CUBE is wrong, correct and import it.'
  return `Paygent knows no single payment for this order (${about}). ${next}`
}

const EN: ReasonTexts = {
  reasons: {
    'no-payment': noPaymentEn,
    'no-answer': ({ about, orderId, command }) =>
      `Paygent gave no answer about this order alone${about === null ? '' : ` (${about})`}. Next: after a while run "${command}"; if it goes on, look up the payment of "paygent show ${orderId}" in Paygent Online.`,
    status: (facts) => (facts.operation === 'sale' ? SALE_BY_STATUS_EN : CANCEL_BY_STATUS_EN)[facts.group](facts),
    higher: ({ total, held, orderId }) =>
      `The total of ${total} is above the authorised amount${held === null ? '' : ` of ${held}`}, and it can only be lowered. Next: lower it with "paygent amend ${orderId} --total ‹yen›", or bill the difference separately.`,
    'correction-not-permitted': notPermittedEn,
    'correction-in-bulk': ({ orderId }) =>
      `A sale already made is not corrected in bulk. Next: run "paygent sale ${orderId}".`,
    'correction-impossible': impossibleEn,
    'in-transit': inTransitEn,
    'change-in-shop': ({ orderId }) =>
      `A change of this payment is under way in EC-CUBE. Next: finish it there, import the order, then look at "paygent show ${orderId}".`,
    'open-attempt': ({ orderId, about }) =>
      about === 'sending'
        ? `Another run is sending it now. Next: when that has ended, look at "paygent show ${orderId}".`
        : `The outcome of an earlier request is unknown. Next: send nothing again; run "paygent reconcile --orders ${orderId}".`,
    attention: ({ orderId, about }) =>
      about === SEVERAL_PAYMENTS
        ? severalEn(orderId)
        : `The order needs action. Next: look at "paygent show ${orderId}", then run ${settleEn(orderId)}.`,
    'on-hold': ({ orderId }) =>
      `The order is on hold. Next: look at "paygent show ${orderId}"; if it may be sent, run "paygent hold ${orderId} --undo".`,
    conflict: ({ orderId }) =>
      `EC-CUBE and the local data show a mismatch. Next: run "paygent reconcile --orders ${orderId}"; if it stays, correct the order in EC-CUBE and import it again, or run ${settleEn(orderId)}.`,
    'cancelled-order': calledOffEn,
    'opposite-too-soon': ({ operation, command }) =>
      `The opposite request (${operation === 'sale' ? 'cancel' : 'sale'}) was not carried out, less than 24 hours ago, and may still arrive late. Next: after 24 hours run "${command}", or add --after-unknown once you are sure.`,
    already: (facts) => `It is done already${atEn(facts)}. There is nothing to do.`,
    changed: changedEn,
    'not-contracted': ({ method, about, command }) =>
      `This request is not in the contract for ${method}${about === null ? '' : ` (${about})`}. Next: check the contract with Paygent, then run "${command}".`,
    'duplicate-payment': ({ about, orderId }) =>
      `Another order has the same payment id${about === null ? '' : ` (${about})`}. Next: look at "paygent show ${orderId}", and import the right payment id.`,
    'unknown-status': (facts) =>
      `The order status (対応状況) has no meaning yet, or is on hold. Next: set its meaning in PAYGENT_STATUSES, or name the order to have it ${requestEn(facts)}: "${facts.command}".`,
    malformed: ({ orderId, command }) =>
      `Paygent refused the last request because of wrong data, and the data have not changed since. Next: look at "paygent show ${orderId}", correct the order in EC-CUBE and import it again; to send the same data once more, run "${command}".`,
  },
  missing: {
    payment: 'The payment id is not asked yet. Paygent will be asked when the orders to send are prepared.',
    carrier: 'The carrier is not asked yet. Paygent will be asked when the orders to send are prepared.',
    status: 'The payment status is not asked yet. Paygent will be asked when the orders to send are prepared.',
    'held-amount':
      'The authorised amount is not asked yet. Paygent will be asked when the orders to send are prepared.',
  },
}

const settleEn = (orderId: string): string => `"paygent settle ${orderId} --as ‹outcome› --note ‹reason›"`

export const REASON_TEXTS = bothLanguages(JA, EN)
