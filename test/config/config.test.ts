// Tests every setting: its permitted values, its default, and the error for a wrong value.
import { describe, expect, it } from 'vitest'
import { readConfig, type Config, type Variables } from '../../src/config/config.js'
import { AppError } from '../../src/errors.js'

const LOGIN = {
  PAYGENT_MERCHANT_ID: '12345',
  PAYGENT_CONNECT_ID: 'connect',
  PAYGENT_CONNECT_PASSWORD: 'canary-password',
  PAYGENT_CLIENT_CERT: 'client.pem',
  PAYGENT_CA_CERT: 'ca.pem',
}
const OUTSIDE = { PAYGENT_ENVIRONMENT: 'sandbox', ...LOGIN }

function errorOf(variables: Variables): AppError {
  try {
    readConfig(variables)
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
  throw new Error(`accepted: ${JSON.stringify(variables)}`)
}

describe('defaults', () => {
  it('are those of the page', () => {
    expect(readConfig({})).toEqual({
      environment: 'simulator',
      endpoint: null,
      merchantId: null,
      login: null,
      loginMissing: Object.keys(LOGIN),
      proxy: null,
      timeoutMs: 35_000,
      dbPath: 'paygent.db',
      profile: 'manual',
      cutOff: '21:00',
      settleMs: 120_000,
      keepAlive: true,
      inquiries: 4,
      confirmOrders: 50,
      confirmYen: 500_000,
      notices: false,
      nightly: 'shipped',
      statuses: [],
      statusesText: '',
      methods: new Map(),
      webhook: null,
      reportDir: null,
      reportDays: 400,
      webhookFormat: 'json',
      ping: null,
      metricsPath: null,
      lang: 'ja',
      logPath: 'paygent.log',
      logLevel: 'info',
      shopDatabase: null,
      stateDir: null,
    })
  })

  it('inquiries go one by one outside the simulator until the setting says otherwise', () => {
    expect(readConfig(OUTSIDE).inquiries).toBe(1)
    expect(readConfig({ ...OUTSIDE, PAYGENT_INQUIRIES: '8' }).inquiries).toBe(8)
    expect(errorOf({ PAYGENT_INQUIRIES: '9' }).params).toMatchObject({ name: 'PAYGENT_INQUIRIES', expected: '1-8' })
  })

  it('an empty value is an unset one', () => {
    const names = [
      'ENVIRONMENT',
      'ENDPOINT',
      'MERCHANT_ID',
      'PROXY',
      'TIMEOUT_MS',
      'DB',
      'RULES',
      'CUTOFF',
      'LANG',
      'LOG',
    ]
    const empty = Object.fromEntries(names.map((name) => [`PAYGENT_${name}`, '']))
    expect(readConfig(empty)).toEqual(readConfig({}))
  })

  it('takes the cut-off of the rules', () => {
    expect(readConfig({ PAYGENT_RULES: 'current' }).cutOff).toBe('20:00')
    expect(readConfig({ PAYGENT_RULES: 'current', PAYGENT_CUTOFF: '19:30' }).cutOff).toBe('19:30')
  })

  it('nothing of it can be changed', () => {
    const config = readConfig(OUTSIDE)
    expect(Object.isFrozen(config)).toBe(true)
    expect(() => ((config as { dbPath: string }).dbPath = 'other.db')).toThrow(TypeError)
    expect(Object.isFrozen(config.login)).toBe(true)
  })
})

const GOOD: readonly [string, string, Partial<Config>][] = [
  ['PAYGENT_ENVIRONMENT', 'simulator', { environment: 'simulator' }],
  ['PAYGENT_ENDPOINT', 'https://127.0.0.1:4430/', { endpoint: 'https://127.0.0.1:4430' }],
  ['PAYGENT_ENDPOINT', 'https://localhost:4430', { endpoint: 'https://localhost:4430' }],
  ['PAYGENT_ENDPOINT', 'https://[::1]:4430', { endpoint: 'https://[::1]:4430' }],
  ['PAYGENT_MERCHANT_ID', '123456789', { merchantId: '123456789' }],
  ['PAYGENT_PROXY', 'http://user:secret@proxy:8080', { proxy: 'http://user:secret@proxy:8080' }],
  ['PAYGENT_TIMEOUT_MS', '1000', { timeoutMs: 1_000 }],
  ['PAYGENT_TIMEOUT_MS', '300000', { timeoutMs: 300_000 }],
  ['PAYGENT_DB', 'shop/mirror.db', { dbPath: 'shop/mirror.db' }],
  ['PAYGENT_RULES', 'current', { profile: 'current' }],
  ['PAYGENT_CUTOFF', '00:00', { cutOff: '00:00' }],
  ['PAYGENT_CUTOFF', '23:59', { cutOff: '23:59' }],
  ['PAYGENT_SETTLE_SECONDS', '0', { settleMs: 0 }],
  ['PAYGENT_KEEPALIVE', 'off', { keepAlive: false }],
  ['PAYGENT_REPORT_DIR', 'reports', { reportDir: 'reports' }],
  ['PAYGENT_REPORT_DAYS', '1', { reportDays: 1 }],
  ['PAYGENT_CONFIRM_ORDERS', '1', { confirmOrders: 1 }],
  ['PAYGENT_CONFIRM_YEN', '1000000', { confirmYen: 1_000_000 }],
  [
    'PAYGENT_METHODS',
    ' d払い = docomo ,クレジットカード決済=CREDIT,a=b=au,',
    {
      methods: new Map([
        ['d払い', 'docomo'],
        ['クレジットカード決済', 'credit'],
        ['a=b', 'au'],
      ]),
    },
  ],
  ['PAYGENT_METHODS', 'd払い=docomo,Ｄ払い=docomo', {}],
  ['PAYGENT_LANG', 'en', { lang: 'en' }],
  ['PAYGENT_LOG', '/var/log/paygent.log', { logPath: '/var/log/paygent.log' }],
  ['PAYGENT_LOG_LEVEL', 'silent', { logLevel: 'silent' }],
  ['PAYGENT_SHOP_DATABASE', 'mysql://u:p@db/ec', { shopDatabase: 'mysql://u:p@db/ec' }],
  ['PAYGENT_SHOP_DATABASE', 'postgres://u:p@db/ec', { shopDatabase: 'postgres://u:p@db/ec' }],
]

describe('a good value', () => {
  it.each(GOOD)('%s=%s', (name, value, expected) => expect(readConfig({ [name]: value })).toMatchObject(expected))
})

const BAD: readonly [string, string][] = [
  ['PAYGENT_ENVIRONMENT', 'prod'],
  ['PAYGENT_ENVIRONMENT', 'Production'],
  ['PAYGENT_ENDPOINT', 'http://127.0.0.1:4430'],
  ['PAYGENT_ENDPOINT', '127.0.0.1:4430'],
  ['PAYGENT_MERCHANT_ID', '1234567890'],
  ['PAYGENT_MERCHANT_ID', '12a'],
  ['PAYGENT_CONNECT_ID', 'x'.repeat(33)],
  ['PAYGENT_CONNECT_PASSWORD', 'x'.repeat(33)],
  ['PAYGENT_PROXY', 'https://proxy:8080'],
  ['PAYGENT_PROXY', 'proxy:8080'],
  ['PAYGENT_TIMEOUT_MS', '999'],
  ['PAYGENT_TIMEOUT_MS', '300001'],
  ['PAYGENT_TIMEOUT_MS', '35s'],
  ['PAYGENT_TIMEOUT_MS', '-1'],
  ['PAYGENT_TIMEOUT_MS', '1e4'],
  ['PAYGENT_TIMEOUT_MS', '35000.5'],
  ['PAYGENT_RULES', 'old'],
  ['PAYGENT_CUTOFF', '24:01'],
  ['PAYGENT_CUTOFF', '9:00'],
  ['PAYGENT_CUTOFF', '21:60'],
  ['PAYGENT_SETTLE_SECONDS', '86401'],
  ['PAYGENT_SETTLE_SECONDS', '2 min'],
  ['PAYGENT_NIGHTLY', 'yes'],
  ['PAYGENT_METHODS', 'd払い'],
  ['PAYGENT_METHODS', '=credit'],
  ['PAYGENT_METHODS', 'd払い=paypay'],
  ['PAYGENT_METHODS', 'd払い=docomo,Ｄ払い=au'],
  ['PAYGENT_NOTICES', 'true'],
  ['PAYGENT_KEEPALIVE', '1'],
  ['PAYGENT_CONFIRM_ORDERS', '0'],
  ['PAYGENT_CONFIRM_YEN', '0'],
  ['PAYGENT_LANG', 'fr'],
  ['PAYGENT_LOG_LEVEL', 'loud'],
  ['PAYGENT_SHOP_DATABASE', 'sqlite://x'],
  ['PAYGENT_REPORT_DAYS', '0'],
  ['PAYGENT_WEBHOOK', 'ftp://x'],
  ['PAYGENT_WEBHOOK_FORMAT', 'teams'],
  ['PAYGENT_PING', 'not a url'],
  ['PAYGENT_METRICS', '/var/lib/node_exporter/paygent.txt'],
]

describe('a bad value', () => {
  it.each(BAD)('%s=%s is named with what it may be', (name, value) => {
    const error = errorOf({ [name]: value })
    expect(error).toMatchObject({ code: 'setting-invalid', exitCode: 2, params: { name } })
    expect(error.params['expected']).not.toBe('')
  })

  it.each([
    ['PAYGENT_STATUSES', '8=返品受付:cancelled, 店舗保留:wait ,-:sell', '店舗保留:wait'],
    ['PAYGENT_STATUSES', '店舗保留:hold,出荷準備中:sell,店舗保留:sell', '店舗保留:sell'],
    ['PAYGENT_STATUSES', 'キャンセル:sell', 'キャンセル:sell'],
    ['PAYGENT_METHODS', 'd払い=docomo,PayPay=paypay,a=au', 'PayPay=paypay'],
    ['PAYGENT_METHODS', 'd払い=docomo,Ｄ払い=au', 'Ｄ払い=au'],
  ])('names the entry of a list that is wrong, and what is allowed: %s %s', (name, value, entry) => {
    const { params } = errorOf({ [name]: value }) as { params: Record<string, string> }
    expect(params).toMatchObject({ name, value: entry })
    expect(params['expected']).toContain(name === 'PAYGENT_STATUSES' ? 'cancelled' : 'docomo')
  })

  it.each([
    ['PAYGENT_CONNECT_PASSWORD', `canary-${'x'.repeat(33)}`],
    ['PAYGENT_PROXY', 'https://user:canary-@proxy'],
    ['PAYGENT_SHOP_DATABASE', 'canary-://user:pw@db'],
    ['PAYGENT_WEBHOOK', 'ftp://canary-'],
    ['PAYGENT_PING', 'ftp://canary-'],
  ])('%s is a secret, even when it is wrong', (name, value) => {
    const { params, message, stack, cause } = errorOf({ [name]: value })
    expect(JSON.stringify([params, message, stack, String(cause)])).not.toContain('canary-')
  })
})

describe('the endpoint', () => {
  it.each([
    ['sandbox', 'https://127.0.0.1:4430'],
    ['production', 'https://127.0.0.1:4430'],
    ['simulator', 'https://module.paygent.co.jp'],
    ['simulator', 'https://192.168.1.5:4430'],
    ['simulator', 'https://127.0.0.1.example.com'],
    ['simulator', 'https://localhost.example.com'],
  ])('%s may not go to %s', (environment, endpoint) => {
    const error = errorOf({ ...OUTSIDE, PAYGENT_ENVIRONMENT: environment, PAYGENT_ENDPOINT: endpoint })
    expect(error).toMatchObject({ code: 'endpoint-not-allowed', exitCode: 2 })
  })

  it('shows no password that somebody put into it', () => {
    const error = errorOf({ PAYGENT_ENDPOINT: 'https://user:canary-@example.com' })
    expect(JSON.stringify(error.params)).not.toContain('canary-')
  })
})

describe('the settle time outside the simulator', () => {
  it.each([
    ['35000', '94', false],
    ['35000', '95', true],
    ['35001', '95', false],
    ['60000', '120', true],
    ['61000', '120', false],
  ])('time-out %s ms, settle time %s s', (timeout, settle, good) => {
    const variables = { ...OUTSIDE, PAYGENT_TIMEOUT_MS: timeout, PAYGENT_SETTLE_SECONDS: settle }
    if (good) expect(readConfig(variables).settleMs).toBe(Number(settle) * 1_000)
    else
      expect(errorOf(variables)).toMatchObject({ code: 'setting-invalid', params: { name: 'PAYGENT_SETTLE_SECONDS' } })
  })

  it('the default is checked too', () => {
    expect(errorOf({ ...OUTSIDE, PAYGENT_TIMEOUT_MS: '70000' }).params['expected']).toBe('130-86400')
    expect(readConfig({ PAYGENT_TIMEOUT_MS: '70000' }).settleMs).toBe(120_000)
  })
})

describe('the login', () => {
  it('is there when all of it is', () => {
    const { login, loginMissing } = readConfig({ ...OUTSIDE, PAYGENT_CLIENT_CERT_PASSPHRASE: 'changeit' })
    expect(login).toMatchObject({ connectId: 'connect', passphrase: 'changeit', clientCertPath: 'client.pem' })
    expect(loginMissing).toEqual([])
  })

  it.each(Object.keys(LOGIN))('without %s names it', (name) => {
    const config = readConfig({ ...OUTSIDE, [name]: undefined })
    expect([config.login, config.loginMissing]).toEqual([null, [name]])
  })
})

it.each(['--tls-keylog=a', '--no-warnings --tls-keylog a', '"--tls-keylog=a b"', '--tls_keylog=a'])(
  'Node with %s is refused, with other options it is not',
  (options) => {
    expect(errorOf({ NODE_OPTIONS: options })).toMatchObject({ code: 'tls-keys-logged', exitCode: 2 })
    expect(readConfig({ NODE_OPTIONS: '--no-warnings --tls-min-v1.2' }).environment).toBe('simulator')
  },
)

it('NODE_TLS_REJECT_UNAUTHORIZED=0 is refused', () => {
  expect(errorOf({ NODE_TLS_REJECT_UNAUTHORIZED: '0' })).toMatchObject({ code: 'tls-check-disabled', exitCode: 2 })
  expect(readConfig({ NODE_TLS_REJECT_UNAUTHORIZED: '1' }).environment).toBe('simulator')
})
