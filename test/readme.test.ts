// The screens in README.md and docs/guide.md are the program's own output. The screens of a page are produced in their
// order, on the embedded simulator with the orders of a desk in every state. UPDATE_SCREENS=1 writes them into the page.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { cannotSetClock, fillDesk, MANUAL_DAY } from './e2e/manual-days.js'
import { EMBEDDED, folder, run } from './e2e/program.js'
import { KEYS, openTerminal } from './e2e/virtual-terminal.js'
import { expectFits } from './ui/screens.js'

const at = (page: string): string => fileURLToPath(new URL(`../${page}`, import.meta.url))
const README = at('README.md')
const MARK = '<!-- screen: '
/** `<!-- screen: paygent show 853, 80 -->` and the block below it. */
const BLOCK = /(<!-- screen: paygent (.+), (\d+) -->\n```\n)(|[^]*?\n)(?=```\n)/g
const ENV = { ...EMBEDDED, ...MANUAL_DAY }
/** In the place of the test's folder. */
const SHOP_FOLDER = '/var/lib/paygent/shop'
const QUESTION = '(y/N)'
const CLOSE = '結果を確認したら Enter'
const PICKER = 'Esc: 中止'

/**
 * Types the command, says yes, closes the result, and gives what then stands on the screen. A list to pick from is left
 * by Esc.
 */
async function screenOf(cwd: string, command: string, columns: number): Promise<string> {
  const terminal = openTerminal(cwd, command.split(' '), { columns, rows: 100, env: ENV })
  let over = false
  const ended = terminal.exit.then(() => (over = true))
  const shows = (text: string): Promise<unknown> => Promise.race([terminal.shows(text).catch(() => undefined), ended])
  if (/^bulk-[a-z]+$/.test(command)) {
    const list = await terminal.shows(PICKER)
    terminal.type(KEYS.escape)
    expect(await terminal.exit).toBe(6)
    return `$ paygent ${command}\n${list}`
  }
  await shows(QUESTION)
  if (!over) terminal.type(`y${KEYS.enter}`)
  await shows(CLOSE)
  if (!over) terminal.type(KEYS.enter)
  expect(await terminal.exit, terminal.screen()).toBe(0)
  // The folder of a test has another name each time.
  return `$ paygent ${command}\n${terminal.screen().replaceAll(cwd, SHOP_FOLDER)}`
}

it.skipIf(cannotSetClock).each([
  ['README.md', 1],
  ['README.ja.md', 1],
  ['docs/guide.md', 6],
  ['docs/ja/screens.md', 9],
] as const)('%s shows what the program shows', async (name, least) => {
  const page = at(name)
  const cwd = folder()
  await fillDesk(cwd, ENV)
  const before = readFileSync(page, 'utf8')
  const blocks = [...before.matchAll(BLOCK)]
  expect(blocks.length).toBeGreaterThanOrEqual(least)
  expect(blocks).toHaveLength(before.split(MARK).length - 1)
  const screens: string[] = []
  for (const [, , command = '', columns] of blocks) {
    const screen = await screenOf(cwd, command, Number(columns))
    expectFits(screen, Number(columns))
    screens.push(screen)
  }
  const made = screens.values()
  const anew = before.replace(BLOCK, (_block, head: string) => `${head}${made.next().value ?? ''}\n`)
  if (process.env['UPDATE_SCREENS'] === '1') writeFileSync(page, anew)
  expect(readFileSync(page, 'utf8')).toBe(anew)
})

it('README.md stays within 150 lines', () => {
  expect(readFileSync(README, 'utf8').trimEnd().split('\n').length).toBeLessThanOrEqual(150)
})

it('has every command in its table', async () => {
  const { stdout } = await run(folder(), ['help', '--lang', 'en'])
  const commands = [...stdout.matchAll(/^ {2}([a-z][a-z-]+)\b/gm)].map(([, name]) => name ?? '')
  expect(commands).toContain('bulk-sale')
  const table = readFileSync(README, 'utf8').split('## Commands')[1]?.split('\n##')[0] ?? ''
  const missing = commands.filter(
    (name) => !['help', 'paygent'].includes(name) && !new RegExp(`\`paygent ${name}\\b`).test(table),
  )
  expect(missing).toEqual([])
})
