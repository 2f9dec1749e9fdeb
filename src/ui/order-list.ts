// Writes the list of orders (受注一覧) as table, JSON and CSV.
import type { AuthorisationAge } from '../domain/age.js'
import type { RuleProfile } from '../domain/carriers.js'
import { isShipped } from '../domain/order-status.js'
import type { Order, RequestName } from '../domain/order.js'
import type { Permission, Reason } from '../domain/outcome.js'
import { effectiveStatus, stateLabel } from '../domain/statuses.js'
import { type CsvValue, csvText } from '../text/csv.js'
import { grouped, listDate, listTime } from '../text/numbers.js'
import { type AskedOf, missingText, reasonText } from './reasons.js'
import { type Lang, type Screen, bothLanguages } from './screen.js'
import { type Cell, type TableColumn, KEEP, type Table, drawTable, fitsWhole } from './table.js'
import { labelWord, methodName, sentences, shortMethod, word } from './words.js'

const JA = {
  errorMark: '（EC-CUBE でエラー）',
  holdMark: '（保留）',
  allShown: (total: number) => `${grouped(total)}件`,
  someShown: (shown: number, total: number) => `${grouped(total)}件中 ${grouped(shown)}件を表示`,
}

const EN: typeof JA = {
  errorMark: ' (error in EC-CUBE)',
  holdMark: ' (on hold)',
  allShown: (total) => `${grouped(total)} orders`,
  someShown: (shown, total) => `${grouped(shown)} of ${grouped(total)} orders`,
}

const TEXTS = bothLanguages(JA, EN)

/** An order with the verdict of the rules on each operation. */
export interface OrderListRow {
  readonly order: Order
  readonly sale: Permission
  readonly cancel: Permission
  /** Null for an order that is not authorised. */
  readonly age: AuthorisationAge | null
  /** The rules that gave the verdicts. */
  readonly profile: RuleProfile
}

/** Whether a request may be sent, for scripts: docs/interface.md#permission. */
export interface PermissionJson {
  readonly permitted: boolean
  readonly request: RequestName | null
  readonly reason: Reason | null
  readonly reasonText: string | null
}

/** An order that Paygent must be asked about counts as permitted as soon as it is clear which request it will be. */
export function permissionJson(permission: Permission, order: Order, asked: AskedOf, lang: Lang): PermissionJson {
  switch (permission.verdict) {
    case 'permitted':
      return { permitted: true, request: permission.request, reason: null, reasonText: null }
    case 'ask': {
      const { request, missing } = permission
      if (request !== null) return { permitted: true, request, reason: null, reasonText: null }
      const reason = missing === 'payment' ? 'no-payment' : 'status'
      return { permitted: false, request, reason, reasonText: missingText(missing, lang) }
    }
    case 'refused': {
      const { request, reason } = permission
      return { permitted: false, request, reason, reasonText: reasonText(permission, order, asked, lang) }
    }
    default:
      return permission satisfies never
  }
}

/** ○, or the reason against it in a word. */
function tickCell(permission: Permission, lang: Lang): Cell {
  const sending = permission.verdict === 'refused' && permission.about === 'sending'
  if (sending) return { text: word('label.sending', lang), colour: 'grey' }
  if (permission.verdict === 'refused') return { text: word(`short.${permission.reason}`, lang), colour: 'grey' }
  const clear = permission.verdict === 'permitted' || permission.request !== null
  return clear ? { text: word('may', lang), colour: 'green' } : word('short.ask', lang)
}

type Shape = 'full' | 'short'

function columns(lang: Lang): TableColumn[] {
  const column = (
    key: Parameters<typeof word>[0],
    shrink: TableColumn['shrink'],
    priority: number,
    min = 8,
  ): TableColumn => ({
    header: word(key, lang),
    shrink,
    priority,
    min,
  })
  return [
    column('column.ordered-at', 'never', 3),
    column('column.order-id', 'never', KEEP),
    column('column.customer-name', 'cut', 6, 6),
    column('column.method', 'never', 4),
    { ...column('column.total', 'never', KEEP), align: 'right' },
    column('column.shipped-at', 'never', 2),
    column('column.order-status', 'cut', 1),
    column('column.left', 'never', 0),
    { ...column('column.label', 'wrap', 5, 6), shortHeader: word('column.label-short', lang) },
    column('column.bulk-sale', 'never', KEEP),
    column('column.bulk-cancel', 'never', KEEP),
  ]
}

/** The authorisation's age and its remaining days, emphasised towards its end. */
function leftCell(age: AuthorisationAge | null, lang: Lang): Cell {
  if (age === null) return ''
  const text = sentences(lang).ageEnding(age.days, age.left)
  return age.left <= ENDING_DAYS ? { text, colour: 'yellow' } : text
}

const ENDING_DAYS = 7

function cells({ order, sale, cancel, age }: OrderListRow, shape: Shape, lang: Lang): Cell[] {
  const full = shape === 'full'
  return [
    full ? listTime(order.orderedAt) : listDate(order.orderedAt),
    order.orderId,
    order.customerName,
    full ? methodName(order, lang) : shortMethod(order, lang),
    grouped(order.totalYen),
    shippedCell(order, full, lang),
    order.orderStatus,
    leftCell(age, lang),
    labelCell(order, sale, lang),
    tickCell(sale, lang),
    tickCell(cancel, lang),
  ]
}

/**
 * The label, with a mark where the shop's own page shows an error, and for a hold that the verdicts beside it do not
 * show; `show` prints their texts.
 */
function labelCell(order: Order, sale: Permission, lang: Lang): string {
  const { errorMark, holdMark } = TEXTS[lang]
  const label = labelWord(stateLabel(order), lang)
  const shown = sale.verdict === 'refused' && sale.reason === 'on-hold'
  const held = order.hold === null || shown ? '' : holdMark
  return `${label}${held}${order.shopError === null ? '' : errorMark}`
}

/** The date of shipment; a word where the shop gives no date. */
export function shippedCell(order: Order, full: boolean, lang: Lang): string {
  const { shippedAt } = order
  if (shippedAt === null) return word(isShipped(order) ? 'shipped' : 'not-shipped', lang)
  return full ? listTime(shippedAt) : listDate(shippedAt)
}

/**
 * The shop's list. Where it is too wide, dates lose their time and methods their prefix; then names are cut, and the
 * status of the shop, the dates and the method are left out, in that order.
 */
export function orderTable(rows: readonly OrderListRow[], screen: Screen): string {
  if (rows.length === 0) return word('no-orders', screen.lang)
  const table = (shape: Shape): Table => ({
    columns: columns(screen.lang),
    rows: rows.map((row) => cells(row, shape, screen.lang)),
  })
  const full = table('full')
  return drawTable(fitsWhole(full, screen) ? full : table('short'), screen)
}

/** The number of orders shown, of all that were found. */
export function orderCount(shown: number, total: number, { lang }: Pick<Screen, 'lang'>): string {
  return shown === total ? TEXTS[lang].allShown(total) : TEXTS[lang].someShown(shown, total)
}

function facts({ order, age }: OrderListRow, lang: Lang) {
  const effective = effectiveStatus(order)
  return {
    orderId: order.orderId,
    orderedAt: order.orderedAt || null,
    customerName: order.customerName,
    method: order.method,
    carrier: order.carrier,
    total: order.totalYen,
    heldAmount: order.heldAmountYen,
    listedAmount: order.listedAmountYen,
    shippedAt: order.shippedAt,
    orderStatus: order.orderStatus,
    tradingId: order.tradingId,
    paymentId: order.paymentId,
    paymentStatus: order.status,
    kind: order.kind,
    authorizedAt: order.authorizedAt,
    expiresOn: age?.lastDay ?? null,
    daysLeft: age?.left ?? null,
    effectiveStatus: effective.known ? effective.status : null,
    state: labelWord(stateLabel(order), lang),
    shopError: order.shopError,
    onHold: order.hold !== null,
    holdNote: order.hold?.note ?? null,
    holdSince: order.hold?.since ?? null,
  } as const
}

export type OrderJson = ReturnType<typeof facts> & { readonly sale: PermissionJson; readonly cancel: PermissionJson }

/** `orders --format json`, docs/interface.md#order. Values are unchanged; only tables and CSV are made harmless. */
export const orderJson = (rows: readonly OrderListRow[], lang: Lang): OrderJson[] =>
  rows.map((row) => ({
    ...facts(row, lang),
    sale: permissionJson(row.sale, row.order, { operation: 'sale', profile: row.profile }, lang),
    cancel: permissionJson(row.cancel, row.order, { operation: 'cancel', profile: row.profile }, lang),
  }))

const CSV_NAMES = [
  'orderId',
  'orderedAt',
  'customerName',
  'method',
  'carrier',
  'total',
  'heldAmount',
  'listedAmount',
  'shippedAt',
  'orderStatus',
  'tradingId',
  'paymentId',
  'paymentStatus',
  'kind',
  'authorizedAt',
  'expiresOn',
  'daysLeft',
  'effectiveStatus',
  'state',
  'salePermitted',
  'saleRequest',
  'saleReason',
  'saleReasonText',
  'cancelPermitted',
  'cancelRequest',
  'cancelReason',
  'cancelReasonText',
  'shopError',
  'onHold',
  'holdNote',
  'holdSince',
] as const

/** `orders --format csv`: the same fields in snake_case. */
export const orderCsv = (rows: readonly OrderListRow[], lang: Lang): string =>
  csvText(
    CSV_NAMES,
    orderJson(rows, lang).map(({ sale, cancel, ...order }): Record<(typeof CSV_NAMES)[number], CsvValue> => ({
      ...order,
      salePermitted: sale.permitted,
      saleRequest: sale.request,
      saleReason: sale.reason,
      saleReasonText: sale.reasonText,
      cancelPermitted: cancel.permitted,
      cancelRequest: cancel.request,
      cancelReason: cancel.reason,
      cancelReasonText: cancel.reasonText,
    })),
  )
