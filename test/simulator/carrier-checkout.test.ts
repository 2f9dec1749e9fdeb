// The checkout of a carrier: what a shop sends (104, 100), what the customer decides on the page, and where it leads.
import { describe, expect, it } from 'vitest'
import { carrierRoute } from '../../src/simulator/browser/carrier.js'
import type { BrowserReply } from '../../src/simulator/browser/page.js'
import { control } from '../../src/simulator/control.js'
import { settleTime } from '../../src/simulator/office.js'
import { openDesk, PAGES, type Sent } from './desk.js'

const CAREER = { docomo: '5', au: '4', softbank: '6' } as const
type Carrier = keyof typeof CAREER
const CARRIERS = Object.keys(CAREER) as Carrier[]
const WITH_OPEN_ID: readonly Carrier[] = ['docomo', 'au']

const CONSENT = {
  trading_id: '852',
  redirect_url: 'https://shop.test/back?order=852',
  cancel_url: 'https://shop.test/cancel',
}
const PAYMENT = {
  trading_id: '852',
  amount: '1733',
  return_url: 'https://shop.test/done?order=852&hash=%E3%81%82+b#top',
  cancel_url: 'https://shop.test/cancelled',
}
const MINUTE_MS = 60_000

function openShop() {
  const desk = openDesk()
  const visit = (address: string, answer?: string, lang: 'ja' | 'en' = 'ja'): BrowserReply => {
    expect(address.startsWith(`${PAGES}/`)).toBe(true)
    const form = new URLSearchParams(answer === undefined ? {} : { answer })
    const path = address.slice(PAGES.length)
    const request = {
      method: answer === undefined ? 'GET' : 'POST',
      path,
      query: new URLSearchParams(),
      form,
      lang,
    } as const
    const reply = carrierRoute(request, { ledger: desk.ledger, office: desk.office, url: PAGES, version: null })
    if (reply === null) throw new Error(`no page at ${address}`)
    return reply
  }
  const consent = (carrier: Carrier, fields: Sent = {}) =>
    desk.send('104', { career_type: CAREER[carrier], ...CONSENT, ...fields })
  const openIdOf = (carrier: Carrier, fields: Sent = {}): string => {
    if (!WITH_OPEN_ID.includes(carrier)) return ''
    const { location = '' } = visit(consent(carrier, fields)['redirect_url'] ?? '', 'agree')
    return new URL(location).searchParams.get('open_id') ?? ''
  }
  const apply = (carrier: Carrier, fields: Sent = {}) =>
    desk.send('100', { career_type: CAREER[carrier], open_id: openIdOf(carrier), ...PAYMENT, ...fields })
  const notices = () => desk.ledger.notices.all().map(({ fields }) => Object.fromEntries(fields)['payment_status'])
  const changes = (paymentId: string) =>
    desk.ledger.payments.changesOf(paymentId).map(({ from, to, by }) => [from, to, by])
  return { ...desk, visit, consent, openIdOf, apply, notices, changes }
}

describe('104', () => {
  it.each(WITH_OPEN_ID)('leads the customer of %s to a page, and back with an open id', (carrier) => {
    const { visit, consent, ledger } = openShop()
    const answer = consent(carrier)
    expect(Object.keys(answer)).toEqual(['result', 'response_code', 'response_detail', 'redirect_url'])
    expect(answer).toMatchObject({
      result: '0',
      redirect_url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:4480\/carrier\/[\w-]{32}$/),
    })
    const page = visit(answer['redirect_url'] ?? '')
    expect(page.status).toBe(200)
    expect(page.body).toContain('852')
    expect(page.formTargets).toEqual(['http:', 'https:'])
    const { status, location } = visit(answer['redirect_url'] ?? '', 'agree')
    expect([status, location]).toEqual([
      303,
      expect.stringMatching(/^https:\/\/shop\.test\/back\?order=852&open_id=[\w-]{32}$/),
    ])
    expect(ledger.payments.all()).toEqual([])
    expect(ledger.notices.all()).toEqual([])
  })

  it('leads a customer who cancels to cancel_url, and brings no open id', () => {
    const { visit, consent, apply } = openShop()
    const address = consent('au')['redirect_url'] ?? ''
    expect(visit(address, 'cancel').location).toBe('https://shop.test/cancel')
    expect(visit(address, 'agree').location).toBe('https://shop.test/cancel')
    expect(apply('au', { open_id: address.slice(-32) })).toMatchObject({ result: '1', response_code: 'P010' })
  })
})

describe('100', () => {
  it.each(CARRIERS)('makes a payment of %s at 10, of which no notice tells', (carrier) => {
    const { apply, inquire, ledger, changes } = openShop()
    const answer = apply(carrier)
    expect(Object.keys(answer)).toEqual([
      'result',
      'response_code',
      'response_detail',
      'payment_id',
      'trading_id',
      'redirect_url',
    ])
    const { payment_id: id = '' } = answer
    expect(answer).toMatchObject({ result: '0', response_code: '', trading_id: '852' })
    expect(inquire(id)).toMatchObject({ result: '1' })
    expect(ledger.payments.find(id)).toMatchObject({
      method: 'carrier',
      carrier,
      status: '10',
      amountYen: 1733,
      card: null,
    })
    expect(ledger.notices.all()).toEqual([])
    expect(changes(id)).toEqual([[null, '10', '100']])
  })

  it.each(CARRIERS)(
    'leads the customer of %s who pays back with both ids; the payment is authorised at that moment',
    (carrier) => {
      const { apply, visit, send, clock, notices, changes } = openShop()
      const { payment_id: id = '', redirect_url: address = '' } = apply(carrier)
      expect(send('094', { payment_id: id })).toMatchObject({
        payment_status: '10',
        payment_init_date: '20260410120000',
        authorized_date: '',
      })
      clock.advance(5 * MINUTE_MS)
      expect(visit(address).status).toBe(200)
      expect(visit(address, 'agree')).toMatchObject({
        status: 303,
        location: `https://shop.test/done?order=852&hash=%E3%81%82+b&trading_id=852&payment_id=${id}#top`,
      })
      expect(changes(id)).toEqual([
        [null, '10', '100'],
        ['10', '20', 'customer'],
      ])
      expect(notices()).toEqual(['20'])
      expect(send('094', { payment_id: id })).toMatchObject({
        payment_status: '20',
        payment_amount: '1733',
        payment_init_date: '20260410120000',
        authorized_date: '20260410120500',
        career_type: CAREER[carrier],
      })
      expect(send('091')).toMatchObject({ success_code: '0', payment_id: id, payment_status: '20', payment_type: '06' })
      expect(send('101', { payment_id: id, trading_id: '852' })).toMatchObject({ result: '0' })
    },
  )

  it.each(CARRIERS)('leads the customer of %s who cancels to cancel_url; the payment is broken off', (carrier) => {
    const { apply, visit, send, notices, changes } = openShop()
    const { payment_id: id = '', redirect_url: address = '' } = apply(carrier)
    expect(visit(address, 'cancel')).toMatchObject({
      status: 303,
      location: `https://shop.test/cancelled?trading_id=852&payment_id=${id}`,
    })
    expect(changes(id)).toEqual([
      [null, '10', '100'],
      ['10', '15', 'customer'],
    ])
    expect(notices()).toEqual([])
    expect(send('101', { payment_id: id })).toMatchObject({ result: '1', response_code: '7003' })
  })

  it('lives on from the moment of the consent, not of the application', () => {
    const { apply, visit, ledger, clock } = openShop()
    const { payment_id: id = '', redirect_url: address = '' } = apply('softbank')
    clock.advance(29 * MINUTE_MS)
    visit(address, 'agree')
    const day = 24 * 60 * MINUTE_MS
    expect(ledger.payments.find(id)).toMatchObject({ dueMs: clock.nowMs() + 60 * day, authorizedMs: clock.nowMs() })
  })
})

describe('the first decision stands', () => {
  it.each([
    ['agree', 'agree'],
    ['agree', 'cancel'],
    ['cancel', 'agree'],
    ['cancel', 'cancel'],
  ])('%s, then %s', (first, second) => {
    const { apply, visit, ledger, notices, changes } = openShop()
    const { payment_id: id = '', redirect_url: address = '' } = apply('docomo')
    const { location } = visit(address, first)
    for (let click = 0; click < 20; click += 1) expect(visit(address, second).location).toBe(location)
    expect(changes(id)).toHaveLength(2)
    expect(notices()).toEqual(first === 'agree' ? ['20'] : [])
    expect(ledger.payments.all()).toHaveLength(1)
    // A reload, or the way back after a crash.
    const page = visit(address)
    expect(page.status).toBe(410)
    expect(page.body).toContain(`href="${location?.replaceAll('&', '&amp;')}"`)
    expect(page.body).not.toContain('<form')
  })

  it('of a consent, with one open id', () => {
    const { consent, visit } = openShop()
    const address = consent('au')['redirect_url'] ?? ''
    const locations = ['agree', 'agree', 'cancel', 'agree'].map((answer) => visit(address, answer).location)
    expect(new Set(locations).size).toBe(1)
  })
})

describe('an open id', () => {
  const refused = { result: '1', response_code: 'P010', payment_id: '' }

  it('is good once', () => {
    const { openIdOf, apply, ledger } = openShop()
    const openId = openIdOf('docomo')
    expect(apply('docomo', { open_id: openId })).toMatchObject({ result: '0' })
    expect(apply('docomo', { open_id: openId })).toMatchObject(refused)
    expect(ledger.payments.all()).toHaveLength(1)
  })

  it.each<[name: string, carrier: Carrier, fields: Sent]>([
    ['of another order', 'docomo', { trading_id: '853' }],
    ['of another carrier', 'au', {}],
    ['that nobody gave', 'docomo', { open_id: 'x'.repeat(32) }],
  ])('%s is refused', (_name, carrier, fields) => {
    const { openIdOf, apply, ledger } = openShop()
    const openId = openIdOf('docomo')
    const answer = apply(carrier, { open_id: openId, ...fields })
    expect(answer).toMatchObject(refused)
    expect(answer['response_detail']).toContain('open_id')
    expect(ledger.payments.all()).toEqual([])
  })

  it('is good for half an hour', () => {
    const { openIdOf, apply, clock } = openShop()
    const [inTime, late] = [openIdOf('au'), openIdOf('au')]
    clock.advance(30 * MINUTE_MS - 1)
    expect(apply('au', { open_id: inTime })).toMatchObject({ result: '0' })
    clock.advance(1)
    expect(apply('au', { open_id: late })).toMatchObject(refused)
  })

  it('is not needed by softbank', () => {
    expect(openShop().apply('softbank', { open_id: '' })).toMatchObject({ result: '0' })
  })
})

describe('a page', () => {
  it('of a payment is good for half an hour; then the application breaks off', () => {
    const { apply, visit, clock, status, notices, ledger, changes } = openShop()
    const { payment_id: id = '', redirect_url: address = '' } = apply('au')
    clock.advance(30 * MINUTE_MS - 1)
    expect(visit(address).status).toBe(200)
    clock.advance(1)
    expect(visit(address, 'agree')).toMatchObject({ status: 410 })
    expect(visit(address, 'agree').location).toBeUndefined()
    expect(visit(address).body).toContain(`href="https://shop.test/cancelled?trading_id=852&amp;payment_id=${id}"`)
    expect(status(id)).toBe('15')
    expect(changes(id).at(-1)).toEqual(['10', '15', 'clock'])
    expect(ledger.payments.changesOf(id).at(-1)?.atMs).toBe(clock.nowMs())
    expect(notices()).toEqual([])
  })

  it('that expires while the clock jumps breaks off at its own time', () => {
    const { apply, ledger, office, clock } = openShop()
    const { payment_id: id = '' } = apply('au')
    const dueMs = clock.nowMs() + 30 * MINUTE_MS
    clock.advance(1000 * MINUTE_MS)
    settleTime(ledger, office.nowMs())
    expect(ledger.payments.changesOf(id).at(-1)).toMatchObject({ to: '15', atMs: dueMs })
  })

  it.each([
    ['11', '有効期限が切れています', 'https://shop.test/cancelled'],
    ['20', '手続きは終わっています', 'https://shop.test/done'],
    ['40', '手続きは終わっています', 'https://shop.test/done'],
  ])('of a payment that Paygent Online has moved to %s decides nothing: %s', (moved, title, back) => {
    for (const laterMs of [0, 30 * MINUTE_MS]) {
      const { apply, visit, ledger, office, clock, changes } = openShop()
      const { payment_id: id = '', redirect_url: address = '' } = apply('au')
      control(ledger, office, 'POST', `/_simulator/payments/${id}`, JSON.stringify({ status: moved }))
      clock.advance(laterMs)
      const page = visit(address)
      expect(page.status).toBe(410)
      expect(page.body).toContain(title)
      expect(page.body).toContain(`href="${back}`)
      expect(visit(address, 'cancel').location?.startsWith(back)).toBe(moved === '11' ? undefined : true)
      expect(changes(id)).toEqual([
        [null, '10', '100'],
        ['10', moved, 'online'],
      ])
    }
  })

  it.each(['', 'x', 'AGREE', 'agree '])('takes no answer %j', (answer) => {
    const { apply, visit, status } = openShop()
    const { payment_id: id = '', redirect_url: address = '' } = apply('au')
    expect(visit(address, answer).status).toBe(400)
    expect(status(id)).toBe('10')
  })

  it.each(['x', '', '../payments', "'; DROP TABLE checkouts --"])('%j is not there', (token) => {
    const { apply, visit } = openShop()
    apply('au')
    expect(visit(`${PAGES}/carrier/${token}`).status).toBe(404)
    expect(visit(`${PAGES}/carrier/${token}`, 'agree').status).toBe(404)
  })

  it('has an address that nobody guesses', () => {
    const { apply } = openShop()
    const addresses = Array.from({ length: 100 }, () => apply('softbank')['redirect_url'] ?? '')
    expect(new Set(addresses.map((address) => address.slice(0, -28))).size).toBeGreaterThan(90)
  })

  /** What a reader gets of a page below its mark. */
  const read = (body: string): string =>
    body
      .replace(/^[\s\S]*<h1/, '<h1')
      .replaceAll(/<[^>]*>/g, ' ')
      .replaceAll(/\s+/g, ' ')
      .trim()

  it('says in both languages who takes how much for which order', () => {
    const { apply, visit } = openShop()
    const { redirect_url: address = '' } = apply('softbank')
    const [ja, en] = [visit(address).body, visit(address, undefined, 'en').body]
    expect(read(ja)).toBe(
      'ソフトバンクまとめて支払い：お支払い お支払い金額 1,733円 ご注文番号 852 店舗 shop.test 支払う キャンセルする',
    )
    expect(read(en)).toBe(
      'ソフトバンクまとめて支払い (SoftBank): payment Amount ¥1,733 Order number 852 Shop shop.test Pay Cancel',
    )
    for (const body of [ja, en]) {
      expect(body).toContain('<title>【シミュレーター】')
      expect(body).toMatch(/<a href="\?lang=(en|ja)" lang="\1" hreflang="\1">(English|日本語)<\/a>/)
      expect(body).not.toContain('<script')
    }
  })

  it('of a consent asks for it', () => {
    const { consent, visit } = openShop()
    const { redirect_url: address = '' } = consent('docomo')
    expect(read(visit(address).body)).toBe(
      'd払い（ドコモ）：利用への同意 店舗がこのお支払い方法を利用することに同意しますか。 ご注文番号 852 店舗 shop.test 同意する キャンセルする',
    )
    visit(address, 'cancel')
    expect(read(visit(address, undefined, 'en').body)).toBe('This has already been done Back to the shop')
  })
})

describe('a request is refused', () => {
  const openId = { open_id: 'x' }
  it.each<[name: string, telegram: '100' | '104', fields: Sent, code: string, named: string]>([
    ['without an order', '104', { trading_id: '' }, 'P005', 'trading_id'],
    ['without a carrier', '104', { career_type: '' }, 'P005', 'career_type'],
    ['for a consent of softbank', '104', { career_type: '6' }, 'P010', 'career_type'],
    ['for another carrier', '104', { career_type: '2' }, 'P010', 'career_type'],
    ['without the way back', '104', { redirect_url: '' }, 'P005', 'redirect_url'],
    ['without the way back of a cancel', '104', { cancel_url: '' }, 'P005', 'cancel_url'],
    ['for a kind of device that is none', '104', { pc_mobile_type: '9' }, 'P010', 'pc_mobile_type'],
    ['without an amount', '100', { ...openId, amount: '' }, 'P005', 'amount'],
    ['for nothing', '100', { ...openId, amount: '0' }, 'P010', 'amount'],
    ['without the way back', '100', { ...openId, return_url: '' }, 'P005', 'return_url'],
    ['without an open id of docomo', '100', { career_type: '5', open_id: '' }, 'P005', 'open_id'],
    ['without an open id of au', '100', { career_type: '4', open_id: '' }, 'P005', 'open_id'],
    ['with an open id that is none', '100', { open_id: '<b>' }, 'P010', 'open_id'],
    ['for a sale at once', '100', { ...openId, sales_flg: '1' }, 'P010', 'sales_flg'],
    ['with another address that is none', '100', { ...openId, other_url: 'javascript:alert(1)' }, 'P010', 'other_url'],
  ])('%s (%s)', (_name, telegram, fields, code, named) => {
    const { send, ledger } = openShop()
    const answer = send(telegram, { career_type: '5', ...(telegram === '104' ? CONSENT : PAYMENT), ...fields })
    expect(answer).toMatchObject({ result: '1', response_code: code })
    expect(answer['response_detail']).toContain(named)
    expect(ledger.payments.all()).toEqual([])
  })

  it.each(['104', '100'] as const)('%s where there are no pages, with what helps', (telegram) => {
    const { send, ledger } = openDesk([], [], null)
    const answer = send(telegram, { ...CONSENT, ...PAYMENT, career_type: '5', open_id: 'x' })
    expect(answer).toMatchObject({ result: '1', response_code: 'P007' })
    expect(answer['response_detail']).toContain('--browser-port')
    expect(ledger.payments.all()).toEqual([])
  })

  it.each(['028', '450'])('of telegram %s, by its name', (telegram) => {
    const { deliver } = openDesk()
    const body = `merchant_id=12345678&connect_id=simulator&connect_password=simulator&telegram_kind=${telegram}&telegram_version=1.0`
    const answer = new TextDecoder('shift_jis').decode(deliver('/n/card/request', body).body)
    expect(answer).toMatch(/^result=1\r\nresponse_code=P008\r\n/)
    expect(answer).toContain(`${telegram}の電文は、このシミュレーターでは利用できません。`)
  })
})

describe('an address of the shop', () => {
  const sent = (address: string) => {
    const { send, visit } = openShop()
    const answer = send('100', { ...PAYMENT, career_type: '6', return_url: address })
    return answer['result'] === '0' ? visit(answer['redirect_url'] ?? '', 'agree').location : answer['response_code']
  }

  it.each([
    'javascript:alert(1)',
    'JavaScript://shop.test/%0aalert(1)',
    'data:text/html,x',
    'file:///etc/passwd',
    'ftp://shop.test/',
    '//shop.test/',
    '/done',
    'http:///shop.test',
    'http:shop.test',
    'https://user:pass@shop.test/',
    'https://shop.test\\@evil.test/',
    'https://shop.test;script-src/',
    "https://shop.test'/",
    'https://shop.test/\r\nSet-Cookie: a=b',
    'https://shop.test/a b',
    '\thttps://shop.test/',
    'https://shop.test:99999/',
    `https://shop.test/${'x'.repeat(2000)}`,
  ])('%j is refused', (address) => expect(sent(address)).toBe('P010'))

  it.each([
    ['http://127.0.0.1:8080/done', 'http://127.0.0.1:8080/done?'],
    ['http://[::1]:8080/done?a=1', 'http://[::1]:8080/done?a=1&'],
    ['https://shop.test', 'https://shop.test/?'],
    ['https://shop.test/?', 'https://shop.test/?'],
    ['https://shop.test/?a=%22%3Cb%3E&b=%e3%81%82', 'https://shop.test/?a=%22%3Cb%3E&b=%e3%81%82&'],
    ['https://shop.test/"><script>alert(1)</script>', 'https://shop.test/%22%3E%3Cscript%3Ealert(1)%3C/script%3E?'],
  ])('%j leads to %j', (address, before) => {
    expect(sent(address)).toMatch(/trading_id=852&payment_id=\d{18}$/)
    expect(sent(address)?.replace(/trading_id=852&payment_id=\d{18}$/, '')).toBe(before)
  })
})

describe('faults', () => {
  it.each([
    ['a code', { shows: 'code:9005' }, '9005', 0],
    ['a status to leave, of which there is no payment', { leaves: '11', commits: false }, '7301', 0],
    ['a code after the payment was made', { shows: 'code:9005', commits: true }, '9005', 1],
  ])('%s', (_name, fault, code, payments) => {
    const { send, ledger } = openDesk([], [{ match: { telegram: '100' }, ...fault }])
    expect(send('100', { ...PAYMENT, career_type: '6' })).toMatchObject({ result: '1', response_code: code })
    expect(ledger.payments.all()).toHaveLength(payments)
  })

  it.each([{ commits: false }, { late: true }])('%j leaves an address without a page', (fault) => {
    const { send, ledger } = openDesk([], [{ match: { telegram: '100' }, ...fault }])
    const { redirect_url: address = '' } = send('100', { ...PAYMENT, career_type: '6' })
    expect(address).toMatch(/\/carrier\/[\w-]{32}$/)
    expect(ledger.checkouts.find(address.slice(-32))).toBeNull()
  })

  it.each([
    ['020', { trading_id: '852', payment_amount: '100', card_token: 'tok_1234' }],
    ['100', { ...PAYMENT, career_type: '6' }],
  ] as const)('%s answers no payment id that another payment then gets', (telegram, fields) => {
    for (const fault of [{ commits: false }, { late: true }]) {
      const { send, ledger } = openDesk([], [{ match: { telegram, nth: 1 }, ...fault }])
      const [first, second] = [send(telegram, fields), send(telegram, fields)]
      expect(ledger.payments.all().map(({ paymentId }) => paymentId)).toEqual([second['payment_id']])
      expect(first['payment_id']).toMatch(/^\d{18}$/)
      expect(first['payment_id']).not.toBe(second['payment_id'])
    }
  })

  it('a late one applies later', () => {
    const { send, ledger, clock, office } = openDesk([], [{ match: { telegram: '100' }, late: true, afterMs: 1000 }])
    expect(send('100', { ...PAYMENT, career_type: '6' })).toMatchObject({ result: '0' })
    expect(ledger.payments.all()).toEqual([])
    clock.advance(1000)
    settleTime(ledger, office.nowMs())
    expect(ledger.payments.all()).toMatchObject([{ status: '10', tradingId: '852' }])
  })
})

it('keeps no open id in what it tells of requests', () => {
  const { apply, openIdOf, ledger } = openShop()
  const openId = openIdOf('docomo')
  apply('docomo', { open_id: openId })
  expect(ledger.requests.all().at(-1)?.fields).toMatchObject({ open_id: '***', return_url: PAYMENT.return_url })
  expect(JSON.stringify(ledger.requests.all())).not.toContain(openId)
})
