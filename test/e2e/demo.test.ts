// Tests the try-out: `npm run demo` without the build.
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { folder, PROGRAM } from './program.js'

const DEMO = fileURLToPath(new URL('../../bin/paygent.js', import.meta.url))

it('shows the list, sells 852 and 853, shows the list again; twice in a row', () => {
  const tmp = folder()
  for (const round of [1, 2]) {
    const { status, stdout } = spawnSync(process.execPath, ['--', DEMO, 'demo'], {
      cwd: tmp,
      env: { PATH: process.env['PATH'], TMPDIR: tmp },
    })
    const text = stdout.toString()
    expect([round, status]).toEqual([round, 0])
    expect(text).toContain('1/2 受注番号：852 → 売上成功\n2/2 受注番号：853 → 売上成功\n')
    expect(text).toContain('■ 処理結果\n2件が成功しました。\n0件が失敗しました。\n')
    expect(text.match(/PAYGENTキャリア/g)?.length).toBe(4)
    const [before = '', after = ''] = text.split('bulk-sale')
    expect(before).not.toMatch(/852.*│ 売上 /)
    expect(after).toMatch(/852 .*│ 売上 /)
    expect(after).toMatch(/864 .*○/)
    const [, left = ''] = /→ (.*)\n$/.exec(text) ?? []
    expect(readdirSync(left)).toContain('paygent.db')
    const again = spawnSync(process.execPath, ['--', PROGRAM, 'orders', '--format', 'json'], {
      cwd: left,
      env: { PATH: process.env['PATH'] },
    })
    const orders = JSON.parse(again.stdout.toString()) as { orderId: string; state: string; daysLeft: number | null }[]
    const states = orders.map(({ orderId, state }) => `${orderId} ${state}`)
    expect(orders.map(({ daysLeft }) => daysLeft)).toEqual([57, 57, null, null])
    expect(text).not.toMatch(/期限切れ|期限超過/)
    expect(states.toSorted()).toEqual(['852 売上', '853 売上', '862 ', '864 '])
  }
})
