// Simulates the wire between a program and Paygent at the level of bytes: all behaviour of sockets, without a socket.
import { CANCELLED, SOLD } from '../../src/domain/statuses.js'
import type { Client, TransportResult } from '../../src/gateway/client.js'
import { faultOf } from '../../src/gateway/faults.js'
import type { Payment } from '../../src/simulator/ledger-payments.js'
import { type Arrival as Handled, settleTime } from '../../src/simulator/office.js'
import { perform } from '../../src/simulator/telegrams.js'
import { answerSeen } from './answers.js'
import { drawFate, type Failure, type Fate, MUTE } from './fates.js'
import type { Program } from './program.js'
import { checkArrival, checkSend } from './send-checks.js'
import type { Sent, World } from './world.js'

const field = (form: string, name: string): string => new RegExp(`(?:^|&)${name}=([^&]*)`).exec(form)?.[1] ?? ''

/** Telegrams that move no money. */
const ASKING: readonly string[] = ['094', '091']

/** A connection that idled so long is not used again. */
const IDLE_MS = 1_000

const refusal = (code: string): Buffer => {
  const said = ['result=1', `response_code=${code}`, 'response_detail=', 'payment_id=', 'trading_id=']
  return Buffer.from(said.map((line) => `${line}\r\n`).join(''))
}

export class Network implements Client {
  readonly #world: World
  /** The answers still to come on the kept connection, the first first; null is no connection. */
  #pipe: Buffer[] | null = null
  #idleSinceMs = 0

  constructor(private readonly program: Program) {
    this.#world = program.world
  }

  async post(path: string, body: Buffer): Promise<TransportResult> {
    const form = body.toString('latin1')
    const telegram = field(form, 'telegram_kind')
    if (ASKING.includes(telegram)) {
      this.program.asks(1)
      try {
        return await this.#exchange(path, body, this.#fate(telegram, form), null)
      } finally {
        this.program.asks(-1)
      }
    }
    this.program.sends()
    // Looked at before anything else happens: this is the moment at which the first byte may leave.
    const sent = checkSend(this.#world, this.program, {
      telegram,
      paymentId: field(form, 'payment_id'),
      tradingId: field(form, 'trading_id'),
      amountYen: Number(field(form, telegram === '029' ? 'payment_amount' : 'amount')) || null,
    })
    this.#world.inFlight.add(this.program)
    this.program.sending = sent
    this.program.sent.push(sent)
    await this.program.step('before the request leaves')
    const fate = this.#fate(telegram, form)
    sent.fate = fate.kind
    sent.left = fate.failure?.began !== false
    if (fate.arrivesMs !== null && fate.arrivesMs > 0) sent.dueMs = this.#world.time.nowMs() + fate.arrivesMs
    const exchange = await this.#exchange(path, body, fate, sent)
    this.#world.inFlight.delete(this.program)
    this.program.sending = null
    return exchange
  }

  drop(): void {
    this.#pipe = null
  }
  close(): void {}

  #fate(telegram: string, form: string): Fate {
    const world = this.#world
    const { random, settleMs, counts } = world
    const payment = world.ledger.payments.find(field(form, 'payment_id'))
    const inquiry = ASKING.includes(telegram)
    if (!inquiry && world.muteByRequest.has(field(form, 'trading_id'))) world.mute = world.muteByRequest
    const about = { telegram, carrier: payment?.carrier ?? null, settleMs }
    const isMute = telegram === '094' && world.mute.has(field(form, 'trading_id'))
    const asking = telegram === '091' ? world.noticeFaults : world.inquiryFaults
    const fate = isMute ? MUTE[world.muteBy] : drawFate(random, about, inquiry ? asking : world.moneyFaults)
    if (telegram === '091' && fate.distortion === 'another payment') world.misnamedNotice = true
    if (inquiry) counts.inquiries += 1
    else counts.telegrams += 1
    if (fate.kind !== 'obeyed') world.count(fate.kind)
    world.tell(() => `  ${telegram} ${field(form, 'payment_id') || field(form, 'trading_id')}: ${fate.kind}`)
    return fate
  }

  async #exchange(path: string, body: Buffer, fate: Fate, sent: Sent | null): Promise<TransportResult> {
    const { time, random } = this.#world
    this.program.exchanges += 1
    if (time.nowMs() - this.#idleSinceMs >= IDLE_MS) this.drop()
    const pipe = this.#pipe
    const latencyMs = random.between(20, 400)
    time.pass(latencyMs)
    let answer: Buffer | null = null
    if (fate.arrivesMs === 0) answer = this.#arrive(path, body, fate, sent)
    else if (fate.arrivesMs !== null) time.after(fate.arrivesMs, () => this.#arrive(path, body, fate, sent))
    await this.program.step('after the request was read')
    // An answer that was on its way comes before the new one, whatever becomes of that. The request behind it has been
    // handled by then: an inquiry cannot tell a refusal given twice from one's own while the request is still to come.
    const early = fate.arrivesMs === 0 && fate.endsMs === null ? pipe?.shift() : undefined
    if (early === undefined && fate.failure !== null) return this.#fail(fate.failure, pipe !== null)
    time.pass(latencyMs)
    const whole = answer ?? Buffer.from('result=1\r\nresponse_code=E001\r\nresponse_detail=\r\n')
    this.#pipe = [...(pipe ?? []), ...(early === undefined ? [] : [whole]), ...surplusOf(fate, whole)]
    this.#idleSinceMs = time.nowMs()
    if (early !== undefined && sent !== null) sent.misplaced = true
    if (early !== undefined) this.#world.count('an answer read as the next request’s')
    const seen =
      early === undefined ? answerSeen(whole, fate.distortion, random, body) : answerSeen(early, null, random, body)
    return { type: 'answered', answer: seen, reused: pipe !== null }
  }

  #fail({ began, code, phase, waits, error }: Failure, kept: boolean): TransportResult {
    const { time, timeoutMs } = this.#world
    this.drop()
    if (waits) time.pass(began ? timeoutMs : 10_000)
    const fault = faultOf(error ?? Object.assign(new Error(code), { code }), phase, false)
    return { type: 'failed', began, reused: began && kept, fault }
  }

  /** The request is at Paygent's; the answer that it gives. */
  #arrive(path: string, body: Buffer, fate: Fate, sent: Sent | null): Buffer {
    const { ledger, office, time } = this.#world
    if (sent !== null) ledger.atomically(() => settleTime(ledger, time.nowMs()))
    else {
      const form = body.toString('latin1')
      this.program.isRead(field(form, 'payment_id'), field(form, 'trading_id'))
    }
    const before = sent === null ? [] : ledger.payments.ofTrading(sent.tradingId)
    if (fate.office !== null) ledger.faults.replace([fate.office])
    const arrival = office.arrive(path, body)
    const shown = office.handle(arrival)
    office.finish(arrival)
    if (fate.office !== null) ledger.faults.replace([])
    if (sent !== null) {
      this.#note(sent, before, /^result=(.)/.exec(shown.body.toString('latin1'))?.[1] ?? '')
      if (fate.endsMs !== null) time.after(fate.endsMs, () => this.#endTransit(arrival, sent))
    }
    return shown.body
  }

  /** Lets a request that broke off inside Paygent go through after all. */
  #endTransit({ request }: Handled, sent: Sent): void {
    const { ledger, time } = this.#world
    if ('code' in request) return
    const before = ledger.payments.ofTrading(sent.tradingId)
    const { result } = ledger.atomically(() => perform(ledger, request, time.nowMs()))
    this.#note(sent, before, result)
  }

  #note(sent: Sent, before: readonly Payment[], result: string): void {
    const world = this.#world
    const was = new Map(before.map((payment) => [payment.paymentId, payment.status]))
    const changed = world.ledger.payments
      .ofTrading(sent.tradingId)
      .filter(({ paymentId, status }) => was.get(paymentId) !== status)
    const captured = changed.find(({ status }) => SOLD.includes(status))
    const ended = changed.some(({ status }) => isEnd(status))
    const made = changed.find(({ paymentId }) => !was.has(paymentId))?.paymentId ?? null
    const moved = ended || made !== null
    const held = ended ? null : made
    const alone = changed.length === 1 ? made : null
    const capturedYen = captured?.amountYen ?? null
    const arrival = { atMs: world.time.nowMs(), moved, held, alone, capturedYen, result }
    sent.arrivals.push(arrival)
    world.tell(() => {
      const now = changed.map(({ paymentId, status, amountYen }) => `${paymentId} → ${status} ${amountYen} yen`)
      return `  ledger: ${sent.telegram} result ${result}; ${now.join(', ') || 'nothing moves'}`
    })
    checkArrival(world, sent, arrival)
  }
}

function surplusOf({ surplus }: Fate, whole: Buffer): Buffer[] {
  if (surplus === null) return []
  return [surplus === 'the same again' ? whole : refusal(surplus)]
}

const isEnd = (status: string): boolean => SOLD.includes(status) || CANCELLED.includes(status)
