// Tests every cell: payer × profile × kind × status × origin × amount × single × whose request it was.
import { describe, expect, it } from 'vitest'
import type { RuleProfile } from '../../src/domain/carriers.js'
import type { Kind, Operation, Order } from '../../src/domain/order.js'
import { permit } from '../../src/domain/permit.js'
import {
  alreadyAsAsked,
  BOTH_PROFILES,
  correctedBefore,
  mark,
  meaning,
  PAYERS,
  type Column,
  type Payer,
} from './expected-permit.js'
import { ALL_KINDS, expectedStatus, STATUSES } from './expected-status.js'
import { HELD_YEN, order, rules, short } from './order-fixture.js'

const TOTALS = { '=': HELD_YEN, '<': HELD_YEN - 300, '>': HELD_YEN + 1 } as const
type Relation = keyof typeof TOTALS

interface Cell {
  readonly payer: Payer
  readonly profile: RuleProfile
  readonly operation: Operation
  readonly kind: Kind
  readonly kindByUs: boolean
  readonly status: string
  readonly origin: 'shop' | 'paygent'
  readonly relation: Relation
  readonly single: boolean
}

function* cells(payer: Payer, profile: RuleProfile, operation: Operation): Generator<Cell> {
  for (const kind of ALL_KINDS)
    for (const kindByUs of [false, true])
      for (const status of STATUSES)
        for (const origin of ['shop', 'paygent'] as const)
          for (const relation of ['=', '<', '>'] as const)
            for (const single of [false, true])
              yield { payer, profile, operation, kind, kindByUs, status, origin, relation, single }
}

const orderOf = (cell: Cell): Order =>
  order({
    method: cell.payer === 'credit' ? 'credit' : 'carrier',
    carrier: cell.payer === 'credit' ? null : cell.payer,
    kind: cell.kind,
    kindByUs: cell.kindByUs,
    status: cell.status === 'none' ? null : cell.status,
    statusOrigin: cell.origin,
    totalYen: TOTALS[cell.relation],
  })

function expected(cell: Cell): string {
  const { payer, profile, operation, kind, relation } = cell
  const status = expectedStatus(kind, payer === 'credit' ? null : payer, cell.status, cell.origin)
  if (status === 'shop') return 'change-in-shop'
  if (status === 'ask') return 'ask status'
  const bulk = cell.single ? 'single' : 'bulk'
  const column: Column = operation === 'cancel' ? `cancel-${bulk}` : `${bulk}${relation}`
  const letter = mark(profile, payer, status, column)
  if (['s', 'h'].includes(letter) && cell.kindByUs && alreadyAsAsked(operation, kind, status, relation))
    return 'already'
  return meaning(letter === 'C' && correctedBefore(payer, kind) ? 'n' : letter, payer, TOTALS[relation], HELD_YEN)
}

const nameOf = (cell: Cell): string =>
  `kind=${cell.kind || '-'} ${cell.kindByUs ? 'ours' : 'shop'} status=${cell.status} (${cell.origin}) ` +
  `total${cell.relation}held ${cell.single ? 'single' : 'bulk'}`

describe.each(PAYERS)('%s', (payer) => {
  describe.each(BOTH_PROFILES)('profile %s', (profile) => {
    it.each(['sale', 'cancel'] as const)('%s: every cell is as the page says', (operation) => {
      const wrong: string[] = []
      let seen = 0
      for (const cell of cells(payer, profile, operation)) {
        seen += 1
        const got = short(permit(orderOf(cell), operation, rules({ profile, single: cell.single })))
        const want = expected(cell)
        if (got !== want) wrong.push(`${nameOf(cell)}: expected ${want}, got ${got}`)
      }
      expect(wrong).toEqual([])
      expect(seen).toBe(11 * 2 * 26 * 2 * 3 * 2)
    })
  })
})

// The same matrix as it is printed in the manual, section 5, so that a slip in the grids above would show too.
describe('the printed matrix: docs/rules.md#the-matrix', () => {
  const PRINTED = `
docomo   sale     ○ ○ - -
docomo   cancel   ○ ○ - ○
docomo   correct  ○ ○ - ○
au       sale     ○ - - -
au       cancel   ○ - - -
au       correct  ○ - - -
softbank sale     ○ - - -
softbank cancel   - - - -
softbank correct  - - - -`
  const lines = PRINTED.trim()
    .split('\n')
    .map((line) => line.split(/\s+/))

  it.each(lines)('%s %s %s %s %s %s', (carrier, request, ...circles) => {
    const got = ['20', '21', '40', '44'].map((status) => {
      const subject = order({
        method: 'carrier',
        carrier: carrier as 'docomo' | 'au' | 'softbank',
        status,
        totalYen: request === 'correct' ? HELD_YEN - 1 : HELD_YEN,
      })
      const answer = permit(subject, request === 'cancel' ? 'cancel' : 'sale', rules({ single: true }))
      const name = { sale: 'sale', cancel: 'cancel', correct: 'corrected-sale' }[request as 'sale']
      return answer.verdict === 'permitted' && answer.request === name ? '○' : '-'
    })
    expect(got).toEqual(circles)
  })
})
