import { cut, cutMiddle, displayWidth, fitText, pad, safe, wrap, wrapList } from '../../src/text/width.js'
import { HARD_NAMES } from '../ui/sample-orders.js'
import fc from 'fast-check'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import stringWidth from 'string-width'
import { describe, expect, test, vi } from 'vitest'

vi.mock('string-width', async (original) => {
  const { default: measure } = await original<typeof import('string-width')>()
  return { default: vi.fn(measure) }
})

describe('display width', () => {
  test.each([
    ['abc', 3],
    ['ペイジェント 太郎', 17],
    ['ﾍﾟｲｼﾞｪﾝﾄ', 8],
    ['か\u3099', 2],
    ['①', 1],
    ['髙', 2],
    ['😀', 2],
    ['🇯🇵', 2],
    ['e\u0301', 1],
    ['', 0],
  ])('%j takes %i cells', (text, width) => {
    expect(displayWidth(text)).toBe(width)
  })

  test('ambiguous characters take two cells where the terminal draws them so', () => {
    expect(displayWidth('①○…', { ascii: true, ambiguousWide: true })).toBe(6)
  })

  test('colours take no room', () => {
    expect(displayWidth('\u001B[31m○ 売上\u001B[39m')).toBe(6)
  })

  // The width that is counted without the library is compared with the library's.
  test('texts of our own sentences and of names are as wide as the library says', () => {
    const signs = [...'a 神髙がカﾞ○①×…─、。（“〜✓→¥‹›■']
    const texts = fc.array(fc.constantFrom(...signs), { maxLength: 12 }).map((each) => each.join(''))
    fc.assert(
      fc.property(texts, fc.boolean(), (text, ambiguousWide) => {
        const expected = stringWidth(text.normalize('NFC'), { ambiguousIsNarrow: !ambiguousWide })
        expect(displayWidth(text, { ascii: false, ambiguousWide })).toBe(expected)
      }),
      { numRuns: 2_000 },
    )
  })

  // The library takes 17 ms to build its lists, and a batch would wait for them before its first request.
  test('the texts of our own screens are measured without the library', () => {
    const folder = fileURLToPath(new URL('../../src/ui/', import.meta.url))
    const texts = readdirSync(folder).map((name) => readFileSync(`${folder}${name}`, 'utf8'))
    const characters = new Set(texts.join('').replaceAll('\n', ''))
    vi.mocked(stringWidth).mockClear()
    for (const character of characters) displayWidth(character)
    expect(vi.mocked(stringWidth).mock.calls.map(([text]) => text)).toEqual([])
  })

  test('every character of the tables by itself', () => {
    const otherwise: string[] = []
    for (let code = 0x20; code < 0x3_0000; code += code < 0x3100 ? 1 : 7) {
      const text = String.fromCodePoint(code)
      if (code !== 0x9b && displayWidth(text) !== stringWidth(text.normalize('NFC'))) otherwise.push(code.toString(16))
    }
    expect(otherwise).toEqual([])
  })
})

describe('safe text', () => {
  test.each([
    ['a\nb', 'a\\nb'],
    ['a\r\nb\tc', 'a\\r\\nb\\tc'],
    ['\u001B[31mred', '\\u{1B}[31mred'],
    ['\u009B31m', '\\u{9B}31m'],
    ['\u202Eabc\u202C', '\\u{202E}abc\\u{202C}'],
    ['\u2066x\u2069', '\\u{2066}x\\u{2069}'],
    ['a\u200Bb\uFEFF', 'a\\u{200B}b\\u{FEFF}'],
    ['a\u2028b\u2029c\u0085d', 'a\\u{2028}b\\u{2029}c\\u{85}d'],
    ['\uD800', '\\u{D800}'],
    ['\u3164', '\\u{3164}'],
    ['👨\u200D👩', '👨\\u{200D}👩'],
    ['8\uFE0F5', '8\\u{FE0F}5'],
    ['か\u3099', 'が'],
    ['e\u0302\u0323', 'ệ'],
    ['葛\u{E0100}', '葛\u{E0100}'],
    ['❤\uFE0F', '❤'],
    ['x' + '\u0336'.repeat(5), 'x' + '\u0336'.repeat(4) + '\\u{336}'],
  ])('%j is shown as %j', (given, shown) => {
    expect(safe(given)).toBe(shown)
  })

  test('nothing that moves, hides or breaks is left, whatever comes in', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(safe(text)).not.toMatch(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Cf}]/u)
      }),
    )
  })
})

describe('fitting', () => {
  test.each([
    ['ペイジェント 太郎', 10, 'ペイジェ…'],
    ['ペイジェント 太郎', 17, 'ペイジェント 太郎'],
    ['abcdef', 4, 'abc…'],
    ['ﾍﾟｲｼﾞｪﾝﾄ', 4, 'ﾍﾟｲ…'],
    ['田中😀花子', 6, '田中…'],
    ['abc', 1, '…'],
    ['abc', 0, ''],
  ])('%j cut to %i cells is %j', (text, width, shown) => {
    expect(cut(text, width)).toBe(shown)
    expect(displayWidth(cut(text, width))).toBeLessThanOrEqual(width)
  })

  test('the mark is ASCII where borders are', () => {
    expect(cut('abcdef', 4, { ascii: true })).toBe('ab..')
  })

  test('padding counts cells', () => {
    expect(pad('太郎', 6)).toBe('太郎  ')
    expect(pad('1,733', 8, 'right')).toBe('   1,733')
  })

  test.each([
    ['The order is sold already.', 10, ['The order', 'is sold', 'already.']],
    ['オーソリの期限が切れています。', 10, ['オーソリの', '期限が切れ', 'ています。']],
    ['購入金額(円)', 8, ['購入金額', '(円)']],
    ['abcdefghij', 4, ['abcd', 'efgh', 'ij']],
    [
      '対処：もう一度 paygent sale 10852 を実行してください。',
      32,
      ['対処：もう一度', 'paygent sale 10852 を実行してく', 'ださい。'],
    ],
    ['Then run "paygent sale 10852" again.', 28, ['Then run', '"paygent sale 10852" again.']],
    ['あ paygent amend 7 --total ‹円› い', 28, ['あ', 'paygent amend 7 --total ‹円›', 'い']],
    ['あ paygent amend 7 --total ‹円› い', 14, ['あ paygent', 'amend 7', '--total ‹円›', 'い']],
    ['にする（paygent sync）か', 18, ['にする', '（paygent sync）か']],
    ['金額は ¥1,733', 10, ['金額は', '¥1,733']],
    ['金額は1,733円', 10, ['金額は', '1,733円']],
    ['いまは12件）。', 8, ['いまは', '12件）。']],
    ['', 4, ['']],
  ])('%j wrapped at %i', (text, width, lines) => {
    const wrapped = wrap(text, width)
    for (const line of wrapped) expect(displayWidth(line)).toBeLessThanOrEqual(width)
    expect(wrapped).toEqual(lines)
  })

  test('wrapping loses nothing but spaces at the ends of lines', () => {
    fc.assert(
      fc.property(fc.constantFrom(...HARD_NAMES), fc.integer({ min: 2, max: 30 }), (name, width) => {
        const text = safe(name)
        const lines = wrap(text, width)
        expect(lines.join('').replace(/\s/g, '')).toBe(text.replace(/\s/g, ''))
        for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(width)
      }),
    )
  })

  test('continued lines keep the indent of their first', () => {
    expect(fitText('head\n  one two three', { width: 9, ascii: false })).toBe('head\n  one two\n  three')
  })
})

describe('a list in lines', () => {
  const text = '成功 2 / 失敗 0 / 結果不明 1,250'
  test.each([
    [40, [text]],
    [15, ['成功 2 / 失敗 0', '結果不明 1,250']],
    [14, ['成功 2', '失敗 0', '結果不明 1,250']],
    [10, ['成功 2', '失敗 0', '結果不明', '1,250']],
    [6, ['成功 2', '失敗 0', '結果不', '明', '1,250']],
  ])('of %i cells is broken between its parts', (width, lines) => {
    expect(wrapList(text, width)).toEqual(lines)
  })

  test('a part after one that is too wide begins a line', () => {
    expect(wrapList('outcome unknown 1 / ab 2 / cd 3', 12)).toEqual(['outcome', 'unknown 1', 'ab 2 / cd 3'])
  })
})

describe('a name is cut in its middle', () => {
  test.each([
    ['佐藤 直樹', 9, '佐藤 直樹'],
    ['ペイジェント 太郎', 12, 'ペイジ… 太郎'],
    ['ペイジェント 太郎', 8, 'ペ… 太郎'],
    ['ペイジェント　太郎', 13, 'ペイジ…　太郎'],
    ['髙橋 由美子', 10, '髙… 由美子'],
    ['髙橋 由美子', 9, '髙…由美子'],
    ['髙橋 由美子', 8, '髙橋…子'],
    ['有限会社はまなす水産', 13, '有限会…す水産'],
    ['Jonathan Smith', 10, 'Jon… Smith'],
    ['佐藤 直樹', 4, '佐…'],
  ])('%s in %i cells', (name, width, expected) => {
    expect(cutMiddle(name, width)).toBe(expected)
    expect(displayWidth(expected)).toBeLessThanOrEqual(width)
  })

  test('in ASCII the mark is two dots', () => {
    expect(cutMiddle('ペイジェント 太郎', 11, { ascii: true })).toBe('ペイ.. 太郎')
  })
})
