// How a result leaves: CSV in the encoding asked for. Page 6.
import { encodeCsv } from '../mirror/csv-encoding.js'
import type { Context } from './context.js'

/** Writes CSV to stdout: UTF-8 with BOM for Excel, or Windows-31J on wish. */
export async function writeCsv(
  csv: string,
  { terminal, options }: Pick<Context, 'terminal' | 'options'>,
): Promise<void> {
  terminal.out(encodeCsv(csv, options.encoding ?? 'utf8'))
}
