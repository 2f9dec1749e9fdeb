// Tests when docomo completes a sale, the form of a cut-off, and the process that holds the lock.
import { COMPLETES_AT, completesOn, CORRECTS_ONCE, CREDIT_AGAIN, TIME_OF_DAY } from '../../src/domain/carriers.js'
import {
  isAnotherLivingProcess,
  isLivingProcess,
  LOCK_COMMANDS,
  type MarkOf,
  type ProcessMark,
} from '../../src/domain/lock-owner.js'
import { describe, expect, it } from 'vitest'

describe('docomo completes a sale', () => {
  it.each([
    ['2026-11-23T19:59:59+09:00', 'current', undefined, '2026-11-24'],
    ['2026-11-23T20:00:00+09:00', 'current', undefined, '2026-11-25'],
    ['2026-11-23T20:00:00+09:00', 'manual', undefined, '2026-11-24'],
    ['2026-11-23T20:59:59+09:00', 'manual', undefined, '2026-11-24'],
    ['2026-11-23T21:00:00+09:00', 'manual', undefined, '2026-11-25'],
    ['2026-11-23T00:00:00+09:00', 'manual', undefined, '2026-11-24'],
    ['2026-11-23T23:59:59+09:00', 'manual', undefined, '2026-11-25'],
    // The settings name another cut-off.
    ['2026-11-23T18:00:00+09:00', 'manual', '18:00', '2026-11-25'],
    ['2026-11-23T17:59:00+09:00', 'manual', '18:00', '2026-11-24'],
    ['2026-11-23T23:59:00+09:00', 'manual', '24:00', '2026-11-24'],
    // The end of a month, of a February and of a year.
    ['2026-11-30T12:00:00+09:00', 'manual', undefined, '2026-12-01'],
    ['2026-11-30T22:00:00+09:00', 'manual', undefined, '2026-12-02'],
    ['2028-02-28T22:00:00+09:00', 'manual', undefined, '2028-03-01'],
    ['2026-12-31T12:00:00+09:00', 'manual', undefined, '2027-01-01'],
  ] as const)('sold at %s, %s, cut-off %s: on %s', (soldAt, profile, cutOff, day) => {
    expect(completesOn(soldAt, cutOff === undefined ? { profile } : { profile, cutOff })).toBe(day)
  })

  it('at a time of its own', () => expect({ ...COMPLETES_AT }).toEqual({ manual: '11:00', current: '03:30' }))
})

describe('the form of a cut-off', () => {
  it.each(['00:00', '09:30', '19:59', '20:00', '23:59', '24:00'])('%s', (text) => expect(text).toMatch(TIME_OF_DAY))
  it.each([
    '',
    '9:30',
    '24:01',
    '25:00',
    '30:00',
    '12:60',
    '12:5',
    '12:5x',
    '1x:00',
    '012:00',
    '12:000',
    '024:00',
    '24:000',
    '12-00',
  ])('not %j', (text) => expect(text).not.toMatch(TIME_OF_DAY))
})

it('docomo alone permits more than one correction', () => {
  expect({ ...CORRECTS_ONCE }).toEqual({ docomo: false, au: true, softbank: true })
})

it('a card request that broke off is sent again from its own statuses', () => {
  expect(CREDIT_AGAIN).toEqual({ sale: ['30'], correct: [], refund: [], authCancel: ['31'], saleCancel: ['42', '50'] })
})

describe('the process that left the lock', () => {
  const LEFT: ProcessMark = { bootId: 'boot', pid: 10, startTicks: '100' }
  const lives =
    (pid: number, changes: Partial<ProcessMark> = {}): MarkOf =>
    (asked) =>
      asked === pid ? { ...LEFT, pid, ...changes } : null

  it.each<[string, MarkOf, boolean]>([
    ['lives', lives(10), true],
    ['is dead', lives(11), false],
    ['is dead, and its number is another process', lives(10, { startTicks: '101' }), false],
    ['is dead, because the machine was started again', lives(10, { bootId: 'another' }), false],
    ['cannot be asked about', () => null, false],
  ])('%s', (_, markOf, living) => {
    expect(isLivingProcess(LEFT, markOf)).toBe(living)
    expect(isAnotherLivingProcess(LEFT, 11, markOf)).toBe(living)
    // Process 1 of a container is never another one than process 1 of the container before it.
    expect(isAnotherLivingProcess(LEFT, 10, markOf)).toBe(false)
  })

  it('ran one of the commands that hold it', () => {
    const commands = 'sale cancel amend import reconcile settle purge sync nightly pull push'
    expect([...LOCK_COMMANDS].join(' ')).toBe(commands)
  })
})
