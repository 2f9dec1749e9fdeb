// Probes Paygent once without changing anything there: who answers, what time its clock shows, whether it keeps a
// connection open.
import type { IncomingMessage } from 'node:http'
import { TLSSocket, type DetailedPeerCertificate } from 'node:tls'
import type { InquiryAnswer } from '../domain/answer.js'
import { systemClock } from '../clock.js'
import type { Clock, Gateway } from '../ports.js'
import type { Observer } from './exchange.js'
import { openGateway, type GatewaySettings } from './gateway.js'

export interface Probe {
  readonly answer: InquiryAnswer
  /** Paygent's clock minus ours, accurate to half a second; null when the answer held no time. */
  readonly clockOffsetMs: number | null
  /**
   * When the first certificate of the server's chain to expire ends, in epoch milliseconds; null when there was no
   * answer.
   */
  readonly serverCertificateEndMs: number | null
  /** Whether a second telegram went over the connection of the first; null when it could not be tested. */
  readonly keepsOpen: boolean | null
  /** Whether inquiries at the same time were all answered; null when it could not be tested. */
  readonly takesSideBySide: boolean | null
}

/** The facts that the head of an answer shows. */
interface Sight {
  readonly socket: object
  readonly clockOffsetMs: number | null
  readonly serverCertificateEndMs: number | null
}

/**
 * A payment that cannot exist: Paygent answers that it knows none (13001) once it has accepted login and certificate.
 * The probe never asks for a notice, not even for an impossible one: if Paygent read the request differently, it
 * would take a notice away from the merchant.
 */
const NO_PAYMENT = { paymentId: '0', tradingId: '0' } as const

/**
 * Asks about a payment that cannot exist (094), and asks again to see whether the connection is still open. Then asks
 * on several connections at once.
 * @param atOnce how many; 1 is no such test @param signal stops the waiting
 * @throws AppError as `openGateway` does
 */
export async function probeGateway(
  settings: Omit<GatewaySettings, 'keepAlive' | 'observe'>,
  atOnce: number,
  signal: AbortSignal,
  clock: Clock = systemClock,
): Promise<Probe> {
  const sights: Sight[] = []
  const gateways: Gateway[] = []
  const open: Opening = (observe) => {
    // A busy machine is late with its second inquiry; to close the connection meanwhile would be taken for Paygent's doing.
    const tuning = { clock, idleMs: settings.timeoutMs }
    const gateway = openGateway({ ...settings, keepAlive: true, ...(observe && { observe }) }, tuning)
    gateways.push(gateway)
    return gateway
  }
  const stop = (): void => {
    for (const gateway of gateways) gateway.close()
  }
  signal.addEventListener('abort', stop)
  try {
    const gateway = open((response) => void sights.push(sightOf(response, clock.nowMs())))
    const answer = await gateway.inquire(NO_PAYMENT)
    if (answer.type !== 'silent' && !signal.aborted) await gateway.inquire(NO_PAYMENT)
    const takes = isClean(answer) && !signal.aborted ? await asksAtOnce(open, atOnce) : null
    const [first, second] = [sights[0], sights.at(1)]
    return {
      answer,
      clockOffsetMs: first?.clockOffsetMs ?? null,
      serverCertificateEndMs: first?.serverCertificateEndMs ?? null,
      keepsOpen: first && second ? first.socket === second.socket : null,
      takesSideBySide: signal.aborted ? null : takes,
    }
  } finally {
    signal.removeEventListener('abort', stop)
    stop()
  }
}

/** Opens a gateway, which the probe closes at its end or at the signal. */
type Opening = (observe?: Observer) => Gateway

const isClean = (answer: InquiryAnswer): boolean => answer.type === 'rejected' && answer.handling === 'rejected'

/** Whether Paygent answers all of them as it answers one. */
async function asksAtOnce(open: Opening, count: number): Promise<boolean | null> {
  if (count === 1) return null
  const answers = await Promise.all(Array.from({ length: count }, () => open().inquire(NO_PAYMENT)))
  return answers.every(isClean)
}

function sightOf({ socket, headers }: IncomingMessage, nowMs: number): Sight {
  const dateMs = Date.parse(headers.date ?? '')
  const endsMs = socket instanceof TLSSocket ? chainEndsMs(socket.getPeerCertificate(true)) : []
  return {
    socket,
    // The header holds whole seconds, so the middle of the second is taken.
    clockOffsetMs: Number.isNaN(dateMs) ? null : dateMs + 500 - nowMs,
    serverCertificateEndMs: endsMs.length === 0 ? null : Math.min(...endsMs),
  }
}

/** The chain ends in a certificate that signs itself, or in none where the issuer is not known. */
function chainEndsMs(leaf: DetailedPeerCertificate): number[] {
  const chain: DetailedPeerCertificate[] = []
  for (let next: DetailedPeerCertificate | undefined = leaf; next; next = next.issuerCertificate) {
    if (chain.includes(next)) break
    chain.push(next)
  }
  return chain.map(({ valid_to: end }) => Date.parse(end)).filter((endMs) => !Number.isNaN(endMs))
}
