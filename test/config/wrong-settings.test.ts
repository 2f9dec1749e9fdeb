// Tests what is found in settings that are allowed and yet not meant so, and how a settings file is decoded.
import { readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { similarTo } from '../../src/cli/similar.js'
import type { Variables } from '../../src/config/config.js'
import { decodeSettings, PATH_SETTINGS } from '../../src/config/settings-text.js'
import { wrongSettings } from '../../src/config/wrong-settings.js'
import { cell, codesIn, pageAt } from '../pages.js'

/** The faults of a settings file, with the environment over it. */
function faultsOf(text: string | null, environment: Variables = {}): unknown[] {
  const file = text === null ? null : { ...decodeSettings(Buffer.from(text)), path: '.env' }
  return wrongSettings({ file, environment }, similarTo).map(({ code, params }) => [code, params])
}

describe('a name that is no setting', () => {
  it.each([
    ['PAYGENT_ENVIROMENT', ['PAYGENT_ENVIRONMENT']],
    ['PAYGENT_CUT_OFF', ['PAYGENT_CUTOFF']],
    ['PAYGENT_CLIENT_CERT_PASS_PHRASE', ['PAYGENT_CLIENT_CERT_PASSPHRASE']],
    ['paygent_lang', ['PAYGENT_LANG']],
    ['PAYGENT_STATUS', ['PAYGENT_STATUSES']],
    ['PAYGENT_FOO', []],
    ['PAYGENT_', []],
    ['PAYGENT_--LANG', ['PAYGENT_LANG']],
    ['PAYGENT_HELP', []],
  ])('%s, in the file and in the environment', (name, suggestion) => {
    const fault = ['setting-unknown', { name, suggestion }]
    expect(faultsOf(`${name}=1\n`)).toEqual([fault])
    expect(faultsOf(null, { [name]: '1' })).toEqual([fault])
    expect(faultsOf(`export ${name}='1'`, { [name]: '1' })).toEqual([fault])
  })

  it.each([['PAYGNT_DB'], ['PAYGEN_DB']])('%s, of which even the beginning is misspelt, in the file', (name) => {
    expect(faultsOf(`${name}=1`)).toEqual([['setting-unknown', { name, suggestion: ['PAYGENT_DB'] }]])
    expect(faultsOf(null, { [name]: '1' })).toEqual([])
  })

  it('is not a name of others, nor one that the environment leaves empty', () => {
    expect(faultsOf('NODE_OPTIONS=--x\nHTTPS_PROXY=http://p\nPATH=/bin', { PAYGENT_FOO: '', HOME: '/' })).toEqual([])
  })
})

describe('a name that stands twice in the file', () => {
  it.each([
    ['PAYGENT_LANG=ja\nPAYGENT_DB=a\nPAYGENT_LANG=en', ['1', '3']],
    ['PAYGENT_LANG=ja\r\n\r\n  export PAYGENT_LANG = "en"\r\n', ['1', '3']],
    ['PAYGENT_LANG=\nPAYGENT_LANG=ja', ['1', '2']],
    ['PAYGENT_DB="a\nb"\nPAYGENT_LANG=ja\nPAYGENT_LANG=ja # PAYGENT_LANG=ja', ['3', '4']],
  ])('%j', (text, lines) => {
    expect(faultsOf(text)).toEqual([['setting-twice', { name: 'PAYGENT_LANG', path: '.env', lines }]])
  })

  it.each([
    '# PAYGENT_LANG=ja\nPAYGENT_LANG=ja',
    'PAYGENT_LOG="x\nPAYGENT_LANG=ja"\nPAYGENT_LANG=ja',
    "PAYGENT_LOG='x\nPAYGENT_LANG=ja'\nPAYGENT_LANG=ja",
    'PAYGENT_LOG=`x\nPAYGENT_LANG=ja`\nPAYGENT_LANG=ja',
  ])('is not one of a comment or of another value: %j', (text) => expect(faultsOf(text)).toEqual([]))

  it('a name that Node does not read is told', () => {
    const text = 'PAYGENT_WEBHOOK= \nPAYGENT_ENVIRONMENT=sandbox\nPAYGENT_DB=a.db'
    expect(parseEnv(text)).not.toHaveProperty('PAYGENT_ENVIRONMENT')
    const facts = { name: 'PAYGENT_ENVIRONMENT', path: '.env', lines: ['2'] }
    expect(faultsOf(text)).toEqual([['setting-unread', facts]])
    expect(faultsOf('PAYGENT_WEBHOOK=')).toEqual([])
  })

  it('the names are those that Node finds in the same text', () => {
    const name = fc.constantFrom('PAYGENT_A', 'PAYGENT_B', 'export PAYGENT_A', '  PAYGENT_B', '# PAYGENT_A')
    const quote = fc.constantFrom('"', "'", '`', '')
    const inner = fc.constantFrom('x', '', 'x\nPAYGENT_C=1', 'x\n', '# x', 'x # y')
    const end = fc.constantFrom('', ' # "c', ' # c', ' ')
    const assignment = fc
      .tuple(name, fc.constantFrom('=', ' = '), quote, inner, end)
      // After an empty value a space makes the next line the value: a case of its own, above.
      .map(([of, is, q, text, after]) => (q === '' && text === '' ? `${of}=` : `${of}${is}${q}${text}${q}${after}`))
    fc.assert(
      fc.property(fc.array(assignment, { maxLength: 5 }), fc.constantFrom('\n', '\r\n'), (lines, lineEnd) => {
        const text = [...lines, ''].join('\n').replaceAll('\n', lineEnd)
        const faults = faultsOf(text) as [string, { name: string }][]
        const namesOf = (wanted: string) => faults.flatMap(([code, { name: of }]) => (code === wanted ? [of] : []))
        const unread = namesOf('setting-unread')
        const found = namesOf('setting-unknown').filter((one) => !unread.includes(one))
        const ours = Object.keys(parseEnv(text)).filter((key) => key.startsWith('PAYGENT_'))
        expect([text, found.toSorted()]).toEqual([text, ours.toSorted()])
      }),
      { numRuns: 300 },
    )
  })
})

it('the setting that chooses the settings file has no effect inside of one', () => {
  const fault = ['setting-not-of-file', { name: 'PAYGENT_PROFILE', path: '.env', lines: ['2'] }]
  expect(faultsOf('PAYGENT_LANG=ja\nPAYGENT_PROFILE=shop-a')).toEqual([fault])
  expect(faultsOf('PAYGENT_LANG=ja\nexport PAYGENT_PROFILE="shop-a" # x')).toEqual([fault])
  expect(faultsOf('PAYGENT_PROFILE=\n# PAYGENT_PROFILE=shop-a', { PAYGENT_PROFILE: 'shop-a' })).toEqual([])
})

describe('a path that nothing expands', () => {
  it('is looked for in every setting that the page calls a file or a folder', () => {
    const { rows } = pageAt('docs/interface.md').table('Settings')
    const paths = rows.filter((row) => /\b(?:file|folder)\b|\.prom$/.test(cell(row, 'values')))
    expect(paths.flatMap((row) => codesIn(cell(row, 'setting'))).toSorted()).toEqual([...PATH_SETTINGS].toSorted())
  })

  it.each([
    ['PAYGENT_DB', '~/paygent.db'],
    ['PAYGENT_LOG', '~'],
    ['PAYGENT_CLIENT_CERT', '~shop/client.pem'],
    ['PAYGENT_STATE_DIR', '$HOME/state'],
    ['PAYGENT_METRICS', '${HOME}/paygent.prom'],
    ['PAYGENT_REPORT_DIR', '~/reports'],
  ])('%s=%s', (name, value) => {
    const fault = ['setting-unexpanded', { name, value }]
    expect(faultsOf(`${name}=${value}`)).toEqual([fault])
    expect(faultsOf(null, { [name]: value })).toEqual([fault])
  })

  it('in the address of a database, of which nothing else is told', () => {
    const name = 'PAYGENT_SHOP_DATABASE'
    expect(faultsOf(`${name}=mysql://shop:s3cret@db.shop.jp/eccube?tls=on&ca=~/ca.pem`)).toEqual([
      ['setting-unexpanded', { name, value: '~/ca.pem' }],
    ])
    expect(faultsOf(`${name}=mysql://shop:~s3cret@db.shop.jp/eccube?ca=/etc/ca.pem`)).toEqual([])
  })

  it.each([
    ['PAYGENT_DB', '/home/shop/paygent.db~'],
    ['PAYGENT_DB', 'a~b/paygent.db'],
    ['PAYGENT_LOG', '-'],
    ['PAYGENT_CONNECT_PASSWORD', '~$HOME'],
    ['PAYGENT_DB', 'cost$/paygent.db'],
  ])('is not %s=%s', (name, value) => expect(faultsOf(null, { [name]: value })).toEqual([]))
})

describe('a model that is left in', () => {
  it.each([
    ['PAYGENT_SHOP_DATABASE', 'mysql://user:password@host:3306/database'],
    ['PAYGENT_SHOP_DATABASE', 'mysql://user:password@10.0.0.5/eccube'],
    ['PAYGENT_SHOP_DATABASE', 'mysql://…'],
    ['PAYGENT_PROXY', 'http://proxy.example:3128'],
    ['PAYGENT_PROXY', 'http://host:8080'],
    ['PAYGENT_WEBHOOK', 'https://hooks.example.com/T0'],
    ['PAYGENT_MERCHANT_ID', '‹マーチャントID›'],
    ['PAYGENT_CONNECT_ID', '<connect id>'],
  ])('%s=%s, of which the value is not told', (name, value) => {
    expect(faultsOf(null, { [name]: value })).toEqual([['setting-placeholder', { name }]])
  })

  it.each([
    ['PAYGENT_SHOP_DATABASE', 'mysql://paygent:s3cret@db.shop.jp:3306/eccube'],
    ['PAYGENT_SHOP_DATABASE', 'mysql://user:password1@localhost/eccube'],
    ['PAYGENT_WEBHOOK', 'https://hooks.slack.com/services/T0/B0/x'],
    ['PAYGENT_WEBHOOK', 'https://counterexample.com/x'],
    ['PAYGENT_CLIENT_CERT_PASSPHRASE', '<x>…'],
    ['PAYGENT_METHODS', 'クレジット<分割>…=credit'],
  ])('is not %s=%s', (name, value) => expect(faultsOf(null, { [name]: value })).toEqual([]))

  it('of .env.example, as it is delivered, there is none', () => {
    expect(faultsOf(readFileSync(new URL('../../.env.example', import.meta.url), 'utf8'))).toEqual([])
  })
})

describe('the encoding of a settings file', () => {
  const TEXT = '# 設定\nPAYGENT_LANG=en\n'
  const utf16le = Buffer.from(TEXT, 'utf16le')
  const utf16be = Buffer.from(utf16le).swap16()

  it.each([
    ['UTF-8', Buffer.from(TEXT), null],
    ['UTF-8 with a mark', Buffer.from(`\uFEFF${TEXT}`), null],
    ['nothing', Buffer.alloc(0), null],
    ['UTF-16, as Windows saves it', Buffer.concat([Buffer.from([0xff, 0xfe]), utf16le]), 'UTF-16'],
    ['UTF-16 the other way round', Buffer.concat([Buffer.from([0xfe, 0xff]), utf16be]), 'UTF-16'],
    ['UTF-16 without a mark', utf16le, 'UTF-16'],
    ['the other without a mark', utf16be, 'UTF-16'],
  ])('%s', (name, bytes, encoding) => {
    expect(decodeSettings(bytes)).toEqual({ text: name === 'nothing' ? '' : TEXT, encoding })
  })

  it('Shift_JIS is told, and its ASCII is read', () => {
    const { text, encoding } = decodeSettings(Buffer.from([0x23, 0x90, 0xdd, 0x92, 0xe8, 0x0a, 0x41, 0x3d, 0x31]))
    expect([parseEnv(text), encoding]).toEqual([{ A: '1' }, 'not-utf-8'])
  })

  it('is a fault of its own', () => {
    const file = { text: '', encoding: 'UTF-16', path: 'shop.env' } as const
    expect(wrongSettings({ file, environment: {} }, similarTo)).toMatchObject([
      { code: 'settings-encoding', params: { path: 'shop.env', encoding: 'UTF-16' } },
    ])
  })
})
