// How many cells one text takes on a terminal. Nothing is built until a text needs it: taking text apart costs 14 ms
// once, and the list of all emoji 23 ms, which `--version` has no use for.
import { eastAsianWidth } from 'get-east-asian-width'
import stringWidth from 'string-width'

/**
 * ASCII, kana, common kanji and full-width forms, and what our own sentences and tables are made of beside them: one
 * cluster each, nothing hidden, no emoji, the same in NFC. The most of all text.
 */
const SIMPLE =
  /^[ -~§±×÷\u2010-\u2015\u2018-\u201D\u2020-\u2022\u2026\u203B\u2190-\u2193\u21D2\u2460-\u2473\u2500-\u259F\u25A1\u25B3\u25BD\u25CB\u25CE\u25CF\u2713\u3000-\u3029\u3041-\u3096\u30A0-\u30FF\u4E00-\u9FFF\uFF01-\uFF5E]*$/
const ASCII = /^[ -~]*$/
const ASCII_END = 0x7f
/** From here on everything that is simple is wide. */
const WIDE_START = 0x3000

export const isSimple = (text: string): boolean => SIMPLE.test(text)

let segmenter: Intl.Segmenter | null = null

/** What a terminal draws as one: a letter with its marks, a flag. */
export function clusters(text: string): { readonly segment: string; readonly index: number }[] {
  segmenter ??= new Intl.Segmenter()
  return [...segmenter.segment(text)]
}

/** Every emoji has one of these; only then the list of all is looked at. */
const EMOJI_PART = /[\p{Extended_Pictographic}\p{Regional_Indicator}\u20E3]/u
let emoji: RegExp | null = null

/** One emoji of those that are meant for exchange. */
export function isEmoji(cluster: string): boolean {
  if (!EMOJI_PART.test(cluster)) return false
  emoji ??= new RegExp('^\\p{RGI_Emoji}$', 'v')
  return emoji.test(cluster)
}

/** Cells that the text takes; what is ambiguous takes one, or two where the terminal draws it so. */
export function cellWidth(text: string, ambiguousWide: boolean): number {
  if (ASCII.test(text)) return text.length
  if (!isSimple(text)) return stringWidth(text.normalize('NFC'), { ambiguousIsNarrow: !ambiguousWide })
  let width = 0
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code < ASCII_END) width += 1
    else width += code >= WIDE_START ? 2 : eastAsianWidth(code, { ambiguousAsWide: ambiguousWide })
  }
  return width
}
