// Draws the events of a world from its seed: orders, starts of the program, and other people's actions.
import type { Carrier, Method, Operation } from '../../src/domain/order.js'
import { japanIso } from '../../src/clock.js'
import type { MuteBy } from './fates.js'
import type { Random } from './random.js'
import { BEGINNING, type ShopOrder } from './world.js'

/** A blow that strikes a start of the program, at its n-th step. */
export interface Blow {
  readonly atStep: number
  readonly type: BlowType
}
export type BlowType =
  | 'kill'
  | 'power-cut'
  | 'disk-full'
  | 'clock-jump'
  | 'online'
  | 'staff'
  | 'second-run'
  | 'lock-deleted'
  | 'lock-stolen'
  | 'interrupt'
  | 'no-wait'
  | 'closed-pipe'
  | 'shop'
  | 'hold'

/** How long a person looks at the plan, and what others do meanwhile. */
export interface Question {
  readonly ms: number
  /** The machine sleeps for the whole time. */
  readonly asleep: boolean
  readonly deeds: readonly ('online' | 'staff' | 'shop' | 'hold')[]
}

/** The work of a start of the program: a batch of either kind, or one of the commands beside it. */
export type Command =
  | Operation
  | 'rest'
  | 'undo'
  | 'dry-run'
  | 'approved'
  | 'refund'
  | 'reconcile'
  | 'audit'
  | 'sync'
  | 'nightly'
  | 'settle'
  | 'amend'
  | 'pull'
  | 'push'

/** Who sits at the shop's machine. */
export type Person = 'yamada' | 'sato'

export interface Start {
  readonly type: 'start'
  readonly by: Person
  readonly operation: Command
  readonly single: boolean
  readonly orderIds: readonly string[]
  /** `--all`, with or without `--shipped`, instead of the numbers. */
  readonly all: 'every' | 'shipped' | null
  readonly wait: boolean
  readonly afterUnknown: boolean
  readonly includeCancelled: boolean
  readonly untilMs: number | null
  /** How many orders the night may sell, and a sync may ask about; null is all. */
  readonly limit: number | null
  /** Whether the shop's orders come first and its results last, where it has a database. */
  readonly pull: boolean
  readonly push: boolean
  readonly question: Question
  readonly blows: readonly Blow[]
}

export type Happening =
  | Start
  | { readonly type: 'pass'; readonly ms: number }
  | { readonly type: 'online' | 'staff' | 'shop' | 'hold' | 'mend' | 'unship' | 'clock-jump' }

export interface Script {
  readonly profile: 'manual' | 'current'
  readonly moneyFaults: number
  readonly inquiryFaults: number
  /** This tool alone fetches the merchant's notices. */
  readonly notices: boolean
  readonly orders: readonly { readonly order: ShopOrder; readonly held: Held; readonly another: Held | null }[]
  /** The trading ids about which Paygent tells nothing, whatever is asked about the others. */
  readonly mute: readonly string[]
  readonly muteBy: MuteBy
  /** They fall silent with the first request about one of them that moves money, and not from the beginning. */
  readonly muteByRequest: boolean
  readonly happenings: readonly Happening[]
}

/** The payment as Paygent holds it when the world begins. */
export interface Held {
  readonly paymentId: string
  readonly tradingId: string
  readonly method: Method
  readonly carrier: Carrier | null
  readonly amountYen: number
  readonly status: string
  readonly authorizedAt: string
}

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS

const BLOWS: readonly (readonly [number, BlowType])[] = [
  [6, 'kill'],
  [3, 'power-cut'],
  [2, 'disk-full'],
  [1, 'clock-jump'],
  [3, 'online'],
  [3, 'staff'],
  [3, 'second-run'],
  [2, 'lock-deleted'],
  [1, 'lock-stolen'],
  [2, 'interrupt'],
  [1, 'no-wait'],
  [1, 'closed-pipe'],
]

const PAUSES_MS: readonly (readonly [number, number])[] = [
  [4, 5_000],
  [4, 3 * MINUTE_MS],
  [3, 90 * MINUTE_MS],
  [3, DAY_MS],
  [1, 3 * DAY_MS],
  [1, 40 * DAY_MS],
]

export function drawScript(random: Random): Script {
  const count = random.weighted([
    [1, 1],
    [4, 2],
    [4, 3],
    [2, 4],
  ])
  const orders = Array.from({ length: count }, (_none, index) => drawOrder(random, index + 1))
  const happenings: Happening[] = []
  const starts = random.between(1, 4)
  for (let start = 0; start < starts; start += 1) {
    if (start > 0) happenings.push({ type: 'pass', ms: random.weighted(PAUSES_MS) })
    if (random.chance(0.15)) happenings.push({ type: random.pick(['online', 'staff', 'clock-jump'] as const) })
    happenings.push(drawStart(random, count))
  }
  const one = random.chance(0.1) ? [random.pick(orders)] : []
  const mute = one.length > 0 && random.chance(0.5) ? [...one, random.pick(orders)] : one
  return {
    profile: random.chance(0.7) ? 'current' : 'manual',
    moneyFaults: random.pick([0.1, 0.3, 0.6, 0.9]),
    inquiryFaults: random.pick([0, 0, 0, 0.05, 0.2]),
    notices: random.chance(0.5),
    orders,
    mute: mute.map(({ held }) => held.tradingId),
    muteBy: mute.length > 0 && random.chance(0.25) ? 'code' : 'silence',
    muteByRequest: mute.length > 0 && random.chance(0.6),
    happenings,
  }
}

const COMMANDS: readonly (readonly [number, Command])[] = [
  [14, 'sale'],
  [6, 'cancel'],
  [4, 'reconcile'],
  [2, 'nightly'],
  [2, 'sync'],
  [2, 'settle'],
  [1, 'amend'],
]

function drawStart(random: Random, count: number): Start {
  const operation = random.weighted(COMMANDS)
  const atNight = operation === 'nightly'
  const single = random.chance(0.3) && !atNight
  const all = Array.from({ length: count }, (_none, index) => String(index + 1))
  const named = all.filter(() => random.chance(0.8))
  const orderIds = single || named.length === 0 ? [random.pick(all)] : named
  const blows = Array.from({ length: random.pick([0, 0, 1, 1, 2]) }, () => drawBlow(random))
  return {
    type: 'start',
    by: 'yamada',
    operation,
    single,
    orderIds,
    all: single ? null : random.pick([null, null, 'every', 'shipped'] as const),
    wait: random.chance(0.75),
    afterUnknown: random.chance(0.04) && !atNight,
    includeCancelled: random.chance(0.1) && !atNight,
    untilMs: random.chance(atNight ? 0.4 : 0.08) ? random.pick(atNight ? NIGHT_LEFT_MS : [20_000, MINUTE_MS]) : null,
    limit: random.chance(0.2) ? random.between(1, 2) : null,
    pull: false,
    push: false,
    question: drawQuestion(random),
    blows: blows.sort((one, other) => one.atStep - other.atStep),
  }
}

/** The same happenings in a world whose shop has a database: with a pull and a push between them, and more that happens. */
export function withShop(happenings: readonly Happening[], random: Random): Happening[] {
  return happenings.flatMap((happening): Happening[] => {
    if (happening.type !== 'start') return [happening]
    const before: Happening[] = random.chance(0.3) ? [{ type: 'shop' }] : []
    if (random.chance(0.25)) before.push(beside(happening, 'pull', random))
    const after = random.chance(0.3) ? [beside(happening, 'push', random)] : []
    const deeds: Question['deeds'] = random.chance(0.4)
      ? [...happening.question.deeds, 'shop']
      : happening.question.deeds
    const start: Start = {
      ...happening,
      pull: random.chance(0.5),
      push: random.chance(0.7),
      question: { ...happening.question, deeds },
      blows: moreBlows(happening.blows, random),
    }
    return [...before, start, ...after]
  })
}

const beside = (start: Start, operation: 'pull' | 'push', random: Random): Start => ({
  ...start,
  operation,
  blows: moreBlows([], random),
})

function moreBlows(blows: readonly Blow[], random: Random): Blow[] {
  const deeds = Array.from({ length: random.below(3) }, (): Blow => ({ ...drawBlow(random), type: 'shop' }))
  const others = Array.from({ length: random.pick([0, 0, 1]) }, () => drawBlow(random))
  return [...blows, ...deeds, ...others].sort((one, other) => one.atStep - other.atStep)
}

/** The same happenings in a world whose staff put orders on hold and undo that: before a start, at its question, in mid-command. */
export function withHolds(happenings: readonly Happening[], random: Random): Happening[] {
  return happenings.flatMap((happening): Happening[] => {
    if (happening.type !== 'start') return [happening]
    const before: Happening[] = random.chance(0.3) ? [{ type: 'hold' }] : []
    const { question, blows } = happening
    const deeds: Question['deeds'] = random.chance(0.3) ? [...question.deeds, 'hold'] : question.deeds
    const held = Array.from({ length: random.below(3) }, (): Blow => ({ ...drawBlow(random), type: 'hold' }))
    const struck = [...blows, ...held].sort((one, other) => one.atStep - other.atStep)
    return [...before, { ...happening, question: { ...question, deeds }, blows: struck }]
  })
}

/**
 * The same happenings in a world that gives parts of sales back, most often several in a row: what broke off is mended
 * in Paygent Online, and looked at or settled here.
 */
export function withRefunds(happenings: readonly Happening[], random: Random): Happening[] {
  return happenings.flatMap((happening): Happening[] => {
    if (happening.type !== 'start') return [happening]
    const refunds = Array.from({ length: random.pick([1, 2, 3]) }, (): Happening[] => {
      const start = { ...happening, all: null, afterUnknown: false, question: drawQuestion(random) }
      const refund: Start = { ...start, operation: 'refund', single: true, orderIds: [], blows: drawBlows(random) }
      const operation = random.pick(['reconcile', 'settle', 'settle', 'sync'] as const)
      const after: Start = { ...start, operation, single: false, orderIds: [], untilMs: null, blows: [] }
      return [
        ...(random.chance(0.6) ? [{ type: 'pass', ms: random.weighted(PAUSES_MS) } as const] : []),
        refund,
        ...(random.chance(0.5) ? [{ type: 'mend' } as const] : []),
        ...(random.chance(0.5) ? [after] : []),
      ]
    })
    return [happening, ...refunds.flat()]
  })
}

/**
 * The same happenings in a world that takes up past runs: what one left undone is sent, what one sold is cancelled, and
 * plans are written into files that another person sends, in time or not, once or twice.
 */
export function withPast(happenings: readonly Happening[], random: Random): Happening[] {
  return happenings.flatMap((happening): Happening[] => {
    if (happening.type !== 'start' || !SENDING.includes(happening.operation)) return [happening]
    const more = takenUp(happening, random)
    return random.chance(0.6) ? [...more, happening] : [happening, ...more]
  })
}

const SENDING: readonly Command[] = ['sale', 'cancel', 'nightly']

function takenUp(start: Start, random: Random): Happening[] {
  const startOf = (operation: Command, more: Partial<Start> = {}): Start => ({
    ...start,
    operation,
    all: random.pick([start.all, 'every']),
    single: false,
    afterUnknown: false,
    includeCancelled: false,
    untilMs: null,
    question: drawQuestion(random),
    blows: drawBlows(random),
    ...more,
  })
  const operation = random.pick(['rest', 'undo', 'dry-run'] as const)
  if (operation === 'dry-run') {
    const senders = Array.from({ length: random.pick([1, 1, 2]) }, () =>
      random.pick(['yamada', 'sato', 'sato'] as const),
    )
    const sent = senders.flatMap((by) => [...meanwhile(random), startOf('approved', { by, all: null })])
    return [startOf(operation), ...sent]
  }
  // A signal in mid-run leaves something for a rest, and some of its parcels come back.
  const rest = operation === 'rest'
  const blows: Blow[] = rest ? [{ atStep: random.between(10, 50), type: 'interrupt' }] : []
  const all = rest ? random.pick([start.all, 'every', 'shipped'] as const) : 'every'
  const before = startOf(rest ? random.pick(['sale', 'sale', 'cancel'] as const) : 'sale', { blows, all })
  const back: Happening[] = rest && random.chance(0.4) ? [{ type: 'unship' }] : []
  return [...(random.chance(0.7) ? [before] : []), ...meanwhile(random), ...back, startOf(operation, { all: null })]
}

function meanwhile(random: Random): Happening[] {
  const pause: Happening[] = random.chance(0.5) ? [{ type: 'pass', ms: random.weighted(PAUSES_MS) }] : []
  const deed: Happening[] = random.chance(0.4) ? [{ type: random.pick(['online', 'staff', 'staff'] as const) }] : []
  return [...pause, ...deed]
}

/** In such a world most cards and docomo's payments are sold when it begins. */
export const soldBefore = (orders: Script['orders'], random: Random): Script['orders'] =>
  orders.map((drawn) => {
    const { order, held, another } = drawn
    if (held.carrier === 'au' || held.carrier === 'softbank' || another !== null || random.chance(0.3)) return drawn
    const sold = held.carrier === null ? { status: '40', kind: '022' as const } : { status: '44', kind: '101' as const }
    return { ...drawn, order: { ...order, row: { ...order.row, ...sold } }, held: { ...held, status: sold.status } }
  })

const drawBlows = (random: Random): Blow[] =>
  Array.from({ length: random.pick([0, 0, 0, 1, 2]) }, () => drawBlow(random)).sort(
    (one, other) => one.atStep - other.atStep,
  )

/** Mostly short; the long ones are those in which something happens. */
function drawQuestion(random: Random): Question {
  if (random.chance(0.7)) return { ms: 2_000, asleep: false, deeds: [] }
  const deeds = Array.from({ length: random.below(3) }, () => random.pick(['online', 'staff'] as const))
  return { ms: random.pick([MINUTE_MS, 2 * MINUTE_MS, 8 * 60 * MINUTE_MS]), asleep: random.chance(0.4), deeds }
}

/** How long the night has until its cut-off, where that is not far away. */
const NIGHT_LEFT_MS: readonly number[] = [2_000, 5_000, 20_000, MINUTE_MS]

const drawBlow = (random: Random): Blow => ({
  atStep: random.below(random.between(2, 30 * 3)),
  type: random.weighted(BLOWS),
})

/** When the parcels of a world left, where they did. */
export const SHIPPED_AT = japanIso(BEGINNING - DAY_MS)

const METHODS = ['credit', 'docomo', 'au', 'softbank'] as const

function drawOrder(random: Random, number: number): Script['orders'][number] {
  const name = random.pick(METHODS)
  const carrier = name === 'credit' ? null : name
  const method = carrier === null ? 'credit' : 'carrier'
  const heldYen = 1_000 + 100 * random.below(30)
  const sold = random.chance(0.08)
  const status = sold
    ? carrier === 'docomo'
      ? '44'
      : '40'
    : carrier === 'docomo' || carrier === 'softbank'
      ? random.pick(['20', '20', '21'])
      : '20'
  const tradingId = `t${number}`
  const held: Held = {
    paymentId: String(900 + number),
    tradingId,
    method,
    carrier,
    amountYen: heldYen,
    status,
    authorizedAt: japanIso(BEGINNING - random.below(30) * DAY_MS),
  }
  const row = rowOf(random, held, number)
  // The customer tried twice, and the shop has written down neither payment.
  const twice = row.paymentId === null && random.chance(0.4)
  const another = twice ? { ...held, paymentId: String(950 + number), status: random.pick(['20', '32']) } : null
  return { order: { tradingId, row }, held, another }
}

/** Draws the shop's row of a payment: mostly right, sometimes with little in it, and sometimes with another amount. */
function rowOf(random: Random, held: Held, number: number): ShopOrder['row'] {
  const { amountYen, status, tradingId, paymentId, method, carrier } = held
  const totalYen = random.weighted([
    [12, amountYen],
    [6, amountYen - 100 * random.between(1, 9)],
    [1, amountYen + 500],
  ])
  const sold = status === '40' || status === '44'
  return {
    orderId: String(number),
    orderedAt: held.authorizedAt,
    customerName: 'ペイジェント 太郎',
    method,
    carrier: random.chance(0.06) ? null : carrier,
    totalYen,
    listedAmountYen: random.chance(0.2) ? totalYen : amountYen,
    shippedAt: random.chance(0.5) ? SHIPPED_AT : null,
    orderStatus: '入金待ち',
    tradingId,
    paymentId: random.chance(0.06) ? null : paymentId,
    status: random.chance(0.06) ? null : status,
    kind: sold ? (method === 'credit' ? '022' : '101') : '',
  }
}
