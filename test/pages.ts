// Reads the pages of docs/ for the tests: headings with their text, and tables cell by cell.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export const ROOT = fileURLToPath(new URL('..', import.meta.url))

export type Row = Readonly<Record<string, string>>

export interface Page {
  readonly text: string
  /** The text below a heading, up to the next heading of any level. Throws where the page has no such heading. */
  section(heading: string): string
  /** The tables below a heading, in the order of the page. */
  tables(heading: string): readonly Table[]
  /** The only table below a heading. */
  table(heading: string): Table
}

export interface Table {
  readonly columns: readonly string[]
  readonly rows: readonly Row[]
}

/** @param path from the project's root */
export function pageAt(path: string): Page {
  const text = readFileSync(`${ROOT}${path}`, 'utf8')
  const section = (heading: string): string => {
    const sections = text.split(/^(?=#{1,4} )/m).filter((part) => headingOf(part) === heading)
    if (sections.length !== 1) throw new Error(`${path}: ${sections.length} headings "${heading}"`)
    return sections[0] ?? ''
  }
  const tables = (heading: string): Table[] => tablesIn(section(heading))
  return {
    text,
    section,
    tables,
    table(heading) {
      const [only, another] = tables(heading)
      if (only === undefined || another !== undefined) throw new Error(`${path}: not one table below "${heading}"`)
      return only
    },
  }
}

const headingOf = (part: string): string => part.split('\n', 1)[0]?.replace(/^#+ /, '').trim() ?? ''

const isRow = (line: string): boolean => line.startsWith('|')

/** Outside of code blocks; a `\|` is part of its cell. */
export function tablesIn(markdown: string): Table[] {
  const blocks: string[][] = [[]]
  for (const line of withoutCode(markdown).split('\n')) {
    if (isRow(line)) blocks.at(-1)?.push(line)
    else if (blocks.at(-1)?.length !== 0) blocks.push([])
  }
  return blocks.filter((lines) => lines.length > 1).map(tableOf)
}

const withoutCode = (markdown: string): string => markdown.replaceAll(/^```[^]*?^```$/gm, '')

function tableOf([head = '', , ...lines]: readonly string[]): Table {
  const columns = cellsOf(head)
  const rows = lines.map((line) => {
    const cells = cellsOf(line)
    if (cells.length !== columns.length) throw new Error(`${cells.length} cells for ${columns.length}: ${line}`)
    return Object.fromEntries(columns.map((column, at) => [column, cells[at] ?? '']))
  })
  return { columns, rows }
}

const cellsOf = (line: string): string[] =>
  line
    .replace(/^\||\|\s*$/g, '')
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll('\\|', '|'))

/** A cell that must be there. */
export function cell(row: Row, column: string): string {
  const value = row[column]
  if (value === undefined) throw new Error(`no column "${column}"`)
  return value
}

/** `20, 21` as its parts; a dash or nothing is none. */
export const listed = (text: string): string[] => (/^[–-]?$/.test(text) ? [] : text.split(/,\s*/))

/** The texts that stand in backticks. */
export const codesIn = (text: string): string[] => [...text.matchAll(/`([^`]+)`/g)].map(([, code]) => code ?? '')

/** How GitHub calls a heading in a link. */
export const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll('`', '')
    .replaceAll(/[^\p{Letter}\p{Mark}\p{Number}\p{Connector_Punctuation}\- ]/gu, '')
    .replaceAll(' ', '-')

/** The anchors of a page. */
export const anchorsOf = (markdown: string): string[] =>
  [...withoutCode(markdown).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading]) => anchorOf(heading?.trim() ?? ''))
