// What a Japanese text of the program may not hold, by docs/words.md#patterns.
import { codesIn, pageAt } from './pages.js'

const patterns = codesIn(pageAt('docs/words.md').section('Patterns').split('\n\n')[2] ?? '')

/** The patterns in a text. */
export const patternsIn = (text: string): string[] => patterns.filter((pattern) => text.includes(pattern))

/** Two Latin words in a row that are a name, a statement to be typed or a kind of file, and no English sentence. */
const NAMES = [
  /paygent [a-z-]+(?: (?:show|ack))?(?: [A-Za-z]+\.csv)?/g,
  /--[a-z-]+(?: [a-z…‹]+)?/g,
  /npm (?:ci|install)/g,
  /timedatectl set-ntp true/g,
  /SHOW GRANTS/g,
  /CSV UTF-8/g,
]
const ENGLISH = /[A-Za-z][A-Za-z'’]+(?:[,.:;]? [A-Za-z][A-Za-z'’]+)+/

export const englishIn = (text: string): string | null =>
  ENGLISH.exec(NAMES.reduce((left, name) => left.replaceAll(name, '＿'), text))?.[0] ?? null

/** What a Japanese text may not hold, as it stands there; empty where the text is clean. */
export function faultsIn(text: string): string[] {
  const alternatives = /[A-Za-z…] ?\| ?[A-Za-z…]/.exec(text)?.[0] ?? null
  const placeholder = /<[^\s=>][^=>]*>/.exec(text)?.[0] ?? null
  const others = [englishIn(text), alternatives, placeholder]
  return [...patternsIn(text), ...others.filter((one) => one !== null)]
}
