// Shows the effect of `paygent purge`, planned or done: orders that lose the customer's name, and orders that keep it.
import type { Reason } from '../domain/outcome.js'
import { grouped } from '../text/numbers.js'
import { fitText, safe } from '../text/width.js'
import { type Lang, type Screen, bothLanguages } from './screen.js'
import { answerWords, word } from './words.js'

export interface PurgeView {
  /** Japan date, `YYYY-MM-DD`; not itself in it. */
  readonly before: string
  readonly purged: number
  /** Orders that keep their name because they are not finished. */
  readonly left: readonly {
    readonly orderId: string
    readonly reason: Extract<Reason, 'open-attempt' | 'attention' | 'conflict'>
  }[]
  readonly dryRun: boolean
  /** Whether the mirror's files were rewritten without the removed names; null when none was removed. */
  readonly wiped: boolean | null
}

const JA = {
  would: (before: string, count: number) =>
    `${before.replaceAll('-', '/')} より前の受注 ${grouped(count)}件の顧客名を消します。`,
  did: (before: string, count: number) =>
    `${before.replaceAll('-', '/')} より前の受注 ${grouped(count)}件の顧客名を消しました。`,
  left: (why: string, count: number, ids: string) => `${why}のため顧客名を残す受注：${grouped(count)}件（${ids}）`,
  notWiped:
    'ほかのプログラムが手元データを読んでいるため、ファイルの空き領域に顧客名が残っているおそれがあります。対処：もう一度実行してください。',
  outside:
    'バックアップ、書き出した CSV、ページ（--format html）、夜間処理のレポート（PAYGENT_REPORT_DIR）、EC-CUBE に残る顧客名は、この操作では消えません。',
  notes: '保留と手動登録の理由（--note）は監査ログに残ります。',
  question: '顧客名を消します。元には戻せません。よろしいですか？',
  more: ' ほか',
  between: '、',
}

const orders = (count: number): string => (count === 1 ? '1 order' : `${grouped(count)} orders`)

const EN: typeof JA = {
  would: (before, count) => `Will remove the customers' names of ${orders(count)} before ${before}.`,
  did: (before, count) => `Removed the customers' names of ${orders(count)} before ${before}.`,
  left: (why, count, ids) => `Keep their names (${why}): ${orders(count)} (${ids})`,
  notWiped:
    'Another program is reading the local data, so unused parts of its files may still hold names. Run it again.',
  outside:
    'Names in backups, in exported CSV files, in pages (--format html), in reports of nights (PAYGENT_REPORT_DIR) and in EC-CUBE are not touched by this.',
  notes: 'The notes of holds and of settle (--note) stay in the audit log.',
  question: "Remove the customers' names for good?",
  more: ', …',
  between: ', ',
}

const TEXTS = bothLanguages(JA, EN)

const IDS_SHOWN = 10

export function purgeText(view: PurgeView, screen: Screen): string {
  const { lang } = screen
  const texts = TEXTS[lang]
  const { before, purged, dryRun } = view
  const lines = [
    dryRun ? texts.would(before, purged) : texts.did(before, purged),
    ...leftLines(view, lang),
    ...(view.wiped === false ? [texts.notWiped] : []),
    texts.outside,
    texts.notes,
  ]
  return fitText(lines.join('\n'), screen)
}

function leftLines({ left }: PurgeView, lang: Lang): string[] {
  const { left: line, more, between } = TEXTS[lang]
  const reasons = [...new Set(left.map(({ reason }) => reason))]
  return reasons.map((reason) => {
    const ids = left.filter((each) => each.reason === reason).map(({ orderId }) => safe(orderId))
    const shown = `${ids.slice(0, IDS_SHOWN).join(between)}${ids.length > IDS_SHOWN ? more : ''}`
    return line(word(`short.${reason}`, lang), ids.length, shown)
  })
}

export const purgeQuestion = (lang: Lang) => ({
  message: TEXTS[lang].question,
  ...answerWords(lang),
})

/** `purge --format json`. */
export const purgeJson = ({ before, dryRun, purged, left, wiped }: PurgeView) => ({
  before,
  dryRun,
  purged,
  left,
  wiped,
})
