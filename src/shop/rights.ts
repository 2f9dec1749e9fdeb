// Compares the rights of the database user with the needed ones: the statements of docs/shop-database.md and nothing
// else.
import { LAYOUTS, type Product } from './layouts.js'
import type { TextRow, Session } from './session.js'

/** One right of the user. */
export interface Right {
  /** The server's name of the right: SELECT, UPDATE, ALL PRIVILEGES, SUPERUSER. */
  readonly privilege: string
  /**
   * Whether the right applies to the shop's own database (PostgreSQL: its schema), to every database, or to another
   * one.
   */
  readonly where: 'shop' | 'server' | 'elsewhere'
  /** Null is every table there, and empty is none: the right is then on the schema or the database itself. */
  readonly table: string | null
  /** Null is every column. */
  readonly columns: readonly string[] | null
  /** The object of the right, for the operator; empty when the right is on nothing in particular. */
  readonly on: string
}

/** Each right reads like `UPDATE (status) ON dtb_order`. */
export interface RightsReport {
  readonly lacking: readonly string[]
  /** Rights to read the merchant's login at Paygent. */
  readonly login: readonly string[]
  /** Rights to change data that this tool must not change. */
  readonly beyond: readonly string[]
  /** Rights to read more than is needed. */
  readonly wide: readonly string[]
  /** Rights without which some data is read less completely. */
  readonly useful: readonly string[]
}

/** The table in which EC-CUBE keeps the merchant's login unencrypted. */
const LOGIN_TABLE = { eccube2: 'dtb_payment', eccube4: 'plg_paygent_payment_config' } as const satisfies Record<
  Product,
  string
>

/** Rights that include every other right. */
const ALL = ['ALL PRIVILEGES', 'ALL', 'SUPERUSER']
/** Rights that cannot change anything of the shop. A right that a newer server adds counts as if it could. */
const HARMLESS = ['SELECT', 'SHOW VIEW', 'SHOW DATABASES', 'SHOW CREATE ROUTINE', 'PROCESS', 'REFERENCES']

/** The columns that the user needs, by privilege and table. */
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
    login: rightTexts(excess.filter(isLogin)),
    beyond: rightTexts(excess.filter((right) => !isHarmless(right))),
    wide: rightTexts(excess.filter((right) => isHarmless(right) && !isLogin(right))),
  }
}

/** Merges the columns of both, by table. */
export function together(reads: Needs['SELECT'], more: Needs['SELECT']): Needs['SELECT'] {
  const tables = [...new Set([...Object.keys(reads), ...Object.keys(more)])]
  return Object.fromEntries(tables.map((table) => [table, [...(reads[table] ?? []), ...(more[table] ?? [])]]))
}

/** A user who may create tables next to the shop's changes nothing of the shop. */
const isHarmless = ({ privilege, table }: Right): boolean =>
  HARMLESS.includes(privilege) || (privilege === 'CREATE' && table === '')

/** Returns the right minus the needed part; nothing when all of it is needed. */
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
  return rightTexts(lacking)
}

const gives = (right: Right, privilege: string, table: string, column: string): boolean =>
  (right.privilege === privilege || ALL.includes(right.privilege)) &&
  right.where !== 'elsewhere' &&
  (right.table === null || right.table === table) &&
  (right.columns === null || right.columns.includes(column))

/** Joins all rights on the same object into one text. */
function rightTexts(rights: readonly Right[]): string[] {
  const byPlace = new Map<string, string[]>()
  for (const { privilege, columns, on } of rights) {
    const what = columns === null ? privilege : `${privilege} (${columns.join(', ')})`
    byPlace.set(on, [...(byPlace.get(on) ?? []), what])
  }
  return [...byPlace].map(([on, what]) => `${[...new Set(what)].join(', ')}${on === '' ? '' : ` ON ${on}`}`)
}

// Reads the user's rights from SHOW GRANTS (MySQL, MariaDB). A line may hold the hash of the password.
export interface Grants {
  readonly rights: readonly Right[]
  /** Roles that the user may take, quoted as the server quotes them. */
  readonly roles: readonly string[]
  /** The number of lines in a form that is not known. */
  readonly unclear: number
}

/** @throws the driver's error */
export async function mysqlRights(session: Session): Promise<Pick<Grants, 'rights' | 'unclear'>> {
  const [about] = await session.all('SELECT DATABASE() AS name, VERSION() AS version')
  const read = async (sql: string): Promise<Grants> =>
    parseGrants(linesOf(await session.all(sql)), about?.['name'] ?? '')
  const own = await read('SHOW GRANTS')
  const isMariadb = /mariadb/i.test(about?.['version'] ?? '')
  const asRole = async (role: string): Promise<Grants> => {
    try {
      if (!isMariadb) return await read(`SHOW GRANTS FOR CURRENT_USER() USING ${role}`)
      await session.all(`SET ROLE ${role}`)
      return await read('SHOW GRANTS')
    } catch {
      // The rights of the role are unknown, so the role itself counts as too much.
      const right: Right = { privilege: `ROLE ${role}`, where: 'server', table: null, columns: null, on: '' }
      return { rights: [right], roles: [], unclear: 0 }
    }
  }
  const found = [own]
  for (const role of own.roles) found.push(await asRole(role))
  return {
    rights: unique(found.flatMap(({ rights }) => rights)),
    unclear: found.reduce((sum, { unclear }) => sum + unclear, 0),
  }
}

const linesOf = (rows: readonly Readonly<Record<string, string | null>>[]): string[] =>
  rows.flatMap((row) => Object.values(row).map((line) => line ?? ''))

/** The answer for a role repeats the user's own rights. */
const unique = (rights: readonly Right[]): Right[] => [
  ...new Map(rights.map((right) => [JSON.stringify(right), right])).values(),
]

/** Quoted names and texts, punctuation, words. */
const TOKEN = /`(?:[^`]|``)*`|"(?:[^"]|"")*"|'(?:[^'\\]|''|\\.)*'|[(),.@*]|[^\s(),.@*`"']+/g

/** @param database the current one; a grant on it may name it by a pattern */
export function parseGrants(lines: readonly string[], database: string): Grants {
  const found = lines.map((line) => grantOf(line.match(TOKEN) ?? [], database))
  return {
    rights: found.flatMap((each) => each?.rights ?? []),
    roles: [...new Set(found.flatMap((each) => each?.roles ?? []))],
    unclear: found.filter((each) => each === null).length,
  }
}

type Tokens = readonly string[]
type Grant = Pick<Grants, 'rights' | 'roles'>
type Place = Pick<Right, 'where' | 'table' | 'on'>

/** Returns null for a line of another form. */
function grantOf(tokens: Tokens, database: string): Grant | null {
  const [verb] = tokens
  // The default role and revoked rights: neither gives a right.
  if (verb === 'SET' || verb === 'REVOKE') return { rights: [], roles: [] }
  const to = tokens.indexOf('TO')
  if (verb !== 'GRANT' || to < 0) return null
  const on = tokens.indexOf('ON')
  if (on < 0 || on > to) return { rights: [], roles: rolesOf(tokens, to) }
  const place = placeOf(tokens.slice(on + 1, to), database)
  if (place === null) return null
  const rights = listOf(tokens.slice(1, on))
    .map((words) => ({ ...privilegeOf(words), ...place }))
    .filter(({ privilege }) => privilege !== 'USAGE')
  const passesOn = tokens.some((token, at) => at > to && token === 'GRANT' && tokens[at + 1] === 'OPTION')
  const option: Right[] = passesOn ? [{ privilege: 'GRANT OPTION', columns: null, ...place }] : []
  return { rights: [...rights, ...option], roles: [] }
}

/** `GRANT r TO u` names the roles of the user. A role's own line in the same answer is read with that role. */
const rolesOf = (tokens: Tokens, to: number): string[] => listOf(tokens.slice(1, to)).map((words) => words.join(''))

/** Splits at the commas outside parentheses. */
function listOf(tokens: Tokens): string[][] {
  const list: string[][] = [[]]
  let depth = 0
  for (const token of tokens) {
    if (token === '(') depth += 1
    if (token === ')') depth -= 1
    if (token === ',' && depth === 0) list.push([])
    else list.at(-1)?.push(token)
  }
  return list
}

function privilegeOf(words: Tokens): Pick<Right, 'privilege' | 'columns'> {
  const open = words.indexOf('(')
  if (open < 0) return { privilege: words.join(' '), columns: null }
  const columns = words.slice(open + 1, -1).filter((word) => word !== ',')
  return { privilege: words.slice(0, open).join(' '), columns: columns.map(bare) }
}

const KINDS = ['FUNCTION', 'PROCEDURE', 'PACKAGE', 'BODY', 'TABLE', 'LIBRARY']

/** Reads `*.*`, `db`.*, `db`.`table`, each perhaps preceded by the kind of object; a PROXY is on a user. */
function placeOf(tokens: Tokens, database: string): Place | null {
  const kinds = tokens.filter((token) => KINDS.includes(token))
  const [first = '', dot, second = '', ...rest] = tokens.filter((token) => !KINDS.includes(token))
  if (dot === '@') return { where: 'server', table: null, on: '' }
  if (dot !== '.' || rest.length > 0) return null
  if (first === '*') return { where: 'server', table: null, on: '*.*' }
  const name = bare(first)
  if (second === '*') {
    return { where: isLike(database, name) ? 'shop' : 'elsewhere', table: null, on: `${name}.*` }
  }
  const table = [...kinds.filter((kind) => kind !== 'TABLE'), bare(second)].join(' ')
  const isShop = name.toLowerCase() === database.toLowerCase()
  return isShop ? { where: 'shop', table, on: table } : { where: 'elsewhere', table, on: `${name}.${table}` }
}

const bare = (token: string): string => {
  const [quote = ''] = token
  if (!/[`"']/.test(quote)) return token
  return token.slice(1, -1).replaceAll(quote + quote, quote)
}

/** Matches as LIKE does: `_` is any character, `%` any number of them, and `\` escapes the next one. */
function isLike(database: string, pattern: string): boolean {
  const source = pattern.replaceAll(
    /\\(.)|([%_])|([^\w])/gsu,
    (_all, escaped?: string, wild?: string, sign?: string) => {
      if (wild !== undefined) return wild === '%' ? '.*' : '.'
      const plain = escaped ?? sign ?? ''
      return /\w/.test(plain) ? plain : `\\u{${plain.codePointAt(0)?.toString(16) ?? ''}}`
    },
  )
  return new RegExp(`^${source}$`, 'isu').test(database)
}

// Reads the user's rights in PostgreSQL: its own, those of PUBLIC, and those of each role that it may take.
/** @throws the driver's error */
export async function postgresRights(session: Session): Promise<readonly Right[]> {
  const roles = await session.all(ROLES)
  // A superuser may do everything; listing its rights table by table would only make the list long.
  if (roles.some((role) => role['rolsuper'] === 't')) return [onNothing('SUPERUSER')]
  const attributes = Object.entries(ATTRIBUTES).filter(([column]) => roles.some((role) => role[column] === 't'))
  const ready = roles.map((role) => role['rolname'] ?? '').filter((name) => name.startsWith('pg_'))
  const objects = await session.all(OBJECTS)
  return [
    ...attributes.map(([, privilege]) => onNothing(privilege)),
    ...ready.map((name) => onNothing(`ROLE ${name}`)),
    ...objects.map(rightOf),
  ]
}

const onNothing = (privilege: string): Right => ({ privilege, where: 'server', table: null, columns: null, on: '' })

/** A null name is the schema itself; a null schema is the database. */
function rightOf({ own, schema = null, name = null, privilege, columns = null }: TextRow): Right {
  const isShop = own === 't'
  return {
    privilege: privilege ?? '',
    where: isShop ? 'shop' : 'elsewhere',
    table: name ?? '',
    columns: columns === null ? null : (JSON.parse(columns) as string[]),
    on: name !== null ? `${isShop ? '' : `${schema}.`}${name}` : schema === null ? 'DATABASE' : `SCHEMA ${schema}`,
  }
}

const ATTRIBUTES = {
  rolcreaterole: 'CREATEROLE',
  rolcreatedb: 'CREATEDB',
  rolreplication: 'REPLICATION',
  rolbypassrls: 'BYPASSRLS',
} as const

/** The user itself and every role that it may take; a user who may take all roles is a superuser. */
const MINE = `SELECT * FROM pg_roles WHERE pg_has_role(current_user, oid, 'MEMBER')`

const ROLES = `SELECT rolname, rolsuper, ${Object.keys(ATTRIBUTES).join(', ')} FROM (${MINE}) mine ORDER BY rolname`

const may = (condition: string): string => `EXISTS (SELECT FROM mine WHERE ${condition})`

/**
 * Views that belong to an extension are the server's. Columns are listed one by one only when the right is not on the
 * whole table.
 */
const OBJECTS = `
WITH mine AS (${MINE}),
schemas AS (
  SELECT oid, nspname, nspname = current_schema() AS own FROM pg_namespace
  WHERE nspname <> 'information_schema' AND nspname !~ '^pg_'
),
things AS (
  SELECT c.oid, c.relname, c.relowner, c.relkind, s.nspname, s.own FROM pg_class c JOIN schemas s ON s.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND NOT EXISTS (
    SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
),
found AS (
  SELECT own, nspname, relname, 'OWNER' AS privilege, NULL AS columns FROM things WHERE ${may('mine.oid = relowner')}
  UNION ALL
  SELECT own, nspname, relname, p, NULL
  FROM things, unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) p
  WHERE relkind <> 'S' AND ${may('has_table_privilege(mine.oid, things.oid, p)')}
  UNION ALL
  SELECT own, nspname, relname, p, NULL FROM things, unnest(ARRAY['USAGE', 'UPDATE']) p
  WHERE relkind = 'S' AND ${may('has_sequence_privilege(mine.oid, things.oid, p)')}
  UNION ALL
  SELECT own, nspname, relname, p, json_agg(a.attname ORDER BY a.attnum)::text
  FROM things JOIN pg_attribute a ON a.attrelid = things.oid AND a.attnum > 0 AND NOT a.attisdropped,
    unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'REFERENCES']) p
  WHERE relkind <> 'S' AND ${may('has_column_privilege(mine.oid, things.oid, a.attnum, p)')}
    AND NOT ${may('has_table_privilege(mine.oid, things.oid, p)')}
  GROUP BY own, nspname, relname, p
  UNION ALL
  SELECT own, nspname, relname, 'GRANT OPTION', NULL FROM things
  WHERE relkind <> 'S' AND ${may(`has_any_column_privilege(mine.oid, things.oid,
    'SELECT WITH GRANT OPTION, INSERT WITH GRANT OPTION, UPDATE WITH GRANT OPTION, REFERENCES WITH GRANT OPTION')`)}
  UNION ALL
  SELECT own, nspname, NULL, 'CREATE', NULL FROM schemas WHERE ${may(`has_schema_privilege(mine.oid, schemas.oid, 'CREATE')`)}
  UNION ALL
  SELECT false, NULL, NULL, 'CREATE', NULL
  WHERE ${may(`has_database_privilege(mine.oid, current_database(), 'CREATE')`)}
)
SELECT own, nspname AS schema, relname AS name, privilege, columns FROM found
ORDER BY relname IS DISTINCT FROM 'dtb_order', NOT own, nspname, relname, privilege`
