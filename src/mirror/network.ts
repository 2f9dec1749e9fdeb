// Detects file systems that are unsuitable for a mirror: SQLite's locks cannot be trusted there, or its file does not
// last.
import { statfsSync } from 'node:fs'
import { dirname } from 'node:path'
import { AppError } from '../errors.js'

/**
 * `f_type` of Linux' statfs. FUSE is in the list because sshfs and similar ones cannot be distinguished from harmless
 * ones.
 */
const NETWORK_TYPES: ReadonlyMap<number, string> = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xfe534d42, 'SMB2'],
  [0xff534d42, 'CIFS'],
  [0x65735546, 'FUSE'],
  [0x564c, 'NCP'],
  [0x5346414f, 'AFS'],
  [0x6b414653, 'AFS'],
  [0x73757245, 'Coda'],
  [0x00c36400, 'Ceph'],
  [0x01021997, '9P'],
  [0x01161970, 'GFS2'],
  [0x7461636f, 'OCFS2'],
  [0x0bd00bd0, 'Lustre'],
  [0x786f4256, 'vboxsf'],
])

export type FileSystemType = (folder: string) => number

/** Returns the name of a network file system, or null for one on this machine. */
export const networkName = (type: number): string | null => NETWORK_TYPES.get(type >>> 0) ?? null

const typeByStatfs: FileSystemType = (folder) => statfsSync(folder).type

/**
 * Refuses a mirror whose folder is on a network file system.
 * @throws AppError mirror-on-network
 */
export function refuseNetwork(path: string, typeOf: FileSystemType = typeByStatfs): void {
  const name = networkTypeOf(path, typeOf)
  if (name !== null) throw new AppError('mirror-on-network', { path, problem: name })
}

/** Returns the name of the network file system that the file's folder is on, or null. */
export function networkTypeOf(path: string, typeOf: FileSystemType = typeByStatfs): string | null {
  try {
    return networkName(typeOf(dirname(path)))
  } catch {
    return null // The opening itself reports a missing folder, with its own next step.
  }
}

const OVERLAY = 0x794c7630

/** Whether the file lies on a container's own layer, which disappears with the container. */
export function onContainerLayer(path: string, typeOf: FileSystemType = typeByStatfs): boolean {
  try {
    return typeOf(path) >>> 0 === OVERLAY
  } catch {
    return false
  }
}
