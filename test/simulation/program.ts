// One start of the program, from the choice of orders to its end, whatever that is.
import { momentOf } from '../../src/clock.js'
import type { Moment } from '../../src/domain/age.js'
import type { InquiryAnswer } from '../../src/domain/answer.js'
import type { Operation } from '../../src/domain/order.js'
import type { RuleContext } from '../../src/domain/permit.js'
import type { Step } from '../../src/domain/run.js'
import { AppError } from '../../src/errors.js'
import { findAll, makePlan, type Choice, type Planned } from '../../src/jobs/batch/choose.js'
import { BY_NAME, type HowChosen, type Plan } from '../../src/jobs/batch/plan.js'
import { runBatch } from '../../src/jobs/batch/run.js'
import { isHeard } from '../../src/jobs/batch/trouble.js'
import type { BatchEvent } from '../../src/jobs/batch/events.js'
import { changeInShop, changeOnline, strike } from './blows.js'
import { checkAskedAfter } from './booking-checks.js'
import type { Desk } from './desk.js'
import type { Ports } from './plant.js'
import type { ReconcileEvent } from '../../src/jobs/reconcile/events.js'
import { audit, reconcile } from '../../src/jobs/reconcile/reconcile.js'
import type { Blow, Question, Start } from './script.js'
import { watchedPorts } from './watched.js'
import type { Sent, World } from './world.js'

/** Unwinds the stack of a process that has died; nothing that catches it can do anything any more. */
export class Killed extends Error {}

/** What a dead process waits for. */
export const never = (): Promise<never> => new Promise(() => undefined)

const BLOWS_AT_ONCE: readonly Blow['type'][] = [
  'kill',
  'power-cut',
  'disk-full',
  'clock-jump',
  'online',
  'interrupt',
  'no-wait',
]
/** Longer than any world lasts, whatever its clock was put to. */
const AUDITED_DAYS = 1_000

/** More steps than any honest start of a world takes. */
const TOO_MANY_STEPS = 5_000
/** More than all the waiting that an honest start does of its own accord: for another program, and for a settle time. */
const PATIENCE_MS = 15 * 60_000
/** An exchange with Paygent and the pause after it, the time-out with a margin. */
const EXCHANGE_MS = 20_000

export class Program {
  dead = false
  powerCut = false
  leaves = false
  /** The machine has slept since the plan was made, for longer than a clock may be off. */
  slept = false
  sending: Sent | null = null
  /** Every request that moves money and that this start has sent. */
  readonly sent: Sent[] = []
  /** Telegrams of any kind. */
  exchanges = 0
  /** True time that passed at a question and while another program was running. */
  elsewhereMs = 0
  /** Orders named to the person as different, without the mirror taking it: nobody can tell which payment is theirs. */
  readonly named = new Set<string>()
  readonly stop = new AbortController()
  readonly leave = new AbortController()
  readonly #ports: Ports
  readonly #died: Promise<void>
  #die: () => void = () => undefined
  #steps = 0
  #blows: Blow[]
  #plan: Plan | null = null
  #heard = 0
  /** Trading ids of which Paygent has said nothing that would be an answer. */
  readonly #unheard = new Set<string>()

  constructor(
    readonly world: World,
    readonly desk: Desk,
    readonly start: Start,
    readonly number: number,
  ) {
    this.#blows = [...start.blows]
    this.#died = new Promise((resolve) => (this.#die = resolve))
    this.#ports = world.plant.ports(watchedPorts(this), start)
  }

  /** Ends when the program does, or dies. What it threw is looked at. */
  async run(): Promise<void> {
    const { time } = this.world
    const beganMs = time.nowMs()
    // Nothing in a world waits for anything outside of it: once no promise is left to follow, none of its will come.
    const hanging = setImmediate(() => this.#hangs('waits for what never comes'))
    try {
      await Promise.race([
        this.#died,
        this.#work().then(
          () => this.#done(),
          (error: unknown) => this.#ended(error),
        ),
      ])
    } finally {
      clearImmediate(hanging)
    }
    const spentMs = time.nowMs() - beganMs - this.elsewhereMs
    if (spentMs > PATIENCE_MS + this.exchanges * EXCHANGE_MS)
      this.#hangs(`takes ${spentMs / 1_000} s for ${this.exchanges} telegrams`)
  }

  #hangs(how: string): void {
    this.world.breach('hangs', `program ${this.number}, ${this.start.operation}, ${how}`)
    this.kill(false)
  }

  /** It has come to its end by itself. */
  #done(): void {
    if (!this.dead && !this.leaves) checkAskedAfter(this)
  }

  /** The run has its number; what was confirmed for it is kept. */
  begins(runId: number): void {
    if (this.#plan !== null) this.world.plans.set(runId, this.#plan)
  }

  /** What came of an inquiry; an answer that cannot be understood is as good as none. */
  hears(tradingId: string, answer: InquiryAnswer): void {
    if (answer.type !== 'silent' && isHeard(answer)) this.#heard += 1
    else this.#unheard.add(tradingId)
  }

  /** A point at which anything may happen, other people included. */
  async step(where: string): Promise<void> {
    if (this.dead) return never()
    for (const blow of this.#due(where)) {
      await strike(this, blow.type)
      if (this.dead) return never()
    }
    if (this.dead) return never()
  }

  /** A read of the mirror; a dead process reads nothing. */
  reading<Result>(work: () => Result): Result {
    if (this.dead) throw new Killed()
    return work()
  }

  /** A write, with a point before and after it at which the process may die, and a look at what it has done. */
  writing<Result>(name: string, work: () => Result, check: (result: Result) => void = () => undefined): Result {
    this.#stepAtOnce(`before ${name}`)
    const result = work()
    this.world.disk.written(this.desk.connection)
    check(result)
    this.#stepAtOnce(`after ${name}`)
    return result
  }

  /** It has the lock, and so it must be the only one. */
  holds(): void {
    const { holders } = this.world
    if (holders.size > 0) this.world.breach('one-holder', `program ${this.number} gets the lock that another one holds`)
    holders.add(this)
  }

  /** Nothing that the process would still do is done. */
  kill(powerCut: boolean): void {
    this.dead = true
    this.powerCut = powerCut
    this.world.inFlight.delete(this)
    this.world.holders.delete(this)
    if (this.sending !== null) this.world.doubts.add(this.sending.paymentId)
    this.#die()
  }

  #stepAtOnce(where: string): void {
    if (this.dead) throw new Killed()
    for (const blow of this.#due(where, BLOWS_AT_ONCE)) if (!this.dead) void strike(this, blow.type)
    if (this.dead) throw new Killed()
  }

  #due(where: string, types?: readonly Blow['type'][]): Blow[] {
    this.#steps += 1
    if (this.#steps > TOO_MANY_STEPS) this.#hangs('goes on and on')
    const due = this.#blows.filter(({ atStep, type }) => atStep <= this.#steps && (types?.includes(type) ?? true))
    if (due.length === 0) return due
    this.#blows = this.#blows.filter((blow) => !due.includes(blow))
    this.world.tell(
      () => `program ${this.number}, step ${this.#steps} ${where}: ${due.map(({ type }) => type).join(', ')}`,
    )
    return due
  }

  async #work(): Promise<void> {
    const { world, start, desk } = this
    const { operation, single, includeCancelled, afterUnknown, orderIds } = start
    if (operation === 'reconcile' || operation === 'audit') return this.#reconcile(operation)
    const began = momentOf(desk.clock)
    const nowMs = began.wallMs
    const asked = { profile: world.profile, single, includeCancelled, afterUnknown, statuses: [], nowMs }
    const rules = world.plant.rules(asked)
    const how = howChosen(start)
    const { orders } = this.#ports
    const chosen = start.all === null ? orders.find(orderIds) : findAll(orders, how.filter, operation, rules)
    const { plan, plannedAt } = await this.#prepare({ ...how, orders: chosen }, operation, rules, began)
    this.#plan = world.plant.plan(plan)
    world.tell(() => `program ${this.number} plans ${this.#plan?.steps.map(tellStep).join('; ') || 'nothing'}`)
    this.#question(start.question)
    await this.step('when the plan is confirmed')
    const untilMs = start.untilMs === null ? null : nowMs + start.untilMs
    const given = { plannedAt, untilMs, stopAfter: single ? 1 : 3, settleMs: world.settleMs, wait: start.wait }
    const options = world.plant.options({ ...given, leave: this.leave.signal })
    await this.#listen(runBatch(this.#plan, this.#ports, options, this.stop.signal))
  }

  /** The plan stands on the screen; the lock is not taken, so others may change what it was made of. */
  #question({ ms, asleep, deeds }: Question): void {
    const { world, desk } = this
    this.elsewhereMs += ms
    if (asleep) {
      world.count('asleep at the question')
      world.tell(() => `the machine of program ${this.number} sleeps for ${ms / 1_000} s`)
      desk.clock.suspend(ms)
      this.slept = ms > 5_000
    } else world.time.pass(ms)
    for (const deed of deeds) {
      if (deed === 'online') changeOnline(world)
      else changeInShop(world)
    }
  }

  async #reconcile(operation: 'reconcile' | 'audit'): Promise<void> {
    const { world, start, leave, stop } = this
    const { wait, orderIds } = start
    const named = orderIds.length === 0 ? null : orderIds
    const wishes = {
      orderIds: named,
      settleMs: world.settleMs,
      wait,
      leave: leave.signal,
      sendsAgain: true,
      untilMs: null,
    }
    const { signal } = stop
    const wish = { mode: 'take', days: AUDITED_DAYS } as const
    await this.#listen(
      operation === 'audit' ? audit(wish, wishes, this.#ports, signal) : reconcile(wishes, this.#ports, signal),
    )
  }

  async #prepare(choice: Choice, operation: Operation, rules: RuleContext, began: Moment): Promise<Planned> {
    const preparing = makePlan(choice, operation, rules, this.#ports, began, this.stop.signal)
    for (;;) {
      const { done, value } = await preparing.next()
      if (done) return value
    }
  }

  async #listen(events: AsyncGenerator<BatchEvent | ReconcileEvent, void>): Promise<void> {
    for (;;) {
      const { done, value } = await events.next()
      if (done) return
      if (value.type === 'difference' && !value.booked) this.named.add(value.difference.orderId)
      if (value.type !== 'waiting') {
        this.world.tell(() => `program ${this.number}: ${tellEvent(value)}`)
        await this.step(`at ${value.type}`)
      }
      if (this.leaves) return void (await events.return())
    }
  }

  #ended(error: unknown): void {
    if (this.dead || error instanceof Killed) return
    if (error instanceof AppError) return this.#stops(error)
    this.world.breach('program-fault', error instanceof Error ? (error.stack ?? error.message) : String(error))
  }

  /** One order of which Paygent says nothing, while it answers about others, must not have ended the program. */
  #stops({ code }: AppError): void {
    const { world, start } = this
    world.tell(() => `program ${this.number} ends: ${code}`)
    if (world.mute === null || code !== 'gateway-unreachable' || start.operation === 'reconcile') return
    const { orderId } = world.orderOf(world.mute).row
    const others = this.#plan === null ? start.orderIds.length > 1 : this.#plan.steps.length > 1
    const alone = this.#heard > 0 && [...this.#unheard].every((tradingId) => tradingId === world.mute)
    // Its own request may have moved money: nothing goes out before Paygent has told.
    if (!others || !alone || world.disk.books.order(orderId).openAttempt) return
    world.breach('odd-order', `order ${orderId}, of which Paygent says nothing, ends a start that is about others too`)
  }
}

const howChosen = ({ all }: Start): HowChosen =>
  all === null ? BY_NAME : { filter: all === 'shipped' ? { shipped: true } : {}, originOf: () => 'all' }

const tellStep = ({ telegram, orderId, amountYen, plannedStatus, resend }: Step): string =>
  `${telegram} for ${orderId} (${plannedStatus}, ${amountYen} yen${resend ? ', again' : ''})`

const tellEvent = (event: BatchEvent | ReconcileEvent): string => {
  const order = 'step' in event ? event.step.orderId : 'orderId' in event ? event.orderId : ''
  const outcome = 'outcome' in event ? event.outcome : 'reason' in event ? JSON.stringify(event.reason) : ''
  return `${event.type} ${order} ${outcome}`.trimEnd()
}
