// How CSV leaves: UTF-8 with BOM for Excel, or Windows-31J on wish. Page 6.
import { encodeCsv, encodeResult } from '../mirror/csv-encoding.js'
import type { Context } from './context.js'

type Output = Pick<Context, 'terminal' | 'options'>

/** A list or a result: it reaches its reader whatever is in it, money has moved by then. */
export async function writeCsv(csv: string, { terminal, options }: Output): Promise<void> {
  terminal.out(encodeResult(csv, options.encoding ?? 'utf8'))
}

/**
 * What `import` reads in again, so that nothing may become something else.
 * @throws AppError encoding-impossible
 */
export async function writeExactCsv(csv: string, { terminal, options }: Output): Promise<void> {
  terminal.out(encodeCsv(csv, options.encoding ?? 'utf8'))
}
