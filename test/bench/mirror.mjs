// Mirrors of any size: the same shop, only longer in business. Of its newest thousand orders every tenth is sold, every
// seventh waits for the shipper; the older ones are all sold, and Paygent has told so. Names repeat as names do.
import { Buffer } from 'node:buffer'

const FAMILIES = ['佐藤', '鈴木', '高橋', '田中', '伊藤', '渡辺', '山本', '中村', '小林', '加藤', '吉田', '山田']
const GIVEN = ['太郎', '花子', '一郎', '美咲', '健太', '陽子', '翔', '結衣', '大輔', '愛', '直樹', '真由美']
const CARRIERS = ['docomo', 'au', 'softbank', '']
const HEADER =
  'order_id,ordered_at,customer_name,method,carrier,total,held_amount,shipped_at,order_status,trading_id,payment_id,payment_status,kind'
/** Newest last, as the numbers grow; a day of the shop has 40 orders. */
const NEWEST_MS = Date.UTC(2026, 5, 1)
const EVERY_MS = 36 * 60_000
/** So many orders of whatever shop are not done with. */
const LIVE = 1_000
/** An import keeps what it takes in memory, so a large mirror is made in parts. */
const PART = 100_000

const isoAt = (ms) => `${new Date(ms + 9 * 3600_000).toISOString().slice(0, 19)}+09:00`

/** Lines `from` to `to` (inclusive, counted from 1) of a shop that has `count` orders. */
export function ordersCsv(from, to, count = to) {
  const lines = [HEADER]
  for (let id = from; id <= to; id += 1) {
    const carrier = CARRIERS[id % CARRIERS.length]
    const method = carrier === '' ? 'credit' : 'carrier'
    const name = `${FAMILIES[id % 12]} ${GIVEN[Math.floor(id / 12) % 12]}${id % 1000 === 1 ? '特別' : ''}`
    const orderedAt = isoAt(NEWEST_MS - (count - id) * EVERY_MS)
    const shippedAt = id % 7 === 0 ? '' : orderedAt
    const amount = 1000 + (id % 90) * 100
    const old = id <= count - LIVE
    const sold = old || id % 10 === 0
    const kind = !sold ? (carrier === '' ? '020' : '') : carrier === '' ? '022' : '101'
    const status = !sold ? '20' : !old ? '40' : carrier === 'docomo' ? '44' : '41'
    lines.push(
      [
        id,
        orderedAt,
        name,
        method,
        carrier,
        amount,
        amount,
        shippedAt,
        '入金済み',
        id,
        70_000_000 + id,
        status,
        kind,
      ].join(','),
    )
  }
  return Buffer.from(`${lines.join('\r\n')}\r\n`)
}

/** Makes a mirror of `count` orders by the program's own import. */
export async function makeMirror(path, count) {
  const [{ openMirror }, { parseOrdersCsv }, { systemClock }] = await Promise.all([
    import('../../build/bench/mirror/open.js'),
    import('../../build/bench/mirror/csv/csv.js'),
    import('../../build/bench/clock.js'),
  ])
  const identity = { osUser: 'bench', sudoUser: null, host: 'bench', version: '0', pid: process.pid }
  const { SIMULATOR_LOGIN } = await import('../../build/bench/simulator/telegram.js')
  const stamp = { environment: 'simulator', merchantId: SIMULATOR_LOGIN.merchantId }
  const mirror = openMirror(path, { mode: 'create', stamp, clock: systemClock, identity, stateDir: `${path}.state` })
  for (let from = 1; from <= count; from += PART) {
    const csv = ordersCsv(from, Math.min(from + PART - 1, count), count)
    const orders = parseOrdersCsv(csv, { path: 'bench.csv', methodNames: new Map() })
    mirror.importOrders(orders, systemClock.nowMs())
  }
  mirror.close()
  const { default: Database } = await import('better-sqlite3')
  const db = new Database(path)
  db.exec(
    `UPDATE payments SET held_amount_yen = listed_amount_yen, status_origin = 'paygent' WHERE status IN ('41', '44')`,
  )
  db.close()
}
