// Connects through an HTTP proxy (CONNECT). TLS still ends at Paygent, not at the proxy.
import type { RequestOptions } from 'node:https'
import type { Duplex } from 'node:stream'
import { HttpsProxyAgent, type HttpsProxyAgentOptions } from 'hpagent'
import { DeadlinePassed, withDeadline, type Timer } from '../deadline.js'

type Connected = (error: Error | null, stream: Duplex) => void

/**
 * Limits the wait for the proxy. The HTTP library does not see that wait, and a proxy may answer one byte at a time.
 */
export class BoundedProxyAgent extends HttpsProxyAgent {
  /** Options for the CONNECT request; a property of the base class. */
  declare proxyRequestOptions: object

  constructor(
    options: HttpsProxyAgentOptions,
    private readonly connectMs: number,
    private readonly timer: Timer,
  ) {
    super(options)
  }

  override createConnection(options: RequestOptions, connected?: Connected) {
    const stop = new AbortController()
    let answer = (): void => undefined
    const answered = new Promise<void>((resolve) => (answer = resolve))
    // When the limit passes, the aborted CONNECT reports it below.
    withDeadline(this.connectMs, answered, () => stop.abort(), this.timer).catch(() => undefined)
    this.proxyRequestOptions = { signal: stop.signal }
    // This runs at once and not in a promise: a socket that breaks now needs its listener now.
    return super.createConnection(options, (error, stream) => {
      answer()
      connected?.(stop.signal.aborted ? new DeadlinePassed() : error, stream)
    })
  }
}
