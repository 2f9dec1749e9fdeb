// Whoever sends or changes an order shows first that its mirror is the one this machine knows. Page 5.1.8.
import { AppError } from '../errors.js'
import type { MachineState } from '../ports.js'
import type { Standing } from '../domain/holder.js'

/** For who only reads: null where the state cannot be read, which `doctor` and whoever sends tells. Look before reading on. */
export function standingOf(state: Pick<MachineState, 'check'>): Standing | null {
  try {
    return state.check()
  } catch (error) {
    if (error instanceof AppError) return null
    throw error
  }
}

/**
 * For whoever is about to ask a person; `enterState` looks again with the lock held.
 * @throws AppError mirror-behind, mirror-unknown, mirror-unrecorded, state-unusable
 */
export function refuseStranger(state: MachineState): void {
  const standing = state.check()
  const { path } = state
  switch (standing) {
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
      standing satisfies never
  }
}

/**
 * With the lock held and before anything is sent or changed. The state is written at once, so that a folder that cannot
 * be written is found now and not when money has moved.
 * @throws AppError mirror-behind, mirror-unknown, mirror-unrecorded, state-unusable
 */
export function enterState(state: MachineState): void {
  refuseStranger(state)
  state.record()
}

/**
 * After the deed. It is done whatever becomes of the state, and its result is still to be shown, so a fault is kept in
 * `state.lag` for the command's last word. A backup of this moment would pass for the newest mirror from now on: the
 * mirror itself says that an audit comes before anything else.
 */
export function leaveState(state: MachineState): void {
  try {
    state.record()
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    state.missed(String(error.params['problem'] ?? error.code))
  }
}
