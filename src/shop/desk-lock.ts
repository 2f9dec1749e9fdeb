// One sender per shop: an advisory lock in the shop's own database, held by the connection that also looks at orders.
import { AppError } from '../errors.js'
import type { ShopLock } from '../ports.js'
import { poolerFault, refusePooler, refuseReadOnly } from './fitness.js'
import type { ShopLine } from './line.js'
import { DIALECTS, type Row } from './session.js'

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

  async holder(): Promise<string | null> {
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

  #ask(what: keyof (typeof STATEMENTS)['mysql']): Promise<Row[]> {
    return this.line.guarded((session) => session.all(STATEMENTS[session.server][what]))
  }
}

/** @throws AppError shop-lock-lost */
export function refuseLostLock(held: string | null | undefined): void {
  if (!isTrue(held)) throw new AppError('shop-lock-lost')
}

/** The name that the machine gave itself, else its address without the port. */
function machineOf({ machine = null, application = null }: Row): string | null {
  const named = /^paygent@(.+)$/.exec(application ?? '')?.[1]
  return named ?? machine?.replace(/:\d+$/, '') ?? null
}
