// The simulator in a process of its own, with its ledger on disk as `paygent simulator` has it.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startSimulator } from '../../build/bench/simulator/simulator.js'

const folder = mkdtempSync(join(tmpdir(), 'paygent-bench-'))
process.once('message', async ({ payments: count }) => {
  const payments = Array.from({ length: count }, (_, index) => ({
    paymentId: String(index + 1),
    tradingId: String(index + 1),
    method: 'carrier',
    carrier: 'au',
    amountYen: 1000,
    status: '20',
    authorizedAt: null,
  }))
  const { url, ca, clientCert, passphrase } = await startSimulator({ statePath: join(folder, 'ledger'), payments })
  process.on('message', () => {
    const { user, system } = process.cpuUsage()
    process.send((user + system) / 1000)
  })
  process.send({ url, ca, clientCert, passphrase })
})
process.on('disconnect', () => {
  rmSync(folder, { recursive: true, force: true })
  process.exit(0)
})
