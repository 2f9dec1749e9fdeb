// Shows the first screen, `paygent status`: counts, work that waits, and the cut-off.
import type { WaitingStatuses } from '../domain/chosen.js'
import type { MirrorFreshness } from '../domain/lock-owner.js'
import type { DoubleCharge } from '../domain/run.js'
import { grouped, listTime, yen } from '../text/numbers.js'
import { fitText, safe } from '../text/width.js'
import { environmentLine } from './plan.js'
import { bothLanguages, type Lang, type Screen } from './screen.js'
import { isStranger, strangerText } from './stranger.js'
import { waitingStatusParts } from './waiting-status.js'

export interface StatusView {
  readonly version: string
  readonly environment: string
  readonly mirrorPath: string
  readonly orders: number
  /** ISO Japan time of the last import, or null. */
  readonly importedAt: string | null
  readonly sale: { readonly count: number; readonly yen: number }
  readonly cancel: { readonly count: number; readonly yen: number }
  /** Orders about which Paygent must be asked before anything may be sent for them. */
  readonly toAsk: number
  /** Orders that wait for a setting that gives their 対応状況 a meaning. */
  readonly waitingStatuses: WaitingStatuses | null
  readonly open: number
  readonly attention: number
  readonly conflicts: number
  /** Orders for which the shop's own page shows an error. */
  readonly shopErrors: number
  readonly unacknowledged: readonly number[]
  /** Orders whose customers may be charged twice. */
  readonly doubleCharges: readonly ({ readonly orderId: string } & DoubleCharge)[]
  /** The mirror compared with the usage record of this machine; null where that cannot be read. */
  readonly machineState: MirrorFreshness | null
  /** `hh:mm`, Japan time. */
  readonly cutOff: string
  /** Negative when it is past. */
  readonly minutesToCutOff: number
}

const JA = {
  mirror: (path: string, orders: number) => `ミラー：${path}（受注 ${grouped(orders)}件）`,
  imported: (time: string) => `最終取込：${time}`,
  neverImported: '最終取込：記録なし',
  sale: (count: number, sum: string) => `売上できる受注：${grouped(count)}件　${sum}`,
  cancel: (count: number, sum: string) => `取消できる受注：${grouped(count)}件　${sum}`,
  toAsk: (count: number) =>
    `ペイジェントに未照会の受注：${grouped(count)}件（計画を作るとき、または paygent sync で照会します）`,
  open: (count: number) => `結果を確認中の受注：${grouped(count)}件（再照会が必要です）`,
  attention: (count: number) => `要対応の受注：${grouped(count)}件`,
  conflicts: (count: number) => `内容が一致しない受注：${grouped(count)}件`,
  shopErrors: (count: number) => `EC-CUBE に決済のエラーがある受注：${grouped(count)}件（paygent show で表示）`,
  unseen: (ids: string) => `まだ見ていない結果：${ids}（paygent runs show <番号> で表示）`,
  doubleCharge: (id: string, ids: string) => `二重請求のおそれ：受注番号 ${id}（有効な決済 ${ids}）`,
  another: '決済IDの分からない決済',
  between: '、',
  left: (cutOff: string, hours: number, minutes: number) => `締め切り（${cutOff}）まで：${hours}時間${minutes}分`,
  past: (cutOff: string) => `本日の締め切り（${cutOff}）は過ぎました。いま送る売上は翌日扱いになります。`,
  commands: 'コマンド：paygent help で一覧',
}

const EN: typeof JA = {
  mirror: (path, orders) => `Mirror: ${path} (${grouped(orders)} orders)`,
  imported: (time) => `Last import: ${time}`,
  neverImported: 'Last import: not recorded',
  sale: (count, sum) => `May be sold: ${grouped(count)} orders, ${sum}`,
  cancel: (count, sum) => `May be cancelled: ${grouped(count)} orders, ${sum}`,
  toAsk: (count) => `Paygent not asked yet: ${grouped(count)} orders (asked when a plan is made, or by "paygent sync")`,
  open: (count) => `Outcome unknown: ${grouped(count)} orders (Paygent must be asked again)`,
  attention: (count) => `Waiting for a person: ${grouped(count)} orders`,
  conflicts: (count) => `In conflict with the shop: ${grouped(count)} orders`,
  shopErrors: (count) => `With an error in EC-CUBE: ${grouped(count)} ("paygent show" has its words)`,
  unseen: (ids) => `Results not looked at yet: ${ids} ("paygent runs show <id>" shows them)`,
  doubleCharge: (id, ids) => `May be charged twice: order ${id} (payments ${ids})`,
  another: 'one whose id is not known',
  between: ', ',
  left: (cutOff, hours, minutes) => `Until the cut-off (${cutOff}): ${hours} h ${minutes} min`,
  past: (cutOff) => `Today's cut-off (${cutOff}) is past: what is sold now counts for tomorrow.`,
  commands: 'Commands: "paygent help" lists them',
}

const TEXTS = bothLanguages(JA, EN)

/** The first screen, ready to print, without a line break at its end. */
export function statusText(view: StatusView, screen: Screen): string {
  const { lang } = screen
  const texts = TEXTS[lang]
  const before = [
    texts.mirror(safe(view.mirrorPath), view.orders),
    view.importedAt === null ? texts.neverImported : texts.imported(listTime(view.importedAt)),
    texts.sale(view.sale.count, yen(view.sale.yen, lang)),
    texts.cancel(view.cancel.count, yen(view.cancel.yen, lang)),
    ...(view.toAsk > 0 ? [texts.toAsk(view.toAsk)] : []),
    ...waiting(view, lang),
  ]
  return [
    `paygent ${view.version}`,
    environmentLine(view.environment, screen),
    fitText(before.join('\n'), screen),
    ...waitingStatusParts(view.waitingStatuses, screen),
    fitText([cutOffLine(view, lang), texts.commands].join('\n'), screen),
  ].join('\n')
}

function waiting(view: StatusView, lang: Lang): string[] {
  const texts = TEXTS[lang]
  const lines = view.doubleCharges.map(({ orderId, paymentIds, anotherUnknown }) => {
    const ids = [...paymentIds.map(safe), ...(anotherUnknown ? [texts.another] : [])].join(texts.between)
    return texts.doubleCharge(safe(orderId), ids)
  })
  if (isStranger(view.machineState)) lines.push(strangerText(lang))
  if (view.open > 0) lines.push(texts.open(view.open))
  if (view.attention > 0) lines.push(texts.attention(view.attention))
  if (view.conflicts > 0) lines.push(texts.conflicts(view.conflicts))
  if (view.shopErrors > 0) lines.push(texts.shopErrors(view.shopErrors))
  if (view.unacknowledged.length > 0) lines.push(texts.unseen(view.unacknowledged.map((id) => `#${id}`).join(', ')))
  return lines
}

function cutOffLine({ cutOff, minutesToCutOff: left }: StatusView, lang: Lang): string {
  return left < 0 ? TEXTS[lang].past(cutOff) : TEXTS[lang].left(cutOff, Math.floor(left / 60), left % 60)
}
