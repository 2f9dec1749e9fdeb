import { japanDate } from '../../src/clock.js'
import type { ImportRow } from '../../src/domain/shop.js'
import { MIGRATIONS } from '../../src/mirror/migrations/migrations.js'
import type { Mirror } from '../../src/mirror/open.js'
import { askedFor } from '../domain/order-fixture.js'
import { mirrorWith, NOON, only, open, prepared, row, settlement, stepFor, tempPath, told } from './mirrors.js'
import Database from 'better-sqlite3'
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'

const NAME = '消去太郎ユニーク'
const BEFORE = '2020-01-01'

const order = (orderId: string, orderedAt: string, changes: Partial<ImportRow> = {}): ImportRow =>
  row({
    orderId,
    orderedAt: `${orderedAt}T10:00:00+09:00`,
    customerName: `${NAME}${orderId}`,
    tradingId: orderId,
    paymentId: `9${orderId}`,
    ...changes,
  })

const imported = (mirror: Mirror, ...rows: ImportRow[]) => mirror.importOrders({ rows, others: [] }, NOON)

/** The files in which the name stands, in any of the ways in which SQLite could store it. */
function filesWith(path: string, name: string): string[] {
  const forms = (['utf8', 'utf16le'] as const).map((encoding) => Buffer.from(name, encoding))
  const files = [path, `${path}-wal`, `${path}-shm`, `${path}.lock`].filter((file) => existsSync(file))
  return files.filter((file) => forms.some((form) => readFileSync(file).includes(form)))
}

describe('purge', () => {
  test('removes the names of orders before the date, not of those on it', () => {
    const mirror = mirrorWith([order('1', '2019-12-31'), order('2', '2020-01-01')])
    expect(mirror.purgeable(BEFORE)).toEqual({ before: BEFORE, purged: 1, left: [] })
    expect(only(mirror, '1').customerName).toBe(`${NAME}1`)
    expect(mirror.journal.purge(BEFORE, NOON)).toEqual({ before: BEFORE, purged: 1, left: [] })
    expect([only(mirror, '1').customerName, only(mirror, '2').customerName]).toEqual(['', `${NAME}2`])
    expect(mirror.orders.count({ search: NAME })).toBe(1)
    expect(mirror.purgeable(BEFORE).purged).toBe(0)
  })

  test('takes an order without a date for as old as the mirror knows it', () => {
    const { orderedAt: _, ...undated } = order('1', '2019-12-31')
    const mirror = mirrorWith([undated, order('2', '2019-12-31')])
    const names = (): string[] => ['1', '2'].map((orderId) => only(mirror, orderId).customerName)
    expect(mirror.journal.purge(BEFORE, NOON)).toEqual({ before: BEFORE, purged: 1, left: [] })
    expect(names()).toEqual([`${NAME}1`, ''])
    const today = japanDate(NOON)
    expect(mirror.journal.purge(today, NOON)).toEqual({ before: today, purged: 0, left: [] })
    const tomorrow = japanDate(NOON + 24 * 60 * 60_000)
    expect(mirror.journal.purge(tomorrow, NOON)).toEqual({ before: tomorrow, purged: 1, left: [] })
    expect(names()).toEqual(['', ''])
  })

  test('leaves nothing of them in the files', () => {
    const mirror = mirrorWith([order('1', '2019-01-01', { customerName: `旧姓${NAME}` })])
    // An earlier name stands on a page that the newer one has freed or overwritten.
    imported(mirror, order('1', '2019-01-01'), ...many(300))
    imported(mirror, ...many(300, '改名'))
    expect(filesWith(mirror.path, NAME)).toContain(`${mirror.path}-wal`)
    mirror.journal.purge(BEFORE, NOON)
    expect(mirror.wipe()).toBe(true)
    expect(filesWith(mirror.path, NAME)).toEqual([])
    expect(filesWith(mirror.path, '残る花子')).toContain(mirror.path)
    mirror.close()
    expect(filesWith(mirror.path, NAME)).toEqual([])
    expect(filesWith(mirror.path, '改名')).toEqual([])
  })

  test('leaves nothing of what a run was searched by, once all its orders are purged', () => {
    const mirror = mirrorWith([order('1', '2019-01-01', { customerName: '残る花子' }), order('2', '2020-01-01')])
    for (const orderId of ['1', '2']) told(mirror, { paymentId: `9${orderId}`, tradingId: orderId }, orderId)
    const found = (by: string, orderIds: readonly string[]) => {
      const asked = { ...askedFor('sale'), filter: { search: by, shipped: false } }
      const steps = orderIds.map((orderId, index) =>
        stepFor(mirror, '101', 'sale', { orderId, asked, position: index + 1 }),
      )
      const runId = mirror.journal.beginRun({ asked, steps, refused: [], startedMs: NOON })
      mirror.journal.endRun(runId, 'stopped', NOON)
    }
    found(NAME.slice(0, 4), ['1'])
    found('ユニーク', ['2'])
    found('花子', ['1', '2'])
    mirror.journal.purge(BEFORE, NOON)
    const filters = () => {
      const db = new Database(mirror.path, { readonly: true })
      const texts = db.prepare('SELECT filters FROM runs ORDER BY id').pluck().all() as string[]
      db.close()
      return texts.map((text) => JSON.parse(text) as object)
    }
    const shipped = false
    expect(filters()).toEqual([{ shipped }, { shipped, search: 'ユニーク' }, { shipped, search: '花子' }])
    mirror.journal.purge('2020-01-02', NOON)
    expect(filters()).toEqual([{ shipped }, { shipped }, { shipped }])
    expect(mirror.journal.verify(null).ok).toBe(true)
  })

  test('tells that somebody who reads the mirror keeps its log from being emptied', () => {
    const mirror = mirrorWith([order('1', '2019-01-01')])
    const reader = new Database(mirror.path, { readonly: true })
    reader.exec('BEGIN')
    reader.prepare('SELECT count(*) FROM orders').get()
    mirror.journal.purge(BEFORE, NOON)
    expect(mirror.wipe()).toBe(false)
    reader.close()
    expect(mirror.wipe()).toBe(true)
    expect(filesWith(mirror.path, NAME)).toEqual([])
  }, 20_000)

  test('leaves orders that are not finished, and says why', () => {
    const mirror = mirrorWith(['852', '853', '854', '855'].map((id) => order(id, '2019-01-01')))
    told(mirror, { tradingId: '852', paymentId: '9852' }, '852')
    told(mirror, { tradingId: '853', paymentId: '9853' }, '853')
    const step = stepFor(mirror, '101', 'sale', { orderId: '853' })
    const { runId, attemptId } = prepared(mirror, step)
    mirror.journal.advance(runId, settlement(attemptId, { outcome: 'attention' }), null, NOON)
    mirror.journal.endRun(runId, 'completed', NOON)
    prepared(mirror, stepFor(mirror, '101', 'sale', { orderId: '852' }))
    amend(mirror, '854')
    const conflict = imported(mirror, order('854', '2019-01-01', { totalYen: 5 }))
    expect(conflict.conflicts).toHaveLength(1)
    const left = [
      { orderId: '852', reason: 'open-attempt' },
      { orderId: '853', reason: 'attention' },
      { orderId: '854', reason: 'conflict' },
    ]
    expect(mirror.journal.purge(BEFORE, NOON)).toEqual({ before: BEFORE, purged: 1, left })
    expect(only(mirror, '852').customerName).toBe(`${NAME}852`)
    expect(only(mirror, '855').customerName).toBe('')
  })

  test('is booked in the trail by count and date, and the trail stays whole', () => {
    const mirror = mirrorWith([order('1', '2019-01-01'), order('2', '2019-01-02')])
    mirror.journal.purge(BEFORE, NOON)
    mirror.wipe()
    const [entry] = mirror.journal.entries()
    expect(entry).toMatchObject({ event: 'purged', detail: 'before 2020-01-01: 2 orders', osUser: 'yamada' })
    expect(JSON.stringify(mirror.journal.entries())).not.toContain(NAME)
    expect(mirror.journal.verify(null)).toMatchObject({ ok: true, entries: 1 })
  })

  test('throws without the lock', () => {
    const mirror = mirrorWith([order('1', '2019-01-01')])
    mirror.lock.release()
    expect(() => mirror.journal.purge(BEFORE, NOON)).toThrow('without the run lock')
  })
})

describe('a purged name stays away', () => {
  test('from an import of the same file, and of one with another name', () => {
    const mirror = mirrorWith([order('1', '2019-01-01')])
    mirror.journal.purge(BEFORE, NOON)
    expect(imported(mirror, order('1', '2019-01-01'))).toMatchObject({ unchanged: 1, conflicts: [] })
    expect(imported(mirror, order('1', '2019-01-01', { customerName: `新${NAME}` }))).toMatchObject({ unchanged: 1 })
    expect(imported(mirror, order('1', '2019-01-01', { orderStatus: '発送済み' }))).toMatchObject({ updated: 1 })
    expect(only(mirror, '1')).toMatchObject({ customerName: '', orderStatus: '発送済み' })
  })

  test('from a conflict', () => {
    const mirror = mirrorWith([order('1', '2019-01-01')])
    amend(mirror, '1')
    mirror.journal.purge(BEFORE, NOON)
    const { conflicts } = imported(mirror, order('1', '2019-01-01', { totalYen: 5 }))
    expect(conflicts).toHaveLength(1)
    expect(JSON.stringify([conflicts, mirror.orders.conflicts()])).not.toContain(NAME)
  })

  test('even when a bug would bring it back', () => {
    const mirror = mirrorWith([order('1', '2019-01-01')])
    mirror.journal.purge(BEFORE, NOON)
    const db = new Database(mirror.path)
    expect(() => db.exec(`UPDATE orders SET customer_name = 'x'`)).toThrow('was purged')
    expect(() => db.exec(`UPDATE orders SET search_name = 'x'`)).toThrow('was purged')
    db.close()
  })
})

test('a mirror of version 1 is brought up, its orders unpurged', () => {
  const path = tempPath()
  const db = new Database(path)
  db.exec(MIGRATIONS[0] ?? '')
  db.exec(`INSERT INTO meta VALUES ('id', 'x'), ('environment', 'simulator'), ('merchant_id', '12345')`)
  db.pragma('user_version = 1')
  db.pragma(`application_id = ${0x50594754}`)
  db.close()
  const mirror = open(path)
  imported(mirror, order('1', '2019-01-01'))
  expect(mirror.purgeable(BEFORE)).toMatchObject({ purged: 1 })
})

const many = (count: number, prefix = ''): ImportRow[] =>
  Array.from({ length: count }, (_, index) =>
    order(String(index + 10_000), index % 2 === 0 ? '2019-06-01' : '2021-06-01', {
      customerName: index % 2 === 0 ? `${prefix}${NAME}${index}` : `残る花子${index}`,
    }),
  )

/** Touches the order, so that a later import can be in conflict with it. */
function amend(mirror: Mirror, orderId: string): void {
  told(mirror, { tradingId: orderId, paymentId: `9${orderId}` }, orderId)
  expect(mirror.journal.amend(orderId, 1000, NOON).type).toBe('amended')
}
