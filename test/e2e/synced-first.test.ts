// The intent of a request is synced before the request leaves. Where strace is installed, the test observes each system
// call from outside. Each telegram has a connection of its own here, so that one `connect` corresponds to each.
import { execFile, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { OWN_STATE, PROGRAM } from './program.js'
import { expectBooksAgree, openShop, orderRow } from './shop.js'

const MONEY = ['021', '022', '023', '029', '101', '102', '103']
const traced = spawnSync('strace', ['-o', '/dev/null', 'true']).status === 0

type Call = 'connect' | 'sync'

/** Reads the calls of the mirror and of the gateway from the trace, in order. */
function callsOf(trace: string, port: string): Call[] {
  return trace.split('\n').flatMap((line): Call[] => {
    if (/\bconnect\(/.test(line) && line.includes(`htons(${port})`)) return ['connect']
    return /\bf(?:data)?sync\(\d+<[^>]*paygent\.db(?:-wal)?>/.test(line) ? ['sync'] : []
  })
}

/** The telegrams that could move money and went out without a sync since the telegram before. */
function unsynced(calls: readonly Call[], telegrams: readonly string[]): string[] {
  const before = calls
    .join(' ')
    .split('connect')
    .map((between) => between.includes('sync'))
  return telegrams.filter((telegram, index) => MONEY.includes(telegram) && before[index] !== true)
}

it.skipIf(!traced)('one sync or more comes before each request', async () => {
  const shop = await openShop([
    orderRow(1, 'au'),
    orderRow(2, 'credit'),
    orderRow(3, 'docomo'),
    orderRow(4, 'softbank'),
  ])
  const trace = join(shop.cwd, 'trace')
  const watch = ['-f', '-y', '-e', 'trace=connect,fsync,fdatasync', '-o', trace]
  const sale = ['bulk-sale', '--orders', '1,2,3,4', '--yes']
  await promisify(execFile)('strace', [...watch, process.execPath, '--', PROGRAM, ...sale], {
    cwd: shop.cwd,
    env: { PATH: process.env['PATH'], ...OWN_STATE(shop.cwd), ...shop.env, PAYGENT_KEEPALIVE: 'off' },
  })
  const calls = callsOf(readFileSync(trace, 'utf8'), new URL(shop.simulator.url).port)
  const telegrams = (await shop.simulator.requests()).map(({ telegram }) => telegram)
  expect(calls.filter((call) => call === 'connect')).toHaveLength(telegrams.length)
  expect(telegrams.filter((telegram) => MONEY.includes(telegram))).toHaveLength(4)
  expect(unsynced(calls, telegrams)).toEqual([])
  // The same telegrams without their syncs are all found: what finds nothing above can find something.
  const never = calls.filter((call) => call !== 'sync')
  expect(unsynced(never, telegrams)).toHaveLength(4)
  await expectBooksAgree(shop)
})
