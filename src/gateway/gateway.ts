// Gives the jobs their access to Paygent: sends telegrams and reads the answers.
import { systemClock } from '../clock.js'
import { systemTimer, type Timer } from '../deadline.js'
import type { Answer, Fault, InquiryAnswer, InquiryKey, MoneyRequest, NoticeAnswer } from '../domain/answer.js'
import { AppError } from '../errors.js'
import type { Clock, Gateway, Inquirer } from '../ports.js'
import { type Client, type TransportResult, openClient } from './client.js'
import { encodeRequest, encodeText } from './codec.js'
import type { ClientCert } from './certificate-file.js'
import { openSecureContext, serverCheckOf } from './credentials.js'
import type { Observer } from './exchange.js'
import { fault } from './faults.js'
import type { RawAnswer } from './frame.js'
import { readInquiry, readNotice } from './payment-facts.js'
import { readMoney } from './reply.js'
import { type Mask, maskedInquiry, maskedMoney, maskedNotice, secretMask, secretsOfUrl } from './secrets.js'
import { AheadOf, type InquiryLine, InquiryLines } from './side-by-side.js'
import {
  inquiryTelegram,
  type Login,
  moneyTelegram,
  noticeTelegram,
  type TelegramForm,
  type TelegramKind,
} from './telegrams.js'
import { connect, type SecureContext } from 'node:tls'

// A server that silently refuses the client certificate looks like a broken connection, because under TLS 1.3 the
// handshake is over before the server checks the certificate. A connection on which nothing is sent tells the two
// cases apart.
/**
 * A server that accepts the certificate waits for a request. A server that refuses it closes well within this time.
 */
const PATIENCE_MS = 500

/**
 * Connects and sends nothing. Returns true when the server closes the connection by itself as soon as it has seen
 * our certificate.
 * @param endpoint `https://host[:port]`
 */
export function hangsUp(endpoint: string, secureContext: SecureContext): Promise<boolean> {
  const { hostname, port } = new URL(endpoint)
  const host = hostname.replace(/^\[|\]$/g, '')
  return new Promise((resolve) => {
    let secure = false
    const socket = connect({ host, port: Number(port || 443), secureContext, minVersion: 'TLSv1.2' })
    const end = (refused: boolean): void => {
      clearTimeout(timer)
      socket.destroy()
      resolve(refused)
    }
    const timer = setTimeout(() => end(false), PATIENCE_MS)
    socket.once('secureConnect', () => {
      secure = true
      timer.refresh()
    })
    socket.on('error', () => end(secure))
    socket.once('close', () => end(secure))
    socket.resume()
  })
}

export interface GatewaySettings {
  /** `https://host[:port]` */
  endpoint: string
  merchantId: string
  connectId: string
  /** A secret. */
  connectPassword: string
  /** PEM text */
  ca: string
  /** PEM text with certificate and key, or the bytes of a p12; a secret */
  clientCert: ClientCert
  /** A secret. */
  passphrase: string | null
  /** `http://[user:password@]host:port` */
  proxy: string | null
  timeoutMs: number
  /** False opens a new connection for each request. */
  keepAlive: boolean
  /** How many inquiries may be under way at once, 1 to 8. Requests that move money go one by one, always. */
  inquiries?: number
  /**
   * Receives one entry for each exchange: telegram, ids, phase, ms, result, code. It holds no secret and no
   * customer's name.
   */
  log?: (entry: Record<string, unknown>) => void
  /** Receives the head of each answer and its connection; for `doctor`. */
  observe?: Observer
}

/** Settings that only tests change. */
export interface GatewayTuning {
  readonly clock: Clock
  /** How long a kept-alive connection may be idle. */
  readonly idleMs: number
  readonly timer: Timer
}

const TUNING: GatewayTuning = { clock: systemClock, idleMs: 1000, timer: systemTimer }

/**
 * Checks certificates and login at once, but connects only with the first request.
 * @throws AppError `passphrase-wrong`, `certificate-unusable`, `encoding-impossible`, `endpoint-not-allowed`
 */
export function openGateway(settings: GatewaySettings, tuning: Partial<GatewayTuning> = {}): Gateway {
  const { endpoint, proxy, timeoutMs, keepAlive } = settings
  // Any other protocol would send the password unencrypted.
  if (new URL(endpoint).protocol !== 'https:') throw new AppError('endpoint-not-allowed', { endpoint })
  // The error that the URL class throws would contain the proxy's password.
  if (proxy !== null && !isProxyUrl(proxy)) {
    throw new AppError('setting-invalid', { name: 'PAYGENT_PROXY', value: '***', expected: 'http://host:port' })
  }
  checkLogin(settings)
  const context = openSecureContext(settings)
  const checkServer = serverCheckOf(settings)
  const { clock, idleMs, timer } = { ...TUNING, ...tuning }
  const observed = settings.observe && { observe: settings.observe }
  const open = (): Client =>
    openClient({ endpoint, context, checkServer, proxy, timeoutMs, keepAlive, idleMs, clock, timer, ...observed })
  // Behind a proxy, it would be the proxy that closes the connection.
  const refused = proxy === null ? () => hangsUp(endpoint, context) : async () => false
  const mask = secretMask([settings.connectPassword, settings.passphrase, ...secretsOfUrl(proxy)])
  const { inquiries = 1, log = () => {} } = settings
  return gatewayOn(settings, open, inquiries, { clock, log, refused, mask })
}

/** A gateway and its lines for inquiries side by side, each with a client of its own. */
function gatewayOn(login: Login, open: () => Client, inquiries: number, means: Means): Gateway {
  const fallen = (why: string): void => means.log({ inquiries: 1, why })
  const line = (): InquiryLine => new WireGateway(login, open(), means, new InquiryLines(1, line, fallen))
  return new WireGateway(login, open(), means, new InquiryLines(inquiries, line, fallen))
}

const isProxyUrl = (text: string): boolean => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)

function checkLogin({ merchantId, connectId, connectPassword }: Login): void {
  encodeText(merchantId, 'merchant_id')
  encodeText(connectId, 'connect_id')
  try {
    encodeText(connectPassword, 'connect_password')
  } catch {
    // Naming the character would reveal a part of the password.
    throw new AppError('encoding-impossible', { character: '*', codePoint: '*', field: 'connect_password' })
  }
}

/**
 * Builds the same gateway over other clients; a simulation puts its own network under it.
 * @param open the client of the gateway, and one for each line of inquiries
 */
export const gatewayOver = (open: () => Client, login: Login, clock: Clock, inquiries = 1): Gateway =>
  gatewayOn(login, open, inquiries, { clock, log: () => {}, refused: async () => false, mask: (text) => text })

/** The answer to a telegram that moves no money, and whether its connection had carried another one before. */
interface Asked<T> {
  readonly answer: T | Extract<InquiryAnswer, { type: 'silent' }>
  readonly reused: boolean
}

type Ids = Readonly<Record<string, string | null>>

/** The answer "no such payment" names no payment. */
const namesNone = (answer: InquiryAnswer): boolean => answer.type === 'rejected' && answer.handling === 'rejected'

/** An inquiry, and the bytes of its last answer. */
class Asking {
  #body: Buffer | null = null

  constructor(
    private readonly key: InquiryKey,
    private readonly mask: Mask,
  ) {}

  readonly read = (answer: RawAnswer): InquiryAnswer => {
    this.#body = answer.body
    return maskedInquiry(readInquiry(this.key, answer), this.key, this.mask)
  }

  /** Whether the answer is that of the other inquiry, byte for byte, although that one went by another id. */
  isAnswerOf(other: Asking | null): boolean {
    if (other === null || this.#body === null || other.#body === null) return false
    return idOf(this.key) !== idOf(other.key) && this.#body.equals(other.#body)
  }
}

/** The id by which Paygent looks the payment up. */
const idOf = (key: InquiryKey): string => ('paymentId' in key ? `payment ${key.paymentId}` : `trading ${key.tradingId}`)

interface Means {
  readonly clock: Clock
  readonly log: (entry: Record<string, unknown>) => void
  /** Checks whether the server silently closes the connection because of our certificate. */
  readonly refused: () => Promise<boolean>
  readonly mask: Mask
}

class WireGateway implements Gateway {
  constructor(
    private readonly login: Login,
    private readonly client: Client,
    private readonly means: Means,
    private readonly lines: InquiryLines,
  ) {}

  /** Settles when the previous telegram has its answer, because a connection carries one telegram at a time. */
  private turn: Promise<unknown> = Promise.resolve()
  /** The last inquiry. */
  private inquired: Asking | null = null

  send(request: MoneyRequest): Promise<Answer> {
    const { telegram, tradingId, paymentId } = request
    const sending = (): Promise<Answer> =>
      this.logged(telegram, { tradingId, paymentId }, async () => {
        const exchange = await this.exchange(() => moneyTelegram(this.login, request), false)
        if (exchange.type === 'answered') {
          return maskedMoney(readMoney(request, exchange.answer, exchange.reused), this.means.mask)
        }
        return { type: exchange.began ? 'unclear' : 'unsent', fault: exchange.fault } as const
      })
    return this.lines.forMoney(sending)
  }

  inquire(key: InquiryKey): Promise<InquiryAnswer> {
    return this.logged('094', { paymentId: null, ...key }, async () => {
      const askedMs = this.means.clock.nowMs()
      const telegram = inquiryTelegram(this.login, key)
      const asked = new Asking(key, this.means.mask)
      const first = await this.ask(telegram, true, asked.read)
      const isOfBefore = first.reused && (namesNone(first.answer) || asked.isAnswerOf(this.inquired))
      // On a kept connection it may be the previous answer, sent twice.
      if (isOfBefore) this.client.drop()
      const { answer } = isOfBefore ? await this.ask(telegram, true, asked.read) : first
      this.inquired = asked
      return answer.type === 'told' ? { ...answer, fact: { ...answer.fact, askedMs } } : answer
    })
  }

  ahead(keys: readonly InquiryKey[], alone: () => boolean = () => false): Inquirer {
    return new AheadOf(keys, this.lines, this, alone)
  }

  notice(noticeId: string | null): Promise<NoticeAnswer> {
    // Asking for the next notice marks it as delivered, so only a named notice may be requested again.
    const read = (answer: RawAnswer): NoticeAnswer => maskedNotice(readNotice(noticeId, answer), this.means.mask)
    return this.logged('091', { noticeId }, async () => {
      const { answer } = await this.ask(noticeTelegram(this.login, noticeId), noticeId !== null, read)
      return answer
    })
  }

  quiet(): Promise<void> {
    return this.lines.quiet()
  }

  close(): void {
    this.lines.close()
    this.client.close()
  }

  private async ask<T>(telegram: TelegramForm, mayRepeat: boolean, read: (answer: RawAnswer) => T): Promise<Asked<T>> {
    const exchange = await this.exchange(() => telegram, mayRepeat)
    const { reused } = exchange
    if (exchange.type === 'answered') return { answer: read(exchange.answer), reused }
    const broken = exchange.fault
    const refused = broken.kind === 'reset' && exchange.began && !exchange.reused && (await this.means.refused())
    const known = refused ? fault('client-certificate', broken.code, 'response') : broken
    return { answer: { type: 'silent', fault: known }, reused }
  }

  /** @param mayRepeat false for everything that moves money */
  private async exchange(build: () => TelegramForm, mayRepeat: boolean): Promise<TransportResult> {
    const encoded = encode(build)
    if ('fault' in encoded) return { type: 'failed', began: false, reused: false, fault: encoded.fault }
    const first = await this.client.post(encoded.path, encoded.body)
    // The other end may have closed a kept connection just before.
    if (first.type === 'answered' || !mayRepeat || !first.reused || first.fault.kind !== 'reset') return first
    this.client.drop()
    return this.client.post(encoded.path, encoded.body)
  }

  private logged<T extends Logged>(telegram: TelegramKind, ids: Ids, work: () => Promise<T>): Promise<T> {
    const answering = this.turn.then(() => this.inTurn(telegram, ids, work))
    this.turn = answering.catch(() => undefined)
    return answering
  }

  private async inTurn<T extends Logged>(telegram: TelegramKind, ids: Ids, work: () => Promise<T>): Promise<T> {
    const startMs = this.means.clock.monotonicMs()
    const answer = await work()
    if (!keepsConnection(telegram, answer)) this.client.drop()
    const ms = Math.round(this.means.clock.monotonicMs() - startMs)
    this.means.log({ telegram, ...ids, phase: phaseOf(answer), ms, result: answer.type, code: codeOf(answer) })
    return answer
  }
}

/** Text that cannot be written in Windows-31J is not sent; that too proves that the request was not sent. */
function encode(build: () => TelegramForm): { path: string; body: Buffer } | { fault: Fault } {
  try {
    const { path, fields } = build()
    return { path, body: encodeRequest(fields) }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    const said = Object.entries(error.params).map(([name, value]) => `${name} ${String(value)}`)
    const message = `The request was not sent: ${error.code}, ${said.join(', ')}`
    return { fault: { kind: 'other', code: error.code, phase: 'connect', message } }
  }
}

type Logged = Answer | InquiryAnswer | NoticeAnswer

/**
 * Decides whether the connection is kept. After an unclear answer, the next bytes on the connection might still
 * belong to the same telegram. A refusal that moves no money names no payment, so the inquiry that decides about it
 * needs a connection of its own. "No such notice" names no number: given twice, it would hide the next notice.
 */
function keepsConnection(telegram: TelegramKind, { type }: Logged): boolean {
  if (type === 'rejected') return telegram === '094' || telegram === '091'
  return type === 'accepted' || type === 'told' || type === 'notice'
}

const phaseOf = (answer: Logged): string => ('fault' in answer ? answer.fault.phase : 'done')

function codeOf(answer: Logged): string | null {
  if ('fault' in answer) return answer.fault.code
  return 'code' in answer ? answer.code : null
}
