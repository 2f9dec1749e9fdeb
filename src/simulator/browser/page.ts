// Draws the pages of the simulator, and names what a route of the browser side gets and gives. Every page is marked as
// one of the simulator; the library of the template escapes each value that stands in it.
import { safe } from '../../text/width.js'
import { PAGE_STYLE } from '../../text/page-style.js'
import type { Ledger } from '../ledger.js'
import type { Office } from '../office.js'
import { html, type SafeHtml } from '@remix-run/html-template'
import { createHash } from 'node:crypto'

export const LANGS = ['ja', 'en'] as const
export type Lang = (typeof LANGS)[number]

export interface BrowserRequest {
  /** A HEAD is answered as a GET without its body. */
  readonly method: 'GET' | 'POST'
  /** As it was sent, without the query. */
  readonly path: string
  readonly query: URLSearchParams
  /** Empty for a GET. */
  readonly form: URLSearchParams
  readonly lang: Lang
}

export interface BrowserReply {
  readonly status: number
  readonly type: string
  readonly body: string
  /** An absolute path of the own server, or an address of the shop. */
  readonly location?: string
  /** Sources beside the own origin, as a policy names them, to which a form of the page may lead, over redirects too. */
  readonly formTargets?: readonly string[]
  /** A page of another origin may load it. */
  readonly shared?: boolean
}

/** The parts of the simulator that a route may use. */
export interface BrowserDesk {
  readonly ledger: Ledger
  readonly office: Office
  /** Base URL of the browser side. */
  readonly url: string
  /** Of the program. */
  readonly version: string | null
}

/** Returns null for a request that is not its own. */
export type BrowserRoute = (request: BrowserRequest, desk: BrowserDesk) => BrowserReply | null

export const HTML_TYPE = 'text/html; charset=utf-8'

/** Stands at the head of every page and in its title, in both languages. */
const MARK = '【シミュレーター】'

const JA = {
  notReal: '実際の支払いは行われません。',
  other: 'English',
  back: '一覧へ戻る',
  problems: {
    400: '要求の形式が正しくありません',
    403: 'ほかのページからの要求は受け付けません',
    404: 'ページが見つかりません',
    405: 'この操作はできません',
    413: '送信された内容が大きすぎます',
    415: '送信された内容の形式が正しくありません',
    421: 'このアドレスでは利用できません',
    500: 'シミュレーターの内部で問題が起きました',
  },
}

const EN: typeof JA = {
  notReal: 'Simulator. No real payment is made.',
  other: '日本語',
  back: 'Back to the list',
  problems: {
    400: 'The request is malformed',
    403: 'Requests from other pages are refused',
    404: 'There is no such page',
    405: 'This cannot be done here',
    413: 'The data is too large',
    415: 'The data is malformed',
    421: 'The server is not reached under this address',
    500: 'The simulator has an internal fault',
  },
}

const TEXTS: Readonly<Record<Lang, typeof JA>> = { ja: JA, en: EN }

export type Problem = keyof typeof JA.problems

/** Added to the style that all pages share. */
const OWN_STYLE = `
.mark { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 1rem; font-weight: 600; border-bottom: .3rem solid var(--yellow); padding-bottom: .3rem; margin-bottom: 1rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .3rem 1rem; margin: .5rem 0 1rem; }
dt { color: var(--faint); } dd { margin: 0; }
form { display: inline-block; margin: .25rem .5rem .25rem 0; }
button, input, select { font: inherit; padding: .45rem .8rem; border: 1px solid var(--line); border-radius: .3rem;
  background: var(--panel); color: var(--text); }
button { cursor: pointer; min-height: 2.75rem; overflow-wrap: normal; }
button.main { background: var(--green); border-color: var(--green); color: var(--page); font-weight: 600; }
:focus-visible { outline: .2rem solid var(--yellow); outline-offset: .1rem; }
a { color: inherit; }
form.wide { display: block; margin-inline-end: 0; }
.inputs { display: flex; flex-wrap: wrap; align-items: end; gap: .75rem; margin: .5rem 0; }
.inputs label, .field { display: grid; grid-template-columns: minmax(0, 1fr); gap: .15rem; min-width: 0; max-width: 100%; }
.wrong { color: var(--red); font-size: .9rem; }
[aria-invalid] { border-color: var(--red); border-width: 2px; }
.beside { display: inline-flex; align-items: center; min-height: 2.75rem; }
.links { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; }
form.buttons { display: flex; flex-wrap: wrap; gap: .5rem; margin: .5rem 0; }
main a, .mark a { min-height: 1.5rem; }
main a:not(.beside), .mark a { display: inline-block; }
input, select { max-width: 100%; min-height: 2.75rem; }
.lists { display: flex; flex-wrap: wrap; gap: .25rem .5rem; margin: 0; padding: 0; list-style: none; }
.lists a { display: block; padding: .45rem .8rem; border: 1px solid var(--line); border-radius: .3rem; }
.lists [aria-current] { font-weight: 600; background: var(--panel); border-bottom-width: .25rem; }
form.clock { display: flex; flex-wrap: wrap; align-items: center; gap: .25rem .75rem; margin: .5rem 0 1rem; }
.note { margin: .75rem 0 1rem; }
.done { border-inline-start-color: var(--green); }
.effects { list-style: none; padding: 0; }
.effects li { display: grid; grid-template-columns: minmax(0, 15rem) minmax(0, 1fr); align-items: center; gap: .25rem .75rem; margin: .5rem 0; }
@media screen and (max-width: 640px) {
  .effects li { grid-template-columns: 1fr; }
  .lists { display: grid; grid-template-columns: repeat(3, 1fr); }
  .lists a { padding-inline: .4rem; text-align: center; height: 100%; }
  .full { width: 100%; }
  .rows td:empty { display: none; }
}
details { margin: .25rem 0; } summary { cursor: pointer; }
.fields { display: block; font-size: .9rem; }
.fields dd { margin: 0 0 .25rem 1rem; }
@media screen and (min-width: 641px) { .rows .id { white-space: nowrap; } }
.rows td form { margin: 0; }
`

const STYLE = `${PAGE_STYLE}${OWN_STYLE}`
export const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64')

/** Keeps the language of a page that was chosen by its address. @param path absolute, without a query */
export const pathIn = ({ query, lang }: BrowserRequest, path: string): string =>
  query.has('lang') ? `${path}?lang=${lang}` : path

/** The same page in the other language. The link names no path, for a path may begin as a link to another host does. */
function otherLanguage({ query, lang }: BrowserRequest): SafeHtml {
  const other = lang === 'ja' ? 'en' : 'ja'
  const changed = new URLSearchParams(query)
  changed.set('lang', other)
  return html`<a href="${`?${changed}`}" lang="${other}" hreflang="${other}">${TEXTS[lang].other}</a>`
}

export interface PageParts {
  readonly title: string
  readonly body: SafeHtml
  /** Stands above the title. */
  readonly above?: SafeHtml
  readonly status?: number
  readonly formTargets?: readonly string[]
}

/** A page around its body, which begins below the title. */
export function pageReply(
  request: BrowserRequest,
  { title, body, above, status = 200, formTargets }: PageParts,
): BrowserReply {
  const { lang } = request
  // The hash is that of every character between the tags.
  const sheet = html.raw`${`<style>${STYLE}</style>`}`
  const page = html`<!doctype html>
    <html lang="${lang}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="format-detection" content="telephone=no" />
        <title>${MARK}${safe(title)}</title>
        ${sheet}
      </head>
      <body>
        <header>
          <p class="mark">
            <span><span lang="ja">${MARK}</span>${TEXTS[lang].notReal}</span> ${otherLanguage(request)}
          </p>
          ${above}
          <h1 id="title">${safe(title)}</h1>
        </header>
        <main>${body}</main>
      </body>
    </html> `
  return { status, type: HTML_TYPE, body: String(page), ...(formTargets && { formTargets }) }
}

export const problemTitle = (status: Problem, lang: Lang): string => TEXTS[lang].problems[status]

/** A page that says why there is no other. */
export function problemReply(request: BrowserRequest, status: Problem): BrowserReply {
  const { lang } = request
  const body = html`<p><a href="${pathIn(request, '/')}">${TEXTS[lang].back}</a></p>`
  return pageReply(request, { title: problemTitle(status, lang), body, status })
}

/** Leads on after a POST, so that a reload of the next page repeats nothing. */
export const redirectReply = (location: string): BrowserReply => ({
  status: 303,
  type: 'text/plain; charset=utf-8',
  body: '',
  location,
})
