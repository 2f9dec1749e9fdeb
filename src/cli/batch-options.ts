// Checks the options of a batch command before anything is opened, and holds the settings that its steps share.
import type { Sending } from '../batch/events.js'
import type { RunLimits } from '../batch/plan.js'
import { msOfJapanTime } from '../clock.js'
import type { Config } from '../config/config.js'
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
import type { ApprovedPlan } from './plan-file.js'
import { filterOf, orderNumber, runNumber, wholeOf, type FilterOptions } from './selection.js'
import type { Terminal } from './terminal.js'

export interface BulkOptions extends CommonOptions, FilterOptions {
  readonly orders: readonly string[]
  readonly all?: boolean
  readonly ask?: boolean
  readonly out?: string
  readonly plan?: string
  readonly samePerson?: boolean
  readonly rest?: string
  readonly undo?: string
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
  /** Given by `refund` alone: the amount to which the sale is lowered. */
  readonly refundTo?: string
}

/** `--rest <n>` or `--undo <n>`. */
export interface PastRun {
  readonly option: '--rest' | '--undo'
  readonly runId: number
}

/** The request that the command line makes of a batch command. */
export interface BatchRequest {
  readonly operation: Operation
  /** Values of `--orders`, or null for `--all` and for the picker. */
  readonly named: readonly string[] | null
  /** The past run whose rest is sent, or that is undone; null for any other choice. */
  readonly past: PastRun | null
  /** No choice is given on the command line, and an operator is at the terminal: the picker asks. */
  readonly picks: boolean
  readonly filter: OrderFilter
  readonly dryRun: boolean
  /** A dry run that asks Paygent for the missing facts, as the preparation of a batch does. */
  readonly asks: boolean
  /** The file that a dry run writes its plan into, or null. */
  readonly out: string | null
  /** The file whose plan is to be sent, or null. */
  readonly planFile: string | null
  readonly samePerson: boolean
  readonly yes: boolean
  /** True where a shop database is configured: orders come from there first. */
  readonly pull: boolean
  /** An operator is at the terminal to answer a question. */
  readonly mayAsk: boolean
}

/**
 * The part of a batch's options that the command line gives. The settings add the rest: `rulesOf`, `limitsOf`,
 * `settleMs`.
 */
export interface GivenOptions {
  readonly request: BatchRequest
  readonly rules: GivenRules
  readonly limits: GivenLimits
  readonly sending: GivenSending & Pick<Sending, 'untilMs'>
}

type GivenRules = Pick<RuleContext, 'single' | 'includeCancelled' | 'afterUnknown' | 'refundToYen'>
type GivenLimits = Omit<RunLimits, 'largeFrom'>
type GivenSending = Pick<Sending, 'stopAfter' | 'wait'> & { readonly push: boolean }

/** The objects and values that one batch command works with. */
export interface BatchSetting {
  readonly context: Context
  readonly mirror: Mirror
  /** The shop's own database; null where none is configured, and for a dry run, which does not look there. */
  readonly desk: ShopDesk | null
  readonly request: BatchRequest
  readonly rules: RuleContext
  readonly limits: RunLimits
  readonly sending: Sending
  /** When the command began. */
  readonly began: Moment
  readonly narrator: Narrator
  /** The plan of a file that the command sends; null for any other batch. */
  readonly approved: ApprovedPlan | null
}

/** @throws AppError for wrong usage */
export function givenOptions(
  operation: Operation,
  options: BulkOptions,
  terminal: Terminal,
  nowMs: number,
): GivenOptions {
  const filter = filterOf(options, nowMs)
  const { ask, out = null, plan: planFile = null, samePerson = false } = options
  if (planFile === null) checkChoice(operation, options, filter, terminal.canAsk)
  checkPlanOptions(options, filter)
  const mayAsk = terminal.canAsk && !options.orders.includes('-')
  const dryRun = options.dryRun === true
  const yes = options.yes === true
  if (!mayAsk && !yes && !dryRun) throw new AppError('no-terminal')
  const untilMs = untilOf(options.until, nowMs)
  // `sale`, `cancel` and `refund` are for one order, and no list.
  const orders = options.single === true ? options.orders.map(orderNumber) : options.orders
  const named = orders.length > 0 ? orders : null
  const past = pastRun(options)
  const picks = !options.all && named === null && past === null && planFile === null
  const asks = ask === true || out !== null
  return {
    request: {
      operation,
      named,
      past,
      picks,
      filter,
      dryRun,
      asks,
      out,
      planFile,
      samePerson,
      yes,
      pull: options.pull,
      mayAsk,
    },
    rules: {
      single: options.single === true,
      includeCancelled: options.includeCancelled === true,
      afterUnknown: options.afterUnknown === true,
      ...refundOf(options),
    },
    limits: givenLimits(options),
    sending: { untilMs, ...givenSending(options) },
  }
}

/** @throws AppError bad-value; refund-of-all for nothing that would be left */
function refundOf({ refundTo, orders: [order = ''] }: BulkOptions): Pick<RuleContext, 'refundToYen'> {
  if (refundTo !== undefined && /^0+$/.test(refundTo)) throw new AppError('refund-of-all', { order })
  const refundToYen = wholeOf('--to', refundTo)
  return refundToYen === null ? {} : { refundToYen }
}

/** @throws AppError bad-value */
export const givenLimits = ({ maxOrders, maxAmount }: Pick<BulkOptions, 'maxOrders' | 'maxAmount'>): GivenLimits => ({
  maxOrders: wholeOf('--max-orders', maxOrders),
  maxAmountYen: wholeOf('--max-amount', maxAmount),
})

/** @throws AppError bad-value */
export const givenSending = ({
  stopAfter,
  wait,
  push,
}: Pick<BulkOptions, 'stopAfter' | 'wait' | 'push'>): GivenSending => ({
  stopAfter: wholeOf('--stop-after', stopAfter) ?? 3,
  wait,
  push,
})

/** The rules of a command, completed with the settings and the time of day. */
export const rulesOf = (given: GivenRules, { profile, cutOff, statuses }: Config, nowMs: number): RuleContext => ({
  ...given,
  profile,
  cutOff,
  statuses,
  nowMs,
})

/**
 * The limits above which a plan needs a typed confirmation. In production they come from the settings; elsewhere no
 * plan is large.
 */
export const limitsOf = (given: GivenLimits, { environment, confirmOrders, confirmYen }: Config): RunLimits => ({
  ...given,
  largeFrom: environment === 'production' ? { orders: confirmOrders, yen: confirmYen } : null,
})

/** @throws AppError bad-value */
function pastRun({ rest, undo }: BulkOptions): PastRun | null {
  if (rest !== undefined) return { option: '--rest', runId: runNumber('--rest', rest) }
  return undo === undefined ? null : { option: '--undo', runId: runNumber('--undo', undo) }
}

function checkChoice(
  operation: Operation,
  { orders, all, rest, undo, includeCancelled }: BulkOptions,
  filter: OrderFilter,
  mayPick: boolean,
): void {
  const filtered = Object.keys(filter).length > 0
  const [way, other] = [
    rest === undefined ? [] : ['--rest'],
    undo === undefined ? [] : ['--undo'],
    all ? ['--all'] : [],
    orders.length > 0 ? ['--orders'] : [],
  ].flat()
  if (way !== undefined && other !== undefined) throw new AppError('options-contradict', { first: way, second: other })
  if (way === undefined && !mayPick) throw new AppError('no-orders-named')
  if (way !== undefined && way !== '--all' && filtered)
    throw new AppError('options-contradict', { first: way, second: filterName(filter) })
  if (all && includeCancelled)
    throw new AppError('options-contradict', { first: '--all', second: '--include-cancelled' })
  if (all && allNeedsFilter(operation, filter)) throw new AppError('filter-needed')
}

/** A plan file says which orders are sent, and by which rules: nothing else may say so beside it. */
function checkPlanOptions(options: BulkOptions, filter: OrderFilter): void {
  const { ask, dryRun, orders, all, out, plan, rest, undo, samePerson, includeCancelled, afterUnknown } = options
  if (ask && !dryRun) throw new AppError('option-needs', { first: '--ask', second: '--dry-run' })
  if (out !== undefined && !dryRun) throw new AppError('option-needs', { first: '--out', second: '--dry-run' })
  if (samePerson && plan === undefined) throw new AppError('option-needs', { first: '--same-person', second: '--plan' })
  if (plan === undefined) return
  const others = [
    orders.length > 0 && '--orders',
    all && '--all',
    rest !== undefined && '--rest',
    undo !== undefined && '--undo',
    Object.keys(filter).length > 0 && filterName(filter),
    dryRun && '--dry-run',
    includeCancelled && '--include-cancelled',
    afterUnknown && '--after-unknown',
  ]
  const second = others.find((name) => typeof name === 'string')
  if (second !== undefined) throw new AppError('options-contradict', { first: '--plan', second })
}

/** A cancel of all orders at once needs a filter that says which; `--shipped` alone says too little. */
export const allNeedsFilter = (operation: Operation, { methods, from, to, search }: OrderFilter): boolean =>
  operation === 'cancel' && (methods ?? from ?? to ?? search) === undefined

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
