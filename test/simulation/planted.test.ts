// Checks the checkers: each planted bug is found, and by the checker that is responsible for it.
import { afterAll, expect, it } from 'vitest'
import { clearDisk } from './disk.js'
import { PLANTED } from './planted.js'
import { playSeeds, storyOf } from './seeds.js'

const FROM = 1
const SEEDS = 5_000

afterAll(clearDisk)

it.each(PLANTED)('finds: $name', { timeout: 600_000 }, async (plant) => {
  const { broken } = await playSeeds(FROM, SEEDS, plant, 1)
  const [found] = broken
  expect(found, `not found within ${SEEDS} seeds`).toBeDefined()
  if (found === undefined) return
  expect(plant.expected, await storyOf(found.seed, plant)).toContain(found.breach.checker)
})

it('plants at least ten', () => {
  expect(PLANTED.length).toBeGreaterThanOrEqual(10)
})
