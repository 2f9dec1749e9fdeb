// The pages of a carrier: the customer lets the shop have an open id, or pays.
import { yen } from '../../text/numbers.js'
import { CARRIER_PATH, decide, type Decision, findCheckout, wayBack } from '../carrier-checkout.js'
import type { Checkout } from '../ledger-checkouts.js'
import type { Payment } from '../ledger-payments.js'
import { settleTime } from '../office.js'
import {
  type BrowserReply,
  type BrowserRequest,
  type BrowserRoute,
  pageReply,
  problemReply,
  redirectReply,
} from './page.js'
import { html, type SafeHtml } from '@remix-run/html-template'

const JA = {
  carriers: { docomo: 'd払い（ドコモ）', au: 'auかんたん決済', softbank: 'ソフトバンクまとめて支払い' },
  paying: (carrier: string) => `${carrier}：お支払い`,
  consenting: (carrier: string) => `${carrier}：利用への同意`,
  asksConsent: '店舗がこのお支払い方法を利用することに同意しますか。',
  amount: 'お支払い金額',
  order: 'ご注文番号',
  shop: '店舗',
  pay: '支払う',
  agree: '同意する',
  cancel: 'キャンセルする',
  ended: '手続きは終わっています',
  expired: '有効期限が切れています',
  expiredHelp: 'お手数ですが、店舗でもう一度お手続きください。',
  back: '店舗に戻る',
}

const EN: typeof JA = {
  carriers: { docomo: 'd払い (docomo)', au: 'auかんたん決済 (au)', softbank: 'ソフトバンクまとめて支払い (SoftBank)' },
  paying: (carrier) => `${carrier}: payment`,
  consenting: (carrier) => `${carrier}: consent`,
  asksConsent: 'Do you agree that the shop uses this way of payment?',
  amount: 'Amount',
  order: 'Order number',
  shop: 'Shop',
  pay: 'Pay',
  agree: 'Agree',
  cancel: 'Cancel',
  ended: 'This has already been done',
  expired: 'This page has expired',
  expiredHelp: 'Please start again at the shop.',
  back: 'Back to the shop',
}

const TEXTS = { ja: JA, en: EN }

/** The names of the two buttons. */
const isDecision = (answer: string | null): answer is Decision => answer === 'agree' || answer === 'cancel'

export const carrierRoute: BrowserRoute = (request, { ledger, office }) => {
  if (!request.path.startsWith(CARRIER_PATH)) return null
  return ledger.atomically(() => {
    const nowMs = office.nowMs()
    settleTime(ledger, nowMs)
    const checkout = findCheckout(ledger, request.path.slice(CARRIER_PATH.length))
    if (checkout === null) return problemReply(request, 404)
    const payment = ledger.payments.find(checkout.paymentId ?? '')
    if (request.method === 'GET')
      return checkout.state === 'open' ? askingPage(request, checkout, payment) : endedPage(request, checkout)
    const answer = request.form.get('answer')
    if (!isDecision(answer)) return problemReply(request, 400)
    const decided = decide(ledger, checkout, answer, nowMs)
    return decided.state === 'expired' ? endedPage(request, decided) : redirectReply(wayBack(decided))
  })
}

function askingPage(request: BrowserRequest, checkout: Checkout, payment: Payment | null): BrowserReply {
  const { lang } = request
  const texts = TEXTS[lang]
  const carrier = texts.carriers[checkout.carrier]
  const facts: readonly (readonly [name: string, value: string])[] = [
    ...(payment === null ? [] : [[texts.amount, yen(payment.amountYen, lang)] as const]),
    [texts.order, checkout.tradingId],
    [texts.shop, new URL(checkout.returnUrl).host],
  ]
  // Without an action the form goes to the address of its page.
  const body = html`${payment === null ? html`<p>${texts.asksConsent}</p>` : ''}
    <dl>
      ${facts.map(
        ([name, value]): SafeHtml =>
          html`<dt>${name}</dt>
            <dd>${value}</dd>`,
      )}
    </dl>
    <form method="post">
      <button class="main" name="answer" value="agree">${payment === null ? texts.agree : texts.pay}</button>
      <button name="answer" value="cancel">${texts.cancel}</button>
    </form>`
  const title = payment === null ? texts.consenting(carrier) : texts.paying(carrier)
  return pageReply(request, { title, body, formTargets: ANY_HOST })
}

/**
 * A browser holds every redirect after the form to the policy of the page, and the shop may lead on to a host of which
 * no telegram tells: one under its main name, or under HTTPS.
 */
const ANY_HOST = ['http:', 'https:']

const GONE = 410

/** The link leads where the decision led, so that a customer whose way was broken off still gets there. */
function endedPage(request: BrowserRequest, checkout: Checkout): BrowserReply {
  const texts = TEXTS[request.lang]
  const link = html`<p><a href="${wayBack(checkout)}">${texts.back}</a></p>`
  if (checkout.state !== 'expired') return pageReply(request, { title: texts.ended, body: link, status: GONE })
  return pageReply(request, {
    title: texts.expired,
    body: html`<p>${texts.expiredHelp}</p>
      ${link}`,
    status: GONE,
  })
}
