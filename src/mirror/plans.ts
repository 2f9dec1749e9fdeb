// Keeps an entry for each plan file: its hash, the person who made it, and the run that used it.
import { japanIso } from '../clock.js'
import { isAhead } from '../domain/age.js'
import type { Asked, OrderFilter } from '../domain/chosen.js'
import type { Operation } from '../domain/order.js'
import type { Approval } from '../domain/run.js'
import { AppError } from '../errors.js'
import { listTime } from '../text/numbers.js'
import type { Connection } from './connection.js'
import type { Identity, Trail } from './journal/trail.js'

/** A plan file is valid for this long. */
export const PLAN_LIFE_MS = 24 * 60 * 60_000

/** A plan file that has just been written. */
export interface NewPlan {
  readonly planId: string
  /** SHA-256 of the file's bytes, in hexadecimal. */
  readonly sha256: string
  readonly asked: Asked
  /** Epoch milliseconds. */
  readonly madeMs: number
}

export interface PlanEntry extends Omit<NewPlan, 'asked'> {
  readonly operation: Operation
  readonly profile: string
  readonly includeCancelled: boolean
  readonly afterUnknown: boolean
  readonly filter: OrderFilter
  readonly osUser: string
  readonly sudoUser: string | null
  /** The run that used it; null while it is unused. */
  readonly runId: number | null
}

interface PlanRow {
  readonly id: string
  readonly sha256: string
  readonly operation: Operation
  readonly profile: string
  readonly include_cancelled: number
  readonly after_unknown: number
  readonly filters: string
  readonly made_ms: number
  readonly os_user: string
  readonly sudo_user: string | null
  readonly run_id: number | null
}

const entryOf = (row: PlanRow): PlanEntry => ({
  planId: row.id,
  sha256: row.sha256,
  operation: row.operation,
  profile: row.profile,
  includeCancelled: row.include_cancelled === 1,
  afterUnknown: row.after_unknown === 1,
  filter: JSON.parse(row.filters) as OrderFilter,
  madeMs: row.made_ms,
  osUser: row.os_user,
  sudoUser: row.sudo_user,
  runId: row.run_id,
})

type Person = Pick<Identity, 'osUser' | 'sudoUser'>

/** Whether the two share a login; `sudo` does not make another person. */
export function isSamePerson(one: Person, other: Person): boolean {
  const logins = [other.osUser, other.sudoUser]
  return logins.includes(one.osUser) || (one.sudoUser !== null && logins.includes(one.sudoUser))
}

/**
 * Why the plan may not be sent, or null. A time that lies ahead of the clock proves nothing about the plan's age, so
 * that plan counts as too old.
 */
export function planFault(entry: PlanEntry | null, approval: Approval, person: Person, nowMs: number): AppError | null {
  if (entry === null) return new AppError('plan-unknown')
  if (entry.sha256 !== approval.sha256) return new AppError('plan-altered')
  if (entry.runId !== null) return new AppError('plan-used', { run: entry.runId })
  const { madeMs, osUser: user } = entry
  if (isAhead(madeMs, nowMs) || nowMs - madeMs > PLAN_LIFE_MS)
    return new AppError('plan-expired', { since: listTime(japanIso(madeMs)) })
  if (!approval.samePerson && isSamePerson(entry, person)) return new AppError('plan-same-person', { user })
  return null
}

export class MirrorPlans {
  constructor(
    private readonly connection: Connection,
    private readonly trail: Trail,
    private readonly identity: Identity,
  ) {}

  /** Enters a plan file, in a short transaction of its own. Nothing is sent by it, so no lock is needed. */
  enter({ planId, sha256, asked, madeMs }: NewPlan): void {
    const { osUser, sudoUser } = this.identity
    const { operation, filter, rules } = asked
    this.connection.write(() => {
      this.connection.run(
        `INSERT INTO plans (id, sha256, operation, profile, include_cancelled, after_unknown, filters, made_ms, os_user,
           sudo_user)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        planId,
        sha256,
        operation,
        rules.profile,
        rules.includeCancelled ? 1 : 0,
        rules.afterUnknown ? 1 : 0,
        JSON.stringify(filter),
        madeMs,
        osUser,
        sudoUser,
      )
      this.trail.append('plan-made', { detail: operation }, madeMs, { planId, sha256 })
    })
  }

  find(planId: string): PlanEntry | null {
    const row = this.connection.get<PlanRow>('SELECT * FROM plans WHERE id = ?', planId)
    return row === undefined ? null : entryOf(row)
  }

  /**
   * Returns the entry of a plan that may be sent now by the person who runs this program.
   * @throws AppError plan-unknown, plan-altered, plan-used, plan-expired, plan-same-person
   */
  usable(approval: Approval, nowMs: number): PlanEntry {
    const entry = this.find(approval.planId)
    const fault = planFault(entry, approval, this.identity, nowMs)
    if (fault !== null || entry === null) throw fault ?? new AppError('plan-unknown')
    return entry
  }

  /**
   * Marks the plan as used by this run, and enters that in the trail. Call it inside the transaction that begins the
   * run: of two programs that both found the plan usable, only one can then use it.
   * @throws AppError as `usable` does
   */
  use(approval: Approval, runId: number, atMs: number): void {
    const entry = this.usable(approval, atMs)
    const { planId, sha256 } = approval
    this.connection.run('UPDATE plans SET run_id = ? WHERE id = ?', runId, planId)
    const samePerson = isSamePerson(entry, this.identity)
    const detail = samePerson ? 'same-person' : null
    this.trail.append('plan-used', { runId, detail }, atMs, { planId, sha256, samePerson })
  }
}
