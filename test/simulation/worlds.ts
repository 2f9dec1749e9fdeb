// Plays a share of the worlds of the test run; each test file plays one share, so that the workers divide them.
import { afterAll, expect, it } from 'vitest'
import { clearDisk } from './disk.js'
import { playSeeds, storyOf } from './seeds.js'

const SHARE = 1_250

afterAll(clearDisk)

/** @param share counted from 0 */
export function playShare(share: number): void {
  const from = 1 + share * SHARE
  it(`keeps every promise in the worlds ${from} to ${from + SHARE - 1}`, { timeout: 600_000 }, async () => {
    const { broken, seeds } = await playSeeds(from, SHARE, undefined, 1)
    const [first] = broken
    expect(first === undefined ? '' : await storyOf(first.seed)).toBe('')
    expect(seeds).toBe(SHARE)
  })
}
