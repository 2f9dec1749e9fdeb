// A shop with its mirror and a simulator process that holds its payments: the base of every test of the program.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import {
  ALL_DAY,
  folder,
  run,
  start,
  startSimulator,
  writeOrders,
  type Ended,
  type Env,
  type Running,
  type Simulator,
  type SimulatorPayment,
} from './program.js'

export type Row = Readonly<Record<string, string | number>>

/** One order as `orders --format json` tells it. */
export interface MirrorOrder {
  readonly orderId: string
  readonly total: number
  readonly heldAmount: number | null
  readonly paymentId: string | null
  readonly paymentStatus: string | null
  readonly kind: string
  readonly effectiveStatus: string | null
  readonly state: string
  readonly sale: { readonly permitted: boolean; readonly request: string | null; readonly reason: string | null }
  readonly cancel: { readonly permitted: boolean; readonly request: string | null; readonly reason: string | null }
}

export interface ResultItem {
  readonly position: number
  readonly orderId: string
  readonly request: string | null
  readonly telegram: string | null
  readonly outcome: string
  readonly label: string
  readonly code: string | null
  readonly detail: string | null
  readonly reason: string | null
  readonly reasonText: string | null
  readonly firstOutcome: string
  readonly paymentId: string | null
  readonly newPaymentId: string | null
  readonly amount: number | null
  readonly attempts: number
  readonly mark: string | null
}

export interface Result {
  readonly dryRun?: boolean
  readonly run: Readonly<Record<'id' | 'operation' | 'environment' | 'startedAt' | 'endedAt' | 'state', unknown>>
  readonly results: readonly ResultItem[]
  readonly summary: Readonly<Record<string, number>>
  readonly planFile?: Readonly<Record<string, string>>
}

export interface Shop {
  readonly cwd: string
  readonly simulator: Simulator
  readonly env: Env
  paygent(args: readonly string[], more?: Env, input?: string): Promise<Ended>
  begin(args: readonly string[], more?: Env, input?: string): Running
  faults(...faults: readonly object[]): Promise<void>
  /** The mirror's orders by number, as `orders --format json` tells them. */
  mirror(more?: Env): Promise<Record<string, MirrorOrder>>
  /** The simulator's payments by id. */
  ledger(): Promise<Record<string, SimulatorPayment>>
  /** The telegrams that arrived and could move money, as `101 1000852`. */
  money(): Promise<string[]>
}

/** A row of the CSV: payment 1000<order>, authorised, trading id like the order number. */
export const orderRow = (orderId: number, method: 'credit' | 'docomo' | 'au' | 'softbank', more: Row = {}): Row => ({
  order_id: orderId,
  ordered_at: '2009/06/19 11:50',
  customer_name: 'ペイジェント 太郎',
  method: method === 'credit' ? 'credit' : 'carrier',
  carrier: method === 'credit' ? '' : method,
  total: 1000,
  shipped_at: '',
  order_status: '入金待ち',
  trading_id: orderId,
  payment_id: `1000${orderId}`,
  payment_status: '20',
  ...more,
})

export interface ShopOptions {
  readonly simulator?: readonly string[]
  readonly env?: Env
  /** The payments that Paygent holds where they are not what the shop says. */
  readonly held?: readonly Row[]
  /** A file that is imported in the place of the rows, which are Paygent's payments only. */
  readonly file?: string
}

const MONEY = ['021', '022', '023', '029', '101', '102', '103']

/** Starts the simulator with the rows as its payments and imports them into a new mirror. */
export async function openShop(rows: readonly Row[], options: ShopOptions = {}): Promise<Shop> {
  const cwd = folder()
  const csv = writeOrders(cwd, rows)
  const held = options.held === undefined ? csv : writeOrders(cwd, options.held, 'held.csv')
  const simulator = await startSimulator(cwd, ['--orders', held, ...(options.simulator ?? [])])
  const env = { ...ALL_DAY, ...simulator.env, PAYGENT_TIMEOUT_MS: '1000', PAYGENT_SETTLE_SECONDS: '1', ...options.env }
  const shop = shopOf(cwd, simulator, env)
  const imported = await shop.paygent(['import', options.file ?? csv])
  expect(imported).toMatchObject({ code: 0, stderr: '' })
  return shop
}

function shopOf(cwd: string, simulator: Simulator, env: Env): Shop {
  const paygent: Shop['paygent'] = (args, more, input) => run(cwd, args, { ...env, ...more }, input)
  return {
    cwd,
    simulator,
    env,
    paygent,
    begin: (args, more, input) => start(cwd, args, { ...env, ...more }, input),
    faults: async (...faults) => void (await simulator.post('faults', faults)),
    async mirror(more) {
      const listed = await paygent(['orders', '--format', 'json'], more)
      expect(listed).toMatchObject({ code: 0, stderr: '' })
      const orders = JSON.parse(listed.stdout) as MirrorOrder[]
      return Object.fromEntries(orders.map((order) => [order.orderId, order]))
    },
    async ledger() {
      return Object.fromEntries((await simulator.payments()).map((payment) => [payment.paymentId, payment]))
    },
    async money() {
      const arrived = await simulator.requests()
      return arrived.filter(({ telegram }) => MONEY.includes(telegram)).map((one) => `${one.telegram} ${one.paymentId}`)
    },
  }
}

/** Waits until so many requests that could move money have arrived. */
export async function untilSent(shop: Shop, count: number): Promise<void> {
  while ((await shop.money()).length < count) await new Promise((wait) => setTimeout(wait, 20))
}

/** Does the work while the program stands still: however long that takes, its request stays in flight. */
export async function whileStopped<Result>({ child }: Running, work: () => Promise<Result>): Promise<Result> {
  child.kill('SIGSTOP')
  try {
    return await work()
  } finally {
    child.kill('SIGCONT')
  }
}

/** The error of a command with `--format json`: the last line of stderr. */
export const errorOf = ({ stderr }: Ended): { code: string; message: string; next: string } =>
  (JSON.parse(stderr.trimEnd().split('\n').at(-1) ?? '') as { error: { code: string; message: string; next: string } })
    .error

export const resultOf = ({ stdout }: Ended): Result => JSON.parse(stdout) as Result

/** `852 accepted` for each order of a result. */
export const outcomes = (ended: Ended): string[] =>
  resultOf(ended).results.map(({ orderId, outcome }) => `${orderId} ${outcome}`)

/** Every order of the mirror stands as its payment stands in the ledger; each payment was sold at most once. */
export async function expectBooksAgree(shop: Shop): Promise<void> {
  const [mirror, ledger] = [await shop.mirror(), await shop.ledger()]
  for (const order of Object.values(mirror)) {
    const payment = ledger[order.paymentId ?? '']
    expect([order.orderId, order.effectiveStatus]).toEqual([order.orderId, payment?.status])
    if (order.heldAmount !== null)
      expect([order.orderId, order.heldAmount]).toEqual([order.orderId, payment?.amountYen])
  }
  for (const { paymentId, changes } of Object.values(ledger)) {
    const sales = changes.filter(({ from, to }) => to === '40' && from !== null && from !== '40')
    expect([paymentId, sales.length <= 1]).toEqual([paymentId, true])
  }
}

/** The mirror's files as they lie on the disk. */
export const mirrorHash = (cwd: string, name = 'paygent.db'): string =>
  createHash('sha256')
    .update(readFileSync(join(cwd, name)))
    .digest('hex')
