// Runs properties with a new seed each time. A failure prints its seed; PAYGENT_TEST_SEED=<number> repeats it.
import fc from 'fast-check'

export function seeded<Values>(property: fc.IProperty<Values> | fc.IPropertyWithHooks<Values>, numRuns = 100): void {
  const seed = Number(process.env['PAYGENT_TEST_SEED'] ?? Math.floor(Math.random() * 2 ** 31))
  fc.assert(property as fc.IProperty<Values>, { seed, numRuns, verbose: 1 })
}
