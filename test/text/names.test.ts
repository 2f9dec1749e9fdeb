// Tests the comparison of names: the shapes of a kanji count as one.
import { shapesOf, usualShapes } from '../../src/text/names.js'
import { expect, test } from 'vitest'

test('every kanji has one usual shape, and its shapes know each other', () => {
  for (const one of '高崎斎辺沢浜広吉真') {
    const shapes = shapesOf(one)
    expect(shapes.length).toBeGreaterThan(1)
    for (const shape of shapes) expect([shape, usualShapes(shape), shapesOf(shape)]).toEqual([shape, one, shapes])
  }
  expect([usualShapes('髙﨑 德一'), usualShapes('𠮷野'), shapesOf('一')]).toEqual(['高崎 徳一', '吉野', ['一']])
})
