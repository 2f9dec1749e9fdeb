// Serves pages to a browser: plain HTTP on 127.0.0.1 only. No client certificate keeps other pages out, so each request
// has to name this server as its host, and each POST has to come from one of its own pages.
import { bodyOf, listening, LOOPBACK } from '../server.js'
import { carrierRoute } from './carrier.js'
import { deskRoute } from './desk.js'
import {
  type BrowserDesk,
  type BrowserReply,
  type BrowserRequest,
  type BrowserRoute,
  type Lang,
  LANGS,
  type Problem,
  problemReply,
  STYLE_HASH,
} from './page.js'
import { tokenScriptRoute } from './token-script.js'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

const ROUTES: readonly BrowserRoute[] = [deskRoute, carrierRoute, tokenScriptRoute]

export interface BrowserSide {
  /** Base URL on 127.0.0.1. */
  readonly url: string
  /** Answers from now on. Until then a request waits. */
  serve(desk: Omit<BrowserDesk, 'url'>): void
  /** Ends every connection. */
  close(): Promise<void>
}

/**
 * Takes the port.
 * @param port 0 takes any free port
 * @throws AppError `port-in-use`
 */
export async function startBrowserSide(port: number): Promise<BrowserSide> {
  const server = createServer()
  // A request that comes before the ledger is open waits for it.
  let begin: (desk: BrowserDesk) => void = () => undefined
  const begun = new Promise<BrowserDesk>((resolve) => (begin = resolve))
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    void begun.then((desk) => answer(desk, request, response))
  })
  await listening(server, port, LOOPBACK, '--browser-port')
  const url = `http://${LOOPBACK}:${(server.address() as AddressInfo).port}`
  return {
    url,
    serve: (desk) => begin({ ...desk, url }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function answer(desk: BrowserDesk, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const request = requestOf(incoming)
  try {
    const problem = refusal(desk, incoming)
    send(response, problem === null ? await replyTo(desk, incoming, request) : problemReply(request, problem))
  } catch {
    // A client that has gone gets nothing, and a stack trace belongs on no page.
    if (response.headersSent || response.destroyed) response.destroy()
    else send(response, problemReply(request, 500))
  }
}

/** The most that a form of a page sends. */
const MAX_FORM_BYTES = 64 * 1024
const FORM_TYPE = /^application\/x-www-form-urlencoded\s*(;|$)/i

async function replyTo(desk: BrowserDesk, incoming: IncomingMessage, request: BrowserRequest): Promise<BrowserReply> {
  const body = await bodyOf(incoming, MAX_FORM_BYTES)
  if (body === null) return problemReply(request, 413)
  if (request.method === 'POST' && !FORM_TYPE.test(incoming.headers['content-type'] ?? ''))
    return problemReply(request, 415)
  const form = new URLSearchParams(request.method === 'POST' ? body.toString('utf8') : '')
  for (const route of ROUTES) {
    const reply = route({ ...request, form }, desk)
    if (reply !== null) return reply
  }
  return problemReply(request, 404)
}

function requestOf({ method, url = '', headers }: IncomingMessage): BrowserRequest {
  const at = url.indexOf('?')
  const query = new URLSearchParams(at < 0 ? '' : url.slice(at + 1))
  return {
    method: method === 'POST' ? 'POST' : 'GET',
    path: at < 0 ? url : url.slice(0, at),
    query,
    form: new URLSearchParams(),
    lang: languageOf(query.get('lang'), headers['accept-language'] ?? ''),
  }
}

const METHODS: readonly (string | undefined)[] = ['GET', 'HEAD', 'POST']

/** The reason for which a request is refused before anything of it is read. */
function refusal({ url }: BrowserDesk, { method, url: target = '', headers }: IncomingMessage): Problem | null {
  const { host = '' } = headers
  // A name that leads to this machine today may be another site's (DNS rebinding).
  if (!hostsOf(url).includes(host.toLowerCase())) return 421
  // `//name` would be another host in a link, and a whole address is for a proxy.
  if (!/^\/(?!\/)/.test(target)) return 400
  if (!METHODS.includes(method)) return 405
  return method === 'POST' && !isOwn(headers) ? 403 : null
}

/** A browser leaves the port out where it is that of the protocol. */
function hostsOf(url: string): string[] {
  const port = url.slice(url.lastIndexOf(':') + 1)
  const names = [LOOPBACK, 'localhost']
  return [...names.map((name) => `${name}:${port}`), ...(port === '80' ? names : [])]
}

/** Whether the POST comes from a page under the same host. Every browser sends one of the two headers. */
function isOwn({ host, origin, 'sec-fetch-site': site }: IncomingMessage['headers']): boolean {
  if (site !== undefined && site !== 'same-origin') return false
  // `null` stands there where a page hides its own address.
  if (origin !== undefined && origin !== 'null') return origin === `http://${host?.toLowerCase()}`
  return site === 'same-origin'
}

/** The language that the address names, else the first one of the browser that is there, else Japanese. */
function languageOf(named: string | null, accepted: string): Lang {
  const wanted = accepted
    .split(',')
    .map((part) => {
      const [range = '', ...parameters] = part.trim().split(';')
      const weight = parameters.map((each) => /^\s*q=([\d.]+)\s*$/.exec(each)?.[1]).find((each) => each !== undefined)
      return { range: range.trim().slice(0, 2).toLowerCase(), weight: Number(weight ?? '1') }
    })
    .filter(({ weight }) => weight > 0)
    .toSorted((one, other) => other.weight - one.weight)
  const found = [named, ...wanted.map(({ range }) => range)].find((each) => LANGS.some((lang) => lang === each))
  return found === 'en' ? 'en' : 'ja'
}

function send(response: ServerResponse, { status, type, body, location, ...more }: BrowserReply): void {
  const bytes = Buffer.from(body, 'utf8')
  response.writeHead(status, {
    'Content-Type': type,
    'Content-Length': bytes.length,
    'Content-Security-Policy': policyWith(more.formTargets ?? []),
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
    'Cache-Control': 'no-store',
    // Not `no-referrer`: a form would then be sent with the origin `null`.
    'Referrer-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': more.shared ? 'cross-origin' : 'same-origin',
    // Without it a script with the attribute `crossorigin` is not loaded.
    ...(more.shared && { 'Access-Control-Allow-Origin': '*' }),
    ...(status === 405 && { Allow: METHODS.join(', ') }),
    ...(location !== undefined && { Location: location }),
  })
  response.end(bytes)
}

const policyWith = (formTargets: readonly string[]): string =>
  [
    "default-src 'none'",
    `style-src 'sha256-${STYLE_HASH}'`,
    `form-action ${["'self'", ...formTargets].join(' ')}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
