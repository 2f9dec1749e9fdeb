// Describes the screen that a text is made for: language, width, colours. Nothing in this folder reads the process.
import { withSameMirror } from '../text/commands.js'
import { fitText, safe } from '../text/width.js'

export const LANGS = ['ja', 'en'] as const
export type Lang = (typeof LANGS)[number]

/** The texts of a screen by language: `const TEXTS = bothLanguages(JA, EN)`, read as `TEXTS[lang]`. */
export const bothLanguages = <Texts>(ja: Texts, en: NoInfer<Texts>): Readonly<Record<Lang, Texts>> => ({ ja, en })

export interface Screen {
  readonly lang: Lang
  /** Columns of the terminal; null is no terminal: unlimited. */
  readonly width: number | null
  readonly colour: boolean
  /** Plain ASCII borders. */
  readonly ascii: boolean
  /** The terminal draws characters of ambiguous width (○ … → ①) in two cells. */
  readonly ambiguousWide?: boolean
  /** The profile that is chosen; null or left out where none is. */
  readonly profile?: string | null
  /** The options, ready to paste, by which a command reaches the same settings and mirror; none where left out. */
  readonly sameMirror?: string
}

/** A number of a run or an order counts in its own mirror only, so a command to paste goes to the same one. */
export const pasted = (command: string, { sameMirror = '' }: Pick<Screen, 'sameMirror'>): string =>
  sameMirror === '' ? command : `${command} ${safe(sameMirror)}`

const JA = { profile: (name: string) => `プロファイル：${name}` }
const EN: typeof JA = { profile: (name) => `Profile: ${name}` }
const TEXTS = bothLanguages(JA, EN)

/**
 * The text under a line with the name of the chosen profile, so that no shop's orders are taken for another's. A text
 * that has the line already stays as it is.
 */
export function underProfile(text: string, screen: Screen): string {
  const name = profileLine(screen)
  if (name === null) return text
  const line = fitText(name, screen)
  return text.includes(line) ? text : `${line}\n${text}`
}

/** The same for a document of JSON; a list stays a list. */
export function withProfile<Document>(document: Document, { profile = null }: Pick<Screen, 'profile'>): Document {
  if (profile === null || typeof document !== 'object' || document === null || Array.isArray(document)) return document
  return { ...document, profile }
}

/** プロファイル：shop-a, as harmless text; null where no profile is chosen. */
export const profileLine = ({ profile = null, lang }: Pick<Screen, 'profile' | 'lang'>): string | null =>
  profile === null ? null : TEXTS[lang].profile(safe(profile))

/** A sentence whose commands, those about no shop apart, go to the same mirror. */
export const pastedIn = (sentence: string, { sameMirror = '' }: Pick<Screen, 'sameMirror'>): string =>
  withSameMirror(sentence, safe(sameMirror))

const COLOURS = { red: '31', green: '32', yellow: '33', grey: '90' } as const
export type Colour = keyof typeof COLOURS

/** The text in a colour, if the screen takes colours at all. */
export const paint = (text: string, colour: Colour, screen: Pick<Screen, 'colour'>): string =>
  screen.colour ? `\u001b[${COLOURS[colour]}m${text}\u001b[39m` : text
