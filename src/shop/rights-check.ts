// Whether the database user has the rights of docs/shop-database.md and no others; for `doctor`.
import { AppError } from '../errors.js'
import { placeOf, staysHere } from './address.js'
import { conditionOf, type ShopCondition } from './condition.js'
import { shopFault } from './faults.js'
import type { EccubeShop } from './open.js'
import { mysqlRights } from './rights-mysql.js'
import { postgresRights } from './rights-postgres.js'
import { compareRights, type RightsReport } from './rights.js'

export interface ShopInspection {
  /** Product, server and place. */
  readonly name: string
  readonly place: string
  /** `clear` crosses a network for everybody to read. */
  readonly line: 'tls' | 'local' | 'clear'
  /** Why no order of this shop could be sent by this connection; null where it could. */
  readonly unfit: AppError | null
  readonly condition: ShopCondition
  readonly rights: RightsReport & {
    /** How many of the server's answers were not understood. */
    readonly unclear: number
  }
}

/**
 * On a session that does nothing else afterwards: it may have taken another role.
 * @throws AppError shop-unreachable, shop-failed
 */
export async function inspectShop(shop: EccubeShop): Promise<ShopInspection> {
  const { name, session, address, product } = shop
  const unfit = await unfitness(shop)
  const read = async () =>
    session.server === 'mysql' ? mysqlRights(session) : { rights: await postgresRights(session), unclear: 0 }
  try {
    const condition = await conditionOf(session, product)
    const { rights, unclear } = await read()
    const line = address.tls !== null ? 'tls' : staysHere(address) ? 'local' : 'clear'
    return {
      name,
      place: placeOf(address),
      line,
      unfit,
      condition,
      rights: { ...compareRights(rights, product), unclear },
    }
  } catch (error) {
    throw shopFault(error, address)
  }
}

async function unfitness({ lock }: EccubeShop): Promise<AppError | null> {
  try {
    await lock.fit()
    return null
  } catch (error) {
    if (!(error instanceof AppError) || !['shop-read-only', 'shop-pooler'].includes(error.code)) throw error
    return error
  }
}
