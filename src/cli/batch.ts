// Runs a batch from the command line: choose → prepare → plan → question → lock → check → send → result.
import { enterShop, reentrantDesk, refuseStranger } from '../attempts/entry.js'
import { BY_NAME, type RunLimits, type Plan, byExpiry, isLarge, limitOver, planBatch, itemYen } from '../batch/plan.js'
import { type Choice, type Planned, makePlan, searchAll } from '../batch/prepare.js'
import { japanDate, japanIso, momentOf, systemClock } from '../clock.js'
import type { Moment } from '../domain/age.js'
import type { Operation, Order } from '../domain/order.js'
import { isGone } from '../domain/permit.js'
import type { Step } from '../domain/run.js'
import { AppError, EXIT, type ExitCode, highest } from '../errors.js'
import type { Mirror } from '../mirror/open.js'
import type { Gateway, ShopDesk } from '../ports.js'
import { listTime } from '../text/numbers.js'
import { pickerFrame } from '../ui/picker-screen.js'
import { pickerRows } from '../ui/picker.js'
import { pullTrouble } from '../ui/pull.js'
import { PULL_TEXTS } from '../ui/pull.js'
import { Narrator } from './batch-narrator.js'
import {
  type BatchSetting,
  type BulkOptions,
  type GivenOptions,
  allNeedsFilter,
  givenOptions,
  limitsOf,
  rulesOf,
} from './batch-options.js'
import { type Connection, sendPlan } from './batch-send.js'
import { type Cli, type Context, openContext } from './context.js'
import { refuseTaken } from './files.js'
import { withSession } from './gateway.js'
import { measured } from './metrics.js'
import { withMirror } from './mirror.js'
import { tell } from './output.js'
import { assertPastRun, chooseFromPast } from './past-run.js'
import { pickOrders } from './picker.js'
import {
  approvedChoice,
  approvedPlan,
  type ApprovedPlan,
  assertAsApproved,
  type PlanFile,
  readPlan,
  writePlan,
} from './plan-file.js'
import { askText, askYes, showUnseen } from './question.js'
import { findNamed, namedOrders } from './selection.js'
import { deskOf, followPull, withShop } from './shop-desk.js'

/** Shows the plan and asks. Throws an AppError unless the plan may be sent. */
export async function confirm(plan: Plan, setting: BatchSetting): Promise<void> {
  const { request, rules, limits, narrator, context } = setting
  const count = plan.steps.length
  const { mayAsk, yes } = request
  const { single, refundToYen } = rules
  const isRefund = refundToYen !== undefined
  await narrator.plan(plan, mayAsk && !yes)
  if (count === 0) return
  assertWithin(mayAsk ? { ...limits, largeFrom: null } : limits, plan)
  const gone = single && plan.operation === 'cancel' ? goneOf(plan) : undefined
  if (gone !== undefined) await typeNumber(gone, setting)
  else if (isRefund && context.config.environment === 'production') await typeRefund(plan.steps, setting)
  else if (mayAsk && isLarge(plan, limits.largeFrom)) await typeCount(count, itemYen(plan), setting)
  else if (!yes && !(await askYes(narrator.question(plan, single), context.terminal))) throw new AppError('answered-no')
  if (context.terminal.interrupted.aborted) throw new AppError('interrupted')
}

/** @throws AppError too-many-orders, too-much-money, limits-needed */
function assertWithin(limits: RunLimits, plan: Plan): void {
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

/** The order to be sent that the shop has deleted, so that it can no longer be inspected there. */
const goneOf = ({ orders, steps }: Plan): Order | undefined =>
  orders.find((order) => isGone(order) && steps.some(({ orderId }) => orderId === order.orderId))

/** Asks for the order number instead of a key. No row of the shop confirms the cancel any more, so a person must. */
async function typeNumber({ orderId }: Order, { request, narrator, context }: BatchSetting): Promise<void> {
  if (!request.mayAsk) throw new AppError('deleted-unconfirmed', { order: orderId })
  const typed = await askText(narrator.numberQuestion(orderId), context.terminal)
  if (typed !== orderId) throw new AppError('number-mismatch', { typed, order: orderId })
}

/** In production the yen of a refund are typed, so it needs a terminal. @throws AppError refund-unconfirmed */
function assertConfirmable({ request, rules }: GivenOptions, { config }: Context): void {
  const { mayAsk, dryRun, named } = request
  if (rules.refundToYen === undefined || mayAsk || dryRun || config.environment !== 'production') return
  throw new AppError('refund-unconfirmed', { order: named?.[0] ?? '' })
}

/** Asks for the yen that are given back. The order and the amount were named, but not read back from the plan. */
async function typeRefund([step]: readonly Step[], { narrator, context }: BatchSetting): Promise<void> {
  if (step === undefined) return
  const yen = step.heldAmountYen - step.amountYen
  const typed = await askText(narrator.refundQuestion(yen), context.terminal)
  if (typed.replaceAll(',', '') !== String(yen)) throw new AppError('refund-mismatch', { typed, yen })
}

/** Asks for the count to be typed. Above the limits one key press is not enough. */
async function typeCount(count: number, yen: number, { narrator, context }: BatchSetting): Promise<void> {
  const typed = await askText(narrator.countQuestion(count, yen), context.terminal)
  if (typed !== String(count)) throw new AppError('count-mismatch', { typed, count })
}

/** Runs a batch, or shows its plan, of which monitoring hears nothing. */
export async function runBulk(operation: Operation, options: BulkOptions, cli: Cli): Promise<ExitCode> {
  const work = (given: BulkOptions): Promise<ExitCode> => batch(operation, given, cli)
  return options.dryRun ? work(options) : measured(operation, options, cli, work)
}

async function batch(operation: Operation, options: BulkOptions, { terminal, version }: Cli): Promise<ExitCode> {
  const began = momentOf(systemClock)
  const given = givenOptions(operation, options, terminal, systemClock.nowMs())
  const { dryRun, asks, out, planFile } = given.request
  const plan = planFile === null ? null : readPlan(planFile)
  if (out !== null) refuseTaken(out)
  const context = await openContext(options, terminal, version)
  assertConfirmable(given, context)
  return withMirror(context, dryRun && !asks ? 'read' : 'write', async (mirror) => {
    assertPastRun(given.request, mirror)
    if (dryRun && !asks) return showDryRun(settingOf(context, mirror, null, given, began))
    refuseStranger(mirror.state)
    if (dryRun) return showAskedPlan(settingOf(context, mirror, null, given, began))
    const approved = plan && approvedPlan(plan, operation, given.request.samePerson, context, mirror)
    return withShop(context, async (shop) => {
      // This precedes the choice: the operator does not choose orders that this connection cannot send.
      await shop?.lock.fit()
      const setting = settingOf(context, mirror, shop && deskOf(shop, mirror), given, began, approved)
      const pulled = await pullBefore(setting)
      await showUnseen(setting)
      const sent = await sendOrders(await chooseOrders(setting), setting)
      // The single command concerns one order, so changes of other orders in the shop do not affect its exit code.
      return given.rules.single ? sent : highest(sent, pulled)
    })
  })
}

/** Orders that were read longer ago than this may have changed in the shop meanwhile. */
const OLD_MS = 24 * 60 * 60 * 1_000

/** Pulls the newest orders of the shop, unless `--no-pull` is given. A conflict that it finds gives exit code 3. */
export async function pullBefore(setting: BatchSetting): Promise<ExitCode> {
  const { desk, context, mirror, request } = setting
  if (desk === null || !request.pull) {
    tellAge(setting)
    return EXIT.done
  }
  const report = await followPull({ desk, lock: mirror.lock, clock: context.clock }, context)
  for (const part of pullTrouble(report, context.errorScreen)) context.terminal.err(`${part}\n`)
  const isNews = report.conflicts.length > 0 || report.sharedPayments.some(({ isNew }) => isNew)
  return isNews ? EXIT.someRejected : EXIT.done
}

/** Warns before anything is planned that the mirror's orders are old. */
export function tellAge({ context, mirror }: BatchSetting): void {
  const importedMs = mirror.importedMs()
  const { clock, config } = context
  if (importedMs === null || clock.nowMs() - importedMs <= OLD_MS) return
  tell(context, PULL_TEXTS[config.lang].old(listTime(japanIso(importedMs))))
}

function settingOf(
  context: Context,
  mirror: Mirror,
  desk: ShopDesk | null,
  { request, rules, limits, sending }: GivenOptions,
  began: Moment,
  approved: ApprovedPlan | null = null,
): BatchSetting {
  const { config, clock } = context
  const { includeCancelled, afterUnknown } = approved?.entry ?? rules
  return {
    context,
    mirror,
    desk,
    request,
    rules: rulesOf({ ...rules, includeCancelled, afterUnknown }, config, clock.nowMs()),
    limits: limitsOf(limits, config),
    sending: { ...sending, unattended: !request.mayAsk, settleMs: config.settleMs },
    began,
    narrator: new Narrator(context),
    approved,
  }
}

async function chooseOrders(setting: BatchSetting): Promise<Choice> {
  const { context, mirror, request, rules, narrator, approved } = setting
  const { named, filter, operation } = request
  if (approved !== null) return approvedChoice(approved, mirror.orders)
  if (request.past !== null) return chooseFromPast(request.past, setting)
  if (request.picks) return pickForBatch(setting)
  if (named !== null)
    return { orders: findNamed(await namedOrders(named, context.terminal), mirror.orders), ...BY_NAME }
  const { orders, left, endingOnHold } = searchAll(mirror.orders, filter, operation, rules)
  narrator.leftByRules(left, endingOnHold)
  return { orders, filter, originOf: () => 'all' }
}

/**
 * Asks the operator to choose among the orders that the filters leave. The order that expires first is listed first and
 * sent first.
 */
async function pickForBatch({ context, mirror, request, rules, sending: { untilMs } }: BatchSetting): Promise<Choice> {
  const { operation, filter, dryRun } = request
  if (!dryRun && untilMs !== null && context.clock.nowMs() >= untilMs) throw new AppError('past-until')
  const offered = byExpiry(mirror.orders.list(filter))
  if (offered.length === 0) return { orders: [], filter, originOf: () => 'ticked' }
  const { errorScreen, config, terminal } = context
  const today = japanDate(context.clock.nowMs())
  const rows = pickerRows(offered, operation, rules, { today, lang: errorScreen.lang })
  const frame = pickerFrame(rows, operation, config.environment, today, errorScreen)
  const screenOf = (width: number, height: number) => ({ ...errorScreen, width, height })
  const question = { rows, frame, allNeedsFilter: allNeedsFilter(operation, filter) }
  const picked = await pickOrders(question, screenOf, terminal)
  // The operator may have kept the list open for a while, so the plan is made of the orders as they are now.
  const orders = byExpiry(findNamed([...picked.keys()], mirror.orders))
  return { orders, filter, originOf: (orderId) => picked.get(orderId) ?? 'ticked-by-all' }
}

/** Shows the plan; it sends nothing and writes nothing. Facts that Paygent has not given yet are shown as missing. */
async function showDryRun(setting: BatchSetting): Promise<ExitCode> {
  tellAge(setting)
  const choice = await chooseOrders(setting)
  return tellPlan(planBatch(choice.orders, setting.request.operation, setting.rules, null, choice), setting)
}

/**
 * Shows the plan with the facts that Paygent gives. It sends nothing, and writes what the preparation of a batch
 * writes: Paygent's answers, each in a transaction of its own, for which no lock is needed.
 */
async function showAskedPlan(setting: BatchSetting): Promise<ExitCode> {
  tellAge(setting)
  const choice = await chooseOrders(setting)
  return connected(setting, async ({ gateway }) => {
    const { context, mirror, request } = setting
    const { plan } = await prepare(choice, gateway, setting)
    const file = request.out === null ? null : writePlan(request.out, plan, choice, context, mirror)
    return tellPlan(plan, setting, file)
  })
}

async function tellPlan(plan: Plan, { narrator }: BatchSetting, file: PlanFile | null = null): Promise<ExitCode> {
  await narrator.dryRun(plan, file)
  return plan.refused.some(({ reason }) => reason !== 'already') ? EXIT.someRejected : EXIT.done
}

async function sendOrders(choice: Choice, setting: BatchSetting): Promise<ExitCode> {
  const { context, desk, sending, request, rules, narrator } = setting
  const { untilMs } = sending
  // A run of no order would ask for a review of nothing. `--all` has one, so that cron finds every start in the journal.
  if (choice.orders.length === 0 && (request.past !== null || request.picks)) {
    await narrator.nothing(request.operation, request.past?.option ?? null, rules)
    return EXIT.done
  }
  if (untilMs !== null && context.clock.nowMs() >= untilMs) throw new AppError('past-until')
  return connected(setting, async (connection) => {
    const planned = await prepare(choice, connection.gateway, setting)
    if (setting.approved !== null) assertAsApproved(setting.approved, planned.plan)
    await confirm(planned.plan, setting)
    await enterShop(desk)
    // No other desk may send until the results are in the shop: until then its rows show that nothing was sent.
    return sendPlan(planned, connection, { ...setting, desk: reentrantDesk(desk) })
  })
}

/** Opens log and connection, works with them, lets the shop's lock go and closes the connection in every case. */
const connected = (
  { context, mirror, desk }: BatchSetting,
  work: (connection: Connection) => Promise<ExitCode>,
): Promise<ExitCode> =>
  withSession(context, mirror, desk, async ({ deps: { gateway }, log }) => {
    try {
      return await work({ gateway, log })
    } finally {
      await desk?.shopLock.release()
    }
  })

async function prepare(
  choice: Choice,
  gateway: Gateway,
  { context, mirror, request, rules, began, narrator }: BatchSetting,
): Promise<Planned> {
  const deps = { gateway, orders: mirror.orders, lock: mirror.lock, clock: context.clock }
  const preparing = makePlan(choice, request.operation, rules, deps, began, context.terminal.interrupted)
  const planned = await narrator.preparing(preparing)
  narrator.leftOut(planned.leftOut)
  return planned
}
