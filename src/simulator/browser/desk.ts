// The desk: pages on which people see and steer the simulator. Each action is carried out by the control address, so
// that a page follows no rules of its own.
import { control, CONTROL_ROOT, type ControlAnswer } from '../control.js'
import type { LedgerCounts } from '../ledger.js'
import { clockPage } from './desk-clock.js'
import { type Done, doneHtml } from './desk-done.js'
import { FAULTS, type FaultName, faultsPage } from './desk-faults.js'
import { type ClockShown, deskPage, linkTo, type Refusal, statusText, type Visit } from './desk-parts.js'
import { orderCsv, paymentPage } from './desk-payment.js'
import { knownRefusal, paymentsPage } from './desk-payments.js'
import { noticesPage, requestsPage } from './desk-records.js'
import {
  type BrowserDesk,
  type BrowserReply,
  type BrowserRequest,
  type BrowserRoute,
  type Lang,
  problemReply,
  problemTitle,
  redirectReply,
} from './page.js'
import { html } from '@remix-run/html-template'

const JA = {
  tradingId: '受注番号は半角の英数字と _ で、25文字までで入力してください。',
  amountYen: '金額は1円以上、9桁までの数字で入力してください。',
  time: '日時を入力してください。',
  other: 'この値は使えません。',
  already: (status: string) => `この決済はすでに「${status}」です。変更していません。`,
}

const EN: typeof JA = {
  tradingId: 'An order number has 1 to 25 letters, digits and _.',
  amountYen: 'An amount is 1 yen or more, and has up to 9 digits.',
  time: 'Enter a date and a time.',
  other: 'This value cannot be used.',
  already: (status) => `The payment is already at ${status}. Nothing was changed.`,
}

const TEXTS: Readonly<Record<Lang, typeof JA>> = { ja: JA, en: EN }

/** The values of the control address by which a person may have gone wrong, and the field of the form that has each. */
const FIELDS: Readonly<Record<string, { text: 'tradingId' | 'amountYen' | 'time'; field: string }>> = {
  tradingId: { text: 'tradingId', field: 'tradingId' },
  'fault.match.tradingId': { text: 'tradingId', field: 'order' },
  amountYen: { text: 'amountYen', field: 'amountYen' },
  set: { text: 'time', field: 'set' },
}

function refusalOf({ json }: ControlAnswer, lang: Lang): Refusal {
  const { name = '' } = json as { name?: string }
  const found = Object.hasOwn(FIELDS, name) ? FIELDS[name] : undefined
  return { text: TEXTS[lang][found?.text ?? 'other'], field: found?.field ?? null }
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
  const visit = { request, desk, clock: { now, offsetMs }, counts, done: null }
  return { ...visit, done: doneHtml(visit) }
}

/** Says that there is no such page, with the way to the others. */
export const missingPage = (request: BrowserRequest, desk: BrowserDesk): BrowserReply => missing(visitOf(request, desk))

const missing = (visit: Visit): BrowserReply =>
  deskPage(visit, { title: problemTitle(404, visit.request.lang), list: null, body: html``, status: 404 })

const post = ({ desk }: Visit, path: string, data: unknown): ControlAnswer =>
  ask(desk, 'POST', path, JSON.stringify(data))

/** Leads on after a deed that is named on the next page. @param more further values of the next page's address */
const onward = ({ request }: Visit, path: string, done: Done, more: Readonly<Record<string, string>> = {}) => {
  const { pathname, searchParams } = new URL(path, 'http://desk')
  return redirectReply(linkTo(request, pathname, { ...Object.fromEntries(searchParams), ...done, ...more }))
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
  if (answer.status !== 200) return paymentsPage(visit, given, refusalOf(answer, lang))
  const [added] = (answer.json as { added: readonly string[] }).added
  if (added === undefined) return paymentsPage(visit, given, knownRefusal(given.tradingId, lang))
  return onward(visit, `/payments/${added}`, { done: 'paid' })
}

function showPayment(visit: Visit, id: string): BrowserReply {
  const payment = visit.desk.ledger.payments.find(id)
  return payment === null ? missing(visit) : paymentPage(visit, payment)
}

function setStatus(visit: Visit, id: string): BrowserReply {
  const { lang } = visit.request
  const { payments } = visit.desk.ledger
  const payment = payments.find(id)
  if (payment === null) return missing(visit)
  const status = fieldOf(visit, 'status')
  // Another page may have moved it meanwhile, and a button may be pressed twice.
  if (status === payment.status)
    return paymentPage(visit, payment, { text: TEXTS[lang].already(statusText(status, lang)), field: null })
  const answer = post(visit, `/payments/${id}`, { status })
  if (answer.status !== 200) return paymentPage(visit, payment, refusalOf(answer, lang))
  const change = String(payments.changesOf(payment.paymentId).length)
  return onward(visit, `/payments/${payment.paymentId}`, { done: 'moved', change })
}

function giveCsv(visit: Visit, id: string): BrowserReply {
  const payment = visit.desk.ledger.payments.find(id)
  const csv = payment === null ? null : orderCsv(payment)
  return csv === null ? missing(visit) : { status: 200, type: 'text/csv; charset=utf-8', body: csv }
}

/** Stands in an address for the empty value of every telegram, which an address leaves out. */
const EVERY = 'every'

function showFaults(visit: Visit): BrowserReply {
  const { query } = visit.request
  const telegram = query.get('telegram') ?? '101'
  return faultsPage(visit, {
    telegram: telegram === EVERY ? '' : telegram,
    order: query.get('order') ?? '',
    times: query.get('times') ?? 'once',
  })
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
  if (answer.status !== 200) return faultsPage(visit, given, refusalOf(answer, visit.request.lang))
  const position = String(visit.desk.ledger.faults.all().at(-1)?.position)
  const kept = { ...given, telegram: given.telegram || EVERY }
  return onward(visit, '/faults', { done: 'fault', fault: position }, kept)
}

/** One that has been removed meanwhile is as it should be. */
function removeFault(visit: Visit): BrowserReply {
  const given = fieldOf(visit, 'fault')
  const answer = ask(visit.desk, 'POST', '/faults/remove', given)
  if (answer.status === 400) return problemReply(visit.request, 400)
  return onward(visit, '/faults', { done: 'removed', fault: given })
}

function clearFaults(visit: Visit): BrowserReply {
  post(visit, '/faults', [])
  return onward(visit, '/faults', { done: 'cleared' })
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
  const { payments } = visit.desk.ledger
  const after = String(payments.lastChange())
  const answer = post(visit, '/clock', data)
  if (answer.status !== 200) return clockPage(visit, refusalOf(answer, lang))
  const back = fieldOf(visit, 'back')
  const until = String(payments.lastChange())
  const offset = String((answer.json as ClockShown).offsetMs)
  return onward(visit, DESK_PAGE.test(back) ? back : '/clock', { done: 'clock', after, until, offset })
}
