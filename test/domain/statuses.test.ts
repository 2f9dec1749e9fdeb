import { awaitsCompletion, effectiveStatus, STATUS_NAMES } from '../../src/domain/statuses.js'
import { PAYERS } from './expected-permit.js'
import { ALL_KINDS, expectedStatus, STATUSES } from './expected-status.js'
import { order } from './order-fixture.js'
import { describe, expect, it } from 'vitest'

// docs/rules.md#payment-statuses, copied as it stands there.
const PAGE =
  '10 申込済, 11 オーソリNG, 13 3Dセキュア中断, 14 3Dセキュア認証, 15 申込中断, 17 有効性確認NG, 20 オーソリOK, ' +
  '21 オーソリ完了, 22 有効性確認済, 30 売上要求中, 31 オーソリ取消中, 32 オーソリ取消済, 33 オーソリ期限切, ' +
  '34 補正要求中, 35 売上要求済, 36 売上保留, 37 売上不可, 40 消込済, 41 消込済 (売上取消期限切), 42 売上取消中, ' +
  '44 消込完了, 50 売上取消集計中, 60 売上取消済, 62 取消完了'

it('names the statuses as docs/rules.md#payment-statuses does', () => {
  const named = PAGE.split(', ').map((each) => [each.slice(0, 2), each.slice(3)] as const)
  expect({ ...STATUS_NAMES }).toEqual(Object.fromEntries(named))
  expect(STATUSES.filter((each) => each !== 'none' && each !== '77')).toEqual(named.map(([status]) => status))
})

describe.each(PAYERS)('effective status, %s', (payer) => {
  it.each(['shop', 'paygent'] as const)('learnt with origin %s: every kind, every status', (statusOrigin) => {
    const carrier = payer === 'credit' ? null : payer
    const wrong: string[] = []
    for (const kind of ALL_KINDS) {
      for (const status of STATUSES) {
        const subject = order({
          method: carrier ? 'carrier' : 'credit',
          carrier,
          kind,
          status: status === 'none' ? null : status,
          statusOrigin,
        })
        const effective = effectiveStatus(subject)
        const got = effective.known ? effective.status : effective.why === 'change-in-shop' ? 'shop' : 'ask'
        const want = expectedStatus(kind, carrier, status, statusOrigin)
        if (got !== want) wrong.push(`${kind}/${status}: expected ${want}, got ${got}`)
      }
    }
    expect(wrong).toEqual([])
  })
})

describe('a status learnt for another payment of the order', () => {
  it('is no status of this one: docomo corrected, the old payment is at 60', () => {
    const corrected = order({ method: 'carrier', carrier: 'docomo', kind: '103', status: '60', statusPaymentId: '111' })
    expect(effectiveStatus(corrected)).toEqual({ known: false, why: 'not-told' })
  })

  it('learnt for this one it stands', () => {
    const corrected = order({ kind: '029', status: '40', statusPaymentId: '12345678' })
    expect(effectiveStatus(corrected)).toEqual({ known: true, status: '40' })
  })
})

describe('a sale awaits completion', () => {
  it.each([
    ['docomo', '40', '101', true],
    ['docomo', '20', '101', true],
    ['docomo', '44', '101', false],
    ['docomo', '20', '', false],
    ['docomo', '40', '0201', false],
    ['au', '40', '101', false],
    ['softbank', '40', '101', false],
    [null, '40', '022', false],
  ] as const)('%s, last called %s, of kind %j: %s', (carrier, status, kind, awaits) => {
    expect(awaitsCompletion(order({ method: carrier === null ? 'credit' : 'carrier', carrier, status, kind }))).toBe(
      awaits,
    )
  })
})
