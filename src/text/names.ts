// Compares names of the shop, and writes them for a settings line that a person may paste.

/** The form in which names and searches are compared: width, case and blanks do not count. */
export const comparedName = (name: string): string => name.normalize('NFKC').toLowerCase().replace(/\s+/g, '')

/** Characters that divide a setting, or that a shell or an .env file gives a meaning of its own. */
const SPECIAL = /[,="'$`\\#]/g

/** Replaces the characters that would not survive by wide ones; names are compared without regard to width. */
export const pasteable = (name: string): string =>
  name.replace(SPECIAL, (one) => String.fromCodePoint((one.codePointAt(0) ?? 0) + 0xfe_e0))

/** A longer text is no name, and a settings line with it helps no reader. */
export const LONGEST_NAME = 255
