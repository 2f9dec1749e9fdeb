// Orders for the tests of the picker: every verdict of the rules, and many.
import type { Operation, Order } from '../../src/domain/order.js'
import type { RuleContext } from '../../src/domain/permit.js'
import { type PickerRow, pickerRows } from '../../src/ui/picker.js'
import type { Lang } from '../../src/ui/screen.js'
import { MANUAL_ORDERS, sampleOrder } from './sample-orders.js'

export const RULES = {
  profile: 'manual',
  single: false,
  includeCancelled: false,
  afterUnknown: false,
  statuses: [],
  nowMs: 0,
} as const
const credit = { method: 'credit', carrier: null } as const

/** The day of the manual's screens. */
export const TODAY = '2009-07-01'

export const rowsOf = (
  orders: readonly Order[],
  operation: Operation = 'sale',
  lang: Lang = 'ja',
  rules: Partial<RuleContext> = {},
  today = TODAY,
): PickerRow[] => pickerRows(orders, operation, { ...RULES, ...rules }, { today, lang })

/** 864, 862, 853, 852 may be sold; of the others some, for reasons of every kind. */
export const MIXED: readonly Order[] = [
  ...MANUAL_ORDERS,
  sampleOrder({ orderId: '851', ...credit, status: '32', kind: '021', customerName: '髙﨑 德一' }),
  sampleOrder({ orderId: '850', ...credit, totalYen: 1000, heldAmountYen: 1733, customerName: 'ﾔﾏﾀﾞ ﾊﾅｺ' }),
  sampleOrder({ orderId: '849', ...credit, totalYen: 1234567, heldAmountYen: 1 }),
  sampleOrder({ orderId: '848', openAttempt: true }),
  sampleOrder({ orderId: '847', orderStatus: 'キャンセル', customerName: 'Smith, J.' }),
  sampleOrder({ orderId: '846', status: null, totalYen: 500 }),
  sampleOrder({ orderId: '845', heldAmountYen: null, totalYen: 2000 }),
  sampleOrder({ orderId: '844', carrier: null, totalYen: 300 }),
  sampleOrder({ orderId: '1852', ...credit, status: '40', kind: '022' }),
]

/** Orders 1 … count; every third has been sold already. */
export const many = (count: number): Order[] =>
  Array.from({ length: count }, (_, index) =>
    sampleOrder({ orderId: String(index + 1), totalYen: 10, heldAmountYen: 10, status: index % 3 === 2 ? '40' : '20' }),
  )
