// The pages on which people see and steer the simulator, as functions of a request.
import { describe, expect, it } from 'vitest'
import type { Carrier } from '../../src/domain/order.js'
import { parseOrdersCsv } from '../../src/mirror/csv/csv.js'
import { deskRoute } from '../../src/simulator/browser/desk.js'
import { FAULTS } from '../../src/simulator/browser/desk-faults.js'
import type { BrowserReply, Lang } from '../../src/simulator/browser/page.js'
import { control } from '../../src/simulator/control.js'
import { addPayments } from '../../src/simulator/given-payments.js'
import { card, carried, DAY_MS, openDesk } from './desk.js'

type Given = Parameters<typeof openDesk>[0]

/** The desk of a ledger, asked without a connection. */
function opened(payments: Given = []) {
  const desk = openDesk(payments)
  const { ledger, office } = desk
  const asked = (method: 'GET' | 'POST', target: string, form: Record<string, string>, lang: Lang) => {
    const { pathname: path, searchParams: query } = new URL(target, 'http://127.0.0.1')
    const browser = { ledger, office, url: 'http://127.0.0.1', version: null }
    return deskRoute({ method, path, query, form: new URLSearchParams(form), lang }, browser)
  }
  const replyTo = (reply: BrowserReply | null): BrowserReply => {
    if (reply === null) throw new Error('not a page of the desk')
    return reply
  }
  return {
    ...desk,
    asked,
    get: (target: string, lang: Lang = 'ja') => replyTo(asked('GET', target, {}, lang)),
    post: (target: string, form: Record<string, string> = {}, lang: Lang = 'ja') =>
      replyTo(asked('POST', target, form, lang)),
    shown: (path: string) => control(ledger, office, 'GET', `/_simulator/${path}`, '').json,
  }
}

const UNESCAPED: Readonly<Record<string, string>> = {
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
  '&amp;': '&',
}
const unescaped = (text: string): string =>
  text.replaceAll(/&(?:lt|gt|quot|amp|#39);/g, (each) => UNESCAPED[each] ?? '')

/** The words of a page as a reader gets them. */
const wordsOf = ({ body }: BrowserReply): string =>
  unescaped(
    body
      .replace(/<style>[\s\S]*?<\/style>/, '')
      .replaceAll(/<[^>]*>/g, ' ')
      .replaceAll(/\s+/g, ' ')
      .trim(),
  )

/** The cells of each row of the page's table, without its head. */
const rowsOf = ({ body }: BrowserReply): string[][] =>
  [...body.matchAll(/<tr role="row">([\s\S]*?)<\/tr>/g)]
    .map(([, row = '']) =>
      [...row.matchAll(/<t[hd] role="(?:rowheader|cell)"[^>]*>([\s\S]*?)<\/t[hd]>/g)].map(([, cell = '']) =>
        unescaped(
          cell
            .replaceAll(/<[^>]*>/g, ' ')
            .replaceAll(/\s+/g, ' ')
            .trim(),
        ),
      ),
    )
    .filter((row) => row.length > 0)

/** The sentence that says what was done. */
const doneOf = ({ body }: BrowserReply): string | null => {
  const [, message = null] = /<p class="note done" role="status">([\s\S]*?)<\/p>/.exec(body) ?? []
  return message === null ? null : wordsOf({ status: 200, type: '', body: message }).replaceAll(/ ?([：、。]) ?/g, '$1')
}

const buttonsOf = ({ body }: BrowserReply, name: string): string[] =>
  [...body.matchAll(new RegExp(`<button name="${name}" value="([^"]*)"`, 'g'))].map(([, value = '']) => value)

const PAGES = ['/', '/payments', '/payments/1', '/requests', '/notices', '/faults', '/clock'] as const

describe('every page', () => {
  it.each(PAGES.flatMap((path) => [[path, 'ja'] as const, [path, 'en'] as const]))(
    '%s in %s is marked as one of the simulator',
    (path, lang) => {
      const { get } = opened([card('1')])
      const reply = get(path, lang)
      expect(reply).toMatchObject({ status: 200, type: 'text/html; charset=utf-8' })
      expect(reply.body).toMatch(/<title>【シミュレーター】[^<]/)
      expect(reply.body.match(/<h1/g)).toHaveLength(1)
      expect(wordsOf(reply)).toMatch(/^【シミュレーター】.*【シミュレーター】/)
      expect(wordsOf(reply)).not.toMatch(/undefined|\[object|NaN/)
      expect(reply.body).not.toMatch(/<script|javascript:| on\w+=/)
      if (lang === 'en')
        expect(wordsOf(reply).replaceAll(/【シミュレーター】|日本語/g, '')).not.toMatch(/[ぁ-んァ-ヶ一-龠]/)
    },
  )

  it.each([
    ['POST', '/', 405],
    ['POST', '/requests', 405],
    ['GET', '/faults/remove', 405],
    ['POST', '/payments/1.csv', 405],
  ] as const)('%s %s is refused', (method, path, status) => {
    expect(opened([card('1')]).asked(method, path, {}, 'ja')?.status).toBe(status)
  })

  it.each(['/none', '/payments/x', '/payments/1/2', '/_simulator', '//', '/payments/1234567890123456789'])(
    '%s is none of the desk',
    (path) => {
      expect(opened().asked('GET', `http://127.0.0.1${path}`, {}, 'ja')).toBeNull()
    },
  )

  it('keeps the language of the address in links, forms and what follows an action', () => {
    const { get, post } = opened([card('1')])
    for (const path of PAGES) {
      const { body } = get(`${path}?lang=en`, 'en')
      const targets = [...body.matchAll(/(?:href|action)="(\/[^"]*)"/g)].map(([, target = '']) => target)
      expect(targets.length).toBeGreaterThan(5)
      const forms = targets.filter((target) => !target.includes('lang=en') && !target.endsWith('.csv'))
      // The form of a search carries it as a field.
      expect(forms.filter((target) => target !== path && target !== '/')).toEqual([])
    }
    expect(post('/payments/1?lang=en', { status: '40' }, 'en').location).toBe('/payments/1?done=moved&change=2&lang=en')
    expect(get('/').body).not.toContain('lang=ja"')
  })
})

describe('a customer pays', () => {
  it.each([
    [
      { method: 'docomo', amountYen: '1733', tradingId: '852' },
      { carrier: 'docomo', amountYen: 1733, tradingId: '852' },
    ],
    [
      { method: 'au', amountYen: '１，７３３円', tradingId: '８５２' },
      { carrier: 'au', amountYen: 1733, tradingId: '852' },
    ],
    [
      { method: 'softbank', amountYen: ' 1,000 ', tradingId: 'a_1' },
      { carrier: 'softbank', amountYen: 1000, tradingId: 'a_1' },
    ],
    [
      { method: 'credit', amountYen: '¥5', tradingId: '7' },
      { method: 'credit', carrier: null, amountYen: 5, tradingId: '7' },
    ],
  ])('with %j', (form, payment) => {
    const { get, post, shown } = opened()
    const { status, location = '' } = post('/payments', form)
    expect([status, location]).toEqual([303, '/payments/700000000000000001?done=paid'])
    expect(shown('payments')).toMatchObject([{ ...payment, status: '20', changes: [{ by: 'customer' }] }])
    expect(shown('notices')).toMatchObject([{ paymentId: '700000000000000001', delivered: false }])
    expect(doneOf(get(location))).toBe('支払いました（20 オーソリOK）。通知を作成しました。次は売上処理です。')
    // Once the payment stands otherwise the address says it no more.
    post('/payments/700000000000000001', { status: '40' })
    expect(doneOf(get(location))).toBeNull()
  })

  it.each([
    [{ amountYen: '' }, '金額は1円以上、9桁までの数字で'],
    [{ amountYen: '0' }, '金額は1円以上、9桁までの数字で'],
    [{ amountYen: '０００円' }, '金額は1円以上、9桁までの数字で'],
    [{ amountYen: '1000000000' }, '金額は1円以上、9桁までの数字で'],
    [{ amountYen: '-1' }, '金額は1円以上、9桁までの数字で'],
    [{ amountYen: '1.5' }, '金額は1円以上、9桁までの数字で'],
    [{ tradingId: '' }, '受注番号は半角の英数字'],
    [{ tradingId: 'x'.repeat(26) }, '受注番号は半角の英数字'],
    [{ tradingId: '"><b>' }, '受注番号は半角の英数字'],
    [{ tradingId: 't1' }, '受注番号：t1 の決済はすでにあります。'],
    [{ method: 'paypay' }, 'この値は使えません。'],
  ])('not with %j, and what was typed stays', (wrong, problem) => {
    const { post, shown } = opened([card('1')])
    const form = { method: 'au', amountYen: '300', tradingId: '9', ...wrong }
    const reply = post('/payments', form)
    expect([reply.status, wordsOf(reply)]).toEqual([400, expect.stringContaining(problem)])
    expect(reply.body).toContain('role="alert"')
    const [at = ''] = Object.keys(wrong)
    const field = new RegExp(`name="(\\w+)"[^>]*aria-invalid="true"[^>]*aria-describedby="(\\S+)-wrong`)
    if (at === 'method') expect(reply.body).not.toContain('aria-invalid="true"')
    else expect(field.exec(reply.body)?.[1]).toBe(at)
    expect(unescaped(reply.body)).toContain(`value="${form.tradingId}"`)
    expect(unescaped(reply.body)).toContain(`value="${form.amountYen}"`)
    if (form.method === 'au') expect(reply.body).toMatch(/<option value="au" selected/)
    expect(shown('payments')).toHaveLength(1)
  })

  it('is offered an order number that no payment has', () => {
    const { get, post } = opened()
    const offered = () => /name="tradingId"[^>]*value="(\d+)"/.exec(get('/').body)?.[1] ?? ''
    expect(offered()).toBe('90001')
    post('/payments', { method: 'au', amountYen: '1', tradingId: offered() })
    post('/payments', { method: 'au', amountYen: '1', tradingId: '90007' })
    post('/payments', { method: 'au', amountYen: '1', tradingId: '900' })
    expect(offered()).toBe('90008')
  })
})

describe('the list of payments', () => {
  it('has the newest first, each with its last change and the way to its page', () => {
    const { get, pay } = opened([card('11'), carried('12', 'docomo', '20', 1_234_567)])
    pay('101', '12')
    expect(rowsOf(get('/'))).toEqual([
      [
        't12',
        '12',
        'docomo',
        '1,234,567円',
        '40 消込済',
        '2026/04/10 12:00:00',
        '2026/04/10 12:00:00 101 キャリアの売上',
      ],
      [
        't11',
        '11',
        'クレジット',
        '1,000円',
        '20 オーソリOK',
        '2026/04/10 12:00:00',
        '2026/04/10 12:00:00 最初からある決済',
      ],
    ])
    expect(get('/').body).toContain('<a href="/payments/12">t12</a>')
    expect(rowsOf(get('/', 'en'))[0]).toEqual([
      't12',
      '12',
      'docomo',
      '¥1,234,567',
      '40 sold',
      '2026/04/10 12:00:00',
      '2026/04/10 12:00:00 101 carrier sale',
    ])
  })

  it('goes by the time of the authorisation, not by the order in which the ledger got them', () => {
    const on = (paymentId: string, day: string) => ({
      ...card(paymentId),
      authorizedAt: `2026-04-${day}T10:00:00+09:00`,
    })
    const { get } = opened([on('1', '07'), on('2', '09'), on('3', '08')])
    expect(rowsOf(get('/')).map((row) => [row[1], row[5]])).toEqual([
      ['2', '2026/04/09 10:00:00'],
      ['3', '2026/04/08 10:00:00'],
      ['1', '2026/04/07 10:00:00'],
    ])
  })

  it('has parts of 50, and a search over all of them', () => {
    const { get } = opened(Array.from({ length: 5000 }, (_, index) => card(String(10_001 + index))))
    const firstOf = (target: string) => [rowsOf(get(target)).length, rowsOf(get(target))[0]?.[1]]
    expect(wordsOf(get('/'))).toContain('全5,000件のうち 1～50件目（新しい順）')
    expect(firstOf('/')).toEqual([50, '15000'])
    expect(firstOf('/?page=2')).toEqual([50, '14950'])
    expect(get('/?page=2').body).toMatch(/page=1"[\s\S]*page=3"/)
    expect(firstOf('/?page=100')).toEqual([50, '10050'])
    expect(get('/?page=100').body).not.toContain('page=101')
    // Past the end, and what is no number.
    expect(firstOf('/?page=101')).toEqual([50, '10050'])
    expect(firstOf('/?page=9999999999')).toEqual([50, '15000'])
    expect(firstOf('/?page=0')).toEqual([50, '15000'])
    expect(firstOf('/?q=t12345')).toEqual([1, '12345'])
    expect(firstOf('/?q=１２３４５')).toEqual([1, '12345'])
    expect(wordsOf(get('/?q=123'))).toContain('全115件のうち 1～50件目')
    expect(get('/?q=123').body).toContain('/?q=123&amp;page=2')
    expect(wordsOf(get('/?q=%25'))).toContain('該当する決済はありません。')
    expect(get('/?page=2').body).toContain('name="back" value="/?page=2"')
  })
})

/** The carrier (null for a card) and status, the buttons, and the commands of this tool. */
const OFFERED: readonly [Carrier | null, string, readonly string[], readonly string[]][] = [
  [null, '20', ['40', '32'], ['bulk-sale', 'bulk-cancel']],
  [null, '40', ['60'], ['bulk-cancel']],
  [null, '32', [], []],
  [null, '33', [], []],
  [null, '41', [], []],
  [null, '60', [], []],
  ['docomo', '20', ['40', '60'], ['bulk-sale', 'bulk-cancel']],
  ['docomo', '40', [], []],
  ['docomo', '44', ['60'], ['bulk-cancel']],
  ['docomo', '33', [], []],
  ['au', '20', ['40', '32'], ['bulk-sale', 'bulk-cancel']],
  ['au', '40', ['60'], ['bulk-cancel']],
  ['softbank', '20', ['40', '32'], ['bulk-sale', 'bulk-cancel']],
  ['softbank', '40', ['60'], ['bulk-cancel']],
  ['softbank', '10', [], []],
]

describe('the page of a payment', () => {
  it.each(OFFERED)('of %s at %s offers %j', (carrier, status, buttons, commands) => {
    const given = carrier === null ? card('7', status) : carried('7', carrier, status)
    const desk = opened([{ ...given, tradingId: '852' }])
    const page = desk.get('/payments/7')
    expect(buttonsOf(page, 'status')).toEqual(buttons)
    expect([...wordsOf(page).matchAll(/paygent (bulk-\w+) --orders 852/g)].map(([, command]) => command)).toEqual(
      commands,
    )
    for (const to of buttons) {
      const each = opened([{ ...given, tradingId: '852' }])
      expect(each.post('/payments/7', { status: to })).toMatchObject({
        status: 303,
        location: '/payments/7?done=moved&change=2',
      })
      expect(each.shown('payments')).toMatchObject([{ status: to, changes: [{}, { by: 'online', from: status }] }])
      expect(each.shown('notices')).toHaveLength(1)
    }
  })

  it('shows the history of a docomo sale: sold, a day later complete, cancelled, and gone', () => {
    const { get, post, shown } = opened()
    const { location = '' } = post('/payments', { method: 'docomo', amountYen: '1733', tradingId: '852' })
    const path = location.split('?')[0] ?? ''
    expect(wordsOf(get(path))).toContain(
      '次の変化 2026/07/01 00:00:00 に「33 オーソリ期限切」になります。docomo のオーソリ期限は、オーソリの月の翌々月末です。',
    )
    post(path, { status: '40' })
    const sold = get(path)
    expect(wordsOf(sold)).toContain('2026/04/11 12:00:00 に「44 消込完了」になります。')
    expect(sold.body).toMatch(
      /name="back" value="\/payments\/\d+"\s*\/>\s*<button name="advance" value="1d" class="main"/,
    )
    const turned = post('/clock', { advance: '1d', back: path }).location ?? ''
    expect(turned).toMatch(new RegExp(`^${path}\\?done=clock&`))
    expect(doneOf(get(turned))).toBe(
      '時計を変更しました。現在は 2026/04/11 12:00（実際の時刻より1日先）です。1件の決済が変わりました：852：44 消込完了。',
    )
    expect(get(turned).body).toContain(`<a href="${path}">852</a>`)
    post(path, { status: '60' })
    post('/clock', { advance: '1d', back: path })
    expect(rowsOf(get(path)).slice(0, 5)).toEqual([
      ['2026/04/10 12:00:00', '', '20 オーソリOK', '1,733円', 'お客さまの支払い'],
      ['2026/04/10 12:00:00', '20 オーソリOK', '40 消込済', '1,733円', 'ペイジェントオンライン'],
      ['2026/04/11 12:00:00', '40 消込済', '44 消込完了', '1,733円', '時間の経過'],
      ['2026/04/11 12:00:00', '44 消込完了', '60 売上取消済', '1,733円', 'ペイジェントオンライン'],
      ['2026/04/12 12:00:00', '60 売上取消済', '62 取消完了', '1,733円', '時間の経過'],
    ])
    expect(shown('notices')).toHaveLength(5)
  })

  it.each([
    [carried('7', 'docomo'), '40', '売上処理をしました（40 消込済）。通知を作成しました。'],
    [carried('7', 'docomo'), '60', '取消をしました（60 売上取消済）。通知を作成しました。'],
    [card('7'), '32', 'オーソリキャンセルをしました（32 オーソリ取消済）。通知を作成しました。'],
    [
      card('7', '60'),
      '41',
      '2026/04/10 12:00:00 に決済ステータスを変更しました（41 消込済（売上取消期限切））。通知を作成しました。',
    ],
    [
      card('7'),
      '30',
      '2026/04/10 12:00:00 に決済ステータスを変更しました（30 売上要求中）。この決済ステータスでは、通知は作成されません。',
    ],
  ])('says what was done with %j to %s, as long as it stands so', (payment, status, words) => {
    const { get, post, shown } = opened([payment])
    const done = post('/payments/7', { status }).location ?? ''
    expect(doneOf(get(done))).toBe(words)
    expect(shown('notices')).toHaveLength(words.includes('通知を作成しました') ? 1 : 0)
    expect(doneOf(get('/payments/7?done=moved'))).toBeNull()
    expect(doneOf(get('/payments/7?done=paid'))).toBeNull()
    post('/payments/7', { status: '20' })
    expect(doneOf(get(done))).toBeNull()
  })

  it('is not changed to the status that it has, and does not offer it', () => {
    const { get, post, shown } = opened([card('7', '40')])
    const offered = [...get('/payments/7').body.matchAll(/<option value="(\d\d)"/g)].map(([, status]) => status)
    expect(offered).toContain('20')
    expect(offered).not.toContain('40')
    const reply = post('/payments/7', { status: '40' })
    expect([reply.status, wordsOf(reply)]).toEqual([
      400,
      expect.stringContaining('この決済はすでに「40 消込済」です。変更していません。'),
    ])
    expect(shown('payments')).toMatchObject([{ changes: [{ to: '40' }] }])
    expect(shown('notices')).toEqual([])
  })

  it('gives the life of an authorisation as the reason only where it ends by it', () => {
    const old = { ...carried('8', 'au'), authorizedAt: '2025-01-01T00:00:00+09:00' }
    const { get } = opened([carried('7', 'au'), old])
    expect(wordsOf(get('/payments/7'))).toContain(
      '2026/07/09 12:00:00 に「33 オーソリ期限切」になります。au のオーソリ期限は、オーソリから90日です。',
    )
    expect(wordsOf(get('/payments/8'))).toContain('に「33 オーソリ期限切」になります。')
    expect(wordsOf(get('/payments/8'))).not.toContain('オーソリから90日')
  })

  it('leads to the page of the carrier while the customer may pay there', () => {
    const { get, send, clock } = opened()
    const application = { career_type: '6', return_url: 'http://shop.example/', cancel_url: 'http://shop.example/' }
    const { payment_id: id = '', redirect_url: page = '' } = send('100', {
      ...application,
      trading_id: '852',
      amount: '1000',
    })
    const path = new URL(page).pathname
    expect(get(`/payments/${id}`).body).toContain(`href="${path}"`)
    clock.advance(DAY_MS)
    expect(get(`/payments/${id}`).body).not.toContain('/carrier/')
  })

  it('is brought up to date by looking at it', () => {
    const { get, pay, clock } = opened([carried('7', 'docomo')])
    pay('101', '7')
    clock.advance(DAY_MS)
    expect(wordsOf(get('/payments/7'))).toContain('決済ステータス 44 消込完了')
  })

  it('takes any status of the list, and no other', () => {
    const { post, shown } = opened([card('7')])
    expect(post('/payments/7', { status: '36' }).status).toBe(303)
    for (const status of ['', '77', 'x', '40x']) expect(post('/payments/7', { status }).status).toBe(400)
    expect(post('/payments/8', { status: '40' }).status).toBe(404)
    expect(shown('payments')).toMatchObject([{ status: '36' }])
  })

  it('has the requests of either of its ids, its own notices, and the payment that replaced it', () => {
    const { get, send, pay } = opened([
      { ...card('7'), tradingId: '852' },
      { ...card('77'), tradingId: '8' },
    ])
    send('094', { trading_id: '852' })
    pay('094', '77', { trading_id: '8' })
    const fields = { trading_id: '852', payment_id: '7', payment_amount: '900', reduction_flag: '0' }
    const { payment_id: id = '' } = send('029', fields)
    const page = get('/payments/7')
    expect(rowsOf(page).map((row) => row.slice(0, 7))).toContainEqual([
      '3',
      '2026/04/10 12:00:00',
      '029 カードの補正売上',
      '852',
      '7',
      '正常',
      expect.stringMatching(/^9項目 .* connect_password \*\*\* .* reduction_flag 0$/),
    ])
    expect(wordsOf(page)).toContain(`補正後の決済 ${id}`)
    expect(
      rowsOf(page)
        .filter(([, , , , , , push]) => push === '未送信')
        .map(([, , , , status]) => status),
    ).toEqual(['32 オーソリ取消済'])
    expect(wordsOf(get(`/payments/${id}`))).toContain('補正前の決済 7')
    expect(wordsOf(page)).not.toContain(' 77 ')
  })

  it('names the CSV only for an order that was paid meanwhile, and it can be imported', () => {
    const { get, post } = opened([{ ...card('7'), tradingId: '852' }])
    expect(wordsOf(get('/payments/7'))).not.toContain('paygent import')
    post('/payments', { method: 'au', amountYen: '1733', tradingId: '853' })
    const id = '700000000000000001'
    expect(wordsOf(get(`/payments/${id}`))).toMatch(/paygent import 853\.csv .*paygent bulk-sale --orders 853/)
    const csv = get(`/payments/${id}.csv`)
    expect(csv).toMatchObject({ status: 200, type: 'text/csv; charset=utf-8' })
    const { rows } = parseOrdersCsv(Buffer.from(csv.body), { path: 'a.csv', methodNames: new Map() })
    expect(rows).toMatchObject([
      {
        orderId: '853',
        method: 'carrier',
        carrier: 'au',
        totalYen: 1733,
        tradingId: '853',
        paymentId: id,
        status: '20',
        // Without a status that can be sold the import would hold the order back.
        orderStatus: '新規受付',
        orderedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+09:00$/),
      },
    ])
    expect(get('/payments/9.csv').status).toBe(404)
  })

  it('names no command for an order number that this tool does not take', () => {
    const { get } = opened([card('7')])
    expect(wordsOf(get('/payments/7'))).toContain('受注番号が数字ではないため')
    expect(wordsOf(get('/payments/7'))).not.toContain('paygent bulk')
    expect(get('/payments/7.csv').status).toBe(404)
  })
})

describe('the clock', () => {
  it.each([
    [{ advance: '1h' }, '2026/04/10 13:00', '実際の時刻より1時間先'],
    [{ advance: '30d' }, '2026/05/10 12:00', '実際の時刻より30日先'],
    [{ set: '2026-04-12T13:30' }, '2026/04/12 13:30', '実際の時刻より2日1時間30分先'],
    [{ set: '2026-04-10T11:59:30' }, '2026/04/10 11:59', '実際の時刻より30秒前'],
    [{ offsetMs: '0' }, '2026/04/10 12:00', '実際の時刻'],
  ])('is set by %j', (form, time, offset) => {
    const { get, post } = opened()
    post('/clock', { advance: '5d' })
    if ('advance' in form) post('/clock', { offsetMs: '0' })
    expect(post('/clock', form as Record<string, string>)).toMatchObject({
      status: 303,
      location: expect.stringMatching(/^\/clock\?done=clock&/),
    })
    expect(wordsOf(get('/clock'))).toContain(`シミュレーターの時計は ${time}（${offset}）です。`)
    expect(wordsOf(get('/'))).toContain(`時計：${time}（${offset}）`)
  })

  it('says which payments it has changed, the first ones by name', () => {
    const { get, post } = opened(Array.from({ length: 7 }, (_, index) => carried(String(index + 1), 'docomo', '40')))
    const turned = post('/clock', { advance: '1d' }).location ?? ''
    expect(doneOf(get(turned))).toContain('7件の決済が変わりました：t1：44 消込完了、t2：44 消込完了、')
    expect(doneOf(get(turned))).toMatch(/t5：44 消込完了（はじめの5件を表示）。$/)
    const back = post('/clock', { offsetMs: '0' }).location ?? ''
    expect(doneOf(get(back))).toBe(
      '時計を変更しました。現在は 2026/04/10 12:00（実際の時刻）です。変わった決済はありません。',
    )
    // The clock stands otherwise now.
    expect(doneOf(get(turned))).toBeNull()
    expect(doneOf(get('/clock?done=clock'))).toBeNull()
  })

  it.each([
    ['1h', '1 hour ahead of the real time'],
    ['26h', '1 day 2 hours ahead of the real time'],
    ['30s', '30 seconds ahead of the real time'],
  ])('says in English that it is %s on', (advance, words) => {
    const { get, post } = opened()
    post('/clock', { advance })
    expect(wordsOf(get('/', 'en'))).toContain(`(${words})`)
  })

  it.each([{}, { set: '' }, { set: 'tomorrow' }, { set: '2026-13-01T00:00' }, { advance: '1y' }, { offsetMs: '1e9' }])(
    'is not set by %j',
    (form) => {
      const { post, office } = opened()
      expect(post('/clock', form as Record<string, string>).status).toBe(400)
      expect(office.offsetMs()).toBe(0)
    },
  )

  it.each([
    ['/', '/'],
    ['/?q=852&page=2', '/?q=852&page=2'],
    ['/payments/7?lang=ja', '/payments/7?lang=ja'],
    ['/notices', '/notices'],
    ['//shop.example/', '/clock'],
    ['https://shop.example/', '/clock'],
    ['/\\shop.example', '/clock'],
    ['/faults/remove', '/clock'],
    ['/payments/7\r\nSet-Cookie: a=b', '/clock'],
  ])('leads back to a page of the desk only: %j', (back, location) => {
    const done = `${location.includes('?') ? '&' : '?'}done=clock&after=1&until=1&offset=86400000`
    expect(opened([card('7')]).post('/clock', { advance: '1d', back }).location).toBe(`${location}${done}`)
  })
})

describe('the faults', () => {
  const NEXT_SALE = { telegram: '101', order: '', times: 'once' }

  it('have a button each', () => {
    expect(buttonsOf(opened().get('/faults'), 'effect')).toEqual(Object.keys(FAULTS))
  })

  it.each([
    ['lost', true, 'reset', null],
    ['silence', true, 'silence', null],
    ['garbage', true, 'garbage', null],
    ['late', false, 'reset', null],
    ['dropped', false, 'reset', null],
    ['busy', false, 'reply', '9005'],
    ['locked', false, 'reply', 'E002'],
    ['system', false, 'reply', 'E001'],
    ['closed', false, 'reply', 'P017'],
  ] as const)('%s strikes the next sale and no other', (effect, sold, shows, code) => {
    const { post, get, pay, ledger, status } = opened([carried('1', 'au'), carried('2', 'au')])
    expect(post('/faults', { ...NEXT_SALE, effect })).toMatchObject({
      status: 303,
      location: '/faults?done=fault&fault=0&telegram=101&times=once',
    })
    pay('094', '1')
    pay('101', '1')
    expect(status('1')).toBe(sold ? '40' : '20')
    const [struck] = ledger.requests.latest({ search: '', of: null, limit: 1, offset: 0 }).rows
    expect([struck?.code, struck?.shows?.replace(/^code:.*/, 'reply')]).toEqual([code, shows])
    if (effect === 'late') pay('094', '1')
    expect(status('1')).toBe(sold || effect === 'late' ? '40' : '20')
    expect(pay('101', '2')['result']).toBe('0')
    expect(rowsOf(get('/faults'))[0]?.[3]).toBe('1回（終了）')
  })

  it('say which one was set, that its order is not there yet, and keep what was chosen', () => {
    const { post, get } = opened([carried('1', 'au')])
    const known = post('/faults', { telegram: '', order: 't1', times: 'always', effect: 'closed' }).location ?? ''
    expect(doneOf(get(known))).toBe(
      '障害を設定しました：「メンテナンス中（P017）」（すべての電文、受注番号：t1、毎回）。',
    )
    expect(get(known).body).toMatch(/<option value="" selected[\s\S]*value="t1"[\s\S]*<option value="always" selected/)
    const unknown = post('/faults', { ...NEXT_SALE, order: '9', effect: 'busy' }).location ?? ''
    expect(doneOf(get(unknown))).toMatch(/。該当する決済はまだありません。$/)
    expect(rowsOf(get('/faults'))[1]?.[0]).toBe('101 キャリアの売上、受注番号：9（該当する決済はまだありません）')
    post('/faults/clear')
    expect(doneOf(get(known))).toBeNull()
  })

  it('strike every request of one order where that is asked for, and one after the other', () => {
    const { post, get, pay } = opened([carried('1', 'au'), carried('2', 'au')])
    post('/faults', { telegram: '', order: 't１', times: 'always', effect: 'busy' })
    expect(pay('101', '2')['result']).toBe('0')
    expect([pay('101', '1')['response_code'], pay('094', '1')['response_code']]).toEqual(['9005', '9005'])
    expect(rowsOf(get('/faults'))).toEqual([['すべての電文、受注番号：t1', '毎回', '混雑（9005）', '2回', '解除']])
    expect(wordsOf(get('/'))).toContain('障害（1件）')
    // Another one leaves the count of the first as it is.
    post('/faults', { ...NEXT_SALE, effect: 'lost' })
    expect(rowsOf(get('/faults')).map((row) => row[3])).toEqual(['2回', '0回'])
  })

  it('are removed one by one, and all at once', () => {
    const { post, get, shown } = opened()
    for (const effect of ['lost', 'busy', 'late']) post('/faults', { ...NEXT_SALE, effect })
    const [, second = ''] = [...get('/faults').body.matchAll(/name="fault" value="([^"]*)"/g)].map(([, value = '']) =>
      unescaped(value),
    )
    const removed = post('/faults/remove', { fault: second })
    expect(removed.status).toBe(303)
    expect(doneOf(get(removed.location ?? ''))).toBe(
      '障害を解除しました：「混雑（9005）」（101 キャリアの売上、次の1回）。',
    )
    // Pressed twice.
    expect(post('/faults/remove', { fault: second }).status).toBe(303)
    expect(shown('faults')).toMatchObject([{ shows: 'reset', late: false }, { late: true }])
    for (const fault of ['', '{', '{"shows":"x"}']) expect(post('/faults/remove', { fault }).status).toBe(400)
    const cleared = post('/faults/clear').location ?? ''
    expect(shown('faults')).toEqual([])
    expect(doneOf(get(cleared))).toBe('すべての障害を解除しました。')
    post('/faults', { ...NEXT_SALE, effect: 'busy' })
    expect([cleared, removed.location ?? ''].map((target) => doneOf(get(target)))).toEqual([null, null])
    post('/faults/clear')
    expect(wordsOf(get('/faults'))).toContain('設定中の障害はありません。')
  })

  it('of a file are shown in words', () => {
    const { get, ledger, office } = opened()
    const faults = [
      { match: { telegram: '022', paymentId: '7', nth: 3 }, times: 2, leaves: '30', delayMs: 1500 },
      { late: true, afterMs: 60_000, shows: 'half' },
      { match: { nth: 2 }, times: 9, shows: 'status:503' },
    ]
    control(ledger, office, 'POST', '/_simulator/faults', JSON.stringify(faults))
    expect(rowsOf(get('/faults')).map((row) => row.slice(0, 4))).toEqual([
      [
        '022 カードの売上、決済ID：7（該当する決済はまだありません）',
        '3回目から2回',
        '「30 売上要求中」のままになる、応答：通常、応答まで 1,500ミリ秒',
        '0回',
      ],
      ['すべての電文', '毎回', '60,000ミリ秒後に処理する、応答：応答の途中で切断', '0回'],
      ['すべての電文', '2回目から9回', '処理する、応答：HTTP 503', '0回'],
    ])
  })

  it.each([
    [{ effect: 'none' }, 'この値は使えません。'],
    [{ effect: '__proto__' }, 'この値は使えません。'],
    [{ telegram: '999' }, 'この値は使えません。'],
    [{ order: '"><b>' }, '受注番号は半角の英数字'],
  ])('are not set with %j', (wrong, problem) => {
    const { post, shown } = opened()
    const reply = post('/faults', { ...NEXT_SALE, effect: 'busy', ...wrong })
    expect([reply.status, wordsOf(reply)]).toEqual([400, expect.stringContaining(problem)])
    expect(shown('faults')).toEqual([])
  })

  it('are asked for with the order of the payment whose page leads there', () => {
    const { get } = opened([carried('7', 'au')])
    const link = unescaped(/href="(\/faults\?[^"]*)"/.exec(get('/payments/7').body)?.[1] ?? '')
    expect(get(link).body).toMatch(/<option value="101" selected[\s\S]*name="order"\s+value="t7"/)
  })
})

describe('the requests', () => {
  it('are shown with their fields, without secrets, and with how they were answered', () => {
    const { get, post, pay, deliver } = opened([carried('1', 'au')])
    post('/faults', { telegram: '101', order: '', times: 'once', effect: 'silence' })
    pay('101', '1')
    pay('101', '1')
    deliver('/n/c/request', 'no%form')
    const rows = rowsOf(get('/requests'))
    expect(rows.map((row) => row.slice(0, 6))).toEqual([
      ['3', '2026/04/10 12:00:00', '', '', '', '拒否（P012）'],
      ['2', '2026/04/10 12:00:00', '101 キャリアの売上', 't1', '1', '拒否（7003）'],
      ['1', '2026/04/10 12:00:00', '101 キャリアの売上', 't1', '1', '応答なし'],
    ])
    expect(rows.map((row) => row[6])).toEqual([
      '記録なし',
      expect.stringContaining('connect_password ***'),
      expect.any(String),
    ])
    expect(rowsOf(get('/requests?q=t1'))).toHaveLength(2)
    expect(get('/requests').body).toContain('<a href="/payments/1">1</a>')
  })
})

describe('the notices', () => {
  it('say whether they were fetched, pushed and taken', () => {
    const { get, post, send, ledger, clock } = opened()
    for (const tradingId of ['1', '2', '3']) post('/payments', { method: 'au', amountYen: '1', tradingId })
    send('091')
    ledger.pushes.tried(1, { nextMs: 0, pushedMs: clock.nowMs(), answer: '200 result=0' })
    ledger.pushes.tried(2, { nextMs: 0, pushedMs: null, answer: '200 <b>no</b>' })
    ledger.pushes.tried(2, { nextMs: 0, pushedMs: null, answer: 'ECONNREFUSED' })
    expect(rowsOf(get('/notices')).map((row) => row.slice(4))).toEqual([
      ['20 オーソリOK', '未取得', '未送信'],
      ['20 オーソリOK', '未取得', '2回送信、未受領：ECONNREFUSED'],
      ['20 オーソリOK', '取得済み', '2026/04/10 12:00:00 に受領'],
    ])
    clock.advance(8 * DAY_MS)
    expect(rowsOf(get('/notices')).map((row) => row[5])).toEqual([
      '取得できません（7日経過）',
      '取得できません（7日経過）',
      '取得済み',
    ])
  })
})

describe('a value from outside', () => {
  const HOSTILE = [
    `<script>document.title='ran'</script>`,
    `"><img src=x onerror="alert(1)">`,
    `' onmouseover='alert(1)`,
    `</style></title><h1>x`,
    'a\u202eb\u200bc\nd',
    '&lt;b&gt;',
  ]

  it.each(HOSTILE)('%j is shown as it is written and never as a part of the page', (value) => {
    const desk = opened()
    addPayments(desk.ledger, [{ ...card('7'), tradingId: value }], desk.clock.nowMs(), 'customer')
    desk.ledger.pushes.tried(1, { nextMs: 0, pushedMs: null, answer: value })
    desk.deliver(
      '/n/card/request',
      new URLSearchParams({ telegram_kind: value, payment_id: '7', [value.slice(0, 9)]: value }).toString(),
    )
    const hidden = (text: string): string =>
      text.replaceAll('\u202e', '\\u{202E}').replaceAll('\u200b', '\\u{200B}').replaceAll('\n', '\\n')
    for (const path of [
      '/',
      '/payments/7',
      '/requests',
      '/notices',
      `/faults?order=${encodeURIComponent(value)}`,
      `/?q=${encodeURIComponent(value)}`,
    ]) {
      const reply = desk.get(path)
      const page = reply.body.replace(/<style>[\s\S]*?<\/style>/, '')
      expect(page.replaceAll(/="[^"]*"/g, '=""'), path).not.toMatch(/<script|<img|<h1>x|<[^>]* on\w+=/)
      expect(page, path).not.toMatch(/[\u202e\u200b]/)
      // A telegram is in Windows-31J, which has no hidden characters.
      if (path !== '/requests' || hidden(value) === value) expect(unescaped(page), path).toContain(hidden(value))
    }
  })
})
