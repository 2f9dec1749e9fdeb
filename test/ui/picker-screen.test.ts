import type { Operation, Order } from '../../src/domain/order.js'
import { displayWidth } from '../../src/text/width.js'
import { drawPicker, filterRoom, pickerFrame, pickerPageSize, type PickerScreen } from '../../src/ui/picker-screen.js'
import { type PickerKey, pickerState, type PickerState, pressed } from '../../src/ui/picker.js'
import { type Lang, LANGS } from '../../src/ui/screen.js'
import { DESK_DAY, DESK_ORDERS, HARD_NAMES, sampleOrder, screenOf } from './sample-orders.js'
import { many, MIXED, rowsOf, TODAY } from './sample-picker.js'
import { expectFits, expectScreen } from './screens.js'
import { describe, expect, test } from 'vitest'

const screenAt = (
  width: number,
  height: number,
  lang: Lang = 'ja',
  more: Partial<PickerScreen> = {},
): PickerScreen => ({
  ...screenOf(width, lang),
  height,
  ...more,
})

const typed = (text: string): PickerKey => ({ type: 'filter', text })
const SPACE: PickerKey = { type: 'toggle' }
const ALL: PickerKey = { type: 'all' }
const TAB: PickerKey = { type: 'list' }

interface Scene {
  readonly orders?: readonly Order[]
  readonly operation?: Operation
  readonly keys?: readonly PickerKey[]
  readonly environment?: string
  readonly today?: string
}

/** The shop's week, with its orders in every state. */
const DESK = { orders: DESK_ORDERS, today: DESK_DAY } as const
const WIDTHS = [60, 80, 100, 120] as const

function draw(
  screen: PickerScreen,
  { orders = MIXED, operation = 'sale', keys = [], environment = 'simulator', today = TODAY }: Scene,
) {
  const rows = rowsOf(orders, operation, screen.lang, {}, today)
  const frame = pickerFrame(rows, operation, environment, today, screen)
  const state = keys.reduce<PickerState>(pressed, pickerState(rows))
  const { above, below } = drawPicker(state, frame, screen)
  const text = `${above}\n${below}`
  expectFits(text, screen.width)
  expect(text.split('\n').length).toBeLessThan(Math.max(screen.height, 6))
  return { text, above, below, state, pageSize: pickerPageSize(frame, screen) }
}

describe('the picker', () => {
  test.each(LANGS)('as it opens, for a sale and for a cancel, %s', (lang) => {
    for (const width of WIDTHS) {
      for (const operation of ['sale', 'cancel'] as const) {
        const { text } = draw(screenAt(width, 40, lang), { ...DESK, operation })
        expectScreen(`picker-${operation}-${lang}-${width}`, text, width)
      }
    }
  })

  test.each(LANGS)('with ticks, some of them hidden by the filter, on a forbidden order, %s', (lang) => {
    for (const width of WIDTHS) {
      const keys = [typed('1286'), ALL, typed('12857'), TAB, SPACE, typed('12856'), TAB, SPACE]
      const { text } = draw(screenAt(width, 24, lang), { ...DESK, keys })
      expectScreen(`picker-ticked-${lang}-${width}`, text, width)
    }
  })

  test.each(LANGS)('while a filter is being typed, and in the list that it leaves, %s', (lang) => {
    for (const width of WIDTHS) {
      const typing = draw(screenAt(width, 24, lang), { ...DESK, keys: [typed('佐藤 ')] })
      expectScreen(`picker-typing-${lang}-${width}`, typing.text, width)
      const listed = draw(screenAt(width, 24, lang), { ...DESK, keys: [typed('佐藤 '), TAB] })
      expect(listed.text.split('\n').findIndex((line) => line.startsWith('> '))).toBe(
        typing.text.split('\n').findIndex((line) => line.startsWith('> ')),
      )
      expectScreen(`picker-listed-${lang}-${width}`, listed.text, width)
    }
  })

  test.each(LANGS)('all ticked: orders that --all would not take are left, %s', (lang) => {
    for (const width of WIDTHS) {
      const { text } = draw(screenAt(width, 40, lang), { ...DESK, keys: [ALL] })
      expectScreen(`picker-all-${lang}-${width}`, text, width)
    }
  })

  test.each(LANGS)('nothing found, nothing ticked, %s', (lang) => {
    const nothing = draw(screenAt(80, 24, lang), { keys: [typed('いない')] })
    expectScreen(`picker-nothing-${lang}-80`, nothing.text, 80)
    const enter = draw(screenAt(80, 24, lang), { keys: [typed('852'), { type: 'confirm' }] })
    expectScreen(`picker-enter-${lang}-80`, enter.text, 80)
  })

  test('names that break tables stay in their column', () => {
    const orders = HARD_NAMES.map((customerName, index) => sampleOrder({ orderId: String(900 + index), customerName }))
    for (const width of [60, 80, 120]) {
      const { below } = draw(screenAt(width, 40), { orders })
      expectScreen(`picker-names-ja-${width}`, below, width)
      const lines = below.split('\n').slice(1, orders.length + 1)
      const widths = lines.map((line) => displayWidth(line.slice(0, line.indexOf(' 1円'))))
      expect(new Set(widths).size).toBe(1)
    }
  })

  test('the filter ends the upper part, where the text cursor stands', () => {
    expect(
      draw(screenAt(80, 24), { keys: [typed('852')] })
        .above.split('\n')
        .at(-1),
    ).toBe('絞り込み：852')
    expect(
      draw(screenAt(80, 24, 'en'), { keys: [typed('852')] })
        .above.split('\n')
        .at(-1),
    ).toBe('Filter: 852')
  })
})

describe('colours', () => {
  const screen = screenAt(80, 24, 'ja', { colour: true })

  test('grey for what may not be sent, green for what is ticked, red for production', () => {
    const { below } = draw(screen, { keys: [typed('85'), ALL] })
    const line = (orderId: string): string => below.split('\n').find((each) => each.includes(` ${orderId} `)) ?? ''
    const painted = (text: string, colour: number): boolean =>
      text.startsWith(`\u001B[${colour}m`) && text.endsWith('\u001B[39m')
    expect(painted(line('851'), 90)).toBe(true)
    expect(painted(line('852'), 32)).toBe(true)
    const [first = ''] = draw(screen, { environment: 'production' }).above.split('\n')
    expect([painted(first, 31), first.includes('環境：本番')]).toEqual([true, true])
    expect(draw(screen, { environment: 'sandbox' }).above).not.toContain('\u001B')
  })

  test('none where none are wanted', () => {
    expect(draw(screenAt(80, 24), { keys: [ALL], environment: 'production' }).text).not.toContain('\u001B')
  })
})

describe('size', () => {
  test('no terminal is too small to see count, filter and an order', () => {
    for (const lang of LANGS) {
      for (let width = 20; width <= 130; width += 11) {
        for (const height of [6, 7, 8, 10, 13, 16, 20, 24, 40]) {
          const scene = { keys: [ALL, typed('85')] }
          const { text, below } = draw(screenAt(width, height, lang), scene)
          expect(text).toContain(lang === 'ja' ? '選択中：8件' : 'Chosen: 8 orders')
          expect(below).toContain('> [x] ')
        }
      }
    }
  })

  test('numbers, amounts and reasons are whole at 60, 80 and 120 columns', () => {
    for (const lang of LANGS) {
      for (const width of [60, 80, 120]) {
        const { below } = draw(screenAt(width, 40, lang), { keys: [typed('849')] })
        expect(below).toMatch(lang === 'ja' ? /849 .*1,234,567円 .* 増額不可$/m : /849 .*¥1,234,567 .* too high$/m)
      }
    }
  })

  test('the page follows the cursor, and everything is reached', () => {
    const screen = screenAt(80, 24)
    const rows = rowsOf(many(100))
    const frame = pickerFrame(rows, 'sale', 'simulator', TODAY, screen)
    const pageSize = pickerPageSize(frame, screen)
    expect(pageSize).toBe(11)
    const seen = new Set<string>()
    let state = pressed(pickerState(rows), { type: 'first' })
    for (let count = 0; count < rows.length; count++) {
      const lines = drawPicker(state, frame, screen).below.split('\n')
      expect(lines.filter((line) => line.startsWith('> '))).toHaveLength(1)
      for (const line of lines.filter((each) => /^[> ] (\[.\]| - )/.test(each))) seen.add(line.slice(6, 10).trim())
      state = pressed(state, { type: 'move', by: 1 })
    }
    expect(seen.size).toBe(100)
    expect(drawPicker(state, frame, screen).below).toContain('100件中 100-100件目')
  })

  test('the filter leaves room for the text cursor', () => {
    expect([20, 60, 80, 200].map((width) => filterRoom({ lang: 'ja', width }))).toEqual([8, 30, 30, 30])
    expect(filterRoom({ lang: 'en', width: 10 })).toBe(4)
  })

  test('drawing looks at one page, however many orders there are', () => {
    let looks = 0
    const rows = rowsOf(many(10_000)).map((row) => ({
      ...row,
      order: new Proxy(row.order, {
        get: (order, key) => (key === 'customerName' && looks++, Reflect.get(order, key)),
      }),
    }))
    const screen = screenAt(80, 24)
    const frame = pickerFrame(rows, 'sale', 'simulator', TODAY, screen)
    const state = pressed(pickerState(rows), ALL)
    looks = 0
    const { above } = drawPicker(state, frame, screen)
    expect(above).toContain('選択中：6,667件 66,670円')
    expect(looks).toBe(pickerPageSize(frame, screen))
  })
})
