// Reads files: those that the operator names, and those of the installed package. Writes a result into a new file.
import { AppError } from '../errors.js'
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  linkSync,
  lstatSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
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

/** Finds out before the work that the file cannot be written. @throws AppError file-exists, file-unwritable */
export function refuseTaken(path: string): void {
  try {
    if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) throw new AppError('file-exists', { path })
    accessSync(dirname(path), constants.W_OK)
  } catch (error) {
    throw error instanceof AppError ? error : unwritable(path, error)
  }
}

const unwritable = (path: string, error: unknown): AppError =>
  new AppError('file-unwritable', { path, problem: codeOf(error) }, { cause: error })

/**
 * Writes a file for this user alone. It gets its name only when all of it is on the disk, and never in the place of
 * another file.
 * @throws AppError file-exists, file-unwritable
 */
export function writeNewFile(path: string, bytes: string | Uint8Array): void {
  refuseTaken(path)
  const draft = `${path}.${crypto.randomUUID().slice(0, 8)}.part`
  try {
    const file = openSync(draft, 'wx', 0o600)
    try {
      writeFileSync(file, bytes)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    giveName(draft, path)
  } catch (error) {
    if (error instanceof AppError) throw error
    throw unwritable(path, error)
  } finally {
    rmSync(draft, { force: true })
  }
}

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? ''

/** Some file systems have no links; there the name may be taken between the look and the renaming. */
function giveName(draft: string, path: string): void {
  try {
    linkSync(draft, path)
  } catch (error) {
    if (codeOf(error) === 'EEXIST' || existsSync(path)) throw new AppError('file-exists', { path })
    renameSync(draft, path)
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
