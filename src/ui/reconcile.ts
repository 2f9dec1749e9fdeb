// Shows the result of `paygent reconcile`: settled orders, differences, and orders that still wait.
import type { AttentionCause, Difference, DifferenceCause } from '../domain/difference.js'
import type { RequestName } from '../domain/order.js'
import type { ReconcileEvent, ReconcileReport } from '../jobs/reconcile/events.js'
import { csvText } from '../text/csv.js'
import { grouped } from '../text/numbers.js'
import { fitText, safe } from '../text/width.js'
import { environmentLine } from './plan.js'
import { problemText } from './problems.js'
import { type Lang, type Screen, bothLanguages } from './screen.js'
import { paymentStatusText } from './status-names.js'
import { KEEP, drawTable } from './table.js'
import { requestName, resultWord, word } from './words.js'

const JA = {
  settled: '結果が分かった要求',
  open: '結果不明の要求',
  attention: '要対応の受注',
  differences: 'ペイジェントとの違い',
  nothing: '結果不明・要対応・不一致の受注はありません。',
  agrees: (asked: number) => `照会した ${grouped(asked)}件はペイジェントと一致しています。`,
  notAsked: (count: number) => `照会していない受注：${grouped(count)}件`,
  notAskedNext: '終わってから日数のたった受注も照会するには --audit --days 90 のように指定してください。',
  openNext: '対処：時間をおいて、もう一度 paygent reconcile を実行してください。',
  openNextAudit: '対処：時間をおいて paygent reconcile --audit --yes を実行してください。',
  onHold: '：保留中のため再送信しません',
  attentionNext: (orderId: string) =>
    `対処：paygent show ${orderId} で内容を確かめ、paygent settle ${orderId} で手動登録してください。`,
  nameNext: (orderId: string) =>
    `対処：ペイジェントオンラインで決済IDを調べ、paygent settle ${orderId} --payment-id ‹決済ID› で登録してください。`,
  outcomeUnclear: '要求の結果が分かりません',
  notBooked: '手元データには反映していません。対処：反映するには paygent reconcile --audit --yes を実行してください。',
  noPaymentNext:
    '対処：決済が見つからない・異なる受注は、ペイジェントオンラインで決済ID・取引ID・支払方法を確認し、EC-CUBE の受注が違うときは修正して取り込んでください。',
  untold: 'ペイジェントから回答がない受注',
  untoldOrder: (orderId: string, code: string) => `  受注番号：${orderId}（${code === '' ? '応答なし' : code}）`,
  untoldNextAudit: '対処：時間をおいて、もう一度 paygent reconcile --audit を実行してください。',
  shopUnseen: (code: string) =>
    `EC-CUBE の受注を読めませんでした（${code}）。途中で止まった要求の再送は行っていません。\n対処：paygent doctor で接続を確認し、もう一度 paygent reconcile を実行してください。`,
  stopped: (again: string) =>
    `途中で終わりました。残りは照会していません。\n対処：続けるには、もう一度 ${again} を実行してください。`,
  waiting: (seconds: number) => `結果が分かるまで待っています：残り ${grouped(seconds)}秒（Enter で終了）`,
  sendingAgain: (orderId: string, telegram: string) =>
    `受注番号：${orderId} 途中で止まった要求（${telegram}）をもう一度送信します。`,
  order: (orderId: string) => `受注番号：${orderId}`,
  /** @param request in words; '' where the telegram alone does not say it */
  sent: (orderId: string, request: string, telegram: string) =>
    `受注番号：${orderId} ${request === '' ? '要求' : request}（${telegram}）`,
  about: ' ',
  mirror: '手元データ',
  paygent: 'ペイジェント',
  paymentId: '決済ID',
  cause: '内容',
  causes: {
    moved: '状態または金額が違います',
    'late-arrival': '不成立とした要求が遅れて届いたおそれがあります',
    'no-payment': 'ペイジェントに決済が見つかりません',
    'several-payments': '同じ取引IDの決済が複数あります（13002）',
    'other-trading-id': 'ペイジェントでは別の取引IDの決済です',
    'other-method': 'ペイジェントでは別の支払方法の決済です',
    'another-payment': '同じ取引IDに別の決済があります',
    'shop-error': 'EC-CUBE に決済のエラーが表示されています（二重請求のおそれ）',
    'two-alive': '二重請求のおそれ：有効な決済が2つあります',
    'none-alive': '有効な決済がありません',
    conflict: 'EC-CUBE の内容と違っていました',
    'no-answer': 'ペイジェントから回答がありません',
  } as Record<DifferenceCause | AttentionCause, string>,
}

const EN: typeof JA = {
  settled: 'Results found',
  open: 'Outcome unknown',
  attention: 'Action needed',
  differences: 'Different from Paygent',
  nothing: 'No outcome is unknown, and no order waits.',
  agrees: (asked) =>
    `${asked === 1 ? 'The order asked about agrees' : `The ${grouped(asked)} orders asked about agree`} with Paygent.`,
  notAsked: (count) => `Not asked about: ${grouped(count)} ${count === 1 ? 'order' : 'orders'}.`,
  notAskedNext: 'To ask about orders finished longer ago, give more days, e.g. --audit --days 90.',
  onHold: ': on hold, so it is not sent again',
  openNext: 'Run "paygent reconcile" again after a while.',
  openNextAudit: 'Run "paygent reconcile --audit --yes" after a while.',
  nameNext: (orderId) =>
    `Look the payment id up in Paygent Online, then run "paygent settle ${orderId} --payment-id ‹payment id›".`,
  attentionNext: (orderId) => `Look at "paygent show ${orderId}", then run "paygent settle ${orderId}".`,
  outcomeUnclear: 'the result of its request is not known',
  notBooked: 'The local data was not updated. To update it: "paygent reconcile --audit --yes".',
  noPaymentNext:
    'Where Paygent has no such payment, check payment id, trading id and method in Paygent Online. If the order in EC-CUBE is wrong, correct and import it.',
  untold: 'Orders about which Paygent does not answer',
  untoldOrder: (orderId, code) => `  order ${orderId}: ${code === '' ? 'no answer' : code}`,
  untoldNextAudit: 'Run "paygent reconcile --audit" again after a while.',
  shopUnseen: (code) =>
    `The orders in EC-CUBE could not be read (${code}): nothing that broke off was sent once more.\nNext: check the connection with "paygent doctor", then run "paygent reconcile" again.`,
  stopped: (again) => `It ended early; the rest was not asked about.\nNext: run "${again}" again to go on.`,
  waiting: (seconds) => `Waiting until the outcome is certain: ${grouped(seconds)} s left (Enter ends it)`,
  sendingAgain: (orderId, telegram) => `Order ${orderId}: sending the request that broke off (${telegram}) once more.`,
  order: (orderId) => `Order ${orderId}`,
  sent: (orderId, request, telegram) => `Order ${orderId}, ${request === '' ? 'request' : request} (${telegram})`,
  about: ': ',
  mirror: 'Local data',
  paygent: 'Paygent',
  paymentId: 'Payment id',
  cause: 'What',
  causes: {
    moved: 'status or amount differ',
    'late-arrival': 'a request called not carried out may have arrived late',
    'no-payment': 'Paygent knows no such payment',
    'several-payments': 'Paygent has several payments under the trading id (13002)',
    'other-trading-id': 'Paygent has the payment under another trading id',
    'other-method': 'Paygent has a payment of another method',
    'another-payment': 'there is another payment under the trading id',
    'shop-error': 'EC-CUBE shows an error of the payment (it may be charged twice)',
    'two-alive': 'may be charged twice: two payments are alive',
    'none-alive': 'no payment is alive',
    conflict: 'EC-CUBE said otherwise',
    'no-answer': 'Paygent does not answer about it',
  },
}

export const RECONCILE_TEXTS = bothLanguages(JA, EN)

type Texts = (typeof RECONCILE_TEXTS)[Lang]
type Side = Difference['mirror'] | Difference['paygent']

/** Status and amount of one side; a dash where neither is known. */
export function sideText(side: Side, lang: Lang): string {
  if (side === null || side.status === null) return word('none', lang)
  const amount = side.amountYen === null ? '' : ` ${grouped(side.amountYen)}`
  return `${paymentStatusText(side.status, lang)}${amount}`
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

/**
 * The whole result, ready to print, without a line break at its end.
 * @param again the command that does the rest where it ended early
 */
export function reconcileText(report: ReconcileReport, environment: string, screen: Screen, again: string): string {
  const texts = RECONCILE_TEXTS[screen.lang]
  const found = resolvedParts(report, screen, report.audit !== null)
  const left = leftParts(report, screen, again)
  const asked = report.audit?.asked ?? 0
  const same = [...(asked === 0 ? [] : [texts.agrees(asked)]), texts.nothing].join('\n')
  const parts = found.length + left.length === 0 ? [fitText(same, screen)] : [...found, ...left]
  return [
    environmentLine(environment, screen),
    ...parts,
    ...notAskedParts(report, screen),
    ...unseenParts(report, screen),
  ].join('\n')
}

/** What is left to do: orders that wait, and the rest of one that ended early. */
const leftParts = (report: ReconcileReport, screen: Screen, again: string): string[] => [
  ...waitingParts(report, screen, report.audit !== null),
  ...(report.stopped ? [fitText(RECONCILE_TEXTS[screen.lang].stopped(again), screen)] : []),
]

function notAskedParts({ audit, stopped }: ReconcileReport, screen: Screen): string[] {
  const texts = RECONCILE_TEXTS[screen.lang]
  if (audit === null || audit.notAsked === 0) return []
  const next = stopped ? [] : [texts.notAskedNext]
  return [fitText([texts.notAsked(audit.notAsked), ...next].join('\n'), screen)]
}

/**
 * Everything beside the differences that staff must know. For CSV, which lists the differences alone, it goes to
 * stderr.
 */
export const reconcileNotes = (report: ReconcileReport, screen: Screen, again: string): string[] => [
  ...resolvedParts({ ...report, differences: [] }, screen, report.audit !== null),
  ...differencesNext(report, RECONCILE_TEXTS[screen.lang]).map((line) => fitText(line, screen)),
  ...leftParts(report, screen, again),
  ...notAskedParts(report, screen),
  ...unseenParts(report, screen),
]

/** The notice that the shop's orders could not be read, with the work that was therefore left undone. */
export const unseenParts = ({ shopUnseen }: Pick<ReconcileReport, 'shopUnseen'>, screen: Screen): string[] =>
  shopUnseen === null
    ? []
    : [fitText(RECONCILE_TEXTS[screen.lang].shopUnseen(problemText(shopUnseen, screen.lang)), screen)]

const section = (title: string, lines: readonly string[], screen: Screen): string[] =>
  lines.length === 0 ? [] : [fitText([`■ ${title}`, ...lines].join('\n'), screen)]

type Done = Pick<ReconcileReport, 'settled' | 'differences' | 'untold' | 'open' | 'attention'>

/** The requests that their telegram alone names: 029 and 103 may be a correction or a refund. */
const REQUESTS: Partial<Record<string, RequestName>> = {
  '021': 'auth-cancel',
  '022': 'sale',
  '023': 'sale-cancel',
  '101': 'sale',
  '102': 'cancel',
}

/** `受注番号：853 売上要求（101）` */
function sentText(orderId: string, telegram: string, lang: Lang): string {
  const request = REQUESTS[telegram]
  return RECONCILE_TEXTS[lang].sent(safe(orderId), request === undefined ? '' : requestName(request, lang), telegram)
}

/** Orders settled now, differences between mirror and Paygent, and orders about which Paygent gave no answer. */
export function resolvedParts(report: Done, screen: Screen, afterAudit = false): string[] {
  const { lang } = screen
  const texts = RECONCILE_TEXTS[lang]
  const { settled, differences } = report
  const lines = settled.map(({ orderId, telegram, outcome }) => {
    const said = resultWord({ outcome, request: null, reason: null }, lang)
    return `  ${sentText(orderId, telegram, lang)} → ${said}`
  })
  return [
    ...section(texts.settled, lines, screen),
    ...(differences.length > 0 ? [`■ ${texts.differences}`, differenceTable(differences, screen)] : []),
    ...differencesNext(report, texts).map((line) => fitText(line, screen)),
    ...section(texts.untold, unansweredLines(report, afterAudit, texts), screen),
  ]
}

/** An order that waits for an answer only is listed among those that wait, and not here. */
function unansweredLines({ untold, attention }: Done, afterAudit: boolean, texts: Texts): string[] {
  const waiting = attention.flatMap(({ orderId, cause }) => (cause === 'no-answer' ? [orderId] : []))
  const lines = untold
    .filter(({ orderId }) => !waiting.includes(orderId))
    .map(({ orderId, code }) => texts.untoldOrder(safe(orderId), code === null ? '' : safe(code)))
  return lines.length === 0 ? [] : [...lines, `  ${afterAudit ? texts.untoldNextAudit : texts.openNext}`]
}

/**
 * The orders that still wait for Paygent's answer or for a person's decision.
 * @param afterAudit the next step is an audit: only an audit may use a mirror that was put back
 */
export function waitingParts(
  { open, attention }: Pick<Done, 'open' | 'attention'>,
  screen: Screen,
  afterAudit = false,
): string[] {
  const { lang } = screen
  const texts = RECONCILE_TEXTS[lang]
  const next = afterAudit ? texts.openNextAudit : texts.openNext
  const unknown = open.map(
    ({ orderId, telegram, onHold }) => `  ${sentText(orderId, telegram, lang)}${onHold ? texts.onHold : ''}`,
  )
  const forAPerson = attention.flatMap(({ orderId, cause }) => [
    `  ${texts.order(safe(orderId))}${texts.about}${cause === null ? texts.outcomeUnclear : texts.causes[cause]}`,
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

/** Paygent's payment is not the order's, or there is none. */
const NOT_THE_ORDERS: readonly DifferenceCause[] = ['no-payment', 'other-trading-id', 'other-method']

/** The next step for differences that the mirror did not take; orders that wait have theirs in their own list. */
function differencesNext({ differences, open, attention }: Done, texts: Texts): string[] {
  const waiting = [...open, ...attention].map(({ orderId }) => orderId)
  const left = differences.filter(({ booked, orderId }) => !booked && !waiting.includes(orderId))
  const unknown = left.some(({ cause }) => NOT_THE_ORDERS.includes(cause))
  const notTaken = left.some(({ cause }) => !NOT_THE_ORDERS.includes(cause))
  return [...(notTaken ? [texts.notBooked] : []), ...(unknown ? [texts.noPaymentNext] : [])]
}

/** `reconcile --format json`, docs/interface.md#reconcile. */
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

/** The line for an event while it runs; null where a count or the result shows it. */
export function reconcileLine(event: ReconcileEvent, lang: Lang): string | null {
  const texts = RECONCILE_TEXTS[lang]
  if (event.type === 'waiting') return texts.waiting(Math.ceil(event.remainingMs / 1000))
  return event.type === 'sending-again' ? texts.sendingAgain(safe(event.orderId), event.telegram) : null
}
