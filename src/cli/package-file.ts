// Files of the package beside the program, wherever it is installed and whether it is bundled or not.
import { readFileSync } from 'node:fs'
import { findPackageJSON } from 'node:module'
import { dirname, join } from 'node:path'

const manifest = (): string => {
  const path = findPackageJSON(import.meta.url)
  if (path === undefined) throw new Error('the program stands in no package')
  return path
}

/** @param name relative to the package's folder */
export const packageFile = (name: string): string => join(dirname(manifest()), name)

export const packageVersion = (): string =>
  (JSON.parse(readFileSync(manifest(), 'utf8')) as { version: string }).version
