// Reads the files that the operator names and those of the installed package, and makes the new files that are asked
// for.
import { AppError } from '../errors.js'
import {
  accessSync,
  closeSync,
  constants,
  fsyncSync,
  lstatSync,
  openSync,
  readFileSync,
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

const manifest = (): string => {
  const path = findPackageJSON(import.meta.url)
  if (path === undefined) throw new Error('the program stands in no package')
  return path
}

/** The path of a file of the package, bundled or not. @param name relative to the package's folder */
export const packageFile = (name: string): string => join(dirname(manifest()), name)

export const packageVersion = (): string =>
  (JSON.parse(readFileSync(manifest(), 'utf8')) as { version: string }).version

/** Finds out before any work that the file cannot be written. @throws AppError file-exists, file-unwritable */
export function refuseTaken(path: string): void {
  try {
    if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) throw new AppError('file-exists', { path })
    accessSync(dirname(path), constants.W_OK)
  } catch (error) {
    throw error instanceof AppError ? error : unwritable(path, error)
  }
}

const unwritable = (path: string, error: unknown): AppError =>
  new AppError('file-unwritable', { path, problem: (error as NodeJS.ErrnoException).code ?? '' }, { cause: error })

/**
 * Writes a new file for this user alone, never over another one. A file that could not be written whole is removed.
 * @throws AppError file-exists, file-unwritable
 */
export function createFile(path: string, bytes: Buffer | string): void {
  let file: number
  try {
    file = openSync(path, 'wx', 0o600)
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'EEXIST'
      ? new AppError('file-exists', { path })
      : unwritable(path, error)
  }
  try {
    writeFileSync(file, bytes)
    fsyncSync(file)
  } catch (error) {
    rmSync(path, { force: true })
    throw unwritable(path, error)
  } finally {
    closeSync(file)
  }
}
