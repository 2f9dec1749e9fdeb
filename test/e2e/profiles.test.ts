// The profiles of two shops in the built program: settings, name on every screen, commands to paste, the list.
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { COMMANDS } from '../../src/cli/commands.js'
import { type Ended, type Env, folder, MANUAL_ORDERS, run, SHOP_ORDERS, start } from './program.js'
import { KEYS, openTerminal } from './virtual-terminal.js'

interface Shops {
  readonly cwd: string
  readonly config: string
  readonly env: Env
  paygent(...args: readonly string[]): Promise<Ended>
}

const SETTINGS = 'PAYGENT_ENVIRONMENT=simulator\nPAYGENT_CUTOFF=24:00\n'

/** A folder to work in, and another one for profiles. */
function noShops(): Shops {
  const [cwd, config] = [folder(), folder()]
  mkdirSync(join(config, 'paygent'))
  const env = { XDG_CONFIG_HOME: config, HOME: cwd }
  return { cwd, config: join(config, 'paygent'), env, paygent: (...args) => run(cwd, args, env) }
}

function writeProfile({ config }: Shops, name: string, settings: string): void {
  writeFileSync(join(config, `${name}.env`), settings, { mode: 0o600 })
}

/** Shop A with the manual's orders, shop B with others, both by relative paths. */
async function twoShops(): Promise<Shops> {
  const shops = noShops()
  for (const [name, orders] of [
    ['shop-a', MANUAL_ORDERS],
    ['shop-b', SHOP_ORDERS],
  ] as const) {
    writeProfile(shops, name, `${SETTINGS}PAYGENT_DB=${name}.db\nPAYGENT_LOG=${name}.log\n`)
    const imported = await shops.paygent('import', orders, '--profile', name)
    expect([imported.code, imported.stderr]).toEqual([0, ''])
  }
  return shops
}

const A = 'プロファイル：shop-a'
const timesIn = (text: string, part: string): number => text.split(part).length - 1

describe('the settings of a profile', () => {
  it('go by its own folder; those of the environment and --db by the current one', async () => {
    const shops = await twoShops()
    const { cwd, config, env, paygent } = shops
    for (const file of ['shop-a.db', 'shop-b.db']) expect([file, existsSync(join(config, file))]).toEqual([file, true])
    expect(existsSync(join(cwd, 'paygent.db'))).toBe(false)
    const other = await run(cwd, ['import', MANUAL_ORDERS, '--profile', 'shop-a', '--db', 'own.db'], env)
    expect([other.code, existsSync(join(cwd, 'own.db'))]).toEqual([0, true])
    const named = { ...env, PAYGENT_PROFILE: 'shop-b', PAYGENT_DB: 'named.db' }
    await run(cwd, ['import', MANUAL_ORDERS], named)
    expect([existsSync(join(cwd, 'named.db')), existsSync(join(config, 'named.db'))]).toEqual([true, false])
    const { stdout } = await paygent('status', '--profile', 'shop-b', '--format', 'json')
    expect(JSON.parse(stdout)).toMatchObject({ profile: 'shop-b', mirrorPath: join(config, 'shop-b.db') })
  })

  it('are chosen by the option before the environment, and --settings wins over the environment', async () => {
    const { cwd, config, env } = await twoShops()
    const chosen = { ...env, PAYGENT_PROFILE: 'shop-b' }
    expect((await run(cwd, ['orders'], chosen)).stdout).toContain('プロファイル：shop-b')
    expect((await run(cwd, ['orders', '--profile', 'shop-a'], chosen)).stdout).toContain(A)
    const { stdout } = await run(cwd, ['status', '--settings', join(config, 'shop-a.env')], chosen)
    // A relative path goes by the folder of that file, too.
    expect(stdout).toContain(join(config, 'shop-a.db'))
    expect(stdout).not.toContain('プロファイル')
  })

  it('are those of default.env where nothing is chosen and no .env lies here', async () => {
    const shops = noShops()
    const { cwd, config, paygent } = shops
    writeProfile(shops, 'default', `${SETTINGS}PAYGENT_DB=default.db\n`)
    expect(await paygent('import', MANUAL_ORDERS)).toMatchObject({ code: 0, stderr: '' })
    expect(existsSync(join(config, 'default.db'))).toBe(true)
    expect((await paygent('status')).stdout).not.toContain('プロファイル')
    writeFileSync(join(cwd, '.env'), `${SETTINGS}PAYGENT_DB=here.db\n`)
    expect(await paygent('status')).toMatchObject({ code: 2, stderr: expect.stringContaining('here.db') })
  })

  it.each([
    ['no file', ['--profile', 'shop-c'], 'shop-c.env'],
    ['a name that leaves the folder', ['--profile', '../shop-a'], '「../shop-a」'],
    ['an empty name', ['--profile', ''], '指定されていません'],
    ['--settings besides', ['--profile', 'shop-a', '--settings', 'x.env'], '--profile と --settings'],
    ['--env-file besides', ['--env-file', 'x.env', '--profile', 'shop-a'], '--profile と --env-file'],
  ])('with %s are exit 2', async (_, options, message) => {
    const shops = noShops()
    const { cwd, paygent } = shops
    writeProfile(shops, 'shop-a', `${SETTINGS}PAYGENT_DB=shop-a.db\n`)
    writeFileSync(join(cwd, 'x.env'), SETTINGS)
    for (const command of [['status'], ['bulk-sale', '--all', '--yes']])
      expect(await paygent(...command, ...options)).toMatchObject({
        code: 2,
        stdout: '',
        stderr: expect.stringContaining(message),
      })
  })

  it('have to name the local data, with a terminal too', async () => {
    const shops = noShops()
    writeProfile(shops, 'bare', SETTINGS)
    const terminal = openTerminal(shops.cwd, ['status', '--profile', 'bare'], { env: shops.env })
    expect(await terminal.exit).toBe(2)
    expect(terminal.screen()).toContain('PAYGENT_DB')
    expect((await shops.paygent('doctor', '--profile', 'bare')).stdout).toMatch(/×.*PAYGENT_DB/)
  })

  it('are named where none is chosen and no local data lies here', async () => {
    const shops = noShops()
    writeProfile(shops, 'shop-a', `${SETTINGS}PAYGENT_DB=shop-a.db\n`)
    const terminal = openTerminal(shops.cwd, ['status'], { env: shops.env })
    expect(await terminal.exit).toBe(2)
    expect(terminal.screen()).toContain('プロファイル（shop-a）')
    expect(terminal.screen()).toContain('paygent profiles')
  })

  it('of another merchant are refused for reading, too', async () => {
    const shops = await twoShops()
    writeProfile(shops, 'other', `${SETTINGS}PAYGENT_DB=shop-a.db\nPAYGENT_MERCHANT_ID=777\n`)
    for (const command of ['orders', 'status', 'runs', 'export'])
      expect([command, await shops.paygent(command, '--profile', 'other')]).toEqual([
        command,
        expect.objectContaining({ code: 5, stdout: '' }),
      ])
  })
})

describe('the name of the chosen profile', () => {
  it('stands on every screen once, and every command to paste repeats it', { timeout: 120_000 }, async () => {
    const { cwd, paygent } = await twoShops()
    const names = COMMANDS.map(({ name }) => name).join('|')
    const command = new RegExp(`paygent (?:${names})\\b(?:(?! --profile)(?:[ -~]|‹[^›]*›))*( --profile shop-a)?`, 'g')
    const SCREENS = [
      ['status'],
      ['orders'],
      ['show', '852'],
      ['import', MANUAL_ORDERS],
      ['bulk-sale', '--all', '--dry-run'],
      ['bulk-sale', '--orders', '853', '--dry-run', '--out', join(cwd, 'plan.json')],
      ['amend', '853', '--total', '1000'],
      ['hold', '853', '--note', 'x'],
      ['bulk-sale', '--orders', '853,864', '--yes'],
      ['hold', '853', '--undo'],
      ['bulk-sale', '--rest', '1', '--yes'],
      ['runs'],
      ['runs', 'show', '1'],
      ['runs', '--verify'],
      ['runs', 'ack', '1'],
      ['runs', 'ack', '--all'],
      ['reconcile'],
      ['sync'],
      ['settle', '852', '--as', 'sold', '--note', 'x', '--yes'],
      ['nightly'],
      ['report'],
      ['backup', join(cwd, 'copy.db')],
      ['purge', '--before', '2010-01-01', '--dry-run'],
      ['doctor'],
    ]
    let repeated = 0
    for (const args of SCREENS) {
      const { stdout, stderr } = await paygent(...args, '--profile', 'shop-a')
      const shown = stdout === '' ? stderr : stdout
      expect([args.join(' '), timesIn(shown, A), shown]).toEqual([args.join(' '), 1, shown])
      const bare = [...`${stdout}${stderr}`.matchAll(command)].filter(([, profile]) => profile === undefined)
      expect([args.join(' '), bare.map(([text]) => text)]).toEqual([args.join(' '), []])
      repeated += timesIn(`${stdout}${stderr}`, '--profile shop-a')
    }
    expect(repeated).toBeGreaterThan(10)
  })

  it('stands over the list of the picker, the plan and the result', async () => {
    const { cwd, env } = await twoShops()
    const terminal = openTerminal(cwd, ['bulk-sale', '--profile', 'shop-a'], { env, rows: 40 })
    expect(await terminal.shows('852')).toContain(A)
    terminal.type(' ')
    terminal.type(KEYS.enter)
    expect(timesIn(await terminal.shows('(y/N)'), A)).toBe(1)
    terminal.type(`y${KEYS.enter}`)
    expect(timesIn(await terminal.shows('Enter を押してください'), A)).toBe(2)
    terminal.type(KEYS.enter)
    expect(await terminal.exit).toBe(0)
  })

  it('stands in each result of JSON that is an object', async () => {
    const { paygent } = await twoShops()
    for (const args of [
      ['status'],
      ['show', '852'],
      ['bulk-sale', '--orders', '853', '--dry-run'],
      ['sale', '853', '--yes'],
      ['runs', 'show', '1'],
      ['sync'],
      ['nightly'],
      ['report'],
    ]) {
      const { stdout } = await paygent(...args, '--profile', 'shop-a', '--format', 'json')
      expect([args, JSON.parse(stdout || '{}')]).toEqual([args, expect.objectContaining({ profile: 'shop-a' })])
    }
    const { stdout } = await paygent('runs', '--profile', 'shop-a', '--format', 'json')
    expect(JSON.parse(stdout)).toEqual([expect.not.objectContaining({ profile: 'shop-a' })])
  })
})

it('the pages of a shop, and the kept reports of its night, bear its name', async () => {
  const shops = await twoShops()
  const { config, paygent } = shops
  const settings = readFileSync(join(config, 'shop-a.env'), 'utf8')
  writeProfile(shops, 'shop-a', `${settings}PAYGENT_REPORT_DIR=reports\n`)
  const pages = []
  for (const args of [['sale', '852', '--yes'], ['nightly']]) await paygent(...args, '--profile', 'shop-a')
  for (const args of [['runs', 'show', '1'], ['report']])
    pages.push((await paygent(...args, '--profile', 'shop-a', '--format', 'html')).stdout)
  const kept = readdirSync(join(config, 'reports')).toSorted()
  expect(kept).toHaveLength(2)
  const [html, json] = kept.map((file) => readFileSync(join(config, 'reports', file), 'utf8'))
  for (const page of [...pages, html ?? '']) expect(timesIn(page, A)).toBe(1)
  expect(JSON.parse(json ?? '')).toMatchObject({ profile: 'shop-a' })
})

it('a night that fails before it begins bears the name of its shop, in the chat and in its report', async () => {
  const shops = noShops()
  const { config, paygent } = shops
  const bodies: string[] = []
  const server = createServer(async (request, answer) => {
    let body = ''
    for await (const part of request) body += String(part)
    bodies.push(body)
    answer.end()
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  const settings = `${SETTINGS}PAYGENT_DB=none.db\nPAYGENT_REPORT_DIR=reports\nPAYGENT_WEBHOOK=http://127.0.0.1:${port}/\n`
  for (const format of ['text', 'json']) {
    writeProfile(shops, 'shop-a', `${settings}PAYGENT_WEBHOOK_FORMAT=${format}\n`)
    expect((await paygent('nightly', '--profile', 'shop-a')).code).toBe(2)
  }
  expect(bodies[0]?.split('\n')[0]).toBe(A)
  expect(JSON.parse(bodies[1] ?? '')).toMatchObject({ fault: 'mirror-missing', profile: 'shop-a' })
  const kept = readdirSync(join(config, 'reports')).toSorted()
  const [html, json] = kept.map((file) => readFileSync(join(config, 'reports', file), 'utf8'))
  expect(timesIn(html ?? '', A)).toBe(1)
  expect(JSON.parse(json ?? '')).toMatchObject({ profile: 'shop-a' })
})

describe('commands to paste', () => {
  it('repeat the profile on the first screen, in errors and where the environment chose it', async () => {
    const { cwd, env, paygent } = await twoShops()
    const status = await paygent('status', '--profile', 'shop-a', '--db', 'x.db')
    expect(status.stderr).toContain('--profile shop-a --db x.db')
    expect((await paygent('status', '--profile', 'shop-a')).stdout).toContain('paygent bulk-sale --profile shop-a で')
    const chosen = await run(cwd, ['show', '1'], { ...env, PAYGENT_PROFILE: 'shop-a' })
    expect(chosen.stderr).toContain('paygent orders --profile shop-a ')
    const json = await paygent('show', '1', '--profile', 'shop-a', '--format', 'json')
    expect(JSON.parse(json.stderr).error.next).toContain('paygent orders --profile shop-a ')
    expect((await paygent('status', '--profile', 'shop-x')).stderr).toMatch(/paygent profiles (?!--)/)
  })
})

describe('paygent profiles', () => {
  it('lists each with its state, a broken one with its fault', async () => {
    const shops = await twoShops()
    const { config, paygent } = shops
    await paygent('sync', '--profile', 'shop-b')
    writeProfile(shops, 'broken', 'PAYGENT_ENVIRONMENT=nowhere\nPAYGENT_DB=x.db\nPAYGENT_CONNECT_PASSWORD=s3cret\n')
    writeProfile(shops, 'new', `${SETTINGS}PAYGENT_DB=new.db\n`)
    writeProfile(shops, 'open', 'PAYGENT_CONNECT_PASSWORD=s3cret\n')
    chmodSync(join(config, 'open.env'), 0o644)
    writeProfile(shops, 'no name', SETTINGS)
    const { code, stdout, stderr } = await paygent('profiles', '--format', 'json')
    expect([code, stderr]).toEqual([2, ''])
    const of = (name: string) => JSON.parse(stdout).find((row: { name: string }) => row.name === name)
    expect(of('shop-a')).toMatchObject({ environment: 'simulator', orders: 4, open: 0, askedAt: null, fault: null })
    expect(of('shop-b')).toMatchObject({
      mirrorPath: join(config, 'shop-b.db'),
      askedAt: expect.stringContaining('+09:00'),
    })
    expect(of('new')).toMatchObject({ environment: 'simulator', orders: null, fault: null })
    expect(of('broken').fault).toMatchObject({ code: 'setting-invalid', message: expect.stringContaining('nowhere') })
    expect(of('open').fault.code).toBe('file-too-open')
    expect(of('no name').fault.code).toBe('profile-name')
    const table = await paygent('profiles')
    expect(table.code).toBe(2)
    for (const name of ['shop-a', 'shop-b', 'broken', 'new']) expect(table.stdout).toContain(`│ ${name} `)
    expect(stdout + table.stdout).not.toContain('s3cret')
    // The reason needs the whole width, so it stands under the table, with the command that looks into it.
    const under = table.stdout.slice(table.stdout.lastIndexOf('┘'))
    expect(under).toMatch(
      /^broken：設定 PAYGENT_ENVIRONMENT に「nowhere」は使えません.*\n {2}対処：paygent doctor --profile broken で/m,
    )
    expect(under).toMatch(/^open：.*\n {2}対処：paygent doctor --profile open で/m)
    expect(under).toMatch(/^no name：.+$/m)
    expect(under).not.toMatch(/--profile '?no name|shop-a/)
  })

  it('says how to make one where there is none, and ends with 0', async () => {
    const { paygent } = noShops()
    expect(await paygent('profiles')).toMatchObject({ code: 0, stdout: expect.stringContaining('/etc/paygent') })
    expect(await paygent('profiles', '--format', 'csv')).toMatchObject({ code: 2 })
  })

  it('changes nothing', async () => {
    const { config, paygent } = await twoShops()
    const before = readFileSync(join(config, 'shop-a.db'))
    expect((await paygent('profiles')).code).toBe(0)
    expect(readFileSync(join(config, 'shop-a.db')).equals(before)).toBe(true)
    expect(existsSync(join(config, 'shop-a.db-wal'))).toBe(false)
  })

  it('has its names completed after --profile', async () => {
    const { paygent } = await twoShops()
    expect((await paygent('__complete', '--', 'orders', '--profile', 'shop-')).stdout).toBe('shop-a\nshop-b\n')
    expect((await paygent('__complete', '--', 'orders', '--profile=shop-b')).stdout).toBe('--profile=shop-b\n')
    expect((await paygent('__complete', '--', 'show', '--profile', 'shop-a', '85')).stdout).toBe('853\n852\n')
  })
})

it('two shops are sold at once, each from its own data', async () => {
  const { cwd, env, paygent } = await twoShops()
  const sales = ['shop-a', 'shop-b'].map((name) =>
    start(cwd, ['bulk-sale', '--all', '--yes', '--format', 'json', '--profile', name], env),
  )
  const results = (await Promise.all(sales.map(({ ended }) => ended))).map(({ stdout }) => JSON.parse(stdout))
  expect(results.map(({ profile }) => profile)).toEqual(['shop-a', 'shop-b'])
  for (const { profile, results: items } of results) {
    const orders = JSON.parse((await paygent('orders', '--profile', profile, '--format', 'json')).stdout)
    const known = orders.map(({ orderId }: { orderId: string }) => orderId)
    expect(items.length).toBeGreaterThan(0)
    for (const { orderId } of items) expect(known).toContain(orderId)
  }
})
