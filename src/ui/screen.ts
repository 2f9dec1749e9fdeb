// What the texts need to know about where they are shown. Nothing in this folder looks at the process itself.

export const LANGS = ['ja', 'en'] as const
export type Lang = (typeof LANGS)[number]

export interface Screen {
  readonly lang: Lang
  /** Columns of the terminal; null is no terminal: unlimited. */
  readonly width: number | null
  readonly colour: boolean
  /** Plain ASCII borders. */
  readonly ascii: boolean
  /** The terminal draws characters of ambiguous width (○ … → ①) in two cells. */
  readonly ambiguousWide?: boolean
}

const COLOURS = { red: '31', green: '32', yellow: '33', grey: '90' } as const
export type Colour = keyof typeof COLOURS

/** The text in a colour, if the screen takes colours at all. */
export const paint = (text: string, colour: Colour, screen: Pick<Screen, 'colour'>): string =>
  screen.colour ? `\u001b[${COLOURS[colour]}m${text}\u001b[39m` : text
