// The simulator's books: one SQLite file that two commands may share, committed before any answer goes out. Page 3.6.
import { chmodSync, closeSync, openSync, statSync } from 'node:fs'
import Database from 'better-sqlite3'
import { AppError, installationFault } from '../errors.js'
import { faultTable, lateTable, type FaultTable, type LateTable } from './ledger-faults.js'
import { noticeTable, type NoticeTable } from './ledger-notices.js'
import { paymentTable, type PaymentTable } from './ledger-payments.js'
import { requestTable, type RequestTable } from './ledger-requests.js'
import { LEDGER_APPLICATION_ID, LEDGER_SCHEMA, LEDGER_VERSION } from './ledger-schema.js'
import { settingTable, type SettingTable } from './ledger-settings.js'

export interface Ledger {
  readonly payments: PaymentTable
  readonly requests: RequestTable
  readonly notices: NoticeTable
  readonly faults: FaultTable
  readonly late: LateTable
  readonly settings: SettingTable
  /** One transaction, committed when it returns; inside another one, a part of it that can be undone by throwing. */
  atomically<T>(work: () => T): T
  close(): void
}

const BUSY_TIMEOUT_MS = 5000
const IN_MEMORY = ':memory:'

/**
 * Opens the ledger, and makes it when there is none.
 * @param path a file, or `:memory:`
 * @throws AppError `ledger-unusable` when the file is not a ledger or cannot be read
 */
export function openLedger(path: string): Ledger {
  let db: Database.Database | null = null
  try {
    // First the driver: where its compiled part cannot be loaded, an empty file would stay behind.
    new Database(IN_MEMORY).close()
    if (path !== IN_MEMORY) makePrivate(path)
    db = new Database(path, { timeout: BUSY_TIMEOUT_MS })
    prepareFile(db)
    return ledgerOf(db)
  } catch (error) {
    db?.close()
    throw unusable(path, error)
  }
}

/** Only a file that is new is opened here: closing a descriptor of a file in use would drop SQLite's own locks on it. */
function makePrivate(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    if (statSync(path).mode & 0o077) chmodSync(path, 0o600)
  }
}

/** The same over a handle of the caller's, which stays the caller's to close; a simulation empties it between worlds. */
export function ledgerOver(db: Database.Database): Ledger {
  prepareFile(db)
  return ledgerOf(db)
}

function prepareFile(db: Database.Database): void {
  // Looked at before anything is written: a file of somebody else stays as it is.
  if (!isOurs(db)) throw new NotALedger('not-a-ledger')
  db.pragma('journal_mode = WAL')
  // What is committed outlives the command, however it ends. To outlive a power cut too, as the mirror must, each telegram
  // would wait for the disk twice.
  db.pragma('synchronous = NORMAL')
  db.pragma('foreign_keys = ON')
  const create = db.transaction(() => {
    if (db.pragma('user_version', { simple: true }) !== 0) return
    db.pragma(`application_id = ${LEDGER_APPLICATION_ID}`)
    db.exec(LEDGER_SCHEMA)
    db.pragma(`user_version = ${LEDGER_VERSION}`)
  })
  create.immediate()
  if (db.pragma('user_version', { simple: true }) !== LEDGER_VERSION) throw new NotALedger('another-version')
  if (db.pragma('quick_check(1)', { simple: true }) !== 'ok') throw new NotALedger('damaged')
}

/** Empty first: another process may be making the tables at this very moment, and does it in one transaction. */
function isOurs(db: Database.Database): boolean {
  const tables = db.prepare<[], { n: number }>('SELECT count(*) AS n FROM sqlite_schema').get()?.n
  return tables === 0 || db.pragma('application_id', { simple: true }) === LEDGER_APPLICATION_ID
}

class NotALedger extends Error {}

function unusable(path: string, error: unknown): unknown {
  if (error instanceof NotALedger) return new AppError('ledger-unusable', { path, problem: error.message })
  const broken = installationFault(error)
  if (broken !== null) return broken
  const code = (error as { code?: unknown }).code
  if (typeof code !== 'string') return error
  return new AppError('ledger-unusable', { path, problem: code }, { cause: error })
}

function ledgerOf(db: Database.Database): Ledger {
  const transaction = db.transaction((work: () => unknown) => work())
  return {
    payments: paymentTable(db),
    requests: requestTable(db),
    notices: noticeTable(db),
    faults: faultTable(db),
    late: lateTable(db),
    settings: settingTable(db),
    atomically: <T>(work: () => T) => transaction.immediate(work) as T,
    close: () => db.close(),
  }
}
