// A page says what its screen says, and no text from outside adds an element, an attribute or a sign that is hidden.
import { pageOf } from '../../src/ui/page.js'
import { resultText, type ResultView } from '../../src/ui/result.js'
import { KEEP, drawTable } from '../../src/ui/table.js'
import { safe } from '../../src/text/width.js'
import { rules } from '../domain/order-fixture.js'
import { seeded } from '../seed.js'
import { HIDDEN, hostileText } from './hostile.js'
import { runItem, sampleOrder } from './sample-orders.js'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

const AT = '2026-11-29T20:00:00+09:00'

const view = (text: string): ResultView => ({
  rules: rules(),
  run: {
    id: 7,
    operation: 'sale',
    environment: 'simulator',
    startedAt: '2026-11-29T19:30:00+09:00',
    endedAt: '2026-11-29T19:30:02+09:00',
    state: 'completed',
  },
  items: [
    runItem({ order: sampleOrder({ customerName: text }) }),
    runItem({ position: 2, outcome: 'rejected', code: '7406', detail: text }),
  ],
})

const pageWith = (text: string): string => pageOf((on) => resultText(view(text), on), { lang: 'ja' }, AT)
const bodyOf = (page: string): string => page.slice(page.indexOf('<body>'))

/** The tags with their attributes, a label of the table excepted, which our own words are. */
const tagsOf = (page: string): string[] => bodyOf(page).match(/<[^>]*>/g) ?? []

describe('text from outside', () => {
  const MARKUP = ['<script>', '</style>', '"><img src=x onerror=y>', "' onclick='y", '&lt;', '<!--', ']]>', '&#60;']
  const outside = fc
    .array(fc.oneof(hostileText, fc.constantFrom(...MARKUP)), { maxLength: 3 })
    .map((parts) => `x${parts.join('')}`)

  test('adds no element and no attribute, and nothing of it is hidden', () => {
    const tags = tagsOf(pageWith('x'))
    seeded(
      fc.property(outside, (text) => {
        const page = pageWith(text)
        expect(tagsOf(page)).toEqual(tags)
        for (const line of bodyOf(page).split('\n')) expect(line).not.toMatch(HIDDEN)
      }),
    )
  })

  test('adds none in any place of a screen', () => {
    const everywhere = (text: string): string => {
      const lines = [`x${text}`, `x${text}`, `  x${text}`, `  paygent ${text}`, `■ ${text}`, `- ${text}`]
      return pageOf(() => lines.map(safe).join('\n'), { lang: 'ja' }, AT, { notes: [text] })
    }
    const tags = tagsOf(everywhere('x'))
    seeded(
      fc.property(outside, (text) => {
        expect(tagsOf(everywhere(text))).toEqual(tags)
      }),
    )
  })

  test('takes the place of no table', () => {
    expect(tagsOf(pageWith('\u00000')).filter((tag) => tag.startsWith('<table'))).toHaveLength(1)
  })
})

describe('a screen', () => {
  const bodyOfText = (text: string): string =>
    bodyOf(pageOf(() => text, { lang: 'en' }, AT))
      .replaceAll(/\s+/g, ' ')
      .replaceAll(/> </g, '><')

  test('becomes a title, sections, lists and commands', () => {
    const body = bodyOfText('Title\nfirst\n■ Part\nline\n  below it\n  paygent orders\n- one\n- two\nend')
    expect(body).toContain('<header><h1 id="title">Title</h1></header><main><p>first</p>')
    expect(body).toContain('<section aria-labelledby="part-1"><h2 id="part-1">Part</h2><p>line</p>')
    expect(body).toContain('<p class="below">below it</p><pre class="command"><code>paygent orders</code></pre>')
    expect(body).toContain('<ul><li>one</li><li>two</li></ul><p>end</p>')
  })

  test('keeps every column of a table that has a name, however wide', () => {
    const columns = Array.from({ length: 12 }, (_, place) => ({
      header: place === 3 ? '' : `column ${place}`,
      shrink: 'never' as const,
      priority: place === 0 ? KEEP : place,
    }))
    const rows = [columns.map((_, place) => `cell ${place}`)]
    const page = pageOf((on) => `Title\n${drawTable({ columns, rows }, on)}`, { lang: 'ja' }, AT)
    const cells = [...page.matchAll(/cell \d+/g)].map(([cell]) => cell)
    expect(cells).toEqual(rows[0]?.filter((cell) => cell !== 'cell 3'))
  })

  test('has its notes at its head', () => {
    const page = pageOf(() => 'Title\nline', { lang: 'ja' }, AT, { notes: ['<b>'] })
    expect(bodyOf(page)).toMatch(/<main>\s*<p class="note">&lt;b&gt;<\/p>\s*<p>line<\/p>/)
  })
})
