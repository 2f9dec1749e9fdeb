import { compareAmounts } from '../../src/domain/permit.js'
import { expect, it } from 'vitest'

// total, held
it.each([
  [1000, 1000, 'equal'],
  [999, 1000, 'lower'],
  [1001, 1000, 'higher'],
  [1, 1, 'equal'],
  [0, 1, 'lower'],
  [1, 0, 'higher'],
  [0, 0, 'equal'],
  [9_999_998, 9_999_999, 'lower'],
] as const)('%i yen against %i held: %s', (total, held, relation) => {
  expect(compareAmounts(total, held)).toBe(relation)
})

it('an amount that is no number never passes for equal or lower', () => {
  expect(compareAmounts(Number.NaN, 1000)).toBe('higher')
  expect(compareAmounts(1000, Number.NaN)).toBe('higher')
})
