// Describes the parts of a world, and the events in it so far.
import type { Plan } from '../../src/batch/plan.js'
import type { PastRun } from '../../src/cli/batch-options.js'
import type { RuleProfile } from '../../src/domain/carriers.js'
import type { MoneyTelegram, Operation } from '../../src/domain/order.js'
import type { ImportRow } from '../../src/domain/shop.js'
import type { Ledger } from '../../src/simulator/ledger.js'
import { type Office, openOffice } from '../../src/simulator/office.js'
import { SIMULATOR_LOGIN } from '../../src/simulator/telegram.js'
import type { Breach, Checker } from './checkers.js'
import type { MuteBy } from './fates.js'
import type { WrittenFile } from './past.js'
import { Desk, Machine, SOUND } from './desk.js'
import { Disk } from './disk.js'
import { emptyLedger } from './paygent.js'
import type { Plant } from './plant.js'
import { Random } from './random.js'
import { ShopDatabase } from './shop.js'
import type { Person, Start } from './script.js'
import { ProcessClock, TrueTime, WallClock } from './time.js'

export const BEGINNING = Date.parse('2026-11-23T10:00:00+09:00')

const SHOP_SEED = 0x5a0b
const HOLD_SEED = 0x401d
const REFUND_SEED = 0x5ef0d
const PAST_SEED = 0x9a5b
/** So many worlds have staff who put orders on hold. */
const WITH_HOLDS = 0.4
const WITH_REFUNDS = 0.25
const WITH_PAST = 0.35
/** So many worlds have a shop with a database within reach. */
const WITH_A_SHOP = 0.3

/** An order as the last import or pull has brought it. */
export interface ShopOrder {
  row: ImportRow
  readonly tradingId: string
}

/** One delivery of a request that moves money at Paygent; a request in transit that ends by itself is a second one. */
export interface Arrival {
  readonly atMs: number
  /** A payment was sold, cancelled or made by it. */
  readonly moved: boolean
  /** The payment that it made and that only holds an amount, where nothing else was sold or cancelled. */
  readonly held: string | null
  /** The payment that it made, where nothing else of the trading id changed. */
  readonly alone: string | null
  readonly capturedYen: number | null
  readonly result: string
}

/** One telegram that moves money, from the moment at which the program gave it to the network. */
export interface Sent {
  readonly attemptId: number | null
  readonly runId: number | null
  readonly position: number | null
  readonly orderId: string
  readonly telegram: MoneyTelegram
  readonly paymentId: string
  readonly tradingId: string
  /** The amount that Paygent captures or releases by the confirmed plan. */
  readonly amountYen: number
  /** True time. */
  readonly sentMs: number
  /** When Paygent read what anybody had last been told of the payment by then, true time. */
  readonly toldMs: number
  fate: string
  /** A byte of it may have left. */
  left: boolean
  /** `reconcile` has sent it. */
  readonly again: boolean
  /** When it will arrive, true time, if it is late. */
  dueMs: number | null
  readonly arrivals: Arrival[]
  /** The answer that the program was told: its type, with its code if it has one; null while there is none. */
  seen: string | null
  /** The program took for its answer one that had been on the connection before it. */
  misplaced: boolean
}

/** A request that the mirror calls not processed; its opposite has to wait. */
export interface NotProcessed {
  readonly orderId: string
  readonly paymentId: string
  readonly operation: Operation
  readonly wallMs: number
  /** True time. */
  readonly atMs: number
}

/** A request that has left without a clear answer, and when that was known, true time. */
export interface Doubt {
  readonly tradingId: string
  readonly atMs: number
}

export interface Counts {
  telegrams: number
  inquiries: number
  starts: number
  crashes: number
  powerCuts: number
  readonly faults: Map<string, number>
}

export const noCounts = (): Counts => ({
  telegrams: 0,
  inquiries: 0,
  starts: 0,
  crashes: 0,
  powerCuts: 0,
  faults: new Map(),
})

export class World {
  readonly random: Random
  readonly shopRandom: Random
  readonly holdRandom: Random
  readonly withHolds: boolean
  readonly refundRandom: Random
  readonly withRefunds: boolean
  readonly pastRandom: Random
  readonly withPast: boolean
  readonly time = new TrueTime(BEGINNING)
  readonly wall = new WallClock(this.time)
  readonly ledger: Ledger = emptyLedger()
  readonly office: Office = openOffice(this.ledger, this.time, SIMULATOR_LOGIN)
  readonly disk: Disk
  readonly settleMs = 70_000
  readonly timeoutMs = 10_000
  profile: RuleProfile = 'current'
  /** How often something goes wrong with requests that move money, and with inquiries. */
  moneyFaults = 0
  inquiryFaults = 0
  noticeFaults = 0
  notices = false
  /** A notice came with another payment's id. It is not told again, so that only an inquiry can tell what it was about. */
  misnamedNotice = false
  /** How many inquiries each program may have under way at once. */
  readonly inquiries: number
  /** The trading ids about which no inquiry tells anything. */
  mute: ReadonlySet<string> = new Set()
  muteBy: MuteBy = 'silence'
  /** Those that will be, from the first request about one of them that moves money. */
  muteByRequest: ReadonlySet<string> = new Set()
  /** Trading ids under which Paygent has two payments, of which nobody ever names one. */
  readonly unnamed = new Set<string>()
  readonly orders: ShopOrder[] = []
  /** The shop's own database; null in a world whose shop hands over its orders as CSV. */
  shop: ShopDatabase | null = null
  readonly sent: Sent[] = []
  /** The confirmed plan, by the number of its run. */
  readonly plans = new Map<number, Plan>()
  /** The start that was asked for, by the number of the run. */
  readonly startsOf = new Map<number, Start>()
  /** The run that another one takes up again, by the number of the later one. */
  readonly pasts = new Map<number, PastRun>()
  readonly planFiles: WrittenFile[] = []
  /** The plan files that have been sent, by the numbers of their plans. */
  readonly sentFiles = new Set<string>()
  /** The total that the shop gave and that an amendment stands for, by the order's number. */
  readonly shopTotals = new Map<string, number>()
  /** Whose requests are in flight. */
  readonly inFlight = new Set<object>()
  /** Who has the lock. */
  readonly holders = new Set<object>()
  readonly machine = new Machine()
  /** Whose lock another one has taken by now. */
  readonly robbed = new Set<Desk>()
  /** Attempts that the mirror calls accepted. */
  readonly accepted = new Set<number>()
  /** Orders that staff have put on hold, each with the number of the trail's entry that says so. */
  readonly onHold = new Map<string, number>()
  /** Payments that a person has given the order by hand, after Paygent had told how they stand. */
  readonly givenByHand = new Set<string>()
  /** The shop's text of the payment method, as pulled, of orders whose conflict an operator has ended by hand. */
  readonly settledTexts = new Map<string, string>()
  /** Payments about which Paygent must be asked before anything else goes out, if it only answers about the others. */
  readonly doubts = new Map<string, Doubt>()
  /** When a program that had the lock was last told of a payment, true time: from then on its 60 seconds run. */
  readonly toldMs = new Map<string, number>()
  /** When an answer about a payment last came in, true time: the program counts the age of an amount from then. */
  readonly heardMs = new Map<string, number>()
  /** When Paygent read what anybody was last told of a payment, true time. */
  readonly everToldMs = new Map<string, number>()
  /** Payments that were told of last to a program whose order another one had changed since it was read. */
  readonly notTaken = new Set<string>()
  notProcessed: NotProcessed[] = []
  /** The same, never taken off: when an order was last called so, by the wall clock. */
  readonly settledByTime = new Map<string, number>()
  readonly breaches: Breach[] = []

  constructor(
    seed: number,
    readonly plant: Plant,
    readonly counts: Counts,
    /** Lines for a reader; null where nobody reads. */
    readonly trace: string[] | null,
  ) {
    this.random = new Random(seed)
    this.inquiries = seed % 2 === 0 ? 4 : 1
    // Sources of their own: what is drawn for the shop, for holds and so on leaves the worlds without them as they are.
    this.shopRandom = new Random(seed ^ SHOP_SEED)
    this.holdRandom = new Random(seed ^ HOLD_SEED)
    this.withHolds = this.holdRandom.chance(WITH_HOLDS)
    this.refundRandom = new Random(seed ^ REFUND_SEED)
    this.withRefunds = this.refundRandom.chance(WITH_REFUNDS)
    this.pastRandom = new Random(seed ^ PAST_SEED)
    this.withPast = this.pastRandom.chance(WITH_PAST)
    this.disk = new Disk(plant.parts === SOUND)
  }

  breach(checker: Checker, what: string): void {
    this.breaches.push({ checker, what })
    this.tell(() => `BREACH ${checker}: ${what}`)
  }

  tell(line: () => string): void {
    this.trace?.push(`${new Date(this.time.nowMs() + 9 * 3_600_000).toISOString().slice(5, 23)}  ${line()}`)
  }

  count(fault: string): void {
    const { faults } = this.counts
    faults.set(fault, (faults.get(fault) ?? 0) + 1)
  }

  doubt({ paymentId, tradingId }: Pick<Sent, 'paymentId' | 'tradingId'>): void {
    this.doubts.set(paymentId, { tradingId, atMs: this.time.nowMs() })
  }

  orderOf(tradingId: string): ShopOrder {
    const order = this.orders.find((one) => one.tradingId === tradingId)
    if (!order) throw new Error(`no order for ${tradingId}`)
    return order
  }

  shopOrder(orderId: string): ShopOrder {
    const order = this.orders.find(({ row }) => row.orderId === orderId)
    if (!order) throw new Error(`no order ${orderId}`)
    return order
  }

  /** Another process on the mirror. */
  openDesk(by: Person = 'yamada'): Desk {
    return new Desk(this.disk, new ProcessClock(this.time, this.wall), this.plant.parts, this.machine, by)
  }

  /** The first import, long ago: no bug of the program has had a hand in it. */
  bringOrders(): void {
    const desk = new Desk(this.disk, new ProcessClock(this.time, this.wall), SOUND, this.machine)
    if (this.shopRandom.chance(WITH_A_SHOP)) {
      const shop = (this.shop = new ShopDatabase(this.shopRandom, this.orders))
      desk.pull(this.orders.flatMap(({ row }) => shop.reading(row.orderId) ?? []))
    } else desk.import(this.orders.map(({ row }) => row))
    this.disk.written(desk.connection)
    desk.close(false)
  }

  dispose(): void {
    this.disk.dispose()
  }
}
