// The desk: pages on which people see and steer the simulator. Each action is carried out by the control address, so
// that a page follows no rules of its own.
import { control, CONTROL_ROOT, type ControlAnswer } from '../control.js'
import type { LedgerCounts } from '../ledger.js'
import { clockPage } from './desk-clock.js'
import { FAULTS, type FaultName, faultsPage } from './desk-faults.js'
import { type ClockShown, type Done, linkTo, type Visit } from './desk-parts.js'
import { orderCsv, paymentPage } from './desk-payment.js'
import { knownText, paymentsPage } from './desk-payments.js'
import { noticesPage, requestsPage } from './desk-records.js'
import {
  type BrowserDesk,
  type BrowserReply,
  type BrowserRequest,
  type BrowserRoute,
  type Lang,
  problemReply,
  redirectReply,
} from './page.js'

const JA = {
  tradingId: '受注番号は半角の英数字1～25文字で入力してください。',
  amountYen: '金額は1円以上、9桁までの数字で入力してください。',
  time: '日時を入力してください。',
  other: 'この値は使えません。',
}

const EN: typeof JA = {
  tradingId: 'An order number has 1 to 25 letters and digits.',
  amountYen: 'An amount is 1 yen or more, and has up to 9 digits.',
  time: 'Enter a date and a time.',
  other: 'This value cannot be used.',
}

const TEXTS: Readonly<Record<Lang, typeof JA>> = { ja: JA, en: EN }

/** The values of the control address by which a person may have gone wrong. */
const FIELDS: Readonly<Record<string, keyof typeof JA>> = {
  tradingId: 'tradingId',
  'fault.match.tradingId': 'tradingId',
  amountYen: 'amountYen',
  set: 'time',
}

function problemText({ json }: ControlAnswer, lang: Lang): string {
  const { name = '' } = json as { name?: string }
  return TEXTS[lang][(Object.hasOwn(FIELDS, name) ? FIELDS[name] : undefined) ?? 'other']
}

type Run = (visit: Visit, id: string) => BrowserReply

const ROUTES: readonly { method: BrowserRequest['method']; address: RegExp; run: Run }[] = [
  { method: 'GET', address: /^\/(?:payments)?$/, run: (visit) => paymentsPage(visit, null) },
  { method: 'POST', address: /^\/payments$/, run: pay },
  { method: 'GET', address: /^\/payments\/(\d{1,18})$/, run: showPayment },
  { method: 'POST', address: /^\/payments\/(\d{1,18})$/, run: setStatus },
  { method: 'GET', address: /^\/payments\/(\d{1,18})\.csv$/, run: giveCsv },
  { method: 'GET', address: /^\/requests$/, run: requestsPage },
  { method: 'GET', address: /^\/notices$/, run: noticesPage },
  { method: 'GET', address: /^\/faults$/, run: showFaults },
  { method: 'POST', address: /^\/faults$/, run: addFault },
  { method: 'POST', address: /^\/faults\/remove$/, run: removeFault },
  { method: 'POST', address: /^\/faults\/clear$/, run: clearFaults },
  { method: 'GET', address: /^\/clock$/, run: (visit) => clockPage(visit) },
  { method: 'POST', address: /^\/clock$/, run: setClock },
]

export const deskRoute: BrowserRoute = (request, desk) => {
  const here = ROUTES.filter(({ address }) => address.test(request.path))
  if (here.length === 0) return null
  const route = here.find(({ method }) => method === request.method)
  if (route === undefined) return problemReply(request, 405)
  return route.run(visitOf(request, desk), route.address.exec(request.path)?.[1] ?? '')
}

/** What the control address does with one request. @param body JSON */
const ask = ({ ledger, office, version }: BrowserDesk, method: string, path: string, body = ''): ControlAnswer =>
  control(ledger, office, method, `${CONTROL_ROOT}${path}`, body, version)

/** Time is brought up to date by it, so that each page shows what the clock has done. */
function visitOf(request: BrowserRequest, desk: BrowserDesk): Visit {
  const { now, offsetMs, counts } = ask(desk, 'GET', '').json as ClockShown & { counts: LedgerCounts }
  return { request, desk, clock: { now, offsetMs }, counts }
}

const post = ({ desk }: Visit, path: string, data: unknown): ControlAnswer =>
  ask(desk, 'POST', path, JSON.stringify(data))

/** Leads on after a deed that is named on the next page. */
const onward = ({ request }: Visit, path: string, done: Done): BrowserReply => {
  const { pathname, searchParams } = new URL(path, 'http://desk')
  return redirectReply(linkTo(request, pathname, { ...Object.fromEntries(searchParams), done }))
}

const fieldOf = ({ request }: Visit, name: string): string => (request.form.get(name) ?? '').trim()

/** A number as people type it, in full-width digits too: `１，０００円`. */
const digitsOf = (text: string): string => text.normalize('NFKC').replaceAll(/[,\s円¥]/g, '')

function pay(visit: Visit): BrowserReply {
  const { lang } = visit.request
  const given = {
    method: fieldOf(visit, 'method'),
    amountYen: fieldOf(visit, 'amountYen'),
    tradingId: fieldOf(visit, 'tradingId').normalize('NFKC'),
  }
  const answer = post(visit, '/payments', { ...given, amountYen: digitsOf(given.amountYen) })
  if (answer.status !== 200) return paymentsPage(visit, given, problemText(answer, lang))
  const [added] = (answer.json as { added: readonly string[] }).added
  if (added === undefined) return paymentsPage(visit, given, knownText(given.tradingId, lang))
  return onward(visit, `/payments/${added}`, 'paid')
}

function showPayment(visit: Visit, id: string): BrowserReply {
  const payment = visit.desk.ledger.payments.find(id)
  return payment === null ? problemReply(visit.request, 404) : paymentPage(visit, payment)
}

function setStatus(visit: Visit, id: string): BrowserReply {
  const payment = visit.desk.ledger.payments.find(id)
  if (payment === null) return problemReply(visit.request, 404)
  const answer = post(visit, `/payments/${id}`, { status: fieldOf(visit, 'status') })
  if (answer.status !== 200) return paymentPage(visit, payment, problemText(answer, visit.request.lang))
  return onward(visit, `/payments/${payment.paymentId}`, 'moved')
}

function giveCsv({ request, desk }: Visit, id: string): BrowserReply {
  const payment = desk.ledger.payments.find(id)
  const csv = payment === null ? null : orderCsv(payment)
  return csv === null ? problemReply(request, 404) : { status: 200, type: 'text/csv; charset=utf-8', body: csv }
}

function showFaults(visit: Visit): BrowserReply {
  const { query } = visit.request
  return faultsPage(visit, { telegram: query.get('telegram') ?? '101', order: query.get('order') ?? '', times: 'once' })
}

function addFault(visit: Visit): BrowserReply {
  const effect = fieldOf(visit, 'effect')
  const given = {
    telegram: fieldOf(visit, 'telegram'),
    order: fieldOf(visit, 'order').normalize('NFKC'),
    times: fieldOf(visit, 'times'),
  }
  const match = {
    telegram: given.telegram || null,
    tradingId: given.order || null,
    nth: given.times === 'always' ? null : 1,
  }
  const fault = Object.hasOwn(FAULTS, effect) ? { match, ...FAULTS[effect as FaultName] } : effect
  const answer = post(visit, '/faults/add', fault)
  if (answer.status !== 200) return faultsPage(visit, given, problemText(answer, visit.request.lang))
  return onward(visit, '/faults', 'fault')
}

/** One that has been removed meanwhile is as it should be. */
function removeFault(visit: Visit): BrowserReply {
  const answer = ask(visit.desk, 'POST', '/faults/remove', fieldOf(visit, 'fault'))
  return answer.status === 400 ? problemReply(visit.request, 400) : onward(visit, '/faults', 'removed')
}

function clearFaults(visit: Visit): BrowserReply {
  post(visit, '/faults', [])
  return onward(visit, '/faults', 'removed')
}

/** A page of the desk, to which a button of its head leads back. */
const DESK_PAGE = /^\/(?:payments\/\d{1,18}|requests|notices|faults|clock)?(?:\?[\w=&%.+-]*)?$/

function setClock(visit: Visit): BrowserReply {
  const { form, lang } = visit.request
  const set = form.get('set')
  const data =
    set === null
      ? Object.fromEntries(
          ['advance', 'offsetMs'].filter((name) => form.has(name)).map((name) => [name, form.get(name)]),
        )
      : { set: `${set}+09:00` }
  const answer = post(visit, '/clock', data)
  if (answer.status !== 200) return clockPage(visit, problemText(answer, lang))
  const back = fieldOf(visit, 'back')
  return onward(visit, DESK_PAGE.test(back) ? back : '/clock', 'clock')
}
