// One sender per shop: an advisory lock in the shop's own database, held by the connection that also looks at orders.
import type { ShopLock } from '../ports.js'
import type { Row, Session } from './session.js'

/** "PYGT" and "SEND": one key for the whole database. */
const POSTGRES_KEY = '1348028244, 1397051972'

/** MySQL's names hold for the whole server, so the database is part of it; 64 characters at most. */
const MYSQL_NAME = `concat('paygent:', left(sha1(DATABASE()), 40))`

const STATEMENTS = {
  mysql: {
    acquire: `SELECT GET_LOCK(${MYSQL_NAME}, 0) AS held`,
    release: `SELECT RELEASE_LOCK(${MYSQL_NAME}) AS held`,
    holder: `SELECT host AS machine, NULL AS application FROM information_schema.processlist
      WHERE id = IS_USED_LOCK(${MYSQL_NAME})`,
  },
  postgres: {
    acquire: `SELECT pg_try_advisory_lock(${POSTGRES_KEY}) AS held`,
    release: `SELECT pg_advisory_unlock(${POSTGRES_KEY}) AS held`,
    holder: `SELECT host(a.client_addr) AS machine, a.application_name AS application
      FROM pg_locks l JOIN pg_stat_activity a USING (pid)
      WHERE l.locktype = 'advisory' AND l.granted AND l.classid = 1348028244 AND l.objid = 1397051972
        AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
  },
} as const

export class DeskLock implements ShopLock {
  #held = false

  constructor(
    private readonly session: Session,
    private readonly faultOf: (error: unknown) => unknown,
  ) {}

  async acquire(): Promise<boolean> {
    const [row] = await this.#ask('acquire')
    this.#held = row?.['held'] === '1' || row?.['held'] === 't'
    return this.#held
  }

  async holder(): Promise<string | null> {
    const [row] = await this.#ask('holder')
    return row === undefined ? null : machineOf(row)
  }

  async release(): Promise<void> {
    if (!this.#held || !this.session.alive) return
    this.#held = false
    // A connection that is lost now has lost the lock as well.
    await this.#ask('release').catch(() => undefined)
  }

  async #ask(what: 'acquire' | 'release' | 'holder'): Promise<Row[]> {
    try {
      return await this.session.all(STATEMENTS[this.session.server][what])
    } catch (error) {
      throw this.faultOf(error)
    }
  }
}

/** The name that the machine gave itself, else its address without the port. */
function machineOf({ machine = null, application = null }: Row): string | null {
  const named = /^paygent@(.+)$/.exec(application ?? '')?.[1]
  return named ?? machine?.replace(/:\d+$/, '') ?? null
}
