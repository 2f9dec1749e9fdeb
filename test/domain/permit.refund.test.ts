// A part of a captured sale is given back: docs/rules.md#refunds.
import { PROFILES } from '../../src/domain/carriers.js'
import type { Order } from '../../src/domain/order.js'
import { permit } from '../../src/domain/permit.js'
import { IN_TRANSIT, STATUS_NAMES } from '../../src/domain/statuses.js'
import { CARRIERS } from '../../src/domain/order.js'
import { HELD_YEN, order, rules, short } from './order-fixture.js'
import { describe, expect, it } from 'vitest'

const STATUSES = [...Object.keys(STATUS_NAMES), '77']
const PAYERS = ['credit', ...CARRIERS] as const
const payment = (payer: (typeof PAYERS)[number]): Partial<Order> =>
  payer === 'credit' ? { method: 'credit', carrier: null } : { method: 'carrier', carrier: payer }

/** Sold by this tool, in full. */
const sold = (overrides: Partial<Order> = {}): Order =>
  order({ status: '40', statusOrigin: 'paygent', kind: '022', kindByUs: true, ...overrides })

const refund = (subject: Order, refundToYen: number, overrides = {}): string =>
  short(permit(subject, 'sale', rules({ single: true, refundToYen, ...overrides })))
const sale = (subject: Order): string => short(permit(subject, 'sale', rules({ single: true })))

describe('a refund', () => {
  const SENT = { credit: ['40', '029'], docomo: ['44', '103'], au: [], softbank: [] } as const

  it.each(PROFILES.flatMap((profile) => PAYERS.map((payer) => [profile, payer] as const)))(
    '%s %s: is sent from the one status in which the sale is captured, and from no other',
    (profile, payer) => {
      const [from, telegram] = SENT[payer]
      for (const status of STATUSES) {
        const refused = IN_TRANSIT.includes(status) ? 'in-transit' : 'status'
        const subject = order({ ...payment(payer), status, statusOrigin: 'paygent' })
        const expected = status === from ? `refund ${telegram} 500` : refused
        expect([status, refund(subject, 500, { profile })]).toEqual([status, expected])
      }
    },
  )

  it('is never sent in bulk', () => {
    expect(refund(sold(), 500, { single: false })).toBe('correction-in-bulk')
  })

  it('goes down to one yen and up to one below what was sold', () => {
    const amounts = [-1, 0, 1, HELD_YEN - 1, HELD_YEN, HELD_YEN + 1]
    expect(amounts.map((toYen) => refund(sold(), toYen))).toEqual([
      'correction-not-permitted',
      'correction-not-permitted',
      'refund 029 1',
      `refund 029 ${HELD_YEN - 1}`,
      'higher',
      'higher',
    ])
  })

  it('is of the amount that is named, whatever the total of the order', () => {
    for (const totalYen of [0, 300, 500, HELD_YEN, HELD_YEN + 1])
      expect(refund(sold({ totalYen }), 500)).toBe('refund 029 500')
  })

  it('of which Paygent has not told the amount is asked about', () => {
    expect(refund(sold({ heldAmountYen: null }), 500)).toBe('ask held-amount')
  })

  it('that was made already is not made again; a second and a third one go further down', () => {
    const first = sold({ kind: '029', heldAmountYen: 700 })
    expect([700, 699, 1].map((toYen) => refund(first, toYen))).toEqual(['already', 'refund 029 699', 'refund 029 1'])
    expect(refund({ ...first, kindByUs: false }, 700)).toBe('higher')
  })

  it('that Paygent has refused is not tried again: 2013 for its own amount only', () => {
    const refused = (code: string) => sold({ correctionRefused: { code, totalYen: 500 } })
    expect([500, 400].map((toYen) => refund(refused('2013'), toYen))).toEqual([
      'correction-impossible',
      'refund 029 400',
    ])
    expect(refund(refused('2014'), 400)).toBe('correction-impossible')
  })

  it('of an order that was called off needs --include-cancelled, as every refund does', () => {
    const off = sold({ orderStatus: '返品' })
    expect(refund(off, 500)).toBe('cancelled-order')
    expect(refund(off, 500, { includeCancelled: true })).toBe('refund 029 500')
  })

  it('is held back by every other fence', () => {
    for (const held of [{ openAttempt: true }, { attention: true }, { conflict: true }, { duplicatePayment: true }])
      expect(refund(sold(held), 500)).toBe(short(permit(sold(held), 'sale', rules())))
    const notProcessed = { operation: 'cancel', atMs: rules().nowMs } as const
    expect(refund(sold({ notProcessed }), 500)).toBe('opposite-too-soon')
  })
})

describe('a sold order of which a part was given back', () => {
  it.each([
    ['credit', '029', '40'],
    ['docomo', '103', '40'],
    ['docomo', '103', '44'],
  ] as const)('%s %s at %s: its sale is done, and its cancel takes what is left', (payer, kind, status) => {
    const subject = sold({ ...payment(payer), kind, status, heldAmountYen: 500 })
    expect(sale(subject)).toBe('already')
    const cancel = payer === 'credit' ? 'sale-cancel 023 500' : status === '44' ? 'cancel 102 500' : 'status'
    expect(short(permit(subject, 'cancel', rules()))).toBe(cancel)
  })

  it('is not lowered by a sale, whatever its total: a card’s sale stays done or refused', () => {
    expect(sale(sold({ totalYen: 300 }))).toBe('status')
    expect(sale(sold({ kind: '029', heldAmountYen: 500, totalYen: 300 }))).toBe('status')
  })
})
