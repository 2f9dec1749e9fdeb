// Runs the built program as staff start it: a process of its own, with its own environment and folder.
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeEach } from 'vitest'

export const PROGRAM = fileURLToPath(new URL('../../bin/paygent.js', import.meta.url))
export const MANUAL_ORDERS = fileURLToPath(new URL('../../fixtures/manual-orders.csv', import.meta.url))
export const DESK_ORDERS = fileURLToPath(new URL('../../fixtures/desk-orders.csv', import.meta.url))

export const SHOP_ORDERS = fileURLToPath(new URL('../../fixtures/shop-orders.csv', import.meta.url))

/** Each thing that a test makes ends with it; one that was made before the first test ends with the file. */
const ends: Record<'test' | 'file', (() => void)[]> = { test: [], file: [] }
let scope: keyof typeof ends = 'file'
const endAll = (which: keyof typeof ends): void => {
  while (ends[which].length > 0) ends[which].pop()?.()
}
export const atEnd = (action: () => void): void => void ends[scope].push(action)
beforeEach(() => {
  scope = 'test'
})
afterEach(() => {
  endAll('test')
  scope = 'file'
})
afterAll(() => endAll('file'))

/** A folder that is gone after the test. */
export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'paygent-e2e-'))
  atEnd(() => rmSync(path, { recursive: true, force: true }))
  return path
}

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

export type Env = Readonly<Record<string, string>>

/** This machine's knowledge of its mirrors is kept apart for each test. */
export const OWN_STATE = (cwd: string): Env => ({ PAYGENT_STATE_DIR: join(cwd, 'state') })

/** Starts `paygent`; nothing of this process's environment but PATH goes along. */
export function start(cwd: string, args: readonly string[], env: Env = {}, input = '', program = PROGRAM): Running {
  const child = spawn(process.execPath, [program, ...args], {
    cwd,
    env: { PATH: process.env['PATH'] ?? '', ...OWN_STATE(cwd), ...env },
  })
  const out: Buffer[] = []
  const err: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk))
  child.stdin.on('error', () => undefined)
  child.stdin.end(input)
  atEnd(() => child.kill('SIGKILL'))
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) =>
      resolve({ code, signal, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() }),
    )
  })
  return { child, ended }
}

export const run = (
  cwd: string,
  args: readonly string[],
  env: Env = {},
  input = '',
  program = PROGRAM,
): Promise<Ended> => start(cwd, args, env, input, program).ended

/** No screen hangs on the hour: the day's cut-off is its end. */
export const ALL_DAY: Env = { PAYGENT_CUTOFF: '24:00' }

/** Settings for the embedded simulator, without a terminal. */
export const EMBEDDED: Env = { PAYGENT_ENVIRONMENT: 'simulator', PAYGENT_DB: 'paygent.db', ...ALL_DAY }

export interface Simulator {
  readonly url: string
  readonly otherUrls: unknown
  readonly browserUrl: string | null
  readonly ca: string
  readonly clientCert: string
  /** Everything a client needs, as settings. */
  readonly env: Env
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
  /** The contents of its ledger before, and the values of the CSV that differ from it. */
  readonly found: unknown
  readonly differing: unknown
  payments(): Promise<SimulatorPayment[]>
  requests(): Promise<SimulatorRequest[]>
  get(path: string): Promise<unknown>
  post(path: string, body: unknown): Promise<unknown>
}

export interface SimulatorPayment {
  readonly paymentId: string
  readonly tradingId: string
  readonly basePaymentId: string | null
  readonly status: string
  readonly amountYen: number
  readonly changes: readonly { readonly from: string | null; readonly to: string }[]
}

export interface SimulatorRequest {
  readonly telegram: string
  readonly paymentId: string | null
  readonly amountYen: number | null
  readonly result: string | null
  readonly code: string | null
  readonly inFlight: number
  readonly shows: string | null
}

/** Starts `paygent simulator` as a process of its own and waits until it listens. */
export async function startSimulator(cwd: string, args: readonly string[] = []): Promise<Simulator> {
  const running = start(cwd, ['simulator', '--port', '0', '--format', 'json', ...args])
  const { child } = running
  const line = await firstLine(running)
  const facts = JSON.parse(line) as Record<
    'url' | 'ca' | 'clientCert' | 'merchantId' | 'connectId' | 'connectPassword',
    string
  > & {
    readonly otherUrls: unknown
    readonly browserUrl: string | null
    readonly found: unknown
    readonly differing: unknown
  }
  const control = (method: string, path: string, body?: unknown) => ask(facts, method, path, body)
  return {
    ...facts,
    child,
    ended: running.ended,
    env: {
      PAYGENT_ENVIRONMENT: 'simulator',
      PAYGENT_DB: 'paygent.db',
      PAYGENT_ENDPOINT: facts.url,
      PAYGENT_MERCHANT_ID: facts.merchantId,
      PAYGENT_CONNECT_ID: facts.connectId,
      PAYGENT_CONNECT_PASSWORD: facts.connectPassword,
      PAYGENT_CLIENT_CERT: facts.clientCert,
      PAYGENT_CLIENT_CERT_PASSPHRASE: 'changeit',
      PAYGENT_CA_CERT: facts.ca,
    },
    payments: () => control('GET', '/_simulator/payments') as Promise<SimulatorPayment[]>,
    requests: () => control('GET', '/_simulator/requests') as Promise<SimulatorRequest[]>,
    get: (path) => control('GET', `/_simulator/${path}`),
    post: (path, body) => control('POST', `/_simulator/${path}`, body),
  }
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

function ask(facts: { url: string; ca: string; clientCert: string }, method: string, path: string, body?: unknown) {
  const pem = readFileSync(facts.clientCert)
  const tls = { ca: readFileSync(facts.ca), cert: pem, key: pem, passphrase: 'changeit' }
  return new Promise<unknown>((resolve, reject) => {
    const sent = request(`${facts.url}${path}`, { method, ...tls, agent: false }, (answer) => {
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
}

/** A CSV of orders, written into the folder. */
export function writeOrders(
  cwd: string,
  rows: readonly Record<string, string | number>[],
  name = 'orders.csv',
): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))]
  const lines = rows.map((row) => columns.map((column) => String(row[column] ?? '')).join(','))
  const path = join(cwd, name)
  writeFileSync(path, [columns.join(','), ...lines, ''].join('\n'))
  return path
}
