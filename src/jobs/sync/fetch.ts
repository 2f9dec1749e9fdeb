// Fetches notices (091): each once, none lost. A call without a number marks the next notice as delivered for the whole
// merchant. If the answer to it is lost, the notice is fetched by its number.
import { PAUSES_MS } from '../../attempts/inquiry.js'
import { isCutOff, isUnreadable, troubleOf, worthAsking } from '../../attempts/trouble.js'
import type { NoticeAnswer } from '../../domain/answer.js'
import type { Stopped } from '../reconcile/events.js'
import type { NoticesEnd, SyncDeps, SyncEvent } from './events.js'

/** At most this many are fetched by number in one run. */
const NAMED_AT_MOST = 500

const PROBE = '0'
/** Numbers begin here: docs/wire.md#notices. */
const FIRST_ID = 1
/** The code for a notice without a new number; Paygent has none for it. */
const REPEATED = 'notice-repeated'

/** Counts how many more may be fetched by their number. */
class Allowance {
  #left = NAMED_AT_MOST
  get left(): number {
    return this.#left
  }
  take(): boolean {
    this.#left -= 1
    return this.#left >= 0
  }
}

/** Why the fetching ended early: the whole run ends, or only the notices end. */
type Ended = Stopped | NoticesEnd

type Missed = Exclude<NoticeAnswer, { type: 'notice' | 'none' }>

/**
 * Checks login, certificate and connection by a call that names no real notice and marks none.
 * @throws AppError if they are not good
 */
export async function probeNotices({ gateway, clock }: SyncDeps, signal: AbortSignal): Promise<Ended | null> {
  for (const pauseMs of [...PAUSES_MS, null]) {
    const answer = await gateway.notice(PROBE)
    if (answer.type === 'notice' || answer.type === 'none') return null
    if (answer.type === 'silent' && !isUnreadable(answer)) throw troubleOf(answer)
    if (answer.type === 'silent' || pauseMs === null || !isBusy(answer)) return endOfNotices(answer, PROBE)
    if (signal.aborted) return 'interrupted'
    await clock.sleep(pauseMs, signal)
  }
  return null
}

const isBusy = (answer: Missed): boolean => answer.type === 'rejected' && worthAsking(answer.handling)

/**
 * An unreadable answer, or a code about the notice, is no reason to stop the inquiries about orders. It ends only the
 * notices. `unanswered`: there was no answer.
 * @throws AppError if connection or login are gone, or Paygent is closed
 */
function endOfNotices(answer: Missed, noticeId: string | null): Ended {
  if (answer.type === 'silent') return isUnreadable(answer) ? { noticeId, code: answer.fault.code } : 'unanswered'
  if (isCutOff(answer)) throw troubleOf(answer)
  return { noticeId, code: answer.code }
}

/** Stores every notice that Paygent has, and records those that it no longer has. */
export async function* fetchNotices(
  deps: SyncDeps,
  signal: AbortSignal,
): AsyncGenerator<SyncEvent, { readonly ended: Ended | null; readonly purged: readonly number[] }> {
  const allowance = new Allowance()
  const purged: number[] = []
  for (const stage of [fetchNext, fetchTail, fetchMissing]) {
    const ended: Ended | null = yield* stage(deps, allowance, purged, signal)
    if (ended !== null) return { ended, purged }
  }
  return { ended: null, purged }
}

type Stage = AsyncGenerator<SyncEvent, Ended | null>

/**
 * Fetches one after the other, until there is none. The numbers must grow: with a gateway that repeats itself the loop
 * would never end.
 */
async function* fetchNext(deps: SyncDeps, allowance: Allowance, purged: number[], signal: AbortSignal): Stage {
  let previous = -1
  let lost = false
  let misses = 0
  for (;;) {
    if (signal.aborted) return 'interrupted'
    const answer = await deps.gateway.notice(null)
    if (answer.type === 'none') return null
    if (answer.type === 'notice') {
      misses = 0
      const isFirst = deps.inbox.lastId() === null
      yield* keep(answer, deps)
      const noticeId = Number(answer.notice.noticeId)
      if (noticeId <= previous) return { noticeId: null, code: REPEATED }
      previous = noticeId
      if (!isFirst || !(answer.gap || lost)) continue
      const before: Ended | null = yield* fetchBefore(noticeId, deps, purged, signal)
      if (before !== null) return before
      continue
    }
    lost ||= answer.type === 'silent'
    const pauseMs = PAUSES_MS[misses]
    if (pauseMs === undefined || isRefused(answer)) return endOfNotices(answer, null)
    misses += 1
    await deps.clock.sleep(pauseMs, signal)
    const again: Ended | null = yield* fetchLost(deps, allowance, signal)
    if (again !== null) return again
  }
}

/**
 * Before the first notice that this mirror knows there was another one: purged, or delivered to us and lost. Numbers
 * further back belong to no known notice, but their orders are inquired about all the same.
 */
async function* fetchBefore(noticeId: number, deps: SyncDeps, purged: number[], signal: AbortSignal): Stage {
  if (noticeId <= FIRST_ID) return null
  const answer = await namedPatiently(noticeId - 1, deps, signal)
  if (isEnd(answer)) return answer
  if (answer.type === 'notice') yield* keep(answer, deps)
  else notePurged(noticeId - 1, purged, deps)
  return null
}

function notePurged(noticeId: number, purged: number[], { inbox, clock }: SyncDeps): void {
  inbox.purged(noticeId, clock.nowMs())
  purged.push(noticeId)
}

/** A busy gateway is worth another try, and so is silence. Any other refusal will be repeated. */
const isRefused = (answer: Missed): boolean => answer.type === 'rejected' && !isBusy(answer)

/**
 * The answer to a call without a number is lost, so the notice after the last known one may be delivered by now. While
 * none is known there is no number to count from. The notice before the first one that comes is then checked.
 */
async function* fetchLost(deps: SyncDeps, allowance: Allowance, signal: AbortSignal): Stage {
  if (signal.aborted) return 'interrupted'
  const lastId = deps.inbox.lastId()
  if (lastId === null || !allowance.take()) return null
  const answer = await namedPatiently(lastId + 1, deps, signal)
  if (isEnd(answer)) return answer
  if (answer.type === 'notice') yield* keep(answer, deps)
  return null
}

const named = (noticeId: number): string => String(noticeId)

/**
 * A notice that was delivered to an earlier run and lost comes after the last known one, and is marked as delivered.
 */
async function* fetchTail(deps: SyncDeps, allowance: Allowance, _purged: number[], signal: AbortSignal): Stage {
  for (;;) {
    const lastId = deps.inbox.lastId()
    if (lastId === null || !allowance.take()) return null
    if (signal.aborted) return 'interrupted'
    const answer = await namedPatiently(lastId + 1, deps, signal)
    if (isEnd(answer)) return answer
    if (answer.type === 'none') return null
    yield* keep(answer, deps)
  }
}

/** Fetches the numbers between the known ones: lost on the way, or purged by Paygent. */
async function* fetchMissing(deps: SyncDeps, allowance: Allowance, purged: number[], signal: AbortSignal): Stage {
  for (const noticeId of deps.inbox.missing(Math.max(0, allowance.left))) {
    if (signal.aborted) return 'interrupted'
    const answer = await namedPatiently(noticeId, deps, signal)
    if (isEnd(answer)) return answer
    if (answer.type === 'notice') yield* keep(answer, deps)
    else {
      notePurged(noticeId, purged, deps)
    }
  }
  return null
}

type Given = Extract<NoticeAnswer, { type: 'notice' }>

type Found = Given | { readonly type: 'none' }

const isEnd = (answer: Found | Ended): answer is Ended => typeof answer === 'string' || 'code' in answer

/** A named notice may be asked for again. */
async function namedPatiently(
  noticeId: number,
  { gateway, clock }: SyncDeps,
  signal: AbortSignal,
): Promise<Found | Ended> {
  for (const pauseMs of PAUSES_MS) {
    const answer = await gateway.notice(named(noticeId))
    if (answer.type === 'notice' || answer.type === 'none') return answer
    if (isRefused(answer) || signal.aborted) return endOfNotices(answer, named(noticeId))
    await clock.sleep(pauseMs, signal)
  }
  const answer = await gateway.notice(named(noticeId))
  return answer.type === 'notice' || answer.type === 'none' ? answer : endOfNotices(answer, named(noticeId))
}

function* keep({ notice }: Given, { inbox, clock }: SyncDeps): Generator<SyncEvent> {
  if (inbox.store(notice, clock.nowMs())) yield { type: 'fetched', noticeId: notice.noticeId }
}
