// The try-out: the manual's four orders, a mirror of them, and the sale of 852 and 853 on the embedded simulator.
// It types what staff would type and shows what they would see.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { environmentWithoutSettings } from './context.js'

const program = fileURLToPath(new URL('../../bin/paygent.js', import.meta.url))
const orders = fileURLToPath(new URL('../../fixtures/manual-orders.csv', import.meta.url))

/** Runs one command in the folder and stops the demo where it fails. */
function type(folder: string, args: readonly string[], shown = args): void {
  process.stdout.write(`\n$ paygent ${shown.join(' ')}\n`)
  const { status, error } = spawnSync(process.execPath, ['--', program, ...args], {
    cwd: folder,
    // Settings of the shell would win over the demo's own, and might name a real shop.
    env: environmentWithoutSettings(),
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  if (error) throw error
  if (status !== 0) process.exit(status ?? 1)
}

const folder = mkdtempSync(join(tmpdir(), 'paygent-demo-'))
const settings = ['PAYGENT_ENVIRONMENT=simulator', 'PAYGENT_DB=paygent.db', 'PAYGENT_STATE_DIR=state', '']
writeFileSync(join(folder, '.env'), settings.join('\n'), { mode: 0o600 })
type(folder, ['import', orders], ['import', 'fixtures/manual-orders.csv'])
type(folder, ['orders'])
type(folder, ['bulk-sale', '--orders', '852,853', '--yes'])
type(folder, ['orders'])
process.stdout.write(`\n→ ${folder}\n`)
