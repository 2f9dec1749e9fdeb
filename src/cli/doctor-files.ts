// The files of the settings as they lie on the disk; none is opened, and none is made. Page 5.4.
import { accessSync, constants, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { AppError } from '../errors.js'
import { judgeFile, type FileFacts } from '../jobs/doctor/files.js'
import { faultFinding, finding, type Finding } from '../jobs/doctor/finding.js'
import { onContainerLayer } from '../mirror/network.js'
import type { Diagnosis } from './doctor-settings.js'

/** @param envFile the settings file, if there is one */
export function fileFindings({ config, faults }: Diagnosis, envFile: string | null): Finding[] {
  // One that holds a secret and that others can read is among the faults.
  const judgedAlready = faults.some(({ code }) => code === 'file-too-open')
  const key = config.login?.clientCertPath
  return [
    ...(envFile === null || judgedAlready ? [] : [judgeFile(facts(envFile, 'settings', 'read'))]),
    // A key file that is missing is told by the login.
    ...(key !== undefined && modeOf(key) !== null ? [judgeFile(facts(key, 'secret', 'read'))] : []),
    ...mirrorFiles(config.dbPath),
    logFinding(config.logPath),
  ]
}

/** A mirror is written beside itself too: its lock, and what SQLite has not yet put into it. */
function mirrorFiles(path: string): Finding[] {
  if (modeOf(path) === null) return []
  const beside = ['-wal', '-shm', '.lock', '.simulator']
    .map((end) => `${path}${end}`)
    .filter((each) => modeOf(each) !== null)
    .map((each) => judgeFile(facts(each, 'books', 'write')))
    .filter(({ level }) => level !== 'ok')
  const fleeting = onContainerLayer(path) ? [finding('mirror', 'mirror-in-container', { path })] : []
  return [judgeFile(facts(path, 'books', 'write')), ...beside, ...closedFolder(path, 'books'), ...fleeting]
}

/**
 * Where this machine notes how far the mirror had come, by a new file each time. One that cannot even be read is a fault
 * of its own.
 */
export const stateFindings = (path: string): Finding[] => [
  judgeFile(facts(path, 'state', 'write')),
  ...closedFolder(path, 'state'),
]

/** The folder of a file beside which others are made, where that cannot be. */
function closedFolder(path: string, holds: FileFacts['holds']): Finding[] {
  const folder = dirname(resolve(path))
  const lacks = lacking(folder, 'write')
  return lacks === null ? [] : [judgeFile({ path: folder, mode: null, holds, lacks })]
}

/** A pipe is not tried: its reader would take our closing it for the end. */
function logFinding(path: string): Finding {
  const found = facts(path, 'books', 'write')
  const isFolder = found.mode !== null && (found.mode & constants.S_IFMT) === constants.S_IFDIR
  if (isFolder) return faultFinding('permissions', new AppError('log-unusable', { path, problem: 'EISDIR' }))
  return judgeFile(found)
}

function facts(path: string, holds: FileFacts['holds'], needed: 'read' | 'write'): FileFacts {
  const mode = modeOf(path)
  return { path, mode, holds, lacks: lacking(mode === null ? nearestFolder(path) : path, needed) }
}

/** Null for a file that is not there, or whose folder lets nobody look. */
export function modeOf(path: string): number | null {
  try {
    return statSync(path).mode
  } catch {
    return null
  }
}

function lacking(path: string, needed: 'read' | 'write'): FileFacts['lacks'] {
  const can = (mode: number): boolean => {
    try {
      accessSync(path, mode)
      return true
    } catch {
      return false
    }
  }
  if (!can(constants.R_OK)) return 'read'
  return needed === 'write' && !can(constants.W_OK) ? 'write' : null
}

/** The log makes its folders itself. */
function nearestFolder(path: string): string {
  const folder = dirname(resolve(path))
  return modeOf(folder) === null && folder !== dirname(folder) ? nearestFolder(folder) : folder
}
