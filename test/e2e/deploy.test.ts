// Tests the files that an administrator copies from deploy/: each command in them is run, and systemd checks the units
// where it is installed.
import { execFile, spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import manifest from '../../package.json' with { type: 'json' }
import { EMBEDDED, folder, OWN_STATE, PROGRAM, run, SHOP_ORDERS } from './program.js'

const DEPLOY = fileURLToPath(new URL('../../deploy/', import.meta.url))
const SERVICE = 'paygent-nightly@.service'
const read = (name: string): string => readFileSync(join(DEPLOY, name), 'utf8')

/** The same as for the shop's database servers: what is not installed is skipped, except where it must be there. */
const required = process.env['PAYGENT_TEST_SERVERS'] === 'required'
const runs = (file: string, ...args: string[]): boolean => required || spawnSync(file, args).status === 0
const systemd = runs('systemd-analyze', 'security', '--offline=true', join(DEPLOY, SERVICE))
const traced = runs('strace', '-o', '/dev/null', 'true')

/** The profile of the files, which lie in /etc/paygent; here the user's own folder stands for it. */
const SHOP = ['--profile', 'shop'] as const

/** A shop with orders, all of them for the night, and its profile. */
async function nightShop(): Promise<{ cwd: string; env: Record<string, string> }> {
  const cwd = folder()
  const env = { XDG_CONFIG_HOME: cwd }
  mkdirSync(join(cwd, 'paygent'))
  const lines = Object.entries({ ...EMBEDDED, ...OWN_STATE(cwd), PAYGENT_NIGHTLY: 'all' })
  const text = lines.map(([name, value]) => `${name}=${value}\n`).join('')
  writeFileSync(join(cwd, 'paygent', 'shop.env'), text, { mode: 0o600 })
  expect(await run(cwd, [...SHOP, 'import', SHOP_ORDERS], env)).toMatchObject({ code: 0, stderr: '' })
  return { cwd, env }
}

/** The arguments of the command that begins with `paygent` at the end of a line of the file. */
function argsIn(name: string): string[] {
  const [, command = ''] = /^[^#\n]*paygent (nightly .*)$/m.exec(read(name)) ?? []
  return command.split(' ')
}

describe.each([
  [SERVICE, '%i'],
  ['paygent.crontab', 'shop'],
])('the night of %s', (name, instance) => {
  it('is a command that the program takes: it sells, and says nothing', async () => {
    const { cwd, env } = await nightShop()
    const args = argsIn(name).map((arg) => (arg === instance ? 'shop' : arg))
    expect(args.join(' ')).toContain(SHOP.join(' '))
    expect(await run(cwd, args, env)).toMatchObject({ code: 0, stdout: '', stderr: '' })
    const { stdout } = await run(cwd, [...SHOP, 'orders', '--format', 'json'], env)
    expect((JSON.parse(stdout) as { state: string }[]).filter(({ state }) => state === '売上')).toHaveLength(8)
  })
})

describe.runIf(systemd)('systemd', () => {
  it('verifies the units, the built program in the place of the installed one', () => {
    const copies = folder()
    for (const name of readdirSync(DEPLOY).filter((each) => /\.(service|timer)$/.test(each))) {
      copyFileSync(join(DEPLOY, name), join(copies, name))
    }
    const unit = read(SERVICE)
    expect(unit).toContain('ExecStart=/usr/local/bin/paygent ')
    writeFileSync(join(copies, SERVICE), unit.replace('/usr/local/bin/paygent', PROGRAM))
    const units = ['paygent-nightly@shop.service', 'paygent-nightly@shop.timer', 'paygent-alert@shop.service']
    for (const name of units) copyFileSync(join(copies, name.replace('shop', '')), join(copies, name))
    const paths = units.map((name) => join(copies, name))
    const { status, stderr } = spawnSync('systemd-analyze', ['verify', '--recursive-errors=no', ...paths])
    expect([status, stderr.toString()]).toEqual([0, ''])
  })

  it('rates the exposure of the night at 2 at most', () => {
    const { stdout } = spawnSync('systemd-analyze', ['security', '--offline=true', join(DEPLOY, SERVICE)])
    const [, exposure = ''] = /exposure level for .*: ([\d.]+)/.exec(stdout.toString()) ?? []
    expect(exposure).toMatch(/^\d/)
    expect(Number(exposure)).toBeLessThanOrEqual(2)
    // Better rated with it, and dead: Node writes code and runs it.
    expect(read(SERVICE)).not.toMatch(/^MemoryDenyWriteExecute/m)
  })

  it.runIf(traced)('allows each system call that a night makes', { timeout: 60_000 }, async () => {
    const { cwd, env } = await nightShop()
    const calls = join(cwd, 'calls')
    const night = ['nightly', ...SHOP, '--max-orders', '300', '--max-amount', '3000000']
    await promisify(execFile)('strace', ['-f', '-qq', '-o', calls, process.execPath, PROGRAM, ...night], {
      cwd,
      env: { PATH: process.env['PATH'], ...env },
    })
    const made = new Set(Array.from(readFileSync(calls, 'utf8').matchAll(/^\d+ +(\w+)\(/gm), ([, name]) => name ?? ''))
    expect([...made]).toEqual(expect.arrayContaining(['connect', 'openat', 'fsync']))
    const [, filter = ''] = /^SystemCallFilter=(.*)$/m.exec(read(SERVICE)) ?? []
    const allowed = callsOf(filter)
    expect([...made].filter((name) => !allowed.has(name))).toEqual([])
  })
})

/** The calls of one of systemd's sets, those of the sets in it included. */
function callsOf(set: string): Set<string> {
  const { stdout } = spawnSync('systemd-analyze', ['syscall-filter', set])
  const lines = Array.from(stdout.toString().matchAll(/^ +(@?[a-z]\S*)$/gm), ([, name]) => name ?? '')
  return new Set(lines.flatMap((name) => (name.startsWith('@') ? [...callsOf(name)] : [name])))
}

it.skipIf(systemd)('systemd-analyze is missing: nothing has judged the units', () => {
  console.warn('systemd-analyze is not installed: the units of deploy/ are not verified')
})

describe('the image', () => {
  it('has the Node that the checkout has', () => {
    const [major] = manifest.devDependencies.node.split('.')
    const bases = Array.from(read('Dockerfile').matchAll(/^FROM (\S+)/gm), ([, base]) => base ?? '')
    expect(bases.length).toBeGreaterThan(1)
    for (const base of bases) expect(base).toBe(`node:${major}-bookworm-slim`)
  })

  it('runs as a user of its own, whose number the compose file names too', () => {
    const dockerfile = read('Dockerfile')
    expect(dockerfile.split('FROM').at(-1)).toContain('\nUSER paygent\n')
    const [, uid = ''] = /useradd .*--uid (\d+)/.exec(dockerfile) ?? []
    expect(read('compose.yaml')).toContain(`owned by ${uid}`)
    for (const [, path = ''] of read('compose.yaml').matchAll(/^ +- (?:shop|state):(\S+)$/gm)) {
      expect(dockerfile).toMatch(new RegExp(`^VOLUME .*"${path}"`, 'm'))
    }
  })
})
