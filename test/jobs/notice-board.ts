// Paygent's notices for a test: delivered once without a number, delivered again by number, and removed once purged.
import type { Notice, NoticeAnswer } from '../../src/domain/answer.js'
import { FAULT, type ScriptedGateway } from './scripted-gateway.js'

export class NoticeBoard {
  readonly #notices: Notice[] = []
  readonly #delivered = new Set<string>()
  readonly #purged = new Set<string>()
  /** Calls without a number whose answer is lost, counted from 1. */
  loses: number[] = []
  #calls = 0

  constructor(gateway: ScriptedGateway) {
    gateway.onNotice = (noticeId) => (noticeId === null ? this.#next() : this.#named(noticeId))
  }

  add(noticeId: number, changes: Partial<Notice> = {}): void {
    const blank = {
      changeDate: null,
      paymentType: '06',
      paymentId: '91',
      tradingId: 't1',
      status: '40',
      amountYen: 1_000,
    }
    this.#notices.push({ ...blank, ...changes, noticeId: String(noticeId) })
  }

  purge(...noticeIds: number[]): void {
    for (const noticeId of noticeIds) this.#purged.add(String(noticeId))
  }

  deliver(...noticeIds: number[]): void {
    for (const noticeId of noticeIds) this.#delivered.add(String(noticeId))
  }

  #next(): NoticeAnswer {
    this.#calls += 1
    const notice = this.#notices.find(({ noticeId }) => !this.#delivered.has(noticeId) && !this.#purged.has(noticeId))
    if (notice === undefined) return { type: 'none' }
    this.#delivered.add(notice.noticeId)
    return this.loses.includes(this.#calls) ? { type: 'silent', fault: FAULT } : { type: 'notice', notice, gap: false }
  }

  #named(asked: string): NoticeAnswer {
    const notice = this.#notices.find(({ noticeId }) => noticeId === asked && !this.#purged.has(noticeId))
    return notice === undefined ? { type: 'none' } : { type: 'notice', notice, gap: false }
  }
}
