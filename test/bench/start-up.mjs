// The time that a command takes from its start to its end, over a Node that does nothing.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { line, median, number, title } from './figures.mjs'
import { makeMirror } from './mirror.mjs'

const RUNS = 21
const ORDERS = 1_000
const PROGRAM = fileURLToPath(new URL('../../bin/paygent.js', import.meta.url))
const paygent = (...args) => ['--', PROGRAM, ...args]
const COMMANDS = {
  'node -e 0': ['-e', '0'],
  '--version': paygent('--version'),
  '--help': paygent('--help'),
  'usage error': paygent('order'),
  [`orders, ${ORDERS} in the mirror`]: paygent('orders'),
  'bulk-sale --all --dry-run': paygent('bulk-sale', '--all', '--dry-run'),
}

export async function startUp() {
  const cwd = mkdtempSync(join(tmpdir(), 'paygent-bench-'))
  try {
    await makeMirror(join(cwd, 'paygent.db'), ORDERS)
    measure(cwd)
  } finally {
    rmSync(cwd, { recursive: true, force: true })
  }
}

function measure(cwd) {
  const env = {
    PATH: process.env.PATH,
    PAYGENT_ENVIRONMENT: 'simulator',
    PAYGENT_DB: 'paygent.db',
    PAYGENT_STATE_DIR: cwd,
  }
  const wall = Object.fromEntries(Object.keys(COMMANDS).map((name) => [name, []]))
  for (let run = 0; run < RUNS; run += 1) {
    for (const [name, args] of Object.entries(COMMANDS)) {
      const start = performance.now()
      spawnSync(process.execPath, args, { cwd, env, stdio: 'ignore' })
      wall[name].push(performance.now() - start)
    }
  }
  title(`Start to end, median of ${RUNS} runs in turns`)
  const bare = median(wall['node -e 0'])
  for (const [name, times] of Object.entries(wall)) {
    const ms = median(times)
    line(`${number(ms)} ms`, `${number(ms - bare)} over bare node`, `${number(ms / bare, 2, 6)} ×`, name)
  }
}
