// Writes the findings of a sweep as text.
import { PHASES, type Phase } from './moments.js'
import type { Swept } from './sweep.js'

const countOf = ({ kills }: Swept, phase: Phase): number => kills.filter((kill) => kill.phase === phase).length

const phases = Object.keys(PHASES) as Phase[]

/** Phases in which no kill fell. */
export const missedPhases = (swept: Swept): string[] =>
  phases.filter((phase) => countOf(swept, phase) === 0).map((phase) => PHASES[phase])

/** The histogram, the differences and the last line that says it all. */
export function reportOf(swept: Swept, seed: number, seconds: number): string {
  const { kills, rounds, differences, forPerson } = swept
  const inFlight = kills.filter((kill) => kill.inFlight).length
  const width = Math.max(...Object.values(PHASES).map((name) => name.length))
  return [
    `seed ${seed}: ${kills.length} kills in ${rounds} batches, ${Math.round(seconds)} s`,
    ...phases.map((phase) => {
      const count = countOf(swept, phase)
      return `  ${PHASES[phase].padEnd(width)} ${String(count).padStart(4)}  ${'#'.repeat(Math.ceil(count / 2))}`
    }),
    `${inFlight} kills hit a request in flight; ${forPerson} corrections whose answer was lost are left to a person`,
    ...differences.map((difference) => `DIFFERENCE ${difference}`),
    `${kills.length} kills, ${differences.length} differences`,
    '',
  ].join('\n')
}
