// Tests bulk sale: the output of the built program is compared with the simulator's ledger and the mirror.
import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { MANUAL_ORDERS, EMBEDDED, folder, run } from './program.js'
import { expectBooksAgree, openShop, orderRow, outcomes, resultOf, type Shop } from './shop.js'

const MANUAL = readFileSync(MANUAL_ORDERS, 'utf8')

describe('the manual’s orders', () => {
  it('sells 852 and 853 in the pop-up’s words', async () => {
    const shop = await openShop([orderRow(853, 'docomo', { total: 1733 }), orderRow(852, 'au', { total: 1 })])
    const { code, stdout, stderr } = await shop.paygent(['bulk-sale', '--orders', '852,853', '--yes'])
    expect(code).toBe(0)
    const lines = stdout.trimEnd().split('\n')
    expect(lines[0]).toContain('シミュレーター')
    expect(lines.slice(1, 3)).toEqual(['1/2 受注番号：852 → 売上成功', '2/2 受注番号：853 → 売上成功'])
    const end = lines.indexOf('■ 処理結果')
    expect(lines.slice(end, end + 3)).toEqual(['■ 処理結果', '2件が成功しました。', '0件が失敗しました。'])
    expect(lines.slice(-2)).toEqual(['  paygent sync', '  paygent bulk-cancel --undo 1'])
    expect(stderr).toContain('ペイジェントに照会中 2/2')
    expect(stderr).toContain('シミュレーター')
    for (const control of ['\r', '\u001B']) expect(`${stdout}${stderr}`).not.toContain(control)
    expect(await shop.money()).toEqual(['101 1000852', '101 1000853'])
    const mirror = await shop.mirror()
    for (const [id, held] of [
      ['852', 1],
      ['853', 1733],
    ] as const) {
      expect(mirror[id]).toMatchObject({ kind: '101', effectiveStatus: '40', state: '売上', heldAmount: held })
    }
    await expectBooksAgree(shop)
  })

  it('does so on the embedded simulator, whose ledger the next command sees', async () => {
    const cwd = folder()
    expect(MANUAL).toContain('ペイジェント 太郎')
    expect((await run(cwd, ['import', MANUAL_ORDERS], EMBEDDED)).code).toBe(0)
    const first = await run(cwd, ['bulk-sale', '--orders', '852,853', '--yes', '--format', 'json'], EMBEDDED)
    expect([first.code, outcomes(first)]).toEqual([0, ['852 accepted', '853 accepted']])
    const again = await run(cwd, ['bulk-sale', '--orders', '853,864', '--yes', '--format', 'json'], EMBEDDED)
    expect([again.code, outcomes(again)]).toEqual([0, ['853 refused', '864 accepted']])
    expect(resultOf(again).results[0]).toMatchObject({ reason: 'already', telegram: null, attempts: 0 })
  })
})

describe('which orders, and in which order', () => {
  let shop: Shop
  beforeAll(async () => {
    shop = await openShop([1, 2, 3, 4, 5, 6, 7, 8, 9].map((id) => orderRow(id, 'credit')))
  })

  it('keeps the order given, counts a number once, takes repeated options and full-width digits', async () => {
    const before = (await shop.money()).length
    const ended = await shop.paygent([
      'bulk-sale',
      '--orders',
      '3,１,03',
      '--orders',
      ' 2 ,3',
      '--yes',
      '--format',
      'json',
    ])
    expect([ended.code, outcomes(ended)]).toEqual([0, ['3 accepted', '1 accepted', '2 accepted']])
    expect((await shop.money()).slice(before)).toEqual(['022 10003', '022 10001', '022 10002'])
  })

  it('reads one number a line from stdin', async () => {
    const ended = await shop.paygent(['bulk-sale', '--orders', '-', '--yes', '--format', 'json'], {}, '5\r\n4\n\n5\n')
    expect([ended.code, outcomes(ended)]).toEqual([0, ['5 accepted', '4 accepted']])
  })

  it('says already for what it sold before, and that is success', async () => {
    const before = (await shop.money()).length
    const ended = await shop.paygent(['bulk-sale', '--orders', '1,2', '--yes'])
    expect(ended.code).toBe(0)
    expect(ended.stdout).toContain('0件が失敗しました。')
    expect(await shop.money()).toHaveLength(before)
  })

  it('is silent on --quiet when all went well, and loud when not', async () => {
    const good = await shop.paygent(['bulk-sale', '--orders', '6', '--yes', '--quiet'])
    expect(good).toMatchObject({ code: 0, stdout: '', stderr: '' })
    await shop.faults({ match: { payment_id: '10007', telegram: '022' }, shows: 'code:2007' })
    const bad = await shop.paygent(['bulk-sale', '--orders', '7', '--yes', '--quiet'])
    expect(bad.code).toBe(3)
    expect(bad.stdout).toContain('2007')
    await shop.faults()
  })

  it('speaks English on --lang en', async () => {
    const { code, stdout, stderr } = await shop.paygent(['bulk-sale', '--orders', '8', '--yes', '--lang', 'en'])
    expect(code).toBe(0)
    expect(stdout.split('\n')[0]).toContain('imulator')
    expect(stdout).toMatch(/1\/1 .*8 /)
    const expected = /ペイジェント 太郎|シミュレーター/g
    expect(`${stdout}${stderr}`.replaceAll(expected, '')).not.toMatch(/[\u3040-\u30ff\u4e00-\u9fff]/)
  })
})

describe('corrected sales', () => {
  it('029 and docomo’s 103 bring a new payment, au’s 103 keeps it; a higher total is refused', async () => {
    const rows = [
      orderRow(1, 'credit'),
      orderRow(2, 'docomo'),
      orderRow(3, 'au'),
      orderRow(4, 'credit'),
      orderRow(5, 'softbank'),
    ]
    const totals = [800, 700, 600, 1100, 500]
    const shop = await openShop(
      rows.map((row, index) => ({ ...row, total: totals[index] ?? 0 })),
      { held: rows },
    )
    const ended = await shop.paygent(['bulk-sale', '--orders', '1,2,3,4,5', '--yes', '--format', 'json'])
    expect(ended.code).toBe(3)
    const { results, summary } = resultOf(ended)
    expect(
      results.map(({ request, telegram, outcome, reason, amount, attempts }) => [
        request,
        telegram,
        outcome,
        reason,
        amount,
        attempts,
      ]),
    ).toEqual([
      ['corrected-sale', '029', 'accepted', null, 800, 1],
      ['corrected-sale', '103', 'accepted', null, 700, 1],
      ['corrected-sale', '103', 'accepted', null, 600, 1],
      ['sale', null, 'refused', 'higher', null, 0],
      ['corrected-sale', null, 'refused', 'correction-not-permitted', null, 0],
    ])
    expect(summary).toMatchObject({ total: 5, accepted: 3, refused: 2, acceptedYen: 2100 })
    const ledger = await shop.ledger()
    for (const [index, old] of [
      ['0', '10001'],
      ['1', '10002'],
    ] as const) {
      const fresh = results[Number(index)]?.newPaymentId ?? ''
      expect(ledger[fresh]).toMatchObject({ status: '40', basePaymentId: old, amountYen: totals[Number(index)] })
      expect(['32', '60']).toContain(ledger[old]?.status)
    }
    expect(results[2]?.newPaymentId).toBeNull()
    expect(ledger['10003']).toMatchObject({ status: '40', amountYen: 600 })
    expect([ledger['10004']?.status, ledger['10005']?.status]).toEqual(['20', '20'])
    const mirror = await shop.mirror()
    expect([mirror['1'], mirror['2'], mirror['3']].map((order) => [order?.state, order?.heldAmount])).toEqual([
      ['補正売上', 800],
      ['補正売上', 700],
      ['補正売上', 600],
    ])
    expect(mirror['1']?.paymentId).toBe(results[0]?.newPaymentId)
    await expectBooksAgree(shop)
    const again = await shop.paygent(['bulk-sale', '--orders', '1,2,3', '--yes'])
    expect([again.code, (await shop.money()).length]).toEqual([0, 3])
  })
})
