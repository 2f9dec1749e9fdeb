// Writes JSON for a terminal or a file. Control, bidi and zero-width characters become \uXXXX: they change nothing on a
// terminal, and a program that parses the JSON still gets the name as it is.

const DRAWS = /(?!\n)[\p{Control}\p{Format}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu

/** Two blanks of indent and a line break at the end. */
export const jsonText = (value: unknown): string => `${JSON.stringify(value, null, 2).replace(DRAWS, unicode)}\n`

/** The same on one line, for stderr, where other lines stand around it. */
export const jsonLine = (value: unknown): string => `${JSON.stringify(value).replace(DRAWS, unicode)}\n`

const unicode = (character: string): string =>
  Array.from({ length: character.length }, (_, index) => unit(character.charCodeAt(index))).join('')

const unit = (code: number): string => `\\u${code.toString(16).padStart(4, '0')}`
