// Tests the errors in the shop's own row: they are read with each pull and shown, and where money may have moved twice
// a person has to check.
import { describe, expect, test } from 'vitest'
import { NOON as noon, only } from './mirrors.js'
import { pulled, reading, sold, taken } from './shop-readings.js'

const TEXT = 'エラー詳細 : 二重請求エラーコード2012'

const heldBy = (mirror: ReturnType<typeof pulled>) => [
  only(mirror).attention,
  mirror.issues.forAPerson().map(({ cause }) => cause),
]
const HELD = [true, ['shop-error']]
const FREE = [false, []]

describe('an error text of the shop', () => {
  test.each([
    ['a corrected sale', '029', TEXT, HELD],
    ['a changed authorisation', '020', TEXT, HELD],
    ['a sale', '022', TEXT, FREE],
    ['a cancel', '023', TEXT, FREE],
    ['no request', '', TEXT, FREE],
    ['a corrected sale without one', '029', '', FREE],
    ['a corrected sale with blanks', '029', ' \n', FREE],
    ['a corrected sale with NULL', '029', null, FREE],
  ] as const)('on %s (%s)', (_name, kind, text, expected) => {
    const mirror = pulled(reading({ kind, method: 'credit', carrier: null }, {}, text))
    expect(heldBy(mirror)).toEqual(expected)
    expect(only(mirror).shopError).toBe(text === '' || text === null ? null : text)
  })

  test('that comes later is read although nothing else of the row has moved', () => {
    const mirror = pulled(reading({ kind: '029' }))
    expect([heldBy(mirror), mirror.shopRows.errors()]).toEqual([FREE, 0])
    expect(taken(mirror, reading({ kind: '029' }, {}, TEXT))).toEqual(['unchanged'])
    expect([heldBy(mirror), mirror.shopRows.errors()]).toEqual([HELD, 1])
    expect(taken(mirror, reading({ kind: '029' }))).toEqual(['unchanged'])
    expect(only(mirror).shopError).toBe(null)
  })

  test('for which the order was kept once does not keep it again, and another one does', () => {
    const mirror = pulled(reading({ kind: '029' }, {}, TEXT))
    const over = { orderId: '852', event: 'settled-by-hand', facts: [], currentPaymentId: null } as const
    mirror.issues.take({ ...over, endsConflict: false, attention: 'over', settles: null, detail: null, atMs: noon })
    taken(mirror, reading({ kind: '029' }, {}, TEXT))
    expect([heldBy(mirror), only(mirror).shopError]).toEqual([FREE, TEXT])
    taken(mirror, reading({ kind: '029' }, {}, `${TEXT}.`))
    expect(heldBy(mirror)).toEqual(HELD)
    expect(mirror.journal.verify(mirror.journal.head())).toMatchObject({ ok: true })
  })

  test('that this tool has written is only shown', () => {
    const refused = { outcome: 'rejected', code: '2012', detail: '二重請求' } as const
    const mirror = sold({}, refused)
    taken(mirror, reading({ kind: '020' }, {}, TEXT))
    expect([heldBy(mirror), only(mirror).shopError]).toEqual([FREE, TEXT])
    taken(mirror, reading({ kind: '020' }, {}, TEXT.replace('2012', '2011')))
    expect(heldBy(mirror)).toEqual(HELD)
  })

  test('keeps no card number', () => {
    const mirror = pulled(reading({ kind: '029' }, {}, 'card 4111111111111111'))
    expect(only(mirror).shopError).toMatch(/^card (?!4111111111111111)/)
  })

  test('waits where the order waits for something else already', () => {
    const mirror = sold({}, { outcome: 'attention' })
    taken(mirror, reading({}, { kind: '029' }, TEXT))
    expect(mirror.issues.forAPerson()).toEqual([{ orderId: '852', cause: null }])
  })

  test('is remembered as it was written', () => {
    const mirror = sold({}, { outcome: 'rejected', code: '7003' })
    mirror.shopRows.markReported('852', [1], 'written', { accepted: null, errorText: TEXT }, noon)
    expect([only(mirror).shopError, mirror.shopRows.errors()]).toEqual([TEXT, 1])
    const isRead = (text: string): boolean => mirror.shopRows.isErrorRead('852', text)
    expect([isRead(TEXT), isRead(`${TEXT}.`), isRead('')]).toEqual([true, false, false])
  })
})
