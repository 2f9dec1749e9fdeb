// Cells that a spreadsheet would take for a formula, made harmless on the way out and read as they were meant. Page 5.4.

/**
 * Signs of a formula in both widths, behind whatever a spreadsheet may skip: blanks, tabs, line ends, characters that
 * are not drawn. The quotes before it are ours, or stood there before us.
 */
const FORMULA = /^'*[\s\p{Control}\p{Default_Ignorable_Code_Point}]*[=+\-@＝＋－＠]/u

/** With a quote before it a spreadsheet shows the cell as it is. */
export const neutralCell = (text: string): string => (FORMULA.test(text) ? `'${text}` : text)

/** What `neutralCell` was given: the quote belongs to it only where it was needed. */
export const meantCell = (cell: string): string =>
  cell.startsWith(`'`) && FORMULA.test(cell.slice(1)) ? cell.slice(1) : cell
