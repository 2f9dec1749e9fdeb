// The words of the night's report.
import type { NotBegun } from '../jobs/nightly/events.js'
import { grouped } from '../text/numbers.js'
import type { Lang } from './screen.js'

const JA = {
  title: (from: string, to: string) => `夜間処理 ${from} - ${to}`,
  unseen: (ids: string, more: number) =>
    `まだ見ていない結果：${ids}${more > 0 ? ` ほか${grouped(more)}件` : ''}（paygent runs show <番号> で表示、runs ack <番号> で確認済み）`,
  reconcile: '結果の確定',
  sync: 'ペイジェントとの照合',
  sale: '売上',
  notSynced: 'ペイジェントとの照合は行っていません。',
  shopAway: (code: string) =>
    `EC-CUBE のデータベースに接続できません（${code}）。照合と状況更新だけを行い、売上要求は送信していません。`,
  shopAwayNext:
    '対処：paygent doctor で接続を確認し、もう一度 paygent nightly を実行してください。結果は手元データに残っています。',
  notSoldWithoutShop: 'EC-CUBE の受注を確認できないため、売上要求は送信していません。',
  unreached: '途中で終わったため、売上の処理には進んでいません。売上できる受注があれば次回に処理します。',
  nothing: '売上できる受注はありませんでした。',
  notBegun: {
    until: (orders: number) => `締め切りを過ぎたため、売上要求は送信していません：${grouped(orders)}件`,
    'max-orders': (orders: number) =>
      `件数が --max-orders を超えるため、売上要求は送信していません：${grouped(orders)}件`,
    'max-amount': (orders: number) =>
      `金額が --max-amount を超えるため、売上要求は送信していません：${grouped(orders)}件`,
  } satisfies Record<NotBegun, (orders: number) => string>,
  left: (ids: string) => `  受注番号：${ids}`,
  tooSlow: (left: number, end: string) =>
    `このままの速さでは締め切りまでに終わりません（終了予定 ${end}、間に合わない見込み ${grouped(left)}件）。`,
  stopped: '途中で終わりました。',
  expiring: '7日以内に期限の切れるオーソリ',
  lastDay: '期限',
  daysLeft: '残り',
  days: (left: number) => `${grouped(left)}日`,
  shipping: '発送',
  shipped: '発送済み',
  unshipped: '未発送',
  total: '購入金額(円)',
  unshippedLeft: (orders: number, sum: string) =>
    `未発送のため対象外の受注：${grouped(orders)}件 ${sum}（発送日がなく、発送日の列のないファイルでは対応状況も「発送済み」ではないもの）`,
  unshippedNext: '未発送の受注は夜間処理の対象外です。期限までに発送するか、個別に売上してください。',
  waitingForLock: (who: string, seconds: number) =>
    `ほかの処理（${who}）が終わるのを待っています：あと最大${grouped(seconds)}秒`,
  somebody: 'ほかのプログラム',
}

const EN: typeof JA = {
  title: (from, to) => `Nightly run ${from} - ${to}`,
  unseen: (ids, more) =>
    `Results nobody has looked at: ${ids}${more > 0 ? ` and ${grouped(more)} more` : ''} ("paygent runs show <id>", then "runs ack <id>")`,
  reconcile: 'Settled',
  sync: 'Compared with Paygent',
  sale: 'Sale',
  notSynced: 'The mirror was not compared with Paygent.',
  shopAway: (code) =>
    `The shop's database cannot be reached (${code}). It was reconciled and synced; no sale was sent.`,
  shopAwayNext:
    'Next: check the connection with "paygent doctor", then run "paygent nightly" again. The results are kept.',
  notSoldWithoutShop: 'No sale was sent, because the orders in the shop could not be looked at.',
  unreached: 'It ended before the sale: what may be sold was not looked at, and waits for the next time.',
  nothing: 'There was nothing to sell.',
  notBegun: {
    until: (orders) => `It is past the cut-off: nothing was sent for ${grouped(orders)} orders.`,
    'max-orders': (orders) => `More orders than --max-orders: nothing was sent for ${grouped(orders)} orders.`,
    'max-amount': (orders) => `More money than --max-amount: nothing was sent for ${grouped(orders)} orders.`,
  },
  left: (ids) => `  orders: ${ids}`,
  tooSlow: (left, end) =>
    `At this pace it is not through by the cut-off (it would end at ${end}; ${grouped(left)} orders will be left).`,
  stopped: 'It ended early.',
  expiring: 'Authorisations that run out within 7 days',
  lastDay: 'Last day',
  daysLeft: 'Left',
  days: (left) => `${grouped(left)} d`,
  shipping: 'Shipping',
  shipped: 'shipped',
  unshipped: 'not shipped',
  total: 'Total (yen)',
  unshippedLeft: (orders, sum) =>
    `Left out as not shipped: ${grouped(orders)} ${orders === 1 ? 'order' : 'orders'}, ${sum} (no date of shipping, and no 発送済み in a file without a column for it)`,
  unshippedNext: 'Orders that are not shipped are not sold by night: ship them before, or sell them one by one.',
  waitingForLock: (who, seconds) => `Waiting for ${who} to end: at most ${grouped(seconds)} s more`,
  somebody: 'another program',
}

export const NIGHTLY_TEXTS: Record<Lang, typeof JA> = { ja: JA, en: EN }
