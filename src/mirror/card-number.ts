// Card numbers that strayed into free text: page 5.4.

/** 13 to 19 digits that stand alone, single blanks or hyphens between them allowed. */
const CANDIDATE = /(?<!\d)\d(?:[ -]?\d){12,18}(?!\d)/g
const SHOWN = 4

/** Free text with every card number (Luhn) masked but for its last four digits. Not for columns of ids. */
export const maskCardNumbers = (text: string): string =>
  text.replace(CANDIDATE, (found) => (isCardNumber(found) ? mask(found) : found))

function mask(found: string): string {
  let left = found.replace(/\D/g, '').length
  return found.replace(/\d/g, (digit) => (left-- > SHOWN ? '*' : digit))
}

function isCardNumber(found: string): boolean {
  const digits = [...found.replace(/\D/g, '')].reverse().map(Number)
  const sum = digits.reduce((total, digit, index) => total + (index % 2 === 0 ? digit : luhnDouble(digit)), 0)
  return sum % 10 === 0
}

const luhnDouble = (digit: number): number => (digit > 4 ? digit * 2 - 9 : digit * 2)
