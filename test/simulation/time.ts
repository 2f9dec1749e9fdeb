// Keeps true time, and the clocks that programs read instead of it.
import type { Clock } from '../../src/ports.js'

interface Due {
  readonly atMs: number
  readonly happen: () => void
}

/** The time that Paygent lives by. Nothing waits: a sleep moves it on, and what is due on the way happens in order. */
export class TrueTime implements Clock {
  #due: Due[] = []

  constructor(private ms: number) {}

  nowMs = (): number => this.ms
  monotonicMs = (): number => this.ms
  sleep = async (ms: number): Promise<void> => this.pass(ms)

  /** Lets something happen later. */
  after(delayMs: number, happen: () => void): void {
    const atMs = this.ms + delayMs
    const place = this.#due.findIndex((due) => due.atMs > atMs)
    this.#due.splice(place < 0 ? this.#due.length : place, 0, { atMs, happen })
  }

  pass(ms: number): void {
    const endMs = this.ms + ms
    for (let first = this.#due[0]; first !== undefined && first.atMs <= endMs; first = this.#due[0]) {
      this.#due.shift()
      this.ms = first.atMs
      first.happen()
    }
    this.ms = endMs
  }

  /** Nothing is on its way any more. */
  get idle(): boolean {
    return this.#due.length === 0
  }

  /** Passes as much time as all that is on its way needs. */
  drain(): void {
    for (let last = this.#due.at(-1); last !== undefined; last = this.#due.at(-1)) this.pass(last.atMs - this.ms)
  }
}

/** The wall clock of the machine, which people and time servers set. */
export class WallClock {
  offsetMs = 0
  /** Every jump forward in true time: after one the wall clock says that more time has passed than has. */
  readonly jumps: { readonly atMs: number; readonly byMs: number }[] = []

  constructor(private readonly time: TrueTime) {}

  nowMs = (): number => this.time.nowMs() + this.offsetMs

  jump(byMs: number): void {
    this.offsetMs += byMs
    this.jumps.push({ atMs: this.time.nowMs(), byMs })
  }

  /** How far the clock was put forward since then, in all. */
  forwardSince(atMs: number): number {
    return this.jumps.reduce((sum, jump) => sum + (jump.atMs >= atMs && jump.byMs > 0 ? jump.byMs : 0), 0)
  }
}

/** The two clocks of one process: the wall's, and one that began with the process. */
export class ProcessClock implements Clock {
  readonly #startedMs: number
  #asleepMs = 0

  constructor(
    private readonly time: TrueTime,
    private readonly wall: WallClock,
  ) {
    this.#startedMs = time.nowMs()
  }

  nowMs = (): number => this.wall.nowMs()
  monotonicMs = (): number => this.time.nowMs() - this.#startedMs - this.#asleepMs

  /** The machine sleeps: true time and the wall clock go on, the monotonic clock does not. */
  suspend(ms: number): void {
    this.#asleepMs += ms
    this.time.pass(ms)
  }

  sleep = async (ms: number, signal?: AbortSignal): Promise<void> => {
    if (!signal?.aborted) this.time.pass(ms)
  }
}
