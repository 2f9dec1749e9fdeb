// A scripted EC-CUBE of a few orders in memory, with the one lock that all of its desks share.
import type { PushedOrder } from '../../src/attempts/shop-push.js'
import { plainPaymentId } from '../../src/domain/order.js'
import {
  asciiErrorText,
  type ImportRow,
  type OtherMethodReading,
  type ShopReading,
  type ShopRow,
  type ShopWrite,
  type ShopWritten,
} from '../../src/domain/shop.js'
import { AppError } from '../../src/errors.js'
import { type PullEvent, type PullReport, pull } from '../../src/jobs/pull.js'
import { push } from '../../src/jobs/push.js'
import type { Shop, ShopDesk, ShopLock } from '../../src/ports.js'
import { type Bench, bench } from './bench.js'

interface Kept extends ShopRow {
  readonly order: ImportRow
  readonly errorText: string | null
  /** A value that cannot be read: its column. */
  readonly spoilt: string | null
  /** Another payment method: the row is none of Paygent's. */
  readonly method?: string
}

export const lost = (): AppError => new AppError('shop-unreachable', { place: 'shop', problem: 'ECONNRESET' })

export class ScriptedShop implements Shop {
  readonly name = 'EC-CUBE 2, MySQL'
  readonly rows = new Map<string, Kept>()
  readonly looked: string[] = []
  readonly written: ShopWrite[] = []
  /** A server that cannot store Japanese gets error texts in ASCII. */
  takesJapanese = true
  /** How many orders come at a time. */
  atATime = 2
  /** Called before anything is answered; what they throw is the shop's fault. */
  onRead: (count: number) => void = () => undefined
  onLook: (orderId: string, count: number) => void = () => undefined
  onWrite: (orderId: string) => void = () => undefined
  /** By order, the code by which the server does not take the write. */
  readonly refuses = new Map<string, string>()
  /** The row is on disk; the answer is not there yet. */
  onWritten: (orderId: string) => void = () => undefined

  constructor(orders: readonly ImportRow[]) {
    for (const { listedAmountYen: _none, ...order } of orders) {
      const { orderId, paymentId, status, totalYen, kind = '' } = order
      this.rows.set(orderId, { order, paymentId, status, totalYen, kind, errorText: null, spoilt: null })
    }
  }

  /** Somebody in the shop does something. */
  change(orderId: string, changes: Partial<Kept>): void {
    const row = this.rows.get(orderId)
    if (row) this.rows.set(orderId, { ...row, ...changes })
  }

  async count(): Promise<number> {
    return this.rows.size
  }

  async *readings(): AsyncGenerator<readonly ShopReading[]> {
    const ids = [...this.rows.keys()]
    for (let first = 0; first < ids.length; first += this.atATime) {
      this.onRead(first)
      yield ids.slice(first, first + this.atATime).flatMap((orderId) => this.#reading(orderId) ?? [])
    }
  }

  async readOne(orderId: string): Promise<ShopReading | null> {
    this.looked.push(orderId)
    this.onLook(orderId, this.looked.length)
    return this.#reading(orderId)
  }

  async others(orderIds: readonly string[]): Promise<OtherMethodReading[]> {
    return orderIds.flatMap((orderId) => {
      const { method } = this.rows.get(orderId) ?? {}
      return method === undefined ? [] : [{ type: 'other-method', orderId, method }]
    })
  }

  async write(write: ShopWrite, isErrorRead: (text: string) => boolean): Promise<ShopWritten> {
    const { orderId, guard, accepted } = write
    this.onWrite(orderId)
    const code = this.refuses.get(orderId)
    if (code !== undefined) return { type: 'failed', code }
    const row = this.rows.get(orderId)
    if (row === undefined) return { type: 'gone' }
    const { kind, paymentId } = row
    const same = (one: ShopWrite['guard']): boolean => one.kind === kind && one.paymentId === paymentId
    if (same(guard)) {
      const newer = write.errorText === '' && !isErrorRead(row.errorText ?? '')
      const errorText = this.takesJapanese ? write.errorText : asciiErrorText(write.errorText)
      this.change(orderId, { ...accepted, errorText: newer ? row.errorText : errorText })
      this.written.push(write)
      this.onWritten(orderId)
      return { type: 'written', ...(errorText !== write.errorText && { errorText }) }
    }
    const already = accepted !== null && same(accepted)
    return already ? { type: 'already' } : { type: 'moved', found: { kind, paymentId } }
  }

  async wake(): Promise<void> {}

  async close(): Promise<void> {}

  #reading(orderId: string): ShopReading | null {
    const row = this.rows.get(orderId)
    if (row === undefined || row.method !== undefined) return null
    const { order, spoilt, kind, paymentId, status, totalYen, errorText } = row
    if (spoilt !== null) return { type: 'unreadable', orderId, field: spoilt, value: '?' }
    const plain = paymentId === null ? null : plainPaymentId(paymentId)
    const told = { ...order, kind: (kind ?? '') as NonNullable<ImportRow['kind']>, paymentId: plain, status, totalYen }
    return { type: 'order', row: told, asRead: { kind, paymentId, status, totalYen }, errorText }
  }
}

/** `held` says who has it: this desk, another one, or nobody. */
export class ScriptedShopLock implements ShopLock {
  held: 'here' | 'elsewhere' | null = null
  machine: string | null = 'office-2'
  taken = 0

  async acquire(): Promise<boolean> {
    if (this.held === 'elsewhere') return false
    this.held = 'here'
    this.taken += 1
    return true
  }

  async owner(): Promise<string | null> {
    return this.machine
  }

  async release(): Promise<void> {
    if (this.held === 'here') this.held = null
  }
}

export interface Desk {
  readonly b: Bench
  readonly shop: ScriptedShop
  readonly shopLock: ScriptedShopLock
  readonly desk: ShopDesk
}

/** A bench whose orders stand in a shop's database; they have been pulled once. */
export async function deskWith(...orders: readonly ImportRow[]): Promise<Desk> {
  const made = deskOver(bench(...orders), orders)
  await pulling(made)
  return made
}

/** The same before its first pull. */
export function deskOver(b: Bench, orders: readonly ImportRow[]): Desk {
  const shop = new ScriptedShop(orders)
  const shopLock = new ScriptedShopLock()
  // After a restart the mirror is another one.
  const desk: ShopDesk = {
    shop,
    shopLock,
    get rows() {
      return b.mirror.shopRows
    },
  }
  b.desk = desk
  return { b, shop, shopLock, desk }
}

type Told<Event> = (event: Event) => void

export async function pulling({ b, desk }: Desk, told: Told<PullEvent> = () => undefined): Promise<PullReport> {
  const events = pull({ desk, lock: b.mirror.lock, clock: b.clock }, b.stop.signal)
  for (;;) {
    const { done, value } = await events.next()
    if (done) return value
    told(value)
  }
}

export async function pushing({ b, desk }: Desk, told: Told<PushedOrder> = () => undefined): Promise<PushedOrder[]> {
  const orders: PushedOrder[] = []
  for await (const order of push({ desk, lock: b.mirror.lock, clock: b.clock }, b.stop.signal)) {
    orders.push(order)
    told(order)
  }
  return orders
}

/** `1 written`, `2 moved`. */
export const fates = (orders: readonly PushedOrder[]): string[] =>
  orders.map(({ orderId, fate }) => `${orderId} ${fate}`)
