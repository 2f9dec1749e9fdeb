// Opens the mirror for a command, locks it, and gives the rules that its lists are read by.
import { anotherRun } from '../attempts/entry.js'
import type { Config } from '../config/config.js'
import { waitingIn, type WaitingStatuses } from '../domain/chosen.js'
import type { LockCommand } from '../domain/lock-owner.js'
import type { RuleContext } from '../domain/permit.js'
import type { Mirror } from '../mirror/open.js'
import type { Context } from './context.js'

export type MirrorMode = Parameters<Context['openMirror']>[0]

/**
 * Opens the mirror, works with it, and closes it in every case. Opening brings its schema up to date.
 * @param mode `create` makes a mirror where there is none
 * @throws AppError as `openMirror` does, and the errors of the work
 */
export async function withMirror<Result>(
  { openMirror }: Pick<Context, 'openMirror'>,
  mode: MirrorMode,
  work: (mirror: Mirror) => Result | Promise<Result>,
): Promise<Result> {
  // A command that changes something has the words for its faults before it begins: the program may be replaced meanwhile.
  if (mode !== 'read') await import('./faults.js')
  const mirror = openMirror(mode)
  try {
    return await work(mirror)
  } finally {
    mirror.close()
  }
}

/**
 * Records a new mirror in the machine state before its first orders: without a place for that state it could never send
 * them.
 */
export function recordNewMirror({ state }: Pick<Mirror, 'state'>): void {
  if (state.check() === 'new') state.record()
}

/**
 * Runs a synchronous piece of work with the run lock held.
 * @param command the name under which the message of a second program shows it
 * @throws AppError another-run
 */
export function withLock<Result>({ lock }: Mirror, command: LockCommand, work: () => Result): Result {
  if (!lock.acquire(command)) throw anotherRun(lock)
  try {
    return work()
  } finally {
    lock.release()
  }
}

/** The rules of a batch without any of its switches, for lists and sums. */
export const listRules = (
  { profile, cutOff, statuses }: Pick<Config, 'profile' | 'cutOff' | 'statuses'>,
  nowMs: number,
): RuleContext => ({
  profile,
  cutOff,
  single: false,
  includeCancelled: false,
  afterUnknown: false,
  statuses,
  nowMs,
})

/** Orders that wait until a setting gives their 対応状況 a meaning; null where there are none. */
export const waitingOf = (
  { orders }: Pick<Mirror, 'orders'>,
  config: Pick<Config, 'profile' | 'cutOff' | 'statuses' | 'statusesText'>,
  nowMs: number,
): WaitingStatuses | null => waitingIn(orders.groups('sale'), listRules(config, nowMs), config.statusesText)
