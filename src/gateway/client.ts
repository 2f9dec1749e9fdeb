// Sends HTTP requests over TLS with a client certificate. Sends each request once, and reports the answer or how
// far the request got. A failure of the other side is never thrown.
import { Agent, type AgentOptions } from 'node:https'
import { setImmediate } from 'node:timers/promises'
import type { SecureContext } from 'node:tls'
import type { Got } from 'got'
import type { Fault } from '../domain/answer.js'
import type { Clock } from '../ports.js'
import { withDeadline, type Timer } from '../deadline.js'
import type { ServerCheck } from './credentials.js'
import { receive, type Observer } from './exchange.js'
import { ClientClosed, faultOf } from './faults.js'
import type { RawAnswer } from './frame.js'
import { Progress } from './progress.js'

export interface ClientSettings {
  /** `https://host[:port]` */
  readonly endpoint: string
  readonly context: SecureContext
  readonly checkServer: ServerCheck
  /** `http://[user:password@]host:port`, or null */
  readonly proxy: string | null
  /** The limit for each phase. The whole exchange is given up a second later, whatever the library still waits for. */
  readonly timeoutMs: number
  readonly keepAlive: boolean
  /** A connection that was idle this long is not used again, because the other side may be closing it. */
  readonly idleMs: number
  readonly clock: Clock
  readonly timer: Timer
  readonly observe?: Observer
}

export type TransportResult =
  | {
      readonly type: 'answered'
      readonly answer: RawAnswer
      /** The connection had carried an earlier request, so this answer may belong to that one. */
      readonly reused: boolean
    }
  | {
      readonly type: 'failed'
      /** False proves that no byte of the request was sent. */
      readonly began: boolean
      readonly reused: boolean
      readonly fault: Fault
    }

export interface Client {
  /** Sends one POST. It is never repeated and never redirected. */
  post(path: string, body: Buffer): Promise<TransportResult>
  /** Drops the kept connection, so that the next request opens its own. */
  drop(): void
  /** Ends every exchange under way and begins no other. Both are faults of the kind `other`. */
  close(): void
}

/** Paygent's own hosts are never on this machine. */
function withSimulator(fault: Fault, endpoint: string): Fault {
  const { hostname, port } = new URL(endpoint)
  const isHere = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname)
  return isHere && fault.kind === 'refused' ? { ...fault, simulatorPort: Number(port || HTTPS_PORT) } : fault
}

const HTTPS_PORT = 443

/** Lets the library's own time-outs fire first, because they name the phase of the exchange. */
const GRACE_MS = 1_000

/** The event loop polls the kernel once between two of these. */
async function pendingBytesSeen(): Promise<void> {
  await setImmediate()
  await setImmediate()
}

/** Connecting has a shorter limit than waiting for an answer. */
const CONNECT_TIMEOUT_MS = 10_000
const connectMsOf = ({ timeoutMs }: ClientSettings): number => Math.min(CONNECT_TIMEOUT_MS, timeoutMs)

export function openClient(settings: ClientSettings): Client {
  const { clock, idleMs, proxy } = settings
  let wire: Promise<HttpClient> | null = null
  let agent: Agent | null = null
  let idleSinceMs = 0
  let idleTimer: NodeJS.Timeout | undefined
  let inFlight = 0
  let closed = false
  /** Each ends an exchange, in whatever phase it is: the agent does not know a connection that a proxy still makes. */
  const giveUps = new Set<() => void>()

  const drop = () => {
    if (inFlight === 0) agent?.destroy()
  }
  const begin = () => {
    clearTimeout(idleTimer)
    // The timer alone is not enough: it runs late when the program is busy.
    if (clock.monotonicMs() - idleSinceMs >= idleMs) drop()
    inFlight += 1
  }
  const end = () => {
    inFlight -= 1
    idleSinceMs = clock.monotonicMs()
    if (settings.keepAlive && inFlight === 0) idleTimer = setTimeout(drop, idleMs).unref()
  }

  return {
    async post(path, body) {
      wire ??= openHttpClient(settings)
      const { got } = ({ agent } = await wire)
      const progress = new Progress()
      begin()
      // Bytes that arrived meanwhile are seen before the connection is used again, and they drop it.
      if (settings.keepAlive) await pendingBytesSeen()
      try {
        if (closed) throw new ClientClosed()
        const answer = await exchange(got, path, body, progress, settings, giveUps)
        return { type: 'answered', answer, reused: progress.reused }
      } catch (error) {
        progress.abandon()
        const viaProxy = proxy !== null && !progress.connected
        const fault = withSimulator(
          faultOf(closed ? new ClientClosed() : error, progress.phase, viaProxy),
          settings.endpoint,
        )
        return { type: 'failed', began: progress.began, reused: progress.reused, fault }
      } finally {
        end()
      }
    },
    drop,
    close() {
      closed = true
      clearTimeout(idleTimer)
      for (const giveUp of giveUps) giveUp()
      agent?.destroy()
    },
  }
}

/** @param giveUps holds what ends the exchange, until it has ended */
async function exchange(
  got: Got,
  path: string,
  body: Buffer,
  progress: Progress,
  { endpoint, observe, timeoutMs, timer }: ClientSettings,
  giveUps: Set<() => void>,
): Promise<RawAnswer> {
  const headers = { 'content-length': String(body.length) }
  const stream = got.stream(new URL(path, endpoint), { headers })
  // If the body were passed as an option, the library would end the stream one turn of the event loop after the last
  // byte, and an answer that arrives before that would cost the connection.
  stream.end(body)
  const giveUp = (): void => {
    progress.abandon()
    stream.destroy()
  }
  giveUps.add(giveUp)
  try {
    return await withDeadline(timeoutMs + GRACE_MS, receive(stream, progress, observe), giveUp, timer)
  } finally {
    giveUps.delete(giveUp)
  }
}

interface HttpClient {
  readonly got: Got
  readonly agent: Agent
}

/**
 * Loads the library with the first request, because loading it takes 118 ms that a command which sends nothing need
 * not spend.
 */
async function openHttpClient(settings: ClientSettings): Promise<HttpClient> {
  const [{ default: got }, agent] = await Promise.all([import('got'), openAgent(settings)])
  const { timeoutMs } = settings
  const connectMs = connectMsOf(settings)
  const connecting = { lookup: connectMs, connect: connectMs, secureConnect: connectMs }
  const answering = { send: timeoutMs, response: timeoutMs, read: timeoutMs, request: timeoutMs }
  const instance = got.extend({
    agent: { https: agent },
    method: 'POST',
    retry: { limit: 0 },
    followRedirect: false,
    decompress: false,
    throwHttpErrors: false,
    https: { rejectUnauthorized: true, minVersion: 'TLSv1.2' },
    timeout: { ...connecting, ...answering },
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'user-agent': 'paygent-bulk',
      'accept-encoding': undefined,
      // With a bound on sockets, Node would send keep-alive even where it keeps no connection.
      connection: settings.keepAlive ? 'keep-alive' : 'close',
    },
  })
  return { got: instance, agent }
}

async function openAgent(settings: ClientSettings): Promise<Agent> {
  const options: AgentOptions = {
    keepAlive: settings.keepAlive,
    maxSockets: 1,
    secureContext: settings.context,
    rejectUnauthorized: true,
    checkServerIdentity: settings.checkServer,
    // A resumed session would skip the check of the server's name.
    maxCachedSessions: 0,
    ALPNProtocols: ['http/1.1'],
  }
  if (settings.proxy === null) return new Agent(options)
  const { BoundedProxyAgent } = await import('./proxy-agent.js')
  return new BoundedProxyAgent({ ...options, proxy: settings.proxy }, connectMsOf(settings), settings.timer)
}
