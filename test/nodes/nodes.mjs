// `npm run test:nodes [-- options]`: the program on each Node that it says it runs on, the oldest one to the minor.
//   --nodes 22.14.0,26.12.1   only these (any version that npm has)
//   --tests mirror,gateway    these folders of test/ on each Node but the checkout's own ('' for none; default: all units)
//   --times 20                how often the smoke runs: import, sale of 60 orders, night
import { execFile, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs, promisify } from 'node:util'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const PROGRAM = join(ROOT, 'bin/paygent.js')
const NODES = ['22.14.0', '22.23.5', '24.21.0', '26.12.1']
const UNITS = 'cli,config,domain,gateway,jobs,mirror,simulator,tidy,ui'
const ORDERS = 60

const { values: options } = parseArgs({
  options: {
    nodes: { type: 'string', default: NODES.join(',') },
    tests: { type: 'string', default: UNITS },
    times: { type: 'string', default: '20' },
  },
})

/** The binary of one version, from the package of it that needs no install script. */
function install(version) {
  const prefix = join(ROOT, 'build/nodes', version)
  const name = `node-${process.platform}-${process.arch}`
  const binary = join(prefix, 'node_modules', name, 'bin/node')
  if (!existsSync(binary)) {
    mkdirSync(prefix, { recursive: true })
    writeFileSync(join(prefix, 'package.json'), '{ "private": true }\n')
    const args = ['install', '--no-audit', '--no-fund', '--no-save', '--prefix', prefix, `${name}@${version}`]
    run('npm', args, { stdio: ['ignore', 'ignore', 'inherit'] })
  }
  return binary
}

function run(file, args, given = {}) {
  const { status, signal, error } = spawnSync(file, args, { cwd: ROOT, stdio: 'inherit', ...given })
  if (error) throw error
  if (status !== 0) throw new Error(`${file} ${args.join(' ')}: ${signal ?? status}`)
}

/** Fails with the program's stderr where its exit code is not 0. */
const runBeside = promisify(execFile)

function writeOrders(folder) {
  const today = new Date().toISOString().slice(0, 10)
  const rows = Array.from({ length: ORDERS }, (_, index) => {
    const id = 10_001 + index
    return `${id},${today} 10:00,credit,${100 + index},${today} 12:00,入金済み,${id},${id}900,20`
  })
  const header = 'order_id,ordered_at,method,total,shipped_at,order_status,trading_id,payment_id,payment_status'
  writeFileSync(join(folder, 'orders.csv'), [header, ...rows, ''].join('\n'))
}

/** The commands of a day. The night finds all sold, inquires about each and checks the trail. */
const COMMANDS = [
  ['import', 'orders.csv'],
  ['bulk-sale', '--orders', Array.from({ length: ORDERS }, (_, index) => 10_001 + index).join(','), '--yes'],
  ['nightly'],
  ['runs', '--verify'],
]

async function smoke(binary) {
  const folder = mkdtempSync(join(tmpdir(), 'paygent-nodes-'))
  const env = {
    PATH: process.env.PATH,
    XDG_CACHE_HOME: join(folder, 'cache'),
    PAYGENT_ENVIRONMENT: 'simulator',
    PAYGENT_DB: 'paygent.db',
    PAYGENT_STATE_DIR: 'state',
    PAYGENT_CUTOFF: '24:00',
  }
  try {
    writeOrders(folder)
    for (const args of COMMANDS) await runBeside(binary, ['--', PROGRAM, ...args], { cwd: folder, env })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const nodes = options.nodes.split(',').map((version) => ({ version, binary: install(version) }))
await Promise.all(
  nodes.map(async ({ version, binary }) => {
    for (let time = 0; time < Number(options.times); time += 1) await smoke(binary)
    process.stdout.write(`Node ${version}: ${options.times} times import, sale of ${ORDERS} orders, night: well\n`)
  }),
)

const folders = options.tests.split(',').filter((name) => name !== '')
for (const { version, binary } of nodes) {
  // On the checkout's own Node `npm test` runs them.
  if (folders.length === 0 || `v${version}` === process.version) continue
  const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs')
  const env = { ...process.env, PATH: [dirname(binary), process.env.PATH].join(delimiter) }
  const tests = folders.map((name) => `test/${name}/`)
  run(binary, [vitest, 'run', '--reporter=dot', ...tests], { env })
  process.stdout.write(`Node ${version}: tests of ${folders.join(', ')}: well\n`)
}
