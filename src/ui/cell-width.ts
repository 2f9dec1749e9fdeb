// How many cells one text takes on a terminal. A library told it before; here nothing is built until a text needs it:
// taking text apart costs 14 ms once, and the list of all emoji 23 ms, which `--version` has no use for.
import { eastAsianWidth } from 'get-east-asian-width'

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

const INVISIBLE =
  /[\p{Default_Ignorable_Code_Point}\p{Control}\p{Format}\p{Nonspacing_Mark}\p{Enclosing_Mark}\p{Surrogate}]/gu
/** Every emoji has one of these; only then the list of all is looked at. */
const EMOJI_PART = /[\p{Extended_Pictographic}\p{Regional_Indicator}\u20E3]/u
const PICTOGRAPH = /\p{Extended_Pictographic}/gu
const KEYCAP = /^[\d#*]\u20E3$/
let emoji: RegExp | null = null

/** One emoji of those that are meant for exchange. */
export function isEmoji(cluster: string): boolean {
  if (!EMOJI_PART.test(cluster)) return false
  emoji ??= new RegExp('^\\p{RGI_Emoji}$', 'v')
  return emoji.test(cluster)
}

/** Without its selector, or joined in a way of its own, it is drawn as wide as one that is listed. */
function drawnAsEmoji(cluster: string): boolean {
  if (isEmoji(cluster) || KEYCAP.test(cluster)) return true
  return cluster.includes('\u200D') && cluster.length <= 50 && (cluster.match(PICTOGRAPH)?.length ?? 0) > 1
}

/** Letters of which a Hangul syllable is put together; together they take the room of one that is ready made. */
const SYLLABLE = /[\u1100-\u115F\uA960-\uA97C][\u1160-\u11A7\uD7B0-\uD7C6][\u11A8-\u11FF\uD7CB-\uD7FB]?/g
const JAMO = /^[\u1100-\u11FF\uA960-\uA97C\uD7B0-\uD7C6\uD7CB-\uD7FB]/
/** What stands beside the letter that it belongs to: ﾞ, ﾟ, spacing marks. */
const BESIDE = /[\p{Spacing_Mark}\uFF00-\uFFEF]/u

function clusterWidth(cluster: string, ambiguousAsWide: boolean): number {
  const shown = cluster.replaceAll(INVISIBLE, '')
  if (shown === '') return 0
  if (drawnAsEmoji(cluster)) return 2
  const widthOf = (character: string): number => eastAsianWidth(character.codePointAt(0) ?? 0, { ambiguousAsWide })
  const [first = '', ...rest] = shown.replaceAll(SYLLABLE, '\uAC00')
  const counted = JAMO.test(shown) ? rest : rest.filter((character) => BESIDE.test(character))
  return counted.reduce((sum, character) => sum + widthOf(character), widthOf(first))
}

const ESCAPE = '\u001B'
/** Colours, which take no room. */
const COLOUR = new RegExp(`${ESCAPE}\\[[\\d;]*m`, 'g')

/** Cells that the text takes; what is ambiguous takes one, or two where the terminal draws it so. */
export function cellWidth(given: string, ambiguousWide: boolean): number {
  if (ASCII.test(given)) return given.length
  const text = given.includes(ESCAPE) ? given.replaceAll(COLOUR, '') : given
  if (!isSimple(text)) {
    return clusters(text.normalize('NFC')).reduce((sum, { segment }) => sum + clusterWidth(segment, ambiguousWide), 0)
  }
  let width = 0
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code < ASCII_END) width += 1
    else width += code >= WIDE_START ? 2 : eastAsianWidth(code, { ambiguousAsWide: ambiguousWide })
  }
  return width
}
