// The shop's own database: opened when a command needs it, its driver loaded then and not before.
import { readFileSync } from 'node:fs'
import { AppError } from '../errors.js'
import type { ShopReading, ShopWrite, ShopWritten } from '../domain/shop.js'
import type { Shop } from '../ports.js'
import { addressOf, placeOf, type ShopAddress } from './address.js'
import { DeskLock } from './desk-lock.js'
import { detect } from './detect.js'
import { shopFault } from './faults.js'
import { LAYOUTS, type Layout, type Product, type RawOrder } from './layouts.js'
import { readingOf } from './readings.js'
import { DIALECTS, LIMITS, type Session } from './session.js'
import { statusesOf } from './status-names.js'
import { writeResult } from './write.js'

/** Orders that are read, and taken into the mirror, at a time. */
const CHUNK = 1_000

/** EC-CUBE's ids are 32-bit; no other order number can be the shop's. */
const HIGHEST_ID = 2_147_483_647

/**
 * @param setting PAYGENT_SHOP_DATABASE
 * @param machine this machine's name, for whoever finds the shop's lock taken
 * @throws AppError shop-address, shop-unreachable, shop-login-refused, shop-rights, shop-not-verified, shop-not-eccube,
 * shop-columns-missing, shop-failed
 */
export async function openShop(setting: string, machine: string): Promise<EccubeShop> {
  const address = addressOf(setting)
  const session = await connectShop(address, machine)
  try {
    const product = await detect(session, placeOf(address))
    return new EccubeShop(session, address, product)
  } catch (error) {
    await session.close()
    throw shopFault(error, address)
  }
}

/** The connection alone, whatever is behind it. */
export async function connectShop(address: ShopAddress, machine: string, limits = LIMITS): Promise<Session> {
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

const SERVER_NAMES = { mysql: 'MySQL', postgres: 'PostgreSQL' } as const

export class EccubeShop implements Shop {
  readonly name: string
  readonly lock: DeskLock
  readonly #layout: Layout
  #named: Layout | null = null

  constructor(
    readonly session: Session,
    readonly address: ShopAddress,
    readonly product: Product,
  ) {
    this.#layout = LAYOUTS[product]
    this.name = `${this.#layout.name} (${SERVER_NAMES[session.server]} ${placeOf(address)})`
    this.lock = new DeskLock(session, (error) => shopFault(error, address))
  }

  async *readings(): AsyncIterable<readonly ShopReading[]> {
    try {
      const layout = await this.#withNames()
      for await (const rows of this.session.stream(this.#select(), CHUNK)) {
        yield rows.map((row) => readingOf(row as unknown as RawOrder, layout))
      }
    } catch (error) {
      throw shopFault(error, this.address)
    }
  }

  async look(orderId: string): Promise<ShopReading | null> {
    if (Number(orderId) > HIGHEST_ID) return null
    return this.#guarded(async () => {
      const layout = await this.#withNames()
      const { param } = DIALECTS[this.session.server]
      const [row] = await this.session.all(`${this.#select()} AND ${this.#layout.id} = ${param(1)}`, [orderId])
      return row === undefined ? null : readingOf(row as unknown as RawOrder, layout)
    })
  }

  async write(result: ShopWrite): Promise<ShopWritten> {
    return this.#guarded(() => writeResult(this.session, this.#layout, result))
  }

  async close(): Promise<void> {
    await this.lock.release()
    await this.session.close()
  }

  /** With the shop's own names of 対応状況, read once: where they may not be read the standard ones stand. */
  async #withNames(): Promise<Layout> {
    this.#named ??= { ...this.#layout, statuses: await statusesOf(this.session, this.#layout) }
    return this.#named
  }

  #select(): string {
    const columns = Object.entries(this.#layout.columns(DIALECTS[this.session.server]))
    const list = columns.map(([name, expression]) => `${expression} AS ${name}`)
    return `SELECT ${list.join(', ')} FROM dtb_order WHERE ${this.#layout.where}`
  }

  async #guarded<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work()
    } catch (error) {
      throw shopFault(error, this.address)
    }
  }
}
