// README.ja.md as a new administrator follows it: every command is pasted from the page, in an empty folder, against a
// simulator that runs as a process of its own, with a p12.
import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { OPENSSL } from '../gateway/certificates.js'
import { pageAt, ROOT } from '../pages.js'
import { atEnd, type Env, folder, PROGRAM, run } from './program.js'
import { KEYS, openTerminal, type VirtualTerminal } from './virtual-terminal.js'

const section = pageAt('README.ja.md').section('はじめから終わりまで試す')
/** The blocks of commands, in the order of the page. */
const BLOCKS = [...section.matchAll(/^ *```\n([^]*?)^ *```$/gm)].map(([, block = '']) =>
  block
    .trim()
    .split('\n')
    .map((line) => line.trim()),
)
const [SERVER = [], CERTIFICATE = [], INIT = [], SALE = [], END = []] = BLOCKS

/** A PATH on which `paygent` is the built program, and the package lies where `npm root -g` says. */
function installed(): Env {
  const bin = folder()
  mkdirSync(join(bin, 'root'))
  symlinkSync(ROOT, join(bin, 'root', 'paygent'))
  writeFileSync(join(bin, 'npm'), `#!/bin/sh\necho '${bin}/root'\n`, { mode: 0o755 })
  writeFileSync(join(bin, 'paygent'), `#!/bin/sh\nexec '${process.execPath}' '${PROGRAM}' "$@"\n`, { mode: 0o755 })
  return { PATH: [bin, dirname(process.execPath), process.env['PATH']].join(delimiter), HOME: bin }
}

const shell = (cwd: string, env: Env, line: string): string =>
  execFileSync('sh', ['-c', line], { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })

/** Runs the block that starts the simulator, on a port of its own, and gives the settings that it prints. */
async function simulator(cwd: string, env: Env, block: readonly string[]): Promise<Env> {
  const child = spawn(
    'sh',
    ['-c', block.map((line, at) => (at === block.length - 1 ? `exec ${line} --port 0` : line)).join('\n')],
    { cwd, env },
  )
  atEnd(() => child.kill('SIGKILL'))
  let text = ''
  for await (const chunk of child.stdout) {
    text += String(chunk)
    if (text.includes('PAYGENT_CA_CERT=')) break
  }
  const settings = [...text.matchAll(/^ +(PAYGENT_[A-Z_]+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value])
  return Object.fromEntries(settings) as Env
}

async function answer(terminal: VirtualTerminal, answers: readonly (readonly [string, string])[]): Promise<void> {
  for (const [question, typed] of answers) {
    await terminal.shows(new RegExp(`\\? [^\\n]*${question}`))
    terminal.type(`${typed}${KEYS.enter}`)
  }
}

/** The answers of a person who reads the other window, and takes Enter for the rest. */
const answersFrom = (told: Env, data: string): (readonly [string, string])[] => [
  ['言語', ''],
  ['環境：', ''],
  ['シミュレーターのURL', told['PAYGENT_ENDPOINT'] ?? ''],
  ['マーチャントID', told['PAYGENT_MERCHANT_ID'] ?? ''],
  ['接続ID', told['PAYGENT_CONNECT_ID'] ?? ''],
  ['接続パスワード', told['PAYGENT_CONNECT_PASSWORD'] ?? ''],
  ['秘密鍵のファイル', 'client.p12'],
  ['パスフレーズ', told['PAYGENT_CLIENT_CERT_PASSPHRASE'] ?? ''],
  ['CA証明書', 'paygent-simulator-certs/ca.pem'],
  ['フォルダー', data],
  ['取り込み方法', ''],
  ['締め時刻', '24:00'],
]

const inWords = (line: string): string[] => line.split(' ').slice(1)
const NO_STATE: Env = { PAYGENT_STATE_DIR: '' }

/** Follows the page as far as the settings; gives what `init` shows. */
async function setUp(cwd: string, env: Env, profile: readonly string[] = []): Promise<string> {
  const told = await simulator(cwd, env, SERVER)
  for (const line of CERTIFICATE) shell(cwd, env, line)
  const args = [...inWords(INIT[0] ?? ''), ...profile]
  const terminal = openTerminal(cwd, args, { columns: 200, rows: 80, env: { HOME: env['HOME'] ?? '', ...NO_STATE } })
  await answer(terminal, answersFrom(told, profile.length === 0 ? '' : join(cwd, 'data')))
  expect(await terminal.exit, terminal.screen()).toBe(0)
  return terminal.screen()
}

/** The line for cron, as it stands there at this width. */
const cronOf = (screen: string): string =>
  /^\d+ \d+ \* \* \* .*$/m.exec(screen.replaceAll(/\n(?=--| )/g, ' '))?.[0] ?? ''

/** Runs the line as cron does: by sh, with almost nothing of an environment. */
function byCron(line: string, home: string): void {
  const command = line.split(' ').slice(5).join(' ').replaceAll('\\%', '%')
  execFileSync('/bin/sh', ['-c', command], { cwd: '/', env: { HOME: home, PATH: '/usr/bin:/bin', SHELL: '/bin/sh' } })
}

const cannot = OPENSSL === null && process.env['PAYGENT_TEST_SERVERS'] !== 'required'

describe.skipIf(cannot)('README.ja.md', () => {
  it('leads from an empty folder to the night', { timeout: 120_000 }, async () => {
    expect(BLOCKS).toHaveLength(5)
    const [cwd, env] = [folder(), installed()]
    const shown = await setUp(cwd, env)
    expect(shown).toMatch(/○ \d+件 {2}！ 0件 {2}× 0件/)
    expect(shown).toContain('次の操作：paygent import orders.csv')
    expect(readFileSync(join(cwd, '.env'), 'utf8')).toMatch(/^PAYGENT_CLIENT_CERT=.*client\.p12'?$/m)
    const [take = '', look = '', sell = ''] = SALE
    expect(shell(cwd, env, take)).toContain('追加 4件')
    const planned = shell(cwd, env, look)
    expect(planned).toMatch(/合計：4件.*\n.*何も送信していません/)
    expect(planned).not.toContain('期限切れの見込み')
    const sale = openTerminal(cwd, inWords(sell), { env: { HOME: env['HOME'] ?? '', ...NO_STATE } })
    await sale.shows('(y/N)')
    sale.type(`y${KEYS.enter}`)
    await sale.shows('結果を確認したら Enter')
    sale.type(KEYS.enter)
    expect(await sale.exit).toBe(0)
    byCron(cronOf(shown), env['HOME'] ?? '')
    expect(shell(cwd, env, END[0] ?? '')).toContain('前回の夜間処理：')
    const { stdout } = await run(cwd, ['status', '--format', 'json'], { ...env, ...NO_STATE })
    expect(JSON.parse(stdout)).toMatchObject({ lastNight: { exitCode: 0 } })
    // The one order that is shipped is the night's work; the others wait.
    const night = await run(cwd, ['runs', 'show', '2', '--format', 'json'], { ...env, ...NO_STATE })
    expect(JSON.parse(night.stdout)).toMatchObject({ results: [{ orderId: '853', outcome: 'accepted' }] })
  })

  it('leads to two profiles, which work at once', { timeout: 180_000 }, async () => {
    const env = installed()
    const shops = ['shop-a', 'shop-b'].map((name) => ({ name, cwd: folder() }))
    for (const { name, cwd } of shops) {
      expect(await setUp(cwd, env, ['--profile', name])).toMatch(/○ \d+件 {2}！ 0件 {2}× 0件/)
      expect(existsSync(join(env['HOME'] ?? '', '.config', 'paygent', `${name}.env`))).toBe(true)
    }
    const [take = '', look = ''] = SALE
    for (const { name, cwd } of shops) shell(cwd, env, `${take} --profile ${name}`)
    for (const { name, cwd } of shops)
      expect(shell(cwd, env, `${look} --profile ${name}`)).toContain(`プロファイル：${name}`)
    const sold = await Promise.all(
      shops.map(({ name, cwd }) =>
        run(cwd, ['bulk-sale', '--orders', '852,853', '--yes', '--profile', name], { ...env, ...NO_STATE }),
      ),
    )
    expect(sold.map(({ code }) => code)).toEqual([0, 0])
    const listed = await run(folder(), ['profiles', '--format', 'json'], { ...env, ...NO_STATE })
    expect(JSON.parse(listed.stdout)).toMatchObject(
      shops.map(({ name }) => ({ name, orders: 4, open: 0, fault: null })),
    )
  })
})
