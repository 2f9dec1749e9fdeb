// Runs `paygent simulator` as users start it.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import { request, type RequestOptions } from 'node:https'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ALL_DAY, atEnd, type Ended, folder, run, type Running, start, startSimulator, writeOrders } from './program.js'
import { orderRow } from './shop.js'

describe('the state', () => {
  it('makes no file with --state :memory:', async () => {
    const cwd = folder()
    const simulator = await startSimulator(cwd, ['--state', ':memory:'])
    await simulator.post('payments', [{ payment_id: '1', trading_id: 't1', method: 'au', amount: '300' }])
    expect(await simulator.payments()).toHaveLength(1)
    expect(readdirSync(cwd).filter((name) => name !== 'paygent-simulator-certs' && name !== 'state')).toEqual([])
  })

  it('takes no payment status that Paygent does not have', async () => {
    const cwd = folder()
    const orders = writeOrders(cwd, [orderRow(7, 'credit', { payment_status: '99' })])
    const ended = await run(cwd, ['simulator', '--port', '0', '--orders', orders])
    expect(ended).toMatchObject({ code: 2, stdout: '' })
    expect(ended.stderr).toContain('「99」')
    expect(existsSync(join(cwd, 'paygent-simulator.db'))).toBe(false)
  })

  it('is not made where the port is taken, and neither are certificates', async () => {
    const { url } = await startSimulator(folder())
    const cwd = folder()
    const ended = await run(cwd, ['simulator', '--port', new URL(url).port, '--lang', 'ja'])
    expect(ended).toMatchObject({ code: 2, stdout: '' })
    expect(ended.stderr).toContain('起動していません')
    expect(readdirSync(cwd)).toEqual([])
  })

  it('that goes on is named at the start, and so is a CSV that differs from it', async () => {
    const cwd = folder()
    const orders = writeOrders(cwd, [orderRow(7, 'credit'), orderRow(8, 'au')])
    const first = await startSimulator(cwd, ['--orders', orders])
    expect(first.found).toMatchObject({ payments: 0, faults: 0, offsetMs: 0 })
    await first.post('faults', { match: { telegram: '023' } })
    await first.post('clock', { advance: '2d' })
    await first.post('payments/10007', { status: '40' })
    await stop(first)
    const changed = writeOrders(cwd, [orderRow(7, 'credit'), orderRow(8, 'au', { total: 900 })])
    const second = await startSimulator(cwd, ['--orders', changed])
    expect(second).toMatchObject({
      found: { payments: 2, faults: 1, offsetMs: 172_800_000 },
      differing: [{ paymentId: '10008', field: 'amountYen', ledger: 1000, given: 900 }],
    })
    await stop(second)
    const third = start(cwd, ['simulator', '--port', '0', '--orders', changed])
    await new Promise((resolve) => third.child.stdout?.once('data', resolve))
    const { stderr } = await stop(third)
    expect(stderr).toMatch(
      /^前回の台帳を使います：決済 2件、時計は \d{4}\/\d\d\/\d\d \d\d:\d\d、障害 1件\n空の台帳で始めるには：paygent simulator --state :memory:\n/,
    )
    expect(stderr).toContain(
      'CSV の値が台帳と違います（1件）。台帳の値を使います：\n  決済ID 10008 の金額：台帳 1000、CSV 900\n',
    )
  })
})

describe('the telegrams', () => {
  const soldWith = async (args: readonly string[]): Promise<string[]> => {
    const cwd = folder()
    const orders = writeOrders(cwd, [orderRow(7, 'au', { shipped_at: '2009/06/20 10:00' })])
    const simulator = await startSimulator(cwd, ['--orders', orders, ...args])
    const env = { ...simulator.env, ...ALL_DAY }
    await run(cwd, ['import', orders], env)
    expect(await run(cwd, ['bulk-sale', '--orders', '7', '--yes'], env)).toMatchObject({ code: 0 })
    const { stderr } = await stop(simulator)
    return stderr.split('\n').slice(0, -1)
  }

  it('have one line each', async () => {
    const lines = await soldWith([])
    expect(lines.length).toBeGreaterThan(1)
    for (const line of lines)
      expect(line).toMatch(/^\d{4}-\d\d-\d\dT[\d:]{8}\+09:00 #\d+ \d{3} payment_id=\S+ .*result=\d/)
    expect(lines.filter((line) => line.includes(' 101 '))).toEqual([
      expect.stringMatching(/ 101 payment_id=10007 trading_id=7 result=0$/),
    ])
  })

  it('have none with --quiet', async () => expect(await soldWith(['--quiet'])).toEqual([]))
})

describe('--host', () => {
  it('listens where it says, under names of the certificate, and asks for the client certificate there', async () => {
    const cwd = folder()
    const simulator = await startSimulator(cwd, ['--host', '0.0.0.0,simulator.test'])
    const { port } = new URL(simulator.url)
    expect(simulator).toMatchObject({
      url: `https://127.0.0.1:${port}`,
      otherUrls: [`https://simulator.test:${port}`],
    })
    const ca = readFileSync(simulator.ca)
    const pem = readFileSync(simulator.clientCert)
    const login = { cert: pem, key: pem, passphrase: 'changeit' }
    const ask = (options: RequestOptions) =>
      new Promise<number | string | undefined>((resolve) => {
        const sent = request({ host: '127.0.0.2', port, path: '/_simulator', ca, agent: false, ...options }, (answer) =>
          resolve(answer.statusCode),
        )
        sent.on('error', (error: NodeJS.ErrnoException) => resolve(error.code))
        sent.end()
      })
    expect(await ask({ servername: 'simulator.test', ...login })).toBe(200)
    expect(await ask({ servername: 'elsewhere.test', ...login })).toBe('ERR_TLS_CERT_ALTNAME_INVALID')
    expect(await ask({ servername: 'simulator.test' })).toMatch(/CERTIFICATE_REQUIRED|ECONNRESET|EPIPE/)
  })

  it.each(['', 'a b', '127.0.0.1,', '192.0.2.1', 'no-such-host.invalid'])('%j is refused', async (host) => {
    const ended = await run(folder(), ['simulator', '--port', '0', '--lang', 'ja', '--host', host])
    expect(ended).toMatchObject({ code: 2, stdout: '' })
    expect(ended.stderr).toContain('--host')
  })
})

describe('--browser-port', () => {
  it('serves pages at the address that it names, and none without the option', async () => {
    expect(await startSimulator(folder())).toMatchObject({ browserUrl: null })
    const { browserUrl } = await startSimulator(folder(), ['--browser-port', '0'])
    const page = await fetch(`${browserUrl}/`)
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('【シミュレーター】')])
    const cwd = folder()
    const ended = await run(cwd, ['simulator', '--port', '0', '--browser-port', new URL(`${browserUrl}`).port])
    expect(ended).toMatchObject({ code: 2, stdout: '' })
    expect(ended.stderr).toContain('--browser-port')
    expect(readdirSync(cwd)).toEqual([])
  })

  it('is named with the settings', async () => {
    const running = start(folder(), ['simulator', '--port', '0', '--browser-port', '0', '--lang', 'en'])
    await new Promise((resolve) => running.child.stdout?.once('data', resolve))
    const { stdout } = await stop(running)
    expect(stdout).toMatch(/^Pages for a browser: http:\/\/127\.0\.0\.1:\d+$/m)
  })

  it.each(['65536', 'x'])('%j is refused', async (port) => {
    const ended = await run(folder(), ['simulator', '--port', '0', '--browser-port', port])
    expect(ended).toMatchObject({ code: 2, stdout: '' })
    expect(ended.stderr).toContain('--browser-port')
  })

  it('that is the port of the telegrams is refused as such, and not as the port of another program', async () => {
    const cwd = folder()
    const ended = await run(cwd, ['simulator', '--browser-port', '4430', '--lang', 'ja'])
    expect(ended).toMatchObject({ code: 2, stdout: '' })
    expect(ended.stderr).toContain('エラー：--browser-port の値「4430」が正しくありません。')
    expect(ended.stderr).toContain('対処：--port と異なる番号を指定してください。')
    expect(readdirSync(cwd)).toEqual([])
  })
})

describe('--notify', () => {
  it('pushes to the shop, and tells each try', async () => {
    const hashes: (string | null)[] = []
    const shop = createServer((incoming, response) => {
      void text(incoming).then((body) => {
        hashes.push(new URLSearchParams(body).get('hc'))
        response.end('result = 0\n')
      })
    })
    await new Promise<void>((resolve) => shop.listen(0, '127.0.0.1', resolve))
    atEnd(() => void shop.close())
    const url = `http://127.0.0.1:${(shop.address() as AddressInfo).port}/notice`
    const simulator = await startSimulator(folder(), ['--notify', url, '--notify-key', 'key'])
    await simulator.post('payments', { paymentId: '7', tradingId: 't7', method: 'au', amountYen: 300 })
    while (hashes.length === 0) await new Promise((resolve) => setTimeout(resolve, 20))
    expect(hashes).toEqual([createHash('sha256').update('17t706300key').digest('hex')])
    while (!JSON.stringify(await simulator.get('notices')).includes('result = 0'))
      await new Promise((resolve) => setTimeout(resolve, 20))
    const { stderr } = await stop(simulator)
    expect(stderr).toMatch(/^\S+ push payment_notice_id=1 payment_id=7 payment_status=20 answer=200 result = 0$/m)
  })

  it.each([
    ['a key without an address', ['--notify-key', 'key'], '--notify'],
    ['an address that is none', ['--notify', 'shop.example'], 'shop.example'],
    ['an address of another kind', ['--notify', 'ftp://shop.example/'], 'ftp://'],
    ['an empty key', ['--notify', 'http://127.0.0.1/', '--notify-key', ''], '--notify-key'],
  ])('refuses %s', async (_name, args, named) => {
    const ended = await run(folder(), ['simulator', '--port', '0', ...args])
    expect(ended).toMatchObject({ code: 2, stdout: '' })
    expect(ended.stderr).toContain(named)
  })
})

describe('--eccube', () => {
  it('writes what the plug-in reads, and overwrites only its own file', async () => {
    const cwd = folder()
    const path = join(cwd, 'modenv_properties.conf')
    const first = await startSimulator(cwd, ['--eccube', path])
    await stop(first)
    const second = await startSimulator(cwd, ['--eccube', path, '--host', '127.0.0.1,shop.test'])
    const { port } = new URL(second.url)
    const entries = readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => /^[^#]+=/.test(line))
    const properties = Object.fromEntries(entries.map((line) => line.replace('paygentB2Bmodule.', '').split('=')))
    expect(properties).toMatchObject({
      client_file_path: second.clientCert,
      ca_file_path: second.ca,
      timeout_value: '35',
      select_max_cnt: '2000',
      log_output_path: `${path}.log`,
      'url.02': `https://shop.test:${port}/n/card/request`,
      'url.10': `https://shop.test:${port}/n/c/request`,
      'url.091': `https://shop.test:${port}/n/ref/paynotice`,
      'url.094': `https://shop.test:${port}/n/ref/paymentref`,
    })
    const real = 'paygentB2Bmodule.url.02=https://module.paygent.co.jp/n/card/request\n'
    writeFileSync(path, real)
    const ended = await run(cwd, ['simulator', '--port', '0', '--eccube', path])
    expect(ended).toMatchObject({ code: 2, stdout: '' })
    expect(readFileSync(path, 'utf8')).toBe(real)
  })

  it('ends where its file cannot be written', async () => {
    const cwd = folder()
    const ended = await run(cwd, ['simulator', '--port', '0', '--eccube', join(cwd, 'none', 'x.conf')])
    expect(ended).toMatchObject({ code: 2, stdout: '' })
    expect(ended.stderr).toContain('x.conf')
  })
})

/** Ends it with Ctrl-C, and gives what it wrote. */
function stop({ child, ended }: Running): Promise<Ended> {
  child.kill('SIGINT')
  return ended
}
