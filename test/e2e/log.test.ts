// Tests the log: it never overwrites the program's own files, never blocks a command, and reports once that it cannot
// be written.
import { spawnSync } from 'node:child_process'
import {
  closeSync,
  constants,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { atEnd, EMBEDDED, folder, MANUAL_ORDERS, PROGRAM, run, type Env } from './program.js'
import { openShop, orderRow } from './shop.js'

const SALE = ['bulk-sale', '--orders', '1', '--yes', '--quiet']

describe('a log that is something else', () => {
  const asIs = (): void => undefined
  const cases: readonly (readonly [string, string, (cwd: string) => void])[] = [
    ['the mirror', 'paygent.db', asIs],
    ['its lock', 'paygent.db.lock', asIs],
    ['its write-ahead log', 'paygent.db-wal', asIs],
    ['its shared memory', 'paygent.db-shm', asIs],
    ['the ledger of the simulator', 'paygent.db.simulator', asIs],
    ['what SQLite keeps beside the ledger', 'paygent.db.simulator-wal', asIs],
    ['the settings', '.env', asIs],
    ['the mirror, spelled another way', './sub/../paygent.db', (cwd) => mkdirSync(join(cwd, 'sub'))],
    ['the mirror, by a link', 'a.log', (cwd) => symlinkSync('paygent.db', join(cwd, 'a.log'))],
    ['the mirror, by a second name', 'a.log', (cwd) => linkSync(join(cwd, 'paygent.db'), join(cwd, 'a.log'))],
    [
      'the lock to come, by links',
      'a.log',
      (cwd) => {
        symlinkSync('b.log', join(cwd, 'a.log'))
        symlinkSync('paygent.db-shm', join(cwd, 'b.log'))
      },
    ],
    ['the mirror, by a link to its folder', 'here/paygent.db', (cwd) => symlinkSync('.', join(cwd, 'here'))],
  ]

  it.each(cases)('%s: 2, and nothing of it is touched', async (_, log, prepare) => {
    const cwd = folder()
    expect((await run(cwd, ['import', MANUAL_ORDERS], EMBEDDED)).code).toBe(0)
    prepare(cwd)
    const before = readFileSync(join(cwd, 'paygent.db'))
    const env = { ...EMBEDDED, PAYGENT_LOG: log }
    const ended = await run(cwd, ['bulk-sale', '--all', '--yes'], env)
    expect([ended.code, ended.stdout]).toEqual([2, ''])
    expect(ended.stderr).toContain('PAYGENT_LOG に別のファイルを指定してください。')
    expect(readFileSync(join(cwd, 'paygent.db')).equals(before)).toBe(true)
    const doctor = await run(cwd, ['doctor'], env)
    expect([doctor.code, doctor.stdout]).toEqual([2, expect.stringContaining('PAYGENT_LOG に別の')])
  })

  it('the mirror itself where that is a link', async () => {
    const cwd = folder()
    expect((await run(cwd, ['import', MANUAL_ORDERS], EMBEDDED)).code).toBe(0)
    symlinkSync('paygent.db', join(cwd, 'link.db'))
    const env = { ...EMBEDDED, PAYGENT_DB: 'link.db' }
    for (const log of ['paygent.db', 'paygent.db.simulator', 'link.db.lock'])
      expect([log, (await run(cwd, ['orders'], { ...env, PAYGENT_LOG: log })).code]).toEqual([log, 2])
    expect((await run(cwd, ['orders'], { ...env, PAYGENT_LOG: 'paygent.db.log' })).code).toBe(0)
  })
})

describe('a log that cannot be written', () => {
  const unwritable = (text: string): number => text.match(/ログに書き込めません/g)?.length ?? 0

  it('on a full disk: it is said once, also on --quiet, and all is sold', async () => {
    const shop = await openShop([orderRow(1, 'au'), orderRow(2, 'au')])
    const more = { PAYGENT_LOG: '/dev/full', PAYGENT_LOG_LEVEL: 'debug' }
    const ended = await shop.paygent(['bulk-sale', '--orders', '1,2', '--yes', '--quiet'], more)
    expect([ended.code, ended.stdout, unwritable(ended.stderr)]).toEqual([0, '', 1])
    expect(ended.stderr).toContain('（ディスクの空きがありません、ENOSPC）')
    expect(await shop.money()).toEqual(['101 10001', '101 10002'])
    const verbose = await shop.paygent(['sync', '--verbose'], more)
    expect([verbose.code, unwritable(verbose.stderr)]).toEqual([0, 1])
  })

  it('a pipe that nobody reads: 2 at once, and nothing is sent', async () => {
    const shop = await openShop([orderRow(1, 'au')])
    expect(spawnSync('mkfifo', [join(shop.cwd, 'pipe.log')]).status).toBe(0)
    const ended = await shop.paygent(SALE, { PAYGENT_LOG: 'pipe.log' })
    expect([ended.code, ended.stderr.split('\n')[0]]).toEqual([
      2,
      'エラー：ログのファイルを開けません：pipe.log（読み取る側のないパイプです、ENXIO）',
    ])
    expect(await shop.money()).toEqual([])
  })

  it('a pipe that is full: it is said once, and all is sold', async () => {
    const shop = await openShop([orderRow(1, 'au'), orderRow(2, 'au')])
    const path = join(shop.cwd, 'pipe.log')
    expect(spawnSync('mkfifo', [path]).status).toBe(0)
    // Reads nothing of what it writes.
    const pipe = openSync(path, constants.O_RDWR | constants.O_NONBLOCK)
    atEnd(() => closeSync(pipe))
    const fill = (): void => {
      for (;;) writeSync(pipe, Buffer.alloc(4096))
    }
    expect(fill).toThrow('EAGAIN')
    const ended = await shop.paygent(['bulk-sale', '--orders', '1,2', '--yes', '--quiet'], { PAYGENT_LOG: 'pipe.log' })
    expect([ended.code, unwritable(ended.stderr)]).toEqual([0, 1])
    expect(await shop.money()).toEqual(['101 10001', '101 10002'])
  })

  it('a folder: 2, and nothing is sent', async () => {
    const shop = await openShop([orderRow(1, 'au')])
    mkdirSync(join(shop.cwd, 'folder.log'))
    expect((await shop.paygent(SALE, { PAYGENT_LOG: 'folder.log' })).stderr).toContain(
      'ファイルではなくフォルダーです：folder.log',
    )
    expect(await shop.money()).toEqual([])
  })
})

it('the log has Japan time with its offset, whatever TZ says, and folders are made for it', async () => {
  const shop = await openShop([orderRow(1, 'au')])
  const before = Date.now()
  expect((await shop.paygent(SALE, { PAYGENT_LOG: 'logs/of/paygent.log', TZ: 'America/New_York' })).code).toBe(0)
  const lines = readFileSync(join(shop.cwd, 'logs/of/paygent.log'), 'utf8').trimEnd().split('\n')
  const times = lines.map((line) => (JSON.parse(line) as { time: string }).time)
  expect(times.length).toBeGreaterThan(2)
  for (const time of times) {
    expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+09:00$/)
    expect(Date.parse(time) >= before - 1 && Date.parse(time) <= Date.now()).toBe(true)
  }
})

describe('a log that goes to stderr', () => {
  const events = (text: string): unknown[] =>
    text
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { msg: string }).msg)

  it('has every line of it under --quiet, once under --verbose too, and makes no file', async () => {
    const shop = await openShop([orderRow(1, 'au')])
    const ended = await shop.paygent(SALE, { PAYGENT_LOG: '-' })
    expect([ended.code, ended.stdout]).toEqual([0, ''])
    expect(events(ended.stderr)).toEqual(expect.arrayContaining(['started', 'sending', 'settled']))
    const files = readdirSync(shop.cwd)
    expect(files.filter((name) => name === '-' || name === 'paygent.log')).toEqual([])
    const verbose = await shop.paygent(['sync', '--verbose', '--quiet'], { PAYGENT_LOG: '-' })
    const lines = verbose.stderr.trimEnd().split('\n')
    expect(verbose.code).toBe(0)
    expect(lines.length).toBeGreaterThan(1)
    expect(new Set(lines).size).toBe(lines.length)
  })

  it('is nothing that doctor looks for on the disk, nor a file of that name', async () => {
    const shop = await openShop([orderRow(1, 'au')])
    symlinkSync('paygent.db', join(shop.cwd, '-'))
    const doctor = await shop.paygent(['doctor', '--format', 'json'], { PAYGENT_LOG: '-' })
    expect(doctor.code).toBe(0)
    expect(doctor.stdout).not.toContain('log-')
  })
})

describe('keys of the connection that Node would write down', () => {
  const keylog = (cwd: string): string => `--tls-keylog=${join(cwd, 'keys.txt')}`

  it.each([
    ['in NODE_OPTIONS', (cwd: string): [string[], Env] => [[], { NODE_OPTIONS: keylog(cwd) }]],
    ['among others', (cwd: string): [string[], Env] => [[], { NODE_OPTIONS: `--no-warnings "${keylog(cwd)}"` }]],
    ['on the command line', (cwd: string): [string[], Env] => [[keylog(cwd)], {}]],
    ['as Node spells it too', (cwd: string): [string[], Env] => [[keylog(cwd).replace('s-k', 's_k')], {}]],
  ])('%s: 2, nothing is asked', async (_, setting) => {
    const shop = await openShop([orderRow(1, 'au')])
    const [options, more] = setting(shop.cwd)
    const env = { PATH: process.env['PATH'] ?? '', PAYGENT_STATE_DIR: join(shop.cwd, 'state'), ...shop.env, ...more }
    const paygent = (...args: string[]) =>
      spawnSync(process.execPath, [...options, '--', PROGRAM, ...args], { cwd: shop.cwd, env, encoding: 'utf8' })
    const ended = paygent(...SALE)
    expect([ended.status, ended.stderr]).toEqual([2, expect.stringContaining('--tls-keylog')])
    expect(await shop.simulator.requests()).toEqual([])
    expect(paygent('doctor').stdout).toContain('--tls-keylog')
  })
})
