// Tests EC-CUBE 2's own order CSV: it is imported unchanged, Paygent is asked for its missing facts, and a cancelled or
// sold order is never sold.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import iconv from 'iconv-lite'
import { describe, expect, it } from 'vitest'
import { EMBEDDED, folder, run, SHOP_ORDERS, start } from './program.js'
import { openShop, orderRow, outcomes, resultOf, type Row, type Shop } from './shop.js'

/** The payments that Paygent holds for the orders of the fixture. 2109 was paid twice under one number. */
const HELD: readonly Row[] = [
  orderRow(2101, 'credit', { total: 4980 }),
  orderRow(2102, 'au', { total: 1733 }),
  orderRow(2103, 'docomo', { total: 6300 }),
  orderRow(2104, 'credit', { total: 8800 }),
  orderRow(2105, 'docomo', { total: 1200 }),
  orderRow(2107, 'credit', { total: 9900, payment_status: '40' }),
  orderRow(2108, 'docomo', { total: 2500, payment_status: '44' }),
  orderRow(2109, 'credit', { total: 7200, payment_status: '32' }),
  { ...orderRow(2199, 'credit', { total: 7200 }), trading_id: 2109 },
  orderRow(2111, 'softbank', { total: 3300 }),
]

const inquiries = async (shop: Shop): Promise<string[]> =>
  (await shop.simulator.requests()).filter(({ telegram }) => telegram === '094').map(({ paymentId }) => paymentId ?? '')

describe('the shop’s order CSV', () => {
  it('import → dry run → bulk sale → results', { timeout: 120_000 }, async () => {
    const shop = await openShop(HELD, { file: SHOP_ORDERS })
    await seesTheOrders(shop)
    await plansWithoutAsking(shop)
    await sells(shop)
    await comesAgain(shop)
  })
})

async function seesTheOrders(shop: Shop): Promise<void> {
  const again = await shop.paygent(['import', SHOP_ORDERS])
  expect(again.stdout).toContain('受注を取り込みました：変更なし 10件。')
  expect(again.stdout).toMatch(/対象外の支払方法：.+ 1件、.+ 1件/)
  expect(again.stdout).toContain('決済IDのない受注 10件')
  const mirror = await shop.mirror()
  expect(mirror['2102']).toMatchObject({
    customerName: '中村 洋',
    total: 1733,
    orderStatus: '入金待ち',
    tradingId: '2102',
    paymentId: null,
    carrier: null,
  })
  expect(mirror['2103']).toMatchObject({ customerName: '髙田 直樹', shippedAt: '2009-07-09T17:00:00+09:00' })
  expect([mirror['2104'], mirror['2105']]).toMatchObject([{ orderStatus: 'キャンセル' }, { orderStatus: '決済処理中' }])
  const listed = await shop.paygent(['orders', '--for', 'sale', '--format', 'json'])
  const offered = (JSON.parse(listed.stdout) as { orderId: string }[]).map(({ orderId }) => orderId)
  expect(offered).toEqual(['2112', '2111', '2109', '2108', '2107', '2103', '2102', '2101'])
  expect((await shop.paygent(['show', '2101'])).stdout).toContain('送信予定を作るときにペイジェントへ照会します')
  expect((await shop.paygent([])).stdout).toContain('ペイジェントに未照会の受注：8件')
}

async function plansWithoutAsking(shop: Shop): Promise<void> {
  const all = await shop.paygent(['bulk-sale', '--all', '--dry-run', '--format', 'json'])
  expect(all.code).toBe(0)
  const { results, dryRun } = resultOf(all)
  expect(dryRun).toBe(true)
  expect(results.map(({ orderId, outcome, amount }) => [orderId, outcome, amount]).toSorted()).toEqual(
    ['2101', '2102', '2103', '2107', '2108', '2109', '2111', '2112'].map((id) => [id, 'planned', null]),
  )
  const named = await shop.paygent(['bulk-sale', '--orders', '2101,2104,2105', '--dry-run', '--format', 'json'])
  expect([named.code, outcomes(named)]).toEqual([3, ['2101 planned', '2104 refused', '2105 refused']])
  expect(await inquiries(shop)).toEqual([])
}

async function sells(shop: Shop): Promise<void> {
  const sold = await shop.paygent(['bulk-sale', '--all', '--yes', '--format', 'json'])
  expect(sold.code).toBe(4)
  // 2107 and 2108 were sold in the shop: once that is known, they are no orders of --all.
  expect(sold.stderr).toContain('2件を --all から外しました')
  const { results } = resultOf(sold)
  const told = results.map(({ orderId, telegram, outcome, reason, amount }) =>
    [orderId, outcome, telegram, amount, reason].filter((part) => part !== null).join(' '),
  )
  expect(told.toSorted()).toEqual([
    '2101 accepted 022 4980',
    '2102 accepted 101 1733',
    '2103 accepted 103 5300',
    '2109 refused attention',
    '2111 accepted 101 3300',
    '2112 refused no-payment',
  ])
  expect((await shop.money()).toSorted()).toEqual(['022 10002101', '101 10002102', '101 10002111', '103 10002103'])
  const mirror = await shop.mirror()
  expect(mirror['2111']).toMatchObject({ carrier: 'softbank', paymentId: '10002111', state: '売上' })
  expect(mirror['2109']).toMatchObject({ paymentId: null, paymentStatus: null })
  expect((await shop.paygent(['show', '2109'])).stdout).toContain('同じ取引IDの決済が複数あります（13002）')
  const waits = await shop.paygent(['reconcile'])
  expect([waits.code, waits.stdout]).toEqual([4, expect.stringContaining('paygent settle 2109 --payment-id')])
  expect([mirror['2107'], mirror['2108']]).toMatchObject([{ effectiveStatus: '40' }, { effectiveStatus: '44' }])
}

/** The next day's file says no more than the first; what is sold stays sold. */
async function comesAgain(shop: Shop): Promise<void> {
  const again = await shop.paygent(['import', SHOP_ORDERS, '--format', 'json'])
  expect([again.code, JSON.parse(again.stdout)]).toMatchObject([0, { unchanged: 10, conflicts: [], withoutPayment: 4 }])
  const named = join(shop.cwd, 'named.csv')
  const [header, ...lines] = iconv.decode(readFileSync(SHOP_ORDERS), 'cp932').trimEnd().split('\r\n')
  const added = lines.map((line) => `${line},${line.startsWith('2109,') ? '10002199' : ''}`)
  writeFileSync(named, [`${header},決済ID`, ...added, ''].join('\r\n'))
  expect(await shop.paygent(['import', named])).toMatchObject({ code: 0 })
  const before = (await shop.money()).length
  const more = await shop.paygent(['bulk-sale', '--all', '--yes', '--format', 'json'])
  expect(outcomes(more)).toEqual(['2109 accepted', '2112 refused'])
  expect((await shop.money()).slice(before)).toEqual(['022 10002199'])
}

describe('an order that was paid for twice under its number', () => {
  it('waits for a person, and the payment that they name is sold', { timeout: 120_000 }, async () => {
    const shop = await openShop(HELD, { file: SHOP_ORDERS })
    expect((await shop.paygent(['sync'])).code).toBe(4)
    expect((await shop.paygent(['status'])).stdout).toContain('要対応の受注：1件')
    const other = await shop.paygent(['settle', '2109', '--payment-id', '10002101', '--yes'])
    expect([other.code, other.stdout]).toEqual([3, expect.stringContaining('取引ID・金額')])
    const named = await shop.paygent(['settle', '2109', '--payment-id', '010002199', '--yes'])
    expect([named.code, named.stdout]).toEqual([0, expect.stringContaining('決済ID：10002199 を受注番号：2109 の決済')])
    expect((await shop.paygent(['reconcile'])).code).toBe(0)
    expect((await shop.paygent(['bulk-sale', '--orders', '2109', '--yes'])).code).toBe(0)
    expect(await shop.money()).toEqual(['022 10002199'])
  })
})

describe('a shop with numbers of its own', () => {
  const text = iconv
    .decode(readFileSync(SHOP_ORDERS), 'cp932')
    .replace('PAYGENTクレジット,,1,', 'PAYGENTクレジット,,8,')

  it('is told how many orders wait for its word, with the line to paste; the word works without a new import', async () => {
    const cwd = folder()
    writeFileSync(join(cwd, 'own.csv'), iconv.encode(text.replace(',,8,', ',,10,'), 'cp932'))
    const imported = await run(cwd, ['import', 'own.csv'], EMBEDDED)
    expect([imported.code, imported.stdout]).toEqual([0, expect.stringContaining('PAYGENT_STATUSES="10:hold"')])
    const sold = async (env: Record<string, string>, ...args: string[]) =>
      resultOf(
        await run(cwd, ['bulk-sale', ...args, '--dry-run', '--format', 'json'], { ...EMBEDDED, ...env }),
      ).results.map(({ orderId }) => orderId)
    expect(await sold({}, '--all')).not.toContain('2112')
    expect(await sold({}, '--orders', '2112')).toEqual(['2112'])
    expect(await sold({ PAYGENT_STATUSES: '10=出荷待ち:sell' }, '--all')).toContain('2112')
    expect((await run(cwd, ['status'], EMBEDDED)).stdout).toContain('PAYGENT_STATUSES="10:hold"')
    const wrong = await run(cwd, ['status'], { ...EMBEDDED, PAYGENT_STATUSES: 'キャンセル:sell' })
    expect([wrong.code, wrong.stderr.includes('PAYGENT_STATUSES')]).toEqual([2, true])
  })

  it('names its numbers at the import', async () => {
    const cwd = folder()
    writeFileSync(join(cwd, 'own.csv'), iconv.encode(text, 'cp932'))
    expect((await run(cwd, ['import', 'own.csv', '--status-name', '8=返品'], EMBEDDED)).code).toBe(0)
    const sale = await run(cwd, ['bulk-sale', '--orders', '2112', '--yes', '--format', 'json'], EMBEDDED)
    expect(resultOf(sale).results).toMatchObject([{ outcome: 'refused', reason: 'cancelled-order' }])
  })

  it.each(['8', '8=', '=返品', 'x=返品', '8=9'])('--status-name %s is wrong usage', async (value) => {
    const ended = await run(folder(), ['import', SHOP_ORDERS, '--status-name', value], EMBEDDED)
    expect([ended.code, ended.stderr.includes('--status-name')]).toEqual([2, true])
  })
})

const EXAMPLE = fileURLToPath(new URL('../../../shared/eccube/eccube2-order.csv', import.meta.url))
const there = existsSync(EXAMPLE)
if (!there)
  process.stderr.write('SKIPPED: ../shared/eccube is not there, the shop’s own 41 columns were not imported\n')

describe.skipIf(!there)('41 columns of a shop', () => {
  it('go in and are sold on the embedded simulator, the cancelled and unfinished ones left', async () => {
    const cwd = folder()
    const imported = await run(cwd, ['import', EXAMPLE, '--format', 'json'], EMBEDDED)
    expect([imported.code, JSON.parse(imported.stdout)]).toMatchObject([
      0,
      { added: 17, skippedOtherMethods: 2, withoutPayment: 17 },
    ])
    const dry = await run(cwd, ['bulk-sale', '--all', '--dry-run', '--format', 'json'], EMBEDDED)
    expect([dry.code, resultOf(dry).summary['total']]).toEqual([0, 14])
    const sold = await run(cwd, ['bulk-sale', '--all', '--yes', '--format', 'json'], EMBEDDED)
    expect([sold.code, resultOf(sold).summary]).toMatchObject([0, { total: 14, accepted: 14, acceptedYen: 49_466 }])
    const named = await run(cwd, ['bulk-sale', '--orders', '867,874,876', '--yes', '--format', 'json'], EMBEDDED)
    expect(resultOf(named).results.map(({ reason }) => reason)).toEqual(Array(3).fill('cancelled-order'))
    const again = await run(cwd, ['import', EXAMPLE, '--format', 'json'], EMBEDDED)
    expect(JSON.parse(again.stdout)).toMatchObject({ unchanged: 17, conflicts: [], withoutPayment: 3 })
  })

  it('agree with a simulator process, order by order', async () => {
    const shop = await openShop([orderRow(1, 'au')], { file: EXAMPLE, simulator: ['--orders', EXAMPLE] })
    const orders = '853,870,880'
    expect((await shop.paygent(['bulk-sale', '--orders', orders, '--yes'])).code).toBe(0)
    expect((await shop.paygent(['sync'])).code).toBe(0)
    const [mirror, ledger] = [Object.values(await shop.mirror()), await shop.ledger()]
    const told = mirror.filter(({ paymentId }) => paymentId !== null)
    for (const { orderId, paymentId, effectiveStatus, heldAmount } of told) {
      const { status, amountYen } = ledger[paymentId ?? ''] ?? {}
      expect([orderId, effectiveStatus, heldAmount]).toEqual([orderId, status, amountYen])
    }
    const sold = told.filter(({ effectiveStatus }) => effectiveStatus === '40').map(({ orderId }) => orderId)
    expect([told.length, sold.toSorted()]).toEqual([14, orders.split(',')])
  })
})

describe('one odd order among others', () => {
  const at = (dir: string, args: readonly string[]) => run(dir, args, EMBEDDED)
  const header = 'order_id,customer_name,method,total,payment_id\n'

  it('with a payment id that another order has is said at import, zeros before it or not', async () => {
    const dir = folder()
    const rows = '1,a,credit,100,0900\n2,b,credit,100,900\n3,c,credit,100,901\n'
    writeFileSync(join(dir, 'orders.csv'), `${header}${rows}`)
    const first = await at(dir, ['import', 'orders.csv'])
    expect([first.code, first.stdout]).toEqual([
      3,
      expect.stringContaining('決済ID 900 が複数の受注にあります：受注番号 1、2。'),
    ])
    const again = await at(dir, ['import', 'orders.csv', '--format', 'json'])
    expect([again.code, JSON.parse(again.stdout)]).toMatchObject([
      3,
      { unchanged: 3, sharedPayments: [{ paymentId: '900', orderIds: ['1', '2'] }] },
    ])
    writeFileSync(join(dir, 'other.csv'), `${header}3,c,credit,100,901\n`)
    expect((await at(dir, ['import', 'other.csv'])).code).toBe(0)
    const plan = await at(dir, ['bulk-sale', '--orders', '1,2,3', '--dry-run', '--format', 'json'])
    const { results } = JSON.parse(plan.stdout) as { results: { orderId: string; reason: string | null }[] }
    expect(results.map(({ orderId, reason }) => [orderId, reason])).toEqual([
      ['1', 'duplicate-payment'],
      ['2', 'duplicate-payment'],
      ['3', null],
    ])
  })

  it('of which Paygent says nothing is named, and the others are sold', async () => {
    const shop = await openShop([orderRow(1, 'au'), orderRow(2, 'au'), orderRow(3, 'credit')])
    await shop.faults({
      match: { telegram: '094', payment_id: '10002' },
      commits: false,
      shows: 'silence',
      delay_ms: 0,
    })
    const sold = await shop.paygent(['bulk-sale', '--orders', '1,2,3', '--yes', '--format', 'json'])
    expect([sold.code, outcomes(sold)]).toEqual([3, ['1 accepted', '2 refused', '3 accepted']])
    expect(resultOf(sold).results[1]).toMatchObject({ reason: 'no-answer', attempts: 0 })
    expect(resultOf(sold).results[1]?.reasonText).toContain('この受注だけ回答がありません（ETIMEDOUT）')
    expect(await shop.money()).toEqual(['101 10001', '022 10003'])
    await shop.faults({ match: { telegram: '094' }, commits: false, shows: 'silence', delay_ms: 0 })
    const dead = await shop.paygent(['bulk-sale', '--orders', '2', '--yes'])
    expect([dead.code, dead.stderr]).toEqual([6, expect.stringContaining('ペイジェントに接続できません')])
  })

  it('with a name that Windows-31J lacks is named, and all orders are exported', async () => {
    const dir = folder()
    const rows = '1,𠮷田〜,credit,100,901\n2,佐藤,credit,100,902\n3,é,credit,100,903\n'
    writeFileSync(join(dir, 'orders.csv'), `${header}${rows}`)
    expect((await at(dir, ['import', 'orders.csv'])).code).toBe(0)
    const bytes: Buffer[] = []
    const running = start(dir, ['export', '--encoding', 'sjis'], EMBEDDED)
    running.child.stdout?.on('data', (chunk: Buffer) => bytes.push(chunk))
    const { code, stderr } = await running.ended
    const lines = iconv.decode(Buffer.concat(bytes), 'windows-31j').split('\r\n')
    expect(lines.map((line) => line.split(',')[2])).toEqual(['customer_name', '〓', '佐藤', '〓田～', undefined])
    expect(code).toBe(3)
    expect(stderr).toContain('受注番号：1 Windows-31J にない文字があります（𠮷 U+20BB7、〜 U+301C）')
    expect(stderr).toContain('受注番号：3 ')
    expect(stderr).not.toContain('受注番号：2 ')
    const whole = await at(dir, ['export'])
    expect([whole.code, whole.stderr, whole.stdout]).toEqual([0, '', expect.stringContaining('𠮷田〜')])
  })
})
