// An order desk with a simulator process of its own: it starts the real program and queries the simulator over TLS.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { Agent, request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Two folders up is the project, from `test/crash` as from where the command is built to. */
const PROGRAM = fileURLToPath(new URL('../../bin/paygent.js', import.meta.url))

/** Half of it passes before the ledger moves and half after it. */
const LATENCY_MS = 14

export interface Ended {
  readonly code: number | null
  readonly signal: string | null
  readonly stdout: string
  readonly stderr: string
}

export interface Running {
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
}

export interface Desk {
  readonly mirrorPath: string
  readonly ledgerPath: string
  begin(args: readonly string[]): Running
  paygent(args: readonly string[]): Promise<Ended>
  faults(faults: readonly object[]): Promise<void>
  payments(): Promise<LedgerPayment[]>
  close(): Promise<void>
}

/** A payment as `GET /_simulator/payments` tells it. */
export interface LedgerPayment {
  readonly paymentId: string
  readonly tradingId: string
  readonly status: string
  readonly amountYen: number
  readonly changes: readonly { readonly from: string | null; readonly to: string }[]
}

type Env = Readonly<Record<string, string>>
type Facts = Readonly<Record<'url' | 'ca' | 'clientCert' | 'merchantId' | 'connectId' | 'connectPassword', string>>

function begin(cwd: string, args: readonly string[], env: Env): Running {
  const child = spawn(process.execPath, ['--', PROGRAM, ...args], {
    cwd,
    env: { PATH: process.env['PATH'] ?? '', PAYGENT_STATE_DIR: join(cwd, 'state'), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const out: Buffer[] = []
  const err: Buffer[] = []
  child.stdout?.on('data', (chunk: Buffer) => out.push(chunk))
  child.stderr?.on('data', (chunk: Buffer) => err.push(chunk))
  const text = (chunks: Buffer[]): string => Buffer.concat(chunks).toString()
  const ended = once(child, 'close').then(([code, signal]): Ended => ({
    code,
    signal,
    stdout: text(out),
    stderr: text(err),
  }))
  return { child, ended }
}

/** Opens a desk whose mirror and simulator hold the orders of the CSV. */
export async function openDesk(csv: string): Promise<Desk> {
  const cwd = mkdtempSync(join(tmpdir(), 'paygent-crash-'))
  writeFileSync(join(cwd, 'orders.csv'), csv)
  const served = begin(
    cwd,
    ['simulator', '--port', '0', '--format', 'json', '--orders', 'orders.csv', '--latency', String(LATENCY_MS)],
    {},
  )
  const facts = JSON.parse(await firstLine(served)) as Facts
  const env: Env = {
    PAYGENT_ENVIRONMENT: 'simulator',
    PAYGENT_DB: 'paygent.db',
    PAYGENT_ENDPOINT: facts.url,
    PAYGENT_MERCHANT_ID: facts.merchantId,
    PAYGENT_CONNECT_ID: facts.connectId,
    PAYGENT_CONNECT_PASSWORD: facts.connectPassword,
    PAYGENT_CLIENT_CERT: facts.clientCert,
    PAYGENT_CLIENT_CERT_PASSPHRASE: 'changeit',
    PAYGENT_CA_CERT: facts.ca,
    PAYGENT_RULES: 'current',
    PAYGENT_TIMEOUT_MS: '2000',
    PAYGENT_SETTLE_SECONDS: '1',
  }
  const { ask, hangUp } = controlOf(facts)
  const desk: Desk = {
    mirrorPath: join(cwd, 'paygent.db'),
    ledgerPath: join(cwd, 'paygent-simulator.db'),
    begin: (args) => begin(cwd, args, env),
    paygent: (args) => begin(cwd, args, env).ended,
    faults: async (faults) => void (await ask('POST', 'faults', faults)),
    payments: () => ask('GET', 'payments') as Promise<LedgerPayment[]>,
    async close() {
      hangUp()
      served.child.kill('SIGKILL')
      await served.ended
      rmSync(cwd, { recursive: true, force: true })
    },
  }
  const imported = await desk.paygent(['import', 'orders.csv'])
  if (imported.code !== 0) {
    await desk.close()
    throw new Error(`the orders were not imported: ${imported.stderr}`)
  }
  return desk
}

function firstLine({ child, ended }: Running): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      if (text.includes('\n')) resolve(text.slice(0, text.indexOf('\n')))
    })
    void ended.then(({ stderr }) => reject(new Error(`the simulator ended: ${text}${stderr}`)))
  })
}

/** The simulator's control address. */
function controlOf({ url, ca, clientCert }: Facts) {
  const pem = readFileSync(clientCert)
  const agent = new Agent({ ca: readFileSync(ca), cert: pem, key: pem, passphrase: 'changeit', keepAlive: true })
  const ask = (method: string, path: string, body?: unknown): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const sent = request(`${url}/_simulator/${path}`, { method, agent }, (answer) => {
        const chunks: Buffer[] = []
        answer.on('data', (chunk: Buffer) => chunks.push(chunk))
        answer.on('end', () => {
          const text = Buffer.concat(chunks).toString()
          if ((answer.statusCode ?? 0) >= 400) reject(new Error(text))
          else resolve(JSON.parse(text))
        })
      })
      sent.on('error', reject)
      sent.end(body === undefined ? undefined : JSON.stringify(body))
    })
  return { ask, hangUp: () => agent.destroy() }
}
