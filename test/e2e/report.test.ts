// Runs `paygent report` as it is built: the file of the books, and the exit code of a mirror that the audit trail
// contradicts.
import Database from 'better-sqlite3'
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import iconv from 'iconv-lite'
import { describe, expect, it } from 'vitest'
import { EMBEDDED, folder, MANUAL_ORDERS, run } from './program.js'

const paygent = (cwd: string, ...args: readonly string[]) => run(cwd, args, EMBEDDED)

/** Two orders are sold; the fixture's others are left. */
async function soldShop(): Promise<string> {
  const cwd = folder()
  await paygent(cwd, 'import', MANUAL_ORDERS)
  await paygent(cwd, 'bulk-sale', '--orders', '852,864', '--yes', '--quiet')
  return cwd
}

interface Printed {
  readonly total: { readonly netYen: number; readonly sold: { readonly count: number } }
  readonly bookings: readonly { readonly netYen: number }[]
}

describe('the month', { timeout: 120_000 }, () => {
  it('has the same sums in each format', async () => {
    const cwd = await soldShop()
    const json = await paygent(cwd, 'report', '--format', 'json')
    const { total, bookings } = JSON.parse(json.stdout) as Printed
    expect([json.code, total.sold.count]).toEqual([0, bookings.length])
    expect(bookings.length).toBeGreaterThan(0)
    const csv = await paygent(cwd, 'report', '--format', 'csv')
    const yen = csv.stdout
      .trimEnd()
      .split('\r\n')
      .slice(1)
      .map((line) => Number(line.split(',')[9]))
    expect(yen.reduce((sum, one) => sum + one, 0)).toBe(total.netYen)
    const table = await paygent(cwd, 'report')
    const shown = total.netYen.toLocaleString('en')
    expect(table.stdout).toContain(`差引（売上 - 返金）：${shown}円`)
    expect((await paygent(cwd, 'report', '--month', 'last-month')).stdout).toContain(
      'この期間に成立した処理はありません。',
    )
  })

  it('is written into a new file for this user alone, in the encoding of Excel', async () => {
    const cwd = await soldShop()
    const args = ['report', '--format', 'csv', '--encoding', 'sjis', '--out', 'books.csv']
    const first = await paygent(cwd, ...args)
    expect([first.code, first.stdout]).toEqual([0, ''])
    expect(first.stderr).toContain('レポートを書き出しました：books.csv')
    const path = join(cwd, 'books.csv')
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(iconv.decode(readFileSync(path), 'windows-31j').split('\r\n')[0]).toBe(
      '日時,処理番号,受注番号,受注日,お名前,支払方法,キャリア,処理内容,区分,金額（円）,送信金額（円）,減額（円）,決済ID,新しい決済ID,担当者,日時の根拠',
    )
    writeFileSync(path, 'mine')
    const second = await paygent(cwd, ...args)
    expect([second.code, readFileSync(path, 'utf8')]).toEqual([2, 'mine'])
    expect(second.stderr).toContain('上書きしていません')
    expect((await paygent(cwd, 'report', '--out', 'no/such/folder.txt')).code).toBe(2)
    expect(readdirSync(cwd).filter((name) => name.endsWith('.part'))).toEqual([])
  })

  it('ends with 4 where the audit trail contradicts it, in each format, and says so', async () => {
    const cwd = await soldShop()
    const db = new Database(join(cwd, 'paygent.db'))
    db.exec(`UPDATE run_items SET amount_yen = amount_yen + 1000 WHERE order_id = '852'`)
    db.close()
    for (const format of ['table', 'csv', 'json']) {
      const { code, stdout, stderr } = await paygent(cwd, 'report', '--format', format)
      expect([format, code]).toEqual([format, 4])
      expect(format === 'table' ? stdout : stderr).toContain('手元データが監査ログと一致しません')
    }
    const written = await paygent(cwd, 'report', '--out', 'report.txt', '--quiet')
    expect([written.code, written.stderr.includes('一致しません')]).toEqual([4, true])
  })
})
