// What the database user may do, held against what it needs: the statements of docs/shop-database.md and nothing else.
import { LAYOUTS, type Product } from './layouts.js'

/** One thing that the user may do. */
export interface Right {
  /** As the server calls it: SELECT, UPDATE, ALL PRIVILEGES, SUPERUSER. */
  readonly privilege: string
  /** Of the shop's own database (PostgreSQL: its schema), of every one, or of another one. */
  readonly where: 'shop' | 'server' | 'elsewhere'
  /** Null is every table there, and empty none: the right is on the schema or the database itself. */
  readonly table: string | null
  /** Null is every column. */
  readonly columns: readonly string[] | null
  /** What it is a right on, for the operator; empty where it is on nothing in particular. */
  readonly on: string
}

/** Each as `UPDATE (status) ON dtb_order`. */
export interface RightsReport {
  readonly lacking: readonly string[]
  /** Rights to read the merchant's login at Paygent. */
  readonly login: readonly string[]
  /** Rights to change something that is not ours to change. */
  readonly beyond: readonly string[]
  /** Rights to read more than is needed. */
  readonly wide: readonly string[]
  /** Rights without which something is read less well. */
  readonly useful: readonly string[]
}

/** Where EC-CUBE keeps the merchant's login in clear. */
const LOGIN_TABLE = { eccube2: 'dtb_payment', eccube4: 'plg_paygent_payment_config' } as const satisfies Record<
  Product,
  string
>

/** Include every other right. */
const ALL = ['ALL PRIVILEGES', 'ALL', 'SUPERUSER']
/** Nothing of the shop can be changed by these; a server's new ones count as if it could. */
const HARMLESS = ['SELECT', 'SHOW VIEW', 'SHOW DATABASES', 'SHOW CREATE ROUTINE', 'PROCESS', 'REFERENCES']

/** By privilege and table, the columns that the user needs. */
type Needs = Readonly<Record<'SELECT' | 'UPDATE', Readonly<Record<string, readonly string[]>>>>

export function compareRights(rights: readonly Right[], product: Product): RightsReport {
  const { reads, mayRead, writes } = LAYOUTS[product]
  const needs: Needs = { SELECT: reads, UPDATE: { dtb_order: writes } }
  const granted: Needs = { ...needs, SELECT: together(reads, mayRead) }
  const excess = rights.flatMap((right) => excessOf(right, granted))
  const isLogin = (right: Right): boolean => readsLogin(right, LOGIN_TABLE[product])
  return {
    lacking: lackingOf(rights, needs),
    useful: lackingOf(rights, { SELECT: mayRead, UPDATE: {} }),
    login: told(excess.filter(isLogin)),
    beyond: told(excess.filter((right) => !isHarmless(right))),
    wide: told(excess.filter((right) => isHarmless(right) && !isLogin(right))),
  }
}

/** By table, the columns of both. */
export function together(reads: Needs['SELECT'], more: Needs['SELECT']): Needs['SELECT'] {
  const tables = [...new Set([...Object.keys(reads), ...Object.keys(more)])]
  return Object.fromEntries(tables.map((table) => [table, [...(reads[table] ?? []), ...(more[table] ?? [])]]))
}

/** Whoever may make tables of his own next to the shop's changes nothing of it. */
const isHarmless = ({ privilege, table }: Right): boolean =>
  HARMLESS.includes(privilege) || (privilege === 'CREATE' && table === '')

/** The right without what is needed of it; nothing where all of it is. */
function excessOf(right: Right, needs: Needs): Right[] {
  const { privilege, where, table, columns } = right
  if (columns === null) return [right]
  const needed = where === 'shop' && table !== null && (privilege === 'SELECT' || privilege === 'UPDATE')
  const spare = needed ? (needs[privilege][table] ?? []) : []
  const rest = columns.filter((column) => !spare.includes(column))
  return rest.length === 0 ? [] : [{ ...right, columns: rest }]
}

const readsLogin = ({ privilege, where, table }: Right, login: string): boolean =>
  (privilege === 'SELECT' || ALL.includes(privilege)) && where !== 'elsewhere' && (table === null || table === login)

function lackingOf(rights: readonly Right[], needs: Needs): string[] {
  const lacking = (['SELECT', 'UPDATE'] as const).flatMap((privilege) =>
    Object.entries(needs[privilege]).flatMap(([table, columns]): Right[] => {
      const missing = columns.filter((column) => !rights.some((right) => gives(right, privilege, table, column)))
      return missing.length === 0 ? [] : [{ privilege, where: 'shop', table, columns: missing, on: table }]
    }),
  )
  return told(lacking)
}

const gives = (right: Right, privilege: string, table: string, column: string): boolean =>
  (right.privilege === privilege || ALL.includes(right.privilege)) &&
  right.where !== 'elsewhere' &&
  (right.table === null || right.table === table) &&
  (right.columns === null || right.columns.includes(column))

/** One text for all rights on the same thing. */
function told(rights: readonly Right[]): string[] {
  const byPlace = new Map<string, string[]>()
  for (const { privilege, columns, on } of rights) {
    const what = columns === null ? privilege : `${privilege} (${columns.join(', ')})`
    byPlace.set(on, [...(byPlace.get(on) ?? []), what])
  }
  return [...byPlace].map(([on, what]) => `${[...new Set(what)].join(', ')}${on === '' ? '' : ` ON ${on}`}`)
}
