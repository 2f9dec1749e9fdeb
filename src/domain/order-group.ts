// Orders that the rules cannot tell apart, counted together: what the first screen adds up. Page 6.
import { markOf } from './fence.js'
import type { Operation, Order } from './order.js'
import type { Permission } from './permission.js'
import { permit, type RuleContext } from './permit.js'

/** Whatever `permit` says of one of them in a batch, it says of all; amounts are whole yen. */
export interface OrderGroup {
  readonly example: Order
  readonly count: number
  /** Of all their totals. */
  readonly totalYen: number
  /** Of all that Paygent holds for them; 0 where it has not told. */
  readonly heldYen: number
}

export const groupOfOne = (order: Order): OrderGroup => ({
  example: order,
  count: 1,
  totalYen: order.totalYen,
  heldYen: order.heldAmountYen ?? 0,
})

export interface Sum {
  readonly count: number
  readonly yen: number
}

/** What may be sent, and what would be captured or released; the total where Paygent has not told the amount yet. */
export function sumOf(groups: readonly OrderGroup[], operation: Operation, rules: RuleContext): Sum {
  let [count, yen] = [0, 0]
  for (const group of groups) {
    // Only a person's own choice sends those, and they are counted by themselves.
    if (markOf(group.example, operation, rules) !== null) continue
    const permission = permit(group.example, operation, rules)
    if (permission.verdict === 'refused' || isToAsk(permission)) continue
    count += group.count
    yen += yenOf(group, permission)
  }
  return { count, yen }
}

/** How many orders Paygent has still to be asked about: not even the request is clear before it has told. */
export const toAskIn = (groups: readonly OrderGroup[], rules: RuleContext): number =>
  groups
    .filter(({ example }) => isToAsk(permit(example, 'sale', rules)))
    .reduce((count, group) => count + group.count, 0)

const isToAsk = (permission: Permission): boolean => permission.verdict === 'ask' && permission.request === null

/** A request is of the held amount or of the total, and of the same one for the whole group. */
function yenOf({ example, totalYen, heldYen }: OrderGroup, permission: Permission): number {
  return permission.verdict === 'permitted' && permission.amountYen === example.heldAmountYen ? heldYen : totalYen
}
