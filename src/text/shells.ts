// Lists the shells that `paygent completion` knows, apart from their scripts, which are loaded only when asked for.

export const SHELLS = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof SHELLS)[number]
