// Measures the width of a text on a terminal, and makes text from outside harmless. Nothing is built until a text needs
// it: the first segmentation of a text costs 14 ms and the list of all emoji 23 ms, and `--version` needs neither.
import { withSameMirror } from './commands.js'
import { eastAsianWidth } from 'get-east-asian-width'
import stringWidth from 'string-width'

/**
 * ASCII, kana, common kanji and full-width forms, and the other characters of our own sentences and tables: one cluster
 * each, nothing hidden, no emoji, the same in NFC. Most text consists of these.
 */
const SIMPLE =
  /^[ -~¥§±×÷\u2010-\u2015\u2018-\u201D\u2020-\u2022\u2026\u2039-\u203B\u2190-\u2193\u21D2\u2460-\u2473\u2500-\u259F\u25A0\u25A1\u25B3\u25BD\u25CB\u25CE\u25CF\u2713\u3000-\u3029\u3041-\u3096\u30A0-\u30FF\u4E00-\u9FFF\uFF01-\uFF5E]*$/
const ASCII = /^[ -~]*$/
const ASCII_END = 0x7f
/** From here on every simple character is wide. */
const WIDE_START = 0x3000

const isSimple = (text: string): boolean => SIMPLE.test(text)

let segmenter: Intl.Segmenter | null = null

/** Splits a text into the units that a terminal draws as one: a letter with its marks, a flag. */
function clusters(text: string): { readonly segment: string; readonly index: number }[] {
  segmenter ??= new Intl.Segmenter()
  return [...segmenter.segment(text)]
}

/** Every emoji contains one of these; the list of all emoji is consulted only for a text with one. */
const EMOJI_PART = /[\p{Extended_Pictographic}\p{Regional_Indicator}\u20E3]/u
let emoji: RegExp | null = null

/** True for an emoji that is meant for interchange (RGI). */
function isEmoji(cluster: string): boolean {
  if (!EMOJI_PART.test(cluster)) return false
  emoji ??= new RegExp('^\\p{RGI_Emoji}$', 'v')
  return emoji.test(cluster)
}

/** The cells that the text takes. An ambiguous character takes one, or two where the terminal draws it so. */
function cellWidth(text: string, ambiguousWide: boolean): number {
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

/** The part of a screen that determines how wide a text is. */
export interface Ruler {
  /** Plain ASCII only: two dots instead of …. */
  readonly ascii: boolean
  /** The terminal draws characters of ambiguous width (○ … → ①) in two cells. */
  readonly ambiguousWide?: boolean
}

const UNICODE_RULER: Ruler = { ascii: false }

/** Every character that is not drawn, moves the drawn ones or breaks the line. Combining marks are not among them. */
const HIDDEN = /[\p{Control}\p{Format}\p{Surrogate}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u
/** Names are written with these selectors (葛 in its two shapes); they follow a Han character. */
const SHAPED_HAN = /^\p{Script=Han}[\u{E0100}-\u{E01EF}]$/u
const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }
/** More marks than any script needs on one letter would paint over the lines around it. */
const MARKS_KEPT = 4

const graphemes = (text: string): string[] =>
  isSimple(text) ? [...text] : clusters(text).map(({ segment }) => segment)

const escaped = (character: string): string =>
  NAMED[character] ?? `\\u{${(character.codePointAt(0) ?? 0).toString(16).toUpperCase()}}`

function safeGrapheme(grapheme: string): string {
  if (SHAPED_HAN.test(grapheme)) return grapheme
  // Without its selector ❤ takes one cell everywhere; with it terminals disagree.
  // Joined ones are taken apart, since terminals disagree on how wide they are.
  if (isEmoji(grapheme) && !/[\u200D\u{E0020}-\u{E007F}]/u.test(grapheme)) return grapheme.replace('\uFE0F', '')
  let marks = 0
  return Array.from(grapheme, (character) => {
    const tooMany = /\p{M}/u.test(character) && ++marks > MARKS_KEPT
    return tooMany || HIDDEN.test(character) ? escaped(character) : character
  }).join('')
}

/**
 * Text from outside in a form that may be shown: NFC, with control, escape, bidi and zero-width characters and line
 * breaks written out (`\n`, `\u{202E}`), so that it forges neither a row nor a colour.
 */
export function safe(text: string): string {
  if (isSimple(text)) return text
  return graphemes(text.normalize('NFC')).map(safeGrapheme).join('')
}

/** Cells that the text takes on a terminal. */
export function displayWidth(text: string, ruler: Ruler = UNICODE_RULER): number {
  return cellWidth(text, ruler.ambiguousWide === true)
}

/** Fills with spaces up to `width` cells. */
export function pad(
  text: string,
  width: number,
  align: 'left' | 'right' = 'left',
  ruler: Ruler = UNICODE_RULER,
): string {
  return padMeasured(text, displayWidth(text, ruler), width, align)
}

/** The same for a text that takes `taken` cells, which its caller has measured. */
export function padMeasured(text: string, taken: number, width: number, align: 'left' | 'right'): string {
  const space = ' '.repeat(Math.max(0, width - taken))
  return align === 'left' ? text + space : space + text
}

/** The longest beginning that fits into `width` cells. */
function head(text: string, width: number, ruler: Ruler): string {
  let taken = ''
  let used = 0
  for (const grapheme of graphemes(text)) {
    used += displayWidth(grapheme, ruler)
    if (used > width) return taken
    taken += grapheme
  }
  return taken
}

/** Cuts at the end, marked with `…` (`..` in ASCII), so that the text takes at most `width` cells. */
export function cut(text: string, width: number, ruler: Ruler = UNICODE_RULER): string {
  if (displayWidth(text, ruler) <= width) return text
  const mark = ruler.ascii ? '..' : '…'
  const room = width - displayWidth(mark, ruler)
  return room < 0 ? head(text, width, ruler) : head(text, room, ruler) + mark
}

/** The longest end that fits into `width` cells. */
function tail(text: string, width: number, ruler: Ruler): string {
  let taken = ''
  let used = 0
  for (const grapheme of graphemes(text).toReversed()) {
    used += displayWidth(grapheme, ruler)
    if (used > width) return taken
    taken = grapheme + taken
  }
  return taken
}

/** Cells of a family name's beginning that a long given name leaves it. */
const LEAST_HEAD = 2

/**
 * Cuts a name in its middle, marked with `…` (`..` in ASCII), so that it takes at most `width` cells: its last word, the
 * given name, stays whole where there is room for it.
 */
export function cutMiddle(text: string, width: number, ruler: Ruler = UNICODE_RULER): string {
  if (displayWidth(text, ruler) <= width) return text
  const mark = ruler.ascii ? '..' : '…'
  const room = width - displayWidth(mark, ruler)
  if (room < 2 * LEAST_HEAD) return cut(text, width, ruler)
  const given = /\s\S+$/u.exec(text)?.[0] ?? ''
  const whole = [given, given.trimStart()].find((end) => displayWidth(end, ruler) <= room - LEAST_HEAD)
  const end = whole === undefined || whole === '' ? tail(text, Math.floor(room / 2), ruler) : whole
  return head(text, room - displayWidth(end, ruler), ruler).trimEnd() + mark + end
}

/** Characters that must not begin a line stay with the text before them, opening ones with the text after them. */
const OPENING = '[(「『（【〔“‹]*'
const CLOSING = '[)、。，．）」』】〕”！？ー…：；›\\p{M}\\uFF9E\\uFF9F]*'
/** A Latin word or a number with its unit: ¥1,733 and 1,733円 are not broken. */
const LATIN = `${OPENING}¥?[!-~]+(?:(?<=\\d)[件円日])?${CLOSING}`
/** The word before an advice stays with its colon. */
const ADVICE = '対処：'
const WORD = `${LATIN}|${ADVICE}|${OPENING}[^!-~\\s]${CLOSING}|\\s`
/** A command with its options stays on one line where it fits there: a broken one cannot be pasted. */
const COMMAND = `${OPENING}"?paygent(?: (?:-{0,2}[a-z0-9][a-z0-9,.:#=-]*|‹[^›]*›))+"?[.,;:]?${CLOSING}`
const TOKEN = new RegExp(`${COMMAND}|${WORD}`, 'gu')
const WORDS = new RegExp(WORD, 'gu')

function tokens(text: string): string[] {
  if (isSimple(text)) return text.match(TOKEN) ?? []
  const whole = new Set(clusters(text).map(({ index }) => index))
  const found: string[] = []
  for (const match of text.matchAll(TOKEN)) {
    // A token that begins inside a grapheme (a flag, a joined sign) belongs to the one before.
    if (found.length > 0 && !whole.has(match.index)) found.push(`${found.pop() ?? ''}${match[0]}`)
    else found.push(match[0])
  }
  return found
}

/** The kanji of our headers, by range: building the table of a whole script takes 4 ms. */
const HAN = '[㐀-鿿]'
/** Words of a column's header: 受注｜番号, 購入｜金額｜(円), オーソリ｜経過, コード/｜詳細. */
const HEADER_WORD = new RegExp(
  `\\([^)]*\\)|[ァ-ヶー]+/?|${HAN}{2}(?=${HAN}{2}|${HAN.replace('[', '[^')}|$)|${HAN}{1,3}|[!-~]+|.`,
  'gu',
)

export const headerWords = (text: string): string[] => text.match(HEADER_WORD) ?? []

/** The width of the longest word of a header, which `wrap` breaks only if it must. */
export const longestWord = (header: string, ruler: Ruler = UNICODE_RULER): number =>
  Math.max(0, ...headerWords(header).map((word) => displayWidth(word, ruler)))

/** Breaks into lines of at most `width` cells: between words, anywhere in Japanese, inside a word only if it must. */
export function wrap(text: string, width: number, ruler: Ruler = UNICODE_RULER, pieces = tokens): string[] {
  return text.split('\n').flatMap((paragraph) => wrapParagraph(paragraph, Math.max(2, width), ruler, pieces))
}

const LIST_SEPARATOR = ' / '

/** The parts of a list such as `成功 2 / 失敗 0`. */
export const listParts = (text: string): string[] => text.split(LIST_SEPARATOR)

/** Breaks a list into lines of at most `width` cells, between its parts; a part only where it alone is too wide. */
export function wrapList(text: string, width: number, ruler: Ruler = UNICODE_RULER): string[] {
  const lines: string[] = []
  let open: string[] = []
  for (const part of listParts(text)) {
    const longer = [...open, part]
    if (displayWidth(longer.join(LIST_SEPARATOR), ruler) <= width) {
      open = longer
      continue
    }
    if (open.length > 0) lines.push(open.join(LIST_SEPARATOR))
    const fits = displayWidth(part, ruler) <= width
    if (!fits) lines.push(...wrap(part, width, ruler))
    open = fits ? [part] : []
  }
  return open.length > 0 ? [...lines, open.join(LIST_SEPARATOR)] : lines
}

function wrapParagraph(text: string, width: number, ruler: Ruler, pieces: typeof tokens): string[] {
  if (displayWidth(text, ruler) <= width) return [text]
  const lines: string[] = []
  let line = ''
  let used = 0
  const end = (): void => {
    if (line.trim() !== '') lines.push(line.trimEnd())
    line = ''
    used = 0
  }
  // Tokens begin and end with whole graphemes, so their widths add up.
  for (const token of fitting(pieces(text), width, ruler)) {
    const needed = displayWidth(token, ruler)
    if (used + needed > width) end()
    if (used === 0 && lines.length > 0 && /^\s$/.test(token)) continue
    if (needed > width) {
      const { whole, rest } = broken(token, width, ruler)
      lines.push(...whole)
      line = rest
      used = displayWidth(rest, ruler)
    } else {
      line += token
      used += needed
    }
  }
  end()
  return lines
}

/** A command wider than a line is broken between its words. */
function* fitting(pieces: readonly string[], width: number, ruler: Ruler): Generator<string> {
  for (const piece of pieces) {
    if (piece.includes(' ') && displayWidth(piece, ruler) > width) yield* piece.match(WORDS) ?? []
    else yield piece
  }
}

/** A token wider than a line: the full lines that it fills, and the rest. */
function broken(token: string, width: number, ruler: Ruler): { whole: string[]; rest: string } {
  const whole: string[] = []
  let rest = ''
  let used = 0
  for (const grapheme of graphemes(token)) {
    const needed = displayWidth(grapheme, ruler)
    if (used + needed > width) {
      whole.push(rest)
      rest = ''
      used = 0
    }
    rest += grapheme
    used += needed
  }
  return { whole, rest }
}

/** The part of a screen that the program's own sentences go by. */
interface Page extends Ruler {
  readonly width: number | null
  /** The options that the commands of the sentences repeat; none where left out. */
  readonly sameMirror?: string
}

/**
 * Fits the program's own sentences to the screen and indents continued lines as the first one is. Their commands, which
 * people paste, get the options that reach the same settings and mirror.
 */
export function fitText(sentences: string, screen: Page): string {
  const { width, sameMirror = '' } = screen
  const text = withSameMirror(sentences, safe(sameMirror))
  if (width === null) return text
  const fitted = text.split('\n').flatMap((line) => {
    const indent = /^ */.exec(line)?.[0] ?? ''
    return wrap(line.slice(indent.length), width - indent.length, screen).map((part) => indent + part)
  })
  return fitted.join('\n')
}
