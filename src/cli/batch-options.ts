// The options of a batch command, checked before anything is opened, and what the steps of the command share.
import { msOfJapanTime } from '../clock.js'
import type { Moment } from '../domain/age.js'
import type { OrderFilter } from '../domain/chosen.js'
import { TIME_OF_DAY } from '../domain/carriers.js'
import type { Operation } from '../domain/order.js'
import type { RuleContext } from '../domain/permit.js'
import { AppError } from '../errors.js'
import type { Mirror } from '../mirror/open.js'
import type { ShopDesk } from '../ports.js'
import type { Narrator } from './batch-narrator.js'
import type { CommonOptions, Context } from './context.js'
import { filterOf, wholeOf, type FilterOptions } from './selection.js'
import type { Terminal } from './terminal.js'

export interface BulkOptions extends CommonOptions, FilterOptions {
  readonly orders: readonly string[]
  readonly all?: boolean
  readonly dryRun?: boolean
  readonly yes?: boolean
  readonly until?: string
  readonly maxOrders?: string
  readonly maxAmount?: string
  readonly stopAfter: string
  readonly wait: boolean
  readonly pull: boolean
  readonly push: boolean
  readonly afterUnknown?: boolean
  readonly includeCancelled?: boolean
  /** Set by `sale` and `cancel`: one order, and the requests that only a person may ask for. */
  readonly single?: boolean
}

export interface BatchWishes {
  readonly operation: Operation
  readonly single: boolean
  /** Values of `--orders`, or null for `--all` and for the picker. */
  readonly named: readonly string[] | null
  /** Neither `--orders` nor `--all`, and somebody is there: the picker asks. */
  readonly picks: boolean
  readonly filter: OrderFilter
  readonly dryRun: boolean
  readonly yes: boolean
  /** Epoch milliseconds, or null. */
  readonly untilMs: number | null
  readonly maxOrders: number | null
  readonly maxAmountYen: number | null
  readonly stopAfter: number
  readonly wait: boolean
  /** Where a shop database is configured: orders come from there first, and results go back at the end. */
  readonly pull: boolean
  readonly push: boolean
  readonly afterUnknown: boolean
  readonly includeCancelled: boolean
  /** Somebody is there to answer a question. */
  readonly mayAsk: boolean
}

/** Everything that one batch command works with. */
export interface BatchSetting {
  readonly context: Context
  readonly mirror: Mirror
  /** The shop's own database; null where none is configured, and for a dry run. */
  readonly desk: ShopDesk | null
  readonly wishes: BatchWishes
  readonly rules: RuleContext
  /** When the command began. */
  readonly began: Moment
  readonly narrator: Narrator
}

export function wishesOf(operation: Operation, options: BulkOptions, terminal: Terminal, nowMs: number): BatchWishes {
  const filter = filterOf(options)
  checkChoice(operation, options, filter, terminal.canAsk)
  const mayAsk = terminal.canAsk && !options.orders.includes('-')
  const dryRun = options.dryRun === true
  const yes = options.yes === true
  if (!mayAsk && !yes && !dryRun) throw new AppError('no-terminal')
  return {
    operation,
    single: options.single === true,
    named: options.orders.length > 0 ? options.orders : null,
    picks: !options.all && options.orders.length === 0,
    filter,
    dryRun,
    yes,
    untilMs: untilOf(options.until, nowMs),
    maxOrders: wholeOf('--max-orders', options.maxOrders),
    maxAmountYen: wholeOf('--max-amount', options.maxAmount),
    stopAfter: wholeOf('--stop-after', options.stopAfter) ?? 3,
    wait: options.wait,
    pull: options.pull,
    push: options.push,
    afterUnknown: options.afterUnknown === true,
    includeCancelled: options.includeCancelled === true,
    mayAsk,
  }
}

function checkChoice(
  operation: Operation,
  { orders, all, includeCancelled }: BulkOptions,
  filter: OrderFilter,
  mayPick: boolean,
): void {
  const filtered = Object.keys(filter).length > 0
  if (all && orders.length > 0) throw new AppError('options-contradict', { first: '--all', second: '--orders' })
  if (!all && orders.length === 0 && !mayPick) throw new AppError('no-orders-named')
  if (orders.length > 0 && filtered)
    throw new AppError('options-contradict', { first: '--orders', second: filterName(filter) })
  if (all && includeCancelled)
    throw new AppError('options-contradict', { first: '--all', second: '--include-cancelled' })
  const narrowed = filter.methods ?? filter.from ?? filter.to ?? filter.search
  if (all && operation === 'cancel' && narrowed === undefined) throw new AppError('filter-needed')
}

const FILTER_NAMES = {
  methods: '--method',
  from: '--from',
  to: '--to',
  search: '--search',
  shipped: '--shipped',
} as const satisfies Record<Exclude<keyof OrderFilter, 'sendable'>, string>

const filterName = (filter: OrderFilter): string => FILTER_NAMES[Object.keys(filter)[0] as keyof typeof FILTER_NAMES]

function untilOf(value: string | undefined, nowMs: number): number | null {
  if (value === undefined) return null
  if (!TIME_OF_DAY.test(value)) throw new AppError('bad-value', { name: '--until', value, expected: 'HH:MM' })
  return msOfJapanTime(value, nowMs)
}
