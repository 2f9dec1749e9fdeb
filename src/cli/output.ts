// How CSV leaves: UTF-8 with BOM for Excel, or Windows-31J on wish. Its tables are loaded with the first CSV. Page 6.
import { strangerText } from '../ui/stranger.js'
import type { Context } from './context.js'

/** A list or a result: it reaches its reader whatever is in it, money has moved by then. */
export async function writeCsv(
  csv: string,
  { terminal, options }: Pick<Context, 'terminal' | 'options'>,
): Promise<void> {
  const { encodeResult } = await import('../mirror/csv/encoding.js')
  terminal.out(encodeResult(csv, options.encoding ?? 'utf8'))
}

/** Beside a list that may lack what was sent since the mirror was copied; on stderr, whatever the format. */
export async function tellStranger({ terminal, errorScreen, config }: Context): Promise<void> {
  const { fitText } = await import('../text/width.js')
  terminal.err(`${fitText(strangerText(config.lang), errorScreen)}\n`)
}
