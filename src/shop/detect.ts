// Which EC-CUBE it is, told from its columns; a user with column grants sees just those that it may read.
import { AppError } from '../errors.js'
import { LAYOUTS, PRODUCTS, type Product } from './layouts.js'
import type { Session } from './session.js'

const COLUMNS = {
  mysql: `SELECT table_name AS table_name, column_name AS column_name FROM information_schema.columns
    WHERE table_schema = DATABASE() AND table_name IN ('dtb_order', 'dtb_shipping')`,
  postgres: `SELECT table_name, column_name FROM information_schema.columns
    WHERE table_schema = current_schema() AND table_name IN ('dtb_order', 'dtb_shipping')`,
} as const

/** One column that only this product has. */
const MARK = { eccube2: 'memo08', eccube4: 'paygent_payment_method' } as const satisfies Record<Product, string>

/** @throws AppError shop-not-eccube, shop-columns-missing with the names */
export async function detect(session: Session, place: string): Promise<Product> {
  const rows = await session.all(COLUMNS[session.server])
  const seen = new Set(rows.map((row) => `${row['table_name'] ?? ''}.${row['column_name'] ?? ''}`))
  const product = PRODUCTS.find((one) => seen.has(`dtb_order.${MARK[one]}`))
  if (product === undefined) throw new AppError('shop-not-eccube', { place })
  const missing = Object.entries(LAYOUTS[product].reads)
    .flatMap(([table, columns]) => columns.map((column) => `${table}.${column}`))
    .filter((name) => !seen.has(name))
  if (missing.length > 0) throw new AppError('shop-columns-missing', { place, names: missing })
  return product
}
