// Sums up a period for the books of the shop: what was sold, given back and released, and what came to nothing. The
// yen of a request are those of money.ts.
import { type MoneySums, type Movement, netOf, sumsOfMoney } from './money.js'
import type { Carrier, Method, MoneyTelegram, RequestName } from './order.js'
import type { Outcome } from './outcome.js'

/** Japan dates `YYYY-MM-DD`, both included. */
export interface Period {
  readonly from: string
  readonly to: string
}

/** The part of an order that a report shows. */
export interface ReportOrder {
  readonly orderId: string
  /** Japan time; '' if the shop does not give it. */
  readonly orderedAt: string
  /** '' after a purge. */
  readonly customerName: string
  readonly method: Method
  readonly carrier: Carrier | null
}

/**
 * How the time of a request is known: the request's own answer came then; Paygent has given the date of the payment or
 * of its cancel; or the intent was written then, or the run began.
 */
export type DatedBy = 'answer' | 'paygent' | 'intent'

/** A request of a run. All times are ISO Japan time, so that they compare as text. */
export interface ReportRequest extends ReportOrder {
  readonly runId: number
  readonly position: number
  /** Null for a refused order that needed none. */
  readonly request: RequestName | null
  readonly telegram: MoneyTelegram | null
  /** As of now. */
  readonly outcome: Outcome
  /** The code of a refusal by the rules, else Paygent's response code; null is none. */
  readonly reason: string | null
  /** The amount that Paygent captures or releases, whole yen; of a correction the new one. */
  readonly amountYen: number | null
  /** The amount that Paygent held before. */
  readonly heldAmountYen: number | null
  /** The money that the request moves, or would if it were accepted; null if that is not known. */
  readonly movement: Movement | null
  readonly paymentId: string | null
  readonly newPaymentId: string | null
  readonly osUser: string
  /** The time of the request: its day is the day of its line. */
  readonly at: string
  readonly datedBy: DatedBy
  /** When its first intent was written, or else when its run began. */
  readonly sentAt: string
  /** Its order waits for an operator, or the request has no outcome yet. As of now. */
  readonly waits: boolean
  /** The outcomes that the journal gave it and when, the oldest first. Before the first one it was unknown. */
  readonly history: readonly { readonly at: string; readonly outcome: Outcome }[]
}

/** One accepted request: a line of the books. */
export type ReportLine = ReportRequest & {
  readonly request: RequestName
  readonly telegram: MoneyTelegram
  readonly outcome: 'accepted'
}

/** 売上, 補正売上, 返金, オーソリ解放, 内訳不明. */
export const REPORT_KINDS = ['sold', 'corrected', 'refunded', 'released', 'unclear'] as const
export type ReportKind = (typeof REPORT_KINDS)[number]

export function kindOfLine({ movement, request }: Pick<ReportLine, 'movement' | 'request'>): ReportKind {
  if (movement === null) return 'unclear'
  if (movement.way === 'captured') return request === 'corrected-sale' ? 'corrected' : 'sold'
  return movement.way
}

/** Whole yen, never negative. Of a line whose movement is not known it is the amount of the request. */
export interface CountedYen {
  readonly count: number
  readonly yen: number
}

export interface ReportSums extends Readonly<Record<ReportKind, CountedYen>> {
  /** By how much the corrected sales were lowered before they were captured. */
  readonly loweredYen: number
  /** Captured less refunded; null where it is not known. */
  readonly netYen: number | null
}

/** Who pays: `credit`, a carrier, or `carrier` where the carrier is not known. */
export interface Payer {
  readonly method: Method
  readonly carrier: Carrier | null
}

export interface DaySums extends ReportSums {
  /** Japan date. */
  readonly day: string
}

/** Requests with one outcome and one reason; of `not-processed`, `unsent` and `refused` the last one of each order. */
export interface OutcomeCount {
  readonly outcome: Exclude<Outcome, 'accepted'>
  readonly reason: string | null
  readonly count: number
  /** The sum of the amounts that were asked for, whole yen. */
  readonly yen: number
  readonly orderIds: readonly string[]
}

/** An authorisation that has run out, or has by its computed last day, before it was sold. */
export interface LostAuthorisation extends ReportOrder {
  /** Japan date of its last day. */
  readonly day: string
  readonly yen: number
  /** Paygent has said that it has expired; else its last day is computed and past. */
  readonly told: boolean
}

/** A payment that is sold at Paygent, by another hand than this tool's. */
export interface SoldElsewhere extends ReportOrder {
  /** Japan date: of the sale where Paygent has given it, else of the order. */
  readonly day: string
  readonly datedBy: 'paygent' | 'order'
  readonly yen: number
  readonly paymentId: string | null
}

/** A request whose outcome was learnt or put right after the end of the period to which it belongs. */
export interface ReportChange {
  readonly line: ReportRequest
  /** ISO Japan time. */
  readonly changedAt: string
  readonly before: Outcome
  readonly after: Outcome
  /** By how much the net of the period changes; null where it is not known. */
  readonly netYen: number | null
}

/** A value of local data that the audit trail contradicts: no sum of the report may be trusted then. */
export interface JournalDifference {
  readonly what: 'attempt' | 'run'
  readonly runId: number | null
  readonly attemptId: number | null
  readonly orderId: string | null
  /** The column; `row` when the row itself is missing or no entry wrote it. */
  readonly field: string
  readonly mirror: string | number | null
  readonly trail: string | number | null
}

export interface Report {
  readonly period: Period
  /** ISO Japan time. */
  readonly madeAt: string
  /** The period is over: only a later change can alter it. */
  readonly over: boolean
  readonly total: ReportSums
  /** Every day of the period that has begun. */
  readonly days: readonly DaySums[]
  readonly payers: readonly (Payer & ReportSums)[]
  /** Per day and payer, in the order of the days; only what occurs. */
  readonly cells: readonly (Payer & DaySums)[]
  readonly outcomes: readonly OutcomeCount[]
  readonly lost: readonly LostAuthorisation[]
  readonly elsewhere: readonly SoldElsewhere[]
  /** Requests of unknown outcome, or that waited for a person, at the end of the period or now. */
  readonly open: readonly ReportRequest[]
  /** Results of this period that became known after its end. */
  readonly changedLater: readonly ReportChange[]
  /** Results of earlier requests that became known in this period. */
  readonly ofEarlier: readonly ReportChange[]
  /** The accepted requests in the order of their times. */
  readonly lines: readonly ReportLine[]
  readonly differences: readonly JournalDifference[]
}

export interface ReportFacts extends Pick<Report, 'lost' | 'elsewhere' | 'differences'> {
  /** Each request that may belong to the period, once; others do no harm. */
  readonly requests: readonly ReportRequest[]
}

/** @param madeAt ISO Japan time; days after it are left out */
export function reportOf(period: Period, facts: ReportFacts, madeAt: string): Report {
  const requests = facts.requests.toSorted(inTime)
  const inside = requests.filter(({ at }) => isIn(at, period))
  const lines = inside.filter(isLine)
  const days = daysOf(period, madeAt)
  const byDay = groupedBy(lines, ({ at }) => dayOf(at))
  return {
    period,
    madeAt,
    over: dayOf(madeAt) > period.to,
    total: sumsOf(lines),
    days: days.map((day) => ({ day, ...sumsOf(byDay.get(day) ?? []) })),
    payers: byPayer(lines),
    cells: [...byDay].flatMap(([day, ofDay]) => byPayer(ofDay).map((sums) => ({ day, ...sums }))),
    outcomes: outcomesOf(inside),
    lost: facts.lost.filter(({ day }) => day >= period.from && day <= period.to).toSorted(byDate),
    elsewhere: facts.elsewhere.filter(({ day }) => day >= period.from && day <= period.to).toSorted(byDate),
    open: requests.filter((one) => isOpenAt(one, endOf(period))),
    changedLater: changesAfter(inside, endOf(period), null),
    ofEarlier: changesAfter(
      requests.filter(({ at }) => dayOf(at) < period.from),
      startOf(period),
      endOf(period),
    ),
    lines,
    differences: facts.differences,
  }
}

const dayOf = (at: string): string => at.slice(0, 10)
const isIn = (at: string, { from, to }: Period): boolean => dayOf(at) >= from && dayOf(at) <= to
/** These are smaller than each time of the day, or larger. */
const startOf = ({ from }: Period): string => from
const endOf = ({ to }: Period): string => `${to}U`

const isLine = (one: ReportRequest): one is ReportLine =>
  one.outcome === 'accepted' && one.request !== null && one.telegram !== null

const inTime = (a: ReportRequest, b: ReportRequest): number =>
  compared(a.at, b.at) || a.runId - b.runId || a.position - b.position
const knownAt = ({ history, sentAt }: ReportRequest): string => history.at(-1)?.at ?? sentAt
const inTimeOfOutcome = (a: ReportRequest, b: ReportRequest): number =>
  compared(knownAt(a), knownAt(b)) || a.runId - b.runId || a.position - b.position
const byDate = (a: { day: string; orderId: string }, b: { day: string; orderId: string }): number =>
  compared(a.day, b.day) || Number(a.orderId) - Number(b.orderId)
const compared = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

function groupedBy<Key, One>(all: readonly One[], keyOf: (one: One) => Key): Map<Key, One[]> {
  const groups = new Map<Key, One[]>()
  for (const one of all) {
    const group = groups.get(keyOf(one))
    if (group === undefined) groups.set(keyOf(one), [one])
    else group.push(one)
  }
  return groups
}

const DAY_MS = 24 * 60 * 60 * 1000

/** Each Japan date of the period until today. */
function daysOf({ from, to }: Period, madeAt: string): string[] {
  const last = dayOf(madeAt) < to ? dayOf(madeAt) : to
  const count = Math.max(0, Math.round((Date.parse(last) - Date.parse(from)) / DAY_MS) + 1)
  return Array.from({ length: count }, (_, index) => dayOf(new Date(Date.parse(from) + index * DAY_MS).toISOString()))
}

export const payerKey = ({ method, carrier }: Payer): string => carrier ?? method

/** Credit first, then the carriers by name. */
function byPayer(lines: readonly ReportLine[]): (Payer & ReportSums)[] {
  const groups = [...groupedBy(lines, payerKey).values()]
  return groups
    .flatMap((group) => {
      const [first] = group
      return first === undefined ? [] : [{ method: first.method, carrier: first.carrier, ...sumsOf(group) }]
    })
    .toSorted((a, b) => compared(b.method, a.method) || compared(payerKey(a), payerKey(b)))
}

/** The sums of accepted requests, in whole yen. */
export function sumsOf(lines: readonly ReportLine[]): ReportSums {
  const of = (kind: ReportKind): CountedYen => {
    const these = lines.filter((line) => kindOfLine(line) === kind)
    return { count: these.length, yen: these.reduce((sum, line) => sum + shownYen(line), 0) }
  }
  const money: MoneySums = sumsOfMoney(lines)
  return {
    sold: of('sold'),
    corrected: of('corrected'),
    refunded: of('refunded'),
    released: of('released'),
    unclear: of('unclear'),
    loweredYen: lines.reduce((sum, line) => sum + loweredYenOf(line), 0),
    netYen: money.netYen,
  }
}

const shownYen = ({ movement, amountYen }: ReportLine): number => movement?.yen ?? amountYen ?? 0

/** By how much a corrected sale has lowered the amount before it was captured, whole yen; 0 for any other request. */
export const loweredYenOf = (line: ReportLine): number =>
  kindOfLine(line) === 'corrected' ? Math.max(0, (line.heldAmountYen ?? 0) - (line.amountYen ?? 0)) : 0

const ORDER_OF_OUTCOMES = ['rejected', 'unknown', 'attention', 'not-processed', 'unsent', 'refused'] as const

/** The request moved nothing, and may be made again: runs that are taken up again leave many of them on one order. */
const UNDONE: ReadonlySet<Outcome> = new Set(['not-processed', 'unsent', 'refused'])

/** An order that was left undone counts once, and only where that is the last that is known of it in the period. */
function outcomesOf(requests: readonly ReportRequest[]): OutcomeCount[] {
  const last = new Map(requests.toSorted(inTimeOfOutcome).map((one) => [one.orderId, one]))
  const counted = requests.filter((one) => !UNDONE.has(one.outcome) || last.get(one.orderId) === one)
  return ORDER_OF_OUTCOMES.flatMap((outcome) => {
    const these = counted.filter((one) => one.outcome === outcome)
    const counts = [...groupedBy(these, ({ reason }) => reason)].map(([reason, group]) => ({
      outcome,
      reason,
      count: group.length,
      yen: group.reduce((sum, { amountYen }) => sum + (amountYen ?? 0), 0),
      orderIds: [...new Set(group.map(({ orderId }) => orderId))],
    }))
    return counts.toSorted((a, b) => b.count - a.count || compared(a.reason ?? '', b.reason ?? ''))
  })
}

const isOpen = (outcome: Outcome | null): boolean => outcome === 'unknown' || outcome === 'attention'

/** A request may still be called `attention` when its order no longer waits for an operator. */
const isOpenAt = (one: ReportRequest, time: string): boolean =>
  isOpen(outcomeAt(one, time)) && (one.waits || one.outcome !== 'attention')

/** The outcome just before that time; null before the request was sent. @param time ISO Japan time, or a part of it */
export function outcomeAt({ history, sentAt }: ReportRequest, time: string): Outcome | null {
  const last = history.findLast(({ at }) => at < time)
  return last?.outcome ?? (sentAt < time ? 'unknown' : null)
}

/** @param until ISO Japan time up to which changes count; null is now */
function changesAfter(requests: readonly ReportRequest[], since: string, until: string | null): ReportChange[] {
  return requests.flatMap((line) => {
    const before = outcomeAt(line, since)
    const after = until === null ? line.outcome : outcomeAt(line, until)
    const changed = line.history.findLast(({ at }) => at >= since && (until === null || at < until))
    if (before === null || after === null || before === after || changed === undefined) return []
    const [was, is] = [netOfOutcome(line, before), netOfOutcome(line, after)]
    return [{ line, changedAt: changed.at, before, after, netYen: was === null || is === null ? null : is - was }]
  })
}

function netOfOutcome({ movement }: ReportRequest, outcome: Outcome): number | null {
  if (outcome !== 'accepted') return 0
  return movement === null ? null : netOf(movement)
}
