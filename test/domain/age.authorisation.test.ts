// Tests the age of an authorisation and its remaining life: docs/wire.md#card-payments and
// docs/wire.md#carrier-payments (--expiring).
import { authorisationAge, lastDayOf } from '../../src/domain/age.js'
import { order } from './order-fixture.js'
import { describe, expect, it } from 'vitest'

const AT = { orderedAt: '2026-11-20T11:50:00+09:00' }
const carrier = (name: 'docomo' | 'au' | 'softbank') => ({ ...AT, method: 'carrier', carrier: name }) as const

describe('an authorisation of 20 November', () => {
  it.each([
    ['credit', AT, { days: 3, left: 57, lastDay: '2027-01-19' }],
    ['docomo', carrier('docomo'), { days: 3, left: 69, lastDay: '2027-01-31' }],
    ['au', carrier('au'), { days: 3, left: 87, lastDay: '2027-02-18' }],
    ['softbank', carrier('softbank'), { days: 3, left: 57, lastDay: '2027-01-19' }],
  ] as const)('%s, on the 23rd', (_name, change, age) => {
    expect(authorisationAge(order(change), '2026-11-23')).toEqual(age)
  })

  it('counts from what Paygent told, where it has', () => {
    const told = order({ ...AT, authorizedAt: '2026-11-22T23:59:59+09:00' })
    expect(authorisationAge(told, '2026-11-23')).toMatchObject({ days: 1 })
    expect(lastDayOf(told)).toBe('2027-01-21')
  })

  it('is of no age where neither Paygent nor the shop has told a date', () => {
    for (const change of [{}, carrier('docomo'), { ...carrier('au'), status: null }]) {
      const undated = order({ ...change, orderedAt: '' })
      expect([authorisationAge(undated, '2026-11-23'), lastDayOf(undated)]).toEqual([null, null])
    }
    const told = order({ orderedAt: '', authorizedAt: '2026-11-20T11:50:00+09:00' })
    expect(authorisationAge(told, '2026-11-23')).toMatchObject({ days: 3, lastDay: '2027-01-19' })
  })

  it('is past after its last day', () => {
    expect(authorisationAge(order(AT), '2027-01-20')).toMatchObject({ left: -1 })
  })

  it.each([
    ['sold', { kind: '022', status: '20' }],
    ['cancelled', { status: '32' }],
    ['expired', { status: '33' }],
    ['under way in the shop', { kind: '0201' }],
  ] as const)('has no age once it is %s', (_name, change) => {
    expect(authorisationAge(order({ ...AT, ...change }), '2026-11-23')).toBeNull()
  })

  it('has one while its status has not been told', () => {
    expect(authorisationAge(order({ ...AT, status: null }), '2026-11-23')).toMatchObject({ days: 3 })
  })
})
