// A process's own mirror: put together as `openMirror` does it, with the connection within reach.
import type { Connection } from '../../src/mirror/connection.js'
import { importOrders } from '../../src/mirror/import.js'
import type { ImportRow } from '../../src/domain/import-row.js'
import { Attempts } from '../../src/mirror/attempts.js'
import { MirrorBooks } from '../../src/mirror/books.js'
import { MirrorJournal } from '../../src/mirror/journal.js'
import { Holders } from '../../src/mirror/holders.js'
import { MirrorLock } from '../../src/mirror/lock.js'
import { MirrorOrders } from '../../src/mirror/orders.js'
import { checkStamp } from '../../src/mirror/stamp.js'
import { Trail } from '../../src/mirror/trail.js'
import { IDENTITY, STAMP, type Disk } from './disk.js'
import type { ProcessClock } from './time.js'

/** What a planted bug puts in place of the parts of a mirror. */
export interface Parts {
  readonly connection: (sound: Connection) => Connection
  readonly lock: (path: string, holders: Holders) => MirrorLock
}
export const SOUND: Parts = { connection: (sound) => sound, lock: (path, holders) => new MirrorLock(path, holders) }

/** A process that has died leaves its name behind as the holder. */
class MortalHolders extends Holders {
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
  readonly books: MirrorBooks
  readonly lock: MirrorLock
  readonly #holders: MortalHolders
  #full = false

  constructor(
    private readonly disk: Disk,
    readonly clock: ProcessClock,
    parts: Parts,
  ) {
    this.connection = parts.connection(disk.open(clock.nowMs()))
    const { connection } = this
    const mirrorId = checkStamp(connection, STAMP)
    this.#holders = new MortalHolders(connection, clock, IDENTITY)
    this.lock = parts.lock(connection.path, this.#holders)
    this.orders = new MirrorOrders(connection)
    const { orders, lock } = this
    const { environment } = STAMP
    const trail = new Trail(connection, mirrorId, IDENTITY)
    const attempts = new Attempts(connection, trail, clock)
    const shared = { connection, orders, lock, trail, attempts }
    this.journal = new MirrorJournal({ ...shared, clock, identity: IDENTITY, environment })
    this.books = new MirrorBooks(shared)
  }

  import(rows: readonly ImportRow[]): void {
    importOrders(this.connection, { rows, skippedOtherMethods: 0 }, this.clock.nowMs())
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
    this.fill(null)
    this.disk.giveUp(this.connection, dead)
  }
}
