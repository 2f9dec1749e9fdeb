// What `paygent reconcile` found and settled. Pages 3.1, 3.5 and 5.2.
import type { Difference, DifferenceCause } from '../domain/difference.js'
import type { ReconcileEvent } from '../jobs/reconcile/events.js'
import type { ReconcileReport } from '../jobs/reconcile/report.js'
import { csvText } from './csv.js'
import { resultWord, word } from './messages/texts.js'
import { grouped } from './numbers.js'
import { environmentLine } from './plan.js'
import { RECONCILE_TEXTS } from './reconcile-texts.js'
import type { Lang, Screen } from './screen.js'
import { statusText } from './status-names.js'
import { drawTable, KEEP } from './table.js'
import { fitText, safe } from './width.js'

type Texts = (typeof RECONCILE_TEXTS)[Lang]
type Side = Difference['mirror'] | Difference['paygent']

/** Status and amount of one side; a dash for what is not known. */
export function sideText(side: Side, lang: Lang): string {
  if (side === null || side.status === null) return word('none', lang)
  const amount = side.amountYen === null ? '' : ` ${grouped(side.amountYen)}`
  return `${statusText(side.status, lang)}${amount}`
}

export function differenceTable(differences: readonly Difference[], screen: Screen): string {
  const { lang } = screen
  const texts = RECONCILE_TEXTS[lang]
  return drawTable(
    {
      columns: [
        { header: word('column.order-id', lang), shrink: 'never', priority: KEEP },
        { header: texts.paymentId, shrink: 'wrap', min: 8, priority: 1 },
        { header: texts.mirror, shrink: 'wrap', min: 8, priority: KEEP },
        { header: texts.paygent, shrink: 'wrap', min: 8, priority: KEEP },
        { header: texts.cause, shrink: 'wrap', min: 10, priority: KEEP },
      ],
      rows: differences.map(({ orderId, paymentId, mirror, paygent, cause, code }) => [
        orderId,
        paymentId ?? word('none', lang),
        sideText(mirror, lang),
        paygent === null ? (code ?? word('none', lang)) : sideText(paygent, lang),
        texts.causes[cause],
      ]),
    },
    screen,
  )
}

/** The whole result, ready to print, without a line break at its end. */
export function reconcileText(report: ReconcileReport, environment: string, screen: Screen): string {
  const texts = RECONCILE_TEXTS[screen.lang]
  const isAudit = report.audit !== null
  const parts = [...settledParts(report, screen, isAudit), ...waitingParts(report, screen, isAudit)]
  if (report.stopped) parts.push(texts.stopped)
  const { audit } = report
  const asked = audit?.asked ?? 0
  if (parts.length === 0)
    parts.push(fitText([...(asked === 0 ? [] : [texts.agrees(asked)]), texts.nothing].join('\n'), screen))
  if (audit !== null && audit.notAsked > 0) {
    const next = report.stopped ? [] : [texts.notAskedNext]
    parts.push(fitText([texts.notAsked(audit.notAsked), ...next].join('\n'), screen))
  }
  return [environmentLine(environment, screen), ...parts, ...unseenParts(report, screen)].join('\n')
}

/** That the shop could not be looked at, and what was left undone for it. */
export const unseenParts = ({ shopUnseen }: Pick<ReconcileReport, 'shopUnseen'>, screen: Screen): string[] =>
  shopUnseen === null ? [] : [fitText(RECONCILE_TEXTS[screen.lang].shopUnseen(safe(shopUnseen)), screen)]

const section = (title: string, lines: readonly string[], screen: Screen): string[] =>
  lines.length === 0 ? [] : [fitText([`■ ${title}`, ...lines].join('\n'), screen)]

type Done = Pick<ReconcileReport, 'settled' | 'differences' | 'untold' | 'open' | 'attention'>

/** What is settled now, where the mirror was another than Paygent, and of which orders Paygent said nothing. */
export function settledParts(report: Done, screen: Screen, afterAudit = false): string[] {
  const { lang } = screen
  const texts = RECONCILE_TEXTS[lang]
  const { settled, differences } = report
  const lines = settled.map(({ orderId, telegram, outcome }) => {
    const said = resultWord({ outcome, request: null, reason: null }, lang)
    return `  ${word('column.order-id', lang)} ${safe(orderId)} (${telegram}) → ${said}`
  })
  return [
    ...section(texts.settled, lines, screen),
    ...(differences.length > 0 ? [`■ ${texts.differences}`, differenceTable(differences, screen)] : []),
    ...differencesNext(report, texts).map((line) => fitText(line, screen)),
    ...section(texts.untold, untoldLines(report, afterAudit, texts), screen),
  ]
}

/** One that waits for nothing else than an answer is named among those that wait. */
function untoldLines({ untold, attention }: Done, afterAudit: boolean, texts: Texts): string[] {
  const waiting = attention.flatMap(({ orderId, cause }) => (cause === 'no-answer' ? [orderId] : []))
  const lines = untold
    .filter(({ orderId }) => !waiting.includes(orderId))
    .map(({ orderId, code }) => texts.untoldOrder(safe(orderId), code === null ? '' : safe(code)))
  return lines.length === 0 ? [] : [...lines, `  ${afterAudit ? texts.untoldNextAudit : texts.openNext}`]
}

/**
 * What still waits: for Paygent's word, or for a person's.
 * @param afterAudit a mirror that was put back is open to an audit alone, which settles what waits as well
 */
export function waitingParts(
  { open, attention }: Pick<Done, 'open' | 'attention'>,
  screen: Screen,
  afterAudit = false,
): string[] {
  const { lang } = screen
  const texts = RECONCILE_TEXTS[lang]
  const order = (orderId: string): string => `  ${word('column.order-id', lang)} ${safe(orderId)}`
  const next = afterAudit ? texts.openNextAudit : texts.openNext
  const unknown = open.map(({ orderId, telegram }) => `${order(orderId)} (${telegram})`)
  const forAPerson = attention.flatMap(({ orderId, cause }) => [
    `${order(orderId)}: ${cause === null ? texts.outcomeUnclear : texts.causes[cause]}`,
    `    ${attentionNext(cause, texts)(safe(orderId))}`,
  ])
  return [
    ...section(texts.open, unknown.length === 0 ? [] : [...unknown, `  ${next}`], screen),
    ...section(texts.attention, forAPerson, screen),
  ]
}

function attentionNext(cause: ReconcileReport['attention'][number]['cause'], texts: Texts) {
  if (cause === 'no-answer') return () => texts.openNext
  return cause === 'several-payments' ? texts.nameNext : texts.attentionNext
}

/** What is to be done about differences that the mirror did not take; those of orders that wait are told there. */
function differencesNext({ differences, open, attention }: Done, texts: Texts): string[] {
  const waiting = [...open, ...attention].map(({ orderId }) => orderId)
  const left = differences.filter(({ booked, orderId }) => !booked && !waiting.includes(orderId))
  const isUnknown = (cause: DifferenceCause): boolean => cause === 'no-payment' || cause === 'other-trading-id'
  const unknown = left.some(({ cause }) => isUnknown(cause))
  const notTaken = left.some(({ cause }) => !isUnknown(cause))
  return [...(notTaken ? [texts.notBooked] : []), ...(unknown ? [texts.noPaymentNext] : [])]
}

/** `reconcile --format json`: page 3.5. */
export const reconcileJson = ({
  settled,
  open,
  attention,
  differences,
  untold,
  shopUnseen,
  audit,
}: ReconcileReport) => ({
  settled,
  open,
  attention,
  differences,
  untold,
  shopUnseen,
  audit,
})

/** `reconcile --format csv`: the differences, one line each. */
export const reconcileCsv = ({ differences }: ReconcileReport): string => differencesCsv(differences)

export const differencesCsv = (differences: ReconcileReport['differences']): string =>
  csvText(
    [
      'orderId',
      'paymentId',
      'cause',
      'mirrorStatus',
      'mirrorAmount',
      'paygentStatus',
      'paygentAmount',
      'code',
      'booked',
    ],
    differences.map(({ orderId, paymentId, cause, mirror, paygent, code, booked }) => ({
      orderId,
      paymentId,
      cause,
      mirrorStatus: mirror.status,
      mirrorAmount: mirror.amountYen,
      paygentStatus: paygent?.status ?? null,
      paygentAmount: paygent?.amountYen ?? null,
      code,
      booked,
    })),
  )

/** What happens meanwhile, one line; null for what the result tells. */
export function reconcileLine(event: ReconcileEvent, lang: Lang): string | null {
  const texts = RECONCILE_TEXTS[lang]
  if (event.type === 'asking') return texts.asking(event.index, event.total)
  if (event.type === 'waiting') return texts.waiting(Math.ceil(event.remainingMs / 1000))
  return event.type === 'sending-again' ? texts.sendingAgain(safe(event.orderId), event.telegram) : null
}
