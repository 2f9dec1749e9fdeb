// A batch from the command line: choose → prepare → plan → question → lock → check → send → result.
import { enterShop, heldDesk, refuseStranger } from '../attempts/entry.js'
import { BY_NAME, isLarge, limitOver, type Limits, type Plan, planBatch, yenOf } from '../batch/plan.js'
import { type Choice, makePlan, type Planned, searchAll } from '../batch/prepare.js'
import type { Moment } from '../domain/age.js'
import type { Operation, Order } from '../domain/order.js'
import { isGone } from '../domain/permit.js'
import { AppError, EXIT, type ExitCode, highest } from '../errors.js'
import type { Mirror } from '../mirror/open.js'
import type { Gateway, ShopDesk } from '../ports.js'
import { Narrator } from './batch-narrator.js'
import { type BatchWishes, type BulkOptions, wishesOf } from './batch-options.js'
import { sendPlan } from './batch-send.js'
import type { BatchSetting } from './batch-setting.js'
import { pullBefore, tellAge } from './batch-shop.js'
import { type Cli, type Context, openContext } from './context.js'
import { connect } from './gateway.js'
import { openLog } from './log.js'
import { pickForBatch } from './picker.js'
import { askText, askYes, showUnseen } from './question.js'
import { findNamed, namedOrders } from './selection.js'
import { deskOf, withShop } from './shop-desk.js'

/** Shows the plan and asks. Throws an AppError unless the plan may be sent. */
export async function confirm(plan: Plan, setting: BatchSetting): Promise<void> {
  const { wishes, narrator, context } = setting
  const count = plan.steps.length
  const { mayAsk, yes, single } = wishes
  await narrator.plan(plan, mayAsk && !yes)
  if (count === 0) return
  const { environment, confirmOrders, confirmYen } = context.config
  const largeFrom = environment === 'production' ? { orders: confirmOrders, yen: confirmYen } : null
  assertWithin({ ...wishes, largeFrom: mayAsk ? null : largeFrom }, plan)
  const gone = single && plan.operation === 'cancel' ? goneOf(plan) : undefined
  if (gone !== undefined) await typeNumber(gone, setting)
  else if (mayAsk && isLarge(plan, largeFrom)) await typeCount(count, yenOf(plan), setting)
  else if (!yes && !(await askYes(narrator.question(plan.operation, single), context.terminal)))
    throw new AppError('answered-no')
  if (context.terminal.interrupted.aborted) throw new AppError('interrupted')
}

/** @throws AppError too-many-orders, too-much-money, limits-needed */
function assertWithin(limits: Limits, plan: Plan): void {
  const over = limitOver(plan, limits)
  if (over === null) return
  const { type, ...params } = over
  const codes = {
    'max-orders': 'too-many-orders',
    'max-amount': 'too-much-money',
    'limits-needed': 'limits-needed',
  } as const
  throw new AppError(codes[type], params)
}

/** The order that is to be sent, where the shop has deleted it: nobody can look at it there any more. */
const goneOf = ({ orders, steps }: Plan): Order | undefined =>
  orders.find((order) => isGone(order) && steps.some(({ orderId }) => orderId === order.orderId))

/** No row of the shop says any more that the cancel is right, so that a person does, by its number and not by a key. */
async function typeNumber({ orderId }: Order, { wishes, narrator, context }: BatchSetting): Promise<void> {
  if (!wishes.mayAsk) throw new AppError('deleted-unconfirmed', { order: orderId })
  const typed = await askText(narrator.numberQuestion(orderId), context.terminal)
  if (typed !== orderId) throw new AppError('number-mismatch', { typed, order: orderId })
}

/** Above the limits a reflex is not enough: the count is typed. */
async function typeCount(count: number, yen: number, { narrator, context }: BatchSetting): Promise<void> {
  const typed = await askText(narrator.countQuestion(count, yen), context.terminal)
  if (typed !== String(count)) throw new AppError('count-mismatch', { typed, count })
}

export async function runBulk(operation: Operation, options: BulkOptions, cli: Cli): Promise<ExitCode> {
  const { terminal, version } = cli
  const { momentOf, systemClock } = await import('../clock.js')
  const began = momentOf(systemClock)
  const wishes = wishesOf(operation, options, terminal, systemClock.nowMs())
  const context = await openContext(options, terminal, version)
  const mirror = context.openMirror(wishes.dryRun ? 'read' : 'write')
  try {
    if (wishes.dryRun) return await showDryRun(settingOf(context, mirror, null, wishes, began))
    refuseStranger(mirror.state)
    return await withShop(context, async (shop) => {
      // Nobody chooses orders that this connection cannot send.
      await shop?.lock.fit()
      const desk = shop && deskOf(shop, mirror)
      return work(settingOf(context, mirror, desk, wishes, began))
    })
  } finally {
    mirror.close()
  }
}

/** The shop's orders first, its results last, the batch in between. */
async function work(setting: BatchSetting): Promise<ExitCode> {
  const pulled = await pullBefore(setting)
  await showUnseen(setting)
  const sent = await sendOrders(await chooseOrders(setting), setting)
  // The single command is about one order, whatever has happened to others in the shop.
  return setting.wishes.single ? sent : highest(sent, pulled)
}

function settingOf(
  context: Context,
  mirror: Mirror,
  desk: ShopDesk | null,
  wishes: BatchWishes,
  began: Moment,
): BatchSetting {
  const { includeCancelled, afterUnknown, single } = wishes
  const { profile, statuses } = context.config
  const rules = { profile, single, includeCancelled, afterUnknown, statuses, nowMs: context.clock.nowMs() }
  return { context, mirror, desk, wishes, rules, began, narrator: new Narrator(context) }
}

async function chooseOrders(setting: BatchSetting): Promise<Choice> {
  const { context, mirror, wishes, rules, narrator } = setting
  const { named, filter, operation } = wishes
  if (wishes.picks) return pickForBatch(setting)
  if (named !== null)
    return { orders: findNamed(await namedOrders(named, context.terminal), mirror.orders), ...BY_NAME }
  const { orders, left } = searchAll(mirror.orders, filter, operation, rules)
  narrator.leftByRules(left)
  return { orders, filter, originOf: () => 'all' }
}

/** Sends nothing and writes nothing; what Paygent has not told yet shows as such. */
async function showDryRun(setting: BatchSetting): Promise<ExitCode> {
  tellAge(setting)
  await showUnseen(setting)
  const choice = await chooseOrders(setting)
  const plan = planBatch(choice.orders, setting.wishes.operation, setting.rules, null, choice)
  await setting.narrator.dryRun(plan)
  return plan.refused.some(({ reason }) => reason !== 'already') ? EXIT.someRejected : EXIT.done
}

async function sendOrders(choice: Choice, setting: BatchSetting): Promise<ExitCode> {
  const { context, mirror, wishes } = setting
  const { untilMs } = wishes
  if (untilMs !== null && context.clock.nowMs() >= untilMs) throw new AppError('past-until')
  const log = await openLog(context)
  const { gateway, close } = await connect(context, mirror, log)
  try {
    const planned = await prepare(choice, gateway, setting)
    await confirm(planned.plan, setting)
    return await withShopLock(setting, (held) => sendPlan(planned, { gateway, log }, held))
  } catch (error) {
    if (!(error instanceof AppError)) log.bug(error)
    throw error
  } finally {
    await close()
  }
}

/** Until the results stand in the shop no other desk may send: its rows still say that nothing was. */
async function withShopLock(setting: BatchSetting, send: (held: BatchSetting) => Promise<ExitCode>): Promise<ExitCode> {
  const { desk } = setting
  await enterShop(desk)
  try {
    return await send({ ...setting, desk: heldDesk(desk) })
  } finally {
    await desk?.shopLock.release()
  }
}

async function prepare(
  choice: Choice,
  gateway: Gateway,
  { context, mirror, wishes, rules, began, narrator }: BatchSetting,
): Promise<Planned> {
  const deps = { gateway, orders: mirror.orders, clock: context.clock }
  const preparing = makePlan(choice, wishes.operation, rules, deps, began, context.terminal.interrupted)
  for (;;) {
    const { done, value } = await preparing.next()
    if (done) {
      narrator.leftOut(value.leftOut)
      return value
    }
    narrator.asking(value.index, value.total)
  }
}
