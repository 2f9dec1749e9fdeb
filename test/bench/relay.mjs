// A wire of some length: passes bytes on, each way half a round trip late. TCP's own handshake costs one round trip
// too, so what a new connection sends first is held back for one.
import { connect, createServer } from 'node:net'

process.once('message', ({ url, roundTripMs }) => {
  const { hostname, port } = new URL(url)
  const half = roundTripMs / 2
  const server = createServer({ noDelay: true }, (near) => {
    const far = connect({ host: hostname, port: Number(port), noDelay: true })
    const connectedAt = performance.now() + roundTripMs
    late(near, far, half, connectedAt)
    late(far, near, half, 0)
  })
  server.listen(0, '127.0.0.1', () => process.send(`https://127.0.0.1:${server.address().port}`))
})

/** Timers of one length fire in the order in which they were set, so nothing overtakes. */
function late(from, to, delayMs, notBefore) {
  let last = 0
  const after = (action) => {
    const now = performance.now()
    last = Math.max(last, Math.max(now, notBefore) + delayMs)
    setTimeout(action, last - now)
  }
  from.on('data', (chunk) => after(() => to.write(chunk)))
  from.on('end', () => after(() => to.end()))
  from.on('error', () => to.destroy())
}
process.on('disconnect', () => process.exit(0))
