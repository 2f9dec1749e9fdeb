// Reads the mirror and the simulator's books while a program is running, without disturbing either.
import Database from 'better-sqlite3'
import { MONEY } from './groups.js'

/** The counts and states that can be seen at one moment, counted from the beginning of the round. */
export interface View {
  /** Attempts in the journal. */
  readonly attempts: number
  /** State of the last of them; null while there is none. */
  readonly lastState: string | null
  /** Attempts without an answer that have been asked about, and wait for their second look. */
  readonly waiting: number
  /** Runs begun. */
  readonly runs: number
  /** State of the last of them; null while there is none. */
  readonly runState: string | null
  /** Entries in the journal. */
  readonly entries: number
  /** Telegrams that could move money and have arrived at the simulator. */
  readonly arrived: number
  /** Whether the simulator has carried the last of them out. */
  readonly carriedOut: boolean
  /** Whether the simulator still has the last of them in hand: its answer has not begun. */
  readonly inHand: boolean
  /** Inquiries that have arrived. */
  readonly inquiries: number
}

export interface Eye {
  view(): View
  close(): void
}

interface Counts {
  readonly attempts: number
  readonly runs: number
  readonly entries: number
  readonly arrived: number
  readonly inquiries: number
}

const MONEY_LIST = MONEY.map((telegram) => `'${telegram}'`).join()

const MIRROR = `
  SELECT (SELECT max(id) FROM attempts) AS attempts,
    (SELECT state FROM attempts ORDER BY id DESC LIMIT 1) AS lastState,
    (SELECT count(*) FROM attempts WHERE state = 'unknown' AND not_moved_wall_ms IS NOT NULL) AS waiting,
    (SELECT max(id) FROM runs) AS runs,
    (SELECT state FROM runs ORDER BY id DESC LIMIT 1) AS runState,
    (SELECT max(seq) FROM journal) AS entries`
const LEDGER = `
  SELECT count(*) FILTER (WHERE telegram IN (${MONEY_LIST})) AS arrived,
    count(*) FILTER (WHERE telegram = '094') AS inquiries FROM requests WHERE seq > ?`
const LAST = `SELECT shows, holder FROM requests WHERE telegram IN (${MONEY_LIST}) ORDER BY seq DESC LIMIT 1`

type MirrorRow = { [Name in 'attempts' | 'runs' | 'entries']: number | null } & {
  lastState: string | null
  runState: string | null
  waiting: number
}

/**
 * Opened when a round begins and closed before the next program starts, so that the program finds its files as a crash
 * leaves them.
 */
export function openEye(
  mirrorPath: string,
  ledgerPath: string,
  since?: Counts & { seq: number },
): Eye & {
  readonly base: Counts & { seq: number }
} {
  const mirror = new Database(mirrorPath, { readonly: true, timeout: 5000 })
  const ledger = new Database(ledgerPath, { readonly: true, timeout: 5000 })
  const mirrorRow = mirror.prepare<[], MirrorRow>(MIRROR)
  const ledgerRow = ledger.prepare<[number], Pick<Counts, 'arrived' | 'inquiries'>>(LEDGER)
  const last = ledger.prepare<[], { shows: string | null; holder: string | null }>(LAST)
  const read = (seq: number) => {
    const { attempts, runs, entries, ...states } = mirrorRow.get() as MirrorRow
    const counts = ledgerRow.get(seq) as Pick<Counts, 'arrived' | 'inquiries'>
    return { attempts: attempts ?? 0, runs: runs ?? 0, entries: entries ?? 0, ...states, ...counts }
  }
  const lastSeq = (): number => Number(ledger.prepare('SELECT coalesce(max(seq), 0) FROM requests').pluck().get())
  const seq = since?.seq ?? lastSeq()
  const base = since ?? { ...read(seq), seq }
  return {
    base,
    view: () => {
      const now = read(seq)
      const money = last.get()
      return {
        attempts: now.attempts - base.attempts,
        lastState: now.attempts === base.attempts ? null : now.lastState,
        waiting: now.waiting,
        runs: now.runs - base.runs,
        runState: now.runs === base.runs ? null : now.runState,
        entries: now.entries - base.entries,
        arrived: now.arrived,
        carriedOut: money?.shows != null,
        inHand: money?.holder != null,
        inquiries: now.inquiries,
      }
    },
    close: () => {
      mirror.close()
      ledger.close()
    },
  }
}
