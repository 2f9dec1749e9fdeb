// Counts a batch while it runs, for the line at the foot of the terminal.
import type { BatchEvent } from '../batch/events.js'
import { japanIso } from '../clock.js'
import type { Clock } from '../ports.js'
import type { BatchProgress } from '../ui/progress.js'

/** From so many orders on the rate says something about the end. */
const TELLING = 3

export class Tally {
  #startMs: number
  #done = 0
  #yen = 0

  constructor(
    private readonly clock: Clock,
    private readonly cutOff: string,
  ) {
    this.#startMs = clock.monotonicMs()
  }

  /** The first request is about to go out. */
  start(): void {
    this.#startMs = this.clock.monotonicMs()
  }

  count(event: Extract<BatchEvent, { type: 'settled' | 'refused' }>): void {
    this.#done += 1
    if (event.type === 'settled' && event.outcome === 'accepted') this.#yen += event.step.amountYen
  }

  progress(total: number): BatchProgress {
    const elapsedMs = this.clock.monotonicMs() - this.#startMs
    const leftMs = this.#done < TELLING ? null : ((total - this.#done) * elapsedMs) / this.#done
    const expectedEnd = leftMs === null ? null : japanIso(this.clock.nowMs() + leftMs).slice(11, 16)
    return { done: this.#done, total, yen: this.#yen, elapsedMs, expectedEnd, cutOff: this.cutOff }
  }
}
