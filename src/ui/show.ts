// Shows everything about one order: payment status, amounts, each request with ○ or the reason against it, and every
// attempt so far.
import { authorisationAge } from '../domain/age.js'
import { handlingOf } from '../domain/codes.js'
import type { AttentionCause } from '../domain/difference.js'
import type { MirrorFreshness } from '../domain/lock-owner.js'
import type { Hold, Operation, Order, RequestName } from '../domain/order.js'
import { permit, type RuleContext } from '../domain/permit.js'
import { type AttemptRecord, doubleCharge, type PaymentRecord, type RunRecord } from '../domain/run.js'
import { effectiveStatus, isSold, stateLabel } from '../domain/statuses.js'
import { grouped, listTime, yen } from '../text/numbers.js'
import { displayWidth, fitText, pad, safe } from '../text/width.js'
import { codeAdvice } from './advice.js'
import { orderJson, permissionJson, shippedCell } from './order-list.js'
import { detailText } from './problems.js'
import { RECONCILE_TEXTS } from './reconcile.js'
import { runningLine } from './runs.js'
import { bothLanguages, type Lang, type Screen } from './screen.js'
import { paymentStatusText } from './status-names.js'
import { isStranger, strangerText } from './stranger.js'
import { drawTable, KEEP } from './table.js'
import { labelWord, methodName, requestName, resultWord, word } from './words.js'

const JA = {
  total: '購入金額',
  held: 'オーソリ金額',
  toldAt: (time: string) => `（${time} にペイジェントが回答）`,
  amended: (from: string) => `（EC-CUBE では ${from}）`,
  status: { credit: 'カードステータス', carrier: 'キャリアステータス' },
  noLabel: { credit: '（表示なし）', carrier: '入金待ち' },
  paygentStatus: '決済ステータス',
  paymentId: '決済ID',
  tradingId: '取引ID',
  shopError: 'EC-CUBE のエラー',
  notTold: '未照会',
  onHold: '保留',
  heldBy: (note: string, since: string, user: string) => `${note}（${since} ${user}）`,
  instead: (request: string) => `－（いま送信されるのは${request}です）`,
  asAbove: '（同上）',
  requests: '送信できる要求',
  payments: '決済の履歴',
  attempts: '送信履歴',
  noAttempts: '  送信の記録はありません。',
  when: '日時',
  run: '処理番号',
  between: '、',
  doubleCharge: (ids: string) =>
    `二重請求のおそれ：有効な決済が複数あります（${ids}）。対処：ペイジェントオンラインでどちらかを取り消してください。`,
  anotherUnknown: (ids: string, orderId: string) =>
    `二重請求のおそれ：補正売上で別の決済ができた可能性があります（元の決済 ${ids}）。対処：ペイジェントオンラインで決済IDを調べ、paygent settle ${orderId} --payment-id ‹決済ID› で登録してください。`,
  several: (cause: string, next: string) => `要対応：${cause}。${next}`,
  attention: (cause: string, orderId: string) =>
    `要対応：${cause}。対処：paygent reconcile --orders ${orderId} で照合し、それでも残る場合は、ペイジェントオンラインで内容を確かめて paygent settle ${orderId} で手動登録してください。`,
}

const EN: typeof JA = {
  total: 'Total',
  held: 'Authorised amount',
  toldAt: (time) => ` (Paygent's answer of ${time})`,
  amended: (from) => ` (${from} in EC-CUBE)`,
  status: { credit: 'Card status', carrier: 'Carrier status' },
  noLabel: { credit: '(none)', carrier: 'awaiting payment' },
  paygentStatus: 'Payment status',
  paymentId: 'Payment id',
  tradingId: 'Trading id',
  shopError: 'Error in EC-CUBE',
  notTold: 'not asked yet',
  onHold: 'On hold',
  heldBy: (note, since, user) => `${note} (${since}, ${user})`,
  instead: (request) => `- (it would be a ${request} now)`,
  asAbove: '(as above)',
  requests: 'Requests',
  payments: 'Payment history',
  attempts: 'Request history',
  noAttempts: '  No request is recorded.',
  when: 'When',
  run: 'Run',
  between: ', ',
  doubleCharge: (ids) =>
    `May be charged twice: more than one payment is alive (${ids}). Cancel one of them in Paygent Online.`,
  anotherUnknown: (ids, orderId) =>
    `May be charged twice: a correction may have made another payment (the old one is ${ids}). Look its id up in Paygent Online, then run "paygent settle ${orderId} --payment-id <id>".`,
  several: (cause, next) => `Action needed: ${cause}. ${next}`,
  attention: (cause, orderId) =>
    `Action needed: ${cause}. Compare with Paygent Online, then run "paygent reconcile --orders ${orderId}", and "paygent settle ${orderId}" for what is left.`,
}

const TEXTS = bothLanguages(JA, EN)

export interface ShowView {
  readonly order: Order
  /** Japan date, `YYYY-MM-DD`. */
  readonly today: string
  readonly rules: RuleContext
  readonly payments: readonly PaymentRecord[]
  readonly attempts: readonly AttemptRecord[]
  /** The cause of 要対応 that no attempt shows. */
  readonly attentionCause: AttentionCause | null
  /** The mirror compared with the usage record of this machine; null where that cannot be read. */
  readonly machineState: MirrorFreshness | null
  /** The run that has the order in flight now; null where none has. */
  readonly running?: RunRecord | null
}

/** The requests of each method, in the order of Paygent's manual, each with its operation. */
const REQUESTS = {
  credit: [
    ['sale', 'sale'],
    ['corrected-sale', 'sale'],
    ['auth-cancel', 'cancel'],
    ['sale-cancel', 'cancel'],
    ['refund', 'sale'],
  ],
  carrier: [
    ['sale', 'sale'],
    ['corrected-sale', 'sale'],
    ['cancel', 'cancel'],
    ['refund', 'sale'],
  ],
} as const satisfies Record<Order['method'], readonly (readonly [RequestName, Operation])[]>

/** The request of which a kind is the trace. */
const DONE_BY: Partial<Record<Order['kind'], RequestName>> = {
  '021': 'auth-cancel',
  '022': 'sale',
  '023': 'sale-cancel',
  '029': 'corrected-sale',
  '101': 'sale',
  '102': 'cancel',
  '103': 'corrected-sale',
}

/** The rules for the smallest refund: whether a part can be given back does not hang on the part. */
const refunding = ({ heldAmountYen, totalYen }: Order, rules: RuleContext): RuleContext => {
  return { ...rules, single: true, refundToYen: (heldAmountYen ?? totalYen) - 1 }
}

/** ○ or the reason against it, for the one request that the operation would send now. */
function requestRows(
  { order, rules }: ShowView,
  lang: Lang,
): { name: RequestName; permitted: boolean; text: string }[] {
  return REQUESTS[order.method].map(([name, operation]) => {
    const permission = permit(order, operation, name === 'refund' ? refunding(order, rules) : rules)
    const { permitted, request, reason, reasonText } = permissionJson(permission, order, { ...rules, operation }, lang)
    const doneByAnother = reason === 'already' && DONE_BY[order.kind] !== name
    // Nothing is captured yet, or nothing any more, so a refund is out of the question.
    const nothingToRefund = name === 'refund' && reason === 'status' && !isSold(order)
    if (doneByAnother || nothingToRefund) return { name, permitted: false, text: word('none', lang) }
    if (permitted && request === name) return { name, permitted: true, text: word('may', lang) }
    const other = permitted && request !== null ? TEXTS[lang].instead(requestName(request, lang)) : reasonText
    return { name, permitted: false, text: other ?? word('none', lang) }
  })
}

function factRows({ order }: ShowView, lang: Lang): (readonly [string, string])[] {
  const texts = TEXTS[lang]
  const effective = effectiveStatus(order)
  const status = effective.known ? paymentStatusText(effective.status, lang) : texts.notTold
  const held = order.heldAmountYen
  const amended = order.amendedFromYen === null ? '' : texts.amended(yen(order.amendedFromYen, lang))
  return [
    [word('column.order-id', lang), order.orderId],
    [word('column.ordered-at', lang), listTime(order.orderedAt)],
    [word('column.customer-name', lang), safe(order.customerName)],
    [word('column.method', lang), methodName(order, lang)],
    [texts.total, `${yen(order.totalYen, lang)}${amended}`],
    [texts.held, held === null ? word('amount-not-told', lang) : `${yen(held, lang)}${heldSince(order, lang)}`],
    [word('column.shipped-at', lang), shippedCell(order, lang)],
    [word('column.order-status', lang), safe(order.orderStatus)],
    [texts.status[order.method], labelWord(stateLabel(order), lang) || texts.noLabel[order.method]],
    [texts.paygentStatus, status],
    [texts.paymentId, safe(order.paymentId ?? word('none', lang))],
    [texts.tradingId, safe(order.tradingId)],
    ...(order.hold === null ? [] : [[texts.onHold, holdText(order.hold, lang)] as const]),
    ...(order.shopError === null ? [] : [[texts.shopError, safe(plainText(order.shopError))] as const]),
  ]
}

const holdText = ({ note, since, osUser }: Hold, lang: Lang): string =>
  TEXTS[lang].heldBy(safe(note), listTime(since), safe(osUser))

/** The modules put HTML breaks between the lines. */
const plainText = (text: string): string => text.replaceAll(/\s*<br\s*\/?>\s*/gi, ' ').trim()

const heldSince = ({ heldAmountAt }: Order, lang: Lang): string =>
  heldAmountAt === null ? '' : TEXTS[lang].toldAt(listTime(heldAmountAt))

/** 二重請求のおそれ, with every payment that may charge the customer. */
function chargedText({ order, payments, attempts }: ShowView, lang: Lang): string | null {
  const charged = doubleCharge(payments, attempts)
  if (charged === null) return null
  const { doubleCharge: known, anotherUnknown, between } = TEXTS[lang]
  const ids = charged.paymentIds.map(safe).join(between)
  return charged.anotherUnknown ? anotherUnknown(ids, safe(order.orderId)) : known(ids)
}

/** The way to end a correction that broke off. It depends on the status of the payment that it was to replace. */
function brokenOffText({ order, payments, attempts }: ShowView, lang: Lang): string | null {
  const last = attempts.at(-1)
  if (!order.attention || last?.state !== 'attention' || last.code === null) return null
  if (handlingOf(last.code) !== 'half-done') return null
  const oldStatus = payments.find(({ paymentId }) => paymentId === last.paymentId)?.status ?? null
  return codeAdvice(last.code, { orderId: order.orderId, operation: 'sale', request: last.request, oldStatus }, lang)
}

/** The reason why a person has to check the order, and the way to end the wait. */
function attentionText({ order, attentionCause }: ShowView, lang: Lang): string | null {
  if (!order.attention) return null
  const { outcomeUnclear, causes, nameNext, openNext } = RECONCILE_TEXTS[lang]
  const cause = attentionCause === null ? outcomeUnclear : causes[attentionCause]
  if (attentionCause === 'several-payments') return TEXTS[lang].several(cause, nameNext(safe(order.orderId)))
  if (attentionCause === 'no-answer') return TEXTS[lang].several(cause, openNext)
  return TEXTS[lang].attention(cause, safe(order.orderId))
}

const codeAndDetail = ({ code, detail }: AttemptRecord, lang: Lang): string =>
  [code, detail === null ? null : detailText(detail, lang)].filter((part) => part).join(' ')

function attemptTable({ attempts, order }: ShowView, screen: Screen): string {
  const sending = order.sending === true
  const { lang } = screen
  const texts = TEXTS[lang]
  const hasCodes = attempts.some((attempt) => codeAndDetail(attempt, lang) !== '')
  return drawTable(
    {
      columns: [
        { header: texts.when, shrink: 'wrap', min: 10, priority: 2 },
        { header: texts.run, shrink: 'never', priority: 1 },
        { header: word('column.request', lang), shrink: 'wrap', min: 8, priority: KEEP },
        { header: word('column.amount', lang), shrink: 'never', align: 'right', priority: KEEP },
        { header: word('column.outcome', lang), shrink: 'never', priority: KEEP },
        ...(hasCodes
          ? [{ header: word('column.code-detail', lang), shrink: 'wrap', min: 12, priority: 3 } as const]
          : []),
      ],
      rows: attempts.map((attempt) => [
        listTime(attempt.preparedAt),
        `#${attempt.runId}`,
        `${requestName(attempt.request, lang)} ${attempt.telegram}`,
        grouped(attempt.amountYen),
        outcomeWord(attempt, sending, lang),
        ...(hasCodes ? [codeAndDetail(attempt, lang)] : []),
      ]),
    },
    screen,
  )
}

/** @param sending the last request is in flight, and its answer is awaited */
function outcomeWord({ state, request }: AttemptRecord, sending: boolean, lang: Lang): string {
  if (state === 'prepared' && sending) return word('label.sending', lang)
  return resultWord({ outcome: state === 'prepared' ? 'unknown' : state, request, reason: null }, lang)
}

/** The whole of one order, ready to print, without a line break at its end. */
export function showText(view: ShowView, screen: Screen): string {
  const { lang } = screen
  const texts = TEXTS[lang]
  const rows = requestRows(view, lang)
  const requests = rows.map(({ name, text }, place) => {
    const again = text.includes('。') || text.includes('. ')
    return [requestName(name, lang), again && rows[place - 1]?.text === text ? texts.asAbove : text] as const
  })
  const parts = [listing(factRows(view, lang), screen), `■ ${texts.requests}`, listing(requests, screen)]
  const stranger = isStranger(view.machineState) ? strangerText(lang) : null
  const { running: run = null } = view
  const running = run === null ? null : runningLine(run, lang)
  for (const warning of [
    running,
    chargedText(view, lang),
    brokenOffText(view, lang),
    attentionText(view, lang),
    stranger,
  ])
    if (warning !== null) parts.push(fitText(warning, screen))
  if (view.payments.length > 1) {
    const rows = view.payments.map(({ paymentId, status, heldAmountYen }) => {
      const amount = heldAmountYen === null ? '' : ` ${yen(heldAmountYen, lang)}`
      return [
        safe(paymentId ?? ''),
        `${status === null ? texts.notTold : paymentStatusText(status, lang)}${amount}`,
      ] as const
    })
    parts.push(`■ ${texts.payments}`, listing(rows, screen))
  }
  parts.push(`■ ${texts.attempts}`, view.attempts.length === 0 ? texts.noAttempts : attemptTable(view, screen))
  return parts.join('\n')
}

/** Names in one column, values in the other, long values continued under their beginning. */
function listing(rows: readonly (readonly [string, string])[], screen: Screen): string {
  const names = Math.max(...rows.map(([name]) => displayWidth(name, screen)))
  return rows
    .map(([name, value]) => {
      const room = screen.width === null ? null : Math.max(10, screen.width - names - 4)
      const [first = '', ...more] = fitText(value, { ...screen, width: room }).split('\n')
      const head = `  ${pad(name, names, 'left', screen)}  ${first}`.trimEnd()
      return [head, ...more.map((line) => `${' '.repeat(names + 4)}${line.trimStart()}`)].join('\n')
    })
    .join('\n')
}

/** `show --format json`: the order as in `orders`, with its requests, payments and attempts. */
export function showJson(view: ShowView, lang: Lang) {
  const { order, rules } = view
  const permissions = { sale: permit(order, 'sale', rules), cancel: permit(order, 'cancel', rules) }
  const [json] = orderJson([{ order, ...permissions, age: authorisationAge(order, view.today), rules }], lang)
  const requests = requestRows(view, lang).map(({ name, permitted, text }) => ({
    request: name,
    permitted,
    reasonText: permitted ? null : text,
  }))
  return {
    ...json,
    attentionCause: view.attentionCause,
    machineState: view.machineState,
    doubleCharge: doubleCharge(view.payments, view.attempts),
    holdBy: order.hold?.osUser ?? null,
    shopTotal: order.amendedFromYen ?? order.totalYen,
    requests,
    payments: view.payments,
    attempts: view.attempts,
  }
}
