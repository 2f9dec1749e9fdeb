// Makes a page of a screen: one HTML file that stands alone, without script and without any request. The words are
// those of the terminal; the library of the template escapes every one of them.
import { listTime } from '../text/numbers.js'
import { safe } from '../text/width.js'
import { type Chart, chartHtml, chartsStyle } from './charts.js'
import { PAGE_STYLE } from '../text/page-style.js'
import { bothLanguages, type Lang, profileLine, type Screen } from './screen.js'
import { type Cell, isTableMark, type PageScreen, type Table, tableOfMark } from './table.js'
import { html, type SafeHtml } from '@remix-run/html-template'
import { createHash } from 'node:crypto'

const JA = {
  made: (at: string) => `作成：${at}`,
  holdsNames: 'このページには顧客名が含まれることがあります。',
}

const EN: typeof JA = {
  made: (at) => `Made on ${at}`,
  holdsNames: "This page may hold customers' names.",
}

const TEXTS = bothLanguages(JA, EN)

/** A line of a screen with the lines that are indented under it, or the table that stands in its place. */
type Block = { readonly text: string; readonly below: string[] } | Table

interface Section {
  /** The text of the line that begins with ■; null before the first one. */
  readonly heading: string | null
  readonly blocks: Block[]
}

const HEADING = /^■ ?/

/** Takes a screen's text apart by the signs that every screen has: ■ before a heading, blanks before what belongs to a line. */
function sectionsOf(lines: readonly string[], tables: readonly Table[]): Section[] {
  let open: Section = { heading: null, blocks: [] }
  const sections = [open]
  for (const line of lines) {
    const last = open.blocks.at(-1)
    if (isTableMark(line)) open.blocks.push(tableOfMark(line, tables))
    else if (HEADING.test(line)) sections.push((open = { heading: line.replace(HEADING, ''), blocks: [] }))
    else if (line.startsWith(' ') && last !== undefined && 'below' in last) last.below.push(line.trim())
    else if (line.trim() !== '') open.blocks.push({ text: line.trim(), below: [] })
  }
  return sections.filter(({ heading, blocks }) => heading !== null || blocks.length > 0)
}

const isCommand = (line: string): boolean => line.startsWith('paygent ')

const lineBelow = (line: string): SafeHtml =>
  isCommand(line)
    ? html`<pre class="command"><code>${safe(line)}</code></pre>`
    : html`<p class="below">${safe(line)}</p>`

const textOf = (cell: Cell | undefined): string => safe(typeof cell === 'object' ? cell.text : (cell ?? ''))

/** The roles are named, for on a phone the rows are drawn as cards, and a browser would no longer tell them as a table. */
function tableHtml({ columns, rows }: Table, labelledBy: string): SafeHtml {
  // A column without a name is a drawing that a terminal needs.
  const heads = columns.flatMap(({ header, align }, place) =>
    header === '' ? [] : [{ header, place, number: align === 'right' ? 'number' : '' }],
  )
  return html`<table class="rows" role="table" aria-labelledby="${labelledBy}">
    <thead role="rowgroup">
      <tr role="row">
        ${heads.map(({ header, number }) => html`<th role="columnheader" scope="col" class="${number}">${safe(header)}</th>`)}
      </tr>
    </thead>
    <tbody role="rowgroup">
      ${rows.map(
        (row) =>
          html`<tr role="row">
            ${heads.map(({ header, number, place }) => {
              const cell = row[place]
              const colour = typeof cell === 'object' ? cell.colour : ''
              const of = html`class="${`${number} ${colour}`.trim()}" data-label="${safe(header)}"`
              return place === 0
                ? html`<th role="rowheader" scope="row" ${of}>${textOf(cell)}</th>`
                : html`<td role="cell" ${of}>${textOf(cell)}</td>`
            })}
          </tr> `,
      )}
    </tbody>
  </table> `
}

const BULLET = /^(?:・|- )/

const isListed = (block: Block): boolean => 'below' in block && BULLET.test(block.text)

function blockHtml(block: Block, labelledBy: string): SafeHtml {
  if ('columns' in block) return tableHtml(block, labelledBy)
  const text = html`${safe(block.text.replace(BULLET, ''))}`
  const below = block.below.map(lineBelow)
  return isListed(block)
    ? html`<li>${text}${below}</li> `
    : html`<p>${text}</p>
        ${below} `
}

/** Lines with a bullet that follow one another are one list. */
function blocksHtml(blocks: readonly Block[], labelledBy: string): SafeHtml {
  const groups: Block[][] = []
  for (const block of blocks) {
    const before = groups.at(-1)
    if (before?.[0] !== undefined && isListed(block) && isListed(before[0])) before.push(block)
    else groups.push([block])
  }
  return html`${groups.map((group) => {
    const parts = group.map((block) => blockHtml(block, labelledBy))
    return group.some(isListed)
      ? html`<ul>
          ${parts}
        </ul> `
      : parts
  })}`
}

function sectionHtml({ heading, blocks }: Section, place: number): SafeHtml {
  if (heading === null) return blocksHtml(blocks, 'title')
  const id = `part-${place}`
  return html`<section aria-labelledby="${id}">
    <h2 id="${id}">${safe(heading)}</h2>
    ${blocksHtml(blocks, id)}
  </section> `
}

/** A page around its body. Only the style that stands in it is allowed, by its hash; everything else is forbidden. */
function pageAround(title: string, body: SafeHtml, style: string, { lang, at }: { lang: Lang; at: string }): string {
  const hash = createHash('sha256').update(style).digest('base64')
  // The hash is that of every character between the tags.
  const sheet = html.raw`${`<style>${style}</style>`}`
  const allowed = `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`
  const texts = TEXTS[lang]
  return String(
    html`<!doctype html>
      <html lang="${lang}">
        <head>
          <meta charset="utf-8" />
          <meta http-equiv="Content-Security-Policy" content="${allowed}" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <meta name="color-scheme" content="light dark" />
          <meta name="referrer" content="no-referrer" />
          <meta name="format-detection" content="telephone=no" />
          <title>${safe(title)}</title>
          ${sheet}
        </head>
        <body>
          <header><h1 id="title">${safe(title)}</h1></header>
          <main>${body}</main>
          <footer>
            <p>${texts.made(listTime(at))}</p>
            <p>${texts.holdsNames}</p>
          </footer>
        </body>
      </html> `,
  )
}

/** The parts of a page beside the text of its screen. */
export interface PageExtras {
  /** Sentences about the whole page, which the terminal shows beside the result. */
  readonly notes?: readonly string[]
  readonly charts?: readonly Chart[]
}

/**
 * The page of a screen. The first line is its title; the chosen profile stands below it.
 * @param draw writes the text for a screen, whose width is then unlimited
 * @param at when the page is made: ISO Japan time
 */
export function pageOf(
  draw: (screen: Screen) => string,
  { lang, sameMirror = '', profile = null }: Pick<Screen, 'lang' | 'sameMirror' | 'profile'>,
  at: string,
  { notes = [], charts = [] }: PageExtras = {},
): string {
  const screen: PageScreen = { lang, width: null, colour: false, ascii: false, sameMirror, tables: [] }
  const [title = '', ...lines] = draw(screen).split('\n')
  const shop = profileLine({ lang, profile })
  const body = html`${notes.map((note) => html`<p class="note">${safe(note)}</p>`)}${charts.map(chartHtml)}${sectionsOf(shop === null ? lines : [shop, ...lines], screen.tables).map(sectionHtml)}`
  const style = charts.length === 0 ? PAGE_STYLE : `${chartsStyle(charts)}${PAGE_STYLE}`
  return pageAround(title, body, style, { lang, at })
}
