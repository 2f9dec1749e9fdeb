// The pages in a real Chromium: self-contained, harmless, readable at every width, in the dark and on paper.
import { createServer } from 'node:http'
import { copyFileSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { reportCharts } from '../../src/ui/charts.js'
import { pageOf } from '../../src/ui/page.js'
import { reportText } from '../../src/ui/report.js'
import { resultText } from '../../src/ui/result.js'
import { LANGS, type Screen } from '../../src/ui/screen.js'
import { rules } from '../domain/order-fixture.js'
import { HIDDEN } from '../ui/hostile.js'
import { everyOutcome } from '../ui/sample-orders.js'
import { monthReport, sampleReport } from '../ui/sample-report.js'
import {
  activeElements,
  axeFindings,
  hasGlyphs,
  noChromium,
  type Opened,
  opened,
  overflowOf,
  pdfPages,
} from './chromium.js'
import { atEnd, EMBEDDED, folder, run } from './program.js'

const HOSTILE_NAMES = [
  `<script>document.title='ran'</script>`,
  `"><img src=x onerror="document.title='ran'">`,
  `' onmouseover='alert(1)' style='position:fixed;inset:0`,
  `</style><style>*{display:none}</style>`,
  `</title></head><body><h1>偽</h1><a href="http://example.com/">ここ</a>`,
  `<!-- <base href="http://example.com/"> <meta http-equiv=refresh content="0;url=http://example.com/">`,
  `&lt;b&gt;&#60;script&#62;`,
  '佐藤\u202e誤表示\u2066\u200b',
  'ペ'.repeat(60),
  'W'.repeat(120),
  'שלום דוד',
]

const HEADER =
  'order_id,ordered_at,customer_name,method,carrier,total,shipped_at,order_status,trading_id,payment_id,payment_status'

/** An order file with one order for each name; every fifth one is of a status that nothing can be sent for. */
const ordersOf = (names: readonly string[]): string =>
  [
    HEADER,
    ...names.map((name, index) => {
      const id = index + 1
      const [method, carrier] = index % 3 === 0 ? ['credit', ''] : ['carrier', index % 3 === 1 ? 'au' : 'docomo']
      const status = index % 5 === 4 ? '33' : '20'
      return `${id},2026/11/20 11:50,"${name.replaceAll('"', '""')}",${method},${carrier},${1000 + id},,入金待ち,${id},1000${id},${status}`
    }),
    '',
  ].join('\n')

/** The page of a report in which no section and no chart is empty. */
function samplePages(): void {
  const report = sampleReport()
  for (const lang of LANGS) {
    const draw = (on: Screen): string => reportText(report, 'production', on)
    const page = pageOf(draw, { lang }, report.madeAt, { charts: reportCharts(report, lang) })
    writeFileSync(fileOf(`month-${lang}`), page)
  }
}

let cwd: string
const fileOf = (name: string): string => join(cwd, `${name}.html`)

async function sold(name: string, names: readonly string[]): Promise<void> {
  const env = { ...EMBEDDED, PAYGENT_DB: `${name}.db` }
  writeFileSync(join(cwd, `${name}.csv`), ordersOf(names))
  expect(await run(cwd, ['import', `${name}.csv`], env)).toMatchObject({ code: 0 })
  const orders = names.map((_, index) => index + 1).join()
  expect(await run(cwd, ['bulk-sale', '--orders', orders, '--yes'], env)).toMatchObject({ code: 3 })
  for (const lang of ['ja', 'en']) {
    const show = ['runs', 'show', '1', '--format', 'html', '--lang', lang, '--out', `${name}-${lang}.html`]
    expect(await run(cwd, show, env)).toMatchObject({ code: 0, stdout: '' })
  }
}

/** The page that a night leaves, which sells all that it may. */
async function slept(name: string, names: readonly string[]): Promise<void> {
  const reports = join(cwd, 'reports')
  const env = { ...EMBEDDED, PAYGENT_DB: `${name}.db`, PAYGENT_NIGHTLY: 'all', PAYGENT_REPORT_DIR: reports }
  writeFileSync(join(cwd, `${name}.csv`), ordersOf(names))
  expect(await run(cwd, ['import', `${name}.csv`], env)).toMatchObject({ code: 0 })
  await run(cwd, ['nightly'], env)
  const [page = ''] = readdirSync(reports).filter((each) => each.endsWith('.html'))
  copyFileSync(join(reports, page), fileOf(`${name}-ja`))
}

beforeAll(async () => {
  cwd = folder()
  await sold('hostile', HOSTILE_NAMES)
  await sold(
    'long',
    Array.from({ length: 60 }, (_, index) => `山田 花子${index}`),
  )
  const report = ['report', '--from', '7d', '--format', 'html', '--out', 'report-ja.html']
  expect(await run(cwd, report, { ...EMBEDDED, PAYGENT_DB: 'long.db' })).toMatchObject({ code: 0, stdout: '' })
  samplePages()
  await slept('night', HOSTILE_NAMES)
})

const PAGES = ['hostile-ja', 'hostile-en', 'long-ja', 'report-ja', 'month-ja', 'month-en', 'night-ja'] as const

const LOOKS = [
  [360, 'light'],
  [800, 'light'],
  [1400, 'dark'],
] as const

describe.skipIf(noChromium).each(PAGES)('the page %s', (name) => {
  let shown: Opened
  beforeAll(async () => {
    shown = await opened(fileOf(name))
  })
  afterAll(() => shown?.page.context().close())

  it('shows itself and does nothing else', async () => {
    const { page, noise } = shown
    expect(await activeElements(page)).toEqual([])
    expect(await page.title()).toMatch(
      /^(【シミュレーター】一括売上処理|\[simulator .*\] Bulk sale|売上レポート|Sales report|【シミュレーター】夜間処理)/,
    )
    expect(await page.getByRole('heading', { level: 1 }).allInnerTexts()).toEqual([await page.title()])
    expect((await page.innerText('body')).replaceAll('\n', '').replaceAll('\t', '')).not.toMatch(HIDDEN)
    expect(await page.evaluate('document.documentElement.lang')).toBe(name.slice(-2))
    expect(noise).toEqual([])
  })

  it.each(LOOKS)('is readable at %i pixels, %s', async (width, colorScheme) => {
    const { page } = shown
    await page.setViewportSize({ width, height: 800 })
    await page.emulateMedia({ colorScheme })
    expect(await overflowOf(page)).toEqual({ pixels: 0, beyond: [] })
    expect(await axeFindings(page)).toEqual([])
  })

  it('is A4 on paper, and nothing is cut off', async () => {
    const { page } = shown
    const pages = await pdfPages(page)
    expect(pages.length).toBeGreaterThan(name === 'long-ja' ? 1 : 0)
    for (const { width, height } of pages) expect([Math.round(width), Math.round(height)]).toEqual([595, 842])
    // A4 less its margins, printed by a reader who has it dark.
    await page.setViewportSize({ width: 703, height: 1000 })
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' })
    expect(await overflowOf(page)).toEqual({ pixels: 0, beyond: [] })
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(255, 255, 255)')
  })
})

describe.skipIf(noChromium)('the names', () => {
  it('stand on the page as they were written, with what is hidden written out', async () => {
    const { page } = await opened(fileOf('hostile-ja'))
    const cells = await page.getByRole('cell').allInnerTexts()
    for (const name of HOSTILE_NAMES.slice(0, 7)) expect(cells).toContain(name)
    expect(cells).toContain('佐藤\\u{202E}誤表示\\u{2066}\\u{200B}')
    await page.context().close()
  })

  it('have glyphs', async ({ skip }) => {
    const { page } = await opened(fileOf('long-ja'))
    const drawn = await hasGlyphs(page, '売上山田花子')
    skip(!drawn && process.env['PAYGENT_TEST_SERVERS'] !== 'required', 'no font has them: install fonts-noto-cjk')
    expect(drawn).toBe(true)
    expect(await hasGlyphs(page, '売\u{10FFFC}')).toBe(false)
    await page.context().close()
  })
})

describe.skipIf(noChromium)('a phone', () => {
  it('shows each order as a card, and a screen reader still tells rows and headings', async () => {
    const { page } = await opened(fileOf('long-ja'))
    await page.setViewportSize({ width: 360, height: 800 })
    const table = page.getByRole('table')
    expect(await table.getByRole('row').count()).toBe(61)
    expect(await table.getByRole('columnheader').allTextContents()).toContain('受注番号')
    const [first, second] = await table.getByRole('row').nth(1).getByRole('cell').all()
    const [above, below] = [await first?.boundingBox(), await second?.boundingBox()]
    expect(above?.x).toBe(below?.x)
    await page.context().close()
  })
})

describe.skipIf(noChromium)('a chart', () => {
  it('draws each sum as high as it is, against the highest column', async () => {
    const { page } = await opened(fileOf('month-ja'))
    const drawn: [string, number][] = await page.evaluate(`(() => {
      const heightOf = (each) => each.getBoundingClientRect().height
      return [...document.querySelectorAll('.chart')[0].querySelectorAll('tbody td')].map((cell) => [
        cell.textContent,
        heightOf(cell) / heightOf(cell.parentElement),
      ])
    })()`)
    const sums = drawn.map(([text]) => Number(text.replace(/\D/g, '')))
    expect(sums.filter((one) => one > 0)).toEqual([2500, 1000, 500, 1000])
    // The highest column is the card's and docomo's of the 2nd.
    for (const [text, height] of drawn) expect(height).toBeCloseTo(Number(text.replace(/\D/g, '')) / 3500, 2)
    await page.context().close()
  })
})

const PICTURES = join(import.meta.dirname, '../../docs/pictures')

/** A shop's month, and a run with an order of each outcome, at a desk and on a phone. */
function pagesOfGuide() {
  const report = monthReport()
  const run = { id: 7, operation: 'sale', environment: 'simulator', state: 'completed' } as const
  const times = { startedAt: '2026-11-29T19:30:00+09:00', endedAt: '2026-11-29T19:30:09+09:00' }
  const view = { run: { ...run, ...times }, items: everyOutcome(), rules: rules() }
  const month = pageOf((on) => reportText(report, 'simulator', on), { lang: 'ja' }, report.madeAt, {
    charts: reportCharts(report, 'ja'),
  })
  const result = pageOf((on) => resultText(view, on), { lang: 'ja' }, report.madeAt)
  return [
    { name: 'report.png', html: month, width: 800, height: 1000, colorScheme: 'light' },
    { name: 'run.png', html: result, width: 800, height: 720, colorScheme: 'light' },
    { name: 'phone.png', html: result, width: 360, height: 640, colorScheme: 'dark' },
  ] as const
}

describe.skipIf(noChromium)('the pictures of the guide', () => {
  it.each(pagesOfGuide())('$name: UPDATE_SCREENS=1 takes it anew', async ({ name, html, colorScheme, ...size }) => {
    const path = join(PICTURES, name)
    if (process.env['UPDATE_SCREENS'] !== undefined) {
      writeFileSync(fileOf('picture'), html)
      const { page } = await opened(fileOf('picture'))
      await page.setViewportSize(size)
      await page.emulateMedia({ colorScheme })
      await page.screenshot({ path })
      await page.context().close()
    }
    const picture = readFileSync(path)
    expect(picture.subarray(1, 4).toString()).toBe('PNG')
    expect([picture.readUInt32BE(16), picture.readUInt32BE(20)]).toEqual([size.width, size.height])
    expect(picture.length).toBeLessThan(200_000)
  })
})

describe.skipIf(noChromium)('the policy of the page', () => {
  it('forbids what an escape would let in: no script, style, picture or form', async () => {
    const asked: string[] = []
    const server = createServer(({ url = '' }, answer) => {
      asked.push(url)
      answer.end()
    })
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
    atEnd(() => void server.close())
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const attack = `<script>document.title = 'ran'</script><script src="${origin}/script.js"></script>
      <img src="${origin}/image.png" onerror="document.title = 'ran'"><link rel="stylesheet" href="${origin}/style.css">
      <style>h1 { display: none }</style><p id="styled" style="color: rgb(1, 2, 3)">x</p>
      <iframe src="${origin}/frame"></iframe><form id="form" action="${origin}/form"></form>`
    writeFileSync(fileOf('attacked'), readFileSync(fileOf('long-ja'), 'utf8').replace('<main>', `<main>${attack}`))
    const { page, noise } = await opened(fileOf('attacked'))
    expect(await page.title()).toContain('一括売上処理')
    expect(await page.locator('h1').isVisible()).toBe(true)
    expect(await page.evaluate(`getComputedStyle(document.querySelector('#styled')).color`)).not.toBe('rgb(1, 2, 3)')
    await page.evaluate(`document.querySelector('#form').submit()`)
    await expect.poll(() => noise.join('\n')).toMatch(/form-action/)
    expect(asked).toEqual([])
    await page.context().close()
  })
})

describe('the file', () => {
  it('is for its user alone, refers to nothing, and is never written over', async () => {
    const text = readFileSync(fileOf('hostile-ja'), 'utf8')
    expect(statSync(fileOf('hostile-ja')).mode & 0o777).toBe(0o600)
    expect(text.split('<body>')[0]).not.toMatch(/https?:|url\(|@import|src=|href=/)
    const again = ['runs', 'show', '1', '--format', 'html', '--out', 'hostile-ja.html']
    const { code, stderr } = await run(cwd, again, { ...EMBEDDED, PAYGENT_DB: 'hostile.db' })
    expect([code, stderr]).toEqual([2, expect.stringContaining('上書きしていません')])
    expect(readFileSync(fileOf('hostile-ja'), 'utf8')).toBe(text)
  })

  it('without a name goes to stdout', async () => {
    const { code, stdout } = await run(cwd, ['runs', 'show', '1', '--format', 'html'], {
      ...EMBEDDED,
      PAYGENT_DB: 'hostile.db',
    })
    expect([code, stdout.slice(0, 15)]).toEqual([0, '<!doctype html>'])
  })

  it.each(['json', 'csv', 'table'])('holds %s where that is asked for', async (format) => {
    const env = { ...EMBEDDED, PAYGENT_DB: 'hostile.db' }
    const show = ['runs', 'show', '1', '--format', format]
    expect(await run(cwd, [...show, '--out', `out.${format}`], env)).toMatchObject({ code: 0, stdout: '' })
    expect(readFileSync(join(cwd, `out.${format}`), 'utf8')).toBe((await run(cwd, show, env)).stdout)
  })
})

it.each(['orders', 'status', 'runs', 'bulk-sale --all'])('%s has no page: exit 2', async (command) => {
  const { code, stderr } = await run(cwd, [...command.split(' '), '--format', 'html'], EMBEDDED)
  expect([code, stderr]).toEqual([2, expect.stringMatching(/--format の値「html」/)])
})

it.skipIf(!noChromium)('chromium is missing: nothing has looked at the pages', (context) => context.skip())
