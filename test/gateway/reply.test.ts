import { describe, expect, it } from 'vitest'
import type { MoneyRequest } from '../../src/domain/answer.js'
import type { RawAnswer } from '../../src/gateway/frame.js'
import { readMoney } from '../../src/gateway/reply.js'
import { ACCEPTED, lines, raw, SALE } from './settings.js'

const typeOf = (body: string | Buffer, request: MoneyRequest = SALE, changed: Partial<RawAnswer> = {}) =>
  readMoney(request, raw(body, changed)).type
const OK = ['result=0', 'response_code=', 'payment_id=123'] as const
const withLines = (...more: readonly string[]) => lines(...OK, ...more)

describe('the frame', () => {
  it.each([
    ['as it should be', ACCEPTED],
    ['no line end at the end', ACCEPTED.slice(0, -2)],
    ['empty lines', `\r\n${ACCEPTED}\r\n\r\n`],
    ['another order', lines(...[...OK].toReversed())],
    ['no response_code', lines('result=0', 'payment_id=123')],
    ['one value twice', withLines('payment_id=123', 'result=0')],
    ['a field we do not know, twice', withLines('memo=1', 'memo=2')],
    ['an empty page', withLines('out_acs_html=')],
    ['= in a value', withLines('memo=a=b')],
    ['a detail that is not Windows-31J', Buffer.concat([Buffer.from(`${ACCEPTED}d=`), Buffer.from([0x81, 0xff])])],
  ])('holds: %s', (_, body) => expect(typeOf(body)).toBe('accepted'))

  it.each([
    ['empty', ''],
    ['LF', ACCEPTED.replaceAll('\r\n', '\n')],
    ['CR', ACCEPTED.replaceAll('\r\n', '\r')],
    ['one LF in a value', withLines('memo=a\nb')],
    ['one CR at the end', `${ACCEPTED}\r`],
    ['BOM', `\ufeff${ACCEPTED}`],
    ['a line without =', withLines('memo')],
    ['a line without a name', withLines('=memo')],
    ['a space in a name', withLines('a b=1')],
    ['a Japanese name', withLines('名=1')],
    ['a space before a name', lines(' result=0', 'payment_id=123')],
    ['a page', withLines('out_acs_html=<html>')],
    ['HTML', `<html>\r\n${ACCEPTED}`],
    ['two results', withLines('result=1')],
    ['two codes', withLines('response_code=P001')],
    ['two payments', withLines('payment_id=124')],
    ['two payments, one empty', withLines('payment_id=')],
    ['two bases', withLines('base_payment_id=', 'base_payment_id=123')],
  ])('does not hold: %s', (_, body) => expect(typeOf(body)).toBe('unclear'))

  it.each([
    ['another status', { httpStatus: 201 }],
    ['a redirect', { httpStatus: 302 }],
    ['an error', { httpStatus: 500 }],
    ['cut', { complete: false }],
    ['packed', { compressed: true }],
    ['another coding', { framing: 'other' }],
  ] as const)('does not hold: %s', (_, changed) => expect(typeOf(ACCEPTED, SALE, changed)).toBe('unclear'))

  it('of an answer without a length ends with a line', () => {
    expect(typeOf(ACCEPTED, SALE, { framing: 'until-close' })).toBe('accepted')
    expect(typeOf(ACCEPTED.slice(0, -2), SALE, { framing: 'until-close' })).toBe('unclear')
    expect(typeOf(`${ACCEPTED}memo=a`, SALE, { framing: 'until-close' })).toBe('unclear')
    expect(typeOf(ACCEPTED.slice(0, -1), SALE, { framing: 'until-close' })).toBe('unclear')
  })

  it('tells what was wrong in words of ours', () => {
    const answer = readMoney(SALE, raw('secret', { httpStatus: 503 }))
    expect(answer).toEqual({
      type: 'unclear',
      fault: { kind: 'answer', code: 'http-status-503', phase: 'read', message: 'The HTTP status is not 200.' },
    })
  })
})

describe('result', () => {
  it.each(['', ' 0', '0 ', '00', '2', '7', 'OK', '-0', '０'])('%j is not understood', (result) => {
    expect(typeOf(lines(`result=${result}`, 'response_code=', 'payment_id=123'))).toBe('unclear')
  })

  it('must be there', () => expect(typeOf(lines('response_code=', 'payment_id=123'))).toBe('unclear'))

  it('0 with a code is not understood', () => {
    expect(typeOf(lines('result=0', 'response_code=P010', 'payment_id=123'))).toBe('unclear')
  })

  it.each(['payment_id=124', 'payment_id=', 'payment_id=1230', 'memo='])('0 with %s is not accepted', (line) => {
    expect(typeOf(lines('result=0', 'response_code=', line))).toBe('unclear')
  })

  it('reads ids as numbers, whatever zeros stand before them', () => {
    expect(typeOf(lines('result=0', 'response_code=', 'payment_id=0123'))).toBe('accepted')
    expect(typeOf(withLines('base_payment_id=00123'))).toBe('accepted')
    const correction = { ...SALE, telegram: '029', amountYen: 900 } as const
    const made = lines('result=0', 'response_code=', 'payment_id=0456', 'base_payment_id=0123', 'reduced_amount=900')
    expect(readMoney(correction, raw(made))).toMatchObject({ type: 'accepted', newPaymentId: '456' })
    const same = lines('result=0', 'response_code=', 'payment_id=0123', 'base_payment_id=123', 'reduced_amount=900')
    expect(readMoney(correction, raw(same)).type).toBe('unclear')
    const half = lines('result=1', 'response_code=2012', 'payment_id=0456', 'base_payment_id=0123')
    expect(readMoney(correction, raw(half))).toMatchObject({ type: 'half-done', newPaymentId: '456' })
    const not = lines('result=1', 'response_code=2012', 'payment_id=0123')
    expect(readMoney(correction, raw(not))).toMatchObject({ type: 'half-done', newPaymentId: null })
  })

  it('0 that names another payment as the base is not accepted', () => {
    expect(typeOf(withLines('base_payment_id=124'))).toBe('unclear')
    expect(typeOf(withLines('base_payment_id='))).toBe('accepted')
  })

  it('1 is a rejection with code, detail and handling', () => {
    const body = lines('result=1', 'response_code=P010', 'response_detail="1C13"', 'payment_id=', 'base_payment_id=123')
    const rejected = { type: 'rejected', code: 'P010', detail: '"1C13"', handling: 'malformed' }
    expect(readMoney(SALE, raw(body))).toEqual(rejected)
  })

  it('1 with two details is a rejection without one', () => {
    const body = lines('result=1', 'response_code=2004', 'response_detail=a', 'response_detail=b')
    expect(readMoney(SALE, raw(body))).toEqual({ type: 'rejected', code: '2004', detail: '', handling: 'rejected' })
  })

  it.each(['', 'p010', 'P01000', 'P 1', '９００５'])('1 with code %j is not understood', (code) => {
    expect(typeOf(lines('result=1', `response_code=${code}`))).toBe('unclear')
  })

  it.each(['payment_id=124', 'base_payment_id=124'])('1 with %s is not understood', (line) => {
    expect(typeOf(lines('result=1', 'response_code=2004', line))).toBe('unclear')
  })
})

const CARD: MoneyRequest = { ...SALE, telegram: '029', amountYen: 1200 }
const corrected = (telegram: '029' | '103', carrier: MoneyRequest['carrier']): MoneyRequest => ({
  ...CARD,
  telegram,
  carrier,
})
const answered = (paymentId: string, baseId: string, ...more: readonly string[]) =>
  lines('result=0', 'response_code=', `payment_id=${paymentId}`, `base_payment_id=${baseId}`, ...more)

describe('what is doubted', () => {
  it.each([
    ['0 with a code', SALE, lines('result=0', 'response_code=P010', 'payment_id=123'), 'result'],
    ['no result', SALE, lines('response_code=', 'payment_id=123'), 'result'],
    ['1 without a code', SALE, lines('result=1', 'response_code='), 'result'],
    ['1 about another payment', SALE, lines('result=1', 'response_code=2004', 'payment_id=124'), 'other-payment'],
    ['0 about another payment', SALE, lines('result=0', 'response_code=', 'payment_id=124'), 'other-payment'],
    ['another amount', CARD, answered('456', '123', 'reduced_amount=1201'), 'amount'],
  ])('is named: %s', (_, request, body, code) => {
    expect(readMoney(request, raw(body))).toMatchObject({ type: 'unclear', fault: { kind: 'answer', code } })
  })
})

describe('a correction', () => {
  it.each([
    ['029', null, answered('456', '123', 'reduced_amount=1200'), '456'],
    ['103', 'docomo', answered('456', '123'), '456'],
    ['103', 'au', answered('123', '123'), null],
    ['103', 'softbank', answered('123', '123'), null],
  ] as const)('%s %s is accepted with the right ids', (telegram, carrier, body, newPaymentId) => {
    const answer = readMoney(corrected(telegram, carrier), raw(body))
    expect(answer).toEqual({ type: 'accepted', paymentId: '123', newPaymentId })
  })

  it.each([
    ['029', null, answered('123', '123', 'reduced_amount=1200')],
    ['029', null, answered('456', '456', 'reduced_amount=1200')],
    ['029', null, answered('456', '', 'reduced_amount=1200')],
    ['029', null, answered('', '123', 'reduced_amount=1200')],
    ['029', null, answered('45x', '123', 'reduced_amount=1200')],
    ['029', null, answered('1'.repeat(19), '123', 'reduced_amount=1200')],
    ['029', null, answered('456', '123')],
    ['029', null, answered('456', '123', 'reduced_amount=1201')],
    ['029', null, answered('456', '123', 'reduced_amount=1200', 'reduced_amount=1201')],
    ['103', 'docomo', answered('123', '123')],
    ['103', 'docomo', answered('456', '')],
    ['103', 'docomo', answered('456', '456')],
    ['103', 'au', answered('456', '123')],
    ['103', 'au', answered('123', '')],
    ['103', 'softbank', answered('123', '456')],
    ['103', null, answered('123', '123')],
    ['103', null, answered('456', '123')],
  ] as const)('%s %s is doubted otherwise (%#)', (telegram, carrier, body) => {
    expect(typeOf(body, corrected(telegram, carrier))).toBe('unclear')
  })

  const broke = (code: string, ...more: readonly string[]) => lines('result=1', `response_code=${code}`, ...more)

  it.each([
    ['2010', ['payment_id=456', 'base_payment_id=123', 'reduced_amount=1200'], '456'],
    ['2011', ['payment_id=456', 'base_payment_id=123'], '456'],
    ['2012', [], null],
    ['2012', ['payment_id=123'], null],
    ['2001', ['payment_id=456'], '456'],
    ['P010', ['payment_id=456'], '456'],
    ['9999', ['base_payment_id=123'], null],
    ['9999', ['base_payment_id=456'], null],
    ['9999', ['reduced_amount=1200'], null],
    ['', ['payment_id=456'], '456'],
    ['2001', ['payment_id=45x'], null],
  ] as const)('029 that broke off half-way (%s %j) is half-done', (code, more, newPaymentId) => {
    const answer = readMoney(CARD, raw(broke(code, 'response_detail=d', ...more)))
    expect(answer).toEqual({ type: 'half-done', code, detail: 'd', newPaymentId })
  })

  it('029 that left nothing is a plain rejection', () => {
    const body = broke('2013', 'payment_id=123', 'base_payment_id=', 'reduced_amount=')
    expect(readMoney(CARD, raw(body))).toMatchObject({ type: 'rejected', handling: 'rejected' })
  })

  it('103 with the half-done codes is half-done', () => {
    const body = broke('2012', 'payment_id=456')
    expect(readMoney(corrected('103', 'docomo'), raw(body))).toMatchObject({ type: 'half-done', newPaymentId: '456' })
  })
})
