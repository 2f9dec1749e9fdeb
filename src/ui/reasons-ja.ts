// 送信しない理由と、次にすること。
import type { ReasonFacts, ReasonTexts } from './reason-facts.js'
import type { StatusGroup } from './status-names.js'

const NEXT_BY_STATUS = {
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

const SELL_IN_FULL = '合計を元の金額に戻して全額で売上にするか、ペイジェントオンラインで補正してください。'

function notPermitted({ about, held, method }: ReasonFacts): string {
  if (about === 'zero-total')
    return '合計が0円のため売上にできません。売上ではなく取消（paygent cancel）をしてください。'
  if (about === 'once')
    return `${method}の金額補正は1回までで、すでに補正済みです。ペイジェントオンラインで処理してください。`
  const from = held === null ? '' : `（補正前 ${held}）`
  return `${method}はこの状態からの補正売上に対応していません${from}。${SELL_IN_FULL}`
}

function impossible({ about, total }: ReasonFacts): string {
  switch (about) {
    case '2014':
      return `3Dセキュアの決済は補正売上ができません（2014）。${SELL_IN_FULL}`
    case 'P029':
      return `ご契約では補正売上が使えません（P029）。${SELL_IN_FULL}`
    case '2013':
      return `この金額（${total}）への補正はペイジェントに断られています（2013）。別の金額に直すか、${SELL_IN_FULL}`
    default:
      return `この決済の補正売上はペイジェントに断られています${about === null ? '' : `（${about}）`}。${SELL_IN_FULL}`
  }
}

function calledOff({ about }: ReasonFacts): string {
  if (about === 'unfinished')
    return 'お客様の購入手続きが終わっていない受注です。手続きの完了後に、もう一度取り込んでください。'
  const status = about === null ? '取消・返品' : `「${about}」`
  return `対応状況が${status}の受注です。それでも送信する場合は --orders で指定し、--include-cancelled を付けてください。`
}

const several = (orderId: string): string =>
  `同じ取引IDの決済が複数あります（13002）。ペイジェントオンラインで決済IDを調べ、paygent settle ${orderId} --payment-id ‹決済ID› で登録してください。`

export const REASONS_JA = {
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
      `${status === null ? '' : `決済ステータスが ${status} です。`}${NEXT_BY_STATUS[group]}`,
    higher: ({ total, held }) =>
      `合計 ${total} が補正前金額${held === null ? '' : ` ${held}`}を超えています。増額はできません。合計を補正前金額以下にするか、差額を別途お支払いいただいてください。`,
    'correction-not-permitted': notPermitted,
    'correction-in-bulk': ({ orderId }) =>
      `売上後の補正は一括処理ではできません。paygent sale ${orderId} で1件ずつ処理してください。`,
    'correction-impossible': impossible,
    'in-transit': ({ status, orderId }) =>
      `${status === null ? 'ペイジェントで前の要求が処理の途中です。' : `決済ステータスが ${status} で、処理の途中です。`}時間をおいて paygent reconcile を実行し、paygent show ${orderId} で状態を確認してください。`,
    'change-in-shop': () => 'ショップで決済の変更が進行中です。EC-CUBEで変更を終えてから、もう一度取り込んでください。',
    'open-attempt': ({ orderId }) =>
      `前の要求の結果がまだ確定していません。paygent reconcile --orders ${orderId} で確定してください。`,
    attention: ({ orderId, about }) =>
      about === '13002'
        ? several(orderId)
        : `要対応の受注です。paygent show ${orderId} で内容を確認し、paygent settle ${orderId} で確定してください。`,
    conflict: ({ orderId }) =>
      `EC-CUBE の内容が手元データと一致しません。対処：paygent reconcile --orders ${orderId} で照合し、それでも残る場合は EC-CUBE を直して取り込むか、paygent settle ${orderId} で手動登録してください。`,
    'cancelled-order': calledOff,
    'opposite-too-soon': () =>
      '反対の要求（売上または取消）が未処理となってから24時間たっておらず、遅れて届くおそれがあります。24時間後に実行するか、確認のうえ --after-unknown を付けてください。',
    already: ({ status }) => `すでに処理済みです${status === null ? '' : `（${status}）`}。何もする必要はありません。`,
    changed: ({ orderId }) =>
      `計画の確認後に受注または決済の内容が変わりました。paygent show ${orderId} で確認し、もう一度実行してください。`,
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
} as const satisfies ReasonTexts
