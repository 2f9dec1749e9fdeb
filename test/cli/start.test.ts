// Tests the start from `bin/paygent.js` into the built program: the version of Node that it requires, and the compiled
// code that Node caches.
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { crc32 } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

const PROJECT = fileURLToPath(new URL('../../', import.meta.url))

let folder = ''
const main = (): string => join(folder, 'dist/main.cjs')
const cache = (): string => join(folder, 'cache/paygent')

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'paygent-start-'))
  cpSync(join(PROJECT, 'bin'), join(folder, 'bin'), { recursive: true })
  cpSync(join(PROJECT, 'dist'), join(folder, 'dist'), { recursive: true })
  cpSync(join(PROJECT, 'package.json'), join(folder, 'package.json'))
  symlinkSync(join(PROJECT, 'node_modules'), join(folder, 'node_modules'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

interface Started {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

function start(args: readonly string[], env: Readonly<Record<string, string>> = {}, before = ''): Started {
  writeFileSync(join(folder, 'before.cjs'), before)
  const node = ['--require', join(folder, 'before.cjs'), '--', join(folder, 'bin/paygent.js')]
  const { status, stdout, stderr } = spawnSync(process.execPath, [...node, ...args], {
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '', HOME: folder, XDG_CACHE_HOME: join(folder, 'cache'), ...env },
    encoding: 'utf8',
  })
  return { status, stdout, stderr }
}

describe('the Node that runs it', () => {
  const node = (version: string): string => `Object.defineProperty(process.versions, 'node', { value: '${version}' })`

  test.each(['0.10.48', '20.20.2', '22.13.1'])('%s is too old: exit 2, in both languages', (version) => {
    rmSync(join(folder, 'node_modules'))
    const { status, stdout, stderr } = start(['--version'], {}, node(version))
    expect([status, stdout]).toEqual([2, ''])
    expect(stderr).toBe(
      `Node.js 22.14 以上が必要です（現在：${version}）。Node.js を更新してください。\n` +
        `paygent needs Node.js 22.14 or newer (this is ${version}). Update Node.js.\n`,
    )
  })

  test('as JSON where JSON is asked for', () => {
    const { status, stderr } = start(['status', '--format', 'json'], {}, node('20.20.2'))
    expect([status, JSON.parse(stderr)]).toEqual([
      2,
      {
        error: {
          code: 'cannot-run',
          message: expect.stringMatching(/22\.14 以上が必要です.*needs Node\.js 22\.14 or newer/),
          next: 'npx paygent で実行してください。 Run it as: npx paygent',
        },
      },
    ])
  })

  test('in a checkout the sentence names npx, which takes the Node of the checkout', () => {
    const { status, stderr } = start(['--version'], {}, node('20.20.2'))
    expect(status).toBe(2)
    expect(stderr.match(/npx paygent/g)).toHaveLength(2)
  })

  test.each(['22.14.0', '24.0.0', '30.1.0'])('%s is new enough', (version) => {
    expect(start(['--version'], {}, node(version))).toMatchObject({ status: 0, stderr: '' })
  })

  test.each(['win32', 'freebsd'])('%s is refused', (platform) => {
    const before = `Object.defineProperty(process, 'platform', { value: '${platform}' })`
    const { status, stdout, stderr } = start(['--version'], {}, before)
    expect([status, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(/WSL.*\n.*WSL/)
  })

  test('a checkout that is not built says so', () => {
    rmSync(main())
    expect(start(['--version'])).toEqual({
      status: 2,
      stdout: '',
      stderr:
        'プログラムがまだビルドされていません。npm run build を実行してください。\n' +
        'The program is not built yet. Run: npm run build\n',
    })
  })

  test('every Node can parse the file that says so', () => {
    const source = readFileSync(join(PROJECT, 'bin/paygent.js'), 'utf8').replace(/\/\*[^]*?\*\/|\/\/.*/g, '')
    expect(source.split('\n')[0]).toBe('#!/usr/bin/env node')
    expect(source).not.toMatch(/=>|`|\b(?:const|let|class|async|await|import)\b|\?\.|\?\?|\.\.\.|catch \{|,\s*\)/)
  })
})

describe('compiled code', () => {
  const kept = (): string[] => readdirSync(cache(), { recursive: true, encoding: 'utf8' })

  test('is kept in a folder of the user alone', () => {
    expect(start(['--version'])).toMatchObject({ status: 0, stderr: '' })
    expect(statSync(cache()).mode & 0o777).toBe(0o700)
    expect(kept().length).toBeGreaterThan(1)
  })

  test('goes under the home of the user where XDG_CACHE_HOME is no full path', () => {
    start(['--version'], { XDG_CACHE_HOME: 'cache' })
    expect(existsSync(join(folder, '.cache/paygent'))).toBe(true)
    expect(existsSync(cache())).toBe(false)
  })

  test('is not kept where no folder can be made: the program starts all the same', () => {
    writeFileSync(join(folder, 'cache'), '')
    expect(start(['--version'])).toMatchObject({ status: 0, stderr: '' })
  })

  const ALTERED = '受注番后'

  /** Compiled code of an altered program of the same length, with the checksum of the true one. */
  function plant(): void {
    const source = readFileSync(main(), 'utf8')
    const altered = source.replaceAll('受注番号', ALTERED)
    expect(altered).not.toBe(source)
    mkdirSync(join(folder, 'cache'), { recursive: true })
    writeFileSync(main(), altered)
    expect(start(['show', '--help']).stdout).toContain(ALTERED)
    writeFileSync(main(), source)
    const checksum = Buffer.alloc(4)
    checksum.writeUInt32LE(crc32(altered))
    let planted = 0
    for (const name of kept()) {
      const path = join(cache(), name)
      if (statSync(path).isDirectory()) continue
      const bytes = readFileSync(path)
      const at = bytes.subarray(0, 32).indexOf(checksum)
      if (at < 0) continue
      bytes.writeUInt32LE(crc32(source), at)
      writeFileSync(path, bytes)
      planted += 1
    }
    expect(planted).toBe(1)
  }

  test('that somebody planted is run by Node where the folder is trusted', () => {
    plant()
    expect(start(['show', '--help']).stdout).toContain(ALTERED)
  })

  test.each([0o770, 0o707, 0o755, 0o711])('in a folder of mode %o is not run', (mode) => {
    plant()
    chmodSync(cache(), mode)
    const { status, stdout } = start(['show', '--help'])
    expect([status, stdout.includes(ALTERED)]).toEqual([0, false])
  })

  test('behind a symbolic link is not run', () => {
    plant()
    cpSync(cache(), join(folder, 'elsewhere'), { recursive: true, preserveTimestamps: true })
    chmodSync(join(folder, 'elsewhere'), 0o700)
    rmSync(cache(), { recursive: true })
    symlinkSync(join(folder, 'elsewhere'), cache())
    expect(start(['show', '--help']).stdout).not.toContain(ALTERED)
  })

  test.skipIf(process.getuid?.() !== 0)('of another user is not run', () => {
    plant()
    chownSync(cache(), 65_534, 65_534)
    expect(start(['show', '--help']).stdout).not.toContain(ALTERED)
  })
})

describe('the stack of a bug names files and lines of the sources', () => {
  function breakIn(file: string, place: RegExp, bug = 'null.bug;'): void {
    const path = join(folder, 'dist', file)
    const source = readFileSync(path, 'utf8')
    const broken = source.replace(place, `$& ${bug}`)
    expect(broken).not.toBe(source)
    writeFileSync(path, broken)
  }

  test('on stderr, where the program could not even tell its fault', () => {
    breakIn('main.cjs', /async function run\(args, terminal\) \{/)
    const { status, stderr } = start(['--version'])
    expect(stderr).toMatch(/TypeError.*\n\s+at run \(.*src\/cli\/main\.ts:\d+:\d+\)/)
    expect(status).toBe(1)
  })

  test.each(['a timer', 'a rejected promise'])('on stderr, from %s that nobody waits for, with its cause', (kind) => {
    const bug = `new TypeError('odd', { cause: new RangeError('first') })`
    const broken = kind === 'a timer' ? `setTimeout(() => { throw ${bug} })` : `void Promise.reject(${bug})`
    breakIn(
      'main.cjs',
      /async function run\(args, terminal\) \{/,
      `${broken}; await new Promise((done) => setTimeout(done, 1_000));`,
    )
    const { status, stderr } = start(['--version'])
    expect(stderr).toMatch(/TypeError: odd\n\s+at .*src\/cli\/main\.ts:\d+:\d+/)
    expect(stderr).toMatch(/\[cause\] RangeError: first\n\s+at .*src\/cli\/main\.ts:\d+:\d+/)
    expect(status).toBe(1)
  })

  const SETTINGS = {
    PAYGENT_ENVIRONMENT: 'simulator',
    PAYGENT_DB: 'paygent.db',
    PAYGENT_STATE_DIR: 'state',
    PAYGENT_LOG: 'log.jsonl',
  }
  test('on stderr, while a request waits for its answer: the last message names it, exit 4', () => {
    start(['import', join(PROJECT, 'fixtures/manual-orders.csv')], SETTINGS)
    breakIn('main.cjs', /waiting\.set\(request,[^;]*;/, `process.nextTick(() => { throw new TypeError('odd') });`)
    const { status, stdout, stderr } = start(['bulk-sale', '--orders', '852', '--yes'], SETTINGS)
    expect(stderr).toMatch(/TypeError: odd\n\s+at .*src\/cli\/under-way\.ts:\d+:\d+/)
    expect(stderr).toMatch(/852.*\n.*paygent reconcile/)
    expect([status, stdout.split('\n').length]).toEqual([4, 2])
    expect(start(['status'], SETTINGS).stdout).toContain('結果不明')
  })

  const stackInLog = (): string => {
    start(['import', join(PROJECT, 'fixtures/manual-orders.csv')], SETTINGS)
    breakIn('gateway.cjs', /async function withSession\([^{]*\{[\s\S]*?try \{/)
    const { status, stderr } = start(['reconcile'], SETTINGS)
    expect([status, stderr.includes('    at ')]).toEqual([1, false])
    return readFileSync(join(folder, 'log.jsonl'), 'utf8')
  }

  test('in the log', () => {
    expect(stackInLog()).toMatch(
      /TypeError[^"]*\\n\s+at (?:Object\.)?withSession \([^"]*src\/cli\/gateway\.ts:\d+:\d+\)/,
    )
  })

  test.each([
    ['orders.cjs', 'runOrders', ['orders'], 'commands/orders'],
    ['doctor.cjs', 'runDoctor', ['doctor'], 'commands/doctor'],
    ['simulator.cjs', 'runSimulator', ['simulator', '--port', '0'], 'commands/simulator'],
  ])('in the log, of a command that asks Paygent nothing: %s', (file, name, args, source) => {
    start(['import', join(PROJECT, 'fixtures/manual-orders.csv')], SETTINGS)
    breakIn(file, new RegExp(`async function ${name}\\([\\s\\S]*?\\) \\{`))
    const { status, stderr } = start(args, SETTINGS)
    expect([status, stderr.includes('    at ')]).toEqual([1, false])
    const log = readFileSync(join(folder, 'log.jsonl'), 'utf8')
    expect(log).toMatch(new RegExp(`TypeError[^"]*src/cli/${source}\\.ts:\\d+:\\d+`))
  })

  test('and the fault itself is told where the log cannot be opened', () => {
    start(['import', join(PROJECT, 'fixtures/manual-orders.csv')], SETTINGS)
    breakIn('orders.cjs', /async function runOrders\([\s\S]*?\) \{/)
    const { status, stderr } = start(['orders'], { ...SETTINGS, PAYGENT_LOG: join(folder, 'bin') })
    expect([status, stderr]).toEqual([1, expect.stringMatching(/TypeError/)])
  })

  test.each([
    ['missing', (path: string) => rmSync(path)],
    ['cut off', (path: string) => writeFileSync(path, '{"version":3,"sour')],
  ])('or of the built file, where its map is %s', (_name, spoil) => {
    spoil(join(folder, 'dist/gateway.cjs.map'))
    expect(stackInLog()).toMatch(/TypeError[^"]*\\n\s+at (?:Object\.)?withSession \([^"]*dist\/gateway\.cjs:\d+:\d+\)/)
  })
})

describe('packages that a command does not need are not loaded', () => {
  const PROBE = `process.on('exit', () => console.error('loaded', JSON.stringify(Object.keys(require.cache))))`
  const SETTINGS = { PAYGENT_ENVIRONMENT: 'simulator', PAYGENT_DB: 'paygent.db', PAYGENT_STATE_DIR: 'state' }

  const loadedBy = (args: string): { status: number | null; loaded: string[] } => {
    start(['import', join(PROJECT, 'fixtures/manual-orders.csv')], SETTINGS)
    const { status, stderr } = start(args.split(' '), SETTINGS, PROBE)
    return { status, loaded: JSON.parse(/^loaded (.*)$/m.exec(stderr)?.[1] ?? '') as string[] }
  }

  // A program that is replaced in the middle of a command has them no more.
  test.each([
    ['--version', false],
    ['orders', false],
    [`import ${join(PROJECT, 'fixtures/manual-orders.csv')}`, true],
    ['hold 852 --note x', true],
  ])('%s has the texts of all errors before there is a fault: %s', (args, has) => {
    const { status, loaded } = loadedBy(args)
    const ours = loaded.filter((file) => file.includes('/dist/'))
    const having = ours.filter((file) => /mirror-elsewhere['"]: \(/.test(readFileSync(file, 'utf8')))
    expect([status, ours.length > 1, having.length > 0]).toEqual([0, true, has])
  })

  test.each([
    ['--version', []],
    ['orders', ['better-sqlite3']],
    [`import ${join(PROJECT, 'fixtures/manual-orders.csv')}`, ['better-sqlite3', 'iconv-lite', 'safer-buffer']],
    ['bulk-sale --all --dry-run', ['better-sqlite3']],
  ])('%s', (args, packages) => {
    const { status, loaded } = loadedBy(args)
    expect(status).toBe(0)
    const names = loaded.flatMap((file) => file.split('/node_modules/').slice(1, 2)).map((path) => path.split('/')[0])
    expect([...new Set(names)].toSorted()).toEqual(packages)
    // The template of the pages, and their style.
    expect(loaded.filter((file) => /\/dist\/page/.test(file))).toEqual([])
  })
})

// string-width makes the list when it is loaded. It takes longer than the rest of `--version`, and few texts need it.
test('the list of all emoji is made when a text needs it, and by no start', () => {
  const chunks = readdirSync(join(PROJECT, 'dist')).filter((name) => name.endsWith('.cjs') && !name.includes('library'))
  const having = (list: RegExp): string[] =>
    chunks.filter((name) => list.test(readFileSync(join(PROJECT, 'dist', name), 'utf8')))
  expect(having(/emojiPrefixRegex = /)).toHaveLength(1)
  expect(having(/^const emojiPrefixRegex = /m)).toEqual([])
})

test('a program that ends in mid-work does not end as done', () => {
  const source = readFileSync(main(), 'utf8')
  const stuck = source.replace(/async function run\(args, terminal\) \{/, '$& await new Promise(() => {});')
  expect(stuck).not.toBe(source)
  writeFileSync(main(), stuck)
  expect(start(['--version']).status).toBe(1)
})
