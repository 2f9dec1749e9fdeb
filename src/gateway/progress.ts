// Records how far one exchange got, by watching its socket.
import type { ClientRequest, IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import type { Phase } from './faults.js'

/** The listeners that watch a kept connection for bytes that no request asked for. */
const guards = new WeakMap<Socket, Readonly<Record<'before' | 'after', () => void>>>()

/** Watches the socket, because neither the timings nor the upload progress of the HTTP library prove anything. */
export class Progress {
  phase: Phase = 'connect'
  /**
   * Whether a byte of the request may have been sent. Node passes nothing to a connection before TLS has been agreed
   * on and the server verified, and it emits `secureConnect` before it does.
   */
  began = false
  /** Whether the connection was a kept-alive one. */
  reused = false
  /** Whether there was a socket to the server, through the proxy if there is one. */
  connected = false
  /** Bytes arrived that no request had asked for, so nothing on this connection can be trusted to be the answer. */
  surplus = false
  private uploaded = false
  private socket: Socket | null = null
  private response: IncomingMessage | null = null

  watch(request: ClientRequest): void {
    // The library reports the request before its socket is assigned. This line covers the case that a later version
    // changes that order.
    if (request.socket) this.follow(request.socket)
    else request.once('socket', (socket) => this.follow(socket))
    request.once('finish', () => {
      this.uploaded = true
      if (this.phase === 'send') this.phase = 'response'
    })
    request.once('response', (response) => {
      this.phase = 'read'
      this.response = response
    })
  }

  /** Closes the connection for good: nothing more is sent on it, and bytes that still arrive belong to no answer. */
  abandon(): void {
    this.socket?.destroy()
  }

  private follow(socket: Socket): void {
    this.connected = true
    this.socket = socket
    this.guard(socket)
    if (!(socket instanceof TLSSocket) || socket.authorized) {
      this.reused = true
      this.begin()
      return
    }
    if (socket.connecting) socket.once('connect', () => (this.phase = 'secure'))
    else this.phase = 'secure'
    socket.once('secureConnect', () => this.begin())
  }

  /**
   * Sees every piece both before and after the parser. Before, because the parser drops bytes that it did not expect;
   * after, because of two answers in one piece the parser shows the first and silently closes the connection. Listens
   * until the next request; only newer versions of Node watch an idle connection themselves.
   */
  private guard(socket: Socket): void {
    const former = guards.get(socket)
    if (former) socket.off('data', former.before).off('data', former.after)
    const before = (): void => {
      if (this.response?.complete !== true) return
      this.surplus = true
      socket.destroy()
    }
    const after = (): void => {
      if (this.response?.complete === true && socket.destroyed) this.surplus = true
    }
    socket.prependListener('data', before)
    socket.on('data', after)
    guards.set(socket, { before, after })
  }

  private begin(): void {
    this.began = true
    this.phase = this.uploaded ? 'response' : 'send'
  }
}
