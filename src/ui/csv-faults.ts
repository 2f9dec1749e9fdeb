// What is wrong with a line of the CSV, in words. The reader gives line, column, value and a key; page 3.4.
import type { Lang } from './screen.js'
import { safe } from './width.js'

const WHY = {
  encoding: { ja: 'UTF-8 でも Windows-31J でもありません', en: 'neither UTF-8 nor Windows-31J' },
  'no-header': { ja: '見出しの行がありません', en: 'there is no header line' },
  'missing-column': { ja: 'この列が必要です', en: 'this column is needed' },
  'column-twice': { ja: '同じ列が2つあります', en: 'this column is there twice' },
  quotes: { ja: '引用符が閉じていません', en: 'a quote is not closed' },
  cells: { ja: '列の数が見出しと違います', en: 'it has not as many cells as the header' },
  empty: { ja: '空です', en: 'it is empty' },
  digits: { ja: '数字ではありません', en: 'it is not digits' },
  'excel-number': {
    ja: 'Excel が桁を落とした数です。列を文字列にして書き出し直してください',
    en: 'Excel has dropped its digits; export the column as text',
  },
  date: { ja: '日時ではありません（例 2026/11/23 19:30）', en: 'it is no time (as 2026/11/23 19:30)' },
  yen: { ja: '円単位の整数ではありません', en: 'it is not whole yen' },
  carrier: { ja: 'docomo、au、softbank のどれでもありません', en: 'it is none of docomo, au, softbank' },
  'carrier-of-credit': { ja: 'クレジットの受注にキャリアがあります', en: 'a credit order has no carrier' },
  'trading-id': { ja: '取引IDは英数字と _ で25文字までです', en: 'a trading id is up to 25 letters, digits and _' },
  status: { ja: '2桁の決済ステータスではありません', en: 'it is no payment status of two digits' },
  kind: { ja: '電文種別ではありません', en: 'it is no telegram kind' },
  'order-twice': { ja: '同じ受注番号が前の行にあります', en: 'the same order number stands in an earlier line' },
} as const satisfies Record<string, Record<Lang, string>>

/** More lines than this help nobody. */
const SHOWN = 20

const KEY = /^(\d+):(.*?)\s*\[([a-z-]+)\]$/s

function lineText(line: string, lang: Lang): string {
  const match = KEY.exec(line)
  const [, number, what, key] = match ?? []
  const why = (WHY as Readonly<Record<string, Record<Lang, string>>>)[key ?? '']?.[lang]
  if (why === undefined) return line
  return lang === 'ja' ? `${number}行目${what ?? ''}：${why}` : `line ${number}${what ?? ''}: ${why}`
}

/** The reader's lines (`3: payment_id "1.23E+17" [excel-number]`) in words; the first twenty of them. */
export function csvFaultLines(lines: readonly string[], lang: Lang): string[] {
  const shown = lines.slice(0, SHOWN).map((line) => lineText(line, lang))
  const more = lines.length - shown.length
  if (more > 0) shown.push(lang === 'ja' ? `ほか ${more} 件` : `and ${more} more`)
  return shown
}

const ODD = {
  ja: {
    order: (orderId: string, characters: string) =>
      `受注番号：${orderId} Windows-31J にない文字があります（${characters}）。似た文字か〓に置き換えて書き出しました。`,
    next: '対処：元の文字のまま書き出すには、--encoding utf8 を付けてもう一度実行してください。',
    between: '、',
  },
  en: {
    order: (orderId: string, characters: string) =>
      `Order ${orderId}: Windows-31J lacks ${characters}; a similar character or 〓 was written instead.`,
    next: 'To keep the characters, export again with --encoding utf8.',
    between: ', ',
  },
} as const satisfies Record<Lang, unknown>

/** Orders that a file in Windows-31J could not hold as they are, a line each, and what to do. */
export function oddOrdersText(
  odd: readonly { readonly orderId: string; readonly characters: readonly string[] }[],
  lang: Lang,
): string {
  const { order, next, between } = ODD[lang]
  const lines = odd.map(({ orderId, characters }) =>
    order(safe(orderId), characters.map((one) => `${safe(one)} ${codePointOf(one)}`).join(between)),
  )
  return [...lines, next].join('\n')
}

const codePointOf = (one: string): string =>
  `U+${(one.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
