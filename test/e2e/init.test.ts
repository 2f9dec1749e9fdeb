// `paygent init` in the built program: the questions on a terminal, the files that it makes, and cron's empty environment.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { describe, expect, it } from 'vitest'
import { type Env, folder, MANUAL_ORDERS, run, startSimulator } from './program.js'
import { KEYS, openTerminal, type VirtualTerminal } from './virtual-terminal.js'

/** The questions in their order, by a part of each, with the answers. */
type Answers = readonly (readonly [question: string, answer: string])[]

const TRIAL: Answers = [
  ['言語', ''],
  ['環境：', ''],
  ['シミュレーターのURL', ''],
  ['フォルダー', ''],
  ['取り込み方法', ''],
  ['締め時刻', '24:00'],
]

/** As wide as the line for cron, however long the path of this folder is. */
const COLUMNS = 1000

/** The state of the machine is kept in the home folder, as without settings. */
const HOME_ONLY: Env = { PAYGENT_STATE_DIR: '' }

const open = (cwd: string, args: readonly string[] = [], env: Env = {}): VirtualTerminal =>
  openTerminal(cwd, ['init', ...args], { columns: COLUMNS, rows: 60, env: { ...HOME_ONLY, ...env } })

/** Answers each question once it waits, and leaves the last one of them open. */
async function answer(terminal: VirtualTerminal, answers: Answers): Promise<void> {
  for (const [question, typed] of answers) {
    await terminal.shows(new RegExp(`\\? [^\\n]*${question}`))
    terminal.type(`${typed}${KEYS.enter}`)
  }
}

const modeOf = (path: string): number => statSync(path).mode & 0o777
const settingsOf = (path: string) => parseEnv(readFileSync(path, 'utf8'))
const cronOf = (screen: string): string => /^\d+ \d+ \* \* \* .*$/m.exec(screen)?.[0] ?? ''

/** Runs the line as cron does: by sh, with almost nothing of an environment. */
function runByCron(line: string, home: string): string {
  const command = line.split(' ').slice(5).join(' ').replaceAll('\\%', '%')
  const env = { HOME: home, PATH: '/usr/bin:/bin', SHELL: '/bin/sh', LOGNAME: 'root' }
  return execFileSync('/bin/sh', ['-c', command], { cwd: '/', env, encoding: 'utf8' })
}

describe('a trial in the simulator', () => {
  it(
    'is ready: files for this user alone, every line of doctor ○, import, sale, and the night by cron',
    { timeout: 120_000 },
    async () => {
      const cwd = folder()
      const moved = { XDG_STATE_HOME: join(cwd, 'my state') }
      const terminal = open(cwd, [], moved)
      // The brackets of the first sentence are those of the defaults.
      expect(await terminal.shows(/^\? 言語：.*$/m)).toMatch(
        /^Enter だけで \[ \] 内の値[^]*^\? 言語：1 日本語、2 英語 \[1\]/m,
      )
      await answer(terminal, TRIAL.slice(0, 3))
      expect(await terminal.shows(/^\? 手元データ.*$/m)).toContain(`フォルダー [${join(cwd, 'paygent-data')}]`)
      await answer(terminal, TRIAL.slice(3))
      expect(await terminal.exit).toBe(0)
      const screen = terminal.screen()
      expect(screen).toMatch(/○ \d+件 {2}！ 0件 {2}× 0件/)
      expect(screen).toContain('次の操作：paygent import orders.csv\n')
      expect([modeOf(join(cwd, '.env')), modeOf(join(cwd, 'paygent-data'))]).toEqual([0o600, 0o700])
      const example = readFileSync(new URL('../../.env.example', import.meta.url), 'utf8')
      const comments = (text: string) => text.split('\n').filter((line) => line.startsWith('#'))
      expect(comments(readFileSync(join(cwd, '.env'), 'utf8'))).toEqual(comments(example))
      expect(settingsOf(join(cwd, '.env'))).toMatchObject({
        PAYGENT_ENVIRONMENT: 'simulator',
        PAYGENT_DB: join(cwd, 'paygent-data', 'paygent-simulator.db'),
        PAYGENT_CUTOFF: '24:00',
      })
      const env = { HOME: cwd, PAYGENT_STATE_DIR: '', ...moved }
      expect(await run(cwd, ['import', MANUAL_ORDERS], env)).toMatchObject({ code: 0, stderr: '' })
      expect(await run(cwd, ['bulk-sale', '--orders', '852', '--yes'], env)).toMatchObject({ code: 0 })
      runByCron(cronOf(screen), cwd)
      const { stdout } = await run(cwd, ['status', '--format', 'json'], env)
      expect(JSON.parse(stdout).lastNight).toMatchObject({ exitCode: 0 })
      // The desk and cron keep one state of the machine.
      const states = readdirSync(join(cwd, 'my state', 'paygent')).filter((name) => name.endsWith('.json'))
      expect(states).toHaveLength(1)
      expect(existsSync(join(cwd, '.local'))).toBe(false)
    },
  )

  it('does not block the sandbox: each environment has a data file of its own', async () => {
    const cwd = folder()
    const trial = open(cwd, ['--settings', 'trial.env'])
    await answer(trial, TRIAL)
    expect(await trial.exit).toBe(0)
    const sandbox = open(cwd, ['--settings', 'sandbox.env'])
    await answer(sandbox, [
      ['言語', ''],
      ['環境：', '2'],
      ['マーチャントID', '12345'],
      ['接続ID', ''],
      ['接続パスワード', 's3cret #1'],
      ['秘密鍵のファイル', ''],
      ['パスフレーズ', ''],
      ['CA証明書のファイル （後で設定ファイルに記入する場合は Enter）', ''],
      ['フォルダー', ''],
      ['取り込み方法', ''],
      ['締め時刻', ''],
    ])
    // A value to be filled in later is a × of doctor, and the data file is there all the same.
    expect(await sandbox.exit).toBe(2)
    expect(sandbox.screen()).toContain('もう一度 paygent doctor --settings')
    expect(sandbox.screen()).not.toContain('s3cret')
    expect(settingsOf(join(cwd, 'sandbox.env'))).toMatchObject({ PAYGENT_CONNECT_PASSWORD: 's3cret #1' })
    const files = readdirSync(join(cwd, 'paygent-data')).filter((file) => file.endsWith('.db'))
    expect(files).toEqual(['paygent-sandbox.db', 'paygent-simulator.db'])
  })
})

describe('a profile', () => {
  it('is made from the login of a simulator elsewhere, and no secret is drawn', { timeout: 120_000 }, async () => {
    const cwd = folder()
    const { env } = await startSimulator(cwd, ['--orders', MANUAL_ORDERS])
    const config = join(cwd, 'my config')
    const moved = { XDG_CONFIG_HOME: config, XDG_STATE_HOME: join(cwd, 'my state') }
    const of = (name: string): string => env[name] ?? ''
    const terminal = open(cwd, ['--profile', 'shop-a'], moved)
    await answer(terminal, [
      ['言語', 'ja'],
      ['環境：', '１'],
      ['シミュレーターのURL', of('PAYGENT_ENDPOINT')],
      ['マーチャントID', of('PAYGENT_MERCHANT_ID')],
      ['接続ID', of('PAYGENT_CONNECT_ID')],
      ['接続パスワード', of('PAYGENT_CONNECT_PASSWORD')],
      ['秘密鍵のファイル', `'${of('PAYGENT_CLIENT_CERT')}'`],
      ['パスフレーズ（後で設定ファイルに記入', 'wr0ng'],
    ])
    // A wrong pass phrase is asked for again at once.
    await terminal.shows('パスフレーズが違います。')
    await answer(terminal, [
      ['パスフレーズ', of('PAYGENT_CLIENT_CERT_PASSPHRASE')],
      ['CA証明書', of('PAYGENT_CA_CERT')],
      ['フォルダー', '~/shop a'],
      ['取り込み方法', ''],
      ['締め時刻', '24:00'],
    ])
    expect(await terminal.exit).toBe(0)
    const screen = terminal.screen()
    for (const typed of ['wr0ng', of('PAYGENT_CLIENT_CERT_PASSPHRASE')]) expect(screen).not.toContain(typed)
    expect(screen).toMatch(/○ \d+件 {2}！ 0件 {2}× 0件/)
    expect(screen).toContain('プロファイル：shop-a')
    expect(screen).toContain('paygent import orders.csv --profile shop-a')
    const path = join(config, 'paygent', 'shop-a.env')
    expect([modeOf(path), modeOf(join(config, 'paygent')), modeOf(join(cwd, 'shop a'))]).toEqual([0o600, 0o700, 0o700])
    const { PAYGENT_DB: _db, ...login } = env
    expect(settingsOf(path)).toMatchObject({ ...login, PAYGENT_DB: join(cwd, 'shop a', 'paygent-simulator.db') })
    const here = { HOME: cwd, PAYGENT_STATE_DIR: '', ...moved }
    expect(await run(cwd, ['import', MANUAL_ORDERS, '--profile', 'shop-a'], here)).toMatchObject({ code: 0 })
    runByCron(cronOf(screen), cwd)
    expect(existsSync(join(cwd, '.local'))).toBe(false)
    const { stdout } = await run(cwd, ['profiles', '--format', 'json'], here)
    expect(JSON.parse(stdout)).toMatchObject([{ name: 'shop-a', orders: 4, fault: null }])
  })

  it('with the shop database has its address encoded, and pull as the next command', async () => {
    const cwd = folder()
    const terminal = open(cwd, ['--profile', 'db'])
    await answer(
      terminal,
      [
        ...TRIAL.slice(0, 4),
        ['取り込み方法', '2'],
        ['種類', '2'],
        ['ホスト', 'no where'],
        ['IPアドレスを', '127.0.0.1:1'],
        ['データベース名', ''],
        ['データベース名', 'shop'],
        ['ユーザー', 'paygent'],
        ['データベースのパスワード', 'p@ss/w#rd ×'],
        ['締め時刻', '9時'],
        ['締め時刻', '21:00'],
      ].map(([question = '', typed = '']) => [question === 'IPアドレスを' ? 'ホスト' : question, typed] as const),
    )
    expect(await terminal.exit).toBe(2)
    expect(terminal.screen()).not.toContain('p@ss')
    for (const words of ['日本語', 'シミュレーター', 'EC-CUBE のデータベース', 'PostgreSQL'])
      expect(terminal.screen()).toMatch(new RegExp(`✔ .* ${words}$`, 'm'))
    expect(terminal.screen()).toContain('次の操作：paygent pull --profile db')
    const { PAYGENT_SHOP_DATABASE: address = '' } = settingsOf(join(cwd, '.config', 'paygent', 'db.env'))
    expect(decodeURIComponent(new URL(address).password)).toBe('p@ss/w#rd ×')
    expect(address).toMatch(/^postgres:\/\/paygent:[^@]*@127\.0\.0\.1:1\/shop$/)
  })
})

describe('nothing is left behind', () => {
  /** Without Node's cache of compiled code, which every command makes. */
  const all = (path: string): string[] =>
    readdirSync(path, { recursive: true })
      .map(String)
      .filter((file) => !file.startsWith('.cache'))

  it.each(TRIAL.map(([question], at) => [question, at] as const))('by Ctrl-C at %s', async (question, at) => {
    const cwd = folder()
    const terminal = open(cwd, at % 2 === 0 ? [] : ['--profile', 'x'])
    await answer(terminal, TRIAL.slice(0, at))
    await terminal.shows(new RegExp(`\\? [^\\n]*${question}`))
    terminal.type(KEYS.ctrlC)
    expect(await terminal.exit).toBe(6)
    expect(terminal.screen()).toContain('何も書き込んでいません')
    expect(all(cwd)).toEqual([])
  })

  it('by Ctrl-C at a password', async () => {
    const cwd = folder()
    const terminal = open(cwd)
    await answer(terminal, [
      ['言語', '2'],
      ['Environment', '3'],
      ['Merchant id', ''],
      ['Connect id', ''],
    ])
    await terminal.shows('Connect password (what you type is not shown)')
    terminal.type(`s3cret${KEYS.ctrlC}`)
    expect(await terminal.exit).toBe(6)
    expect(terminal.screen()).not.toContain('s3cret')
    expect(all(cwd)).toEqual([])
  })

  it('where the file cannot be made', async () => {
    const cwd = folder()
    writeFileSync(join(cwd, 'file'), '')
    const terminal = open(cwd)
    await answer(
      terminal,
      TRIAL.map(([question, typed]) => [question, question === 'フォルダー' ? 'file/data' : typed] as const),
    )
    expect(await terminal.exit).toBe(2)
    expect(all(cwd)).toEqual(['file'])
  })
})

describe('a file that is there', () => {
  it('counts where it is a link that leads nowhere, before the first question', async () => {
    const cwd = folder()
    symlinkSync('gone', join(cwd, '.env'))
    const terminal = open(cwd)
    expect(await terminal.exit).toBe(2)
    expect(terminal.screen()).toContain('上書きしていません')
  })

  it.each([
    [[], '.env'],
    [['--settings', 'a.env'], 'a.env'],
    [['--profile', 'a'], '.config/paygent/a.env'],
  ] as const)('with %o stays as it is', async (args, path) => {
    const cwd = folder()
    mkdirSync(join(cwd, '.config/paygent'), { recursive: true })
    writeFileSync(join(cwd, path), 'PAYGENT_LANG=ja\n')
    const terminal = open(cwd, args)
    expect(await terminal.exit).toBe(2)
    expect(terminal.screen()).toContain('上書きしていません')
    expect(readFileSync(join(cwd, path), 'utf8')).toBe('PAYGENT_LANG=ja\n')
  })
})

describe('without a terminal', () => {
  it('nothing is asked, and the next step is named', async () => {
    const cwd = folder()
    expect(await run(cwd, ['init'])).toMatchObject({ code: 2, stderr: expect.stringContaining('paygent init --print') })
    expect(existsSync(join(cwd, '.env'))).toBe(false)
  })

  it('--print prints a file that the program takes', async () => {
    const cwd = folder()
    const { code, stdout, stderr } = await run(cwd, ['init', '--print'])
    expect([code, stderr]).toEqual([0, ''])
    mkdirSync(join(cwd, 'conf'))
    writeFileSync(join(cwd, 'conf', 'shop.env'), stdout, { mode: 0o600 })
    expect(await run(cwd, ['import', MANUAL_ORDERS, '--settings', 'conf/shop.env'])).toMatchObject({
      code: 0,
      stderr: '',
    })
    expect(existsSync(join(cwd, 'conf', 'paygent-simulator.db'))).toBe(true)
  })

  it.each(['json', 'csv'])('--format %s is refused', async (format) => {
    expect(await run(folder(), ['init', '--print', '--format', format])).toMatchObject({ code: 2, stdout: '' })
  })
})
