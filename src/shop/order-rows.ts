// Reads the shop's rows: many at a time, and one by one where a single row cannot be sent as text.
import { type Carrier, type Kind, KINDS, plainPaymentId } from '../domain/order.js'
import type { ImportRow, OtherMethodReading, ShopReading } from '../domain/shop.js'
import type { Layout, METHODS, RawOrder } from './layouts.js'
import { DIALECTS, type TextRow, type Session } from './session.js'

// Reads a row of EC-CUBE as an order of the mirror, or names a value that its column should not be able to hold.
/** The values of memo08 and paygent_payment_method. */
const CARRIER_OF = {
  '020': null,
  '100_1': 'docomo',
  '100_2': 'au',
  '100_3': 'softbank',
} as const satisfies Record<(typeof METHODS)[number], Carrier | null>

const isOurs = (method: string | null): method is (typeof METHODS)[number] =>
  method !== null && Object.hasOwn(CARRIER_OF, method)

class Unreadable extends Error {
  constructor(
    readonly field: string,
    readonly value: string,
  ) {
    super(field)
  }
}

/** @returns the order of the row, or the first of its values that cannot be read */
export function readingOf(raw: RawOrder, layout: Layout): ShopReading {
  try {
    return { type: 'order', row: rowOf(raw, layout), asRead: asReadOf(raw), errorText: raw.error_text }
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error
    return { type: 'unreadable', orderId: raw.order_id, field: error.field, value: error.value }
  }
}

function rowOf(raw: RawOrder, { statuses }: Layout): ImportRow {
  const { order_id: orderId, method, order_status: number } = raw
  if (!isOurs(method)) throw new Unreadable('method', method ?? '')
  return {
    orderId,
    method: method === '020' ? 'credit' : 'carrier',
    carrier: CARRIER_OF[method],
    totalYen: yenOf(raw.total),
    paymentId: paymentIdOf(raw.payment_id),
    status: matching('payment_status', raw.payment_status, /^\d\d$/),
    // EC-CUBE's module uses the order number.
    tradingId: orderId,
    kind: kindOf(raw.kind),
    customerName: [raw.name01, raw.name02].filter((part) => part !== null && part !== '').join(' '),
    shippedAt: japanTime('shipped_at', raw.shipped_at),
    ...orderedAt(raw.ordered_at),
    // A shop may add status numbers of its own; they are kept unchanged.
    orderStatus: number === null ? '' : (statuses[number] ?? number),
    ...(raw.method_text !== undefined && { methodText: raw.method_text ?? '' }),
  }
}

const orderedAt = (text: string | null): Pick<ImportRow, 'orderedAt'> => {
  const time = japanTime('ordered_at', text)
  return time === null ? {} : { orderedAt: time }
}

const asReadOf = ({ kind, payment_id: paymentId, payment_status: status, total }: RawOrder) => ({
  kind,
  paymentId,
  status,
  totalYen: yenOf(total),
})

/** Reads 1733, or EC-CUBE 4's 1733.00. */
function yenOf(text: string | null): number {
  const yen = Number(/^(\d{1,12})(?:\.0+)?$/.exec(text ?? '')?.[1] ?? Number.NaN)
  if (Number.isNaN(yen)) throw new Unreadable('total', text ?? '')
  return yen
}

/** Returns the id without leading zeros; the shop's own spelling is kept beside it. */
function paymentIdOf(text: string | null): string | null {
  const digits = matching('payment_id', text, /^\d{1,18}$/)
  return digits === null ? null : plainPaymentId(digits)
}

/** '' and null mean that the shop does not state the value. */
function matching(field: string, text: string | null, pattern: RegExp): string | null {
  if (text === null || text === '') return null
  if (!pattern.test(text)) throw new Unreadable(field, text)
  return text
}

function kindOf(text: string | null): Kind {
  const kind = KINDS.find((one) => one === (text ?? ''))
  if (kind === undefined) throw new Unreadable('kind', text ?? '')
  return kind
}

/** MySQL's zero date counts as no date. */
function japanTime(field: string, text: string | null): string | null {
  if (text === null || text.startsWith('0000')) return null
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(text)) throw new Unreadable(field, text)
  return `${text}+09:00`
}

/** The number of orders that are read, and taken into the mirror, at a time. */
const CHUNK = 1_000

/**
 * PostgreSQL's codes for bytes that are no valid text, which an SQL_ASCII shop may hold. They end the whole
 * statement.
 */
const NO_TEXT = ['22021', '22P05']

const isNoText = (error: unknown): boolean => NO_TEXT.includes(String((error as { code?: unknown }).code))

/** The column names to report when a column of an order cannot be read. */
const FIELDS: Readonly<Partial<Record<keyof RawOrder, string>>> = {
  name01: 'customer_name',
  name02: 'customer_name',
  method_text: 'method',
}

export class OrderRows {
  constructor(
    private readonly session: Session,
    private readonly layout: Layout,
  ) {}

  select(): string {
    const list = Object.entries(this.#columns()).map(([name, expression]) => `${expression} AS ${name}`)
    return `SELECT ${list.join(', ')} FROM dtb_order WHERE ${this.layout.where}`
  }

  /** @throws the driver's error */
  async count(): Promise<number> {
    const [row] = await this.session.all(`SELECT count(${this.layout.id}) AS orders FROM ${this.#ours()}`)
    return Number(row?.['orders'] ?? 0)
  }

  /**
   * Yields every order once. Orders that cannot be read are named, and the reading goes on. @throws the driver's
   * error
   */
  async *all(): AsyncIterable<readonly ShopReading[]> {
    const seen = new Set<string>()
    try {
      for await (const rows of this.session.stream(this.select(), CHUNK)) {
        for (const row of rows) seen.add(row['order_id'] ?? '')
        yield rows.map((row) => this.reading(row))
      }
      return
    } catch (error) {
      if (!isNoText(error)) throw error
    }
    // All order numbers are read first, because no other statement gets through while a stream is open.
    const left: string[] = []
    for await (const rows of this.session.stream(`SELECT ${this.layout.id} AS id FROM ${this.#ours()}`, CHUNK))
      for (const { id } of rows) if (id != null && !seen.has(id)) left.push(id)
    for (let first = 0; first < left.length; first += CHUNK) yield await this.#some(left.slice(first, first + CHUNK))
  }

  /** Returns those of the orders that are not hidden and not ours. A null among the columns is not ours, either. */
  async others(ids: readonly string[]): Promise<OtherMethodReading[]> {
    const { id, open, method, where } = this.layout
    const found: OtherMethodReading[] = []
    for (let first = 0; first < ids.length; first += CHUNK) {
      const some = ids.slice(first, first + CHUNK).map(plain)
      const sql = `SELECT ${id} AS id, ${method} AS method FROM dtb_order
        WHERE ${open} AND ${id} IN (${some.join(', ')}) AND CASE WHEN ${where} THEN 1 ELSE 0 END = 0`
      for (const row of await this.session.all(sql))
        found.push({ type: 'other-method', orderId: row['id'] ?? '', method: row['method'] ?? '' })
    }
    return found
  }

  reading(row: TextRow): ShopReading {
    return readingOf(row as unknown as RawOrder, this.layout)
  }

  /** Returns the result of the work, or reports that the order's row cannot be read. @throws the driver's error */
  async orUnreadable<Result>(orderId: string, work: () => Promise<Result>): Promise<Result | ShopReading> {
    try {
      return await work()
    } catch (error) {
      if (!isNoText(error)) throw error
      return this.#unreadable(orderId)
    }
  }

  /** Halves the set again and again, until the row that cannot be read is isolated. */
  async #some(ids: readonly string[]): Promise<ShopReading[]> {
    try {
      const rows = await this.session.all(`${this.select()} AND ${this.layout.id} IN (${ids.map(plain).join(', ')})`)
      return rows.map((row) => this.reading(row))
    } catch (error) {
      if (!isNoText(error)) throw error
    }
    const [only = ''] = ids
    if (ids.length === 1) return [await this.#unreadable(only)]
    const middle = ids.length >> 1
    return [...(await this.#some(ids.slice(0, middle))), ...(await this.#some(ids.slice(middle)))]
  }

  /** Reads column by column. The bytes are reported nowhere, because they may be a customer's name. */
  async #unreadable(orderId: string): Promise<ShopReading> {
    let found = ''
    for (const [name, expression] of Object.entries(this.#columns()) as [keyof RawOrder, string][]) {
      try {
        await this.session.all(`SELECT ${expression} FROM ${this.#ours()} AND ${this.layout.id} = ${plain(orderId)}`)
      } catch (error) {
        if (!isNoText(error)) throw error
        found = FIELDS[name] ?? name
      }
    }
    return { type: 'unreadable', orderId, field: found, value: '' }
  }

  #ours(): string {
    return `dtb_order WHERE ${this.layout.where}`
  }

  #columns(): ReturnType<Layout['columns']> {
    return this.layout.columns(DIALECTS[this.session.server])
  }
}

/** Formats an id of the shop's own for use in a statement. */
const plain = (id: string): string => String(BigInt(id))
