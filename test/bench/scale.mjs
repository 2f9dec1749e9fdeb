// How the screens and the bulk of the work grow with the mirror.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { line, median, number, title } from './figures.mjs'
import { makeMirror, ordersCsv } from './mirror.mjs'

const SIZES = [1_000, 100_000, 1_000_000]
const RUNS = 5
const BULK = 100_000
const PROGRAM = fileURLToPath(new URL('../../bin/paygent.js', import.meta.url))
const MEASURED = fileURLToPath(new URL('measured.mjs', import.meta.url))

/** Numbers in the middle, so that neither end of an index helps. */
const SCREENS = {
  'first page': () => ['orders'],
  'orders --for sale': () => ['orders', '--for', 'sale'],
  'search by name': () => ['orders', '--search', '佐藤 花子'],
  'search, few found': () => ['orders', '--search', '特別'],
  'search, none found': () => ['orders', '--search', 'どこにもない'],
  show: (count) => ['show', String(count / 2 + 1)],
  'first screen': () => [],
}

/** Runs a command with the probe that tells its milliseconds and its memory at most. */
export function run(cwd, args) {
  const env = {
    PATH: process.env.PATH,
    PAYGENT_ENVIRONMENT: 'simulator',
    PAYGENT_DB: 'paygent.db',
    PAYGENT_STATE_DIR: cwd,
  }
  const start = performance.now()
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', MEASURED, '--', PROGRAM, ...args], {
    cwd,
    env,
    maxBuffer: 1e9,
  })
  const ms = performance.now() - start
  if (status !== 0 && status !== 1) throw new Error(`${args.join(' ')}: ${status} ${stderr}`)
  const maxBytes = Number(/^max-rss (\d+)$/m.exec(String(stderr))?.[1] ?? Number.NaN)
  return { ms, maxBytes, stdout }
}

const inFolder = async (work) => {
  const cwd = mkdtempSync(join(tmpdir(), 'paygent-bench-'))
  try {
    return await work(cwd)
  } finally {
    rmSync(cwd, { recursive: true, force: true })
  }
}

export async function scale() {
  await inFolder(screens)
  await inFolder(bulk)
}

async function screens(root) {
  const folders = SIZES.map((size) => join(root, String(size)))
  for (const [index, size] of SIZES.entries()) {
    const { mkdirSync } = await import('node:fs')
    mkdirSync(folders[index])
    await makeMirror(join(folders[index], 'paygent.db'), size)
  }
  title(`Screens, median of ${RUNS} runs in turns: ms at ${SIZES.join(', ')} orders, and times the first`)
  for (const [name, argsOf] of Object.entries(SCREENS)) {
    const times = SIZES.map(() => [])
    for (let turn = 0; turn < RUNS; turn += 1) {
      for (const [index, size] of SIZES.entries()) times[index].push(run(folders[index], argsOf(size)).ms)
    }
    const medians = times.map(median)
    line(...medians.map((ms) => number(ms, 0)), ...medians.map((ms) => `${number(ms / medians[0], 2, 6)} ×`), name)
  }
}

async function bulk(cwd) {
  writeFileSync(join(cwd, 'orders.csv'), ordersCsv(1, BULK))
  title(`In bulk, ${BULK} orders: s, and MB at most`)
  const rest = run(cwd, ['--version']).maxBytes
  const tell = (name, { ms, maxBytes }) =>
    line(
      `${number(ms / 1000, 2)} s`,
      `${number(maxBytes / 1e6, 0)} MB`,
      `${number((maxBytes - rest) / 1e6, 0)} over start`,
      name,
    )
  tell('import', run(cwd, ['import', 'orders.csv']))
  tell('import of what is there already', run(cwd, ['import', 'orders.csv']))
  tell('export', run(cwd, ['export']))
  tell('bulk-sale --all --dry-run --format json', run(cwd, ['bulk-sale', '--all', '--dry-run', '--format', 'json']))
  const { once } = await import('./figures.mjs')
  const plan = await once('planning.mjs', { count: BULK })
  line(
    `${number(plan.ms / 1000, 2)} s`,
    `${number(plan.bytes / 1e6, 0)} MB over start`,
    'planning alone, every order permitted',
  )
}
