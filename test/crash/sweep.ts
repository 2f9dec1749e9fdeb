// Runs the sweep: it kills the real program with -9 at many moments, starts it again, and compares its books each time.
import { compareBooks } from './books.js'
import { openDesk, type Desk, type Ended } from './desk.js'
import { openEye, type View } from './eye.js'
import { csvOf, groupOf, type Group } from './groups.js'
import { ordealOf, phaseOf, reached, type Moment, type Ordeal, type Phase } from './moments.js'

export interface SweepOptions {
  readonly seed: number
  readonly kills: number
  /** Desks that work side by side. */
  readonly lanes: number
  /** Told of each kill. */
  readonly onKill?: (kill: Kill) => void
}

export interface Kill {
  readonly round: number
  readonly phase: Phase
  /** A request had left, or was about to, whose outcome was not booked. */
  readonly inFlight: boolean
}

export interface Swept {
  readonly kills: readonly Kill[]
  readonly rounds: number
  /** The points that did not agree, each with its round. */
  readonly differences: readonly string[]
  readonly forPerson: number
}

/** Some moments never come because the program is through before; their rounds are made up for. */
const roundsFor = (kills: number): number => kills + 20

/** How long a moment is waited for before the program is left to end by itself. */
const PATIENCE_MS = 20_000

interface Lane {
  readonly desk: Desk
  readonly durationMs: Readonly<Record<Group['operation'], number>>
  /** Differences that have been told. */
  readonly known: Set<string>
}

interface Shared {
  readonly options: SweepOptions
  readonly kills: Kill[]
  readonly differences: string[]
  round: number
}

/** Kills until so many kills have hit a running program. */
export async function sweep(options: SweepOptions): Promise<Swept> {
  const shared: Shared = { options, kills: [], differences: [], round: 0 }
  const lanes = Array.from({ length: options.lanes }, (_, index) => index)
  const forPerson = await Promise.all(lanes.map((lane) => workLane(lane, shared)))
  const { kills, differences, round } = shared
  return { kills, rounds: round, differences, forPerson: forPerson.reduce((sum, each) => sum + each, 0) }
}

async function workLane(lane: number, shared: Shared): Promise<number> {
  const { options } = shared
  const rounds = roundsFor(options.kills)
  const groups = Array.from({ length: rounds }, (_, round) => groupWith(options, round))
  const calibrating = calibration(options.seed, rounds)
  const desk = await openDesk(csvOf([...groups, ...calibrating.map(({ group }) => group)]))
  try {
    const durationMs = { sale: 0, cancel: 0 }
    const known = new Set<string>()
    for (const { group } of calibrating) durationMs[group.operation] = await undisturbed(desk, group)
    while (shared.kills.length < options.kills && shared.round < rounds && shared.differences.length < 20) {
      const group = groups[shared.round]
      if (group === undefined) break
      const ordeal = ordealOf(options.seed, shared.round, rounds)
      shared.round += 1
      await workRound({ desk, durationMs, known }, group, ordeal, shared)
    }
    const { forPerson } = await compareBooks(desk)
    return forPerson
  } catch (error) {
    shared.differences.push(`lane ${lane}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
    return 0
  } finally {
    await desk.close()
  }
}

const groupWith = ({ seed, kills }: SweepOptions, round: number): Group =>
  groupOf(seed, round, ordealOf(seed, round, roundsFor(kills)).mishap)

/** One group of either operation without a mishap, to measure with. */
function calibration(seed: number, rounds: number): { group: Group }[] {
  const found = new Map<Group['operation'], Group>()
  for (let round = rounds; found.size < 2; round += 1) {
    const group = groupOf(seed, round, null)
    if (!found.has(group.operation)) found.set(group.operation, group)
  }
  return [...found.values()].map((group) => ({ group }))
}

const batch = ({ operation, orders }: Group): string[] => [
  operation === 'sale' ? 'bulk-sale' : 'bulk-cancel',
  '--orders',
  orders.map(({ orderId }) => orderId).join(),
  '--yes',
  '--format',
  'json',
]

async function undisturbed(desk: Desk, group: Group): Promise<number> {
  const startedMs = performance.now()
  const ended = await desk.paygent(batch(group))
  if (ended.code !== 0) throw new Error(`an undisturbed batch ended with ${ended.code}: ${ended.stderr}`)
  return performance.now() - startedMs
}

async function workRound(lane: Lane, group: Group, { moments }: Ordeal, shared: Shared): Promise<void> {
  const { desk } = lane
  const differ = (what: string): void =>
    void shared.differences.push(`round ${group.round} (${group.operation}): ${what}`)
  await desk.faults(group.faults)
  let recovering = false
  for (const moment of moments) {
    const { ended, view } = await killAt(moment, lane, group)
    if (ended.signal !== 'SIGKILL') continue
    const kill = { round: group.round, phase: phaseOf(view, recovering), inFlight: view.lastState === 'prepared' }
    shared.kills.push(kill)
    shared.options.onKill?.(kill)
    recovering ||= view.attempts > 0
  }
  for (const problem of await cleanUp(desk, group)) differ(problem)
  const { differences } = await compareBooks(desk)
  for (const difference of differences) {
    // The books stay as they are, so what differs once differs after every later round too.
    if (!lane.known.has(difference)) differ(difference)
    lane.known.add(difference)
  }
}

/** Starts the batch and kills it at the moment; the view is what could be seen right then. */
async function killAt(moment: Moment, { desk, durationMs }: Lane, group: Group): Promise<{ ended: Ended; view: View }> {
  const eye = openEye(desk.mirrorPath, desk.ledgerPath)
  try {
    const startedMs = performance.now()
    const { child, ended } = desk.begin(batch(group))
    const dueMs = moment.by === 'time' ? startedMs + moment.share * durationMs[group.operation] : Infinity
    let sinceMs: number | null = null
    while (child.exitCode === null && performance.now() < startedMs + PATIENCE_MS) {
      const nowMs = performance.now()
      const seen = moment.by === 'event' && sinceMs === null ? eye.view() : null
      if (moment.by === 'event' && seen !== null && reached(moment, seen)) sinceMs = nowMs
      const due = moment.by === 'time' ? nowMs >= dueMs : sinceMs !== null && nowMs >= sinceMs + moment.afterUs / 1000
      if (due) break
      // While the program starts up a glance now and then is enough; the processor is better left to it.
      const idle = seen === null ? dueMs - nowMs > 4 && sinceMs === null : seen.inquiries === 0 && seen.entries === 0
      await new Promise((soon) => (idle ? setTimeout(soon, 2) : setImmediate(soon)))
    }
    const inTime = child.exitCode === null && performance.now() < startedMs + PATIENCE_MS
    if (inTime) child.kill('SIGKILL')
    const view = eye.view()
    return { ended: await ended, view }
  } finally {
    eye.close()
  }
}

/** Starts after which every order of the batch must be through. */
const STARTS = 4

/**
 * Cleans up as the staff do after a crash: starts it again, or `reconcile` first, until nothing is left. A start plans
 * before it asks about what was left open, so the one that settles an attempt refuses its order, and the next one takes
 * it.
 */
async function cleanUp(desk: Desk, group: Group): Promise<string[]> {
  const reconcilesAt = group.round % 2 === 0 ? [1, 3] : [3]
  for (let start = 1; ; start += 1) {
    const steps = reconcilesAt.includes(start) ? [['reconcile'], batch(group)] : [batch(group)]
    let told = ''
    for (const step of steps) {
      const { code, stdout, stderr } = await desk.paygent(step)
      if (code !== 0 && code !== 3 && code !== 4) return [`${step[0]} at start ${start} ended with ${code}: ${stderr}`]
      told = stdout
    }
    if (isThrough(told)) break
    if (start === STARTS) return [`still not through after ${start} starts: ${leftOf(told)}`]
  }
  const verified = await desk.paygent(['runs', '--verify'])
  return verified.code === 0 ? [] : [`runs --verify ended with ${verified.code}: ${verified.stderr}`]
}

interface Told {
  readonly orderId: string
  readonly outcome: string
  readonly reason: string | null
}

const toldBy = (stdout: string): Told[] => (JSON.parse(stdout) as { results: Told[] }).results

const leftOf = (stdout: string): string =>
  toldBy(stdout)
    .map(({ orderId, outcome, reason }) => `${orderId} ${reason ?? outcome}`)
    .join(', ')

const DONE: readonly string[] = ['accepted', 'attention', 'already']

const isThrough = (stdout: string): boolean =>
  toldBy(stdout).every(({ outcome, reason }) => DONE.includes(reason ?? outcome))
