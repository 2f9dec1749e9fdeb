// Connections through an HTTP proxy (CONNECT); TLS is with Paygent all the same.
import type { RequestOptions } from 'node:https'
import type { Duplex } from 'node:stream'
import { HttpsProxyAgent, type HttpsProxyAgentOptions } from 'hpagent'

type Connected = (error: Error | null, stream: Duplex) => void

/** Bounds the wait for the proxy, which the phases of the HTTP library do not see. */
export class BoundedProxyAgent extends HttpsProxyAgent {
  constructor(
    options: HttpsProxyAgentOptions,
    private readonly connectMs: number,
  ) {
    super(options)
  }

  override createConnection(options: RequestOptions, connected?: Connected) {
    return super.createConnection({ ...options, timeout: this.connectMs }, connected)
  }
}
