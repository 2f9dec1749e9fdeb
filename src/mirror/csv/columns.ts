// Finds the columns of an order file, by their own name and by those that EC-CUBE and staff use.

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
export type CsvColumn = (typeof COLUMNS)[number]

/**
 * Columns of EC-CUBE's own order file. It has the name in two columns; they are read when there is no customer_name.
 * In a file with a line for each item, the shipment is that of the item.
 */
type ShopColumn = 'family_name' | 'given_name' | 'shipment'
export type ReadColumn = CsvColumn | ShopColumn

/**
 * The header names of each column; the first name that the header has is taken. 購入金額(円) counts only where お支払い合計 is
 * absent. EC-CUBE 4's 注文番号 may be of the shop's own making where its 注文ID is the number. A status that is named needs
 * no number.
 */
const HEADERS = {
  order_id: ['order_id', '受注番号', '注文ID', '注文番号'],
  ordered_at: ['ordered_at', '受注日', '受注日時', '注文日時', '注文日'],
  customer_name: ['customer_name', '顧客名'],
  family_name: ['お名前(姓)', '顧客名1'],
  given_name: ['お名前(名)', '顧客名2'],
  method: ['method', '支払方法', '支払い方法', '支払方法(名称)', '支払い方法(名称)'],
  carrier: ['carrier', 'キャリア'],
  total: ['total', 'お支払い合計', '支払合計', '支払い合計', '購入金額(円)'],
  held_amount: ['held_amount', 'オーソリ金額'],
  shipped_at: ['shipped_at', '発送日', '発送日時', '発送完了日時', '出荷日', '出荷日時'],
  order_status: ['order_status', '対応状況', '対応状況(名称)', '対応状況(ID)'],
  trading_id: ['trading_id', '取引ID'],
  payment_id: ['payment_id', '決済ID'],
  payment_status: ['payment_status', '決済ステータス'],
  kind: ['kind', '電文種別'],
  shipment: ['出荷ID'],
} as const satisfies Record<ReadColumn, readonly string[]>

/**
 * The header names by which EC-CUBE's own order CSV is recognised. It has no column for the payment, since Paygent is
 * asked for it by the order's number. EC-CUBE 2 gives 対応状況 as a number.
 */
const SHOP_NAMES: readonly { readonly column: CsvColumn; readonly names: readonly string[] }[] = [
  { column: 'order_id', names: ['注文番号', '注文id'] },
  { column: 'method', names: ['支払い方法', '支払方法(名称)', '支払い方法(名称)'] },
  { column: 'order_status', names: ['対応状況', '対応状況(名称)', '対応状況(id)'] },
]

/** The items that the operator ticks under EC-CUBE's CSV出力項目設定, by its version. */
const SHOP_ITEMS = {
  2: { order_id: '注文番号', method: '支払い方法', total: 'お支払い合計' },
  4: { order_id: '注文ID', method: '支払方法(名称)', total: '支払合計' },
} as const satisfies Record<number, Partial<Record<CsvColumn, string>>>

const NEEDED = ['order_id', 'method', 'total'] as const satisfies readonly CsvColumn[]
/** One of these columns is needed too, except in the shop's own file. */
const PAYMENT: readonly CsvColumn[] = ['payment_id', 'trading_id']

/** Width, case, blanks and extra quotes do not count. EC-CUBE 2 of 2009 begins its file with two quotes. */
const plain = (header: string): string => header.normalize('NFKC').replaceAll('"', '').trim().toLowerCase()

/** A missing column: by its own name (alternatives joined with `|`), or by the shop's item that provides it. */
export interface Missing {
  readonly why: 'missing-column' | 'missing-item'
  readonly column: string
}

type Places = ReadonlyMap<ReadColumn, { readonly index: number; readonly header: string }>

export interface Header {
  /** The position of each column, counted from 0, and its name in the file. */
  readonly places: Places
  readonly width: number
  /** The shop's own order CSV: without payment, and in EC-CUBE 2 with numbers for 対応状況. */
  readonly ofShop: boolean
  /** EC-CUBE 4 writes a line for each item, so one order may have several lines. */
  readonly byItem: boolean
  readonly missing: readonly Missing[]
  /** Columns that occur twice under the same name; it is unknown which one is meant. */
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
    const header = (cells[index] ?? column).replaceAll('"', '').trim()
    places.set(column, { index, header })
    if (names.lastIndexOf(name) !== index) twice.push(header)
  }
  const shopColumns = SHOP_NAMES.filter((one) => isOfShop(one, places)).map(({ column }) => column)
  const version = names.some((name) => /\((?:id|名称)\)$/.test(name)) ? 4 : 2
  return {
    places,
    width: cells.length,
    ofShop: shopColumns.length === SHOP_NAMES.length,
    byItem: version === 4 && shopColumns.includes('order_id'),
    missing: missingOf(places, shopColumns, version),
    twice,
  }
}

const isOfShop = ({ column, names }: (typeof SHOP_NAMES)[number], places: Places): boolean =>
  names.includes(plain(places.get(column)?.header ?? ''))

/** The shop's own file lacks only the items that were left out of it. Without 対応状況 its orders are held back. */
function missingOf(places: Places, shopColumns: readonly CsvColumn[], version: keyof typeof SHOP_ITEMS): Missing[] {
  const identity: readonly CsvColumn[] = ['order_id', 'method']
  const isShopFile =
    identity.some((column) => shopColumns.includes(column)) &&
    identity.every((column) => shopColumns.includes(column) || !places.has(column))
  const withPayment = PAYMENT.some((column) => places.has(column))
  const lacking = NEEDED.filter((column) => !places.has(column))
  if (isShopFile) return lacking.map((column) => ({ why: 'missing-item', column: SHOP_ITEMS[version][column] }))
  const columns = withPayment ? lacking : [...lacking, PAYMENT.join('|')]
  return columns.map((column) => ({ why: 'missing-column', column }))
}
