// Tests `runs --verify`: in mirrors of every schema the tables agree with the audit trail, and any manual change of
// them is named.
import { FixedClock } from '../../src/clock.js'
import type { Step } from '../../src/domain/run.js'
import { MIGRATIONS, versionOf } from '../../src/mirror/migrations/migrations.js'
import type { TrailHead } from '../../src/mirror/journal/trail.js'
import type { Mirror } from '../../src/mirror/open.js'
import { askedFor } from '../domain/order-fixture.js'
import { fact, mirrorWith, NOON, only, open, row, settlement, stepFor, tempFolder, told } from './mirrors.js'
import Database from 'better-sqlite3'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

const SOLD = { kind: '101', status: '40', heldAmountYen: null, newPaymentId: null } as const
const CORRECTED = { kind: '029', status: '40', heldAmountYen: 1500, newPaymentId: '95001' } as const

/** Somebody who knows SQL and cares for no trigger. */
function byHand(path: string, ...statements: string[]): void {
  const db = new Database(path)
  db.pragma('foreign_keys = OFF')
  db.pragma('synchronous = OFF')
  const triggers = db.prepare(`SELECT name FROM sqlite_master WHERE type = 'trigger'`).pluck().all() as string[]
  for (const name of triggers) db.exec(`DROP TRIGGER ${name}`)
  for (const sql of statements) db.exec(sql)
  db.close()
}

/**
 * Orders 1 sold, 2 refused by Paygent, 3 unknown and then not processed, 4 amended, 5 corrected with a new payment, 6 left by
 * a crash and for a person, 7 found sold by a reconcile, 8 never asked about; runs 1 (looked at) and 2 (left by the crash).
 */
function madeBusy(): Mirror {
  const clock = new FixedClock(NOON)
  const numbers = ['1', '2', '3', '4', '5', '6', '7', '8']
  const mirror = mirrorWith(
    numbers.map((orderId) => ({
      ...row({ orderId, paymentId: `9${orderId}`, tradingId: orderId }),
      ...(orderId === '5' && { method: 'credit' as const, carrier: null, totalYen: 1500 }),
    })),
    { clock },
  )
  const { journal, issues: books } = mirror
  const about = (orderId: string, changes = {}) => ({ paymentId: `9${orderId}`, tradingId: orderId, ...changes })
  for (const orderId of numbers.slice(0, 6)) {
    told(mirror, about(orderId, orderId === '5' ? { method: 'credit', carrier: null } : {}), orderId)
  }
  const step = (orderId: string, position: number, telegram: Step['telegram'] = '101') =>
    stepFor(mirror, telegram, 'sale', { orderId, position })
  const later = (): number => {
    clock.advance(700)
    return clock.nowMs()
  }
  const settled = (attemptId: number, changes: Parameters<typeof settlement>[1] = {}) =>
    settlement(attemptId, { ...changes, atMs: later() })
  const prepare = (runId: number, before: ReturnType<typeof settled> | null, next: Step): number => {
    const advanced = journal.advance(runId, before, next, later())
    if (advanced.type !== 'prepared') throw new Error(advanced.type)
    return advanced.attemptId
  }
  const steps = [step('1', 1), step('2', 2), step('3', 3), step('5', 4, '029'), step('6', 6)] as const
  const refused = [
    { position: 5, orderId: '7', request: null, paymentId: '97', reason: 'no-payment', about: null } as const,
  ]
  const one = journal.beginRun({ asked: askedFor('sale'), steps, refused, startedMs: later() })
  const first = prepare(one, null, steps[0])
  const second = prepare(one, settled(first, { effect: SOLD }), steps[1])
  const declined = settled(second, { outcome: 'rejected', code: '7003', learnt: [fact(about('2'))] })
  const third = prepare(one, declined, steps[2])
  const fourth = prepare(one, settled(third, { outcome: 'unknown', detail: 'time-out' }), steps[3])
  journal.settle(settled(fourth, { effect: CORRECTED, newPaymentId: '95001' }))
  journal.refuse(one, 6, 'changed', 'status')
  journal.settle(settled(third, { outcome: 'not-processed' }))
  journal.endRun(one, 'completed', later())
  journal.acknowledge(one)
  journal.amend('4', 1200, later())
  const sixth = step('6', 1)
  const two = journal.beginRun({ asked: askedFor('sale'), steps: [sixth], refused: [], startedMs: later() })
  const left = prepare(two, null, sixth)
  journal.recover(later())
  journal.settle(settled(left, { outcome: 'attention', learnt: [fact(about('6', { status: '32' }))] }))
  const plain = { currentPaymentId: null, endsConflict: false, attention: null, settles: null } as const
  const found = [fact(about('7', { status: '40' }))]
  books.take({ ...plain, orderId: '7', event: 'difference', facts: found, detail: '20 -> 40', atMs: later() })
  mirror.state.check()
  mirror.state.record()
  mirror.close()
  return mirror
}

/** Made once: the file of the mirror, and the head as this machine recorded it. */
let made: { readonly bytes: Buffer; readonly outside: TrailHead | null } | null = null

function busyMirror(): { readonly path: string; readonly outside: TrailHead | null } {
  if (made === null) {
    const { path, state } = madeBusy()
    made = { bytes: readFileSync(path), outside: state.head() }
  }
  const path = join(tempFolder(), 'paygent.db')
  writeFileSync(path, made.bytes)
  return { path, outside: made.outside }
}

/** A mirror as the program of that schema version wrote it. */
function formerMirror(version: number, ...statements: string[]): string {
  const sql = fileURLToPath(new URL(`../../fixtures/mirror-of-schema-${version}.sql`, import.meta.url))
  const path = join(tempFolder(), 'paygent.db')
  const db = new Database(path)
  db.pragma('foreign_keys = OFF')
  db.pragma('synchronous = OFF')
  db.exec(readFileSync(sql, 'utf8'))
  expect(db.pragma('user_version', { simple: true })).toBe(version)
  db.close()
  if (statements.length > 0) byHand(path, ...statements)
  return path
}

const verify = (path: string, outside: TrailHead | null = null) => open(path, { mode: 'read' }).journal.verify(outside)

describe('a mirror that nobody has touched', () => {
  test('is as its trail says, and what the trail does not tell is counted', () => {
    const { path, outside } = busyMirror()
    const check = verify(path, outside)
    const unchecked = { ordersWithoutRequest: 3, ordersOfOldEntries: 0, payments: 3, plans: 0, headOutside: false }
    expect(check).toEqual({ ok: true, entries: 20, unchecked })
  })

  test('stays so while an inquiry or an import tells more', () => {
    const { path } = busyMirror()
    const mirror = open(path)
    const payments = { paymentId: '91', tradingId: '1' }
    expect(mirror.orders.learn(only(mirror, '1'), fact({ ...payments, status: '41', amountYen: 1600 }), NOON)).toBe(
      true,
    )
    const again = [row({ orderId: '7', paymentId: '970', tradingId: '7' }), row({ orderId: '2', totalYen: 1 })]
    mirror.importOrders({ rows: again, others: [] }, NOON)
    expect(only(mirror, '7').paymentId).toBe('970')
    expect(verify(path)).toMatchObject({ ok: true, unchecked: { headOutside: true } })
  })
})

const FORMER_VERSIONS = Array.from({ length: MIGRATIONS.length - 1 }, (_, index) => index + 1)

describe.each(FORMER_VERSIONS)('a mirror of schema version %i', (version) => {
  test('verifies, read as it is and brought forward', () => {
    const path = formerMirror(version)
    // The entries before version 8 were hashed by their words alone.
    const [plans, form] = version < 8 ? [2, 1] : [0, 2]
    const unchecked = { plans, headOutside: true, ordersWithoutRequest: version < 5 ? 2 : 3 }
    expect(verify(path)).toMatchObject({ ok: true, unchecked })
    const mirror = open(path, { mode: 'write' })
    expect(versionOf(new Database(path, { readonly: true }))).toBe(MIGRATIONS.length)
    mirror.lock.acquire('amend')
    mirror.journal.amend('4', 1000, NOON + 600_000)
    expect(mirror.journal.verify(null)).toMatchObject({ ok: true, unchecked })
    expect(mirror.journal.entries().map((entry) => entry.form)).toEqual([
      ...Array.from({ length: mirror.journal.entries().length - 1 }, () => form),
      2,
    ])
  })

  test('keeps what a person, the shop and Paygent have said of its orders', () => {
    const mirror = open(formerMirror(version), { mode: 'write' })
    const told = mirror.orders.list({}).map((order) => {
      const { orderId, kind, paymentId, status, totalYen, attention, conflict, hold } = order
      const marks = [attention ? 'attention' : null, conflict ? 'conflict' : null, hold?.note ?? null]
      return [orderId, kind, paymentId, status, totalYen, ...marks].filter((part) => part !== null).join(' ')
    })
    // The first fixtures have one history, in which a person settles order 6; version 1 knows neither word nor audit.
    const isFirst = version < 5
    const eighth = version < 13 ? '8  98 20 900' : '8  98 20 900 電話待ち'
    expect(told).toEqual([
      ...(isFirst ? [] : [eighth]),
      `7  97 ${version === 1 ? '20' : '40'} 1733`,
      isFirst && version > 1 ? '6  96 32 1733' : '6  96 32 1733 attention',
      '5 029 95001 40 1500',
      '4  94 20 1200',
      '3  93 20 1733',
      '2  92 20 1733',
      isFirst ? '1 101 91 40 1733' : '1 101 91 40 1733 conflict',
    ])
    expect(mirror.plans.find('plan-1')?.sha256 ?? null).toBe(version >= 14 ? 'a'.repeat(64) : null)
  })

  test.each([
    ['an outcome', `UPDATE attempts SET state = 'rejected' WHERE id = 1`, { orderId: '1', field: 'state' }],
    ['a kind', `UPDATE orders SET kind = '022' WHERE order_id = '1'`, { orderId: '1', field: 'kind' }],
    ['the kind before', `UPDATE orders SET kind = '101' WHERE order_id = '3'`, { orderId: '3', field: 'kind' }],
    [
      'a payment id',
      `UPDATE orders SET payment = (SELECT payment FROM orders WHERE order_id = '7') WHERE order_id = '1'`,
      { orderId: '1', field: 'payment_id' },
    ],
    ['a run', `UPDATE runs SET state = 'stopped' WHERE id = 1`, { runId: 1, field: 'state' }],
  ])('and %s that was changed by hand is named', (_, statement, contradiction) => {
    expect(verify(formerMirror(version, statement))).toMatchObject({ ok: false, contradictions: [contradiction] })
  })
})

describe('a hand on the tables is named', () => {
  const attempt = (id: number, orderId: string, field: string) => ({ what: 'attempt', attemptId: id, orderId, field })
  const order = (orderId: string, field: string) => ({ what: 'order', orderId, field })
  const payment = (orderId: string, field: string) => ({ what: 'payment', orderId, field })
  const run = (runId: number, field: string) => ({ what: 'run', runId, field })
  const NEW_RUN = `INSERT INTO runs (operation, environment, state, started_ms, host, os_user, pid)
    VALUES ('sale', 'simulator', 'completed', 1, 'x', 'x', 1)`

  test.each<[string, string[], object[]]>([
    ['outcome', [`UPDATE attempts SET state = 'rejected' WHERE id = 1`], [attempt(1, '1', 'state')]],
    ['an open one', [`UPDATE attempts SET state = 'unknown' WHERE id = 3`], [attempt(3, '3', 'state')]],
    ['first outcome', [`UPDATE attempts SET first_outcome = NULL WHERE id = 3`], [attempt(3, '3', 'first_outcome')]],
    ['code', [`UPDATE attempts SET code = '2004' WHERE id = 2`], [attempt(2, '2', 'code')]],
    ['detail', [`UPDATE attempts SET detail = 'ok' WHERE id = 2`], [attempt(2, '2', 'detail')]],
    ['new payment', [`UPDATE attempts SET new_payment_id = '1' WHERE id = 4`], [attempt(4, '5', 'new_payment_id')]],
    ['time', [`UPDATE attempts SET settled_ms = 1 WHERE id = 2`], [attempt(2, '2', 'settled_ms')]],
    ['order', [`UPDATE attempts SET order_id = '8' WHERE id = 2`], [attempt(2, '2', 'order_id')]],
    ['when it was to leave', [`UPDATE attempts SET prepared_ms = 1 WHERE id = 2`], [attempt(2, '2', 'prepared_ms')]],
    ['which try it was', [`UPDATE attempts SET try_number = 2 WHERE id = 2`], [attempt(2, '2', 'try_number')]],
    [
      'the line of the plan that it is for',
      [`UPDATE attempts SET position = 6 WHERE id = 2`],
      [attempt(2, '2', 'planned_order_id'), attempt(2, '2', 'payment_id')],
    ],
    [
      'its run',
      [`UPDATE attempts SET run_id = 2 WHERE id = 3`],
      ['run_id', 'planned_order_id', 'telegram', 'payment_id', 'amount_yen'].map((field) => attempt(3, '3', field)),
    ],
    [
      'telegram that was sent',
      [`UPDATE run_items SET telegram = '102' WHERE run_id = 1 AND position = 2`],
      [run(1, 'plan'), attempt(2, '2', 'telegram')],
    ],
    ['host of a run', [`UPDATE runs SET host = 'x' WHERE id = 1`], [run(1, 'host')]],
    ['start of a run', [`UPDATE runs SET started_ms = 1 WHERE id = 2`], [run(2, 'started_ms')]],
    [
      'what a later refusal was about',
      [`UPDATE run_items SET about = 'total' WHERE run_id = 1 AND position = 6`],
      [{ what: 'item', runId: 1, orderId: '6', field: 'about' }],
    ],
    ['sent again', [`UPDATE attempts SET sent_again = 1 WHERE id = 2`], [attempt(2, '2', 'sent_again')]],
    [
      'amount that was sent',
      [`UPDATE run_items SET amount_yen = 1 WHERE run_id = 1 AND position = 2`],
      [run(1, 'plan'), attempt(2, '2', 'amount_yen')],
    ],
    [
      'payment that was sent',
      [`UPDATE run_items SET payment_id = '1' WHERE run_id = 1 AND position = 2`],
      [run(1, 'plan'), attempt(2, '2', 'payment_id')],
    ],
    ['a deleted attempt', [`DELETE FROM attempts WHERE id = 2`], [attempt(2, '2', 'row')]],
    ['the last attempt deleted', [`DELETE FROM attempts WHERE id = 5`], [attempt(5, '6', 'row')]],
    [
      'an attempt of nobody',
      [
        `INSERT INTO attempts (run_id, position, try_number, order_id, state, prepared_ms, settled_ms)
         VALUES (1, 6, 1, '6', 'accepted', 1, 1)`,
      ],
      [attempt(6, '6', 'row')],
    ],
    ['state of a run', [`UPDATE runs SET state = 'completed' WHERE id = 2`], [run(2, 'state')]],
    ['end of a run', [`UPDATE runs SET ended_ms = 1 WHERE id = 1`], [run(1, 'ended_ms')]],
    ['a run looked at', [`UPDATE runs SET acknowledged_ms = 1 WHERE id = 2`], [run(2, 'acknowledged_ms')]],
    ['operation of a run', [`UPDATE runs SET operation = 'cancel' WHERE id = 1`], [run(1, 'operation')]],
    ['who began a run', [`UPDATE runs SET os_user = 'x' WHERE id = 1`], [run(1, 'os_user')]],
    ['a run of nobody', [NEW_RUN], [run(3, 'row')]],
    ['a run of nobody, deleted again', [NEW_RUN, `DELETE FROM runs WHERE id = 3`], [run(3, 'row')]],
    [
      'a deleted run',
      [
        `DELETE FROM attempts WHERE run_id = 2`,
        `DELETE FROM run_items WHERE run_id = 2`,
        `DELETE FROM runs WHERE id = 2`,
      ],
      [run(2, 'row'), attempt(5, '6', 'row')],
    ],
    ['a line of a plan', [`DELETE FROM run_items WHERE run_id = 1 AND position = 5`], [run(1, 'plan')]],
    [
      'a refusal of the plan',
      [`UPDATE run_items SET reason = 'already' WHERE run_id = 1 AND position = 5`],
      [run(1, 'plan')],
    ],
    [
      'a later refusal',
      [`UPDATE run_items SET reason = NULL WHERE run_id = 1 AND position = 6`],
      [{ what: 'item', runId: 1, orderId: '6', field: 'reason' }],
    ],
    ['kind', [`UPDATE orders SET kind = '102' WHERE order_id = '1'`], [order('1', 'kind')]],
    ['kind after a refusal', [`UPDATE orders SET kind = '101' WHERE order_id = '2'`], [order('2', 'kind')]],
    ['total', [`UPDATE orders SET total_yen = 1 WHERE order_id = '3'`], [order('3', 'total_yen')]],
    ['attention taken off', [`UPDATE orders SET attention = 0 WHERE order_id = '6'`], [order('6', 'attention')]],
    ['attention of nobody', [`UPDATE orders SET attention = 1 WHERE order_id = '8'`], [order('8', 'attention')]],
    ['the mark of a request', [`UPDATE orders SET touched = 0 WHERE order_id = '2'`], [order('2', 'touched')]],
    [
      'the payment before',
      [`UPDATE orders SET payment = (SELECT id FROM payments WHERE payment_id = '95') WHERE order_id = '5'`],
      [order('5', 'payment_id')],
    ],
    [
      'payment id',
      [`UPDATE payments SET payment_id = '1' WHERE payment_id = '92'`],
      [payment('2', 'payment_id'), order('2', 'payment_id'), payment('2', 'payment_id')],
    ],
    ['status', [`UPDATE payments SET status = '20' WHERE payment_id = '91'`], [payment('1', 'status')]],
    [
      'status of a payment before',
      [`UPDATE payments SET status = '20' WHERE payment_id = '95'`],
      [payment('5', 'status')],
    ],
    [
      'amount',
      [`UPDATE payments SET held_amount_yen = 1 WHERE payment_id = '95001'`],
      [payment('5', 'held_amount_yen')],
    ],
    [
      'status that a reconcile found',
      [`UPDATE payments SET status = '20' WHERE payment_id = '97'`],
      [payment('7', 'status')],
    ],
    ['an order that is gone', [`DELETE FROM orders WHERE order_id = '2'`], [order('2', 'row')]],
  ])('%s', (_, statements, contradictions) => {
    const { path } = busyMirror()
    byHand(path, ...statements)
    const check = verify(path)
    expect(check).toMatchObject({ ok: false, problem: 'contradicted' })
    expect(check.ok ? [] : check.contradictions).toMatchObject(contradictions)
  })
})

describe('the head outside', () => {
  const CUT = [`DELETE FROM journal WHERE seq > 18`, `UPDATE sqlite_sequence SET seq = 18 WHERE name = 'journal'`]

  test('is found in the chain, also when the mirror has gone on', () => {
    const { path, outside } = busyMirror()
    const mirror = open(path)
    mirror.lock.acquire('amend')
    mirror.journal.amend('8', 1000, NOON + 600_000)
    expect(outside).toMatchObject({ seq: 20 })
    expect(mirror.journal.verify(outside).ok).toBe(true)
  })

  test('is not where the last entries were cut off, the counter with them', () => {
    const { path, outside } = busyMirror()
    byHand(path, ...CUT)
    expect(verify(path, outside)).toMatchObject({ ok: false, seq: 20, problem: 'head' })
  })

  test('is not in a copy that went another way', () => {
    const { path } = busyMirror()
    expect(verify(path, { seq: 20, hash: 'f'.repeat(64) })).toMatchObject({ ok: false, seq: 20, problem: 'head' })
  })

  test('rolled back together with the chain, the tables still tell', () => {
    const { path } = busyMirror()
    byHand(path, ...CUT)
    const db = new Database(path, { readonly: true })
    const head = db.prepare('SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1').get() as TrailHead
    db.close()
    const check = verify(path, head)
    expect(check).toMatchObject({ ok: false, problem: 'contradicted' })
    expect(check.ok ? [] : check.contradictions).toMatchObject([
      { what: 'attempt', attemptId: 5, orderId: '6', field: 'state', mirror: 'attention', trail: 'unknown' },
      { what: 'attempt', attemptId: 5, orderId: '6', field: 'settled_ms' },
      { what: 'order', orderId: '6', field: 'attention', mirror: 1, trail: 0 },
      { what: 'payment', orderId: '6' },
      { what: 'payment', orderId: '7' },
    ])
  })
})

test('an entry whose form or facts were changed is changed', () => {
  for (const statement of [
    `UPDATE journal SET form = 1 WHERE seq = 3`,
    `UPDATE journal SET form = 3 WHERE seq = 3`,
    `UPDATE journal SET facts = '{}' WHERE seq = 3`,
    `UPDATE journal SET facts = NULL WHERE seq = 1`,
  ]) {
    const { path } = busyMirror()
    byHand(path, statement)
    expect(verify(path)).toMatchObject({ ok: false, problem: 'changed' })
  }
})

test('facts beside an entry of the first form are nobody’s', () => {
  const path = formerMirror(4)
  open(path, { mode: 'write' }).close()
  byHand(path, `UPDATE journal SET facts = '{}' WHERE seq = 2`)
  expect(verify(path)).toMatchObject({ ok: false, seq: 2, problem: 'changed' })
})
