// The first and the last stage of the night where the shop has a database of its own.
import { AppError } from '../../errors.js'
import { pull } from '../pull/pull.js'
import { push } from '../push/push.js'
import type { NightlyDeps } from './deps.js'
import type { NightlyEvent } from './events.js'

type Events = AsyncGenerator<NightlyEvent, void>

/** @throws AppError what the shop's database says: without its orders and its lock nothing is sold */
export async function* bringOrders({ desk, lock, clock }: NightlyDeps, signal: AbortSignal): Events {
  if (desk === null) return
  const pulling = pull({ desk, lock, clock }, signal)
  for (;;) {
    const { done, value } = await pulling.next()
    if (done) return yield { type: 'pulled', report: value }
    yield { type: 'pulling', orders: value.orders }
  }
}

/** Whatever ended the stages before, their results are told; what cannot be told tonight is told the next time. */
export async function* tellShop({ desk, lock, clock }: NightlyDeps): Events {
  if (desk === null) return
  try {
    for await (const order of push({ desk, lock, clock }, NEVER)) yield { type: 'pushed', order }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    yield { type: 'push-failed', code: error.code }
  }
}

/** A signal ends the sending; what was sent is told all the same. */
const NEVER = new AbortController().signal
