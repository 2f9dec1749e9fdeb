// Applies the faults that hit a program from outside, and the changes that other people make to its orders meanwhile.
import type { Order } from '../../src/domain/order.js'
import { ALIVE } from '../../src/domain/statuses.js'
import type { Payment } from '../../src/simulator/ledger-payments.js'
import { addPayment, movePayment } from '../../src/simulator/machine.js'
import { settleTime } from '../../src/simulator/office.js'
import { correctCard, correctCarrier } from '../../src/simulator/telegrams.js'
import { checkAmended } from './booking-checks.js'
import type { Desk } from './desk.js'
import { Program } from './program.js'
import { changeShop } from './shop-deeds.js'
import { type BlowType, SHIPPED_AT } from './script.js'
import type { ShopOrder, World } from './world.js'

export async function strike(program: Program, blow: BlowType): Promise<void> {
  const { world, desk } = program
  switch (blow) {
    case 'kill':
      world.counts.crashes += 1
      return program.kill(false)
    case 'power-cut':
      world.counts.powerCuts += 1
      return program.kill(true)
    case 'disk-full':
      world.count('disk full')
      return desk.fill(world.random.below(3))
    case 'clock-jump':
      return jumpClock(world)
    case 'online':
      return changeOnline(world)
    case 'staff':
      return changeInShop(world)
    case 'shop':
      return world.shop === null ? undefined : changeShop(world, world.shop)
    case 'hold':
      return changeHold(world)
    case 'interrupt':
      return program.stop.abort()
    case 'no-wait':
      return program.leave.abort()
    case 'closed-pipe':
      program.leaves = true
      return
    case 'second-run':
      return runBeside(program)
    case 'lock-deleted':
      world.count('lock file deleted')
      world.disk.deleteLock()
      return runBeside(program)
    case 'lock-stolen':
      return stealLock(program)
    default:
      blow satisfies never
  }
}

/**
 * Another person starts the program on the same mirror. It comes to its end before the first one goes on, but for
 * inquiries that were under way already.
 */
function runBeside(program: Program): Promise<void> {
  const second = runSecond(program)
  program.beside.push(second)
  return second
}

async function runSecond(program: Program): Promise<void> {
  const { world, start, number } = program
  world.count('two programs at once')
  const beganMs = world.time.nowMs()
  const desk = world.openDesk(start.by)
  const operation = world.random.pick([start.operation, 'sale', 'cancel', 'reconcile'] as const)
  const second = new Program(world, desk, { ...start, operation, blows: [] }, number + 100)
  world.counts.starts += 1
  try {
    await second.run()
  } finally {
    program.elsewhereMs += world.time.nowMs() - beganMs
    desk.close(false)
  }
}

/** Clumsy hands, or a program of another container that has the same number: the row is not ours any more. */
function stealLock({ world, desk }: Program): void {
  world.count('lock taken by another')
  const hands = world.openDesk()
  const { connection } = hands
  connection.write(() => connection.run(`UPDATE holder SET token = 'another'`))
  world.disk.written(connection)
  hands.close(false)
  world.robbed.add(desk)
}

const JUMPS_MS = [3_000, 30_000, 10 * 60_000, 26 * 60 * 60_000] as const

export function jumpClock(world: World): void {
  const byMs = world.random.pick(JUMPS_MS) * (world.random.chance(0.4) ? -1 : 1)
  world.count('clock jump')
  world.tell(() => `the clock is put by ${byMs} ms`)
  world.wall.jump(byMs)
}

const AUTHORISED = ['20', '21']
export const isAuthorised = ({ status }: Payment): boolean => AUTHORISED.includes(status)

/** Staff work in Paygent Online, past this program and its mirror: they sell, cancel, correct, or change an amount. */
export function changeOnline(world: World): void {
  const { ledger, random, time } = world
  world.count('Paygent Online')
  ledger.atomically(() => {
    settleTime(ledger, time.nowMs())
    const payments = ledger.payments.all().filter(({ status }) => [...AUTHORISED, '40', '44'].includes(status))
    if (payments.length === 0) return
    const payment = random.pick(payments)
    const deed = random.pick(AUTHORISED.includes(payment.status) ? DEEDS.authorised : DEEDS.sold)
    world.tell(() => `Paygent Online: ${deed} ${payment.paymentId} (${payment.status})`)
    doOnline(world, payment, deed)
  })
}

/** Where a correction has left two payments alive, staff end one of them in Paygent Online, as the advice says. */
export function mendOnline(world: World): void {
  const { ledger, refundRandom: random, time } = world
  ledger.atomically(() => {
    settleTime(ledger, time.nowMs())
    for (const { tradingId } of world.orders) {
      const alive = ledger.payments.ofTrading(tradingId).filter(({ status }) => ALIVE.includes(status))
      const made = alive.find(({ basePaymentId }) => alive.some(({ paymentId }) => paymentId === basePaymentId))
      const old = alive.find(({ paymentId }) => paymentId === made?.basePaymentId)
      if (made === undefined || old === undefined) continue
      const keepsOld = random.chance(0.5)
      world.tell(
        () => `Paygent Online: ${keepsOld ? 'nothing is refunded of' : 'the new payment is kept of'} ${tradingId}`,
      )
      if (!keepsOld && isAuthorised(made)) doOnline(world, made, 'sell')
      doOnline(world, keepsOld ? made : old, 'cancel')
    }
  })
}

/** The deeds that can be done to a payment in Paygent Online. */
const DEEDS = {
  authorised: ['sell', 'cancel', 'correct', 'amount'],
  sold: ['cancel', 'cancel', 'amount'],
} as const
type Deed = (typeof DEEDS)[keyof typeof DEEDS][number]

/** Paygent Online takes no amount of nothing: all that is held is cancelled instead. */
export function doOnline({ ledger, time, random }: World, payment: Payment, deed: Deed): void {
  const occasion = { atMs: time.nowMs(), by: 'online' }
  const released = AUTHORISED.includes(payment.status) && payment.carrier !== 'docomo'
  switch (deed) {
    case 'sell':
      return void movePayment(ledger, payment, { status: '40' }, occasion)
    case 'cancel':
      return void movePayment(ledger, payment, { status: released ? '32' : '60' }, occasion)
    case 'correct': {
      const amountYen = payment.amountYen - 100
      if (amountYen <= 0) return
      if (payment.method === 'credit') correctCard(ledger, payment, amountYen, occasion)
      else correctCarrier(ledger, payment, amountYen, occasion)
      return
    }
    case 'amount': {
      // An authorisation is changed either way, of a sale a part is given back.
      const byYen = AUTHORISED.includes(payment.status) && random.chance(0.5) ? 200 : -200
      const amountYen = payment.amountYen + byYen
      return amountYen <= 0 ? undefined : void movePayment(ledger, payment, { amountYen }, occasion)
    }
    default:
      deed satisfies never
  }
}

/** Staff change an order: they amend it here, or they change it in the shop; where that has no database they import its CSV. */
export function changeInShop(world: World): void {
  const { random, disk, shop } = world
  if (shop !== null && shop.random.chance(0.5)) return changeShop(world, shop)
  const desk = world.openDesk()
  try {
    // As the commands do: whoever finds the lock held changes nothing.
    if (!desk.lock.acquire('amend')) return world.tell(() => 'staff find the mirror locked')
    if (shop !== null || random.chance(0.5)) amend(world, desk)
    else importChanged(world, desk)
    disk.written(desk.connection)
    desk.lock.release()
  } finally {
    desk.close(false)
  }
}

/** Staff put an order on hold, or undo that, at any time: no command of theirs waits for the lock. */
export function changeHold(world: World): void {
  const { holdRandom: random, onHold } = world
  const { orderId } = random.pick(world.orders).row
  const undo = onHold.has(orderId) && random.chance(0.6)
  world.count(undo ? 'a hold undone' : 'put on hold')
  world.tell(() => `staff ${undo ? 'undo the hold of' : 'put on hold'} order ${orderId}`)
  if (undo) return undoHold(world, orderId)
  writeHold(world, (desk) => desk.holds.place(orderId, 'to be looked at', desk.clock.nowMs()))
  onHold.set(orderId, world.disk.books.lastSeq())
}

export function undoHold(world: World, orderId: string): void {
  writeHold(world, (desk) => desk.holds.undo(orderId, null, desk.clock.nowMs()))
  world.onHold.delete(orderId)
}

function writeHold(world: World, write: (desk: Desk) => unknown): void {
  const desk = world.openDesk()
  try {
    write(desk)
    world.disk.written(desk.connection)
  } finally {
    desk.close(false)
  }
}

/** The shop calls a payment dead, rightly or not. */
export function callOver(world: World): void {
  const { random, disk, shop } = world
  const order = random.pick(world.orders)
  const status = random.pick(['32', '33', '60'])
  world.count('called over in the shop')
  world.tell(() => `the shop says that the payment of order ${order.row.orderId} is at ${status}`)
  if (shop !== null) return shop.change(order.row.orderId, { status })
  order.row = { ...order.row, status }
  const desk = world.openDesk()
  try {
    desk.import([order.row])
    disk.written(desk.connection)
  } finally {
    desk.close(false)
  }
}

/** The parcel of an order comes back, and the shop takes its date of shipping out. */
export function unship(world: World): void {
  const { pastRandom: random, disk, orders, shop } = world
  const shipped = orders.filter(({ row }) => row.shippedAt !== null)
  if (shipped.length === 0) return
  const order = random.pick(shipped)
  world.count('a parcel came back')
  world.tell(() => `the parcel of order ${order.row.orderId} comes back`)
  const live = shop?.rows.get(order.row.orderId)
  if (shop !== null && live !== undefined)
    return shop.put(live.row.orderId, { ...live, row: { ...live.row, shippedAt: null } })
  order.row = { ...order.row, shippedAt: null }
  const desk = world.openDesk()
  try {
    desk.import([order.row])
    disk.written(desk.connection)
  } finally {
    desk.close(false)
  }
}

/** A total that staff may type: whole yen of one and more, as the command takes it; null takes the amendment back. */
export function drawTotal({ random }: World, { heldAmountYen, totalYen }: Order): number | null {
  const held = heldAmountYen ?? totalYen
  const drawn = random.pick([held, held - 100, held + 100, null])
  return drawn === null ? null : Math.max(1, drawn)
}

function amend(world: World, desk: Desk): void {
  const { random } = world
  const { row } = random.pick(world.orders)
  const order = world.disk.books.order(row.orderId)
  const totalYen = drawTotal(world, order)
  const { type } = desk.journal.amend(row.orderId, totalYen, desk.clock.nowMs())
  if (type === 'amended') checkAmended(world, order, totalYen)
  world.count('amended')
  world.tell(() => `staff amend order ${row.orderId} to ${totalYen ?? 'what the shop says'}: ${type}`)
}

/** The customer pays again, and the shop lets the payment before go. */
export function paidAgain(world: World, payment: Payment): { paymentId: string; status: string } {
  const { ledger, time } = world
  const { tradingId, method, carrier, amountYen } = payment
  const occasion = { atMs: time.nowMs(), by: 'online' }
  return ledger.atomically(() => {
    settleTime(ledger, time.nowMs())
    const now = ledger.payments.find(payment.paymentId)
    if (now !== null && AUTHORISED.includes(now.status)) doOnline(world, now, 'cancel')
    const made = addPayment(ledger, { tradingId, method, carrier, amountYen, status: '20' }, occasion)
    return { paymentId: made.paymentId, status: '20' }
  })
}

function importChanged(world: World, desk: Desk): void {
  const { random, ledger } = world
  const order = random.pick(world.orders)
  const payment = ledger.payments.find(order.row.paymentId ?? '')
  const changes: Partial<ShopOrder['row']> = random.pick<Partial<ShopOrder['row']>>([
    random.chance(0.5) && payment !== null ? paidAgain(world, payment) : {},
    { totalYen: Math.max(1, order.row.totalYen - 100) },
    { totalYen: order.row.totalYen + 100 },
    { orderStatus: 'キャンセル' },
    { orderStatus: '入金待ち' },
    { shippedAt: order.row.shippedAt === null ? SHIPPED_AT : null },
    { status: payment?.status ?? null },
  ])
  order.row = { ...order.row, ...changes }
  if (changes.totalYen !== undefined) world.shopTotals.delete(order.row.orderId)
  desk.import([order.row])
  world.count('changed in the shop')
  world.tell(() => `the shop's CSV brings order ${order.row.orderId}: ${JSON.stringify(changes)}`)
}
