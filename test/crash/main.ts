// Runs `npm run crash-test [-- --kills <n> --seed <n>]`.
import { parseArgs } from 'node:util'
import { missedPhases, reportOf } from './report.js'
import { sweep } from './sweep.js'

/** From so many kills on every phase must have been hit: with fewer, chance may leave one out. */
const ENOUGH = 60

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '200' },
    seed: { type: 'string', default: String(process.pid) },
    lanes: { type: 'string', default: '2' },
  },
})
const wholeOf = (name: keyof typeof values): number => {
  const value = Number(values[name])
  if (!Number.isInteger(value) || value < 1) throw new Error(`--${name} takes a whole number from 1`)
  return value
}

const [kills, seed, lanes] = [wholeOf('kills'), wholeOf('seed'), wholeOf('lanes')]
process.stdout.write(`seed ${seed}, ${kills} kills\n`)
let done = 0
const onKill = (): void => {
  done += 1
  if (done % 20 === 0) process.stderr.write(`${done} of ${kills}\n`)
}
const startedMs = performance.now()
const swept = await sweep({ seed, kills, lanes, onKill })
const missed = kills < ENOUGH ? [] : missedPhases(swept)
process.stdout.write(reportOf(swept, seed, (performance.now() - startedMs) / 1000))
for (const phase of missed) process.stdout.write(`NEVER HIT ${phase}\n`)
const ok = swept.differences.length === 0 && missed.length === 0 && swept.kills.length >= kills
process.exitCode = ok ? 0 : 1
