// Finds the servers where Debian's packages install them, and names the missing ones.
import { execFileSync } from 'node:child_process'
import { accessSync, constants, existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { isRoot } from './server-process.js'

export type ServerKind = 'mysql' | 'postgres'

/** The servers that tests run beside the program. */
export type Installable = ServerKind | 'pgbouncer'

/** The OS user that each package makes for its server; Debian's pgbouncer runs as PostgreSQL's. */
export const OS_USER = {
  mysql: 'mysql',
  postgres: 'postgres',
  pgbouncer: 'postgres',
} as const satisfies Record<Installable, string>

const PACKAGE = {
  mysql: 'mariadb-server',
  postgres: 'postgresql',
  pgbouncer: 'pgbouncer',
} as const satisfies Record<Installable, string>

const PROGRAMS = {
  mysql: ['mariadbd', 'mariadb-install-db', 'mariadb'],
  postgres: ['postgres', 'initdb', 'psql', 'pg_basebackup'],
  pgbouncer: ['pgbouncer'],
} as const satisfies Record<Installable, readonly string[]>

const POSTGRES = '/usr/lib/postgresql'

/** PostgreSQL keeps its server's programs off the PATH, by version; the newest comes first. */
function folders(): string[] {
  const versions = existsSync(POSTGRES) ? readdirSync(POSTGRES).toSorted((a, b) => Number(b) - Number(a)) : []
  const path = (process.env['PATH'] ?? '').split(':').filter((each) => each !== '')
  return [...versions.map((version) => join(POSTGRES, version, 'bin')), ...path, '/usr/sbin', '/usr/local/sbin']
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

const find = (name: string): string | null =>
  folders()
    .map((each) => join(each, name))
    .find(isProgram) ?? null

export function program(name: string): string {
  const path = find(name)
  if (path === null) throw new Error(`${name} is not installed`)
  return path
}

function hasUser(name: string): boolean {
  try {
    execFileSync('id', ['-u', name], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** Null where the server can be started, else what is missing and what to install. */
export function missing(kind: Installable): string | null {
  const absent: string[] = PROGRAMS[kind].filter((name) => find(name) === null)
  if (isRoot() && find('runuser') === null) absent.push('runuser')
  if (isRoot() && !hasUser(OS_USER[kind])) absent.push(`the user ${OS_USER[kind]}`)
  if (absent.length === 0) return null
  return `${absent.join(', ')} not found: apt-get install --no-install-recommends ${PACKAGE[kind]}`
}
