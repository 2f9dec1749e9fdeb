import Database from 'better-sqlite3'
import { statSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { FixedClock } from '../../src/clock.js'
import { startChild } from './children.js'
import { askedFor } from '../domain/order-fixture.js'
import { begin, IDENTITY, mirrorWith, NOON, open, row, stepFor, tempFolder, tempPath, told } from './mirrors.js'

describe('the run lock', () => {
  test('one holder; the second is told no, and may after the first has let go', () => {
    const path = tempPath()
    const first = open(path)
    const second = open(path)
    expect(first.lock.acquire('sale')).toBe(true)
    expect(second.lock.acquire('sale')).toBe(false)
    expect(second.lock.held).toBe(false)
    first.lock.release()
    expect(second.lock.acquire('sale')).toBe(true)
  })

  test('a process that is killed with -9 gives it back', async () => {
    const path = tempPath()
    const mirror = open(path)
    const child = startChild(path, 'lock')
    expect(await child.next()).toBe('held')
    expect(mirror.lock.acquire('sale')).toBe(false)
    await child.kill()
    expect(mirror.lock.acquire('sale')).toBe(true)
  })

  test('another process is kept out while this one holds it', async () => {
    const path = tempPath()
    expect(open(path).lock.acquire('sale')).toBe(true)
    expect(await startChild(path, 'lock').next()).toBe('busy')
  })

  test('every name of the mirror means the same lock', () => {
    const folder = tempFolder()
    const link = join(folder, 'link.db')
    const first = open(join(folder, 'paygent.db'))
    symlinkSync(first.path, link)
    expect(first.lock.acquire('sale')).toBe(true)
    expect(open(link).lock.acquire('sale')).toBe(false)
  })

  test('whoever comes second hears who holds it, for which command and since when', async () => {
    const path = tempPath()
    const clock = new FixedClock(NOON)
    const [first, second] = [open(path, { clock }), open(path)]
    expect(second.lock.owner()).toBeNull()
    first.lock.acquire('import')
    const who = { osUser: IDENTITY.osUser, host: IDENTITY.host, progress: null }
    expect(second.lock.acquire('amend')).toBe(false)
    expect(second.lock.owner()).toEqual({ command: 'import', since: '2026-11-23T12:00:00+09:00', ...who })
    first.lock.release()
    expect(second.lock.owner()).toBeNull()
    const child = startChild(path, 'lock')
    expect(await child.next()).toBe('held')
    expect(second.lock.owner()).toMatchObject({ command: 'sale', osUser: 'child' })
    await child.kill()
    second.lock.acquire('settle')
    expect(first.lock.owner()).toMatchObject({ command: 'settle', osUser: IDENTITY.osUser })
  })

  test('how far its run has come is told; a run that a crash left is nobody’s progress', () => {
    const path = tempPath()
    const clock = new FixedClock(NOON)
    const [first, second] = [open(path, { clock }), open(path)]
    first.importOrders({ rows: [row()], others: [] }, NOON)
    told(first)
    first.lock.acquire('sale')
    expect(second.lock.owner()?.progress).toBeNull()
    const step = stepFor(first)
    const runId = begin(first, step)
    expect(second.lock.owner()?.progress).toEqual({ done: 0, total: 1 })
    first.journal.refuse(runId, 1, 'changed', null)
    expect(second.lock.owner()?.progress).toEqual({ done: 1, total: 1 })
    first.lock.release()
    clock.advance(1)
    first.lock.acquire('import')
    expect(first.journal.run(runId)?.state).toBe('running')
    expect(second.lock.owner()).toMatchObject({ command: 'import', progress: null })
  })

  test('a mirror that cannot be written gives the lock back', () => {
    const first = open(tempPath())
    const db = new Database(first.path)
    db.exec('DROP TABLE holder')
    db.close()
    expect(() => first.lock.acquire('sale')).toThrow('holder')
    expect(first.lock.held).toBe(false)
  })

  test('its file is private', () => {
    const { lock } = mirrorWith([])
    expect(statSync(lock.path).mode & 0o777).toBe(0o600)
  })

  test('taking it twice is a bug', () => {
    const { lock } = mirrorWith([])
    expect(() => lock.acquire('sale')).toThrow('taken twice')
  })

  test('nothing is sent or settled without it', () => {
    const mirror = mirrorWith([row()])
    mirror.lock.release()
    const { journal } = mirror
    const without = 'without the run lock'
    expect(() => journal.beginRun({ asked: askedFor('sale'), steps: [], refused: [], startedMs: 0 })).toThrow(without)
    expect(() => journal.advance(1, null, null, 0)).toThrow(without)
    expect(() => journal.recover(0)).toThrow(without)
    expect(() => journal.refuse(1, 1, 'changed', null)).toThrow(without)
    expect(() => journal.endRun(1, 'completed', 0)).toThrow(without)
  })
})
