// The holder of the mirror's lock, as the second program sees it: page 5.1.1.

/** What may be done with the lock held. */
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

/** What tells a process from every other one: its number alone is given to another after its end. */
export interface ProcessMark {
  /** Of the machine's boot. */
  readonly bootId: string
  readonly pid: number
  /** When it began, in the system's own ticks since the boot. */
  readonly startTicks: string
}

/** The mark of a living process; null where there is none, and where the system does not tell. */
export type MarkOf = (pid: number) => ProcessMark | null

/**
 * Whether the process that left this mark is another one than ours and still lives. Our own number is never another's:
 * in a container the program may be process 1 each time that it starts.
 */
export function isAnotherLivingProcess(left: ProcessMark, ownPid: number, markOf: MarkOf): boolean {
  if (left.pid === ownPid) return false
  const now = markOf(left.pid)
  return now !== null && now.bootId === left.bootId && now.startTicks === left.startTicks
}

export interface Holder {
  readonly command: LockCommand
  readonly osUser: string
  readonly host: string
  /** Japan time, ISO. */
  readonly since: string
  /** How many orders of its run are through; null before there is one, and for what is no run. */
  readonly progress: { readonly done: number; readonly total: number } | null
}

/**
 * The mirror against what this machine recorded of it: `known` is as new or newer, `behind` older or a copy that went
 * another way, `unrecorded` by its own word; without a record it is `new` before its first run, else `unknown`.
 */
export type Standing = 'new' | 'known' | 'behind' | 'unknown' | 'unrecorded'
