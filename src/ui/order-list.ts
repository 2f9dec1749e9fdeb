// Writes the list of orders (受注一覧) as table, JSON and CSV.
import type { AuthorisationAge } from '../domain/age.js'
import type { Completion } from '../domain/carriers.js'
import { isShipped } from '../domain/order-status.js'
import type { Order, RequestName } from '../domain/order.js'
import type { Permission, Reason } from '../domain/outcome.js'
import { effectiveStatus, stateLabel } from '../domain/statuses.js'
import { type CsvValue, csvText } from '../text/csv.js'
import { grouped, listTime, shortDate, yen } from '../text/numbers.js'
import { fitText } from '../text/width.js'
import { type AskedOf, missingText, reasonText } from './reasons.js'
import { type Lang, type Screen, bothLanguages } from './screen.js'
import { type Cell, type TableColumn, KEEP, type Table, fitsWhole, layTable } from './table.js'
import { labelWord, methodName, shortMethod, word } from './words.js'

const JA = {
  errorMark: '（EC-CUBE でエラー）',
  shipping: '発送',
  isShipped: '済',
  notShipped: '未',
  expiresShort: '残り',
  daysLeft: (days: number) => (days < 0 ? '期限切れの見込み' : `残り${days}日`),
  daysShort: (days: number) => (days < 0 ? '切れ' : `${days}日`),
  expired: '残り：切れ＝オーソリ期限切れの見込み',
  both: '売/取',
  marks: { may: '○', mayNot: '－', ask: '？' },
  joined: (sale: string, cancel: string) => `${sale}${cancel}`,
  legend: '売/取：一括売上と一括取消（○ 送信可、－ 送信不可、？ 送信前に照会）',
  leftOut: (columns: readonly string[]) =>
    `省略した列：${columns.join('、')}（幅の広い画面か --format csv で表示できます）`,
  found: (total: number) => `${grouped(total)}件が該当しました。`,
  page: (first: number, last: number, page: number, pages: number) =>
    `${grouped(first)}～${grouped(last)}件目を表示しています（${grouped(page)}/${grouped(pages)}ページ）。`,
  sum: (total: string) => `購入金額の合計：${total}`,
  sumShown: (total: string) => `表示中の購入金額の合計：${total}`,
  noSuchPage: (page: number, pages: number) => `${grouped(page)}ページ目はありません（全${grouped(pages)}ページ）。`,
  between: '',
  holdMark: '（保留）',
}

const EN: typeof JA = {
  errorMark: ' (error in EC-CUBE)',
  shipping: 'Shipped',
  isShipped: 'yes',
  notShipped: 'no',
  expiresShort: 'Left',
  daysLeft: (days) => (days < 0 ? 'probably expired' : `${days} ${days === 1 ? 'day' : 'days'} left`),
  daysShort: (days) => (days < 0 ? 'exp.' : `${days}d`),
  expired: 'Left: exp. = the authorisation has probably expired',
  both: 'S/C',
  marks: { may: 'y', mayNot: '-', ask: '?' },
  joined: (sale, cancel) => `${sale}/${cancel}`,
  legend: 'S/C: sale and cancel (y may be sent, - may not, ? Paygent is asked first)',
  leftOut: (columns) => `Columns left out: ${columns.join(', ')} (a wider screen or --format csv shows them)`,
  found: (total) => `${grouped(total)} ${total === 1 ? 'order' : 'orders'} found.`,
  page: (first, last, page, pages) =>
    `Orders ${grouped(first)} to ${grouped(last)}, page ${grouped(page)} of ${grouped(pages)}.`,
  sum: (total) => `Total: ${total}`,
  sumShown: (total) => `Total of the orders shown: ${total}`,
  noSuchPage: (page, pages) =>
    `There is no page ${grouped(page)}: the list has ${grouped(pages)} ${pages === 1 ? 'page' : 'pages'}.`,
  between: ' ',
  holdMark: ' (on hold)',
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
  readonly rules: Completion
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

/** ○, － or ？, in one character. */
function mark(permission: Permission, lang: Lang): string {
  const { may, mayNot, ask } = TEXTS[lang].marks
  if (permission.verdict === 'refused') return mayNot
  return permission.verdict === 'permitted' || permission.request !== null ? may : ask
}

/**
 * `full`: everything, as the shop's own list has it. `short`: dates without a time, methods without their prefix.
 * `compact`: besides, sale and cancel in one column, and shipping and days in a word; `tight` as it is drawn.
 */
type Shape = 'full' | 'short' | 'compact' | 'tight'

const isCompact = (shape: Shape): boolean => shape === 'compact' || shape === 'tight'

/** The columns in the manual's order, the end of the authorisation last. Those with a low priority are left out first. */
function columns(shape: Shape, lang: Lang): TableColumn[] {
  const column = (
    header: string,
    shrink: TableColumn['shrink'],
    priority: number,
    more: Partial<TableColumn> = {},
  ): TableColumn => ({ header, shrink, priority, ...more })
  const texts = TEXTS[lang]
  const compact = isCompact(shape)
  const requests = compact
    ? [column(texts.both, 'never', KEEP)]
    : [column(word('column.bulk-sale', lang), 'never', KEEP), column(word('column.bulk-cancel', lang), 'never', KEEP)]
  return [
    column(word('column.ordered-at', lang), 'never', 1),
    column(word('column.order-id', lang), 'never', KEEP),
    column(word('column.customer-name', lang), 'middle', 6, { min: 8 }),
    column(word('column.method', lang), 'never', 0),
    column(word('column.total', lang), 'never', KEEP, { align: 'right' }),
    column(compact ? texts.shipping : word('column.shipped-at', lang), 'never', 4),
    column(word('column.order-status', lang), 'cut', 2, { min: 8 }),
    column(word('column.label', lang), 'wrap', 5, { min: 8, headerLeast: 8 }),
    ...requests,
    column(compact ? texts.expiresShort : word('column.left', lang), 'never', 3, { align: 'right' }),
  ]
}

/** The days that the authorisation still has, emphasised towards its end. */
function leftCell(age: AuthorisationAge | null, shape: Shape, lang: Lang): Cell {
  if (age === null) return ''
  const text = isCompact(shape) ? TEXTS[lang].daysShort(age.left) : TEXTS[lang].daysLeft(age.left)
  return age.left <= ENDING_DAYS ? { text, colour: 'yellow' } : text
}

const ENDING_DAYS = 7

function requestCells({ sale, cancel }: OrderListRow, shape: Shape, lang: Lang): Cell[] {
  if (!isCompact(shape)) return [tickCell(sale, lang), tickCell(cancel, lang)]
  const text = TEXTS[lang].joined(mark(sale, lang), mark(cancel, lang))
  const { may, ask } = TEXTS[lang].marks
  return [{ text, colour: text.includes(may) ? 'green' : text.includes(ask) ? 'yellow' : 'grey' }]
}

function cells(row: OrderListRow, shape: Shape, lang: Lang, today: string): Cell[] {
  const { order, age } = row
  const full = shape === 'full'
  return [
    full ? listTime(order.orderedAt) : shortDate(order.orderedAt, today),
    order.orderId,
    order.customerName,
    full ? methodName(order, lang) : shortMethod(order, lang),
    grouped(order.totalYen),
    shippingCell(order, shape, lang, today),
    order.orderStatus,
    labelCell(row, shape, lang),
    ...requestCells(row, shape, lang),
    leftCell(age, shape, lang),
  ]
}

/**
 * The label, with a mark where the shop's own page shows an error, and for a hold that the verdicts beside it do not
 * show; `show` prints their texts.
 */
function labelCell({ order, sale }: OrderListRow, shape: Shape, lang: Lang): string {
  const { errorMark, holdMark } = TEXTS[lang]
  const label = labelWord(stateLabel(order), lang)
  const shown = !isCompact(shape) && sale.verdict === 'refused' && sale.reason === 'on-hold'
  const held = order.hold === null || shown ? '' : holdMark
  return `${label}${held}${order.shopError === null ? '' : errorMark}`
}

function shippingCell(order: Order, shape: Shape, lang: Lang, today: string): string {
  if (isCompact(shape)) return isShipped(order) ? TEXTS[lang].isShipped : TEXTS[lang].notShipped
  if (shape === 'full' || order.shippedAt === null) return shippedCell(order, lang)
  return shortDate(order.shippedAt, today)
}

/** The time of shipment; a word where the shop gives none. */
export const shippedCell = (order: Order, lang: Lang): string =>
  order.shippedAt === null ? word(isShipped(order) ? 'shipped' : 'not-shipped', lang) : listTime(order.shippedAt)

/**
 * The shop's list. Where it is too wide, dates lose their time and methods their prefix; then sale and cancel share a
 * column; then names are cut, and columns left out, which a line below names.
 * @param today Japan date, `YYYY-MM-DD`
 */
export function orderTable(rows: readonly OrderListRow[], screen: Screen, today: string): string {
  if (rows.length === 0) return word('no-orders', screen.lang)
  const { lang } = screen
  const table = (shape: Shape): Table => ({
    tight: shape === 'tight',
    columns: columns(shape, lang),
    rows: rows.map((row) => cells(row, shape, lang, today)),
  })
  const shape = WIDE_SHAPES.find((each) => fitsWhole(table(each), screen)) ?? 'tight'
  const { text, leftOut } = layTable(table(shape), screen)
  const isPast = rows.some(({ age }) => age !== null && age.left < 0)
  const below = [
    ...(isCompact(shape) ? [TEXTS[lang].legend] : []),
    ...(isCompact(shape) && isPast ? [TEXTS[lang].expired] : []),
    ...(leftOut.length > 0 ? [TEXTS[lang].leftOut(leftOut)] : []),
  ]
  return [text, ...below.map((line) => fitText(line, screen))].join('\n')
}

const WIDE_SHAPES = ['full', 'short', 'compact'] as const satisfies readonly Shape[]

/** A page of the list, of all orders that were found. */
export interface ListPage {
  readonly shown: number
  /** From 1. */
  readonly page: number
  /** The most orders on a page. */
  readonly limit: number
  readonly found: number
  /** The total of the orders shown, whole yen. */
  readonly shownYen: number
  /** The total of all orders found; null where it would take too long to add up. */
  readonly foundYen: number | null
}

/** The list and the lines below it; a sentence alone for a page that is not there. */
export function orderListText(rows: readonly OrderListRow[], list: ListPage, screen: Screen, today: string): string {
  const count = orderCount(list, screen)
  const isBeyond = list.found > 0 && rows.length === 0
  return [...(isBeyond ? [] : [orderTable(rows, screen, today)]), ...(count === '' ? [] : [count])].join('\n')
}

/** How many were found, the page, and the sum of the totals; '' for none. */
export function orderCount(list: ListPage, screen: Pick<Screen, 'lang' | 'width' | 'ascii' | 'ambiguousWide'>): string {
  const texts = TEXTS[screen.lang]
  const { shown, page, limit, found, shownYen, foundYen } = list
  const pages = Math.max(1, Math.ceil(found / limit))
  if (found > 0 && page > pages) return texts.noSuchPage(page, pages)
  if (found === 0) return ''
  const first = (page - 1) * limit + 1
  const counted = [texts.found(found), ...(pages > 1 ? [texts.page(first, first + shown - 1, page, pages)] : [])]
  const sum = foundYen === null ? texts.sumShown(yen(shownYen, screen.lang)) : texts.sum(yen(foundYen, screen.lang))
  return fitText([counted.join(texts.between), sum].join('\n'), screen)
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
    sale: permissionJson(row.sale, row.order, { ...row.rules, operation: 'sale' }, lang),
    cancel: permissionJson(row.cancel, row.order, { ...row.rules, operation: 'cancel' }, lang),
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
