// One look at Paygent that changes nothing there: who answers, what time it has, whether it keeps a connection open.
import type { IncomingMessage } from 'node:http'
import { TLSSocket, type DetailedPeerCertificate } from 'node:tls'
import type { InquiryAnswer } from '../domain/answer.js'
import { systemClock } from '../clock.js'
import type { Clock } from '../ports.js'
import { openGateway, type GatewaySettings } from './gateway.js'

export interface Probe {
  readonly answer: InquiryAnswer
  /** Paygent's clock minus ours, give or take half a second; null when it told no time. */
  readonly clockOffsetMs: number | null
  /** When the first certificate of the server's chain ends, epoch milliseconds; null when there was no answer. */
  readonly serverCertificateEndMs: number | null
  /** Whether a second telegram went over the connection of the first; null when there was none to tell by. */
  readonly keepsOpen: boolean | null
}

/** What the head of an answer shows. */
interface Sight {
  readonly socket: object
  readonly clockOffsetMs: number | null
  readonly serverCertificateEndMs: number | null
}

/**
 * A payment that cannot be: Paygent answers that it knows none (13001) once it has taken login and certificate. A notice
 * is never asked for, not even one that cannot be: read otherwise, the question would take one away from the merchant.
 */
const NO_PAYMENT = { paymentId: '0', tradingId: '0' } as const

/**
 * Asks about no payment at all (094), and again to see whether the connection is still there.
 * @param signal gives up waiting
 * @throws AppError as `openGateway` does
 */
export async function probeGateway(
  settings: Omit<GatewaySettings, 'keepAlive' | 'observe'>,
  signal: AbortSignal,
  clock: Clock = systemClock,
): Promise<Probe> {
  const sights: Sight[] = []
  const observe = (response: IncomingMessage): void => void sights.push(sightOf(response, clock.nowMs()))
  const gateway = openGateway({ ...settings, keepAlive: true, observe }, { clock })
  const stop = (): void => gateway.close()
  signal.addEventListener('abort', stop)
  try {
    const answer = await gateway.inquire(NO_PAYMENT)
    if (answer.type !== 'silent' && !signal.aborted) await gateway.inquire(NO_PAYMENT)
    const [first, second] = [sights[0], sights.at(1)]
    return {
      answer,
      clockOffsetMs: first?.clockOffsetMs ?? null,
      serverCertificateEndMs: first?.serverCertificateEndMs ?? null,
      keepsOpen: first && second ? first.socket === second.socket : null,
    }
  } finally {
    signal.removeEventListener('abort', stop)
    gateway.close()
  }
}

function sightOf({ socket, headers }: IncomingMessage, nowMs: number): Sight {
  const dateMs = Date.parse(headers.date ?? '')
  const endsMs = socket instanceof TLSSocket ? chainEndsMs(socket.getPeerCertificate(true)) : []
  return {
    socket,
    // The header tells whole seconds, so its middle is taken.
    clockOffsetMs: Number.isNaN(dateMs) ? null : dateMs + 500 - nowMs,
    serverCertificateEndMs: endsMs.length === 0 ? null : Math.min(...endsMs),
  }
}

/** The chain ends in itself, or in nothing where the issuer is not known. */
function chainEndsMs(leaf: DetailedPeerCertificate): number[] {
  const chain: DetailedPeerCertificate[] = []
  for (let next: DetailedPeerCertificate | undefined = leaf; next; next = next.issuerCertificate) {
    if (chain.includes(next)) break
    chain.push(next)
  }
  return chain.map(({ valid_to: end }) => Date.parse(end)).filter((endMs) => !Number.isNaN(endMs))
}
