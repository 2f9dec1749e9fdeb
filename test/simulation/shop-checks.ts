// Checks the shop's database: the row behind each request, and the values that are written back into it.
import { MONEY_TELEGRAMS, plainPaymentId } from '../../src/domain/order.js'
import type { Step } from '../../src/domain/run.js'
import { errorTextOf, type ShopWrite } from '../../src/domain/shop.js'
import { AUTHORISED } from '../../src/domain/statuses.js'
import type { Intent, Telling } from './books.js'
import type { Program } from './program.js'
import { CALLED_OFF } from './send-checks.js'
import { METHOD_TEXTS, type ShopDatabase } from './shop.js'
import type { World } from './world.js'

const samePayment = (one: string | null, other: string | null): boolean =>
  one !== null && other !== null && plainPaymentId(one) === plainPaymentId(other)

/**
 * The shop's row as the look before this request gave it, whatever the program made of it. A cancel that broke off is
 * finished, what was never sold is released, and a person may have named an order that is called off.
 * @param again the same item of the run has been sent before
 */
export function checkShopRow(world: World, { link }: Program, step: Step, orderId: string, again: boolean): void {
  if (world.shop === null) return
  const name = `${step.telegram} for order ${orderId}`
  if (link?.hasLock !== true) world.breach('shop-unlocked', `${name} leaves`)
  const live = link?.looks.get(orderId)
  if (live === undefined) return world.breach('shop-called-off', `${name} leaves, and nobody has looked at its row`)
  const { operation, rules } = step.asked
  const cancels = operation === 'cancel'
  const { totalYen, orderStatus = '' } = live.row
  if (live.otherMethod !== null || live.hidden) {
    const confirmed = cancels && (again || (rules.single && rules.includeCancelled))
    if (!confirmed) world.breach('shop-called-off', `${name} leaves, and the shop has it no more`)
    return
  }
  const read = world.disk.books.shopRow(orderId)
  const isAsRead = live.kind === read?.kind && live.paymentId === read.paymentId
  if (live.garbled || !isAsRead)
    world.breach('shop-called-off', `${name} leaves, and the shop's row is ${live.garbled ? 'garbled' : 'not as read'}`)
  const { methodText } = live.row
  const agreed = [METHOD_TEXTS[live.row.method], world.settledTexts.get(orderId)].includes(methodText)
  if (!agreed && !(cancels && again))
    world.breach('shop-called-off', `${name} leaves, and the shop's page of the order says ${methodText}`)
  const releases = cancels && (again || AUTHORISED.includes(step.plannedStatus))
  if (CALLED_OFF.includes(orderStatus) && !rules.includeCancelled && !releases)
    world.breach('shop-called-off', `${name} leaves, and the shop says ${orderStatus}`)
  if (totalYen !== step.totalYen)
    world.breach('shop-called-off', `${name} leaves at a total of ${step.totalYen}, and the shop says ${totalYen}`)
}

/** Whether an accepted request leaves this in the shop's row. */
const isLeftBy = (attempt: Intent, kind: string | null, paymentId: string | null): boolean =>
  attempt.telegram === kind && samePayment(attempt.newPaymentId ?? attempt.paymentId, paymentId)

/** Nothing is written that the journal does not call accepted or refused at that moment. */
export function checkWrite(world: World, { orderId, accepted, errorText }: ShopWrite): void {
  const attempts = world.disk.books.attempts().filter((attempt) => attempt.orderId === orderId)
  const name = `order ${orderId} is written as ${accepted?.kind ?? 'refused'}`
  const open = attempts.find(({ state }) => state === 'prepared' || state === 'unknown')
  if (open !== undefined) world.breach('shop-invented', `${name} while attempt ${open.attemptId} is ${open.state}`)
  const isAccepted = (attempt: Intent): boolean =>
    attempt.state === 'accepted' && isLeftBy(attempt, accepted?.kind ?? null, accepted?.paymentId ?? null)
  if (accepted !== null && !attempts.some(isAccepted))
    world.breach('shop-invented', `${name}, payment ${accepted.paymentId}, and no attempt of it is accepted`)
  const isRefused = (attempt: Intent): boolean => attempt.state === 'rejected' && errorTextOf(attempt) === errorText
  if (errorText !== '' && !attempts.some(isRefused))
    world.breach('shop-invented', `${name} with "${errorText}", and no attempt is refused with it`)
}

/** Noted as told because the order has moved on: it must stand otherwise than the last accepted request left it. */
export function checkSuperseded(world: World, orderId: string, attemptIds: readonly number[]): void {
  const order = world.disk.books.order(orderId)
  const last = world.disk.books
    .attempts()
    .findLast(({ attemptId, state }) => attemptIds.includes(attemptId) && state === 'accepted')
  if (last !== undefined && isLeftBy(last, order.kind, order.paymentId))
    world.breach('shop-lost', `order ${orderId} is called superseded, and stands as attempt ${last.attemptId} left it`)
}

/** A push has ended by itself: none that could be written is left because another one could not. */
export function checkPushEnded(world: World, shop: ShopDatabase, visited: ReadonlySet<string>): void {
  for (const orderId of writable(world, shop))
    if (!visited.has(orderId)) world.breach('shop-stops', `order ${orderId} could be written, and was not tried`)
}

/** Staff have sent a request of their own, or a change is under way in the shop. */
const isOfTheShop = (owed: readonly Intent[], kind: string | null): boolean =>
  kind === '0201' ||
  kind === '0291' ||
  (MONEY_TELEGRAMS.some((telegram) => telegram === kind) &&
    !owed.some((attempt) => attempt.kind === kind || attempt.telegram === kind))

/** Owed to the shop, settled, and with a row that is as it was read. */
function writable({ disk }: World, shop: ShopDatabase): string[] {
  const { books } = disk
  return [...books.owed()]
    .filter(([orderId, owed]) => {
      const { openAttempt, attention, conflict } = books.order(orderId)
      const read = books.shopRow(orderId)
      if (openAttempt || attention || conflict || read === null || shop.obstacles.has(orderId)) return false
      const live = shop.reading(orderId)
      if (live?.type !== 'order') return false
      const { kind, paymentId } = live.asRead
      return kind === read.kind && paymentId === read.paymentId && !isOfTheShop(owed, kind)
    })
    .map(([orderId]) => orderId)
}

/** Everything was told, and nothing went wrong at the end: what the mirror calls told stands in the shop, or has. */
export function checkShop(world: World, shop: ShopDatabase): void {
  const { books } = world.disk
  const attempts = new Map(books.attempts().map((attempt) => [attempt.attemptId, attempt]))
  for (const telling of books.tellings()) {
    const told = telling.attemptIds.flatMap((id) => attempts.get(id) ?? [])
    checkTelling(world, shop, telling, told)
  }
  for (const orderId of writable(world, shop))
    world.breach('shop-lost', `order ${orderId} could be written, and the last push has not told the shop`)
}

function checkTelling(world: World, shop: ShopDatabase, telling: Telling, attempts: readonly Intent[]): void {
  const { orderId, fate, why } = telling
  if (why === 'gone' && !shop.everAbsent.has(orderId))
    return world.breach('shop-lost', `order ${orderId} is called gone, and the shop has it`)
  if (fate === 'superseded') return
  const history = shop.history.get(orderId) ?? []
  const last = attempts.findLast(({ state }) => state === 'accepted')
  const wanted = last ?? attempts.at(-1)
  if (wanted === undefined) return
  // A second inquiry may have left a request to a person that was accepted when the row was written.
  const isRefused = last === undefined && wanted.state !== 'attention'
  const stood = history.some(({ kind, paymentId, errorText }) =>
    isRefused ? errorText === errorTextOf(wanted) : isLeftBy(wanted, kind, paymentId),
  )
  if (!stood)
    world.breach(
      'shop-lost',
      `attempt ${wanted.attemptId} of order ${orderId} is called ${fate}, and the row never was`,
    )
}
