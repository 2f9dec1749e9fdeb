import { takenByAll } from '../../src/domain/permit.js'
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
import { DESK_DAY, DESK_ORDERS, MANUAL_ORDERS, sampleOrder } from './sample-orders.js'
import { many, MIXED, rowsOf, RULES } from './sample-picker.js'

const typed = (text: string): PickerKey => ({ type: 'filter', text })
const SPACE: PickerKey = { type: 'toggle' }
const TAB: PickerKey = { type: 'list' }
const LEAVE: PickerKey = { type: 'leave' }
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
    ['ドコモ', ['852', '848', '847', '846', '845']],
    ['ｄ払い', ['852', '848', '847', '846', '845']],
    ['クレジットカード', ['864', '862', '851', '850', '849', '1852']],
    ['キャンセル', ['851', '847']],
    ['新規', ['864', '862']],
    ['結果不明', ['848']],
    ['高崎', ['851']],
    ['徳一', ['851']],
    ['髙﨑', ['851']],
  ])('%s finds %j', (text, expected) => {
    const state = open(MIXED, typed(text))
    expect(shown(state)).toEqual(expected)
    expect(ticked(state)).toEqual([])
  })

  test('the shipping is found by its word, and by no part of the opposite one', () => {
    const orders = [
      sampleOrder({ orderId: '1', shippedAt: '2009-06-20T10:00:00+09:00' }),
      sampleOrder({ orderId: '2' }),
      sampleOrder({ orderId: '3', shippingTold: false, orderStatus: '5' }),
    ]
    for (const text of ['発送済み', '発送済', 'shipped']) expect(shown(open(orders, typed(text)))).toEqual(['1', '3'])
    for (const text of ['未発送', 'not shipped']) expect(shown(open(orders, typed(text)))).toEqual(['2'])
  })

  test('ペイジェント状況 is found in the language in which it is shown', () => {
    const found = (lang: 'ja' | 'en', text: string) =>
      shown(after(pickerState(rowsOf(DESK_ORDERS, 'sale', lang, {}, DESK_DAY)), typed(text)))
    expect(found('ja', '補正売上')).toEqual(['12853'])
    expect(found('ja', '売上キャンセル')).toEqual(['12851'])
    expect(found('en', 'corrected sale')).toEqual(['12853'])
    expect(found('en', '補正売上')).toEqual([])
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
    expect(open(MIXED, typed('次郎'), TAB, move(1), typed('')).cursor).toBe('862')
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
    const one = open(MIXED, typed('852'), TAB, SPACE)
    expect(ticked(one)).toEqual(['852'])
    expect(ticked(after(one, SPACE))).toEqual([])
  })

  test('ticks survive a changed filter, and go out in the order of the list', () => {
    const state = open(MIXED, typed('852'), TAB, SPACE, typed('862'), TAB, SPACE, typed('いない'), typed(''))
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

  test("the origin of a tick is kept: a person's stays a person's until the order is ticked anew", () => {
    const by = (state: PickerState): string[] => [...picked(state)].map(([orderId, who]) => `${orderId} ${who}`)
    const number = (text: string): PickerKey[] => [typed(text), TAB, SPACE]
    let state = open(MIXED, ...number('853'), typed('85'), ALL)
    expect(by(state)).toEqual(['853 ticked', '852 ticked-by-all', '850 ticked-by-all'])
    state = after(state, ...number('850'), ...number('850'), typed('85'), NONE, ...number('852'))
    expect(by(state)).toEqual(['852 ticked'])
  })

  test('the key for all leaves an order whose status has no meaning to a person, and says so', () => {
    const rows = [...MANUAL_ORDERS, sampleOrder({ orderId: '849', orderStatus: '店舗保留' })]
    let state = open(rows, ALL)
    expect([ticked(state), state.notice]).toEqual([['864', '862', '853', '852'], 'some-left'])
    state = after(state, typed('849'), TAB, SPACE, typed(''), ALL)
    expect([ticked(state), state.notice]).toEqual([['864', '862', '853', '852', '849'], null])
    expect(picked(state).get('849')).toBe('ticked')
  })

  test('a space ticks nothing while the filter is being typed', () => {
    const typing = open(MIXED, typed('次郎'), SPACE)
    expect([ticked(typing), typing.focus]).toEqual([[], 'filter'])
    const listed = after(typing, TAB, SPACE)
    expect([ticked(listed), listed.focus]).toEqual([['864'], 'list'])
    expect(ticked(after(listed, typed('次郎 '), SPACE))).toEqual(['864'])
  })

  test('the first arrow leaves the marker where it is, and the next ones move it', () => {
    for (const by of [1, -1]) expect(open(MIXED, typed('852'), move(by), SPACE).ticked.keys().next().value).toBe('852')
    expect(ticked(open(MIXED, typed('852'), move(1), move(1), move(-1), SPACE))).toEqual(['852'])
    expect(open(MIXED, typed('85'), move(1), move(1)).cursor).toBe('852')
    expect(ticked(open(MIXED, typed('次郎'), { type: 'last' }, SPACE))).toEqual(['862'])
  })

  test('the key for all ticks what --all would take, and nothing that is left to a person', () => {
    const rules = { includeCancelled: true }
    const rows = rowsOf(DESK_ORDERS, 'sale', 'ja', rules, DESK_DAY)
    const taken = DESK_ORDERS.filter((order) => takenByAll(order, 'sale', { ...RULES, ...rules }))
    const state = after(pickerState(rows), ALL)
    expect(ticked(state)).toEqual(
      taken.flatMap(({ orderId }) => (rows.find(({ order }) => order.orderId === orderId)?.permitted ? [orderId] : [])),
    )
    // With --include-cancelled a person may tick this one.
    expect([rows.find(({ order }) => order.orderId === '12849')?.permitted, ticked(state).includes('12849')]).toEqual([
      true,
      false,
    ])
    const own = after(state, typed('12849'), ALL, TAB, SPACE)
    expect([picked(own).get('12849'), picked(own).get('12862')]).toEqual(['ticked', 'ticked-by-all'])
    expect(after(state, typed('12849'), ALL).notice).toBe('some-left')
  })

  test('the key for all waits for a filter where `--all` needs one', () => {
    const state = after(pickerState(rowsOf(MIXED, 'cancel'), true), ALL)
    expect([state.notice, ticked(state)]).toEqual(['filter-needed', []])
    expect(after(state, typed(' '), ALL).notice).toBe('filter-needed')
    expect(ticked(after(state, typed('次郎'), ALL))).toEqual(['864', '862'])
  })

  test('an order that may not be sent says so', () => {
    const state = open(MIXED, typed('851'), TAB, SPACE)
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
    expect(pickedSum(open(MIXED, typed('850'), TAB, SPACE)).yen).toBe(1000)
  })
})

describe('the end', () => {
  test('Enter ends with what is ticked, and stays when nothing is', () => {
    expect(open(MIXED, ENTER)).toMatchObject({ end: null, notice: 'nothing-ticked' })
    const picked = open(MIXED, typed('852'), TAB, SPACE, typed('いない'), ENTER)
    expect([picked.end, ticked(picked)]).toEqual(['confirmed', ['852']])
  })

  test('leaving is no confirmation, whatever is ticked', () => {
    expect(open(MIXED, ALL, LEAVE).end).toBe('left')
  })

  test('a filter is cleared first, and what is ticked stays', () => {
    const cleared = open(MIXED, typed('852'), ALL, LEAVE)
    expect([cleared.end, cleared.filter, cleared.focus, ticked(cleared)]).toEqual([null, '', 'list', ['852']])
    expect(shown(cleared)).toHaveLength(MIXED.length)
    expect(after(cleared, LEAVE).end).toBe('left')
  })
})

describe('whatever is pressed', () => {
  const texts = ['', '8', '85', '852', '次郎', 'au', 'いない', '1852', '　', '84']
  const key: fc.Arbitrary<PickerKey> = fc.oneof(
    fc.constantFrom(...texts).map(typed),
    fc.integer({ min: -20, max: 20 }).map(move),
    fc.constantFrom('first', 'last', 'list', 'toggle', 'all', 'none', 'confirm').map((type) => ({ type }) as PickerKey),
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
          const mayTick =
            ['toggle', 'all', 'none'].includes(next.type) && (next.type !== 'toggle' || before.focus === 'list')
          if (!mayTick) expect(state.ticked).toEqual(before.ticked)
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

describe('typed text', () => {
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
