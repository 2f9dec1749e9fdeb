// The files of the settings as they lie on the disk; none is opened, and none is made. Page 5.4.
import { accessSync, constants, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { judgeFile, type FileFacts } from '../jobs/doctor/files.js'
import { finding, type Finding } from '../jobs/doctor/finding.js'
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
    judgeFile(facts(config.logPath, 'books', 'write')),
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
  const folder = dirname(resolve(path))
  const lacks = lacking(folder, 'write')
  const closed = lacks === null ? [] : [judgeFile({ path: folder, mode: null, holds: 'books', lacks })]
  const fleeting = onContainerLayer(path) ? [finding('mirror', 'mirror-in-container', { path })] : []
  return [judgeFile(facts(path, 'books', 'write')), ...beside, ...closed, ...fleeting]
}

/** Where this machine notes how far the mirror had come. One that cannot even be read is a fault of its own. */
export const stateFinding = (path: string): Finding => judgeFile(facts(path, 'state', 'write'))

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
