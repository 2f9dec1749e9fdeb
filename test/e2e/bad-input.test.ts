// Bad input gives its exit code and one clear message with the next step in both languages; nothing is sent.
import { execFile } from 'node:child_process'
import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { generate } from 'selfsigned'
import { beforeAll, describe, expect, it } from 'vitest'
import { faultsIn } from '../patterns.js'
import { GATEWAY, MIRRORS, SETTINGS, USAGE } from './bad-input-cases.js'
import { folder, PROGRAM, run, startSimulator, writeOrders } from './program.js'
import { mirrorHash, openShop, orderRow, type Shop } from './shop.js'

let shop: Shop
const inShop = (name: string): string => join(shop.cwd, name)

beforeAll(async () => {
  shop = await openShop([1, 2].map((id) => orderRow(id, 'au')))
  await Promise.all([certificates(), mirrors(), files()])
})

async function certificates(): Promise<void> {
  mkdirSync(inShop('other'))
  const other = await startSimulator(inShop('other'))
  copyFileSync(other.clientCert, inShop('foreign.pem'))
  copyFileSync(other.ca, inShop('foreign-ca.pem'))
  copyFileSync(shop.simulator.clientCert, inShop('open.pem'))
  chmodSync(inShop('open.pem'), 0o644)
  const expired = await generate([{ name: 'commonName', value: 'expired' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: new Date('2009-01-01'),
    notAfterDate: new Date('2009-02-01'),
  })
  writeFileSync(inShop('expired.pem'), `${expired.cert}\n${expired.private}\n`, { mode: 0o600 })
  writeFileSync(inShop('broken.pem'), 'no certificate\n', { mode: 0o600 })
}

function mirrors(): void {
  const db = new Database(inShop('newer.db'))
  db.pragma('application_id = 1348028244')
  db.pragma('user_version = 999')
  db.exec('CREATE TABLE meta (name TEXT, value TEXT)')
  db.close()
  writeFileSync(inShop('text.db'), 'この中身はデータベースではありません。'.repeat(50))
  const foreign = new Database(inShop('foreign.db'))
  foreign.exec('CREATE TABLE somebody (id INTEGER)')
  foreign.close()
}

function files(): void {
  const bad = [orderRow(7, 'au'), orderRow(8, 'au'), orderRow(9, 'au', { payment_id: '1.23E+17' })]
  writeOrders(shop.cwd, bad, 'bad.csv')
  writeFileSync(inShop('readable.env'), 'PAYGENT_CONNECT_PASSWORD=simulator\n', { mode: 0o644 })
  chmodSync(inShop('readable.env'), 0o644)
}

const WORDS = {
  ja: { error: /^エラー：/gm, next: /^対処：\S/gm, script: /[\u3040-\u30ff]/ },
  en: { error: /^Error: /gm, next: /^Next: \S/gm, script: /^[^\u3040-\u30ff\u4e00-\u9fff]*$/ },
} as const

describe.each([
  ['usage', USAGE],
  ['settings', SETTINGS],
  ['mirror and files', MIRRORS],
  ['gateway', GATEWAY],
])('%s', (_, cases) => {
  it.each(cases)('$name', async ({ args, env, exit, names, unset, code }) => {
    const hash = mirrorHash(shop.cwd)
    const merged = Object.fromEntries(
      Object.entries({ ...shop.env, ...env }).filter(([name]) => !unset?.includes(name)),
    )
    for (const lang of ['ja', 'en'] as const) {
      const ended = await run(shop.cwd, args, { ...merged, PAYGENT_LANG: lang })
      const { stderr } = ended
      expect([lang, ended.code, ended.signal, ended.stdout]).toEqual([lang, exit, null, ''])
      expect([stderr, stderr.match(WORDS[lang].error)?.length]).toEqual([stderr, 1])
      expect([stderr, stderr.match(WORDS[lang].next)?.length]).toEqual([stderr, 1])
      // The words that Paygent itself says stay in its language.
      expect(stderr.replace(/Paygent: .*/, '')).toMatch(WORDS[lang].script)
      if (lang === 'ja') expect(stderr.split('\n').flatMap(faultsIn)).toEqual([])
      expect(stderr).not.toMatch(/^\s+at |node:|undefined|\[object/m)
      for (const name of names ?? []) expect(stderr).toContain(name)
    }
    if (code !== undefined) {
      const ended = await run(shop.cwd, [...args, '--format', 'json'], merged)
      const [line = '', ...more] = ended.stderr.trimEnd().split('\n').toReversed()
      expect([ended.code, ended.stdout, more.filter((one) => one.includes('"error"'))]).toEqual([exit, '', []])
      expect(JSON.parse(line)).toEqual({ error: { code, message: expect.any(String), next: expect.any(String) } })
      for (const name of names ?? []) expect(line).toContain(name)
    }
    expect(await shop.money()).toEqual([])
    expect(mirrorHash(shop.cwd)).toBe(hash)
  })
})

it.each(['--settings', '--env-file'])(
  '%s names the settings file; the program is started by its own first line',
  async (option) => {
    writeFileSync(inShop('some.env'), 'PAYGENT_LANG=en\n', { mode: 0o600 })
    const child = execFile(PROGRAM, ['orders', option, 'some.env'], {
      cwd: shop.cwd,
      env: { ...shop.env, PATH: process.env['PATH'] },
    })
    let stdout = ''
    child.stdout?.on('data', (text: string) => (stdout += text))
    expect(await new Promise((ended) => child.once('close', ended))).toBe(0)
    expect(stdout).toContain('2 orders')
  },
)

describe('a bad file changes nothing', () => {
  it('one bad line and nothing of the file is imported; what was there stays', async () => {
    const cwd = folder()
    const env = { PAYGENT_ENVIRONMENT: 'simulator', PAYGENT_DB: 'paygent.db' }
    const good = writeOrders(
      cwd,
      [1, 2, 3].map((id) => orderRow(id, 'au')),
    )
    expect((await run(cwd, ['import', good], env)).code).toBe(0)
    const bad = writeOrders(
      cwd,
      [orderRow(1, 'au', { total: 5 }), orderRow(4, 'au', { total: 'x' }), orderRow(5, 'au')],
      'bad.csv',
    )
    const ended = await run(cwd, ['import', bad], env)
    expect([ended.code, ended.stdout]).toEqual([2, ''])
    expect(ended.stderr).toMatch(/3.*total.*x/)
    const listed = JSON.parse((await run(cwd, ['orders', '--format', 'json'], env)).stdout) as {
      orderId: string
      total: number
    }[]
    expect(listed.map(({ orderId, total }) => [orderId, total]).toSorted()).toEqual([
      ['1', 1000],
      ['2', 1000],
      ['3', 1000],
    ])
  })

  it('makes no mirror of a bad file', async () => {
    const cwd = folder()
    const bad = writeOrders(cwd, [orderRow(4, 'au', { total: 'x' })])
    expect((await run(cwd, ['import', bad], { PAYGENT_ENVIRONMENT: 'simulator', PAYGENT_DB: 'new.db' })).code).toBe(2)
    expect(() => readFileSync(join(cwd, 'new.db'))).toThrow('ENOENT')
  })
})
