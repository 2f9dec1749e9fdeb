// Tests the package as users install it: packed, installed by npm into an empty folder, and started there.
import { execFileSync, spawnSync } from 'node:child_process'
import { globSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import manifest from '../../package.json' with { type: 'json' }
import { folder } from './program.js'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
/** As for the shop's database servers: what cannot be reached is skipped, except where it must be there. */
const required = process.env['PAYGENT_TEST_SERVERS'] === 'required'
const NO_REGISTRY = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ENETUNREACH|ETIMEDOUT|ENOTCACHED/
const MIB = 1024 * 1024

/** A compiler or Python that is asked for is not there: nothing of the package may need one. */
const NO_COMPILER = { CC: '/bin/false', CXX: '/bin/false', PYTHON: '/bin/false', npm_config_python: '/bin/false' }

const npm = (args: readonly string[], cwd: string) =>
  spawnSync('npm', [...args, '--no-audit', '--no-fund'], { cwd, env: { ...process.env, ...NO_COMPILER } })

interface Packed {
  readonly filename: string
  readonly files: readonly { readonly path: string }[]
}

let home: string
let tarball: string
let files: string[]

beforeAll(() => {
  home = folder()
  // Built before the tests are run; `prepack` would build again beside those that run now.
  const { stdout, status } = npm(['pack', '--json', '--ignore-scripts', '--pack-destination', home], ROOT)
  expect(status).toBe(0)
  const said = JSON.parse(stdout.toString()) as readonly Packed[] | Readonly<Record<string, Packed>>
  // npm 12 names the packages, older ones list them.
  const [packed] = Object.values(said) as Packed[]
  tarball = join(home, packed?.filename ?? '')
  files = packed?.files.map(({ path }) => path) ?? []
})

describe('the tarball', () => {
  it('holds the program and what an administrator needs', () => {
    const deploy = readdirSync(join(ROOT, 'deploy')).map((name) => `deploy/${name}`)
    const docs = globSync('docs/**/*.md', { cwd: ROOT })
    const needed = [
      'bin/paygent.js',
      'bin/package.json',
      'dist/main.cjs',
      'dist/paygent.1',
      'fixtures/manual-orders.csv',
      '.env.example',
    ]
    for (const path of [...needed, 'LICENSE', 'README.md', 'README.ja.md', ...deploy, ...docs])
      expect(files).toContain(path)
  })

  it('holds nothing else: no test, no source, no settings, no orders', () => {
    const own =
      /^(bin|dist|deploy|docs|docs\/ja)\/[^/]+$|^(fixtures\/(README\.md|manual-orders\.csv)|\.env\.example|package\.json|[A-Z]+(\.ja)?(\.md)?)$/
    expect(files.filter((path) => !own.test(path))).toEqual([])
    expect(files.filter((path) => /\.(db|log|env|tgz)(-|\.|$)/.test(path))).toEqual(['.env.example'])
  })
})

it('the licences of all packages in the bundle travel with it', () => {
  const dist = join(ROOT, 'dist')
  const maps = readdirSync(dist).filter((name) => name.endsWith('.map'))
  const sources = maps.flatMap(
    (name) => (JSON.parse(readFileSync(join(dist, name), 'utf8')) as { sources: string[] }).sources,
  )
  const bundled = new Set(sources.flatMap((path) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []))
  expect(bundled.size).toBeGreaterThan(20)
  const licences = readFileSync(join(dist, 'licences.txt'), 'utf8')
  expect(files).toContain('dist/licences.txt')
  expect([...bundled].filter((name) => !licences.split('\n').some((line) => line.startsWith(`${name} `)))).toEqual([])
})

describe('installed by npm', () => {
  let prefix: string
  let program: string
  let isOffline = false

  beforeAll(() => {
    prefix = join(home, 'prefix')
    const { status, stderr } = npm(['install', '--global', '--prefix', prefix, tarball], home)
    isOffline = status !== 0 && !required && NO_REGISTRY.test(stderr.toString())
    expect(isOffline ? 0 : status, stderr.toString()).toBe(0)
    program = join(prefix, 'bin/paygent')
  }, 120_000)

  beforeEach(({ skip }) => skip(isOffline, 'the registry cannot be reached'))

  const start = (args: readonly string[], cwd: string, env: Readonly<Record<string, string>> = {}): string =>
    execFileSync(program, args, {
      cwd,
      env: { PATH: process.env['PATH'], HOME: cwd, TMPDIR: cwd, ...env },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    })

  it('is 40 packages and 50 MB at most', () => {
    const inside = readdirSync(join(prefix, 'lib/node_modules'), { recursive: true, encoding: 'utf8' })
    const packages = inside.filter((path) => /(^|\/node_modules\/)(@[^/]+\/)?[^/@]+\/package\.json$/.test(path))
    expect(packages.length).toBeGreaterThan(Object.keys(manifest.dependencies).length)
    expect(packages.length).toBeLessThanOrEqual(40)
    const sizes = inside.map((path) => statSync(join(prefix, 'lib/node_modules', path))).filter((each) => each.isFile())
    expect(sizes.reduce((sum, { size }) => sum + size, 0)).toBeLessThanOrEqual(50 * MIB)
  })

  it('says its version, and shows the main job', () => {
    const cwd = join(home, 'cwd')
    mkdirSync(cwd)
    expect(start(['--version'], cwd)).toBe(`${manifest.version}\n`)
    for (const lang of ['ja', 'en']) expect(start(['help', 'exit-codes', '--lang', lang], cwd)).toMatch(/^130$/m)
    expect(readFileSync(join(prefix, 'share/man/man1/paygent.1'), 'utf8')).toMatch(/^\.TH PAYGENT 1 /)
    expect(start(['demo'], cwd)).toContain('■ 処理結果\n2件が成功しました。\n0件が失敗しました。\n')
  })

  it('imports, sells by night and finds itself in order', () => {
    const cwd = folder()
    const env = { PAYGENT_ENVIRONMENT: 'simulator', PAYGENT_DB: 'paygent.db', PAYGENT_CUTOFF: '24:00' }
    const orders = join(prefix, 'lib/node_modules/paygent/fixtures/manual-orders.csv')
    start(['import', orders], cwd, env)
    start(['nightly', '--max-orders', '9', '--max-amount', '9999'], cwd, { ...env, PAYGENT_NIGHTLY: 'all' })
    expect(start(['report', '--format', 'html'], cwd, env)).toContain('charts-css')
    expect(JSON.parse(start(['doctor', '--format', 'json'], cwd, env))).toEqual(
      expect.not.arrayContaining([expect.objectContaining({ level: 'bad' })]),
    )
  })

  it('lacks nothing that the program loads or reads, and brings nothing else', () => {
    const dist = join(prefix, 'lib/node_modules/paygent/dist')
    const chunks = readdirSync(dist).filter((name) => name.endsWith('.cjs'))
    const loaded = chunks.flatMap((name) =>
      Array.from(
        readFileSync(join(dist, name), 'utf8').matchAll(/(?:\brequire|\.href\)\.resolve)\("([^."][^"]*)"\)/g),
        ([, each]) => each ?? '',
      ),
    )
    const packages = new Set(loaded.filter((name) => !isBuiltin(name)).map(packageOf))
    expect([...packages].toSorted()).toEqual(Object.keys(manifest.dependencies).toSorted())
  })
})

/** `mysql2` of `mysql2/promise`, `@scope/name` of `@scope/name/part`. */
const packageOf = (name: string): string => name.split('/', name.startsWith('@') ? 2 : 1).join('/')
