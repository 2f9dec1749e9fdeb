// The columns of page 3.4, by their own name and by those that EC-CUBE and staff give them.

/** In the order in which they are written. */
export const COLUMNS = [
  'order_id',
  'ordered_at',
  'customer_name',
  'method',
  'carrier',
  'total',
  'held_amount',
  'shipped_at',
  'order_status',
  'trading_id',
  'payment_id',
  'payment_status',
  'kind',
] as const
export type Column = (typeof COLUMNS)[number]

/** EC-CUBE's order file has the name in two columns; they are read where there is no customer_name. */
const NAME_PARTS = ['family_name', 'given_name'] as const
export type ReadColumn = Column | (typeof NAME_PARTS)[number]

/** The first name that the header has is taken: 購入金額(円) counts only where お支払い合計 is absent. */
const HEADERS = {
  order_id: ['order_id', '受注番号', '注文番号'],
  ordered_at: ['ordered_at', '受注日', '注文日時'],
  customer_name: ['customer_name', '顧客名'],
  family_name: ['お名前(姓)'],
  given_name: ['お名前(名)'],
  method: ['method', '支払方法', '支払い方法'],
  carrier: ['carrier', 'キャリア'],
  total: ['total', 'お支払い合計', '購入金額(円)'],
  held_amount: ['held_amount', 'オーソリ金額'],
  shipped_at: ['shipped_at', '発送日', '発送完了日時'],
  order_status: ['order_status', '対応状況'],
  trading_id: ['trading_id', '取引ID'],
  payment_id: ['payment_id', '決済ID'],
  payment_status: ['payment_status', '決済ステータス'],
  kind: ['kind', '電文種別'],
} as const satisfies Record<ReadColumn, readonly string[]>

/**
 * The names by which EC-CUBE 2's own order CSV is known. It has no column for the payment, since Paygent is asked for it
 * by the order's number, and it gives 対応状況 as a number.
 */
const SHOP_NAMES: readonly { readonly column: Column; readonly name: string }[] = [
  { column: 'order_id', name: '注文番号' },
  { column: 'method', name: '支払い方法' },
  { column: 'order_status', name: '対応状況' },
]

const NEEDED: readonly Column[] = ['order_id', 'method', 'total']
/** One of them is needed too, but in the shop's own file. */
const PAYMENT: readonly Column[] = ['payment_id', 'trading_id']

/** Width, case and blanks of a header do not count. */
const plain = (header: string): string => header.normalize('NFKC').trim().toLowerCase()

export interface Header {
  /** Where each column stands, counted from 0, and how the file calls it. */
  readonly places: ReadonlyMap<ReadColumn, { readonly index: number; readonly header: string }>
  readonly width: number
  /** The shop's own order CSV: without payment, and with numbers for 対応状況. */
  readonly ofShop: boolean
  /** Needed columns that are not there; alternatives joined with `|`. */
  readonly missing: readonly string[]
  /** Columns that are there twice under the same name: nobody can tell which one is meant. */
  readonly twice: readonly string[]
}

export function readHeader(cells: readonly string[]): Header {
  const names = cells.map(plain)
  const places = new Map<ReadColumn, { index: number; header: string }>()
  const twice: string[] = []
  for (const [column, headers] of Object.entries(HEADERS) as [ReadColumn, readonly string[]][]) {
    const name = headers.map(plain).find((header) => names.includes(header))
    if (name === undefined) continue
    const index = names.indexOf(name)
    const header = (cells[index] ?? column).trim()
    places.set(column, { index, header })
    if (names.lastIndexOf(name) !== index) twice.push(header)
  }
  const shopNames = SHOP_NAMES.filter(({ column, name }) => plain(places.get(column)?.header ?? '') === name)
  const ofShop = shopNames.length === SHOP_NAMES.length
  const missing: string[] = NEEDED.filter((column) => !places.has(column))
  if (!ofShop && !PAYMENT.some((column) => places.has(column))) missing.push(withoutPayment(shopNames))
  return { places, width: cells.length, ofShop, missing, twice }
}

/**
 * The shop's own file lacks nothing but the column that was left out of it: without 対応状況 nobody can tell which orders
 * the shop has cancelled, and they would be sold.
 */
function withoutPayment(shopNames: typeof SHOP_NAMES): string {
  const left = SHOP_NAMES.filter((one) => !shopNames.includes(one))
  const onlyStatus = left.every(({ column }) => column === 'order_status')
  return onlyStatus ? left.map(({ name }) => name).join('|') : PAYMENT.join('|')
}
