// `paygent status`, and `paygent` alone: counts the orders that can be sent, are open or wait for a person.
import { freshnessOf } from '../../attempts/entry.js'
import { japanDate, japanIso, msOfJapanTime } from '../../clock.js'
import { authorisationAge, isEnding } from '../../domain/age.js'
import { sumOf, toAskIn, waitingIn } from '../../domain/chosen.js'
import type { Order } from '../../domain/order.js'
import { doubleCharge } from '../../domain/run.js'
import { EXIT, type ExitCode } from '../../errors.js'
import type { Mirror } from '../../mirror/open.js'
import type { StatusView } from '../../ui/status.js'
import { type Cli, type CommonOptions, type Context, openContext, refuseCsv } from '../context.js'
import { listRules, withMirror } from '../mirror.js'
import { printResult } from '../output.js'
import { runningIn } from '../running.js'

export async function runStatus(options: CommonOptions, { terminal, version }: Cli): Promise<ExitCode> {
  refuseCsv(options)
  const context = await openContext(options, terminal, version)
  return withMirror(context, 'read', async (mirror) => {
    const { statusText } = await import('../../ui/status.js')
    const view = statusOf(mirror, context, version)
    await printResult(context, { text: () => statusText(view, context.screen), json: () => view })
    return EXIT.done
  })
}

/** The settings and the clock that the first screen depends on. */
export interface StatusContext {
  readonly config: Pick<Context['config'], 'profile' | 'environment' | 'cutOff' | 'statuses' | 'statusesText'>
  readonly clock: Pick<Context['clock'], 'nowMs'>
}

/** Reads all of it at one moment of the mirror, also while a batch writes. */
export function statusOf(mirror: Mirror, context: StatusContext, version: string): StatusView {
  // The machine state is read first: an entry that a batch makes there must not be newer than the data read from the
  // mirror.
  const machineState = freshnessOf(mirror.state)
  return { ...mirror.atOneMoment(() => viewOf(mirror, context, version)), machineState }
}

function viewOf(mirror: Mirror, { config, clock }: StatusContext, version: string): Omit<StatusView, 'machineState'> {
  const nowMs = clock.nowMs()
  const groups = mirror.orders.groups()
  const open = mirror.journal.openAttempts().map(({ orderId }) => orderId)
  const attention = mirror.issues.forAPerson().map(({ orderId }) => orderId)
  const conflicts = mirror.orders.conflicts().map(({ orderId }) => orderId)
  const rules = listRules(config, nowMs)
  const importedMs = mirror.importedMs()
  return {
    version,
    environment: config.environment,
    mirrorPath: mirror.path,
    orders: mirror.orders.count({}),
    importedAt: importedMs === null ? null : japanIso(importedMs),
    sale: sumOf(groups, 'sale', rules),
    cancel: sumOf(groups, 'cancel', rules),
    toAsk: toAskIn(groups, rules),
    waitingStatuses: waitingIn(groups, rules, config.statusesText),
    running: runningOf(mirror),
    lastNight: mirror.nights.lastNight(),
    expiring: expiringOf(mirror, nowMs),
    heldOrders: mirror.holds.list().map(({ orderId }) => orderId),
    open: open.length,
    attention: attention.length,
    attentionOrders: attention,
    conflicts: conflicts.length,
    conflictOrders: conflicts,
    shopErrors: mirror.shopRows.errors(),
    behindOrders: mirror.shopRows.behind(),
    unacknowledged: mirror.journal.unacknowledged().map(({ id }) => id),
    doubleCharges: doubleChargesOf(new Set([...attention, ...open]), mirror),
    cutOff: config.cutOff,
    minutesToCutOff: Math.floor((msOfJapanTime(config.cutOff, nowMs) - nowMs) / 60_000),
  }
}

/** The process that holds the lock now; null where none does, or where this machine cannot say whether it lives. */
function runningOf(mirror: Mirror): StatusView['running'] {
  const { lock } = mirror
  const owner = lock.heldElsewhere ? lock.owner() : null
  if (owner === null) return null
  const { command, since, progress } = owner
  const running = runningIn(mirror)
  return { command, since, progress, runId: running?.run.id ?? null, inFlight: running?.inFlight.size ?? 0 }
}

/** No authorisation lives shorter than this from the day of its order, so a younger order cannot expire soon. */
const LEAST_DAYS = 45
const DAY_MS = 24 * 60 * 60 * 1000

/** Authorised orders that can be sold on at most seven more days. */
function expiringOf({ orders }: Mirror, nowMs: number): StatusView['expiring'] {
  const today = japanDate(nowMs)
  const ends = (order: Order): boolean => {
    const age = authorisationAge(order, today)
    return age !== null && isEnding(age)
  }
  const ending = orders.list({ sendable: 'sale', to: japanDate(nowMs - LEAST_DAYS * DAY_MS) }).filter(ends)
  return { count: ending.length, yen: ending.reduce((sum, { totalYen }) => sum + totalYen, 0) }
}

/** Only what is open or waits for a person can charge a customer twice. */
const doubleChargesOf = (orderIds: ReadonlySet<string>, mirror: Mirror): StatusView['doubleCharges'] =>
  [...orderIds].flatMap((orderId) => {
    const charged = doubleCharge(mirror.orders.payments(orderId), mirror.journal.attempts(orderId))
    return charged === null ? [] : [{ orderId, ...charged }]
  })
