// Makes folders whose paths come from settings.
import { existsSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Makes a folder where it is missing, with those above it. `mkdirSync` with `recursive` would try for ever where the
 * system lets nothing be made, as below /proc.
 * @param mode of each folder that is made
 * @returns the topmost folder that was made; null where none was
 */
export function makeFolders(path: string, mode = 0o777): string | null {
  const missing: string[] = []
  for (let folder = path; !existsSync(folder); folder = dirname(folder)) {
    missing.unshift(folder)
    // A current folder that was removed is missing, too, and has none above it.
    if (dirname(folder) === folder) break
  }
  const [first = null] = missing.filter((folder) => makeFolder(folder, mode))
  return first
}

/** Returns whether it was missing. Another program may make it at the same moment. */
export function makeFolder(path: string, mode: number): boolean {
  if (existsSync(path)) return false
  try {
    mkdirSync(path, { mode })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}
