// `paygent demo`: imports the manual's four orders into a new folder and sells 852 and 853 on the embedded simulator.
// It runs the commands that staff would type and shows their screens.
import { EXIT } from '../../errors.js'
import { type Cli, type CommonOptions, environmentWithoutSettings } from '../context.js'
import { packageFile } from '../files.js'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const COMMANDS = [
  ['import', 'fixtures/manual-orders.csv'],
  ['orders'],
  ['bulk-sale', '--orders', '852,853', '--yes'],
  ['orders'],
] as const

/**
 * Runs the commands in a new temporary folder and leaves it for further tries.
 * @returns the exit code of the first command that fails, else 0
 */
export function runDemo({ lang }: CommonOptions, { terminal }: Cli): number {
  const cwd = mkdtempSync(join(tmpdir(), 'paygent-demo-'))
  const settings = ['PAYGENT_ENVIRONMENT=simulator', 'PAYGENT_DB=paygent.db', 'PAYGENT_STATE_DIR=state', '']
  writeFileSync(join(cwd, '.env'), settings.join('\n'), { mode: 0o600 })
  // Settings of the shell would win over the demo's own, and might name a real shop.
  const env = environmentWithoutSettings()
  for (const command of COMMANDS) {
    terminal.out(`\n$ paygent ${command.join(' ')}\n`)
    const args = command.map((arg) => (arg.startsWith('fixtures/') ? packageFile(arg) : arg))
    const chosen = lang === undefined ? [] : ['--lang', lang]
    const { status, error } = spawnSync(process.execPath, ['--', packageFile('bin/paygent.js'), ...args, ...chosen], {
      cwd,
      env,
      stdio: ['ignore', 'inherit', 'inherit'],
    })
    if (error) throw error
    if (status !== 0) return status ?? EXIT.bug
  }
  terminal.out(`\n→ ${cwd}\n`)
  return EXIT.done
}
