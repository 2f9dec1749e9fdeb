// Ensures one sender per shop with an advisory lock in the shop's own database. The connection that also reads orders
// holds it.
import { AppError } from '../errors.js'
import type { ShopLock } from '../ports.js'
import { placeOf } from './address.js'
import type { ShopLine } from './line.js'
import { DIALECTS, WAIT_LIMITS, type TextRow, type Session } from './session.js'
import { setTimeout as sleep } from 'node:timers/promises'

// Checks whether a connection can hold the shop's lock: the server accepts writes, and no pooler lends the session to
// other clients.
/** A read-only copy of the shop's database gives its lock to every client, and accepts no result. */
const READ_ONLY = {
  mysql: `SHOW GLOBAL VARIABLES WHERE variable_name IN ('read_only', 'super_read_only', 'innodb_read_only')
    AND value NOT IN ('OFF', '0')`,
  postgres: 'SELECT 1 AS standby WHERE pg_is_in_recovery()',
} as const

/** @throws AppError shop-read-only, or the fault that the shop's database reports */
export async function refuseReadOnly(line: ShopLine): Promise<void> {
  const found = await line.guarded((session) => session.all(READ_ONLY[session.server]))
  if (found.length > 0) throw new AppError('shop-read-only', { place: placeOf(line.address) })
}

/**
 * The order in which two clients ask. However a pooler picks its connections (the last used first, in turns, at
 * random), a client that does not own its connection gets the other one's, or a different one from before.
 */
const TURNS = 'aabbabaabbab'

/** A client that owns its connection is answered at once, while another client waits for a free one. */
const PATIENCE = { ...WAIT_LIMITS, silenceMs: 3_000 }
const ASKED_EVERY_MS = 100

/**
 * Asks two connections in turns which of the server's sessions they are. Takes no lock: on a connection that is lent
 * to other clients, the lock would stay behind.
 * @throws AppError shop-pooler, or the fault that the shop's database reports
 */
export async function refusePooler(line: ShopLine): Promise<void> {
  if (!line.session.pooled) return
  const other = await besides(line)
  // The other client waits for a connection while ours is answered, so each client keeps the connection that it got.
  if (other === null) return
  try {
    if (await line.guarded((session) => isShared(session, other))) throw await poolerFault(line)
  } finally {
    await other.close()
  }
}

/**
 * Opens a second connection. Returns null when none is free although ours is answered all the time that the second
 * one waits.
 */
async function besides(line: ShopLine): Promise<Session | null> {
  let waits = true
  const opening = line.another({}, PATIENCE).finally(() => (waits = false))
  const answered = (async () => {
    while (waits) {
      await line.guarded(sessionOf)
      await sleep(ASKED_EVERY_MS)
    }
  })()
  const [other, ours] = await Promise.allSettled([opening, answered])
  if (ours.status === 'rejected') {
    if (other.status === 'fulfilled') await other.value.close()
    throw ours.reason
  }
  if (other.status === 'fulfilled') return other.value
  if (other.reason instanceof AppError && other.reason.params['problem'] === 'ETIMEDOUT') return null
  throw other.reason
}

async function isShared(session: Session, other: Session): Promise<boolean> {
  const seen = { a: new Set<string>(), b: new Set<string>() }
  for (const turn of TURNS) {
    if (turn === 'a') seen.a.add(await sessionOf(session))
    else seen.b.add(await sessionOf(other))
  }
  return seen.a.size > 1 || seen.b.size > 1 || [...seen.a].some((one) => seen.b.has(one))
}

/** Returns the number of the server's session that answers now. */
export async function sessionOf(session: Session): Promise<string> {
  const [row] = await session.all(`SELECT ${DIALECTS[session.server].me} AS me`)
  return row?.['me'] ?? ''
}

/** Returns the fault, with the pooler's name where the pooler reveals it. */
export async function poolerFault(line: ShopLine): Promise<AppError> {
  const place = placeOf(line.address)
  return new AppError('shop-pooler', (await isPgbouncer(line)) ? { place, pooler: 'pgbouncer' } : { place })
}

/** Only PgBouncer has a database of this name that exists and that hardly any user may enter. */
async function isPgbouncer(line: ShopLine): Promise<boolean> {
  if (line.address.server !== 'postgres') return false
  try {
    await (await line.another({ database: 'pgbouncer' }, PATIENCE)).close()
    return true
  } catch (error) {
    return error instanceof AppError && error.params['problem'] === '08P01'
  }
}

/** "PYGT" and "SEND": one key for the whole database. */
const POSTGRES_KEY = '1348028244, 1397051972'

/** MySQL's lock names are shared by the whole server, so the name contains the database; 64 characters at most. */
const MYSQL_NAME = `concat('paygent:', left(sha1(DATABASE()), 40))`

const POSTGRES_HOLDERS = `pg_locks l WHERE l.locktype = 'advisory' AND l.granted
  AND l.classid = 1348028244 AND l.objid = 1397051972 AND l.objsubid = 2
  AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())`

/** True when the session that runs the statement holds the lock. */
export const HOLDS = {
  mysql: `coalesce(IS_USED_LOCK(${MYSQL_NAME}) = ${DIALECTS.mysql.me}, false)`,
  postgres: `EXISTS (SELECT 1 FROM ${POSTGRES_HOLDERS} AND l.pid = ${DIALECTS.postgres.me})`,
} as const

/**
 * If the session holds the lock already, it received it from another client, and both servers would grant it a second
 * time.
 */
const STATEMENTS = {
  mysql: {
    acquire: `SELECT ${DIALECTS.mysql.me} AS me, IF(${HOLDS.mysql}, 0, GET_LOCK(${MYSQL_NAME}, 0)) AS held`,
    holds: `SELECT ${DIALECTS.mysql.me} AS me, ${HOLDS.mysql} AS held`,
    release: `SELECT RELEASE_LOCK(${MYSQL_NAME}) AS held`,
    holder: `SELECT host AS machine, NULL AS application FROM information_schema.processlist
      WHERE id = IS_USED_LOCK(${MYSQL_NAME})`,
  },
  postgres: {
    acquire: `SELECT ${DIALECTS.postgres.me} AS me,
      CASE WHEN ${HOLDS.postgres} THEN false ELSE pg_try_advisory_lock(${POSTGRES_KEY}) END AS held`,
    holds: `SELECT ${DIALECTS.postgres.me} AS me, ${HOLDS.postgres} AS held`,
    release: `SELECT pg_advisory_unlock(${POSTGRES_KEY}) AS held`,
    holder: `SELECT host(a.client_addr) AS machine, a.application_name AS application
      FROM pg_stat_activity a WHERE a.pid IN (SELECT l.pid FROM ${POSTGRES_HOLDERS})`,
  },
} as const

/** How often the server is asked whether the same session still holds the lock. */
const PROOFS = 3
/** How often the session that holds the lock is searched for, when it was not the same one. */
const RELEASES = 20

/** The values that the two servers use for true. */
export const isTrue = (value: string | null | undefined): boolean => value === '1' || value === 't'

export class DeskLock implements ShopLock {
  #held = false

  constructor(private readonly line: ShopLine) {}

  /**
   * Checks whether the connection could hold a lock, and takes none.
   * @throws AppError shop-read-only, shop-pooler, or the fault that the shop's database reports
   */
  async fit(): Promise<void> {
    await refuseReadOnly(this.line)
    await refusePooler(this.line)
  }

  /**
   * Takes the lock on a new connection, because the old one may have died unnoticed while the operator decided.
   * @throws AppError as `fit` does
   */
  async acquire(): Promise<boolean> {
    this.#held = false
    await this.line.renew()
    await this.fit()
    const [taken] = await this.#ask('acquire')
    this.#held = isTrue(taken?.['held'])
    if (this.#held) await this.#prove(taken?.['me'])
    return this.#held
  }

  async owner(): Promise<string | null> {
    const [row] = await this.#ask('holder')
    return row === undefined ? null : machineOf(row)
  }

  async release(): Promise<void> {
    if (!this.#held || !this.line.session.alive) return
    this.#held = false
    // If the connection is lost now, its lock is lost as well.
    await this.#ask('release').catch(() => undefined)
  }

  /** Reopens a connection that no longer answers, and takes its lock again unless another client holds it by now. */
  async wake(): Promise<void> {
    const held = this.#held
    const [now] = await this.#ask('holds').catch(() => [])
    if (now !== undefined && (!held || isTrue(now['held']))) return refuseReadOnly(this.line)
    if (held) return void (await this.acquire())
    await this.line.renew()
    await refuseReadOnly(this.line)
  }

  /** @throws AppError shop-pooler when another session holds the lock by now; the lock is given back then */
  async #prove(me: string | null | undefined): Promise<void> {
    for (let proof = 0; proof < PROOFS; proof += 1) {
      const [now] = await this.#ask('holds')
      if (now?.['me'] === me && isTrue(now?.['held'])) continue
      await this.#giveBack()
      throw await poolerFault(this.line)
    }
  }

  /**
   * Through a pooler the statement runs on varying sessions, and only the session that holds the lock can give it
   * back.
   */
  async #giveBack(): Promise<void> {
    this.#held = false
    for (let attempt = 0; attempt < RELEASES; attempt += 1) {
      const [row] = await this.#ask('release')
      if (isTrue(row?.['held'])) return
    }
  }

  #ask(what: keyof (typeof STATEMENTS)['mysql']): Promise<TextRow[]> {
    return this.line.guarded((session) => session.all(STATEMENTS[session.server][what]))
  }
}

/** @throws AppError shop-lock-lost */
export function refuseLostLock(held: string | null | undefined): void {
  if (!isTrue(held)) throw new AppError('shop-lock-lost')
}

/** Returns the name that the machine gave itself, else its address without the port. */
function machineOf({ machine = null, application = null }: TextRow): string | null {
  const named = /^paygent@(.+)$/.exec(application ?? '')?.[1]
  return named ?? machine?.replace(/:\d+$/, '') ?? null
}
