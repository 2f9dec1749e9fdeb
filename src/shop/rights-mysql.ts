// What MySQL and MariaDB say of the user's rights: SHOW GRANTS, taken apart. A line may hold the hash of the password.
import type { Right } from './rights.js'
import type { Session } from './session.js'

export interface Grants {
  readonly rights: readonly Right[]
  /** Roles that the user may take, quoted as the server quotes them. */
  readonly roles: readonly string[]
  /** Lines that say something else than we know. */
  readonly unclear: number
}

/** @throws what the driver throws */
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
      // Nobody knows what it gives: then the role itself is too much.
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

/** A role's statement tells the user's own rights once more. */
const unique = (rights: readonly Right[]): Right[] => [
  ...new Map(rights.map((right) => [JSON.stringify(right), right])).values(),
]

/** Names and texts in their quotes, signs, words. */
const TOKEN = /`(?:[^`]|``)*`|"(?:[^"]|"")*"|'(?:[^'\\]|''|\\.)*'|[(),.@*]|[^\s(),.@*`"']+/g

/** @param database the one that is in use; a grant on it may name it by a pattern */
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

/** Null for a line of another form. */
function grantOf(tokens: Tokens, database: string): Grant | null {
  const [verb] = tokens
  // Which role is the default, and what was taken away again: neither gives a right.
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

/** `GRANT r TO u` tells what the user may be; a role's own line in the same answer is told by that role. */
const rolesOf = (tokens: Tokens, to: number): string[] => listOf(tokens.slice(1, to)).map((words) => words.join(''))

/** Split at the commas that stand in no parentheses. */
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

/** `*.*`, `db`.*, `db`.`table`, each perhaps with what kind of thing it is before it; a PROXY is of a user. */
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

/** As LIKE: `_` is any sign, `%` any number of them, `\` takes that from the next one. */
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
