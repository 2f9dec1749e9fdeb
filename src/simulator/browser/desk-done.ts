// Says on the next page what a button has done. The sentence is made from the ledger as it stands, so that a reload or an
// old address claims nothing that is no longer so.
import { NEVER_NOTIFIED } from '../../domain/statuses.js'
import { japanIso } from '../../clock.js'
import { grouped, listTime } from '../../text/numbers.js'
import { safe } from '../../text/width.js'
import { AppError } from '../../errors.js'
import { parseFaults, type SimulatorFault } from '../faults.js'
import type { Change, Payment } from '../ledger-payments.js'
import { faultText, orderIsMissing } from './desk-faults.js'
import { linkTo, offsetText, statusText, timeText, type Visit } from './desk-parts.js'
import { moveName } from './desk-payment.js'
import type { Lang } from './page.js'
import { html, type SafeHtml } from '@remix-run/html-template'
import { isDeepStrictEqual } from 'node:util'

const JA = {
  paid: (status: string) => `支払いました（${status}）。通知を作成しました。次は売上処理です。`,
  moved: (move: string, status: string) => `${move}をしました（${status}）。`,
  set: (status: string, time: string) => `${time} に決済ステータスを変更しました（${status}）。`,
  notice: '通知を作成しました。',
  noNotice: 'この決済ステータスでは、通知は作成されません。',
  clock: (time: string, offset: string) => `時計を変更しました。現在は ${time}（${offset}）です。`,
  unchanged: '変わった決済はありません。',
  changed: (count: string) => `${count}件の決済が変わりました`,
  are: '：',
  to: '：',
  comma: '、',
  end: '。',
  first: (count: string) => `（はじめの${count}件を表示）`,
  fault: (fault: string) => `障害を設定しました：${fault}`,
  missing: '該当する決済はまだありません。',
  removed: (fault: string) => `障害を解除しました：${fault}`,
  cleared: 'すべての障害を解除しました。',
}

const EN: typeof JA = {
  paid: (status) => `The customer has paid (${status}). A notice was made. Next, sell it.`,
  moved: (move, status) => `Done: ${move} (${status}). `,
  set: (status, time) => `The payment status was changed on ${time} (${status}). `,
  notice: 'A notice was made.',
  noNotice: 'No notice is made of this status.',
  clock: (time, offset) => `The clock has been set. It now shows ${time} (${offset}). `,
  unchanged: 'No payment has changed.',
  changed: (count) => (count === '1' ? '1 payment has changed' : `${count} payments have changed`),
  are: ': ',
  to: ' to ',
  comma: ', ',
  end: '.',
  first: (count) => ` (the first ${count})`,
  fault: (fault) => `The fault is set: ${fault}`,
  missing: ' There is no such payment yet.',
  removed: (fault) => `The fault is removed: ${fault}`,
  cleared: 'All faults are removed.',
}

const TEXTS: Readonly<Record<Lang, typeof JA>> = { ja: JA, en: EN }

/** The values that an address carries behind a deed. */
export type Done =
  | { readonly done: 'paid' | 'cleared' }
  /** @property change how many changes the payment has with this one */
  | { readonly done: 'moved'; readonly change: string }
  /** @property after the last change before the clock was set @property until the last one that this led to */
  | { readonly done: 'clock'; readonly after: string; readonly until: string; readonly offset: string }
  /** @property fault its position */
  | { readonly done: 'fault'; readonly fault: string }
  /** @property fault as the control address shows it */
  | { readonly done: 'removed'; readonly fault: string }

/** Null where nothing was done, or where it no longer stands. */
export function doneHtml(visit: Visit): SafeHtml | string | null {
  switch (visit.request.query.get('done')) {
    case 'paid':
    case 'moved':
      return paymentDone(visit)
    case 'clock':
      return clockDone(visit)
    case 'fault':
      return faultDone(visit)
    case 'removed':
      return removedDone(visit)
    case 'cleared':
      return visit.counts.faults === 0 ? TEXTS[visit.request.lang].cleared : null
    default:
      return null
  }
}

function paymentDone({ request, desk }: Visit): string | null {
  const texts = TEXTS[request.lang]
  const payment = desk.ledger.payments.find(/^\/payments\/(\d{1,18})$/.exec(request.path)?.[1] ?? '')
  const changes = payment === null ? [] : desk.ledger.payments.changesOf(payment.paymentId)
  const last = changes.at(-1)
  if (payment === null || last === undefined) return null
  const status = statusText(last.to, request.lang)
  if (request.query.get('done') === 'paid')
    return changes.length === 1 && last.by === 'customer' ? texts.paid(status) : null
  if (request.query.get('change') !== String(changes.length) || last.by !== 'online') return null
  return `${movedText(payment, last, request.lang)}${NEVER_NOTIFIED.includes(last.to) ? texts.noNotice : texts.notice}`
}

function movedText(payment: Payment, { from, to, atMs }: Change, lang: Lang): string {
  const texts = TEXTS[lang]
  const move = from === null ? null : moveName({ ...payment, status: from }, to, lang)
  const status = statusText(to, lang)
  return move === null ? texts.set(status, timeText(atMs)) : texts.moved(move, status)
}

const FEW = 5

function clockDone({ request, desk, clock }: Visit): SafeHtml | null {
  const { query, lang } = request
  const texts = TEXTS[lang]
  const [after = '', until = ''] = ['after', 'until'].map((name) => query.get(name) ?? '')
  if (query.get('offset') !== String(clock.offsetMs) || !/^\d{1,15} \d{1,15}$/.test(`${after} ${until}`)) return null
  const now = texts.clock(listTime(japanIso(Date.parse(clock.now))), offsetText(clock.offsetMs, lang))
  const { total, rows } = desk.ledger.payments.movedByClock({ after: Number(after), until: Number(until), limit: FEW })
  if (total === 0) return html`${now}${texts.unchanged}`
  const links = rows.map(({ paymentId, tradingId, to }, place) => {
    const name = safe(tradingId === '' ? paymentId : tradingId)
    const link = html`<a href="${linkTo(request, `/payments/${paymentId}`)}">${name}</a>`
    return html`${place === 0 ? texts.are : texts.comma}${link}${texts.to}${statusText(to, lang)}`
  })
  const more = total > FEW ? texts.first(grouped(FEW)) : ''
  return html`${now}${texts.changed(grouped(total))}${links}${more}${texts.end}`
}

function faultDone(visit: Visit): string | null {
  const { request, desk } = visit
  const texts = TEXTS[request.lang]
  const found = desk.ledger.faults.all().find(({ position }) => String(position) === request.query.get('fault'))
  if (found === undefined) return null
  const missing = orderIsMissing(visit, found.fault) ? texts.missing : ''
  return `${texts.fault(faultText(found.fault, request.lang))}${texts.end}${missing}`
}

function removedDone({ request, desk }: Visit): string | null {
  const texts = TEXTS[request.lang]
  const fault = faultOf(request.query.get('fault') ?? '')
  if (fault === null || desk.ledger.faults.all().some((each) => isDeepStrictEqual(each.fault, fault))) return null
  return `${texts.removed(faultText(fault, request.lang))}${texts.end}`
}

function faultOf(json: string): SimulatorFault | null {
  try {
    return parseFaults([JSON.parse(json)])[0] ?? null
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof AppError) return null
    throw error
  }
}
