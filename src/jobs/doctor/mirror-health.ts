// Checks that the mirror is sound, complete and ours, and lists the orders that wait in it for the operator.
import type { MirrorFreshness } from '../../domain/lock-owner.js'
import { AppError } from '../../errors.js'
import { faultFinding, finding, type Finding, type FindingDetails } from './finding.js'

export interface MirrorFacts {
  readonly path: string
  readonly version: number
  readonly damage: readonly string[]
  readonly stampFault: AppError | null
  /** Null when it is too damaged to be read. */
  readonly health: HealthFacts | null
  readonly state: StateFacts | null
}

/** This machine's record of the mirror, and the path of that record; null if the mirror does not give it. */
export interface StateFacts {
  readonly path: string
  readonly standing: MirrorFreshness | AppError
}

export interface HealthFacts {
  readonly orders: number
  readonly trail:
    | { readonly ok: true; readonly entries: number }
    | ({ readonly ok: false } & FindingDetails['trail-broken'])
  readonly open: number
  readonly attention: number
  readonly conflicts: number
  readonly unacknowledged: number
  /** Orders with results that have not been written into the shop's database; none without one. */
  readonly unreported: number
  readonly running: FindingDetails['run-open'] | null
}

/** @param stamp the owner to whom the mirror should belong; null when the settings do not give one */
export function judgeMirror(facts: MirrorFacts, stamp: FindingDetails['stamp-fits'] | null): Finding[] {
  const { path, version, damage, stampFault, health: issues, state } = facts
  const file =
    damage.length > 0 || issues === null
      ? finding('mirror', 'mirror-damaged', { path, problems: damage })
      : finding('mirror', 'mirror-sound', { path, version, orders: issues.orders })
  const ours =
    stampFault === null ? stamp && finding('mirror', 'stamp-fits', stamp) : faultFinding('mirror', stampFault)
  const rest =
    issues === null || state === null
      ? unread()
      : [judgeState(path, state), judgeTrail(issues.trail), ...judgeOpenWork(issues)]
  return [file, ...(ours === null ? [finding('mirror', 'stamp-unchecked', {})] : [ours]), ...rest]
}

/** The checks that cannot be made while there is no readable mirror. */
export const unread = (): Finding[] =>
  (['machine-state', 'journal', 'open-work'] as const).map((check) =>
    finding(check, 'not-checked', { because: 'mirror' }),
  )

function judgeState(mirror: string, { path, standing }: StateFacts): Finding {
  switch (standing) {
    case 'known':
      return finding('machine-state', 'state-known', { path })
    case 'new':
      return finding('machine-state', 'state-new', {})
    case 'behind':
      return faultFinding('machine-state', { code: 'mirror-behind', params: { path: mirror } })
    case 'unknown':
      return faultFinding('machine-state', { code: 'mirror-unknown', params: { path: mirror } })
    case 'unrecorded':
      return faultFinding('machine-state', { code: 'mirror-unrecorded', params: { path: mirror } })
    default:
      return faultFinding('machine-state', standing)
  }
}

function judgeTrail(trail: HealthFacts['trail']): Finding {
  if (trail.ok) return finding('journal', 'trail-whole', { entries: trail.entries })
  return finding('journal', 'trail-broken', { seq: trail.seq, problem: trail.problem })
}

function judgeOpenWork({ running, open, attention, conflicts, unacknowledged, unreported }: HealthFacts): Finding[] {
  const counts = { 'attempts-open': open, attention, conflicts, unacknowledged, untold: unreported } as const
  const waiting = Object.entries(counts) as [keyof typeof counts, number][]
  const found = [
    ...(running === null ? [] : [finding('open-work', 'run-open', running)]),
    ...waiting.filter(([, count]) => count > 0).map(([code, count]) => finding('open-work', code, { count })),
  ]
  return found.length > 0 ? found : [finding('open-work', 'nothing-open', {})]
}

/** `PRAGMA synchronous` as SQLite counts: 2 is FULL, 3 is EXTRA. */
const FULL = 2

/**
 * Judges how a mirror is written on this machine. The values are read back after a write, because SQLite may fall back.
 */
export function judgeDurability(found: FindingDetails['not-durable']): Finding {
  const durable = found.journalMode === 'wal' && found.synchronous >= FULL
  return durable ? finding('journal', 'durable', {}) : finding('journal', 'not-durable', found)
}
