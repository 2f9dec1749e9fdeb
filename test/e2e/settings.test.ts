// Tests the built program with settings that are not meant as they stand: each command warns, and doctor says ×.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { EMBEDDED, folder, MANUAL_ORDERS, run } from './program.js'

/** A folder with this settings file. */
function withSettings(text: string | Buffer): string {
  const cwd = folder()
  writeFileSync(join(cwd, '.env'), text, { mode: 0o600 })
  return cwd
}

const MISSPELT = 'PAYGENT_ENVIROMENT=sandbox\n'
const WARNING = '設定 PAYGENT_ENVIROMENT はありません。もしかして：PAYGENT_ENVIRONMENT'

describe('a misspelt setting', () => {
  it.each([['status'], ['import', MANUAL_ORDERS], ['nightly'], ['bulk-sale', '--all', '--dry-run']])(
    'is warned of by %s on one line, and not with --quiet',
    async (...args) => {
      const cwd = withSettings(MISSPELT)
      expect((await run(cwd, ['import', MANUAL_ORDERS, '--quiet'], EMBEDDED)).stderr).toBe('')
      const loud = await run(cwd, args, EMBEDDED)
      expect([loud.code, loud.stderr.split(WARNING)]).toEqual([0, ['', expect.any(String)]])
      expect((await run(cwd, [...args, '--quiet'], EMBEDDED)).stderr).not.toContain('もしかして')
    },
  )

  it('is JSON on stderr where JSON is asked for, and the result is whole', async () => {
    const cwd = withSettings(MISSPELT)
    expect((await run(cwd, ['import', MANUAL_ORDERS], EMBEDDED)).code).toBe(0)
    const ended = await run(cwd, ['status', '--format', 'json'], EMBEDDED)
    expect([ended.code, JSON.parse(ended.stdout), JSON.parse(ended.stderr)]).toMatchObject([
      0,
      { orders: 4 },
      { error: { code: 'setting-unknown' } },
    ])
  })

  it('leaves doctor unsure which Paygent is meant: ×, 2, and nothing is asked', async () => {
    const cwd = withSettings('PAYGENT_ENDPIONT=https://127.0.0.1:4430\n')
    const doctor = await run(cwd, ['doctor', '--format', 'json'], EMBEDDED)
    const found = JSON.parse(doctor.stdout) as { check: string; level: string; text: string }[]
    expect([doctor.code, doctor.stderr]).toEqual([2, ''])
    expect(found.filter(({ check }) => ['configuration', 'environment'].includes(check))).toMatchObject([
      {
        check: 'configuration',
        level: 'bad',
        text: '設定 PAYGENT_ENDPIONT はありません。もしかして：PAYGENT_ENDPOINT',
      },
      { check: 'environment', level: 'warning', text: '調べていません。' },
    ])
  })

  it('is said before the error that it causes', async () => {
    const { PAYGENT_ENVIRONMENT: _, ...rest } = EMBEDDED
    const ended = await run(withSettings(MISSPELT), ['status'], rest)
    expect([ended.code, ended.stderr.split('\n')]).toMatchObject([
      2,
      [
        expect.stringContaining(WARNING),
        'エラー：無人実行には設定 PAYGENT_ENVIRONMENT が必要です。',
        expect.any(String),
        '',
      ],
    ])
  })

  it('does not come into a completion', async () => {
    const cwd = withSettings(MISSPELT)
    for (const args of [['completion', 'bash'], ['__complete', 'paygent', 'sta'], ['help'], ['--version']])
      expect([args, (await run(cwd, args, EMBEDDED)).stderr]).toEqual([args, ''])
  })
})

it.each([
  ['a name twice', 'PAYGENT_LANG=ja\nPAYGENT_LANG=ja\n', '2回以上書かれています：.env（行 1、2）'],
  ['a path that nothing expands', 'PAYGENT_CA_CERT=~/ca.pem\n', '「~/ca.pem」'],
  ['a model', 'PAYGENT_SHOP_DATABASE=mysql://user:password@host:3306/database\n', 'PAYGENT_SHOP_DATABASE が見本のまま'],
  ['a name that is passed over', 'PAYGENT_LANG= \nPAYGENT_NOTICES=off\n', 'PAYGENT_NOTICES は読み取られません'],
])('%s is warned of by a command, and × of doctor', async (_, text, said) => {
  const cwd = withSettings(text)
  expect((await run(cwd, ['import', MANUAL_ORDERS], EMBEDDED)).stderr).toContain(said)
  const doctor = await run(cwd, ['doctor'], EMBEDDED)
  expect([doctor.code, doctor.stdout.replaceAll(/\n */g, '')]).toEqual([2, expect.stringMatching(/×  設定/)])
  expect(doctor.stdout.replaceAll(/\n */g, '')).toContain(said)
  expect(doctor.stdout).not.toContain('password')
})

describe('local data that lies in the current folder, as an earlier version made it', () => {
  const settings = ['--settings', 'conf/shop.env']
  /** A cron line of an earlier version: its settings lie in a folder of their own, its local data here. */
  async function earlier(): Promise<string> {
    const cwd = folder()
    mkdirSync(join(cwd, 'conf'))
    const text = Object.entries(EMBEDDED).map(([name, value]) => `${name}=${value}\n`)
    writeFileSync(join(cwd, 'conf/shop.env'), text.join(''), { mode: 0o600 })
    expect((await run(cwd, ['import', MANUAL_ORDERS], EMBEDDED)).code).toBe(0)
    return cwd
  }

  it.each([['nightly'], ['status'], ['import', MANUAL_ORDERS], ['bulk-sale', '--all', '--yes']])(
    'is named by %s beside the path of the settings, and no second one is made',
    async (...args) => {
      const cwd = await earlier()
      const ended = await run(cwd, [...args, ...settings, '--lang', 'ja', '--quiet'])
      expect([ended.code, ended.stdout]).toEqual([2, ''])
      for (const path of [join(cwd, 'conf/paygent.db'), join(cwd, 'paygent.db')]) expect(ended.stderr).toContain(path)
      expect(ended.stderr).toContain('そのファイルのあるフォルダーから数えます')
      expect(ended.stderr).not.toMatch(/paygent (?:import|pull)/)
      expect(existsSync(join(cwd, 'conf/paygent.db'))).toBe(false)
    },
  )

  it('is × in doctor', async () => {
    const cwd = await earlier()
    const doctor = await run(cwd, ['doctor', ...settings, '--format', 'json'])
    expect([doctor.code, doctor.stdout]).toEqual([2, expect.stringContaining(join(cwd, 'conf/paygent.db'))])
    expect(doctor.stdout).toContain(`今のフォルダーにあるファイル：${join(cwd, 'paygent.db')}`)
  })

  it('is used where --db or the environment names it, and is no hindrance once the settings lead to a file', async () => {
    const cwd = await earlier()
    expect((await run(cwd, ['status', ...settings, '--db', 'paygent.db'])).code).toBe(0)
    expect((await run(cwd, ['status', ...settings], { PAYGENT_DB: 'paygent.db' })).code).toBe(0)
    expect((await run(cwd, ['import', MANUAL_ORDERS, ...settings, '--db', 'conf/paygent.db'])).code).toBe(0)
    expect((await run(cwd, ['status', ...settings])).stdout).toContain('conf/paygent.db')
  })
})

describe('a settings file in UTF-16', () => {
  const text = Object.entries(EMBEDDED)
    .map(([name, value]) => `${name}=${value}\r\n`)
    .join('')
  const utf16 = (of: string): Buffer => Buffer.from(`\uFEFF${of}`, 'utf16le')

  it('is read as it was meant, with a warning', async () => {
    const cwd = withSettings(utf16(text))
    const ended = await run(cwd, ['import', MANUAL_ORDERS])
    expect([ended.code, ended.stderr]).toEqual([0, expect.stringContaining('UTF-8 ではありません（UTF-16）：.env')])
    const doctor = await run(cwd, ['doctor'])
    expect([doctor.code, doctor.stdout]).toEqual([2, expect.stringContaining('（UTF-16）')])
  })

  it('hides no secret from the check of its mode', async () => {
    const cwd = folder()
    writeFileSync(join(cwd, '.env'), utf16(`${text}PAYGENT_CONNECT_PASSWORD=x\r\n`), { mode: 0o644 })
    const ended = await run(cwd, ['status', '--format', 'json', '--quiet'])
    expect([ended.code, JSON.parse(ended.stderr)]).toMatchObject([2, { error: { code: 'file-too-open' } }])
  })
})

describe('settings that are missing', () => {
  it.each([
    [{}, ['PAYGENT_ENVIRONMENT', 'PAYGENT_DB']],
    [
      { PAYGENT_ENVIRONMENT: 'production', PAYGENT_CONNECT_ID: 'x' },
      ['PAYGENT_DB', 'PAYGENT_MERCHANT_ID', 'PAYGENT_CONNECT_PASSWORD', 'PAYGENT_CLIENT_CERT', 'PAYGENT_CA_CERT'],
    ],
  ])('%j: all are named at once', async (env, names) => {
    const ended = await run(folder(), ['status'], env as Record<string, string>)
    expect([ended.code, ended.stderr.split('\n')[0]]).toEqual([
      2,
      `エラー：無人実行には設定 ${names.join('、')} が必要です。`,
    ])
  })

  it('of the login, too, by a command that needs the merchant alone', async () => {
    const env = { PAYGENT_ENVIRONMENT: 'sandbox', PAYGENT_DB: 'a.db', PAYGENT_CONNECT_ID: 'x' }
    const ended = await run(folder(), ['import', MANUAL_ORDERS], env)
    expect([ended.code, ended.stderr.split('\n')[0]]).toEqual([
      2,
      'エラー：必要な設定がありません：PAYGENT_MERCHANT_ID、PAYGENT_CONNECT_PASSWORD、PAYGENT_CLIENT_CERT、PAYGENT_CA_CERT。',
    ])
  })
})
