// The cost of one order of a batch, beside the bare limit and beside a new connection for each telegram.
import { beside, line, median, number, once, title } from './figures.mjs'

/** The first orders of each run warm up and are left out. */
const WARM_UP = 100
const WAYS = {
  limit: 'bare keep-alive loop + one synced commit (the limit)',
  paygent: 'paygent: plan, journal, send, book',
  connectionEach: 'a new TLS connection for each telegram, no journal',
}
/** Round trip of the wire, how many orders after the warm-up, how many rounds. */
const WIRES = [
  { roundTripMs: 0, count: 600, rounds: 5 },
  { roundTripMs: 20, count: 150, rounds: 3 },
  { roundTripMs: 60, count: 60, rounds: 3 },
]

export async function orders() {
  const { child, first: server } = await beside('server.mjs')
  for (const wire of WIRES) await measure(server, wire)
  child.disconnect()
}

async function measure(server, { roundTripMs, count, rounds }) {
  const relay = roundTripMs > 0 ? await beside('relay.mjs', { url: server.url, roundTripMs }) : null
  const reached = relay === null ? server : { ...server, url: relay.first }
  const times = Object.fromEntries(Object.keys(WAYS).map((way) => [way, []]))
  for (let round = 0; round < rounds; round += 1) {
    for (const way of Object.keys(WAYS)) {
      const each = await once('way.mjs', { way, server: reached, count: count + WARM_UP })
      times[way].push(median(each.times.slice(WARM_UP)))
    }
  }
  relay?.child.disconnect()
  title(`One order, round trip ${roundTripMs} ms: ${count} orders, ${rounds} rounds in turns, median`)
  // Each round by itself, since the machine's pace changes between rounds.
  const against = (way, other) => median(times[way].map((ms, round) => ms / times[other][round]))
  for (const [way, name] of Object.entries(WAYS)) {
    line(`${number(median(times[way]), 2)} ms`, `${number(against(way, 'limit'), 2, 6)} × limit`, name)
  }
  line(`${number(against('connectionEach', 'paygent'), 2, 19)} × faster than a connection for each telegram`)
}

const LONG = 20_000
const SLICE = 2_000

/** Whether time and memory of an order stay what they were from the first to the last of a long batch. */
export async function longBatch() {
  const { child, first: server } = await beside('server.mjs')
  const { times, heaps } = await once('way.mjs', { way: 'paygent', server, count: LONG })
  child.disconnect()
  title(`One batch of ${LONG} orders: median of an order and memory in use after a collection, by ${SLICE}`)
  for (let from = 0; from < LONG; from += SLICE) {
    const ms = median(times.slice(from, from + SLICE))
    line(`${String(from + 1).padStart(6)} …`, `${number(ms, 2)} ms`, `${number(heaps[from / SLICE] / 1e6)} MB`)
  }
}
