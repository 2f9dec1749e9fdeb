// npm run mutate [area ...]: changes the sources in small ways, one at a time, and looks whether a test goes red.
// Each area has to reach the score by itself, so that a well tested one cannot make up for another.
import { Stryker } from '@stryker-mutator/core'
import { existsSync } from 'node:fs'

const SCORE = 90

/** The files that are changed, and the folder whose tests have to notice. */
const AREAS = {
  domain: { mutate: ['src/domain/**/*.ts'], tests: 'test/domain' },
  gateway: { mutate: ['src/gateway/{codec,reply}.ts'], tests: 'test/gateway' },
  batch: { mutate: ['src/attempts/*.ts', 'src/batch/*.ts'], tests: 'test/jobs' },
  reconcile: { mutate: ['src/jobs/reconcile/**/*.ts'], tests: 'test/jobs' },
  settle: { mutate: ['src/jobs/settle.ts'], tests: 'test/jobs' },
  sync: { mutate: ['src/jobs/sync/**/*.ts'], tests: 'test/jobs' },
  shop: { mutate: ['src/jobs/{pull,push}.ts'], tests: 'test/jobs' },
  nightly: { mutate: ['src/jobs/nightly/**/*.ts'], tests: 'test/jobs' },
  doctor: { mutate: ['src/jobs/doctor/**/*.ts'], tests: 'test/jobs' },
}

const chosen = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(AREAS)
const unknown = chosen.filter((name) => !Object.hasOwn(AREAS, name))
if (unknown.length > 0) {
  process.stderr.write(`No such area: ${unknown.join(', ')}. There are ${Object.keys(AREAS).join(', ')}.\n`)
  process.exit(2)
}

// The tests make thousands of mirrors, whose every write waits for the disk: in memory it need not.
const MEMORY = '/dev/shm'
if (process.env.TMPDIR === undefined && existsSync(MEMORY)) process.env.TMPDIR = MEMORY

const onTerminal = process.stdout.isTTY === true

const optionsOf = (name) => ({
  mutate: AREAS[name].mutate,
  testRunner: 'vitest',
  vitest: { configFile: 'test/mutation/vitest.config.ts', dir: AREAS[name].tests },
  coverageAnalysis: 'perTest',
  concurrency: 2,
  timeoutMS: 60000,
  tempDirName: `.mutation/${name}`,
  ignorePatterns: ['.mutation', 'dist', '*.db*', '*.log'],
  reporters: ['clear-text', 'json', onTerminal ? 'progress' : 'progress-append-only'],
  clearTextReporter: { logTests: false, reportTests: false, allowColor: onTerminal },
  allowConsoleColors: onTerminal,
  jsonReporter: { fileName: `.mutation/${name}.json` },
  thresholds: { high: 95, low: SCORE, break: SCORE },
  allowEmpty: false,
})

// One after another. Stryker sets the exit code when an area stays below its score.
for (const name of chosen) {
  const begin = performance.now()
  process.stdout.write(`\n== ${name}\n`)
  await new Stryker(optionsOf(name)).runMutationTest()
  process.stdout.write(`${name} took ${Math.round((performance.now() - begin) / 60_000)} min\n`)
}
