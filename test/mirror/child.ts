// Runs one action of another process on a mirror: `<mirror> lock` or `<mirror> prepare`. Then it waits to be killed.
import { FixedClock } from '../../src/clock.js'
import type { Step } from '../../src/domain/run.js'
import { openMirror } from '../../src/mirror/open.js'

const [path = '', deed = '', step = ''] = process.argv.slice(2)
const mirror = openMirror(path, {
  mode: 'write',
  stamp: { environment: 'simulator', merchantId: '12345' },
  clock: new FixedClock(Date.parse('2026-11-23T12:00:00+09:00')),
  identity: { osUser: 'child', sudoUser: null, host: 'shop-1', version: '0.1.0', pid: process.pid },
  stateDir: `${path}.state`,
})
process.stdout.write(mirror.lock.acquire('sale') ? 'held\n' : 'busy\n')
if (deed === 'prepare') {
  const only = JSON.parse(step) as Step
  const runId = mirror.journal.beginRun({ asked: only.asked, steps: [only], refused: [], startedMs: 0 })
  const { type } = mirror.journal.advance(runId, null, only, 0)
  process.stdout.write(`${type}\n`)
}
// Holds the mirror: a lock whose handle nobody holds any more is given back by the garbage collector.
setInterval(() => void mirror.lock.held, 60_000)
