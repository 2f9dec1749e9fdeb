// Which orders, asked with the picker: `bulk-sale` and `bulk-cancel` with neither --orders nor --all. Pages 3.1 and 6.
import { byExpiry } from '../batch/plan.js'
import type { Choice } from '../batch/prepare.js'
import { AppError } from '../errors.js'
import { pickerFrame } from '../ui/picker-screen.js'
import { pickerRows } from '../ui/picker.js'
import type { BatchSetting } from './batch-setting.js'
import { pickOrders } from './picker.js'
import { findNamed } from './selection.js'

/** Asks which of the orders that the filters leave; what expires first comes first, and goes out first. */
export async function pickForBatch({ context, mirror, wishes, rules }: BatchSetting): Promise<Choice> {
  const { operation, filter, untilMs, dryRun } = wishes
  if (!dryRun && untilMs !== null && context.clock.nowMs() >= untilMs) throw new AppError('past-until')
  const offered = byExpiry(mirror.orders.list(filter))
  if (offered.length === 0) return { orders: [], filter, originOf: () => 'ticked' }
  const { errorScreen, config, terminal } = context
  const rows = pickerRows(offered, operation, rules)
  const frame = pickerFrame(rows, operation, config.environment, errorScreen)
  const screenOf = (width: number, height: number) => ({ ...errorScreen, width, height })
  const picked = await pickOrders(rows, frame, screenOf, terminal)
  // Somebody may have looked at the list for a while: the plan is made of the orders as they are now.
  const orders = byExpiry(findNamed([...picked.keys()], mirror.orders))
  return { orders, filter, originOf: (orderId) => picked.get(orderId) ?? 'ticked-by-all' }
}
