// Tests a full disk: before the send nothing goes out, after it nothing is lost. A limit on file sizes, set on the
// program while it runs, represents the disk; where a file system may be mounted, a small one is filled as well.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { atEnd, folder, type Running } from './program.js'
import { expectBooksAgree, openShop, orderRow, outcomes, untilSent, type Shop } from './shop.js'
import { KEYS, openTerminal } from './virtual-terminal.js'

const SALE = ['bulk-sale', '--yes', '--format', 'json', '--orders', '1,2']

interface Disk {
  readonly shop: Shop
  fill(running: Running): void
  empty(): void
}

const ORDERS = [orderRow(1, 'au'), orderRow(2, 'au')]

async function limited(): Promise<Disk> {
  const fill = ({ child }: Running): void =>
    void execFileSync('prlimit', ['--pid', String(child.pid), '--fsize=4096:unlimited'])
  return { shop: await openShop(ORDERS), fill, empty: () => undefined }
}

const mount = (path: string, size = '1m'): void =>
  void execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size},mode=700`, 'paygent', path], { stdio: 'ignore' })

function mountable(): boolean {
  const path = folder()
  try {
    mount(path)
    execFileSync('umount', [path])
    return true
  } catch {
    return false
  }
}

async function small(): Promise<Disk> {
  const path = join(folder(), 'disk')
  mkdirSync(path)
  mount(path)
  atEnd(() => void execFileSync('umount', ['--lazy', path]))
  const filler = join(path, 'filler')
  const fill = (): void => {
    for (let size = 0; ; size += 512)
      try {
        writeFileSync(filler, Buffer.alloc(512), { flag: 'a' })
      } catch (error) {
        expect(error, String(size)).toMatchObject({ code: 'ENOSPC' })
        return
      }
  }
  const shop = await openShop(ORDERS, { env: { PAYGENT_DB: join(path, 'paygent.db') } })
  return { shop, fill, empty: () => rmSync(filler) }
}

const DISKS: readonly (readonly [string, () => Promise<Disk>, number, string])[] = [
  ['a limit on files', limited, 2, 'SQLITE_IOERR_WRITE'],
  ...(mountable() ? ([['a small file system', small, 6, '空き']] as const) : []),
]

describe.each(DISKS)('%s', (_, open, exit, said) => {
  it('before the send: nothing is sent, and the next run sells everything', async () => {
    const { shop, fill, empty } = await open()
    await shop.faults({ match: { telegram: '094', nth: 1 }, delay_ms: 900 })
    const running = shop.begin(SALE, { PAYGENT_TIMEOUT_MS: '9000' })
    while ((await shop.simulator.requests()).length === 0) await new Promise((soon) => setTimeout(soon, 20))
    fill(running)
    const ended = await running.ended
    expect([ended.code, ended.signal, ended.stderr]).toEqual([exit, null, expect.stringContaining(said)])
    expect(await shop.money()).toEqual([])
    empty()
    const again = await shop.paygent(SALE)
    expect([again.code, outcomes(again)]).toEqual([0, ['1 accepted', '2 accepted']])
    await expectBooksAgree(shop)
  })

  it('while an answer is awaited: its request stays open, nothing follows it, and reconcile books it', async () => {
    const { shop, fill, empty } = await open()
    await shop.faults({ match: { telegram: '101', nth: 1 }, delay_ms: 900 })
    const running = shop.begin(SALE, { PAYGENT_TIMEOUT_MS: '9000' })
    await untilSent(shop, 1)
    fill(running)
    const ended = await running.ended
    expect([ended.code, ended.signal, ended.stderr]).toEqual([4, null, expect.stringContaining(said)])
    expect(await shop.money()).toEqual(['101 10001'])
    empty()
    const listed = await shop.mirror()
    expect([listed['1']?.sale.reason, listed['2']?.sale.permitted]).toEqual(['open-attempt', true])
    expect((await shop.paygent(['reconcile'])).code).toBe(0)
    const again = await shop.paygent(SALE)
    expect([again.code, outcomes(again)]).toEqual([0, ['1 refused', '2 accepted']])
    expect(await shop.money()).toEqual(['101 10001', '101 10002'])
    await expectBooksAgree(shop)
  })
})

it.skipIf(!mountable())(
  'a settings file that does not fit leaves no part of it in the way of the next try',
  async () => {
    const cwd = folder()
    const disk = join(cwd, 'disk')
    mkdirSync(disk)
    // The file is longer than this.
    mount(disk, '4k')
    atEnd(() => void execFileSync('umount', ['--lazy', disk]))
    const terminal = openTerminal(cwd, ['init', '--settings', join(disk, 'a.env'), '--db', 'data/a.db'], {
      columns: 200,
    })
    for (const question of ['言語', '環境', 'シミュレーターのURL', '取り込み方法', '締め時刻']) {
      await terminal.shows(new RegExp(`\\? [^\\n]*${question}`))
      terminal.type(KEYS.enter)
    }
    expect(await terminal.exit).toBe(2)
    expect(terminal.screen()).toContain('ENOSPC')
    expect([readdirSync(disk), existsSync(join(cwd, 'data'))]).toEqual([[], false])
  },
)
