// Puts into words what a machine reports by a code or in English: errors of the system, of SQLite, of the connection
// and of an answer. The code stays beside the words.
import { ANSWER_MESSAGES, FAULT_MESSAGES, type Fault } from '../domain/answer.js'
import { safe } from '../text/width.js'
import { type Lang, bothLanguages } from './screen.js'

const JA = {
  faults: {
    lookup: '接続先の名前を解決できません',
    refused: '接続先が応答しません',
    timeout: '時間内に応答がありません',
    reset: '通信が途中で切れました',
    certificate: 'サーバー証明書を検証できません',
    'host-name': '証明書のホスト名が違います',
    'client-certificate': 'クライアント証明書が拒否されました',
    proxy: 'プロキシに接続できません',
    answer: '応答の形式が不正です',
    'too-large': '応答が大きすぎます（1 MiB超）',
    other: '通信に失敗しました',
  } as Record<Fault['kind'], string>,
  answers: {
    'http-status': '応答の HTTP ステータスが 200 ではありません',
    incomplete: '応答が途中で切れています',
    framing: '応答の転送形式に対応していません',
    compressed: '応答が圧縮されています',
    'line-end': '応答の行末が不正です',
    line: '応答に項目名のない行があります',
    html: '応答に画面の内容が含まれています',
    contradiction: '応答の同じ項目に2つの値があります',
    result: '応答の処理結果とコードが合いません',
    'other-request': '別の要求への応答です',
    'other-payment': '別の決済の応答です',
    amount: '応答の金額が送信した金額と違います',
    fields: '応答に必要な項目がないか、形式が不正です',
  } as Record<keyof typeof ANSWER_MESSAGES, string>,
  phases: {
    connect: '接続時',
    secure: 'TLS確立時',
    send: '送信中',
    response: '応答待ち',
    read: '応答受信中',
  } as Readonly<Record<string, string>>,
  /** By the beginning of the code; the longest one counts. */
  codes: {
    ENOENT: 'ファイルまたはフォルダーがありません',
    ENOTDIR: 'フォルダーではありません',
    EISDIR: 'ファイルではなくフォルダーです',
    EACCES: '権限がありません',
    EPERM: '権限がありません',
    EROFS: '読み取り専用のディスクです',
    ENOSPC: 'ディスクの空きがありません',
    EDQUOT: 'ディスクの割り当てを使い切っています',
    EIO: 'ディスクの読み書きに失敗しました',
    EMFILE: '開いているファイルが多すぎます',
    ENFILE: '開いているファイルが多すぎます',
    EEXIST: 'すでにあります',
    EBUSY: 'ほかのプログラムが使用中です',
    ENAMETOOLONG: '名前が長すぎます',
    ELOOP: 'リンクが循環しています',
    ENXIO: '読み取る側のないパイプです',
    EPIPE: '出力先が先に閉じられました',
    ECONNREFUSED: '接続先が応答しません',
    ECONNRESET: '通信が途中で切れました',
    ENOTFOUND: '接続先の名前を解決できません',
    EAI_: '接続先の名前を解決できません',
    ETIMEDOUT: '時間内に応答がありません',
    EHOSTUNREACH: '接続先が応答しません',
    ENETUNREACH: '接続先が応答しません',
    CONNECTION_GONE: '接続が切れました',
    PROTOCOL_CONNECTION_LOST: '接続が切れました',
    CERT_: '証明書を検証できません',
    SELF_SIGNED: '自己署名の証明書です',
    DEPTH_ZERO: '自己署名の証明書です',
    UNABLE_TO_: '証明書の発行元を検証できません',
    ERR_TLS_CERT_ALTNAME_INVALID: '証明書のホスト名が違います',
    HANDSHAKE_NO_SSL: 'TLS に対応していません',
    SQLITE_BUSY: 'ほかのプログラムが使用中です',
    SQLITE_LOCKED: 'ほかのプログラムが使用中です',
    SQLITE_FULL: 'ディスクの空きがありません',
    SQLITE_CANTOPEN: 'ファイルを開けません',
    SQLITE_READONLY: '書き込みできないファイルです',
    SQLITE_PERM: '権限がありません',
    SQLITE_AUTH: '権限がありません',
    SQLITE_IOERR: 'ディスクの読み書きに失敗しました',
    SQLITE_CORRUPT: 'データが壊れています',
    SQLITE_NOTADB: 'データベースのファイルではありません',
    SQLITE_PROTOCOL: 'ロックを取得できません',
    'shop-unreachable': '接続できません',
    'shop-login-refused': 'ログインできません',
    'shop-rights': '権限が足りません',
    'shop-not-verified': '証明書を検証できません',
    'shop-not-eccube': 'ペイジェント決済の列がありません',
    'shop-eccube3': 'EC-CUBE 3 には対応していません',
    'shop-columns-missing': '読めない列があります',
    'shop-pooler': '接続プーラーを経由しています',
    'shop-read-only': '書き込みを受け付けません',
    'shop-lock-lost': 'ロックを失いました',
    'shop-failed': 'データベースのエラーです',
    'another-desk': '別のコンピューターが送信中です',
    'mirror-busy': '手元データをほかのプログラムが使用中です',
    'mirror-full': 'ディスクの空きがありません',
    'no-stamp': '環境とマーチャントの記録がありません',
    'no-home': 'ホームフォルダーが分かりません',
    'no-wal': 'このディスクでは WAL を使えません',
    'not-a-ledger': '台帳ではないファイルです',
    'another-version': '別の版の台帳です',
    damaged: '壊れています',
    'no-certificate': '証明書がありません',
    'no-key': '秘密鍵がありません',
    unreadable: '読み取れません',
  } as Readonly<Record<string, string>>,
  /** The statement of SQLite about a damaged file says nothing to staff. */
  unnamed: '検査で異常が見つかりました',
  between: '、',
}

const EN: typeof JA = {
  faults: FAULT_MESSAGES,
  answers: ANSWER_MESSAGES,
  phases: {
    connect: 'while connecting',
    secure: 'while TLS was set up',
    send: 'while sending',
    response: 'while waiting for the answer',
    read: 'while reading the answer',
  },
  codes: {
    'shop-unreachable': 'it cannot be reached',
    'shop-login-refused': 'it refuses the login',
    'shop-rights': 'a right is missing',
    'shop-not-verified': 'its certificate does not verify',
    'shop-not-eccube': "the columns of Paygent's payment are missing",
    'shop-eccube3': 'it is of EC-CUBE 3',
    'shop-columns-missing': 'columns cannot be read',
    'shop-pooler': 'it is behind a pooler',
    'shop-read-only': 'it takes no writes',
    'shop-lock-lost': 'its lock is lost',
    'shop-failed': 'it answered with an error',
    'another-desk': 'another machine is sending',
    'mirror-busy': 'another program uses the local data',
    'mirror-full': 'the disk is full',
    'no-stamp': 'it names no environment and merchant',
    'no-home': 'there is no home folder',
    'no-wal': 'its disk allows no WAL',
    'not-a-ledger': 'it is no ledger',
    'another-version': 'it is of another version',
    damaged: 'it is damaged',
    'no-certificate': 'there is no certificate in it',
    'no-key': 'there is no private key in it',
    unreadable: 'it cannot be read',
  },
  unnamed: '',
  between: ', ',
}

const TEXTS = bothLanguages(JA, EN)

/** A code of Node, SQLite, OpenSSL or ours at the beginning of a text. */
const CODE = /^(?:[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*|[a-z]+(?:-[a-z]+)*)(?=$|[:, ])/

/** One word, a number, an address or a path: nothing that is a sentence. */
const ONE_WORD = /^\S*$/

/** The code that a problem begins with, as `ENOENT: no such file …`; '' for none. */
export function codeOfProblem(problem: string): string {
  const code = CODE.exec(problem)?.[0] ?? ''
  return code.length > 2 && (ONE_WORD.test(problem) || /^(?:E[A-Z]|SQLITE_)/.test(code)) ? code : ''
}

function wordsOfCode(code: string, lang: Lang): string | null {
  const { codes } = TEXTS[lang]
  const known = Object.keys(codes).filter((key) => (/^[a-z]/.test(key) ? code === key : code.startsWith(key)))
  const [longest] = known.toSorted((one, other) => other.length - one.length)
  return longest === undefined ? null : (codes[longest] ?? null)
}

/** The word of a problem that only this program gives has no code beside it. */
const isOurs = (code: string): boolean => /^[a-z]/.test(code)

/**
 * A problem in words, ready to stand in brackets: `権限がありません、EACCES`. English text of a library is kept in
 * English alone; elsewhere its code stands for it.
 */
export function problemText(problem: string, lang: Lang): string {
  const message = messageWords(problem, lang)
  if (message !== null) return message
  const code = codeOfProblem(problem)
  const words = code === '' ? null : wordsOfCode(code, lang)
  if (words !== null) return isOurs(code) ? words : [words, safe(code)].join(TEXTS[lang].between)
  if (lang === 'en' || ONE_WORD.test(problem) || !isEnglish(problem)) return safe(problem)
  return code === '' ? TEXTS[lang].unnamed : safe(code)
}

/** Two words of Latin letters in a row, and no Japanese. */
const isEnglish = (text: string): boolean => /[A-Za-z]{2} [A-Za-z]{2}/.test(text) && !JAPANESE.test(text)

/** One of the messages that the wire gives and the journal keeps; null for any other text. */
function messageWords(message: string, lang: Lang): string | null {
  const { faults, answers } = TEXTS[lang]
  const kind = keyOf(FAULT_MESSAGES, message)
  if (kind !== null) return faults[kind]
  const answer = keyOf(ANSWER_MESSAGES, message)
  return answer === null ? null : answers[answer]
}

const keyOf = <Key extends string>(messages: Readonly<Record<Key, string>>, message: string): Key | null =>
  (Object.keys(messages) as Key[]).find((key) => messages[key] === message) ?? null

/** The detail of an attempt: a message of the wire in the screen's language, or Paygent's own Japanese words. */
export const detailText = (detail: string, lang: Lang): string =>
  messageWords(detail, lang) ?? (lang === 'en' && JAPANESE.test(detail) ? `Paygent: ${detail}` : detail)

const JAPANESE = /[\u3040-\u30FF\u4E00-\u9FFF]/

/** 接続時, for the phase of an exchange; any other text unchanged but made harmless. */
export const phaseText = (phase: string, lang: Lang): string => TEXTS[lang].phases[phase] ?? safe(phase)

/** The allowed values of an option or a setting, which are given as `a | b`, `1-9 digits` or `HH:MM`. */
export function expectedText(expected: string, lang: Lang): string {
  const [form, words] = EXPECTED[lang].find(([pattern]) => pattern.test(expected)) ?? [/^/, '']
  if (lang === 'en') return safe(expected.replace(form, words).replaceAll(' | ', ', '))
  return safe(expected.replace(form, words)).replaceAll(/ ?\| ?|(?<=\w), (?=[\w-])/g, '、')
}

/** A list of the shop's own words, or an address of this machine. */
const EXAMPLE = /^(\d+=[^,]*,\S+|https:\/\/[\d.]+:\d+)$/

/** Each form of an expectation with its Japanese words. The first that matches counts. */
const EXPECTED_JA: readonly (readonly [RegExp, string])[] = [
  // An example is never given as the value.
  [EXAMPLE, '$1 のように'],
  [/^http:\/\/host:port$/, 'http://ホスト:ポート のように'],
  [/^…(\.\w+)$/, '$1 で終わるファイル名'],
  [/^(\w+:\/\/)…$/, '$1 で始まる URL'],
  [/^(\w+:\/\/)… \| (\w+:\/\/)…$/, '$1 か $2 で始まる URL'],
  [/^(\d+)-(\d+) digits$/, '$1～$2桁の数字'],
  [/^(\d+)-(\d+) characters$/, '$1～$2文字'],
  [/^at most (\d+) bytes$/, '$1バイト以下'],
  [/^(-?\d+)-(\d+)$/, '$1～$2 の数'],
  [/^(\d+), \d+, …$/, '$1 以上の整数'],
  [/^… (\d{4}-\d\d-\d\d)$/, '$1 以前の日付'],
  [/^YYYY-MM, month, last-month$/, 'YYYY-MM、今月、先月 のどれか'],
  [/^YYYY-MM-DD, today, .*$/, 'YYYY-MM-DD、今日、昨日、7日前、今月、先月 のどれか'],
  [/^(YYYY-MM-DD)$/, '$1 の形の日付'],
  [/^(HH:MM)$/, '$1 の形の時刻'],
  [/^an address of this machine$/, 'このコンピューターのアドレス'],
  [/^another one than (--port)$/, '$1 と異なる番号'],
  [/^an address, then names$/, '待ち受けるアドレスと、カンマで区切った名前'],
  [/^NUMBER=NAME$/, '番号=名前'],
  [/^NAME=(\S+?)(?:, …)?$/, '名前=値（値：$1）'],
  [/^JSON$/, 'JSON のファイル'],
  // A list of words, of which one is right.
  [/^([\w-]+(?:(?: \| |, )[\w-]+)+)$/, '$1 のどれか'],
]

/** The same for English, where most forms are plain words already. */
const EXPECTED_EN: readonly (readonly [RegExp, string])[] = [
  [EXAMPLE, 'a value such as $1'],
  [/^…(\.\w+)$/, 'the name of a file that ends with $1'],
  [/^(\w+:\/\/)…$/, 'a URL that begins with $1'],
  [/^(\w+:\/\/)… \| (\w+:\/\/)…$/, 'a URL that begins with $1 or $2'],
]

const EXPECTED = { ja: EXPECTED_JA, en: EXPECTED_EN } as const
