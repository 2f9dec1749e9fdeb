// `paygent help <topic>`: a section of the pages, drawn for a terminal. The page is the only source of its words.
import type { PageBlock, PageTable } from '../text/markdown.js'
import { wrap } from '../text/width.js'
import { bothLanguages, type Lang, type Screen } from './screen.js'

interface Section {
  /** From the folder of the package. */
  readonly page: string
  readonly heading: string
}

export interface Topic {
  readonly name: string
  readonly sections: Readonly<Record<Lang, Section>>
}

/** In the order of the help. */
export const TOPICS: readonly Topic[] = [
  {
    name: 'exit-codes',
    sections: bothLanguages(
      { page: 'docs/ja/night.md', heading: '終了コード' },
      { page: 'docs/interface.md', heading: 'Exit codes' },
    ),
  },
  {
    name: 'settings',
    sections: bothLanguages(
      { page: 'docs/ja/setup.md', heading: '設定一覧' },
      { page: 'docs/interface.md', heading: 'Settings' },
    ),
  },
  {
    name: 'cut-off',
    sections: bothLanguages(
      { page: 'docs/ja/night.md', heading: '締め時刻' },
      { page: 'docs/interface.md', heading: 'Cut-off' },
    ),
  },
]

/** The topic of that name, or of its heading in either language; null for another word. */
export const topicNamed = (word: string): Topic | null =>
  TOPICS.find(({ name, sections: { ja, en } }) =>
    [name, ja.heading, en.heading.toLowerCase()].includes(word.normalize('NFKC').toLowerCase()),
  ) ?? null

const JA = { of: (column: string, value: string) => `${column}：${value}`, between: '　' }
const EN: typeof JA = { of: (column, value) => `${column}: ${value}`, between: '; ' }
const TEXTS = bothLanguages(JA, EN)

/** The text of a topic, without a line break at its end. */
export function topicText({ sections }: Topic, blocks: readonly PageBlock[], screen: Screen): string {
  const { lang } = screen
  const width = Math.min(screen.width ?? 80, 100)
  const drawn = blocks.map((block) => {
    if (block.type === 'code') return block.lines.map((line) => `  ${line}`).join('\n')
    if (block.type === 'paragraph') return wrap(block.text, width).join('\n')
    return tableText(block, lang, width)
  })
  return [sections[lang].heading, ...drawn].join('\n\n')
}

/** Each row under its first cell: what it means, after what its other columns say. */
const tableText = (table: PageTable, lang: Lang, width: number): string =>
  rowsOf(table)
    .flatMap(({ term, facts, text }) => {
      const { of, between } = TEXTS[lang]
      const said = facts.map(({ column, value }) => of(column, value)).join(between)
      const lines = [said, text].filter((line) => line !== '').flatMap((line) => wrap(line, width - 4))
      return [term, ...lines.map((line) => `    ${line}`)]
    })
    .join('\n')

export interface TopicRow {
  readonly term: string
  readonly facts: readonly { readonly column: string; readonly value: string }[]
  /** The meaning of the term; '' where the table has no such column. */
  readonly text: string
}

const MEANINGS: readonly string[] = ['意味', 'meaning']

/** The rows of a table, each cell with the heading of its column, but for the first one and the meaning. */
export const rowsOf = ({ columns, rows }: PageTable): TopicRow[] =>
  rows.map(([term = '', ...cells]) => {
    const facts = cells.map((value, at) => ({ column: columns[at + 1] ?? '', value }))
    const isMeaning = ({ column }: { readonly column: string }): boolean => MEANINGS.includes(column)
    return {
      term,
      facts: facts.filter((fact) => !isMeaning(fact) && !/^[–-]?$/.test(fact.value)),
      text: facts.find(isMeaning)?.value ?? '',
    }
  })
