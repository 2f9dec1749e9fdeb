// `npm run bench [part …]`: what the program costs, each figure beside a bare one of the same run. Judges nothing.
// Parts: order, start, simulator (these three by default), felt (whole commands over slow wires), scale (makes a million
// orders), report (makes a year of sales) and long (20,000 sends).
import { felt } from './felt.mjs'
import { longBatch, orders } from './orders.mjs'
import { report } from './report.mjs'
import { scale } from './scale.mjs'
import { simulator } from './simulator.mjs'
import { startUp } from './start-up.mjs'

const PARTS = { order: orders, start: startUp, simulator, felt, scale, report, long: longBatch }
const asked = process.argv.slice(2)
const unknown = asked.filter((part) => !(part in PARTS))
if (unknown.length > 0) {
  process.stderr.write(`no such part: ${unknown.join(', ')}; there are ${Object.keys(PARTS).join(', ')}\n`)
  process.exit(64)
}
for (const part of asked.length > 0 ? asked : ['order', 'start', 'simulator']) await PARTS[part]()
