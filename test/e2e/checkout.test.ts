// A shop's checkout in a real Chromium: a page of the shop on another port, the token script, and the carrier's pages.
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { Page } from 'playwright-core'
import { describe, expect, it, onTestFinished } from 'vitest'
import { ask, control, started } from '../simulator/tls.js'
import { axeFindings, chromiumBrowser, noChromium, overflowOf } from './chromium.js'

const NUMBER = '4900000000001234'

const cardPage = (pages: string): string => `<!doctype html><html lang="ja"><meta charset="utf-8"><title>Shop</title>
  <script src="${pages}/js/PaygentToken.js" charset="UTF-8" crossorigin="anonymous"></script>
  <form method="post" action="/card" id="form"><input type="hidden" name="card_token" id="token"></form>
  <input id="number"><button id="pay">Pay</button><p id="problem"></p>
  <script>
    document.getElementById('pay').onclick = () => new PaygentToken().createToken('12345678', 'key', {
      card_number: document.getElementById('number').value,
      expire_year: '45', expire_month: '01', cvc: '123', name: 'TARO YAMADA',
    }, ({ result, tokenizedCardObject }) => {
      document.getElementById('problem').textContent = result
      if (result !== '0000') return
      document.getElementById('token').value = tokenizedCardObject.token
      document.getElementById('form').submit()
    })
  </script></html>`

type Simulator = Awaited<ReturnType<typeof started>>

interface Place {
  readonly location?: string
  readonly body?: string
}

/** A shop as its module does it: what it gets from the customer it sends on as a telegram, over TLS. */
async function openShop() {
  const simulator = await started({ browserPort: 0 })
  const pages = simulator.browserUrl ?? ''
  const received: string[] = []
  const server = createServer((incoming, response) => {
    void (async () => {
      const body = await text(incoming)
      received.push(`${incoming.url} ${body}`)
      const place = await placeOf(simulator, pages, incoming, body)
      response.writeHead(place.location === undefined ? 200 : 302, {
        'Content-Type': 'text/html; charset=utf-8',
        ...(place.location !== undefined && { Location: place.location }),
      })
      response.end(place.body ?? '')
    })()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const shop = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const payments = async () => (await control<Record<string, unknown>[]>(simulator, 'payments')).json
  return { simulator, pages, shop, received, payments }
}

async function placeOf(simulator: Simulator, pages: string, incoming: IncomingMessage, body: string): Promise<Place> {
  const url = new URL(incoming.url ?? '', `http://${incoming.headers.host}`)
  const { origin, searchParams } = url
  const order = { trading_id: '852', cancel_url: `${origin}/cancelled?order=852` }
  const apply = async (career_type: string, open_id: string, back = '/done'): Promise<Place> => {
    const fields = { ...order, amount: '1733', career_type, open_id, return_url: `${origin}${back}?order=852` }
    const { redirect_url: location = '' } = await ask(simulator, '100', fields)
    return { location }
  }
  switch (url.pathname) {
    case '/au': {
      const fields = { ...order, career_type: '4', redirect_url: `${origin}/back?order=852` }
      return { location: (await ask(simulator, '104', fields))['redirect_url'] ?? '' }
    }
    case '/back':
      return apply('4', searchParams.get('open_id') ?? '')
    case '/softbank':
      return apply('6', '')
    case '/two-hosts':
      return apply('6', '', '/moved')
    case '/moved':
      return { location: url.href.replace('127.0.0.1', 'localhost').replace('/moved', '/done') }
    case '/card': {
      if (incoming.method === 'GET') return { body: cardPage(pages) }
      const card_token = new URLSearchParams(body).get('card_token') ?? ''
      const paid = await ask(simulator, '020', { trading_id: '853', payment_amount: '900', card_token })
      return { body: `<title>Shop</title><p id="result">${paid['result']} ${paid['payment_id']}</p>` }
    }
    default:
      return { body: `<title>Shop</title><p id="place">${url.pathname}</p>` }
  }
}

/** A page of a customer, with what scripts, policies and the network complain of. */
async function customer(locale = 'ja-JP'): Promise<{ page: Page; noise: string[] }> {
  const context = await (await chromiumBrowser()).newContext({ locale })
  onTestFinished(() => context.close())
  const page = await context.newPage()
  const noise: string[] = []
  page.on('console', (message) => noise.push(`${message.type()}: ${message.text()}`))
  page.on('pageerror', ({ message }) => noise.push(`error: ${message}`))
  page.on('requestfailed', (request) => noise.push(`failed: ${request.url()}`))
  return { page, noise }
}

const ids = (page: Page) => {
  const query = new URL(page.url()).searchParams
  return { order: query.get('order'), trading: query.get('trading_id'), payment: query.get('payment_id') }
}

/** Presses Tab until the button has the focus, then Enter. */
async function press(page: Page, name: string): Promise<void> {
  for (let tab = 0; tab < 10; tab += 1) {
    await page.keyboard.press('Tab')
    if ((await page.evaluate('document.activeElement.textContent')) === name) return page.keyboard.press('Enter')
  }
  throw new Error(`no button "${name}" is reached`)
}

describe.skipIf(noChromium)('a customer of a carrier', () => {
  it('agrees, pays and comes back to the shop, with the keyboard alone', async () => {
    const { shop, payments } = await openShop()
    const { page, noise } = await customer()
    await page.goto(`${shop}/au`)
    expect(await page.title()).toBe('【シミュレーター】auかんたん決済：利用への同意')
    await press(page, '同意する')
    await expect.poll(() => page.title()).toBe('【シミュレーター】auかんたん決済：お支払い')
    expect(await page.locator('dl').innerText()).toContain('1,733円')
    await press(page, '支払う')
    await page.waitForURL(`${shop}/done**`)
    const [payment] = await payments()
    expect(ids(page)).toEqual({ order: '852', trading: '852', payment: payment?.['paymentId'] })
    expect(payment).toMatchObject({ carrier: 'au', status: '20', amountYen: 1733 })
    expect(noise).toEqual([])
  })

  it('cancels, and comes back to another place of the shop', async () => {
    const { shop, payments } = await openShop()
    const { page } = await customer('en-US')
    await page.goto(`${shop}/softbank`)
    await page.getByRole('button', { name: 'Cancel' }).click()
    await page.waitForURL(`${shop}/cancelled**`)
    expect(ids(page)).toMatchObject({ order: '852', trading: '852' })
    expect(await payments()).toMatchObject([{ carrier: 'softbank', status: '15' }])
  })

  it('comes back to a shop that leads on to another host of its own', async () => {
    const { shop, payments } = await openShop()
    const { page, noise } = await customer()
    await page.goto(`${shop}/two-hosts`)
    await page.getByRole('button', { name: '支払う' }).click()
    await page.waitForURL(`${shop.replace('127.0.0.1', 'localhost')}/done**`, { timeout: 10_000 })
    expect(ids(page)).toMatchObject({ order: '852', trading: '852' })
    expect(await payments()).toMatchObject([{ status: '20' }])
    expect(noise).toEqual([])
  })

  it('who clicks twice, goes back and reloads pays once', async () => {
    const { shop, payments } = await openShop()
    const { page } = await customer()
    await page.goto(`${shop}/softbank`)
    const address = page.url()
    await page.getByRole('button', { name: '支払う' }).dblclick()
    await page.waitForURL(`${shop}/done**`)
    const done = page.url()
    await page.goBack()
    await page.goto(address)
    await page.reload()
    expect(await page.title()).toBe('【シミュレーター】手続きは終わっています')
    await page.getByRole('link', { name: '店舗に戻る' }).click()
    await page.waitForURL(`${shop}/done**`)
    expect(page.url()).toBe(done)
    expect(await payments()).toMatchObject([{ status: '20', changes: [{ to: '10' }, { to: '20' }] }])
  })

  it.each(['ja-JP', 'en-US'])('can read the page at every width, in %s', async (locale) => {
    const { shop } = await openShop()
    const { page } = await customer(locale)
    await page.goto(`${shop}/softbank`)
    for (const width of [320, 1280]) {
      await page.setViewportSize({ width, height: 700 })
      expect(await overflowOf(page)).toEqual({ pixels: 0, beyond: [] })
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme })
        expect(await axeFindings(page)).toEqual([])
      }
    }
  })

  it('cannot be clicked through a frame of another page', async () => {
    const { shop, simulator } = await openShop()
    const { page } = await customer()
    const fields = { trading_id: '1', amount: '1', career_type: '6', return_url: `${shop}/`, cancel_url: `${shop}/` }
    const { redirect_url: address = '' } = await ask(simulator, '100', fields)
    await page.goto(`${shop}/`)
    await page.setContent(`<iframe src="${address}"></iframe>`)
    await page.waitForLoadState('load')
    const frame = page.frames().find((each) => each !== page.mainFrame())
    expect(await frame?.locator('button').count()).toBe(0)
  })
})

describe.skipIf(noChromium)('a customer with a card', () => {
  it('pays by a token, and the number leaves the page nowhere', async () => {
    const { shop, pages, received, payments } = await openShop()
    const { page, noise } = await customer()
    const requests: string[] = []
    page.on('request', (request) => requests.push(`${request.method()} ${request.url()} ${request.postData() ?? ''}`))
    await page.goto(`${shop}/card`)
    await page.fill('#number', '4900 0000')
    await page.click('#pay')
    await expect.poll(() => page.locator('#problem').textContent()).toBe('1301')
    await page.fill('#number', NUMBER)
    await page.click('#pay')
    await page.waitForSelector('#result')
    const [payment] = await payments()
    expect(await page.textContent('#result')).toBe(`0 ${payment?.['paymentId']}`)
    expect(payment).toMatchObject({ method: 'credit', status: '20', amountYen: 900, card: '1234' })
    expect(requests.filter((line) => line.includes(pages))).toEqual([`GET ${pages}/js/PaygentToken.js `])
    expect([...requests, ...received].join('\n')).not.toContain(NUMBER)
    expect(received.join('\n')).toMatch(/card_token=tok_[\da-f]{32}_1234/)
    expect(noise).toEqual([])
  })
})
