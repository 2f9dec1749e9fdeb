// The try-out: the manual's four orders, a mirror of them, and the sale of 852 and 853 on the embedded simulator.
// It types what staff would type and shows what they would see.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const program = fileURLToPath(new URL('../../bin/paygent.js', import.meta.url))
const orders = fileURLToPath(new URL('../../fixtures/manual-orders.csv', import.meta.url))

/** Runs one command in the folder and stops the demo where it fails. */
function type(folder: string, args: readonly string[], shown = args): void {
  process.stdout.write(`\n$ paygent ${shown.join(' ')}\n`)
  const { status, error } = spawnSync(process.execPath, ['--', program, ...args], {
    cwd: folder,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  if (error) throw error
  if (status !== 0) process.exit(status ?? 1)
}

const folder = mkdtempSync(join(tmpdir(), 'paygent-demo-'))
writeFileSync(join(folder, '.env'), 'PAYGENT_ENVIRONMENT=simulator\nPAYGENT_DB=paygent.db\n', { mode: 0o600 })
type(folder, ['import', orders], ['import', 'fixtures/manual-orders.csv'])
type(folder, ['orders'])
type(folder, ['bulk-sale', '--orders', '852,853', '--yes'])
type(folder, ['orders'])
process.stdout.write(`\n→ ${folder}\n`)
