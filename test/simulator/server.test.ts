import { readdirSync } from 'node:fs'
import { Agent } from 'node:https'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { describe, expect, it, onTestFinished } from 'vitest'
import { makeCertificates } from '../../src/simulator/certificates.js'
import { answerOf, card, carried, telegramForm } from './desk.js'
import { ask, call, callTelegram, control, curl, HAS_CURL, started, temporaryFolder } from './tls.js'

const CERTIFICATES = await makeCertificates()
const open = (options: Parameters<typeof started>[0] = {}) => started({ certificates: CERTIFICATES, ...options })

const ids = (paymentId: string) => ({ payment_id: paymentId, trading_id: `t${paymentId}` })
const sold = { status: 200, complete: true }

describe('over TLS', () => {
  it('answers as Paygent does', async () => {
    const simulator = await open({ payments: [card('1')] })
    const { status, headers, body, complete } = await callTelegram(simulator, '022', ids('1'))
    expect({ status, complete }).toEqual(sold)
    expect(headers['content-type']).toBe('text/html; charset=Windows-31J')
    expect(headers['content-length']).toBe(String(body.length))
    expect(headers['transfer-encoding']).toBeUndefined()
    expect(Date.parse(String(headers['date']))).not.toBeNaN()
    expect(body.toString('latin1')).toBe(
      'result=0\r\nresponse_code=\r\nresponse_detail=\r\npayment_id=1\r\ntrading_id=t1\r\n',
    )
  })

  it('serves 20 clients at once, each with its own answer', async () => {
    const numbers = Array.from({ length: 20 }, (_, index) => String(index + 1))
    const simulator = await open({ payments: numbers.map((number) => card(number)), latencyMs: 100 })
    const answers = await Promise.all(numbers.map((number) => ask(simulator, '022', ids(number))))
    expect(answers.map(({ result, payment_id }) => [result, payment_id])).toEqual(
      numbers.map((number) => ['0', number]),
    )
    const requests = (await control<{ inFlight: number }[]>(simulator, 'requests')).json
    expect(requests).toHaveLength(20)
    expect(Math.max(...requests.map(({ inFlight }) => inFlight))).toBeGreaterThan(1)
    const { json } = await control<{ status: string }[]>(simulator, 'payments')
    expect(json.filter(({ status }) => status !== '40')).toEqual([])
  })

  it('keeps a connection that the client keeps', async () => {
    const simulator = await open({ payments: [card('1')] })
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    onTestFinished(() => agent.destroy())
    const ports = new Set<number>()
    agent.on('free', (socket: { localPort: number }) => ports.add(socket.localPort))
    for (let n = 0; n < 3; n += 1)
      expect(await ask(simulator, '094', ids('1'), { agent })).toMatchObject({ result: '0' })
    expect(ports.size).toBe(1)
  })

  it('closes although a client keeps its connection', async () => {
    const simulator = await open({ payments: [card('1')] })
    const agent = new Agent({ keepAlive: true })
    onTestFinished(() => agent.destroy())
    await ask(simulator, '094', ids('1'), { agent })
    await simulator.close()
    await expect(ask(simulator, '094', ids('1'))).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })

  it('wants a client certificate that its own CA signed', async () => {
    const simulator = await open({ payments: [card('1')] })
    const stranger = await makeCertificates()
    const none = { cert: undefined, key: undefined }
    const strange = { cert: stranger.clientCert, key: stranger.clientCert }
    for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
      await expect(ask(simulator, '022', ids('1'), { tls: { ...none, maxVersion } })).rejects.toThrow()
      await expect(ask(simulator, '022', ids('1'), { tls: { ...strange, maxVersion } })).rejects.toThrow()
    }
    expect((await control<unknown[]>(simulator, 'requests')).json).toEqual([])
  })

  it('has a certificate for localhost and 127.0.0.1 and no other name', async () => {
    const simulator = await open()
    const local = { ...simulator, url: simulator.url.replace('127.0.0.1', 'localhost') }
    expect((await ask(local, '091', { payment_notice_id: '0' }))['success_code']).toBe('1')
    const elsewhere = { tls: { servername: 'module.paygent.co.jp' } }
    await expect(ask(simulator, '091', {}, elsewhere)).rejects.toMatchObject({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' })
  })

  it('speaks no TLS below 1.2', async () => {
    const simulator = await open()
    await expect(ask(simulator, '091', {}, { tls: { maxVersion: 'TLSv1.1', minVersion: 'TLSv1' } })).rejects.toThrow()
  })

  it('does not say 100 Continue', async () => {
    const simulator = await open({ payments: [card('1')] })
    const raw = await rawExchange(simulator, telegramForm('022', ids('1')))
    expect(raw).not.toContain(' 100 ')
    expect(raw).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
  })

  it('knows its addresses', async () => {
    const simulator = await open()
    expect((await call(simulator, '/')).status).toBe(404)
    expect((await call(simulator, '/n/card/request', { method: 'GET' })).status).toBe(405)
    expect((await call(simulator, '/n/card/request', { body: 'a'.repeat(2_000_000) })).status).toBe(413)
    const long = await call(simulator, '/n/card/request', { body: telegramForm('022', { memo: 'a'.repeat(102_400) }) })
    expect(answerOf(long.body)['response_code']).toBe('P011')
  })

  it('answers P002 to a wrong login', async () => {
    const simulator = await open({ payments: [card('1')] })
    const answer = await ask(simulator, '022', { ...ids('1'), connect_password: 'x' })
    expect(answer).toMatchObject({ result: '1', response_code: 'P002' })
  })

  it('says so when the port is taken', async () => {
    const simulator = await open()
    const port = Number(new URL(simulator.url).port)
    await expect(open({ port })).rejects.toMatchObject({ code: 'port-in-use', params: { port } })
  })

  it('makes nothing where the port is taken, and changes nothing of a ledger that is there', async () => {
    const dir = temporaryFolder()
    const statePath = join(dir, 'state')
    const first = await open({ statePath, payments: [card('1')], faults: { shows: 'half' } })
    const port = Number(new URL(first.url).port)
    const certificates = () => Promise.reject(new Error('made'))
    for (const path of [statePath, join(dir, 'other')])
      await expect(
        open({ certificates, port, statePath: path, payments: [card('2')], faults: [] }),
      ).rejects.toMatchObject({ code: 'port-in-use' })
    expect(readdirSync(dir).filter((name) => !name.startsWith('state'))).toEqual([])
    expect((await control(first, 'faults')).json).toHaveLength(1)
    expect((await control(first, 'payments')).json).toHaveLength(1)
  })

  it('gives the port back where it cannot start', async () => {
    const spare = await open()
    const port = Number(new URL(spare.url).port)
    await spare.close()
    await expect(open({ port, statePath: temporaryFolder() })).rejects.toMatchObject({ code: 'ledger-unusable' })
    await open({ port })
  })
})

/** Sends the head with `Expect: 100-continue`, waits a little, then the body; gives back all that came. */
function rawExchange(client: Parameters<typeof ask>[0], body: string): Promise<string> {
  const { ca, clientCert, passphrase, url } = client
  const port = Number(new URL(url).port)
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, ca, cert: clientCert, key: clientCert, passphrase }, () => {
      const head = `Host: x\r\nContent-Length: ${body.length}\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n`
      socket.write(`POST /n/card/request HTTP/1.1\r\n${head}`)
      setTimeout(() => socket.write(body), 100)
    })
    let text = ''
    socket.setEncoding('latin1').on('data', (part: string) => (text += part))
    socket.on('error', reject)
    socket.on('close', () => resolve(text))
  })
}

describe.skipIf(!HAS_CURL)('HTTP/1.0, a connection each, as the PHP client of Paygent', () => {
  it('is served like ours', async () => {
    const simulator = await open({ payments: [card('1'), carried('2', 'docomo')] })
    const sale = await curl(simulator, '/n/card/request', telegramForm('022', { ...ids('1'), partner: 'lockon' }))
    expect(sale).toContain('ALPN: server accepted http/1.0')
    expect(sale).toContain('result=0\r\n')
    expect(sale).toContain('Content-Length: ')
    expect(sale).toContain('Connection: close')
    const carrierSale = await curl(simulator, '/n/c/request', telegramForm('101', ids('2')))
    expect(carrierSale).toContain('result=0\r\n')
    expect(await ask(simulator, '094', ids('1'))).toMatchObject({ payment_status: '40' })
    expect(await ask(simulator, '094', ids('2'))).toMatchObject({ payment_status: '40' })
  })

  it('gets a long request through without 100 Continue', async () => {
    const simulator = await open({ payments: [card('1')] })
    const text = await curl(
      simulator,
      '/n/card/request',
      telegramForm('022', { ...ids('1'), memo: 'A'.repeat(50_000) }),
    )
    expect(text).not.toContain('100 Continue')
    expect(text).toContain('result=0\r\n')
  })
})
