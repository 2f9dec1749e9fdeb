// How far one exchange got, told by its socket. Pages 4.4 and 5.2, "proof of unsent".
import type { ClientRequest } from 'node:http'
import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import type { Phase } from './faults.js'

/** Neither timings nor upload progress of the HTTP library prove anything, so the socket is watched. */
export class Progress {
  phase: Phase = 'connect'
  /**
   * Whether a byte of the request may have left. Node hands nothing to a connection before TLS has been agreed on and
   * the server verified, and it says so (`secureConnect`) before it does.
   */
  began = false
  /** Whether the connection was one kept alive. */
  reused = false
  /** Whether there was a socket to the server, through the proxy if there is one. */
  connected = false
  private uploaded = false

  watch(request: ClientRequest): void {
    // The library shows the request before its socket is given; should that ever change, nothing is missed.
    if (request.socket) this.follow(request.socket)
    else request.once('socket', (socket) => this.follow(socket))
    request.once('finish', () => {
      this.uploaded = true
      if (this.phase === 'send') this.phase = 'response'
    })
    request.once('response', () => (this.phase = 'read'))
  }

  private follow(socket: Socket): void {
    this.connected = true
    if (!(socket instanceof TLSSocket) || socket.authorized) {
      this.reused = true
      this.begin()
      return
    }
    if (socket.connecting) socket.once('connect', () => (this.phase = 'secure'))
    else this.phase = 'secure'
    socket.once('secureConnect', () => this.begin())
  }

  private begin(): void {
    this.began = true
    this.phase = this.uploaded ? 'response' : 'send'
  }
}
