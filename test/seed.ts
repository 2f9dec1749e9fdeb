// Runs properties with a new seed each time. A failure prints its seed; PAYGENT_TEST_SEED=<number> repeats it.
import fc from 'fast-check'

const newSeed = (): number => Number(process.env['PAYGENT_TEST_SEED'] ?? Math.floor(Math.random() * 2 ** 31))

/** The same for a property that waits for something. */
export const seededAsync = <Values>(property: fc.IAsyncProperty<Values>, numRuns: number): Promise<void> =>
  fc.assert(property, { seed: newSeed(), numRuns, verbose: 1 })

export function seeded<Values>(property: fc.IProperty<Values> | fc.IPropertyWithHooks<Values>, numRuns = 100): void {
  fc.assert(property as fc.IProperty<Values>, { seed: newSeed(), numRuns, verbose: 1 })
}
