// What the operator reads when something is wrong: what happened, what was and was not sent, the next step. Page 6.
import type { LockCommand } from '../domain/holder.js'
import type { AppError, ErrorCode, ErrorParams } from '../errors.js'
import { grouped } from '../text/numbers.js'
import { safe } from '../text/width.js'
import { csvFaultLines } from './csv-faults.js'
import type { ErrorTemplate } from './error-template.js'
import { ERRORS_EN } from './errors-en.js'
import { ERRORS_JA } from './errors-ja.js'
import type { Lang } from './screen.js'

/** What a fault says about sending. `other`: its own message says it, or nothing is ever sent there. */
type Sent = 'nothing' | 'no-more' | 'other'

const SENT = {
  'bad-option': 'nothing',
  'unknown-command': 'nothing',
  'bad-value': 'nothing',
  'options-contradict': 'nothing',
  'no-orders-named': 'nothing',
  'unknown-orders': 'nothing',
  'filter-needed': 'nothing',
  'no-terminal': 'nothing',
  'deleted-unconfirmed': 'nothing',
  'limits-needed': 'nothing',
  'env-file-missing': 'nothing',
  'setting-invalid': 'nothing',
  'setting-missing': 'nothing',
  'setting-needed-without-terminal': 'nothing',
  'endpoint-not-allowed': 'nothing',
  'tls-check-disabled': 'nothing',
  'installation-broken': 'nothing',
  'tls-keys-logged': 'nothing',
  'log-misplaced': 'nothing',
  'log-unusable': 'nothing',
  'log-unwritable': 'other',
  'too-many-named': 'nothing',
  'file-unreadable': 'nothing',
  'file-too-open': 'nothing',
  'file-exists': 'other',
  'file-unwritable': 'other',
  'backup-on-network': 'other',
  'backup-failed': 'other',
  'port-in-use': 'other',
  'mirror-missing': 'nothing',
  'mirror-not-ours': 'nothing',
  'mirror-newer': 'nothing',
  'mirror-unusable': 'no-more',
  'mirror-damaged': 'no-more',
  'mirror-on-network': 'nothing',
  'state-unusable': 'nothing',
  'ledger-unusable': 'nothing',
  'csv-bad': 'other',
  'encoding-impossible': 'other',
  'unknown-run': 'other',
  'total-from-shop': 'nothing',
  'shop-missing': 'nothing',
  'shop-address': 'nothing',
  'shop-login-refused': 'nothing',
  'shop-rights': 'nothing',
  'shop-not-verified': 'nothing',
  'shop-not-eccube': 'nothing',
  'shop-eccube3': 'nothing',
  'shop-columns-missing': 'nothing',
  'shop-pooler': 'nothing',
  'shop-read-only': 'nothing',
  'shop-lock-lost': 'no-more',
  'shop-unreachable': 'nothing',
  'shop-failed': 'nothing',
  'another-desk': 'nothing',
  'certificate-unusable': 'nothing',
  'passphrase-wrong': 'nothing',
  'server-not-verified': 'nothing',
  'client-certificate-refused': 'nothing',
  'login-refused': 'nothing',
  'gateway-closed': 'nothing',
  'gateway-unreachable': 'nothing',
  'gateway-not-understood': 'nothing',
  'payment-unanswered': 'other',
  'open-unanswered': 'nothing',
  'answered-no': 'nothing',
  'count-mismatch': 'nothing',
  'number-mismatch': 'nothing',
  'too-many-orders': 'nothing',
  'too-much-money': 'nothing',
  'past-until': 'no-more',
  interrupted: 'nothing',
  'clock-behind-journal': 'no-more',
  'clocks-apart': 'nothing',
  'mirror-full': 'no-more',
  'mirror-busy': 'no-more',
  'state-unrecorded': 'other',
  'result-unwritable': 'other',
  'another-run': 'nothing',
  'lock-lost': 'no-more',
  'mirror-of-another-environment': 'nothing',
  'mirror-of-another-merchant': 'nothing',
  'mirror-behind': 'nothing',
  'mirror-unknown': 'nothing',
  'mirror-unrecorded': 'nothing',
} as const satisfies Record<ErrorCode, Sent>

const SENT_TEXTS = {
  ja: { nothing: '何も送信していません。', 'no-more': 'これ以降は何も送信していません。', other: '' },
  en: { nothing: 'Nothing was sent.', 'no-more': 'Nothing more was sent.', other: '' },
} as const satisfies Record<Lang, Record<Sent, string>>

const TEMPLATES = { ja: ERRORS_JA, en: ERRORS_EN } as const satisfies Record<Lang, Record<ErrorCode, ErrorTemplate>>
const ABSENT = { ja: '（不明）', en: '(not told)' } as const satisfies Record<Lang, string>
const BETWEEN = { ja: '、', en: ', ' } as const satisfies Record<Lang, string>

/** Words that callers give as a value and that mean something to programmers only. */
const SPOKEN: Readonly<Record<string, Readonly<Record<Lang, string>>>> = {
  'bad-option.problem.unknown': { ja: 'このオプションはありません', en: 'There is no such option' },
  'bad-option.problem.no-value': { ja: '値がありません', en: 'Its value is missing' },
  'bad-option.problem.missing': { ja: '必要な引数がありません', en: 'An argument is missing' },
  'bad-option.problem.excess': { ja: '引数が多すぎます', en: 'There are too many arguments' },
  'passphrase-wrong.problem.missing': { ja: 'パスフレーズが設定されていません', en: 'No pass phrase is set' },
  'passphrase-wrong.problem.wrong': { ja: 'パスフレーズが違います', en: 'It is the wrong one' },
  'result-unwritable.reader.gone': {
    ja: '出力を受け取るプログラムが先に終了しました。',
    en: ' The program that was to read it had ended.',
  },
  'result-unwritable.place.check': {
    ja: '出力先の空きと権限を確認してください。',
    en: 'Check the room and the permissions where it is written to.',
  },
  'certificate-unusable.what.ca': { ja: 'CA証明書', en: 'CA certificate' },
  'certificate-unusable.what.client-certificate': { ja: 'クライアント証明書', en: 'client certificate' },
  'certificate-unusable.what.client-key': { ja: 'クライアント証明書の秘密鍵', en: 'key of the client certificate' },
}

/** What the holder of the lock is doing, for whoever comes second. */
const COMMANDS = {
  sale: { ja: '売上', en: 'sale' },
  cancel: { ja: '取消', en: 'cancel' },
  amend: { ja: '金額変更', en: 'amend' },
  import: { ja: '取込', en: 'import' },
  reconcile: { ja: '再照会', en: 'reconcile' },
  settle: { ja: '手動確定', en: 'settle' },
  purge: { ja: '顧客名の削除', en: 'purge' },
  sync: { ja: '同期', en: 'sync' },
  nightly: { ja: '夜間処理', en: 'nightly' },
  pull: { ja: '受注の取得', en: 'pull' },
  push: { ja: '結果の書き戻し', en: 'push' },
} as const satisfies Record<LockCommand, Record<Lang, string>>

/** What a command is called while it holds the lock. */
export const commandName = (command: LockCommand, lang: Lang): string => COMMANDS[command][lang]

const commandWord = (value: string): Readonly<Record<Lang, string>> | undefined =>
  Object.hasOwn(COMMANDS, value) ? COMMANDS[value as LockCommand] : undefined

/** The params with such words put into the language. */
function spoken({ code, params }: Fault, lang: Lang): ErrorParams {
  const entries = Object.entries(params).map(([name, value]) => {
    if (code === 'csv-bad' && Array.isArray(value)) return [name, csvFaultLines(value, lang)] as const
    if (typeof value !== 'string') return [name, value] as const
    const words = code === 'another-run' && name === 'command' ? commandWord(value) : SPOKEN[`${code}.${name}.${value}`]
    return [name, words?.[lang] ?? value] as const
  })
  return Object.fromEntries(entries)
}

const PARAM = /\{(\*|#)?(\w+)\}/g
const OPTIONAL = /\[([^[\]]*)\]/g

function filled(form: string | undefined, value: string | number | readonly string[], lang: Lang): string {
  if (typeof value === 'number') return form === '#' ? grouped(value) : String(value)
  if (typeof value === 'string') return safe(value)
  const items = value.map(safe)
  return form === '*' ? items.map((item) => `\n  ${item}`).join('') : items.join(BETWEEN[lang])
}

const present = (params: ErrorParams, name: string): boolean => {
  const value = params[name]
  return value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0)
}

/** Own brackets go first: what comes from outside may hold brackets and braces and is put in last, in one pass. */
function fill(template: string, params: ErrorParams, lang: Lang): string {
  const chosen = template.replace(OPTIONAL, (_whole, section: string) => {
    const names = Array.from(section.matchAll(PARAM), (match) => match[2] ?? '')
    return names.every((name) => present(params, name)) ? section : ''
  })
  return chosen.replace(PARAM, (_whole, form: string | undefined, name: string) => {
    const value = params[name]
    return value === undefined || !present(params, name) ? ABSENT[lang] : filled(form, value, lang)
  })
}

type Fault = Pick<AppError, 'code' | 'params'>

export interface ErrorParts {
  readonly message: string
  /** What was not sent; '' where the message says it or nothing is ever sent. */
  readonly sent: string
  /** The next step. */
  readonly next: string
}

export function errorParts(error: Fault, lang: Lang): ErrorParts {
  const params = spoken(error, lang)
  const { message, next } = TEMPLATES[lang][error.code]
  // While the mirror is opened nothing has begun of which there could be more.
  const sent = error.params['opening'] === 'yes' && SENT[error.code] === 'no-more' ? 'nothing' : SENT[error.code]
  return {
    message: fill(message, params, lang),
    sent: SENT_TEXTS[lang][sent],
    next: fill(next, params, lang),
  }
}

const WORDS = {
  ja: { error: 'エラー：', next: '次の手順：' },
  en: { error: 'Error: ', next: 'Next: ' },
} as const satisfies Record<Lang, Record<'error' | 'next', string>>

/** The whole text, two or three lines, no line break at the end. Text from outside in it is harmless. */
/** @param mayHaveSent a request has gone out before the fault: it may not say that nothing was sent */
export function errorText(error: Fault, lang: Lang, mayHaveSent = false): string {
  const { message, sent: said, next } = errorParts(error, lang)
  const sent = mayHaveSent && SENT[error.code] !== 'other' ? SENT_TEXTS[lang]['no-more'] : said
  const lines = [`${WORDS[lang].error}${message}`, sent, `${WORDS[lang].next}${next}`]
  return lines.filter((line) => line !== '').join('\n')
}

/** The same on one line, for what is told beside a result. */
export function errorLine(error: Fault, lang: Lang): string {
  const { message, next } = errorParts(error, lang)
  return [message, next].join(lang === 'ja' ? '' : ' ')
}

const BUG = {
  ja: [
    'エラー：プログラムの不具合です',
    '次の手順：ログを添えて管理者に連絡してください。送信中だった要求は paygent reconcile で確定します。',
  ],
  en: [
    'Error: a fault of the program',
    'Next: show the log to your administrator. A request that was under way is settled by "paygent reconcile".',
  ],
} as const satisfies Record<Lang, readonly [string, string]>

/** For what is thrown and is no AppError. The stack trace belongs into the log, not here. */
export function bugText(error: unknown, lang: Lang): string {
  const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  const [message, next] = BUG[lang]
  return `${message} (${safe(what)})\n${next}`
}
