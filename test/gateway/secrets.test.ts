import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { secretMask, secretsOfUrl } from '../../src/gateway/secrets.js'
import { seeded } from '../seed.js'

const PASSWORD = `a+b~c d&"é'ソ`

describe('a mask of secrets', () => {
  const mask = secretMask([PASSWORD, null, undefined, ''])
  test.each([
    ['as it is', PASSWORD],
    ['percent-encoded by the wire', 'a%2Bb%7Ec+d%26%22%C3%A9%27%E3%82%BD'],
    ['percent-encoded in lower case', 'a%2bb%7ec+d%26%22%c3%a9%27%e3%82%bd'],
    ['percent-encoded by a browser', encodeURIComponent(PASSWORD)],
    ['in JSON', JSON.stringify(PASSWORD).slice(1, -1)],
    ['in HTML', 'a+b~c d&amp;&quot;é&#39;ソ'],
  ])('finds it %s', (_, form) => {
    expect(mask(`before ${form} after ${form}`)).toBe('before *** after ***')
  })

  it('finds it in base64, wherever it begins', () => {
    for (const before of ['', 'u', 'us', 'user:']) {
      const text = Buffer.from(`${before}canary-4711-word`).toString('base64')
      const masked = secretMask(['canary-4711-word'])(text)
      expect(masked).toContain('***')
      expect(Buffer.from(masked, 'base64').toString('latin1')).not.toMatch(/canary|4711/)
    }
  })

  it('finds it in Windows-31J, percent-encoded', () => {
    expect(secretMask(['ソース表示'])('x%83%5C%81%5B%83X%95%5C%8E%A6')).toBe('x***')
  })

  it('finds a key by its frame, a cut one too', () => {
    const key = '-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIE\n-----END ENCRYPTED PRIVATE KEY-----'
    expect(mask(`a ${key} b`)).toBe('a *** b')
    expect(mask('a -----BEGIN PRIVATE KEY-----\nMIIE')).toBe('a ***')
  })

  it('leaves ordinary texts as they are, and is no pattern itself', () => {
    expect(mask('ステータスが一致しません (40)')).toBe('ステータスが一致しません (40)')
    expect(secretMask(['.*.*'])('anything')).toBe('anything')
    expect(secretMask(['1'])('1C13')).toBe('1C13')
  })

  it('leaves no secret, whatever stands around it', () => {
    const secret = fc.string({ minLength: 4, maxLength: 32, unit: 'grapheme' })
    seeded(
      fc.property(secret, fc.string(), fc.string(), (password, before, after) => {
        const masked = secretMask([password])(`${before}\u0000${password}\u0000${after}`)
        expect(masked.split('\u0000')[1]).not.toContain(password)
      }),
    )
  })
})

describe('the secrets of a URL', () => {
  test.each([
    ['http://user:p%40ss-word@proxy:3128', ['p%40ss-word', 'p@ss-word']],
    ['https://token-123@hooks.example/x', ['token-123', 'token-123']],
    ['postgres://db/shop?password=geheim1', ['geheim1', 'geheim1']],
    ['http://proxy:3128', []],
    ['no url', []],
  ])('%s', (url, secrets) => {
    expect(secretsOfUrl(url)).toEqual(secrets)
  })
})
