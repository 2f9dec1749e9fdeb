// Tests the try-out: `npm run demo` without the build.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { folder, PROGRAM, run } from './program.js'

const DEMO = fileURLToPath(new URL('../../bin/paygent.js', import.meta.url))

function demo(tmp: string, ...options: readonly string[]): string {
  const { status, stdout } = spawnSync(process.execPath, ['--', DEMO, 'demo', ...options], {
    cwd: tmp,
    env: { PATH: process.env['PATH'], TMPDIR: tmp },
  })
  expect(status).toBe(0)
  return stdout.toString()
}

const HEADINGS = { ja: '■ 次に試せること', en: '■ To try next' } as const

/** The commands under the last heading, without the words about them. */
const stepsOf = (text: string, lang: 'ja' | 'en'): string[] =>
  (text.split(HEADINGS[lang])[1] ?? '')
    .split('\n')
    .filter((line) => line.startsWith('  '))
    .map((line) => line.trim().split(/ {2,}/)[0] ?? '')

it('shows the list, sells 852 and 853, shows the list again; twice in a row, and leaves nothing behind', () => {
  const tmp = folder()
  for (const round of [1, 2]) {
    const text = demo(tmp)
    expect(text).toContain('1/2 受注番号：852 → 売上成功\n2/2 受注番号：853 → 売上成功\n')
    expect(text).toContain('■ 処理結果\n2件が成功しました。\n0件が失敗しました。\n')
    expect(text.match(/PAYGENTキャリア/g)?.length).toBe(4)
    const [before = '', after = ''] = text.split('bulk-sale')
    expect(before).not.toMatch(/852.*│ 売上 /)
    expect(after).toMatch(/852 .*│ 売上 /)
    expect(after).toMatch(/864 .*○/)
    expect(text).not.toMatch(/期限切れ|期限超過/)
    expect([round, readdirSync(tmp)]).toEqual([round, []])
    expect(stepsOf(text, 'ja')).toEqual(['paygent demo --keep', 'paygent init', 'paygent help'])
    const page = /^導入の手順：(.*)$/m.exec(text)?.[1] ?? ''
    expect(existsSync(page)).toBe(true)
  }
})

it.each(['ja', 'en'] as const)(
  'keeps its data when asked, and each command it names next works there: %s',
  async (lang) => {
    const tmp = folder()
    const text = demo(tmp, '--keep', '--lang', lang)
    const [cd = '', ...steps] = stepsOf(text, lang)
    const left = cd.replace('cd ', '')
    expect(readdirSync(left)).toContain('paygent.db')
    const again = spawnSync(process.execPath, ['--', PROGRAM, 'orders', '--format', 'json'], {
      cwd: left,
      env: { PATH: process.env['PATH'] },
    })
    const orders = JSON.parse(again.stdout.toString()) as { orderId: string; state: string; daysLeft: number | null }[]
    expect(orders.map(({ daysLeft }) => daysLeft)).toEqual([57, 57, null, null])
    expect(orders.map(({ orderId, state }) => `${orderId} ${state}`).toSorted()).toEqual([
      '852 売上',
      '853 売上',
      '862 ',
      '864 ',
    ])
    expect(steps.length).toBeGreaterThan(4)
    for (const step of steps) {
      const ended = await run(left, step.split(' ').slice(1))
      // Without a terminal there is no list to pick from; that such a command is wrong usage is all that can be seen here.
      expect([step, ended.code]).toEqual([step, step === 'paygent bulk-sale' ? 2 : 0])
    }
    expect(text).toContain(`rm -r ${left}`)
  },
)
