// Connections through an HTTP proxy (CONNECT); TLS is with Paygent all the same.
import type { RequestOptions } from 'node:https'
import type { Duplex } from 'node:stream'
import { HttpsProxyAgent, type HttpsProxyAgentOptions } from 'hpagent'
import { DeadlinePassed, withDeadline, type Timer } from '../deadline.js'

type Connected = (error: Error | null, stream: Duplex) => void

/** Bounds the wait for the proxy, which the HTTP library does not see: a proxy may also answer a byte at a time. */
export class BoundedProxyAgent extends HttpsProxyAgent {
  /** The base class's own: options for the CONNECT request. */
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
    // Where it passes, the aborted CONNECT says so below.
    withDeadline(this.connectMs, answered, () => stop.abort(), this.timer).catch(() => undefined)
    this.proxyRequestOptions = { signal: stop.signal }
    // At once and not by a promise: a socket that breaks now needs its listener now.
    return super.createConnection(options, (error, stream) => {
      answer()
      connected?.(stop.signal.aborted ? new DeadlinePassed() : error, stream)
    })
  }
}
