// Pairs each status of the mirror with each status at Paygent: an audit finds every difference, also in finished
// orders.
import { japanIso } from '../../src/clock.js'
import { effectiveStatus } from '../../src/domain/statuses.js'
import { STATUSES } from '../domain/expected-status.js'
import { auOrder, bench, type Bench, cardOrder, NOW } from './bench.js'
import { auditOn } from './reconciling.js'
import { move } from './scripted-gateway.js'
import { expect, it } from 'vitest'

const PAIRS = STATUSES.flatMap((mirror) => STATUSES.map((paygent) => ({ mirror, paygent })))

/** One order for each pair, numbered in the order of the pairs. */
function everyPair(order: typeof auOrder): Bench {
  const rows = PAIRS.map(({ mirror }, index) =>
    order(String(index + 1), { status: mirror, orderedAt: japanIso(NOW - index * 1_000) }),
  )
  const b = bench(...rows)
  PAIRS.forEach(({ paygent }, index) => move(b.gateway.payments, `9${index + 1}`, { status: paygent }))
  return b
}

const standings = (b: Bench): string[] =>
  PAIRS.map(({ mirror, paygent }, index) => {
    const effective = effectiveStatus(b.order(String(index + 1)))
    return `${mirror} ${paygent}: ${effective.known ? effective.status : '?'}`
  })

it.each([
  ['a card', cardOrder],
  ['au', auOrder],
] as const)('of %s', async (_, order) => {
  const b = everyPair(order)
  const different = PAIRS.flatMap(({ mirror, paygent }, index) =>
    mirror === paygent ? [] : [`difference ${index + 1} moved`],
  )
  expect(await auditOn(b, 'compare')).toEqual(different)
  expect(standings(b)).toEqual(PAIRS.map(({ mirror, paygent }) => `${mirror} ${paygent}: ${mirror}`))
  expect(await auditOn(b, 'take')).toEqual(different.map((line) => `${line}, booked`))
  expect(standings(b)).toEqual(PAIRS.map(({ mirror, paygent }) => `${mirror} ${paygent}: ${paygent}`))
  expect(await auditOn(b, 'take')).toEqual([])
})

it('the id of the payment is taken where the mirror had none, and is no difference', async () => {
  const b = bench(auOrder('1', { paymentId: null }))
  b.gateway.hold({ paymentId: '91', tradingId: 't1', status: '20' })
  expect([await auditOn(b, 'compare'), b.order('1').paymentId]).toEqual([[], null])
  expect([await auditOn(b, 'take'), b.order('1').paymentId]).toEqual([[], '91'])
})

it('what the mirror was never told is taken, and is no difference', async () => {
  const b = bench(auOrder('1', { status: null }))
  move(b.gateway.payments, '91', { status: '60' })
  expect(await auditOn(b, 'compare')).toEqual([])
  expect(effectiveStatus(b.order('1')).known).toBe(false)
  expect(await auditOn(b, 'take')).toEqual([])
  expect(effectiveStatus(b.order('1'))).toEqual({ known: true, status: '60' })
})
