// Reads files: those that the operator names, and those of the installed package.
import { AppError } from '../errors.js'
import { readFileSync } from 'node:fs'
import { findPackageJSON } from 'node:module'
import { dirname, join } from 'node:path'

/**
 * @param setting the setting that names the file, or '' for one named on the command line
 * @throws AppError file-unreadable
 */
export function readInput(path: string, setting = ''): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    throw new AppError('file-unreadable', { path, setting, problem: (error as NodeJS.ErrnoException).code ?? '' })
  }
}

const manifest = (): string => {
  const path = findPackageJSON(import.meta.url)
  if (path === undefined) throw new Error('the program stands in no package')
  return path
}

/** The path of a file of the package, bundled or not. @param name relative to the package's folder */
export const packageFile = (name: string): string => join(dirname(manifest()), name)

export const packageVersion = (): string =>
  (JSON.parse(readFileSync(manifest(), 'utf8')) as { version: string }).version
