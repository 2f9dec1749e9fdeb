// Puts a plan file into words: what was written, and how the orders differ from it by now.
import type { RequestName } from '../domain/order.js'
import { REASONS } from '../domain/outcome.js'
import { grouped, listTime } from '../text/numbers.js'
import { quoted } from '../text/shells.js'
import { fitText, safe } from '../text/width.js'
import { reasonShort } from './reasons.js'
import { bothLanguages, type Lang, pasted, type Screen } from './screen.js'
import { actionName } from './words.js'

const JA = {
  written: (path: string, count: number, yen: number) =>
    `送信予定ファイルを作成しました：${path}（${grouped(count)}件 ${grouped(yen)}円）`,
  valid: (until: string) => `${until} まで、1回だけ使えます。実行する担当者のコマンド：`,
  fields: {
    request: '処理内容',
    telegram: '電文',
    method: '支払方法',
    carrier: 'キャリア',
    'trading-id': '取引ID',
    payment: '決済ID',
    kind: '前回の要求',
    status: '決済ステータス',
    'held-amount': 'オーソリ金額',
    total: 'お支払い合計',
    amount: '送信金額',
    mark: '対応状況の確認',
  } as Readonly<Record<string, string>>,
  yen: (amount: string) => `${amount}円`,
  none: 'なし',
  changed: (orderId: string, field: string, approved: string, now: string) =>
    `受注番号：${orderId} ${field} ${approved} → ${now}`,
  changedOnly: (orderId: string, field: string) => `受注番号：${orderId} ${field}が変わりました`,
  refused: (orderId: string, reason: string) => `受注番号：${orderId} 対象外になりました（${reason}）`,
  leftOut: '--all の対象外',
  planned: (orderId: string) => `受注番号：${orderId} 対象外でしたが、送信できるようになりました`,
  other: (orderId: string, why: string) => `受注番号：${orderId} 内容が変わりました（${why}）`,
}

const EN: typeof JA = {
  written: (path, count, yen) => `Plan file written: ${path} (orders: ${grouped(count)}, ${grouped(yen)} yen)`,
  valid: (until) => `Valid until ${until}, once. The command of the person who runs it:`,
  fields: {
    request: 'request',
    telegram: 'telegram',
    method: 'payment method',
    carrier: 'carrier',
    'trading-id': 'trading id',
    payment: 'payment id',
    kind: 'last request',
    status: 'payment status',
    'held-amount': 'authorised amount',
    total: 'total',
    amount: 'amount to be sent',
    mark: 'check of the order status',
  },
  yen: (amount) => `¥${amount}`,
  none: 'none',
  changed: (orderId, field, approved, now) => `Order ${orderId}: ${field} ${approved} → ${now}`,
  changedOnly: (orderId, field) => `Order ${orderId}: ${field} has changed`,
  refused: (orderId, reason) => `Order ${orderId} is skipped by now (${reason})`,
  leftOut: '--all no longer takes it',
  planned: (orderId) => `Order ${orderId} was skipped and may be sent by now`,
  other: (orderId, why) => `Order ${orderId} has changed (${why})`,
}

const TEXTS = bothLanguages(JA, EN)

const AMOUNTS: readonly string[] = ['held-amount', 'total', 'amount']

/** A value as staff know it; codes of the telegrams stay what they are. */
const nameOf = (field: string, value: string, lang: Lang): string =>
  field === 'request' ? actionName(value as RequestName, lang) : value

/** A reason of the rules in a word or two; null for another word of the program. */
function refusalText(why: string, lang: Lang): string | null {
  const reason = REASONS.find((each) => each === why)
  return reason === undefined ? null : reasonShort(reason, lang)
}

/** Each difference in words. @param lines as `planDiffers` makes them: order, field, approved value and value of now */
export const planDifferenceLines = (lines: readonly string[], lang: Lang): string[] =>
  lines.map((line) => {
    const [orderId = '', field = '', approved = '', now = ''] = line.split('\t')
    const texts = TEXTS[lang]
    if (field === 'refused') return texts.refused(orderId, refusalText(now, lang) ?? texts.leftOut)
    if (field === 'planned') return texts.planned(orderId)
    const name = Object.hasOwn(texts.fields, field) ? texts.fields[field] : undefined
    if (name === undefined) return texts.other(orderId, refusalText(field, lang) ?? field)
    if (approved === '' && now === '') return texts.changedOnly(orderId, name)
    const shown = (value: string): string =>
      value === '' ? texts.none : AMOUNTS.includes(field) ? texts.yen(grouped(value)) : nameOf(field, value, lang)
    return texts.changed(orderId, name, shown(approved), shown(now))
  })

/** A plan file that has just been written. */
export interface WrittenPlan {
  readonly path: string
  /** `bulk-sale`, `bulk-cancel` */
  readonly command: string
  readonly count: number
  readonly yen: number
  /** ISO Japan time. */
  readonly validUntil: string
}

/** The note on a plan file that was written, with the command that sends it. */
export function writtenText({ path, command, count, yen, validUntil }: WrittenPlan, screen: Screen): string {
  const texts = TEXTS[screen.lang]
  const note = [texts.written(safe(path), count, yen), texts.valid(listTime(validUntil))].join('\n')
  // A command that is broken into lines cannot be pasted.
  return `${fitText(note, screen)}\n  ${pasted(`paygent ${command} --plan ${safe(quoted(path))}`, screen)}`
}
