// Whether a connection can hold the shop's lock: the server takes writes, and no pooler lends the session to others.
import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '../errors.js'
import { placeOf } from './address.js'
import type { ShopLine } from './line.js'
import { DIALECTS, LIMITS, type Session } from './session.js'

/** A copy of the shop's database gives its lock to whoever asks, and takes no result. */
const READ_ONLY = {
  mysql: `SHOW GLOBAL VARIABLES WHERE variable_name IN ('read_only', 'super_read_only', 'innodb_read_only')
    AND value NOT IN ('OFF', '0')`,
  postgres: 'SELECT 1 AS standby WHERE pg_is_in_recovery()',
} as const

/** @throws AppError shop-read-only, or what the shop's database says */
export async function refuseReadOnly(line: ShopLine): Promise<void> {
  const found = await line.guarded((session) => session.all(READ_ONLY[session.server]))
  if (found.length > 0) throw new AppError('shop-read-only', { place: placeOf(line.address) })
}

/**
 * Who asks whom: whichever way a pooler picks its connections (the last used first, in turns, at random), one of two
 * clients that own none gets the other's, or not the one that it had before.
 */
const TURNS = 'aabbabaabbab'

/** A client that owns its connection is answered at once, while another one waits for a free one. */
const PATIENCE = { ...LIMITS, silenceMs: 3_000 }
const ASKED_EVERY_MS = 100

/**
 * By two connections that are asked in turns which of the server's sessions they are. Takes no lock: on a connection
 * that is lent to others it would stay behind.
 * @throws AppError shop-pooler, or what the shop's database says
 */
export async function refusePooler(line: ShopLine): Promise<void> {
  if (!line.session.pooled) return
  const other = await besides(line)
  // It waits for a connection while we are answered: each client keeps the one that it got.
  if (other === null) return
  try {
    if (await line.guarded((session) => isShared(session, other))) throw await poolerFault(line)
  } finally {
    await other.close()
  }
}

/** A second connection; null where none is free although ours is answered all the time that the other one waits. */
async function besides(line: ShopLine): Promise<Session | null> {
  let waits = true
  const opening = line.another({}, PATIENCE).finally(() => (waits = false))
  const answered = (async () => {
    while (waits) {
      await line.guarded(sessionOf)
      await sleep(ASKED_EVERY_MS)
    }
  })()
  const [other, ours] = await Promise.allSettled([opening, answered])
  if (ours.status === 'rejected') {
    if (other.status === 'fulfilled') await other.value.close()
    throw ours.reason
  }
  if (other.status === 'fulfilled') return other.value
  if (other.reason instanceof AppError && other.reason.params['problem'] === 'ETIMEDOUT') return null
  throw other.reason
}

async function isShared(session: Session, other: Session): Promise<boolean> {
  const seen = { a: new Set<string>(), b: new Set<string>() }
  for (const turn of TURNS) {
    if (turn === 'a') seen.a.add(await sessionOf(session))
    else seen.b.add(await sessionOf(other))
  }
  return seen.a.size > 1 || seen.b.size > 1 || [...seen.a].some((one) => seen.b.has(one))
}

/** The number of the server's session that answers now. */
export async function sessionOf(session: Session): Promise<string> {
  const [row] = await session.all(`SELECT ${DIALECTS[session.server].me} AS me`)
  return row?.['me'] ?? ''
}

/** The fault, with the pooler's name where it says so. */
export async function poolerFault(line: ShopLine): Promise<AppError> {
  const place = placeOf(line.address)
  return new AppError('shop-pooler', (await isPgbouncer(line)) ? { place, pooler: 'pgbouncer' } : { place })
}

/** It alone has a database of this name that is there and lets hardly anybody in. */
async function isPgbouncer(line: ShopLine): Promise<boolean> {
  if (line.address.server !== 'postgres') return false
  try {
    await (await line.another({ database: 'pgbouncer' }, PATIENCE)).close()
    return true
  } catch (error) {
    return error instanceof AppError && error.params['problem'] === '08P01'
  }
}
