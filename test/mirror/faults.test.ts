// Each fault of SQLite has a name of its own, because each needs a different remedy.
import { asAppError } from '../../src/mirror/connection.js'
import { onContainerLayer } from '../../src/mirror/network.js'
import { errorText } from '../../src/ui/errors.js'
import { mirrorWith, NOON, row, tempPath } from './mirrors.js'
import Database from 'better-sqlite3'
import { readdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { describe, expect, it } from 'vitest'

const CASES = [
  ['SQLITE_FULL', false, 'mirror-full', 6],
  ['ENOSPC', false, 'mirror-full', 6],
  ['EDQUOT', false, 'mirror-full', 6],
  ['SQLITE_IOERR_WRITE', true, 'mirror-full', 6],
  ['SQLITE_IOERR_SHMSIZE', true, 'mirror-full', 6],
  ['SQLITE_CANTOPEN', true, 'mirror-full', 6],
  ['SQLITE_IOERR_WRITE', false, 'mirror-unusable', 2],
  ['SQLITE_CANTOPEN', false, 'mirror-unusable', 2],
  ['SQLITE_READONLY', true, 'mirror-unusable', 2],
  ['SQLITE_BUSY', true, 'mirror-busy', 6],
  ['SQLITE_BUSY_SNAPSHOT', false, 'mirror-busy', 6],
  ['SQLITE_BUSY_RECOVERY', false, 'mirror-busy', 6],
  ['SQLITE_CORRUPT', true, 'mirror-damaged', 2],
  ['SQLITE_CORRUPT_VTAB', false, 'mirror-damaged', 2],
  ['SQLITE_NOTADB', false, 'mirror-damaged', 2],
  ['SQLITE_CONSTRAINT', true, undefined, undefined],
  ['', true, undefined, undefined],
] as const

describe('an error of SQLite', () => {
  it.each(CASES)('%s, on a full disk: %s, is %s', (code, full, named, exit) => {
    const fault = asAppError('paygent.db', Object.assign(new Error('no'), { code }), () => full)
    expect([fault?.code, fault?.exitCode]).toEqual([named, exit])
    if (fault === null) return
    const told = [errorText(fault, 'ja'), errorText(fault, 'en')]
    const putBack = fault.code === 'mirror-damaged'
    expect(told.map((text) => /バックアップ|控え|backup/.test(text))).toEqual([putBack, putBack])
  })

  it('looks for room where the mirror lies, and leaves nothing there', () => {
    const path = tempPath()
    expect(asAppError(path, Object.assign(new Error('no'), { code: 'SQLITE_IOERR' }))?.code).toBe('mirror-unusable')
    expect(asAppError('/dev/full/x', Object.assign(new Error('no'), { code: 'SQLITE_IOERR' }))?.code).toBe(
      'mirror-unusable',
    )
    expect(readdirSync(dirname(path))).toEqual([])
  })
})

it('another program that writes to the mirror is named, with the way on', () => {
  const mirror = mirrorWith([row()])
  const other = new Database(mirror.path)
  other.exec('BEGIN IMMEDIATE')
  const work = (): unknown => mirror.importOrders({ rows: [row({ orderId: '1' })], others: [] }, NOON)
  expect(work).toThrowError(expect.objectContaining({ code: 'mirror-busy', exitCode: 6 }))
  other.exec('ROLLBACK')
  other.close()
  expect(work).not.toThrow()
})

it('a container’s own layer is known by its type, and a file that is not there is on none', () => {
  const asked: string[] = []
  const typeOf = (type: number) => (path: string) => (asked.push(path), type)
  expect(onContainerLayer('a/paygent.db', typeOf(0x794c7630))).toBe(true)
  expect(onContainerLayer('a/paygent.db', typeOf(0xef53))).toBe(false)
  expect(asked).toEqual(['a/paygent.db', 'a/paygent.db'])
  expect(onContainerLayer('no/such/paygent.db')).toBe(false)
})
