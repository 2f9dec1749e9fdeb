// The cost of a report of a month in a shop that has sold 300 orders a day for a year, each of them by the journal.
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { line, number, title } from './figures.mjs'
import { run } from './scale.mjs'

const DAYS = 365
const A_DAY = 300
const DAY_MS = 24 * 60 * 60_000
const CARRIERS = ['docomo', 'au', 'softbank', null]

const isoAt = (ms) => `${new Date(ms + 9 * 3600_000).toISOString().slice(0, 19)}+09:00`

/** An authorised order with its number. */
function orderRow(id, nowMs) {
  const carrier = CARRIERS[id % CARRIERS.length]
  const totalYen = 1000 + (id % 90) * 100
  return {
    orderId: String(id),
    orderedAt: isoAt(nowMs - 3 * DAY_MS),
    customerName: `山田 太郎${id}`,
    method: carrier === null ? 'credit' : 'carrier',
    carrier,
    totalYen,
    listedAmountYen: totalYen,
    shippedAt: null,
    orderStatus: '発送済み',
    tradingId: String(id),
    paymentId: String(70_000_000 + id),
    status: '20',
    kind: '',
  }
}

const ASKED = {
  operation: 'sale',
  rules: { profile: 'current', single: false, includeCancelled: false, afterUnknown: false, statuses: [] },
  filter: {},
}

const stepOf = (row, index, nowMs) => ({
  ...row,
  position: index + 1,
  request: 'sale',
  telegram: row.carrier === null ? '022' : '101',
  plannedStatus: '20',
  heldAmountYen: row.totalYen,
  amountToldMs: nowMs,
  amountYen: row.totalYen,
  resend: false,
  notProcessedMs: null,
  origin: 'night',
  mark: null,
  asked: ASKED,
})

/** One in fifty is rejected; the others are accepted by their own answer. */
function settlementOf({ position, telegram }, attemptId, atMs) {
  const plain = { attemptId, detail: null, learnt: [], newPaymentId: null, notMoved: null, atMs }
  if (position % 50 === 3) return { ...plain, outcome: 'rejected', code: '2004', effect: null }
  const effect = { kind: telegram, status: '40', heldAmountYen: null, newPaymentId: null }
  return { ...plain, outcome: 'accepted', answered: true, code: null, effect }
}

function sellDay(mirror, clock, day) {
  const nowMs = clock.nowMs()
  const rows = Array.from({ length: A_DAY }, (_, index) => orderRow(day * A_DAY + index + 1, nowMs))
  mirror.importOrders({ rows, others: [] }, nowMs)
  for (const { orderId, paymentId, tradingId, totalYen, method, carrier } of rows) {
    const fact = { paymentId, tradingId, status: '20', amountYen: totalYen, method, carrier, authorizedAt: null }
    mirror.orders.learn({ orderId, paymentId, kind: '' }, fact, nowMs)
  }
  const steps = rows.map((row, index) => stepOf(row, index, nowMs))
  const runId = mirror.journal.beginRun({ asked: ASKED, steps, refused: [], startedMs: nowMs })
  let settled = null
  for (const step of steps) {
    clock.advance(500)
    const { attemptId } = mirror.journal.advance(runId, settled, step, clock.nowMs())
    settled = settlementOf(step, attemptId, clock.nowMs() + 300)
  }
  mirror.journal.advance(runId, settled, null, clock.nowMs())
  mirror.journal.endRun(runId, 'completed', clock.nowMs())
}

/** The last day is today's. */
async function makeYear(path) {
  const [{ openMirror }, { FixedClock }, { SIMULATOR_LOGIN }] = await Promise.all([
    import('../../build/bench/mirror/open.js'),
    import('../../build/bench/clock.js'),
    import('../../build/bench/simulator/telegram.js'),
  ])
  const startMs = Date.now() - DAYS * DAY_MS
  const clock = new FixedClock(startMs)
  const identity = { osUser: 'bench', sudoUser: null, host: 'bench', version: '0', pid: process.pid }
  const stamp = { environment: 'simulator', merchantId: SIMULATOR_LOGIN.merchantId }
  const mirror = openMirror(path, { mode: 'create', stamp, clock, identity, stateDir: `${path}.state` })
  mirror.lock.acquire('sale')
  for (let day = 0; day < DAYS; day += 1) {
    clock.advance(startMs + day * DAY_MS - clock.nowMs())
    sellDay(mirror, clock, day)
  }
  mirror.close()
}

export async function report() {
  // In memory where there is such a place: every order of the year is a commit of its own.
  const cwd = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'paygent-bench-'))
  try {
    await makeYear(join(cwd, 'paygent.db'))
    title(`The last month of a year of ${A_DAY} orders a day: s, and MB at most`)
    const rest = run(cwd, ['--version']).maxBytes
    for (const format of ['table', 'csv', 'json']) {
      const { ms, maxBytes } = run(cwd, ['report', '--month', 'last-month', '--format', format])
      const over = (maxBytes - rest) / 1e6
      line(`${number(ms / 1000, 2)} s`, `${number(maxBytes / 1e6, 0)} MB`, `${number(over, 0)} over start`, format)
    }
  } finally {
    rmSync(cwd, { recursive: true, force: true })
  }
}
