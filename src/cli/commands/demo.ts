// `paygent demo`: imports the manual's four orders into a new folder and sells 852 and 853 on the embedded simulator.
// It runs the commands that staff would type and shows their screens. The orders are of June 2009; they are moved to the
// days before today, because an authorisation of 2009 could not be sold any more.
import { japanDate, systemClock } from '../../clock.js'
import { daysBetween } from '../../domain/age.js'
import { EXIT } from '../../errors.js'
import { demoEnd } from '../../ui/demo.js'
import { type Cli, type CommonOptions, environmentWithoutSettings } from '../context.js'
import { packageFile, readInput } from '../files.js'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const ORDERS = 'manual-orders.csv'

/** The day on which the orders of the fixtures are looked at: no authorisation has ended by then. */
export const DAY_OF_THE_ORDERS = '2009-07-03'

const DAY_MS = 24 * 60 * 60 * 1000

/**
 * The lines of an order CSV with every day in them moved.
 * @param csv with days as `YYYY/MM/DD`
 * @param today Japan date `YYYY-MM-DD`; the orders are as old on it as they are on their own day
 */
function movedTo(today: string, csv: string): string {
  const movedMs = daysBetween(DAY_OF_THE_ORDERS, today) * DAY_MS
  return csv.replace(/\d{4}\/\d\d\/\d\d/g, (day) =>
    new Date(Date.parse(`${day.replaceAll('/', '-')}T00:00:00Z`) + movedMs)
      .toISOString()
      .slice(0, 10)
      .replaceAll('-', '/'),
  )
}

const COMMANDS = [['import', ORDERS], ['orders'], ['bulk-sale', '--orders', '852,853', '--yes'], ['orders']] as const

const PAGES = { ja: 'docs/ja/setup.md', en: 'docs/guide.md' } as const

/**
 * Runs the commands in a new temporary folder, and removes it again unless `--keep` is given.
 * @returns the exit code of the first command that fails, else 0
 */
export function runDemo(options: CommonOptions & { readonly keep?: boolean }, { terminal, lang }: Cli): number {
  const cwd = mkdtempSync(join(tmpdir(), 'paygent-demo-'))
  const { keep = false } = options
  try {
    const code = playIn(cwd, options, terminal)
    if (code === EXIT.done) terminal.out(`\n${demoEnd(keep ? cwd : null, packageFile(PAGES[lang]), lang)}\n`)
    return code
  } finally {
    if (!keep) rmSync(cwd, { recursive: true, force: true })
  }
}

function playIn(cwd: string, { lang }: CommonOptions, terminal: Cli['terminal']): number {
  const settings = ['PAYGENT_ENVIRONMENT=simulator', 'PAYGENT_DB=paygent.db', 'PAYGENT_STATE_DIR=state', '']
  writeFileSync(join(cwd, '.env'), settings.join('\n'), { mode: 0o600 })
  const orders = readInput(packageFile(`fixtures/${ORDERS}`)).toString()
  writeFileSync(join(cwd, ORDERS), movedTo(japanDate(systemClock.nowMs()), orders))
  // Settings of the shell would win over the demo's own, and might name a real shop.
  const env = environmentWithoutSettings()
  for (const command of COMMANDS) {
    terminal.out(`\n$ paygent ${command.join(' ')}\n`)
    const chosen = lang === undefined ? [] : ['--lang', lang]
    const { status, error } = spawnSync(
      process.execPath,
      ['--', packageFile('bin/paygent.js'), ...command, ...chosen],
      {
        cwd,
        env,
        stdio: ['ignore', 'inherit', 'inherit'],
      },
    )
    if (error) throw error
    if (status !== 0) return status ?? EXIT.bug
  }
  return EXIT.done
}
