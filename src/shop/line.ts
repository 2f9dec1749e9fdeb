// Holds the connection to the shop's database, and replaces it with a new one after a wait.
import { readFileSync } from 'node:fs'
import { AppError } from '../errors.js'
import type { ShopAddress } from './address.js'
import { shopFault } from './faults.js'
import { WAIT_LIMITS, type Session } from './session.js'

/**
 * Opens the connection alone, without checking the database behind it. @throws AppError shop-unreachable and the like
 */
export async function connectShop(address: ShopAddress, machine: string, limits = WAIT_LIMITS): Promise<Session> {
  const files = { ca: caOf(address), application: `paygent@${machine}`.slice(0, 63), limits }
  try {
    if (address.server === 'mysql') return await (await import('./mysql.js')).openMysql(address, files)
    return await (await import('./postgres.js')).openPostgres(address, files)
  } catch (error) {
    throw shopFault(error, address)
  }
}

function caOf({ tls }: ShopAddress): string | null {
  if (tls?.caPath == null) return null
  try {
    return readFileSync(tls.caPath, 'utf8')
  } catch (error) {
    const problem = (error as NodeJS.ErrnoException).code ?? ''
    throw new AppError('file-unreadable', { path: tls.caPath, problem })
  }
}

export class ShopLine {
  #session: Session

  private constructor(
    readonly address: ShopAddress,
    private readonly machine: string,
    session: Session,
  ) {
    this.#session = session
  }

  /** @throws AppError as `connectShop` does */
  static async open(address: ShopAddress, machine: string): Promise<ShopLine> {
    return new ShopLine(address, machine, await connectShop(address, machine))
  }

  get session(): Session {
    return this.#session
  }

  /**
   * Opens a new connection. A lock that the old one held is free when this returns. @throws AppError as `connectShop`
   * does
   */
  async renew(): Promise<void> {
    await this.#session.close()
    this.#session = await connectShop(this.address, this.machine)
  }

  /** Opens a second connection beside it, with the same login; the caller closes it. */
  another(changes: Partial<Pick<ShopAddress, 'database'>> = {}, limits = WAIT_LIMITS): Promise<Session> {
    return connectShop({ ...this.address, ...changes }, this.machine, limits)
  }

  /** @throws AppError for a fault on the connection, without the driver's text */
  async guarded<Result>(work: (session: Session) => Promise<Result>): Promise<Result> {
    try {
      return await work(this.#session)
    } catch (error) {
      throw shopFault(error, this.address)
    }
  }
}
