// A carrier's checkout over real sockets: telegrams over TLS, the customer over plain HTTP.
import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, expect, it, onTestFinished } from 'vitest'
import { callPage, submit } from './browser-client.js'
import { simulatorProcesses } from './child.js'
import { ask, control, started, temporaryFolder } from './tls.js'

const APPLICATION = {
  trading_id: '852',
  amount: '1733',
  career_type: '6',
  return_url: 'http://shop.test/done',
  cancel_url: 'http://shop.test/cancelled',
}

interface Shown {
  readonly status: string
  readonly changes: readonly unknown[]
}

/** Sends the form of a page, wherever the server listens now. */
const answer = (base: string, address: string, decision: 'agree' | 'cancel') =>
  submit(base, new URL(address).pathname, { answer: decision })

describe('a customer', () => {
  it('who clicks twenty times at once pays once, and is led to one place', async () => {
    const simulator = await started({ browserPort: 0 })
    const { browserUrl } = simulator
    const base = browserUrl ?? ''
    const { payment_id: id, redirect_url: address = '' } = await ask(simulator, '100', APPLICATION)
    const clicks = Array.from({ length: 20 }, (_, click) => answer(base, address, click % 2 === 0 ? 'agree' : 'cancel'))
    const answers = await Promise.all(clicks)
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([303]))
    expect(new Set(answers.map(({ headers }) => headers['location'])).size).toBe(1)
    const { json } = await control<Shown[]>(simulator, 'payments')
    expect(json).toMatchObject([{ paymentId: id, changes: [{ to: '10' }, { from: '10', by: 'customer' }] }])
    expect(json[0]?.changes).toHaveLength(2)
  })

  it('gets the page with a policy that lets its form lead to whatever host the shop names', async () => {
    const simulator = await started({ browserPort: 0 })
    const { redirect_url: address = '' } = await ask(simulator, '100', APPLICATION)
    const page = await callPage(simulator.browserUrl ?? '', new URL(address).pathname)
    expect(page.status).toBe(200)
    expect(page.headers['content-security-policy']).toContain("form-action 'self' http: https:;")
  })

  it('cannot be made to pay by a page of the shop', async () => {
    const simulator = await started({ browserPort: 0 })
    const { redirect_url: address = '' } = await ask(simulator, '100', APPLICATION)
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded', Origin: 'http://shop.test' }
    const forged = { method: 'POST', headers, body: 'answer=agree' }
    expect(await callPage(simulator.browserUrl ?? '', new URL(address).pathname, forged)).toMatchObject({ status: 403 })
    expect((await control(simulator, 'payments')).json).toMatchObject([{ status: '10' }])
  })
})

it('two checkouts of twenty at once keep apart', async () => {
  const simulator = await started({ browserPort: 0 })
  const base = simulator.browserUrl ?? ''
  const orders = Array.from({ length: 20 }, (_, order) => `t${order}`)
  const locations = await Promise.all(
    orders.map(async (trading_id) => {
      const { redirect_url: address = '' } = await ask(simulator, '100', { ...APPLICATION, trading_id })
      return new URL(String((await answer(base, address, 'agree')).headers['location'])).searchParams
    }),
  )
  expect(locations.map((query) => query.get('trading_id'))).toEqual(orders)
  expect(new Set(locations.map((query) => query.get('payment_id'))).size).toBe(20)
})

it('a notice is pushed and fetched with the ids and the amount of the answer', async () => {
  const pushed: URLSearchParams[] = []
  const shop = createServer((incoming, response) => {
    void text(incoming).then((body) => {
      pushed.push(new URLSearchParams(body))
      response.end('result = 0\n')
    })
  })
  await new Promise<void>((resolve) => shop.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void shop.close())
  const url = `http://127.0.0.1:${(shop.address() as AddressInfo).port}/notice`
  const simulator = await started({ browserPort: 0, push: { url, key: 'key' } })
  const { payment_id: id = '', redirect_url: address = '' } = await ask(simulator, '100', APPLICATION)
  await answer(simulator.browserUrl ?? '', address, 'agree')
  await expect.poll(() => pushed.length).toBe(1)
  expect(Object.fromEntries(pushed[0] ?? [])).toMatchObject({
    payment_id: id,
    trading_id: '852',
    payment_type: '06',
    payment_status: '20',
    payment_amount: '1733',
    payment_date: '',
    hc: createHash('sha256').update(`1${id}852061733key`).digest('hex'),
  })
  expect(await ask(simulator, '091')).toMatchObject({ payment_id: id, payment_status: '20', payment_amount: '1733' })
})

describe('after a kill -9', () => {
  it('behind the consent the customer still gets back to the shop, with the same open id', async () => {
    const statePath = join(temporaryFolder(), 'state')
    const consent = {
      trading_id: '852',
      career_type: '4',
      redirect_url: 'http://shop.test/back',
      cancel_url: 'http://shop.test/',
    }
    const [first] = await simulatorProcesses({ statePath, browserPort: 0 })
    if (first === undefined) throw new Error('no simulator')
    const { redirect_url: address = '' } = await ask(first.client, '104', consent)
    const { location } = (await answer(new URL(address).origin, address, 'agree')).headers
    await first.kill()
    const second = await started({ statePath, browserPort: 0 })
    const page = await callPage(second.browserUrl ?? '', new URL(address).pathname)
    expect(page.body).toContain(`href="${String(location)}"`)
    const openId = new URL(String(location)).searchParams.get('open_id') ?? ''
    const applied = await ask(second, '100', { ...APPLICATION, career_type: '4', open_id: openId })
    expect(applied).toMatchObject({ result: '0' })
    expect(applied['redirect_url']).toContain(second.browserUrl)
  })

  it.each([0, 2, 10])('%i ms behind the click the payment is made whole, or not at all', async (waitMs) => {
    const statePath = join(temporaryFolder(), 'state')
    const [first] = await simulatorProcesses({ statePath, browserPort: 0 })
    if (first === undefined) throw new Error('no simulator')
    const { payment_id: id = '', redirect_url: address = '' } = await ask(first.client, '100', APPLICATION)
    const click = answer(new URL(address).origin, address, 'agree').catch(() => null)
    await new Promise((resolve) => setTimeout(resolve, waitMs))
    await first.kill()
    const clicked = await click
    const second = await started({ statePath, browserPort: 0 })
    const base = second.browserUrl ?? ''
    const { json: before } = await control<Shown[]>(second, 'payments')
    if (clicked !== null) expect(before).toMatchObject([{ status: '20' }])
    expect(before).toMatchObject([{ paymentId: id, status: expect.stringMatching(/^[12]0$/) }])
    expect((await control<unknown[]>(second, 'notices')).json).toHaveLength(before[0]?.status === '20' ? 1 : 0)
    // The customer clicks again.
    const { location } = (await answer(base, address, 'agree')).headers
    expect(location).toBe(`http://shop.test/done?trading_id=852&payment_id=${id}`)
    expect((await control<Shown[]>(second, 'payments')).json).toMatchObject([{ status: '20', changes: [{}, {}] }])
    expect((await control<unknown[]>(second, 'notices')).json).toHaveLength(1)
  })
})

it('a reset takes the pages away, and the payments that POST gives back are the same', async () => {
  const simulator = await started({ browserPort: 0 })
  const base = simulator.browserUrl ?? ''
  const { redirect_url: paid = '' } = await ask(simulator, '100', APPLICATION)
  await answer(base, paid, 'agree')
  const { redirect_url: open = '' } = await ask(simulator, '100', APPLICATION)
  const { json } = await control(simulator, 'payments')
  await control(simulator, 'reset', {})
  for (const address of [paid, open])
    expect(await callPage(base, new URL(address).pathname)).toMatchObject({ status: 404 })
  await control(simulator, 'payments', json)
  expect((await control(simulator, 'payments')).json).toEqual(json)
})
