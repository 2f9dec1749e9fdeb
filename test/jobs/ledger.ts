// Paygent's books for the property test: what really happened to each payment, whatever the client was told.
import type { Answer, InquiryAnswer, InquiryKey, MoneyRequest, NoticeAnswer } from '../../src/domain/answer.js'
import type { PaymentFact } from '../../src/domain/order.js'
import type { Clock, Gateway } from '../../src/ports.js'
import { FAULT, rejected } from './scripted-gateway.js'

/** What becomes of one telegram. */
export const FATES = [
  'obeyed',
  'request-lost',
  'answer-lost',
  'late',
  'busy',
  'busy-but-done',
  'timed-out',
  'left-in-transit',
  'transit-ends-by-itself',
  'maintenance',
  'malformed',
  'strange-code',
  'never-left',
  'killed-before',
  'killed-after',
] as const
export type Fate = (typeof FATES)[number]

export interface Sent {
  readonly request: MoneyRequest
  readonly fate: Fate
  /** It changed the payment, now or later. */
  moved: boolean
  amountYen: number
}

export class Killed extends Error {}

/** Requests that are on their way arrive so long after they were sent: within the settle time of 120 s. */
const LATE_MS = 90_000

const AUTHORISED = ['20', '21']
const SALES = ['022', '029', '101', '103']

export class Ledger implements Gateway {
  readonly payments = new Map<string, PaymentFact>()
  readonly sent: Sent[] = []
  /** Breaches that only the ledger sees. */
  readonly breaches: string[] = []
  /** The inquiry that is answered by silence, or kills the program; counted from 1. */
  silent = new Set<number>()
  deadly = new Set<number>()
  #fates: Fate[]
  #inquiries = 0
  #onTheWay: { atMs: number; sent: Sent; finish: boolean }[] = []

  constructor(
    private readonly clock: Clock,
    fates: readonly Fate[],
  ) {
    this.#fates = [...fates]
  }

  async send(request: MoneyRequest): Promise<Answer> {
    this.arrive()
    const fate = this.#fates.shift() ?? 'obeyed'
    const open = this.#onTheWay.find(({ sent, finish }) => !finish && sent.request.tradingId === request.tradingId)
    if (open) this.breaches.push(`${request.telegram} ${request.paymentId} sent while another may still arrive`)
    const sent: Sent = { request, fate, moved: false, amountYen: 0 }
    this.sent.push(sent)
    await Promise.resolve()
    return this.#answer(sent)
  }

  #answer(sent: Sent): Answer {
    const { request, fate } = sent
    switch (fate) {
      case 'obeyed':
        return this.#obey(sent)
      case 'request-lost':
        return { type: 'unclear', fault: FAULT }
      case 'answer-lost':
        this.#obey(sent)
        return { type: 'unclear', fault: FAULT }
      case 'late':
        this.#onTheWay.push({ atMs: this.clock.nowMs() + LATE_MS, sent, finish: false })
        return { type: 'unclear', fault: FAULT }
      case 'busy':
        return rejected('E002', 'busy')
      case 'busy-but-done':
        this.#obey(sent)
        return rejected('9005', 'busy')
      case 'timed-out':
        return rejected('2008', 'acquirer-timeout')
      case 'left-in-transit':
      case 'transit-ends-by-itself':
        return this.#breakOff(sent, fate === 'transit-ends-by-itself')
      case 'maintenance':
        return rejected('P017', 'stop')
      case 'malformed':
        return rejected('P010', 'malformed')
      case 'strange-code':
        return rejected('7301', 'inquire')
      case 'never-left':
        return { type: 'unsent', fault: { ...FAULT, kind: 'refused', phase: 'connect' } }
      case 'killed-before':
        throw new Killed(request.paymentId)
      case 'killed-after':
        this.#obey(sent)
        throw new Killed(request.paymentId)
      default:
        return fate satisfies never
    }
  }

  /** A card sale that breaks off inside Paygent stays at 30; Paygent may end it by itself. */
  #breakOff(sent: Sent, ends: boolean): Answer {
    const { request } = sent
    const before = this.payments.get(request.paymentId)
    if (request.telegram !== '022' || before?.status !== '20') return this.#obey(sent)
    this.payments.set(request.paymentId, { ...before, status: '30' })
    if (ends) this.#onTheWay.push({ atMs: this.clock.nowMs() + LATE_MS, sent, finish: true })
    return rejected('2008', 'acquirer-timeout')
  }

  #obey(sent: Sent): Answer {
    const { request } = sent
    const before = this.payments.get(request.paymentId)
    const { telegram, paymentId, carrier, amountYen } = request
    if (!before) return rejected('13001', 'rejected')
    const card = telegram.startsWith('02')
    const stays = (telegram === '022' && before.status === '40') || (telegram === '021' && before.status === '32')
    if (stays) return { type: 'accepted', paymentId, newPaymentId: null }
    const sale = SALES.includes(telegram)
    const goes = AUTHORISED.includes(before.status) || (telegram === '022' && before.status === '30')
    if (!goes) return card ? rejected('2004', 'rejected') : rejected('7003', 'rejected')
    sent.moved = true
    sent.amountYen = amountYen ?? before.amountYen
    if (telegram === '029' || (telegram === '103' && carrier === 'docomo')) return this.#replace(before, sent)
    const status = sale ? '40' : carrier === 'docomo' ? '60' : '32'
    this.payments.set(paymentId, { ...before, status, amountYen: sent.amountYen })
    return { type: 'accepted', paymentId, newPaymentId: null }
  }

  #replace(before: PaymentFact, { request, amountYen }: Sent): Answer {
    const { paymentId, telegram } = request
    const newPaymentId = `${paymentId}000${this.payments.size}`
    this.payments.set(paymentId, { ...before, status: telegram === '029' ? '32' : '60' })
    this.payments.set(newPaymentId, { ...before, paymentId: newPaymentId, status: '40', amountYen })
    return { type: 'accepted', paymentId, newPaymentId }
  }

  /** What is on its way and due arrives now. */
  arrive(): void {
    const due = this.#onTheWay.filter(({ atMs }) => atMs <= this.clock.nowMs())
    this.#onTheWay = this.#onTheWay.filter((one) => !due.includes(one))
    for (const { sent } of due) this.#obey(sent)
  }

  async inquire(key: InquiryKey): Promise<InquiryAnswer> {
    this.arrive()
    this.#inquiries += 1
    if (this.deadly.has(this.#inquiries)) throw new Killed('inquiry')
    if (this.silent.has(this.#inquiries)) return { type: 'silent', fault: FAULT }
    const facts = [...this.payments.values()].filter((fact) =>
      'paymentId' in key ? fact.paymentId === key.paymentId : fact.tradingId === key.tradingId,
    )
    const [fact, another] = facts
    const code = fact === undefined ? '13001' : '13002'
    if (fact === undefined || another) return { type: 'rejected', code, detail: '', handling: 'rejected' }
    return { type: 'told', fact }
  }

  async notice(): Promise<NoticeAnswer> {
    return { type: 'none' }
  }

  close(): void {}
}
