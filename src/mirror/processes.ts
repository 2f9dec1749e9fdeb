// Marks of processes, read from the system: Linux has them in /proc, elsewhere there are none.
import { readFileSync } from 'node:fs'
import type { ProcessMark } from '../domain/holder.js'

/** Fields of `stat` after the name of the program, which may hold spaces and brackets: state is 3, start time 22. */
const STATE = 0
const START_TIME = 22 - 3

/** Ended, and only not collected by their parents yet. */
const DEAD: readonly string[] = ['Z', 'X', 'x']

/**
 * @param root only tests give another
 * @returns null for a process that has ended or never was, and where the system does not tell
 */
export function processMark(pid: number, root = '/proc'): ProcessMark | null {
  try {
    const bootId = readFileSync(`${root}/sys/kernel/random/boot_id`, 'utf8').trim()
    const stat = readFileSync(`${root}/${pid}/stat`, 'utf8')
    const fields = stat
      .slice(stat.lastIndexOf(')') + 1)
      .trim()
      .split(' ')
    const startTicks = fields[START_TIME]
    if (bootId === '' || startTicks === undefined || DEAD.includes(fields[STATE] ?? '')) return null
    return { bootId, pid, startTicks }
  } catch {
    return null
  }
}
