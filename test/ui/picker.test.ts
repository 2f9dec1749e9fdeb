import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  cursorIndex,
  filterText,
  picked,
  pickedSum,
  pickerState,
  pressed,
  type PickerKey,
  type PickerState,
} from '../../src/ui/picker.js'
import { MANUAL_ORDERS, sampleOrder } from './sample-orders.js'
import { many, MIXED, rowsOf } from './sample-picker.js'

const typed = (text: string): PickerKey => ({ type: 'filter', text })
const SPACE: PickerKey = { type: 'toggle' }
const ALL: PickerKey = { type: 'all' }
const NONE: PickerKey = { type: 'none' }
const ENTER: PickerKey = { type: 'confirm' }
const move = (by: number): PickerKey => ({ type: 'move', by })

const after = (state: PickerState, ...keys: readonly PickerKey[]): PickerState => keys.reduce(pressed, state)
const open = (orders = MIXED, ...keys: readonly PickerKey[]): PickerState => after(pickerState(rowsOf(orders)), ...keys)
const shown = ({ shown: rows }: PickerState): string[] => rows.map(({ order }) => order.orderId)
const ticked = (state: PickerState): string[] => [...picked(state).keys()]

const PERMITTED = ['864', '862', '853', '852', '850', '846', '845', '844']

describe('typing', () => {
  test('852 narrows to the orders with 852 and ticks nothing', () => {
    let state = open()
    for (const text of ['8', '85', '852']) {
      state = after(state, typed(text))
      expect(ticked(state)).toEqual([])
    }
    expect(shown(state)).toEqual(['852', '1852'])
    expect(state.cursor).toBe('852')
  })

  test.each([
    ['853', ['853']],
    ['８５３', ['853']],
    ['0853', ['853']],
    ['次郎', ['864', '862']],
    ['ペイジェント次郎', ['864', '862']],
    ['ペイジェント 次郎', ['864', '862']],
    ['ﾍﾟｲｼﾞｪﾝﾄ　次郎', ['864', '862']],
    ['ヤマダ', ['850']],
    ['smith', ['847']],
    ['ＳＭＩＴＨ', ['847']],
    ['au', ['853']],
    ['AU', ['853']],
    ['softbank', []],
    ['クレジット', ['864', '862', '851', '850', '849', '1852']],
    ['credit', ['864', '862', '851', '850', '849', '1852']],
    ['いない', []],
  ])('%s finds %j', (text, expected) => {
    const state = open(MIXED, typed(text))
    expect(shown(state)).toEqual(expected)
    expect(ticked(state)).toEqual([])
  })

  test('number and name are no one text', () => {
    const orders = [sampleOrder({ orderId: '12', customerName: '3丁目商店' }), sampleOrder({ orderId: '123' })]
    expect(shown(open(orders, typed('123')))).toEqual(['123'])
  })

  test('a part is a plain part: no pattern', () => {
    const orders = [sampleOrder({ orderId: '1', customerName: '100% (有)' }), sampleOrder({ orderId: '2' })]
    for (const text of ['100%', '(有', '%']) expect(shown(open(orders, typed(text)))).toEqual(['1'])
    for (const text of ['.*', '_', '[', '\\']) expect(shown(open(orders, typed(text)))).toEqual([])
  })

  test('deleting brings the orders back', () => {
    const state = open(MIXED, typed('853'), typed('85'), typed(''))
    expect(shown(state)).toEqual(MIXED.map(({ orderId }) => orderId))
    expect(state.cursor).toBe('853')
  })
})

describe('the cursor', () => {
  test('opens on the first order that may be sent', () => {
    expect(open([...many(3)].reverse()).cursor).toBe('2')
    expect(open(MIXED.filter(({ orderId }) => !PERMITTED.includes(orderId))).cursor).toBe('851')
    expect(open([]).cursor).toBeNull()
  })

  test('stays on its order when the filter lets it, and goes where the whole number is', () => {
    expect(open(MIXED, typed('次郎'), move(1), typed('')).cursor).toBe('862')
    expect(open(MIXED, move(2), typed('太郎')).cursor).toBe('853')
    expect(open(MIXED, typed('1852')).cursor).toBe('1852')
    expect(open([sampleOrder({ orderId: '1852' }), sampleOrder()], typed('852')).cursor).toBe('852')
    expect(open(MIXED, typed('いない')).cursor).toBeNull()
    expect(open(MIXED, typed('いない'), typed('')).cursor).toBe('864')
  })

  test('moves by rows and pages and stops at both ends', () => {
    expect(open(MIXED, move(1)).cursor).toBe('862')
    expect(open(MIXED, move(-1)).cursor).toBe('864')
    expect(open(MIXED, move(5), move(-3)).cursor).toBe('853')
    expect(open(MIXED, move(99)).cursor).toBe('1852')
    expect(open(MIXED, move(99), move(-99)).cursor).toBe('864')
    expect(open(MIXED, { type: 'last' }).cursor).toBe('1852')
    expect(open(MIXED, { type: 'last' }, { type: 'first' }).cursor).toBe('864')
    expect(open([], move(1), { type: 'last' }, SPACE, ALL, NONE).cursor).toBeNull()
  })
})

describe('ticking', () => {
  test('Space ticks the order under the cursor and takes it back', () => {
    const one = open(MIXED, typed('852'), SPACE)
    expect(ticked(one)).toEqual(['852'])
    expect(ticked(after(one, SPACE))).toEqual([])
  })

  test('ticks survive a changed filter, and go out in the order of the list', () => {
    const state = open(MIXED, typed('852'), SPACE, typed('862'), SPACE, typed('いない'), typed(''))
    expect(ticked(state)).toEqual(['862', '852'])
  })

  test('all and none act on what is shown and may be sent', () => {
    const state = open(MIXED, typed('次郎'), ALL)
    expect(ticked(state)).toEqual(['864', '862'])
    expect(ticked(after(state, typed(''), ALL))).toEqual(PERMITTED)
    expect(ticked(after(state, typed(''), ALL, typed('次郎'), NONE))).toEqual(PERMITTED.slice(2))
    expect(ticked(after(state, typed('852'), NONE, typed('')))).toEqual(['864', '862'])
    expect(ticked(after(state, typed('いない'), ALL, NONE))).toEqual(['864', '862'])
  })

  test('what ticked an order is known: a person stays the one who ticked it, until it is ticked anew', () => {
    const by = (state: PickerState): string[] => [...picked(state)].map(([orderId, who]) => `${orderId} ${who}`)
    const number = (text: string): PickerKey[] => [typed(text), SPACE]
    let state = open(MIXED, ...number('853'), typed('85'), ALL)
    expect(by(state)).toEqual(['853 ticked', '852 ticked-by-all', '850 ticked-by-all'])
    state = after(state, ...number('850'), ...number('850'), typed('85'), NONE, ...number('852'))
    expect(by(state)).toEqual(['852 ticked'])
  })

  test('the key for all leaves an order whose status has no meaning to a person, and says so', () => {
    const rows = [...MANUAL_ORDERS, sampleOrder({ orderId: '849', orderStatus: '店舗保留' })]
    let state = open(rows, ALL)
    expect([ticked(state), state.notice]).toEqual([['864', '862', '853', '852'], 'some-left'])
    state = after(state, typed('849'), SPACE, typed(''), ALL)
    expect([ticked(state), state.notice]).toEqual([['864', '862', '853', '852', '849'], null])
    expect(picked(state).get('849')).toBe('ticked')
  })

  test('an order that may not be sent says so', () => {
    const state = open(MIXED, typed('851'), SPACE)
    expect([state.notice, ticked(state)]).toEqual(['not-permitted', []])
    expect(after(state, typed('85')).notice).toBeNull()
    expect(open(MIXED, typed('851'), ALL).notice).toBe('none-permitted')
    expect(open(MIXED, typed('いない'), ALL).notice).toBe('none-permitted')
  })

  test('the sum counts what the filter hides', () => {
    const state = open(MIXED, typed('85'), ALL, typed('853'))
    expect(pickedSum(state)).toEqual({ count: 3, yen: 1733 + 1 + 1000, untold: 0, hidden: 2 })
  })

  test('an amount that Paygent has not told counts as the total', () => {
    const state = open(MIXED, typed('84'), ALL)
    expect(ticked(state)).toEqual(['846', '845', '844'])
    expect(pickedSum(state)).toEqual({ count: 3, yen: 500 + 2000 + 300, untold: 3, hidden: 0 })
  })

  test('a correction counts with what would be captured', () => {
    expect(pickedSum(open(MIXED, typed('850'), SPACE)).yen).toBe(1000)
  })
})

describe('the end', () => {
  test('Enter ends with what is ticked, and stays when nothing is', () => {
    expect(open(MIXED, ENTER)).toMatchObject({ end: null, notice: 'nothing-ticked' })
    const picked = open(MIXED, typed('852'), SPACE, typed('いない'), ENTER)
    expect([picked.end, ticked(picked)]).toEqual(['confirmed', ['852']])
  })

  test('leaving is no confirmation, whatever is ticked', () => {
    expect(open(MIXED, ALL, { type: 'leave' }).end).toBe('left')
  })
})

describe('whatever is pressed', () => {
  const texts = ['', '8', '85', '852', '次郎', 'au', 'いない', '1852', '　', '84']
  const key: fc.Arbitrary<PickerKey> = fc.oneof(
    fc.constantFrom(...texts).map(typed),
    fc.integer({ min: -20, max: 20 }).map(move),
    fc.constantFrom('first', 'last', 'toggle', 'all', 'none', 'confirm').map((type) => ({ type }) as PickerKey),
  )

  test('only what may be sent is ticked, text ticks nothing, and the cursor is on what is shown', () => {
    fc.assert(
      fc.property(fc.array(key, { maxLength: 40 }), fc.constantFrom('sale', 'cancel'), (keys, operation) => {
        const rows = rowsOf(MIXED, operation)
        const may = new Set(rows.filter(({ permitted }) => permitted).map(({ order }) => order.orderId))
        keys.reduce((before, next) => {
          const state = pressed(before, next)
          expect([...state.ticked.keys()].filter((orderId) => !may.has(orderId))).toEqual([])
          const hidden = (one: PickerState): string[] =>
            ticked(one).filter((orderId) => !shown(before).includes(orderId))
          expect(hidden(state)).toEqual(hidden(before))
          if (!['toggle', 'all', 'none'].includes(next.type)) expect(state.ticked).toEqual(before.ticked)
          expect(cursorIndex(state) >= 0).toBe(state.shown.length > 0)
          expect(pickedSum(state).count).toBe(state.ticked.size)
          expect(ticked(state)).toEqual(rows.map(({ order }) => order.orderId).filter((id) => state.ticked.has(id)))
          return state
        }, pickerState(rows))
      }),
    )
  })

  test('a forbidden order is ticked by no key', () => {
    const forbidden = MIXED.filter(({ orderId }) => !PERMITTED.includes(orderId))
    fc.assert(
      fc.property(fc.array(key, { maxLength: 40 }), (keys) => {
        expect(open(forbidden, ...keys)).toMatchObject({ ticked: new Map(), end: null })
      }),
    )
  })

  test('ten thousand orders', () => {
    const state = open(many(10_000), ALL, typed('999'), NONE, typed(''))
    expect(pickedSum(state)).toEqual({ count: 6667 - 12, yen: 66_550, untold: 0, hidden: 0 })
  })
})

describe('what is typed', () => {
  test('keeps to its room and to what can be seen', () => {
    expect(filterText('852', 10)).toBe('852')
    expect(filterText('ペイジェント 太郎', 10)).toBe('ペイジェン')
    expect(filterText('123456', 5)).toBe('12345')
    expect(filterText('8\u200B5\u202E2\uFEFF\t\u0000', 10)).toBe('852')
    expect(filterText('葛\u{E0100}城', 10)).toBe('葛城')
    expect(filterText('e\u0301'.repeat(9), 6)).toBe('e\u0301'.repeat(3))
    expect(filterText('😀😀😀', 5)).toBe('😀😀')
  })

  test('finds names that are written with such characters', () => {
    const orders = [
      sampleOrder({ customerName: '葛\u{E0100}城' }),
      sampleOrder({ orderId: '2', customerName: 'ゼロ\u200B幅' }),
    ]
    expect(shown(open(orders, typed('葛城')))).toEqual(['852'])
    expect(shown(open(orders, typed('ゼロ幅')))).toEqual(['2'])
  })
})
