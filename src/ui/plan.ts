// Shows the plan before the question: the requests to be sent, the orders left out with their reasons, and the sums.
import { authorisationAge } from '../domain/age.js'
import type { Completion } from '../domain/carriers.js'
import { type Movement, movementOf, type MovingRequest } from '../domain/money.js'
import type { MoneyTelegram, Operation, Order, RequestName } from '../domain/order.js'
import type { Reason } from '../domain/outcome.js'
import type { Mark } from '../domain/permit.js'
import type { RefusedItem, Step } from '../domain/run.js'
import { grouped, listTime } from '../text/numbers.js'
import { fitText, safe } from '../text/width.js'
import { breakdownLine, requestText, shownYen, type ShownRequest, summedName } from './money.js'
import { type AskedOf, reasonText } from './reasons.js'
import { type Lang, paint, pastedIn, type Screen, underProfile } from './screen.js'
import { type Cell, drawTable, KEEP } from './table.js'
import { environmentWord, knownEnvironment, sentences, shortMethod, word } from './words.js'

/** A planned request, for the sums by request and method. */
interface Summed extends ShownRequest {
  readonly order: Order
}

export interface PlanSum {
  readonly request: string
  readonly method: string
  count: number
  yen: number
  untold: number
}

export function sumsOf(items: readonly Summed[], lang: Lang): PlanSum[] {
  const sums = new Map<string, PlanSum>()
  for (const { order, ...shown } of items) {
    const names = { request: summedName(shown, lang), method: shortMethod(order, lang) }
    const key = JSON.stringify(names)
    const sum = sums.get(key) ?? { ...names, count: 0, yen: 0, untold: 0 }
    const moved = shownYen(shown)
    sum.count += 1
    sum.yen += moved ?? 0
    sum.untold += moved === null ? 1 : 0
    sums.set(key, sum)
  }
  return [...sums.values()]
}

export function sumTable(sums: readonly PlanSum[], screen: Screen): string {
  const { lang } = screen
  return drawTable(
    {
      columns: [
        { header: word('column.request', lang), shrink: 'never', priority: KEEP },
        { header: word('column.method', lang), shrink: 'never', priority: KEEP },
        { header: word('column.count', lang), shrink: 'never', align: 'right', priority: KEEP },
        { header: word('column.amount', lang), shrink: 'never', align: 'right', priority: KEEP },
      ],
      rows: sums.map(({ request, method, count, yen, untold }) => [
        request,
        method,
        grouped(count),
        untold === count ? word('amount-not-told', lang) : grouped(yen),
      ]),
    },
    screen,
  )
}

export function totalLine(sums: readonly PlanSum[], { lang }: Screen): string {
  const total = (pick: (sum: PlanSum) => number): number => sums.reduce((all, sum) => all + pick(sum), 0)
  const [count, yen, untold] = [total((sum) => sum.count), total((sum) => sum.yen), total((sum) => sum.untold)]
  const texts = sentences(lang)
  return untold === 0 ? texts.planTotal(count, yen) : texts.planTotalUntold(count, yen, untold)
}

export interface PlannedItem {
  readonly verdict: 'planned'
  readonly position: number
  readonly order: Order
  /** Null while Paygent has to be asked which request fits; dry runs only. */
  readonly request: RequestName | null
  readonly telegram: MoneyTelegram | null
  readonly paymentId: string | null
  /** The amount captured or released, whole yen; null (金額未確認) only in a dry run, before Paygent is asked. */
  readonly amountYen: number | null
  /** The money that the request will move; null where Paygent has to be asked first. */
  readonly movement: Movement | null
  /** The mark of an order that is sent only if a person chooses it; null for any other. */
  readonly mark: Mark | null
}

export interface LeftOutItem {
  readonly verdict: 'refused'
  readonly position: number
  readonly order: Order
  readonly request: RequestName | null
  readonly reason: Reason
  readonly about: string | null
}

export interface PlanView extends AskedOf {
  readonly environment: string
  /** Japan date, `YYYY-MM-DD`, from which authorisations' ages are counted. */
  readonly today: string
  /** The day's cut-off, `hh:mm`, if it is past. */
  readonly pastCutOff: string | null
  /** By position. */
  readonly items: readonly (PlannedItem | LeftOutItem)[]
}

/** The plan as the planner makes it. */
export interface PlanParts {
  readonly operation: Operation
  readonly asked: { readonly rules: Completion }
  readonly orders: readonly Order[]
  readonly steps: readonly Step[]
  readonly refused: readonly RefusedItem[]
  /** Orders about which Paygent must still be asked; only a dry run has them. */
  readonly undecided?: readonly Pick<PlannedItem, 'position' | 'order' | 'request' | 'mark'>[]
}

/** Puts a plan together for the screen. Throws when a step or refusal is about an order that the plan lacks. */
export function planView(
  plan: PlanParts,
  environment: string,
  today: string,
  pastCutOff: string | null = null,
): PlanView {
  const orders = new Map(plan.orders.map((order) => [order.orderId, order]))
  const orderOf = (orderId: string): Order => {
    const order = orders.get(orderId)
    if (order === undefined) throw new Error(`order ${orderId} is not among the orders of its plan`)
    return order
  }
  const items = [
    ...plan.steps.map((step): PlannedItem => {
      const { position, orderId, request, telegram, paymentId, amountYen, mark } = step
      const planned = { position, order: orderOf(orderId), request, telegram, paymentId, amountYen, mark }
      return { verdict: 'planned', ...planned, movement: movementOf(step) }
    }),
    ...plan.refused.map(({ position, orderId, request, reason, about }): LeftOutItem => {
      return { verdict: 'refused', position, order: orderOf(orderId), request, reason, about }
    }),
    ...(plan.undecided ?? []).map(({ position, order, request, mark }): PlannedItem => {
      const { paymentId } = order
      const untold = { telegram: null, amountYen: null, movement: null }
      return { verdict: 'planned', position, order, request, paymentId, mark, ...untold }
    }),
  ]
  items.sort((a, b) => a.position - b.position)
  const { operation, asked } = plan
  return { ...asked.rules, operation, environment, today, pastCutOff, items }
}

/** 環境：本番 in red; the other environments with a note that no customer is charged. The chosen profile is named above. */
export function environmentLine(environment: string, screen: Screen): string {
  const known = knownEnvironment(environment)
  const name = environmentWord(environment, screen.lang)
  const note = known === null ? '' : word(`environment-note.${known}`, screen.lang)
  const line = note === '' ? name : sentences(screen.lang).environmentLine(name, note)
  const fitted = fitText(line, screen)
  return underProfile(known === 'production' ? paint(fitted, 'red', screen) : fitted, screen)
}

/** The end of an authorisation is shown when it has this many days left or fewer. */
const ENDING_DAYS = 7

function ageCell(order: Order, today: string, lang: Lang): Cell {
  const { authorizedAt } = order
  // The same orders have an age here as in the list: the authorisation of a sale, say, is used up.
  const known = authorisationAge(order, today)
  if (known === null) return ''
  const { days, left } = known
  const texts = sentences(lang)
  const age = texts.ageEnding(days, left)
  const text = authorizedAt === null ? texts.ageAbout(age) : age
  return left <= ENDING_DAYS ? { text, colour: 'yellow' } : text
}

const amountCell = (amountYen: number | null, lang: Lang): Cell =>
  amountYen === null ? { text: word('amount-not-told', lang), colour: 'yellow' } : grouped(amountYen)

const MARK = '※'
const markedText = (text: string, mark: Mark | null): string => (mark === null ? text : `${text} ${MARK}`)

/** The meaning of the mark in the table, with the order status of each marked order; null where none is marked. */
function marksLine(items: readonly PlannedItem[], { lang }: Screen): string | null {
  const marked = items.filter(({ mark }) => mark !== null)
  if (marked.length === 0) return null
  const texts = sentences(lang)
  return `${MARK} ${texts.planMarked(marked.map(({ order }) => texts.orderStatusOf(safe(order.orderId), safe(order.orderStatus))))}`
}

function plannedTable(items: readonly PlannedItem[], today: string, screen: Screen): string {
  const { lang } = screen
  const hasAges = items.some(({ order }) => ageCell(order, today, lang) !== '')
  return drawTable(
    {
      columns: [
        { header: word('column.order-id', lang), shrink: 'never', priority: KEEP },
        { header: word('column.customer-name', lang), shrink: 'cut', min: 6, priority: 5 },
        { header: word('column.method', lang), shrink: 'never', priority: 2 },
        { header: word('column.request', lang), shrink: 'wrap', min: 10, priority: KEEP },
        { header: word('column.amount', lang), shrink: 'never', align: 'right', priority: KEEP },
        ...(hasAges ? [{ header: word('column.age', lang), shrink: 'wrap', min: 8, priority: 1 } as const] : []),
      ],
      rows: items.map(({ order, mark, ...shown }) => [
        order.orderId,
        order.customerName,
        shortMethod(order, lang),
        markedText(requestText(shown, order.heldAmountYen, lang), mark),
        amountCell(shownYen(shown), lang),
        ...(hasAges ? [ageCell(order, today, lang)] : []),
      ]),
    },
    screen,
  )
}

function leftOutTable(items: readonly LeftOutItem[], asked: AskedOf, screen: Screen): string {
  const { lang } = screen
  return drawTable(
    {
      columns: [
        { header: word('column.order-id', lang), shrink: 'never', priority: KEEP },
        { header: word('column.customer-name', lang), shrink: 'cut', min: 8, priority: 1 },
        { header: word('column.reason', lang), shrink: 'wrap', min: 20, priority: KEEP },
      ],
      rows: items.map((item) => [
        item.order.orderId,
        item.order.customerName,
        pastedIn(reasonText(item, item.order, asked, lang), screen),
      ]),
    },
    screen,
  )
}

/** A sale captures what Paygent holds, so the plan states when Paygent gave the amounts; null where it gave none. */
function amountsLine(items: readonly PlannedItem[], { lang }: Screen): string | null {
  const [earliest] = items
    .flatMap(({ order, amountYen }) => (amountYen === null ? [] : (order.heldAmountAt ?? [])))
    .sort()
  return earliest === undefined ? null : sentences(lang).planAmountsSince(listTime(earliest))
}

/** An amount that is not asked yet is named as such in the total, and belongs to no sum. */
const isTold = (item: PlannedItem): boolean => shownYen(item) !== null

/** The whole plan, ready to print, without a line break at its end. */
export function planText(plan: PlanView, screen: Screen): string {
  const { lang } = screen
  const planned = plan.items.filter((item) => item.verdict === 'planned')
  const leftOut = plan.items.filter((item) => item.verdict === 'refused')
  const parts = [environmentLine(plan.environment, screen)]
  if (planned.length > 0) parts.push(plannedTable(planned, plan.today, screen))
  const marks = marksLine(planned, screen)
  if (marks !== null) parts.push(paint(fitText(marks, screen), 'yellow', screen))
  if (leftOut.length > 0) {
    parts.push(fitText(sentences(lang).planRefused(leftOut.length), screen), leftOutTable(leftOut, plan, screen))
  }
  const sums = sumsOf(planned, lang)
  if (planned.length > 0) parts.push(sumTable(sums, screen), fitText(totalLine(sums, screen), screen))
  else parts.push(fitText(word('nothing-to-send', lang), screen))
  const breakdown = breakdownLine(planned.filter(isTold), lang)
  if (breakdown !== null) parts.push(fitText(breakdown, screen))
  const amounts = plan.operation === 'sale' ? amountsLine(planned, screen) : null
  if (amounts !== null) parts.push(fitText(amounts, screen))
  const late = plan.operation === 'sale' && planned.some(({ order }) => order.carrier === 'docomo')
  if (late && plan.pastCutOff !== null)
    parts.push(paint(fitText(sentences(lang).pastCutOff(plan.pastCutOff), screen), 'yellow', screen))
  return parts.join('\n')
}

type Asked = Pick<Step, 'orderId' | 'request' | 'amountYen'> & Partial<MovingRequest>

/** The yen in the question; of a refund those that are given back, as in the plan above it. */
const askedYen = ({ request, amountYen, telegram = null, plannedStatus = null, heldAmountYen = null }: Asked): number =>
  request === 'refund'
    ? (movementOf({ telegram, plannedStatus, heldAmountYen, amountYen })?.yen ?? amountYen)
    : amountYen

/** 一括売上処理を実行します。よろしいですか？ @param single the request of `sale` or `cancel`, which are no batch */
export const questionText = (operation: Operation, lang: Lang, single: Asked | null = null): string =>
  single === null
    ? word(`question.${operation}`, lang)
    : sentences(lang).askSingle(safe(single.orderId), single.request, askedYen(single))
