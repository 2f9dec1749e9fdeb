import * as sets from '../../src/domain/statuses.js'
import {
  awaitsCompletion,
  effectiveStatus,
  isStatus,
  lastKnownStatus,
  STATUS_NAMES,
  STATUS_NAMES_EN,
} from '../../src/domain/statuses.js'
import type { Order } from '../../src/domain/order.js'
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

it('has a name of our own for each in English', () => {
  const names =
    '10 applied for; 11 authorisation refused; 13 3-D Secure broken off; 14 3-D Secure passed; 15 application broken off; ' +
    '17 card check failed; 20 authorised; 21 authorisation completed; 22 card checked; 30 sale under way; ' +
    '31 authorisation cancel under way; 32 authorisation cancelled; 33 authorisation expired; 34 correction under way; ' +
    '35 sale requested; 36 sale on hold; 37 sale impossible; 40 sold; 41 sold, cancel period over; ' +
    '42 sale cancel under way; 44 sale completed; 50 sale cancel being counted; 60 sale cancelled; 62 cancel completed'
  const named = names.split('; ').map((each) => [each.slice(0, 2), each.slice(3)] as const)
  expect({ ...STATUS_NAMES_EN }).toEqual(Object.fromEntries(named))
})

it('knows which statuses Paygent has', () => {
  expect(STATUSES.filter(isStatus)).toEqual(PAGE.split(', ').map((each) => each.slice(0, 2)))
  for (const text of ['', '77', '2', '020', 'toString', '20 ']) expect([text, isStatus(text)]).toEqual([text, false])
})

describe('the sets of docs/rules.md#payment-statuses', () => {
  it.each([
    ['AUTHORISED', '20 21'],
    ['EXPIRED', '33'],
    ['SOLD', '40 41 44'],
    ['CANCELLED', '32 60 62'],
    ['IN_TRANSIT', '30 31 34 42 50'],
    ['SALE_PENDING', '35 36 37'],
    ['ALIVE', '20 21 30 34 35 36 40 41 42 44 50'],
    ['FINISHED', '11 15 17 32 33 41 60 62'],
    // docs/wire.md#notices
    ['NEVER_NOTIFIED', '10 15 17 22 30 31 34 35 42 50'],
    ['SOLD_CANCELLABLE', '40 44'],
  ] as const)('%s: %s', (name, statuses) => expect(sets[name].join(' ')).toBe(statuses))
})

describe('the status by which a late arrival is recognised', () => {
  const known = (changes: Partial<Order>): string | null => lastKnownStatus(order(changes))

  it('is the effective one where there is one', () => {
    expect(known({ kind: '022', status: '20' })).toBe('40')
    expect(known({ kind: '022', status: '44', statusOrigin: 'paygent' })).toBe('44')
  })

  it('is the last known one of the payment while a change is under way in the shop', () => {
    for (const kind of ['0201', '0291'] as const) {
      expect(known({ kind, status: '40' })).toBe('40')
      expect(known({ kind, status: '40', statusPaymentId: '12345678' })).toBe('40')
      expect(known({ kind, status: '40', statusPaymentId: '111' })).toBeNull()
      expect(known({ kind, status: null })).toBeNull()
    }
  })

  it('is none where nobody has told it', () => {
    expect(known({ status: null })).toBeNull()
    expect(known({ status: '40', statusPaymentId: '111' })).toBeNull()
  })
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
