// `npm run bench`: what one order of a batch costs, side by side in one run. Prints ratios; judges nothing.
import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const COUNT = Number(process.argv[2] ?? 600)
/** The first orders of each run warm up and are left out. */
const WARM_UP = 100
const ROUNDS = 3
const NAMES = {
  limit: 'bare keep-alive loop + one synced commit (the limit)',
  paygent: 'paygent: plan, journal, send, book',
  connectionEach: 'a new TLS connection for each telegram, no journal',
}

const script = (name) => fileURLToPath(new URL(name, import.meta.url))
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

const served = fork(script('server.mjs'))
const server = await new Promise((resolve) => served.once('message', resolve))
const runs = { limit: [], paygent: [], connectionEach: [] }

for (let round = 0; round < ROUNDS; round += 1) {
  for (const way of Object.keys(runs)) {
    const child = fork(script('way.mjs'))
    child.send({ way, server, count: COUNT + WARM_UP })
    const times = await new Promise((resolve, reject) => {
      child.once('message', resolve)
      child.once('exit', () => reject(new Error(`${way} ended without a result`)))
    })
    runs[way].push(median(times.slice(WARM_UP)))
  }
}
served.disconnect()

const figures = Object.entries(runs).map(([way, medians]) => [way, median(medians)])
const limit = figures.find(([way]) => way === 'limit')[1]
process.stdout.write(`${COUNT} orders, ${ROUNDS} rounds in turns, median per order\n`)
for (const [way, ms] of figures) {
  process.stdout.write(
    `${ms.toFixed(2).padStart(8)} ms  ${(ms / limit).toFixed(2).padStart(6)} × limit  ${NAMES[way]}\n`,
  )
}
