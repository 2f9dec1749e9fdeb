// Plays one world from its seed to the last check.
import { MirrorReport } from '../../src/mirror/report.js'
import { addPayments } from '../../src/simulator/given-payments.js'
import { callOver, changeHold, changeInShop, changeOnline, jumpClock, mendOnline, undoHold, unship } from './blows.js'
import type { Breach } from './checkers.js'
import type { Desk } from './desk.js'
import {
  checkAudited,
  checkEnd,
  checkHolds,
  checkMoney,
  checkNotices,
  checkSynced,
  checkTrail,
  hasUnseenGap,
} from './end-checks.js'
import { NO_PLANT, type Plant } from './plant.js'
import { Program } from './program.js'
import {
  type Happening,
  type Person,
  type Start,
  drawScript,
  soldBefore,
  withHolds,
  withPast,
  withRefunds,
  withShop,
} from './script.js'
import { checkShop } from './shop-checks.js'
import { changeShop } from './shop-deeds.js'
import { type Counts, World } from './world.js'

export interface Played {
  readonly seed: number
  readonly breaches: readonly Breach[]
  readonly trace: readonly string[]
}

export async function play(seed: number, counts: Counts, plant: Plant = NO_PLANT, traced = false): Promise<Played> {
  const world = new World(seed, plant, counts, traced ? [] : null)
  try {
    await new Play(world).all()
    return { seed, breaches: world.breaches, trace: world.trace ?? [] }
  } finally {
    world.dispose()
  }
}

const EVER = { from: '2000-01-01', to: '2099-12-31' } as const

/** No orders named: all that wait. */
const FINALE: Start = {
  type: 'start',
  by: 'yamada',
  operation: 'reconcile',
  single: false,
  orderIds: [],
  all: null,
  wait: true,
  afterUnknown: false,
  includeCancelled: false,
  untilMs: null,
  limit: null,
  pull: false,
  push: true,
  question: { ms: 0, asleep: false, deeds: [] },
  blows: [],
}

class Play {
  #desk: Desk | null = null
  #starts = 0

  constructor(private readonly world: World) {}

  async all(): Promise<void> {
    const { world } = this
    const drawnScript = drawScript(world.random)
    const script = world.withRefunds
      ? { ...drawnScript, orders: soldBefore(drawnScript.orders, world.refundRandom) }
      : drawnScript
    world.profile = script.profile
    world.moneyFaults = script.moneyFaults
    world.inquiryFaults = script.inquiryFaults
    world.noticeFaults = script.inquiryFaults + 0.1
    world.notices = script.notices
    addPayments(
      world.ledger,
      script.orders.flatMap(({ held, another }) => (another === null ? [held] : [held, another])),
      world.time.nowMs(),
    )
    for (const { order, another } of script.orders) {
      world.orders.push(order)
      if (another !== null) world.unnamed.add(order.tradingId)
    }
    world.muteBy = script.muteBy
    if (script.muteByRequest) world.muteByRequest = new Set(script.mute)
    else world.mute = new Set(script.mute)
    world.bringOrders()
    world.tell(
      () =>
        `${world.profile}; ${script.orders.map(({ order, held }) => `${held.carrier ?? 'credit'} ${held.paymentId} ${held.status} ${held.amountYen} yen, total ${order.row.totalYen}`).join('; ')}`,
    )
    try {
      const { shop, shopRandom, holdRandom } = world
      const { refundRandom } = world
      const refunded = world.withRefunds ? withRefunds(script.happenings, refundRandom) : script.happenings
      const planned = world.withPast ? withPast(refunded, world.pastRandom) : refunded
      const drawn = shop === null ? planned : withShop(planned, shopRandom)
      for (const happening of world.withHolds ? withHolds(drawn, holdRandom) : drawn) {
        await this.#happen(happening)
        if (world.breaches.length > 0) return
      }
      await this.#finish()
    } finally {
      this.#desk?.close(false)
    }
  }

  /** A process of the other person begins where that of the last one has ended. */
  #openDesk(by: Person = 'yamada'): Desk {
    if (this.#desk !== null && this.#desk.by !== by) {
      this.#desk.close(false)
      this.#desk = null
    }
    return (this.#desk ??= this.world.openDesk(by))
  }

  async #happen(happening: Happening): Promise<void> {
    const { world } = this
    switch (happening.type) {
      case 'start':
        return void (await this.#start(happening))
      case 'pass':
        world.tell(() => `${happening.ms / 1_000} s pass`)
        return world.time.pass(happening.ms)
      case 'online':
        return changeOnline(world)
      case 'staff':
        return changeInShop(world)
      case 'shop':
        return world.shop === null ? undefined : changeShop(world, world.shop)
      case 'hold':
        return changeHold(world)
      case 'unship':
        return unship(world)
      case 'mend':
        return mendOnline(world)
      case 'clock-jump':
        return jumpClock(world)
      default:
        happening satisfies never
    }
  }

  async #start(start: Start): Promise<Program> {
    const { world } = this
    this.#starts += 1
    world.counts.starts += 1
    const desk = this.#openDesk(start.by)
    const program = new Program(world, desk, start, this.#starts)
    world.tell(
      () =>
        `program ${this.#starts} starts: ${start.single ? 'single' : 'bulk'} ${start.operation} of ${start.all ?? (start.orderIds.join(', ') || 'nothing')}`,
    )
    await program.run()
    if (program.dead) {
      desk.close(true)
      this.#desk = null
    } else desk.fill(null)
    if (program.dead && program.powerCut) world.disk.powerCut()
    checkTrail(world)
    return program
  }

  /** Nothing goes wrong any more, and what is on its way arrives. */
  async #finish(): Promise<void> {
    const { world } = this
    world.moneyFaults = 0
    world.inquiryFaults = 0
    world.noticeFaults = 0
    world.mute = new Set()
    world.muteByRequest = new Set()
    world.shop?.calm()
    world.time.pass(2 * world.settleMs)
    const behindMs = world.disk.books.lastEntryMs() - world.wall.nowMs()
    if (behindMs > 0) world.wall.offsetMs += behindMs
    this.#endHolds()
    await this.#start(FINALE)
    const more = this.#hasMore()
    if (world.breaches.length === 0) checkEnd(world, !more)
    if (more) {
      // For what arrives later than that, the next time finds the difference.
      world.time.drain()
      await this.#start(FINALE)
      if (world.breaches.length === 0) checkEnd(world, true)
    }
    if (world.breaches.length === 0) this.#checkMoney()
    if (world.breaches.length === 0) await this.#push()
    if (world.breaches.length === 0 && world.random.chance(0.4)) await this.#sync()
    if (world.breaches.length === 0) await this.#audit()
  }

  #checkMoney(): void {
    const { journal, connection, orders, clock } = this.#openDesk()
    const report = new MirrorReport(connection, orders).factsOf(EVER, clock.nowMs())
    checkMoney(this.world, (runId) => journal.items(runId), report)
  }

  /** Each hold is still there, whatever has come between; what staff end leaves nothing open for ever. */
  #endHolds(): void {
    const { world } = this
    checkHolds(world)
    for (const orderId of world.onHold.keys()) undoHold(world, orderId)
  }

  /** Each order's outcome stands in the shop, or waits there for a reason. */
  async #push(): Promise<void> {
    const { world } = this
    if (world.shop === null) return
    await this.#start({ ...FINALE, operation: 'push' })
    if (world.breaches.length === 0) checkShop(world, world.shop)
  }

  /** Learns what others have done: by Paygent's notices, or by asking about all that is not finished. */
  async #sync(): Promise<void> {
    const { world } = this
    if (world.random.chance(0.5)) changeOnline(world)
    const syncing = await this.#start({ ...FINALE, operation: 'sync' })
    if (world.breaches.length > 0) return
    if (syncing.stopped) world.breach('synced', 'the sync has not come to its end although nothing is wrong')
    if (world.notices) checkNotices(world)
    if (!world.notices || !(world.misnamedNotice || hasUnseenGap(world))) checkSynced(world, syncing)
  }

  /** Once all is compared nothing differs any more, whatever others have done since and whatever only the shop says. */
  async #audit(): Promise<void> {
    const { world } = this
    const { random } = world
    if (random.chance(0.4)) changeOnline(world)
    if (random.chance(0.4)) callOver(world)
    if (world.shop !== null) await this.#start({ ...FINALE, operation: 'pull' })
    const auditing = await this.#start({ ...FINALE, operation: 'audit' })
    if (world.breaches.length === 0) checkAudited(world, auditing)
  }

  /** Whether another `reconcile` has anything to do. */
  #hasMore(): boolean {
    const { time, sent, settleMs, disk } = this.world
    const late = sent.some(({ arrivals, sentMs }) => arrivals.some(({ atMs }) => atMs - sentMs > settleMs))
    return late || !time.idle || disk.books.hasConflicts()
  }
}
