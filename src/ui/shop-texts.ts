// The words of pull, push and of a mirror that has grown old.
import { NOT_TAKEN, type PushFate } from '../domain/shop.js'
import type { LeaveRefusal } from '../jobs/push.js'
import { grouped } from '../text/numbers.js'
import type { Lang } from './screen.js'

const JA = {
  pullTitle: 'ショップの受注の取り込み',
  pushTitle: 'EC-CUBE への結果反映',
  pulling: (orders: number) => `ショップから受注を取り込み中 ${grouped(orders)}件`,
  pulled: (added: number, updated: number, unchanged: number) =>
    `ショップから取り込みました：追加 ${grouped(added)}件、更新 ${grouped(updated)}件、変更なし ${grouped(unchanged)}件`,
  standing: (count: number) => `前回から不一致のままの受注：${grouped(count)}件（送信を止めています）`,
  shop: 'ショップ',
  gone: (ids: string) => `ショップで削除または非表示になった受注（送信しません）：${ids}`,
  goneTouched: (ids: string) =>
    `  このうち要求を送信済みの受注：${ids}（paygent show <番号> で決済を確かめてください）`,
  unreadable: 'ショップの値を読み取れず、取り込まなかった受注：',
  unreadableAsBefore: (count: number) => `前回から読み取れないままの受注：${grouped(count)}件（取り込んでいません）`,
  unreadableLine: (orderId: string, field: string, value: string) => `  受注番号：${orderId} ${field}＝「${value}」`,
  pushed: (written: number) => `EC-CUBE に反映しました：${grouped(written)}件`,
  wouldPush: (written: number) => `EC-CUBE に反映する内容：${grouped(written)}件（--dry-run：何も書き込んでいません）`,
  nothing: 'EC-CUBE に反映する結果はありません。',
  errorMark: '（EC-CUBE でエラー）',
  column: { order: '受注番号', fate: '結果', kind: '電文種別', payment: '決済ID', error: 'エラー' },
  fates: {
    written: '反映済み',
    already: '反映済み（以前の処理）',
    superseded: '対象外（その後に変更あり）',
    'would-write': '反映予定',
    unsettled: '未反映（結果不明・要対応）',
    conflict: '未反映（不一致）',
    moved: '未反映（EC-CUBE で変更あり）',
    gone: '対象外（EC-CUBE に受注なし）',
    'never-read': '未反映（受注取込なし）',
    failed: '未反映（書き込み不可）',
  } satisfies Record<PushFate, string>,
  found: (kind: string, payment: string) => `EC-CUBE の値：電文種別「${kind}」決済ID「${payment}」`,
  failedBy: (code: string) =>
    code === NOT_TAKEN
      ? 'EC-CUBE のデータベースが書き込みを受け付けません（トリガー、ルール、行単位セキュリティ）'
      : `データベースのエラー ${code}`,
  notPushed: (orderId: string, why: string) =>
    `受注番号：${orderId} 新しい決済ID を EC-CUBE に反映できませんでした（${why}）。処理の終わりにもう一度反映します。`,
  pushNext:
    '不一致の受注には何も書き込んでいません。対処：paygent pull と paygent reconcile を実行してから、もう一度 paygent push を実行してください。',
  leaveNext: (orderId: string) =>
    `  一致させられない受注は、paygent push --leave ${orderId} --note 理由 で反映の対象から外せます。`,
  left: (orderId: string) => `受注番号：${orderId} の結果を EC-CUBE への反映の対象から外しました。`,
  leaveRefused: {
    'nothing-owed': (orderId: string) => `受注番号：${orderId} に、EC-CUBE へ反映していない結果はありません。`,
    unsettled: (orderId: string) =>
      `受注番号：${orderId} は結果不明または要対応のため、対象から外せません。対処：paygent reconcile --orders ${orderId} を実行してください。`,
  } satisfies Record<LeaveRefusal, (orderId: string) => string>,
  failedNext:
    '書き込み不可の受注は、次の paygent push でもう一度反映します。対処：続くときは、エラーコードを添えてデータベースの管理者に連絡してください。',
  pushFailed: (code: string) =>
    `EC-CUBE への結果反映を途中で終えました（${code}）。結果は手元データに残っています。対処：paygent push で反映してください。`,
  old: (when: string) =>
    `注意：ミラーの受注は1日以上前のものです（${when}）。paygent pull または paygent import で新しくできます。`,
}

const orders = (count: number): string => (count === 1 ? '1 order' : `${grouped(count)} orders`)

const EN: typeof JA = {
  pullTitle: 'Orders from the shop',
  pushTitle: 'Results written to EC-CUBE',
  pulling: (orders) => `Reading the shop's orders: ${grouped(orders)}`,
  pulled: (added, updated, unchanged) =>
    `From the shop: ${grouped(added)} added, ${grouped(updated)} updated, ${grouped(unchanged)} unchanged`,
  standing: (count) => `${grouped(count)} with a mismatch as before (not sent).`,
  shop: 'shop',
  gone: (ids) => `Deleted or hidden in the shop (they are not sent): ${ids}`,
  goneTouched: (ids) => `  Requests have been sent for: ${ids} (look at their payments with "paygent show <order>")`,
  unreadable: 'Not taken, because the shop holds a value that cannot be read:',
  unreadableAsBefore: (count) => `Cannot be read, as before, and not taken: ${orders(count)}`,
  unreadableLine: (orderId, field, value) => `  order ${orderId}: ${field} = "${value}"`,
  pushed: (written) => `Written to EC-CUBE: ${orders(written)}`,
  wouldPush: (written) => `To be written to EC-CUBE: ${orders(written)} (--dry-run: nothing was written)`,
  nothing: 'There is no result to write to EC-CUBE.',
  errorMark: ' (error in EC-CUBE)',
  column: { order: 'Order', fate: 'Result', kind: 'Kind', payment: 'Payment', error: 'Error' },
  fates: {
    written: 'written',
    already: 'written (by an earlier run)',
    superseded: 'skipped (changed since)',
    'would-write': 'to be written',
    unsettled: 'not written (outcome unknown, action needed)',
    conflict: 'not written (mismatch)',
    moved: 'not written (changed in EC-CUBE)',
    gone: 'skipped (no such order in EC-CUBE)',
    'never-read': 'not written (never fetched)',
    failed: 'not written (refused by the database)',
  },
  found: (kind, payment) => `EC-CUBE has: kind "${kind}", payment "${payment}"`,
  failedBy: (code) =>
    code === NOT_TAKEN ? 'the shop does not take the write (trigger, rule, row security)' : `database error ${code}`,
  notPushed: (orderId, why) =>
    `Order ${orderId}: its new payment could not be written to EC-CUBE (${why}). It is tried again at the end.`,
  pushNext:
    'Nothing was written to the orders in mismatch. Run "paygent pull" and "paygent reconcile", then "paygent push" again.',
  leaveNext: (orderId) =>
    `  An order that cannot be made to agree is taken off by "paygent push --leave ${orderId} --note reason".`,
  left: (orderId) => `The results of order ${orderId} will not be written to EC-CUBE.`,
  leaveRefused: {
    'nothing-owed': (orderId) => `There is no result of order ${orderId} that is not in EC-CUBE.`,
    unsettled: (orderId) =>
      `Order ${orderId} has an unknown outcome or needs action, so it stays. Run "paygent reconcile --orders ${orderId}".`,
  },
  failedNext:
    'What the database refused is written by the next "paygent push". If it goes on, show the code to the database administrator.',
  pushFailed: (code) =>
    `Writing to EC-CUBE ended before its last order (${code}). The results are safe in the local data; "paygent push" writes them.`,
  old: (when) =>
    `Note: the mirror's orders are more than a day old (${when}). "paygent pull" or "paygent import" renews them.`,
}

export const SHOP_TEXTS: Record<Lang, typeof JA> = { ja: JA, en: EN }
