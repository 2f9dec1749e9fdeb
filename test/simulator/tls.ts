// A client of the simulator over real sockets, which uses no code of gateway/.
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request, type Agent, type RequestOptions } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { startSimulator, type RunningSimulator, type SimulatorOptions } from '../../src/simulator/simulator.js'
import { TELEGRAM_PATHS, type TelegramCode } from '../../src/simulator/telegram.js'
import { answerOf, telegramForm, type Sent } from './desk.js'

export function temporaryFolder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'simulator-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}

/** A simulator that the test's end closes. */
export async function started(options: Partial<SimulatorOptions> = {}): Promise<RunningSimulator> {
  const simulator = await startSimulator({ statePath: ':memory:', ...options })
  onTestFinished(() => simulator.close())
  return simulator
}

export interface Received {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Buffer
  /** False when the answer ended before its Content-Length. */
  readonly complete: boolean
}

type Client = Pick<RunningSimulator, 'url' | 'ca' | 'clientCert' | 'passphrase'>

export interface Call {
  readonly method?: string
  readonly body?: string
  readonly timeoutMs?: number
  readonly agent?: Agent
  readonly tls?: RequestOptions
  readonly headers?: Record<string, string>
}

export function call(
  client: Client,
  path: string,
  { method = 'POST', body = '', ...more }: Call = {},
): Promise<Received> {
  const { ca, clientCert, passphrase } = client
  const options: RequestOptions = {
    method,
    ca,
    cert: clientCert,
    key: clientCert,
    passphrase,
    agent: more.agent ?? false,
    headers: { 'Content-Length': Buffer.byteLength(body), ...more.headers },
    ...(more.timeoutMs === undefined ? {} : { timeout: more.timeoutMs }),
    ...more.tls,
  }
  return new Promise((resolve, reject) => {
    const sent = request(`${client.url}${path}`, options, (response) => {
      const chunks: Buffer[] = []
      const done = (): void => {
        const { statusCode = 0, headers, complete } = response
        resolve({ status: statusCode, headers, body: Buffer.concat(chunks), complete })
      }
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', done)
      response.on('error', done)
    })
    sent.on('timeout', () => sent.destroy(Object.assign(new Error('timeout'), { code: 'TIMEOUT' })))
    sent.on('error', reject)
    sent.end(body)
  })
}

export const callTelegram = (client: Client, telegram: TelegramCode, fields: Sent = {}, more: Call = {}) =>
  call(client, TELEGRAM_PATHS[telegram], { ...more, body: telegramForm(telegram, fields) })

export const ask = async (client: Client, telegram: TelegramCode, fields: Sent = {}, more: Call = {}) =>
  answerOf((await callTelegram(client, telegram, fields, more)).body)

export async function control<T = unknown>(
  client: Client,
  path: string,
  data?: unknown,
): Promise<{ status: number; json: T }> {
  const post = { method: 'POST', body: typeof data === 'string' ? data : JSON.stringify(data) }
  const { status, body } = await call(
    client,
    path === '' ? '/_simulator' : `/_simulator/${path}`,
    data === undefined ? { method: 'GET' } : post,
  )
  return { status, json: JSON.parse(body.toString('utf8')) as T }
}

export const HAS_CURL = spawnSync('curl', ['--version']).status === 0
if (!HAS_CURL)
  process.stderr.write("SKIPPED: curl is not here, so nothing speaks HTTP/1.0 as Paygent's own client does\n")

/** curl as Paygent's PHP client drives it: HTTP/1.0, ALPN `http/1.0`, one connection a call. */
export function curl(client: Client, path: string, body: string): Promise<string> {
  const dir = temporaryFolder()
  const [ca, pem] = [join(dir, 'ca.pem'), join(dir, 'client.pem')]
  writeFileSync(ca, client.ca)
  writeFileSync(pem, client.clientCert, { mode: 0o600 })
  const tls = ['--cacert', ca, '--cert', `${pem}:${client.passphrase}`, '--key', pem]
  const args = ['-sS', '-v', '-i', '--noproxy', '*', '--http1.0', ...tls, '--data-binary', body, `${client.url}${path}`]
  return new Promise((resolve, reject) => {
    const child = spawn('curl', args, { stdio: ['ignore', 'pipe', 'pipe'] })
    let text = ''
    child.stdout.setEncoding('latin1').on('data', (part: string) => (text += part))
    child.stderr.setEncoding('latin1').on('data', (part: string) => (text += part))
    child.on('error', reject)
    child.on('close', (code) => (code === 0 ? resolve(text) : reject(new Error(`curl ${code}: ${text}`))))
  })
}
