import type { Asked, RunRules } from '../../src/domain/chosen.js'
import type { Operation, Order } from '../../src/domain/order.js'
import type { Permission } from '../../src/domain/outcome.js'
import type { RuleContext } from '../../src/domain/permit.js'
import type { RunItem } from '../../src/domain/run.js'

export const HELD_YEN = 1000
export const NOW_MS = Date.parse('2026-11-23T19:30:00+09:00')

/** A hold as the mirror keeps it. */
export const HOLD = { note: 'address unclear', since: '2026-11-23T12:00:00+09:00', osUser: 'yamada' }

/** An authorised credit order of 1,000 yen of which Paygent has told everything. */
export const order = (overrides: Partial<Order> = {}): Order => ({
  orderId: '852',
  orderedAt: '2026-11-20T11:50:00+09:00',
  customerName: 'ペイジェント 太郎',
  method: 'credit',
  carrier: null,
  totalYen: HELD_YEN,
  amendedFromYen: null,
  listedAmountYen: null,
  shippedAt: null,
  shippingTold: true,
  orderStatus: '新規受付',
  tradingId: '852',
  paymentId: '12345678',
  kind: '',
  kindByUs: false,
  status: '20',
  statusOrigin: 'shop',
  statusPaymentId: null,
  heldAmountYen: HELD_YEN,
  heldAmountAt: '2026-11-23T19:00:00+09:00',
  authorizedAt: null,
  openAttempt: false,
  attention: false,
  severalPayments: false,
  conflict: false,
  hold: null,
  shopError: null,
  duplicatePayment: false,
  notProcessed: null,
  correctionRefused: null,
  malformed: false,
  ...overrides,
})

export const rules = (overrides: Partial<RuleContext> = {}): RuleContext => ({
  includeCancelled: false,
  afterUnknown: false,
  statuses: [],
  nowMs: NOW_MS,
  profile: 'manual',
  single: false,
  ...overrides,
})

/** A run over orders that a person named. */
export const askedFor = (operation: Operation, overrides: Partial<RunRules> = {}): Asked => ({
  operation,
  rules: {
    profile: 'current',
    single: false,
    includeCancelled: false,
    afterUnknown: false,
    statuses: [],
    ...overrides,
  },
  filter: {},
})

/** The accepted sale of a card order in a past run, as it still stands. */
export function runItem(changes: Partial<Order> = {}, more: Partial<RunItem> = {}): RunItem {
  const sold = order({ kind: '022', kindByUs: true, status: '40', statusOrigin: 'paygent', ...changes })
  return {
    position: 1,
    order: sold,
    request: 'sale',
    telegram: '022',
    outcome: 'accepted',
    firstOutcome: more.outcome ?? 'accepted',
    code: null,
    detail: null,
    reason: null,
    about: null,
    paymentId: sold.paymentId,
    newPaymentId: null,
    amountYen: HELD_YEN,
    movement: { way: 'captured', yen: HELD_YEN },
    attempts: 1,
    mark: null,
    refunded: false,
    acceptedLater: false,
    ...more,
  }
}

/** `sale 022 1000`, `ask status` or the code of the reason. */
export function short(permission: Permission): string {
  switch (permission.verdict) {
    case 'permitted':
      return `${permission.request} ${permission.telegram} ${permission.amountYen}`
    case 'ask':
      return `ask ${permission.missing}`
    case 'refused':
      return permission.reason
    default:
      return permission satisfies never
  }
}
