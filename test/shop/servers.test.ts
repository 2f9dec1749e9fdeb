// Tests the real servers themselves, which the tests of the shop's database rely on.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { createConnection } from 'mysql2/promise'
import pg from 'pg'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { makeAuthority, makeServer } from '../gateway/certificates.js'
import type { DatabaseServer, TlsFiles } from './database-server.js'
import type { ServerKind } from './installed.js'
import { describeWithServer, SERVER_KINDS, START, wayOf } from './servers.js'

const folder = mkdtempSync(join(tmpdir(), 'paygent-sql-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function file(name: string, text: string): string {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}

const isOpen = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true))
    socket.once('error', () => resolve(false))
    // MariaDB speaks first and waits for an answer.
    socket.once('connect', () => socket.destroy())
  })

const socketFile = (kind: ServerKind, { port, socket }: Pick<DatabaseServer, 'port' | 'socket'>): string =>
  kind === 'mysql' ? socket : join(socket, `.s.PGSQL.${port}`)

it.each([
  [null, undefined, 'run'],
  [null, 'required', 'run'],
  ['not installed', undefined, 'skip'],
  ['not installed', '', 'skip'],
  ['not installed', 'required', 'fail'],
] as const)('missing %j, PAYGENT_TEST_SERVERS %j: %s', (why, required, way) => {
  expect(wayOf(why, required)).toBe(way)
})

/** Connects by TLS, verified against the authority, and says which cipher the server speaks with us. */
const CIPHER = {
  async mysql({ port }: DatabaseServer, ca: string): Promise<unknown> {
    const login = { user: 'reader', password: 'fixture', host: 'localhost' }
    const connection = await createConnection({ ...login, port, ssl: { ca, rejectUnauthorized: true } })
    const [rows] = await connection.query("SHOW STATUS LIKE 'Ssl_cipher'")
    await connection.end()
    return (rows as { Value: string }[])[0]?.Value
  },
  async postgres({ port }: DatabaseServer, ca: string): Promise<unknown> {
    const login = { user: 'reader', password: 'fixture', host: 'localhost', database: 'postgres' }
    const client = new pg.Client({ ...login, port, ssl: { ca, rejectUnauthorized: true } })
    await client.connect()
    const { rows } = await client.query<{ cipher: string }>('SELECT cipher FROM pg_stat_ssl WHERE pid=pg_backend_pid()')
    await client.end()
    return rows[0]?.cipher
  },
} as const

const ZONE_OF = {
  mysql: 'SELECT @@session.time_zone AS zone',
  postgres: 'SELECT current_setting($$timezone$$) AS zone',
}
const ZONE = { mysql: '+09:00', postgres: 'Asia/Tokyo' }

for (const kind of SERVER_KINDS) {
  describeWithServer(kind, `a real server: ${kind}`, () => {
    let server: DatabaseServer
    let authority: string
    beforeAll(async () => {
      const ca = await makeAuthority()
      authority = ca.cert
      const { cert, key } = await makeServer(ca)
      const tls: TlsFiles = { cert: file('cert', cert), key: file('key', key), ca: file('ca', ca.cert) }
      server = await START[kind]({ timeZone: '+09:00', tls })
    })

    it('does not run as root', () => {
      expect(statSync(socketFile(kind, server)).uid).not.toBe(0)
    })

    it('has the zone that was asked for', async () => {
      expect(await server.admin(ZONE_OF[kind])).toEqual([{ zone: ZONE[kind] }])
    })

    it('reads files in one session and gives values as the server writes them', async () => {
      const table = file('table.sql', 'CREATE TABLE t (id int, name varchar(20), yen decimal(12,2));')
      const rows = file('rows.sql', "INSERT INTO t VALUES (1, '髙﨑 試', 1733), (2, NULL, 0.5);")
      await server.createDatabase('one', [table, rows])
      expect(await server.admin('SELECT id, name, yen FROM t ORDER BY id', 'one')).toEqual([
        { id: '1', name: '髙﨑 試', yen: '1733.00' },
        { id: '2', name: null, yen: '0.50' },
      ])
    })

    it('says what is wrong with a file', async () => {
      await expect(server.createDatabase('two', [file('bad.sql', 'SELECT FROM nowhere;')])).rejects.toThrow(/nowhere/)
    })

    it('speaks TLS', async () => {
      await server.createUser('reader', 'fixture', [])
      expect(await CIPHER[kind](server, authority)).toMatch(/^TLS_/)
      await expect(CIPHER[kind](server, (await makeAuthority('Another')).cert)).rejects.toThrow(/certificate/)
    })

    it('keeps what was committed when it is killed and started again, on the same port', async () => {
      await server.createDatabase('three', [file('three.sql', 'CREATE TABLE t (id int);')])
      await server.admin('INSERT INTO t VALUES (7)', 'three')
      await server.kill()
      expect(await isOpen(server.port)).toBe(false)
      await server.restart()
      expect(await isOpen(server.port)).toBe(true)
      expect(await server.admin('SELECT id FROM t', 'three')).toEqual([{ id: '7' }])
    })

    it('is gone, with its folder, when the process that started it is killed', async () => {
      const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url))
      const hooks = ['--import', path('../typescript-hooks.mjs')]
      const child = spawn(process.execPath, [...hooks, path('./start-server.ts'), kind], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      onTestFinished(() => void child.kill('SIGKILL'))
      const [line] = (await once(child.stdout, 'data')) as [Buffer]
      const own = JSON.parse(line.toString()) as { port: number; socket: string }
      expect(await isOpen(own.port)).toBe(true)
      child.kill('SIGKILL')
      while (existsSync(join(socketFile(kind, own), '..'))) await wait(50)
      expect(await isOpen(own.port)).toBe(false)
    })
  })
}
