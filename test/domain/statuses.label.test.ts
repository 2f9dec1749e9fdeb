// Tests ペイジェント状況: docs/rules.md#label and docs/rules.md#accepted-requests.
import type { Kind, Method } from '../../src/domain/order.js'
import { labelOf, stateLabel } from '../../src/domain/statuses.js'
import { STATUSES } from './expected-status.js'
import { rows } from './grid.js'
import { order } from './order-fixture.js'
import { describe, expect, it } from 'vitest'

// method, kind, effective status, label
const TABLE = `
credit  -    20 blank
credit  020  20 blank
credit  021  32 auth-cancelled
credit  022  40 sold
credit  022  41 sold
credit  -    40 sold
credit  023  60 sale-cancelled
credit  -    60 sale-cancelled
credit  -    32 auth-cancelled
credit  029  40 corrected
credit  029  41 corrected
credit  029  60 sale-cancelled
credit  029  32 auth-cancelled
credit  -    33 expired
carrier -    20 blank
carrier -    21 blank
carrier 101  40 sold
carrier 101  41 sold
carrier 101  44 sold
carrier 103  40 corrected
carrier 103  41 corrected
carrier 103  44 corrected
carrier 102  32 cancelled
carrier 102  60 cancelled
carrier 102  62 cancelled
carrier 103  60 cancelled
carrier -    33 expired
`
describe('every process of docs/rules.md#label', () => {
  it.each(rows(TABLE))('%s, kind %s, status %s: %s', (method, kind, status, label) => {
    const subject = order({
      method: method as Method,
      carrier: method === 'carrier' ? 'docomo' : null,
      kind: (kind === '-' ? '' : kind) as Kind,
      status: status ?? null,
      statusOrigin: 'paygent',
    })
    expect(stateLabel(subject)).toBe(label)
    expect(labelOf(subject, status ?? null)).toBe(label)
  })
})

it('statuses that the page does not name are blank', () => {
  const named = ['32', '33', '40', '41', '44', '60', '62']
  for (const status of STATUSES.filter((each) => !named.includes(each))) {
    expect(labelOf(order(), status === 'none' ? null : status)).toBe('blank')
  }
})

it('reads the effective status: sold by us, the notice not in yet', () => {
  expect(stateLabel(order({ kind: '022', status: '20' }))).toBe('sold')
  expect(stateLabel(order({ kind: '029', status: null }))).toBe('corrected')
  expect(stateLabel(order({ kind: '0291', status: '40' }))).toBe('blank')
})

describe('what a person must know comes before the status', () => {
  it.each(['20', '33', '40', '60'])('at %s', (status) => {
    const subject = { status, statusOrigin: 'paygent' } as const
    expect(stateLabel(order({ ...subject, openAttempt: true }))).toBe('checking')
    expect(stateLabel(order({ ...subject, openAttempt: true, sending: true }))).toBe('sending')
    expect(stateLabel(order({ ...subject, openAttempt: true, sending: true, attention: true }))).toBe('needs-person')
    expect(stateLabel(order({ ...subject, attention: true }))).toBe('needs-person')
    expect(stateLabel(order({ ...subject, conflict: true }))).toBe('needs-person')
    expect(stateLabel(order({ ...subject, openAttempt: true, attention: true }))).toBe('needs-person')
  })
})
