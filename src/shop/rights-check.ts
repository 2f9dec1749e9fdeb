// Checks for `doctor` whether the database user has the rights of docs/shop-database.md and no others.
import { AppError } from '../errors.js'
import { placeOf, staysHere } from './address.js'
import { shopFault } from './faults.js'
import { LAYOUTS, type Product } from './layouts.js'
import type { EccubeShop } from './open.js'
import { compareRights, mysqlRights, postgresRights, type RightsReport } from './rights.js'
import type { TextRow, Session } from './session.js'

// Detects Japanese that a shop wrote as UTF-8 through a connection declared as latin1: 架空 is stored as æž¶ç©º.
/** Windows-1252 from 80 to 9F, which MySQL calls latin1; the gaps are the bytes themselves. */
const UPPER = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ'

const JAPANESE = /[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uff66-\uff9d]/

/** Whether the text, taken byte by byte, is Japanese in UTF-8. */
export function isMojibake(text: string): boolean {
  const bytes: number[] = []
  for (const character of text) {
    const at = UPPER.indexOf(character)
    const byte = at < 0 ? (character.codePointAt(0) ?? 0) : 0x80 + at
    if (byte > 0xff) return false
    bytes.push(byte)
  }
  try {
    return JAPANESE.test(new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(bytes)))
  } catch {
    return false
  }
}

// Checks for `doctor`: properties of the server and its data that change the meaning of the orders (zone, clock,
// engine, encoding, links).
export interface ShopCondition {
  /** Tables whose engine keeps the part that an aborted write has done so far. */
  readonly noRollback: readonly string[]
  /** Which dates the server's own clock writes; null when EC-CUBE itself writes them in UTC. */
  readonly ownDates: 'all' | 'shipped' | null
  /** Minutes by which the server's time of day is ahead of UTC; null when the server does not report it. */
  readonly zoneMinutes: number | null
  /** The server's clock, epoch milliseconds. */
  readonly serverMs: number
  /**
   * How many of the newest orders have a customer's name that was written in another encoding than its declared one.
   */
  readonly mojibake: number
  /** Orders paid on Paygent's own page (リンク型); they are left out. */
  readonly links: number
}

/** The number of newest orders that are checked. */
const SAMPLE = 200

/**
 * EC-CUBE 2's times are the server's. MySQL's TIMESTAMP, in which EC-CUBE 2 keeps the order's date, has no zone of
 * its own.
 */
const OWN_DATES = {
  eccube2: { mysql: 'shipped', postgres: 'all' },
  eccube4: { mysql: null, postgres: null },
} as const

const CLOCK = {
  mysql: `SELECT UNIX_TIMESTAMP() AS seconds,
    TIMESTAMPDIFF(MINUTE, UTC_TIMESTAMP(), CONVERT_TZ(UTC_TIMESTAMP(), '+00:00', @@global.time_zone)) AS zone`,
  // The zone of a session that sets none, as the shop's own sessions do.
  postgres: `SELECT extract(epoch FROM now()) AS seconds,
    round(extract(epoch FROM (now() AT TIME ZONE reset_val) - (now() AT TIME ZONE 'UTC')) / 60) AS zone
    FROM pg_settings WHERE name = 'TimeZone'`,
} as const

const ENGINES = `SELECT t.table_name AS name FROM information_schema.tables t
  JOIN information_schema.engines e ON e.engine = t.engine
  WHERE t.table_schema = DATABASE() AND t.table_name IN ('dtb_order', 'dtb_shipping') AND e.transactions <> 'YES'`

/** @throws the driver's error */
export async function shopConditionOf(session: Session, product: Product): Promise<ShopCondition> {
  const { id, names, where, links } = LAYOUTS[product]
  const [clock] = await session.all(CLOCK[session.server])
  const engines = session.server === 'mysql' ? await session.all(ENGINES) : []
  const [link] = await session.all(`SELECT count(*) AS count FROM dtb_order WHERE ${links}`)
  const newest = `SELECT ${names.join(', ')} FROM dtb_order WHERE ${where} ORDER BY ${id} DESC LIMIT ${SAMPLE}`
  // Bytes that are no valid text are reported by `pull`, order by order.
  const customers = await session.all(newest).catch(() => [] as TextRow[])
  return {
    noRollback: engines.map(({ name }) => name ?? ''),
    ownDates: OWN_DATES[product][session.server],
    zoneMinutes: clock?.['zone'] == null ? null : Number(clock['zone']),
    serverMs: Number(clock?.['seconds']) * 1_000,
    mojibake: customers.filter((row) => Object.values(row).some((name) => name !== null && isMojibake(name))).length,
    links: Number(link?.['count']),
  }
}

export interface ShopInspection {
  /** Product, server and place of the database. */
  readonly name: string
  readonly place: string
  /** `clear` crosses a network unencrypted. */
  readonly line: 'tls' | 'local' | 'clear'
  /** Why this connection could send no order of this shop; null when it could. */
  readonly unfit: AppError | null
  readonly condition: ShopCondition
  readonly rights: RightsReport & {
    /** How many of the server's answers were not understood. */
    readonly unclear: number
  }
}

/**
 * Call it on a session that is used for nothing else afterwards, because it may have taken another role.
 * @throws AppError shop-unreachable, shop-failed
 */
export async function inspectShop(shop: EccubeShop): Promise<ShopInspection> {
  const { name, session, address, product } = shop
  const unfit = await unfitness(shop)
  const read = async () =>
    session.server === 'mysql' ? mysqlRights(session) : { rights: await postgresRights(session), unclear: 0 }
  try {
    const condition = await shopConditionOf(session, product)
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
