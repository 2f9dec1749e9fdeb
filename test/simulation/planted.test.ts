// Checks the checkers: each planted bug is found, and by the checker that is responsible for it. The world that found it
// last is played first; where it finds nothing any more, the search begins at seed 1. UPDATE_SEEDS=1 searches for all and
// writes the seeds down.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, it } from 'vitest'
import { clearDisk } from './disk.js'
import type { Plant } from './plant.js'
import { PLANTED, type Planted } from './planted.js'
import { type Broken, playSeeds, storyOf } from './seeds.js'

const SEEDS = 5_000
const FILE = fileURLToPath(new URL('planted-seeds.json', import.meta.url))
const update = process.env['UPDATE_SEEDS'] === '1'
const known = JSON.parse(readFileSync(FILE, 'utf8')) as Readonly<Record<string, number>>
const found: Record<string, number> = {}

const firstBroken = async (from: number, count: number, plant: Plant): Promise<Broken | undefined> =>
  (await playSeeds(from, count, plant, 1)).broken[0]

async function find(plant: Planted): Promise<Broken | undefined> {
  const seed = update ? undefined : known[plant.name]
  const again = seed === undefined ? undefined : await firstBroken(seed, 1, plant)
  if (again !== undefined && plant.expected.includes(again.breach.checker)) return again
  return firstBroken(1, SEEDS, plant)
}

afterAll(() => {
  clearDisk()
  if (update) writeFileSync(FILE, `${JSON.stringify(found, null, 2)}\n`)
})

it.each(PLANTED)('finds: $name', { timeout: 600_000 }, async (plant) => {
  const first = await find(plant)
  expect(first, `not found within ${SEEDS} seeds`).toBeDefined()
  if (first === undefined) return
  expect(plant.expected, await storyOf(first.seed, plant)).toContain(first.breach.checker)
  found[plant.name] = first.seed
})

it('knows the seeds of these bugs and of no others', () => {
  expect(Object.keys(known).toSorted()).toEqual(PLANTED.map(({ name }) => name).toSorted())
  expect(Object.values(known).every((seed) => seed >= 1 && seed <= SEEDS)).toBe(true)
})
