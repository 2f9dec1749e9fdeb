// The words of pull, push and of a mirror that has grown old.
import type { PushFate } from '../domain/shop.js'
import { grouped } from './numbers.js'
import type { Lang } from './screen.js'

const JA = {
  pullTitle: 'ショップの受注の取り込み',
  pushTitle: 'ショップへの書き戻し',
  pulling: (orders: number) => `ショップから受注を取り込み中 ${grouped(orders)}件`,
  pulled: (added: number, updated: number, unchanged: number) =>
    `ショップから取り込みました：追加 ${grouped(added)}件、更新 ${grouped(updated)}件、変更なし ${grouped(unchanged)}件`,
  standing: (count: number) => `前回から不一致のままの受注：${grouped(count)}件（送信を止めています）`,
  shop: 'ショップ',
  gone: (ids: string) => `ショップで削除または非表示になった受注（送信しません）：${ids}`,
  goneTouched: (ids: string) =>
    `  このうち要求を送信済みの受注：${ids}（paygent show <番号> で決済を確かめてください）`,
  unreadable: 'ショップの値を読み取れず、取り込まなかった受注：',
  unreadableLine: (orderId: string, field: string, value: string) => `  受注番号：${orderId} ${field}＝「${value}」`,
  pushed: (written: number) => `ショップに書き戻しました：${grouped(written)}件`,
  wouldPush: (written: number) => `ショップに書き戻す内容：${grouped(written)}件（--dry-run：何も書き込んでいません）`,
  nothing: 'ショップに書き戻す結果はありません。',
  column: { order: '受注番号', fate: '結果', kind: '電文種別', payment: '決済ID', error: 'エラー' },
  fates: {
    written: '書き込み済み',
    already: '反映済み',
    superseded: '対象外（その後に変わった）',
    'would-write': '書き込む',
    unsettled: '保留（結果の確定待ち）',
    conflict: '保留（不一致、reconcile 待ち）',
    moved: '不一致（ショップで変更あり）',
    gone: '不一致（ショップにない）',
    'never-read': '不一致（未取り込み）',
  } satisfies Record<PushFate, string>,
  found: (kind: string, payment: string) => `ショップの値：電文種別「${kind}」決済ID「${payment}」`,
  pushNext:
    '不一致の受注には何も書き込んでいません。paygent pull と paygent reconcile を実行してから、もう一度 paygent push を実行してください。',
  pushFailed: (code: string) =>
    `ショップに書き戻せませんでした（${code}）。結果はミラーに残っています。paygent push で書き戻せます。`,
  old: (when: string) =>
    `注意：ミラーの受注は1日以上前のものです（${when}）。paygent pull または paygent import で新しくできます。`,
}

const EN: typeof JA = {
  pullTitle: 'Orders from the shop',
  pushTitle: 'Results back to the shop',
  pulling: (orders) => `Reading the shop's orders: ${grouped(orders)}`,
  pulled: (added, updated, unchanged) =>
    `From the shop: ${grouped(added)} added, ${grouped(updated)} updated, ${grouped(unchanged)} unchanged`,
  standing: (count) => `${grouped(count)} with a mismatch as before (not sent).`,
  shop: 'shop',
  gone: (ids) => `Deleted or hidden in the shop (they are not sent): ${ids}`,
  goneTouched: (ids) => `  Requests have been sent for: ${ids} (look at their payments with "paygent show <order>")`,
  unreadable: 'Not taken, because the shop holds a value that cannot be read:',
  unreadableLine: (orderId, field, value) => `  order ${orderId}: ${field} = "${value}"`,
  pushed: (written) => `Written back to the shop: ${grouped(written)} orders`,
  wouldPush: (written) => `To be written back to the shop: ${grouped(written)} orders (--dry-run: nothing was written)`,
  nothing: 'There is no result to write back to the shop.',
  column: { order: 'Order', fate: 'Result', kind: 'Kind', payment: 'Payment', error: 'Error' },
  fates: {
    written: 'written',
    already: 'there already',
    superseded: 'left out (changed since)',
    'would-write': 'to be written',
    unsettled: 'waits (not settled)',
    conflict: 'waits (conflict, for reconcile)',
    moved: 'conflict (changed in the shop)',
    gone: 'conflict (not in the shop)',
    'never-read': 'conflict (never pulled)',
  },
  found: (kind, payment) => `the shop has: kind "${kind}", payment "${payment}"`,
  pushNext:
    'Nothing was written to the orders in conflict. Run "paygent pull" and "paygent reconcile", then "paygent push" again.',
  pushFailed: (code) =>
    `The results could not be written back to the shop (${code}). They are safe in the mirror; "paygent push" writes them.`,
  old: (when) =>
    `Note: the mirror's orders are more than a day old (${when}). "paygent pull" or "paygent import" renews them.`,
}

export const SHOP_TEXTS: Record<Lang, typeof JA> = { ja: JA, en: EN }
