// Describes the project's own small shops: which file belongs to which server and product, and which of their orders
// are paid through Paygent.
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { ServerKind } from './installed.js'

export type Product = 'eccube2' | 'eccube4'

export const PRODUCTS = ['eccube2', 'eccube4'] as const satisfies readonly Product[]

export const fixtureShop = (product: Product, server: ServerKind): string =>
  fileURLToPath(new URL(`../../fixtures/shop/${product}-${server}.sql`, import.meta.url))

const DUMPS = { mysql: 'mysql', postgres: 'pgsql' } as const satisfies Record<ServerKind, string>

/** EC-CUBE's own tables with twenty orders, where ../shared/eccube is; null where it is not. */
export function sharedDump(product: Product, server: ServerKind): string | null {
  const path = fileURLToPath(new URL(`../../../shared/eccube/${product}-${DUMPS[server]}.sql`, import.meta.url))
  return existsSync(path) ? path : null
}

const twelveFrom = (first: number): string[] => Array.from({ length: 12 }, (_, index) => String(first + index))

/** The orders that `pull` takes in; all others there are hidden, unfinished or not Paygent's credit or carrier. */
export const OUR_ORDERS: Readonly<Record<Product, readonly string[]>> = {
  eccube2: twelveFrom(1001),
  eccube4: twelveFrom(2001),
}

/** The same in each of the dumps. */
export const ORDERS_OF_DUMPS: readonly string[] =
  '852 853 862 864 865 866 867 868 869 870 871 872 873 874 879 880'.split(' ')

/** In the tables of the merchant's login; may be seen nowhere. */
export const NEVER_READ = 'fixture-password-never-read'
