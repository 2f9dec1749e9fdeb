// Runs one start of the program, from the choice of orders to its end, however it ends.
import { tellsOfPayment } from '../../src/attempts/trouble.js'
import type { BatchEvent } from '../../src/batch/events.js'
import type { Plan } from '../../src/batch/plan.js'
import type { PastRun } from '../../src/cli/batch-options.js'
import type { InquiryAnswer, InquiryKey } from '../../src/domain/answer.js'
import type { Step } from '../../src/domain/run.js'
import { AppError, type ErrorCode } from '../../src/errors.js'
import type { NightlyEvent } from '../../src/jobs/nightly/events.js'
import type { ReconcileEvent } from '../../src/jobs/reconcile/events.js'
import type { SyncEvent } from '../../src/jobs/sync/events.js'
import { changeHold, changeInShop, changeOnline, strike } from './blows.js'
import { checkAskedAfter } from './booking-checks.js'
import { carryOut } from './commands.js'
import type { Desk } from './desk.js'
import { checkFile, type SentFile } from './past.js'
import type { Ports } from './plant.js'
import type { Blow, Command, Question, Start } from './script.js'
import { ShopLink } from './shop.js'
import { changeShop } from './shop-deeds.js'
import { watchedPorts } from './watched.js'
import type { Doubt, Sent, World } from './world.js'

/** Unwinds the stack of a process that has died; nothing that catches it can do anything any more. */
export class Killed extends Error {}

/** A promise that never settles: a dead process waits for it. */
export const never = (): Promise<never> => new Promise(() => undefined)

const BLOWS_AT_ONCE: readonly Blow['type'][] = [
  'kill',
  'power-cut',
  'disk-full',
  'clock-jump',
  'online',
  'interrupt',
  'no-wait',
  'shop',
  'hold',
]
/** Commands that one silent order must not end. */
const MINDS_OTHERS: readonly Command[] = ['sale', 'cancel', 'rest', 'undo', 'sync']
const ENDED_BY_SILENCE: readonly ErrorCode[] = ['gateway-unreachable', 'open-unanswered']

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
  /** When the last inquiry about each payment was read at Paygent, true time. */
  readonly #readMs = new Map<string, number>()
  /** Inquiries whose answer is still to come. */
  #asking = 0
  /** True time. */
  readonly beganMs: number
  /** Telegrams of any kind. */
  exchanges = 0
  /** True time that passed at a question and while another program was running. */
  elsewhereMs = 0
  /** Programs that were started while it ran, and may run on after it. */
  readonly beside: Promise<void>[] = []
  /** The run that it has begun. */
  runId: number | null = null
  /** The run that it takes up again. */
  past: PastRun | null = null
  /** The plan file that it sends. */
  file: SentFile | null = null
  /** By the wall clock no request may leave from here on; null is no such time. */
  cutOffMs: number | null = null
  /** It has come to an end before it had asked about everything. */
  stopped = false
  /** Orders named to the person as different, without the mirror taking it: nobody can tell which payment is theirs. */
  readonly named = new Set<string>()
  /** Orders of which it has told the shop, or could not. */
  readonly pushed = new Set<string>()
  /** Payments of which it has been told, before the mirror has it. */
  readonly unwritten = new Set<string>()
  readonly stop = new AbortController()
  readonly leave = new AbortController()
  readonly ports: Ports
  /** Its connection to the shop's database; null where the shop has none within reach. */
  readonly link: ShopLink | null
  readonly #died: Promise<void>
  #die: () => void = () => undefined
  #steps = 0
  #blows: Blow[]
  #plan: Plan | null = null
  /** Trading ids about which Paygent has answered. */
  readonly #heard = new Set<string>()
  /** Trading ids of which Paygent has said nothing that would be an answer. */
  readonly #unheard = new Set<string>()
  /** The same since its last answer to anything, and since when, true time. */
  readonly #inVain = new Map<string, number>()
  /** Those of them that were followed by an answer about another order: they concern single orders. */
  readonly #odd = new Map<string, number>()

  constructor(
    readonly world: World,
    readonly desk: Desk,
    readonly start: Start,
    readonly number: number,
  ) {
    this.beganMs = world.time.nowMs()
    this.#blows = [...start.blows]
    this.#died = new Promise((resolve) => (this.#die = resolve))
    this.link = world.shop && new ShopLink(this, world.shop)
    this.ports = world.plant.ports(watchedPorts(this), start)
  }

  /** Ends when the program does, or dies. What it threw is looked at. */
  async run(): Promise<void> {
    const { time } = this.world
    // Nothing in a world waits for anything outside of it: once no promise is left to follow, none of its will come.
    const hanging = setImmediate(() => this.#hangs('waits for what never comes'))
    try {
      await Promise.race([
        this.#died,
        carryOut(this).then(
          () => this.#done(),
          (error: unknown) => this.#ended(error),
        ),
      ])
    } finally {
      clearImmediate(hanging)
      this.link?.drop()
    }
    // The world goes on once no program is left.
    await Promise.all(this.beside)
    const spentMs = time.nowMs() - this.beganMs - this.elsewhereMs
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
  begins(runId: number, startedMs: number): void {
    const { world, start, plan, past, file } = this
    this.runId = runId
    world.plans.set(runId, plan)
    // Taken up again, orders are chosen as they were the first time.
    const before = past?.option === '--rest' ? world.startsOf.get(past.runId) : file?.written.start
    world.startsOf.set(runId, { ...start, all: (before ?? start).all })
    if (past !== null) world.pasts.set(runId, past)
    if (file !== null) checkFile(this, file, startedMs)
    const { operation, limit } = start
    if (operation === 'nightly' && limit !== null && plan.steps.length > limit)
      world.breach('over-the-limit', `a night that may sell ${limit} orders begins with ${plan.steps.length}`)
  }

  /** Notes the answer to an inquiry; one that says nothing of the payment is as good as none. */
  hears(tradingId: string, answer: InquiryAnswer): void {
    if (!tellsOfPayment(answer)) {
      this.#unheard.add(tradingId)
      this.#inVain.set(tradingId, this.world.time.nowMs())
      this.#odd.delete(tradingId)
      return
    }
    this.#heard.add(tradingId)
    for (const [odd, atMs] of this.#inVain) if (odd !== tradingId) this.#odd.set(odd, atMs)
    this.#inVain.clear()
  }

  /**
   * It has asked about the order since the request left, and the silence concerns that one alone. It may not say so of
   * what it has sent itself.
   */
  knowsOdd({ tradingId, atMs }: Doubt): boolean {
    const askedMs = this.#odd.get(tradingId)
    return askedMs !== undefined && askedMs >= atMs && !this.sent.some((one) => one.tradingId === tradingId)
  }

  /** An inquiry is at Paygent's. What comes later its answer cannot tell. */
  isRead(paymentId: string, tradingId: string): void {
    this.#readMs.set(`${paymentId}/${tradingId}`, this.world.time.nowMs())
  }

  /** True time, 0 where none about it was read. */
  readMs(key: InquiryKey): number {
    return this.#readMs.get(`${'paymentId' in key ? key.paymentId : ''}/${key.tradingId}`) ?? 0
  }

  /** Money has the wire for itself: no inquiry of this process is under way beside it. */
  asks(more: 1 | -1): void {
    this.#asking += more
    if (more === 1 && this.sending !== null)
      this.world.breach('asks-beside-money', 'an inquiry begins beside a request')
    if (this.#asking > 1) this.world.count('inquiries side by side')
  }

  sends(): void {
    if (this.#asking > 0) this.world.breach('asks-beside-money', 'a request begins beside an inquiry')
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
    this.link?.drop()
    if (this.sending !== null) this.world.doubt(this.sending)
    this.#forgets()
    this.#die()
  }

  /** What it was told and had not written ends with it. */
  #forgets(): void {
    for (const paymentId of this.unwritten) this.world.notTaken.add(paymentId)
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

  /** The plan that was confirmed, or that the night has made. */
  get plan(): Plan {
    if (this.#plan === null) throw new Error('there is no plan yet')
    return this.#plan
  }

  plans(plan: Plan): void {
    this.#plan = plan
    this.world.tell(() => `program ${this.number} plans ${plan.steps.map(tellStep).join('; ') || 'nothing'}`)
  }

  /** @param untilMs by the wall clock; null is no such time */
  mayNotSendFrom(untilMs: number | null): void {
    this.cutOffMs = untilMs
  }

  /** A person looks at what is on the screen; the lock is not taken, so others may change what it was made of. */
  thinks({ ms, asleep, deeds }: Question): void {
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
      else if (deed === 'staff') changeInShop(world)
      else if (deed === 'hold') changeHold(world)
      else if (world.shop !== null) changeShop(world, world.shop)
    }
  }

  async listen(events: AsyncGenerator<AnyEvent, void>): Promise<void> {
    for (;;) {
      const { done, value } = await events.next()
      if (done) return
      const event = innerOf(value)
      this.#note(event)
      if (event.type !== 'waiting' && event.type !== 'lock-waiting') {
        this.world.tell(() => `program ${this.number}: ${tellEvent(event)}`)
        await this.step(`at ${event.type}`)
      }
      if (this.leaves) return void (await events.return())
    }
  }

  #note(event: InnerEvent): void {
    if (event.type === 'difference' && !event.booked) this.named.add(event.difference.orderId)
    if (event.type === 'untold') this.named.add(event.orderId)
    if (event.type === 'pushed') this.pushed.add(event.order.orderId)
    if (event.type === 'stopped' || event.type === 'put-off') this.stopped = true
    if (event.type === 'planned') this.plans(event.plan)
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
    this.#forgets()
    if (!ENDED_BY_SILENCE.includes(code) || !MINDS_OTHERS.includes(start.operation)) return
    const asked = this.#plan === null ? start.orderIds.length : this.#plan.steps.length
    const others = start.operation === 'sync' || asked > world.mute.size
    const odd = [...this.#unheard].filter((tradingId) => world.mute.has(tradingId))
    if (!others || this.#heard.size === 0 || odd.length === 0 || odd.length < this.#unheard.size) return
    // One that was answered and has fallen silent since is asked about again, and shows a Paygent that answers no more.
    if ([...this.#heard].some((tradingId) => world.mute.has(tradingId))) return
    const names = odd.map((tradingId) => world.orderOf(tradingId).row.orderId).join(', ')
    world.breach('odd-order', `order ${names}, of which Paygent says nothing, ends a start that is about others too`)
  }
}

const tellStep = ({ telegram, orderId, amountYen, plannedStatus, resend }: Step): string =>
  `${telegram} for ${orderId} (${plannedStatus}, ${amountYen} yen${resend ? ', again' : ''})`

type AnyEvent = BatchEvent | ReconcileEvent | SyncEvent | NightlyEvent
type InnerEvent = Exclude<AnyEvent, { event: unknown }>

/** The event that a stage of the night tells, and every other event as it is. */
const innerOf = (event: AnyEvent): InnerEvent => ('event' in event ? event.event : event)

const tellEvent = (event: InnerEvent): string => {
  const order = 'step' in event ? event.step.orderId : 'orderId' in event ? event.orderId : ''
  const outcome = 'outcome' in event ? event.outcome : 'reason' in event ? JSON.stringify(event.reason) : ''
  return `${event.type} ${order} ${outcome}`.trimEnd()
}
