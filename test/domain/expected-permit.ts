// Expected values, typed by hand; none of them is computed by the code under test.
import type { Carrier, Kind } from '../../src/domain/order.js'
import type { RuleProfile } from '../../src/domain/carriers.js'
import { rows } from './grid.js'

/**
 * S sale, C corrected sale, A auth-cancel, R sale-cancel, X cancel; refused: h higher, s status, t in-transit,
 * n correction-not-permitted, b correction-in-bulk. Total against the held amount: = equal, < lower, > higher.
 */
const COLUMNS = ['bulk=', 'bulk<', 'bulk>', 'single=', 'single<', 'single>', 'cancel-bulk', 'cancel-single'] as const
export type Column = (typeof COLUMNS)[number]

// 30, 31, 42 and 50 "again" for the single request only
const CREDIT = `
#                                                  bulk      single    cancel
# effective status                                 =  <  >   =  <  >   bulk single
20                                               | S  C  h | S  C  h | A  A
30                                               | t  t  t | S  t  h | t  t
31                                               | t  t  t | t  t  t | t  A
34                                               | t  t  t | t  t  t | t  t
40                                               | s  s  s | s  s  s | R  R
42                                               | t  t  t | t  t  t | t  R
50                                               | t  t  t | t  t  t | t  R
10,11,13,14,15,17,21,22,32,33,35,36,37,41,44,60,62,77 | s  s  s | s  s  s | s  s
`
// Docomo's row is the same in both profiles
const DOCOMO = `
20,21                                            | S  C  h | S  C  h | X  X
44                                               | s  b  h | s  C  h | X  X
30,31,34,42,50                                   | t  t  t | t  t  t | t  t
10,11,13,14,15,17,22,32,33,35,36,37,40,41,60,62,77 | s  s  s | s  s  s | s  s
`
const AU_MANUAL = `
20                                               | S  C  h | S  C  h | X  X
30,31,34,42,50                                   | t  t  t | t  t  t | t  t
10,11,13,14,15,17,21,22,32,33,35,36,37,40,41,44,60,62,77 | s  s  s | s  s  s | s  s
`
const AU_CURRENT = `
20                                               | S  C  h | S  C  h | X  X
40                                               | s  s  s | s  s  s | X  X
30,31,34,42,50                                   | t  t  t | t  t  t | t  t
10,11,13,14,15,17,21,22,32,33,35,36,37,41,44,60,62,77 | s  s  s | s  s  s | s  s
`
const SOFTBANK_MANUAL = `
20                                               | S  n  h | S  n  h | s  s
30,31,34,42,50                                   | t  t  t | t  t  t | t  t
10,11,13,14,15,17,21,22,32,33,35,36,37,40,41,44,60,62,77 | s  s  s | s  s  s | s  s
`
const SOFTBANK_CURRENT = `
20,21                                            | S  C  h | S  C  h | X  X
40                                               | s  s  s | s  s  s | X  X
30,31,34,42,50                                   | t  t  t | t  t  t | t  t
10,11,13,14,15,17,22,32,33,35,36,37,41,44,60,62,77 | s  s  s | s  s  s | s  s
`
export type Payer = Carrier | 'credit'
export const PAYERS: readonly Payer[] = ['credit', 'docomo', 'au', 'softbank']
export const BOTH_PROFILES: readonly RuleProfile[] = ['manual', 'current']

function read(text: string): Map<string, Map<Column, string>> {
  return new Map(
    rows(text).flatMap(([statuses = '', ...marks]) => {
      if (marks.length !== COLUMNS.length) throw new Error(`row ${statuses}: ${marks.length} cells`)
      const row = new Map(COLUMNS.map((column, index) => [column, marks[index] ?? '']))
      return statuses.split(',').map((status) => [status, row] as const)
    }),
  )
}

const TABLES = {
  manual: { credit: read(CREDIT), docomo: read(DOCOMO), au: read(AU_MANUAL), softbank: read(SOFTBANK_MANUAL) },
  current: { credit: read(CREDIT), docomo: read(DOCOMO), au: read(AU_CURRENT), softbank: read(SOFTBANK_CURRENT) },
}

/** The mark of one cell; a status without a row is a mistake in the grid. */
export function mark(profile: RuleProfile, payer: Payer, status: string, column: Column): string {
  const found = TABLES[profile][payer].get(status)?.get(column)
  if (found === undefined) throw new Error(`no cell ${profile} ${payer} ${status} ${column}`)
  return found
}

const REFUSED: Readonly<Record<string, string>> = {
  h: 'higher',
  s: 'status',
  t: 'in-transit',
  n: 'correction-not-permitted',
  b: 'correction-in-bulk',
}

/** Spells out the meaning of a mark for an order with these amounts. */
export function meaning(letter: string, payer: Payer, totalYen: number, heldYen: number): string {
  const card = payer === 'credit'
  const sent: Readonly<Record<string, string>> = {
    S: `sale ${card ? '022' : '101'} ${heldYen}`,
    C: `corrected-sale ${card ? '029' : '103'} ${totalYen}`,
    A: `auth-cancel 021 ${heldYen}`,
    R: `sale-cancel 023 ${heldYen}`,
    X: `cancel 102 ${heldYen}`,
  }
  const text = sent[letter] ?? REFUSED[letter]
  if (text === undefined) throw new Error(`no meaning for ${letter}`)
  return text
}

/** docs/rules.md#the-matrix, current: "corrected once at most". docomo and cards may be corrected again. */
export const correctedBefore = (payer: Payer, kind: Kind): boolean =>
  (payer === 'au' || payer === 'softbank') && (kind === '029' || kind === '103')

/** Already as asked by an accepted attempt of ours; for less than the total where a part was given back since. */
export function alreadyAsAsked(operation: 'sale' | 'cancel', kind: Kind, status: string, relation: string): boolean {
  if (operation === 'cancel') return ['021', '023', '102'].includes(kind) && ['32', '60', '62'].includes(status)
  return (
    ['022', '029', '101', '103'].includes(kind) &&
    ['40', '41', '44'].includes(status) &&
    (relation === '=' || (relation === '>' && ['029', '103'].includes(kind)))
  )
}
