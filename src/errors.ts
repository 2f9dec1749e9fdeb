// Lists the faults that the operator can act on. Their texts, with the next step, are in src/ui/error-texts.ts, in both languages.

export const EXIT = {
  done: 0,
  bug: 1,
  usage: 2,
  someRejected: 3,
  needsPerson: 4,
  blocked: 5,
  stopped: 6,
  interruptedTwice: 130,
} as const
export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

const RANK: readonly ExitCode[] = [
  EXIT.interruptedTwice,
  EXIT.bug,
  EXIT.usage,
  EXIT.blocked,
  EXIT.needsPerson,
  EXIT.stopped,
  EXIT.someRejected,
  EXIT.done,
]

/** The more important of two exit codes. */
export const highest = (one: ExitCode, other: ExitCode): ExitCode =>
  RANK.indexOf(one) < RANK.indexOf(other) ? one : other

/** Every fault with its exit code. The message and the next step are in `src/ui/error-texts.ts`, in ja and en. */
export const ERROR_EXITS = {
  // usage and configuration
  'bad-option': EXIT.usage,
  'missing-argument': EXIT.usage,
  'excess-arguments': EXIT.usage,
  'unknown-command': EXIT.usage,
  'bad-value': EXIT.usage,
  'options-contradict': EXIT.usage,
  'option-needs': EXIT.usage,
  'no-orders-named': EXIT.usage,
  'verdict-missing': EXIT.usage,
  'unknown-orders': EXIT.usage,
  'filter-needed': EXIT.usage,
  'impossible-range': EXIT.usage,
  'no-terminal': EXIT.usage,
  'init-unattended': EXIT.usage,
  'deleted-unconfirmed': EXIT.usage,
  'refund-unconfirmed': EXIT.usage,
  'refund-of-all': EXIT.usage,
  'limits-needed': EXIT.usage,
  'env-file-missing': EXIT.usage,
  'profile-missing': EXIT.usage,
  'profile-name': EXIT.usage,
  'setting-invalid': EXIT.usage,
  'setting-missing': EXIT.usage,
  'setting-needed-without-terminal': EXIT.usage,
  'settings-encoding': EXIT.usage,
  'setting-unknown': EXIT.usage,
  'setting-twice': EXIT.usage,
  'setting-unread': EXIT.usage,
  'setting-not-of-file': EXIT.usage,
  'setting-unexpanded': EXIT.usage,
  'setting-placeholder': EXIT.usage,
  'endpoint-not-allowed': EXIT.usage,
  'tls-check-disabled': EXIT.usage,
  'installation-broken': EXIT.usage,
  'tls-keys-logged': EXIT.usage,
  'log-misplaced': EXIT.usage,
  'log-unusable': EXIT.usage,
  'metrics-misplaced': EXIT.usage,
  'too-many-named': EXIT.usage,
  'file-unreadable': EXIT.usage,
  'file-too-open': EXIT.usage,
  'file-exists': EXIT.usage,
  'file-unwritable': EXIT.usage,
  'backup-on-network': EXIT.usage,
  'port-in-use': EXIT.usage,
  'mirror-missing': EXIT.usage,
  'mirror-elsewhere': EXIT.usage,
  'mirror-not-ours': EXIT.usage,
  'mirror-newer': EXIT.usage,
  'mirror-unusable': EXIT.usage,
  'mirror-damaged': EXIT.usage,
  'mirror-on-network': EXIT.usage,
  'state-unusable': EXIT.usage,
  'ledger-unusable': EXIT.usage,
  'csv-bad': EXIT.usage,
  'encoding-impossible': EXIT.usage,
  'unknown-run': EXIT.usage,
  'run-of-another-kind': EXIT.usage,
  'run-under-way': EXIT.usage,
  // a plan file
  'plan-unreadable': EXIT.usage,
  'plan-foreign': EXIT.usage,
  'plan-newer': EXIT.usage,
  'plan-too-large': EXIT.usage,
  'plan-of-another-operation': EXIT.usage,
  'plan-of-another-environment': EXIT.usage,
  'plan-of-another-merchant': EXIT.usage,
  'plan-of-another-mirror': EXIT.usage,
  'plan-of-another-profile': EXIT.usage,
  'plan-unknown': EXIT.usage,
  'plan-altered': EXIT.usage,
  'plan-same-person': EXIT.usage,
  'plan-used': EXIT.stopped,
  'plan-expired': EXIT.stopped,
  'plan-differs': EXIT.stopped,
  'total-from-shop': EXIT.usage,
  'no-total': EXIT.usage,
  'total-zero': EXIT.usage,
  // the gateway, before anything was sent
  'certificate-unusable': EXIT.usage,
  'passphrase-wrong': EXIT.usage,
  'server-not-verified': EXIT.usage,
  'client-certificate-refused': EXIT.usage,
  'login-refused': EXIT.usage,
  'gateway-closed': EXIT.stopped,
  'gateway-unreachable': EXIT.stopped,
  'gateway-not-understood': EXIT.stopped,
  'payment-unanswered': EXIT.stopped,
  'open-unanswered': EXIT.stopped,
  // not begun
  'answered-no': EXIT.stopped,
  'count-mismatch': EXIT.stopped,
  'number-mismatch': EXIT.stopped,
  'refund-mismatch': EXIT.stopped,
  'too-many-orders': EXIT.stopped,
  'too-much-money': EXIT.stopped,
  'past-until': EXIT.stopped,
  interrupted: EXIT.stopped,
  'clock-behind-journal': EXIT.stopped,
  'clocks-apart': EXIT.stopped,
  'mirror-full': EXIT.stopped,
  'mirror-busy': EXIT.stopped,
  'state-unrecorded': EXIT.stopped,
  'result-unwritable': EXIT.stopped,
  'log-unwritable': EXIT.stopped,
  'report-unwritable': EXIT.stopped,
  'post-unconfirmed': EXIT.stopped,
  'metrics-unwritable': EXIT.stopped,
  'backup-failed': EXIT.stopped,
  // the shop's own database
  'shop-missing': EXIT.usage,
  'shop-address': EXIT.usage,
  'shop-login-refused': EXIT.usage,
  'shop-rights': EXIT.usage,
  'shop-not-verified': EXIT.usage,
  'shop-not-eccube': EXIT.usage,
  'shop-eccube3': EXIT.usage,
  'shop-columns-missing': EXIT.usage,
  'shop-pooler': EXIT.usage,
  'shop-read-only': EXIT.stopped,
  'shop-lock-lost': EXIT.stopped,
  'shop-unreachable': EXIT.stopped,
  'shop-failed': EXIT.stopped,
  // in mid-run
  'lock-lost': EXIT.needsPerson,
  // blocked
  'another-desk': EXIT.blocked,
  'another-run': EXIT.blocked,
  'mirror-of-another-environment': EXIT.blocked,
  'mirror-of-another-merchant': EXIT.blocked,
  'mirror-behind': EXIT.blocked,
  'mirror-unknown': EXIT.blocked,
  'mirror-unrecorded': EXIT.blocked,
} as const satisfies Record<string, ExitCode>
export type ErrorCode = keyof typeof ERROR_EXITS

/** Why a certificate file cannot be used: `problem` of `certificate-unusable`. Each has its own text. */
export const CERTIFICATE_PROBLEMS = [
  'empty',
  'two-byte-text',
  'der',
  'der-key',
  'container',
  'run-together',
  'no-certificate',
  'no-key',
  'mismatch',
  'ca-first',
  'chain-reversed',
  'old-cipher',
  'old-container',
  'too-weak',
  'expired',
  'not-yet-valid',
  'unreadable',
] as const
export type CertificateProblem = (typeof CERTIFICATE_PROBLEMS)[number]

export type ErrorParams = Readonly<Record<string, string | number | readonly string[]>>

/** A fault with a next step. Any other thrown error is a bug: exit 1, stack trace in the log. */
export class AppError extends Error {
  override readonly name = 'AppError'

  /**
   * @param code decides exit code and text
   * @param params the values that the text mentions; never a secret
   */
  constructor(
    readonly code: ErrorCode,
    readonly params: ErrorParams = {},
    options?: { cause?: unknown },
  ) {
    super(code, options)
  }

  get exitCode(): ExitCode {
    return ERROR_EXITS[this.code]
  }
}

/** A fact of an order that is no longer as the approved plan has it; '' for values that are not known. */
export interface PlanDifference {
  readonly orderId: string
  /** A fact of the plan, `refused`, `planned`, or the objection of the journal. */
  readonly field: string
  readonly approved: string
  readonly now: string
}

/** The most differences that an error names. */
const MOST_DIFFERENCES = 100

/** The fault of a plan file whose orders have changed; `lines` holds the four fields of each, tabs between them. */
export function planDiffers(differences: readonly PlanDifference[]): AppError {
  const named = differences.slice(0, MOST_DIFFERENCES)
  const lines = named.map(({ orderId, field, approved, now }) => [orderId, field, approved, now].join('\t'))
  const more = differences.length - named.length
  return new AppError('plan-differs', more > 0 ? { lines, more } : { lines })
}

/** Faults of the setting itself: the intended database is not known. */
const NOT_THE_DATABASE: readonly ErrorCode[] = ['shop-missing', 'shop-address']

/** Whether the shop's database is away or refuses the login. Work that does not need the shop may go on without it. */
export const isOfShop = (error: unknown): error is AppError =>
  error instanceof AppError && error.code.startsWith('shop-') && !NOT_THE_DATABASE.includes(error.code)

/**
 * Codes of Node's loader. The second one means a compiled part for another system, for another Node, or a truncated
 * one.
 */
const LOADER_CODES: readonly unknown[] = ['MODULE_NOT_FOUND', 'ERR_DLOPEN_FAILED']

/**
 * The fault behind an error of Node's loader: a package beside the program is missing, or its compiled part cannot run
 * here. An error that is such a fault already is returned unchanged. Null for any other error.
 */
export function installationFault(error: unknown): AppError | null {
  if (error instanceof AppError) return error.code === 'installation-broken' ? error : null
  if (!(error instanceof Error) || !('code' in error) || !LOADER_CODES.includes(error.code)) return null
  const part = /.*node_modules\/((?:@[^/]+\/)?[^/]+)|'([^'/]+)'/.exec(error.message)
  const here = `${process.platform}-${process.arch}`
  const params = { name: part?.[1] ?? part?.[2] ?? '', problem: String(error.code), node: process.version, here }
  return new AppError('installation-broken', params, { cause: error })
}
