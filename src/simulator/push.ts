// Pushes notices to the shop's own address, as Paygent does: a form, one after the other, until the shop has taken it.
import { systemClock } from '../clock.js'
import type { Clock } from '../ports.js'
import type { NoticeToPush } from './ledger-payments.js'
import type { Ledger } from './ledger.js'
import type { Office } from './office.js'
import { createHash } from 'node:crypto'

export interface PushSettings {
  readonly url: string
  /** The key of the hash; null sends none, as to the modules of EC-CUBE 2 and 3. */
  readonly key: string | null
  /**
   * How long after its change a notice is pushed for the first time; at once when left out. How long Paygent waits is not
   * known. A shop stores the id of a new payment once it has the answer, and drops every notice that comes before.
   */
  readonly afterMs?: number
}

/** One try to push a notice. */
export interface PushedNotice {
  readonly noticeId: number
  readonly paymentId: string
  readonly status: string
  /** Epoch milliseconds on the simulator's clock. */
  readonly atMs: number
  readonly taken: boolean
  readonly answer: string
}

export interface Pusher {
  close(): Promise<void>
}

/** The notice up to which nothing is pushed: what was there before an address was given. */
const PUSHED_FROM = 'pushed-from'

const LOOK_MS = 100
const ANSWER_MS = 10_000
const ANSWER_LENGTH = 200
/** How often Paygent repeats a notice is not known. */
const FIRST_RETRY_MS = 1000
const LONGEST_RETRY_MS = 60_000

/** The answer of every module's receiver once it has the notice, be it one that it then leaves aside. */
const TAKEN = /^\s*result\s*=\s*0\s*$/m

const SENT = [
  'payment_notice_id',
  'payment_id',
  'trading_id',
  'payment_type',
  'payment_status',
  'payment_amount',
  'payment_date',
  'clear_detail',
  'payment_class',
  'split_count',
] as const

/** The payment class of every card payment here. */
const PAID_AT_ONCE = '10'

const HASHED = ['payment_notice_id', 'payment_id', 'trading_id', 'payment_type', 'payment_amount'] as const

/** The fields of a pushed notice, in order. Those of which no source says more than the name are empty. */
export function pushFields(notice: Pick<NoticeToPush, 'noticeId' | 'fields'>, key: string | null): URLSearchParams {
  const told = new Map([['payment_notice_id', String(notice.noticeId)], ...notice.fields])
  const value = (name: string): string => told.get(name) ?? ''
  const form = new URLSearchParams(SENT.map((name): [string, string] => [name, value(name)]))
  if (value('payment_type') === '02') form.set('payment_class', PAID_AT_ONCE)
  if (key !== null)
    form.append(
      'hc',
      createHash('sha256')
        .update(`${HASHED.map(value).join('')}${key}`)
        .digest('hex'),
    )
  return form
}

/**
 * Pushes every notice that is made from now on, the oldest first; the next one waits until the one before it is taken.
 * @param clock waits between two looks; the retries follow the simulator's clock
 */
export function startPusher(
  ledger: Ledger,
  office: Office,
  settings: PushSettings,
  onPush: (push: PushedNotice) => void = () => undefined,
  clock: Clock = systemClock,
): Pusher {
  const closing = new AbortController()
  const { afterMs = 0 } = settings
  if (ledger.settings.get(PUSHED_FROM) === null) ledger.settings.set(PUSHED_FROM, String(ledger.pushes.latest()))
  const pushDue = async (): Promise<boolean> => {
    const notice = ledger.pushes.next(Number(ledger.settings.get(PUSHED_FROM) ?? '0'))
    if (notice === null) return false
    const dueMs = notice.tries === 0 ? notice.atMs + afterMs : notice.nextMs
    const waitMs = dueMs - office.nowMs()
    // Longer than any wait: the clock was set back since.
    if (waitMs > 0 && waitMs <= Math.max(afterMs, LONGEST_RETRY_MS)) return false
    const { taken, answer } = await send(settings, notice, closing.signal)
    if (closing.signal.aborted) return false
    const atMs = office.nowMs()
    const nextMs = atMs + Math.min(FIRST_RETRY_MS * 2 ** notice.tries, LONGEST_RETRY_MS)
    ledger.pushes.tried(notice.noticeId, { nextMs, pushedMs: taken ? atMs : null, answer })
    const told = new Map(notice.fields)
    const [paymentId, status] = [told.get('payment_id') ?? '', told.get('payment_status') ?? '']
    onPush({ noticeId: notice.noticeId, paymentId, status, atMs, taken, answer })
    return taken
  }
  const work = async (): Promise<void> => {
    while (!closing.signal.aborted) if (!(await pushDue())) await clock.sleep(LOOK_MS, closing.signal)
  }
  const working = work()
  return {
    close: async () => {
      closing.abort()
      await working
    },
  }
}

async function send(
  { url, key }: PushSettings,
  notice: NoticeToPush,
  closing: AbortSignal,
): Promise<{ taken: boolean; answer: string }> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      body: pushFields(notice, key),
      redirect: 'manual',
      signal: AbortSignal.any([closing, AbortSignal.timeout(ANSWER_MS)]),
    })
    const body = await response.text()
    const taken = response.status === 200 && TAKEN.test(body)
    return { taken, answer: `${response.status} ${body.trim()}`.slice(0, ANSWER_LENGTH) }
  } catch (error) {
    // Fetch refuses some ports of its own accord (10080, 6000 and others), and gives that no code.
    const { name, cause } = error as { name: string; cause?: { code?: string; message?: string } }
    return { taken: false, answer: cause?.code ?? cause?.message ?? name }
  }
}
