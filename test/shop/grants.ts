// Takes the statements from docs/shop-database.md as a shop would run them, so that the tests use the page's own text.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { DatabaseServer, Login } from './database-server.js'
import type { Product } from './fixture-shop.js'
import type { ServerKind } from './installed.js'

const PAGE = fileURLToPath(new URL('../../docs/shop-database.md', import.meta.url))
/** ```sql mysql eccube2 */
const BLOCK = /^```sql (\S+) (\S+)\n([^]*?)\n```$/gm

export interface Names extends Login {
  readonly database: string
}

/** The page's names replaced by ours; `\b` leaves the columns alone that have the user's name in theirs. */
const withNames = (statement: string, { user, password, database }: Names): string =>
  statement
    .replaceAll(/\bpaygent\b/g, user)
    .replaceAll(/\beccube\b/g, database)
    .replaceAll('choose-a-long-password', password)
    .replaceAll('192.0.2.10', '%')

/** Which blocks the page has, as `mysql eccube2`. */
export const documented = (): string[] =>
  [...readFileSync(PAGE, 'utf8').matchAll(BLOCK)].map(([, server, product]) => `${server} ${product}`)

/** Every statement for one server and product: the user and its grants. */
export function grantsOf(server: ServerKind, product: Product, names: Names): string[] {
  const blocks = [...readFileSync(PAGE, 'utf8').matchAll(BLOCK)]
  const sql = blocks.find(([, one, other]) => one === server && other === product)?.[3]
  if (sql === undefined) throw new Error(`docs/shop-database.md has no statements for ${server} ${product}`)
  return sql
    .split(/;\s*$/m)
    .map((statement) => withNames(statement.trim(), names))
    .filter((statement) => statement !== '')
}

/** The user of the page in a shop that is there already. @returns its login */
export async function createDocumentedUser(
  server: DatabaseServer,
  product: Product,
  database: string,
  login: Login = { user: 'desk', password: 'fixture-desk-password' },
): Promise<Login> {
  for (const statement of grantsOf(server.kind, product, { ...login, database })) {
    await server.admin(statement, database)
  }
  return login
}
