// Names of the shop: how they are compared, and how they stand in a line for the settings that a person may paste.

/** The form in which names and searches are compared: width, case and blanks do not count. */
export const comparedName = (name: string): string => name.normalize('NFKC').toLowerCase().replace(/\s+/g, '')

/** Characters that divide a setting, or that a shell or an .env file takes for its own. */
const SPECIAL = /[,="'$`\\#]/g

/** Wide characters stand for those that would not get through; names are compared without regard to width. */
export const pasteable = (name: string): string =>
  name.replace(SPECIAL, (one) => String.fromCodePoint((one.codePointAt(0) ?? 0) + 0xfe_e0))

/** A longer name is no name, and its line helps nobody. */
export const LONGEST_NAME = 255
