// Keeps the simulator's ledger: one SQLite file that two commands may share, committed before any answer is sent.
import { isLivingProcess } from '../domain/lock-owner.js'
import { AppError, installationFault } from '../errors.js'
import { processMark } from '../process-mark.js'
import type { SimulatorFault } from './faults.js'
import { checkoutTable, type CheckoutTable } from './ledger-checkouts.js'
import {
  noticeTable,
  type NoticeTable,
  paymentTable,
  type PaymentTable,
  pushTable,
  type PushTable,
} from './ledger-payments.js'
import { isLedger, migrate } from './ledger-schema.js'
import type { Arrived, TelegramRequest } from './telegram.js'
import SqliteDatabase, { type Database } from 'better-sqlite3'
import { randomUUID } from 'node:crypto'
import { chmodSync, closeSync, openSync, statSync } from 'node:fs'

// Stores the faults that are set, how many requests each has matched, and the requests that arrive late.
export interface FaultTable {
  replace(faults: readonly SimulatorFault[]): void
  all(): { readonly position: number; readonly fault: SimulatorFault; readonly seen: number }[]
  count(position: number): void
}

export interface LateTable {
  /** @param dueMs null waits for the next inquiry about the payment */
  add(request: TelegramRequest, dueMs: number | null): void
  /** Removes and returns the requests that are due by then. */
  takeDue(nowMs: number): TelegramRequest[]
  /** Removes and returns the requests that wait for this inquiry. */
  takeAsked(inquiry: TelegramRequest): TelegramRequest[]
}

export function faultTable(db: Database): FaultTable {
  const clear = db.prepare('DELETE FROM faults')
  const add = db.prepare<[number, string]>('INSERT INTO faults (position, fault) VALUES (?, ?)')
  const all = db.prepare<[], { position: number; fault: string; seen: number }>(
    'SELECT * FROM faults ORDER BY position',
  )
  const count = db.prepare<[number]>('UPDATE faults SET seen = seen + 1 WHERE position = ?')
  return {
    replace: (faults) => {
      clear.run()
      for (const [position, fault] of faults.entries()) add.run(position, JSON.stringify(fault))
    },
    all: () => all.all().map((row) => ({ ...row, fault: JSON.parse(row.fault) as SimulatorFault })),
    count: (position) => void count.run(position),
  }
}

export function lateTable(db: Database): LateTable {
  const add = db.prepare<[string, number | null]>('INSERT INTO late_requests (request, due_ms) VALUES (?, ?)')
  const due = db.prepare<[number], { request: string }>(
    'DELETE FROM late_requests WHERE due_ms <= ? RETURNING request, late_id',
  )
  const asked = db.prepare<{ paymentId: string; tradingId: string }, { request: string }>(
    `DELETE FROM late_requests WHERE due_ms IS NULL AND
       ((@paymentId <> '' AND request ->> 'paymentId' = @paymentId) OR
        (@tradingId <> '' AND request ->> 'tradingId' = @tradingId))
     RETURNING request, late_id`,
  )
  const requests = (rows: { request: string }[]): TelegramRequest[] =>
    rows.map((row) => JSON.parse(row.request) as TelegramRequest)
  return {
    add: (request, dueMs) => void add.run(JSON.stringify(request), dueMs),
    takeDue: (nowMs) => requests(due.all(nowMs)),
    takeAsked: ({ paymentId, tradingId }) => requests(asked.all({ paymentId, tradingId })),
  }
}

// Records every telegram that arrived, in order, and how many were being handled at that moment.
export interface RequestRecord extends Arrived {
  readonly seq: number
  readonly atMs: number
  /**
   * The number of telegrams being handled when it arrived, including itself, over all processes that share the
   * ledger.
   */
  readonly inFlight: number
  /** The result in the answer; null when the client received none. */
  readonly result: string | null
  readonly code: string | null
  /**
   * How the client was answered: `reply`, or the form that a fault gave the answer. Null while the request is being
   * handled.
   */
  readonly shows: string | null
  /** The fields of the request, without secrets; null where it was no form, or arrived before the ledger kept it. */
  readonly fields: KeptFields
}

export type KeptFields = Readonly<Record<string, string>> | null

export interface RequestTable {
  /** @param holder the process that handles it, see `newHolder` */
  arrive(arrived: Arrived, fields: KeptFields, holder: string, atMs: number): number
  answer(seq: number, answer: Pick<RequestRecord, 'result' | 'code' | 'shows'>): void
  /** Returns the number of telegrams of this kind that are being handled. */
  handling(telegram: string): number
  finish(seq: number): void
  /** Ends the requests that a holder left behind. */
  abandon(holder: string): void
  all(): RequestRecord[]
}

/**
 * Names a process that handles requests, `<pid>:<boot>:<start>:<random>`: its number alone is taken again, in a
 * container each time it starts. Boot and start are empty where the system does not give them.
 */
export function newHolder(pid: number): string {
  const mark = processMark(pid)
  return [pid, mark?.bootId ?? '', mark?.startTicks ?? '', randomUUID()].join(':')
}

/** Checks whether a holder is alive: the requests of a process that died are no longer in flight. */
function holderAlive(holder: string): boolean {
  const [pid, bootId = '', startTicks = ''] = holder.split(':')
  if (startTicks !== '') return isLivingProcess({ pid: Number(pid), bootId, startTicks }, processMark)
  try {
    process.kill(Number(pid), 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}

export function requestTable(db: Database): RequestTable {
  const insert = db.prepare(
    `INSERT INTO requests (telegram, payment_id, trading_id, amount_yen, fields, at_ms, in_flight, holder)
     VALUES (@telegram, @paymentId, @tradingId, @amountYen, @fields, @atMs,
       1 + (SELECT count(*) FROM requests WHERE holder IS NOT NULL), @holder)`,
  )
  const answer = db.prepare('UPDATE requests SET result = @result, code = @code, shows = @shows WHERE seq = @seq')
  const handling = db.prepare<[string], { n: number }>(
    'SELECT count(*) AS n FROM requests WHERE holder IS NOT NULL AND telegram = ?',
  )
  const finish = db.prepare<[number]>('UPDATE requests SET holder = NULL WHERE seq = ?')
  const abandon = db.prepare<[string]>('UPDATE requests SET holder = NULL WHERE holder = ?')
  const holders = db.prepare<[], { holder: string }>('SELECT DISTINCT holder FROM requests WHERE holder IS NOT NULL')
  const all = db.prepare<[], Omit<RequestRecord, 'fields'> & { readonly fields: string }>(
    `SELECT seq, telegram, payment_id AS paymentId, trading_id AS tradingId, amount_yen AS amountYen, at_ms AS atMs,
       in_flight AS inFlight, result, code, shows, coalesce(fields, 'null') AS fields FROM requests ORDER BY seq`,
  )
  const arrive = (arrived: Arrived, fields: KeptFields, holder: string, atMs: number): number => {
    for (const row of holders.all()) if (!holderAlive(row.holder)) abandon.run(row.holder)
    return Number(insert.run({ ...arrived, fields: JSON.stringify(fields), holder, atMs }).lastInsertRowid)
  }
  return {
    arrive,
    answer: (seq, shown) => void answer.run({ seq, ...shown }),
    handling: (telegram) => handling.get(telegram)?.n ?? 0,
    finish: (seq) => void finish.run(seq),
    abandon: (holder) => void abandon.run(holder),
    all: () => all.all().map((row) => ({ ...row, fields: JSON.parse(row.fields) as KeptFields })),
  }
}

// Stores the settings of a ledger: clock offset, number of payment ids made, certificates.
export interface SettingTable {
  get(name: string): string | null
  set(name: string, value: string): void
}

export function settingTable(db: Database): SettingTable {
  const get = db.prepare<[string], { value: string }>('SELECT value FROM settings WHERE name = ?')
  const set = db.prepare<[string, string]>(
    'INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
  )
  return { get: (name) => get.get(name)?.value ?? null, set: (name, value) => void set.run(name, value) }
}

/** How much of each the ledger holds. */
export interface LedgerCounts {
  readonly payments: number
  readonly requests: number
  readonly requestsInFlight: number
  readonly notices: number
  /** Not fetched yet by a call that names no notice. */
  readonly noticesWaiting: number
  readonly faults: number
  readonly lateRequests: number
}

const COUNTS = `SELECT (SELECT count(*) FROM payments) AS payments, (SELECT count(*) FROM requests) AS requests,
  (SELECT count(*) FROM requests WHERE holder IS NOT NULL) AS requestsInFlight,
  (SELECT count(*) FROM notices) AS notices,
  (SELECT count(*) FROM notices WHERE delivered = 0 AND purged = 0) AS noticesWaiting,
  (SELECT count(*) FROM faults) AS faults, (SELECT count(*) FROM late_requests) AS lateRequests`

/**
 * The requests under way stay until they are answered, and with them the count of their numbers. All other numbers
 * begin anew, so that the same test gets the same ids again.
 */
const EMPTY = `
  DELETE FROM checkouts;
  DELETE FROM changes;
  DELETE FROM pushes;
  DELETE FROM notices;
  DELETE FROM payments;
  DELETE FROM faults;
  DELETE FROM late_requests;
  DELETE FROM requests WHERE holder IS NULL;
  DELETE FROM settings WHERE name <> 'certificates';
  DELETE FROM sqlite_sequence WHERE name <> 'requests' OR NOT EXISTS (SELECT 1 FROM requests)`

export interface Ledger {
  readonly payments: PaymentTable
  readonly requests: RequestTable
  readonly checkouts: CheckoutTable
  readonly notices: NoticeTable
  readonly pushes: PushTable
  readonly faults: FaultTable
  readonly late: LateTable
  readonly settings: SettingTable
  counts(): LedgerCounts
  /** Removes everything but the certificates. Call it inside a transaction. */
  empty(): void
  /** Runs one transaction, committed when it returns. Inside another transaction it is a part that a throw undoes. */
  atomically<T>(work: () => T): T
  close(): void
}

const BUSY_TIMEOUT_MS = 5000
const IN_MEMORY = ':memory:'

/**
 * Opens the ledger, and creates it when there is none.
 * @param path a file, or `:memory:`
 * @throws AppError `ledger-unusable` when the file is not a ledger or cannot be read
 */
export function openLedger(path: string): Ledger {
  let db: Database | null = null
  try {
    // The driver is loaded first: if its compiled part cannot be loaded, an empty file would stay behind.
    new SqliteDatabase(IN_MEMORY).close()
    if (path !== IN_MEMORY) makePrivate(path)
    db = new SqliteDatabase(path, { timeout: BUSY_TIMEOUT_MS })
    prepareFile(db)
    return ledgerOf(db)
  } catch (error) {
    db?.close()
    throw unusable(path, error)
  }
}

/** Opens only a new file here, because closing a descriptor of a file in use would drop SQLite's own locks on it. */
function makePrivate(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    if (statSync(path).mode & 0o077) chmodSync(path, 0o600)
  }
}

/** Opens the ledger over the caller's handle, which the caller closes; a simulation empties it between worlds. */
export function ledgerOver(db: Database): Ledger {
  prepareFile(db)
  return ledgerOf(db)
}

function prepareFile(db: Database): void {
  // The file is checked before anything is written, so that a file of another program stays unchanged.
  if (!isLedger(db)) throw new NotALedger('not-a-ledger')
  db.pragma('journal_mode = WAL')
  // A commit survives the end of the command, however it ends. To survive a power cut too, as the mirror must, each
  // telegram would wait for the disk twice.
  db.pragma('synchronous = NORMAL')
  db.pragma('foreign_keys = ON')
  if (!migrate(db)) throw new NotALedger('another-version')
  if (db.pragma('quick_check(1)', { simple: true }) !== 'ok') throw new NotALedger('damaged')
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

function ledgerOf(db: Database): Ledger {
  const transaction = db.transaction((work: () => unknown) => work())
  const counts = db.prepare<[], LedgerCounts>(COUNTS)
  return {
    payments: paymentTable(db),
    requests: requestTable(db),
    checkouts: checkoutTable(db),
    notices: noticeTable(db),
    pushes: pushTable(db),
    faults: faultTable(db),
    late: lateTable(db),
    settings: settingTable(db),
    counts: () => counts.get() as LedgerCounts,
    empty: () => void db.exec(EMPTY),
    atomically: <T>(work: () => T) => transaction.immediate(work) as T,
    close: () => db.close(),
  }
}
