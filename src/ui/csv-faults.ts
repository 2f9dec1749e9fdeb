// What is wrong with an order file, in words. The reader gives line, column, value and a key.
import { safe } from '../text/width.js'
import type { Lang } from './screen.js'

/** Why the file as a whole is none of ours: no line is to blame. */
const FILE_WHY = {
  xlsx: {
    ja: 'CSV ではなく Excel のブックです。対処：Excel で開き、「CSV UTF-8（コンマ区切り）」の形式で保存し直してください',
    en: 'it is an Excel workbook, no CSV. Open it in Excel and save it as "CSV UTF-8 (Comma delimited)"',
  },
  html: {
    ja: 'CSV ではなく HTML（画面の内容）です。対処：EC-CUBE にログインし直して、もう一度ダウンロードしてください',
    en: 'it is an HTML page, no CSV. Log in to EC-CUBE again and download the CSV once more',
  },
  'utf-16': {
    ja: '文字コードが UTF-16 です。対処：UTF-8 か Windows-31J（Shift_JIS）で保存し直してください',
    en: 'it is in UTF-16. Save it as UTF-8 or Windows-31J (Shift_JIS)',
  },
  'iso-2022-jp': {
    ja: '文字コードが ISO-2022-JP（JIS）です。対処：UTF-8 か Windows-31J（Shift_JIS）で保存し直してください',
    en: 'it is in ISO-2022-JP (JIS). Save it as UTF-8 or Windows-31J (Shift_JIS)',
  },
  'sep-line': {
    ja: '先頭に Excel 用の「sep=」の行があります。対処：その行を消し、コンマ区切りで保存し直してください',
    en: 'it begins with a "sep=" line for Excel. Remove that line and save the file with commas',
  },
  semicolon: {
    ja: '列がセミコロン（;）で区切られています。対処：コンマ区切りで保存し直してください',
    en: 'its columns are separated by semicolons. Save it with commas',
  },
  tab: {
    ja: '列がタブで区切られています。対処：コンマ区切りで保存し直してください',
    en: 'its columns are separated by tabs. Save it with commas',
  },
  'no-header': { ja: '見出しの行がありません', en: 'there is no header line' },
} as const satisfies Record<string, Record<Lang, string>>

const WHY = {
  encoding: {
    ja: 'UTF-8 でも Windows-31J でもない文字があります。対処：UTF-8 か Windows-31J で保存し直してください',
    en: 'it has a character that is neither UTF-8 nor Windows-31J. Save the file as one of them',
  },
  'mixed-encodings': {
    ja: 'ほかの行と文字コードが違います（UTF-8 と Windows-31J の混在）。対処：ファイル全体を1つの文字コードで保存し直してください',
    en: 'it is in another encoding than the other lines (UTF-8 and Windows-31J mixed). Save the whole file in one of them',
  },
  'cut-off': {
    ja: '最後の行が改行で終わっていないため、途中で切れたおそれがあります。対処：もう一度ダウンロードしてください。この行で終わりなら、行末に改行を付けて保存してください',
    en: 'the last line has no line end, so it may have been cut off. Download the file again; if it is whole, add a line end after this line',
  },
  'column-twice': { ja: '同じ見出しの列が2つあります', en: 'this column is there twice' },
  quotes: {
    ja: '引用符（"）の位置が正しくないため、列に分けられません',
    en: 'its quotes are wrong, so its cells cannot be told apart',
  },
  cells: { ja: '列の数が見出しと違います', en: 'it has not as many cells as the header' },
  empty: { ja: '空です', en: 'it is empty' },
  digits: { ja: '数字ではありません', en: 'it is not digits' },
  'too-long': { ja: '桁が多すぎます（決済IDは18桁、受注番号は15桁まで）', en: 'it has too many digits' },
  'excel-number': {
    ja: 'Excel が桁を落とした数です。列を文字列にして書き出し直してください',
    en: 'Excel has dropped its digits; export the column as text',
  },
  'excel-rounded': {
    ja: '18桁の決済IDがすべて 000 で終わり、Excel が下3桁を丸めたとみられます。Excel で保存する前のファイルを取り込んでください',
    en: 'every payment id of 18 digits ends in 000: Excel has rounded them. Import the file as it was before Excel saved it',
  },
  date: { ja: '日時ではありません（例 2026/11/23 19:30）', en: 'it is no time (as 2026/11/23 19:30)' },
  yen: { ja: '円単位の整数ではありません', en: 'it is not whole yen' },
  carrier: { ja: 'docomo、au、softbank のどれでもありません', en: 'it is none of docomo, au, softbank' },
  'carrier-of-credit': { ja: 'クレジットの受注にキャリアがあります', en: 'a credit order has no carrier' },
  'carrier-of-method': {
    ja: '支払方法の読み替えで指定したキャリアと違います',
    en: 'the payment method was said to be another carrier',
  },
  'trading-id': { ja: '取引IDは半角英数字と _ で25文字までです', en: 'a trading id is up to 25 letters, digits and _' },
  status: { ja: '2桁の決済ステータスではありません', en: 'it is no payment status of two digits' },
  kind: { ja: '電文種別ではありません', en: 'it is no telegram kind' },
  'order-twice': { ja: '同じ受注番号がほかの行にもあります', en: 'the same order number stands in another line' },
  'lines-disagree': {
    ja: '同じ受注のほかの行と値が違います',
    en: 'another line of the same order says otherwise',
  },
} as const satisfies Record<string, Record<Lang, string>>

/** The columns that must be there, as the shop's manual calls them. */
const COLUMN_NAMES: Readonly<Record<string, string>> = {
  order_id: '受注番号',
  method: '支払方法',
  total: 'お支払い合計',
  payment_id: '決済ID',
  trading_id: '取引ID',
}

const MISSING = {
  'missing-column': {
    ja: (columns: string) =>
      `見出しに${columns
        .split('|')
        .map((column) => `「${COLUMN_NAMES[column] ?? column}」`)
        .join('か')}の列がありません`,
    en: (columns: string) => `the header has no column ${columns.replace('|', ' or ')}`,
  },
  'missing-item': {
    ja: (item: string) =>
      `見出しに「${item}」の列がありません。対処：EC-CUBE の CSV出力項目設定で「${item}」を出力項目に加え、もう一度ダウンロードしてください`,
    en: (item: string) =>
      `the header has no column ${item}. Add it under CSV出力項目設定 in EC-CUBE and download the file again`,
  },
} as const satisfies Record<string, Record<Lang, (columns: string) => string>>

/** More lines than this help nobody. */
const SHOWN = 20

const KEY = /^(\d+):(.*?)\s*\[([a-z0-9-]+)\]$/s

const wordsOf = <Words>(table: Readonly<Record<string, Words>>, key: string): Words | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined

function lineText(line: string, lang: Lang): string {
  const [, number = '', what = '', key = ''] = KEY.exec(line) ?? []
  const ofFile = wordsOf<Record<Lang, string>>(FILE_WHY, key)
  if (ofFile !== undefined) return ofFile[lang]
  const missing = wordsOf<Record<Lang, (columns: string) => string>>(MISSING, key)
  if (missing !== undefined) return missing[lang](what.trim())
  const why = wordsOf<Record<Lang, string>>(WHY, key)?.[lang]
  if (why === undefined) return line
  return lang === 'ja' ? `${number}行目${what}：${why}` : `line ${number}${what}: ${why}`
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
