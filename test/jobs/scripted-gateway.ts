// A Paygent of a few payments with scripted answers. It records its requests, and how many came at once.
import type { Answer, Fault, InquiryAnswer, InquiryKey, MoneyRequest, NoticeAnswer } from '../../src/domain/answer.js'
import type { PaymentFact } from '../../src/domain/order.js'
import type { Gateway } from '../../src/ports.js'

export const FAULT: Fault = { kind: 'timeout', code: 'ETIMEDOUT', phase: 'response', message: 'no answer' }

export const rejected = (code: string, handling: Extract<Answer, { type: 'rejected' }>['handling']): Answer => ({
  type: 'rejected',
  code,
  detail: `detail of ${code}`,
  handling,
})

/** A gateway's reaction to a telegram that arrives: the payment may move, and the client sees an answer. */
export type Script = (request: MoneyRequest, payments: Map<string, PaymentFact>) => Answer

export const accept: Script = ({ paymentId }) => ({ type: 'accepted', paymentId, newPaymentId: null })

export class ScriptedGateway implements Gateway {
  readonly payments = new Map<string, PaymentFact>()
  readonly sent: MoneyRequest[] = []
  readonly inquired: InquiryKey[] = []
  /** The keys that a job named ahead: side by side each is asked about, whether or not its turn comes. */
  readonly foreseen: InquiryKey[] = []
  /** Whether the job wants no inquiry side by side at the moment. */
  alone: () => boolean = () => false
  maxInFlight = 0
  #inFlight = 0
  /** By order of sending; the last one repeats. */
  scripts: Script[] = [accept]
  /** Inquiries answered otherwise than by the payments; null falls back to them. */
  onInquiry: (key: InquiryKey, count: number) => InquiryAnswer | null = () => null
  /** `next`, or the number of the notice that was named. */
  readonly noticesAsked: string[] = []
  onNotice: (noticeId: string | null, count: number) => NoticeAnswer = () => ({ type: 'none' })
  /** Called when a money telegram arrives, before anything else. */
  onSend: (request: MoneyRequest) => void = () => undefined

  hold(fact: Partial<PaymentFact> & Pick<PaymentFact, 'paymentId'>): void {
    const blank = { tradingId: fact.paymentId, status: '20', amountYen: 1_000, method: null, carrier: null }
    this.payments.set(fact.paymentId, { ...blank, authorizedAt: null, ...fact })
  }

  async send(request: MoneyRequest): Promise<Answer> {
    this.#inFlight += 1
    this.maxInFlight = Math.max(this.maxInFlight, this.#inFlight)
    this.onSend(request)
    this.sent.push(request)
    await Promise.resolve()
    this.#inFlight -= 1
    const script = this.scripts[Math.min(this.sent.length, this.scripts.length) - 1] ?? accept
    return script(request, this.payments)
  }

  async inquire(key: InquiryKey): Promise<InquiryAnswer> {
    this.inquired.push(key)
    const told = this.onInquiry(key, this.inquired.length)
    if (told) return told
    const facts = [...this.payments.values()].filter((fact) =>
      'paymentId' in key ? fact.paymentId === key.paymentId : fact.tradingId === key.tradingId,
    )
    const [fact] = facts
    const code = fact === undefined ? '13001' : '13002'
    if (fact === undefined || facts.length > 1) return { type: 'rejected', code, detail: '', handling: 'rejected' }
    return { type: 'told', fact }
  }

  /** One by one: the side by side is the wire's. */
  ahead(keys: readonly InquiryKey[], alone: () => boolean = () => false): this {
    this.foreseen.push(...keys)
    this.alone = alone
    return this
  }

  async quiet(): Promise<void> {}

  async notice(noticeId: string | null): Promise<NoticeAnswer> {
    this.noticesAsked.push(noticeId ?? 'next')
    return this.onNotice(noticeId, this.noticesAsked.length)
  }

  close(): void {}
}

/** Moves a payment in place; for scripts. */
export function move(payments: Map<string, PaymentFact>, paymentId: string, change: Partial<PaymentFact>): void {
  const fact = payments.get(paymentId)
  if (fact) payments.set(paymentId, { ...fact, ...change })
}
