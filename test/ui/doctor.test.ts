// Tests doctor's lines in both languages and at every width. Each code has its sentence; the types ensure that.
import {
  type FindingDetails,
  faultFinding,
  finding,
  type Finding,
  type FindingCode,
  LEVELS,
} from '../../src/jobs/doctor/finding.js'
import { displayWidth } from '../../src/text/width.js'
import { doctorCsv, doctorHead, doctorJson, doctorSum, findingText } from '../../src/ui/doctor.js'
import type { Lang, Screen } from '../../src/ui/screen.js'
import { describe, expect, it } from 'vitest'

const HOSTILE = '/srv/店/\u001b[31mpaygent.db'
const rights = [
  'SELECT ON a',
  'SELECT ON \u001b[2J',
  'SELECT ON c',
  'SELECT ON d',
  'SELECT ON e',
  'SELECT ON f',
  'SELECT ON g',
]
const counted = { count: 2 }
const ending = { date: '2026-12-01', days: 8 }
const clock = { seconds: -12 }

/** One of each, with text from outside wherever it can be. */
const EVERY: FindingDetails = {
  fault: { code: 'mirror-missing', params: { path: HOSTILE } },
  'not-checked': { because: 'login' },
  'settings-valid': { envFile: HOSTILE },
  environment: { environment: 'simulator', endpoint: 'https://127.0.0.1:4430' },
  'tls-checked': {},
  'cut-off': { cutOff: '20:00' },
  'cut-off-late': { cutOff: '21:00', line: '20:00' },
  'file-private': { path: HOSTILE },
  'file-plain': { path: HOSTILE },
  'file-shared': { path: HOSTILE },
  'file-new': { path: HOSTILE },
  'file-readable': { path: HOSTILE, mode: '0644' },
  'addresses-readable': { path: HOSTILE, mode: '0644' },
  'file-writable': { path: HOSTILE, mode: '0666' },
  'file-locked': { path: HOSTILE, access: 'write' },
  'mirror-sound': { path: HOSTILE, orders: 1234, version: 1 },
  'mirror-in-container': { path: HOSTILE },
  'mirror-damaged': { path: HOSTILE, problems: ['page 3: \u202Ebtree', 'page 4'] },
  'stamp-fits': { environment: 'sandbox', merchantId: '12345' },
  'stamp-unchecked': {},
  'state-known': { path: HOSTILE },
  'state-new': {},
  durable: {},
  'not-durable': { journalMode: 'delete', synchronous: 1 },
  'trail-whole': { entries: 1234 },
  'trail-broken': { seq: 3, problem: 'swapped' },
  'nothing-open': {},
  'run-open': { id: 7, user: '\u001b]0;x', host: 'shop', since: '2026-11-23T12:00:00+09:00' },
  'attempts-open': counted,
  attention: counted,
  conflicts: counted,
  unacknowledged: counted,
  untold: counted,
  'shop-none': {},
  'shop-connected': { name: 'EC-CUBE 2 (MySQL db.example:3306/\u001b[2J)' },
  'shop-tls': {},
  'shop-local': {},
  'shop-clear': { place: 'db.example:3306/\u202Eshop' },
  'rights-right': {},
  'statuses-waiting': { count: 3, yen: 12_000, setting: '10:hold' },
  'rights-lacking': { rights: ['UPDATE (memo05) ON dtb_order'] },
  'rights-login': { rights },
  'rights-beyond': { rights: ['UPDATE (status) ON dtb_order'] },
  'rights-wide': { rights },
  'rights-useful': { rights },
  'rights-unclear': counted,
  'shop-no-rollback': { tables: ['dtb_order', 'dtb_\u202Eshipping'] },
  'shop-zone': { hours: -9, dates: 'all' },
  'shop-clock': { seconds: -1234 },
  'shop-mojibake': counted,
  'shop-links': counted,
  'login-complete': { merchantId: '12345' },
  'login-of-simulator': {},
  'key-fits': { path: HOSTILE },
  'chain-unsorted': { path: HOSTILE },
  'chain-outdated': { path: HOSTILE, name: HOSTILE, from: '2020-01-01', until: '2026-12-01' },
  'certificate-good': { ...ending, days: 1234 },
  'certificate-ending': ending,
  'certificate-ended': { ...ending, days: -1 },
  'certificate-not-yet': { date: '2026-12-01' },
  'no-proxy': {},
  'proxy-unset': { name: 'HTTPS_PROXY' },
  proxy: { host: 'http://proxy.example:3128' },
  connected: { endpoint: 'https://127.0.0.1:4430' },
  'answered-otherwise': { code: '9004', detail: '\u001b[2J混み合っています' },
  'clock-right': clock,
  'clock-off': clock,
  'clock-wrong': { seconds: 1234 },
  'clock-untold': {},
  'kept-open': {},
  'kept-though-off': {},
  'closed-by-gateway': {},
  'closed-as-set': {},
  'side-by-side': { measured: 4, set: 8 },
  'one-by-one-though-more': { measured: 4 },
  'one-by-one': {},
  'side-by-side-refused': { measured: 4, set: 8 },
}
const ALL = Object.entries(EVERY).map(([code, facts]) =>
  finding('mirror', code as FindingCode, facts as FindingDetails[FindingCode]),
)
const screen = (lang: Lang, changes: Partial<Screen> = {}): Screen => ({
  lang,
  width: null,
  colour: false,
  ascii: false,
  ...changes,
})

/** A command is pasted, so that no screen breaks it. */
const isCommand = (line: string): boolean => line.startsWith('chmod ')
/** The findings that a command of the shell mends. */
const COMMANDED = /^(?:file-(?:readable|writable|locked)|addresses-readable)$/

describe.each(['ja', 'en'] as const)('in %s', (lang) => {
  it.each(ALL.map((each) => [each.code, each] as const))(
    '%s has a sentence, and a cure unless all is well',
    (_code, each) => {
      const [line] = doctorJson([each], lang)
      expect(line?.text.length).toBeGreaterThan(4)
      expect(line?.cure === null).toBe(LEVELS[each.code] === 'ok')
      expect(line?.ok).toBe(LEVELS[each.code] !== 'bad')
    },
  )

  it.each([60, 80, 120])('at %i columns nothing is wider, and text from outside does no harm', (width) => {
    for (const each of ALL) {
      const text = findingText(each, screen(lang, { width }))
      for (const harm of ['\u001b', '\u202e']) expect(text).not.toContain(harm)
      for (const line of text.split('\n')) if (!isCommand(line)) expect(displayWidth(line)).toBeLessThanOrEqual(width)
    }
  })

  it.each(ALL.filter(({ code }) => COMMANDED.test(code)).map((each) => [each.code, each] as const))(
    '%s has its command on a line of its own, whole and with its path quoted',
    (_code, each) => {
      const command =
        findingText(each, screen(lang, { width: 40 }))
          .split('\n')
          .at(-1) ?? ''
      expect(command).toMatch(/^chmod (?:600|u\+w) '[^']*'$/)
      expect(doctorJson([each], lang)[0]?.cure).toMatch(/[:：] ?chmod /)
      expect(doctorJson([each], lang)[0]?.cure?.endsWith(command)).toBe(true)
    },
  )
})

it('holds no Japanese in English', () => {
  const lines = doctorJson(ALL, 'en').map(({ text, cure }) =>
    `${text}${cure}`.replaceAll('店', '').replace('混み合っています', ''),
  )
  expect(lines.join('')).not.toMatch(/[\u3040-\u30ff\u4e00-\u9fff]/)
})

describe('a line', () => {
  const missing: Finding = faultFinding('mirror', { code: 'mirror-missing', params: { path: 'm.db' } })

  it('has its mark, its name, and what mends it below', () => {
    expect(findingText(finding('clock', 'clock-off', { seconds: 9 }), screen('en', { width: 60 }))).toBe(
      [
        '！ clock              The clock of this machine is 9 s',
        "                      behind Paygent's.",
        '                      → Set the clock (for example',
        '                         "timedatectl set-ntp true").',
      ].join('\n'),
    )
    expect(findingText(missing, screen('ja')).split('\n')[0]).toBe('×  手元データ         手元データがありません：m.db')
  })

  it('in ASCII and in colour', () => {
    expect(findingText(missing, screen('en', { ascii: true }))).toMatch(/^X {2}local data .*\n +-> Import orders/)
    expect(findingText(missing, screen('en', { colour: true }))).toContain('\u001b[31m×  \u001b[39mlocal data')
  })
})

it('begins with the environment and ends with how many of each', () => {
  expect(doctorHead('simulator', screen('ja'))).toContain('シミュレーター')
  expect(doctorHead(null, screen('ja'))).toContain('不明')
  expect(doctorSum({ ok: 3, warning: 2, bad: 1 }, screen('ja'))).toBe('○ 3件  ！ 2件  × 1件')
  expect(doctorSum({ ok: 3, warning: 2, bad: 1 }, screen('en', { ascii: true }))).toBe('OK 3  ! 2  X 1')
})

it('as CSV', () => {
  const csv = doctorCsv([finding('clock', 'clock-right', { seconds: 0 })], 'en')
  expect(csv).toBe(`\uFEFFcheck,ok,level,text,cure\r\nclock,true,ok,The clock agrees with Paygent's (within 5 s).,\r\n`)
})
