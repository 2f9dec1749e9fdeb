// Sends a confirmed plan, shows its result and writes it into the shop's database.
import type { PushedOrder } from '../attempts/shop-push.js'
import { type BatchEvent, exitCodeOf } from '../batch/events.js'
import type { Planned } from '../batch/prepare.js'
import { runBatch } from '../batch/run.js'
import type { Outcome } from '../domain/outcome.js'
import { AppError, EXIT, type ExitCode, highest } from '../errors.js'
import type { Gateway } from '../ports.js'
import type { ResultView } from '../ui/result.js'
import type { BatchSetting } from './batch-options.js'
import type { Log } from './log.js'
import { warnOfLag } from './faults.js'
import { closeResult } from './question.js'
import { followPush, loggablePush, tellPushed } from './shop-desk.js'

/** The gateway to Paygent and the log of its requests. */
export interface Connection {
  readonly gateway: Gateway
  readonly log: Log
}

/** The part of the run that its events have reported so far. */
interface Seen {
  runId: number | null
  stopped: boolean
  waiting: boolean
  /** The results that are already in the shop's database. */
  readonly pushed: PushedOrder[]
  /** Orders that a bulk command has asked about, and whose request has no outcome yet or needs a person. */
  readonly earlier: Map<string, 'unknown' | 'attention'>
}

const isWritten = ({ fate }: PushedOrder): boolean => fate === 'written' || fate === 'already'

/** Sends the plan. However the run ends, its result is shown as the journal records it and decides the exit code. */
export async function sendPlan(
  { plan, plannedAt }: Pick<Planned, 'plan' | 'plannedAt'>,
  { gateway, log }: Connection,
  setting: BatchSetting,
): Promise<ExitCode> {
  const { context, mirror, desk, request, sending, narrator, approved } = setting
  const { clock, terminal } = context
  const { orders, journal, lock, state } = mirror
  const leave = new AbortController()
  const approval = approved?.approval
  const options = { ...sending, plannedAt, leave: leave.signal, ...(approval !== undefined && { approval }) }
  const deps = { gateway, orders, journal, lock, state, clock, desk }
  const events = runBatch(plan, deps, options, terminal.interrupted)
  const seen: Seen = { runId: null, stopped: false, waiting: false, pushed: [], earlier: new Map() }
  const deaf = request.mayAsk ? terminal.onEnter(() => seen.waiting && leave.abort()) : () => undefined
  let broken: unknown = null
  try {
    for await (const event of events) {
      if (event.type === 'started') {
        seen.runId = event.runId
        terminal.showsRun(event.runId)
      }
      if (event.type === 'stopped') seen.stopped = true
      if (!setting.rules.single && (event.type === 'recovered' || event.type === 'looked-again'))
        noteOpen(event, seen.earlier)
      if (event.type === 'pushed' && isWritten(event.order)) seen.pushed.push(event.order)
      seen.waiting = event.type === 'waiting'
      narrator.event(event, plan)
      log.event(event.type, loggable(event))
    }
  } catch (error) {
    if (seen.runId === null) throw error
    broken = error
  } finally {
    deaf()
  }
  return finish(seen, broken, setting)
}

/** Notes an order that counts for the exit code of a bulk command. */
function noteOpen({ orderId, outcome }: { orderId: string; outcome: Outcome }, earlier: Seen['earlier']): void {
  if (outcome === 'unknown' || outcome === 'attention') earlier.set(orderId, outcome)
  else earlier.delete(orderId)
}

/**
 * Shows and pushes the result. Money may have moved by now, so however the run ended, the exit code never means that
 * nothing was sent.
 */
async function finish(
  { runId, stopped, pushed, earlier }: Seen,
  broken: unknown,
  setting: BatchSetting,
): Promise<ExitCode> {
  const { narrator } = setting
  if (runId === null) throw new Error('the run ended without having begun')
  const view = resultOf(runId, broken, setting)
  if (view === null) return EXIT.needsPerson
  const own = exitCodeOf(view.items, stopped || broken !== null)
  const result = earlier.size > 0 ? highest(own, EXIT.needsPerson) : own
  const sent = warnOfLag(result, setting.mirror.state, setting.context)
  await narrator.result({ ...view, earlier }, sent)
  // This precedes any question to the operator: until now the shop's rows show that nothing was sent.
  const code = highest(sent, await pushAfter(setting, pushed))
  if (broken === null) {
    if (setting.request.mayAsk && narrator.showed(sent)) await closeResult({ id: runId }, setting)
    return code
  }
  if (!(broken instanceof AppError)) throw broken
  narrator.fault(broken)
  return broken.exitCode === EXIT.needsPerson ? highest(code, broken.exitCode) : code
}

/**
 * Writes the outcomes into the shop, unless `--no-push` is given. The results stay in the mirror even if this fails.
 * @param early the orders that were written to the shop while the batch was running
 */
async function pushAfter(setting: BatchSetting, early: readonly PushedOrder[]): Promise<ExitCode> {
  const { desk, context, mirror, sending } = setting
  if (desk === null || sending.push !== true) return EXIT.done
  const { orders, fault } = await followPush({ desk, lock: mirror.lock, clock: context.clock })
  return tellPushed({ orders: [...early, ...orders], fault }, context)
}

/** The result as the journal records it; null, with the fault reported, where the mirror can no longer be read. */
function resultOf(runId: number, broken: unknown, { mirror, narrator, rules }: BatchSetting): ResultView | null {
  try {
    const run = mirror.journal.run(runId)
    if (run === null) throw new Error(`run ${runId} is not in the journal`)
    return { run, items: mirror.journal.items(runId), rules }
  } catch (error) {
    const fault = broken ?? error
    if (!(fault instanceof AppError)) throw fault
    narrator.fault(fault)
    return null
  }
}

/**
 * The loggable part of an event: order number, outcome and code. Names are left out, and so is Paygent's text, which
 * may contain anything.
 */
function loggable(event: BatchEvent): Record<string, unknown> {
  if (event.type === 'stopped') return { ...event, reason: event.reason.type }
  if (event.type === 'pushed') return loggablePush(event.order)
  if (!('step' in event)) return { ...event }
  const { step, ...rest } = event
  const { orderId, telegram, paymentId, amountYen } = step
  return { ...rest, detail: undefined, orderId, telegram, paymentId, amountYen }
}
