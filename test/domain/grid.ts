// Reads the text grids in which the expected values are typed.

/** Cells of one line, separated by blanks; bars are there for the eye. */
const cells = (line: string): string[] =>
  line
    .trim()
    .split(/[\s|]+/)
    .filter((cell) => cell !== '')

/** Lines that are not empty; what follows `#` is a remark. */
export const rows = (text: string): string[][] =>
  text
    .split('\n')
    .map((line) => cells(line.replace(/#.*/, '')))
    .filter((row) => row.length > 0)

/** A grid with a header line and a name at the start of each row. */
export function grid(text: string): Map<string, Map<string, string>> {
  const [header, ...body] = rows(text)
  if (!header) throw new Error('a grid needs a header')
  const columns = header.slice(1)
  return new Map(
    body.map(([name = '', ...values]) => {
      if (values.length !== columns.length) throw new Error(`row ${name}: ${values.length} cells for ${columns.length}`)
      return [name, new Map(columns.map((column, index) => [column, values[index] ?? '']))]
    }),
  )
}

/** A cell that must be there. */
export function cell(table: Map<string, Map<string, string>>, row: string, column: string): string {
  const value = table.get(row)?.get(column)
  if (value === undefined) throw new Error(`no cell ${row} / ${column}`)
  return value
}
