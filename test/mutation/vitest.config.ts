// The tests that judge the mutants: those that are quick, touch no network and give the same answer every time. What
// only a random world or a real connection would notice counts as unnoticed here.
import { defineConfig } from 'vitest/config'

const SLOW_OR_RANDOM = [
  'domain/permit.properties',
  'gateway/{connection,doubt,probe,proxy,unclear,unsent,vectors}',
  'jobs/property',
]

export default defineConfig({
  test: {
    include: ['**/*.test.ts'],
    exclude: SLOW_OR_RANDOM.map((name) => `**/${name}.test.ts`),
    testTimeout: 20_000,
  },
})
