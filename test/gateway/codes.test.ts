import type { Handling } from '../../src/domain/answer.js'
import { handlingOf } from '../../src/gateway/reply.js'
import { describe, expect, it } from 'vitest'

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
