// Opens the mirror: the shop's orders and the journal of the requests that were sent for them, in one SQLite file.
import type { MarkOf } from '../domain/lock-owner.js'
import type { MethodNames } from '../domain/method-names.js'
import type { StatusSetting } from '../domain/order-status.js'
import type { Clock } from '../ports.js'
import { processMark } from '../process-mark.js'
import { type Backup, backupMirror } from './backup.js'
import type { ParsedOrders } from './csv/csv.js'
import { checkStamp, type Mode, openDatabase, type Stamp } from './database.js'
import { MirrorHolds } from './holds.js'
import type { Heard } from './counted.js'
import { importedMs, importOrders, type ImportResult } from './intake/import.js'
import { MirrorShopRows } from './intake/shop-rows.js'
import { Attempts } from './journal/attempts.js'
import { MirrorJournal } from './journal/journal.js'
import { type Identity, Trail } from './journal/trail.js'
import { LockOwners, MirrorLock } from './lock.js'
import { MirrorState } from './machine-state.js'
import type { FileSystemType } from './network.js'
import { MirrorNotices } from './notices.js'
import { MirrorIssues } from './open-issues.js'
import { MirrorOrders } from './orders.js'
import { askedAt } from './payments.js'
import { MirrorPlans } from './plans.js'
import { type Purge, purgeOf, wipeFile } from './purge.js'
import { MirrorReport } from './report.js'

export interface MirrorOptions {
  /**
   * `create` creates the mirror when there is none. `read` changes nothing; it shows the mirror's state at the
   * opening, and a large one's state at each query.
   */
  readonly mode: Mode
  readonly stamp: Stamp
  readonly clock: Clock
  readonly identity: Identity
  /** The folder in which this machine keeps the records of its mirrors; '' when it has no place for it. */
  readonly stateDir: string
  /** The shop's definitions of its own 対応状況; none when left out. */
  readonly statuses?: StatusSetting
  /** The operator's definitions of the shop's names of payment methods; none when left out. */
  readonly methods?: MethodNames
  readonly fileSystemType?: FileSystemType
  /** Returns the mark by which a process is recognised; only tests give another. */
  readonly markOf?: MarkOf
}

export interface Mirror {
  /** The full path, with symbolic links resolved. */
  readonly path: string
  /** A random id, created with the mirror; a copy has the same. */
  readonly id: string
  readonly orders: MirrorOrders
  readonly journal: MirrorJournal
  readonly issues: MirrorIssues
  readonly inbox: MirrorNotices
  readonly shopRows: MirrorShopRows
  readonly holds: MirrorHolds
  /** How the nights ended, as the audit trail has it. */
  readonly nights: Pick<Trail, 'lastNight' | 'lastGoodNight' | 'noteNight'>
  readonly plans: MirrorPlans
  /** The records that a report of some days needs. */
  readonly report: MirrorReport
  readonly lock: MirrorLock
  readonly state: MirrorState
  /** Runs work whose reads all show the same moment, even while a batch writes. Nothing in it may wait. */
  atOneMoment<Result>(work: () => Result): Result
  /** Takes orders that are already parsed; all or none. @param heard hears how many of them are done */
  importOrders(parsed: ParsedOrders, nowMs: number, heard?: Heard): ImportResult
  /**
   * Makes a safe copy, readable by its user alone, also while other programs write. @throws AppError as
   * `backupMirror` does
   */
  backup(target: string, signal: AbortSignal): Promise<Backup>
  /** Returns the effect that a purge of the orders before this Japan date would have; nothing is changed. */
  purgeable(before: string): Purge
  /** Leaves nothing of the removed data in the mirror's files. Returns false while another program reads the mirror. */
  wipe(): boolean
  /** Returns when orders were last imported, in epoch milliseconds; null when they never were. */
  importedMs(): number | null
  /** Returns when Paygent last said something about a payment, ISO Japan time; null when it never did. */
  askedAt(): string | null
  /** Closes the mirror, and gives the lock back as well. */
  close(): void
}

/**
 * @throws AppError mirror-missing, mirror-not-ours, mirror-newer, mirror-unusable, mirror-damaged, mirror-on-network,
 * mirror-of-another-environment, mirror-of-another-merchant
 */
export function openMirror(path: string, options: MirrorOptions): Mirror {
  const { stamp, clock, identity, stateDir } = options
  const connection = openDatabase(path, { ...options, nowMs: clock.nowMs() })
  try {
    const id = checkStamp(connection, stamp)
    const lock = new MirrorLock(
      connection.path,
      new LockOwners(connection, clock, identity, options.markOf ?? processMark),
    )
    const orders = new MirrorOrders(connection, options.statuses)
    const { environment } = stamp
    const trail = new Trail(connection, id, identity)
    const attempts = new Attempts(connection, trail, clock, orders.statuses)
    const plans = new MirrorPlans(connection, trail, identity)
    const journal = new MirrorJournal({
      connection,
      orders,
      lock,
      clock,
      identity,
      environment,
      trail,
      attempts,
      plans,
    })
    return {
      path: connection.path,
      id,
      orders,
      journal,
      issues: new MirrorIssues({ connection, orders, lock, trail, attempts }),
      inbox: new MirrorNotices(connection, lock),
      shopRows: new MirrorShopRows(connection, lock, trail, orders.statuses, options.methods ?? new Map()),
      holds: new MirrorHolds(connection, orders, trail, identity),
      nights: trail,
      plans,
      report: new MirrorReport(connection, orders),
      lock,
      state: new MirrorState(connection, id, stateDir, (event, detail) =>
        connection.write(() => trail.append(event, { detail }, clock.nowMs())),
      ),
      atOneMoment: (work) => connection.read(work),
      importOrders: (parsed, nowMs, heard) => importOrders(connection, parsed, nowMs, orders.statuses, heard),
      backup: (target, signal) => backupMirror(connection, target, { nowMs: clock.nowMs(), signal, stamp, identity }),
      purgeable: (before) => purgeOf(connection, before),
      wipe: () => wipeFile(connection),
      importedMs: () => importedMs(connection),
      askedAt: () => askedAt(connection),
      close: () => {
        lock.release()
        connection.close()
      },
    }
  } catch (error) {
    connection.close()
    throw error
  }
}
