// What a command that asks Paygent opens, and closes whatever happens.
import { AppError } from '../errors.js'
import type { SyncDeps } from '../jobs/sync/events.js'
import type { Mirror } from '../mirror/open.js'
import type { ShopDesk } from '../ports.js'
import type { Context } from './context.js'
import { connect } from './gateway.js'
import { type Log, openLog } from './log.js'

export interface Session {
  readonly deps: SyncDeps
  readonly log: Log
}

/**
 * Opens log and gateway, works, and closes the gateway; a bug goes into the log with its stack.
 * @param desk null where no shop database is configured, or where nothing that moves money is ever sent
 */
export async function withSession<Result>(
  context: Context,
  mirror: Mirror,
  desk: ShopDesk | null,
  work: (session: Session) => Promise<Result>,
): Promise<Result> {
  const log = await openLog(context)
  const { gateway, close } = await connect(context, mirror, log)
  const { orders, journal, books, inbox, lock, state } = mirror
  const { clock } = context
  const deps = { gateway, orders, journal, books, inbox, lock, state, clock, desk }
  try {
    return await work({ deps, log })
  } catch (error) {
    if (!(error instanceof AppError)) log.bug(error)
    throw error
  } finally {
    await close()
  }
}
