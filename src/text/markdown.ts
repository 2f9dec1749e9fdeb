// Reads a section of a page of docs/: its paragraphs, tables and blocks of code. `paygent help` and the man page show
// them, so that these and the page have one source.

export interface PageTable {
  readonly type: 'table'
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

export type PageBlock =
  | { readonly type: 'paragraph'; readonly text: string }
  | { readonly type: 'code'; readonly lines: readonly string[] }
  | PageTable

/** The blocks below a heading, up to the next heading of any level; null where the page has no such heading. */
export function pageSection(markdown: string, heading: string): PageBlock[] | null {
  const lines = markdown.split('\n')
  const start = lines.findIndex((line) => /^#{1,4} /.test(line) && line.replace(/^#+ /, '').trim() === heading)
  if (start === -1) return null
  const blocks: PageBlock[] = []
  let open: string[] = []
  const close = (): void => {
    if (open.length > 0) blocks.push(blockOf(open))
    open = []
  }
  for (const line of lines.slice(start + 1)) {
    const inCode = open[0]?.startsWith('```') === true
    if (!inCode && /^#{1,4} /.test(line)) break
    if (!inCode && line.trim() === '') {
      close()
      continue
    }
    // An item of a list is a paragraph of its own.
    if (!inCode && line.startsWith('- ')) close()
    open.push(line)
    if (inCode && line.startsWith('```')) close()
  }
  close()
  return blocks
}

function blockOf(lines: readonly string[]): PageBlock {
  const [first = '', ...rest] = lines
  if (first.startsWith('```')) return { type: 'code', lines: rest.filter((line) => !line.startsWith('```')) }
  if (first.startsWith('|')) {
    const [, ...rows] = rest
    return { type: 'table', columns: cellsOf(first), rows: rows.map(cellsOf) }
  }
  return { type: 'paragraph', text: plain(joined(lines)) }
}

/** A line break of the page is a space, but between two Japanese characters it is nothing. */
const joined = (lines: readonly string[]): string =>
  lines
    .map((line) => line.trim())
    .reduce(
      (text, line) =>
        text === '' || (/[^\x20-\x7e]$/.test(text) && /^[^\x20-\x7e]/.test(line)) ? text + line : `${text} ${line}`,
      '',
    )

const cellsOf = (line: string): string[] =>
  line
    .replace(/^\||\|\s*$/g, '')
    .split(/(?<!\\)\|/)
    .map((cell) => plain(cell.trim().replaceAll('\\|', '|')))

/** Without the marks of links, code and emphasis. */
const plain = (text: string): string =>
  text
    .replaceAll(/\[([^\]]+)\]\([^)]+\)/g, '$1')
    .replaceAll('**', '')
    .replaceAll('`', '')
