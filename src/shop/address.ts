// Parses PAYGENT_SHOP_DATABASE: mysql:// or postgres://, with the socket and TLS options of its query.
import { isIP } from 'node:net'
import { AppError } from '../errors.js'

export type Server = 'mysql' | 'postgres'

export interface ShopAddress {
  readonly server: Server
  readonly host: string
  readonly port: number
  /** MySQL: the path of the socket; PostgreSQL: the folder that contains it. Null is TCP. */
  readonly socket: string | null
  readonly user: string
  readonly password: string
  readonly database: string
  /** Null sends unencrypted; that happens only to this machine's own address, unless it is asked for. */
  readonly tls: { readonly caPath: string | null } | null
}

const PORTS = { mysql: 3306, postgres: 5432 } as const satisfies Record<Server, number>
const OPTIONS = ['socket', 'ca', 'tls']

/** @throws AppError shop-address; the error never holds the address, because the address contains a password */
export function addressOf(setting: string): ShopAddress {
  const url = new URL(setting)
  const server: Server = url.protocol === 'mysql:' ? 'mysql' : 'postgres'
  const database = decoded(url.pathname.slice(1))
  const user = decoded(url.username)
  const unknown = [...url.searchParams.keys()].find((name) => !OPTIONS.includes(name))
  if (unknown !== undefined) {
    // A password with a question mark in it looks like an option, so only text that can be an option is shown.
    throw new AppError('shop-address', { problem: /^[a-z_]{1,20}$/.test(unknown) ? `?${unknown}` : '?' })
  }
  if (database === '' || database.includes('/')) throw new AppError('shop-address', { problem: 'database' })
  if (user === '') throw new AppError('shop-address', { problem: 'user' })
  const socket = url.searchParams.get('socket') || null
  const host = url.hostname.replace(/^\[|\]$/g, '') || '127.0.0.1'
  const tls = tlsOf(url, staysHere({ socket, host }))
  // mysql2 checks a certificate only against a name; with an address, any certificate that the authority signed would
  // pass.
  if (server === 'mysql' && tls !== null && socket === null && isIP(host) !== 0) {
    throw new AppError('shop-address', { problem: `TLS, ${host}` })
  }
  return {
    server,
    host,
    port: url.port === '' ? PORTS[server] : Number(url.port),
    socket,
    user,
    password: decoded(url.password),
    database,
    tls,
  }
}

function tlsOf({ searchParams }: URL, stays: boolean): ShopAddress['tls'] {
  const caPath = searchParams.get('ca') || null
  const given = searchParams.get('tls') ?? (stays && caPath === null ? 'off' : 'on')
  if (given !== 'on' && given !== 'off') throw new AppError('shop-address', { problem: '?tls=on | ?tls=off' })
  if (given === 'off' && caPath !== null) throw new AppError('shop-address', { problem: '?tls=off&ca=' })
  return given === 'on' ? { caPath } : null
}

/** Whether everything sent to the address stays on this machine. */
export const staysHere = ({ socket, host }: Pick<ShopAddress, 'socket' | 'host'>): boolean =>
  socket !== null || isLoopback(host)

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host)

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    throw new AppError('shop-address', { problem: '%' })
  }
}

/** Returns where the database is, without user and password, for the operator. */
export const placeOf = ({ host, port, socket, database }: ShopAddress): string =>
  `${socket ?? `${host.includes(':') ? `[${host}]` : host}:${port}`}/${database}`
