// The sale of the night: all that may be sold, what expires first goes first, and nothing after the cut-off. Page 3.1.
import type { Moment } from '../../domain/age.js'
import type { OrderFilter } from '../../domain/chosen.js'
import { permit } from '../../domain/permit.js'
import { AppError } from '../../errors.js'
import { makePlan, type Choice, type Planned } from '../batch/choose.js'
import type { Plan } from '../batch/plan.js'
import { runBatch } from '../batch/run.js'
import type { NightlyDeps, NightlyWishes } from './deps.js'
import type { NightlyEvent, NotBegun } from './events.js'
import { chooseForNight } from './left-out.js'
import { paceOf } from './pace.js'

const filterOf = (shippedOnly: boolean): OrderFilter => (shippedOnly ? { shipped: true } : {})

type Events<Result> = AsyncGenerator<NightlyEvent, Result>

/** So many of the first orders tell how the night goes. */
const TELLING = 10

/** The night's wishes, and when the night began. */
interface Selling extends NightlyWishes {
  readonly began: Moment
}

/** @param untold orders of which Paygent says nothing tonight: they must not keep the others from being sold */
export async function* sell(
  wishes: Selling,
  untold: readonly string[],
  deps: NightlyDeps,
  signal: AbortSignal,
): Events<void> {
  const { rules, shippedOnly, untilMs } = wishes
  const { chosen: found, ...left } = chooseForNight(deps.orders, wishes)
  yield { type: 'left-to-people', ...left }
  const chosen = found.filter(({ orderId }) => !untold.includes(orderId))
  if (chosen.length === 0) return
  if (deps.clock.nowMs() >= untilMs) {
    const late = chosen.filter((order) => permit(order, 'sale', rules).verdict !== 'refused')
    if (late.length > 0) yield { type: 'not-begun', why: 'until', left: late }
    return
  }
  const choice: Choice = { orders: chosen, filter: filterOf(shippedOnly), originOf: () => 'night' }
  const planned = yield* prepare(choice, wishes, deps, signal)
  const { plan } = planned
  yield { type: 'planned', plan }
  const why = limitOver(plan, wishes)
  if (why !== null) return yield { type: 'not-begun', why, left: plan.orders }
  yield* run(planned, wishes, deps, signal)
}

async function* prepare(
  choice: Choice,
  { rules, began }: Selling,
  deps: NightlyDeps,
  signal: AbortSignal,
): Events<Planned> {
  const preparing = makePlan(choice, 'sale', rules, deps, began, signal)
  for (;;) {
    const { done, value } = await preparing.next()
    if (done) return value
    yield { type: 'preparing', index: value.index, total: value.total }
  }
}

const yenOf = ({ steps }: Plan): number => steps.reduce((sum, { amountYen }) => sum + amountYen, 0)

/** @throws AppError limits-needed for a large plan that nobody has set limits for */
function limitOver(plan: Plan, { maxOrders, maxAmountYen, largeFrom }: NightlyWishes): NotBegun | null {
  const count = plan.steps.length
  const yen = yenOf(plan)
  if (maxOrders !== null && count > maxOrders) return 'max-orders'
  if (maxAmountYen !== null && yen > maxAmountYen) return 'max-amount'
  const large = largeFrom !== null && (count > largeFrom.orders || yen > largeFrom.yen)
  if (large && (maxOrders === null || maxAmountYen === null)) throw new AppError('limits-needed', { count, yen })
  return null
}

/** Says at once when the plan will not be through by the cut-off: by the last runs, or by the first orders of this one. */
async function* run(
  { plan, plannedAt }: Planned,
  wishes: NightlyWishes,
  deps: NightlyDeps,
  signal: AbortSignal,
): Events<void> {
  const { clock, journal } = deps
  const { untilMs } = wishes
  const knownMs = journal.paceMs()
  let said = false
  function* judge(orders: number, perOrderMs: number): Generator<NightlyEvent> {
    const pace = paceOf(orders, perOrderMs, clock.nowMs(), untilMs)
    said = pace.left > 0
    if (said) yield { type: 'too-slow', pace }
  }
  if (knownMs !== null) yield* judge(plan.steps.length, knownMs)
  const begun = new Set<number>()
  let startMs = clock.monotonicMs()
  for await (const event of runBatch(plan, deps, { ...wishes, plannedAt, stopsOnFailures: true }, signal)) {
    if (event.type === 'started') startMs = clock.monotonicMs()
    yield { type: 'selling', event }
    if (event.type !== 'sending' || begun.has(event.step.position)) continue
    const done = begun.size
    begun.add(event.step.position)
    if (done === TELLING && !said) yield* judge(plan.steps.length - done, (clock.monotonicMs() - startMs) / done)
  }
}
