// The parts that the pages of the desk share: their head, links, forms, tables and lists in parts.
import { japanIso } from '../../clock.js'
import type { Carrier, PaymentStatus } from '../../domain/order.js'
import { STATUS_NAMES, STATUS_NAMES_EN } from '../../domain/statuses.js'
import { grouped, listTime } from '../../text/numbers.js'
import { safe } from '../../text/width.js'
import type { Found, Part } from '../ledger-payments.js'
import type { LedgerCounts } from '../ledger.js'
import { type BrowserDesk, type BrowserReply, type BrowserRequest, type Lang, pageReply } from './page.js'
import { html, type SafeHtml } from '@remix-run/html-template'

const JA_UNITS = { day: '日', hour: '時間', minute: '分', second: '秒' }

const JA = {
  lists: '表示する一覧',
  pages: { '/': '決済', '/requests': '電文', '/notices': '通知', '/faults': '障害', '/clock': '時計' },
  count: (count: string) => `（${count}件）`,
  clock: (time: string) => `時計：${time}`,
  real: '実際の時刻',
  ahead: (by: string) => `実際の時刻より${by}先`,
  behind: (by: string) => `実際の時刻より${by}前`,
  span: (parts: readonly Span[]) => parts.map(({ count, unit }) => `${count}${JA_UNITS[unit]}`).join(''),
  day: '1日進める',
  in: (text: string) => `（${text}）`,
  search: '受注番号・決済IDで探す',
  find: '探す',
  all: 'すべて表示',
  part: (from: string, to: string, total: string) => `全${total}件のうち ${from}～${to}件目（新しい順）`,
  whole: (total: string) => `全${total}件（新しい順）`,
  one: '全1件',
  newer: '新しい方へ',
  older: '古い方へ',
  parts: 'ページの移動',
  methods: { docomo: 'docomo', au: 'au', softbank: 'softbank', credit: 'クレジット' },
  services: { docomo: 'd払い（ドコモ）', au: 'auかんたん決済', softbank: 'ソフトバンクまとめて支払い' },
  service: (method: string, service: string) => `${method}：${service}`,
}

const EN: typeof JA = {
  lists: 'Lists',
  pages: { '/': 'Payments', '/requests': 'Telegrams', '/notices': 'Notices', '/faults': 'Faults', '/clock': 'Clock' },
  count: (count) => ` (${count})`,
  clock: (time) => `Clock: ${time}, Japan time`,
  real: 'the real time',
  ahead: (by) => `${by} ahead of the real time`,
  behind: (by) => `${by} behind the real time`,
  span: (parts) => parts.map(({ count, unit }) => `${count} ${unit}${count === 1 ? '' : 's'}`).join(' '),
  day: 'Advance 1 day',
  in: (text) => ` (${text})`,
  search: 'Find an order number or payment id',
  find: 'Find',
  all: 'Show all',
  part: (from, to, total) => `${from} to ${to} of ${total}, newest first`,
  whole: (total) => `${total} in all, newest first`,
  one: '1 in all',
  newer: 'Newer',
  older: 'Older',
  parts: 'Parts of the list',
  methods: { docomo: 'docomo', au: 'au', softbank: 'softbank', credit: 'credit card' },
  services: { docomo: '', au: '', softbank: '' },
  service: (method) => method,
}

const TEXTS: Readonly<Record<Lang, typeof JA>> = { ja: JA, en: EN }

export type DeskPath = keyof typeof JA.pages

/** One request of the desk, and what it finds there. */
export interface Visit {
  readonly request: BrowserRequest
  readonly desk: BrowserDesk
  readonly clock: ClockShown
  readonly counts: LedgerCounts
  /** Which deed led here; null where none did, or where it no longer stands. */
  readonly done: SafeHtml | string | null
}

/** Why nothing was done. */
export interface Refusal {
  readonly text: string | SafeHtml
  /** The name of the field that is wrong; null where it is none of the form. */
  readonly field: string | null
}

/** As the control address shows it. */
export interface ClockShown {
  /** ISO, on the simulator's clock. */
  readonly now: string
  readonly offsetMs: number
}

export const methodText = ({ carrier }: { carrier: Carrier | null }, lang: Lang): string =>
  TEXTS[lang].methods[carrier ?? 'credit']

/** With the name of the carrier's service, where the language has one. */
export function wholeMethodText(method: { carrier: Carrier | null }, lang: Lang): string {
  const { services, service } = TEXTS[lang]
  const name = methodText(method, lang)
  return method.carrier === null ? name : service(name, services[method.carrier])
}

/** `40 消込済`; a status without a name as it is. */
export function statusText(status: PaymentStatus, lang: Lang): string {
  const name = (lang === 'ja' ? STATUS_NAMES : STATUS_NAMES_EN)[status]
  if (name === undefined) return safe(status)
  return `${status} ${name.replace(/ \((.*)\)$/, '（$1）')}`
}

/** `2026/11/29 19:30:05`, Japan time. */
export const timeText = (ms: number): string => `${listTime(japanIso(ms))}${japanIso(ms).slice(16, 19)}`

/** A path of the desk in the language that was chosen by the address. */
export function linkTo({ query, lang }: BrowserRequest, path: string, values: Readonly<Record<string, string>> = {}) {
  const all = new URLSearchParams(Object.entries(values).filter(([, value]) => value !== ''))
  if (query.has('lang')) all.set('lang', lang)
  return all.size === 0 ? path : `${path}?${all}`
}

/** How far the clock is from the real time, in words. */
export function offsetText(offsetMs: number, lang: Lang): string {
  const { span, real, ahead, behind } = TEXTS[lang]
  if (offsetMs === 0) return real
  const by = span(spansOf(Math.abs(offsetMs)))
  return offsetMs > 0 ? ahead(by) : behind(by)
}

interface Span {
  readonly count: number
  readonly unit: 'day' | 'hour' | 'minute' | 'second'
}

/** Days, hours and minutes; seconds only where it is less than a minute. */
function spansOf(ms: number): Span[] {
  const seconds = Math.max(1, Math.round(ms / 1000))
  if (seconds < 60) return [{ count: seconds, unit: 'second' }]
  const minutes = Math.round(seconds / 60)
  const all: Span[] = [
    { count: Math.floor(minutes / 1440), unit: 'day' },
    { count: Math.floor(minutes / 60) % 24, unit: 'hour' },
    { count: minutes % 60, unit: 'minute' },
  ]
  return all.filter(({ count }) => count > 0)
}

export interface DeskPage {
  readonly title: string
  readonly body: SafeHtml
  /** Which list the page belongs to; null for none. */
  readonly list: DeskPath | null
  /** Where a button of its head leads back to; the list without it. */
  readonly path?: string
  readonly status?: number
  /** Why nothing was done, with the status 400. */
  readonly problem?: Refusal | null
}

export function deskPage(
  visit: Visit,
  { title, body, list, path = list ?? '/', problem = null, status = 200 }: DeskPage,
): BrowserReply {
  const { request, done } = visit
  const message =
    problem !== null
      ? html`<p class="note" role="alert">${problem.text}</p>`
      : request.method === 'GET' && done !== null
        ? html`<p class="note done" role="status">${done}</p>`
        : null
  return pageReply(request, {
    title,
    above: headOf(visit, list, path),
    body: html`${message}${body}`,
    status: problem === null ? status : 400,
  })
}

function headOf({ request, clock, counts }: Visit, list: DeskPath | null, path: string): SafeHtml {
  const { lang } = request
  const texts = TEXTS[lang]
  const links = Object.entries(texts.pages).map(([to, name]) => {
    const count = to === '/faults' && counts.faults > 0 ? texts.count(grouped(counts.faults)) : ''
    const current = to === list ? html`aria-current="page"` : ''
    return html`<li><a href="${linkTo(request, to)}" ${current}>${name}${count}</a></li> `
  })
  const shown = `${texts.clock(listTime(clock.now))}${texts.in(offsetText(clock.offsetMs, lang))}`
  return html`<nav aria-label="${texts.lists}">
      <ul class="lists">
        ${links}
      </ul>
    </nav>
    ${formTo(
      request,
      '/clock',
      html`<span>${shown}</span> <input type="hidden" name="back" value="${backOf(request, path)}" />
        <button name="advance" value="1d">${texts.day}</button>`,
      'clock',
    )}`
}

/** The part of a list that is shown stays the same after a button of the head. */
function backOf(request: BrowserRequest, path: string): string {
  const { q = '', page = '' } = Object.fromEntries(request.query)
  return linkTo(request, path, { q, page })
}

export const formTo = (request: BrowserRequest, path: string, body: SafeHtml, name = ''): SafeHtml =>
  html`<form method="post" action="${linkTo(request, path)}" class="${name}">${body}</form> `

export const labelled = (text: string, input: SafeHtml): SafeHtml => html`<label><span>${text}</span> ${input}</label> `

export interface Field {
  readonly name: string
  readonly id: string
  readonly label: string
  readonly value: string
  /** Of the element that says how it is filled in. */
  readonly described?: string
}

/** A field with its label, and at it the refusal that concerns it. @param more further attributes */
export function fieldHtml({ name, id, label, value, described }: Field, problem: Refusal | null, more: SafeHtml) {
  const wrong = problem?.field === name ? problem : null
  const by = [...(wrong === null ? [] : [`${id}-wrong`]), ...(described === undefined ? [] : [described])].join(' ')
  return html`<span class="field">
    <label for="${id}">${label}</label>
    ${wrong === null ? null : html`<span class="wrong" id="${id}-wrong">${wrong.text}</span>`}
    <input
      id="${id}"
      name="${name}"
      value="${safe(value)}"
      ${wrong === null ? '' : html`aria-invalid="true"`}
      ${by === '' ? '' : html`aria-describedby="${by}"`}
      ${more}
    />
  </span> `
}

/** An option of a select that may be the chosen one. */
export const optionHtml = (value: string, text: string, chosen: string): SafeHtml =>
  html`<option value="${value}" ${value === chosen ? html`selected` : ''}>${text}</option> `

export interface Column {
  readonly header: string
  /** An amount stands at the right; an id is not broken where there is room for it. */
  readonly holds?: 'number' | 'id'
}

/** Text is made harmless; a part of a page stays as it is. */
export type CellHtml = string | SafeHtml

const cellOf = (cell: CellHtml | undefined): CellHtml => (typeof cell === 'string' ? safe(cell) : (cell ?? ''))

/** The roles are named, for on a phone the rows are drawn as cards, and a browser would no longer tell them as a table. */
export function tableHtml(columns: readonly Column[], rows: readonly CellHtml[][], labelledBy: string): SafeHtml {
  const of = ({ header, holds }: Column) => html`class="${holds ?? ''}" data-label="${header}"`
  return html`<table class="rows" role="table" aria-labelledby="${labelledBy}">
    <thead role="rowgroup">
      <tr role="row">
        ${columns.map(({ header }) => html`<th role="columnheader" scope="col">${header}</th> `)}
      </tr>
    </thead>
    <tbody role="rowgroup">
      ${rows.map(
        (row) =>
          html`<tr role="row">
            ${columns.map((column, place) =>
              place === 0
                ? html`<th role="rowheader" scope="row" ${of(column)}>${cellOf(row[place])}</th> `
                : html`<td role="cell" ${of(column)}>${cellOf(row[place])}</td> `,
            )}
          </tr> `,
      )}
    </tbody>
  </table> `
}

/** A heading with what stands under it. */
export const section = (id: string, heading: string, body: SafeHtml): SafeHtml =>
  html`<section aria-labelledby="${id}">
    <h2 id="${id}">${heading}</h2>
    ${body}
  </section> `

const PART_ROWS = 50

/** What the address asks for: a text to search for, and the number of the part, from 1. */
export function partAsked<Row>({ query }: BrowserRequest, read: (part: Part) => Found<Row>): ShownPart<Row> {
  const search = (query.get('q') ?? '').normalize('NFKC').trim().slice(0, 100)
  const of = { search, of: null, limit: PART_ROWS }
  const asked = Number(/^\d{1,7}$/.exec(query.get('page') ?? '')?.[0] ?? '1')
  const { total } = read({ ...of, limit: 0, offset: 0 })
  const isEmpty = total === 0 && read({ ...of, search: '', limit: 0, offset: 0 }).total === 0
  const page = Math.min(Math.max(asked, 1), Math.max(Math.ceil(total / PART_ROWS), 1))
  const { rows } = read({ ...of, offset: (page - 1) * PART_ROWS })
  return { search, page, total, rows, isEmpty }
}

export interface ShownPart<Row> extends Found<Row> {
  readonly search: string
  readonly page: number
  /** The whole list is, whatever is searched for. */
  readonly isEmpty: boolean
}

/** The form of the search, and under the table the way to the other parts. */
export function partHtml(
  request: BrowserRequest,
  path: DeskPath,
  { search, page, total, rows }: ShownPart<unknown>,
  table: SafeHtml,
): SafeHtml {
  const texts = TEXTS[request.lang]
  const lang = request.query.has('lang') ? html`<input type="hidden" name="lang" value="${request.lang}" />` : null
  const all = search === '' ? null : html`<a class="beside" href="${linkTo(request, path)}">${texts.all}</a>`
  const first = (page - 1) * PART_ROWS
  const link = (to: number, text: string): SafeHtml =>
    html`<a href="${linkTo(request, path, { q: search, page: String(to) })}">${text}</a> `
  const some = texts.part(grouped(first + 1), grouped(first + rows.length), grouped(total))
  const extent = total === 1 ? texts.one : total <= PART_ROWS ? texts.whole(grouped(total)) : some
  return html`<form method="get" action="${path}" role="search">
      <p class="inputs">
        ${labelled(texts.search, html`<input id="q" name="q" type="search" value="${safe(search)}" />`)} ${lang}
        <button>${texts.find}</button> ${all}
      </p>
    </form>
    ${total === 0 ? null : html`<p>${extent}</p>`} ${table}
    ${
      total <= PART_ROWS
        ? null
        : html`<nav class="parts" aria-label="${texts.parts}">
            ${page > 1 ? link(page - 1, texts.newer) : null}
            ${first + rows.length < total ? link(page + 1, texts.older) : null}
          </nav>`
    }`
}
