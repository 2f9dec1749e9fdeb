// Keeps Paygent's books for one world after another: one database in memory, emptied in between.
import Database from 'better-sqlite3'
import { ledgerOver, type Ledger } from '../../src/simulator/ledger.js'

interface Kept {
  readonly ledger: Ledger
  readonly notices: Database.Statement<[], LedgerNotice>
  readonly empty: () => void
}

const TABLES = [
  'payments',
  'changes',
  'requests',
  'pushes',
  'notices',
  'faults',
  'late_requests',
  'settings',
  'sqlite_sequence',
]

/** A notice as Paygent's own books have it. */
export interface LedgerNotice {
  readonly noticeId: number
  readonly purged: number
}

let kept: Kept | null = null

/** The ledger that every world of this process uses in turn; making one takes longer than a small world. */
export function emptyLedger(): Ledger {
  kept ??= openKept()
  kept.empty()
  return kept.ledger
}

/** Every notice of the world so far, the oldest first. */
export const ledgerNotices = (): LedgerNotice[] => kept?.notices.all() ?? []

function openKept(): Kept {
  const db = new Database(':memory:')
  const ledger = ledgerOver(db)
  db.pragma('foreign_keys = OFF')
  const statements = TABLES.map((table) => db.prepare(`DELETE FROM ${table}`))
  const notices = db.prepare<[], LedgerNotice>('SELECT notice_id AS noticeId, purged FROM notices ORDER BY notice_id')
  return { ledger, notices, empty: db.transaction(() => statements.forEach((statement) => statement.run())) }
}
