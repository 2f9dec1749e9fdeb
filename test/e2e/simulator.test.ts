// Runs `paygent simulator` as users start it.
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ALL_DAY, type Ended, folder, run, type Running, start, startSimulator, writeOrders } from './program.js'
import { orderRow } from './shop.js'

describe('the state', () => {
  it('makes no file with --state :memory:', async () => {
    const cwd = folder()
    const simulator = await startSimulator(cwd, ['--state', ':memory:'])
    await simulator.post('payments', [{ payment_id: '1', trading_id: 't1', method: 'au', amount: '300' }])
    expect(await simulator.payments()).toHaveLength(1)
    expect(readdirSync(cwd).filter((name) => name !== 'paygent-simulator-certs' && name !== 'state')).toEqual([])
  })

  it('takes no payment status that Paygent does not have', async () => {
    const cwd = folder()
    const orders = writeOrders(cwd, [orderRow(7, 'credit', { payment_status: '99' })])
    const ended = await run(cwd, ['simulator', '--port', '0', '--orders', orders])
    expect(ended).toMatchObject({ code: 2, stdout: '' })
    expect(ended.stderr).toContain('「99」')
    expect(existsSync(join(cwd, 'paygent-simulator.db'))).toBe(false)
  })

  it('that goes on is named at the start, and so is a CSV that differs from it', async () => {
    const cwd = folder()
    const orders = writeOrders(cwd, [orderRow(7, 'credit'), orderRow(8, 'au')])
    const first = await startSimulator(cwd, ['--orders', orders])
    expect(first.found).toMatchObject({ payments: 0, faults: 0, offsetMs: 0 })
    await first.post('faults', { match: { telegram: '023' } })
    await first.post('clock', { advance: '2d' })
    await first.post('payments/10007', { status: '40' })
    await stop(first)
    const changed = writeOrders(cwd, [orderRow(7, 'credit'), orderRow(8, 'au', { total: 900 })])
    const second = await startSimulator(cwd, ['--orders', changed])
    expect(second).toMatchObject({
      found: { payments: 2, faults: 1, offsetMs: 172_800_000 },
      differing: [{ paymentId: '10008', field: 'amountYen', ledger: 1000, given: 900 }],
    })
    await stop(second)
    const third = start(cwd, ['simulator', '--port', '0', '--orders', changed])
    await new Promise((resolve) => third.child.stdout?.once('data', resolve))
    const { stderr } = await stop(third)
    expect(stderr).toMatch(
      /^前回の台帳を使います：決済 2件、時計は \d{4}\/\d\d\/\d\d \d\d:\d\d、障害 1件\n空の台帳で始めるには：paygent simulator --state :memory:\n/,
    )
    expect(stderr).toContain(
      'CSV の値が台帳と違います（1件）。台帳の値を使います：\n  決済ID 10008 の金額：台帳 1000、CSV 900\n',
    )
  })
})

describe('the telegrams', () => {
  const soldWith = async (args: readonly string[]): Promise<string[]> => {
    const cwd = folder()
    const orders = writeOrders(cwd, [orderRow(7, 'au', { shipped_at: '2009/06/20 10:00' })])
    const simulator = await startSimulator(cwd, ['--orders', orders, ...args])
    const env = { ...simulator.env, ...ALL_DAY }
    await run(cwd, ['import', orders], env)
    expect(await run(cwd, ['bulk-sale', '--orders', '7', '--yes'], env)).toMatchObject({ code: 0 })
    const { stderr } = await stop(simulator)
    return stderr.split('\n').slice(0, -1)
  }

  it('have one line each', async () => {
    const lines = await soldWith([])
    expect(lines.length).toBeGreaterThan(1)
    for (const line of lines)
      expect(line).toMatch(/^\d{4}-\d\d-\d\dT[\d:]{8}\+09:00 #\d+ \d{3} payment_id=\S+ .*result=\d/)
    expect(lines.filter((line) => line.includes(' 101 '))).toEqual([
      expect.stringMatching(/ 101 payment_id=10007 trading_id=7 result=0$/),
    ])
  })

  it('have none with --quiet', async () => expect(await soldWith(['--quiet'])).toEqual([]))
})

/** Ends it with Ctrl-C, and gives what it wrote. */
function stop({ child, ended }: Running): Promise<Ended> {
  child.kill('SIGINT')
  return ended
}
