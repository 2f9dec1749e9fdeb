// Writes the file of a plan, and takes one from another person: the file, the mirror's entry for it, and the settings
// have to agree.
import {
  differencesOf,
  MOST_PLAN_BYTES,
  planDocument,
  type PlanDocument,
  type PlanHead,
  readPlanDocument,
} from '../batch/plan-file.js'
import type { Plan } from '../batch/plan.js'
import type { Choice } from '../batch/prepare.js'
import { japanIso } from '../clock.js'
import type { Config } from '../config/config.js'
import type { Operation } from '../domain/order.js'
import type { Approval } from '../domain/run.js'
import { AppError, planDiffers } from '../errors.js'
import type { Mirror } from '../mirror/open.js'
import { PLAN_LIFE_MS, type PlanEntry } from '../mirror/plans.js'
import type { OrderStore } from '../ports.js'
import { jsonText } from '../ui/json.js'
import type { WrittenPlan } from '../ui/plan-file.js'
import { type Context, merchantIdOf } from './context.js'
import { writeNewFile } from './files.js'
import { createHash, randomUUID } from 'node:crypto'
import { closeSync, constants, fstatSync, openSync, readFileSync, rmSync } from 'node:fs'

export const commandOf = (operation: Operation): string => (operation === 'sale' ? 'bulk-sale' : 'bulk-cancel')

/** The part of the context that a plan file belongs to. */
export interface PlanContext extends Pick<Context, 'clock'> {
  readonly config: Pick<Config, 'environment' | 'merchantId' | 'profile'>
}

/** A plan file as it was read. */
export interface ReadPlan {
  readonly path: string
  readonly sha256: string
  readonly document: PlanDocument
}

/** The plan of a file that may be sent, with the mirror's entry for it. */
export interface ApprovedPlan {
  readonly document: PlanDocument
  readonly entry: PlanEntry
  readonly approval: Approval
}

const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** @throws AppError file-unreadable, plan-too-large, plan-unreadable, plan-foreign, plan-newer */
export function readPlan(path: string): ReadPlan {
  const bytes = bytesOf(path)
  return { path, sha256: sha256Of(bytes), document: readPlanDocument(bytes, path) }
}

function bytesOf(path: string): Buffer {
  let file: number | null = null
  try {
    // A pipe without a writer would keep the program waiting.
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
    const stat = fstatSync(file)
    if (stat.size > MOST_PLAN_BYTES) throw new AppError('plan-too-large', { path, limit: MOST_PLAN_BYTES })
    if (!stat.isFile() && !stat.isDirectory()) throw new AppError('plan-foreign', { path })
    return readFileSync(file)
  } catch (error) {
    if (error instanceof AppError) throw error
    throw new AppError('file-unreadable', { path, problem: (error as NodeJS.ErrnoException).code ?? '' })
  } finally {
    if (file !== null) closeSync(file)
  }
}

/**
 * The plan, if this command may send it with these settings and this mirror.
 * @throws AppError for each thing that does not fit: src/mirror/plans.ts has those of the entry
 */
export function approvedPlan(
  { path, sha256, document }: ReadPlan,
  operation: Operation,
  samePerson: boolean,
  context: PlanContext,
  mirror: Pick<Mirror, 'id' | 'path'> & { readonly plans: Pick<Mirror['plans'], 'usable'> },
): ApprovedPlan {
  const { config, clock } = context
  const [found, wanted] = [commandOf(document.operation), commandOf(operation)]
  if (document.operation !== operation) throw new AppError('plan-of-another-operation', { found, wanted })
  refuseOther('plan-of-another-environment', document.environment, config.environment)
  refuseOther('plan-of-another-merchant', document.merchantId, merchantIdOf(config))
  if (document.mirrorId !== mirror.id) throw new AppError('plan-of-another-mirror', { path: mirror.path })
  refuseOther('plan-of-another-profile', document.profile, config.profile)
  const approval = { planId: document.id, sha256, samePerson }
  try {
    return { document, approval, entry: mirror.plans.usable(approval, clock.nowMs()) }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    throw new AppError(error.code, { ...error.params, path })
  }
}

function refuseOther(
  code: 'plan-of-another-environment' | 'plan-of-another-merchant' | 'plan-of-another-profile',
  found: string,
  wanted: string,
): void {
  if (found !== wanted) throw new AppError(code, { found, wanted })
}

/** The orders of the plan, chosen as its author chose them. Paygent is asked about each of them again. */
export function approvedChoice({ document, entry }: ApprovedPlan, orders: Pick<OrderStore, 'find'>): Choice {
  const origins = new Map(document.orders.map(({ orderId, origin }) => [orderId, origin]))
  return {
    orders: orders.find([...origins.keys()]),
    filter: entry.filter,
    originOf: (orderId) => origins.get(orderId) ?? 'named',
    anew: true,
  }
}

/** @throws AppError plan-differs with each fact that has changed since the plan was written */
export function assertAsApproved({ document }: ApprovedPlan, plan: Plan): void {
  const differences = differencesOf(document.orders, plan)
  if (differences.length > 0) throw planDiffers(differences)
}

/** A plan file as the result of the command tells it. */
export interface PlanFile extends Pick<PlanHead, 'id' | 'validUntil'> {
  readonly path: string
  readonly sha256: string
}

/**
 * Writes the plan into a new file for this user alone, then enters it in the mirror. A file without its entry is never
 * sent, so a crash in between does no harm.
 * @throws AppError file-exists, file-unwritable, plan-too-large, and the faults of the mirror, which leave no file
 */
export function writePlan(
  path: string,
  plan: Plan,
  choice: Choice,
  context: PlanContext,
  mirror: Pick<Mirror, 'id'> & { readonly plans: Pick<Mirror['plans'], 'enter'> },
): PlanFile {
  const { config, clock } = context
  const { environment, profile } = config
  const madeMs = clock.nowMs()
  const validUntil = japanIso(madeMs + PLAN_LIFE_MS)
  const id = randomUUID()
  const head = { id, mirrorId: mirror.id, environment, merchantId: merchantIdOf(config), profile, validUntil }
  const made = { ...head, operation: plan.operation, madeAt: japanIso(madeMs) }
  const bytes = Buffer.from(jsonText(planDocument(made, plan, choice)))
  if (bytes.length > MOST_PLAN_BYTES) throw new AppError('plan-too-large', { path, limit: MOST_PLAN_BYTES })
  const sha256 = sha256Of(bytes)
  writeNewFile(path, bytes)
  try {
    mirror.plans.enter({ planId: id, sha256, asked: plan.asked, madeMs })
  } catch (error) {
    rmSync(path, { force: true })
    throw error
  }
  return { path, id, sha256, validUntil }
}

/** The plan file for the note on screen. */
export const writtenOf = ({ path, validUntil }: PlanFile, plan: Plan, yen: number): WrittenPlan => ({
  path,
  validUntil,
  yen,
  command: commandOf(plan.operation),
  count: plan.steps.length,
})
