// Names the row and the column in which the tables and the audit trail disagree.
import type { Contradiction } from '../../domain/difference.js'
import { plainPaymentId } from '../../domain/order.js'

type Value = Contradiction['mirror']
type About = Partial<Pick<Contradiction, 'runId' | 'attemptId' | 'orderId'>>
const NO_SUBJECT = { runId: null, attemptId: null, orderId: null } as const

/** Column → the stored value, and the required one. */
export type Pairs = Readonly<Record<string, readonly [Value, Value | undefined]>>

export class Contradictions {
  readonly all: Contradiction[] = []

  compare(what: Contradiction['what'], about: About, pairs: Pairs): void {
    for (const [field, [mirror, trail]] of Object.entries(pairs)) {
      if (trail !== undefined && mirror !== trail) this.tell(what, about, field, mirror, trail)
    }
  }

  tell(what: Contradiction['what'], about: About, field: string, mirror: Value, trail: Value): void {
    this.all.push({ what, ...NO_SUBJECT, ...about, field, mirror, trail })
  }

  /** Reports a row that exists only on one side. */
  row(what: Contradiction['what'], about: About, there: boolean): void {
    this.tell(what, about, 'row', there ? 'present' : null, there ? null : 'present')
  }
}

/** The rows of a table with what the trail tells of each, then what it tells of rows that are not there. */
export function* sidesOf<Key, Row, Told>(
  rows: readonly Row[],
  keyOf: (row: Row) => Key,
  told: ReadonlyMap<Key, Told>,
): Generator<readonly [Key, Row | undefined, Told | undefined]> {
  const left = new Map(told)
  for (const row of rows) {
    const key = keyOf(row)
    yield [key, row, left.get(key)]
    left.delete(key)
  }
  for (const [key, one] of left) yield [key, undefined, one]
}

/** A payment id is a number, written with or without leading zeros; entries and plans keep the original spelling. */
export const plainOrNull = (paymentId: string | null): string | null =>
  paymentId === null ? null : plainPaymentId(paymentId)
