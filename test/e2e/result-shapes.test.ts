// Tests the exact JSON and CSV of a result and of a plan, as scripts read them.
import iconv from 'iconv-lite'
import { beforeAll, describe, expect, it } from 'vitest'
import { mirrorHash, openShop, orderRow, resultOf, type Shop } from './shop.js'

describe('--dry-run and the shapes of docs/interface.md#json', () => {
  const KEYS = [
    'position',
    'orderId',
    'request',
    'telegram',
    'outcome',
    'label',
    'code',
    'detail',
    'reason',
    'reasonText',
    'firstOutcome',
    'paymentId',
    'newPaymentId',
    'amount',
    'attempts',
    'mark',
    'money',
    'netYen',
  ]
  const SNAKE = KEYS.map((key) => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)).join(',')
  const SUMMARY = [
    'total',
    'accepted',
    'rejected',
    'refused',
    'notProcessed',
    'unknown',
    'attention',
    'unsent',
    'acceptedYen',
    'releasedYen',
    'refundedYen',
    'netYen',
  ]
  let shop: Shop
  beforeAll(async () => {
    shop = await openShop([
      orderRow(852, 'au', { total: 1 }),
      orderRow(853, 'docomo', { payment_status: '40', kind: '101' }),
    ])
  })

  it('a dry run sends and writes nothing', async () => {
    const hash = mirrorHash(shop.cwd)
    const before = await shop.simulator.requests()
    const ended = await shop.paygent(['bulk-sale', '--orders', '852,853', '--dry-run', '--format', 'json'])
    expect(ended.code).toBe(3)
    const result = resultOf(ended)
    expect(result.dryRun).toBe(true)
    expect(result.run).toMatchObject({ id: null, operation: 'sale', environment: 'simulator' })
    expect(result.results[0]).toMatchObject({ outcome: 'planned', request: 'sale', amount: null })
    expect(result.results[1]).toMatchObject({ outcome: 'refused', telegram: null, reason: 'status' })
    expect(result.results.map((item) => Object.keys(item))).toEqual([KEYS, KEYS])
    const table = await shop.paygent(['bulk-sale', '--orders', '852', '--dry-run'])
    expect([table.code, table.stdout]).toEqual([0, expect.stringContaining('未照会')])
    const csv = await shop.paygent(['bulk-sale', '--orders', '852', '--dry-run', '--format', 'csv'])
    expect(csv.stdout).toMatch(/^\uFEFFposition,order_id/)
    expect(await shop.simulator.requests()).toHaveLength(before.length)
    expect(mirrorHash(shop.cwd)).toBe(hash)
  })

  it('JSON and CSV of a result are the page’s, also in Windows-31J', async () => {
    const json = await shop.paygent(['bulk-sale', '--orders', '852', '--yes', '--format', 'json'])
    const result = resultOf(json)
    expect(Object.keys(result)).toEqual(['run', 'results', 'summary'])
    expect(Object.keys(result.run)).toEqual(['id', 'operation', 'environment', 'startedAt', 'endedAt', 'state'])
    expect(result.run).toMatchObject({ operation: 'sale', environment: 'simulator', state: 'completed' })
    expect(String(result.run['startedAt'])).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+09:00$/)
    expect(Object.keys(result.summary)).toEqual(SUMMARY)
    expect(result.results).toEqual([
      {
        position: 1,
        orderId: '852',
        request: 'sale',
        telegram: '101',
        outcome: 'accepted',
        label: '売上',
        code: null,
        detail: null,
        reason: null,
        reasonText: null,
        firstOutcome: 'accepted',
        paymentId: '1000852',
        newPaymentId: null,
        amount: 1,
        attempts: 1,
        mark: null,
        money: 'captured',
        netYen: 1,
      },
    ])
    const csv = await shop.paygent(['bulk-sale', '--orders', '852', '--yes', '--format', 'csv'])
    const [header, row, end] = csv.stdout.split('\r\n')
    expect([header, end]).toEqual([`\uFEFF${SNAKE}`, ''])
    expect(row).toMatch(/^1,852,,,refused,売上,,,already,[^,]+,refused,1000852,,,0,,,0$/)
  })

  it('CSV leaves in Windows-31J with --encoding sjis', async () => {
    const bytes: Buffer[] = []
    const running = shop.begin(['bulk-sale', '--orders', '852', '--yes', '--format', 'csv', '--encoding', 'sjis'])
    running.child.stdout?.on('data', (chunk: Buffer) => bytes.push(chunk))
    expect((await running.ended).code).toBe(0)
    expect(iconv.decode(Buffer.concat(bytes), 'windows-31j')).toContain('売上')
    expect(Buffer.concat(bytes).toString('utf8')).not.toContain('売上')
  })
})
