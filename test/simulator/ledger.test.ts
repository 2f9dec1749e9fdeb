import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { newHolder, openLedger } from '../../src/simulator/ledger.js'
import { firstProcess, HAS_NAMESPACES, simulatorProcesses } from './child.js'
import { card, carried } from './desk.js'
import { ask, control, started, temporaryFolder } from './tls.js'

const ids = (paymentId: string) => ({ payment_id: paymentId, trading_id: `t${paymentId}` })
const modeOf = (path: string): number => statSync(path).mode & 0o777

describe('the state file', () => {
  it('survives closing and opening again: payments, notices, clock, faults, certificates', async () => {
    const statePath = join(temporaryFolder(), 'mirror.db.simulator')
    const first = await started({
      statePath,
      payments: [carried('1', 'docomo')],
      faults: { match: { telegram: '023' } },
    })
    await ask(first, '101', ids('1'))
    await control(first, 'clock', { advance: '1d' })
    await first.close()

    const second = await started({ statePath, payments: [carried('1', 'docomo')] })
    expect(second).toMatchObject({ ca: first.ca, clientCert: first.clientCert })
    expect(await ask(second, '094', ids('1'))).toMatchObject({ payment_status: '44' })
    expect(await ask(second, '091')).toMatchObject({ payment_notice_id: '1', payment_status: '40' })
    expect(await ask(second, '091')).toMatchObject({ payment_notice_id: '2', payment_status: '44' })
    expect((await control<unknown[]>(second, 'requests')).json).toHaveLength(4)
    const ledger = openLedger(statePath)
    expect(ledger.faults.all()).toHaveLength(1)
    ledger.close()
  })

  it('adds the payments that it lacks, and leaves the others as they are', async () => {
    const simulator = await started({ payments: [card('1')] })
    await ask(simulator, '022', ids('1'))
    const nameless = { ...card('3'), paymentId: null }
    simulator.addPayments([card('1'), card('2'), nameless, { ...nameless, paymentId: '' }])
    const { json } = await control<{ tradingId: string; status: string }[]>(simulator, 'payments')
    expect(json.map(({ tradingId, status }) => `${tradingId} ${status}`)).toEqual(['t1 40', 't2 20', 't3 20'])
    simulator.addPayments([nameless])
    expect((await control<unknown[]>(simulator, 'payments')).json).toHaveLength(3)
  })

  it('adds all of them or none', async () => {
    const simulator = await started()
    expect(() => simulator.addPayments([card('1'), card('2', '2')])).toThrow(
      expect.objectContaining({ code: 'bad-value' }),
    )
    expect(() => simulator.addPayments([{ ...card('1'), amountYen: 1.5 }])).toThrow()
    expect(() => simulator.addPayments([{ ...card('1'), paymentId: '1.23E+17' }])).toThrow()
    expect(() => simulator.addPayments([{ ...card('1'), authorizedAt: 'yesterday' }])).toThrow()
    expect((await control<unknown[]>(simulator, 'payments')).json).toEqual([])
  })

  it('takes a carrier payment of a carrier that nobody knows for docomo', async () => {
    const simulator = await started({ payments: [{ ...carried('1', 'au'), carrier: null }] })
    expect(await ask(simulator, '094', ids('1'))).toMatchObject({ career_type: '5' })
  })

  it('is for its owner alone, with everything beside it', async () => {
    const statePath = join(temporaryFolder(), 'state')
    await started({ statePath })
    expect(['', '-wal', '-shm'].map((end) => modeOf(statePath + end))).toEqual([0o600, 0o600, 0o600])
  })

  it('is closed to others when it was open to them', () => {
    const path = join(temporaryFolder(), 'state')
    openLedger(path).close()
    chmodSync(path, 0o644)
    openLedger(path).close()
    expect(modeOf(path)).toBe(0o600)
  })

  it('is in WAL mode, so that another command may read while one writes', () => {
    const path = join(temporaryFolder(), 'state')
    const ledger = openLedger(path)
    ledger.settings.set('a', 'b')
    const db = new Database(path, { readonly: true })
    expect(db.pragma('journal_mode', { simple: true })).toBe('wal')
    db.close()
    ledger.close()
  })
})

describe('a ledger of version 1', () => {
  const VERSION_1 = `
    CREATE TABLE payments (
      payment_id TEXT PRIMARY KEY, trading_id TEXT NOT NULL, method TEXT NOT NULL, carrier TEXT, status TEXT NOT NULL,
      amount_yen INTEGER NOT NULL, base_payment_id TEXT REFERENCES payments (payment_id),
      authorized_ms INTEGER NOT NULL, sold_ms INTEGER, cancelled_ms INTEGER, due_ms INTEGER
    ) STRICT;
    CREATE INDEX payments_of_trading ON payments (trading_id);
    CREATE INDEX payments_due ON payments (due_ms) WHERE due_ms IS NOT NULL;
    CREATE TABLE changes (
      change_id INTEGER PRIMARY KEY AUTOINCREMENT, payment_id TEXT NOT NULL REFERENCES payments (payment_id),
      at_ms INTEGER NOT NULL, from_status TEXT, to_status TEXT NOT NULL, amount_yen INTEGER NOT NULL,
      by_whom TEXT NOT NULL
    ) STRICT;
    CREATE INDEX changes_of_payment ON changes (payment_id);
    CREATE TABLE requests (
      seq INTEGER PRIMARY KEY AUTOINCREMENT, telegram TEXT NOT NULL, payment_id TEXT NOT NULL,
      trading_id TEXT NOT NULL, amount_yen INTEGER, at_ms INTEGER NOT NULL, in_flight INTEGER NOT NULL, holder TEXT,
      result TEXT, code TEXT, shows TEXT
    ) STRICT;
    CREATE INDEX requests_in_flight ON requests (holder) WHERE holder IS NOT NULL;
    CREATE TABLE notices (
      notice_id INTEGER PRIMARY KEY AUTOINCREMENT, payment_id TEXT NOT NULL REFERENCES payments (payment_id),
      at_ms INTEGER NOT NULL, delivered INTEGER NOT NULL DEFAULT 0, purged INTEGER NOT NULL DEFAULT 0,
      fields TEXT NOT NULL
    ) STRICT;
    CREATE TABLE faults (position INTEGER PRIMARY KEY, fault TEXT NOT NULL, seen INTEGER NOT NULL DEFAULT 0) STRICT;
    CREATE TABLE late_requests (
      late_id INTEGER PRIMARY KEY AUTOINCREMENT, request TEXT NOT NULL, due_ms INTEGER
    ) STRICT;
    CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
    PRAGMA application_id = 0x5067536d;
    PRAGMA user_version = 1;
    INSERT INTO payments VALUES ('1', 't1', 'carrier', 'au', '40', 300, NULL, 1, 2, NULL, 99999999999999);
    INSERT INTO changes VALUES (1, '1', 1, NULL, '20', 300, 'start'), (2, '1', 2, '20', '40', 300, '101');
    INSERT INTO requests VALUES (1, '101', '1', 't1', NULL, 2, 1, NULL, '0', NULL, 'reply');
    INSERT INTO requests VALUES (2, '091', '', '', NULL, 3, 1, '1:5b6b9a2e-0000-4000-8000-000000000000', NULL, NULL, NULL);
    INSERT INTO faults VALUES (0, '{"match":{"telegram":"023"},"commits":true,"shows":"half","delay_ms":0}', 3);`

  it('is opened with all that it holds, and its requests under way have ended', async () => {
    const statePath = join(temporaryFolder(), 'state')
    const db = new Database(statePath)
    db.exec(VERSION_1)
    db.close()
    const simulator = await started({ statePath })
    expect(simulator.found).toMatchObject({ payments: 1, faults: 1, offsetMs: 0 })
    expect(await ask(simulator, '091')).toMatchObject({ result: '0', success_code: '1' })
    expect(await ask(simulator, '102', ids('1'))).toMatchObject({ result: '0' })
    expect((await control(simulator, 'payments')).json).toMatchObject([
      { paymentId: '1', carrier: 'au', status: '60', changes: [{ to: '20' }, { to: '40' }, { to: '60' }] },
    ])
    expect((await control(simulator, 'requests')).json).toMatchObject([
      { telegram: '101', fields: null },
      { telegram: '091', fields: null, shows: null },
      { telegram: '091', fields: { telegram_kind: '091' } },
      { telegram: '102', fields: { payment_id: '1', trading_id: 't1' } },
    ])
    expect((await control(simulator, '')).json).toMatchObject({ ledgerVersion: 5, counts: { requestsInFlight: 0 } })
  })
})

describe('a ledger of version 4', () => {
  it('is opened with all that it holds, and takes a checkout', async () => {
    const statePath = join(temporaryFolder(), 'state')
    const first = await started({ statePath, payments: [card('1'), card('2', '40')] })
    await ask(first, '021', ids('1'))
    const before = (await control(first, 'payments')).json
    await first.close()
    const db = new Database(statePath)
    db.exec('DROP TABLE checkouts; PRAGMA user_version = 4')
    db.close()
    const simulator = await started({ statePath, browserPort: 0 })
    expect((await control(simulator, 'payments')).json).toEqual(before)
    expect((await control(simulator, '')).json).toMatchObject({ ledgerVersion: 5, counts: { notices: 1 } })
    expect(await ask(simulator, '091')).toMatchObject({ payment_id: '1', payment_status: '32' })
    const urls = { return_url: 'http://shop.test/', cancel_url: 'http://shop.test/' }
    const applied = await ask(simulator, '100', { trading_id: 't3', amount: '300', career_type: '6', ...urls })
    expect(applied).toMatchObject({ result: '0', trading_id: 't3' })
    expect((await control(simulator, 'reset', {})).json).toMatchObject({ removed: { payments: 3 } })
  })
})

describe('a file that is no ledger', () => {
  const unusable = (path: string) => {
    expect(() => openLedger(path)).toThrow(
      expect.objectContaining({ code: 'ledger-unusable', params: { path, problem: expect.any(String) } }),
    )
  }

  it('of another program', () => {
    const path = join(temporaryFolder(), 'other.db')
    const db = new Database(path)
    db.exec('CREATE TABLE orders (id)')
    db.close()
    const before = readFileSync(path)
    unusable(path)
    expect(readFileSync(path)).toEqual(before)
  })

  it('no SQLite at all', () => {
    const path = join(temporaryFolder(), 'notes.txt')
    writeFileSync(path, 'result=0\r\n'.repeat(1000))
    unusable(path)
    expect(readFileSync(path, 'latin1')).toBe('result=0\r\n'.repeat(1000))
  })

  it('damaged', () => {
    const path = join(temporaryFolder(), 'state')
    openLedger(path).close()
    const bytes = readFileSync(path)
    bytes.fill(0xa5, 4096 + 8, 4096 * 4)
    writeFileSync(path, bytes)
    unusable(path)
  })

  it('of a newer version', () => {
    const path = join(temporaryFolder(), 'state')
    openLedger(path).close()
    const db = new Database(path)
    db.pragma('user_version = 99')
    db.close()
    unusable(path)
  })

  it('in a folder that is not there', () => unusable(join(temporaryFolder(), 'none', 'state')))
  it('a folder', () => unusable(temporaryFolder()))
})

describe('two simulators on one file', () => {
  it('have the same books, notices, clock and certificates', async () => {
    const statePath = join(temporaryFolder(), 'state')
    const first = await started({ statePath, payments: [card('1')] })
    const second = await started({ statePath, payments: [card('1'), card('2')] })
    expect(second.clientCert).toBe(first.clientCert)
    await ask(first, '022', ids('1'))
    expect(await ask(second, '094', ids('1'))).toMatchObject({ payment_status: '40' })
    await ask(second, '021', ids('2'))
    expect(await ask(first, '091')).toMatchObject({ payment_notice_id: '1', payment_id: '1' })
    expect(await ask(second, '091')).toMatchObject({ payment_notice_id: '2', payment_id: '2' })
    await control(second, 'clock', { advance: '60d' })
    expect(await ask(first, '094', ids('1'))).toMatchObject({ payment_status: '41' })
  })

  it('count what is in flight at the other one too', async () => {
    const statePath = join(temporaryFolder(), 'state')
    const first = await started({ statePath, payments: [card('1')], latencyMs: 400 })
    const second = await started({ statePath })
    const slow = ask(first, '094', ids('1'))
    await new Promise((resolve) => setTimeout(resolve, 150))
    await ask(second, '094', ids('1'))
    await slow
    const { json } = await control<{ inFlight: number }[]>(second, 'requests')
    expect(json.map(({ inFlight }) => inFlight)).toEqual([1, 2])
  })

  it('can be started at the same moment, in processes of their own, and lose no request', async () => {
    const statePath = join(temporaryFolder(), 'state')
    const payments = Array.from({ length: 40 }, (_, n) => card(String(n + 1)))
    const processes = await simulatorProcesses({ statePath, payments }, 3)
    expect(new Set(processes.map(({ client }) => client.ca)).size).toBe(1)
    const answers = await Promise.all(
      payments.map(({ paymentId }, n) => ask(processes[n % 3]!.client, '022', ids(paymentId as string))),
    )
    expect(answers.filter(({ result }) => result !== '0')).toEqual([])
    const ledger = openLedger(statePath)
    expect(ledger.payments.all().filter(({ status }) => status !== '40')).toEqual([])
    expect(ledger.requests.all()).toHaveLength(40)
    ledger.close()
  })
})

describe('kill -9', () => {
  it('takes back no answered sale, and leaves nothing in flight', async () => {
    const statePath = join(temporaryFolder(), 'state')
    const payments = [card('1'), card('2')]
    const faults = { match: { payment_id: '2' }, shows: 'silence' }
    const [simulator] = await simulatorProcesses({ statePath, payments, faults })
    expect(await ask(simulator!.client, '022', ids('1'))).toMatchObject({ result: '0' })
    const silent = ask(simulator!.client, '022', ids('2')).catch(() => null)
    await new Promise((resolve) => setTimeout(resolve, 200))
    await simulator!.kill()
    await silent

    const again = await started({ statePath, payments, faults: [] })
    expect(again.ca).toBe(simulator!.client.ca)
    expect(await ask(again, '094', ids('1'))).toMatchObject({ payment_status: '40' })
    expect(await ask(again, '094', ids('2'))).toMatchObject({ payment_status: '40' })
    const { json } = await control<{ inFlight: number }[]>(again, 'requests')
    expect(json.map(({ inFlight }) => inFlight)).toEqual([1, 1, 1, 1])
  })

  it('lets the next 091 through where a process of the same number runs now', async () => {
    const statePath = join(temporaryFolder(), 'state')
    const own = newHolder(process.pid)
    const ledger = openLedger(statePath)
    const arrived = { telegram: '091', paymentId: '', tradingId: '', amountYen: null }
    const alive = ledger.requests.arrive(arrived, null, own, 0)
    expect(ledger.requests.handling('091')).toBe(1)
    const again = await started({ statePath })
    expect(await ask(again, '091')).toMatchObject({ response_code: '9004' })
    ledger.requests.finish(alive)
    // The same number, on the same boot, started at another time.
    const [pid, boot, start] = own.split(':')
    ledger.requests.arrive(arrived, null, [pid, boot, `${start}0`, 'x'].join(':'), 0)
    expect(await ask(again, '091')).toMatchObject({ result: '0', success_code: '1' })
    ledger.close()
  })

  it.runIf(HAS_NAMESPACES)('as process 1 during a 091: the next process 1 answers the next 091', async () => {
    const statePath = join(temporaryFolder(), 'state')
    const options = { statePath, faults: { match: { telegram: '091', nth: 1 }, shows: 'silence' } }
    const first = await firstProcess(options)
    const silent = ask(first.client, '091').catch(() => null)
    const ledger = openLedger(statePath)
    while (ledger.requests.all()[0]?.shows !== 'silence') await new Promise((resolve) => setTimeout(resolve, 20))
    ledger.close()
    await first.kill()
    await silent
    const second = await firstProcess({ statePath })
    expect(await ask(second.client, '091')).toMatchObject({ result: '0', success_code: '1' })
  })
})
