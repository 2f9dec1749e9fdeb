// Defines the findings of `doctor` as data. Their sentences and remedies are in src/ui/doctor-texts.ts.
import type { ErrorCode, ErrorParams } from '../../errors.js'

/** The subject of a line. */
export type Check =
  | 'configuration'
  | 'environment'
  | 'tls-check'
  | 'cut-off'
  | 'permissions'
  | 'mirror'
  | 'machine-state'
  | 'journal'
  | 'open-work'
  | 'shop'
  | 'shop-line'
  | 'shop-rights'
  | 'shop-data'
  | 'login'
  | 'client-certificate'
  | 'ca-certificate'
  | 'server-certificate'
  | 'proxy'
  | 'connection'
  | 'clock'
  | 'keep-alive'
  | 'inquiries'

/** `bad` makes the exit code 2; a warning does not. */
export type Level = 'ok' | 'warning' | 'bad'

type NoDetails = Readonly<Record<string, never>>
interface Named {
  readonly path: string
}
interface Counted {
  readonly count: number
}
interface Rights {
  readonly rights: readonly string[]
}
interface Ending {
  /** Japan date. */
  readonly date: string
  /** Whole days left; negative when the date is past. */
  readonly days: number
}

/** The details of each finding beside its code. */
export interface FindingDetails {
  /** A fault with which other commands end. */
  fault: { readonly code: ErrorCode; readonly params: ErrorParams }
  /** The problem of an earlier line must be solved first. */
  'not-checked': { readonly because: Check }
  'settings-valid': { readonly envFile: string | null }
  environment: { readonly environment: string; readonly endpoint: string | null }
  'tls-checked': NoDetails
  'cut-off': { readonly cutOff: string }
  'cut-off-late': { readonly cutOff: string; readonly line: string }
  'file-private': Named
  'file-plain': Named
  'file-shared': Named
  'file-new': Named
  'file-readable': Named & { readonly mode: string }
  /** A settings file with PAYGENT_WEBHOOK or PAYGENT_PING. */
  'addresses-readable': Named & { readonly mode: string }
  'file-writable': Named & { readonly mode: string }
  'file-locked': Named & { readonly access: 'read' | 'write' }
  'mirror-sound': Named & { readonly orders: number; readonly version: number }
  'mirror-damaged': Named & { readonly problems: readonly string[] }
  'mirror-in-container': Named
  'stamp-fits': { readonly environment: string; readonly merchantId: string }
  'stamp-unchecked': NoDetails
  'state-known': Named
  'state-new': NoDetails
  durable: NoDetails
  'not-durable': { readonly journalMode: string; readonly synchronous: number }
  'trail-whole': { readonly entries: number }
  'trail-broken': { readonly seq: number; readonly problem: 'changed' | 'swapped' | 'missing' }
  'nothing-open': NoDetails
  'run-open': { readonly id: number; readonly user: string; readonly host: string; readonly since: string }
  'attempts-open': Counted
  attention: Counted
  conflicts: Counted
  unacknowledged: Counted
  untold: Counted
  'statuses-waiting': Counted & { readonly yen: number; readonly setting: string }
  'shop-none': NoDetails
  'shop-connected': { readonly name: string }
  'shop-tls': NoDetails
  'shop-local': NoDetails
  'shop-clear': { readonly place: string }
  'rights-right': NoDetails
  'rights-lacking': Rights
  'rights-login': Rights
  'rights-beyond': Rights
  'rights-wide': Rights
  'rights-useful': Rights
  'rights-unclear': Counted
  'shop-no-rollback': { readonly tables: readonly string[] }
  /** Hours by which the server's time of day is ahead of Japan's, and which dates of the orders are shifted by it. */
  'shop-zone': { readonly hours: number; readonly dates: 'all' | 'shipped' }
  /** Positive: the server is ahead. */
  'shop-clock': { readonly seconds: number }
  'shop-mojibake': Counted
  'shop-links': Counted
  'login-complete': { readonly merchantId: string }
  'login-of-simulator': NoDetails
  'key-fits': Named
  'chain-unsorted': Named
  /** A certificate behind the client's own that has ended, ends soon, or is not valid yet; Japan dates. */
  'chain-outdated': Named & { readonly name: string; readonly from: string; readonly until: string }
  'certificate-good': Ending
  'certificate-ending': Ending
  'certificate-ended': Ending
  'certificate-not-yet': { readonly date: string }
  'no-proxy': NoDetails
  proxy: { readonly host: string }
  /** The variable by which other programs know a proxy. */
  'proxy-unset': { readonly name: string }
  connected: { readonly endpoint: string }
  'answered-otherwise': { readonly code: string; readonly detail: string }
  'clock-right': { readonly seconds: number }
  'clock-off': { readonly seconds: number }
  'clock-wrong': { readonly seconds: number }
  'clock-untold': NoDetails
  'kept-open': NoDetails
  'kept-though-off': NoDetails
  'closed-by-gateway': NoDetails
  'closed-as-set': NoDetails
  /** How many at once: as measured, and as PAYGENT_INQUIRIES says. */
  'side-by-side': { readonly measured: number; readonly set: number }
  'one-by-one-though-more': { readonly measured: number }
  'one-by-one': NoDetails
  'side-by-side-refused': { readonly measured: number; readonly set: number }
}
export type FindingCode = keyof FindingDetails

export const LEVELS = {
  fault: 'bad',
  'not-checked': 'warning',
  'settings-valid': 'ok',
  environment: 'ok',
  'tls-checked': 'ok',
  'cut-off': 'ok',
  'cut-off-late': 'warning',
  'file-private': 'ok',
  'file-plain': 'ok',
  'file-shared': 'ok',
  'file-new': 'ok',
  'file-readable': 'warning',
  'addresses-readable': 'warning',
  'file-writable': 'bad',
  'file-locked': 'bad',
  'mirror-sound': 'ok',
  'mirror-damaged': 'bad',
  'mirror-in-container': 'warning',
  'stamp-fits': 'ok',
  'stamp-unchecked': 'warning',
  'state-known': 'ok',
  'state-new': 'ok',
  durable: 'ok',
  'not-durable': 'bad',
  'trail-whole': 'ok',
  'trail-broken': 'bad',
  'nothing-open': 'ok',
  'run-open': 'warning',
  'attempts-open': 'warning',
  attention: 'warning',
  conflicts: 'warning',
  unacknowledged: 'warning',
  untold: 'warning',
  'statuses-waiting': 'warning',
  'shop-none': 'ok',
  'shop-connected': 'ok',
  'shop-tls': 'ok',
  'shop-local': 'ok',
  'shop-clear': 'warning',
  'rights-right': 'ok',
  'rights-lacking': 'bad',
  'rights-login': 'bad',
  'rights-beyond': 'bad',
  'rights-wide': 'warning',
  'rights-useful': 'warning',
  'rights-unclear': 'warning',
  'shop-no-rollback': 'warning',
  'shop-zone': 'warning',
  'shop-clock': 'warning',
  'shop-mojibake': 'warning',
  'shop-links': 'warning',
  'login-complete': 'ok',
  'login-of-simulator': 'ok',
  'key-fits': 'ok',
  'chain-unsorted': 'warning',
  'chain-outdated': 'warning',
  'certificate-good': 'ok',
  'certificate-ending': 'warning',
  'certificate-ended': 'bad',
  'certificate-not-yet': 'bad',
  'no-proxy': 'ok',
  proxy: 'ok',
  'proxy-unset': 'warning',
  connected: 'ok',
  'answered-otherwise': 'warning',
  'clock-right': 'ok',
  'clock-off': 'warning',
  'clock-wrong': 'bad',
  'clock-untold': 'warning',
  'kept-open': 'ok',
  'kept-though-off': 'ok',
  'closed-by-gateway': 'warning',
  'closed-as-set': 'ok',
  'side-by-side': 'ok',
  'one-by-one-though-more': 'ok',
  'one-by-one': 'ok',
  'side-by-side-refused': 'warning',
} as const satisfies Record<FindingCode, Level>

export type Finding = {
  readonly [Code in FindingCode]: {
    readonly check: Check
    readonly level: Level
    readonly code: Code
    readonly facts: FindingDetails[Code]
  }
}[FindingCode]

/** One line of `doctor`. Its level follows from its code. */
export const finding = <Code extends FindingCode>(check: Check, code: Code, facts: FindingDetails[Code]): Finding =>
  ({ check, level: LEVELS[code], code, facts }) as Finding

/** Turns a fault into a line, because `doctor` goes on where other commands end. */
export const faultFinding = (check: Check, { code, params }: FindingDetails['fault']): Finding =>
  finding(check, 'fault', { code, params })
