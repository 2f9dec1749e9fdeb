// The built program and the code that is kept of it: what is not whole, or is of another program, is not run.
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

const PROJECT = fileURLToPath(new URL('../../', import.meta.url))
const USAGE = '受注番号'

let folder = ''
const main = (): string => join(folder, 'dist/program/main.cjs')

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'paygent-load-'))
  cpSync(join(PROJECT, 'bin'), join(folder, 'bin'), { recursive: true })
  cpSync(join(PROJECT, 'dist/program'), join(folder, 'dist/program'), { recursive: true })
  cpSync(join(PROJECT, 'package.json'), join(folder, 'package.json'))
  symlinkSync(join(PROJECT, 'node_modules'), join(folder, 'node_modules'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function help(): { readonly status: number | null; readonly stdout: string; readonly stderr: string } {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--', join(folder, 'bin/paygent.js'), 'show', '--help'],
    {
      cwd: folder,
      env: { PATH: process.env['PATH'], LANG: 'ja_JP.UTF-8' },
      encoding: 'utf8',
    },
  )
  return { status, stdout, stderr }
}

describe('kept code', () => {
  test('a byte of it that has changed anywhere turns it away', () => {
    const told = help()
    expect(told).toMatchObject({ status: 0, stderr: '' })
    const whole = readFileSync(`${main()}.cache`)
    for (let at = 3; at < whole.length; at += Math.floor(whole.length / 12)) {
      const damaged = Buffer.from(whole)
      damaged[at] = (damaged[at] ?? 0) ^ 0x10
      writeFileSync(`${main()}.cache`, damaged)
      expect(help(), `byte ${at}`).toEqual(told)
    }
  }, 120_000)

  test.each([0, 5, 1_000])('cut off after %i bytes it is turned away', (bytes) => {
    const told = help()
    writeFileSync(`${main()}.cache`, readFileSync(`${main()}.cache`).subarray(0, bytes))
    expect(help()).toEqual(told)
  })

  test('of a program that is as long and as old as this one it is turned away', () => {
    const { atime, mtime } = statSync(main())
    const source = readFileSync(main(), 'utf8')
    expect(source).toContain(USAGE)
    writeFileSync(main(), source.replaceAll(USAGE, '受注番后'))
    for (const file of [main(), `${main()}.cache`]) utimesSync(file, atime, mtime)
    expect(help().stdout).toContain('受注番后')
  })
})

describe('what a command does not need is not loaded', () => {
  const PROBE = `process.on('exit', () => console.error('loaded', JSON.stringify(Object.keys(require.cache))))`
  const DRIVER = 'better-sqlite3/build/Release/better_sqlite3.node'

  test.each([
    ['--version', []],
    ['orders', [DRIVER]],
    [`import ${join(PROJECT, 'fixtures/manual-orders.csv')}`, [DRIVER]],
    ['bulk-sale --all --dry-run', [DRIVER]],
  ])('%s', (args, packages) => {
    writeFileSync(join(folder, 'probe.cjs'), PROBE)
    const settings = { PAYGENT_ENVIRONMENT: 'simulator', PAYGENT_DB: 'paygent.db', PAYGENT_STATE_DIR: folder }
    const env = { PATH: process.env['PATH'], ...settings }
    const program = ['--require', join(folder, 'probe.cjs'), '--', join(folder, 'bin/paygent.js')]
    const run = (...all: string[]) => spawnSync(process.execPath, [...program, ...all], { cwd: folder, env })
    run('import', join(PROJECT, 'fixtures/manual-orders.csv'))
    const { status, stderr } = run(...args.split(' '))
    expect(status).toBe(0)
    const loaded = JSON.parse(/^loaded (.*)$/m.exec(String(stderr))?.[1] ?? '') as string[]
    const found = loaded.flatMap((file) => file.split('/node_modules/').slice(1))
    expect(found).toEqual(packages)
  })
})

test('a program that ends in the midst of something does not say that it is done', () => {
  const source = readFileSync(main(), 'utf8')
  const stuck = source.replace(/async function run\(args, terminal\) \{/, '$& await new Promise(() => {});')
  expect(stuck).not.toBe(source)
  writeFileSync(main(), stuck)
  expect(help().status).toBe(1)
})
