// Tests the night by the machine's own clock, which libfaketime sets: within the time-out of 21:00, a little before,
// and changed during the run.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { awayFromMidnight, cannotSetClock, clockSetBy, DAY_CHANGE_TIMEOUT_MS } from './manual-days.js'
import type { Env } from './program.js'
import { openShop, orderRow, untilSent, type Shop } from './shop.js'

const DAY_MS = 24 * 60 * 60_000
const JAPAN_MS = 9 * 60 * 60_000
const COUNT = 30

// Always ahead of the real clock, so that certificates made just now are good and the journal is not from the future.
const tomorrow = new Date(Date.now() + JAPAN_MS + DAY_MS).toISOString().slice(0, 10)

const faked = (more: Env): Env => clockSetBy({ PAYGENT_TIMEOUT_MS: '35000', ...more })
const at = (time: string) => faked({ FAKETIME: `@${tomorrow} ${time}`, PAYGENT_CUTOFF: '21:00' })

interface Told {
  readonly startedAt: string
  readonly endedAt: string
  readonly notBegun: { readonly why: string; readonly orders: readonly string[] } | null
  readonly sale: { readonly summary: { readonly accepted: number; readonly unsent: number } } | null
}

const openNight = (): Promise<Shop> => {
  const shipped = { shipped_at: '2009/06/20 10:00' }
  const rows = Array.from({ length: COUNT }, (_, index) => orderRow(801 + index, 'au', shipped))
  return openShop(rows, { simulator: ['--latency', '300'] })
}

describe.skipIf(cannotSetClock)('the machine’s clock', () => {
  it('at 20:59:30 starts nothing, with a time-out of 35 s', { timeout: 120_000 }, async () => {
    const shop = await openNight()
    const { code, stdout } = await shop.paygent(['nightly', '--format', 'json'], at('20:59:30'))
    const told = JSON.parse(stdout) as Told
    expect([code, told.notBegun?.why, told.notBegun?.orders.length]).toEqual([6, 'until', COUNT])
    expect(told.startedAt).toContain(`${tomorrow}T20:59:3`)
    expect(await shop.money()).toEqual([])
  })

  it('at 20:59:10 starts some, and is over before 21:00', { timeout: 120_000 }, async () => {
    const shop = await openNight()
    const { code, stdout } = await shop.paygent(['nightly', '--format', 'json'], {
      ...at('20:59:10'),
      PAYGENT_INQUIRIES: '1',
    })
    const told = JSON.parse(stdout) as Told
    const { accepted, unsent } = told.sale?.summary ?? { accepted: 0, unsent: 0 }
    // All 30 asked about and sold would take more than 15 s.
    const left = unsent + (told.notBegun?.orders.length ?? 0)
    expect([code, accepted > 0, left > 0, accepted + left]).toEqual([6, true, true, COUNT])
    expect((await shop.money()).length).toBe(accepted)
    expect(told.endedAt < `${tomorrow}T21:00:00+09:00`, told.endedAt).toBe(true)
  })

  it('that is changed in mid-run stops it', { timeout: DAY_CHANGE_TIMEOUT_MS }, async () => {
    await awayFromMidnight()
    const shop = await openNight()
    const file = join(shop.cwd, 'clock.rc')
    const set = (ahead: number) => writeFileSync(file, `+${ahead}\n`)
    set(60)
    const clock = faked({ FAKETIME_TIMESTAMP_FILE: file, FAKETIME_NO_CACHE: '1', PAYGENT_CUTOFF: '24:00' })
    const running = shop.begin(['nightly'], clock)
    await untilSent(shop, 3)
    set(70)
    const { code, stdout, stderr } = await running.ended
    expect(code).toBe(6)
    expect(stderr).toContain('時計が実行中に変わった')
    expect(stdout).toContain('未送信です')
    expect((await shop.money()).length).toBeLessThan(COUNT)
  })
})
