// The result of a batch as CSV: the fields of page 3.5 in snake_case, one line for each order.
import { csvText } from '../text/csv.js'
import type { PlanView } from './plan.js'
import { dryRunJson, type ResultItemJson, resultJson, type ResultView } from './result-json.js'
import type { Lang } from './screen.js'

const NAMES = [
  'position',
  'orderId',
  'request',
  'telegram',
  'outcome',
  'label',
  'code',
  'detail',
  'reason',
  'reasonText',
  'firstOutcome',
  'paymentId',
  'newPaymentId',
  'amount',
  'attempts',
  'mark',
] as const satisfies readonly (keyof ResultItemJson)[]

/** With BOM and CRLF. */
export const resultCsv = (view: ResultView, lang: Lang): string => csvText(NAMES, rows(resultJson(view, lang).results))

/** The same for a dry run; `at` is when the plan was made, ISO Japan time. */
export const dryRunCsv = (plan: PlanView, at: string, lang: Lang): string =>
  csvText(NAMES, rows(dryRunJson(plan, at, lang).results))

const rows = (results: readonly ResultItemJson[]): Pick<ResultItemJson, (typeof NAMES)[number]>[] => [...results]
