// Keeps the audit trail: every request and its outcome, append-only and chained by hashes.
import { japanIso } from '../../clock.js'
import type { Night } from '../../domain/run.js'
import type { Connection } from '../connection.js'
import { bookedOrder } from '../payments.js'
import { createHash } from 'node:crypto'

/** The number of entries that are read at a time, because a journal of many years is not held as a whole. */
const PAGE = 5_000

/** The form of new entries. Entries of form 1 stay unchanged, byte for byte. */
const FORM = 2

/** Columns of `journal`, in the order in which they are hashed. */
const COLUMNS = {
  seq: 'seq',
  atMs: 'at_ms',
  at: 'at',
  event: 'event',
  runId: 'run_id',
  attemptId: 'attempt_id',
  orderId: 'order_id',
  paymentId: 'payment_id',
  newPaymentId: 'new_payment_id',
  telegram: 'telegram',
  amountYen: 'amount_yen',
  outcome: 'outcome',
  code: 'code',
  detail: 'detail',
  osUser: 'os_user',
  sudoUser: 'sudo_user',
  host: 'host',
  version: 'version',
  prevHash: 'prev_hash',
} as const satisfies Record<Exclude<keyof TrailEntry, 'hash' | 'form' | 'facts'>, string>
const FIELDS = Object.keys(COLUMNS) as (keyof typeof COLUMNS)[]
const SELECT = `SELECT ${FIELDS.map((field) => `${COLUMNS[field]} AS ${field}`).join(', ')}, form, facts, hash FROM journal`
const INSERT = `INSERT INTO journal (${Object.values(COLUMNS).join(', ')}, form, facts, hash)
  VALUES (${'?, '.repeat(FIELDS.length)}?, ?, ?)`

/**
 * The entry that the next one follows. SQLite's counter never goes back, so a number is not reused in the place of a
 * removed entry.
 */
const SELECT_LAST = `
SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'journal'), 0) AS issued,
  (SELECT hash FROM journal ORDER BY seq DESC LIMIT 1) AS prevHash`

const SELECT_LATEST = `
SELECT max(at_ms) AS ms FROM journal
WHERE seq >= coalesce((SELECT max(seq) FROM journal WHERE event = 'audited'), 0)`

/** No index holds the nights, and a journal of years without one is not read as a whole for the first screen. */
const NIGHTS = `${SELECT} WHERE seq > (SELECT max(seq) FROM journal) - 50000 AND event = 'night-ended'`
const SELECT_NIGHT = `${NIGHTS} ORDER BY seq DESC LIMIT 1`
const SELECT_GOOD_NIGHT = `${NIGHTS} AND outcome = '0' ORDER BY seq DESC LIMIT 1`

interface Last {
  readonly issued: number
  readonly prevHash: string | null
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

type Unhashed = Omit<TrailEntry, 'hash'>

/**
 * Hashes the canonical form, a JSON array. Form 1 holds the columns in their fixed order; form 2 holds the form,
 * those columns and the facts.
 */
function hashOf(entry: Unhashed): string {
  const words = FIELDS.map((field) => entry[field])
  return sha256(JSON.stringify(entry.form === 1 ? words : [entry.form, ...words, entry.facts]))
}

const EMPTY_ENTRY = {
  runId: null,
  attemptId: null,
  orderId: null,
  paymentId: null,
  newPaymentId: null,
  telegram: null,
  amountYen: null,
  outcome: null,
  code: null,
  detail: null,
} as const satisfies Required<TrailFacts>

export class Trail {
  /** @param mirrorId the base of the first entry's hash, so that the trail of another mirror cannot replace this one */
  constructor(
    private readonly connection: Connection,
    private readonly mirrorId: string,
    private readonly identity: Identity,
  ) {}

  /**
   * Appends an entry and returns its number. Call it inside the transaction that the entry records.
   * @param carried the data that the entry carries beside its words
   */
  append(event: TrailEvent, words: TrailFacts, atMs: number, carried: object | null = null): number {
    const { osUser, sudoUser, host, version } = this.identity
    const { issued, prevHash } = this.#last()
    const entry: Unhashed = {
      ...EMPTY_ENTRY,
      ...words,
      seq: issued + 1,
      form: FORM,
      facts: carried === null ? null : JSON.stringify(carried),
      atMs,
      at: japanIso(atMs),
      event,
      osUser,
      sudoUser,
      host,
      version,
      prevHash: prevHash ?? this.#genesis(),
    }
    const { seq, form, facts } = entry
    this.connection.run(INSERT, ...FIELDS.map((field) => entry[field]), form, facts, hashOf(entry))
    return seq
  }

  /** Does the same for a change of an order: the entry carries the order's new state. */
  appendWithOrder(event: TrailEvent, words: TrailFacts & { readonly orderId: string }, atMs: number): void {
    const { connection } = this
    const seq = this.append(event, words, atMs, bookedOrder(connection, words.orderId))
    connection.run('UPDATE payments SET entry = ? WHERE order_id = ?', seq, words.orderId)
  }

  head(): TrailHead | null {
    return this.connection.get<TrailHead>('SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1') ?? null
  }

  /**
   * Returns the latest time of all entries since the last audit, because the audit accepted any time that a wrong
   * clock had written before it. The time of the newest entry is not enough: an entry that is written later with the
   * corrected clock would hide the others.
   */
  lastEntryMs(): number | null {
    return this.connection.get<{ ms: number | null }>(SELECT_LATEST)?.ms ?? null
  }

  /** Records how a nightly run ended. It needs no lock, because it is no part of a run. */
  noteNight({ startedAt, endedAt, exitCode, fault, runId }: Night): void {
    const facts = { runId, outcome: String(exitCode), code: fault, detail: startedAt }
    this.connection.write(() => this.append('night-ended', facts, Date.parse(endedAt)))
  }

  /** Returns how the newest night ended; null where none of the last entries is about one. */
  lastNight(): Night | null {
    return this.#night(SELECT_NIGHT)
  }

  /** Returns the newest night that ended with 0; null where none of the last entries is about one. */
  lastGoodNight(): Night | null {
    return this.#night(SELECT_GOOD_NIGHT)
  }

  #night(select: string): Night | null {
    const entry = this.connection.get<TrailEntry>(select)
    if (entry === undefined) return null
    const { at, detail, outcome, code, runId } = entry
    return { startedAt: detail ?? at, endedAt: at, exitCode: Number(outcome), fault: code, runId }
  }

  entries(orderId?: string): TrailEntry[] {
    if (orderId === undefined) return this.connection.all<TrailEntry>(`${SELECT} ORDER BY seq`)
    return this.connection.all<TrailEntry>(`${SELECT} WHERE order_id = ? ORDER BY seq`, orderId)
  }

  /**
   * Checks the whole chain. Entries that were cut off at the end are detected by the counter that SQLite keeps.
   * @param each receives every entry that is sound so far
   */
  verify(each: (entry: TrailEntry) => void = () => undefined): TrailCheck {
    return this.connection.read(() => {
      let last: TrailHead = { seq: 0, hash: this.#genesis() }
      for (const entry of this.#inPages()) {
        const problem = problemOf(entry, last)
        if (problem !== null) return { ok: false, seq: entry.seq, problem }
        each(entry)
        last = entry
      }
      if (this.#last().issued !== last.seq) return { ok: false, seq: last.seq + 1, problem: 'missing' }
      return { ok: true, entries: last.seq }
    })
  }

  *#inPages(): Generator<TrailEntry> {
    for (let after = Number.MIN_SAFE_INTEGER; ;) {
      const page = this.connection.all<TrailEntry>(`${SELECT} WHERE seq > ? ORDER BY seq LIMIT ${PAGE}`, after)
      yield* page
      const last = page.at(-1)
      if (last === undefined) return
      after = last.seq
    }
  }

  #last(): Last {
    return this.connection.get<Last>(SELECT_LAST) ?? { issued: 0, prevHash: null }
  }

  #genesis(): string {
    return sha256(this.mirrorId)
  }
}

function problemOf(entry: TrailEntry, last: TrailHead): 'changed' | 'swapped' | 'missing' | null {
  if (entry.seq !== last.seq + 1) return 'missing'
  if (hashOf(entry) !== entry.hash || (entry.form === 1 && entry.facts !== null)) return 'changed'
  return entry.prevHash === last.hash ? null : 'swapped'
}

// An entry of the audit trail, and the result of checking the trail.
/** The author, stored with every entry. */
export interface Identity {
  readonly osUser: string
  readonly sudoUser: string | null
  readonly host: string
  readonly version: string
  readonly pid: number
}

export const TRAIL_EVENTS = [
  'run-started',
  'run-ended',
  'acknowledged',
  'amended',
  // a person puts an order on hold (outcome `placed`) or ends that (`undone`)
  'hold',
  'refused',
  'prepared',
  'settled',
  'recovered',
  // the answer to a request that another program has settled meanwhile
  'answer-kept',
  // Paygent's facts about a payment right after the request was accepted
  'asked-after',
  // the findings of reconcile and settle
  'resolved',
  'difference',
  'conflict-settled',
  'settled-by-hand',
  'audited',
  'purged',
  // a fact that this machine could not record outside of the mirror
  'unrecorded',
  // the shop's own database
  'pulled',
  'pushed',
  // how a nightly run ended, also one that sold nothing
  'night-ended',
  // plan files
  'plan-made',
  'plan-used',
] as const
export type TrailEvent = (typeof TRAIL_EVENTS)[number]

/** The content of an entry; facts that do not apply are left out. It never holds a customer's name. */
export interface TrailFacts {
  readonly runId?: number | null
  readonly attemptId?: number | null
  readonly orderId?: string | null
  readonly paymentId?: string | null
  readonly newPaymentId?: string | null
  readonly telegram?: string | null
  readonly amountYen?: number | null
  /** Outcome of the attempt, or state of the run. */
  readonly outcome?: string | null
  readonly code?: string | null
  readonly detail?: string | null
}

export interface TrailEntry extends Required<TrailFacts> {
  readonly seq: number
  /** The form of the hash: 1 covers its words alone, 2 the form, its words, and its facts. */
  readonly form: number
  /** The data that it carries beside its words, JSON; null for nothing, and in form 1. */
  readonly facts: string | null
  readonly atMs: number
  /** Japan time with its offset. */
  readonly at: string
  readonly event: TrailEvent
  readonly osUser: string
  readonly sudoUser: string | null
  readonly host: string
  readonly version: string
  readonly prevHash: string
  readonly hash: string
}

/** The newest entry. The state file keeps it outside the mirror too. */
export interface TrailHead {
  readonly seq: number
  readonly hash: string
}

export type TrailCheck =
  | { readonly ok: true; readonly entries: number }
  /** `seq` is the place where the trail breaks: an entry that is changed, out of place, or missing. */
  | { readonly ok: false; readonly seq: number; readonly problem: 'changed' | 'swapped' | 'missing' }
