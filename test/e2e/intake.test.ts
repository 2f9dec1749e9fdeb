// Tests the shop's file as it arrives day by day: its new and repeated statements, and the orders that must not be sold
// because of them.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openShop, orderRow, type Row, type Shop } from './shop.js'

const HEADER = '注文番号,お支払い合計,支払い方法,対応状況,注文日時,発送完了日時'
const SHIPPED = '2026-11-25 10:00:00'

interface Line {
  readonly id: number
  readonly yen?: number
  readonly method?: string
  readonly status?: number
  readonly shipped?: string
}
const CARD = 'PAYGENTクレジット'

/** The shop's own order CSV. */
function shopFile(shop: Pick<Shop, 'cwd'>, name: string, lines: readonly Line[]): string {
  const rows = lines.map(({ id, yen = 1_000, method = CARD, status = 1, shipped = '' }) =>
    [id, yen, method, status, '2026-11-20 10:00:00', shipped].join(','),
  )
  const path = join(shop.cwd, name)
  writeFileSync(path, [HEADER, ...rows, ''].join('\r\n'))
  return path
}

const held = (...ids: readonly number[]): Row[] => ids.map((id) => orderRow(id, 'credit', { total: 1_000 }))

/** A shop whose orders have come once by its own file. */
async function shopOf(lines: readonly Line[]): Promise<Shop> {
  const shop = await openShop(held(...lines.map(({ id }) => id)))
  expect((await shop.paygent(['import', shopFile(shop, 'day-1.csv', lines)])).code).toBe(0)
  return shop
}

interface Imported {
  readonly conflicts: readonly { readonly orderId: string; readonly differences: readonly { field: string }[] }[]
  readonly standing: number
  readonly unchanged: number
  readonly updated: number
}

/** Exit code, and `951 method` of each conflict. */
async function importing(shop: Shop, name: string, lines: readonly Line[]): Promise<[number | null, string, number]> {
  const ended = await shop.paygent(['import', shopFile(shop, name, lines), '--format', 'json'])
  const { conflicts, standing } = JSON.parse(ended.stdout) as Imported
  const told = conflicts.map(({ orderId, differences }) => `${orderId} ${differences.map(({ field }) => field).join()}`)
  return [ended.code, told.join('; '), standing]
}

describe('an order whose payment method the shop has changed', () => {
  const DAY_2 = [
    { id: 951, method: '代金引換', status: 5, shipped: SHIPPED },
    { id: 952, status: 5, shipped: SHIPPED },
  ]

  it('is a conflict that no reconcile ends, and is sold by nothing', { timeout: 60_000 }, async () => {
    const shop = await shopOf([{ id: 951 }, { id: 952 }])
    expect(await importing(shop, 'day-2.csv', DAY_2)).toEqual([3, '951 method', 0])
    const nights = [await shop.paygent(['nightly']), await shop.paygent(['nightly'])]
    expect(nights.map(({ code }) => code)).toEqual([0, 0])
    for (const { stdout } of nights) expect(stdout).toContain('paygent settle 951 --as')
    expect(await shop.money()).toEqual(['022 1000952'])
    const reconciled = await shop.paygent(['reconcile'])
    expect(reconciled.code).toBe(0)
    for (const command of [
      ['bulk-sale', '--orders', '951'],
      ['sale', '951'],
      ['bulk-sale', '--all'],
      ['bulk-cancel', '--orders', '951'],
    ])
      await shop.paygent([...command, '--yes'])
    expect(await shop.money()).toEqual(['022 1000952'])
    expect(await importing(shop, 'day-3.csv', DAY_2)).toEqual([0, '', 1])
  })

  it('is named with what to do', async () => {
    const shop = await shopOf([{ id: 951 }, { id: 952 }])
    const { code, stdout } = await shop.paygent(['import', shopFile(shop, 'day-2.csv', DAY_2), '--quiet'])
    expect(code).toBe(3)
    expect(stdout.replaceAll(/\s/g, '')).toContain('支払方法が変わった受注：951。')
    expect(stdout).toContain('代金引換')
  })

  it('goes on once the shop’s line is Paygent’s again', async () => {
    const shop = await shopOf([{ id: 951 }])
    expect(await importing(shop, 'day-2.csv', [{ id: 951, method: '代金引換' }])).toEqual([3, '951 method', 0])
    expect(await importing(shop, 'day-3.csv', [{ id: 951 }])).toEqual([0, '', 0])
    expect((await shop.paygent(['sale', '951', '--yes'])).code).toBe(0)
  })

  it('ends by a person’s word that Paygent bears out', { timeout: 60_000 }, async () => {
    const shop = await shopOf([{ id: 951 }])
    await importing(shop, 'day-2.csv', [{ id: 951, method: '代金引換' }])
    const word = ['settle', '951', '--as', 'cancelled', '--note', 'now cash on delivery', '--yes']
    expect((await shop.paygent(word)).code).toBe(3)
    await shop.simulator.post('payments/1000951', { status: '32' })
    expect((await shop.paygent(word)).code).toBe(0)
    expect((await shop.mirror())['951']).toMatchObject({ effectiveStatus: '32' })
    // A file without any order of Paygent's is another matter.
    const day3 = [{ id: 951, method: '代金引換' }, { id: 952 }]
    expect(await importing(shop, 'day-3.csv', day3)).toEqual([0, '', 0])
    expect((await shop.paygent(['runs', '--verify'])).code).toBe(0)
  })
})

describe('the shop’s file, each day after our own sale', () => {
  it('unchanged, or with a shipment, it says nothing new, and the night is silent', { timeout: 60_000 }, async () => {
    const shop = await shopOf([{ id: 951 }, { id: 952 }])
    const shipped = [{ id: 951, status: 5, shipped: SHIPPED }, { id: 952 }]
    expect(await importing(shop, 'day-2.csv', shipped)).toEqual([0, '', 0])
    expect((await shop.paygent(['nightly', '--quiet'])).code).toBe(0)
    for (const name of ['day-3.csv', 'day-4.csv']) {
      expect(await importing(shop, name, shipped)).toEqual([0, '', 0])
      expect(await shop.paygent(['nightly', '--quiet'])).toMatchObject({ code: 0, stdout: '' })
    }
    expect(await shop.money()).toEqual(['022 1000951'])
  })

  it('with payment ids, a corrected sale’s new one is no conflict with the old', { timeout: 60_000 }, async () => {
    const shop = await openShop([orderRow(961, 'credit')])
    const csv = join(shop.cwd, 'orders.csv')
    expect((await shop.paygent(['amend', '961', '--total', '700'])).code).toBe(0)
    expect((await shop.paygent(['sale', '961', '--yes'])).code).toBe(0)
    const { '961': corrected } = await shop.mirror()
    expect(corrected).toMatchObject({ kind: '029', heldAmount: 700 })
    expect(corrected?.paymentId).not.toBe('1000961')
    for (const _day of [1, 2])
      expect(await shop.paygent(['import', csv, '--quiet'])).toMatchObject({ code: 0, stdout: '' })
    expect((await shop.mirror())['961']).toEqual(corrected)
  })
})

it('yesterday’s file does not revive an order that was called off', { timeout: 60_000 }, async () => {
  const shop = await shopOf([{ id: 951 }, { id: 952 }])
  expect(await importing(shop, 'day-2.csv', [{ id: 951, status: 3 }, { id: 952 }])).toEqual([0, '', 0])
  const old = [
    { id: 951, status: 5, shipped: SHIPPED },
    { id: 952, status: 5, shipped: SHIPPED },
  ]
  const [code, told] = await importing(shop, 'day-1-again.csv', old)
  expect([code, told]).toEqual([3, expect.stringMatching(/^951 .*order_status/)])
  expect((await shop.paygent(['nightly'])).code).toBe(0)
  expect(await shop.money()).toEqual(['022 1000952'])
})
