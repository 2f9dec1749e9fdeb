// Runs a batch on a real mirror, with a scripted clock and a scripted Paygent.
import Database from 'better-sqlite3'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { BatchEvent, BatchOptions } from '../../src/batch/events.js'
import { BY_NAME, type HowChosen, type RunLimits, type Plan, planBatch } from '../../src/batch/plan.js'
import { prepareOrders } from '../../src/batch/prepare.js'
import { runBatch } from '../../src/batch/run.js'
import { momentOf } from '../../src/clock.js'
import type { Operation, Order } from '../../src/domain/order.js'
import type { RuleContext } from '../../src/domain/permit.js'
import type { RunItem, RunState } from '../../src/domain/run.js'
import type { ImportRow } from '../../src/domain/shop.js'
import type { NightlyRequest, NightSending } from '../../src/jobs/nightly/events.js'
import { type Mirror, openMirror } from '../../src/mirror/open.js'
import type { Clock, ShopDesk } from '../../src/ports.js'
import { obey } from './paygent.js'
import { ScriptedGateway } from './scripted-gateway.js'

export const NOW = Date.parse('2026-11-23T19:30:00+09:00')

/** Wall and monotonic clock move together in a sleep, and apart when told. */
export class TwoClocks implements Clock {
  readonly slept: number[] = []
  /** Called before each sleep with its length. */
  onSleep: (ms: number) => void = () => undefined
  #wallMs = NOW
  #monotonicMs = 1_000

  nowMs = (): number => this.#wallMs
  monotonicMs = (): number => this.#monotonicMs

  sleep = async (ms: number, signal?: AbortSignal): Promise<void> => {
    this.onSleep(ms)
    if (signal?.aborted) return
    this.slept.push(ms)
    this.pass(ms)
  }

  pass(ms: number): void {
    this.#wallMs += ms
    this.#monotonicMs += ms
  }

  setWall(ms: number): void {
    this.#wallMs = ms
  }
}

/** An authorised au order of 1,000 yen; its payment id is 9 and the order's number. */
export const auOrder = (orderId: string, changes: Partial<ImportRow> = {}): ImportRow => ({
  orderId,
  orderedAt: '2026-11-20T11:50:00+09:00',
  customerName: 'ペイジェント 太郎',
  method: 'carrier',
  carrier: 'au',
  totalYen: 1_000,
  listedAmountYen: 1_000,
  shippedAt: null,
  orderStatus: '入金待ち',
  tradingId: `t${orderId}`,
  paymentId: `9${orderId}`,
  status: '20',
  kind: '',
  ...changes,
})

export const cardOrder = (orderId: string, changes: Partial<ImportRow> = {}): ImportRow =>
  auOrder(orderId, { method: 'credit', carrier: null, ...changes })

export const DEFAULTS: Omit<BatchOptions, 'leave' | 'plannedAt'> = {
  untilMs: null,
  stopAfter: 3,
  settleMs: 120_000,
  wait: true,
}

/** The wishes that a test changes of a night; limits and sending are flat. */
export type NightChanges = Partial<Omit<NightlyRequest, 'limits' | 'sending'> & RunLimits & NightSending>

/** A night that waits ten minutes for another program, and has an hour until the cut-off. */
export function nightWishes(b: Bench, changes: NightChanges): NightlyRequest {
  const { maxOrders = null, maxAmountYen = null, largeFrom = null, ...others } = changes
  const { untilMs = b.clock.nowMs() + 3_600_000, push = true, ...rest } = others
  const { stopAfter = 3, settleMs = DEFAULTS.settleMs, wait = true, ...asked } = rest
  return {
    rules: b.rules(),
    shippedOnly: true,
    statusSetting: '',
    shopAway: null,
    lockWaitMs: 600_000,
    pull: true,
    leave: b.leave.signal,
    sync: { notices: false, limit: null },
    ...asked,
    limits: { maxOrders, maxAmountYen, largeFrom },
    sending: { untilMs, stopAfter, settleMs, wait, push },
  }
}

export interface Ran {
  readonly events: readonly BatchEvent[]
  readonly runId: number
  readonly state: RunState
  readonly items: readonly RunItem[]
}

type Told = (event: BatchEvent) => void

/** A mirror as it is made, so that not every bench has to make its own: that takes longer than most tests. */
let fresh: Buffer | null = null

export class Bench {
  readonly clock = new TwoClocks()
  readonly gateway = new ScriptedGateway()
  readonly stop = new AbortController()
  readonly leave = new AbortController()
  mirror: Mirror
  readonly path: string
  readonly stateDir: string
  readonly #folder = mkdtempSync(join(tmpdir(), 'paygent-jobs-'))
  readonly #handles: { close(): unknown }[] = []

  /** Paygent holds for each order what its line says; the total in the shop may be lower. */
  constructor(rows: readonly ImportRow[]) {
    this.path = join(this.#folder, 'paygent.db')
    this.stateDir = join(this.#folder, 'state')
    this.mirror = this.open()
    this.mirror.importOrders({ rows, others: [] }, NOW)
    this.gateway.scripts = [obey]
    for (const { paymentId, tradingId, status, method, carrier, listedAmountYen, totalYen } of rows) {
      if (paymentId === null) continue
      const facts = { paymentId, tradingId: tradingId ?? '', status: status ?? '20', method, carrier }
      this.gateway.hold({ ...facts, amountYen: listedAmountYen ?? totalYen })
    }
  }

  /** Another program on the same mirror, or on a copy. */
  open(path = this.path): Mirror {
    const stamp = { environment: 'simulator', merchantId: '12345' }
    const identity = { osUser: 'yamada', sudoUser: null, host: 'shop-1', version: '0.1.0', pid: 4711 }
    const options = { mode: 'create', stamp, clock: this.clock, identity, stateDir: this.stateDir } as const
    if (fresh === null) {
      openMirror(path, options).close()
      fresh = readFileSync(path)
    } else if (!existsSync(path)) writeFileSync(path, fresh, { mode: 0o600 })
    const mirror = openMirror(path, options)
    this.#handles.push(mirror)
    return mirror
  }

  /** The program dies; the next one opens the mirror. */
  restart(): void {
    this.mirror.close()
    this.mirror = this.open()
  }

  /** Another program that cannot see this one takes the lock. */
  loseLock(): void {
    const db = new Database(this.path)
    db.exec(`UPDATE holder SET token = 'another'`)
    db.close()
  }

  /** A second handle of SQLite, which sees what is committed and nothing else. */
  rows(sql: string): Record<string, unknown>[] {
    const db = new Database(this.path, { readonly: true })
    try {
      return db.prepare(sql).all() as Record<string, unknown>[]
    } finally {
      db.close()
    }
  }

  /** The attempts as the journal's tables have them: `852 prepared`. */
  attempts(): string[] {
    return this.rows('SELECT order_id, state FROM attempts ORDER BY id').map(
      (row) => `${row['order_id']} ${row['state']}`,
    )
  }

  rules(changes: Partial<RuleContext> = {}): RuleContext {
    const nowMs = this.clock.nowMs()
    return {
      profile: 'current',
      single: false,
      includeCancelled: false,
      afterUnknown: false,
      statuses: [],
      nowMs,
      ...changes,
    }
  }

  order(orderId: string): Order {
    const [order] = this.mirror.orders.find([orderId])
    if (!order) throw new Error(`no order ${orderId}`)
    return order
  }

  async plan(
    operation: Operation,
    orderIds: readonly string[],
    changes: Partial<RuleContext> = {},
    how: HowChosen = BY_NAME,
  ): Promise<Plan> {
    const rules = this.rules(changes)
    const { orders, lock } = this.mirror
    const deps = { gateway: this.gateway, orders, lock, clock: this.clock }
    const chosen = this.mirror.orders.find(orderIds)
    const preparing = prepareOrders(chosen, operation, rules, deps, this.stop.signal)
    for (;;) {
      const { done, value } = await preparing.next()
      if (done) return planBatch(value.orders, operation, rules, value.untold, how)
    }
  }

  /** The shop's own database, where a test has one. */
  desk: ShopDesk | null = null

  start(plan: Plan, options: Partial<BatchOptions> = {}): AsyncGenerator<BatchEvent, void> {
    const { orders, journal, lock, state } = this.mirror
    const deps = {
      gateway: this.gateway,
      orders,
      journal,
      lock,
      state,
      clock: this.clock,
      desk: this.desk,
    }
    const plannedAt = momentOf(this.clock)
    return runBatch(plan, deps, { ...DEFAULTS, plannedAt, leave: this.leave.signal, ...options }, this.stop.signal)
  }

  /** Runs a plan to its end; `told` receives every event. */
  async run(plan: Plan, options: Partial<BatchOptions> = {}, told: Told = () => undefined): Promise<Ran> {
    const events: BatchEvent[] = []
    for await (const event of this.start(plan, options)) {
      events.push(event)
      told(event)
    }
    const started = events.find((event) => event.type === 'started')
    if (started?.type !== 'started') throw new Error('the run never started')
    const { runId } = started
    const state = this.mirror.journal.run(runId)?.state ?? 'running'
    return { events, runId, state, items: this.mirror.journal.items(runId) }
  }

  async batch(operation: Operation, orderIds: readonly string[], options: Partial<BatchOptions> = {}): Promise<Ran> {
    return this.run(await this.plan(operation, orderIds), options)
  }

  dispose(): void {
    for (const handle of this.#handles) handle.close()
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

export function bench(...rows: readonly ImportRow[]): Bench {
  const made = new Bench(rows)
  onTestFinished(() => made.dispose())
  return made
}

/** `852 accepted, 853 rejected 7003` */
export const outcomes = ({ items }: Pick<Ran, 'items'>): string =>
  items.map(({ order, outcome, code }) => [order.orderId, outcome, code].filter(Boolean).join(' ')).join(', ')

/** The events that a person reads, short: `settled 852 accepted`. */
export const told = ({ events }: Pick<Ran, 'events'>): string[] =>
  events.flatMap((event) => {
    switch (event.type) {
      case 'settled':
        return [`settled ${event.step.orderId} ${event.outcome}`]
      case 'refused':
        return [`refused ${event.orderId} ${event.reason}`]
      case 'looked-again':
      case 'recovered':
        return [`${event.type} ${event.orderId} ${event.outcome}`]
      case 'stopped':
        return [`stopped ${event.reason.type}`]
      case 'pushed':
        return [`pushed ${event.order.orderId} ${event.order.fate}`]
      case 'retrying':
        return [`retrying ${event.step.orderId} ${event.pauseMs}`]
      case 'started':
      case 'sending':
      case 'inquiring':
      case 'recovering':
      case 'waiting':
      case 'finished':
        return []
      default:
        return event satisfies never
    }
  })
