// Tests the filters and the sorting of `paygent orders` on a real mirror.
import { describe, expect, it } from 'vitest'
import { searchOrders, type SearchOptions, wantedOf } from '../../src/cli/order-search.js'
import { expectedText } from '../../src/ui/problems.js'
import { daysOf, filterOf, type FilterOptions } from '../../src/cli/selection.js'
import type { AppError } from '../../src/errors.js'
import { mirrorWith, only, prepared, row, settlement, stepFor, told } from '../mirror/mirrors.js'

const faultOf = (value: string): AppError => {
  try {
    return expect.fail(JSON.stringify(daysOf('--from', value, TODAY)))
  } catch (error) {
    return error as AppError
  }
}

it('a day that cannot be one lists those that can, in the words of the language', () => {
  const expected = String(faultOf('来月').params['expected'])
  for (const lang of ['ja', 'en'] as const) {
    const listed = expectedText(expected, lang)
      .replace(/ のどれか$/, '')
      .split(/、|, /)
    expect(listed).toHaveLength(6)
    for (const [index, day] of listed.entries()) {
      if (index === 0) expect(day).toBe('YYYY-MM-DD')
      else expect(daysOf('--from', day, TODAY)).toMatchObject({ first: expect.stringMatching(/^2026-1[01]-/) })
    }
    if (lang === 'ja') expect(listed.slice(1).join('')).not.toMatch(/[a-z]/)
  }
})

const TODAY = '2026-11-29'
const NOW_MS = Date.parse(`${TODAY}T10:00:00+09:00`)
const RULES = {
  profile: 'manual',
  single: false,
  includeCancelled: false,
  afterUnknown: false,
  statuses: [],
  nowMs: NOW_MS,
} as const

const credit = { method: 'credit', carrier: null } as const
/** An order of its own, placed and authorised on that day. */
const of = (orderId: string, day: string) => ({
  orderId,
  tradingId: orderId,
  paymentId: `900${orderId}`,
  orderedAt: `${day}T11:50:00+09:00`,
})

const shop = () =>
  mirrorWith([
    row({
      ...of('9', '2026-11-01'),
      ...credit,
      customerName: '髙橋 一',
      totalYen: 300,
      orderStatus: '5:発送済み',
      shippedAt: '2026-11-03T10:00:00+09:00',
    }),
    row({
      ...of('10', '2026-11-20'),
      carrier: 'docomo',
      customerName: '伊藤 二',
      totalYen: 100,
      orderStatus: '発送済み',
      shippedAt: '2026-11-21T10:00:00+09:00',
    }),
    row({
      ...of('11', '2026-11-29'),
      carrier: 'au',
      customerName: '阿部 三',
      totalYen: 200,
      orderStatus: '新規受付',
    }),
    row({
      ...of('12', '2026-10-31'),
      ...credit,
      customerName: '佐藤 四',
      totalYen: 50,
      orderStatus: '5',
      status: '40',
      kind: '022',
    }),
    row({
      ...of('13', '2025-12-31'),
      ...credit,
      customerName: '加藤 五',
      totalYen: 10,
      orderStatus: '',
      status: '33',
    }),
  ])

const found = (options: SearchOptions & FilterOptions, mirror = shop(), page = { limit: 50, offset: 0 }) => {
  const wanted = wantedOf(options, TODAY)
  const searched = { orders: mirror.orders, running: null }
  const { orders, total, totalYen } = searchOrders(searched, filterOf(options, NOW_MS), wanted, RULES, TODAY, page)
  return { ids: orders.map(({ orderId }) => orderId), total, totalYen }
}

const codeOf = (work: () => unknown): string => {
  try {
    work()
  } catch (error) {
    return (error as AppError).code
  }
  return 'none'
}

describe('the filters of the list', () => {
  it.each<[SearchOptions & FilterOptions, string[]]>([
    [{}, ['11', '10', '9', '12', '13']],
    [{ status: '発送済み' }, ['10', '9', '12']],
    [{ status: '5' }, ['10', '9', '12']],
    [{ status: ' ﾊｯｿｳ' }, []],
    [{ status: '新規受付、-' }, ['11', '13']],
    [{ state: '売上' }, ['12']],
    [{ state: 'sold,期限切れ' }, ['12', '13']],
    [{ state: '-' }, ['11', '10', '9']],
    [{ state: 'expired', status: '-' }, ['13']],
    [{ method: 'ドコモ' }, ['10']],
    [{ method: 'ｄ払い,エーユー' }, ['11', '10']],
    [{ method: 'クレジットカード、softbank' }, ['9', '12', '13']],
    [{ from: 'today' }, ['11']],
    [{ from: '9d' }, ['11', '10']],
    [{ from: '9日前', to: '昨日' }, ['10']],
    [{ from: '今月' }, ['11', '10', '9']],
    [{ from: '先月', to: '先月' }, ['12']],
    [{ to: 'last-month' }, ['12', '13']],
    [{ search: '高橋' }, ['9']],
    [{ expiring: '40' }, ['9']],
    [{ for: 'sale', state: '-' }, ['11', '10', '9']],
  ])('%j', (options, ids) => {
    const sum = { '9': 300, '10': 100, '11': 200, '12': 50, '13': 10 } as Record<string, number>
    expect(found(options)).toEqual({
      ids,
      total: ids.length,
      totalYen: ids.reduce((yen, id) => yen + (sum[id] ?? 0), 0),
    })
  })

  it('--sold-on takes what this tool has sold on that day, by the time at which it was accepted', () => {
    const mirror = shop()
    const sell = (orderId: string, at: string): void => {
      const { paymentId, tradingId, totalYen, method, carrier } = only(mirror, orderId)
      told(mirror, { paymentId: paymentId ?? '', tradingId, amountYen: totalYen, method, carrier }, orderId)
      const { attemptId } = prepared(mirror, stepFor(mirror, method === 'credit' ? '022' : '101', 'sale', { orderId }))
      mirror.journal.settle(settlement(attemptId, { atMs: Date.parse(at) }))
    }
    sell('9', '2026-11-27T23:59:59+09:00')
    sell('10', '2026-11-28T00:00:00+09:00')
    sell('11', '2026-11-28T23:59:59+09:00')
    expect(found({ soldOn: '2026-11-28' }, mirror)).toEqual({ ids: ['11', '10'], total: 2, totalYen: 300 })
    expect(found({ soldOn: '昨日', sort: 'total' }, mirror).ids).toEqual(['11', '10'])
    expect(found({ soldOn: '今月', reverse: true }, mirror).ids).toEqual(['9', '10', '11'])
    expect(found({ soldOn: '今月', method: 'au' }, mirror).ids).toEqual(['11'])
    expect(found({ soldOn: 'today' }, mirror).ids).toEqual([])
  })

  it('a page of it counts and adds up everything found', () => {
    const page = { limit: 2, offset: 2 }
    expect(found({ sort: 'number' }, shop(), page)).toEqual({ ids: ['11', '12'], total: 5, totalYen: 660 })
    expect(found({}, shop(), page)).toEqual({ ids: ['9', '12'], total: 5, totalYen: 660 })
    expect(found({}, shop(), { limit: 2, offset: 196 })).toEqual({ ids: [], total: 5, totalYen: 660 })
  })
})

describe('the sorting of the list', () => {
  it.each([
    ['date', ['11', '10', '9', '12', '13']],
    ['受注日', ['11', '10', '9', '12', '13']],
    ['number', ['9', '10', '11', '12', '13']],
    ['name', ['10', '12', '13', '11', '9']],
    ['total', ['9', '11', '10', '12', '13']],
    ['金額', ['9', '11', '10', '12', '13']],
    ['shipped', ['10', '9', '13', '12', '11']],
    ['発送日', ['10', '9', '13', '12', '11']],
    ['期限', ['9', '10', '11', '13', '12']],
  ])('%s', (sort, ids) => {
    expect(found({ sort }).ids).toEqual(ids)
  })

  it('turned round, orders without the value stay last', () => {
    expect(found({ reverse: true }).ids).toEqual(['13', '12', '9', '10', '11'])
    expect(found({ sort: 'shipped', reverse: true }).ids).toEqual(['9', '10', '13', '12', '11'])
    expect(found({ sort: 'expiry', reverse: true }).ids).toEqual(['11', '10', '9', '13', '12'])
  })
})

describe('wrong usage', () => {
  it.each<[SearchOptions & FilterOptions, string]>([
    [{ from: '2026-11-29', to: '2026-11-28' }, 'impossible-range'],
    [{ from: 'today', to: '先月' }, 'impossible-range'],
    [{ from: '今月', to: 'today' }, 'none'],
    [{ from: '2026-02-30' }, 'bad-value'],
    [{ from: '7' }, 'bad-value'],
    [{ to: 'tomorrow' }, 'bad-value'],
    [{ soldOn: '11月' }, 'bad-value'],
    [{ method: 'ドコモ,現金' }, 'bad-value'],
    [{ method: '' }, 'bad-value'],
    [{ state: '売上済' }, 'bad-value'],
    [{ status: '発送済み,' }, 'bad-value'],
    [{ sort: 'price' }, 'bad-value'],
    [{ expiring: 'x' }, 'bad-value'],
  ])('%j: %s', (options, code) => {
    expect(codeOf(() => found(options))).toBe(code)
  })
})

it.each([
  ['2026/11/01', '2026-11-01', '2026-11-01'],
  ['ｔｏｄａｙ', '2024-03-01', '2024-03-01'],
  ['本日', '2024-03-01', '2024-03-01'],
  ['yesterday', '2024-02-29', '2024-02-29'],
  ['7d', '2024-02-23', '2024-02-23'],
  ['７日', '2024-02-23', '2024-02-23'],
  ['month', '2024-03-01', '2024-03-31'],
  ['先月', '2024-02-01', '2024-02-29'],
])('%s is from %s to %s', (value, first, last) => {
  expect(daysOf('--from', value, '2024-03-01')).toEqual({ first, last })
})
