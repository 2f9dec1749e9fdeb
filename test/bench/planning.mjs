// The plan of N orders that may all be sold, in a process of its own.
import { ordersCsv } from './mirror.mjs'

process.once('message', async ({ count }) => {
  const [{ planBatch }, { ordersOfRows }, { parseOrdersCsv }] = await Promise.all([
    import('../../build/bench/batch/plan.js'),
    import('../../build/bench/domain/shop.js'),
    import('../../build/bench/mirror/csv/csv.js'),
  ])
  const rules = {
    profile: 'manual',
    single: false,
    includeCancelled: false,
    afterUnknown: false,
    statuses: [],
    nowMs: Date.now(),
  }
  const parsed = parseOrdersCsv(ordersCsv(1, count), { path: 'bench.csv', methodNames: new Map() })
  const rows = parsed.rows.map((row) => ({ ...row, status: '20', kind: row.method === 'credit' ? '020' : '' }))
  // As Paygent has told of each: the list alone lets nothing be sent.
  const told = (order) => ({ ...order, statusOrigin: 'paygent', heldAmountYen: order.totalYen })
  const orders = ordersOfRows(rows, 0).map(told)
  globalThis.gc?.()
  const before = process.memoryUsage().rss
  const start = performance.now()
  const plan = planBatch(orders, 'sale', rules, null)
  const ms = performance.now() - start
  const bytes = process.memoryUsage().rss - before
  process.send({ ms, bytes, permitted: plan.steps.length })
  process.disconnect()
})
