// Who holds the mirror's lock, for whoever comes second: page 5.1.1.

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

export interface Holder {
  readonly command: LockCommand
  readonly osUser: string
  readonly host: string
  /** Japan time, ISO. */
  readonly since: string
  /** How many orders of its run are through; null before there is one, and for what is no run. */
  readonly progress: { readonly done: number; readonly total: number } | null
}
