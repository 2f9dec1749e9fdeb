// Tests what an accepted request moves: docs/rules.md#money-that-a-request-moves, for every telegram and status.
import { describe, expect, it } from 'vitest'
import { grossYen, movementOf, netOf, sumsOfMoney } from '../../src/domain/money.js'
import { MONEY_TELEGRAMS, type MoneyTelegram } from '../../src/domain/order.js'
import { STATUS_NAMES } from '../../src/domain/statuses.js'
import { cell, codesIn, pageAt } from '../pages.js'
import { rows } from './grid.js'

// telegram, status before (? unknown), held amount (? unknown), amount, R: found refunded afterwards; way, yen, net
const TABLE = `
022 20 1000 1000 - | captured 1000  1000
022 30 1000 1000 - | captured 1000  1000
101 21 1000 1000 - | captured 1000  1000
021 20 1000 1000 - | released 1000  0
021 31 1000 1000 - | released 1000  0
023 40 1000 1000 - | refunded 1000 -1000
023 42 1000 1000 - | refunded 1000 -1000
023 50 1000 1000 - | refunded 1000 -1000
029 20 980  500  - | captured 500   500
029 40 980  500  - | refunded 480  -480
103 20 980  500  - | captured 500   500
103 21 980  500  - | captured 500   500
103 44 980  500  - | refunded 480  -480
103 40 980  500  - | refunded 480  -480
102 20 1000 1000 - | released 1000  0
102 21 1000 1000 - | released 1000  0
102 20 1000 1000 R | refunded 1000 -1000
102 40 1000 1000 - | refunded 1000 -1000
102 44 1000 1000 - | refunded 1000 -1000
102 34 1000 1000 - | ?        1000  ?
102 35 1000 1000 - | ?        1000  ?
102 ?  1000 1000 - | ?        1000  ?
103 ?  980  500  - | ?        500   ?
103 44 ?    500  - | ?        500   ?
022 ?  ?    1000 - | captured 1000  1000
021 ?  ?    1000 - | released 1000  0
023 ?  ?    1000 - | refunded 1000 -1000
022 20 1000 ?    - | ?        0     ?
`

const known = (text: string | undefined): string | null => (text === undefined || text === '?' ? null : text)
const yenOf = (text: string | undefined): number | null => (known(text) === null ? null : Number(text))

describe('the money that a request moves', () => {
  it.each(rows(TABLE))('%s from %s, held %s, amount %s, %s: %s', (...cells) => {
    const [telegram, status, held, amount, found, way, gross, net] = cells
    const request = {
      telegram: telegram as MoneyTelegram,
      plannedStatus: known(status),
      heldAmountYen: yenOf(held),
      amountYen: yenOf(amount),
    }
    const movement = movementOf(request, found === 'R')
    expect([movement?.way ?? '?', movement === null ? '?' : String(netOf(movement))]).toEqual([way, net])
    if (found !== 'R') expect(grossYen(request)).toBe(Number(gross))
    if (movement !== null) expect(movement.yen).toBe(Number(gross))
  })

  it('is nothing for a line of a plan without a request', () => {
    expect(movementOf({ telegram: null, plannedStatus: '20', heldAmountYen: 1, amountYen: 1 })).toBeNull()
  })
})

describe('the page', () => {
  const page = pageAt('docs/rules.md').table('Money that a request moves')
  /** The rows of the page that fit, each as way and yen. */
  const said = (telegram: string, status: string): string[] =>
    page.rows
      .filter((row) => codesIn(`\`${cell(row, 'telegram').replaceAll(', ', '` `')}\``).includes(telegram))
      .filter((row) => cell(row, 'from') === 'any' || cell(row, 'from').split(', ').includes(status))
      .map((row) => `${cell(row, 'moves')} ${cell(row, 'yen')}`)

  it.each(MONEY_TELEGRAMS)('says what %s moves from every status', (telegram) => {
    for (const status of Object.keys(STATUS_NAMES)) {
      const movement = movementOf({ telegram, plannedStatus: status, heldAmountYen: 980, amountYen: 500 })
      const yen = movement?.yen === 480 ? 'the held amount - the amount' : 'the amount'
      const found = movement === null ? [] : [`${movement.way} ${yen}`]
      expect([telegram, status, said(telegram, status)]).toEqual([telegram, status, found])
    }
  })
})

describe('the sums of accepted requests', () => {
  const [sale, release, refund] = (['022', '021', '023'] as const).map((telegram) => ({
    telegram,
    movement: movementOf({ telegram, plannedStatus: '20', heldAmountYen: 1000, amountYen: 1000 }),
  }))
  const lowered = {
    telegram: '029',
    movement: movementOf({ telegram: '029', plannedStatus: '40', heldAmountYen: 980, amountYen: 500 }),
  } as const
  const unknownCancel = { telegram: '102', movement: null } as const
  const unknownCorrection = { telegram: '103', movement: null } as const
  const requests = [sale, release, refund].filter((request) => request !== undefined)

  it.each([
    ['nothing', [], { releasedYen: 0, refundedYen: 0, netYen: 0 }],
    ['one of each', [...requests, lowered], { releasedYen: 1000, refundedYen: 1480, netYen: -480 }],
    ['a correction of a sale', [lowered], { releasedYen: 0, refundedYen: 480, netYen: -480 }],
    [
      'a cancel of an unknown status',
      [...requests, unknownCancel],
      { releasedYen: null, refundedYen: null, netYen: null },
    ],
    [
      'a cancel of an unknown status alone, which captured nothing',
      [unknownCancel],
      { releasedYen: null, refundedYen: null, netYen: null },
    ],
    [
      'a card’s correction of an unknown status',
      [{ telegram: '029', movement: null }],
      { releasedYen: 0, refundedYen: null, netYen: null },
    ],
    [
      'a request of an unknown telegram',
      [{ telegram: null, movement: null }],
      { releasedYen: null, refundedYen: null, netYen: null },
    ],
    ['a correction of an unknown status', [unknownCorrection], { releasedYen: 0, refundedYen: null, netYen: null }],
  ] as const)('%s', (_, accepted, sums) => {
    expect(sumsOfMoney(accepted)).toEqual(sums)
  })
})
