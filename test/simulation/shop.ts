// The shop's own database: one set of rows for a whole world, and a connection to it for each process.
import type { ImportRow, OtherMethodReading } from '../../src/domain/shop.js'
import { plainPaymentId } from '../../src/domain/order.js'
import { NOT_TAKEN, type ShopReading, type ShopRow, type ShopWrite, type ShopWritten } from '../../src/domain/shop.js'
import { AppError } from '../../src/errors.js'
import type { Shop, ShopLock } from '../../src/ports.js'
import { WAIT_LIMITS, LOCK_SECONDS } from '../../src/shop/session.js'
import type { Program } from './program.js'
import { Random } from './random.js'
import type { ShopOrder, World } from './world.js'

/** The columns that this program writes, as a row holds or has held them. */
export interface Told extends Pick<ShopRow, 'kind' | 'paymentId'> {
  readonly errorText: string
}

/** An order's row as it stands in the shop now. */
export interface LiveRow extends Told {
  readonly row: ImportRow
  readonly asRead: ShopRow
  /** Deleted or hidden. */
  readonly hidden: boolean
  /** The shop's word for a way of paying that is none of ours; null while it is. */
  readonly otherMethod: string | null
  /** Its total is no number. */
  readonly garbled: boolean
}

/** Why a row cannot be written: another writer holds it, or a trigger puts back what was written. */
export type Obstacle = 'held' | 'trigger'

/** The payment method as the order's page has it, where nobody has changed it there. */
export const METHOD_TEXTS = { credit: 'クレジットカード決済', carrier: 'キャリア決済' } as const

/** Another machine with a mirror of its own. */
const ANOTHER_DESK = {}

/** How often a connection fails, in one world or another. */
const FAULT_RATES = [0, 0, 0.01, 0.04, 0.12] as const
const ORDERS_AT_A_TIME = 2

export class ShopDatabase {
  readonly rows = new Map<string, LiveRow>()
  /** The values that each row has held so far, the latest last. */
  readonly history = new Map<string, Told[]>()
  /** Orders that were hidden, or paid in another way, at some time. */
  readonly everAbsent = new Set<string>()
  readonly obstacles = new Map<string, Obstacle>()
  faultRate: number
  /** How this shop's columns say "none". */
  readonly none: string | null
  /** Who has the shop's lock. */
  holder: object | null = null

  constructor(
    readonly random: Random,
    orders: readonly ShopOrder[],
  ) {
    this.faultRate = random.pick(FAULT_RATES)
    const none = (this.none = random.pick(['', null]))
    for (const order of orders) {
      // The shop does not know what Paygent holds.
      const { listedAmountYen: _listed, ...told } = order.row
      const row = { ...told, methodText: METHOD_TEXTS[told.method] }
      order.row = row
      const zeros = random.chance(0.1) ? '0' : ''
      const paymentId = row.paymentId === null ? none : `${zeros}${row.paymentId}`
      const { status, totalYen } = row
      const asRead = { kind: row.kind === '' ? none : (row.kind ?? none), paymentId, status, totalYen }
      this.put(row.orderId, { row, asRead, errorText: '', hidden: false, otherMethod: null, garbled: false, ...asRead })
    }
  }

  /** @throws where the world has no such order */
  of(orderId: string): LiveRow {
    const live = this.rows.get(orderId)
    if (live === undefined) throw new Error(`the shop has no order ${orderId}`)
    return live
  }

  put(orderId: string, live: LiveRow): void {
    const { kind, paymentId, errorText } = live
    this.rows.set(orderId, live)
    this.history.set(orderId, [...(this.history.get(orderId) ?? []), { kind, paymentId, errorText }])
    if (live.hidden || live.otherMethod !== null) this.everAbsent.add(orderId)
  }

  /** The columns that decide whether the row has moved, with what follows from them. */
  change(orderId: string, changes: Partial<ShopRow>): void {
    const live = this.of(orderId)
    const asRead = { ...live.asRead, ...changes }
    const { kind, paymentId, status, totalYen } = asRead
    const row = {
      ...live.row,
      kind: (kind ?? '') as NonNullable<ImportRow['kind']>,
      paymentId: paymentId === null || paymentId === '' ? null : plainPaymentId(paymentId),
      status: status === '' ? null : status,
      totalYen,
    }
    this.put(orderId, { ...live, row, asRead, kind, paymentId })
  }

  /** As a pull or a look sees the row; null where it is no order of ours. */
  reading(orderId: string): ShopReading | null {
    const live = this.rows.get(orderId)
    if (live === undefined || live.hidden || live.otherMethod !== null) return null
    if (live.garbled) return { type: 'unreadable', orderId, field: 'total', value: '千円' }
    return { type: 'order', row: live.row, asRead: live.asRead, errorText: live.errorText }
  }

  others(orderIds: readonly string[]): OtherMethodReading[] {
    return orderIds.flatMap((orderId) => {
      const live = this.rows.get(orderId)
      const method = live === undefined || live.hidden ? null : live.otherMethod
      return method === null ? [] : [{ type: 'other-method', orderId, method }]
    })
  }

  /** The transaction of one write, with the same guard as the real one. */
  write({ orderId, guard, accepted, errorText }: ShopWrite, isErrorRead: (text: string) => boolean): ShopWritten {
    const live = this.rows.get(orderId)
    if (live === undefined || this.reading(orderId) === null) return { type: 'gone' }
    const { kind, paymentId } = live
    const isAt = (place: ShopWrite['guard']): boolean => kind === place.kind && paymentId === place.paymentId
    if (this.obstacles.get(orderId) === 'held') return { type: 'failed', code: '1205 (ER_LOCK_WAIT_TIMEOUT)' }
    if (!isAt(guard)) {
      if (accepted !== null && isAt(accepted)) return { type: 'already' }
      return { type: 'moved', found: { kind, paymentId } }
    }
    if (this.obstacles.get(orderId) === 'trigger') return { type: 'failed', code: NOT_TAKEN }
    const wiped = isErrorRead(live.errorText ?? '') ? '' : live.errorText
    this.rows.set(orderId, { ...live, errorText: errorText === '' ? wiped : errorText })
    this.change(orderId, accepted ?? guard)
    return { type: 'written' }
  }

  /** Another machine begins to send orders of this shop, or ends. */
  turnToAnotherDesk(): void {
    if (this.holder === ANOTHER_DESK) this.holder = null
    else this.holder ??= ANOTHER_DESK
  }

  /** Nothing goes wrong any more. */
  calm(): void {
    this.faultRate = 0
    if (this.holder === ANOTHER_DESK) this.holder = null
    this.obstacles.clear()
  }
}

type Fault = 'lost' | 'silent' | 'lock-lost'

/** One process's connection, with a step before and after each exchange at which the process may die. */
export class ShopLink implements Shop, ShopLock {
  readonly name = 'the shop of the world'
  readonly #world: World
  readonly #database: ShopDatabase
  #holds = false
  /** False once it is lost; its lock went with it. */
  alive = true
  /** The row as it really stood in the shop at the last look at each order. */
  readonly looks = new Map<string, LiveRow>()

  constructor(
    private readonly program: Program,
    database: ShopDatabase,
  ) {
    this.#world = program.world
    this.#database = database
  }

  get hasLock(): boolean {
    return this.#database.holder === this
  }

  /** No exchange of its own: it decides nothing. */
  async count(): Promise<number> {
    return this.#database.rows.size
  }

  async *readings(): AsyncIterable<readonly ShopReading[]> {
    const ids = [...this.#database.rows.keys()]
    for (let first = 0; first < ids.length; first += ORDERS_AT_A_TIME) {
      const some = ids.slice(first, first + ORDERS_AT_A_TIME)
      yield await this.#exchange('reading orders', () =>
        some.flatMap((orderId) => this.#database.reading(orderId) ?? []),
      )
    }
  }

  async readOne(orderId: string): Promise<ShopReading | null> {
    return this.#exchange(`looking at order ${orderId}`, () => {
      if (!this.hasLock) throw new AppError('shop-lock-lost')
      this.looks.set(orderId, this.#database.of(orderId))
      return this.#database.reading(orderId)
    })
  }

  others(orderIds: readonly string[]): Promise<readonly OtherMethodReading[]> {
    return this.#exchange('reading other orders', () => this.#database.others(orderIds))
  }

  async write(result: ShopWrite, isErrorRead: (text: string) => boolean): Promise<ShopWritten> {
    const { orderId, accepted } = result
    return this.#exchange(`writing order ${orderId}`, () => {
      const written = this.#database.write(result, isErrorRead)
      this.#world.tell(
        () => `  the shop's row ${orderId}, ${accepted?.kind ?? 'error'} ${accepted?.paymentId ?? ''}: ${written.type}`,
      )
      if (written.type === 'failed') {
        this.#world.count('shop: a row that is not taken')
        if (written.code !== NOT_TAKEN) this.#world.time.pass(LOCK_SECONDS * 1_000)
      }
      return written
    })
  }

  async wake(): Promise<void> {
    const held = this.#holds
    const stands = await this.#exchange('waking', () => this.hasLock === held).catch(() => false)
    if (stands) return
    if (held) await this.acquire()
    else await this.#renew()
  }

  async acquire(): Promise<boolean> {
    this.#holds = false
    await this.#renew()
    const held = await this.#exchange('taking the lock', () => {
      this.#database.holder ??= this
      return this.hasLock
    })
    this.#holds = held
    return held
  }

  owner(): Promise<string | null> {
    return this.#exchange('asking for the holder', () => 'shop-2')
  }

  async release(): Promise<void> {
    if (!this.#holds || !this.alive) return
    this.#holds = false
    await this.#exchange('giving the lock back', () => this.drop()).catch(() => undefined)
  }

  /** As `openShop`. */
  open(): Promise<void> {
    return this.#renew()
  }

  close(): Promise<void> {
    this.drop()
    return Promise.resolve()
  }

  /** The process or its connection ends, and its lock with it. */
  drop(): void {
    if (this.hasLock) this.#database.holder = null
  }

  async #renew(): Promise<void> {
    this.drop()
    this.alive = true
    await this.#exchange('connecting', () => undefined)
  }

  #fault(): Fault | null {
    const { random, faultRate } = this.#database
    return random.chance(faultRate) ? random.pick(['lost', 'silent', 'lost', 'lock-lost'] as const) : null
  }

  #lose(fault: Exclude<Fault, 'lock-lost'>): AppError {
    this.drop()
    this.alive = false
    this.#world.count(`shop: ${fault}`)
    if (fault === 'silent') this.#world.time.pass(WAIT_LIMITS.silenceMs)
    const problem = fault === 'silent' ? 'ETIMEDOUT' : 'ECONNRESET'
    return new AppError('shop-unreachable', { place: 'shop-db:3306', problem })
  }

  /** A connection is lost before the server has done the work, or after it. */
  async #exchange<Result>(what: string, work: () => Result): Promise<Result> {
    const { program } = this
    const { random } = this.#database
    await program.step(`before ${what} in the shop`)
    // Connecting and an answer have a limit each.
    program.exchanges += 2
    this.#world.time.pass(random.between(1, 30))
    if (!this.alive) throw this.#gone()
    const fault = this.#fault()
    if (fault === 'lock-lost') this.drop()
    else if (fault !== null && random.chance(0.5)) {
      this.#world.tell(() => `  the shop's connection of program ${program.number} is ${fault} before ${what}`)
      throw this.#lose(fault)
    }
    const result = work()
    await program.step(`after ${what} in the shop`)
    if (fault === null || fault === 'lock-lost') return result
    this.#world.tell(() => `  the shop's connection of program ${program.number} is ${fault} after ${what}`)
    throw this.#lose(fault)
  }

  #gone = (): AppError => new AppError('shop-unreachable', { place: 'shop-db:3306', problem: 'CONNECTION_GONE' })
}
