// A TLS server that answers with raw bytes, and a CONNECT proxy, for answers that no correct HTTP server would send.
import { createServer as createHttpServer } from 'node:http'
import { connect, createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { createServer, type TlsOptions, type TLSSocket } from 'node:tls'

export interface Received {
  readonly head: string
  readonly body: Buffer
  readonly socket: TLSSocket
  /** Which connection it came on, and the how manieth request of all it is; from 1. */
  readonly connection: number
  readonly request: number
  /** Sends a TCP reset, which a TLS socket by itself cannot. */
  reset(): void
  /** Closes without TLS saying goodbye. */
  fin(): void
}

export interface WireServer {
  readonly endpoint: string
  readonly port: number
  readonly requests: Received[]
  connections(): number
  close(): Promise<void>
}

type Answer = (received: Received) => void

export async function serve(options: TlsOptions, answer: Answer): Promise<WireServer> {
  const requests: Received[] = []
  const open = new Set<Socket>()
  let connections = 0
  const raw = new Map<number | undefined, Socket>()
  const server = createServer({ ALPNProtocols: ['http/1.1'], ...options }, (socket) => {
    connections += 1
    const connection = connections
    const reset = () => raw.get(socket.remotePort)?.resetAndDestroy()
    const fin = () => raw.get(socket.remotePort)?.destroy()
    readRequests(socket, (head, body) => {
      const received = { head, body, socket, connection, request: requests.length + 1, reset, fin }
      requests.push(received)
      answer(received)
    })
  })
  server.on('tlsClientError', () => {})
  const outer = createTcpServer((socket) => {
    keep(open, socket)
    raw.set(socket.remotePort, socket)
    server.emit('connection', socket)
  })
  const port = await listen(outer)
  const close = () => shut(outer, open)
  return { endpoint: `https://localhost:${port}`, port, requests, connections: () => connections, close }
}

/** Gives each whole request (head and the body of its Content-Length) as it is there. */
function readRequests(socket: TLSSocket, got: (head: string, body: Buffer) => void): void {
  let buffer = Buffer.alloc(0)
  socket.on('error', () => {})
  socket.on('data', (chunk: Buffer) => {
    buffer = Buffer.concat([buffer, chunk])
    for (;;) {
      const end = buffer.indexOf('\r\n\r\n')
      if (end === -1) return
      const head = buffer.subarray(0, end).toString('latin1')
      const length = Number(/^content-length: *(\d+)$/im.exec(head)?.[1] ?? 0)
      if (buffer.length < end + 4 + length) return
      const body = buffer.subarray(end + 4, end + 4 + length)
      buffer = buffer.subarray(end + 4 + length)
      got(head, body)
    }
  })
}

/** A plain TCP server; for what comes before TLS. */
export async function serveTcp(onConnection: (socket: Socket) => void) {
  const open = new Set<Socket>()
  const server = createTcpServer((socket) => {
    keep(open, socket)
    onConnection(socket)
  })
  const port = await listen(server)
  return { port, endpoint: `https://localhost:${port}`, close: () => shut(server, open) }
}

export interface ProxyServer {
  readonly url: string
  /** The targets that CONNECT asked for, each with its authorization. */
  readonly asked: { readonly target: string; readonly authorization: string | undefined }[]
  close(): Promise<void>
}

/** @param status what CONNECT is answered with; 200 connects, 0 says nothing */
export async function serveProxy(status: number): Promise<ProxyServer> {
  const asked: ProxyServer['asked'] = []
  const open = new Set<Socket>()
  const server = createHttpServer()
  server.on('connection', (socket) => keep(open, socket))
  server.on('connect', (request, client: Socket) => {
    asked.push({ target: request.url ?? '', authorization: request.headers['proxy-authorization'] })
    if (status === 0) return
    if (status !== 200) return void client.end(`HTTP/1.1 ${status} No\r\nContent-Length: 0\r\n\r\n`)
    const { hostname, port } = new URL(`http://${request.url ?? ''}`)
    const upstream = connect(Number(port), hostname, () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n')
      upstream.pipe(client)
      client.pipe(upstream)
    })
    keep(open, upstream)
    upstream.on('error', () => client.destroy())
  })
  const port = await listen(server)
  return { url: `http://localhost:${port}`, asked, close: () => shut(server, open) }
}

function keep(open: Set<Socket>, socket: Socket): void {
  open.add(socket)
  socket.on('error', () => {})
  socket.on('close', () => open.delete(socket))
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })
}

function shut(server: Server, open: Set<Socket>): Promise<void> {
  for (const socket of open) socket.destroy()
  return new Promise((resolve) => server.close(() => resolve()))
}

/** A port on which nothing listens. */
export async function refusedPort(): Promise<number> {
  const { port, close } = await serveTcp(() => {})
  await close()
  return port
}

/** A proper answer. */
export function httpAnswer(body: Buffer | string, status = 200, headers: readonly string[] = []): Buffer {
  const bytes = Buffer.from(body)
  const head = [`HTTP/1.1 ${status} X`, 'Content-Type: text/html', ...headers, `Content-Length: ${bytes.length}`]
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), bytes])
}
