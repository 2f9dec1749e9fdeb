// Puts the faults of an order file into words. The reader gives line, column, value and a key.
import { safe } from '../text/width.js'
import { type Lang, bothLanguages } from './screen.js'

/** The columns that an order file must have, by their names in EC-CUBE. */
const COLUMN_NAMES: Readonly<Record<string, string>> = {
  order_id: '受注番号',
  method: '支払方法',
  total: 'お支払い合計',
  payment_id: '決済ID',
  trading_id: '取引ID',
}

const JA = {
  /** About the file as a whole. */
  file: {
    'too-large': 'ファイルが大きすぎて読み込めません。対処：期間を分けてダウンロードし、1つずつ取り込んでください',
    xlsx: 'CSV ではなく Excel のブックです。対処：Excel で開き、「CSV UTF-8（カンマ区切り）」の形式で保存し直してください',
    html: 'CSV ではなく HTML（画面の内容）です。対処：EC-CUBE にログインし直して、もう一度ダウンロードしてください',
    'utf-16': '文字コードが UTF-16 です。対処：UTF-8 か Windows-31J（Shift_JIS）で保存し直してください',
    'iso-2022-jp': '文字コードが ISO-2022-JP（JIS）です。対処：UTF-8 か Windows-31J（Shift_JIS）で保存し直してください',
    'sep-line': '先頭に Excel 用の「sep=」の行があります。対処：その行を消し、カンマ区切りで保存し直してください',
    semicolon: '列がセミコロン（;）で区切られています。対処：カンマ区切りで保存し直してください',
    tab: '列がタブで区切られています。対処：カンマ区切りで保存し直してください',
    'no-header': '見出しの行がありません',
  },
  /** About a line. */
  line: {
    encoding: 'UTF-8 でも Windows-31J でもない文字があります。対処：UTF-8 か Windows-31J で保存し直してください',
    'mixed-encodings':
      'ほかの行と文字コードが違います（UTF-8 と Windows-31J の混在）。対処：ファイル全体を1つの文字コードで保存し直してください',
    'cut-off':
      '最後の行が改行で終わっていないため、途中で切れたおそれがあります。対処：もう一度ダウンロードしてください。この行で終わりなら、行末に改行を付けて保存してください',
    'column-twice': '同じ見出しの列が2つあります',
    quotes: '引用符（"）の位置が正しくないため、列に分けられません',
    cells: '列の数が見出しと違います',
    empty: '空です',
    digits: '数字ではありません',
    'too-long': '桁が多すぎます（決済IDは18桁、受注番号は15桁まで）',
    'excel-number': 'Excel が桁を落とした数です。列を文字列にして書き出し直してください',
    'excel-rounded':
      '18桁の決済IDがすべて 000 で終わり、Excel が下3桁を丸めたとみられます。Excel で保存する前のファイルを取り込んでください',
    date: '日時ではありません（例 2026/11/23 19:30）',
    yen: '円単位の整数ではありません',
    carrier: 'docomo、au、softbank のどれでもありません',
    'carrier-of-credit': 'クレジットの受注にキャリアがあります',
    'carrier-of-method': '支払方法の読み替えで指定したキャリアと違います',
    'trading-id': '取引IDは半角英数字と _ で25文字までです',
    status: '2桁の決済ステータスではありません',
    kind: '電文種別ではありません',
    'order-twice': '同じ受注番号がほかの行にもあります',
    'lines-disagree': '同じ受注のほかの行と値が違います',
  },
  /** About a line, where the other line is known. */
  twice: (other: string) => `同じ受注番号が${other}行目にもあります`,
  /** About a column that is missing. */
  missing: {
    'missing-column': (columns: string) =>
      `見出しに${columns
        .split('|')
        .map((column) => `「${COLUMN_NAMES[column] ?? column}」`)
        .join('か')}の列がありません`,
    'missing-item': (item: string) =>
      `見出しに「${item}」の列がありません。対処：EC-CUBE の CSV出力項目設定で「${item}」を出力項目に加え、もう一度ダウンロードしてください`,
  },
  atLine: (number: string, what: string, why: string) => `${number}行目${what}：${why}`,
  more: (count: number) => `ほか${count}件`,
  oddOrder: (orderId: string, characters: string) =>
    `受注番号：${orderId} Windows-31J にない文字があります（${characters}）。似た文字か〓に置き換えて書き出しました。`,
  oddNext: '対処：元の文字のまま書き出すには、--encoding utf8 を付けてもう一度実行してください。',
  between: '、',
}

const EN: typeof JA = {
  file: {
    'too-large': 'it is too large to be read. Download shorter periods, and import them one by one',
    xlsx: 'it is an Excel workbook, no CSV. Open it in Excel and save it as "CSV UTF-8 (Comma delimited)"',
    html: 'it is an HTML page, no CSV. Log in to EC-CUBE again and download the CSV once more',
    'utf-16': 'it is in UTF-16. Save it as UTF-8 or Windows-31J (Shift_JIS)',
    'iso-2022-jp': 'it is in ISO-2022-JP (JIS). Save it as UTF-8 or Windows-31J (Shift_JIS)',
    'sep-line': 'it begins with a "sep=" line for Excel. Remove that line and save the file with commas',
    semicolon: 'its columns are separated by semicolons. Save it with commas',
    tab: 'its columns are separated by tabs. Save it with commas',
    'no-header': 'there is no header line',
  },
  line: {
    encoding: 'it has a character that is neither UTF-8 nor Windows-31J. Save the file as one of them',
    'mixed-encodings':
      'it is in another encoding than the other lines (UTF-8 and Windows-31J mixed). Save the whole file in one of them',
    'cut-off':
      'the last line has no line end, so it may have been cut off. Download the file again; if it is whole, add a line end after this line',
    'column-twice': 'this column is there twice',
    quotes: 'its quotes are wrong, so its cells cannot be told apart',
    cells: 'it has not as many cells as the header',
    empty: 'it is empty',
    digits: 'it is not digits',
    'too-long': 'it has too many digits',
    'excel-number': 'Excel has dropped its digits; export the column as text',
    'excel-rounded':
      'every payment id of 18 digits ends in 000: Excel has rounded them. Import the file as it was before Excel saved it',
    date: 'it is no time (as 2026/11/23 19:30)',
    yen: 'it is not whole yen',
    carrier: 'it is none of docomo, au, softbank',
    'carrier-of-credit': 'a credit order has no carrier',
    'carrier-of-method': 'the payment method was said to be another carrier',
    'trading-id': 'a trading id is up to 25 letters, digits and _',
    status: 'it is no payment status of two digits',
    kind: 'it is no telegram kind',
    'order-twice': 'the same order number stands in another line',
    'lines-disagree': 'another line of the same order says otherwise',
  },
  twice: (other) => `line ${other} has the same order number`,
  missing: {
    'missing-column': (columns) => `the header has no column ${columns.replace('|', ' or ')}`,
    'missing-item': (item) =>
      `the header has no column ${item}. Add it under CSV出力項目設定 in EC-CUBE and download the file again`,
  },
  atLine: (number, what, why) => `line ${number}${what}: ${why}`,
  more: (count) => `and ${count} more`,
  oddOrder: (orderId, characters) =>
    `Order ${orderId}: Windows-31J lacks ${characters}; a similar character or 〓 was written instead.`,
  oddNext: 'To keep the characters, export again with --encoding utf8.',
  between: ', ',
}

const TEXTS = bothLanguages(JA, EN)

/** The most lines that are shown. */
const SHOWN = 20

const KEY = /^(\d+):(.*?)\s*\[([a-z0-9-]+)(?: (\d+))?\]$/s

const wordsOf = <Words>(table: Readonly<Record<string, Words>>, key: string): Words | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined

function lineText(line: string, lang: Lang): string {
  const [, number = '', what = '', key = '', other = ''] = KEY.exec(line) ?? []
  const texts = TEXTS[lang]
  const ofFile = wordsOf<string>(texts.file, key)
  if (ofFile !== undefined) return ofFile
  const missing = wordsOf<(columns: string) => string>(texts.missing, key)
  if (missing !== undefined) return missing(what.trim())
  const why = wordsOf<string>(texts.line, key)
  if (why === undefined) return line
  return texts.atLine(number, what, other === '' ? why : texts.twice(other))
}

/** The reader's lines (`3: payment_id "1.23E+17" [excel-number]`) in words; the first twenty of them. */
export function csvFaultLines(lines: readonly string[], lang: Lang): string[] {
  const shown = lines.slice(0, SHOWN).map((line) => lineText(line, lang))
  const more = lines.length - shown.length
  if (more > 0) shown.push(TEXTS[lang].more(more))
  return shown
}

/** Orders with characters that Windows-31J lacks, one line each, and the next step. */
export function oddOrdersText(
  odd: readonly { readonly orderId: string; readonly characters: readonly string[] }[],
  lang: Lang,
): string {
  const { oddOrder, oddNext, between } = TEXTS[lang]
  const lines = odd.map(({ orderId, characters }) =>
    oddOrder(safe(orderId), characters.map((one) => `${safe(one)} ${codePointOf(one)}`).join(between)),
  )
  return [...lines, oddNext].join('\n')
}

const codePointOf = (one: string): string =>
  `U+${(one.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
