// Takes up past runs and plan files: which one a start draws, the file as it lies on the disk, and the checks of what is
// sent by them.
import type { PlanDocument } from '../../src/batch/plan-file.js'
import type { Plan } from '../../src/batch/plan.js'
import type { Choice } from '../../src/batch/prepare.js'
import type { PastRun } from '../../src/cli/batch-options.js'
import { type ApprovedPlan, approvedPlan, type PlanContext, readPlan, writePlan } from '../../src/cli/plan-file.js'
import { isAsSold, isLeftUndone } from '../../src/domain/left.js'
import { type Operation, plainPaymentId } from '../../src/domain/order.js'
import { STAMP } from './disk.js'
import type { Program } from './program.js'
import type { Start } from './script.js'
import type { Sent, World } from './world.js'
import { readFileSync, writeFileSync } from 'node:fs'

const DAY_MS = 24 * 60 * 60_000

/** A plan file as the program has written it, whatever became of it since. */
export interface WrittenFile {
  readonly path: string
  readonly text: string
  readonly document: PlanDocument
  /** By the wall clock. */
  readonly madeMs: number
  readonly start: Start
}

/** A plan file in the hands of a person who sends it. */
export interface SentFile {
  readonly written: WrittenFile
  /** They say that they may be its author. */
  readonly samePerson: boolean
}

/** Most often the last run, or one that has something to be taken up. Null while there is none. */
export function drawPast(
  { world, ports }: Program,
  option: 'rest' | 'undo',
): { readonly run: PastRun; readonly operation: Operation } | null {
  const { pastRandom: random } = world
  const runs = [...world.plans].filter(([, { operation }]) => option === 'rest' || operation === 'sale')
  const isWorth = option === 'rest' ? isLeftUndone : isAsSold
  const worth = runs.filter(([runId]) => ports.journal.items(runId).some(isWorth))
  const some = [worth, runs].find((one) => one.length > 0 && random.chance(0.8)) ?? runs
  const last = some.at(-1)
  if (last === undefined) return null
  const [runId, { operation }] = random.chance(0.6) ? last : random.pick(some)
  world.count(`${option} of a run`)
  if (option === 'rest') return { run: { option: '--rest', runId }, operation }
  return { run: { option: '--undo', runId }, operation: 'cancel' }
}

const contextOf = ({ world, ports }: Program): PlanContext => ({
  clock: ports.clock,
  config: { environment: 'simulator', merchantId: STAMP.merchantId, profile: world.profile },
})

/** A program that dies between the file and its entry leaves the file behind, so its bytes are kept before that. */
export function writeFile(program: Program, plan: Plan, choice: Choice): void {
  const { world, ports, desk, start } = program
  const path = world.disk.newPlanPath()
  const madeMs = world.wall.nowMs()
  const enter: typeof ports.plans.enter = (entry) => {
    const text = readFileSync(path, 'utf8')
    world.planFiles.push({ path, text, document: JSON.parse(text) as PlanDocument, madeMs, start })
    ports.plans.enter(entry)
  }
  writePlan(path, plan, choice, contextOf(program), { id: desk.mirrorId, plans: { enter } })
  world.count('plan file written')
}

/** The file that a person sends, most often the last one and as it was written. Null while there is none. */
export function takeFile(program: Program): { readonly approved: ApprovedPlan; readonly operation: Operation } | null {
  const { world, ports, desk, start } = program
  const { pastRandom: random, planFiles } = world
  const last = planFiles.at(-1)
  if (last === undefined) return null
  const written = random.chance(0.7) ? last : random.pick(planFiles)
  const isEdited = random.chance(0.15)
  writeFileSync(written.path, isEdited ? edited(written, world) : written.text)
  const samePerson = random.chance(0.4)
  program.file = { written, samePerson }
  world.tell(() => `${start.by} sends ${isEdited ? 'an edited' : 'the'} plan file of ${written.document.orders.length}`)
  const { operation } = written.document
  const mirror = { id: desk.mirrorId, path: world.disk.path, plans: ports.plans }
  return {
    operation,
    approved: approvedPlan(readPlan(written.path), operation, samePerson, contextOf(program), mirror),
  }
}

/** Somebody takes an order out of the file, or writes another amount into it. */
function edited({ document }: WrittenFile, world: World): string {
  const { pastRandom: random } = world
  world.count('plan file edited')
  const at = random.below(document.orders.length)
  const orders = random.chance(0.5)
    ? document.orders.toSpliced(at, 1)
    : document.orders.map((order, index) => (index === at ? { ...order, amount: (order.amount ?? 0) + 100 } : order))
  return JSON.stringify({ ...document, orders })
}

/** @param startedMs by the wall clock, when the run had the lock */
export function checkFile({ world, plan, start }: Program, { written, samePerson }: SentFile, startedMs: number): void {
  const { document, madeMs } = written
  const name = `the run of a plan file of ${document.orders.length} orders`
  world.count('plan file sent')
  if (world.sentFiles.has(document.id)) world.breach('plan-twice', `${name} is its second`)
  world.sentFiles.add(document.id)
  if (startedMs - madeMs > DAY_MS)
    world.breach('plan-old', `${name} begins ${startedMs - madeMs} ms after it was written`)
  if (start.by === written.start.by && !samePerson) world.breach('plan-same-person', `${name} is begun by its author`)
  const approved = document.orders
    .filter(({ outcome }) => outcome === 'planned')
    .map(({ orderId, telegram, paymentId, status, heldAmount, total, amount }) =>
      [orderId, telegram, paymentId, status, heldAmount, total, amount].join(' '),
    )
  const begun = plan.steps.map(({ orderId, telegram, paymentId, plannedStatus, heldAmountYen, totalYen, amountYen }) =>
    [orderId, telegram, paymentId, plannedStatus, heldAmountYen, totalYen, amountYen].join(' '),
  )
  if (begun.join('; ') !== approved.join('; '))
    world.breach('unapproved', `${name} begins with ${begun.join('; ')}, approved were ${approved.join('; ')}`)
}

/** The rest of a past run, as its attempts are in the mirror at this moment. */
export function checkPast(world: World, { runId, attemptId, orderId, paymentId }: Sent, name: string): void {
  const past = world.pasts.get(runId ?? 0)
  if (past === undefined) return
  world.count(`${past.option} sends`)
  const attempts = world.disk.books.attempts().filter((one) => one.orderId === orderId && one.attemptId !== attemptId)
  const last = attempts.findLast((one) => one.runId === past.runId)
  const acceptedSince = attempts.some((one) => one.state === 'accepted' && one.attemptId > (last?.attemptId ?? 0))
  if (past.option === '--rest') {
    const wasPlanned = world.plans.get(past.runId)?.steps.some((step) => step.orderId === orderId) === true
    const isUndone = last === undefined || last.state === 'unsent' || last.state === 'not-processed'
    const later = attempts.some((one) => one.state === 'accepted' && one.runId > past.runId)
    if (!wasPlanned || !isUndone || later)
      world.breach('not-left-undone', `${name} leaves, and in run ${past.runId} it is ${last?.state ?? 'not planned'}`)
    return
  }
  const soldAs = last?.newPaymentId ?? last?.paymentId ?? ''
  if (last?.state !== 'accepted' || acceptedSince || plainPaymentId(soldAs) !== plainPaymentId(paymentId))
    world.breach(
      'not-its-sale',
      `${name} leaves, and run ${past.runId} has ${last?.state ?? 'no'} request on ${soldAs}`,
    )
}
