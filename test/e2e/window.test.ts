// Tests a closed window, and a program that is stopped with Ctrl-Z and continued with `fg`: with the built program in a
// terminal of its own, and with a shell in tmux.
import { describe, expect, it } from 'vitest'
import { expectBooksAgree, openShop, orderRow, untilSent, type Shop } from './shop.js'
import { hasTmux, openTmux, type TmuxScreen } from './tmux.js'
import { openTerminal, type VirtualTerminal } from './virtual-terminal.js'

const QUESTION = 'よろしいですか？'
const CLOSE = '結果を確認したら'
const HELP = 'Esc: 中止'
const auShop = (...ids: number[]): Promise<Shop> => openShop(ids.map((id) => orderRow(id, 'au')))

describe('a closed window ends with the exit code of what was done', () => {
  const yes = async (terminal: VirtualTerminal): Promise<void> => {
    await terminal.shows(QUESTION)
    terminal.type('y\r')
  }

  const MOMENTS = [
    ['in the picker', [], 6, [], async (terminal) => void (await terminal.shows(HELP))],
    ['at the question', ['--orders', '1,2'], 6, [], async (terminal) => void (await terminal.shows(QUESTION))],
    [
      'in mid-batch',
      ['--orders', '1,2'],
      6,
      ['101 10001'],
      async (terminal, shop) => {
        await shop.faults({ match: { telegram: '101' }, delay_ms: 700 })
        await yes(terminal)
        await untilSent(shop, 1)
      },
    ],
    [
      'at the result',
      ['--orders', '1,2'],
      0,
      ['101 10001', '101 10002'],
      async (terminal) => {
        await yes(terminal)
        await terminal.shows(CLOSE)
      },
    ],
  ] as const satisfies readonly (readonly [
    string,
    readonly string[],
    number,
    readonly string[],
    (terminal: VirtualTerminal, shop: Shop) => Promise<void>,
  ])[]

  describe.each([false, true])('started by nohup: %s', (nohup) => {
    it.each(MOMENTS)('%s', async (_, args, code, sent, until) => {
      const shop = await auShop(1, 2)
      const env = { ...shop.env, PAYGENT_TIMEOUT_MS: '5000' }
      const terminal = openTerminal(shop.cwd, ['bulk-sale', ...args], { env, nohup })
      await until(terminal, shop)
      terminal.closeWindow()
      expect(await terminal.exit).toBe(code)
      expect(await shop.money()).toEqual(sent)
      await expectBooksAgree(shop)
    })
  })
})

describe.runIf(hasTmux)('Ctrl-Z, and fg', () => {
  const suspended = async (screen: TmuxScreen, line = 'fg'): Promise<void> => {
    screen.press('C-z')
    await screen.shows('Stopped')
    await screen.ended()
    await screen.command(line)
  }

  it('at the question: it is asked again, and the answer counts', async () => {
    const shop = await auShop(1, 2)
    const screen = await openTmux(shop.cwd, 80, shop.env)
    await screen.command('paygent bulk-sale --orders 1,2')
    await screen.shows(QUESTION)
    // Twice: what is armed once is not armed for ever.
    await suspended(screen)
    await screen.shows(QUESTION)
    await suspended(screen)
    expect(await screen.shows(QUESTION)).not.toContain('中断')
    screen.press('y', 'Enter')
    await screen.shows(CLOSE)
    await suspended(screen)
    screen.press('Enter')
    await screen.ended()
    expect(await shop.money()).toEqual(['101 10001', '101 10002'])
    expect((await shop.paygent(['status', '--format', 'json'])).stdout).toMatch(/"unacknowledged":\s*\[\]/)
  })

  it('at the question: No, Ctrl-C and what was typed before mean what they mean', async () => {
    const shop = await auShop(1)
    const screen = await openTmux(shop.cwd, 80, shop.env)
    for (const keys of [['Enter'], ['C-c'], ['BSpace', 'n', 'Enter']]) {
      await screen.command('paygent bulk-sale --orders 1')
      await screen.shows(QUESTION)
      screen.press('y')
      await screen.shows(`${QUESTION} (y/N) y`)
      await suspended(screen, 'fg; echo "code $?"')
      await screen.shows(`${QUESTION} (y/N) y`)
      if (keys[0] === 'Enter') screen.press('BSpace')
      screen.press(...keys)
      await screen.shows('code 6')
    }
    expect(await shop.money()).toEqual([])
  })

  it('in the picker: it is drawn again as it was, and goes on', async () => {
    const shop = await auShop(1, 2, 31)
    const screen = await openTmux(shop.cwd, 80, shop.env)
    await screen.command('paygent bulk-sale')
    await screen.shows(HELP)
    screen.press('3', '1', 'Tab', 'Space')
    await screen.shows('[x]')
    await suspended(screen)
    await screen.shows(/絞り込み：31[^]*\[x\] +31 /)
    screen.press('Enter')
    await screen.shows(QUESTION)
    screen.press('y', 'Enter')
    await screen.shows(CLOSE)
    screen.press('Enter')
    await screen.ended()
    expect(await shop.money()).toEqual(['101 100031'])
  })
})
