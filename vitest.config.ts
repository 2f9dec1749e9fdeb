import { defineConfig } from 'vitest/config'

// Three files at a time on two cores: the tests of whole commands wait for a third of their time.
export default defineConfig({
  test: { include: ['test/**/*.test.ts'], testTimeout: 60_000, maxWorkers: 3, hookTimeout: 60_000, globalSetup: [] },
})
