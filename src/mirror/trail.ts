// The audit trail: every request and what became of it, append-only and chained by hashes. Page 5.4.
import { createHash } from 'node:crypto'
import { japanIso } from '../clock.js'
import type { Connection } from './connection.js'

/** Who writes: kept with every entry. */
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
  'refused',
  'prepared',
  'settled',
  'recovered',
  // what reconcile and settle find
  'resolved',
  'difference',
  'conflict-settled',
  'settled-by-hand',
  'audited',
  'purged',
  // what this machine could not note outside of the mirror
  'unrecorded',
  // the shop's own database
  'pulled',
  'pushed',
] as const
export type TrailEvent = (typeof TRAIL_EVENTS)[number]

/** What an entry says; what does not apply is left out. Never a customer's name. */
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

/** The newest entry: page 5.1.8 keeps it outside the mirror too. */
export interface TrailHead {
  readonly seq: number
  readonly hash: string
}

export type TrailCheck =
  | { readonly ok: true; readonly entries: number }
  /** `seq` is where the trail breaks: an entry changed, out of place, or missing. */
  | { readonly ok: false; readonly seq: number; readonly problem: 'changed' | 'swapped' | 'missing' }

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
} as const satisfies Record<Exclude<keyof TrailEntry, 'hash'>, string>
const FIELDS = Object.keys(COLUMNS) as (keyof typeof COLUMNS)[]
const SELECT = `SELECT ${FIELDS.map((field) => `${COLUMNS[field]} AS ${field}`).join(', ')}, hash FROM journal`
const INSERT = `INSERT INTO journal (${Object.values(COLUMNS).join(', ')}, hash) VALUES (${'?, '.repeat(FIELDS.length)}?)`

/**
 * What the next entry follows. SQLite's counter never goes back, so a number is not given again to fill the place of a
 * removed entry.
 */
const SELECT_LAST = `
SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'journal'), 0) AS issued,
  (SELECT hash FROM journal ORDER BY seq DESC LIMIT 1) AS prevHash`

interface Last {
  readonly issued: number
  readonly prevHash: string | null
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

type Unhashed = Omit<TrailEntry, 'hash'>

/** The canonical form is a JSON array of the columns in their fixed order. */
const hashOf = (entry: Unhashed): string => sha256(JSON.stringify(FIELDS.map((field) => entry[field])))

const NOTHING = {
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
  /** @param mirrorId the first entry hangs on it, so that the trail of another mirror cannot be put in its place */
  constructor(
    private readonly connection: Connection,
    private readonly mirrorId: string,
    private readonly identity: Identity,
  ) {}

  /** Call it inside the transaction whose deed it records. */
  append(event: TrailEvent, facts: TrailFacts, atMs: number): void {
    const { osUser, sudoUser, host, version } = this.identity
    const { issued, prevHash } = this.#last()
    const entry: Unhashed = {
      ...NOTHING,
      ...facts,
      seq: issued + 1,
      atMs,
      at: japanIso(atMs),
      event,
      osUser,
      sudoUser,
      host,
      version,
      prevHash: prevHash ?? this.#genesis(),
    }
    this.connection.run(INSERT, ...FIELDS.map((field) => entry[field]), hashOf(entry))
  }

  head(): TrailHead | null {
    return this.connection.get<TrailHead>('SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1') ?? null
  }

  lastEntryMs(): number | null {
    const last = this.connection.get<{ at_ms: number }>('SELECT at_ms FROM journal ORDER BY seq DESC LIMIT 1')
    return last?.at_ms ?? null
  }

  entries(orderId?: string): TrailEntry[] {
    if (orderId === undefined) return this.connection.all<TrailEntry>(`${SELECT} ORDER BY seq`)
    return this.connection.all<TrailEntry>(`${SELECT} WHERE order_id = ? ORDER BY seq`, orderId)
  }

  /** Walks the whole chain. Entries cut off at the end show by the counter that SQLite keeps. */
  verify(): TrailCheck {
    return this.connection.read(() => {
      let last: TrailHead = { seq: 0, hash: this.#genesis() }
      for (const entry of this.entries()) {
        const problem = problemOf(entry, last)
        if (problem !== null) return { ok: false, seq: entry.seq, problem }
        last = entry
      }
      if (this.#last().issued !== last.seq) return { ok: false, seq: last.seq + 1, problem: 'missing' }
      return { ok: true, entries: last.seq }
    })
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
  if (hashOf(entry) !== entry.hash) return 'changed'
  return entry.prevHash === last.hash ? null : 'swapped'
}
