// Puts an error into words: the event, whether anything was sent, the next step. The texts are in error-texts.ts.
import type { LockCommand } from '../domain/lock-owner.js'
import type { AppError, ErrorCode } from '../errors.js'
import { safe } from '../text/width.js'
import { csvFaultLines } from './csv-faults.js'
import { ERROR_TEXTS, type ErrorFacts, NO_FACTS } from './error-texts.js'
import type { Lang } from './screen.js'

type Fault = Pick<AppError, 'code' | 'params'>

/** The sentence about sending. `other`: the fault's own message says it, or nothing is ever sent there. */
type Sent = keyof (typeof ERROR_TEXTS)[Lang]['sent']

const SENT = {
  'bad-option': 'nothing',
  'unknown-command': 'nothing',
  'bad-value': 'nothing',
  'options-contradict': 'nothing',
  'no-orders-named': 'nothing',
  'unknown-orders': 'nothing',
  'filter-needed': 'nothing',
  'impossible-range': 'nothing',
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

/** The name of a command while it holds the lock. */
export const commandName = (command: LockCommand, lang: Lang): string => ERROR_TEXTS[lang].commands[command]

/** A value that means something to programmers only, in words; any other unchanged but made harmless. */
function wordOf(code: ErrorCode, name: string, value: string, lang: Lang): string {
  const { commands, words }: Record<'commands' | 'words', Readonly<Record<string, string>>> = ERROR_TEXTS[lang]
  const isCommand = code === 'another-run' && name === 'command'
  const [table, key] = isCommand ? [commands, value] : [words, `${code}.${name}.${value}`]
  return (Object.hasOwn(table, key) ? table[key] : undefined) ?? safe(value)
}

/** The params of an error as the facts that its text may mention. */
function factsOf({ code, params }: Fault, lang: Lang): ErrorFacts {
  const facts = Object.entries(params).map(([name, value]) => {
    if (typeof value === 'string') return [name, wordOf(code, name, value, lang)] as const
    if (typeof value === 'number') return [name, String(value)] as const
    if (code !== 'csv-bad') return [name, value.map(safe).join(ERROR_TEXTS[lang].between)] as const
    const lines = csvFaultLines(value, lang).map((line) => `\n  ${safe(line)}`)
    return [name, lines.join('')] as const
  })
  return { ...NO_FACTS, ...Object.fromEntries(facts) }
}

export interface ErrorParts {
  readonly message: string
  /** The sentence about sending; '' where the message says it or nothing is ever sent. */
  readonly sent: string
  /** The next step. */
  readonly next: string
}

export function errorParts(error: Fault, lang: Lang): ErrorParts {
  const texts = ERROR_TEXTS[lang]
  // While the mirror is being opened nothing has begun: the sentence is not "nothing more".
  const sent = error.params['opening'] === 'yes' && SENT[error.code] === 'no-more' ? 'nothing' : SENT[error.code]
  return { ...texts.errors[error.code](factsOf(error, lang)), sent: texts.sent[sent] }
}

/**
 * The whole text, two or three lines, no line break at the end. Text from outside in it is harmless.
 * @param mayHaveSent a request has gone out before the fault: the text may not state that nothing was sent
 */
export function errorText(error: Fault, lang: Lang, mayHaveSent = false): string {
  const texts = ERROR_TEXTS[lang]
  const { message, sent: said, next } = errorParts(error, lang)
  const sent = mayHaveSent && SENT[error.code] !== 'other' ? texts.sent['no-more'] : said
  return [`${texts.error}${message}`, sent, `${texts.next}${next}`].filter((line) => line !== '').join('\n')
}

/** The same on one line, for the place beside a result. */
export function errorLine(error: Fault, lang: Lang): string {
  const { message, next } = errorParts(error, lang)
  return [message, next].join(ERROR_TEXTS[lang].betweenSentences)
}

/** The text for a thrown value that is no AppError. The stack trace belongs in the log, not here. */
export function bugText(thrown: unknown, lang: Lang): string {
  const text = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown)
  const { error, next, bug } = ERROR_TEXTS[lang]
  return `${error}${bug.message} (${safe(text)})\n${next}${bug.next}`
}
