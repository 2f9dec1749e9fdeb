// Defines bugs that are planted to test whether the checkers find them; each wraps a port or a dependency.
import { japanIso } from '../../src/clock.js'
import type { Answer, Fault, InquiryAnswer } from '../../src/domain/answer.js'
import type { Order, PaymentFact } from '../../src/domain/order.js'
import type { Approval, Step } from '../../src/domain/run.js'
import type { ShopReading } from '../../src/domain/shop.js'
import { effectiveStatus } from '../../src/domain/statuses.js'
import { AppError } from '../../src/errors.js'
import type { Client, TransportResult } from '../../src/gateway/client.js'
import { Connection } from '../../src/mirror/connection.js'
import { MirrorLock } from '../../src/mirror/lock.js'
import type { PlanRow } from '../../src/mirror/plans.js'
import type { Gateway, Inbox, Journal, OrderStore, Shop, ShopRecords, ShopDesk } from '../../src/ports.js'
import type { Checker } from './checkers.js'
import { SOUND } from './desk.js'
import { NO_PLANT, type Plant, type Ports } from './plant.js'
import type { Command } from './script.js'

export interface Planted extends Plant {
  /** The checkers of which one must be the first to find it. */
  readonly expected: readonly Checker[]
}

const planted = (name: string, expected: readonly Checker[], changes: Partial<Plant>): Planted => ({
  ...NO_PLANT,
  ...changes,
  name,
  expected,
})

/** A mirror whose commits are not synced, and which no longer looks. */
class Unsynced extends Connection {
  constructor(sound: Connection) {
    super(sound.path, sound.db)
    sound.db.pragma('synchronous = NORMAL')
  }
  override assertSynced(): void {}
}

/** Reads every order as if none were on hold, while an intent is written. */
class HoldsUnseen extends Connection {
  static readonly reading = { unseen: false }
  constructor({ path, db }: Connection) {
    super(path, db)
  }
  override get<Found>(sql: string, ...values: unknown[]): Found | undefined {
    const { unseen } = HoldsUnseen.reading
    return super.get(unseen ? sql.replace('h.order_id = o.order_id', 'FALSE') : sql, ...values)
  }
}

/** Holds are heeded when the plan is made, and no more when its requests are written down. */
function holdsOfThePlan(ports: Ports): Ports {
  const advance: Journal['advance'] = (...step) => {
    HoldsUnseen.reading.unseen = true
    try {
      return ports.journal.advance(...step)
    } finally {
      HoldsUnseen.reading.unseen = false
    }
  }
  return withJournal(ports, { advance })
}

/** A later answer to an inquiry passes for what an entry of the trail carries. */
class StaleEntries extends Connection {
  constructor({ path, db }: Connection) {
    super(path, db)
  }
  override run(sql: string, ...values: unknown[]): { changes: number; id: number } {
    return super.run(sql.replace(', entry = NULL', ''), ...values)
  }
}

/** A result that takes every cancel and every correction for one of an authorisation. */
class AlwaysAuthorised extends Connection {
  constructor({ path, db }: Connection) {
    super(path, db)
  }
  override all<Found>(sql: string, ...values: unknown[]): Found[] {
    return super.all<Found>(sql.replace('i.planned_status,\n', `'20' AS planned_status,\n`), ...values)
  }
}

/** A lock that anybody gets. */
class NoLock extends MirrorLock {
  override get held(): boolean {
    return true
  }
  override acquire(): boolean {
    return true
  }
  override asOwner<Result>(work: () => Result): Result {
    return this.asRecorder(work)
  }
  override release(): void {}
}

/** A lock that is not looked at again once it is taken. */
class NoToken extends MirrorLock {
  override asOwner<Result>(work: () => Result): Result {
    return this.asRecorder(work)
  }
  override asRecorder<Result>(work: (own: boolean) => Result): Result {
    return super.asRecorder(() => work(true))
  }
}

const withGateway = (ports: Ports, changes: Partial<Gateway>): Ports => ({
  ...ports,
  // A bug of an inquiry is one of every way to ask.
  gateway: { ...ports.gateway, ...(changes.inquire && { ahead: () => ({ inquire: changes.inquire! }) }), ...changes },
})
const withJournal = (ports: Ports, changes: Partial<Ports['journal']>): Ports => ({
  ...ports,
  journal: { ...ports.journal, ...changes },
})
const withOrders = (ports: Ports, changes: Partial<OrderStore>): Ports => ({
  ...ports,
  orders: { ...ports.orders, ...changes },
})

/** The intent is kept in memory until the request has gone out. */
function journalAfterSend(ports: Ports): Ports {
  let intent: (() => void) | null = null
  let last = 0
  const advance: Journal['advance'] = (runId, settled, next, atMs) => {
    if (settled !== null) last = settled.attemptId
    ports.journal.advance(runId, settled, null, atMs)
    if (next === null) return { type: 'none' }
    intent = () => void ports.journal.advance(runId, null, next, atMs)
    last += 1
    return { type: 'prepared', mayArriveLate: false, attemptId: last }
  }
  const send: Gateway['send'] = async (request) => {
    const answer = await ports.gateway.send(request)
    intent?.()
    intent = null
    return answer
  }
  return withGateway(withJournal(ports, { advance }), { send })
}

const refusal = (fault: Fault): Answer => ({
  type: 'rejected',
  code: 'P010',
  detail: fault.message,
  handling: 'malformed',
})

const changedAnswers = (change: (answer: Answer) => Answer) => (ports: Ports) =>
  withGateway(ports, { send: async (request) => change(await ports.gateway.send(request)) })

/** Sends again what has not been answered. */
const repeating = (again: (telegram: string, answer: Answer) => boolean) => (ports: Ports) => {
  const send: Gateway['send'] = async (request) => {
    const answer = await ports.gateway.send(request)
    return again(request.telegram, answer) ? ports.gateway.send(request) : answer
  }
  return withGateway(ports, { send })
}

const isReset = (answer: Answer): boolean => answer.type === 'unclear' && answer.fault.kind === 'reset'

/** The shop's amount is written down as if Paygent had told it. */
function amountOfShop(ports: Ports): Ports {
  const { orders } = ports
  const learn: OrderStore['learn'] = (asRead, fact, nowMs) => {
    const listed = orders.find([asRead.orderId])[0]?.listedAmountYen ?? fact.amountYen
    return orders.learn(asRead, { ...fact, amountYen: listed }, nowMs)
  }
  return withOrders(ports, { learn })
}

/** A later inquiry gets what Paygent told first of the payment, as if nothing had moved. */
function movedIgnored(ports: Ports): Ports {
  const told = new Map<string, PaymentFact>()
  const inquire: Gateway['inquire'] = async (key) => {
    const answer = await ports.gateway.inquire(key)
    if (answer.type !== 'told') return answer
    const before = told.get(answer.fact.paymentId)
    if (before === undefined) told.set(answer.fact.paymentId, answer.fact)
    return { type: 'told', fact: before ?? answer.fact }
  }
  return withGateway(ports, { inquire })
}

/** Where Paygent has several payments under a trading id, the first one that was made is taken for the order's. */
function firstOfSeveral(ports: Ports): Ports {
  const inquire: Gateway['inquire'] = async (key) => {
    const answer = await ports.gateway.inquire(key)
    if (answer.type !== 'rejected' || answer.code !== '13002') return answer
    return ports.gateway.inquire({ ...key, paymentId: key.tradingId.replace('t', '90') })
  }
  return withGateway(ports, { inquire })
}

/** The monotonic clock goes on in a sleep, as the wall clock does, and is put back with it. */
const sleepless = (ports: Ports): Ports => {
  const { clock } = ports
  const nowMs = (): number => clock.nowMs()
  return { ...ports, clock: { nowMs, monotonicMs: nowMs, sleep: (ms, signal) => clock.sleep(ms, signal) } }
}

/** When an amount was told is not looked at. */
function amountsAlwaysNew(ports: Ports): Ports {
  const { orders, clock } = ports
  const renewed = (found: Order[]): Order[] =>
    found.map((order) => (order.heldAmountAt === null ? order : { ...order, heldAmountAt: japanIso(clock.nowMs()) }))
  return withOrders(ports, {
    find: (orderIds) => renewed(orders.find(orderIds)),
    list: (filter, page) => renewed(orders.list(filter, page)),
  })
}

/** Until a request is sent, no inquiry is made again within a minute by the clock that stands still in a sleep. */
function looksKept(ports: Ports): Ports {
  const kept = new Map<string, { answer: InquiryAnswer; atMs: number }>()
  const inquire: Gateway['inquire'] = async (key) => {
    const id = JSON.stringify(key)
    const nowMs = ports.clock.monotonicMs()
    const last = kept.get(id)
    if (last !== undefined && nowMs - last.atMs <= 60_000) return last.answer
    const answer = await ports.gateway.inquire(key)
    if (answer.type === 'told') kept.set(id, { answer, atMs: ports.clock.monotonicMs() })
    return answer
  }
  const send: Gateway['send'] = (request) => {
    kept.clear()
    return ports.gateway.send(request)
  }
  return withGateway(ports, { inquire, send })
}

/** The order that the transaction reads again is always as planned. */
function recheckLeftOut(ports: Ports): Ports {
  const agreeing = (step: Step): Step => {
    const order: Order | undefined = ports.orders.find([step.orderId])[0]
    if (order === undefined || order.heldAmountYen === null) return step
    const effective = effectiveStatus(order)
    const plannedStatus = effective.known ? effective.status : step.plannedStatus
    const { kind, totalYen, heldAmountYen } = order
    return { ...step, kind, totalYen, heldAmountYen, plannedStatus }
  }
  const { journal } = ports
  return withJournal(ports, {
    advance: (runId, settled, next, atMs) => journal.advance(runId, settled, next && agreeing(next), atMs),
  })
}

/** No deadline ends the wait: the library takes 101 for the beginning of something else, and waits for the answer. */
const withoutDeadline = (client: Client): Client => ({
  async post(path, body) {
    const exchange = await client.post(path, body)
    const switched = exchange.type === 'failed' && exchange.fault.code === 'http-status-101'
    return switched ? new Promise<never>(() => undefined) : exchange
  },
  drop: () => client.drop(),
  close: () => client.close(),
})

/** The last inquiry is repeated while a request that moves money is on its way. */
function asksBeside(client: Client): Client {
  let last: readonly [string, Buffer] | null = null
  return {
    async post(path, body) {
      const isInquiry = body.includes('telegram_kind=094')
      if (isInquiry) last = [path, body]
      const beside = isInquiry || last === null ? null : client.post(...last)
      const exchange = await client.post(path, body)
      await beside
      return exchange
    },
    drop: () => client.drop(),
    close: () => client.close(),
  }
}

/** A clock that stands still, as a machine's may after a sleep: what waits by it waits for ever. */
function clockStops(ports: Ports): Ports {
  const { clock } = ports
  const [wallMs, monotonicMs] = [clock.nowMs(), clock.monotonicMs()]
  return { ...ports, clock: { ...clock, nowMs: () => wallMs, monotonicMs: () => monotonicMs, sleep: clock.sleep } }
}

/** A notice that is asked for by its number never comes: what was lost on the way stays lost. */
const neverByNumber = (ports: Ports): Ports =>
  withGateway(ports, {
    notice: async (noticeId) => {
      const answer = await ports.gateway.notice(noticeId)
      return noticeId === null || noticeId === '0' || answer.type !== 'notice' ? answer : { type: 'none' }
    },
  })

const withInbox = (ports: Ports, changes: Partial<Inbox>): Ports => ({
  ...ports,
  inbox: { ...ports.inbox, ...changes },
})

/** A fact that is learnt keeps the amount that the mirror had. */
function amountsNotLearnt(ports: Ports): Ports {
  const { orders } = ports
  const learn: OrderStore['learn'] = (asRead, fact, nowMs) => {
    const heldYen = orders.find([asRead.orderId])[0]?.heldAmountYen
    return orders.learn(asRead, { ...fact, amountYen: heldYen ?? fact.amountYen }, nowMs)
  }
  return withOrders(ports, { learn })
}

/** Paygent's answer is made to fit the word of the person who settles. */
const fittingWord = (ports: Ports): Ports =>
  withGateway(ports, {
    inquire: async (key) => {
      const answer = await ports.gateway.inquire(key)
      if (answer.type !== 'told') return answer
      return { type: 'told', fact: { ...answer.fact, status: answer.fact.status === '32' ? '32' : '40' } }
    },
  })

/** Paygent's word that it has several payments is taken for none that matters. */
const severalIgnored = (ports: Ports): Ports =>
  withGateway(ports, {
    inquire: async (key) => {
      const answer = await ports.gateway.inquire(key)
      const several = answer.type === 'rejected' && answer.code === '13002' && !('paymentId' in key)
      return several ? { ...answer, code: '13001' } : answer
    },
  })

/** The total before is forgotten, so that nothing brings the shop's back. */
class ForgetfulAmendments extends Connection {
  constructor({ path, db }: Connection) {
    super(path, db)
  }
  override run(sql: string, ...values: unknown[]): { changes: number; id: number } {
    if (!sql.startsWith('UPDATE orders SET total_yen = ?') || !sql.includes('touched = iif'))
      return super.run(sql, ...values)
    const [total, , , ...rest] = values
    return super.run(sql, total, null, null, ...rest)
  }
}

type ShopPorts = Omit<Ports, 'desk'> & { readonly desk: ShopDesk }

/** In worlds whose shop has a database within reach. */
const withDesk =
  (change: (ports: ShopPorts) => Partial<ShopDesk>): Plant['ports'] =>
  (ports) => {
    const { desk } = ports
    return desk === null ? ports : { ...ports, desk: { ...desk, ...change({ ...ports, desk }) } }
  }

const withShop = (change: (shop: Shop, ports: ShopPorts) => Partial<Shop>): Plant['ports'] =>
  withDesk((ports) => ({ shop: { ...ports.desk.shop, ...change(ports.desk.shop, ports) } }))

/** The shop's row as the last pull brought it. */
function pulledReading({ orders, desk }: ShopPorts, orderId: string): ShopReading | null {
  const [order] = orders.find([orderId])
  const asRead = desk.rows.asRead(orderId)
  if (order === undefined || asRead === null) return null
  const { method, carrier, paymentId, status, shippedAt, orderStatus } = order
  const row = { orderId, method, carrier, paymentId, status, shippedAt, orderStatus, totalYen: asRead.totalYen }
  return { type: 'order', row, asRead, errorText: null }
}

const looksAtTheMirror = withShop((shop, ports) => ({
  readOne: async (orderId) => (await shop.readOne(orderId), pulledReading(ports, orderId)),
}))

/** Whether the lock was got is not looked at, and a look goes without it. */
const withoutShopLock = withDesk((ports) => {
  const { shop, shopLock } = ports.desk
  const look: Shop['readOne'] = (orderId) => shop.readOne(orderId).catch(() => pulledReading(ports, orderId))
  const free: ShopDesk['shopLock'] = {
    acquire: () => Promise.resolve(true),
    owner: () => shopLock.owner(),
    release: () => shopLock.release(),
  }
  return { shop: { ...shop, readOne: look }, shopLock: free }
})

/** The shop is noted as told of all that is owed to the order before its row is written. */
const toldBeforeWritten = withDesk(({ desk, clock }) => {
  const { shop, rows } = desk
  const write: Shop['write'] = (result, isErrorRead) => {
    const owed = rows.unreported([result.orderId]).flatMap(({ attempts }) => attempts.map(({ attemptId }) => attemptId))
    rows.markReported(result.orderId, owed, 'written', result, clock.nowMs())
    return shop.write(result, isErrorRead)
  }
  const told: ShopRecords['markReported'] = (orderId, attemptIds, fate, ...rest) => {
    if (fate === 'superseded') rows.markReported(orderId, attemptIds, fate, ...rest)
  }
  return { shop: { ...shop, write }, rows: { ...rows, markReported: told } }
})

/** An open attempt passes for accepted, as if only the telegram mattered. */
const openTakenForAccepted = withDesk(({ desk, journal }) => ({
  rows: {
    ...desk.rows,
    unreported: (orderIds) => {
      const open = journal.openAttempts(orderIds)
      const owed = desk.rows.unreported(orderIds).map((order) => ({ ...order, hasOpenOutcome: false }))
      return owed.concat(
        open.flatMap(({ attemptId, orderId, telegram, paymentId }) => {
          const attempts = [
            { attemptId, telegram, kind: telegram, paymentId, outcome: 'accepted', ...NOTHING_SAID } as const,
          ]
          const asRead = desk.rows.asRead(orderId)
          return [{ orderId, kind: telegram, paymentId, asRead, attempts, ...NOTHING_WAITS }]
        }),
      )
    },
  },
}))
const NOTHING_SAID = { newPaymentId: null, code: null, detail: null }
const NOTHING_WAITS = { hasOpenOutcome: false, attention: false, conflict: false }

/** The library waits for ever for a server that says nothing. */
async function orForEver<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work
  } catch (error) {
    if (error instanceof AppError && error.params['problem'] === 'ETIMEDOUT') return new Promise<never>(() => undefined)
    throw error
  }
}

const onlyIn =
  (command: Command, change: (ports: Ports) => Ports): Plant['ports'] =>
  (ports, { operation }) =>
    operation === command ? change(ports) : ports

/** Every answer is read through it. */
const rereading =
  (change: (exchange: Answered, body: Buffer) => Answered) =>
  (client: Client): Client => ({
    async post(path, body) {
      const exchange = await client.post(path, body)
      return exchange.type === 'answered' ? change(exchange, body) : exchange
    },
    drop: () => client.drop(),
    close: () => client.close(),
  })
type Answered = Extract<TransportResult, { type: 'answered' }>

/** The fields that show an answer to be an inquiry's are not looked at. */
const inquiryForSale = rereading((exchange, body) => {
  if (!/telegram_kind=(02|10)/.test(body.toString('latin1'))) return exchange
  const told = exchange.answer.body.toString('latin1').replaceAll(/payment_(status|amount)=.*\r\n/g, '')
  return { ...exchange, answer: { ...exchange.answer, body: Buffer.from(told, 'latin1') } }
})

/** The rules, filters and fences say whatever they said when the plan was made. */
function rulesNotAskedAgain(ports: Ports): Ports {
  const lax = (step: Step): Step => {
    const { operation, rules } = step.asked
    return { ...step, asked: { operation, rules: { ...rules, includeCancelled: true }, filter: {} }, origin: 'named' }
  }
  const { journal } = ports
  return withJournal(ports, {
    advance: (runId, settled, next, atMs) => journal.advance(runId, settled, next && lax(next), atMs),
  })
}

/** Before a run, after a silence, an earlier answer about another order passes for one of now. */
function earlierAnswers({ gateway, journal, ...ports }: Ports): Ports {
  const told = new Map<string, InquiryAnswer>()
  let hasBegun = false
  const beginRun: Journal['beginRun'] = (run) => {
    hasBegun = true
    return journal.beginRun(run)
  }
  let silent: string | null = null
  const inquire: Gateway['inquire'] = async (key) => {
    if (hasBegun) return gateway.inquire(key)
    const earlier = silent === null || silent === key.tradingId ? undefined : told.get(key.tradingId)
    silent = null
    if (earlier !== undefined) return earlier
    const answer = await gateway.inquire(key)
    if (answer.type === 'told') told.set(key.tradingId, answer)
    if (answer.type === 'silent') silent = key.tradingId
    return answer
  }
  return withGateway({ ...ports, gateway, journal: { ...journal, beginRun } }, { inquire })
}

/** A refusal by Paygent in a run passes for a request that was not sent. */
const refusedLeftUndone = onlyIn('rest', (ports) =>
  withJournal(ports, {
    items: (runId) =>
      ports.journal.items(runId).map((item) => (item.outcome === 'rejected' ? { ...item, outcome: 'unsent' } : item)),
  }),
)

/** Whatever the order has by now passes for what the run has sold. */
const undoesAnySale = onlyIn('undo', (ports) =>
  withJournal(ports, {
    items: (runId) =>
      ports.journal.items(runId).map((item) => ({
        ...item,
        outcome: 'accepted',
        telegram: item.order.kind as NonNullable<typeof item.telegram>,
        newPaymentId: item.order.paymentId,
        movement: null,
        acceptedLater: false,
      })),
  }),
)

/** The filters of a past run are forgotten, and each of its orders counts as named. */
const restNamesItsOrders = onlyIn('rest', (ports) =>
  withJournal(ports, {
    choiceOf: (runId) => {
      const choice = ports.journal.choiceOf(runId)
      const named = [...(choice?.orders.keys() ?? [])].map((id) => [id, { origin: 'named', mark: null }] as const)
      return choice && { filter: {}, orders: new Map(named) }
    },
  }),
)

/** Reads the entry of every plan file with this change. */
class ChangedPlanFiles extends Connection {
  constructor(
    { path, db }: Connection,
    private readonly change: (row: PlanRow, db: Connection['db']) => Partial<PlanRow>,
  ) {
    super(path, db)
  }
  override get<Found>(sql: string, ...values: unknown[]): Found | undefined {
    const row = super.get<Found>(sql, ...values)
    if (row === undefined || !sql.startsWith('SELECT * FROM plans')) return row
    return { ...row, ...this.change(row as unknown as PlanRow, this.db) }
  }
}

const planFilesRead = (change: ConstructorParameters<typeof ChangedPlanFiles>[1]): Partial<Plant> => ({
  parts: { ...SOUND, connection: (sound) => new ChangedPlanFiles(sound, change) },
})

/** The hash of a plan file is not looked at. */
const editedTaken = onlyIn('approved', (ports) => {
  const asEntered = (approval: Approval): Approval => ({ ...approval, sha256: ENTERED.get(approval.planId) ?? '' })
  return {
    ...withJournal(ports, {
      beginRun: ({ approval, ...run }) =>
        ports.journal.beginRun({ ...run, ...(approval !== undefined && { approval: asEntered(approval) }) }),
    }),
    plans: { ...ports.plans, usable: (approval, nowMs) => ports.plans.usable(asEntered(approval), nowMs) },
  }
})
const ENTERED = new Map<string, string>()

/** Notes the hash of each plan file, for whoever does not look at it. */
const noted = (ports: Ports): Ports => ({
  ...ports,
  plans: {
    ...ports.plans,
    enter: (plan) => {
      ENTERED.set(plan.planId, plan.sha256)
      ports.plans.enter(plan)
    },
  },
})

export const PLANTED: readonly Planted[] = [
  planted('journal after send', ['intent-on-disk'], { ports: journalAfterSend }),
  planted('synchronous NORMAL', ['intent-lost'], {
    parts: { ...SOUND, connection: (sound) => new Unsynced(sound) },
  }),
  planted('lock left out', ['one-holder'], {
    parts: { ...SOUND, lock: (path, holders) => new NoLock(path, holders) },
  }),
  planted('token of the lock not looked at', ['not-the-holder'], {
    parts: { ...SOUND, lock: (path, holders) => new NoToken(path, holders) },
  }),
  planted('living holder without its file not looked for', ['one-holder'], {
    parts: { ...SOUND, markOf: () => () => null },
  }),
  planted('time-out taken for failure', ['booked-unasked'], {
    ports: changedAnswers((answer) =>
      answer.type === 'unclear' && answer.fault.kind === 'timeout' ? refusal(answer.fault) : answer,
    ),
  }),
  planted('reset taken for unsent', ['lied'], {
    ports: changedAnswers((answer) => (isReset(answer) && 'fault' in answer ? { ...answer, type: 'unsent' } : answer)),
  }),
  planted('silence taken for success', ['false-acceptance', 'sent-in-the-dark'], {
    ports: (ports) =>
      withGateway(ports, {
        send: async (request) => {
          const answer = await ports.gateway.send(request)
          const isNew = request.telegram === '029' || request.carrier === 'docomo'
          if (answer.type !== 'unclear' || isNew) return answer
          return { type: 'accepted', paymentId: request.paymentId, newPaymentId: null }
        },
      }),
  }),
  planted('retry on reset', ['one-telegram-per-attempt'], {
    ports: repeating((telegram, answer) => telegram !== '029' && telegram !== '103' && isReset(answer)),
  }),
  planted('029 sent again', ['corrected-twice'], {
    ports: repeating((telegram, answer) => telegram === '029' && answer.type === 'unclear'),
  }),
  planted('retry after any code', ['retried'], {
    ports: changedAnswers((answer) =>
      answer.type === 'rejected' && answer.handling === 'inquire' ? { ...answer, handling: 'busy' } : answer,
    ),
  }),
  planted('held amount taken from the shop', ['amount', 'books', 'synced'], { ports: amountOfShop }),
  planted('refusal after unknown booked at once', ['booked-unasked'], {
    plan: (plan) => ({ ...plan, steps: plan.steps.map((step) => ({ ...step, resend: false })) }),
    ports: changedAnswers((answer) => (answer.type === 'rejected' ? { ...answer, handling: 'malformed' } : answer)),
  }),
  planted('settle time ignored', ['settled-too-early', 'overtaking'], {
    options: (options) => ({ ...options, settleMs: 0 }),
  }),
  planted("the inquiry's word that it has moved ignored", ['lied', 'books', 'stale-plan'], { ports: movedIgnored }),
  planted('recovery at start left out', ['sent-in-the-dark'], {
    ports: (ports, { operation }) =>
      operation === 'reconcile' ? ports : withJournal(ports, { openAttempts: () => [] }),
  }),
  planted('an earlier answer shows that Paygent answers now', ['sent-in-the-dark'], { ports: earlierAnswers }),
  planted('opposite request not held back', ['opposite-too-soon'], {
    rules: (rules) => ({ ...rules, afterUnknown: true }),
  }),
  planted('late arrivals not looked for', ['books', 'captured-twice'], {
    ports: (ports) => ({ ...ports, issues: { ...ports.issues, timedOut: () => [] } }),
  }),
  planted('finished orders not compared', ['audited'], {
    ports: (ports) => ({ ...ports, issues: { ...ports.issues, changedSince: () => new Set() } }),
  }),
  planted('one of several payments taken', ['unnamed'], { ports: firstOfSeveral }),
  planted('one silent order taken for a dead gateway', ['odd-order'], {
    ports: (ports) =>
      withGateway(ports, {
        inquire: async (key) => {
          const answer = await ports.gateway.inquire(key)
          if (answer.type !== 'silent') return answer
          return { type: 'silent', fault: { ...answer.fault, kind: 'refused', phase: 'connect' } }
        },
      }),
  }),
  planted("an inquiry's answer taken for a sale's", ['false-acceptance', 'lied', 'books'], { client: inquiryForSale }),
  planted('a refusal on a kept connection booked at once', ['booked-unasked', 'lied'], {
    client: rereading((exchange) => ({ ...exchange, reused: false })),
  }),
  planted('an inquiry after an entry passes for the entry', ['trail'], {
    parts: { ...SOUND, connection: (sound) => new StaleEntries(sound) },
  }),
  planted('every cancel counts as a release', ['money'], {
    parts: { ...SOUND, connection: (sound) => new AlwaysAuthorised(sound) },
  }),
  planted('recheck in the transaction left out', ['stale-plan'], { ports: recheckLeftOut }),
  planted('looks kept in a cache', ['unasked'], { ports: looksKept }),
  planted('old amounts taken for new ones', ['old-amount'], { ports: amountsAlwaysNew }),
  planted('what a cancel found not asked', ['not-asked-after'], {
    ports: (ports) => withJournal(ports, { noteAfter: () => undefined }),
  }),
  planted('an inquiry beside a request', ['asks-beside-money'], { client: asksBeside }),
  planted('101 waited for without a deadline', ['hangs'], { client: withoutDeadline }),
  planted('a settle time that is never over', ['hangs'], { ports: onlyIn('reconcile', clockStops) }),
  planted('cut-off not heeded', ['too-late'], {
    options: (options) => ({ ...options, untilMs: null }),
  }),
  planted('cut-off of the night not heeded', ['too-late'], {
    night: (wishes) => ({ ...wishes, sending: { ...wishes.sending, untilMs: wishes.sending.untilMs + 60 * 60_000 } }),
  }),
  planted('limits of the night not heeded', ['over-the-limit'], {
    night: (wishes) => ({ ...wishes, limits: { ...wishes.limits, maxOrders: null } }),
  }),
  planted('the night sells what is not shipped', ['not-chosen'], {
    night: (wishes) => ({ ...wishes, shippedOnly: false }),
  }),
  planted('lost notices not asked for by their numbers', ['notice-lost', 'synced'], { ports: neverByNumber }),
  planted('notices kept and not looked at', ['synced'], { ports: (ports) => withInbox(ports, { pending: () => [] }) }),
  planted('new amounts not learnt', ['synced', 'audited', 'amount', 'books'], { ports: amountsNotLearnt }),
  planted('what a sync found not taken', ['synced'], {
    ports: onlyIn('sync', (ports) => ({ ...ports, issues: { ...ports.issues, take: () => undefined } })),
  }),
  planted("a person's word taken against Paygent's", ['against-paygent', 'false-acceptance', 'lied'], {
    ports: onlyIn('settle', fittingWord),
  }),
  planted('a word taken although 13002 hides a payment', ['captured-twice', 'lied', 'books'], {
    ports: onlyIn('settle', severalIgnored),
  }),
  planted('a correction that broke off taken for refused', ['lied', 'captured-twice', 'books'], {
    ports: changedAnswers((answer) =>
      answer.type === 'half-done'
        ? { type: 'rejected', code: answer.code, detail: answer.detail, handling: 'rejected' }
        : answer,
    ),
  }),
  planted("the shop's total forgotten in an amendment", ['amended'], {
    parts: { ...SOUND, connection: (sound) => new ForgetfulAmendments(sound) },
  }),
  planted('a sleep not noticed', ['slept'], { ports: sleepless }),
  planted("the row of the last pull taken for the shop's", ['shop-called-off'], { ports: looksAtTheMirror }),
  planted("the shop's lock left out", ['shop-unlocked'], { ports: withoutShopLock }),
  planted('a row that is not taken counts as written', ['shop-lost'], {
    ports: withShop((shop) => ({
      write: async (result, isErrorRead) => {
        const written = await shop.write(result, isErrorRead)
        return written.type === 'failed' ? { type: 'written' } : written
      },
    })),
  }),
  planted('a row that has moved counts as written', ['shop-lost'], {
    ports: withShop((shop) => ({
      write: async (result, isErrorRead) => {
        const written = await shop.write(result, isErrorRead)
        return written.type === 'moved' ? { type: 'already' } : written
      },
    })),
  }),
  planted('the shop noted as told before its row is written', ['shop-lost'], { ports: toldBeforeWritten }),
  planted('what is open told to the shop as accepted', ['shop-invented'], { ports: openTakenForAccepted }),
  planted('a row that is not taken ends the push', ['shop-stops'], {
    ports: withShop((shop) => ({
      write: async (result, isErrorRead) => {
        const written = await shop.write(result, isErrorRead)
        if (written.type === 'failed') throw new AppError('shop-failed', { place: '', problem: written.code })
        return written
      },
    })),
  }),
  planted('a silent shop waited for without a deadline', ['hangs'], {
    ports: withShop((shop) => ({
      readOne: (orderId) => orForEver(shop.readOne(orderId)),
      write: (result, isErrorRead) => orForEver(shop.write(result, isErrorRead)),
      others: (orderIds) => orForEver(shop.others(orderIds)),
    })),
  }),
  planted('a hold looked at in the plan alone', ['held'], {
    parts: { ...SOUND, connection: (sound) => new HoldsUnseen(sound) },
    ports: holdsOfThePlan,
  }),
  planted('rules not asked again before sending', ['called-off', 'not-chosen'], { ports: rulesNotAskedAgain }),
  planted('what was refused taken for the rest of a run', ['not-left-undone'], { ports: refusedLeftUndone }),
  planted('the filters of a run forgotten in its rest', ['not-chosen'], { ports: restNamesItsOrders }),
  planted('an undo that cancels what the order has now', ['not-its-sale'], { ports: undoesAnySale }),
  planted(
    'a plan file that is never used up',
    ['plan-twice'],
    planFilesRead((_row, db) => {
      // The mirror itself refuses it as well.
      db.exec('DROP TRIGGER IF EXISTS plans_are_used_once')
      return { run_id: null }
    }),
  ),
  planted(
    'a plan file that never grows old',
    ['plan-old'],
    planFilesRead((_row, db) => ({
      made_ms: Number(db.prepare('SELECT max(at_ms) FROM journal').pluck().get()),
    })),
  ),
  planted(
    'a plan file sent by its author',
    ['plan-same-person'],
    planFilesRead(() => ({ os_user: '', sudo_user: null })),
  ),
  planted('a plan file that somebody has edited', ['unapproved'], {
    ports: (ports, start) => editedTaken(noted(ports), start),
  }),
  planted('a plan that differs from its file', ['unapproved'], {
    approved: (approved) => ({ ...approved, document: { ...approved.document, orders: [] } }),
  }),
]
