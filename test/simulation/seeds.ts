// Plays many worlds, one after another, and collects their results.
import type { Breach } from './checkers.js'
import { NO_PLANT, type Plant } from './plant.js'
import { play, type Played } from './play.js'
import { noCounts, type Counts } from './world.js'

export interface Broken {
  readonly seed: number
  readonly breach: Breach
}

export interface Seeds {
  readonly seeds: number
  readonly broken: readonly Broken[]
  readonly counts: Counts
}

/** Plays the worlds of so many seeds. @param enough ends at so many broken worlds */
export async function playSeeds(from: number, count: number, plant: Plant = NO_PLANT, enough = 10): Promise<Seeds> {
  const counts = noCounts()
  const broken: Broken[] = []
  let seed = from
  for (; seed < from + count && broken.length < enough; seed += 1) {
    const [breach] = (await playOne(seed, counts, plant)).breaches
    if (breach) broken.push({ seed, breach })
  }
  return { seeds: seed - from, broken, counts }
}

/** A world that breaks, a fault of the simulation itself, names its seed. */
async function playOne(seed: number, counts: Counts, plant: Plant): Promise<Played> {
  try {
    return await play(seed, counts, plant)
  } catch (error) {
    throw new Error(`the world of seed ${seed} breaks`, { cause: error })
  }
}

/** The whole story of a seed, for whoever reads of its failure. */
export async function storyOf(seed: number, plant: Plant = NO_PLANT): Promise<string> {
  const { trace, breaches } = await play(seed, noCounts(), plant, true)
  const end =
    breaches.length === 0
      ? 'no broken invariant'
      : breaches.map(({ checker, what }) => `${checker}: ${what}`).join('\n')
  return [`seed ${seed}`, ...trace, end].join('\n')
}

/** One count from two. */
export function added(one: Counts, other: Counts): Counts {
  const faults = new Map(one.faults)
  for (const [kind, times] of other.faults) faults.set(kind, (faults.get(kind) ?? 0) + times)
  return {
    telegrams: one.telegrams + other.telegrams,
    inquiries: one.inquiries + other.inquiries,
    starts: one.starts + other.starts,
    crashes: one.crashes + other.crashes,
    powerCuts: one.powerCuts + other.powerCuts,
    faults,
  }
}
