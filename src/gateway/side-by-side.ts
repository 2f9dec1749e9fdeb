// Asks Paygent about several payments at once, on connections of their own. Money never shares the wire with them: a
// request that moves money begins when no such inquiry is under way and their connections are closed.
import type { InquiryAnswer, InquiryKey } from '../domain/answer.js'
import type { Inquirer } from '../ports.js'

/** A connection for inquiries, which carries one at a time. */
export interface InquiryLine extends Inquirer {
  close(): void
}

export class InquiryLines {
  #width: number
  /** Settles when the last request that moves money has its answer. */
  #money: Promise<unknown> = Promise.resolve()
  /** Inquiries whose answer is still to come. */
  readonly #underWay = new Set<Promise<unknown>>()
  /** Those of them that are on a line. */
  readonly #onLine = new Set<Promise<unknown>>()
  readonly #open = new Set<InquiryLine>()
  #idle: InquiryLine[] = []
  #closed = false

  /**
   * @param width how many inquiries may be under way at once; 1 is none beside the gateway's own
   * @param fallen receives why it is 1 from now on
   */
  constructor(
    width: number,
    private readonly openLine: () => InquiryLine,
    private readonly fallen: (why: string) => void,
  ) {
    this.#width = width
  }

  get width(): number {
    return this.#width
  }

  /** Paygent may not take several inquiries at once, so that this process asks one by one from now on. */
  narrow(why: string): void {
    if (this.#width === 1) return
    this.#width = 1
    this.fallen(why)
  }

  /** Waits for money that was to be sent before, and for a line where an earlier job has left inquiries under way. */
  ask(key: InquiryKey): Promise<InquiryAnswer> {
    return during(
      this.#underWay,
      this.#money.then(() => this.#askInTurn(key)),
    )
  }

  /** Runs a request that moves money while no inquiry is under way. Inquiries that are begun meanwhile wait for it. */
  forMoney<Result>(send: () => Promise<Result>): Promise<Result> {
    const before = [this.#money, ...this.#underWay]
    const sending = Promise.allSettled(before).then(() => {
      this.#hangUp()
      return send()
    })
    this.#money = sending.catch(() => undefined)
    return sending
  }

  /** Resolves when none is under way; their connections are closed then. */
  async quiet(): Promise<void> {
    await Promise.allSettled(this.#underWay)
    this.#hangUp()
  }

  /** Ends all inquiries; those that wait are asked no more. */
  close(): void {
    this.#closed = true
    this.#hangUp()
  }

  #hangUp(): void {
    for (const line of this.#open) line.close()
    this.#open.clear()
    this.#idle = []
  }

  async #askInTurn(key: InquiryKey): Promise<InquiryAnswer> {
    while (this.#onLine.size >= this.#width) await Promise.race(this.#onLine)
    return during(this.#onLine, this.#askOn(key))
  }

  async #askOn(key: InquiryKey): Promise<InquiryAnswer> {
    const line = this.#idle.pop() ?? this.openLine()
    this.#open.add(line)
    if (this.#closed) line.close()
    const answer = await line.inquire(key)
    if (this.#open.has(line)) this.#idle.push(line)
    return answer
  }
}

/** Keeps the work in the set until it has ended. */
function during<Result>(set: Set<Promise<unknown>>, work: Promise<Result>): Promise<Result> {
  const ended = work.then(
    () => undefined,
    () => undefined,
  )
  set.add(ended)
  void ended.then(() => set.delete(ended))
  return work
}

/**
 * Answers one inquiry after the other, in the order of the keys, and has the next ones under way meanwhile. An answer
 * that gives neither a fact nor a code about the payment proves nothing here: the payment is asked about again, alone.
 */
export class AheadOf implements Inquirer {
  /** The first key that is still to be awaited. */
  #at = 0
  readonly #begun = new Map<number, Promise<InquiryAnswer>>()

  /** @param alone true while nothing may be asked side by side */
  constructor(
    private readonly keys: readonly InquiryKey[],
    private readonly lines: InquiryLines,
    private readonly oneByOne: Inquirer,
    private readonly alone: () => boolean,
  ) {}

  async inquire(key: InquiryKey): Promise<InquiryAnswer> {
    const index = this.#indexOf(key)
    if (index === null) return this.oneByOne.inquire(key)
    this.#at = index + 1
    this.#begin(index)
    const begun = this.#begun.get(index)
    if (begun === undefined) return this.oneByOne.inquire(key)
    this.#begun.delete(index)
    const answer = await begun
    if (answer.type === 'told' || (answer.type === 'rejected' && answer.handling === 'rejected')) return answer
    this.lines.narrow(answer.type === 'silent' ? answer.fault.code : answer.code)
    await this.lines.quiet()
    return this.oneByOne.inquire(key)
  }

  #indexOf(key: InquiryKey): number | null {
    for (let index = this.#at; index < this.keys.length; index += 1) {
      const other = this.keys[index]
      if (other !== undefined && isSame(other, key)) return index
    }
    return null
  }

  #begin(from: number): void {
    const { width } = this.lines
    if (width === 1 || this.alone()) return
    for (let index = from; index < Math.min(from + width, this.keys.length); index += 1) {
      const key = this.keys[index]
      if (key === undefined || this.#begun.has(index)) continue
      const asking = this.lines.ask(key)
      // One that is never awaited, because the job has ended, must not end the program.
      asking.catch(() => undefined)
      this.#begun.set(index, asking)
    }
  }
}

const paymentOf = (key: InquiryKey): string | null => ('paymentId' in key ? key.paymentId : null)

const isSame = (one: InquiryKey, other: InquiryKey): boolean =>
  one.tradingId === other.tradingId && paymentOf(one) === paymentOf(other)
