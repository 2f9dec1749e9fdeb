// Tests JSON that draws nothing on a terminal and keeps exactly the same value.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { jsonText } from '../../src/ui/json.js'
import { seeded } from '../seed.js'
import { HIDDEN, hostileText } from './hostile.js'

it('reads back as what it was, whatever is in it, and holds no character that draws', () => {
  seeded(
    fc.property(fc.dictionary(hostileText, hostileText), (value) => {
      const text = jsonText(value)
      expect(JSON.parse(text)).toEqual({ ...value })
      for (const line of text.split('\n')) expect(HIDDEN.test(line)).toBe(false)
    }),
  )
})

it('is as JSON always is where there is nothing to hide', () => {
  expect(jsonText({ name: 'ペイジェント 太郎', total: 1000 })).toBe(
    '{\n  "name": "ペイジェント 太郎",\n  "total": 1000\n}\n',
  )
  expect(jsonText('\u{E0041}\u202e')).toBe('"\\udb40\\udc41\\u202e"\n')
})
