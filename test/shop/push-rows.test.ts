// Tests rows that a real server refuses to write: each is named with the server's code, and the others are written.
import { setTimeout as wait } from 'node:timers/promises'
import { createConnection } from 'mysql2/promise'
import pg from 'pg'
import { afterEach, beforeAll, expect, it } from 'vitest'
import { japanDate } from '../../src/clock.js'
import { openShop } from '../../src/shop/open.js'
import type { Simulator } from '../e2e/program.js'
import type { DatabaseServer, Login } from './database-server.js'
import { deskAt, readJson, rowsOf, shopIn, simulatorOf, type Desk } from './desk.js'
import { fixtureShop } from './fixture-shop.js'
import type { ServerKind } from './installed.js'
import { describeWithServer, SERVER_KINDS, START } from './servers.js'

const STAFF: Login = { user: 'staff', password: 'fixture-staff-password' }

/** As staff's own page would: a session that holds on to a row until it is released. */
async function lockRow(
  { kind, port }: DatabaseServer,
  database: string,
  orderId: string,
): Promise<() => Promise<void>> {
  const sql = `SELECT order_id FROM dtb_order WHERE order_id = ${orderId} FOR UPDATE`
  if (kind === 'mysql') {
    const connection = await createConnection({ ...STAFF, host: '127.0.0.1', port, database })
    await connection.query('START TRANSACTION')
    await connection.query(sql)
    return () => connection.end()
  }
  const client = new pg.Client({ ...STAFF, host: '127.0.0.1', port, database })
  await client.connect()
  await client.query('BEGIN')
  await client.query(sql)
  return () => client.end()
}

const GRANT = {
  mysql: ['GRANT ALL ON *.* TO staff@`%`'],
  postgres: ['ALTER ROLE staff SUPERUSER'],
} as const satisfies Record<ServerKind, readonly string[]>

/** A trigger of the shop's own on one order. @param deed what it does */
function triggerOn(kind: ServerKind, orderId: string, deed: string): readonly string[] {
  if (kind === 'mysql') {
    return [
      `CREATE TRIGGER own BEFORE UPDATE ON dtb_order FOR EACH ROW
       BEGIN IF NEW.order_id = ${orderId} THEN ${deed}; END IF; END`,
    ]
  }
  return [
    `CREATE FUNCTION own() RETURNS trigger LANGUAGE plpgsql AS $$
     BEGIN IF NEW.order_id = ${orderId} THEN ${deed}; END IF; RETURN NEW; END $$`,
    'CREATE TRIGGER own BEFORE UPDATE ON dtb_order FOR EACH ROW EXECUTE FUNCTION own()',
  ]
}

const RAISE = {
  mysql: `SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'no'`,
  postgres: `RAISE EXCEPTION 'no'`,
} as const satisfies Record<ServerKind, string>

const SLEEP = { mysql: 'DO SLEEP(60)', postgres: 'PERFORM pg_sleep(60)' } as const satisfies Record<ServerKind, string>

const DIE = {
  mysql: 'KILL CONNECTION_ID()',
  postgres: 'PERFORM pg_terminate_backend(pg_backend_pid())',
} as const satisfies Record<ServerKind, string>

/** Lock wait, a trigger's word, a statement that takes too long, and a right that is missing. */
const CODES = {
  mysql: { lock: /^1205 /, trigger: /^1644 /, slow: /^(1969|1317|3024) /, rights: /^(1143|1142) / },
  postgres: { lock: /^55P03$/, trigger: /^P0001$/, slow: /^57014$/, rights: /^42501$/ },
} as const

type Stand = readonly [stand: readonly string[], fall: readonly string[]]

/** Ways in which a shop keeps order 1002 as it is and reports nothing. */
const REFUSALS = {
  mysql: () => [[triggerOn('mysql', '1002', 'SET NEW.memo09 = OLD.memo09'), ['DROP TRIGGER own']]],
  postgres: (user) => [
    [
      triggerOn('postgres', '1002', 'NEW.memo09 := OLD.memo09'),
      ['DROP TRIGGER own ON dtb_order', 'DROP FUNCTION own()'],
    ],
    [triggerOn('postgres', '1002', 'RETURN NULL'), ['DROP TRIGGER own ON dtb_order', 'DROP FUNCTION own()']],
    [
      ['CREATE RULE own AS ON UPDATE TO dtb_order WHERE OLD.order_id = 1002 DO INSTEAD NOTHING'],
      ['DROP RULE own ON dtb_order'],
    ],
    [
      [
        'ALTER TABLE dtb_order ENABLE ROW LEVEL SECURITY',
        `CREATE POLICY seen ON dtb_order FOR SELECT TO ${user} USING (true)`,
        `CREATE POLICY own ON dtb_order FOR UPDATE TO ${user} USING (order_id <> 1002)`,
      ],
      ['ALTER TABLE dtb_order DISABLE ROW LEVEL SECURITY'],
    ],
  ],
} as const satisfies Record<ServerKind, (user: string) => readonly Stand[]>

const EMPTY = 'UPDATE dtb_order SET memo05 = NULL'

/** A column that refuses it, one that would keep question marks, and one that is too short. */
const NO_JAPANESE = {
  mysql: [
    [EMPTY, 'ALTER TABLE dtb_order MODIFY memo05 TEXT CHARACTER SET latin1'],
    [EMPTY, 'ALTER TABLE dtb_order MODIFY memo05 TEXT CHARACTER SET latin1', "SET GLOBAL sql_mode = ''"],
    [EMPTY, 'ALTER TABLE dtb_order MODIFY memo05 VARCHAR(16)', 'SET GLOBAL sql_mode = DEFAULT'],
  ],
  postgres: [[EMPTY, 'ALTER TABLE dtb_order ALTER memo05 TYPE varchar(16)']],
} as const satisfies Record<ServerKind, readonly (readonly string[])[]>

interface Pushed {
  readonly orders: readonly { orderId: string; fate: string; code: string | null; needsPerson: boolean }[]
  readonly fault: string | null
}

for (const kind of SERVER_KINDS) {
  describeWithServer(kind, `rows that ${kind} does not let be written`, () => {
    let server: DatabaseServer
    const held: (() => Promise<void>)[] = []
    beforeAll(async () => {
      server = await START[kind]()
      await server.createUser(STAFF.user, STAFF.password, GRANT[kind])
    }, 120_000)
    afterEach(async () => {
      for (const release of held.splice(0)) await release()
    })

    async function opened(totals: Readonly<Record<string, number>> = {}) {
      const { database, url } = await shopIn(server, 'eccube2', fixtureShop('eccube2', kind))
      const desk = deskAt(url)
      expect(await desk.paygent(['pull', '--quiet'])).toMatchObject({ code: 0 })
      const simulator = await simulatorOf(desk)
      for (const [orderId, yen] of Object.entries(totals))
        await server.admin(`UPDATE dtb_order SET payment_total = ${yen} WHERE order_id = ${orderId}`, database)
      return { database, desk, simulator }
    }

    const sell = (desk: Desk, simulator: Simulator, orders: string, ...more: readonly string[]) =>
      desk.paygent(['bulk-sale', '--orders', orders, '--yes', '--format', 'json', ...more], simulator.env)

    it(
      'a locked row and a trigger: named, the others go on, and the next push writes them',
      { timeout: 120_000 },
      async () => {
        const { database, desk, simulator } = await opened()
        const ids = ['1001', '1002', '1003', '1004']
        expect(await sell(desk, simulator, ids.join(','), '--no-push')).toMatchObject({ code: 0 })
        for (const sql of triggerOn(kind, '1002', RAISE[kind])) await server.admin(sql, database)
        held.push(await lockRow(server, database, '1001'))

        const first = await desk.paygent(['push', '--format', 'json'])
        const { orders, fault } = readJson<Pushed>(first)
        expect([first.code, fault, orders.map(({ orderId, fate }) => `${orderId} ${fate}`)]).toEqual([
          3,
          null,
          ['1001 failed', '1002 failed', '1003 written', '1004 written'],
        ])
        expect(orders[0]?.code).toMatch(CODES[kind].lock)
        expect(orders[1]?.code).toMatch(CODES[kind].trigger)
        const rows = await rowsOf(server, 'eccube2', database)
        expect(ids.map((id) => rows.get(id)?.['memo09'])).toEqual(['', '', '101', '101'])

        for (const release of held.splice(0)) await release()
        await server.admin(kind === 'mysql' ? 'DROP TRIGGER own' : 'DROP TRIGGER own ON dtb_order', database)
        const again = readJson<Pushed>(await desk.paygent(['push', '--format', 'json']))
        expect(again.orders.map(({ orderId, fate }) => `${orderId} ${fate}`)).toEqual(['1001 written', '1002 written'])
      },
    )

    it('rights that were taken away, and a trigger that takes its time', { timeout: 120_000 }, async () => {
      const { database, desk, simulator } = await opened()
      expect(await sell(desk, simulator, '1002,1003', '--no-push')).toMatchObject({ code: 0 })
      for (const sql of triggerOn(kind, '1002', SLEEP[kind])) await server.admin(sql, database)
      const slow = readJson<Pushed>(await desk.paygent(['push', '--format', 'json']))
      expect(slow.orders.map(({ orderId, fate }) => `${orderId} ${fate}`)).toEqual(['1002 failed', '1003 written'])
      expect(slow.orders[0]?.code).toMatch(CODES[kind].slow)
      const user = database.replace('shop', 'desk')
      const from = kind === 'mysql' ? `${user}@'%'` : user
      await server.admin(`REVOKE UPDATE (memo09) ON dtb_order FROM ${from}`, database)
      const poor = await desk.paygent(['push', '--format', 'json'])
      expect([poor.code, readJson<Pushed>(poor).orders.map(({ fate }) => fate)]).toEqual([3, ['failed']])
      expect(readJson<Pushed>(poor).orders[0]?.code).toMatch(CODES[kind].rights)
    })

    it(
      'a shop that does not take the write says no error: told as such, not as changed',
      { timeout: 120_000 },
      async () => {
        const { database, desk, simulator } = await opened()
        expect(await sell(desk, simulator, '1002,1003', '--no-push')).toMatchObject({ code: 0 })
        const user = database.replace('shop', 'desk')
        for (const [stand, fall] of REFUSALS[kind](user)) {
          for (const sql of stand) await server.admin(sql, database)
          const before = (await rowsOf(server, 'eccube2', database)).get('1002')
          const pushed = await desk.paygent(['push', '--format', 'json'])
          const [refused] = readJson<Pushed>(pushed).orders
          expect([stand[0], pushed.code, refused]).toMatchObject([
            stand[0],
            3,
            { orderId: '1002', fate: 'failed', code: 'not-taken' },
          ])
          expect((await rowsOf(server, 'eccube2', database)).get('1002')).toEqual(before)
          for (const sql of fall) await server.admin(sql, database)
        }
        const last = readJson<Pushed>(await desk.paygent(['push', '--format', 'json']))
        expect(last.orders.map(({ orderId, fate }) => `${orderId} ${fate}`)).toEqual(['1002 written'])
      },
    )

    it('a column without Japanese gets the error text in ASCII', { timeout: 60_000 }, async () => {
      const errorText = 'エラー詳細 : 与信枠が足りませんエラーコードP010'
      const refused = {
        orderId: '1002',
        guard: { kind: '', paymentId: '8000001002' },
        accepted: null,
        errorText,
      }
      for (const sql of [[], ...NO_JAPANESE[kind]]) {
        const { database, url } = await shopIn(server, 'eccube2', fixtureShop('eccube2', kind))
        for (const each of sql) await server.admin(each, database)
        const shop = await openShop(url, 'desk')
        held.push(() => shop.close())
        const plain = sql.length === 0 ? {} : { errorText: 'Error code P010' }
        expect(await shop.write(refused, () => false)).toEqual({ type: 'written', ...plain })
        const row = (await rowsOf(server, 'eccube2', database)).get('1002')
        expect([row?.['memo05'], row?.['memo09']]).toEqual([plain.errorText ?? errorText, ''])
      }
    })

    it(
      'a corrected sale whose row is locked: told at once, again at the end, and for a person',
      { timeout: 120_000 },
      async () => {
        const { database, desk, simulator } = await opened({ '1001': 1 })
        held.push(await lockRow(server, database, '1001'))
        const batch = await sell(desk, simulator, '1001,1002')
        expect([batch.code, batch.stderr]).toEqual([4, expect.stringContaining('受注番号：1001 新しい決済ID')])
        const before = await rowsOf(server, 'eccube2', database)
        expect(['1001', '1002'].map((id) => before.get(id)?.['memo09'])).toEqual(['', '101'])
        for (const release of held.splice(0)) await release()
        expect(await desk.paygent(['push'])).toMatchObject({ code: 0 })
        const row = (await rowsOf(server, 'eccube2', database)).get('1001')
        expect([row?.['memo09'], row?.['memo06'] === before.get('1001')?.['memo06']]).toEqual(['029', false])
      },
    )

    it(
      'an error text is read, shown, wiped as it was read, after a purge too, and left where it is newer',
      { timeout: 120_000 },
      async () => {
        const { database, desk, simulator } = await opened()
        const write = (orderId: string, text: string) =>
          server.admin(`UPDATE dtb_order SET memo05 = '${text}' WHERE order_id = ${orderId}`, database)
        for (const orderId of ['1002', '1003', '1004']) await write(orderId, 'カードエラー<br />2001')
        expect(await sell(desk, simulator, '1002,1003,1004', '--no-push')).toMatchObject({ code: 0 })
        const shown = await desk.paygent(['show', '1003'])
        expect(shown.stdout).toContain('カードエラー 2001')
        expect((await desk.paygent(['status'])).stdout).toContain('EC-CUBE に決済のエラーがある受注：5件')
        const today = japanDate(Date.now())
        expect((await desk.paygent(['purge', '--before', today, '--yes'])).stdout).toContain('件')
        expect((await desk.paygent(['show', '1003'])).stdout).not.toContain('カードエラー')
        await write('1004', 'newer')
        await server.admin(`UPDATE dtb_order SET memo09 = '101' WHERE order_id = 1002`, database)
        const pushed = readJson<Pushed>(await desk.paygent(['push', '--format', 'json']))
        expect(pushed.orders.map(({ orderId, fate }) => `${orderId} ${fate}`)).toEqual([
          '1002 already',
          '1003 written',
          '1004 written',
        ])
        const rows = await rowsOf(server, 'eccube2', database)
        expect(['1002', '1003', '1004'].map((id) => rows.get(id)?.['memo05'])).toEqual([
          'カードエラー<br />2001',
          '',
          'newer',
        ])
      },
    )

    it('a corrected sale with which the connection dies ends the batch', { timeout: 120_000 }, async () => {
      const { database, desk, simulator } = await opened({ '1001': 1 })
      for (const sql of triggerOn(kind, '1001', DIE[kind])) await server.admin(sql, database)
      const batch = await sell(desk, simulator, '1001,1002')
      const { results } = readJson<{ results: { orderId: string; outcome: string }[] }>(batch)
      expect([batch.code, results.map(({ orderId, outcome }) => `${orderId} ${outcome}`)]).toEqual([
        6,
        ['1001 accepted', '1002 unsent'],
      ])
      expect((await simulator.requests()).filter(({ telegram }) => telegram === '101')).toEqual([])
    })

    it('a correction that a person has settled is in the shop right after it', { timeout: 120_000 }, async () => {
      const { database, desk, simulator } = await opened({ '1001': 1 })
      await simulator.post('faults', [{ match: { telegram: '029' }, commits: true, shows: 'silence' }])
      const patient = { ...simulator.env, PAYGENT_TIMEOUT_MS: '60000' }
      const killed = desk.begin(['bulk-sale', '--orders', '1001', '--yes'], patient)
      while (!(await simulator.requests()).some(({ telegram }) => telegram === '029')) await wait(50)
      killed.child.kill('SIGKILL')
      await killed.ended
      // Two payments under one trading id: a person names the order's.
      expect(await desk.paygent(['reconcile'], simulator.env)).toMatchObject({ code: 4 })
      const made = (await simulator.payments()).find(({ amountYen, status }) => amountYen === 1 && status === '40')
      const settled = ['settle', '1001', '--payment-id', made?.paymentId ?? '', '--yes']
      expect(await desk.paygent(settled, simulator.env)).toMatchObject({ code: 0 })
      const row = (await rowsOf(server, 'eccube2', database)).get('1001')
      expect([row?.['memo09'], row?.['memo06']]).toEqual(['029', made?.paymentId])
    })

    it(
      'a connection that dies ends it, and what was written before stands in the table',
      { timeout: 120_000 },
      async () => {
        const { database, desk, simulator } = await opened()
        expect(await sell(desk, simulator, '1002,1003,1004', '--no-push')).toMatchObject({ code: 0 })
        for (const sql of triggerOn(kind, '1003', DIE[kind])) await server.admin(sql, database)
        const cut = await desk.paygent(['push'])
        expect(cut.code).toBe(6)
        expect(cut.stdout).toContain('1002')
        expect(cut.stderr).toContain('接続できません')
        expect(cut.stdout + cut.stderr).not.toMatch(/何も(送信|書き込)/)
        const rows = await rowsOf(server, 'eccube2', database)
        expect(['1002', '1003', '1004'].map((id) => rows.get(id)?.['memo09'])).toEqual(['101', '', ''])
        // The very first one: whether the server has written it by then cannot be known.
        const first = await desk.paygent(['push'])
        expect([first.code, first.stdout]).toEqual([6, ''])
        expect(first.stderr).toContain('接続できません')
        expect(first.stderr).not.toMatch(/何も(送信|書き込)/)
      },
    )
  })
}
