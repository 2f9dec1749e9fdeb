// Tests doctor as staff start it: against a simulator process and the embedded simulator. It changes nothing.
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { onContainerLayer } from '../../src/mirror/network.js'
import { OPENSSL, openssl } from '../gateway/certificates.js'
import { EMBEDDED, folder, MANUAL_ORDERS, run, type Ended, type Env } from './program.js'
import { mirrorHash, openShop, orderRow } from './shop.js'

interface Line {
  readonly check: string
  readonly ok: boolean
  readonly level: 'ok' | 'warning' | 'bad'
  readonly text: string
  readonly cure: string | null
}
const linesOf = ({ stdout }: Ended): Line[] => JSON.parse(stdout) as Line[]
const notOk = (ended: Ended): string[] =>
  linesOf(ended)
    // Where the tests run in a container, it is right.
    .filter(({ level, text }) => level !== 'ok' && !text.includes('overlayfs'))
    .map(({ check, level }) => `${check} ${level}`)
const JSON_EN = ['doctor', '--format', 'json', '--lang', 'en']

describe('with the embedded simulator', () => {
  it.skipIf(onContainerLayer(tmpdir()))('all is well, in every format, and nothing is left behind', async () => {
    const cwd = folder()
    await run(cwd, ['import', MANUAL_ORDERS], EMBEDDED)
    const [files, hash] = [readdirSync(cwd), mirrorHash(cwd)]
    const ended = await run(cwd, JSON_EN, EMBEDDED)
    expect([ended.code, ended.stderr, notOk(ended)]).toEqual([0, '', []])
    for (const line of linesOf(ended)) expect(Object.keys(line)).toEqual(['check', 'ok', 'level', 'text', 'cure'])
    const table = await run(cwd, ['doctor'], EMBEDDED)
    expect([table.code, table.stdout.split('\n')[0]]).toEqual([0, expect.stringContaining('シミュレーター')])
    expect(table.stdout).toMatch(/○ \d+件 {2}！ 0件 {2}× 0件\n$/)
    const csv = await run(cwd, ['doctor', '--format', 'csv'], EMBEDDED)
    expect(csv.stdout).toMatch(/^\uFEFFcheck,ok,level,text,cure\r\n/)
    expect(await run(cwd, ['doctor', '--quiet'], EMBEDDED)).toMatchObject({ code: 0, stdout: '', stderr: '' })
    expect([readdirSync(cwd), mirrorHash(cwd)]).toEqual([files, hash])
  })

  it('goes on after the first ×: no mirror, open files, wrong settings', async () => {
    const cwd = folder()
    writeFileSync(join(cwd, '.env'), 'PAYGENT_DB=gone.db\nPAYGENT_CONNECT_PASSWORD=canary\nPAYGENT_TIMEOUT_MS=soon\n')
    chmodSync(join(cwd, '.env'), 0o644)
    const ended = await run(cwd, [...JSON_EN, '--verbose'], { PAYGENT_ENVIRONMENT: 'simulator' })
    expect(ended.code).toBe(2)
    expect(notOk(ended)).toEqual([
      'permissions bad',
      'configuration bad',
      'mirror bad',
      'machine-state warning',
      'journal warning',
      'open-work warning',
    ])
    expect(linesOf(ended)[0]?.cure).toBe('Run this command: chmod 600 .env')
    expect(linesOf(ended).find(({ check }) => check === 'connection')?.ok).toBe(true)
    expect(`${ended.stdout}${ended.stderr}`).not.toContain('canary')
    expect(readdirSync(cwd)).toEqual(['.env'])
  })

  it('without a terminal and without settings nothing is asked', async () => {
    const ended = await run(folder(), JSON_EN)
    expect(ended.code).toBe(2)
    expect(notOk(ended)).toEqual(expect.arrayContaining(['configuration bad', 'connection warning']))
    const quiet = await run(folder(), ['doctor', '--quiet', '--settings', 'gone'])
    expect([quiet.code, quiet.stderr]).toEqual([2, ''])
    expect(quiet.stdout).toContain('gone')
  })
})

describe('with a simulator elsewhere', () => {
  it('logs in by 094 for a payment that cannot be, and nothing there moves', async () => {
    const shop = await openShop([orderRow(852, 'au')])
    const before = await shop.simulator.requests()
    const ended = await shop.paygent(JSON_EN)
    expect([ended.code, ended.stderr, notOk(ended)]).toEqual([0, '', []])
    const asked = (await shop.simulator.requests()).slice(before.length)
    // Twice to see whether the connection is kept, and once more since a refusal on a kept one may be the answer before.
    // Then four at once.
    expect(asked.map(({ telegram, code }) => `${telegram} ${code}`)).toEqual(Array(7).fill('094 13001'))
    expect((await shop.ledger())['1000852']?.status).toBe('20')
  })

  it.skipIf(OPENSSL === null && process.env['PAYGENT_TEST_SERVERS'] !== 'required')('takes a p12', async () => {
    const shop = await openShop([orderRow(852, 'au')])
    const { PAYGENT_CLIENT_CERT: pem = '' } = shop.env
    openssl(shop.cwd, `pkcs12 -export -in ${pem} -passin pass:changeit -passout pass:changeit -out client.p12`)
    const ended = await shop.paygent(JSON_EN, { PAYGENT_CLIENT_CERT: 'client.p12' })
    expect([ended.code, ended.stderr, notOk(ended)]).toEqual([0, '', []])
    const sold = await shop.paygent(['sale', '852', '--yes'], { PAYGENT_CLIENT_CERT: 'client.p12' })
    expect([sold.code, (await shop.ledger())['1000852']?.status]).toEqual([0, '40'])
  })

  it('tells a refused login, a wrong pass phrase, a dead host, somebody else’s mirror', async () => {
    const shop = await openShop([orderRow(852, 'au')])
    const look = async (env: Env): Promise<string[]> => {
      const ended = await shop.paygent(JSON_EN, env)
      expect(ended.code).toBe(2)
      expect(`${ended.stdout}${ended.stderr}`).not.toMatch(/canary|changeit/)
      return notOk(ended).filter((line) => line.endsWith('bad'))
    }
    expect(await look({ PAYGENT_CONNECT_PASSWORD: 'canary-wrong' })).toEqual(['connection bad'])
    expect(await look({ PAYGENT_CLIENT_CERT_PASSPHRASE: 'canary-wrong' })).toEqual(['client-certificate bad'])
    expect(await look({ PAYGENT_MERCHANT_ID: '9' })).toEqual(['mirror bad', 'connection bad'])
    expect(await look({ PAYGENT_PROXY: 'http://user:canary@127.0.0.1:1' })).toEqual(['connection bad'])
    const { PAYGENT_CLIENT_CERT: key = '' } = shop.env
    chmodSync(key, 0o644)
    expect(await look({})).toEqual(['permissions bad'])
    chmodSync(key, 0o600)
    mkdirSync(join(shop.cwd, 'folder.log'))
    expect(await look({ PAYGENT_LOG: 'folder.log' })).toEqual(['permissions bad'])
  })

  it('warns of what waits, while another command has the lock', async () => {
    const shop = await openShop([orderRow(852, 'au'), orderRow(853, 'docomo')])
    await shop.faults({ match: { telegram: '101', nth: 1 }, commits: false, shows: 'silence', delay_ms: 0 })
    const sending = shop.begin(['bulk-sale', '--orders', '852,853', '--yes'], { PAYGENT_TIMEOUT_MS: '6000' })
    while ((await shop.money()).length === 0) await new Promise((done) => setTimeout(done, 50))
    const ended = await shop.paygent(JSON_EN)
    expect([ended.code, notOk(ended)]).toEqual([0, ['open-work warning', 'open-work warning']])
    expect(
      linesOf(ended)
        .map(({ text }) => text)
        .join(),
    ).toMatch(/Run #1 is recorded as running/)
    sending.child.kill('SIGKILL')
    await sending.ended
    const hash = readFileSync(join(shop.cwd, 'paygent.db'))
    expect(notOk(await shop.paygent(JSON_EN))).toEqual(['open-work warning', 'open-work warning'])
    expect(readFileSync(join(shop.cwd, 'paygent.db')).equals(hash)).toBe(true)
  })
})
