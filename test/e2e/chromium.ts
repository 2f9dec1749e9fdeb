// Opens pages in a real Chromium (Debian's) as a reader does: at a phone's width and a desk's, in the dark, and on paper.
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll } from 'vitest'

const PROGRAMS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
const program = PROGRAMS.find((path) => existsSync(path))

/** Where pages must be looked at, a missing Chromium is a failure and no reason to skip. */
export const noChromium = program === undefined && process.env['PAYGENT_TEST_SERVERS'] !== 'required'

let browser: Browser | null = null
afterAll(() => browser?.close())

/** One browser for all tests of a file: its start takes longer than they do. */
export async function chromiumBrowser(): Promise<Browser> {
  if (program === undefined) throw new Error('install chromium (Debian: apt-get install chromium fonts-noto-cjk)')
  browser ??= await chromium.launch({ executablePath: program })
  return browser
}

/** A page with all that it did beside showing itself. */
export interface Opened {
  readonly page: Page
  /** Messages of the console, errors of scripts, dialogs, and every request but that for the file itself. */
  readonly noise: readonly string[]
}

/** Opens the file. A script may run: only the page itself keeps it from running. */
export async function opened(file: string): Promise<Opened> {
  const address = pathToFileURL(file).href
  const context = await (await chromiumBrowser()).newContext()
  const page = await context.newPage()
  const noise: string[] = []
  page.on('console', (message) => noise.push(`${message.type()}: ${message.text()}`))
  page.on('pageerror', ({ message }) => noise.push(`error: ${message}`))
  page.on('dialog', (dialog) => {
    noise.push(`dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  page.on('request', (request) => {
    if (request.url() !== address) noise.push(`request: ${request.url()}`)
  })
  await page.goto(address)
  return { page, noise }
}

/** The tags of elements that reach beyond the right edge of the window, and the window's own overflow in pixels. */
export const overflowOf = (page: Page): Promise<{ pixels: number; beyond: string[] }> =>
  page.evaluate(`(() => {
    const root = document.documentElement
    const beyond = [...document.body.querySelectorAll('*')].filter((each) => {
      const { right, width } = each.getBoundingClientRect()
      return width > 1 && right > root.clientWidth + 0.5
    })
    return { pixels: root.scrollWidth - root.clientWidth, beyond: beyond.map((each) => each.tagName + '.' + each.className) }
  })()`)

/** Elements that can run something, ask for something or be clicked. */
export const activeElements = (page: Page): Promise<string[]> =>
  page.evaluate(`[...document.querySelectorAll(
    'script, img, svg, iframe, object, embed, link, form, input, button, a, base, video, audio, [onerror], [onload], [style]',
  )].map((each) => each.outerHTML)`)

/**
 * True where the font draws each character, and differently from a character that no font has.
 * @param text characters that differ from one another
 */
export const hasGlyphs = (page: Page, text: string): Promise<boolean> =>
  page.evaluate(`(() => {
    const font = getComputedStyle(document.querySelector('h1')).fontFamily
    const drawn = [...${JSON.stringify(text)}, '\\u{10FFFD}'].map((character) => {
      const canvas = document.createElement('canvas')
      canvas.width = canvas.height = 64
      const pen = canvas.getContext('2d')
      pen.font = '48px ' + font
      pen.fillText(character, 4, 52)
      return canvas.toDataURL()
    })
    return new Set(drawn).size === drawn.length
  })()`)

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** The findings of axe-core on the page, each with the elements that it is about. */
export async function axeFindings(page: Page): Promise<string[]> {
  await page.evaluate(AXE)
  return page.evaluate(`axe.run({ resultTypes: ['violations'] }).then(({ violations }) =>
    violations.map(({ impact, id, nodes }) => impact + ' ' + id + ': ' + nodes.map(({ html }) => html).join(' ')),
  )`)
}

/** The sizes of a PDF's pages in points. */
export async function pdfPages(page: Page): Promise<{ width: number; height: number }[]> {
  const pdf = (await page.pdf({ preferCSSPageSize: true, printBackground: true })).toString('latin1')
  const boxes = pdf.matchAll(/\/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]/g)
  return [...boxes].map(([, width, height]) => ({ width: Number(width), height: Number(height) }))
}
