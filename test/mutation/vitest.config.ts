// Selects the tests that judge the mutants: those that are quick, touch no network and give the same answer every time.
// A mutant that only a random world or a real connection would detect counts as undetected here.
import { defineConfig } from 'vitest/config'
import { LikelyFirst } from './likely-first.js'

// Named without their folder: the names are matched below the folder of the area.
const SLOW_OR_RANDOM = ['permit.properties', '{connection,doubt,probe,proxy,unclear,unsent,vectors}']

export default defineConfig({
  test: {
    include: ['**/*.test.ts'],
    exclude: SLOW_OR_RANDOM.map((name) => `**/${name}.test.ts`),
    testTimeout: 20_000,
    // Every mutant has a thread of its own, so that its test files can share the modules they import: to import them
    // anew for every file takes longer than the tests.
    isolate: false,
    sequence: { sequencer: LikelyFirst },
  },
})
