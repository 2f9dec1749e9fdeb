// Whether the database user has the rights of docs/shop-database.md and no others; for `doctor`.
import { placeOf, staysHere } from './address.js'
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
  readonly rights: RightsReport & {
    /** How many of the server's answers were not understood. */
    readonly unclear: number
  }
}

/**
 * On a session that does nothing else afterwards: it may have taken another role.
 * @throws AppError shop-unreachable, shop-failed
 */
export async function inspectShop({ name, session, address, product }: EccubeShop): Promise<ShopInspection> {
  const read = async () =>
    session.server === 'mysql' ? mysqlRights(session) : { rights: await postgresRights(session), unclear: 0 }
  try {
    const { rights, unclear } = await read()
    const line = address.tls !== null ? 'tls' : staysHere(address) ? 'local' : 'clear'
    return { name, place: placeOf(address), line, rights: { ...compareRights(rights, product), unclear } }
  } catch (error) {
    throw shopFault(error, address)
  }
}
