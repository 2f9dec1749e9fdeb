// Above the limits of production one key press is not enough. No test here reaches a connection: the mirror has all the
// facts that the plan needs, and the typed count is always wrong.
import { systemClock } from '../../src/clock.js'
import { parseOrdersCsv } from '../../src/mirror/csv/csv.js'
import { openMirror } from '../../src/mirror/open.js'
import { ensureCertificates } from '../../src/simulator/certificates.js'
import { type Env, folder, run } from './program.js'
import { KEYS, openTerminal } from './virtual-terminal.js'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'

const IDENTITY = { osUser: 'test', sudoUser: null, host: 'test', version: '0', pid: 1 }
const CSV = [
  'order_id,method,carrier,total,payment_id,payment_status,order_status',
  '1,carrier,au,300,91,20,入金待ち',
  '2,carrier,au,400,92,20,入金待ち',
]

let cwd: string
let env: Env

/** A mirror of production with the held amounts that Paygent has already given. */
beforeEach(async () => {
  cwd = folder()
  const certificates = await ensureCertificates(join(cwd, 'certs'))
  const stamp = { environment: 'production', merchantId: '12345' }
  const options = {
    mode: 'create',
    stamp,
    clock: systemClock,
    identity: IDENTITY,
    stateDir: join(cwd, 'state'),
  } as const
  const mirror = openMirror(join(cwd, 'paygent.db'), options)
  const csv = Buffer.from(`${CSV.join('\n')}\n`)
  mirror.importOrders(parseOrdersCsv(csv, { path: 'orders.csv', methodNames: new Map() }), options.clock.nowMs())
  for (const order of mirror.orders.list({})) {
    const { paymentId, tradingId, totalYen: amountYen } = order
    const fact = { paymentId: paymentId ?? '', tradingId, status: '20', amountYen, method: null, carrier: null }
    mirror.orders.learn(order, { ...fact, authorizedAt: null }, systemClock.nowMs())
  }
  mirror.close()
  env = {
    PAYGENT_ENVIRONMENT: 'production',
    PAYGENT_DB: 'paygent.db',
    PAYGENT_MERCHANT_ID: '12345',
    PAYGENT_CONNECT_ID: 'nobody',
    PAYGENT_CONNECT_PASSWORD: 'nothing',
    PAYGENT_CLIENT_CERT: certificates.paths.client,
    PAYGENT_CLIENT_CERT_PASSPHRASE: certificates.passphrase,
    PAYGENT_CA_CERT: certificates.paths.ca,
    PAYGENT_CONFIRM_ORDERS: '1',
  }
})

describe('a plan above the limits in production', () => {
  it.each([['bulk-sale'], ['bulk-sale --yes']])(
    '%s: the count is typed, and another one sends nothing',
    async (line) => {
      const screen = openTerminal(cwd, [...line.split(' '), '--orders', '1,2'], { env })
      const shown = await screen.shows('入力してください')
      expect(shown).toContain('環境：本番（実際に請求・取消が行われます）')
      expect(shown).toContain('2件・700円を処理します')
      screen.type(`3${KEYS.enter}`)
      expect(await screen.exit).toBe(6)
      expect(screen.screen()).toContain('何も送信していません。')
    },
  )

  it('is not given by Ctrl-D', async () => {
    const screen = openTerminal(cwd, ['bulk-sale', '--orders', '1,2'], { env })
    await screen.shows('入力してください')
    screen.type(KEYS.ctrlD)
    expect(await screen.exit).toBe(6)
    expect(screen.screen()).toContain('何も送信していません。')
  })

  it('is asked for by yes and no below the limits', async () => {
    const screen = openTerminal(cwd, ['bulk-sale', '--orders', '1'], { env })
    await screen.shows('一括売上処理を実行します。よろしいですか？')
    screen.type(KEYS.enter)
    expect(await screen.exit).toBe(6)
  })

  it('needs both limits without a terminal', async () => {
    const args = ['bulk-sale', '--orders', '1,2', '--yes']
    const ended = await run(cwd, args, env)
    expect([ended.code, ended.stdout]).toEqual([2, ''])
    expect(ended.stderr).toContain('--max-orders と --max-amount')
    const one = await run(cwd, [...args, '--max-orders', '5'], env)
    expect(one.code).toBe(2)
  })

  it.each([
    ['--max-orders', '1', '件数が上限を超えています'],
    ['--max-amount', '699', '合計金額が上限を超えています'],
  ])('is not begun above %s', async (option, value, said) => {
    const both = { '--max-orders': '9', '--max-amount': '9000', [option]: value }
    const ended = await run(cwd, ['bulk-sale', '--orders', '1,2', '--yes', ...Object.entries(both).flat()], env)
    expect(ended.code).toBe(6)
    expect(ended.stderr).toContain(said)
  })
})
