import { statSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { startChild } from './children.js'
import { mirrorWith, open, row, tempFolder, tempPath } from './mirrors.js'

describe('the run lock', () => {
  test('one holder; the second is told no, and may after the first has let go', () => {
    const path = tempPath()
    const first = open(path)
    const second = open(path)
    expect(first.lock.acquire()).toBe(true)
    expect(second.lock.acquire()).toBe(false)
    expect(second.lock.held).toBe(false)
    first.lock.release()
    expect(second.lock.acquire()).toBe(true)
  })

  test('a process that is killed with -9 gives it back', async () => {
    const path = tempPath()
    const mirror = open(path)
    const child = startChild(path, 'lock')
    expect(await child.next()).toBe('held')
    expect(mirror.lock.acquire()).toBe(false)
    await child.kill()
    expect(mirror.lock.acquire()).toBe(true)
  })

  test('another process is kept out while this one holds it', async () => {
    const path = tempPath()
    expect(open(path).lock.acquire()).toBe(true)
    expect(await startChild(path, 'lock').next()).toBe('busy')
  })

  test('every name of the mirror means the same lock', () => {
    const folder = tempFolder()
    const link = join(folder, 'link.db')
    const first = open(join(folder, 'paygent.db'))
    symlinkSync(first.path, link)
    expect(first.lock.acquire()).toBe(true)
    expect(open(link).lock.acquire()).toBe(false)
  })

  test('its file is private', () => {
    const { lock } = mirrorWith([])
    expect(statSync(lock.path).mode & 0o777).toBe(0o600)
  })

  test('taking it twice is a bug', () => {
    const { lock } = mirrorWith([])
    expect(() => lock.acquire()).toThrow('taken twice')
  })

  test('nothing is sent or settled without it', () => {
    const mirror = mirrorWith([row()])
    mirror.lock.release()
    const { journal } = mirror
    const without = 'without the run lock'
    expect(() => journal.beginRun({ operation: 'sale', steps: [], refused: [], startedMs: 0 })).toThrow(without)
    expect(() => journal.advance(1, null, null, 0)).toThrow(without)
    expect(() => journal.recover(0)).toThrow(without)
    expect(() => journal.refuse(1, 1, 'changed', null)).toThrow(without)
    expect(() => journal.endRun(1, 'completed', 0)).toThrow(without)
  })
})
