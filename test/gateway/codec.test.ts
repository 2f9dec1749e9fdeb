import { describe, expect, it } from 'vitest'
import { AppError } from '../../src/errors.js'
import { encodeRequest, encodeText, REQUEST_LIMITS, splitAnswer, urlencode } from '../../src/gateway/codec.js'

const errorOf = (work: () => unknown): AppError => {
  try {
    work()
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

describe('Windows-31J', () => {
  it.each([
    ['①', '8740'],
    ['髙', 'FBFC'],
    ['﨑', 'FAB1'],
    ['㈱', '878A'],
    ['Ⅲ', '8756'],
    ['～', '8160'],
    ['－', '817C'],
    ['ﾃｽﾄ', 'C3BDC4'],
    ['ソ表', '835C955C'],
    ['\\', '5C'],
    ['?', '3F'],
    ['￥￠￡￢―∥', '818F81918192' + '81CA815C8161'],
  ])('writes %s', (text, hex) => {
    expect(encodeText(text, 'memo').toString('hex').toUpperCase()).toBe(hex)
  })

  it.each([
    ['〜', 'U+301C'],
    ['−', 'U+2212'],
    ['—', 'U+2014'],
    ['‖', 'U+2016'],
    ['¢', 'U+00A2'],
    ['£', 'U+00A3'],
    ['¬', 'U+00AC'],
    ['é', 'U+00E9'],
    ['😀', 'U+1F600'],
    ['¥', 'U+00A5'],
    ['\ud83d', 'U+D83D'],
  ])('names %s, which it lacks', (character, codePoint) => {
    const error = errorOf(() => encodeText(`高橋 ${character} ?`, 'memo'))
    expect([error.code, error.params]).toEqual(['encoding-impossible', { character, codePoint, field: 'memo' }])
  })
})

describe('a request', () => {
  it("is escaped as PHP's urlencode does", () => {
    expect(urlencode(Buffer.from('aZ09-_. ~*+%&=/\r\n'))).toBe('aZ09-_.+%7E%2A%2B%25%26%3D%2F%0D%0A')
    expect(urlencode(Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))).length).toBe(65 + 1 + 190 * 3)
  })

  it('keeps the order of its fields, and escapes names too', () => {
    const fields = [
      ['b', '2'],
      ['a', ''],
      ['名', '1'],
    ] as const
    expect(encodeRequest(fields).toString()).toBe('b=2&a=&%96%BC=1')
    expect(encodeRequest([]).length).toBe(0)
  })

  it('is no longer than Paygent takes', () => {
    const name = 'n'.repeat(REQUEST_LIMITS.nameBytes)
    const room = REQUEST_LIMITS.requestBytes - name.length - 1
    expect(encodeRequest([[name, 'v'.repeat(room)]]).length).toBe(102_400)
    expect(errorOf(() => encodeRequest([[name, 'v'.repeat(room + 1)]])).params).toEqual({
      name: 'request',
      value: '102401 bytes',
      expected: 'at most 102400 bytes',
    })
    expect(errorOf(() => encodeRequest([[`${name}n`, '']])).params['value']).toBe('31 bytes')
    expect(errorOf(() => encodeRequest([['memo', 'v'.repeat(102_401)]])).params).toMatchObject({ name: 'memo' })
    // 16 double-byte characters are 32 bytes.
    expect(errorOf(() => encodeRequest([['名'.repeat(16), '']])).code).toBe('bad-value')
  })
})

describe('an answer', () => {
  const split = (text: string | Buffer) => splitAnswer(Buffer.from(text))

  it('is split at CRLF and the first =', () => {
    expect(split('a=1\r\n\r\nb=2=3\r\nc\r\nd=')).toEqual([
      { name: 'a', value: '1' },
      { name: 'b', value: '2=3' },
      { name: 'c', value: null },
      { name: 'd', value: '' },
    ])
    expect(split('')).toEqual([])
  })

  it.each(['a=1\nb=2\r\n', 'a=1\rb=2\r\n', 'a=1\r\nb=2\n', 'a=1\r\nb=2\r', '\n', 'a=1\r\r\nb=2\r\n', 'a=\n\r\n'])(
    'has no other line end: %j',
    (text) => expect(split(text)).toBeNull(),
  )

  it('is split as bytes: trail bytes may look like ASCII', () => {
    expect(split(Buffer.from('6d3d83408341955c0d0a6e3d81', 'hex'))).toEqual([
      { name: 'm', value: 'ァア表' },
      { name: 'n', value: '\ufffd' },
    ])
  })

  it('may hold what is not valid Windows-31J', () => {
    expect(split(Buffer.concat([Buffer.from('d='), Buffer.from([0xff, 0x41])]))).toEqual([
      { name: 'd', value: '\ufffdA' },
    ])
  })
})
