// Who answers while one order after another is asked about (094): one silent order, or a Paygent that says nothing.
import type { InquiryKey } from '../../domain/answer.js'
import type { Silence } from '../../domain/judge.js'
import { anotherAnswers, type InquiryDeps } from './inquiry.js'

/**
 * One order of which Paygent says nothing keeps nobody else waiting. After two in a row, or where the last one is silent
 * and no other is answered, it may be that Paygent says nothing at all; so it is where connection or login are gone.
 */
export class Hearing {
  /** Orders of which Paygent has said nothing: nobody asks about them again in the same run. */
  readonly silent = new Set<string>()
  #heard: InquiryKey | null = null
  #dark = false

  /** Paygent has answered, be it with a code. */
  heard(key: InquiryKey): void {
    this.#heard = key
    this.#dark = false
  }

  /** Paygent has told nothing of the order. True where nobody else is to be asked about. */
  missed(orderId: string, { code, cutOff }: Silence): boolean {
    const ends = cutOff === true || (this.#dark && code === undefined)
    this.silent.add(orderId)
    // A code about the order is an answer, and may be had from the next one as well.
    this.#dark = code === undefined
    return ends
  }

  /**
   * After the last order: true where the silence about it may be Paygent's own.
   * @param others may be asked about to find out; without them the last one that was answered
   */
  async endsDark(deps: InquiryDeps, signal: AbortSignal, others?: readonly InquiryKey[]): Promise<boolean> {
    if (!this.#dark) return false
    return !(await anotherAnswers(others ?? (this.#heard === null ? [] : [this.#heard]), deps, signal))
  }
}
