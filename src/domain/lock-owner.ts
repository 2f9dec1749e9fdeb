// Describes the process that holds the mirror's lock, as a second process sees it.

/** The commands that hold the lock. */
export const LOCK_COMMANDS = [
  'sale',
  'cancel',
  'amend',
  'import',
  'reconcile',
  'settle',
  'purge',
  'sync',
  'nightly',
  'pull',
  'push',
] as const
export type LockCommand = (typeof LOCK_COMMANDS)[number]

/** Identifies a process among all others. Its number is not enough, because the system uses it again after the end. */
export interface ProcessMark {
  /** Identifies the machine's boot. */
  readonly bootId: string
  readonly pid: number
  /** The time of its start, in ticks of the system since the boot. */
  readonly startTicks: string
}

/** The mark of a living process; null if there is none or the system does not give it. */
export type MarkOf = (pid: number) => ProcessMark | null

/**
 * Whether the process that left this mark is another one than ours and still lives. Our own number never means another
 * process: in a container the program may be process 1 each time that it starts.
 */
export function isAnotherLivingProcess(left: ProcessMark, ownPid: number, markOf: MarkOf): boolean {
  return left.pid !== ownPid && isLivingProcess(left, markOf)
}

/** Whether the process that left this mark still lives, be it ours or another one. */
export function isLivingProcess(left: ProcessMark, markOf: MarkOf): boolean {
  const now = markOf(left.pid)
  return now !== null && now.bootId === left.bootId && now.startTicks === left.startTicks
}

export interface LockOwner {
  readonly command: LockCommand
  readonly osUser: string
  readonly host: string
  /** Japan time, ISO. */
  readonly since: string
  /** The number of orders of its run that are done. Null before there is one, and for a command without a run. */
  readonly progress: { readonly done: number; readonly total: number } | null
}

/**
 * The mirror compared with this machine's record of it: `known` is as new or newer, `behind` is older or a copy with a
 * different history, `unrecorded` is marked so in the mirror itself. Without a record it is `new` before its first run,
 * else `unknown`.
 */
export type MirrorFreshness = 'new' | 'known' | 'behind' | 'unknown' | 'unrecorded'
