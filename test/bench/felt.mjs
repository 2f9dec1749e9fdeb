// What staff wait for: the whole command from start to result, beside the sales alone one by one and beside a loop with a
// connection for each telegram, as the shop's module sends them. Each on a simulator and a wire of its own.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beside, line, number, once, title } from './figures.mjs'

const PROGRAM = fileURLToPath(new URL('../../bin/paygent.js', import.meta.url))
const BATCHES = [60, 300].flatMap((count) => [60, 100, 300].map((roundTripMs) => ({ count, roundTripMs })))
const SYNC = { count: 1_000, roundTripMs: 100 }

export async function felt() {
  for (const batch of BATCHES) await measureBatch(batch)
  await measureSync(SYNC)
}

async function measureBatch({ count, roundTripMs }) {
  title(`bulk-sale --all of ${count} orders, round trip ${roundTripMs} ms`)
  const sales = await reached({ count, roundTripMs }, (server) => once('way.mjs', { way: 'sales', server, count }))
  const each = await reached({ count, roundTripMs }, (server) => once('way.mjs', { way: 'salesApart', server, count }))
  const against = (ms, aim) => [
    `${number(ms / sales.ms, 2, 6)} × the sales alone (aim ${aim})`,
    `${number(each.ms / ms, 2, 6)} × quicker than a connection each`,
  ]
  line(`${number(sales.ms / 1_000, 2)} s`, 'the sales alone, one by one')
  line(`${number(each.ms / 1_000, 2)} s`, 'a connection for each sale')
  for (const [told, aim, name] of [
    [false, 1.35, 'orders never asked about'],
    [true, 1.05, 'every amount told just before'],
  ]) {
    const ms = await reached({ count, roundTripMs }, (server) =>
      command(server, count, told, ['bulk-sale', '--all', '--yes']),
    )
    line(`${number(ms / 1_000, 2)} s`, ...against(ms, aim), name)
  }
}

async function measureSync({ count, roundTripMs }) {
  title(`sync of ${count} orders, round trip ${roundTripMs} ms`)
  const took = {}
  for (const inquiries of ['1', '4']) {
    took[inquiries] = await reached({ count, roundTripMs }, (server) =>
      command(server, count, false, ['sync'], { PAYGENT_INQUIRIES: inquiries }),
    )
  }
  line(`${number(took[1] / 1_000, 2)} s`, 'one by one')
  line(`${number(took[4] / 1_000, 2)} s`, `${number(took[4] / took[1], 2, 6)} × one by one (aim 0.3)`, 'four at once')
}

/** A new simulator with its payments, behind a wire of this length. */
async function reached({ count, roundTripMs }, work) {
  const { child, first: server } = await beside('simulator-process.mjs', { payments: count })
  const relay = await beside('relay.mjs', { url: server.url, roundTripMs })
  try {
    return await work({ ...server, url: relay.first })
  } finally {
    relay.child.disconnect()
    child.disconnect()
  }
}

/** Milliseconds of the built program. @param told asks about every order before, untimed */
async function command({ url, ca, clientCert, passphrase }, count, told, args, settings = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'paygent-bench-'))
  const file = (name, text) => {
    writeFileSync(join(folder, name), text, { mode: 0o600 })
    return join(folder, name)
  }
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    PAYGENT_ENVIRONMENT: 'simulator',
    PAYGENT_DB: join(folder, 'paygent.db'),
    PAYGENT_ENDPOINT: url,
    PAYGENT_CA_CERT: file('ca.pem', ca),
    PAYGENT_CLIENT_CERT: file('client.pem', clientCert),
    PAYGENT_CLIENT_CERT_PASSPHRASE: passphrase ?? '',
    PAYGENT_MERCHANT_ID: '12345678',
    PAYGENT_CONNECT_ID: 'simulator',
    PAYGENT_CONNECT_PASSWORD: 'simulator',
    PAYGENT_LANG: 'en',
    ...settings,
  }
  const head = 'order_id,ordered_at,method,carrier,total,payment_id,payment_status,order_status'
  const day = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10)
  const rows = Array.from({ length: count }, (_, i) => `${i + 1},${day} 10:00:00,carrier,au,1000,${i + 1},20,新規受付`)
  try {
    await run(folder, env, ['import', file('orders.csv', [head, ...rows, ''].join('\n'))])
    if (told) await run(folder, env, ['sync'])
    const start = performance.now()
    await run(folder, env, args)
    return performance.now() - start
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function run(cwd, env, args) {
  const child = spawn(process.execPath, [PROGRAM, ...args], { cwd, env, stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.on('data', (chunk) => (said += chunk))
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`${args.join(' ')}: ${code}\n${said}`))))
  })
}
