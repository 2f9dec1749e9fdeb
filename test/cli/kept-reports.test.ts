// The folder of the nights' reports: what is written into it, what is removed from it, and that a fault of it is no fault
// of the night.
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { keepNight, type KeptNight } from '../../src/cli/kept-reports.js'
import { readConfig } from '../../src/config/config.js'
import { AppError } from '../../src/errors.js'
import { silentTerminal } from './silent-terminal.js'

const STARTED = '2026-11-29T19:30:05+09:00'
const STEM = 'paygent-night-2026-11-29-193005'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'paygent-kept-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const nightOf = (more: Partial<KeptNight> = {}): KeptNight => ({
  startedAt: STARTED,
  json: { exitCode: 0 },
  lines: ['成功 1件 1,000円'],
  draw: () => '夜間処理\n■ 売上\n受注番号：852 山田 花子',
  fault: null,
  mayHaveSent: false,
  ...more,
})

/** Keeps a night on the evening of 2026/11/29, and returns what was told on stderr. */
async function keep(night = nightOf(), settings: Readonly<Record<string, string>> = {}): Promise<string> {
  let told = ''
  const config = readConfig({ PAYGENT_REPORT_DIR: join(folder, 'reports'), ...settings })
  const nowMs = Date.parse('2026-11-29T20:00:00+09:00')
  const clock = { nowMs: () => nowMs, monotonicMs: () => 0, sleep: async () => undefined }
  const screen = { lang: 'ja', width: null, colour: false, ascii: false } as const
  const terminal = { ...silentTerminal, err: (text: string | Uint8Array) => void (told += String(text)) }
  await keepNight(night, { config, clock, screen, terminal, options: {} })
  return told
}

const kept = (): string[] => readdirSync(join(folder, 'reports')).toSorted()
const contentOf = (name: string): string => readFileSync(join(folder, 'reports', name), 'utf8')

describe('a night', () => {
  test('leaves a page and JSON for its user alone, and no draft', async () => {
    expect(await keep()).toBe('')
    expect(kept()).toEqual([`${STEM}.html`, `${STEM}.json`])
    for (const name of kept()) expect(statSync(join(folder, 'reports', name)).mode & 0o777).toBe(0o600)
    expect(statSync(join(folder, 'reports')).mode & 0o777).toBe(0o700)
    expect(JSON.parse(contentOf(`${STEM}.json`))).toEqual({ exitCode: 0 })
    expect(contentOf(`${STEM}.html`)).toContain('受注番号：852 山田 花子')
    expect(contentOf(`${STEM}.html`)).toMatch(/<main>\s*<p>成功 1件 1,000円<\/p>/)
  })

  test('leaves nothing where no folder is set', async () => {
    expect(await keep(nightOf(), { PAYGENT_REPORT_DIR: '' })).toBe('')
    expect(readdirSync(folder)).toEqual([])
  })

  test('never takes the place of another one of the same second', async () => {
    for (const exitCode of [0, 3, 4]) await keep(nightOf({ json: { exitCode } }))
    const names = [STEM, `${STEM}-2`, `${STEM}-3`]
    expect(kept()).toEqual(names.flatMap((name) => [`${name}.html`, `${name}.json`]).toSorted())
    expect(names.map((name) => (JSON.parse(contentOf(`${name}.json`)) as { exitCode: number }).exitCode)).toEqual([
      0, 3, 4,
    ])
  })

  test('says what ended it', async () => {
    await keep(nightOf({ fault: new AppError('login-refused') }))
    expect(contentOf(`${STEM}.html`)).toContain('何も送信していません。')
    await keep(nightOf({ fault: new AppError('login-refused'), mayHaveSent: true }))
    expect(contentOf(`${STEM}-2.html`)).not.toContain('何も送信していません。')
    await keep(nightOf({ fault: new TypeError('<b>broken</b>') }))
    expect(contentOf(`${STEM}-3.html`)).toContain('TypeError: &lt;b&gt;broken&lt;/b&gt;')
  })
})

describe('reports that are too old', () => {
  const put = (name: string): void => writeFileSync(join(folder, 'reports', name), 'x')
  beforeEach(() => mkdirSync(join(folder, 'reports')))

  test('are removed, and no younger one', async () => {
    const old = [
      '2025-10-24-193000.html',
      '2025-10-24-193000.json',
      '2025-10-24-193000-2.html',
      '2024-01-01-000000.json',
    ]
    const young = ['2025-10-25-000000.html', '2026-11-28-193000.json']
    for (const name of [...old, ...young]) put(`paygent-night-${name}`)
    put('paygent-night-2025-10-24-193000.html.0123abcd.part')
    expect(await keep()).toBe('')
    expect(kept()).toEqual([...young.map((name) => `paygent-night-${name}`), `${STEM}.html`, `${STEM}.json`].toSorted())
  })

  test('are those of the days that are set', async () => {
    put('paygent-night-2026-11-27-193000.html')
    put('paygent-night-2026-11-28-193000.html')
    await keep(nightOf(), { PAYGENT_REPORT_DAYS: '1' })
    expect(kept()).toEqual(['paygent-night-2026-11-28-193000.html', `${STEM}.html`, `${STEM}.json`])
  })

  test.each([
    'paygent.db',
    'report-2024-01-01.html',
    'paygent-night-2024-01-01.html',
    'paygent-night-2024-01-01-193000.txt',
    'my-paygent-night-2024-01-01-193000.html',
    'paygent-night-2024-01-01-193000.html.bak',
    'paygent-night-2024-01-01-193000.html\n',
  ])('are no file that this program does not write: %j', async (name) => {
    put(name)
    await keep()
    expect(kept()).toContain(name)
  })

  test('are no folder and no link', async () => {
    mkdirSync(join(folder, 'reports/paygent-night-2024-01-01-193000.html'))
    put('target')
    symlinkSync('target', join(folder, 'reports/paygent-night-2024-01-02-193000.html'))
    expect(await keep()).toBe('')
    expect(kept()).toHaveLength(5)
  })
})

describe('a folder that cannot be written', () => {
  test('is a warning', async () => {
    writeFileSync(join(folder, 'reports'), '')
    const told = await keep()
    expect(told).toContain('夜間処理のレポートを残せません')
    expect(told).toContain('夜間処理の結果は変わりません')
    expect(told).toContain(join(folder, 'reports'))
  })

  test.skipIf(process.getuid?.() === 0)('is named with its reason, and no draft is left', async () => {
    mkdirSync(join(folder, 'reports'))
    chmodSync(join(folder, 'reports'), 0o500)
    expect(await keep()).toContain('EACCES')
    chmodSync(join(folder, 'reports'), 0o700)
    expect(kept()).toEqual([])
  })
})

test('the folder is made, and none above it: that may be a disk which is not mounted', async () => {
  const told = await keep(nightOf(), { PAYGENT_REPORT_DIR: join(folder, 'a/b') })
  expect(told).toContain(
    `夜間処理のレポートを残せません：${join(folder, 'a/b')}（ファイルまたはフォルダーがありません、ENOENT）`,
  )
  expect(existsSync(join(folder, 'a'))).toBe(false)
})

test('a place where no folder can be made is named, and does not keep the night waiting', async () => {
  expect(await keep(nightOf(), { PAYGENT_REPORT_DIR: '/proc/paygent' })).toContain('/proc/paygent')
})
