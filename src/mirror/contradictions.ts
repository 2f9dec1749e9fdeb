// Where the tables and the audit trail do not agree, this names the row and the column.

type Value = string | number | null

/** Something in the tables that the trail contradicts. */
export interface Contradiction {
  readonly what: 'attempt' | 'run' | 'item' | 'order' | 'payment'
  readonly runId: number | null
  readonly attemptId: number | null
  readonly orderId: string | null
  /** The column; `row` where the row itself is gone or nobody has written it. */
  readonly field: string
  readonly mirror: Value
  readonly trail: Value
}

export type About = Partial<Pick<Contradiction, 'runId' | 'attemptId' | 'orderId'>>
const NOTHING = { runId: null, attemptId: null, orderId: null } as const

/** Column → what stands there, and what must. */
export type Pairs = Readonly<Record<string, readonly [Value, Value | undefined]>>

export class Contradictions {
  readonly all: Contradiction[] = []

  compare(what: Contradiction['what'], about: About, pairs: Pairs): void {
    for (const [field, [mirror, trail]] of Object.entries(pairs)) {
      if (trail !== undefined && mirror !== trail) this.tell(what, about, field, mirror, trail)
    }
  }

  tell(what: Contradiction['what'], about: About, field: string, mirror: Value, trail: Value): void {
    this.all.push({ what, ...NOTHING, ...about, field, mirror, trail })
  }

  /** A row that is only on one side. */
  row(what: Contradiction['what'], about: About, there: boolean): void {
    this.tell(what, about, 'row', there ? 'present' : null, there ? null : 'present')
  }
}
