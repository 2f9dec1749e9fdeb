// Masks card numbers that occur in free text.

/** The least and the most digits that a card number has. */
const LENGTHS = { least: 13, most: 19 } as const
const SHOWN = 4
const MASKED = '*'

/**
 * The characters that people put between groups of digits, a few at most: blanks, hyphens and similar signs, dots, and
 * invisible characters.
 */
const BETWEEN = /^[\s\p{Pd}\p{Default_Ignorable_Code_Point}\u2212\u30FC\uFF70.\u30FB\uFF65_/]$/u
const BETWEEN_MOST = 3

/** Digits without anything between them: the group's position in the characters of the text, and its digits. */
interface Group {
  readonly start: number
  readonly digits: readonly number[]
}

/**
 * Masks every card number (Luhn) in free text but for its last four digits. Not for columns of ids. A number may come
 * in groups and in any shape of digit (full-width, circled); other numbers may precede and follow it.
 */
export function maskCardNumbers(text: string): string {
  // Most texts are names, so this check ends early for them.
  if ((text.match(/\p{N}/gu)?.length ?? 0) < LENGTHS.least) return text
  const characters = Array.from(text)
  const values = characters.map(digitOf)
  const hidden = new Set<number>()
  for (const run of runsOf(characters, values)) for (const place of cardDigits(run)) hidden.add(place)
  if (hidden.size === 0) return text
  return characters.map((character, place) => (hidden.has(place) ? MASKED : character)).join('')
}

/** The digit that a character means, or null. */
function digitOf(character: string): number | null {
  if (character < '0') return null
  const plain = character <= '9' ? character : character.normalize('NFKC')
  return /^\d$/.test(plain) ? Number(plain) : null
}

/** Groups that follow each other closely enough to be one number. */
function runsOf(characters: readonly string[], values: readonly (number | null)[]): Group[][] {
  const runs: Group[][] = []
  let run: Group[] = []
  let between = 0
  for (let place = 0; place < characters.length;) {
    const digits = digitsAt(values, place)
    if (digits.length > 0) {
      run.push({ start: place, digits })
      between = 0
    } else if (++between > BETWEEN_MOST || !BETWEEN.test(characters[place] ?? '')) {
      if (run.length > 0) runs.push(run)
      run = []
    }
    place += Math.max(1, digits.length)
  }
  return run.length > 0 ? [...runs, run] : runs
}

function digitsAt(values: readonly (number | null)[], start: number): number[] {
  const digits: number[] = []
  for (let value = values[start]; typeof value === 'number'; value = values[start + digits.length]) digits.push(value)
  return digits
}

/**
 * The positions of the digits to be masked. A number begins and ends with whole groups, but the text does not show
 * which ones, so every stretch of the right length that passes Luhn is masked.
 */
function cardDigits(run: readonly Group[]): number[] {
  const hidden: number[] = []
  for (const first of run.keys()) {
    const stretch: { place: number; digit: number }[] = []
    for (const { start, digits } of run.slice(first)) {
      stretch.push(...digits.map((digit, index) => ({ place: start + index, digit })))
      if (stretch.length > LENGTHS.most) break
      if (stretch.length < LENGTHS.least || !passesLuhn(stretch.map(({ digit }) => digit))) continue
      hidden.push(...stretch.slice(0, -SHOWN).map(({ place }) => place))
    }
  }
  return hidden
}

function passesLuhn(digits: readonly number[]): boolean {
  const sum = digits
    .toReversed()
    .reduce((total, digit, index) => total + (index % 2 === 0 ? digit : luhnDouble(digit)), 0)
  return sum % 10 === 0
}

const luhnDouble = (digit: number): number => (digit > 4 ? digit * 2 - 9 : digit * 2)
