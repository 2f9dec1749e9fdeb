// Tests the lists on which other programs rely, as the pages print them.
import { CUT_OFF, PROFILES } from '../../src/domain/carriers.js'
import { CARRIERS, KINDS, MONEY_TELEGRAMS } from '../../src/domain/order.js'
import { OPEN_STATES, OUTCOMES, REASONS } from '../../src/domain/outcome.js'
import { expect, it } from 'vitest'

const sorted = (names: readonly string[]): string[] => names.toSorted()
const listed = (text: string): string[] => sorted(text.trim().split(/[\s,]+/))

it('reasons: docs/rules.md#reasons', () => {
  const page = `no-payment, no-answer, status, higher, correction-not-permitted, correction-in-bulk, correction-impossible,
    in-transit, change-in-shop, open-attempt, attention, on-hold, conflict, cancelled-order, opposite-too-soon, already,
    changed, not-contracted, duplicate-payment, unknown-status, malformed`
  expect(sorted(REASONS)).toEqual(listed(page))
})

it('outcomes: docs/rules.md#outcomes', () => {
  expect(sorted(OUTCOMES)).toEqual(listed('accepted, rejected, refused, not-processed, unknown, attention, unsent'))
  expect(sorted(OPEN_STATES)).toEqual(listed('prepared, unknown'))
})

it('kinds and carriers: docs/rules.md#kinds', () => {
  expect(sorted(KINDS)).toEqual(['', ...listed('020, 0201, 0291, 021, 022, 023, 029, 101, 102, 103')])
  expect(sorted(MONEY_TELEGRAMS)).toEqual(listed('021, 022, 023, 029, 101, 102, 103'))
  expect(sorted(CARRIERS)).toEqual(listed('docomo, au, softbank'))
})

it('profiles and their cut-off: docs/rules.md#profiles', () => {
  expect(sorted(PROFILES)).toEqual(listed('manual, current'))
  expect({ ...CUT_OFF }).toEqual({ manual: '21:00', current: '20:00' })
})
