// Files that the operator names.
import { readFileSync } from 'node:fs'
import { AppError } from '../errors.js'

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
