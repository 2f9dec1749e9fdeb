// Tests order files as shops have them, through the real program: the orders imported, the report on the rest, and the
// refused files.
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import iconv from 'iconv-lite'
import { describe, expect, it } from 'vitest'
import { EMBEDDED, folder, run } from './program.js'
import { outcomes, resultOf } from './shop.js'

const fixture = (name: string): string => fileURLToPath(new URL(`../../fixtures/${name}`, import.meta.url))
const ECCUBE4 = fixture('eccube4-orders.csv')
const METHODS = { PAYGENT_METHODS: 'd払い=docomo,クレジットカード決済=credit' }

function fileOf(text: string | Buffer): { cwd: string; path: string } {
  const cwd = folder()
  const path = join(cwd, 'orders.csv')
  writeFileSync(path, text)
  return { cwd, path }
}

describe('the order CSV of EC-CUBE 4', () => {
  it('has no order of ours until the shop has named its methods; the line for that stands ready', async () => {
    const cwd = folder()
    const first = await run(cwd, ['import', ECCUBE4, '--quiet'], EMBEDDED)
    expect(first.code).toBe(3)
    expect(first.stdout).toContain('ペイジェントの支払方法の受注がファイルにありません。')
    expect(first.stdout).toContain('対象外の支払方法：クレジットカード決済 2件、d払い 1件、代金引換 1件')
    const line = /^PAYGENT_METHODS="(.*)"$/m.exec(first.stdout)?.[1] ?? ''
    expect(line).toBe('クレジットカード決済=credit,d払い=docomo')
    const again = await run(cwd, ['import', ECCUBE4, '--format', 'json'], { ...EMBEDDED, PAYGENT_METHODS: line })
    expect([again.code, JSON.parse(again.stdout)]).toMatchObject([
      0,
      {
        added: 3,
        skippedOtherMethods: 1,
        skippedMethods: [{ name: '代金引換', count: 1 }],
        methodsSetting: null,
        warnings: { roundedPaymentIds: [], unmatchedMethods: [] },
      },
    ])
  })

  it('is sold an order at a time: what is shipped in every part, and nothing that is called off', async () => {
    const cwd = folder()
    const env = { ...EMBEDDED, ...METHODS }
    expect((await run(cwd, ['import', ECCUBE4], env)).code).toBe(0)
    const listed = await run(cwd, ['orders', '--format', 'json'], env)
    expect(JSON.parse(listed.stdout)).toMatchObject([
      { orderId: '4103', orderStatus: '注文取消し', shippedAt: null, tradingId: '4103' },
      { orderId: '4102', customerName: '髙田 直樹', carrier: 'docomo', total: 2000, shippedAt: null },
      { orderId: '4101', method: 'credit', total: 4950, shippedAt: '2026-11-22T09:00:00+09:00', paymentId: null },
    ])
    const shipped = await run(cwd, ['bulk-sale', '--all', '--shipped', '--yes', '--format', 'json'], env)
    expect([shipped.code, outcomes(shipped)]).toEqual([0, ['4101 accepted']])
    const all = await run(cwd, ['bulk-sale', '--orders', '4102,4103', '--yes', '--format', 'json'], env)
    expect(resultOf(all).results.map(({ orderId, reason }) => [orderId, reason])).toEqual([
      ['4102', null],
      ['4103', 'cancelled-order'],
    ])
    expect((await run(cwd, ['import', ECCUBE4], env)).stdout).toContain('変更なし 3件')
  })
})

it('the order CSV of 2009 is read, quotes and all', async () => {
  const cwd = folder()
  const imported = await run(cwd, ['import', fixture('eccube2-orders-of-2009.csv')], EMBEDDED)
  expect([imported.code, imported.stdout]).toEqual([0, expect.stringContaining('（支払方法なし） 1件')])
  const listed = await run(cwd, ['orders', '--format', 'json'], EMBEDDED)
  expect(JSON.parse(listed.stdout)).toMatchObject([
    { orderId: '1202', customerName: '髙田 直樹', method: 'carrier', orderStatus: 'キャンセル' },
    { orderId: '1201', customerName: '森 さくら', method: 'credit', orderStatus: '発送済み', total: 4950 },
  ])
})

describe('methods that the shop has named', () => {
  const text = '受注番号,支払方法,お支払い合計,決済ID\n1,d払い,100,901\n2,カード,200,902\n'

  it('for one import win over the settings, and one that no line has is told', async () => {
    const { cwd, path } = fileOf(text)
    const env = { ...EMBEDDED, PAYGENT_METHODS: 'Ｄ払い=credit,楽天ペイ=carrier' }
    const imported = await run(cwd, ['import', path, '--method-name', 'd払い=docomo'], env)
    expect(imported.code).toBe(0)
    expect(imported.stdout).toContain('読み替えを指定した支払方法のうち、ファイルにないもの：楽天ペイ')
    expect(imported.stdout).toContain('PAYGENT_METHODS="Ｄ払い=credit,楽天ペイ=carrier,カード=credit"')
    const listed = await run(cwd, ['orders', '--format', 'json'], env)
    expect(JSON.parse(listed.stdout)).toMatchObject([{ orderId: '1', method: 'carrier', carrier: 'docomo' }])
  })

  it.each(['d払い', '=credit', 'd払い=paypay', ''])('--method-name %j is wrong usage', async (value) => {
    const { cwd, path } = fileOf(text)
    const ended = await run(cwd, ['import', path, '--method-name', value], EMBEDDED)
    expect([ended.code, ended.stderr]).toEqual([2, expect.stringContaining('--method-name')])
    expect(existsSync(join(cwd, 'paygent.db'))).toBe(false)
  })
})

describe('a file that is refused', () => {
  const good = '注文番号,支払い方法,お支払い合計,対応状況\r\n1,PAYGENTクレジット,300,1\r\n'
  it.each([
    ['cut off', good.trimEnd(), '2行目：最後の行が改行で終わっていない', 'add a line end after this line'],
    [
      'an HTML page',
      '<!DOCTYPE html>\n<title>ログイン</title>\n',
      'EC-CUBE にログインし直して',
      'Log in to EC-CUBE again',
    ],
    ['a workbook', Buffer.from('PK\x03\x04\x14\0\x06\0', 'latin1'), 'Excel のブック', 'Excel workbook'],
    ['in UTF-16', Buffer.from(`\uFEFF${good}`, 'utf16le'), 'UTF-16', 'UTF-16'],
    ['in JIS', Buffer.from('\x1B$BCmJ8HV9f\x1B(B,total\n', 'latin1'), 'ISO-2022-JP', 'ISO-2022-JP'],
    ['with semicolons', good.replaceAll(',', ';'), 'セミコロン', 'semicolons'],
    ['with tabs', good.replaceAll(',', '\t'), 'タブ', 'tabs'],
    ['with a hint for Excel', `sep=,\r\n${good}`, '「sep=」', '"sep="'],
    [
      'in two encodings',
      Buffer.concat([Buffer.from(good), iconv.encode('2,代金引換,1,1\r\n', 'cp932')]),
      '3行目：ほかの行と文字コードが違います',
      'line 3: it is in another encoding',
    ],
    [
      'without お支払い合計',
      '注文番号,支払い方法,対応状況\n1,PAYGENTクレジット,1\n',
      'CSV出力項目設定で「お支払い合計」',
      'has no column お支払い合計',
    ],
    [
      'with ids that Paygent cannot take',
      '受注番号,支払方法,お支払い合計,取引ID\n1,credit,1,EC-931\n2,credit,1,EC20091123000000000000852\n3,credit,1,X20091123000000000000000852\n',
      '2行目 取引ID "EC-931"',
      'line 4 取引ID "X2009',
    ],
    [
      'rounded by Excel',
      `受注番号,支払方法,お支払い合計,決済ID\n${[1, 2, 3].map((id) => `${id},credit,1,12345678901234${id}000\n`).join('')}`,
      '2行目 決済ID',
      'Excel has rounded them',
    ],
  ] as const)('%s', async (_, content, ja, en) => {
    const { cwd, path } = fileOf(content as string | Buffer)
    const told = await run(cwd, ['import', path], EMBEDDED)
    expect([told.code, told.stderr]).toEqual([2, expect.stringContaining(ja)])
    expect(told.stderr).toContain('何も取り込んでいません。')
    const english = await run(cwd, ['import', path, '--lang', 'en'], EMBEDDED)
    expect([english.code, english.stderr]).toEqual([2, expect.stringContaining(en)])
    expect(existsSync(join(cwd, 'paygent.db'))).toBe(false)
  })
})

describe('a file that is taken with a word of warning', () => {
  it.each([
    '受注番号,支払方法,お支払い合計,決済ID\n1,credit,1,901\n',
    '注文番号,支払い方法,お支払い合計\n1,PAYGENTクレジット,300\n',
  ])('%j, without 対応状況, says so, and nothing of it goes out by --all', async (text) => {
    const { cwd, path } = fileOf(text)
    const told = await run(cwd, ['import', path], EMBEDDED)
    expect([told.code, told.stdout]).toEqual([0, expect.stringContaining('ファイルに「対応状況」の列がありません')])
    const json = await run(cwd, ['import', path, '--format', 'json'], EMBEDDED)
    expect(JSON.parse(json.stdout)).toMatchObject({ withoutStatus: true })
    const all = await run(cwd, ['bulk-sale', '--all', '--yes', '--format', 'json'], EMBEDDED)
    expect(resultOf(all).results).toEqual([])
  })

  it('payment ids that Excel may have rounded are told, also on --quiet', async () => {
    const { cwd, path } = fileOf(
      '受注番号,支払方法,お支払い合計,決済ID\n1,credit,1,123456789012345000\n2,credit,1,123456789012345678\n',
    )
    const told = await run(cwd, ['import', path, '--quiet'], EMBEDDED)
    expect([told.code, told.stdout]).toEqual([0, expect.stringMatching(/000 で終わる受注 1件（受注番号 1 など）/)])
    const json = await run(cwd, ['import', path, '--format', 'json'], EMBEDDED)
    expect(JSON.parse(json.stdout)).toMatchObject({
      warnings: { roundedPaymentIds: [{ orderId: '1', paymentId: '123456789012345000' }] },
    })
  })
})

it('an order without a date is listed, planned and sold, and of no day', async () => {
  const { cwd, path } = fileOf(
    'order_id,method,total,payment_id,order_status,ordered_at\n1,credit,100,901,新規受付,\n2,credit,200,902,新規受付,0000-00-00 00:00:00\n3,credit,300,903,新規受付,2026-11-20 10:00:00\n',
  )
  expect((await run(cwd, ['import', path], EMBEDDED)).code).toBe(0)
  const listed = await run(cwd, ['orders', '--format', 'json'], EMBEDDED)
  expect((JSON.parse(listed.stdout) as { orderedAt: string | null }[]).map(({ orderedAt }) => orderedAt)).toEqual([
    '2026-11-20T10:00:00+09:00',
    null,
    null,
  ])
  const dated = await run(cwd, ['bulk-sale', '--all', '--to', '2099-01-01', '--dry-run', '--format', 'json'], EMBEDDED)
  expect(outcomes(dated)).toEqual(['3 planned'])
  expect((await run(cwd, ['show', '1'], EMBEDDED)).code).toBe(0)
  const sold = await run(cwd, ['bulk-sale', '--all', '--yes', '--format', 'json'], EMBEDDED)
  expect([sold.code, outcomes(sold)]).toEqual([0, ['3 accepted', '1 accepted', '2 accepted']])
  const exported = await run(cwd, ['export'], EMBEDDED)
  expect(exported.stdout).toMatch(/\r\n1,,/)
  writeFileSync(path, exported.stdout)
  expect((await run(cwd, ['import', path], EMBEDDED)).stdout).toContain('変更なし 3件')
})
