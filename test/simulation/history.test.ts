// The net of a report is the money that the shop's own requests have captured in Paygent's ledger, for random histories:
// at the end of each day, per carrier and in all.
import { expect, it } from 'vitest'
import { History } from './history.js'

const SEEDS = Array.from({ length: 24 }, (_, index) => index + 1)

it('the report says of each history what the ledger says', { timeout: 300_000 }, async () => {
  const kinds = new Map<string, number>()
  const dates = new Map<string, number>()
  let byHand = 0
  let changed = 0
  for (const seed of SEEDS) {
    const history = new History(seed)
    await history.play()
    const { faults, story, told } = history
    expect(faults.length === 0 ? '' : [`seed ${seed}`, ...story, ...faults].join('\n')).toBe('')
    for (const [kind, count] of told.lines) kinds.set(kind, (kinds.get(kind) ?? 0) + count)
    for (const [by, count] of told.datedBy) dates.set(by, (dates.get(by) ?? 0) + count)
    byHand += told.byHand
    changed += told.changedLater
  }
  // Every way in which a request moves money has occurred, and every way in which its day is known.
  expect([...kinds.keys()].toSorted()).toEqual([
    'auth-cancel released',
    'cancel refunded',
    'cancel released',
    'corrected-sale captured',
    'corrected-sale refunded',
    'refund refunded',
    'sale captured',
    'sale-cancel refunded',
  ])
  expect([...dates.keys()].toSorted()).toEqual(['answer', 'paygent'])
  expect([byHand > 5, changed > 5]).toEqual([true, true])
})
