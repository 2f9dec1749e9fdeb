// A program whose parts were copied from another machine, or are incomplete, reports it and makes no file.
import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import manifest from '../../package.json' with { type: 'json' }
import { EMBEDDED, folder, MANUAL_ORDERS, run } from './program.js'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const DRIVER = 'better-sqlite3'

/** The package as it is installed, SQLite's driver a copy that a test may break. */
function installed(): { program: string; driver: string } {
  const root = folder()
  for (const part of ['bin', 'dist', 'package.json']) {
    cpSync(join(ROOT, part), join(root, part), { recursive: true, filter: (path) => !path.endsWith('.map') })
  }
  const modules = join(root, 'node_modules')
  mkdirSync(modules)
  for (const name of Object.keys(manifest.dependencies).filter((each) => each !== DRIVER)) {
    symlinkSync(join(ROOT, 'node_modules', name), join(modules, name))
  }
  const driver = join(modules, DRIVER)
  cpSync(join(ROOT, 'node_modules', DRIVER), driver, { recursive: true, filter: (path) => !/\/(deps|src)$/.test(path) })
  return { program: join(root, 'bin/paygent.js'), driver }
}

const binaryOf = (driver: string): string => {
  const found = readdirSync(join(driver, 'prebuilds')).find(
    (name) => name === `${process.platform}-${process.arch}.node`,
  )
  return join(driver, 'prebuilds', found ?? 'none')
}

const BREAKS: readonly { name: string; code: string; broken: (driver: string) => void }[] = [
  { name: 'the compiled part is missing', code: 'MODULE_NOT_FOUND', broken: (driver) => rmSync(binaryOf(driver)) },
  {
    name: "the compiled part is another system's",
    code: 'ERR_DLOPEN_FAILED',
    broken: (driver) => renameSync(join(driver, 'prebuilds/win32-x64.node'), binaryOf(driver)),
  },
  {
    name: 'the compiled part was cut short',
    code: 'ERR_DLOPEN_FAILED',
    broken: (driver) => writeFileSync(binaryOf(driver), ''),
  },
  {
    name: 'one that was compiled here is of another Node',
    code: 'ERR_DLOPEN_FAILED',
    broken(driver) {
      const path = join(driver, 'build/Release/better_sqlite3.node')
      mkdirSync(dirname(path), { recursive: true })
      renameSync(join(driver, 'prebuilds/win32-x64.node'), path)
    },
  },
  {
    name: 'the whole driver is missing',
    code: 'MODULE_NOT_FOUND',
    broken: (driver) => rmSync(driver, { recursive: true }),
  },
]

const COMMANDS: readonly (readonly string[])[] = [
  ['import', MANUAL_ORDERS],
  ['bulk-sale', '--orders', '852', '--yes'],
  ['simulator', '--port', '0', '--state', 'books.db'],
  ['orders'],
  ['backup', 'copy.db'],
]

describe.each(BREAKS)('$name', ({ code, broken }) => {
  const { program, driver } = installed()
  broken(driver)

  it.each(COMMANDS)('%s ends with 2 and leaves no database behind', async (...args) => {
    const cwd = folder()
    if (args[0] !== 'import') expect(await run(cwd, ['import', MANUAL_ORDERS], EMBEDDED)).toMatchObject({ code: 0 })
    const before = readdirSync(cwd)
    const ja = await run(cwd, args, EMBEDDED, '', program)
    expect([ja.code, ja.stdout]).toEqual([2, ''])
    expect(ja.stderr).toMatch(/^エラー：プログラムの部品を読み込めません：better-sqlite3（/)
    for (const part of [code, process.version, process.arch, 'npm install -g', 'npm ci'])
      expect(ja.stderr).toContain(part)
    const en = await run(cwd, [...args, '--lang', 'en'], EMBEDDED, '', program)
    expect([en.code, en.stderr]).toEqual([2, expect.stringMatching(/^Error: A part of the program .*better-sqlite3/)])
    // The simulator makes its certificates first; they are whole, and its next start uses them.
    expect(readdirSync(cwd).filter((name) => name !== 'paygent-simulator-certs')).toEqual(before)
  })

  it('doctor has a line × for it, and goes on', async () => {
    const cwd = folder()
    const ended = await run(cwd, ['doctor', '--format', 'json', '--lang', 'en'], EMBEDDED, '', program)
    expect([ended.code, ended.stderr]).toEqual([2, ''])
    const lines = JSON.parse(ended.stdout) as { check: string; level: string; text: string }[]
    const bad = lines.filter(({ level }) => level === 'bad')
    expect(bad).toEqual([
      expect.objectContaining({ text: expect.stringContaining(`better-sqlite3 (${code}`) as string }),
    ])
    const once = new Set(lines.map(({ check, text }) => check + text))
    expect(once.size).toBe(lines.length)
    expect(lines.map(({ check }) => check)).toEqual(
      expect.arrayContaining(['open-work', 'shop', 'proxy', 'keep-alive']),
    )
    expect(readdirSync(cwd)).toEqual([])
  })
})

it('what needs no part of it works on', async () => {
  const { program, driver } = installed()
  rmSync(driver, { recursive: true })
  expect(existsSync(driver)).toBe(false)
  for (const args of [['--version'], ['--help'], ['help', 'bulk-sale'], ['completion', 'bash']]) {
    expect(await run(folder(), args, {}, '', program)).toMatchObject({ code: 0, stderr: '' })
  }
})
