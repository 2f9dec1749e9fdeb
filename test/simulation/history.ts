// Plays a random history of a small shop across two months: sales, corrections, refunds, cancels, lost answers, requests
// that never arrive, retries, a person's entries and audits. Paygent's ledger says in the end what was captured.
import { BY_NAME } from '../../src/batch/plan.js'
import { makePlan } from '../../src/batch/prepare.js'
import { runBatch } from '../../src/batch/run.js'
import { japanDate, japanIso, momentOf } from '../../src/clock.js'
import type { Fault } from '../../src/domain/answer.js'
import { netOf } from '../../src/domain/money.js'
import { MONEY_TELEGRAMS, type Operation, type Order } from '../../src/domain/order.js'
import type { RuleContext } from '../../src/domain/permit.js'
import { payerKey, type Report, reportOf } from '../../src/domain/report.js'
import { SOLD } from '../../src/domain/statuses.js'
import { AppError } from '../../src/errors.js'
import type { Client, TransportResult } from '../../src/gateway/client.js'
import { gatewayOver } from '../../src/gateway/gateway.js'
import { audit, reconcile } from '../../src/jobs/reconcile/reconcile.js'
import { consider, type HandVerdict, settleByHand, type SettleRequest } from '../../src/jobs/settle.js'
import { type Mirror, openMirror } from '../../src/mirror/open.js'
import { parseFaults } from '../../src/simulator/faults.js'
import { addPayment } from '../../src/simulator/machine.js'
import { openOffice, settleTime } from '../../src/simulator/office.js'
import { SIMULATOR_LOGIN } from '../../src/simulator/telegram.js'
import { IDENTITY, quickFolder, STAMP } from './disk.js'
import { emptyLedger } from './paygent.js'
import { Random } from './random.js'
import { TrueTime } from './time.js'
import { rmSync } from 'node:fs'
import { join } from 'node:path'

const START = Date.parse('2026-11-28T09:00:00+09:00')
const HOUR_MS = 60 * 60_000
const SETTLE_MS = 120_000
const CARRIERS = [null, 'docomo', 'au', 'softbank'] as const

const GONE: Fault = { kind: 'reset', code: 'ECONNRESET', phase: 'response', message: '' }
const CLOSED: Fault = { kind: 'refused', code: 'ECONNREFUSED', phase: 'connect', message: '' }

/** Paygent refuses a request, and the same telegram may go again. */
const BUSY = parseFaults(MONEY_TELEGRAMS.map((telegram) => ({ match: { telegram }, shows: 'code:E002' })))

/** The sale of a card breaks off inside Paygent. */
const STUCK = parseFaults({ match: { telegram: '022' }, leaves: '30', shows: 'code:2008' })
/** So often, that no try of the batch gets through. */
const TRIES = 3

/** How much of each there was to look at. */
export interface Told {
  readonly lines: Map<string, number>
  readonly datedBy: Map<string, number>
  readonly byHand: number
  readonly changedLater: number
}

const count = (map: Map<string, number>, key: string): void => void map.set(key, 1 + (map.get(key) ?? 0))

export class History {
  readonly story: string[] = []
  readonly faults: string[] = []
  readonly told = { lines: new Map<string, number>(), datedBy: new Map<string, number>(), byHand: 0, changedLater: 0 }
  readonly #folder = quickFolder()
  readonly #random: Random
  readonly #time = new TrueTime(START)
  readonly #ledger = emptyLedger()
  readonly #office = openOffice(this.#ledger, this.#time, SIMULATOR_LOGIN)
  readonly #mirror: Mirror
  #trouble = 0.35
  #stuck = 0

  constructor(seed: number) {
    this.#random = new Random(seed)
    this.#mirror = openMirror(join(this.#folder, 'mirror.db'), {
      mode: 'create',
      stamp: STAMP,
      clock: this.#time,
      identity: { ...IDENTITY, pid: process.pid },
      stateDir: this.#folder,
    })
    if (this.#mirror.state.check() === 'new') this.#mirror.state.record()
  }

  async play(): Promise<void> {
    try {
      this.#ordersCome()
      for (let deed = 0; deed < 28; deed += 1) await this.#deed()
      this.#trouble = 0
      this.#stuck = 0
      await this.#settleAll()
      this.#compare()
    } finally {
      this.#mirror.close()
      rmSync(this.#folder, { recursive: true, force: true })
    }
  }

  #ordersCome(): void {
    const rows = Array.from({ length: 12 }, (_, index) => {
      const id = String(index + 1)
      const carrier = CARRIERS[index % CARRIERS.length] ?? null
      const method = carrier === null ? ('credit' as const) : ('carrier' as const)
      const amountYen = 1_000 + 100 * this.#random.below(30)
      const tradingId = `t${id}`
      const status = this.#random.chance(0.3) ? (carrier === 'docomo' ? '44' : '40') : '20'
      const paid = { tradingId, method, carrier, status, amountYen, paymentId: `10${id.padStart(4, '0')}` }
      this.#ledger.atomically(() => addPayment(this.#ledger, paid, { atMs: START - 5 * HOUR_MS, by: 'start' }))
      const totals = { totalYen: amountYen - (this.#random.chance(0.4) ? 200 : 0), listedAmountYen: amountYen }
      const shop = {
        orderedAt: japanIso(START - 50 * HOUR_MS),
        customerName: '',
        shippedAt: null,
        orderStatus: '対応中',
      }
      return { orderId: id, ...paid, ...totals, ...shop, kind: '' as const }
    })
    this.#mirror.importOrders({ rows, others: [] }, this.#time.nowMs())
  }

  async #deed(): Promise<void> {
    const deed = this.#random.weighted([
      [5, 'sale'],
      [5, 'single'],
      [4, 'refund'],
      [5, 'cancel'],
      [4, 'reconcile'],
      [3, 'hand'],
      [1, 'audit'],
      [6, 'pass'],
    ] as const)
    this.story.push(`${japanIso(this.#time.nowMs())} ${deed}`)
    switch (deed) {
      case 'sale':
        return this.#batch(this.#some(4), 'sale', {})
      case 'single':
        return this.#batch(this.#some(1), 'sale', { single: true })
      case 'refund': {
        const [order] = this.#some(1)
        const heldYen = order?.heldAmountYen ?? order?.totalYen ?? 1_000
        return this.#batch(this.#some(1), 'sale', { single: true, refundToYen: heldYen - 100 })
      }
      case 'cancel':
        return this.#batch(this.#some(this.#random.between(1, 3)), 'cancel', { single: true })
      case 'reconcile':
        return this.#reconcile()
      case 'hand':
        return this.#byHand()
      case 'audit':
        return this.#audit()
      case 'pass':
        return this.#pass(this.#random.pick([0.1, 3, 12, 60]) * HOUR_MS)
      default:
        deed satisfies never
    }
  }

  /** Nothing happens around midnight: Paygent and this program may then give a request two days. */
  #pass(ms: number): void {
    this.#time.pass(ms)
    const hour = Number(japanIso(this.#time.nowMs()).slice(11, 13))
    if (hour >= 23 || hour < 1) this.#time.pass(3 * HOUR_MS)
    this.#ledger.atomically(() => settleTime(this.#ledger, this.#time.nowMs()))
  }

  #some(most: number): Order[] {
    const ids = Array.from({ length: most }, () => String(this.#random.between(1, 12)))
    return this.#mirror.orders.find([...new Set(ids)])
  }

  async #batch(orders: readonly Order[], operation: Operation, given: Partial<RuleContext>): Promise<void> {
    const deps = this.#deps()
    const { signal } = new AbortController()
    try {
      const began = momentOf(this.#time)
      const rules = { ...this.#rules(), ...given }
      const preparing = makePlan({ ...BY_NAME, orders }, operation, rules, deps, began, signal)
      let planned = await preparing.next()
      while (!planned.done) planned = await preparing.next()
      const { plan, plannedAt } = planned.value
      if (plan.steps.length === 0) return
      const options = { plannedAt, untilMs: null, stopAfter: 3, settleMs: SETTLE_MS, wait: false, leave: signal }
      for await (const event of runBatch(plan, deps, options, signal))
        if (event.type === 'settled')
          this.story.push(`  ${event.step.request} ${event.step.orderId}: ${event.outcome} ${event.code ?? ''}`)
    } catch (error) {
      this.#expected(error)
    }
    this.#pass(0)
  }

  #expected(error: unknown): void {
    if (!(error instanceof AppError)) throw error
    this.story.push(`  ${error.code}`)
  }

  async #reconcile(): Promise<void> {
    const { signal } = new AbortController()
    const wishes = { orderIds: null, settleMs: SETTLE_MS, wait: true, leave: signal, sendsAgain: true, untilMs: null }
    try {
      for await (const event of reconcile(wishes, this.#deps(), signal)) this.#tell(event)
    } catch (error) {
      this.#expected(error)
    }
    this.#pass(0)
  }

  async #audit(): Promise<void> {
    const { signal } = new AbortController()
    const wishes = { orderIds: null, settleMs: SETTLE_MS, wait: true, leave: signal, sendsAgain: true, untilMs: null }
    try {
      for await (const event of audit({ mode: 'take', days: 30 }, wishes, this.#deps(), signal)) this.#tell(event)
    } catch (error) {
      this.#expected(error)
    }
    this.#pass(0)
  }

  #tell(event: { readonly type: string }): void {
    if (event.type !== 'asking') this.story.push(`  ${JSON.stringify(event)}`)
  }

  /** A person looks at Paygent Online and says what stands there. */
  async #byHand(): Promise<void> {
    for (const { orderId } of this.#mirror.issues.forAPerson()) await this.#settle(orderId)
  }

  async #settle(orderId: string): Promise<void> {
    const payments = this.#ledger.payments.ofTrading(`t${orderId}`)
    const sold = payments.findLast(({ status }) => SOLD.includes(status))
    const open = payments.find(({ status }) => status === '20' || status === '21')
    const as: HandVerdict = sold !== undefined ? 'sold' : open !== undefined ? 'open' : 'cancelled'
    const { signal } = new AbortController()
    const deps = this.#deps()
    const isNew = sold !== undefined && sold.basePaymentId !== null
    const requests: SettleRequest[] = [
      ...(isNew ? [{ orderId, paymentId: sold.paymentId, as: null, note: null, settleMs: SETTLE_MS }] : []),
      { orderId, paymentId: null, as, note: 'Paygent Online', settleMs: SETTLE_MS },
    ]
    for (const request of requests) {
      try {
        const asked = await consider(request, deps, signal)
        const { decision } = await settleByHand(request, asked, deps, signal)
        this.story.push(`  ${orderId} by hand ${request.paymentId ?? as}: ${JSON.stringify(decision.type)}`)
        if (decision.type === 'taken') this.told.byHand += 1
      } catch (error) {
        this.#expected(error)
      }
    }
  }

  async #settleAll(): Promise<void> {
    for (let round = 0; round < 4; round += 1) {
      this.#pass(HOUR_MS)
      await this.#reconcile()
      await this.#byHand()
    }
  }

  #rules(): RuleContext {
    const nowMs = this.#time.nowMs()
    return { profile: 'current', single: false, includeCancelled: true, afterUnknown: true, statuses: [], nowMs }
  }

  #deps() {
    const { orders, journal, issues, lock, state } = this.#mirror
    const gateway = gatewayOver(() => this.#wire(), SIMULATOR_LOGIN, this.#time)
    return { gateway, orders, journal, issues, lock, state, clock: this.#time, desk: null }
  }

  /** Money may get into trouble on it, and inquiries do not. */
  #wire(): Client {
    const failed = (began: boolean, fault: Fault): TransportResult => ({ type: 'failed', began, reused: false, fault })
    return {
      post: async (path, body): Promise<TransportResult> => {
        this.#time.pass(200)
        const asks = /(?:^|&)telegram_kind=09[14]/.test(body.toString('latin1'))
        const trouble = !asks && this.#random.chance(this.#trouble)
        const drawn = this.#random.pick(['lost', 'lost', 'dropped', 'closed', 'busy', 'stuck'] as const)
        const fate = asks || (!trouble && this.#stuck === 0) ? 'answered' : this.#stuck > 0 ? 'stuck' : drawn
        if (fate === 'stuck') this.#stuck = (this.#stuck === 0 ? TRIES : this.#stuck) - 1
        if (fate === 'closed') return failed(false, CLOSED)
        if (fate === 'dropped') return failed(true, GONE)
        this.#ledger.faults.replace(fate === 'busy' ? BUSY : fate === 'stuck' ? STUCK : [])
        const arrival = this.#office.arrive(path, body)
        const shown = this.#office.handle(arrival)
        this.#office.finish(arrival)
        if (fate === 'lost') return failed(true, GONE)
        const rest = { httpStatus: 200, complete: true, framing: 'length', compressed: false } as const
        return { type: 'answered', answer: { ...rest, body: shown.body }, reused: false }
      },
      drop: () => undefined,
      close: () => undefined,
    }
  }

  #report(to: string, from = '2026-11-01'): Report {
    const period = { from, to }
    return reportOf(period, this.#mirror.report.factsOf(period, this.#time.nowMs()), japanIso(this.#time.nowMs()))
  }

  /**
   * At the end of each day, per payer and in all: captured less given back, as the ledger has it of our requests. An order
   * waits in the end only where a second correction never arrived, and so has moved nothing.
   */
  #compare(): void {
    const today = japanDate(this.#time.nowMs())
    let before = 0
    for (let ms = START; japanDate(ms) <= today; ms += 24 * HOUR_MS) {
      const day = japanDate(ms)
      const report = this.#report(day)
      const here = new Map(report.payers.map((payer) => [payerKey(payer), payer.netYen]))
      const there = this.#captured(Date.parse(`${day}T24:00:00+09:00`))
      for (const payer of new Set([...here.keys(), ...there.keys()]))
        this.#same(`${payer} until ${day}`, here.get(payer) ?? 0, there.get(payer) ?? 0)
      const sum = [...there.values()].reduce((all, yen) => all + yen, 0)
      const ofDay = this.#report(day, day)
      this.#same(`until ${day}`, report.total.netYen, sum)
      this.#same(`on ${day}`, ofDay.total.netYen, sum - before)
      before = sum
      if (report.differences.length > 0) this.faults.push(JSON.stringify(report.differences))
      this.told.changedLater += ofDay.changedLater.length
    }
    for (const line of this.#report(today).lines) {
      const way = line.movement === null ? 'unknown' : netOf(line.movement) === 0 ? 'released' : line.movement.way
      count(this.told.lines, `${line.request} ${way}`)
      count(this.told.datedBy, line.datedBy)
    }
  }

  #same(what: string, here: number | null, there: number): void {
    if (here !== there) this.faults.push(`${what}: ${here} yen here, ${there} at Paygent`)
  }

  /** By payer, whole yen. */
  #captured(endMs: number): Map<string, number> {
    const sums = new Map<string, number>()
    for (const payment of this.#ledger.payments.all()) {
      let heldYen = 0
      for (const { to, by, atMs, amountYen } of this.#ledger.payments.changesOf(payment.paymentId)) {
        const nowYen = SOLD.includes(to) ? amountYen : 0
        const ours = (MONEY_TELEGRAMS as readonly string[]).includes(by) && atMs < endMs
        if (ours) sums.set(payerKey(payment), (sums.get(payerKey(payment)) ?? 0) + nowYen - heldYen)
        heldYen = nowYen
      }
    }
    return sums
  }
}
