// Wrong settings become lines, all of them at once, and no line contains a secret.
import {
  diagnose,
  type Diagnosis,
  fileFindings,
  gatewayFindings,
  settingFindings,
} from '../../src/cli/doctor-findings.js'
import { FixedClock } from '../../src/clock.js'
import type { Variables } from '../../src/config/config.js'
import { AppError } from '../../src/errors.js'
import type { Finding } from '../../src/jobs/doctor/finding.js'
import { joinPem, makeAuthority, makeClient, makeExpiredServer } from '../gateway/certificates.js'
import { refusedPort } from '../gateway/wire-server.js'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const NOW = Date.parse('2026-11-23T12:00:00+09:00')
const told = ({ check, level, code, facts }: Finding): string =>
  `${check} ${level} ${code === 'fault' ? (facts as { code: string }).code : code}`

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'paygent-doctor-test-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const settings = async (variables: Variables, known: readonly AppError[] = []): Promise<string[]> =>
  settingFindings(await diagnose(variables, known), null).map(told)

describe('settings', () => {
  it('that are all right', async () => {
    expect(await settings({})).toEqual([
      'configuration ok settings-valid',
      'tls-check ok tls-checked',
      'environment ok environment',
      'cut-off ok cut-off',
    ])
  })

  it('that are wrong are all told, each by its name, and no secret with them', async () => {
    const wrong = {
      PAYGENT_ENVIRONMENT: 'sandbox',
      PAYGENT_TIMEOUT_MS: 'soon',
      PAYGENT_SETTLE_SECONDS: '1',
      PAYGENT_CONNECT_PASSWORD: 'canary'.repeat(9),
      PAYGENT_PROXY: 'ftp://user:canary@proxy:1',
      PAYGENT_LANG: 'fr',
      NODE_TLS_REJECT_UNAUTHORIZED: '0',
    }
    const { faults, config, certain } = await diagnose(wrong, [])
    const names = faults.map(({ code, params }) => String(params['name'] ?? code))
    expect(names.toSorted()).toEqual([
      'PAYGENT_CONNECT_PASSWORD',
      'PAYGENT_LANG',
      'PAYGENT_PROXY',
      'PAYGENT_SETTLE_SECONDS',
      'PAYGENT_TIMEOUT_MS',
      'tls-check-disabled',
    ])
    expect([config.environment, config.timeoutMs, certain]).toEqual(['sandbox', 35_000, true])
    expect(JSON.stringify(faults)).not.toContain('canary')
  })

  it.each([
    [{ PAYGENT_ENVIRONMENT: 'produktion' }, []],
    [{ PAYGENT_ENDPOINT: 'https://module.paygent.co.jp' }, []],
    [{ PAYGENT_ENDPOINT: 'no url' }, []],
    [{ PAYGENT_ENDPOINT: 'https://127.0.0.1:1', PAYGENT_ENVIRONMENT: 'sandbox' }, []],
    [{}, [new AppError('env-file-missing', { path: 'x' })]],
    [{}, [new AppError('setting-needed-without-terminal', { name: 'PAYGENT_ENVIRONMENT' })]],
  ])('%j %j leave open which Paygent is meant: nothing is asked', async (variables, known) => {
    const diagnosis = await diagnose(variables, known)
    expect(diagnosis.certain).toBe(false)
    expect(settingFindings(diagnosis, null).map(told)).toContain('environment warning not-checked')
    expect((await connection(diagnosis)).map(told)).toEqual([
      'connection warning not-checked',
      'clock warning not-checked',
      'keep-alive warning not-checked',
    ])
  })

  it('with a cut-off after docomo’s outside the simulator', async () => {
    expect(await settings({ PAYGENT_ENVIRONMENT: 'sandbox' })).toContain('cut-off warning cut-off-late')
    expect(await settings({ PAYGENT_ENVIRONMENT: 'sandbox', PAYGENT_RULES: 'current' })).toContain('cut-off ok cut-off')
  })
})

const around = () => ({ clock: new FixedClock(NOW), signal: new AbortController().signal, log: () => undefined })

async function connection(diagnosis: Diagnosis): Promise<Finding[]> {
  const found: Finding[] = []
  for await (const each of gatewayFindings(diagnosis, around())) found.push(each)
  return found
}

describe('files', () => {
  const at = (name: string, mode: number): string => {
    const path = join(folder, name)
    writeFileSync(path, '')
    chmodSync(path, mode)
    return path
  }
  const found = async (variables: Variables): Promise<string[]> => {
    const log = { PAYGENT_LOG: join(folder, 'log', 'paygent.log'), PAYGENT_DB: join(folder, 'none.db') }
    return fileFindings(await diagnose({ ...log, ...variables }, []), null).map(({ code, level, facts }) =>
      [level, code, 'path' in facts ? facts.path.slice(folder.length + 1) : ''].join(' '),
    )
  }

  it('open to others', async () => {
    mkdirSync(join(folder, 'log'))
    expect(await found({ PAYGENT_LOG: at('log/paygent.log', 0o602), PAYGENT_DB: at('m.db', 0o640) })).toEqual([
      'warning file-readable m.db',
      'bad file-writable log/paygent.log',
    ])
  })

  it('beside the mirror are named only when they are open', async () => {
    at('m.db.lock', 0o600)
    at('m.db.simulator', 0o644)
    expect(await found({ PAYGENT_DB: at('m.db', 0o600) })).toEqual([
      'ok file-private m.db',
      'warning file-readable m.db.simulator',
      'ok file-new log/paygent.log',
    ])
  })

  it.each([
    ['PAYGENT_WEBHOOK=https://hooks.example/services/T0/B0/secret', 0o644, 'warning addresses-readable'],
    ['export PAYGENT_PING = "https://ping.example/uuid"', 0o640, 'warning addresses-readable'],
    ['PAYGENT_WEBHOOK=https://hooks.example/services/T0/B0/secret', 0o600, 'ok file-private'],
    ['PAYGENT_WEBHOOK=https://hooks.example/services/T0/B0/secret', 0o622, 'bad file-writable'],
    ['PAYGENT_WEBHOOK=\n# PAYGENT_PING=https://ping.example/uuid', 0o644, 'ok file-plain'],
    ['PAYGENT_WEBHOOK_FORMAT=slack', 0o644, 'ok file-plain'],
  ])('of settings with %j and mode %i', async (text, mode, expected) => {
    const path = at('.env', mode)
    writeFileSync(path, `${text}\n`)
    const log = { PAYGENT_LOG: join(folder, 'paygent.log'), PAYGENT_DB: join(folder, 'none.db') }
    const [{ level, code, facts } = { level: '', code: '', facts: {} }] = fileFindings(await diagnose(log, []), path)
    expect(`${level} ${code}`).toBe(expected)
    expect(JSON.stringify(facts)).not.toContain('example')
  })

  it('that hold a key', async () => {
    const login = { PAYGENT_MERCHANT_ID: '1', PAYGENT_CONNECT_ID: 'a', PAYGENT_CONNECT_PASSWORD: 'b' }
    const withKey = (path: string) => found({ ...login, PAYGENT_CLIENT_CERT: path, PAYGENT_CA_CERT: path })
    expect(await withKey(at('key.pem', 0o640))).toContain('bad fault ')
    expect(await withKey(at('key.pem', 0o600))).toContain('ok file-private key.pem')
    expect(await withKey(join(folder, 'gone.pem'))).toEqual(['ok file-new log/paygent.log'])
  })
})

describe('login and certificates', () => {
  const login = (certificate: string, ca: string, more: Variables = {}): Variables => ({
    PAYGENT_ENVIRONMENT: 'simulator',
    PAYGENT_MERCHANT_ID: '1',
    PAYGENT_CONNECT_ID: 'a',
    PAYGENT_CONNECT_PASSWORD: 'b',
    PAYGENT_CLIENT_CERT: certificate,
    PAYGENT_CA_CERT: ca,
    ...more,
  })
  const keep = (name: string, text: string): string => {
    const path = join(folder, name)
    writeFileSync(path, text, { mode: 0o600 })
    return path
  }
  const lines = async (variables: Variables): Promise<string[]> => {
    const endpoint = `https://127.0.0.1:${await refusedPort()}`
    return (await connection(await diagnose({ PAYGENT_ENDPOINT: endpoint, ...variables }, []))).map(told)
  }

  it('that are complete come as far as the connection', async () => {
    const authority = await makeAuthority()
    const client = keep('client.pem', joinPem(await makeClient(authority), 'phrase'))
    const ca = keep('ca.pem', authority.cert)
    const proxy = `http://user:canary@127.0.0.1:${await refusedPort()}`
    const secret = { PAYGENT_CLIENT_CERT_PASSPHRASE: 'phrase' }
    const common = ['login ok login-complete', 'client-certificate ok certificate-good']
    expect(await lines(login(client, ca, secret))).toEqual([
      'proxy ok no-proxy',
      ...common,
      'client-certificate ok key-fits',
      'ca-certificate ok certificate-good',
      'connection bad gateway-unreachable',
      'clock warning not-checked',
      'keep-alive warning not-checked',
    ])
    const diagnosis = await diagnose(
      login(client, ca, { ...secret, PAYGENT_ENDPOINT: 'https://127.0.0.1:9', PAYGENT_PROXY: proxy }),
      [],
    )
    const found = await connection(diagnosis)
    expect(found.map(told)).toContain('proxy ok proxy')
    expect(JSON.stringify(found)).not.toContain('canary')
    for (const more of [{}, { PAYGENT_CLIENT_CERT_PASSPHRASE: 'wrong' }]) {
      expect(await lines(login(client, ca, more))).toEqual([
        'proxy ok no-proxy',
        ...common,
        'client-certificate bad passphrase-wrong',
        'ca-certificate ok certificate-good',
        'connection warning not-checked',
        'clock warning not-checked',
        'keep-alive warning not-checked',
      ])
    }
  })

  it.each([
    [{ HTTPS_PROXY: 'http://user:canary@proxy:3128' }, 'HTTPS_PROXY'],
    [{ all_proxy: 'http://proxy:3128', NO_PROXY: 'localhost,example.com' }, 'all_proxy'],
    [{ HTTPS_PROXY: 'http://proxy:3128', NO_PROXY: '.paygent.co.jp' }, null],
    [{ https_proxy: 'http://proxy:3128', no_proxy: 'localhost, sandbox.paygent.co.jp' }, null],
    [{ HTTPS_PROXY: 'http://proxy:3128', NO_PROXY: '*' }, null],
    [{ HTTPS_PROXY: 'http://proxy:3128', PAYGENT_ENVIRONMENT: 'simulator' }, null],
    [{ HTTP_PROXY: 'http://proxy:3128' }, null],
    [{ HTTPS_PROXY: '' }, null],
  ])('%j name a proxy that paygent does not use: %s', async (variables, name) => {
    const [found] = await connection(await diagnose({ PAYGENT_ENVIRONMENT: 'sandbox', ...variables }, []))
    expect([found && told(found), found?.facts]).toEqual(
      name === null ? ['proxy ok no-proxy', {}] : ['proxy warning proxy-unset', { name }],
    )
  })

  it('that are past, or not there', async () => {
    const authority = await makeAuthority()
    const old = keep('old.pem', joinPem(await makeExpiredServer(authority)))
    const found = await lines(login(old, join(folder, 'gone.pem')))
    expect(found).toContain('client-certificate bad certificate-ended')
    expect(found).toContain('client-certificate ok key-fits')
    expect(found).toContain('ca-certificate bad file-unreadable')
  })

  it('that lack a setting', async () => {
    const [, fault, ...rest] = await connection(await diagnose({ PAYGENT_ENVIRONMENT: 'production' }, []))
    expect(fault?.facts).toMatchObject({
      code: 'setting-missing',
      params: { names: expect.arrayContaining(['PAYGENT_CA_CERT']) },
    })
    expect(rest.map(told)[0]).toBe('connection warning not-checked')
  })

  it('of the embedded simulator', async () => {
    expect((await connection(await diagnose({}, []))).map(told)).toContain('connection ok connected')
  })
})
