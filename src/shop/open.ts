// Opens the shop's own database when a command needs it, and loads its driver only then.
import { comparedStatus } from '../domain/order-status.js'
import type { OtherMethodReading, ShopReading, ShopWrite, ShopWritten } from '../domain/shop.js'
import { AppError } from '../errors.js'
import type { Shop } from '../ports.js'
import { addressOf, placeOf, type ShopAddress } from './address.js'
import { DeskLock, HOLDS, refuseLostLock } from './desk-lock.js'
import { lostFault, refusalOf, shopFault } from './faults.js'
import { type Layout, LAYOUTS, type Product, PRODUCTS, withMethodText } from './layouts.js'
import { ShopLine } from './line.js'
import { OrderRows } from './order-rows.js'
import { DIALECTS, type Session } from './session.js'
import { writeResult } from './write.js'

// Detects the version of EC-CUBE by its columns. A user with column grants sees only the columns that it may read.
const COLUMNS = {
  mysql: `SELECT table_name AS table_name, column_name AS column_name FROM information_schema.columns
    WHERE table_schema = DATABASE() AND table_name IN ('dtb_order', 'dtb_shipping', 'dtb_mdl_order_payment')`,
  postgres: `SELECT table_name, column_name FROM information_schema.columns
    WHERE table_schema = current_schema() AND table_name IN ('dtb_order', 'dtb_shipping', 'dtb_mdl_order_payment')`,
} as const

/** One column that only this product has. */
const MARK = { eccube2: 'memo08', eccube4: 'paygent_payment_method' } as const satisfies Record<Product, string>

/**
 * Recognises EC-CUBE 3: it keeps the payment in a separate table, and its orders have EC-CUBE 2's id and EC-CUBE 4's
 * names.
 */
const isEccube3 = (seen: ReadonlySet<string>): boolean =>
  [...seen].some((name) => name.startsWith('dtb_mdl_order_payment.')) ||
  (seen.has('dtb_order.order_id') && seen.has('dtb_order.name01'))

/** @throws AppError shop-eccube3, shop-not-eccube, shop-columns-missing with the names */
export async function detect(session: Session, place: string): Promise<Product> {
  const rows = await session.all(COLUMNS[session.server])
  const seen = new Set(rows.map((row) => `${row['table_name'] ?? ''}.${row['column_name'] ?? ''}`))
  const product = PRODUCTS.find((one) => seen.has(`dtb_order.${MARK[one]}`))
  if (product === undefined) throw new AppError(isEccube3(seen) ? 'shop-eccube3' : 'shop-not-eccube', { place })
  const missing = Object.entries(LAYOUTS[product].reads)
    .flatMap(([table, columns]) => columns.map((column) => `${table}.${column}`))
    .filter((name) => !seen.has(name))
  if (missing.length > 0) throw new AppError('shop-columns-missing', { place, names: missing })
  return product
}

// Reads the optional data where the grant allows it: the shop's own names of 対応状況 (its table mtb_order_status, which
// a shop may change and add to), and the text of the payment method.
/** The codes of MySQL and of PostgreSQL for "no right to the table" and "no such table". */
const NOT_THERE: readonly string[] = [
  'ER_TABLEACCESS_DENIED_ERROR',
  'ER_COLUMNACCESS_DENIED_ERROR',
  'ER_NO_SUCH_TABLE',
  'ER_BAD_FIELD_ERROR',
  '42501',
  '42P01',
  '42703',
]

/**
 * Returns the name of each status number, for the mirror to keep: the standard name where the shop has kept it, and
 * otherwise the number with the shop's own name, because only the shop knows what that status means.
 * @throws the driver's error, unless the names may not be read
 */
export async function statusesOf(
  session: Session,
  { statuses }: Pick<Layout, 'statuses'>,
): Promise<Layout['statuses']> {
  const names: Record<string, string> = { ...statuses }
  for (const { id, name } of await rowsOf(session)) {
    const own = (name ?? '').trim()
    if (id === null || id === undefined || own === '') continue
    names[id] = comparedStatus(own) === statuses[id] ? own : `${id}:${own}`
  }
  return names
}

const rowsOf = async (session: Session): ReturnType<Session['all']> =>
  (await ifThere(session, 'SELECT id, name FROM mtb_order_status')) ?? []

/** Whether the user may read the text of the payment method. @throws the driver's error for any other fault */
export const readsMethodText = async (session: Session): Promise<boolean> =>
  (await ifThere(session, 'SELECT payment_method FROM dtb_order WHERE 1 = 0')) !== null

/** Returns null when the data may not be read. */
async function ifThere(session: Session, sql: string): Promise<Awaited<ReturnType<Session['all']>> | null> {
  try {
    return await session.all(sql)
  } catch (error) {
    if (NOT_THERE.includes(String((error as { readonly code?: unknown }).code))) return null
    throw error
  }
}

/** EC-CUBE's ids are 32-bit; a higher order number cannot be the shop's. */
const HIGHEST_ID = 2_147_483_647

/**
 * @param setting PAYGENT_SHOP_DATABASE
 * @param machine this machine's name, shown to the operator who finds the shop's lock taken
 * @throws AppError shop-address, shop-unreachable, shop-login-refused, shop-rights, shop-not-verified,
 * shop-not-eccube, shop-eccube3, shop-columns-missing, shop-failed
 */
export async function openShop(setting: string, machine: string): Promise<EccubeShop> {
  const address = addressOf(setting)
  const line = await ShopLine.open(address, machine)
  try {
    const product = await detect(line.session, placeOf(address))
    return new EccubeShop(line, product)
  } catch (error) {
    await line.session.close()
    throw shopFault(error, address)
  }
}

const SERVER_NAMES = { mysql: 'MySQL', postgres: 'PostgreSQL' } as const

export class EccubeShop implements Shop {
  readonly name: string
  readonly address: ShopAddress
  readonly lock: DeskLock
  readonly #layout: Layout
  #named: Layout | null = null

  constructor(
    readonly line: ShopLine,
    readonly product: Product,
  ) {
    this.address = line.address
    this.#layout = LAYOUTS[product]
    this.name = `${this.#layout.name} (${SERVER_NAMES[line.session.server]} ${placeOf(line.address)})`
    this.lock = new DeskLock(line)
  }

  /** The session that is open now. */
  get session(): Session {
    return this.line.session
  }

  /** The rows of the connection that is open now. */
  get #rows(): OrderRows {
    return new OrderRows(this.session, this.#layout)
  }

  async count(): Promise<number> {
    try {
      return await this.#rows.count()
    } catch (error) {
      throw shopFault(error, this.address)
    }
  }

  async *readings(): AsyncIterable<readonly ShopReading[]> {
    try {
      yield* (await this.#namedRows()).all()
    } catch (error) {
      throw shopFault(error, this.address)
    }
  }

  /** Reads the row and the lock in one statement: the session that answers holds the lock, or the order is not sent. */
  async readOne(orderId: string): Promise<ShopReading | null> {
    if (Number(orderId) > HIGHEST_ID) return null
    return this.line.guarded(async (session) => {
      const rows = await this.#namedRows()
      return rows.orUnreadable(orderId, async () => {
        const one = `${rows.select()} AND ${this.#layout.id} = ${DIALECTS[session.server].param(1)}`
        const sql = `SELECT ${HOLDS[session.server]} AS held, o.* FROM (SELECT 1 AS one) l LEFT JOIN (${one}) o ON 1 = 1`
        const [row] = await session.all(sql, [orderId])
        refuseLostLock(row?.['held'])
        return row?.['order_id'] == null ? null : rows.reading(row)
      })
    })
  }

  others(orderIds: readonly string[]): Promise<OtherMethodReading[]> {
    const rows = this.#rows
    return this.line.guarded(() => rows.others(orderIds.filter((orderId) => Number(orderId) <= HIGHEST_ID)))
  }

  async write(result: ShopWrite, isErrorRead: (text: string) => boolean): Promise<ShopWritten> {
    try {
      return await writeResult(this.session, this.#layout, result, isErrorRead)
    } catch (error) {
      const code = refusalOf(error)
      if (this.session.alive && code !== null) return { type: 'failed', code }
      throw this.session.alive ? shopFault(error, this.address) : lostFault(error, this.address)
    }
  }

  wake(): Promise<void> {
    return this.lock.wake()
  }

  /**
   * Returns rows with the shop's own names of 対応状況 and its texts of the payment method, where they may be read; the
   * check runs once.
   */
  async #namedRows(): Promise<OrderRows> {
    this.#named ??= {
      ...((await readsMethodText(this.session)) ? withMethodText(this.#layout) : this.#layout),
      statuses: await statusesOf(this.session, this.#layout),
    }
    return new OrderRows(this.session, this.#named)
  }

  async close(): Promise<void> {
    await this.lock.release()
    await this.session.close()
  }
}
