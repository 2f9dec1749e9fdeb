// doctor's lines about the shop's database: what makes them ×, what only a warning, and in which order.
import { expect, it } from 'vitest'
import type { Finding } from '../../src/jobs/doctor/finding.js'
import { judgeShop, shopUntried, type ShopFacts } from '../../src/jobs/doctor/shop.js'

const told = ({ check, level, code, facts }: Finding): string => `${check} ${level} ${code} ${JSON.stringify(facts)}`

const NAME = 'EC-CUBE 2 (MySQL db.example:3306/shop)'
const NO_TROUBLE = { lacking: [], login: [], beyond: [], wide: [], useful: [], unclear: 0 }

const lines = (rights: Partial<ShopFacts['rights']>, line: ShopFacts['line'] = 'tls'): string[] =>
  judgeShop({ name: NAME, place: 'db.example:3306/shop', line, rights: { ...NO_TROUBLE, ...rights } }).map(told)

it('all is well', () => {
  expect(lines({})).toEqual([
    `shop ok shop-connected {"name":"${NAME}"}`,
    'shop-line ok shop-tls {}',
    'shop-rights ok rights-right {}',
  ])
})

it.each([
  ['tls', 'ok shop-tls {}'],
  ['local', 'ok shop-local {}'],
  ['clear', 'warning shop-clear {"place":"db.example:3306/shop"}'],
] as const)('a line that is %s', (line, expected) => expect(lines({}, line)[1]).toBe(`shop-line ${expected}`))

it.each([
  [{ lacking: ['a'] }, ['bad rights-lacking {"rights":["a"]}']],
  [{ login: ['a'] }, ['bad rights-login {"rights":["a"]}']],
  [{ beyond: ['a', 'b'] }, ['bad rights-beyond {"rights":["a","b"]}']],
  [{ wide: ['a'] }, ['warning rights-wide {"rights":["a"]}']],
  [{ unclear: 2 }, ['warning rights-unclear {"count":2}']],
  [
    { lacking: ['a'], login: ['b'], beyond: ['c'], wide: ['d'], unclear: 1 },
    [
      'bad rights-lacking {"rights":["a"]}',
      'bad rights-login {"rights":["b"]}',
      'bad rights-beyond {"rights":["c"]}',
      'warning rights-wide {"rights":["d"]}',
      'warning rights-unclear {"count":1}',
    ],
  ],
] as const)('rights with %j', (rights, expected) => {
  expect(lines(rights).slice(2)).toEqual(expected.map((each) => `shop-rights ${each}`))
})

it('nothing is said of what could not be reached', () => {
  expect(shopUntried('shop').map(told)).toEqual(
    ['shop', 'shop-line', 'shop-rights'].map((check) => `${check} warning not-checked {"because":"shop"}`),
  )
})
