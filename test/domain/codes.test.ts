import { describe, expect, it } from 'vitest'
import {
  handlingOf,
  INQUIRY_CODES,
  KNOWN_CODES,
  meaningOfCode,
  MALFORMED_CODES,
  NO_SINGLE_PAYMENT_CODES,
  NOT_CORRECTABLE_CODES,
  type CodeMeaning,
  type Handling,
} from '../../src/domain/codes.js'

const TABLE: readonly (readonly [Handling, string])[] = [
  ['stop-login', 'P001 P002 P003 P004 P015 P016'],
  ['stop', 'P017 P018'],
  ['not-contracted', 'P007 P029'],
  ['malformed', 'P005 P006 P008 P009 P010 P011 P012 P013 P014 P000 P019 P028 P030 P099'],
  ['busy', 'E002 9005'],
  ['notice-busy', '9004'],
  ['acquirer-timeout', '2008'],
  ['rejected', '2004 2005 2006 2007 2013 2014 7001 7002 7003 7405 7406 7408 7409 13001 13002'],
  ['half-done', '2010 2011 2012'],
  ['inquire', '2001 2002 E001 7101 7105 7301 7302 7401 7402 7501 7502 P100 p001 P0010 P00 9999 0 X Z1C13 toString'],
]

describe.each(TABLE)('%s', (handling, codes) => {
  it.each(codes.split(' '))('%s', (code) => expect(handlingOf(code)).toBe(handling))
})

it.each([
  [MALFORMED_CODES, 'P005 P006 P008 P009 P010 P011 P012 P013 P014'],
  [NO_SINGLE_PAYMENT_CODES, '13001 13002 2005 2006 7001 7002'],
  [NOT_CORRECTABLE_CODES, '2013 2014 7409 P029'],
  [INQUIRY_CODES, '13001 13002'],
])('the set %j', (codes, expected) => expect([...codes].sort().join(' ')).toBe(expected))

it('has a row for each code once', () => expect([...new Set(KNOWN_CODES)]).toEqual(KNOWN_CODES))

const MEANINGS: readonly (readonly [CodeMeaning, string])[] = [
  ['login', 'P001 P002 P003 P004 P015 P016'],
  ['closed', 'P017 P018'],
  ['not-contracted', 'P007'],
  ['not-contracted-correction', 'P029'],
  ['malformed', 'P005 P006 P008 P009 P010 P011 P012 P013 P014'],
  ['busy', 'E002 9005'],
  ['notice-busy', '9004'],
  ['acquirer-timeout', '2008'],
  ['expired', '2007'],
  ['status-conflict', '2004 7003'],
  ['no-single-payment', '2005 2006 7001 7002 13001 13002'],
  ['half-authorised', '2010'],
  ['half-sale-failed', '2011'],
  ['charged-twice', '2012'],
  ['amount', '2013'],
  ['three-d-secure', '2014'],
  ['au-user', '7405'],
  ['au-gone', '7406'],
  ['au-no-cancel', '7408'],
  ['au-no-correction', '7409'],
  ['card', '2001 2002'],
  ['carrier', '7101 7105 7301 7302 7401 7402 7501 7502'],
  ['system', 'E001'],
]

describe.each(MEANINGS)('the meaning %s', (meaning, codes) => {
  it.each(codes.split(' '))('%s', (code) => expect(meaningOfCode(code)).toBe(meaning))
})

it('every code with a row has its meaning in the table', () => {
  expect([...KNOWN_CODES].toSorted()).toEqual(MEANINGS.flatMap(([, codes]) => codes.split(' ')).toSorted())
})

it.each(['P000', 'P099', 'P100', '9999', '', 'toString', 'XP001', 'XP012'])(
  'the meaning of %j is not known',
  (code) => {
    expect(meaningOfCode(code)).toBe('unknown-code')
  },
)

it('a code that only ends like one of P0 and two digits is no malformed request', () => {
  expect(handlingOf('XP099')).toBe('inquire')
})
