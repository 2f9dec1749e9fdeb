// Finds the names that a misspelt one may mean.
import { Command, type CommanderError } from 'commander'

/** The names that are spelt most alike; commander knows them by the search behind its own "Did you mean". */
export function similarTo(word: string, names: readonly string[]): string[] {
  // A word that begins with a dash would be compared with options.
  const typed = word.replace(/^-+/, '')
  if (names.includes(typed)) return [typed]
  const search = new Command().exitOverride().configureOutput({ writeErr: () => undefined })
  for (const name of new Set(names)) search.command(name)
  try {
    search.parse([typed], { from: 'user' })
    return []
  } catch (error) {
    return suggestedBy((error as CommanderError).message)
  }
}

/** The names in commander's "Did you mean". */
export const suggestedBy = (message: string): string[] => {
  const [, names = ''] = /Did you mean (?:one of )?(.+?)\?/.exec(message) ?? []
  return names === '' ? [] : names.split(', ')
}
