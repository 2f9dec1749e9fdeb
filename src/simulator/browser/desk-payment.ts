// The page of one payment: its history, and what may be done with it.
import { japanIso } from '../../clock.js'
import { ECCUBE4_STATUS } from '../../domain/order-status.js'
import { AUTHORISED, SOLD, STATUS_NAMES } from '../../domain/statuses.js'
import type { PaymentStatus } from '../../domain/order.js'
import { grouped, yen } from '../../text/numbers.js'
import { safe } from '../../text/width.js'
import { CARRIER_PATH } from '../carrier-checkout.js'
import type { Change, Payment } from '../ledger-payments.js'
import { cardMove, carrierMove, type Move } from '../machine.js'
import { nextTimer } from '../timers.js'
import {
  deskPage,
  formTo,
  labelled,
  linkTo,
  optionHtml,
  type Refusal,
  section,
  statusText,
  tableHtml,
  timeText,
  type Visit,
  wholeMethodText,
} from './desk-parts.js'
import { causeText, noticeTable, requestTable } from './desk-records.js'
import type { BrowserReply, BrowserRequest, Lang } from './page.js'
import { html, type SafeHtml } from '@remix-run/html-template'

const JA = {
  title: (order: string) => `受注番号：${order} の決済`,
  titleWithout: (id: string) => `決済ID：${id}`,
  payment: '決済ID',
  back: '決済の一覧へ',
  facts: '決済の内容',
  base: '補正前の決済',
  replaced: '補正後の決済',
  sold: '売上日時',
  cancelled: '取消日時',
  card: 'カード番号下4桁',
  next: '次の変化',
  nextAt: (time: string, status: string) => `${time} に「${status}」になります。`,
  lives: {
    docomo: 'docomo のオーソリ期限は、オーソリの月の翌々月末です。',
    au: 'au のオーソリ期限は、オーソリから90日です。',
    softbank: 'softbank のオーソリ期限は、オーソリから60日です。',
    credit: 'クレジットのオーソリ期限は、オーソリから60日です。',
  },
  checkout: 'お客さまの支払いの画面を開く',
  online: 'ペイジェントオンラインでの操作',
  onlineExplained:
    'ボタンを押すと、ペイジェントオンラインで操作したのと同じ結果になり、ショップ宛ての通知も作成されます。',
  noTelegram: 'このページのボタンは電文を送信しないため、障害は起きず、電文の一覧にも表示されません。',
  nothing: 'この決済ステータスでは、売上も取消もできません。',
  waits:
    'docomo の売上は、翌日に「44 消込完了」になると取消・補正ができます。時計を1日進めると「44 消込完了」になります。',
  docomoCancel: 'docomo は、売上処理の前の取消でも「60 売上取消済」になります。',
  day: '時計を1日進める',
  move: (move: string, status: string) => `${move}（「${status}」へ）`,
  moves: {
    '021': 'オーソリキャンセル',
    '022': '売上処理',
    '023': '売上キャンセル',
    '101': '売上処理',
    '102': '取消',
  },
  other: 'ほかの決済ステータスにする（テスト用）',
  otherExplained:
    'テスト用です。ペイジェントオンラインではできない変更（「62 取消完了」から「20 オーソリOK」など）も選べます。',
  otherButton: '変更する',
  tool: 'paygent での処理',
  settings:
    'paygent は、このツールのコマンドです。上のボタンの代わりに、このシミュレーターに接続する設定で実行できます。ボタンで処理した後に実行する必要はありません。',
  sell: '売上処理は次のコマンドで行います。',
  cancel: '取消は次のコマンドで行います。',
  first: 'このページで支払った受注は、先に手元データに取り込みます。',
  csv: '受注の CSV を保存する',
  noNumber: '受注番号が数字ではないため、paygent では扱えません。',
  history: '履歴',
  requests: 'この受注の電文',
  noRequests: '電文はまだ届いていません。',
  notices: 'この決済の通知',
  noNotices: '通知はありません。',
  latest: (count: string) => `新しい ${count}件を表示しています。`,
  all: 'すべて表示',
  fault: 'この受注の電文に障害を設定する',
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
  title: (order) => `Payment of order ${order}`,
  titleWithout: (id) => `Payment ${id}`,
  payment: 'Payment id',
  back: 'To all payments',
  facts: 'The payment',
  base: 'Replaces',
  replaced: 'Replaced by',
  sold: 'Sold',
  cancelled: 'Cancelled',
  card: 'Last digits of the card',
  next: 'Next change',
  nextAt: (time, status) => `On ${time}: ${status}. `,
  lives: {
    docomo: 'A docomo authorisation lasts until the end of the second month after it.',
    au: 'An au authorisation lasts 90 days.',
    softbank: 'A softbank authorisation lasts 60 days.',
    credit: 'A card authorisation lasts 60 days.',
  },
  checkout: 'Open the page on which the customer pays',
  online: 'In Paygent Online',
  onlineExplained: 'A button has the same result as the screen of Paygent Online, and makes a notice to the shop.',
  noTelegram:
    'The buttons on this page send no telegram: no fault affects them, and the list of telegrams does not have them.',
  nothing: 'At this status the payment can be neither sold nor cancelled.',
  waits:
    'A docomo sale can be cancelled and corrected once it is 44 sale completed, on the next day. Advance the clock 1 day to get there.',
  docomoCancel: 'At docomo, a cancel before the sale leads to 60 sale cancelled, too.',
  day: 'Advance the clock 1 day',
  move: (move, status) => `${move} (to ${status})`,
  moves: { '021': 'Cancel the authorisation', '022': 'Sell', '023': 'Cancel the sale', '101': 'Sell', '102': 'Cancel' },
  other: 'Set another payment status (for tests)',
  otherExplained:
    'For tests. It also has changes that Paygent Online cannot make, such as 62 cancel completed to 20 authorised.',
  otherButton: 'Change',
  tool: 'With paygent',
  settings:
    'paygent is the command of this tool. You can run it instead of the buttons above, with the settings that lead to this simulator. After a button there is no need to run it.',
  sell: 'This command sells it.',
  cancel: 'This command cancels it.',
  first: 'An order that was paid on this page goes into the local data first.',
  csv: "Save the order's CSV",
  noNumber: 'paygent handles order numbers of digits only, so it cannot handle this order.',
  history: 'History',
  requests: 'Telegrams of this order',
  noRequests: 'No telegram has come in yet.',
  notices: 'Notices of this payment',
  noNotices: 'There is no notice yet.',
  latest: (count) => `These are the latest ${count}.`,
  all: 'Show all',
  fault: 'Set a fault for the telegrams of this order',
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

/** The name of the button that leads there; null for a change that none makes. */
export function moveName(payment: Payment, to: PaymentStatus, lang: Lang): string | null {
  const move = movesOf(payment).find((each) => each.to === to)
  return move === undefined ? null : TEXTS[lang].moves[move.telegram]
}

export function paymentPage(visit: Visit, payment: Payment, problem: Refusal | null = null): BrowserReply {
  const { request, desk } = visit
  const texts = TEXTS[request.lang]
  const { paymentId, tradingId } = payment
  const path = `/payments/${paymentId}`
  const changes = desk.ledger.payments.changesOf(paymentId)
  const title = tradingId === '' ? texts.titleWithout(paymentId) : texts.title(tradingId)
  const telegram = payment.carrier === null ? '022' : '101'
  const body = html`<p class="links">
      <a href="${linkTo(request, '/')}">${texts.back}</a>
      <a href="${linkTo(request, '/faults', { order: tradingId, telegram })}">${texts.fault}</a>
    </p>
    ${section('facts', texts.facts, factsHtml(visit, payment))}
    ${section('online', texts.online, onlineHtml(visit, payment))} ${toolHtml(visit, payment)}
    ${section('history', texts.history, historyTable(changes, request.lang))}
    ${section('requests', texts.requests, requestsHtml(visit, payment))}
    ${section('notices', texts.notices, noticesHtml(visit, payment))}`
  return deskPage(visit, { title, list: '/', path, body, problem })
}

/** Statuses of a customer who has not paid. */
const NEVER_AUTHORISED: readonly PaymentStatus[] = ['10', '11', '13', '14', '15', '17']

function factsHtml({ request, desk }: Visit, payment: Payment): SafeHtml {
  const { lang } = request
  const texts = TEXTS[lang]
  const { columns } = texts
  const link = (id: string): SafeHtml => html`<a href="${linkTo(request, `/payments/${id}`)}">${id}</a> `
  const replacing = desk.ledger.payments
    .ofTrading(payment.tradingId)
    .filter(({ basePaymentId }) => basePaymentId === payment.paymentId)
  const facts: [string, string | SafeHtml | SafeHtml[] | null][] = [
    [columns.order, safe(payment.tradingId)],
    [texts.payment, payment.paymentId],
    [columns.method, wholeMethodText(payment, lang)],
    [columns.amount, yen(payment.amountYen, lang)],
    [columns.status, html`<strong>${statusText(payment.status, lang)}</strong>`],
    [columns.authorised, NEVER_AUTHORISED.includes(payment.status) ? null : timeText(payment.authorizedMs)],
    [texts.sold, payment.soldMs === null ? null : timeText(payment.soldMs)],
    [texts.cancelled, payment.cancelledMs === null ? null : timeText(payment.cancelledMs)],
    [texts.card, payment.card === null ? null : safe(payment.card)],
    [texts.base, payment.basePaymentId === null ? null : link(payment.basePaymentId)],
    [texts.replaced, replacing.length === 0 ? null : replacing.map(({ paymentId }) => link(paymentId))],
    [texts.next, nextText(payment, lang)],
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

function nextText(payment: Payment, lang: Lang): string | null {
  const { lives, nextAt } = TEXTS[lang]
  const timer = nextTimer(payment)
  if (timer === null || payment.dueMs === null) return null
  // A payment that came here older than that has begun anew.
  const reason = timer.to === '33' && timer.dueMs === payment.dueMs ? lives[payment.carrier ?? 'credit'] : ''
  return `${nextAt(timeText(payment.dueMs), statusText(timer.to, lang))}${reason}`
}

function onlineHtml({ request, desk }: Visit, payment: Payment): SafeHtml {
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
  const waits = payment.carrier === 'docomo' && payment.status === '40'
  const day = html`<input type="hidden" name="back" value="${linkTo(request, path)}" />
    <button name="advance" value="1d" class="main">${texts.day}</button>`
  const formUnder = (text: string, to: string, body: SafeHtml): SafeHtml =>
    html`<p>${text}</p>
      ${formTo(request, to, body, 'buttons')}`
  const checkout = desk.ledger.checkouts.ofPayment(payment.paymentId)
  const releases = payment.carrier === 'docomo' && !SOLD.includes(payment.status) && moves.some(({ to }) => to === '60')
  return html`${
      checkout?.state === 'open'
        ? html`<p><a href="${linkTo(request, `${CARRIER_PATH}${checkout.token}`)}">${texts.checkout}</a></p>`
        : null
    }
    ${moves.length > 0 ? formUnder(texts.onlineExplained, path, html`${buttons}`) : null}
    ${releases ? html`<p>${texts.docomoCancel}</p>` : null} ${waits ? formUnder(texts.waits, '/clock', day) : null}
    ${moves.length === 0 && !waits ? html`<p>${texts.nothing}</p>` : null}
    <p>${texts.noTelegram}</p>
    ${otherHtml(request, payment)}`
}

/** Every status but the present one, at which the payment is already. */
function otherHtml(request: BrowserRequest, payment: Payment): SafeHtml {
  const { lang } = request
  const texts = TEXTS[lang]
  const statuses = Object.keys(STATUS_NAMES)
    .filter((status) => status !== payment.status)
    .map((status) => optionHtml(status, statusText(status, lang), ''))
  return html`<details>
    <summary>${texts.other}</summary>
    <p>${texts.otherExplained}</p>
    ${formTo(
      request,
      `/payments/${payment.paymentId}`,
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
  const file = `${tradingId}.csv`
  const csv = html`${texts.first} <a href="${`/payments/${paymentId}.csv`}" download="${file}">${texts.csv}</a>`
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
export function orderCsv(payment: Payment): string | null {
  const { tradingId, method, carrier, amountYen, paymentId, status, authorizedMs } = payment
  if (!isOrderNumber(tradingId)) return null
  const paid = [tradingId, paymentId, status, japanIso(authorizedMs), ECCUBE4_STATUS[1]]
  const row = [tradingId, method, carrier ?? '', String(amountYen), ...paid]
  return `order_id,method,carrier,total,trading_id,payment_id,payment_status,ordered_at,order_status\n${row.join(',')}\n`
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
