// Tests the lines that a person is asked to paste: the program accepts them, and a shell executes no part of them.
import { groupOfOne, waitingIn } from '../../src/domain/chosen.js'
import { methodsSetting, readMethodNames } from '../../src/domain/method-names.js'
import { parseStatus, parseStatuses } from '../../src/domain/order-status.js'
import { comparedName } from '../../src/text/names.js'
import { order, rules } from './order-fixture.js'
import fc from 'fast-check'
import { expect, test } from 'vitest'

const waitingOf = (statuses: readonly string[], setting: string) =>
  waitingIn(
    statuses.map((orderStatus, index) => groupOfOne(order({ orderId: String(index + 1), orderStatus }))),
    rules({ statuses: parseStatuses(setting) ?? [] }),
    setting,
  )

const SHELL = /["`$\\]/

function check(statuses: readonly string[], setting = ''): void {
  const first = waitingOf(statuses, setting)
  if (first === null) return
  expect(first.setting).not.toMatch(SHELL)
  expect(parseStatuses(first.setting), first.setting).not.toBeNull()
  const left = waitingOf(statuses, first.setting)
  // An entry cannot begin with =, so such a name waits on until the shop has another one.
  const waits = (left?.statuses ?? []).map(({ orderStatus }) => parseStatus(orderStatus).name ?? '')
  expect(waits.filter((name) => !name.startsWith('='))).toEqual([])
}

const ODD = [
  '10',
  '10:旧',
  '10:返品受付',
  '12',
  '012',
  '-',
  '－',
  '=x',
  'a=b',
  'a:b',
  'a,b',
  '"x"',
  '`id`',
  '$HOME',
  'a\\nb',
  "it's",
  '店\u0000舗',
  '#1',
  '：',
  ':',
  '1=2:3',
]

test.each(ODD.map((one) => [one]))('%j alone', (one) => check([one]))
test('all of them at once', () => check(ODD.slice(0, 20)))
test('a new name of a number that has an entry', () => check(['10:旧名'], '10=新名:sell'))

test('any names', () => {
  const name = fc.oneof(fc.constantFrom(...ODD), fc.string({ unit: 'binary', maxLength: 8 }))
  fc.assert(
    fc.property(fc.array(name, { maxLength: 8 }), (names) => check(names)),
    { numRuns: 300 },
  )
})

test.each(['カード`id`', 'カード$HOME', 'カード\\n払い', 'カード"a"', 'カード,b', 'カード=b', 'カード#1'])(
  'a method %j',
  (name) => {
    const setting = methodsSetting([{ name, count: 1 }], new Map()) ?? ''
    expect(setting).not.toMatch(SHELL)
    const read = [...(readMethodNames(setting) ?? new Map())]
    expect(read.map(([each, value]) => [comparedName(each), value])).toEqual([[comparedName(name), 'credit']])
  },
)
