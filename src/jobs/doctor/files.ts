// Checks who may read and write the files.
import { faultFinding, finding, type Finding } from './finding.js'

export interface FileFacts {
  readonly path: string
  /** Permission bits; null when the file is not there yet. */
  readonly mode: number | null
  /**
   * A secret is refused as soon as others can read it. Books hold customers' names and amounts. Plain settings may be
   * readable by all users; those with the address of a webhook or a ping are only warned of, because old files are so. The machine state holds nothing confidential, and a group may share it.
   */
  readonly holds: 'secret' | 'books' | 'settings' | 'addresses' | 'state'
  /** The access that this user lacks to the file, or to its folder if the file does not exist yet. */
  readonly lacks: 'read' | 'write' | null
}

const OTHERS = 0o077
const OTHERS_WRITE = 0o022
const GROUP_WRITES = 0o020

export function judgeFile({ path, mode, holds, lacks }: FileFacts): Finding {
  if (lacks !== null) return finding('permissions', 'file-locked', { path, access: lacks })
  if (mode === null) return finding('permissions', 'file-new', { path })
  if ((mode & OTHERS) === 0) return finding('permissions', 'file-private', { path })
  if (holds === 'secret') return faultFinding('permissions', { code: 'file-too-open', params: { path } })
  const changeable = (mode & OTHERS_WRITE) !== 0
  const byGroupAlone = (mode & OTHERS_WRITE) === GROUP_WRITES
  if (holds === 'state' && byGroupAlone) return finding('permissions', 'file-shared', { path })
  if ((holds === 'settings' || holds === 'state') && !changeable) return finding('permissions', 'file-plain', { path })
  const written = (mode & 0o777).toString(8).padStart(4, '0')
  const readable = holds === 'addresses' ? 'addresses-readable' : 'file-readable'
  const code = changeable ? 'file-writable' : readable
  return finding('permissions', code, { path, mode: written })
}
