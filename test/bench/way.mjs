// One way of sending N sales, in a process of its own. Sends back the milliseconds of each order, and of the program's
// own way what memory was in use after every 2,000 orders.
import { mkdtempSync, rmSync } from 'node:fs'
import { Agent, request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSecureContext } from 'node:tls'

/** Both bare ways send the very telegram that the program sends. */
const bodyOf = (index) =>
  `merchant_id=12345678&connect_id=bench&connect_password=bench&telegram_kind=101&telegram_version=1.0` +
  `&trading_id=${index}&payment_id=${index}`

function post(server, agent, secureContext, body, path = '/n/c/request') {
  const headers = { 'content-type': 'application/x-www-form-urlencoded', 'content-length': body.length }
  return new Promise((resolve, reject) => {
    const sent = request(`${server.url}${path}`, { method: 'POST', agent, secureContext, headers }, (answer) => {
      const chunks = []
      answer.on('data', (chunk) => chunks.push(chunk))
      answer.on('end', () => resolve(Buffer.concat(chunks)))
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

const contextOf = ({ ca, clientCert, passphrase }) =>
  createSecureContext({ ca, cert: clientCert, key: clientCert, passphrase })

async function timed(count, one) {
  const times = []
  for (let index = 1; index <= count; index += 1) {
    const start = performance.now()
    await one(index)
    times.push(performance.now() - start)
  }
  return { times }
}

/** The limit: a kept-alive connection and one synced commit for each order. */
async function limit(server, count, folder) {
  const { default: Database } = await import('better-sqlite3')
  const db = new Database(join(folder, 'limit.db'))
  db.pragma('journal_mode = WAL')
  db.pragma('synchronous = FULL')
  db.exec('CREATE TABLE entries (id INTEGER PRIMARY KEY, body TEXT)')
  const insert = db.prepare('INSERT INTO entries (body) VALUES (?)')
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const context = contextOf(server)
  const taken = await timed(count, async (index) => {
    insert.run(bodyOf(index))
    await post(server, agent, context, bodyOf(index))
  })
  agent.destroy()
  db.close()
  return taken
}

/**
 * Telegrams one after the other as a bare loop sends them; what is asked is up to the caller.
 * @param keepAlive false: a connection with a full handshake for each
 */
async function bareLoop(server, count, path, bodyOfOne, keepAlive = true) {
  const agent = new Agent({ keepAlive, maxSockets: 1, maxCachedSessions: 0 })
  const context = contextOf(server)
  const start = performance.now()
  for (let index = 1; index <= count; index += 1) {
    const answer = await post(server, agent, context, bodyOfOne(index), path)
    if (!answer.includes('result=0')) throw new Error(answer.toString('latin1'))
  }
  agent.destroy()
  return { ms: performance.now() - start }
}

/** The way of Paygent's own client: a connection with a full handshake for each telegram; no journal. */
function connectionEach(server, count) {
  const context = contextOf(server)
  return timed(count, async (index) => {
    const agent = new Agent({ keepAlive: false, maxCachedSessions: 0 })
    await post(server, agent, context, bodyOf(index))
    agent.destroy()
  })
}

const HEAP_EVERY = 2_000

function heapUsed() {
  globalThis.gc?.()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

/** The program's own planner, runner, journal, mirror and client. */
async function paygent(server, count, folder) {
  const [{ openMirror }, { parseOrdersCsv }, { openGateway }, { momentOf, systemClock }] = await Promise.all([
    import('../../build/bench/mirror/open.js'),
    import('../../build/bench/mirror/csv/csv.js'),
    import('../../build/bench/gateway/gateway.js'),
    import('../../build/bench/clock.js'),
  ])
  const [{ planBatch }, { runBatch }, { prepareOrders }] = await Promise.all([
    import('../../build/bench/batch/plan.js'),
    import('../../build/bench/batch/run.js'),
    import('../../build/bench/batch/prepare.js'),
  ])
  const identity = { osUser: 'bench', sudoUser: null, host: 'bench', version: '0', pid: process.pid }
  const stamp = { environment: 'simulator', merchantId: '12345678' }
  const stateDir = join(folder, 'state')
  const mirror = openMirror(join(folder, 'bench.db'), { mode: 'create', stamp, clock: systemClock, identity, stateDir })
  const rows = Array.from({ length: count }, (_, index) => `${index + 1},carrier,au,1000,${index + 1},20,新規受付`)
  const csv = ['order_id,method,carrier,total,payment_id,payment_status,order_status', ...rows, ''].join('\n')
  const parsed = parseOrdersCsv(Buffer.from(csv), { path: 'bench.csv', methodNames: new Map() })
  mirror.importOrders(parsed, systemClock.nowMs())
  const { url: endpoint, ca, clientCert, passphrase } = server
  const login = { merchantId: '12345678', connectId: 'bench', connectPassword: 'bench' }
  const gateway = openGateway({
    endpoint,
    ca,
    clientCert,
    passphrase,
    ...login,
    proxy: null,
    timeoutMs: 35_000,
    keepAlive: true,
  })
  const signal = new AbortController().signal
  const rules = {
    profile: 'manual',
    single: false,
    includeCancelled: false,
    afterUnknown: false,
    statuses: [],
    nowMs: Date.now(),
  }
  const { orders, journal, lock, state } = mirror
  const deps = { gateway, orders, journal, lock, state, clock: systemClock, desk: null }
  const chosen = mirror.orders.list({}).reverse()
  const preparing = prepareOrders(chosen, 'sale', rules, deps, signal)
  let step = await preparing.next()
  while (!step.done) step = await preparing.next()
  const plan = planBatch(step.value.orders, 'sale', rules, step.value.untold)
  const plannedAt = momentOf(systemClock)
  const options = { untilMs: null, stopAfter: 3, settleMs: 0, wait: false, leave: signal, plannedAt }
  const times = []
  const heaps = []
  let last = performance.now()
  for await (const event of runBatch(plan, deps, options, signal)) {
    if (event.type === 'started') last = performance.now()
    if (event.type !== 'settled') continue
    if (event.outcome !== 'accepted') throw new Error(`order ${event.step.orderId}: ${event.outcome}`)
    times.push(performance.now() - last)
    if (times.length % HEAP_EVERY === 0) heaps.push(heapUsed())
    last = performance.now()
  }
  gateway.close()
  mirror.close()
  return { times, heaps }
}

const LOGIN = 'merchant_id=12345678&connect_id=simulator&connect_password=simulator&telegram_version=1.0'
const saleOf = (index) => `${LOGIN}&telegram_kind=101&trading_id=${index}&payment_id=${index}`
const WAYS = {
  limit,
  connectionEach,
  paygent,
  inquiries: (server, count) =>
    bareLoop(server, count, '/n/ref/paymentref', (index) => `${LOGIN}&telegram_kind=094&payment_id=${index}`),
  sales: (server, count) => bareLoop(server, count, '/n/c/request', saleOf),
  salesApart: (server, count) => bareLoop(server, count, '/n/c/request', saleOf, false),
}

process.once('message', async ({ way, server, count }) => {
  const folder = mkdtempSync(join(tmpdir(), 'paygent-bench-'))
  try {
    const taken = await WAYS[way](server, count, folder)
    await new Promise((sent) => process.send(taken, sent))
  } finally {
    rmSync(folder, { recursive: true, force: true })
    process.disconnect()
  }
})
