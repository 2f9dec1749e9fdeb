// Password, pass phrase and key leave the program on no path, even at the most verbose level.
import { createPrivateKey } from 'node:crypto'
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { ServerResponse } from 'node:http'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { atEnd, startSimulator, type Ended } from './program.js'
import { openShop, orderRow, type Shop } from './shop.js'

const PASSWORD = 'canary+password~7261'
const PHRASE = 'canary*phrase~9434'
const SALE = ['bulk-sale', '--yes', '--verbose', '--orders']

let shop: Shop
let secrets: string[]
/** A Paygent that answers every inquiry and then treats money as the test says. */
let url: string
let behave: (answer: ServerResponse) => void = (answer) => void answer.destroy()

beforeAll(async () => {
  shop = await openShop(Array.from({ length: 20 }, (_, index) => orderRow(index + 1, 'au')))
  const certs = join(shop.cwd, 'paygent-simulator-certs')
  const pem = readFileSync(shop.simulator.clientCert, 'utf8')
  const key = createPrivateKey({ key: pem, passphrase: 'changeit' })
  const locked = key.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: PHRASE }).toString()
  const certificate = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/.exec(pem)?.[0] ?? ''
  writeFileSync(join(shop.cwd, 'canary.pem'), `${certificate}\n${locked}`, { mode: 0o600 })
  const open = key.export({ type: 'pkcs8', format: 'pem' }).toString()
  const keyLines = `${locked}\n${open}`.split('\n').filter((line) => /^[A-Za-z0-9+/=]{20,}$/.test(line))
  secrets = [PASSWORD, PHRASE, encodeURIComponent(PASSWORD), 'canary%2Bpassword%7E7261', ...keyLines]
  expect(keyLines.length).toBeGreaterThan(3)
  url = await startOddPaygent(certs)
})

async function startOddPaygent(certs: string): Promise<string> {
  const read = (pattern: RegExp): Buffer =>
    readFileSync(join(certs, readdirSync(certs).find((name) => pattern.test(name)) ?? ''))
  const server = createServer(
    { cert: read(/^server(?!.*key).*\.pem$/), key: read(/^server.*key.*$/) },
    (asked, answer) => {
      const chunks: Buffer[] = []
      asked.on('data', (chunk: Buffer) => chunks.push(chunk))
      asked.on('end', () => {
        const fields = new URLSearchParams(Buffer.concat(chunks).toString())
        if (fields.get('telegram_kind') !== '094') return behave(answer)
        const facts = {
          result: '0',
          payment_id: fields.get('payment_id') ?? '',
          trading_id: fields.get('trading_id') ?? '',
          payment_type: '06',
          payment_status: '20',
          payment_amount: '1000',
          career_type: '4',
        }
        answer.end(
          Object.entries(facts)
            .map(([name, value]) => `${name}=${value}\r\n`)
            .join(''),
        )
      })
    },
  )
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  atEnd(() => {
    server.close()
    server.closeAllConnections()
  })
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const canaries = (): Record<string, string> => ({
  PAYGENT_CONNECT_PASSWORD: PASSWORD,
  PAYGENT_CLIENT_CERT: 'canary.pem',
  PAYGENT_CLIENT_CERT_PASSPHRASE: PHRASE,
  PAYGENT_LOG_LEVEL: 'trace',
  NODE_DEBUG: '',
})

/** Everything the program wrote: its output, its log, the mirror with its side files. */
function expectClean(ended: Ended): void {
  const files = readdirSync(shop.cwd).filter(
    (name) => /\.(db|log)/.test(name) && statSync(join(shop.cwd, name)).isFile(),
  )
  expect(files).toEqual(expect.arrayContaining(['paygent.db', 'paygent.log']))
  const written: [string, string][] = files.map((name) => [name, readFileSync(join(shop.cwd, name), 'latin1')])
  for (const [name, text] of [...written, ['stdout', ended.stdout], ['stderr', ended.stderr]] as const) {
    for (const secret of secrets) expect([name, text.includes(secret)]).toEqual([name, false])
  }
  for (const name of files) expect([name, statSync(join(shop.cwd, name)).mode & 0o077]).toEqual([name, 0])
}

let order = 0
const nextOrder = (): string => String((order += 1))

describe('before money moves', () => {
  it.each([
    ['login refused', {}, 2],
    ['pass phrase wrong', { PAYGENT_CLIENT_CERT_PASSPHRASE: `${PHRASE}x` }, 2],
    ['pass phrase not asked for', { PAYGENT_CLIENT_CERT_PASSPHRASE: '' }, 2],
    ['connection refused', { PAYGENT_ENDPOINT: 'https://127.0.0.1:1' }, 6],
    ['proxy refused', { PAYGENT_PROXY: `http://user:${encodeURIComponent(PASSWORD)}@127.0.0.1:1` }, 6],
    ['a setting that is wrong beside it', { PAYGENT_CONNECT_PASSWORD: PASSWORD.repeat(3) }, 2],
    ['a proxy that is no URL', { PAYGENT_PROXY: `socks://user:${PASSWORD}@127.0.0.1` }, 2],
    [
      'the endpoint with a password',
      { PAYGENT_ENDPOINT: `https://user:${encodeURIComponent(PASSWORD)}@example.com` },
      2,
    ],
  ])('%s', async (_, env, exit) => {
    const ended = await shop.paygent([...SALE, nextOrder()], { ...canaries(), ...env })
    expect([ended.code, ended.stderr]).toEqual([exit, ended.stderr])
    expectClean(ended)
  })

  it('certificate of another authority on either side', async () => {
    const cwd = join(shop.cwd, 'paygent-simulator-certs')
    const other = await startSimulator(cwd, ['--certs', 'foreign'])
    const theirs = await shop.paygent([...SALE, nextOrder()], { ...canaries(), PAYGENT_ENDPOINT: other.url })
    expect(theirs.code).toBe(2)
    expectClean(theirs)
    const ours = await shop.paygent([...SALE, nextOrder()], {
      ...canaries(),
      PAYGENT_ENDPOINT: other.url,
      PAYGENT_CA_CERT: other.ca,
    })
    expect(ours.code).toBe(2)
    expectClean(ours)
  })
})

describe('while money moves', () => {
  it.each<[string, (answer: ServerResponse) => void, number]>([
    ['reset', (answer) => void answer.destroy(), 4],
    ['silence', () => undefined, 4],
    ['status 500', (answer) => void answer.writeHead(500).end('<html>'), 4],
    ['redirect', (answer) => void answer.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(), 4],
    ['garbage', (answer) => void answer.end('garbage'), 4],
    ['P002', (answer) => void answer.end('result=1\r\nresponse_code=P002\r\nresponse_detail=login\r\n'), 6],
    ['a rejection', (answer) => void answer.end('result=1\r\nresponse_code=7405\r\nresponse_detail=no\r\n'), 3],
  ])('%s', async (_, act, exit) => {
    behave = act
    const env = { ...canaries(), PAYGENT_ENDPOINT: url, PAYGENT_CA_CERT: shop.simulator.ca }
    const ended = await shop.paygent([...SALE, nextOrder(), '--no-wait'], env)
    expect([ended.code, ended.stderr]).toEqual([exit, ended.stderr])
    expectClean(ended)
  })
})

describe('whatever asks Paygent', () => {
  const commands = [
    ['reconcile'],
    ['reconcile', '--audit', '--yes'],
    ['sync'],
    ['nightly', '--verbose'],
    ['settle', '1', '--as', 'open', '--note', 'looked', '--yes'],
    ['show', '1'],
    ['doctor'],
  ]
  const TOLD = `http://127.0.0.1:9/${encodeURIComponent(PASSWORD)}`
  const watched = { PAYGENT_WEBHOOK: TOLD, PAYGENT_PING: TOLD }

  it.each(commands)('%s %s', async (...args) => {
    const silent = { PAYGENT_ENDPOINT: 'https://127.0.0.1:1' }
    const wrong = { PAYGENT_CLIENT_CERT_PASSPHRASE: `${PHRASE}x` }
    for (const env of [{}, silent, wrong]) {
      const ended = await shop.paygent([...args, '--verbose'], { ...canaries(), ...watched, ...env })
      expect([ended.code === 1, ended.stderr]).toEqual([false, ended.stderr])
      expectClean(ended)
      expect(`${ended.stdout}${ended.stderr}`).not.toContain(encodeURIComponent(PASSWORD))
    }
  })

  it('shows nothing in the process list', async () => {
    behave = () => undefined
    const env = { ...canaries(), PAYGENT_ENDPOINT: url, PAYGENT_CA_CERT: shop.simulator.ca }
    const { child, ended } = shop.begin([...SALE, nextOrder(), '--no-wait'], env)
    const listed = readFileSync(`/proc/${child.pid}/cmdline`, 'latin1')
    await ended
    expect(listed).toContain('paygent.js')
    for (const secret of secrets) expect(listed).not.toContain(secret)
  })
})
