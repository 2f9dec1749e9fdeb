// Provides the ports of a program of a world: the real ones, with a step before and after each action at which the
// program may be killed, and with the checkers observing.
import type { Answer, InquiryAnswer, InquiryKey } from '../../src/domain/answer.js'
import type { ImportRow } from '../../src/domain/shop.js'
import type { Step } from '../../src/domain/run.js'
import { gatewayOver } from '../../src/gateway/gateway.js'
import type {
  OpenIssues,
  Clock,
  Gateway,
  Inbox,
  Inquirer,
  MachineState,
  OrderStore,
  RunLock,
  Shop,
  ShopRecords,
} from '../../src/ports.js'
import { SIMULATOR_LOGIN } from '../../src/simulator/telegram.js'
import { checkAmended, checkBooked } from './booking-checks.js'
import { Network } from './network.js'
import type { Ports } from './plant.js'
import { never, type Program } from './program.js'
import type { ShopLink } from './shop.js'
import { checkSuperseded, checkWrite } from './shop-checks.js'
import type { World } from './world.js'

/** P0xx: Paygent has looked at nothing, so there is nothing to ask. */
const AT_THE_DOOR = /^P0/

export function watchedPorts(program: Program): Ports {
  return {
    gateway: watchedGateway(program),
    orders: watchedOrders(program),
    journal: watchedJournal(program),
    issues: watchedBooks(program),
    inbox: watchedInbox(program),
    lock: watchedLock(program),
    state: KNOWN,
    clock: watchedClock(program),
    desk: program.link && {
      shop: watchedShop(program, program.link),
      rows: watchedRows(program),
      shopLock: program.link,
    },
    amend: watchedAmend(program),
    plans: watchedPlans(program),
  }
}

const said = (answer: Answer): string => ('code' in answer ? `${answer.type} ${answer.code}` : answer.type)

function watchedGateway(program: Program): Gateway {
  const { world } = program
  const open = () => world.plant.client(new Network(program))
  const real = gatewayOver(open, SIMULATOR_LOGIN, program.desk.clock, world.inquiries)
  const listen =
    (inquirer: Inquirer, alone: boolean): Inquirer['inquire'] =>
    async (key) => {
      await program.step('before an inquiry')
      const answer = await inquirer.inquire(key)
      noteAnswer(program, key, answer, alone)
      return answer
    }
  return {
    send: async (request) => {
      if (program.dead) return never()
      const count = world.sent.length
      const answer = await real.send(request)
      const sent = world.sent[count]
      if (sent) sent.seen = said(answer)
      world.tell(() => `  program ${program.number} sees: ${said(answer)}`)
      const settled = answer.type === 'accepted' || answer.type === 'unsent' || answer.type === 'half-done'
      const atTheDoor = answer.type === 'rejected' && AT_THE_DOOR.test(answer.code) && sent?.misplaced !== true
      if (!settled && !atTheDoor) world.doubt(request)
      return answer
    },
    inquire: listen(real, true),
    ahead: (keys, alone) => ({ inquire: listen(real.ahead(keys, alone), false) }),
    quiet: () => real.quiet(),
    notice: async (noticeId) => {
      await program.step('before a notice')
      return real.notice(noticeId)
    },
    close: () => real.close(),
  }
}

/**
 * Notes what the program knows by the answer, and as of when: the time at which the inquiry was read at Paygent.
 * @param alone an answer that may have waited for its turn is not one of a moment ago
 */
function noteAnswer(program: Program, key: InquiryKey, answer: InquiryAnswer, alone: boolean): void {
  const { world } = program
  program.hears(key.tradingId, answer)
  const told = answer.type === 'told' || (answer.type === 'rejected' && answer.handling === 'rejected')
  if (told && 'paymentId' in key) world.doubts.delete(key.paymentId)
  if (answer.type === 'told') {
    const { paymentId } = answer.fact
    world.everToldMs.set(paymentId, program.readMs(key))
    world.heardMs.set(paymentId, world.time.nowMs())
    world.notTaken.delete(paymentId)
    program.unwritten.add(paymentId)
    if (alone && world.holders.has(program)) world.toldMs.set(paymentId, world.time.nowMs())
  }
  world.tell(() => {
    const fact = answer.type === 'told' ? `${answer.fact.status} ${answer.fact.amountYen} yen` : ''
    return `  program ${program.number} is told: ${answer.type} ${'code' in answer ? answer.code : fact}`
  })
}

function watchedOrders(program: Program): OrderStore {
  const { orders } = program.desk
  return {
    statuses: orders.statuses,
    find: (orderIds) => program.reading(() => orders.find(orderIds)),
    list: (filter, page) => program.reading(() => orders.list(filter, page)),
    count: (filter) => program.reading(() => orders.count(filter)),
    learn: (asRead, fact, nowMs) =>
      program.writing(
        'learn',
        () => orders.learn(asRead, fact, nowMs),
        (isTaken) => {
          program.unwritten.delete(fact.paymentId)
          if (!isTaken) program.world.notTaken.add(fact.paymentId)
        },
      ),
    awaitNaming: (asRead) => program.writing('awaitNaming', () => orders.awaitNaming(asRead)),
  }
}

function watchedJournal(program: Program): Ports['journal'] {
  const { world } = program
  const { journal } = program.desk
  return {
    beginRun: (run) =>
      program.writing(
        'beginRun',
        () => journal.beginRun(run),
        (runId) => program.begins(runId, run.startedMs),
      ),
    endRun: (runId, state, atMs, unattended) =>
      program.writing('endRun', () => journal.endRun(runId, state, atMs, unattended)),
    advance: (runId, settled, next, atMs) =>
      program.writing(
        'advance',
        () => journal.advance(runId, settled, next, atMs),
        (advanced) => {
          const refused =
            advanced.type === 'changed' && settled !== null && isSameOrder(program, settled.attemptId, next)
          if (settled !== null && !refused) checkBooked(world, settled, isSameOrder(program, settled.attemptId, next))
        },
      ),
    refuse: (runId, position, reason, about) =>
      program.writing('refuse', () => journal.refuse(runId, position, reason, about)),
    noteAfter: (attemptId, after) => program.writing('noteAfter', () => journal.noteAfter(attemptId, after)),
    settle: (settlement) =>
      program.writing(
        'settle',
        () => journal.settle(settlement),
        () => checkBooked(world, settlement, false),
      ),
    recover: (atMs, putBack) => program.writing('recover', () => journal.recover(atMs, putBack)),
    openAttempts: (orderIds) => program.reading(() => journal.openAttempts(orderIds)),
    assertHeld: () => program.reading(() => journal.assertHeld()),
    unasked: (orderIds) => program.reading(() => journal.unasked(orderIds)),
    stepOf: (attemptId) => program.reading(() => journal.stepOf(attemptId)),
    run: (runId) => program.reading(() => journal.run(runId)),
    items: (runId) => program.reading(() => journal.items(runId)),
    choiceOf: (runId) => program.reading(() => journal.choiceOf(runId)),
    unacknowledged: () => program.reading(() => journal.unacknowledged()),
    paceMs: () => program.reading(() => journal.paceMs()),
    lastEntryMs: () => program.reading(() => journal.lastEntryMs()),
  }
}

function watchedPlans(program: Program): Ports['plans'] {
  const { plans } = program.desk
  return {
    enter: (plan) => program.writing('enter', () => plans.enter(plan)),
    usable: (approval, nowMs) => program.reading(() => plans.usable(approval, nowMs)),
  }
}

/** Whether this try follows the other one on the same order. */
function isSameOrder({ world }: Program, attemptId: number, next: Step | null): boolean {
  if (next === null) return false
  return world.disk.books.attempts().some((one) => one.attemptId === attemptId && one.orderId === next.orderId)
}

function watchedBooks(program: Program): OpenIssues {
  const { books } = program.desk
  return {
    conflicts: (orderIds) => program.reading(() => books.conflicts(orderIds)),
    timedOut: (sinceMs) => program.reading(() => books.timedOut(sinceMs)),
    timedOutCorrections: (sinceMs) => program.reading(() => books.timedOutCorrections(sinceMs)),
    changedSince: (sinceMs) => program.reading(() => books.changedSince(sinceMs)),
    forAPerson: () => program.reading(() => books.forAPerson()),
    attentionAttempts: (orderIds) => program.reading(() => books.attentionAttempts(orderIds)),
    payments: (orderId) => program.reading(() => books.payments(orderId)),
    paymentsBefore: (attemptId) => program.reading(() => books.paymentsBefore(attemptId)),
    take: (booking) =>
      program.writing(
        'take',
        () => books.take(booking),
        () => {
          program.world.tell(() => `  booked: order ${booking.orderId}, ${booking.event}, ${booking.detail ?? ''}`)
          const { event, orderId, currentPaymentId } = booking
          const { methodText } = program.world.shopOrder(orderId).row
          if (event === 'settled-by-hand' && methodText !== undefined)
            program.world.settledTexts.set(orderId, methodText)
          if (event === 'settled-by-hand' && currentPaymentId !== null) {
            program.world.givenByHand.add(currentPaymentId)
            program.world.unnamed.delete(program.world.shopOrder(orderId).tradingId)
          }
          for (const { paymentId } of booking.facts) program.unwritten.delete(paymentId)
          const byHand = event === 'settled-by-hand'
          if (booking.settles !== null) checkBooked(program.world, booking.settles.settlement, false, byHand)
        },
      ),
    audited: (counts, atMs) => program.writing('audited', () => books.audited(counts, atMs)),
  }
}

function watchedInbox(program: Program): Inbox {
  const { inbox } = program.desk
  return {
    lastId: () => program.reading(() => inbox.lastId()),
    missing: (limit) => program.reading(() => inbox.missing(limit)),
    store: (notice, atMs) => program.writing('store', () => inbox.store(notice, atMs)),
    purged: (noticeId, atMs) => program.writing('purged', () => inbox.purged(noticeId, atMs)),
    unexplained: () => program.reading(() => inbox.unexplained()),
    explain: (atMs) => program.writing('explain', () => inbox.explain(atMs)),
    noteInVain: (orderId, atMs) => program.writing('noteInVain', () => inbox.noteInVain(orderId, atMs)),
    askedInVain: () => program.reading(() => inbox.askedInVain()),
    pending: () => program.reading(() => inbox.pending()),
    decide: (noticeId, fate, atMs) => program.writing('decide', () => inbox.decide(noticeId, fate, atMs)),
    ownerOf: (notice) => program.reading(() => inbox.ownerOf(notice)),
    ordersOfTrading: (tradingId) => program.reading(() => inbox.ordersOfTrading(tradingId)),
  }
}

/** The connection itself has its steps; here is looked at what goes into the shop. */
const watchedShop = (program: Program, link: ShopLink): Shop => ({
  name: link.name,
  count: () => link.count(),
  readings: () => link.readings(),
  readOne: (orderId) => link.readOne(orderId),
  others: (orderIds) => link.others(orderIds),
  write: (result, isErrorRead) => {
    checkWrite(program.world, result)
    return link.write(result, isErrorRead)
  },
  wake: () => link.wake(),
  close: () => link.close(),
})

function watchedRows(program: Program): ShopRecords {
  const { world } = program
  const { shopRows } = program.desk
  return {
    take: (readings, atMs) =>
      program.writing(
        'take of a pull',
        () => shopRows.take(readings, atMs),
        () => readings.forEach((reading) => reading.type === 'order' && pulled(world, reading.row)),
      ),
    beginPull: () => program.writing('beginPull', () => shopRows.beginPull()),
    finishPull: (seen, atMs) => program.writing('finishPull', () => shopRows.finishPull(seen, atMs)),
    unseen: (seen) => program.reading(() => shopRows.unseen(seen)),
    sharedPayments: () => program.reading(() => shopRows.sharedPayments()),
    asRead: (orderId) => program.reading(() => shopRows.asRead(orderId)),
    isErrorRead: (orderId, text) => program.reading(() => shopRows.isErrorRead(orderId, text)),
    namesAnotherMethod: (row) => program.reading(() => shopRows.namesAnotherMethod(row)),
    unreported: (orderIds) => program.reading(() => shopRows.unreported(orderIds)),
    markReported: (orderId, attemptIds, fate, write, atMs, note) =>
      program.writing(
        'told',
        () => shopRows.markReported(orderId, attemptIds, fate, write, atMs, note),
        () => fate === 'superseded' && checkSuperseded(world, orderId, attemptIds),
      ),
  }
}

/**
 * Keeps the row pulled last as what the shop says; another total takes the place of an amendment. Back at the one that an
 * amendment stands for, the shop only ends its dispute.
 */
function pulled(world: World, row: ImportRow): void {
  const order = world.shopOrder(row.orderId)
  if (row.totalYen !== order.row.totalYen) world.shopTotals.delete(row.orderId)
  const { amendedFromYen, conflict } = world.disk.books.order(row.orderId)
  if (!conflict && amendedFromYen === row.totalYen) world.shopTotals.set(row.orderId, row.totalYen)
  order.row = row
}

function watchedAmend(program: Program): Ports['amend'] {
  const { world, desk } = program
  return (orderId, totalYen, atMs) => {
    const before = world.disk.books.order(orderId)
    return program.writing(
      'amend',
      () => desk.journal.amend(orderId, totalYen, atMs),
      ({ type }) => {
        world.tell(() => `staff amend order ${orderId} to ${totalYen ?? 'what the shop says'}: ${type}`)
        if (type === 'amended') checkAmended(world, before, totalYen)
      },
    )
  }
}

function watchedLock(program: Program): RunLock {
  const { lock } = program.desk
  return {
    acquire: (command) =>
      program.writing(
        'acquire',
        () => lock.acquire(command),
        (got) => {
          if (!got) return
          program.world.robbed.delete(program.desk)
          program.holds()
        },
      ),
    owner: () => program.reading(() => lock.owner()),
    get heldElsewhere() {
      return [...program.world.holders].some((other) => other !== program)
    },
    release: () =>
      program.writing(
        'release',
        () => lock.release(),
        () => void program.world.holders.delete(program),
      ),
  }
}

/** No world puts a mirror back; what stands outside of it is tested by itself. */
const KNOWN: MachineState = {
  path: '',
  check: () => 'known',
  record: () => undefined,
  missed: () => undefined,
  lag: null,
}

/** The countdown of the second look is one step for a person, and so it is here. */
const TICKS_A_STEP = 40

function watchedClock(program: Program): Clock {
  const { clock } = program.desk
  let ticks = 0
  return {
    nowMs: clock.nowMs,
    monotonicMs: clock.monotonicMs,
    sleep: async (ms, signal) => {
      ticks += 1
      if (ms !== 1_000 || ticks % TICKS_A_STEP === 0) await program.step('before a pause')
      else if (program.dead) await never()
      await clock.sleep(ms, signal)
    },
  }
}
