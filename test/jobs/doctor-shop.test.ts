// Tests doctor's lines about the shop's database: the findings that are ×, those that are only a warning, and their
// order.
import { expect, it } from 'vitest'
import { AppError } from '../../src/errors.js'
import type { Finding } from '../../src/jobs/doctor/finding.js'
import { judgeShop, shopUntried, type CheckedShop } from '../../src/jobs/doctor/shop.js'

const told = ({ check, level, code, facts }: Finding): string => `${check} ${level} ${code} ${JSON.stringify(facts)}`

const NAME = 'EC-CUBE 2 (MySQL db.example:3306/shop)'
const NO_TROUBLE = { lacking: [], login: [], beyond: [], wide: [], useful: [], unclear: 0 }

const NOW = Date.parse('2026-11-23T12:00:00+09:00')

const HEALTHY: CheckedShop = {
  name: NAME,
  place: 'db.example:3306/shop',
  line: 'tls',
  unfit: null,
  condition: { noRollback: [], ownDates: 'all', zoneMinutes: 540, serverMs: NOW, mojibake: 0, links: 0 },
  rights: NO_TROUBLE,
}

const lines = (rights: Partial<CheckedShop['rights']>, line: CheckedShop['line'] = 'tls'): string[] =>
  judgeShop({ ...HEALTHY, line, rights: { ...NO_TROUBLE, ...rights } }, NOW).map(told)

it('all is well', () => {
  expect(lines({})).toEqual([
    `shop ok shop-connected {"name":"${NAME}"}`,
    'shop-line ok shop-tls {}',
    'shop-rights ok rights-right {}',
  ])
})

it('a connection by which nothing can be sent is × although it can be read', () => {
  const unfit = new AppError('shop-read-only', { place: 'db.example:3306/shop' })
  expect(
    judgeShop({ ...HEALTHY, unfit }, NOW)
      .map(told)
      .slice(0, 2),
  ).toEqual([
    `shop ok shop-connected {"name":"${NAME}"}`,
    'shop bad fault {"code":"shop-read-only","params":{"place":"db.example:3306/shop"}}',
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

it.each([
  [{ noRollback: ['dtb_order'] }, 'shop-no-rollback {"tables":["dtb_order"]}'],
  [{ zoneMinutes: 0 }, 'shop-zone {"hours":-9,"dates":"all"}'],
  [{ zoneMinutes: 570, ownDates: 'shipped' }, 'shop-zone {"hours":0.5,"dates":"shipped"}'],
  [{ zoneMinutes: 0, ownDates: null }, null],
  [{ zoneMinutes: null }, null],
  [{ serverMs: NOW + 60_000 }, null],
  [{ serverMs: NOW + 61_000 }, 'shop-clock {"seconds":61}'],
  [{ serverMs: NOW - 90_000 }, 'shop-clock {"seconds":-90}'],
  [{ mojibake: 3 }, 'shop-mojibake {"count":3}'],
  [{ links: 2 }, 'shop-links {"count":2}'],
] as const)('a shop with %j', (changes, expected) => {
  const found = judgeShop({ ...HEALTHY, condition: { ...HEALTHY.condition, ...changes } }, NOW).map(told)
  expect(found.slice(3)).toEqual(expected === null ? [] : [`shop-data warning ${expected}`])
})
