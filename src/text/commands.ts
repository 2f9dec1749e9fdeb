// Finds the commands in a sentence of the program, and adds the options by which they reach the same settings and mirror.

/** In English a command of a sentence is quoted; in Japanese it stands before Japanese text, or at the end. */
const COMMAND =
  /(?<=")paygent [^"]+(?=")|paygent(?: (?:-{0,2}[a-z0-9](?:[a-z0-9,.:#=-]*[a-z0-9])?|‹[^›]*›))+(?= ?[^\x20-\x7e]|$)/gu

/** The first line of the first screen, and commands that are about no shop. */
const OF_NO_SHOP = /^paygent (?:\d|help\b|profiles\b)/

/**
 * The text with the options after each command, those about no shop apart. A command that has them already stays as
 * it is, so that a text may come here twice.
 * @param options as harmless text, ready to paste; '' for none
 */
export function withSameMirror(text: string, options: string): string {
  if (options === '') return text
  return text.replace(COMMAND, (command: string, offset: number) => {
    const reach = text.slice(offset, offset + command.length + 1 + options.length)
    return OF_NO_SHOP.test(command) || reach.includes(options) ? command : `${command} ${options}`
  })
}
