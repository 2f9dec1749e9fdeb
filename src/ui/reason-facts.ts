// What the sentences about refusals are made of, in every language.
import type { Permission, Reason } from '../domain/outcome.js'
import type { StatusGroup } from './status-names.js'

/** What Paygent is asked (094) while the plan is prepared. */
export type Missing = Extract<Permission, { verdict: 'ask' }>['missing']

/** The facts, ready to be put into a sentence; everything from outside is harmless by now. */
export interface ReasonFacts {
  readonly orderId: string
  /** docomo, クレジット ... */
  readonly method: string
  readonly credit: boolean
  readonly total: string
  /** Null while Paygent has not told. */
  readonly held: string | null
  /** The rules' word as it is: a status, a code, `zero-total`, `once`, `unfinished`. */
  readonly about: string | null
  /** The same as a payment status with its name. */
  readonly status: string | null
  readonly group: StatusGroup
}

export interface ReasonTexts {
  readonly reasons: Readonly<Record<Reason, (facts: ReasonFacts) => string>>
  readonly missing: Readonly<Record<Missing, string>>
}
