// Nothing is sent that nobody has said yes to: limits, plan, question. Pages 3.1 and 6.
import type { Order } from '../domain/order.js'
import { isGone } from '../domain/permit.js'
import { AppError } from '../errors.js'
import type { Plan } from '../jobs/batch/plan.js'
import type { BatchSetting } from './batch-setting.js'
import { askText, askYes } from './question.js'

/** Shows the plan and asks. Throws an AppError unless the plan may be sent. */
export async function confirm(plan: Plan, setting: BatchSetting): Promise<void> {
  const { wishes, narrator, context } = setting
  const count = plan.steps.length
  const yen = plan.steps.reduce((sum, { amountYen }) => sum + amountYen, 0)
  const { maxOrders, maxAmountYen, mayAsk, yes, single } = wishes
  await narrator.plan(plan, mayAsk && !yes)
  if (count === 0) return
  if (maxOrders !== null && count > maxOrders) throw new AppError('too-many-orders', { count, limit: maxOrders })
  if (maxAmountYen !== null && yen > maxAmountYen) throw new AppError('too-much-money', { yen, limit: maxAmountYen })
  const { environment, confirmOrders, confirmYen } = context.config
  const large = environment === 'production' && (count > confirmOrders || yen > confirmYen)
  if (large && !mayAsk && (maxOrders === null || maxAmountYen === null))
    throw new AppError('limits-needed', { count, yen })
  const gone = single && plan.operation === 'cancel' ? goneOf(plan) : undefined
  if (gone !== undefined) await typeNumber(gone, setting)
  else if (large && mayAsk) await typeCount(count, yen, setting)
  else if (!yes && !(await askYes(narrator.question(plan.operation, single), context.terminal)))
    throw new AppError('answered-no')
  if (context.terminal.interrupted.aborted) throw new AppError('interrupted')
}

/** The order that is to be sent, where the shop has deleted it: nobody can look at it there any more. */
const goneOf = ({ orders, steps }: Plan): Order | undefined =>
  orders.find((order) => isGone(order) && steps.some(({ orderId }) => orderId === order.orderId))

/** No row of the shop says any more that the cancel is right, so that a person does, by its number and not by a key. */
async function typeNumber({ orderId }: Order, { wishes, narrator, context }: BatchSetting): Promise<void> {
  if (!wishes.mayAsk) throw new AppError('deleted-unconfirmed', { order: orderId })
  const typed = await askText(narrator.numberQuestion(orderId), context.terminal)
  if (typed !== orderId) throw new AppError('number-mismatch', { typed, order: orderId })
}

/** Above the limits a reflex is not enough: the count is typed. */
async function typeCount(count: number, yen: number, { narrator, context }: BatchSetting): Promise<void> {
  const typed = await askText(narrator.countQuestion(count, yen), context.terminal)
  if (typed !== String(count)) throw new AppError('count-mismatch', { typed, count })
}
