// Properties with a seed of their own each time. A failure prints it; PAYGENT_TEST_SEED=<number> plays it again.
import fc from 'fast-check'

export function seeded<Values>(property: fc.IProperty<Values> | fc.IPropertyWithHooks<Values>, numRuns = 100): void {
  const seed = Number(process.env['PAYGENT_TEST_SEED'] ?? Math.floor(Math.random() * 2 ** 31))
  fc.assert(property as fc.IProperty<Values>, { seed, numRuns, verbose: 1 })
}
