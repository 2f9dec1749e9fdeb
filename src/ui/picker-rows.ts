// The orders as the picker offers them: what may be ticked, for how much, and what finds it. Page 6.
import type { Operation, Order } from '../domain/order.js'
import type { Permission } from '../domain/outcome.js'
import { type Mark, markOf, permit, type RuleContext } from '../domain/permit.js'
import { methodName } from './messages/texts.js'
import { LANGS } from './screen.js'

export interface PickerRow {
  readonly order: Order
  readonly permission: Permission
  /** Whether it may be ticked. */
  readonly permitted: boolean
  /** It may be ticked by itself only: the key for all that is shown leaves it. */
  readonly mark: Mark | null
  /** What would be captured or released, whole yen; the order's total where that is not known. */
  readonly amountYen: number
  /** Paygent has not told yet what it holds; it is asked before the plan. */
  readonly untold: boolean
  /** Number, name and method as a filter finds them, line by line. */
  readonly search: string
}

/**
 * The rows of the picker, one for each order and in their order. An order about which Paygent must first be asked may
 * be ticked, as `--orders` and `--all` take it: it is asked before the plan, and the plan says what came of it.
 */
export const pickerRows = (orders: readonly Order[], operation: Operation, rules: RuleContext): PickerRow[] =>
  orders.map((order) => {
    const permission = permit(order, operation, rules)
    const permitted = permission.verdict !== 'refused'
    return {
      order,
      permission,
      permitted,
      mark: permitted ? markOf(order, operation, rules) : null,
      amountYen: permission.verdict === 'permitted' ? permission.amountYen : order.totalYen,
      untold: permission.verdict === 'ask',
      search: searchOf(order),
    }
  })

/** Width, case and blanks do not count, nor do the selectors that choose between shapes of one character. */
const searchForm = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s\p{Default_Ignorable_Code_Point}]+/gu, '')

/** The method is found by its name in every language; numbers, names and methods never run into each other. */
const searchOf = (order: Order): string =>
  [order.orderId, order.customerName, ...LANGS.map((lang) => methodName(order, lang))].map(searchForm).join('\n')

/** How a row is found: by its whole number, by a part of it, or not at all. */
export function matches(filter: string): (row: PickerRow) => 'number' | 'part' | null {
  const wanted = searchForm(filter)
  const number = wanted.replace(/^0+(?=\d)/, '')
  return ({ order, search }) => {
    if (order.orderId === number) return 'number'
    return search.includes(wanted) ? 'part' : null
  }
}
