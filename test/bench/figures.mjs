// The tools that every part of the bench shares: processes of their own, medians, lines of a table.
import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

/** Starts a script beside this one; `first` is what it sends first. */
export async function beside(name, order) {
  const child = fork(fileURLToPath(new URL(name, import.meta.url)), { execArgv: ['--expose-gc'] })
  const first = new Promise((resolve, reject) => {
    child.once('message', resolve)
    // Told after the last message, however long that was; `exit` may overtake it.
    child.once('disconnect', () => reject(new Error(`${name} ended without a result`)))
  })
  if (order !== undefined) child.send(order)
  return { child, first: await first }
}

/** Runs a script once, in a process of its own, and gives what it sends back. */
export const once = async (name, order) => (await beside(name, order)).first

export const title = (text) => process.stdout.write(`\n${text}\n`)
export const line = (...cells) => process.stdout.write(`  ${cells.join('  ')}\n`)
export const number = (value, digits = 1, width = 9) => value.toFixed(digits).padStart(width)
