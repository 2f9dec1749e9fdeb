// When a batch must stop: the clock, the cut-off, a signal, and outcomes that bode ill. Pages 2.4, 3.1 and 5.2.
import { momentOf } from '../../clock.js'
import { areApart } from '../../domain/age.js'
import type { MoneyTelegram } from '../../domain/order.js'
import type { Step } from '../../domain/run.js'
import type { Clock } from '../../ports.js'
import type { Decision } from './decision.js'
import type { StopReason } from './events.js'
import type { BatchOptions } from './deps.js'

/** The same malformed-request code so often in a row stops the batch; page 2.4. */
const MALFORMED_IN_A_ROW = 3

/** So many orders show whether a night goes well; page 3.1. */
const FIRST_ORDERS = 10

export class Watch {
  readonly #notContracted = new Map<MoneyTelegram, string>()
  /** Unknown or unsent outcomes since the last accepted one. */
  #dark = 0
  #silent = 0
  #orders = 0
  #failed = 0
  #malformed = { code: '', count: 0 }

  constructor(
    private readonly options: Pick<BatchOptions, 'untilMs' | 'stopAfter' | 'stopsOnFailures' | 'plannedAt'>,
    private readonly clock: Clock,
    readonly signal: AbortSignal,
  ) {}

  /** Why the next request may not start, or null. */
  stopBefore(): StopReason | null {
    if (this.signal.aborted) return { type: 'interrupted' }
    const now = momentOf(this.clock)
    const { untilMs, plannedAt } = this.options
    if (untilMs !== null && now.wallMs >= untilMs) return { type: 'until' }
    return areApart(plannedAt, now) ? { type: 'clock' } : null
  }

  /** Takes note of what became of a request; the result is why the batch stops now, or null. */
  note({ telegram }: Step, decision: Decision): StopReason | null {
    if (decision.next === 'leave-out-telegram') this.#notContracted.set(telegram, decision.code ?? '')
    if (decision.stop) return decision.stop
    return this.#countMalformed(decision) ?? this.#countDark(decision) ?? this.#countFailures(decision)
  }

  /** One inquiry after a cancel that got no answer leaves the others alone; two in a row, and nobody may answer at all. */
  noteAfter(silent: boolean): StopReason | null {
    this.#silent = silent ? this.#silent + 1 : 0
    return this.#silent > 1 ? { type: 'inquiry-unanswered' } : null
  }

  /** The code by which Paygent said that this telegram is not contracted, or null. */
  notContracted(telegram: MoneyTelegram): string | null {
    return this.#notContracted.get(telegram) ?? null
  }

  #countMalformed({ malformed, code }: Decision): StopReason | null {
    if (!malformed || code === null) {
      this.#malformed = { code: '', count: 0 }
      return null
    }
    this.#malformed = { code, count: this.#malformed.code === code ? this.#malformed.count + 1 : 1 }
    return this.#malformed.count >= MALFORMED_IN_A_ROW ? { type: 'malformed', code } : null
  }

  /** A retry is no outcome yet. */
  #countFailures({ outcome, next }: Decision): StopReason | null {
    if (this.options.stopsOnFailures !== true || next === 'retry' || this.#orders >= FIRST_ORDERS) return null
    this.#orders += 1
    if (outcome !== 'accepted') this.#failed += 1
    const many = this.#failed > FIRST_ORDERS / 3
    return many ? { type: 'failures', count: this.#failed, of: this.#orders } : null
  }

  /** Rejections neither count nor break the row: a gateway that answers errors in between is no better. */
  #countDark({ outcome, next }: Decision): StopReason | null {
    if (next === 'retry') return null
    if (outcome === 'accepted') this.#dark = 0
    if (outcome !== 'unknown' && outcome !== 'unsent') return null
    this.#dark += 1
    return this.#dark >= this.options.stopAfter ? { type: 'stop-after', count: this.#dark } : null
  }
}
