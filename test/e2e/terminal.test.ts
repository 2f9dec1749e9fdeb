// Tests a person at a terminal of 80 columns, in Japanese: the question, its default, Ctrl-C, the countdown. The typed
// count of production has a test of its own: production-limits.test.ts.
import stringWidth from 'string-width'
import { spawn as spawnPty, type IPty } from '@lydell/node-pty'
import { describe, expect, it } from 'vitest'
import { atEnd, folder, MANUAL_ORDERS, OWN_STATE, PROGRAM, type Env, writeOrders } from './program.js'
import { expectBooksAgree, openShop, orderRow, type Shop } from './shop.js'

const QUESTION = '一括売上処理を実行します。よろしいですか？'
const ENTER = '\r'
const CTRL_C = '\u0003'
const CTRL_D = '\u0004'
const ESCAPE = '\u001B'
const ids = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1)

interface Screen {
  readonly pty: IPty
  /** Everything drawn so far, without what moves the cursor or colours. */
  text(): string
  /** Resolves once the text is there. */
  shows(text: string): Promise<void>
  readonly ended: Promise<number>
}

/** A sequence that moves the cursor or erases begins a line of its own; colours and modes take no room. */
const MOVES = new RegExp(`${ESCAPE}\\[[0-9;]*[A-HJKSTf]`, 'g')
const MODES = new RegExp(`${ESCAPE}\\[[0-9;?]*[A-Za-z]|${ESCAPE}[=>78]`, 'g')
const plain = (drawn: string): string => drawn.replaceAll(MOVES, '\n').replaceAll(MODES, '')

function open(cwd: string, args: readonly string[], env: Env = {}, cols = 80): Screen {
  const settings = {
    PATH: process.env['PATH'] ?? '',
    TERM: 'xterm-256color',
    LANG: 'ja_JP.UTF-8',
    ...OWN_STATE(cwd),
    ...env,
  }
  const pty = spawnPty(process.execPath, ['--', PROGRAM, ...args], { cwd, cols, rows: 40, env: settings })
  let drawn = ''
  let look: () => void = () => undefined
  pty.onData((data) => {
    drawn += data
    look()
  })
  const ended = new Promise<number>((gone) => pty.onExit(({ exitCode }) => gone(exitCode)))
  let over = false
  void ended.then(() => (over = true)).then(() => look())
  atEnd(() => {
    if (!over) pty.kill('SIGKILL')
  })
  const text = (): string => plain(drawn)
  const shows = (wanted: string): Promise<void> =>
    new Promise((seen, missed) => {
      look = () => {
        if (text().includes(wanted)) seen()
        else if (over) missed(new Error(`ended without "${wanted}":\n${text()}`))
      }
      look()
    })
  return { pty, text, shows, ended }
}

/** Closes the pop-up, as staff do once they have seen the result. */
async function closeResult(screen: Screen): Promise<number> {
  await screen.shows('結果を確認したら')
  screen.pty.write(ENTER)
  return screen.ended
}

function expectFits(screen: Screen, cols: number, counts: (line: string) => boolean = () => true): void {
  const lines = screen
    .text()
    .split(/\r?\n|\r/)
    .filter(counts)
  expect(lines.filter((line) => stringWidth(line) > cols)).toEqual([])
}

const auShop = (count: number): Promise<Shop> => openShop(ids(count).map((id) => orderRow(id, 'au')))

describe('the question', () => {
  it.each([
    ['Enter alone', ENTER],
    ['n', `n${ENTER}`],
    ['Ctrl-D', CTRL_D],
    ['Ctrl-D after an answer that is neither', `ｎai${ENTER}${CTRL_D}`],
    ['Ctrl-C', CTRL_C],
  ])('%s is no: 6, nothing sent, and no error', async (_, keys) => {
    const shop = await auShop(2)
    const screen = open(shop.cwd, ['bulk-sale', '--orders', '1,2'], shop.env)
    await screen.shows(QUESTION)
    expect(screen.text()).toContain('環境：シミュレーター')
    screen.pty.write(keys)
    expect(await screen.ended).toBe(6)
    expect(screen.text()).toContain('中止しました。何も送信していません。')
    expect(screen.text()).not.toMatch(/エラー|■ 処理結果/)
    expectFits(screen, 80)
    expect(await shop.money()).toEqual([])
    expect((await shop.mirror())['1']?.sale.permitted).toBe(true)
  })

  it('y sends, and the lock is not held while a person is asked', async () => {
    const shop = await auShop(3)
    const screen = open(shop.cwd, ['bulk-sale', '--orders', '1,2'], shop.env)
    await screen.shows(QUESTION)
    expect((await shop.paygent(['bulk-sale', '--orders', '3', '--yes'])).code).toBe(0)
    screen.pty.write(`y${ENTER}`)
    expect(await closeResult(screen)).toBe(0)
    expect(screen.text()).toMatch(/1\/2 受注番号：1 → 売上成功[^]*2\/2 受注番号：2 → 売上成功[^]*■ 処理結果/)
    expect(screen.text()).toContain('2件が成功しました。')
    expectFits(screen, 80)
    expect(await shop.money()).toEqual(['101 10003', '101 10001', '101 10002'])
    await expectBooksAgree(shop)
  })

  it.each(['Ｙ', 'はい'])('%s sends, after an answer that is neither was asked again', async (yes) => {
    const shop = await auShop(1)
    const screen = open(shop.cwd, ['bulk-sale', '--orders', '1'], shop.env)
    await screen.shows(QUESTION)
    screen.pty.write(`うん${ENTER}`)
    await screen.shows('y（はい）か n（いいえ）で答えてください。')
    expect(await shop.money()).toEqual([])
    screen.pty.write(`${yes}${ENTER}`)
    expect(await closeResult(screen)).toBe(0)
    expectFits(screen, 80)
    expect(await shop.money()).toEqual(['101 10001'])
  })

  it('an order that another program sold meanwhile is refused as changed', async () => {
    const shop = await auShop(2)
    const screen = open(shop.cwd, ['bulk-sale', '--orders', '1,2'], shop.env)
    await screen.shows(QUESTION)
    expect((await shop.paygent(['bulk-sale', '--orders', '2', '--yes'])).code).toBe(0)
    screen.pty.write(`y${ENTER}`)
    expect(await closeResult(screen)).toBe(3)
    expect(await shop.money()).toEqual(['101 10002', '101 10001'])
    await expectBooksAgree(shop)
  })

  it('--orders - never asks, not even here', async () => {
    const shop = await auShop(1)
    const screen = open(shop.cwd, ['bulk-sale', '--orders', '-'], shop.env)
    expect(await screen.ended).toBe(2)
    expect(screen.text()).toContain('--yes')
  })
})

describe('nothing configured', () => {
  it.each([60, 80, 120])('sells on the embedded simulator at %i columns', async (cols) => {
    const cwd = folder()
    const imported = open(cwd, ['import', MANUAL_ORDERS], {}, cols)
    expect(await imported.ended).toBe(0)
    const list = open(cwd, ['orders'], {}, cols)
    expect(await list.ended).toBe(0)
    for (const id of ['852', '853', '862', '864', '1,733']) expect(list.text()).toContain(id)
    expectFits(list, cols)
    const sale = open(cwd, ['bulk-sale', '--orders', '852,853'], {}, cols)
    await sale.shows(QUESTION)
    sale.pty.write(`y${ENTER}`)
    expect(await closeResult(sale)).toBe(0)
    expect(sale.text()).toContain('2件が成功しました。')
    expectFits(sale, cols)
    const help = open(cwd, ['help', 'bulk-sale'], {}, cols)
    expect(await help.ended).toBe(0)
    // A command that is broken in two cannot be pasted.
    expectFits(help, cols, (line) => !line.startsWith('  paygent '))
  })
})

it.each([60, 80])('the sentences around a plan fit %i columns', async (cols) => {
  const cwd = folder()
  const rows = [
    orderRow(10234, 'credit'),
    orderRow(10235, 'credit', { kind: '0201' }),
    orderRow(10236, 'credit', { order_status: 'キャンセル' }),
    orderRow(10237, 'credit', { shipped_at: '2026-11-22 10:00' }),
  ]
  expect(await open(cwd, ['import', writeOrders(cwd, rows)]).ended).toBe(0)
  expect(await open(cwd, ['hold', '10237', '--note', '電話待ち']).ended).toBe(0)
  const plan = open(cwd, ['bulk-sale', '--all', '--dry-run'], {}, cols)
  expect(await plan.ended).toBe(0)
  expect(plan.text()).toContain('--all の対象外')
  expect(plan.text()).toContain('変更中 1件')
  expectFits(plan, cols)
})

it('the list is filtered, sorted and paged as its options say', async () => {
  const cwd = folder()
  const week = [
    orderRow(12862, 'credit', { customer_name: '佐藤 直樹', order_status: '発送済み', total: 500 }),
    orderRow(12861, 'docomo', { customer_name: '髙橋 由美子', order_status: '発送済み', total: 900 }),
    orderRow(12860, 'au', { customer_name: '渡邊 健太郎', payment_status: '33' }),
  ]
  const imported = open(cwd, ['import', writeOrders(cwd, week)])
  expect(await imported.ended).toBe(0)
  const list = async (...options: string[]): Promise<{ code: number; text: string; ids: string[] }> => {
    const screen = open(cwd, ['orders', ...options])
    const code = await screen.ended
    return { code, text: screen.text().trim(), ids: screen.text().match(/128\d\d/g) ?? [] }
  }
  expect(await list('--status', '発送済み', '--sort', '金額')).toMatchObject({ code: 0, ids: ['12861', '12862'] })
  expect((await list('--status', '発送済み')).text).toContain('購入金額の合計：1,400円')
  expect((await list('--state', '期限切れ')).ids).toEqual(['12860'])
  expect((await list('--method', 'ドコモ', '--search', '高橋')).ids).toEqual(['12861'])
  expect((await list('--sort', 'number', '--reverse')).ids).toEqual(['12862', '12861', '12860'])
  expect((await list('--sold-on', 'today')).text).toContain('該当する受注はありません。')
  expect(await list('--page', '99')).toEqual({ code: 0, text: '99ページ目はありません（全1ページ）。', ids: [] })
  const impossible = await list('--from', 'today', '--to', '昨日')
  expect([impossible.code, impossible.text.includes('より後の日付です。')]).toEqual([2, true])
})

describe('while it runs', () => {
  const dark = { match: { telegram: '101' }, commits: false, shows: 'reset' }

  it.each([
    ['Enter', ENTER],
    ['Ctrl-C', CTRL_C],
  ])('%s during the countdown leaves the second look to reconcile: 4', async (_, key) => {
    const shop = await auShop(1)
    await shop.faults(dark)
    const screen = open(shop.cwd, ['bulk-sale', '--orders', '1'], { ...shop.env, PAYGENT_SETTLE_SECONDS: '600' })
    await screen.shows(QUESTION)
    screen.pty.write(`y${ENTER}`)
    await screen.shows('Enter で待たずに終了')
    screen.pty.write(key)
    expect(await (key === ENTER ? closeResult(screen) : screen.ended)).toBe(4)
    expect(screen.text()).toContain('■ 処理結果')
    expectFits(screen, 80)
    expect((await shop.mirror())['1']?.state).toBe('結果不明')
  })

  it('an Enter typed too early does not cut the countdown short', async () => {
    const shop = await auShop(1)
    await shop.faults({ ...dark, delay_ms: 800 })
    const screen = open(shop.cwd, ['bulk-sale', '--orders', '1'], {
      ...shop.env,
      PAYGENT_TIMEOUT_MS: '5000',
      PAYGENT_SETTLE_SECONDS: '3',
    })
    await screen.shows(QUESTION)
    screen.pty.write(`y${ENTER}`)
    while ((await shop.money()).length === 0) await new Promise((wait) => setTimeout(wait, 20))
    screen.pty.write(ENTER)
    expect(await closeResult(screen)).toBe(3)
    expect(screen.text()).toContain('再照会')
  })

  /** Sells three orders, and stands where the first request waits for its answer. */
  async function inFlight(delayMs: number): Promise<{ shop: Shop; screen: Screen }> {
    const shop = await auShop(3)
    await shop.faults({ match: { telegram: '101' }, delay_ms: delayMs })
    const env = { ...shop.env, PAYGENT_TIMEOUT_MS: '35000' }
    const screen = open(shop.cwd, ['bulk-sale', '--orders', '1,2,3', '--yes'], env)
    await screen.shows('1/3 受注番号：1 → 送信中…')
    while ((await shop.money()).length === 0) await new Promise((wait) => setTimeout(wait, 20))
    screen.pty.write(CTRL_C)
    await screen.shows('中止を受け付けました。')
    return { shop, screen }
  }

  const unbroken = (text: string): string => text.replaceAll(/\s*\n/g, '')

  it('Ctrl-C says what is waited for, books the request in flight and sends no more: 6', async () => {
    const { shop, screen } = await inFlight(700)
    expect(await screen.ended).toBe(6)
    expect(unbroken(screen.text())).toMatch(
      /送信中の1件（1）の返事を待っています（最長3[0-5]秒）。もう一度 ?Ctrl-C で結果不明のまま終わります。/,
    )
    expect(screen.text()).toMatch(/1\/3 受注番号：1 → 売上成功[^]*中止しました。残りは送信していません。/)
    expectFits(screen, 80)
    expect(await shop.money()).toEqual(['101 10001'])
    // The program waits for no Enter any more, and asks for none.
    expect(screen.text()).not.toContain('結果を確認したら')
    await expectBooksAgree(shop)
  })

  it('a second Ctrl-C ends at once, and names the open order and the command that looks it up: 130', async () => {
    const { shop, screen } = await inFlight(20_000)
    screen.pty.write(CTRL_C)
    expect(await screen.ended).toBe(130)
    expect(screen.text()).toMatch(/結果不明の受注：1\s+対処：再送信せず、paygent reconcile --orders 1 で結果を照会して/)
    expectFits(screen, 80)
    await shop.faults()
    expect((await shop.paygent(['reconcile', '--orders', '1'])).code).toBe(0)
    expect(await shop.money()).toEqual(['101 10001'])
    await expectBooksAgree(shop)
  })
})

describe('a long step', () => {
  it.each([
    ['import', ['import', 'orders.csv'], ['CSV を読み取り中 0/3行（0%）', '受注を取り込み中 0/3件（0%）']],
    ['sync', ['sync'], ['ペイジェントに照会中 0/3件（0%）']],
    ['the audit', ['reconcile', '--audit'], ['ペイジェントに照会中 0/3件（0%）']],
  ])('of %s is at the foot while it runs, and gone with its result', async (_, args, counts) => {
    const shop = await openShop([10_851, 10_852, 10_853].map((id) => orderRow(id, 'au')))
    const screen = open(shop.cwd, args, shop.env)
    expect(await screen.ended).toBe(0)
    for (const count of counts) expect(screen.text()).toContain(`\n${count}`)
    expectFits(screen, 80)
    // Its result stands on a line of its own.
    expect(screen.text()).toMatch(/\n(?:受注を取り込みました|環境：|《)/)
    const json = await shop.paygent([...args, '--format', 'json'])
    expect([JSON.parse(json.stdout) instanceof Object, json.stderr]).toEqual([true, ''])
  })
})

describe('results of before', () => {
  it('of runs without a terminal that went well are told in one line, once, and wait for nobody', async () => {
    const shop = await auShop(4)
    for (const id of [1, 2]) expect((await shop.paygent(['bulk-sale', '--orders', `${id}`, '--yes'])).code).toBe(0)
    const first = open(shop.cwd, ['bulk-sale', '--orders', '3'], shop.env)
    await first.shows(QUESTION)
    expect(first.text()).toContain('無人実行の処理はすべて成功しました：#1 一括売上処理 1件 1,000円、#2 一括売上処理')
    first.pty.write(ENTER)
    expect(await first.ended).toBe(6)
    expectFits(first, 80)
    const second = open(shop.cwd, ['bulk-sale', '--orders', '3'], shop.env)
    await second.shows(QUESTION)
    expect(second.text()).not.toContain('無人実行')
    second.pty.write(CTRL_C)
    await second.ended
  })

  it('are closed together by Enter, those that were shown and no other', async () => {
    const shop = await openShop([orderRow(1, 'au', { payment_status: '60' }), orderRow(2, 'au')])
    const sell = (id: number) => shop.paygent(['bulk-sale', '--orders', `${id}`, '--yes'])
    const unseen = async () =>
      (JSON.parse((await shop.paygent(['status', '--format', 'json'])).stdout) as { unacknowledged: number[] })
        .unacknowledged
    await sell(1)
    await sell(1)
    const left = open(shop.cwd, ['runs', 'ack', '--all'], shop.env)
    await left.shows('結果を確認したら')
    left.pty.write(CTRL_C)
    expect([await left.ended, await unseen()]).toEqual([6, [1, 2]])
    const closed = open(shop.cwd, ['runs', 'ack', '--all'], shop.env)
    await closed.shows('結果を確認したら')
    for (const id of [1, 2]) await sell(id)
    closed.pty.write(ENTER)
    expect([await closed.ended, await unseen()]).toEqual([0, [3]])
    expect(closed.text()).not.toContain('#3')
    expectFits(closed, 80)
  })
})
