// Tests the package as users install it: packed, installed by npm into an empty folder, and started there.
import { execFileSync, spawnSync } from 'node:child_process'
import {
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
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
      'dist/simulator-library.cjs',
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

describe('the library paygent/simulator', () => {
  const example = /^```ts\n([\s\S]*?)^```$/m.exec(readFileSync(join(ROOT, 'docs/simulator.md'), 'utf8'))?.[1] ?? ''
  const node = (cwd: string, args: readonly string[]) =>
    spawnSync(process.execPath, args, { cwd, encoding: 'utf8', env: { PATH: process.env['PATH'], HOME: cwd } })

  /** A folder with the tarball as npm would put it there, and beside it what it needs, without a registry. */
  function installed(): string {
    const cwd = folder()
    const modules = join(cwd, 'node_modules')
    mkdirSync(join(modules, '@types'), { recursive: true })
    execFileSync('tar', ['-xzf', tarball, '-C', modules])
    renameSync(join(modules, 'package'), join(modules, 'paygent'))
    for (const name of [...Object.keys(manifest.dependencies), 'vitest', 'typescript', '@types/node'])
      symlinkSync(join(ROOT, 'node_modules', name), join(modules, name))
    writeFileSync(join(cwd, 'package.json'), '{"type":"module"}')
    writeFileSync(join(cwd, 'example.test.ts'), example)
    return cwd
  }

  it('runs and type-checks the example of docs/simulator.md, from the tarball alone', () => {
    const cwd = installed()
    const tested = node(cwd, ['node_modules/vitest/vitest.mjs', 'run', '--root', cwd])
    expect(tested.stdout + tested.stderr).toMatch(/Tests .*1 passed/)
    expect(tested.status).toBe(0)
    const options = ['--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext', '--target', 'es2023']
    const check = () => node(cwd, ['node_modules/typescript/bin/tsc', ...options, '--types', 'node', 'example.test.ts'])
    expect(check()).toMatchObject({ status: 0, stdout: '' })
    writeFileSync(join(cwd, 'example.test.ts'), example.replace("method: 'docomo'", "method: 'cash'"))
    expect(check().stdout).toContain('cash')
  })

  it('has startSimulator and nothing else', () => {
    const script = "process.stdout.write(Object.keys(require('paygent/simulator')).join())"
    expect(node(installed(), ['-e', script]).stdout).toBe('startSimulator')
    const types = readFileSync(join(ROOT, 'dist/simulator-library.d.cts'), 'utf8')
    expect(types.match(/^export .*/gm)).toEqual([
      expect.stringMatching(/^export declare function startSimulator/),
      'export {};',
    ])
  })

  it('refuses what the simulator would not take, by its name, and has pages', () => {
    const script = `
      const { startSimulator } = require('paygent/simulator')
      const one = { tradingId: 't', method: 'au', amountYen: 1 }
      const refused = (promise) => promise.then(() => 'taken', (error) => JSON.stringify(error.params ?? error.message))
      const main = async () => {
        console.log(await refused(startSimulator({ payments: [{ ...one, status: '99' }] })))
        const simulator = await startSimulator({ payments: [one] })
        console.log(await refused(simulator.post('clock', { advance: 'soon' })))
        console.log((await simulator.get('')).version)
        await simulator.close()
        const { browserUrl, close } = await startSimulator({ browserPort: 0 })
        console.log(simulator.browserUrl, /【シミュレーター】/.test(await (await fetch(browserUrl)).text()))
        await close()
      }
      main()`
    const lines = node(installed(), ['-e', script]).stdout.split('\n')
    expect(lines).toEqual([
      expect.stringContaining('"99'),
      expect.stringContaining('advance'),
      manifest.version,
      'null true',
      '',
    ])
  })
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
