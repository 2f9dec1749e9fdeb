// The token script, run as a page of a shop would run it.
import { webcrypto } from 'node:crypto'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { tokenScriptRoute } from '../../src/simulator/browser/token-script.js'
import { cell, listed, pageAt } from '../pages.js'
import { callPage } from './browser-client.js'
import { DAY_MS, openDesk, PAGES } from './desk.js'
import { started } from './tls.js'

/** On the clock of the desk it is April 2026. */
const CARD = { card_number: '4900000000001234', expire_year: '30', expire_month: '12', cvc: '123', name: 'TARO YAMADA' }

interface Response {
  readonly result: string
  readonly tokenizedCardObject?: { readonly token: string }
}

type Create = (merchant: unknown, key: unknown, card: unknown, callback: (response: Response) => void) => void

function scriptAt(advanceMs = 0): string {
  const { clock, ledger, office } = openDesk()
  clock.advance(advanceMs)
  const request = {
    method: 'GET',
    path: '/js/PaygentToken.js',
    query: new URLSearchParams(),
    form: new URLSearchParams(),
    lang: 'ja',
  } as const
  return tokenScriptRoute(request, { ledger, office, url: PAGES, version: null })?.body ?? ''
}

/** Only what is named here is there: with anything that sends, the script would fail. */
function paygentToken(script = scriptAt()): Record<'createToken' | 'createCvcToken', Create> {
  const window = { crypto: webcrypto, setTimeout } as {
    PaygentToken?: new () => Record<'createToken' | 'createCvcToken', Create>
  }
  runInNewContext(script, { window, Uint8Array })
  if (window.PaygentToken === undefined) throw new Error('the script defines no PaygentToken')
  return new window.PaygentToken()
}

const created = (
  card: unknown,
  merchant: unknown = '12345678',
  key: unknown = 'key',
  script?: string,
): Promise<Response> => new Promise((resolve) => paygentToken(script).createToken(merchant, key, card, resolve))

describe('the token', () => {
  it('keeps the last four digits of the card and nothing else, and is another one each time', async () => {
    const responses = await Promise.all([created(CARD), created(CARD)])
    const tokens = responses.map(({ tokenizedCardObject }) => tokenizedCardObject?.token ?? '')
    for (const [index, token] of tokens.entries()) {
      expect(responses[index]).toEqual({ result: '0000', tokenizedCardObject: { token } })
      expect(token).toMatch(/^tok_[\da-f]{32}_1234$/)
    }
    expect(tokens[0]).not.toBe(tokens[1])
  })

  it.each([
    ['4900000000001234', '0'],
    ['375900000008102', '1'],
    ['36000000009123', '1'],
  ])('of %s is taken by 020 (result %s)', async (card_number, result) => {
    const { tokenizedCardObject } = await created({ ...CARD, card_number, cvc: '1234' })
    const { send, ledger } = openDesk()
    const card_token = tokenizedCardObject?.token ?? ''
    expect(send('020', { trading_id: '1', payment_amount: '1', card_token })).toMatchObject({ result })
    expect(JSON.stringify(ledger.requests.all())).not.toContain(card_token)
  })

  it('comes after the call has returned', async () => {
    let called = false
    await new Promise<void>((resolve) => {
      paygentToken().createToken('1', 'key', CARD, () => resolve((called = true) as unknown as undefined))
      expect(called).toBe(false)
    })
    expect(called).toBe(true)
  })
})

describe('a card is refused', () => {
  it.each<[string, Partial<Record<keyof typeof CARD, unknown>>]>([
    ['1300', { card_number: '' }],
    ['1300', { card_number: null }],
    ['1301', { card_number: '4900 0000 0000 1234' }],
    ['1301', { card_number: '490000000000' }],
    ['1301', { card_number: '49000000000000000000' }],
    ['1301', { card_number: '４９００００００００００１２３４' }],
    ['1301', { card_number: '4900000000001234\n' }],
    ['1400', { expire_year: '' }],
    ['1401', { expire_year: '2030' }],
    ['1401', { expire_year: 'xx' }],
    ['1500', { expire_month: undefined }],
    ['1501', { expire_month: '1' }],
    ['1501', { expire_month: '00' }],
    ['1501', { expire_month: '13' }],
    ['1502', { expire_year: '26', expire_month: '03' }],
    ['1502', { expire_year: '46', expire_month: '05' }],
    ['1600', { cvc: '12' }],
    ['1600', { cvc: '12345' }],
    ['1600', { cvc: 'abc' }],
    ['1700', { name: '山田太郎' }],
    ['1700', { name: 'X'.repeat(46) }],
  ])('with %s: %j', async (result, changed) => {
    expect(await created({ ...CARD, ...changed })).toEqual({ result })
  })

  it.each([
    ['1100', '', 'key', CARD],
    ['1100', null, 'key', CARD],
    ['1200', '12345678', '', CARD],
    ['1300', '12345678', 'key', undefined],
  ])('with %s for merchant %j and key %j', async (result, merchant, key, card) => {
    expect(await created(card, merchant, key)).toEqual({ result })
  })

  it('where it is to be stored, or is stored', async () => {
    const { createCvcToken } = paygentToken()
    expect(await new Promise((resolve) => createCvcToken('1', 'key', { cvc: '123' }, resolve))).toEqual({
      result: '9000',
    })
  })
})

describe('a card is taken', () => {
  it.each([
    { expire_year: '26', expire_month: '04' },
    { expire_year: '46', expire_month: '04' },
    { cvc: '' },
    { cvc: '1234' },
    { cvc: 123 },
    { card_number: 4_900_000_000_001_234 },
    { name: '' },
    { name: "O'BRIEN-SMITH JR." },
  ])('with %j', async (changed) => expect(await created({ ...CARD, ...changed })).toMatchObject({ result: '0000' }))

  it("until it ends by the simulator's clock", async () => {
    const card = { ...CARD, expire_year: '26', expire_month: '04' }
    const [then, later] = [scriptAt(18 * DAY_MS), scriptAt(21 * DAY_MS)]
    expect(await created(card, '1', 'key', then)).toMatchObject({ result: '0000' })
    expect(await created(card, '1', 'key', later)).toEqual({ result: '1502' })
  })
})

describe('the script', () => {
  it('may be loaded by a page of any origin, and is kept nowhere', async () => {
    const { browserUrl } = await started({ browserPort: 0 })
    const { status, headers } = await callPage(browserUrl ?? '', '/js/PaygentToken.js?1')
    expect(status).toBe(200)
    expect(headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cross-origin-resource-policy': 'cross-origin',
      'access-control-allow-origin': '*',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    })
  })

  it('is the one thing that other origins may load', async () => {
    const { browserUrl } = await started({ browserPort: 0 })
    const { headers } = await callPage(browserUrl ?? '', '/carrier/x')
    expect(headers['cross-origin-resource-policy']).toBe('same-origin')
    expect(headers['access-control-allow-origin']).toBeUndefined()
  })
})

describe('docs/simulator.md', () => {
  const page = pageAt('docs/simulator.md')

  it('has every result of the script', () => {
    const named = page.table('The token script').rows.flatMap((row) => listed(cell(row, 'result')))
    const known = [...scriptAt().matchAll(/'(\d{4})'/g)].map(([, result]) => result ?? '')
    expect(named.toSorted()).toEqual([...new Set(known)].toSorted())
  })

  it('shows a page that makes a token', async () => {
    const [, example = ''] =
      /```html\n[\s\S]*?<script>([\s\S]*?)<\/script>/.exec(page.section('The token script')) ?? []
    const card_token = { value: '' }
    const document = { forms: [{ elements: { card_token } }] }
    const window = { crypto: webcrypto, setTimeout }
    runInNewContext(`${scriptAt()}; const { PaygentToken } = window; ${example}`, { window, document, Uint8Array })
    await expect.poll(() => card_token.value).toMatch(/^tok_.*_1234$/)
  })
})
