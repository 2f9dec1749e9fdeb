// Which EC-CUBE it is, told from its columns; a user with column grants sees just those that it may read.
import { AppError } from '../errors.js'
import { LAYOUTS, PRODUCTS, type Product } from './layouts.js'
import type { Session } from './session.js'

const COLUMNS = {
  mysql: `SELECT table_name AS table_name, column_name AS column_name FROM information_schema.columns
    WHERE table_schema = DATABASE() AND table_name IN ('dtb_order', 'dtb_shipping', 'dtb_mdl_order_payment')`,
  postgres: `SELECT table_name, column_name FROM information_schema.columns
    WHERE table_schema = current_schema() AND table_name IN ('dtb_order', 'dtb_shipping', 'dtb_mdl_order_payment')`,
} as const

/** One column that only this product has. */
const MARK = { eccube2: 'memo08', eccube4: 'paygent_payment_method' } as const satisfies Record<Product, string>

/** EC-CUBE 3 keeps the payment in a table of its own, and its orders have EC-CUBE 2's id and EC-CUBE 4's names. */
const isEccube3 = (seen: ReadonlySet<string>): boolean =>
  [...seen].some((name) => name.startsWith('dtb_mdl_order_payment.')) ||
  (seen.has('dtb_order.order_id') && seen.has('dtb_order.name01'))

/** @throws AppError shop-eccube3, shop-not-eccube, shop-columns-missing with the names */
export async function detect(session: Session, place: string): Promise<Product> {
  const rows = await session.all(COLUMNS[session.server])
  const seen = new Set(rows.map((row) => `${row['table_name'] ?? ''}.${row['column_name'] ?? ''}`))
  const product = PRODUCTS.find((one) => seen.has(`dtb_order.${MARK[one]}`))
  if (product === undefined) throw new AppError(isEccube3(seen) ? 'shop-eccube3' : 'shop-not-eccube', { place })
  const missing = Object.entries(LAYOUTS[product].reads)
    .flatMap(([table, columns]) => columns.map((column) => `${table}.${column}`))
    .filter((name) => !seen.has(name))
  if (missing.length > 0) throw new AppError('shop-columns-missing', { place, names: missing })
  return product
}
