// Shows the first screen, `paygent status`: the day's desk. Each line names the command that goes on from it.
import type { WaitingStatuses } from '../domain/chosen.js'
import type { LockOwner, MirrorFreshness } from '../domain/lock-owner.js'
import type { DoubleCharge, Night } from '../domain/run.js'
import { grouped, listTime, yen } from '../text/numbers.js'
import { fitText, safe } from '../text/width.js'
import { environmentLine } from './plan.js'
import { bothLanguages, type Lang, type Screen } from './screen.js'
import { isStranger, strangerText } from './stranger.js'
import { waitingStatusParts } from './waiting-status.js'
import { commandName } from './words.js'

/** The process that works on this mirror at the moment. */
export interface RunningNow extends Pick<LockOwner, 'command' | 'since' | 'progress'> {
  readonly runId: number | null
  /** Its requests that are under way: open, and not of unknown outcome. */
  readonly inFlight: number
}

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
  /** Null where nothing runs, and where the system does not say whether the process lives. */
  readonly running: RunningNow | null
  /** Null where no night was recorded. */
  readonly lastNight: Night | null
  /** Authorised orders that can be sold on at most seven more days. */
  readonly expiring: { readonly count: number; readonly yen: number }
  /** Orders that a person has put on hold, the oldest hold first. */
  readonly heldOrders: readonly string[]
  /** Open attempts, also those of a batch that is under way. */
  readonly open: number
  readonly attention: number
  /** Their order numbers. */
  readonly attentionOrders: readonly string[]
  readonly conflicts: number
  readonly conflictOrders: readonly string[]
  /** Orders for which the shop's own page shows an error. */
  readonly shopErrors: number
  /** Orders whose 対応状況 in the shop does not show what Paygent did a day ago or earlier. */
  readonly behindOrders: readonly string[]
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

/** Ends of a night as an exit code says them; any other is a bug. */
type NightEnd = 'done' | 'rejected' | 'person' | 'blocked' | 'stopped' | 'usage' | 'bug'

const NIGHT_ENDS: Readonly<Record<number, NightEnd>> = {
  0: 'done',
  2: 'usage',
  3: 'rejected',
  4: 'person',
  5: 'blocked',
  6: 'stopped',
}

const JA = {
  mirror: (path: string, orders: number) => `手元データ：${path}（受注 ${grouped(orders)}件）`,
  imported: (time: string) => `最終取込：${time}`,
  neverImported: '最終取込：記録なし（paygent help import で使い方を表示）',
  running: (command: string, since: string) => `実行中：${command}（${since} から）`,
  bulk: { sale: '一括売上', cancel: '一括取消' } as Readonly<Record<string, string>>,
  runningRun: (command: string, id: number, done: number, total: number) =>
    `実行中：${command} #${id} ${grouped(done)}/${grouped(total)}件（paygent runs show ${id} で表示）`,
  night: (times: string, end: string, next: string) => `前回の夜間処理：${times} ${end}（${next}）`,
  noNight: '前回の夜間処理：記録なし（paygent help nightly で使い方を表示）',
  nightEnds: {
    done: '完了',
    rejected: '完了、処理できなかった受注あり',
    person: '結果不明・要対応の受注あり',
    blocked: '開始できず',
    stopped: '中止',
    usage: '設定の誤り',
    bug: 'プログラムのエラー',
  } satisfies Record<NightEnd, string>,
  showRun: (id: number) => `paygent runs show ${id} で表示`,
  noSale: '売上処理なし。paygent runs で一覧',
  goOn: 'paygent nightly で再開',
  askDoctor: 'paygent doctor で確認',
  sale: (count: number, sum: string) => `売上できる受注：${grouped(count)}件　${sum}（paygent bulk-sale で売上処理）`,
  cancel: (count: number, sum: string) => `取消できる受注：${grouped(count)}件　${sum}（paygent bulk-cancel で取消）`,
  toAsk: (count: number) =>
    `ペイジェントに未照会の受注：${grouped(count)}件（送信予定を作るとき、または paygent sync で照会）`,
  open: (count: number) => `結果不明の受注：${grouped(count)}件（paygent reconcile で照会）`,
  attention: (count: number, names: string, first: string) =>
    `要対応の受注：${grouped(count)}件 ${names}（paygent show ${first} で表示）`,
  conflicts: (count: number, names: string, first: string) =>
    `EC-CUBE と不一致の受注：${grouped(count)}件 ${names}（paygent reconcile --orders ${first} で照合）`,
  expiring: (count: number, sum: string) =>
    `7日以内にオーソリ期限の来る受注：${grouped(count)}件　${sum}（paygent orders --expiring 7 で表示）`,
  held: (count: number, names: string, first: string) =>
    `保留の受注：${grouped(count)}件 ${names}（paygent show ${first} で表示、paygent hold ${first} --undo で解除）`,
  shopErrors: (count: number) => `EC-CUBE に決済のエラーがある受注：${grouped(count)}件（paygent orders で表示）`,
  behind: (count: number, names: string, first: string) =>
    `EC-CUBE の対応状況に売上・取消が反映されていない受注：${grouped(count)}件 ${names}（paygent show ${first} で表示、EC-CUBE の受注管理で変更）`,
  unseen: (ids: string, first: number) => `結果未確認の処理：${ids}（paygent runs show ${first} で表示）`,
  doubleCharge: (id: string, ids: string) =>
    `二重請求のおそれ：受注番号 ${id}、有効な決済 ${ids}（paygent show ${id} で表示）`,
  another: '決済IDの分からない決済',
  between: '、',
  more: (count: number) => `ほか${grouped(count)}件`,
  left: (cutOff: string, hours: number, minutes: number) => `締め時刻（${cutOff}）まで：${hours}時間${minutes}分`,
  past: (cutOff: string) => `本日の締め時刻（${cutOff}）を過ぎています。いま送信する売上は翌日扱いになります。`,
  commands: 'コマンド：paygent help で一覧',
}

const EN: typeof JA = {
  mirror: (path, orders) => `Local data: ${path} (${grouped(orders)} ${orders === 1 ? 'order' : 'orders'})`,
  imported: (time) => `Last import: ${time}`,
  neverImported: 'Last import: not recorded ("paygent help import" says how)',
  running: (command, since) => `Running: ${command} (since ${since})`,
  bulk: { sale: 'bulk sale', cancel: 'bulk cancel' },
  runningRun: (command, id, done, total) =>
    `Running: ${command} #${id} ${grouped(done)}/${grouped(total)} ("paygent runs show ${id}")`,
  night: (times, end, next) => `Last night: ${times}, ${end} (${next})`,
  noNight: 'Last night: not recorded ("paygent help nightly" says how)',
  nightEnds: {
    done: 'completed',
    rejected: 'completed, some orders were not done',
    person: 'outcome unknown or action needed',
    blocked: 'could not begin',
    stopped: 'stopped',
    usage: 'a setting is wrong',
    bug: 'a fault of the program',
  },
  showRun: (id) => `"paygent runs show ${id}"`,
  noSale: 'no sale; "paygent runs" lists the runs',
  goOn: '"paygent nightly" goes on',
  askDoctor: '"paygent doctor" looks for the cause',
  sale: (count, sum) => `May be captured: ${orders(count)}, ${sum} ("paygent bulk-sale")`,
  cancel: (count, sum) => `May be cancelled: ${orders(count)}, ${sum} ("paygent bulk-cancel")`,
  toAsk: (count) => `Paygent not asked yet: ${orders(count)} (asked when they are to be sent, or by "paygent sync")`,
  open: (count) => `Outcome unknown: ${orders(count)} ("paygent reconcile" asks)`,
  attention: (count, names, first) => `Action needed: ${orders(count)} ${names} ("paygent show ${first}")`,
  conflicts: (count, names, first) =>
    `Mismatch with EC-CUBE: ${orders(count)} ${names} ("paygent reconcile --orders ${first}")`,
  expiring: (count, sum) =>
    `Authorisation expires within 7 days: ${orders(count)}, ${sum} ("paygent orders --expiring 7")`,
  held: (count, names, first) =>
    `On hold: ${orders(count)} ${names} ("paygent show ${first}"; "paygent hold ${first} --undo" ends it)`,
  shopErrors: (count) => `With an error in EC-CUBE: ${orders(count)} ("paygent orders" lists them)`,
  behind: (count, names, first) =>
    `Sale or cancel not shown by 対応状況 in EC-CUBE: ${orders(count)} ${names} ("paygent show ${first}"; change it in EC-CUBE)`,
  unseen: (ids, first) => `Results not reviewed: ${ids} ("paygent runs show ${first}")`,
  doubleCharge: (id, ids) => `May be charged twice: order ${id}, payments ${ids} ("paygent show ${id}")`,
  another: 'one whose id is not known',
  between: ', ',
  more: (count) => `and ${grouped(count)} more`,
  left: (cutOff, hours, minutes) => `Until the cut-off (${cutOff}): ${hours} h ${minutes} min`,
  past: (cutOff) => `Today's cut-off (${cutOff}) is past: what is captured now counts for tomorrow.`,
  commands: 'Commands: "paygent help" lists them',
}

const orders = (count: number): string => `${grouped(count)} ${count === 1 ? 'order' : 'orders'}`

const TEXTS = bothLanguages(JA, EN)
type Texts = typeof JA

/** The first screen, ready to print, without a line break at its end. Only lines about something to do are there. */
export function statusText(view: StatusView, screen: Screen): string {
  const { lang } = screen
  const texts = TEXTS[lang]
  const shown = (lines: readonly string[]): string => fitText(lines.join('\n'), screen)
  const place = [
    texts.mirror(safe(view.mirrorPath), view.orders),
    view.importedAt === null ? texts.neverImported : texts.imported(listTime(view.importedAt)),
  ]
  const now = [...runningLine(view, lang), nightLine(view.lastNight, texts)]
  const work = [
    ...(view.sale.count > 0 ? [texts.sale(view.sale.count, yen(view.sale.yen, lang))] : []),
    ...(view.cancel.count > 0 ? [texts.cancel(view.cancel.count, yen(view.cancel.yen, lang))] : []),
    ...(view.toAsk > 0 ? [texts.toAsk(view.toAsk)] : []),
    cutOffLine(view, texts),
    texts.commands,
  ]
  return [
    `paygent ${view.version}`,
    environmentLine(view.environment, screen),
    shown([...place, ...now, ...waiting(view, lang)]),
    ...waitingStatusParts(view.waitingStatuses, screen),
    shown(work),
  ].join('\n')
}

function runningLine({ running }: StatusView, lang: Lang): string[] {
  if (running === null) return []
  const texts = TEXTS[lang]
  const { runId, progress } = running
  const name = commandName(running.command, lang)
  if (runId === null || progress === null) return [texts.running(name, listTime(running.since))]
  const many = progress.total > 1 ? texts.bulk[running.command] : undefined
  return [texts.runningRun(many ?? name, runId, progress.done, progress.total)]
}

const nightEndOf = (exitCode: number): NightEnd => NIGHT_ENDS[exitCode] ?? 'bug'

/** How a night ended, in words. */
export const nightEndWord = (exitCode: number, lang: Lang): string => TEXTS[lang].nightEnds[nightEndOf(exitCode)]

function nightLine(night: Night | null, texts: Texts): string {
  if (night === null) return texts.noNight
  const times = `${listTime(night.startedAt)} - ${listTime(night.endedAt).slice(11)}`
  const end = nightEndOf(night.exitCode)
  return texts.night(times, texts.nightEnds[end], afterNight(night, end, texts))
}

function afterNight({ runId, fault }: Night, end: NightEnd, texts: Texts): string {
  if (runId !== null) return texts.showRun(runId)
  if (end === 'done') return texts.noSale
  // A person or a limit ended it. Any other end has a cause that `doctor` finds.
  return end === 'stopped' && (fault === null || fault === 'interrupted') ? texts.goOn : texts.askDoctor
}

/** The most orders that a line names. */
const NAMED = 5

function named(orderIds: readonly string[], texts: Texts): string {
  const shown = orderIds.slice(0, NAMED).map(safe)
  const left = orderIds.length - shown.length
  return [...shown, ...(left > 0 ? [texts.more(left)] : [])].join(texts.between)
}

/** Whatever waits for a person, the most urgent first. */
function waiting(view: StatusView, lang: Lang): string[] {
  const texts = TEXTS[lang]
  const { attentionOrders, conflictOrders, heldOrders, unacknowledged, expiring } = view
  const lines = view.doubleCharges.map(({ orderId, paymentIds, anotherUnknown }) => {
    const ids = [...paymentIds.map(safe), ...(anotherUnknown ? [texts.another] : [])].join(texts.between)
    return texts.doubleCharge(safe(orderId), ids)
  })
  if (isStranger(view.machineState)) lines.push(strangerText(lang))
  const unknown = view.open - (view.running?.inFlight ?? 0)
  if (unknown > 0) lines.push(texts.open(unknown))
  if (attentionOrders[0] !== undefined)
    lines.push(texts.attention(view.attention, named(attentionOrders, texts), safe(attentionOrders[0])))
  if (conflictOrders[0] !== undefined)
    lines.push(texts.conflicts(view.conflicts, named(conflictOrders, texts), safe(conflictOrders[0])))
  if (expiring.count > 0) lines.push(texts.expiring(expiring.count, yen(expiring.yen, lang)))
  if (heldOrders[0] !== undefined) {
    const first = safe(heldOrders[0])
    lines.push(texts.held(heldOrders.length, named(heldOrders, texts), first))
  }
  if (view.shopErrors > 0) lines.push(texts.shopErrors(view.shopErrors))
  const { behindOrders } = view
  if (behindOrders[0] !== undefined)
    lines.push(texts.behind(behindOrders.length, named(behindOrders, texts), safe(behindOrders[0])))
  if (unacknowledged[0] !== undefined)
    lines.push(texts.unseen(unacknowledged.map((id) => `#${id}`).join(texts.between), unacknowledged[0]))
  return lines
}

function cutOffLine({ cutOff, minutesToCutOff: left }: StatusView, texts: Texts): string {
  return left < 0 ? texts.past(cutOff) : texts.left(cutOff, Math.floor(left / 60), left % 60)
}
