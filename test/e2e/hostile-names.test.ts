// A customer's name that would draw on the screen, reverse it or forge a row is shown escaped, in one row for each
// order.
import { spawn } from '@lydell/node-pty'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { HIDDEN } from '../ui/hostile.js'
import { atEnd, EMBEDDED, folder, OWN_STATE, PROGRAM, run } from './program.js'

const NAMES = [
  '山田\u001b[2J\u001b[1;31m太郎',
  '鈴木\n│ 9999 │ 偽の行 │ 成功 │',
  '佐藤\u202e誤表示\u2066',
  '田\u200b中\u2060\ufeff',
  '高橋\r上書き\u0007\u009b31m',
  '=HYPERLINK("http://example.com","x")',
]
const orders = NAMES.map((_, index) => String(index + 1)).join()

let cwd: string
beforeAll(async () => {
  cwd = folder()
  const lines = NAMES.map((name, index) => {
    const id = index + 1
    return `${id},2026/11/20 11:50,"${name.replaceAll('"', '""')}",carrier,au,1000,,入金待ち,${id},1000${id},20`
  })
  const header =
    'order_id,ordered_at,customer_name,method,carrier,total,shipped_at,order_status,trading_id,payment_id,payment_status'
  writeFileSync(join(cwd, 'hostile.csv'), [header, ...lines, ''].join('\n'))
  expect(await run(cwd, ['import', 'hostile.csv'], EMBEDDED)).toMatchObject({ code: 0 })
})

/** Rows of the first table: lines whose first cell is an order's number or its day. */
const rowsOf = (text: string): string[] => text.split('\n').filter((line) => /^│ +(?:2026\/\S+|\d+) /.test(line))

describe.each([
  ['orders', ['orders']],
  ['a plan', ['bulk-sale', '--orders', orders, '--dry-run']],
  ['one order', ['show', '2']],
])('%s', (name, args) => {
  it.each(['table', 'json'])('as %s', async (format) => {
    const { stdout, stderr } = await run(cwd, [...args, '--format', format], EMBEDDED)
    for (const line of `${stdout}\n${stderr}`.split('\n')) expect(line).not.toMatch(HIDDEN)
    if (format === 'table' && name !== 'one order') expect(rowsOf(stdout)).toHaveLength(NAMES.length)
  })
})

it('a result and the log', async () => {
  const { code, stdout, stderr } = await run(cwd, ['bulk-sale', '--orders', orders, '--yes', '--verbose'], EMBEDDED)
  expect(code).toBe(0)
  for (const line of `${stdout}\n${stderr}`.split('\n')) expect(line).not.toMatch(HIDDEN)
  expect(rowsOf(stdout)).toHaveLength(NAMES.length)
})

it('in CSV no cell begins a formula', async () => {
  const { stdout } = await run(cwd, ['orders', '--format', 'csv'], EMBEDDED)
  expect(stdout).toContain('HYPERLINK')
  expect(stdout).not.toMatch(/(?:^|[,"\n])[=+@-]/m)
})

describe('an export', () => {
  /** Every byte that reaches a terminal, each line by itself. */
  const drawn = (): Promise<string[]> => {
    const env = { PATH: process.env['PATH'] ?? '', HOME: cwd, ...OWN_STATE(cwd), ...EMBEDDED }
    const pty = spawn(process.execPath, ['--', PROGRAM, 'export'], { cwd, cols: 80, rows: 24, env })
    atEnd(() => pty.kill('SIGKILL'))
    let text = ''
    pty.onData((data) => (text += data))
    return new Promise((resolve) =>
      pty.onExit(() =>
        resolve(
          text
            .replace(/^\uFEFF/, '')
            .trimEnd()
            .split(/\r+\n/),
        ),
      ),
    )
  }

  it('on a terminal shows what would draw there escaped, one line for each order', async () => {
    const lines = await drawn()
    expect(lines).toHaveLength(NAMES.length + 1)
    for (const line of lines) expect(line).not.toMatch(HIDDEN)
    expect(lines.join('\n')).toContain('山田\\u{1B}[2J')
  })

  it('into a file keeps every name as it is', async () => {
    const { stdout } = await run(cwd, ['export'], EMBEDDED)
    writeFileSync(join(cwd, 'exported.csv'), stdout)
    expect(stdout).toContain(NAMES[0])
    const again = await run(cwd, ['import', 'exported.csv', '--format', 'json'], EMBEDDED)
    expect([again.code, JSON.parse(again.stdout)]).toMatchObject([0, { added: 0, updated: 0, unchanged: NAMES.length }])
  })
})
