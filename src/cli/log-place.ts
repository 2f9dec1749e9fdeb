// Refuses a log, or a file for monitoring, that is the mirror, a file beside it, or a file of the settings.
import { readlinkSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import type { Config, LoginSettings } from '../config/config.js'
import { AppError } from '../errors.js'

/** The log that goes to stderr, where journald and containers keep it. */
export const STDERR = '-'

interface Places extends Pick<Config, 'logPath' | 'metricsPath' | 'dbPath'> {
  readonly login: Pick<LoginSettings, 'clientCertPath' | 'caPath'> | null
}

/** The suffixes of the files that SQLite keeps beside a database. */
const BESIDE = ['', '-wal', '-shm', '-journal'] as const

/**
 * The fault of a log, or of a file for monitoring, that is the mirror, its lock, the simulator's ledger, a file beside
 * them, or one of the settings, however either path is spelled or linked; null for separate files.
 * @param envFile the file that settings are read from
 */
export function misplacedFile(places: Places, envFile: string): AppError | null {
  const { logPath, metricsPath } = places
  const needed = neededFiles(places, envFile)
  const isNeeded = (path: string): boolean => needed.some(sameAs(path))
  if (logPath !== STDERR && isNeeded(logPath)) return new AppError('log-misplaced', { path: logPath })
  if (metricsPath === null || !(isNeeded(metricsPath) || isSame(metricsPath, logPath))) return null
  return new AppError('metrics-misplaced', { path: metricsPath })
}

function neededFiles({ dbPath, login }: Places, envFile: string): readonly string[] {
  const mirrors = [...new Set([resolve(dbPath), finalPath(dbPath)])]
  const databases = mirrors.flatMap((mirror) => [mirror, `${mirror}.simulator`])
  const files = databases.flatMap((database) => BESIDE.map((end) => `${database}${end}`))
  const settings = [envFile, ...(login === null ? [] : [login.clientCertPath, login.caPath])]
  return [...files, ...mirrors.map((mirror) => `${mirror}.lock`), ...settings]
}

/** Whether two paths lead to one file, however they are spelled or linked, and whether it is there or not. */
export const isSame = (one: string, other: string): boolean => sameAs(one)(other)

/** The same for many others; the first path is followed once. */
function sameAs(one: string): (other: string) => boolean {
  const path = finalPath(one)
  const identity = identityOf(one)
  return (other) => finalPath(other) === path || (identity !== null && identityOf(other) === identity)
}

/** The identity of a file. Two names of one file (hard links) lead to the same contents. */
function identityOf(path: string): string | null {
  try {
    const { dev, ino } = statSync(path)
    return `${dev} ${ino}`
  } catch {
    return null
  }
}

/** The number of links that Linux follows. */
const LINKS = 40

/** The path with all links resolved, even where their target does not exist yet. */
function finalPath(path: string, links = LINKS): string {
  const full = resolve(path)
  try {
    return realpathSync(full)
  } catch {
    const folder = dirname(full)
    const named = folder === full ? full : join(finalPath(folder, links), basename(full))
    const target = links > 0 ? targetOf(named) : null
    return target === null ? named : finalPath(resolve(dirname(named), target), links - 1)
  }
}

function targetOf(path: string): string | null {
  try {
    return readlinkSync(path)
  } catch {
    return null
  }
}
