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
 * Opens the mirror, works with it, and closes it whatever happens. Opening brings its schema up to date.
 * @param mode `create` makes a mirror where there is none
 * @throws AppError as `openMirror` says, and what the work throws
 */
export async function withMirror<Result>(
  { openMirror }: Pick<Context, 'openMirror'>,
  mode: MirrorMode,
  work: (mirror: Mirror) => Result | Promise<Result>,
): Promise<Result> {
  const mirror = openMirror(mode)
  try {
    return await work(mirror)
  } finally {
    mirror.close()
  }
}

/** Notes a new mirror outside of it before its first orders: without a place for its state it could never send them. */
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
export const listRules = ({ profile, statuses }: Pick<Config, 'profile' | 'statuses'>, nowMs: number): RuleContext => ({
  profile,
  single: false,
  includeCancelled: false,
  afterUnknown: false,
  statuses,
  nowMs,
})

/** Orders that wait until a setting says what their 対応状況 means; null where there are none. */
export const waitingOf = (
  { orders }: Pick<Mirror, 'orders'>,
  config: Pick<Config, 'profile' | 'statuses' | 'statusesText'>,
  nowMs: number,
): WaitingStatuses | null => waitingIn(orders.groups(), listRules(config, nowMs), config.statusesText)
