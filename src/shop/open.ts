// The shop's own database: opened when a command needs it, its driver loaded then and not before.
import type { OtherMethodReading, ShopReading, ShopWrite, ShopWritten } from '../domain/shop.js'
import type { Shop } from '../ports.js'
import { type ShopAddress, addressOf, placeOf } from './address.js'
import { DeskLock, HOLDS, refuseLostLock } from './desk-lock.js'
import { detect } from './detect.js'
import { lostFault, refusalOf, shopFault } from './faults.js'
import { LAYOUTS, type Layout, type Product, withMethodText } from './layouts.js'
import { ShopLine } from './line.js'
import { OrderRows } from './order-rows.js'
import { DIALECTS, type Session } from './session.js'
import { readsMethodText, statusesOf } from './status-names.js'
import { writeResult } from './write.js'

/** EC-CUBE's ids are 32-bit; no other order number can be the shop's. */
const HIGHEST_ID = 2_147_483_647

/**
 * @param setting PAYGENT_SHOP_DATABASE
 * @param machine this machine's name, for whoever finds the shop's lock taken
 * @throws AppError shop-address, shop-unreachable, shop-login-refused, shop-rights, shop-not-verified, shop-not-eccube, shop-eccube3,
 * shop-columns-missing, shop-failed
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

  /** The one that is open now. */
  get session(): Session {
    return this.line.session
  }

  /** Of the connection that is open now. */
  get #rows(): OrderRows {
    return new OrderRows(this.session, this.#layout)
  }

  async *readings(): AsyncIterable<readonly ShopReading[]> {
    try {
      yield* (await this.#namedRows()).all()
    } catch (error) {
      throw shopFault(error, this.address)
    }
  }

  /** The row and the lock in one statement: what answers is the session that holds it, or the order is not sent. */
  async look(orderId: string): Promise<ShopReading | null> {
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

  async write(result: ShopWrite): Promise<ShopWritten> {
    try {
      return await writeResult(this.session, this.#layout, result)
    } catch (error) {
      const code = refusalOf(error)
      if (this.session.alive && code !== null) return { type: 'failed', code }
      throw this.session.alive ? shopFault(error, this.address) : lostFault(error, this.address)
    }
  }

  wake(): Promise<void> {
    return this.lock.wake()
  }

  /** With the shop's own names of 対応状況 and its texts of the payment method, where they may be read; found out once. */
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
