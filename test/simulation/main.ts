// Runs `npm run simulate`: worlds by the thousand on every core, one world with its story, or the table of planted
// bugs.
import { fork, type ChildProcess } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { PLANTED } from './planted.js'
import { added, playSeeds, storyOf, type Broken, type Seeds } from './seeds.js'
import { noCounts, type Counts } from './world.js'

const CHUNK = 250
const SHOWN = 10

/** The chunk that goes over to a worker, and the report that comes back; a map does not survive the way. */
interface Chunk {
  readonly from: number
  readonly count: number
}
interface Report {
  readonly seeds: number
  readonly broken: readonly Broken[]
  readonly counts: Omit<Counts, 'faults'>
  readonly faults: readonly (readonly [string, number])[]
}

const say = (line: string): void => void process.stdout.write(`${line}\n`)

function numberOf(name: string, absent: number | null): number | null {
  const at = process.argv.indexOf(`--${name}`)
  if (at < 0) return absent
  const value = Number(process.argv[at + 1])
  if (!Number.isSafeInteger(value) || value < 0) throw new Error(`--${name} needs a whole number`)
  return value
}

/** '' where the option is not given. */
function textOf(name: string): string {
  const at = process.argv.indexOf(`--${name}`)
  return at < 0 ? '' : (process.argv[at + 1] ?? '')
}

const reportOf = ({ seeds, broken, counts }: Seeds): Report => ({ seeds, broken, counts, faults: [...counts.faults] })

/** Plays chunk after chunk until nobody wants any more. */
function work(): void {
  process.on('message', (chunk: Chunk) => {
    void playSeeds(chunk.from, chunk.count, undefined, SHOWN).then((played) => process.send?.(reportOf(played)))
  })
}

const lineOf = ({ seed, breach }: Broken): string => `seed ${seed}: ${breach.checker}: ${breach.what}`

class Fleet {
  readonly #startMs = performance.now()
  #next: number
  #seeds = 0
  #broken: Broken[] = []
  #counts = noCounts()

  constructor(
    from: number,
    private readonly end: number,
  ) {
    this.#next = from
  }

  async run(): Promise<void> {
    const telling = setInterval(() => process.stderr.write(`${this.#line()}\n`), 5_000)
    await Promise.all(Array.from({ length: availableParallelism() }, () => this.#worker()))
    clearInterval(telling)
    this.#tell()
    if (this.#broken.length > 0) process.exitCode = 1
  }

  #worker(): Promise<void> {
    return new Promise((resolve, reject) => {
      const child = fork(fileURLToPath(import.meta.url), ['--worker'], {
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      })
      child.on('message', (report: Report) => {
        this.#take(report)
        this.#feed(child)
      })
      child.once('exit', (code, signal) =>
        code === 0 ? resolve() : reject(new Error(`a worker ended: ${code ?? signal}`)),
      )
      this.#feed(child)
    })
  }

  #feed(child: ChildProcess): void {
    const count = Math.min(CHUNK, this.end - this.#next)
    if (count <= 0 || this.#broken.length >= SHOWN) return void child.disconnect()
    child.send({ from: this.#next, count } satisfies Chunk)
    this.#next += count
  }

  #take({ seeds, broken, counts, faults }: Report): void {
    this.#seeds += seeds
    this.#broken.push(...broken)
    // At once, so that a long run that is cut off has still named what it found.
    for (const one of broken) process.stderr.write(`${lineOf(one)}\n`)
    this.#counts = added(this.#counts, { ...counts, faults: new Map(faults) })
  }

  #line(): string {
    const seconds = (performance.now() - this.#startMs) / 1_000
    const rate = Math.round(this.#seeds / seconds)
    return `${this.#seeds} seeds in ${seconds.toFixed(0)} s, ${rate}/s, ${this.#broken.length} broken invariants`
  }

  #tell(): void {
    const { telegrams, inquiries, starts, crashes, powerCuts, faults } = this.#counts
    say(this.#line())
    say(
      `${starts} starts, ${telegrams} telegrams that move money, ${inquiries} inquiries, ${crashes} crashes, ${powerCuts} power cuts`,
    )
    for (const [kind, times] of [...faults].sort((one, other) => other[1] - one[1]))
      say(`${String(times).padStart(9)}  ${kind}`)
    for (const one of this.#broken) say(lineOf(one))
    if (this.#broken.length > 0) say('npm run simulate -- --seed N tells the story of one')
    say(`${this.#seeds} seeds, ${this.#broken.length} broken invariants`)
  }
}

/** Each planted bug: after how many seeds it is found, and by which checker. @param part of the names that are wanted */
async function tellPlanted(from: number, count: number, part: string): Promise<void> {
  for (const plant of PLANTED.filter(({ name }) => name.includes(part))) {
    const { seeds, broken } = await playSeeds(from, count, plant, 1)
    const checker = broken[0]?.breach.checker
    const verdict =
      checker === undefined ? 'NOT FOUND' : plant.expected.includes(checker) ? checker : `${checker} (unexpected)`
    if (checker === undefined || !plant.expected.includes(checker)) process.exitCode = 1
    say(`${plant.name.padEnd(50)} ${String(seeds).padStart(5)}  ${verdict}`)
  }
}

/** @param part of the name of a bug that is planted in it; '' for none */
async function tellStory(seed: number, part: string): Promise<void> {
  const plant = part === '' ? undefined : PLANTED.find(({ name }) => name.includes(part))
  const story = await storyOf(seed, plant)
  say(story)
  if (!story.endsWith('no broken invariant')) process.exitCode = 1
}

async function main(): Promise<void> {
  if (process.argv.includes('--worker')) return work()
  const from = numberOf('from', 1) ?? 1
  const seed = numberOf('seed', null)
  if (seed !== null) return tellStory(seed, textOf('only'))
  if (process.argv.includes('--planted')) return tellPlanted(from, numberOf('seeds', 5_000) ?? 5_000, textOf('only'))
  return new Fleet(from, from + (numberOf('seeds', 5_000) ?? 5_000)).run()
}

await main()
