// Reads start time and boot id of a process from /proc. Only Linux has it.
import type { ProcessMark } from './domain/lock-owner.js'
import { readFileSync } from 'node:fs'

/**
 * The position of fields of `stat` after the name of the program, which may hold spaces and brackets: state is 3,
 * start time 22.
 */
const STATE = 0
const START_TIME = 22 - 3

/** States of processes that have ended and whose parents have not collected them yet. */
const DEAD: readonly string[] = ['Z', 'X', 'x']

/**
 * @param root only tests give another
 * @returns null for a process that has ended or never existed, and when the system does not report it
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
