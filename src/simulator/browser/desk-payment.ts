// The page of one payment: its history, and what may be done with it.
import { AUTHORISED, STATUS_NAMES } from '../../domain/statuses.js'
import type { PaymentStatus } from '../../domain/order.js'
import { grouped, yen } from '../../text/numbers.js'
import { safe } from '../../text/width.js'
import type { Change, Payment } from '../ledger-payments.js'
import { cardMove, carrierMove, type Move } from '../machine.js'
import { nextTimer } from '../timers.js'
import {
  deskPage,
  formTo,
  labelled,
  linkTo,
  methodText,
  optionHtml,
  section,
  statusText,
  tableHtml,
  timeText,
  type Visit,
} from './desk-parts.js'
import { causeText, noticeTable, requestTable } from './desk-records.js'
import type { BrowserReply, Lang } from './page.js'
import { html, type SafeHtml } from '@remix-run/html-template'

const JA = {
  title: (id: string) => `決済 ${id}`,
  back: '決済の一覧へ',
  facts: '決済の内容',
  base: '補正前の決済',
  replaced: '補正後の決済',
  sold: '売上日時',
  cancelled: '取消日時',
  card: 'カード番号下4桁',
  next: '次の変化',
  nextAt: (time: string, status: string) => `${time} に ${status} になります。`,
  online: 'ペイジェントオンラインでの操作',
  onlineExplained:
    'ボタンを押すと、ペイジェントオンラインで操作したのと同じ結果になり、ショップ宛ての通知も作られます。',
  nothing: 'この決済ステータスでは、売上も取消もできません。',
  waits: 'docomo の売上は、翌日に 44 消込完了 になると取消・補正ができます。時計を1日進めると 44 になります。',
  day: '時計を1日進める',
  move: (move: string, status: string) => `${move}（${status} へ）`,
  moves: {
    '021': 'オーソリキャンセル',
    '022': '売上処理',
    '023': '売上キャンセル',
    '101': '売上処理',
    '102': '取消',
  },
  other: 'ほかの決済ステータスにする',
  otherButton: '変更する',
  tool: 'paygent での処理',
  settings: 'このシミュレーターに接続する設定で実行してください。',
  sell: '売上処理は次のコマンドで行います。',
  cancel: '取消は次のコマンドで行います。',
  first: 'このページで支払った受注は、先に手元データに取り込みます。',
  csv: '受注の CSV を保存する',
  noNumber: '受注番号が数字ではないため、paygent では扱えません。',
  history: '履歴',
  requests: 'この受注の要求',
  noRequests: '要求はまだ届いていません。',
  notices: 'この決済の通知',
  noNotices: '通知はありません。',
  latest: (count: string) => `新しい ${count}件を表示しています。`,
  all: 'すべて表示',
  fault: 'この受注の要求に障害を設定する',
  columns: {
    order: '受注番号',
    method: '支払方法',
    amount: '金額',
    status: '決済ステータス',
    authorised: 'オーソリ日時',
    at: '日時',
    from: '変更前',
    to: '変更後',
    by: '原因',
  },
}

const EN: typeof JA = {
  title: (id) => `Payment ${id}`,
  back: 'To all payments',
  facts: 'The payment',
  base: 'Replaces',
  replaced: 'Replaced by',
  sold: 'Sold',
  cancelled: 'Cancelled',
  card: 'Last digits of the card',
  next: 'Next change',
  nextAt: (time, status) => `${status} on ${time}`,
  online: 'In Paygent Online',
  onlineExplained: 'A button does what the screen of Paygent Online does, and makes a notice to the shop.',
  nothing: 'Nothing can be sold or cancelled from this status.',
  waits:
    'A docomo sale can be cancelled and corrected once it is 44 sale completed, on the next day: turn the clock one day on.',
  day: 'Turn the clock one day on',
  move: (move, status) => `${move} (to ${status})`,
  moves: { '021': 'Cancel the authorisation', '022': 'Sell', '023': 'Cancel the sale', '101': 'Sell', '102': 'Cancel' },
  other: 'Another payment status',
  otherButton: 'Change',
  tool: 'With paygent',
  settings: 'Use the settings that lead to this simulator.',
  sell: 'This command sells it.',
  cancel: 'This command cancels it.',
  first: 'An order that was paid on this page goes into the local data first.',
  csv: "Save the order's CSV",
  noNumber: 'The order number is not made of digits, so paygent cannot handle it.',
  history: 'History',
  requests: 'Requests for this order',
  noRequests: 'No request has come in yet.',
  notices: 'Notices of this payment',
  noNotices: 'There is none.',
  latest: (count) => `These are the latest ${count}.`,
  all: 'Show all',
  fault: 'Set a fault for the requests of this order',
  columns: {
    order: 'Order',
    method: 'Method',
    amount: 'Amount',
    status: 'Payment status',
    authorised: 'Authorised',
    at: 'Time',
    from: 'Before',
    to: 'After',
    by: 'Cause',
  },
}

const TEXTS: Readonly<Record<Lang, typeof JA>> = { ja: JA, en: EN }

const CARD_MOVES = ['022', '021', '023'] as const
const CARRIER_MOVES = ['101', '102'] as const

interface OnlineMove {
  readonly telegram: (typeof CARD_MOVES)[number] | (typeof CARRIER_MOVES)[number]
  readonly to: PaymentStatus
}

const isSale = (telegram: OnlineMove['telegram']): boolean => telegram === '022' || telegram === '101'

/** What staff may do with the payment as it stands. */
function movesOf({ carrier, status }: Payment): OnlineMove[] {
  const moved = (telegram: OnlineMove['telegram'], move: Move): OnlineMove[] =>
    move.type === 'to' && move.status !== status ? [{ telegram, to: move.status }] : []
  if (carrier === null) return CARD_MOVES.flatMap((telegram) => moved(telegram, cardMove(telegram, status)))
  return CARRIER_MOVES.flatMap((telegram) => moved(telegram, carrierMove(telegram, carrier, status)))
}

export function paymentPage(visit: Visit, payment: Payment, problem: string | null = null): BrowserReply {
  const { request, desk } = visit
  const texts = TEXTS[request.lang]
  const { paymentId, tradingId } = payment
  const path = `/payments/${paymentId}`
  const changes = desk.ledger.payments.changesOf(paymentId)
  const body = html`<p><a href="${linkTo(request, '/')}">${texts.back}</a></p>
    ${section('facts', texts.facts, factsHtml(visit, payment))}
    ${section('online', texts.online, onlineHtml(visit, payment))} ${toolHtml(visit, payment)}
    ${section('history', texts.history, historyTable(changes, request.lang))}
    ${section('requests', texts.requests, requestsHtml(visit, payment))}
    ${section('notices', texts.notices, noticesHtml(visit, payment))}
    <p>
      <a href="${linkTo(request, '/faults', { order: tradingId, telegram: payment.carrier === null ? '022' : '101' })}"
        >${texts.fault}</a
      >
    </p>`
  return deskPage(visit, { title: texts.title(paymentId), list: '/', path, body, problem })
}

/** Statuses of a customer who has not paid. */
const NEVER_AUTHORISED: readonly PaymentStatus[] = ['10', '11', '13', '14', '15', '17']

function factsHtml({ request, desk }: Visit, payment: Payment): SafeHtml {
  const { lang } = request
  const texts = TEXTS[lang]
  const { columns } = texts
  const timer = nextTimer(payment)
  const link = (id: string): SafeHtml => html`<a href="${linkTo(request, `/payments/${id}`)}">${id}</a> `
  const replacing = desk.ledger.payments
    .ofTrading(payment.tradingId)
    .filter(({ basePaymentId }) => basePaymentId === payment.paymentId)
  const facts: [string, string | SafeHtml | SafeHtml[] | null][] = [
    [columns.order, safe(payment.tradingId)],
    [columns.method, methodText(payment, lang)],
    [columns.amount, yen(payment.amountYen, lang)],
    [columns.status, html`<strong>${statusText(payment.status, lang)}</strong>`],
    [columns.authorised, NEVER_AUTHORISED.includes(payment.status) ? null : timeText(payment.authorizedMs)],
    [texts.sold, payment.soldMs === null ? null : timeText(payment.soldMs)],
    [texts.cancelled, payment.cancelledMs === null ? null : timeText(payment.cancelledMs)],
    [texts.card, payment.card === null ? null : safe(payment.card)],
    [texts.base, payment.basePaymentId === null ? null : link(payment.basePaymentId)],
    [texts.replaced, replacing.length === 0 ? null : replacing.map(({ paymentId }) => link(paymentId))],
    [
      texts.next,
      timer === null || payment.dueMs === null
        ? null
        : texts.nextAt(timeText(payment.dueMs), statusText(timer.to, lang)),
    ],
  ]
  return html`<dl>
    ${facts.flatMap(([name, value]) =>
      value === null
        ? []
        : [
            html`<dt>${name}</dt>
              <dd>${value}</dd> `,
          ],
    )}
  </dl>`
}

function onlineHtml({ request }: Visit, payment: Payment): SafeHtml {
  const { lang } = request
  const texts = TEXTS[lang]
  const path = `/payments/${payment.paymentId}`
  const moves = movesOf(payment)
  const buttons = moves.map(
    ({ telegram, to }) =>
      html`<button name="status" value="${to}" class="${isSale(telegram) ? 'main' : ''}">
        ${texts.move(texts.moves[telegram], statusText(to, lang))}
      </button> `,
  )
  const statuses = Object.keys(STATUS_NAMES).map((status) =>
    optionHtml(status, statusText(status, lang), payment.status),
  )
  const waits = payment.carrier === 'docomo' && payment.status === '40'
  const day = html`<input type="hidden" name="back" value="${linkTo(request, path)}" />
    <button name="advance" value="1d" class="main">${texts.day}</button>`
  const formUnder = (text: string, to: string, body: SafeHtml): SafeHtml =>
    html`<p>${text}</p>
      ${formTo(request, to, body)}`
  return html`${moves.length > 0 ? formUnder(texts.onlineExplained, path, html`${buttons}`) : null}
    ${waits ? formUnder(texts.waits, '/clock', day) : null}
    ${moves.length === 0 && !waits ? html`<p>${texts.nothing}</p>` : null}
    <details>
      <summary>${texts.other}</summary>
      ${formTo(
        request,
        path,
        html`<p class="inputs">
          ${labelled(
            texts.columns.status,
            html`<select id="status" name="status">
              ${statuses}
            </select>`,
          )}
          <button>${texts.otherButton}</button>
        </p>`,
      )}
    </details>`
}

/** A sentence, and the command that it speaks of. */
const stepHtml = (text: string | SafeHtml, command: string): SafeHtml =>
  html`<p>${text}</p>
    <pre class="command"><code>${command}</code></pre> `

/** The commands by which this tool handles the payment; none for one that it would not touch. */
function toolHtml({ request, desk }: Visit, payment: Payment): SafeHtml | null {
  const texts = TEXTS[request.lang]
  const { paymentId, tradingId } = payment
  const cancels = movesOf(payment).some(({ telegram }) => !isSale(telegram))
  const sells = AUTHORISED.includes(payment.status)
  if (!cancels && !sells) return null
  if (!isOrderNumber(tradingId)) return section('tool', texts.tool, html`<p>${texts.noNumber}</p>`)
  const file = `${paymentId}.csv`
  const csv = html`${texts.first} <a href="${`/payments/${file}`}" download="${file}">${texts.csv}</a>`
  // An order that was there at the start came from the local data, or from a CSV of its own.
  const isNew = desk.ledger.payments.changesOf(paymentId)[0]?.by !== 'start'
  return section(
    'tool',
    texts.tool,
    html`<p>${texts.settings}</p>
      ${isNew ? stepHtml(csv, `paygent import ${file}`) : null}
      ${sells ? stepHtml(texts.sell, `paygent bulk-sale --orders ${tradingId}`) : null}
      ${cancels ? stepHtml(texts.cancel, `paygent bulk-cancel --orders ${tradingId}`) : null}`,
  )
}

const isOrderNumber = (tradingId: string): boolean => /^\d{1,18}$/.test(tradingId)

/** The order of the payment as `paygent import` takes it; null where its number is not one of an order. */
export function orderCsv({ tradingId, method, carrier, amountYen, paymentId, status }: Payment): string | null {
  if (!isOrderNumber(tradingId)) return null
  const row = [tradingId, method, carrier ?? '', String(amountYen), tradingId, paymentId, status]
  return `order_id,method,carrier,total,trading_id,payment_id,payment_status\n${row.join(',')}\n`
}

function historyTable(changes: readonly Change[], lang: Lang): SafeHtml {
  const { columns } = TEXTS[lang]
  const heads = [columns.at, columns.from, columns.to].map((header) => ({ header }))
  const rows = changes.map(({ atMs, from, to, amountYen, by }) => [
    timeText(atMs),
    from === null ? '' : statusText(from, lang),
    statusText(to, lang),
    yen(amountYen, lang),
    causeText(by, lang),
  ])
  return tableHtml([...heads, { header: columns.amount, holds: 'number' }, { header: columns.by }], rows, 'history')
}

const LATEST = 20

/** A list below the payment shows the latest ones. */
const latestOf = (of: Pick<Payment, 'paymentId' | 'tradingId'>) => ({ search: '', of, limit: LATEST, offset: 0 })

function requestsHtml(visit: Visit, payment: Payment): SafeHtml {
  const texts = TEXTS[visit.request.lang]
  const { total, rows } = visit.desk.ledger.requests.latest(latestOf(payment))
  if (total === 0) return html`<p>${texts.noRequests}</p>`
  return html`${requestTable(visit, rows, 'requests')}${moreHtml(visit, '/requests', total, payment.tradingId)}`
}

function noticesHtml(visit: Visit, payment: Payment): SafeHtml {
  const texts = TEXTS[visit.request.lang]
  const { paymentId } = payment
  const { total, rows } = visit.desk.ledger.notices.latest(latestOf({ paymentId, tradingId: '' }))
  if (total === 0) return html`<p>${texts.noNotices}</p>`
  return html`${noticeTable(visit, rows, 'notices')}${moreHtml(visit, '/notices', total, paymentId)}`
}

function moreHtml({ request }: Visit, path: string, total: number, search: string): SafeHtml | null {
  const texts = TEXTS[request.lang]
  if (total <= LATEST) return null
  return html`<p>
    ${texts.latest(grouped(LATEST))} <a href="${linkTo(request, path, { q: search })}">${texts.all}</a>
  </p>`
}
