// How CSV leaves: UTF-8 with BOM for Excel, or Windows-31J on wish. Its tables are loaded with the first CSV. Page 6.
import type { Context } from './context.js'

/** A list or a result: it reaches its reader whatever is in it, money has moved by then. */
export async function writeCsv(
  csv: string,
  { terminal, options }: Pick<Context, 'terminal' | 'options'>,
): Promise<void> {
  const { encodeResult } = await import('../mirror/csv-encoding.js')
  terminal.out(encodeResult(csv, options.encoding ?? 'utf8'))
}
