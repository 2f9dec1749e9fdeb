// The server of the simulator's pages: plain HTTP, so that it has to keep other pages out by itself.
import { existsSync } from 'node:fs'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import Database from 'better-sqlite3'
import { describe, expect, it, onTestFinished } from 'vitest'
import { startSimulator } from '../../src/simulator/simulator.js'
import { callPage, type PageCall } from './browser-client.js'
import { started, temporaryFolder } from './tls.js'

const pages = async (): Promise<string> => (await started({ browserPort: 0 })).browserUrl ?? ''

const FORM = { 'Content-Type': 'application/x-www-form-urlencoded' }

describe('the port', () => {
  it('is on loopback only, and there is none without the option', async () => {
    expect((await started()).browserUrl).toBeNull()
    const url = await pages()
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    const port = Number(new URL(url).port)
    const elsewhere = await new Promise((resolve) => {
      const socket = connect(port, '127.0.0.2')
      socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code))
      socket.on('connect', () => resolve('connected'))
      onTestFinished(() => void socket.destroy())
    })
    expect(elsewhere).toBe('ECONNREFUSED')
  })

  it('that is taken leaves no file behind, and frees the port of the telegrams', async () => {
    const other = createServer()
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void other.close())
    const { port } = other.address() as AddressInfo
    const statePath = join(temporaryFolder(), 'ledger.db')
    const free = createServer()
    await new Promise<void>((resolve) => free.listen(0, '127.0.0.1', resolve))
    const telegrams = (free.address() as AddressInfo).port
    await new Promise((resolve) => free.close(resolve))
    await expect(startSimulator({ statePath, port: telegrams, browserPort: port })).rejects.toMatchObject({
      code: 'port-in-use',
      params: { port, option: '--browser-port' },
    })
    expect(existsSync(statePath)).toBe(false)
    await (await startSimulator({ statePath: ':memory:', port: telegrams, browserPort: 0 })).close()
  })

  it('is free again after the end, and no kept connection holds it up', async () => {
    const simulator = await started({ browserPort: 0 })
    const { port } = new URL(simulator.browserUrl ?? '')
    const socket = connect(Number(port), '127.0.0.1')
    onTestFinished(() => void socket.destroy())
    await new Promise((resolve) => socket.once('connect', resolve))
    await simulator.close()
    await expect(callPage(simulator.browserUrl ?? '', '/')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })
})

describe('the headers', () => {
  it('forbid scripts, frames, kept copies and requests to elsewhere', async () => {
    const { status, headers } = await callPage(await pages(), '/')
    expect(status).toBe(200)
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'cache-control': 'no-store',
      'referrer-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
    })
    expect(headers['content-security-policy']).toMatch(
      /^default-src 'none'; style-src 'sha256-[\w+/=]+'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'$/,
    )
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([])
  })
})

type TargetedCall = PageCall & { readonly target?: string }

/** `own` stands for the address of the server. */
const REFUSED: readonly (readonly [name: string, status: number, call: (own: string) => TargetedCall])[] = [
  ['another site as the host', 421, () => ({ headers: { Host: 'shop.example' } })],
  ['another site with this port', 421, (own) => ({ headers: { Host: `shop.example:${new URL(own).port}` } })],
  ['a site whose name begins like loopback', 421, () => ({ headers: { Host: '127.0.0.1.shop.example' } })],
  ['another port', 421, () => ({ headers: { Host: '127.0.0.1:1' } })],
  ['no port', 421, () => ({ headers: { Host: 'localhost' } })],
  ['a whole address as the target', 400, () => ({ target: 'http://shop.example/' })],
  ['another host in the target', 400, () => ({ target: '//shop.example/' })],
  ['PUT', 405, () => ({ method: 'PUT' })],
  ['OPTIONS, as before a request of another origin', 405, () => ({ method: 'OPTIONS' })],
  ['an unknown page', 404, () => ({ target: '/none' })],
  ['a POST to an unknown page', 404, (own) => ({ target: '/none', method: 'POST', headers: { ...FORM, Origin: own } })],
  ['a POST from nowhere', 403, () => ({ method: 'POST', headers: FORM })],
  ['a POST of another site', 403, () => ({ method: 'POST', headers: { ...FORM, Origin: 'https://shop.example' } })],
  ['a POST of another port', 403, () => ({ method: 'POST', headers: { ...FORM, Origin: 'http://127.0.0.1:1' } })],
  [
    'a POST of the other name of loopback',
    403,
    (own) => ({ method: 'POST', headers: { ...FORM, Origin: own.replace('127.0.0.1', 'localhost') } }),
  ],
  ['a POST of an origin that hides', 403, () => ({ method: 'POST', headers: { ...FORM, Origin: 'null' } })],
  [
    'a POST of another site that a browser tells',
    403,
    (own) => ({ method: 'POST', headers: { ...FORM, Origin: own, 'Sec-Fetch-Site': 'cross-site' } }),
  ],
  [
    'a POST of another port that a browser tells',
    403,
    () => ({ method: 'POST', headers: { ...FORM, 'Sec-Fetch-Site': 'same-site' } }),
  ],
  [
    'a body of another type',
    415,
    (own) => ({ method: 'POST', headers: { 'Content-Type': 'text/plain', Origin: own }, body: 'a=1' }),
  ],
  [
    'a body that is too long',
    413,
    (own) => ({ method: 'POST', headers: { ...FORM, Origin: own }, body: `a=${'x'.repeat(70_000)}` }),
  ],
]

describe('a request is refused', () => {
  it.each(REFUSED)('%s: %i', async (_name, status, call) => {
    const own = await pages()
    const { target = '/', ...rest } = call(own)
    const answer = await callPage(own, target, rest)
    expect(answer.status).toBe(status)
    expect(answer.headers['content-security-policy']).toContain("frame-ancestors 'none'")
    expect(answer.body).toContain('【シミュレーター】')
    expect(answer.body).not.toMatch(/ at .*\.[jt]s|shop\.example/)
    // A heading ends without a stop.
    expect(answer.body).toMatch(/<h1 id="title">[^<]+[^<。.]<\/h1>/)
  })

  it('of HTTP/1.0 without a host, too', async () => {
    const { hostname, port } = new URL(await pages())
    const socket = connect(Number(port), hostname)
    socket.write('GET / HTTP/1.0\r\n\r\n')
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 421 /)
  })
})

it('a fault of the simulator itself is a page, without a word of the program', async () => {
  const statePath = join(temporaryFolder(), 'ledger.db')
  const { browserUrl } = await started({ statePath, browserPort: 0 })
  const db = new Database(statePath)
  db.exec('DROP TABLE checkouts')
  db.close()
  const answer = await callPage(browserUrl ?? '', '/carrier/x?lang=en')
  expect(answer.status).toBe(500)
  expect(answer.headers['content-security-policy']).toContain("default-src 'none'")
  expect(answer.body).toContain('The simulator has an internal fault')
  expect(answer.body).not.toMatch(/Error|SQL|checkouts|\/src\//)
})

describe('a request is taken', () => {
  it.each<[name: string, headers: (own: string) => Record<string, string>]>([
    ['with its own origin', (own) => ({ Origin: own })],
    [
      'under localhost',
      (own) => {
        const host = new URL(own).host.replace('127.0.0.1', 'localhost')
        return { Host: host, Origin: `http://${host}` }
      },
    ],
    ['where a browser names the site alone', () => ({ 'Sec-Fetch-Site': 'same-origin' })],
    [
      'where the origin hides and the browser names the site',
      () => ({ Origin: 'null', 'Sec-Fetch-Site': 'same-origin' }),
    ],
  ])('as a POST %s', async (_name, headers) => {
    const own = await pages()
    const answer = await callPage(own, '/none', { method: 'POST', headers: { ...FORM, ...headers(own) } })
    expect(answer.status).toBe(404)
  })

  it('as a HEAD, without a body', async () => {
    const answer = await callPage(await pages(), '/', { method: 'HEAD' })
    expect(answer).toMatchObject({ status: 200, body: '' })
    expect(Number(answer.headers['content-length'])).toBeGreaterThan(500)
  })
})

describe('the language', () => {
  it.each([
    ['/', undefined, 'ja'],
    ['/', 'en-US,en;q=0.9', 'en'],
    ['/', 'fr,de;q=0.8', 'ja'],
    ['/', 'fr, en;q=0.5, ja;q=0.7', 'ja'],
    ['/', 'ja;q=0.1,en', 'en'],
    ['/', 'en;q=0,fr', 'ja'],
    ['/?lang=en', 'ja', 'en'],
    ['/?lang=ja', 'en', 'ja'],
    ['/?lang=%3Cscript%3E', 'en', 'en'],
  ])('of %s with %s is %s', async (target, accepted, lang) => {
    const headers = accepted === undefined ? {} : { 'Accept-Language': accepted }
    const { body } = await callPage(await pages(), target, { headers })
    expect(body).toContain(`<html lang="${lang}">`)
    expect(body).toMatch(/<title>【シミュレーター】/)
    expect(body).not.toContain('<script')
  })

  it('is changed by a link that keeps the rest of the address, whatever stands in it', async () => {
    const { body } = await callPage(await pages(), '/?a=%22%3E%3Cb%3E&lang=en')
    expect(body).toContain('href="?a=%22%3E%3Cb%3E&amp;lang=ja"')
    const none = await callPage(await pages(), `/%22%3E<b>"?lang=en`)
    expect(none.body).not.toContain('<b>')
  })
})
