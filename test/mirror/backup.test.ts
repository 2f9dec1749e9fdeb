// A backup is whole, checked and private, or it does not exist.
import Database from 'better-sqlite3'
import {
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, describe, test } from 'vitest'
import { backupMirror } from '../../src/mirror/backup.js'
import { openDatabase } from '../../src/mirror/database.js'
import type { Mirror } from '../../src/mirror/open.js'
import { begin, IDENTITY, mirrorWith, NOON, only, open, prepared, row, STAMP, told } from './mirrors.js'

const go = (): AbortSignal => new AbortController().signal
const beside = (mirror: Mirror, name: string): string => join(dirname(mirror.path), name)

function busyMirror(): Mirror {
  const mirror = mirrorWith([row(), row({ orderId: '853', paymentId: '9853', tradingId: '853' })])
  told(mirror)
  prepared(mirror)
  return mirror
}

/** The code of the error that the work throws, which must be an AppError's. */
const codeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'done',
    (error: unknown) => (error as { code?: string }).code ?? String(error),
  )

describe('a backup', () => {
  test('holds what is committed, also while the mirror is open and locked, and says how much', async () => {
    const mirror = busyMirror()
    const path = beside(mirror, 'backup.db')
    const before = readdirSync(dirname(path))
    const made = await mirror.backup(path, go())
    expect(made).toEqual({ path, orders: 2, entries: 3, bytes: statSync(path).size })
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(readdirSync(dirname(path)).toSorted()).toEqual([...before, 'backup.db'].toSorted())
    const copy = open(path, { mode: 'read' })
    expect([copy.id, copy.journal.entries().slice(0, -1)]).toEqual([mirror.id, mirror.journal.entries()])
    expect(only(copy)).toEqual(only(mirror))
    expect(copy.journal.openAttempts()).toHaveLength(1)
    copy.close()
    expect(mirror.lock.held).toBe(true)
  })

  test('of another program’s uncommitted write holds nothing of it', async () => {
    const mirror = busyMirror()
    const other = new Database(mirror.path)
    other.exec(`BEGIN IMMEDIATE; UPDATE orders SET total_yen = 7`)
    const { path } = await mirror.backup(beside(mirror, 'backup.db'), go())
    expect(only(open(path, { mode: 'read' })).totalYen).toBe(1733)
    other.exec('COMMIT')
    other.close()
  })

  test('is a mirror again when it is put back, and is noticed', async () => {
    const mirror = busyMirror()
    mirror.state.check()
    mirror.state.record()
    const { path } = await mirror.backup(beside(mirror, 'backup.db'), go())
    mirror.journal.recover(NOON)
    begin(mirror)
    mirror.state.record()
    mirror.close()
    for (const end of ['-wal', '-shm']) rmSync(`${mirror.path}${end}`, { force: true })
    copyFileSync(path, mirror.path)
    const again = open(mirror.path, { mode: 'write' })
    expect([again.state.check(), again.journal.verify(null)]).toMatchObject(['behind', { ok: true, entries: 3 }])
    expect(again.journal.verify(again.state.head())).toMatchObject({ ok: false, problem: 'head' })
  })

  test('of a run under way says that only an audit leads on; one between two runs says nothing', async () => {
    const mirror = busyMirror()
    mirror.state.check()
    mirror.state.record()
    const midRun = await mirror.backup(beside(mirror, 'mid-run.db'), go())
    const marked = open(midRun.path, { mode: 'write' })
    expect([marked.state.check(), marked.journal.verify(null)]).toMatchObject(['unrecorded', { ok: true, entries: 3 }])
    expect(marked.journal.entries().at(-1)).toMatchObject({ event: 'unrecorded', runId: 1 })
    mirror.journal.recover(NOON)
    const after = await mirror.backup(beside(mirror, 'after.db'), go())
    const plain = open(after.path, { mode: 'write' })
    expect([plain.state.check(), plain.journal.head()]).toEqual(['known', mirror.journal.head()])
  })
})

describe('nothing is left behind', () => {
  const left = (mirror: Mirror): string[] =>
    readdirSync(dirname(mirror.path)).filter((name) => !name.startsWith('paygent.db'))

  test.each(['a file', 'the mirror itself', 'a link that leads nowhere', 'a folder'])(
    'where there is %s',
    async (what) => {
      const mirror = busyMirror()
      const path = what === 'the mirror itself' ? mirror.path : beside(mirror, 'taken')
      if (what === 'a file') writeFileSync(path, 'mine')
      if (what === 'a folder') mkdirSync(path)
      if (what === 'a link that leads nowhere') symlinkSync('gone', path)
      const names = left(mirror)
      expect(await codeOf(mirror.backup(path, go()))).toBe('file-exists')
      expect(left(mirror)).toEqual(names)
      if (what === 'a file') expect(readFileSync(path, 'utf8')).toBe('mine')
    },
  )

  test('where its folder is not there', async () => {
    const mirror = busyMirror()
    expect(await codeOf(mirror.backup(beside(mirror, 'no/backup.db'), go()))).toBe('file-unwritable')
    expect(await codeOf(mirror.backup('/proc/backup.db', go()))).toBe('file-unwritable')
  })

  test('on a network file system', async () => {
    const mirror = busyMirror()
    const connection = openDatabase(mirror.path, { mode: 'write', stamp: STAMP, nowMs: NOON })
    const options = { nowMs: NOON, signal: go(), stamp: STAMP, identity: IDENTITY, fileSystemType: () => 0x6969 }
    expect(await codeOf(backupMirror(connection, beside(mirror, 'backup.db'), options))).toBe('backup-on-network')
    connection.close()
    expect(left(mirror)).toEqual([])
  })

  test('after Ctrl-C', async () => {
    const mirror = busyMirror()
    const stop = new AbortController()
    const made = codeOf(mirror.backup(beside(mirror, 'backup.db'), stop.signal))
    stop.abort()
    expect(await made).toBe('interrupted')
    expect(left(mirror)).toEqual([])
  })

  test('of a mirror whose trail is broken, or that is damaged', async () => {
    const mirror = busyMirror()
    const db = new Database(mirror.path).unsafeMode()
    db.exec(`DROP TRIGGER journal_keeps_entries; UPDATE journal SET os_user = 'nobody' WHERE seq = 1`)
    db.close()
    const failed = mirror.backup(beside(mirror, 'backup.db'), go())
    await expect(failed).rejects.toMatchObject({ code: 'backup-failed', params: { problem: 'journal 1: changed' } })
    const loose = busyMirror()
    const other = new Database(loose.path)
    other.pragma('foreign_keys = OFF')
    other.exec('UPDATE orders SET payment = 99')
    other.close()
    expect(await codeOf(loose.backup(beside(loose, 'backup.db'), go()))).toBe('backup-failed')
    expect([left(mirror), left(loose)]).toEqual([[], []])
  })
})
