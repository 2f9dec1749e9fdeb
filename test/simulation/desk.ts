// A process's own mirror, built as `openMirror` builds it, with the connection accessible.
import type { MarkOf } from '../../src/domain/lock-owner.js'
import type { ImportRow, ShopReading } from '../../src/domain/shop.js'
import type { Connection } from '../../src/mirror/connection.js'
import { checkStamp } from '../../src/mirror/database.js'
import { importOrders } from '../../src/mirror/intake/import.js'
import { MirrorHolds } from '../../src/mirror/holds.js'
import { MirrorShopRows } from '../../src/mirror/intake/shop-rows.js'
import { Attempts } from '../../src/mirror/journal/attempts.js'
import { MirrorJournal } from '../../src/mirror/journal/journal.js'
import { Trail } from '../../src/mirror/journal/trail.js'
import { LockOwners, MirrorLock } from '../../src/mirror/lock.js'
import { MirrorNotices } from '../../src/mirror/notices.js'
import { MirrorIssues } from '../../src/mirror/open-issues.js'
import { MirrorOrders } from '../../src/mirror/orders.js'
import { MirrorPlans } from '../../src/mirror/plans.js'
import { type Disk, IDENTITY, STAMP } from './disk.js'
import type { Person } from './script.js'
import type { ProcessClock } from './time.js'

/** The parts that a planted bug puts in place of the mirror's own. */
export interface Parts {
  readonly connection: (sound: Connection) => Connection
  readonly lock: (path: string, holders: LockOwners) => MirrorLock
  readonly markOf: (sound: MarkOf) => MarkOf
}
export const SOUND: Parts = {
  connection: (sound) => sound,
  lock: (path, holders) => new MirrorLock(path, holders),
  markOf: (sound) => sound,
}

/** So few numbers that each is soon given to another process. */
const PIDS = 5

/** The world's machine, as far as its processes go. */
export class Machine {
  readonly #living = new Map<number, string>()
  #begun = 0

  begin(): number {
    let pid: number
    do {
      this.#begun += 1
      pid = 2 + (this.#begun % PIDS)
    } while (this.#living.has(pid))
    this.#living.set(pid, String(this.#begun))
    return pid
  }

  end(pid: number): void {
    this.#living.delete(pid)
  }

  markOf: MarkOf = (pid) => {
    const startTicks = this.#living.get(pid)
    return startTicks === undefined ? null : { bootId: 'the only one', pid, startTicks }
  }
}

/** A process that has died leaves its name behind as the holder. */
class MortalHolders extends LockOwners {
  dead = false

  override leave(): void {
    if (!this.dead) super.leave()
  }
}

/** More pages than any mirror of a world has. */
const NO_LIMIT = 1_000_000

export class Desk {
  readonly connection: Connection
  readonly orders: MirrorOrders
  readonly journal: MirrorJournal
  readonly books: MirrorIssues
  readonly inbox: MirrorNotices
  readonly shopRows: MirrorShopRows
  readonly holds: MirrorHolds
  readonly plans: MirrorPlans
  readonly mirrorId: string
  readonly lock: MirrorLock
  readonly #holders: MortalHolders
  readonly #pid: number
  #full = false

  constructor(
    private readonly disk: Disk,
    readonly clock: ProcessClock,
    parts: Parts,
    private readonly machine: Machine,
    readonly by: Person = 'yamada',
  ) {
    this.#pid = machine.begin()
    const identity = { ...IDENTITY, osUser: by, pid: this.#pid }
    this.connection = parts.connection(disk.open(clock.nowMs()))
    const { connection } = this
    const mirrorId = (this.mirrorId = checkStamp(connection, STAMP))
    this.#holders = new MortalHolders(connection, clock, identity, parts.markOf(machine.markOf))
    this.lock = parts.lock(connection.path, this.#holders)
    this.orders = new MirrorOrders(connection)
    const { orders, lock } = this
    const { environment } = STAMP
    const trail = new Trail(connection, mirrorId, identity)
    const attempts = new Attempts(connection, trail, clock)
    const shared = { connection, orders, lock, trail, attempts }
    const plans = (this.plans = new MirrorPlans(connection, trail, identity))
    this.journal = new MirrorJournal({ ...shared, clock, identity, environment, plans })
    this.books = new MirrorIssues(shared)
    this.inbox = new MirrorNotices(connection, lock)
    this.holds = new MirrorHolds(connection, orders, trail, identity)
    this.shopRows = new MirrorShopRows(connection, lock, trail, orders.statuses, new Map())
  }

  import(rows: readonly ImportRow[]): void {
    importOrders(this.connection, { rows, others: [] }, this.clock.nowMs())
  }

  /** As a pull of the shop's database, in one piece. */
  pull(readings: readonly ShopReading[]): void {
    const { lock, shopRows, clock } = this
    if (!lock.acquire('pull')) throw new Error('the first pull finds the mirror locked')
    shopRows.take(readings, clock.nowMs())
    shopRows.finishPull(new Set(this.orders.list({}).map(({ orderId }) => orderId)), clock.nowMs())
    lock.release()
  }

  /** Lets the file grow by so many pages at most; null takes the limit off. */
  fill(pages: number | null): void {
    if (pages === null && !this.#full) return
    const { db } = this.connection
    this.#full = pages !== null
    const now = Number(db.pragma('page_count', { simple: true }))
    db.pragma(`max_page_count = ${pages === null ? NO_LIMIT : now + pages}`)
  }

  /** Gives everything back; `dead` when the process does not do it itself. */
  close(dead: boolean): void {
    this.#holders.dead = dead
    this.lock.release()
    this.machine.end(this.#pid)
    this.fill(null)
    this.disk.giveUp(this.connection, dead)
  }
}
