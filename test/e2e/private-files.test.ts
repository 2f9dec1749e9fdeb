// Only its user can read the files that the program makes, whichever umask is set.
import { spawnSync } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { EMBEDDED, folder, OWN_STATE, PROGRAM, writeOrders } from './program.js'
import { orderRow } from './shop.js'

it('with umask 000 mirror, lock, log, state, backup, ledger and certificates are 0600', () => {
  const cwd = folder()
  const csv = writeOrders(cwd, [orderRow(1, 'au'), orderRow(2, 'credit')])
  const open = (...args: string[]): number | null => {
    const line = `umask 000; exec "$0" -- "$@"`
    const env = { PATH: process.env['PATH'], ...EMBEDDED, ...OWN_STATE(cwd) }
    return spawnSync('sh', ['-c', line, process.execPath, PROGRAM, ...args], { cwd, env }).status
  }
  expect(open('import', csv)).toBe(0)
  expect(open('bulk-sale', '--orders', '1', '--yes', '--verbose')).toBe(0)
  expect(open('backup', 'backup.db')).toBe(0)
  const made = readdirSync(cwd, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== 'orders.csv')
    .map((entry) => join(entry.parentPath, entry.name))
  const names = made.map((path) => path.slice(cwd.length + 1))
  expect(names).toEqual(expect.arrayContaining(['paygent.db', 'paygent.db.lock', 'paygent.log', 'backup.db']))
  expect(names.filter((name) => name.endsWith('.json'))).toHaveLength(1)
  for (const path of made) expect([path, statSync(path).mode & 0o777]).toEqual([path, 0o600])
})
