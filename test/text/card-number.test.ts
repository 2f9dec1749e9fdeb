import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { maskCardNumbers } from '../../src/text/card-number.js'
import { seeded } from '../seed.js'

const MASKED = '************1111'

describe('a card number in free text', () => {
  test.each([
    ['4111111111111111', MASKED],
    ['4111 1111 1111 1111', '**** **** **** 1111'],
    ['4111-1111-1111-1111', '****-****-****-1111'],
    ['4111  1111 - 1111 1111', '****  **** - **** 1111'],
    ['カード4111111111111111です', `カード${MASKED}です`],
    ['４１１１１１１１１１１１１１１１', '************１１１１'],
    ['４１１１－１１１１－１１１１－１１１１', '****－****－****－１１１１'],
    ['４１１１　１１１１　１１１１　１１１１', '****　****　****　１１１１'],
    ['4111ー1111ー1111ー1111', '****ー****ー****ー1111'],
    ['4111.1111.1111.1111', '****.****.****.1111'],
    ['4111\u200B1111\u200B1111\u200B1111', '****\u200B****\u200B****\u200B1111'],
    ['4111\n1111\n1111\n1111', '****\n****\n****\n1111'],
    ['④①①①①①①①①①①①①①①①', '************①①①①'],
    ['378282246310005', '***********0005'],
    ['3782 822463 10005', '**** ****** *0005'],
    ['30569309025904', '**********5904'],
    ['4222222222222', '*********2222'],
    ['6304000000000000000', '***************0000'],
    // Text before or after a card number is no part of it, and hides it no more.
    ['受注852 4111 1111 1111 1111', '受注852 **** **** **** 1111'],
    ['12 4111111111111111', `12 ${MASKED}`],
    ['03-1234-5678 4111111111111111', `03-1234-5678 ${MASKED}`],
    ['4111 1111 1111 1111 12/29', '**** **** **** 1111 12/29'],
    ['4111111111111111、5555555555554444', `${MASKED}、************4444`],
    ['4111111111111111 5555555555554444', `${MASKED} ************4444`],
  ])('%j becomes %j', (given, masked) => {
    expect(maskCardNumbers(given)).toBe(masked)
    expect(maskCardNumbers(masked)).toBe(masked)
  })

  test.each([
    '4111111111111112',
    '411111111111',
    '41111111111111111111',
    '4111a1111a1111a1111',
    '4111    1111    1111    1111',
    '2026-11-23 10:15',
    'ペイジェント 太郎 03-1234-5678',
    '',
  ])('%j is none', (text) => {
    expect(maskCardNumbers(text)).toBe(text)
  })

  test('is masked wherever it stands and whatever it is made of', () => {
    const digits = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 12, maxLength: 18 }).map(withCheckDigit)
    const text = fc.string({ unit: 'grapheme' }).filter((part) => !/[\p{N}\s]/u.test(part.normalize('NFKC')))
    const gap = fc.constantFrom('', ' ', '-', '　', '－')
    seeded(
      fc.property(digits, gap, text, text, fc.boolean(), (number, between, before, after, wide) => {
        const groups = number.match(/\d{1,4}/g) ?? []
        const written = groups.join(between)
        const shown = wide ? written.replace(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit))) : written
        const masked = maskCardNumbers(`${before}x${shown}x${after}`)
        expect(masked.normalize('NFKC').match(/\d/g) ?? []).toHaveLength(4)
        expect(masked).toHaveLength(before.length + shown.length + after.length + 2)
      }),
      300,
    )
  })
})

/** Digits and the one that makes them pass Luhn. */
function withCheckDigit(digits: readonly number[]): string {
  const sum = digits.toReversed().reduce((total, digit, index) => {
    const doubled = digit * 2
    return total + (index % 2 === 0 ? (doubled > 9 ? doubled - 9 : doubled) : digit)
  }, 0)
  return [...digits, (10 - (sum % 10)) % 10].join('')
}
