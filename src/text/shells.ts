// Lists the shells that `paygent completion` knows, apart from their scripts, which are loaded only when asked for, and
// writes a word so that each of them reads it as one.

export const SHELLS = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof SHELLS)[number]

/** A path as a shell takes it for one word; no part of it is executed. */
export const quoted = (path: string): string =>
  /^[\w./@%+:,=-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`
