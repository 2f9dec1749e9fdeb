// Shows the result of an import: counts, skipped payment methods, and orders in which file and mirror differ.
import type { WaitingStatuses } from '../domain/chosen.js'
import { METHOD_VALUES, type SkippedMethod } from '../domain/method-names.js'
import type { SharedPayment, ShopDifference } from '../domain/shop.js'
import { grouped } from '../text/numbers.js'
import { cutMiddle, fitText, safe } from '../text/width.js'
import { type Lang, type Screen, bothLanguages } from './screen.js'
import { KEEP, drawTable } from './table.js'
import { waitingStatusParts } from './waiting-status.js'
import { differingField, word } from './words.js'

export interface ImportView {
  readonly added: number
  readonly updated: number
  readonly unchanged: number
  readonly skippedOtherMethods: number
  /** Other payment methods by their names; '' for lines without one. */
  readonly skippedMethods: readonly SkippedMethod[]
  /** The value of PAYGENT_METHODS that would accept the methods that resemble Paygent's; null where there is none. */
  readonly methodsSetting: string | null
  readonly warnings: {
    readonly rounded: readonly { readonly orderId: string; readonly paymentId: string }[]
    readonly unmatchedMethods: readonly string[]
  }
  /** The file has no line that belongs to Paygent. */
  readonly isEmpty: boolean
  /** Orders of the file whose payment is not known yet. */
  readonly withoutPayment: number
  /** The file has no column for 対応状況. */
  readonly withoutStatus: boolean
  readonly waitingStatuses: WaitingStatuses | null
  /** Payments that several orders have; none of these orders is sent. */
  readonly sharedPayments: readonly SharedPayment[]
  readonly conflicts: readonly { readonly orderId: string; readonly differences: readonly ShopDifference[] }[]
  /** Orders in conflict that the file repeats unchanged. */
  readonly standing: number
}

/** The cells that a name takes at most; a longer one is cut in its middle, as its ends tell it from others. */
const LONGEST_NAME = 40

export const shownName = (name: string): string => cutMiddle(safe(name), LONGEST_NAME)

/** Fields whose value is free text of the shop's: the method, and a row that cannot be read. */
const FREE_TEXTS: readonly string[] = ['method', 'order_id']

const JA = {
  counts: (counts: string) => `受注を取り込みました：${counts}。`,
  added: (count: number) => `追加 ${grouped(count)}件`,
  updated: (count: number) => `更新 ${grouped(count)}件`,
  unchanged: (count: number) => `変更なし ${grouped(count)}件`,
  nothing: '取り込んだ受注はありません。',
  isEmpty: 'ペイジェントの支払方法の受注がファイルにありません。',
  between: '、',
  skipped: (methods: string) => `対象外の支払方法：${methods}`,
  method: ({ name, count }: SkippedMethod) => `${shownName(name) || '（支払方法なし）'} ${grouped(count)}件`,
  moreMethods: (count: number) => `ほか ${grouped(count)}種類`,
  setting: `ペイジェントの支払方法がこの中にあれば、設定に次の行を書き（ほかの決済会社の分は除く）、もう一度取り込んでください：`,
  howToSet: `ペイジェントの支払方法がこの中にあれば、--method-name 名前=値 か設定 PAYGENT_METHODS で指定してください（値：${METHOD_VALUES.join('、')}）。`,
  unmatched: (names: string) => `読み替えを指定した支払方法のうち、ファイルにないもの：${names}`,
  rounded: (count: number, first: string) =>
    `決済ID が 000 で終わる受注 ${grouped(count)}件（受注番号 ${first} など）：Excel が下3桁を丸めたおそれがあります。対処：元のファイルと決済IDを見比べてください。`,
  withoutPayment: (count: number) =>
    `決済IDのない受注 ${grouped(count)}件：決済は、送信予定を作るとき（または paygent sync で）取引IDからペイジェントに照会します。`,
  withoutStatus:
    'ファイルに「対応状況」の列がありません。キャンセルされた受注を見分けられないため、新しい受注は一括処理と夜間処理の対象外です。',
  conflicts: (count: number) =>
    `不一致 ${grouped(count)}件：手元データと内容が違うため、取り込まず、送信も止めています。`,
  standing: (count: number) =>
    `前回から不一致のままの受注：${grouped(count)}件（送信を止めています。paygent reconcile で照合）`,
  methodChanged: (orderIds: string, one: string) =>
    `支払方法が変わった受注：${orderIds}。対処：EC-CUBE で支払方法を確かめ、元の決済が不要ならペイジェントオンラインで取り消してから、paygent settle ${one} --as cancelled --note ‹理由› で手動登録してください。`,
  anyOrder: '‹受注番号›',
  next: '対処：paygent reconcile で照合してください。それでも残る不一致は、EC-CUBE を直してもう一度取り込むか、paygent settle ‹受注番号› で手動登録してください。',
  shared: (paymentId: string, orderIds: string) =>
    `決済ID ${paymentId} が複数の受注にあります：受注番号 ${orderIds}。どちらに決済されたか分からないため、いずれも送信しません。対処：決済IDを直して、もう一度取り込んでください。`,
  field: '項目',
  mirror: '手元データ',
  methods: { credit: 'クレジット', carrier: 'キャリア' } as Readonly<Record<string, string>>,
}

const EN: typeof JA = {
  counts: (counts) => `Orders imported: ${counts}.`,
  added: (count) => `${grouped(count)} added`,
  updated: (count) => `${grouped(count)} updated`,
  unchanged: (count) => `${grouped(count)} unchanged`,
  nothing: 'No orders were imported.',
  isEmpty: "The file has no order of Paygent's payment methods.",
  between: ', ',
  skipped: (methods) => `Other payment methods, skipped: ${methods}`,
  method: ({ name, count }) => `${shownName(name) || '(no method)'} ${grouped(count)}`,
  moreMethods: (count) => `${grouped(count)} more`,
  setting: `If Paygent carries any of them out, put this line into the settings (without those of other companies) and import again:`,
  howToSet: `If Paygent carries any of them out, name it with --method-name NAME=VALUE or PAYGENT_METHODS (values: ${METHOD_VALUES.join(', ')}).`,
  unmatched: (names) => `Payment methods that were named, but are not in the file: ${names}`,
  rounded: (count, first) =>
    `${grouped(count)} with a payment id that ends in 000 (order ${first} is one): Excel may have rounded them. Compare them with the file as it was downloaded.`,
  withoutPayment: (count) =>
    `${grouped(count)} without payment id: Paygent is asked for it by trading id before anything is sent, or by "paygent sync".`,
  withoutStatus:
    'The file has no column 対応状況. Cancelled orders cannot be told apart, so new orders are skipped by bulk and nightly runs.',
  conflicts: (count) =>
    `${grouped(count)} with a mismatch: they differ from the local data; not imported, and not sent any more.`,
  standing: (count) => `${grouped(count)} with a mismatch as before (not sent; "paygent reconcile" compares them).`,
  methodChanged: (orderIds, one) =>
    `The payment method has changed: ${orderIds}. Check it in EC-CUBE; if the old payment is not needed, cancel it in Paygent Online, then run "paygent settle ${one} --as cancelled --note <reason>".`,
  anyOrder: '<order>',
  next: 'Next: "paygent reconcile". For a mismatch that stays, correct the order in EC-CUBE and import again, or record it by hand: "paygent settle <order>".',
  shared: (paymentId, orderIds) =>
    `Payment ${paymentId} belongs to several orders: ${orderIds}. It is not clear which one it paid for, so none of them is sent. Correct the payment id and import again.`,
  field: 'field',
  mirror: 'local data',
  methods: { credit: 'credit', carrier: 'carrier' },
}

const TEXTS = bothLanguages(JA, EN)

export function importText(view: ImportView, screen: Screen): string {
  const texts = TEXTS[screen.lang]
  const parts = [countsText(view, screen.lang), ...methodParts(view, screen.lang)]
  const [first] = view.warnings.rounded
  if (first !== undefined) parts.push(texts.rounded(view.warnings.rounded.length, safe(first.orderId)))
  if (view.withoutPayment > 0) parts.push(texts.withoutPayment(view.withoutPayment))
  parts.push(...sharedPaymentLines(view.sharedPayments, screen.lang))
  if (view.withoutStatus) parts.push(texts.withoutStatus)
  if (view.standing > 0) parts.push(texts.standing(view.standing))
  // The line for the settings is to be copied, so it is not broken in two.
  const counts = parts.map((part) => (part.startsWith(SETTING) ? part : fitText(part, screen)))
  const conflicts = view.conflicts.length === 0 ? [] : conflictParts(view.conflicts, 'CSV', screen)
  return [...counts, ...waitingStatusParts(view.waitingStatuses, screen), ...conflicts].join('\n')
}

/** The counts without those that are zero. */
function countsText(view: ImportView, lang: Lang): string {
  const texts = TEXTS[lang]
  if (view.isEmpty) return texts.isEmpty
  const counts = (['added', 'updated', 'unchanged'] as const).filter((name) => view[name] > 0)
  if (counts.length === 0) return texts.nothing
  return texts.counts(counts.map((name) => texts[name](view[name])).join(texts.between))
}

const SETTING = 'PAYGENT_METHODS='

/** The most names that are shown. */
const SHOWN_METHODS = 20

function methodParts({ skippedMethods, methodsSetting, warnings, isEmpty }: ImportView, lang: Lang): string[] {
  const texts = TEXTS[lang]
  const parts: string[] = []
  if (skippedMethods.length > 0) {
    const shown = skippedMethods.slice(0, SHOWN_METHODS).map(texts.method)
    const more = skippedMethods.length - shown.length
    parts.push(texts.skipped([...shown, ...(more > 0 ? [texts.moreMethods(more)] : [])].join(texts.between)))
    if (methodsSetting !== null) parts.push(texts.setting, `${SETTING}"${safe(methodsSetting)}"`)
    else if (isEmpty) parts.push(texts.howToSet)
  }
  const { unmatchedMethods } = warnings
  if (unmatchedMethods.length > 0) parts.push(texts.unmatched(unmatchedMethods.map(shownName).join(texts.between)))
  return parts
}

/** Both sides of every conflict. @param source the name of the other side */
export function conflictParts(conflicts: ImportView['conflicts'], source: string, screen: Screen): string[] {
  const texts = TEXTS[screen.lang]
  const rows = conflicts.flatMap(({ orderId, differences }) =>
    differences.map(({ field, mirror, file }) => {
      const shown = (side: string | number | null): string => {
        const text = String(side ?? '')
        if (!FREE_TEXTS.includes(field)) return text
        return (field === 'method' ? texts.methods[text] : undefined) ?? shownName(text)
      }
      return [orderId, differingField(field, screen.lang) ?? field, shown(mirror), shown(file)]
    }),
  )
  const headers = [word('column.order-id', screen.lang), texts.field, texts.mirror, source]
  const columns = headers.map(
    (header, place) => ({ header, priority: KEEP, shrink: place < 2 ? 'never' : 'wrap' }) as const,
  )
  const moved = conflicts.filter(({ differences }) => differences.some(({ field }) => field === 'method'))
  const ids = moved.map(({ orderId }) => safe(orderId)).join(texts.between)
  const [one] = moved.length === 1 ? moved : []
  const settles = one === undefined ? texts.anyOrder : safe(one.orderId)
  // Paygent does not know the method that the shop has agreed on.
  const others = conflicts.some(({ differences }) => differences.some(({ field }) => field !== 'method'))
  const advice = [...(moved.length > 0 ? [texts.methodChanged(ids, settles)] : []), ...(others ? [texts.next] : [])]
  return [
    fitText(texts.conflicts(conflicts.length), screen),
    drawTable({ columns, rows }, screen),
    fitText(advice.join('\n'), screen),
  ]
}

/** One line each, for a file as for the shop's database. */
export const sharedPaymentLines = (shared: readonly SharedPayment[], lang: Lang): string[] =>
  shared.map(({ paymentId, orderIds }) =>
    TEXTS[lang].shared(safe(paymentId), orderIds.map(safe).join(TEXTS[lang].between)),
  )

/** `import --format json`. */
export function importJson(view: ImportView) {
  const { added, updated, unchanged, skippedOtherMethods, withoutPayment, sharedPayments, conflicts, standing } = view
  const { skippedMethods, methodsSetting, withoutStatus, waitingStatuses } = view
  const { rounded, unmatchedMethods } = view.warnings
  return {
    added,
    updated,
    unchanged,
    skippedOtherMethods,
    skippedMethods,
    methodsSetting,
    withoutPayment,
    withoutStatus,
    waitingStatuses,
    sharedPayments,
    warnings: { roundedPaymentIds: rounded, unmatchedMethods },
    conflicts,
    standing,
  }
}
