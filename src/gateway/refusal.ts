// A server that refuses the client certificate without a word looks like a broken connection: under TLS 1.3 the
// handshake is over before it looks. A connection on which nothing is sent tells the two apart. Page 4.4.
import { connect, type SecureContext } from 'node:tls'

/** A server that takes the certificate waits for a request; one that does not has closed long before this. */
const PATIENCE_MS = 500

/**
 * Connects and sends nothing. True when the server hangs up by itself as soon as it has seen our certificate.
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
