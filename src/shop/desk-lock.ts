// One sender per shop: an advisory lock in the shop's own database, held by the connection that also looks at orders.
import { AppError } from '../errors.js'
import type { ShopLock } from '../ports.js'
import { placeOf } from './address.js'
import type { ShopLine } from './line.js'
import { DIALECTS, WAIT_LIMITS, type TextRow, type Session } from './session.js'
import { setTimeout as sleep } from 'node:timers/promises'

// Whether a connection can hold the shop's lock: the server takes writes, and no pooler lends the session to others.
/** A copy of the shop's database gives its lock to whoever asks, and takes no result. */
const READ_ONLY = {
  mysql: `SHOW GLOBAL VARIABLES WHERE variable_name IN ('read_only', 'super_read_only', 'innodb_read_only')
    AND value NOT IN ('OFF', '0')`,
  postgres: 'SELECT 1 AS standby WHERE pg_is_in_recovery()',
} as const

/** @throws AppError shop-read-only, or what the shop's database says */
export async function refuseReadOnly(line: ShopLine): Promise<void> {
  const found = await line.guarded((session) => session.all(READ_ONLY[session.server]))
  if (found.length > 0) throw new AppError('shop-read-only', { place: placeOf(line.address) })
}

/**
 * Who asks whom: whichever way a pooler picks its connections (the last used first, in turns, at random), one of two
 * clients that own none gets the other's, or not the one that it had before.
 */
const TURNS = 'aabbabaabbab'

/** A client that owns its connection is answered at once, while another one waits for a free one. */
const PATIENCE = { ...WAIT_LIMITS, silenceMs: 3_000 }
const ASKED_EVERY_MS = 100

/**
 * By two connections that are asked in turns which of the server's sessions they are. Takes no lock: on a connection
 * that is lent to others it would stay behind.
 * @throws AppError shop-pooler, or what the shop's database says
 */
export async function refusePooler(line: ShopLine): Promise<void> {
  if (!line.session.pooled) return
  const other = await besides(line)
  // It waits for a connection while we are answered: each client keeps the one that it got.
  if (other === null) return
  try {
    if (await line.guarded((session) => isShared(session, other))) throw await poolerFault(line)
  } finally {
    await other.close()
  }
}

/** A second connection; null where none is free although ours is answered all the time that the other one waits. */
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

/** The number of the server's session that answers now. */
export async function sessionOf(session: Session): Promise<string> {
  const [row] = await session.all(`SELECT ${DIALECTS[session.server].me} AS me`)
  return row?.['me'] ?? ''
}

/** The fault, with the pooler's name where it says so. */
export async function poolerFault(line: ShopLine): Promise<AppError> {
  const place = placeOf(line.address)
  return new AppError('shop-pooler', (await isPgbouncer(line)) ? { place, pooler: 'pgbouncer' } : { place })
}

/** It alone has a database of this name that is there and lets hardly anybody in. */
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

/** MySQL's names hold for the whole server, so the database is part of it; 64 characters at most. */
const MYSQL_NAME = `concat('paygent:', left(sha1(DATABASE()), 40))`

const POSTGRES_HOLDERS = `pg_locks l WHERE l.locktype = 'advisory' AND l.granted
  AND l.classid = 1348028244 AND l.objid = 1397051972 AND l.objsubid = 2
  AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())`

/** True where the session that runs the statement holds the lock. */
export const HOLDS = {
  mysql: `coalesce(IS_USED_LOCK(${MYSQL_NAME}) = ${DIALECTS.mysql.me}, false)`,
  postgres: `EXISTS (SELECT 1 FROM ${POSTGRES_HOLDERS} AND l.pid = ${DIALECTS.postgres.me})`,
} as const

/** A session that has it already has got it from somebody else's hands: both servers would give it once more. */
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

/** So often the server is asked whether it is still the same session that has the lock. */
const PROOFS = 3
/** Where it was not, the one that has it is looked for so often. */
const RELEASES = 20

/** As both servers say true. */
export const isTrue = (value: string | null | undefined): boolean => value === '1' || value === 't'

export class DeskLock implements ShopLock {
  #held = false

  constructor(private readonly line: ShopLine) {}

  /**
   * Takes no lock: whether the connection could hold one.
   * @throws AppError shop-read-only, shop-pooler, or what the shop's database says
   */
  async fit(): Promise<void> {
    await refuseReadOnly(this.line)
    await refusePooler(this.line)
  }

  /**
   * On a new connection: the old one may have died unheard while a person thought.
   * @throws AppError as `fit` says
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
    // A connection that is lost now has lost the lock as well.
    await this.#ask('release').catch(() => undefined)
  }

  /** A connection that no longer answers is opened anew, and its lock, if nobody else has it by now, taken again. */
  async wake(): Promise<void> {
    const held = this.#held
    const [now] = await this.#ask('holds').catch(() => [])
    if (now !== undefined && (!held || isTrue(now['held']))) return refuseReadOnly(this.line)
    if (held) return void (await this.acquire())
    await this.line.renew()
    await refuseReadOnly(this.line)
  }

  /** @throws AppError shop-pooler where the lock is another session's by now; it is given back then */
  async #prove(me: string | null | undefined): Promise<void> {
    for (let proof = 0; proof < PROOFS; proof += 1) {
      const [now] = await this.#ask('holds')
      if (now?.['me'] === me && isTrue(now?.['held'])) continue
      await this.#giveBack()
      throw await poolerFault(this.line)
    }
  }

  /** Through a pooler the statement runs here and there; only the session that has the lock gives it back. */
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

/** The name that the machine gave itself, else its address without the port. */
function machineOf({ machine = null, application = null }: TextRow): string | null {
  const named = /^paygent@(.+)$/.exec(application ?? '')?.[1]
  return named ?? machine?.replace(/:\d+$/, '') ?? null
}
