// Tests the picker in a terminal: the built program, the embedded simulator, and keys as staff press them.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { EMBEDDED, folder, MANUAL_ORDERS, run, writeOrders } from './program.js'
import { orderRow, type MirrorOrder } from './shop.js'
import { KEYS, openTerminal, type VirtualTerminal } from './virtual-terminal.js'

async function shop(csv?: (cwd: string) => string): Promise<string> {
  const cwd = folder()
  const imported = await run(cwd, ['import', csv?.(cwd) ?? MANUAL_ORDERS], EMBEDDED)
  expect(imported).toMatchObject({ code: 0, stderr: '' })
  return cwd
}

async function states(cwd: string): Promise<Record<string, string>> {
  const { stdout } = await run(cwd, ['orders', '--format', 'json'], EMBEDDED)
  const orders = JSON.parse(stdout) as MirrorOrder[]
  return Object.fromEntries(orders.map(({ orderId, state }) => [orderId, state]))
}

const NOTHING_SOLD = { '852': '', '853': '', '862': '', '864': '' }

const OPEN = `環境：シミュレーター（実際の請求は行われません）
一括売上：売上処理する受注を選んでください。
選択中：0件 0円
絞り込み：
      番号  顧客名             支払方法         金額  発送  残り  売上
> [ ]  862  ペイジェント 次郎  クレジット      約1円  未    切れ  ○ 売上
  [ ]  864  ペイジェント 次郎  クレジット      約1円  未    切れ  ○ 売上
  [ ]  853  ペイジェント 太郎  docomo      約1,733円  未    切れ  ○ 売上
  [ ]  852  ペイジェント 太郎  au              約1円  未    切れ  ○ 売上
4件中 1-4件目
補正前金額は未照会です。送信予定を作るときにペイジェントへ照会します。
文字: 番号・顧客名・支払方法・状況で絞り込み  Space: 選択/解除
Ctrl-A: 表示中を一括選択  Ctrl-N: 表示中を解除  Enter: 決定  Esc: 中止`

const NARROWED = `環境：シミュレーター（実際の請求は行われません）
一括売上：売上処理する受注を選んでください。
選択中：0件 0円
絞り込み：852
      番号  顧客名             支払方法         金額  発送  残り  売上
> [ ]  852  ペイジェント 太郎  au              約1円  未    切れ  ○ 売上
1件中 1-1件目（絞り込み前 4件）
補正前金額は未照会です。送信予定を作るときにペイジェントへ照会します。
↑↓ か Tab: 一覧へ移り Space で選択  Space: 空白の入力  Ctrl-A: 表示中を一括選択
Ctrl-N: 表示中を解除  Enter: 決定  Esc: 絞り込みを解除`

const TICKED = NARROWED.replace('選択中：0件 0円', '選択中：1件 約1円（うち未照会 1件）')
  .replace('[ ]', '[x]')
  .replace(
    /↑↓[^]*$/,
    `文字: 番号・顧客名・支払方法・状況で絞り込み  Space: 選択/解除
Ctrl-A: 表示中を一括選択  Ctrl-N: 表示中を解除  Enter: 決定  Esc: 絞り込みを解除`,
  )

/** A frame may come in several pieces, so its first words do not show that it is whole. */
const drawn = (terminal: VirtualTerminal, screen: string): Promise<void> =>
  expect.poll(() => terminal.screen(), { timeout: 20_000 }).toBe(screen)

it('a terminal that tells no size is drawn on as one of 80 columns', async () => {
  const cwd = await shop()
  const listed = openTerminal(cwd, ['orders'], { env: EMBEDDED, sized: false })
  expect(await listed.exit).toBe(0)
  const usual = openTerminal(cwd, ['orders'], { env: EMBEDDED })
  expect(await usual.exit).toBe(0)
  expect(listed.screen()).toBe(usual.screen())
  const picked = openTerminal(cwd, ['bulk-sale'], { sized: false })
  expect(await picked.shows('Esc: 中止')).toBe(OPEN)
  const help = openTerminal(cwd, ['bulk-sale', '--help'], { rows: 100, sized: false })
  expect(await help.exit).toBe(0)
  expect(help.screen()).toContain('\n  --dry-run ')
})

describe('bulk-sale without --orders and --all', () => {
  it('852 typed, ticked, confirmed and answered with y is sold', async () => {
    const cwd = await shop()
    const terminal = openTerminal(cwd, ['bulk-sale'])
    expect(await terminal.shows('Esc: 中止')).toBe(OPEN)
    terminal.type('852')
    await drawn(terminal, NARROWED)
    terminal.type(`${KEYS.down} `)
    await drawn(terminal, TICKED)
    terminal.type(KEYS.enter)
    const asked = await terminal.shows('(y/N)')
    expect(asked).not.toContain('絞り込み')
    expect(asked).toContain('合計：1件 1円')
    terminal.type('y\r')
    await terminal.shows('結果を確認したら Enter')
    terminal.type(KEYS.enter)
    expect(await terminal.exit).toBe(0)
    expect(terminal.screen()).toContain('1/1 受注番号：852 → 売上成功')
    expect(await states(cwd)).toEqual({ ...NOTHING_SOLD, '852': '売上' })
  })

  it('picked orders go out in the order in which they expire', async () => {
    const cwd = await shop()
    const terminal = openTerminal(cwd, ['bulk-sale', '--yes', '--lang', 'en'])
    await terminal.shows('Esc: leave')
    terminal.type(`852${KEYS.tab} ${KEYS.backspace.repeat(3)}`)
    await terminal.shows('Chosen: 1 order,')
    terminal.type(`864${KEYS.tab} ${KEYS.backspace.repeat(3)}`)
    await terminal.shows('Chosen: 2 orders,')
    terminal.type(KEYS.enter)
    await terminal.shows('Press Enter once')
    terminal.type(KEYS.enter)
    expect(await terminal.exit).toBe(0)
    expect(terminal.screen()).toContain('1/2 order 864 → sold\n2/2 order 852 → sold\n')
    expect(await states(cwd)).toEqual({ ...NOTHING_SOLD, '852': '売上', '864': '売上' })
  })

  it.each([
    ['Esc', [KEYS.escape, KEYS.escape]],
    ['Ctrl-C', [KEYS.ctrlC]],
    ['Ctrl-D', [`${KEYS.backspace.repeat(3)}${KEYS.ctrlD}`]],
  ])('%s leaves with nothing sent', async (_name, keys) => {
    const cwd = await shop()
    const terminal = openTerminal(cwd, ['bulk-sale'])
    await terminal.shows('Esc: 中止')
    terminal.type(`852${KEYS.tab} `)
    await terminal.shows('[x]')
    const [first = '', second] = keys
    terminal.type(first)
    if (second !== undefined) {
      // The first Esc clears the filter; a second one that came at once would make another key of the two.
      await terminal.shows(/絞り込み：\n/)
      terminal.type(second)
    }
    expect(await terminal.exit).toBe(6)
    expect(terminal.screen()).toMatch(/^中止しました。何も送信していません。\n?/)
    expect(terminal.screen()).not.toContain('絞り込み')
    expect(existsSync(join(cwd, 'paygent.db.simulator'))).toBe(false)
    expect(await states(cwd)).toEqual(NOTHING_SOLD)
  })

  it('a no to the question sends nothing either', async () => {
    const cwd = await shop()
    const terminal = openTerminal(cwd, ['bulk-sale'])
    await terminal.shows('Esc: 中止')
    terminal.type(`${KEYS.ctrlA}${KEYS.enter}`)
    await terminal.shows('(y/N)')
    terminal.type(KEYS.enter)
    expect(await terminal.exit).toBe(6)
    expect(await states(cwd)).toEqual(NOTHING_SOLD)
  })
})

describe('a filter', () => {
  const week = [
    orderRow(12862, 'credit', { customer_name: '佐藤 直樹' }),
    orderRow(12861, 'credit', { customer_name: '髙橋 由美子' }),
    orderRow(12860, 'docomo', { customer_name: '佐藤 直美' }),
  ]

  it('keeps the space of a name that is typed as the list shows it, and finds 髙 by 高', async () => {
    const cwd = await shop((path) => writeOrders(path, week))
    const terminal = openTerminal(cwd, ['bulk-sale', '--dry-run'])
    await terminal.shows('Esc: 中止')
    for (const character of '佐藤 直樹') terminal.type(character)
    const typed = await terminal.shows(/絞り込み：佐藤 直樹[^]*Esc: 絞り込みを解除/)
    expect(typed).toContain('選択中：0件 0円')
    expect(typed).not.toContain('[x]')
    terminal.type(`${KEYS.down} `)
    await terminal.shows(/> \[x\] 12862 .*佐藤 直樹/)
    terminal.type(KEYS.escape)
    await terminal.shows(/絞り込み：\n/)
    terminal.type(`高橋${KEYS.tab} `)
    await terminal.shows(/選択中：2件[^]*> \[x\] 12861 .*髙橋 由美子/)
    terminal.type(KEYS.enter)
    expect(await terminal.exit).toBe(0)
    expect(terminal.screen()).toMatch(/12861[^]*12862/)
    expect(terminal.screen()).not.toContain('12860')
  })
})

describe('bulk-cancel without --orders and --all', () => {
  it('waits with the key for all until the list is narrowed', async () => {
    const cwd = await shop()
    const terminal = openTerminal(cwd, ['bulk-cancel', '--dry-run'])
    await terminal.shows('Esc: 中止')
    terminal.type(KEYS.ctrlA)
    expect(await terminal.shows('先に絞り込んでください。')).toContain('選択中：0件 0円')
    terminal.type(`次郎${KEYS.ctrlA}`)
    await terminal.shows('選択中：2件')
    terminal.type(KEYS.ctrlC)
    expect(await terminal.exit).toBe(6)
  })

  it('offers what the filters leave, needs none, and --dry-run sends nothing', async () => {
    const cwd = await shop()
    const all = openTerminal(cwd, ['bulk-cancel'])
    expect(await all.shows('4件中')).toContain('一括取消：取消する受注を選んでください。')
    all.type(KEYS.ctrlC)
    expect(await all.exit).toBe(6)
    const terminal = openTerminal(cwd, ['bulk-cancel', '--method', 'credit', '--dry-run'])
    expect(await terminal.shows('Esc: 中止')).toContain('2件中 1-2件目')
    terminal.type(`${KEYS.ctrlA}${KEYS.enter}`)
    expect(await terminal.exit).toBe(0)
    expect(terminal.screen()).toContain('送信予定の表示のみ（--dry-run）')
    expect(await states(cwd)).toEqual(NOTHING_SOLD)
  })
})

describe('the terminal', () => {
  const rows = Array.from({ length: 200 }, (_, index) =>
    orderRow(index + 1, 'credit', { payment_status: index % 2 === 0 ? '20' : '40' }),
  )

  it.each([
    [60, 16],
    [80, 24],
    [120, 40],
  ])('of %i columns and %i lines is filled, never more', async (columns, lines) => {
    const cwd = await shop((path) => writeOrders(path, rows))
    const terminal = openTerminal(cwd, ['bulk-sale'], { columns, rows: lines })
    const first = await terminal.shows('Esc: 中止')
    expect(first.split('\n').length).toBeGreaterThan(lines - 6)
    for (let page = 0; page < 3; page++) terminal.type(KEYS.pageDown)
    terminal.type(`${KEYS.ctrlA}${KEYS.down}`)
    // Drawn to its end: a busy machine shows the head of a screen before the rest of it.
    const last = await terminal.shows(/選択中：100件[^]*^> [^]*Esc: 中止/m)
    expect(last.split('\n').length).toBeLessThan(lines)
    expect(last.match(/選択中/g)).toHaveLength(1)
    expect(last.match(/^> /gm)).toHaveLength(1)
    terminal.type(KEYS.ctrlC)
    expect(await terminal.exit).toBe(6)
  })

  it('may change its size', async () => {
    const cwd = await shop((path) => writeOrders(path, rows))
    const terminal = openTerminal(cwd, ['bulk-sale'], { columns: 120, rows: 40 })
    await terminal.shows('Esc: 中止')
    terminal.resize(60, 16)
    // Keys that come before the program has heard of the new size are drawn for the old one.
    await terminal.shows(/200件中 1-\d件目/)
    terminal.type('100')
    const shown = await terminal.shows(/絞り込み：100[^]*Esc: 絞り込みを解除/)
    expect(shown.match(/絞り込み：/g)).toHaveLength(1)
    terminal.type(KEYS.ctrlC)
    expect(await terminal.exit).toBe(6)
  })
})

describe('without a terminal', () => {
  it.each([[['bulk-sale', '--yes']], [['bulk-cancel', '--yes', '--method', 'credit']]])(
    '%j names no orders',
    async (args) => {
      const cwd = await shop()
      const ended = await run(cwd, args, EMBEDDED)
      expect(ended).toMatchObject({ code: 2, stdout: '' })
      expect(ended.stderr).toContain('処理する受注が指定されていません。')
    },
  )
})

it.each([[['--dry-run']], [[]]])('no orders at all %j: nothing to pick, nothing to send, no run', async (more) => {
  const cwd = await shop()
  const terminal = openTerminal(cwd, ['bulk-sale', '--search', 'いない', ...more])
  expect(await terminal.exit).toBe(0)
  expect(terminal.screen()).toContain('送信できる受注はありません。')
  expect(terminal.screen()).not.toMatch(/絞り込み|成功しました/)
})
