// The form of doctor's texts in every language. A finding that lacks its sentence does not compile.
import type { Check, Facts, FindingCode } from '../jobs/doctor/finding.js'

/** What was found, and what mends it; null where nothing needs mending. */
export type Sentence = readonly [text: string, cure: string | null]

/** A fault has the words of the error that other commands end with. */
export type Told = Exclude<FindingCode, 'fault'>

export interface DoctorTexts {
  readonly checks: Readonly<Record<Check, string>>
  readonly sentences: { readonly [Code in Told]: (facts: Facts[Code]) => Sentence }
  readonly uncertain: string
  /** How many lines bear a mark. */
  readonly sum: (mark: string, count: number) => string
}
