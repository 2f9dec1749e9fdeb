// A shop whose orders are in a real EC-CUBE database, with the program as its staff use it.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ALL_DAY, folder, run, start, startSimulator, type Ended, type Env, type Running } from '../e2e/program.js'
import type { Simulator } from '../e2e/program.js'
import type { DatabaseServer } from './database-server.js'
import type { Product } from './fixture-shop.js'
import { createDocumentedUser } from './grants.js'

export type ShopRow = Readonly<Record<string, string | null>>

/** Every order of a table as text, by its number. */
export async function rowsOf(server: DatabaseServer, product: Product, database: string) {
  const id = product === 'eccube2' ? 'order_id' : 'id'
  const rows = await server.admin(`SELECT * FROM dtb_order ORDER BY ${id}`, database)
  return new Map(rows.map((row) => [String(row[id]), row as ShopRow]))
}

export interface Desk {
  readonly cwd: string
  readonly env: Env
  paygent(args: readonly string[], more?: Env): Promise<Ended>
  begin(args: readonly string[], more?: Env): Running
}

/** One desk with a mirror of its own, on the embedded simulator unless the environment says otherwise. */
export function deskAt(url: string, more: Env = {}): Desk {
  const cwd = folder()
  const env = {
    ...ALL_DAY,
    PAYGENT_ENVIRONMENT: 'simulator',
    PAYGENT_DB: 'paygent.db',
    PAYGENT_SHOP_DATABASE: url,
    PAYGENT_TIMEOUT_MS: '2000',
    PAYGENT_SETTLE_SECONDS: '1',
    ...more,
  }
  return {
    cwd,
    env,
    paygent: (args, extra = {}) => run(cwd, args, { ...env, ...extra }),
    begin: (args, extra = {}) => start(cwd, args, { ...env, ...extra }),
  }
}

let count = 0

/** A database with these tables in it, and its documented user. @returns its name and what PAYGENT_SHOP_DATABASE is */
export async function shopIn(server: DatabaseServer, product: Product, sql: string, more = '') {
  count += 1
  const database = `shop${count}`
  await server.createDatabase(database, [sql], more)
  const login = await createDocumentedUser(server, product, database, {
    user: `desk${count}`,
    password: 'fixture-desk-password',
  })
  return { database, url: server.url(database, login) }
}

/** A simulator of its own that holds the payments of what the desk has pulled. */
export async function simulatorOf(desk: Desk, more: readonly string[] = []): Promise<Simulator> {
  const exported = await desk.paygent(['export'])
  const csv = join(desk.cwd, 'payments.csv')
  writeFileSync(csv, exported.stdout)
  return startSimulator(desk.cwd, ['--orders', csv, ...more])
}

export const readJson = <Found>({ stdout }: Ended): Found => JSON.parse(stdout) as Found

export const textOf = (path: string): string => readFileSync(path, 'utf8')
