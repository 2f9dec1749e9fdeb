// Plays a month of a CSV shop, seed by seed: only true conflicts are reported, no cancelled order is sold, ledger =
// mirror.
import { expect, it } from 'vitest'
import { playMonth } from './month.js'

it.each([1, 2, 3, 4])(
  'a month of a shop that imports the same file every day, seed %i',
  { timeout: 300_000 },
  async (seed) => {
    const { faults, story, orders, sent, goodDays } = await playMonth(seed)
    expect(faults.length === 0 ? '' : [...story, ...faults].join('\n')).toBe('')
    expect([orders > 30, sent > 15, goodDays > 5]).toEqual([true, true, true])
  },
)
