// Holds the state of the picker and how each key changes it. Pure: picker-screen.ts draws, src/cli reads the keyboard.
import { authorisationAge } from '../domain/age.js'
import type { Origin } from '../domain/chosen.js'
import { SPOKEN_NAMES } from '../domain/method-names.js'
import { isShipped } from '../domain/order-status.js'
import type { Operation, Order } from '../domain/order.js'
import type { Permission } from '../domain/outcome.js'
import { type Mark, type RuleContext, markOf, permit, takenByAll } from '../domain/permit.js'
import { stateLabel } from '../domain/statuses.js'
import { comparedName, usualShapes } from '../text/names.js'
import { displayWidth } from '../text/width.js'
import type { AskedOf } from './reasons.js'
import { type Lang, LANGS } from './screen.js'
import { labelWord, methodName, word } from './words.js'

/** An order as the picker offers it. */
export interface PickerRow {
  readonly order: Order
  readonly permission: Permission
  /** True where the order may be ticked. */
  readonly permitted: boolean
  /** The rules that gave the permission. */
  readonly asked: AskedOf
  /** True where the key for all that is shown ticks it, as `--all` would take it. */
  readonly byAll: boolean
  /** Its 対応状況 has no meaning, so that only a person may tick it. Null for any other order. */
  readonly mark: Mark | null
  /** The amount to be captured or released, whole yen; the order's total where that is not known. */
  readonly amountYen: number
  /** Paygent's held amount is not known yet; Paygent is asked before the plan. */
  readonly untold: boolean
  /** Days on which the authorisation can still be sold, negative when it is past; null where there is none. */
  readonly daysLeft: number | null
  readonly search: Searched
}

/** The texts of an order in the form in which a filter finds them. */
interface Searched {
  /** Number, name, method, 対応状況 and ペイジェント状況, line by line: a filter is a part of one line. */
  readonly parts: string
  /** Words of the shipping: a filter is the beginning of one, because "not shipped" holds "shipped". */
  readonly shipping: readonly string[]
}

/** The purpose of the rows, beside the rules. */
export interface PickerView {
  /** Japan date, `YYYY-MM-DD`. */
  readonly today: string
  /** The language in which ペイジェント状況 is shown and searched. */
  readonly lang: Lang
}

/**
 * The rows of the picker, one for each order and in their order. An order about which Paygent must first be asked may
 * be ticked, as `--orders` and `--all` take it: it is asked before the plan, and the plan shows the answer.
 */
export const pickerRows = (
  orders: readonly Order[],
  operation: Operation,
  rules: RuleContext,
  { today, lang }: PickerView,
): PickerRow[] =>
  orders.map((order) => {
    const permission = permit(order, operation, rules)
    const permitted = permission.verdict !== 'refused'
    return {
      order,
      permission,
      permitted,
      asked: { ...rules, operation },
      byAll: permitted && takenByAll(order, operation, rules),
      mark: permitted ? markOf(order, operation, rules) : null,
      amountYen: permission.verdict === 'permitted' ? permission.amountYen : order.totalYen,
      untold: permission.verdict === 'ask',
      daysLeft: authorisationAge(order, today)?.left ?? null,
      search: searchedOf(order, lang),
    }
  })

/**
 * The form in which texts are searched: width, case, blanks and the shapes of one kanji do not count, nor do the
 * selectors that choose between them.
 */
const searchForm = (text: string): string =>
  usualShapes(comparedName(text).replace(/\p{Default_Ignorable_Code_Point}+/gu, ''))

/**
 * The texts that a filter searches. The method is found by its names in every language; numbers, names and methods
 * never run into each other.
 */
function searchedOf(order: Order, lang: Lang): Searched {
  const method = order.method === 'credit' ? 'credit' : order.carrier
  const parts = [
    order.orderId,
    order.customerName,
    ...LANGS.map((each) => methodName(order, each)),
    ...(method === null ? [] : SPOKEN_NAMES[method]),
    order.orderStatus,
    labelWord(stateLabel(order), lang),
  ]
  const shipping = LANGS.map((each) => word(isShipped(order) ? 'shipped' : 'not-shipped', each))
  return { parts: parts.map(searchForm).join('\n'), shipping: shipping.map(searchForm) }
}

/** How a filter matches a row: by its whole number, by a part of its texts, or not at all. */
export function isFound(filter: string): (row: PickerRow) => 'number' | 'part' | null {
  const wanted = searchForm(filter)
  const number = wanted.replace(/^0+(?=\d)/, '')
  return ({ order, search: { parts, shipping } }) => {
    if (order.orderId === number) return 'number'
    return parts.includes(wanted) || shipping.some((each) => each.startsWith(wanted)) ? 'part' : null
  }
}

export interface PickerState {
  /** Every order offered, in the order in which they go out. */
  readonly rows: readonly PickerRow[]
  readonly filter: string
  /** Where the keys go: while the filter is being typed a blank is part of it, and no key but that for all ticks. */
  readonly focus: 'filter' | 'list'
  /** The key for all ticks nothing before the list is narrowed, as `bulk-cancel --all` needs a filter. */
  readonly allNeedsFilter: boolean
  /** The rows that the filter leaves. */
  readonly shown: readonly PickerRow[]
  /** Order number under the cursor; null when nothing is shown. */
  readonly cursor: string | null
  /** Order numbers, each with the key that ticked it; the filter does not change them. */
  readonly ticked: ReadonlyMap<string, TickedBy>
  /** The reason why the last key had no effect; null where it had one. */
  readonly notice: PickerNotice | null
  readonly end: 'confirmed' | 'left' | null
}

/** The way of ticking: a person ticked the order itself, or every order that was shown. */
export type TickedBy = Extract<Origin, 'ticked' | 'ticked-by-all'>

export type PickerNotice = 'nothing-ticked' | 'not-permitted' | 'none-permitted' | 'some-left' | 'filter-needed'

export type PickerKey =
  /** The whole filter after the key. */
  | { readonly type: 'filter'; readonly text: string }
  /** Rows up (negative) or down. */
  | { readonly type: 'move'; readonly by: number }
  /** `list` goes from the filter to the list, `leave` clears the filter or leaves. */
  | { readonly type: 'first' | 'last' | 'list' | 'toggle' | 'all' | 'none' | 'confirm' | 'leave' }

/** The picker as it opens: everything shown, nothing ticked, the cursor on the first order that may be sent. */
export const pickerState = (rows: readonly PickerRow[], allNeedsFilter = false): PickerState => ({
  rows,
  filter: '',
  focus: 'list',
  allNeedsFilter,
  shown: rows,
  cursor: restingPlace(rows),
  ticked: new Map(),
  notice: null,
  end: null,
})

/** The picker after a key. Text narrows and ticks nothing; no key ticks an order that may not be sent. */
export function pressed(before: PickerState, key: PickerKey): PickerState {
  const state = { ...before, notice: null }
  switch (key.type) {
    case 'filter':
      return narrowed(state, key.text)
    case 'move':
      return moved(state, key.by)
    case 'first':
      return { ...state, focus: 'list', cursor: idAt(state, 0) }
    case 'last':
      return { ...state, focus: 'list', cursor: idAt(state, state.shown.length - 1) }
    case 'list':
      return { ...state, focus: 'list' }
    case 'toggle':
      return toggled(state)
    case 'all':
      return allTicked(state)
    case 'none': {
      const shown = new Set(state.shown.map(idOf))
      return { ...state, ticked: new Map([...state.ticked].filter(([orderId]) => !shown.has(orderId))) }
    }
    case 'confirm':
      return state.ticked.size === 0 ? { ...state, notice: 'nothing-ticked' } : { ...state, end: 'confirmed' }
    case 'leave':
      return state.filter === '' ? { ...state, end: 'left' } : narrowed(state, '')
    default:
      return key satisfies never
  }
}

const idOf = ({ order }: PickerRow): string => order.orderId

/** The place of the cursor among the rows shown; -1 where none is. */
export const cursorIndex = ({ shown, cursor }: Pick<PickerState, 'shown' | 'cursor'>): number =>
  shown.findIndex(({ order }) => order.orderId === cursor)

function idAt({ shown }: PickerState, index: number): string | null {
  const row = shown[Math.min(Math.max(index, 0), shown.length - 1)]
  return row === undefined ? null : idOf(row)
}

function restingPlace(shown: readonly PickerRow[]): string | null {
  const row = shown.find(({ permitted }) => permitted) ?? shown[0]
  return row === undefined ? null : idOf(row)
}

/** The first arrow goes from the filter to the row that is marked already, so that it is that row that gets ticked. */
function moved(state: PickerState, by: number): PickerState {
  if (state.focus === 'filter' && Math.abs(by) === 1) return { ...state, focus: 'list' }
  return { ...state, focus: 'list', cursor: idAt(state, Math.max(cursorIndex(state), 0) + by) }
}

/** A number typed in full names its order, so the cursor goes there even if 1852 is shown above 852. */
function narrowed(state: PickerState, text: string): PickerState {
  if (text === state.filter) return state
  const match = isFound(text)
  const found = state.rows.flatMap((row) => {
    const how = match(row)
    return how === null ? [] : [{ row, how }]
  })
  const shown = found.map(({ row }) => row)
  const exact = found.find(({ how }) => how === 'number')?.row
  const stays = shown.some(({ order }) => order.orderId === state.cursor) ? state.cursor : null
  const cursor = exact ? idOf(exact) : (stays ?? restingPlace(shown))
  return { ...state, filter: text, focus: text === '' ? 'list' : 'filter', shown, cursor }
}

function toggled(state: PickerState): PickerState {
  if (state.focus === 'filter') return state
  const row = state.shown[cursorIndex(state)]
  if (row === undefined) return state
  if (!row.permitted) return { ...state, notice: 'not-permitted' }
  const ticked = new Map(state.ticked)
  if (!ticked.delete(idOf(row))) ticked.set(idOf(row), 'ticked')
  return { ...state, ticked }
}

function allTicked(state: PickerState): PickerState {
  if (state.allNeedsFilter && searchForm(state.filter) === '') return { ...state, notice: 'filter-needed' }
  const offered = state.shown.filter(({ permitted }) => permitted)
  if (offered.length === 0) return { ...state, notice: 'none-permitted' }
  const added = offered.filter(({ byAll }) => byAll).map((row) => [idOf(row), 'ticked-by-all'] as const)
  // An order that a person ticked before stays that person's.
  const ticked = new Map([...added, ...state.ticked])
  return { ...state, ticked, notice: offered.every((row) => ticked.has(idOf(row))) ? null : 'some-left' }
}

/** The orders to be sent, each with the key that ticked it, in the order in which they were offered. */
export const picked = ({ rows, ticked }: PickerState): Map<string, TickedBy> =>
  new Map(
    rows.flatMap((row) => {
      const by = ticked.get(idOf(row))
      return by === undefined ? [] : [[idOf(row), by] as const]
    }),
  )

export interface PickedSum {
  readonly count: number
  /** Whole yen; orders whose held amount is not known count with their total. */
  readonly yen: number
  /** The number of those orders. */
  readonly untold: number
  /** The number of ticked orders that the filter does not show. */
  readonly hidden: number
}

/** The sum of the ticked orders, shown or not. */
export function pickedSum({ rows, shown, ticked }: PickerState): PickedSum {
  const picked = rows.filter(({ order }) => ticked.has(order.orderId))
  return {
    count: picked.length,
    yen: picked.reduce((sum, { amountYen }) => sum + amountYen, 0),
    untold: picked.filter(({ untold }) => untold).length,
    hidden: picked.length - shown.filter(({ order }) => ticked.has(order.orderId)).length,
  }
}

/** The characters that are not drawn: they would be in the filter unseen and match nothing. */
const UNSEEN = /[\p{Control}\p{Format}\p{Surrogate}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu

/** The typed text as a filter of at most `cells` cells. */
export function filterText(typed: string, cells: number): string {
  let text = ''
  for (const character of typed.replace(UNSEEN, '')) {
    const longer = text + character
    if (longer.length > cells || displayWidth(longer) > cells) return text
    text = longer
  }
  return text
}
