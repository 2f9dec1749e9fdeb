// Checks before a job begins: the clock, Paygent's answer, the locks and the state of this machine.
import { japanIso } from '../clock.js'
import { isAhead } from '../domain/age.js'
import type { MirrorFreshness } from '../domain/lock-owner.js'
import { AppError } from '../errors.js'
import type { Clock, Journal, MachineState, RunLock, ShopDesk } from '../ports.js'
import { anotherAnswers, type AskedOrder, inquireBefore, type InquiryDeps, keyOf } from './inquiry.js'
import { isAnswered, isCutOff, troubleOf } from './trouble.js'

interface ClockDeps {
  readonly journal: Journal
  readonly clock: Clock
}

/** Refuses a clock that is behind the journal, because it cannot measure the age of any entry. */
export function checkClock(deps: ClockDeps): void {
  const lastMs = aheadOf(deps)
  if (lastMs === null) return
  throw new AppError('clock-behind-journal', { journal: japanIso(lastMs), now: japanIso(deps.clock.nowMs()) })
}

/** The latest time in the journal if it is ahead of the clock, epoch milliseconds; else null. */
export function aheadOf({ journal, clock }: ClockDeps): number | null {
  const lastMs = journal.lastEntryMs()
  return lastMs === null || !isAhead(lastMs, clock.nowMs()) ? null : lastMs
}

/**
 * Checks that Paygent answers at all: login, certificate and connection are good. The content of the answer about this
 * one payment does not matter, because others may be asked about. Returns the order about which Paygent answered.
 * @param others two of them are asked about if Paygent gives no answer about the first
 * @throws AppError when Paygent cannot be asked
 */
export async function assertAnswers(
  order: AskedOrder,
  deps: InquiryDeps,
  signal: AbortSignal,
  others: readonly AskedOrder[] = [],
): Promise<AskedOrder> {
  const answer = await inquireBefore(keyOf(order), deps, signal)
  if (answer.type === 'told' || isAnswered(answer)) return order
  const other = isCutOff(answer) ? null : await anotherAnswers(others, deps, signal)
  if (other === null) throw troubleOf(answer)
  return other.order
}

/** @throws AppError another-desk when another machine sends orders of this shop, or the fault of the database */
export async function enterShop(desk: ShopDesk | null): Promise<void> {
  if (desk === null || (await desk.shopLock.acquire())) return
  const machine = await desk.shopLock.owner()
  throw new AppError('another-desk', machine === null ? {} : { machine })
}

/** For stages of one run: the shop's lock is held already, and the holder that acquired it releases it. */
export const reentrantDesk = (desk: ShopDesk | null): ShopDesk | null =>
  desk && {
    ...desk,
    shopLock: {
      acquire: () => Promise.resolve(true),
      owner: () => desk.shopLock.owner(),
      release: () => Promise.resolve(),
    },
  }

/**
 * For commands that only read: null if the state cannot be read. `doctor` and the sending commands report that. Check
 * before reading on.
 */
export function freshnessOf(state: Pick<MachineState, 'check'>): MirrorFreshness | null {
  try {
    return state.check()
  } catch (error) {
    if (error instanceof AppError) return null
    throw error
  }
}

/**
 * For commands that are about to ask the operator. `enterState` checks again with the lock held.
 * @throws AppError mirror-behind, mirror-unknown, mirror-unrecorded, state-unusable
 */
export function refuseStranger(state: MachineState): void {
  const freshness = state.check()
  const { path } = state
  switch (freshness) {
    case 'behind':
      throw new AppError('mirror-behind', { path })
    case 'unknown':
      throw new AppError('mirror-unknown', { path })
    case 'unrecorded':
      throw new AppError('mirror-unrecorded', { path })
    case 'known':
    case 'new':
      return
    default:
      freshness satisfies never
  }
}

/**
 * Runs with the lock held, before anything is sent or changed. It writes the state at once, so that a folder that
 * cannot be written is found now and not after money has moved.
 * @throws AppError mirror-behind, mirror-unknown, mirror-unrecorded, state-unusable
 */
export function enterState(state: MachineState): void {
  refuseStranger(state)
  state.record()
}

/**
 * Runs after the work. The work is done whether or not the state can be written, and its result must still be shown. A
 * fault is therefore kept in `state.lag` for the end of the command. A backup of this moment would otherwise pass for
 * the newest mirror, so the mirror itself records that an audit must come first.
 */
export function leaveState(state: MachineState): void {
  try {
    state.record()
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    state.missed(String(error.params['problem'] ?? error.code))
  }
}

/** The error of the program that finds the mirror locked. */
export function anotherRun(lock: Pick<RunLock, 'owner'>): AppError {
  const owner = lock.owner()
  if (owner === null) return new AppError('another-run')
  const { command, host, osUser: user, since, progress } = owner
  return new AppError('another-run', { command, host, user, since, ...progress })
}
