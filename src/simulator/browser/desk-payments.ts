// The payments: their list, and the form by which a customer pays.
import { CARRIERS } from '../../domain/order.js'
import { yen } from '../../text/numbers.js'
import { safe } from '../../text/width.js'
import type { Payment } from '../ledger-payments.js'
import {
  type Column,
  deskPage,
  fieldHtml,
  formTo,
  labelled,
  linkTo,
  methodText,
  partAsked,
  partHtml,
  optionHtml,
  type Refusal,
  section,
  statusText,
  tableHtml,
  timeText,
  type Visit,
  wholeMethodText,
} from './desk-parts.js'
import { causeText } from './desk-records.js'
import type { BrowserReply, Lang } from './page.js'
import { html, type SafeHtml } from '@remix-run/html-template'

const JA = {
  title: 'ペイジェントのシミュレーター：決済',
  purpose:
    'ペイジェントの代わりに電文を受け付けて応答する、練習用の画面です。実際のペイジェントには何も送信されません。',
  pay: 'お客さまの支払い',
  payExplained:
    'お客さまがショップで支払ったことにします。「20 オーソリOK」（オーソリ済）の決済ができ、ショップ宛ての通知も作成されます。',
  payRule: '金額は1円以上です。受注番号は半角の英数字と _ で、25文字までです。',
  payMethod: '支払方法',
  payAmount: '金額（円）',
  payOrder: '受注番号（取引ID）',
  payButton: '支払う',
  known: (order: string) => `受注番号：${order} の決済はすでにあります。別の受注番号にしてください。`,
  list: '決済の一覧',
  empty: '決済はまだありません。',
  none: '該当する決済はありません。',
  changed: (time: string, by: string) => `${time} ${by}`,
  columns: {
    order: '受注番号',
    payment: '決済ID',
    method: '支払方法',
    amount: '金額',
    status: '決済ステータス',
    authorised: 'オーソリ日時',
    last: '最後の変化',
  },
}

const EN: typeof JA = {
  title: 'Paygent simulator: payments',
  purpose: 'For practice: it takes and answers telegrams in the place of Paygent. Nothing is sent to the real Paygent.',
  pay: 'A customer pays',
  payExplained: 'As if a customer paid in the shop: a payment at 20 authorised is made, and a notice to the shop.',
  payRule: 'The amount is 1 yen or more. The order number has up to 25 letters, digits and _.',
  payMethod: 'Method',
  payAmount: 'Amount (yen)',
  payOrder: 'Order number (trading id)',
  payButton: 'Pay',
  known: (order) => `Order ${order} already has a payment. Use another order number.`,
  list: 'The payments',
  empty: 'There is no payment yet.',
  none: 'No payment matches.',
  changed: (time, by) => `${time} ${by}`,
  columns: {
    order: 'Order',
    payment: 'Payment id',
    method: 'Method',
    amount: 'Amount',
    status: 'Payment status',
    authorised: 'Authorised',
    last: 'Last change',
  },
}

const TEXTS: Readonly<Record<Lang, typeof JA>> = { ja: JA, en: EN }

/** The values of the form, which stay when one of them is wrong. */
export interface PayForm {
  readonly method: string
  readonly amountYen: string
  readonly tradingId: string
}

export const knownRefusal = (order: string, lang: Lang): Refusal => ({
  text: TEXTS[lang].known(safe(order)),
  field: 'tradingId',
})

/** @param given null for a form that is still empty */
export function paymentsPage(visit: Visit, given: PayForm | null, problem: Refusal | null = null): BrowserReply {
  const { request, desk } = visit
  const { lang } = request
  const texts = TEXTS[lang]
  const part = partAsked(request, (asked) => desk.ledger.payments.latest(asked))
  const none = part.isEmpty ? texts.empty : texts.none
  const list = part.total === 0 ? html`<p>${none}</p>` : paymentTable(visit, part.rows)
  const fresh = { method: 'docomo', amountYen: '1000', tradingId: desk.ledger.payments.freeTradingId() }
  const body = html`<p>${texts.purpose}</p>
    ${section('pay', texts.pay, payForm(visit, given ?? fresh, problem))}
    ${section('list', texts.list, partHtml(request, '/', part, list))}`
  return deskPage(visit, { title: texts.title, list: '/', body, problem })
}

function payForm({ request }: Visit, { method, amountYen, tradingId }: PayForm, problem: Refusal | null): SafeHtml {
  const texts = TEXTS[request.lang]
  const methods = [...CARRIERS, null].map((carrier) =>
    optionHtml(carrier ?? 'credit', wholeMethodText({ carrier }, request.lang), method),
  )
  const rule = 'pay-rule'
  const amount = { name: 'amountYen', id: 'amount', label: texts.payAmount, value: amountYen, described: rule }
  const order = { name: 'tradingId', id: 'order', label: texts.payOrder, value: tradingId, described: rule }
  return html`<p>${texts.payExplained}</p>
    <p id="${rule}">${texts.payRule}</p>
    ${formTo(
      request,
      '/payments',
      html`<p class="inputs">
        ${labelled(
          texts.payMethod,
          html`<select id="method" name="method">
            ${methods}
          </select>`,
        )}
        ${fieldHtml(amount, problem, html`required inputmode="numeric" maxlength="20" autocomplete="off"`)}
        ${fieldHtml(order, problem, html`required maxlength="25" autocomplete="off"`)}
        <button class="main full">${texts.payButton}</button>
      </p>`,
      'wide',
    )}`
}

function paymentTable({ request, desk }: Visit, payments: readonly Payment[]): SafeHtml {
  const { lang } = request
  const { columns, changed } = TEXTS[lang]
  const heads: readonly Column[] = [
    { header: columns.order },
    { header: columns.payment, holds: 'id' },
    { header: columns.method },
    { header: columns.amount, holds: 'number' },
    { header: columns.status },
    { header: columns.authorised },
    { header: columns.last },
  ]
  const rows = payments.map((payment) => {
    const last = desk.ledger.payments.changesOf(payment.paymentId).at(-1)
    const name = safe(payment.tradingId === '' ? payment.paymentId : payment.tradingId)
    return [
      html`<a href="${linkTo(request, `/payments/${payment.paymentId}`)}">${name}</a>`,
      payment.paymentId,
      methodText(payment, lang),
      yen(payment.amountYen, lang),
      statusText(payment.status, lang),
      timeText(payment.authorizedMs),
      last === undefined ? '' : changed(timeText(last.atMs), causeText(last.by, lang)),
    ]
  })
  return tableHtml(heads, rows, 'list')
}
