// Text as an attacker would write it to forge a row, a colour or a sum.
import fc from 'fast-check'

/** Nothing of this may reach a screen; line breaks of ours are taken out before the text is searched. */
export const HIDDEN =
  /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u00AD\u061C\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFEFF\u{E0000}-\u{E007F}]/u

export const HOSTILE = [
  'a\nb',
  'a\r\n│ 999 │ 偽 │',
  'a\rb',
  'a\tb',
  '\u001B[31mred\u001B[0m',
  '\u001B[2J\u001B[H',
  '\u001B]0;title\u0007',
  '\u001B]8;;http://x\u001B\\link\u001B]8;;\u001B\\',
  '\u009B31m',
  '\u0000nul',
  '\u0008\u0008\u0008',
  '\u007F',
  '\u202Eabc\u202C',
  '\u202A\u202B\u202Dx',
  '\u2066a\u2067b\u2068c\u2069',
  '\u200E\u200F\u061C',
  'a\u200Bb\u200Cc\u200Dd\u2060e\uFEFF',
  '\u2028\u2029\u0085',
  'soft\u00ADhyphen',
  'x\uFE0F\uFE0E\u{E0101}',
  '\u{E0001}\u{E0041}\u{E007F}',
  '\uD800',
  '\uDC00x',
  'e' + '\u0301'.repeat(60),
  '\u0336'.repeat(30),
  '=1+1',
  '\t=1+1',
  '＝1+1',
  '",\r\n"',
  '{#count}[x]{name}',
  '\uE000\uE000',
  '\u3164\u115F\uFFA0',
] as const

/** Any of them, random text, or both in a row. */
export const hostileText: fc.Arbitrary<string> = fc
  .array(fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: 'binary', maxLength: 8 })), { maxLength: 4 })
  .map((parts) => parts.join(''))
