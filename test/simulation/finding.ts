// Checks the checkers: each planted bug is found, and by the checker that is responsible for it. The bugs are shared out
// to several test files, which run side by side.
import { afterAll, expect, it } from 'vitest'
import { clearDisk } from './disk.js'
import { PLANTED } from './planted.js'
import { playSeeds, storyOf } from './seeds.js'

const FROM = 1
const SEEDS = 5_000
const SHARES = 4

/** Defines the tests of one share. @param share from 0 */
export function findShare(share: number): void {
  const plants = PLANTED.filter((_, index) => index % SHARES === share)

  afterAll(clearDisk)

  it.each(plants)('finds: $name', { timeout: 600_000 }, async (plant) => {
    const { broken } = await playSeeds(FROM, SEEDS, plant, 1)
    const [found] = broken
    expect(found, `not found within ${SEEDS} seeds`).toBeDefined()
    if (found === undefined) return
    expect(plant.expected, await storyOf(found.seed, plant)).toContain(found.breach.checker)
  })

  it('has ten bugs at least', () => {
    expect(plants.length).toBeGreaterThanOrEqual(10)
  })
}
