// Shows the result of `runs --verify`: the audit trail, the tables that must agree with it, and the parts not checked.
import type { Contradiction } from '../domain/difference.js'
import { grouped } from '../text/numbers.js'
import { fitText, safe } from '../text/width.js'
import { type Lang, type Screen, bothLanguages } from './screen.js'

interface UncheckedView {
  readonly ordersWithoutRequest: number
  readonly ordersOfOldEntries: number
  readonly payments: number
  readonly plans: number
  readonly headOutside: boolean
}

export type VerifyView =
  | { readonly ok: true; readonly entries: number; readonly unchecked: UncheckedView }
  | {
      readonly ok: false
      readonly seq: number
      readonly problem: 'changed' | 'swapped' | 'missing' | 'head' | 'contradicted'
      readonly contradictions: readonly Contradiction[]
    }

/** The most contradictions that are listed; the JSON has all. */
const SHOWN = 20

const JA = {
  /** The names of columns in words; a column without one is shown by its own name. */
  fields: {
    state: '状態',
    first_outcome: '最初の結果',
    code: '応答コード',
    detail: '応答詳細',
    new_payment_id: '新しい決済ID',
    payment_id: '決済ID',
    amount_yen: '送信金額',
    total_yen: 'お支払い合計',
    held_amount_yen: 'オーソリ金額',
    telegram: '電文',
    kind: '処理内容',
    status: '決済ステータス',
    attention: '要対応',
    touched: '処理済みの印',
    reason: '対象外の理由',
    about: '対象外の内容',
    plan: '送信予定の明細',
    operation: '処理',
    order_id: '受注番号',
    planned_order_id: '送信予定の受注番号',
    run_id: '処理番号',
  } as Readonly<Record<string, string>>,
  sound: (count: number) => `監査ログに異常はありません（${grouped(count)}件）。`,
  agree: '処理、送信履歴、受注の処理内容と決済IDは監査ログと一致しています。',
  unchecked: '監査ログに記録がなく、検査していないもの：',
  ordersWithoutRequest: (count: number) => `要求を送信していない受注：${grouped(count)}件`,
  ordersOfOldEntries: (count: number) =>
    `以前の版で処理した受注の一部の項目（処理内容、決済ID、お支払い合計、要対応）：${grouped(count)}件`,
  payments: (count: number) => `照会や EC-CUBE から得た決済ステータスと金額：${grouped(count)}件`,
  plans: (count: number) => `以前の版の送信予定のうち、送信していない明細：処理 ${grouped(count)}件`,
  headOutside: 'このコンピューターの使用記録：ありません',
  never: '顧客名、注文日時、対応状況、通知、結果反映の履歴',
  broken: (seq: number) =>
    `監査ログが壊れています：${seq} 番目の記録が変更または削除されています。\n対処：管理者に連絡してください。`,
  head: (seq: number) =>
    `手元データが、このコンピューターの使用記録（監査ログ ${seq} 番目）より古いか、別に進んだものです。バックアップか、末尾の記録が削除されたものです。\n対処：使用中の手元データの場合は、paygent reconcile --audit --yes で全件照合してください。`,
  contradicted: (count: number) => `手元データが監査ログと一致しません：${grouped(count)}件`,
  advice: '対処：管理者に連絡してください。paygent reconcile --audit で、ペイジェントとの違いを調べられます。',
  more: (count: number) => `  ほか ${grouped(count)}件（--format json ですべて表示）`,
  plan: '送信予定ファイル',
  run: (id: number) => `処理番号 #${id}`,
  attempt: (id: number) => `送信 #${id}`,
  order: (id: string) => `受注番号 ${id}`,
  gone: '手元データから削除されています',
  added: '監査ログに記録がありません',
  differs: (field: string, mirror: string, trail: string) => `${field}は「${mirror}」、監査ログでは「${trail}」`,
  none: 'なし',
  colon: '：',
  bullet: '・',
}

const EN: typeof JA = {
  fields: {},
  sound: (count) => `The audit log is sound (${grouped(count)} entries).`,
  agree: 'Runs, requests, and kind and payment id of the orders are as it says.',
  unchecked: 'Not checked, for the audit log has no entry of it:',
  ordersWithoutRequest: (count) => `orders without a request: ${grouped(count)}`,
  ordersOfOldEntries: (count) =>
    `some of kind, payment id, total and "action needed" of orders of an earlier version: ${grouped(count)}`,
  payments: (count) => `payment status and amount told by inquiries or EC-CUBE: ${grouped(count)}`,
  plans: (count) => `lines of plans of an earlier version that were not sent: ${grouped(count)} runs`,
  headOutside: 'the usage record of this machine: there is none',
  never: 'names, order times, order status, notices, history of push',
  broken: (seq) => `The audit log is broken: entry ${seq} was changed or removed.\nNext: tell your administrator.`,
  head: (seq) =>
    `The local data is older than this machine's usage record (entry ${seq} of the audit log), or went another way: it is a backup, or its last entries were removed.\nNext: if this is the data in use, run "paygent reconcile --audit --yes".`,
  contradicted: (count) => `The local data is not as the audit log says: ${grouped(count)} differences`,
  advice: 'Next: tell your administrator. "paygent reconcile --audit" shows what Paygent says otherwise.',
  more: (count) => `  and ${grouped(count)} more (--format json shows all)`,
  plan: 'plan file',
  run: (id) => `run #${id}`,
  attempt: (id) => `request #${id}`,
  order: (id) => `order ${id}`,
  gone: 'was removed from the local data',
  added: 'stands in no entry of the audit log',
  differs: (field, mirror, trail) => `${field} is "${mirror}", "${trail}" in the audit log`,
  none: 'none',
  colon: ': ',
  bullet: '- ',
}

const TEXTS = bothLanguages(JA, EN)

const fieldName = (field: string, lang: Lang): string => {
  const { fields } = TEXTS[lang]
  return Object.hasOwn(fields, field) ? `${fields[field]}（${field}）` : field
}

export function verifyText(check: VerifyView, screen: Screen): string {
  const text = check.ok ? soundText(check, screen.lang) : brokenText(check, screen.lang)
  return fitText(text, screen)
}

function soundText({ entries, unchecked }: Extract<VerifyView, { ok: true }>, lang: Lang): string {
  const texts = TEXTS[lang]
  const counted = (['ordersWithoutRequest', 'ordersOfOldEntries', 'payments', 'plans'] as const)
    .filter((name) => unchecked[name] > 0)
    .map((name) => texts[name](unchecked[name]))
  const left = [...counted, ...(unchecked.headOutside ? [texts.headOutside] : []), texts.never]
  return [texts.sound(entries), texts.agree, texts.unchecked, ...left.map((line) => `${texts.bullet}${line}`)].join(
    '\n',
  )
}

function brokenText({ seq, problem, contradictions }: Extract<VerifyView, { ok: false }>, lang: Lang): string {
  const texts = TEXTS[lang]
  const first = problem === 'head' ? [texts.head(seq)] : problem === 'contradicted' ? [] : [texts.broken(seq)]
  return [...first, ...contradictionLines(contradictions, lang)].join('\n')
}

/** The values in which local data and the audit trail disagree, with the next step; none where there are none. */
export function contradictionLines(contradictions: readonly Contradiction[], lang: Lang): string[] {
  const texts = TEXTS[lang]
  if (contradictions.length === 0) return []
  const shown = contradictions.slice(0, SHOWN).map((each) => `${texts.bullet}${lineOf(each, lang)}`)
  const more = contradictions.length > SHOWN ? [texts.more(contradictions.length - SHOWN)] : []
  return [texts.contradicted(contradictions.length), ...shown, ...more, texts.advice]
}

function lineOf(each: Contradiction, lang: Lang): string {
  const texts = TEXTS[lang]
  const { what: kind, runId, attemptId, orderId, field, mirror, trail } = each
  const about = [
    ...(kind === 'plan' ? [texts.plan] : []),
    ...(runId === null ? [] : [texts.run(runId)]),
    ...(orderId === null ? [] : [texts.order(safe(orderId))]),
    ...(attemptId === null ? [] : [texts.attempt(attemptId)]),
  ].join(' ')
  const said = (value: Contradiction['mirror']): string => (value === null ? texts.none : safe(String(value)))
  const what =
    field === 'row'
      ? mirror === null
        ? texts.gone
        : texts.added
      : texts.differs(fieldName(field, lang), said(mirror), said(trail))
  return `${about}${texts.colon}${what}`
}
