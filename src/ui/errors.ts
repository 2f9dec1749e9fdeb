// Puts an error into words: the event, whether anything was sent, the next step. The texts are in error-texts.ts.
import { type AppError, CERTIFICATE_PROBLEMS, type ErrorCode } from '../errors.js'
import { listTime } from '../text/numbers.js'
import { safe } from '../text/width.js'
import { CERTIFICATE_TEXTS } from './certificate-texts.js'
import { csvFaultLines } from './csv-faults.js'
import { ERROR_TEXTS, type ErrorFacts, type ErrorText, NO_FACTS } from './error-texts.js'
import { planDifferenceLines } from './plan-file.js'
import { codeOfProblem, expectedText, phaseText, problemText } from './problems.js'
import { type Lang, pastedIn } from './screen.js'
import { COMMANDS } from './words-texts.js'

type Fault = Pick<AppError, 'code' | 'params'>

/** The sentence about what was not done. `other`: the fault's own message says it, or there is nothing to say. */
type Sent = keyof (typeof ERROR_TEXTS)[Lang]['sent']

const SENT = {
  'bad-option': 'nothing',
  'missing-argument': 'nothing',
  'excess-arguments': 'nothing',
  'unknown-command': 'nothing',
  'bad-value': 'nothing',
  'options-contradict': 'nothing',
  'option-needs': 'nothing',
  'no-orders-named': 'nothing',
  'verdict-missing': 'nothing',
  'unknown-orders': 'nothing',
  'filter-needed': 'nothing',
  'impossible-range': 'nothing',
  'no-terminal': 'nothing',
  'init-unattended': 'nothing',
  'deleted-unconfirmed': 'nothing',
  'refund-unconfirmed': 'nothing',
  'refund-of-all': 'nothing',
  'limits-needed': 'nothing',
  'env-file-missing': 'nothing',
  'profile-missing': 'nothing',
  'profile-name': 'nothing',
  'setting-invalid': 'nothing',
  'setting-missing': 'nothing',
  'setting-needed-without-terminal': 'nothing',
  'settings-encoding': 'other',
  'setting-unknown': 'other',
  'setting-twice': 'other',
  'setting-unread': 'other',
  'setting-not-of-file': 'other',
  'setting-unexpanded': 'other',
  'setting-placeholder': 'other',
  'endpoint-not-allowed': 'nothing',
  'tls-check-disabled': 'nothing',
  'installation-broken': 'nothing',
  'tls-keys-logged': 'nothing',
  'log-misplaced': 'nothing',
  'log-unusable': 'nothing',
  'log-unwritable': 'other',
  'report-unwritable': 'other',
  'post-unconfirmed': 'other',
  'metrics-misplaced': 'nothing',
  'metrics-unwritable': 'other',
  'too-many-named': 'nothing',
  'file-unreadable': 'nothing',
  'file-too-open': 'nothing',
  'file-exists': 'other',
  'file-unwritable': 'nothing',
  'backup-on-network': 'nothing',
  'backup-failed': 'nothing',
  'port-in-use': 'other',
  'mirror-missing': 'nothing',
  'mirror-elsewhere': 'nothing',
  'mirror-not-ours': 'nothing',
  'mirror-newer': 'nothing',
  'mirror-unusable': 'no-more',
  'mirror-damaged': 'no-more',
  'mirror-on-network': 'nothing',
  'state-unusable': 'nothing',
  'ledger-unusable': 'nothing',
  'csv-bad': 'nothing',
  'encoding-impossible': 'other',
  'unknown-run': 'other',
  'run-of-another-kind': 'nothing',
  'run-under-way': 'nothing',
  'plan-unreadable': 'nothing',
  'plan-foreign': 'nothing',
  'plan-newer': 'nothing',
  'plan-too-large': 'nothing',
  'plan-of-another-operation': 'nothing',
  'plan-of-another-environment': 'nothing',
  'plan-of-another-merchant': 'nothing',
  'plan-of-another-mirror': 'nothing',
  'plan-of-another-profile': 'nothing',
  'plan-unknown': 'nothing',
  'plan-altered': 'nothing',
  'plan-same-person': 'nothing',
  'plan-used': 'nothing',
  'plan-expired': 'nothing',
  'plan-differs': 'nothing',
  'total-from-shop': 'nothing',
  'no-total': 'other',
  'total-zero': 'other',
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
  'refund-mismatch': 'nothing',
  'too-many-orders': 'nothing',
  'too-much-money': 'nothing',
  'past-until': 'nothing',
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

/** The lists that are shown line by line, each with the function that puts it into words. */
const LINES: Partial<Record<ErrorCode, (values: readonly string[], lang: Lang) => string[]>> = {
  'csv-bad': csvFaultLines,
  'plan-differs': planDifferenceLines,
}

/** Ends that no one erred in: a person said no, or the time that a person set has come. */
const NO_ERROR: readonly ErrorCode[] = ['answered-no', 'interrupted', 'past-until']

/** The work that commands leave undone, where they send nothing. A command that is not here sends. */
const UNDONE: Readonly<Record<string, Sent>> = {
  import: 'nothing-taken',
  pull: 'nothing-taken',
  push: 'nothing-written',
  purge: 'nothing-written',
  backup: 'nothing-written',
  status: 'other',
  orders: 'other',
  show: 'other',
  report: 'other',
  runs: 'other',
  doctor: 'other',
  profiles: 'other',
  init: 'nothing-written',
  export: 'other',
  sync: 'other',
  amend: 'other',
  hold: 'other',
  settle: 'other',
  completion: 'other',
  simulator: 'other',
  demo: 'other',
}

const JAPAN_TIME = /^\d{4}-\d\d-\d\dT[\d:.]+\+09:00$/

/** A value that means something to programmers only, in words; any other unchanged but made harmless. */
function wordOf(code: ErrorCode, name: string, value: string, lang: Lang): string {
  const isCommand = code === 'another-run' && name === 'command'
  const table: Readonly<Record<string, string>> = isCommand ? COMMANDS[lang] : ERROR_TEXTS[lang].words
  const key = isCommand ? value : `${code}.${name}.${value}`
  const known = Object.hasOwn(table, key) ? table[key] : undefined
  if (known !== undefined) return known
  if (name === 'problem') return problemText(value, lang)
  if (name === 'phase') return phaseText(value, lang)
  if (JAPAN_TIME.test(value)) return listTime(value)
  return name === 'expected' ? expectedText(value, lang) : safe(value)
}

/** The params of an error as the facts that its text may mention. */
function factsOf({ code, params }: Fault, lang: Lang, help: string): ErrorFacts {
  const facts = Object.entries(params).map(([name, value]) => {
    if (typeof value === 'string') return [name, wordOf(code, name, value, lang)] as const
    if (typeof value === 'number') return [name, String(value)] as const
    const linesOf = LINES[code]
    if (linesOf === undefined) return [name, value.map(safe).join(ERROR_TEXTS[lang].between)] as const
    const lines = linesOf(value, lang).map((line) => `\n  ${safe(line)}`)
    return [name, lines.join('')] as const
  })
  const why = codeOfProblem(String(params['problem'] ?? ''))
  return { ...NO_FACTS, ...Object.fromEntries(facts), why, help }
}

/** The text of an error. A certificate that cannot be used has one for each problem. */
function textOf(error: Fault, lang: Lang, facts: ErrorFacts): ReturnType<ErrorText> {
  const problem =
    error.code === 'certificate-unusable' && CERTIFICATE_PROBLEMS.find((one) => one === error.params['problem'])
  return problem ? CERTIFICATE_TEXTS[lang][problem](facts) : ERROR_TEXTS[lang].errors[error.code](facts)
}

export interface ErrorParts {
  readonly message: string
  /** The sentence about sending; '' where the message says it or nothing is ever sent. */
  readonly sent: string
  /** The next step. */
  readonly next: string
  /** The command for the shell that it speaks of; '' is none. It is pasted, so that no screen breaks it. */
  readonly shell: string
}

/** The next step with its command on the same line, for a value of JSON. */
export const wholeNext = ({ next, shell }: Pick<ErrorParts, 'next' | 'shell'>, lang: Lang): string =>
  shell === '' ? next : `${next}${ERROR_TEXTS[lang].betweenSentences}${shell}`

/** @param command the command that failed; '' where it is not known, or sends */
export function errorParts(error: Fault, lang: Lang, command = ''): ErrorParts {
  const texts = ERROR_TEXTS[lang]
  // While the mirror is being opened nothing has begun: the sentence is not "nothing more".
  const sent = error.params['opening'] === 'yes' && SENT[error.code] === 'no-more' ? 'nothing' : SENT[error.code]
  const undone = Object.hasOwn(UNDONE, command) ? UNDONE[command] : undefined
  const left = undone === 'nothing-taken' && error.params['begun'] === 'yes' ? 'no-more-taken' : undone
  const said = sent === 'nothing' ? (left ?? sent) : sent === 'no-more' && left !== undefined ? 'other' : sent
  return { shell: '', ...textOf(error, lang, factsOf(error, lang, command)), sent: texts.sent[said] }
}

/** The situation in which an error is shown. */
export interface ErrorPlace {
  /** The command that failed; it decides the sentence about what was not done. */
  readonly command?: string
  /** A request has gone out before the fault: the text may not state that nothing was sent. */
  readonly mayHaveSent?: boolean
  /** The options by which the commands of the next step reach the same settings and mirror. */
  readonly sameMirror?: string
  /** Fits the sentences to the screen; left out, each is one line. */
  readonly fit?: (text: string) => string
}

/**
 * The whole text, at most three lines and a command to paste, no line break at the end. Text from outside in it is
 * harmless. An end that is no error is one line, without the word.
 */
export function errorText(error: Fault, lang: Lang, where: ErrorPlace = {}): string {
  const { command = '', mayHaveSent = false } = where
  const texts = ERROR_TEXTS[lang]
  const { message, ...parts } = errorParts(error, lang, command)
  const next = pastedIn(parts.next, where)
  const sent = sentOf(error, lang, parts.sent, mayHaveSent)
  const step = next === '' ? '' : `${texts.next}${next}`
  const isError = !NO_ERROR.includes(error.code)
  const lines = isError ? [`${texts.error}${message}`, sent] : [oneAfterAnother([message, sent], lang)]
  return withShell([...lines, step].filter((line) => line !== '').join('\n'), parts.shell, where)
}

/** The command on a line of its own, whole at every width. */
const withShell = (text: string, shell: string, { fit = (all) => all }: ErrorPlace): string =>
  shell === '' ? fit(text) : `${fit(text)}\n${shell}`

/** The sentences on one line. A message may end with a list: it is closed where another sentence follows. */
function oneAfterAnother(sentences: readonly string[], lang: Lang): string {
  const { betweenSentences, fullStop } = ERROR_TEXTS[lang]
  const said = sentences.filter((sentence) => sentence !== '')
  const closed = (sentence: string): string => (/[。．！？.!?]$/u.test(sentence) ? sentence : `${sentence}${fullStop}`)
  return said.map((sentence, place) => (place < said.length - 1 ? closed(sentence) : sentence)).join(betweenSentences)
}

const sentOf = (error: Fault, lang: Lang, said: string, mayHaveSent: boolean): string =>
  mayHaveSent && SENT[error.code] !== 'other' ? ERROR_TEXTS[lang].sent['no-more'] : said

/** An error in `--format json`. */
export interface ErrorDocument {
  readonly error: { readonly code: string; readonly message: string; readonly next: string }
}

/** The same as a document; the message has the sentence about sending. */
export function errorJson(error: Fault, lang: Lang, where: ErrorPlace = {}): ErrorDocument {
  const { command = '', mayHaveSent = false } = where
  const { message, next, shell, sent } = errorParts(error, lang, command)
  const said = oneAfterAnother([message, sentOf(error, lang, sent, mayHaveSent)], lang)
  return { error: { code: error.code, message: said, next: wholeNext({ next: pastedIn(next, where), shell }, lang) } }
}

/** The same on one line, for the place beside a result; a command to paste follows on its own. */
export function errorLine(error: Fault, lang: Lang, where: Pick<ErrorPlace, 'sameMirror' | 'fit'> = {}): string {
  const { message, next, shell } = errorParts(error, lang)
  return withShell(oneAfterAnother([message, pastedIn(next, where)], lang), shell, where)
}

/** The text for a thrown value that is no AppError. The stack trace belongs in the log, not here. */
export function bugText(thrown: unknown, lang: Lang, where: Pick<ErrorPlace, 'sameMirror'> = {}): string {
  const { error, next } = ERROR_TEXTS[lang]
  const bug = bugJson(thrown, lang, where).error
  return `${error}${bug.message}\n${next}${bug.next}`
}

/** The same as a document. */
export function bugJson(thrown: unknown, lang: Lang, where: Pick<ErrorPlace, 'sameMirror'> = {}): ErrorDocument {
  const text = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown)
  const { message, of, next } = ERROR_TEXTS[lang].bug
  return { error: { code: 'bug', message: `${message}${of(safe(text))}`, next: pastedIn(next, where) } }
}
