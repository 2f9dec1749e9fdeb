// Runs `paygent simulator` as users start it.
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { folder, run, startSimulator, writeOrders } from './program.js'
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
})
