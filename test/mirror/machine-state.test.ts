// A mirror that was put back, copied or moved is detected by the state kept outside of it.
import Database from 'better-sqlite3'
import { chmodSync, copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, describe, test } from 'vitest'
import type { Mirror } from '../../src/mirror/open.js'
import { begin, NOON, only, open, row, tempFolder, tempPath, told } from './mirrors.js'

const stateOf = (mirror: Mirror): string => join(dirname(mirror.path), 'state', `${mirror.id}.json`)
const recorded = (mirror: Mirror): Record<string, unknown> => JSON.parse(readFileSync(stateOf(mirror), 'utf8'))

/** A run from its beginning to its end, as a batch does it. */
function runOnce(mirror: Mirror): void {
  mirror.state.check()
  mirror.journal.endRun(begin(mirror), 'completed', NOON)
  mirror.state.record()
}

function held(path: string, options = {}): Mirror {
  const mirror = open(path, options)
  mirror.lock.acquire('sale')
  return mirror
}

/** The mirror as it was copied while nobody had it open. */
function copied(path: string, name = 'copy.db'): string {
  const copy = join(dirname(path), name)
  copyFileSync(path, copy)
  return copy
}

describe('the standing of a mirror', () => {
  test('without a run and not known: new, and entered by its first use', () => {
    const mirror = held(tempPath())
    expect(mirror.state.check()).toBe('new')
    expect(readdirSync(dirname(mirror.path))).not.toContain('state')
    mirror.state.record()
    expect(mirror.state.check()).toBe('known')
    expect(recorded(mirror)).toEqual({ mirror: mirror.id, run: 0, seq: 0, hash: '' })
  })

  test('after its runs: known, with the newest run and entry', () => {
    const mirror = held(tempPath())
    runOnce(mirror)
    runOnce(mirror)
    expect(mirror.state.check()).toBe('known')
    expect(recorded(mirror)).toEqual({ mirror: mirror.id, run: 2, ...mirror.journal.head() })
  })

  test('newer than recorded, as after a crash: known', () => {
    const mirror = held(tempPath())
    runOnce(mirror)
    mirror.journal.endRun(begin(mirror), 'interrupted', NOON)
    expect(mirror.state.check()).toBe('known')
  })

  test('whose last work could not be recorded: unrecorded, until an audit records it', () => {
    const mirror = held(tempPath())
    runOnce(mirror)
    mirror.journal.endRun(begin(mirror), 'completed', NOON)
    mirror.state.missed('EACCES')
    expect([mirror.state.check(), mirror.state.lag]).toEqual([
      'unrecorded',
      { file: stateOf(mirror), problem: 'EACCES' },
    ])
    expect(mirror.journal.entries().at(-1)).toMatchObject({ event: 'unrecorded', detail: 'EACCES' })
    expect(open(mirror.path).state.lag).toBeNull()
    mirror.state.record()
    expect([mirror.state.check(), open(mirror.path).state.check()]).toEqual(['known', 'known'])
  })

  test('without a run, whose amendment could not be recorded: unrecorded', () => {
    const mirror = held(tempPath())
    mirror.state.missed('EACCES')
    expect(mirror.state.check()).toBe('unrecorded')
  })

  test('that cannot take the entry either still tells of the fault', () => {
    const mirror = held(tempPath())
    const other = new Database(mirror.path, { timeout: 0 })
    other.exec('BEGIN IMMEDIATE')
    mirror.state.missed('EACCES')
    other.exec('ROLLBACK')
    other.close()
    expect([mirror.state.lag?.problem, mirror.state.check()]).toEqual(['EACCES', 'new'])
  })

  test('put back: behind', () => {
    const path = tempPath()
    const mirror = held(path)
    runOnce(mirror)
    mirror.close()
    const copy = copied(path)
    const again = held(path)
    runOnce(again)
    again.close()
    copyFileSync(copy, path)
    expect(open(path).state.check()).toBe('behind')
  })

  test('put back and grown to the same number of entries another way: behind', () => {
    const path = tempPath()
    held(path).close()
    const copy = copied(path)
    const mirror = held(path)
    runOnce(mirror)
    const other = held(copy, { identity: { osUser: 'sato', sudoUser: null, host: 'b', version: '0', pid: 1 } })
    other.journal.endRun(begin(other), 'completed', NOON)
    expect(other.journal.head()?.seq).toBe(mirror.journal.head()?.seq)
    expect([mirror.state.check(), other.state.check()]).toEqual(['known', 'behind'])
  })

  test('with runs and not known here: unknown', () => {
    const mirror = held(tempPath())
    runOnce(mirror)
    expect(open(mirror.path, { stateDir: join(tempFolder(), 'desk-2') }).state.check()).toBe('unknown')
    rmSync(stateOf(mirror))
    expect(mirror.state.check()).toBe('unknown')
  })

  test('an amendment counts, and so does an entry lost at the end', () => {
    const path = tempPath()
    const mirror = held(path)
    mirror.importOrders({ rows: [row()], others: [] }, NOON)
    mirror.close()
    const copy = copied(path)
    const amending = held(path)
    told(amending)
    amending.state.check()
    amending.journal.amend('852', 1000, NOON)
    amending.state.record()
    expect(only(amending).totalYen).toBe(1000)
    expect([amending.state.check(), open(copy).state.check()]).toEqual(['known', 'behind'])
  })

  test('two mirrors do not meet', () => {
    const folder = tempFolder()
    const [one, two] = [held(join(folder, 'a.db')), held(join(folder, 'b.db'))]
    runOnce(one)
    expect(two.state.check()).toBe('new')
    runOnce(two)
    expect([one.state.check(), two.state.check()]).toEqual(['known', 'known'])
  })

  test('is read from a mirror that is opened to read', () => {
    const mirror = held(tempPath())
    runOnce(mirror)
    mirror.close()
    expect(open(mirror.path, { mode: 'read' }).state.check()).toBe('known')
  })
})

describe('recording', () => {
  test('without a look at it is a bug', () => {
    expect(() => held(tempPath()).state.record()).toThrow('without a look')
  })

  test('of two copies that were checked at the same time the second is refused', () => {
    const path = tempPath()
    const first = held(path)
    runOnce(first)
    first.close()
    const copy = copied(path)
    const [one, two] = [held(path), held(copy)]
    expect([one.state.check(), two.state.check()]).toEqual(['known', 'known'])
    begin(one)
    one.state.record()
    const before = readFileSync(stateOf(one), 'utf8')
    begin(two)
    expect(() => two.state.record()).toThrowError(expect.objectContaining({ code: 'mirror-behind', exitCode: 5 }))
    expect(readFileSync(stateOf(one), 'utf8')).toBe(before)
  })

  test('after an audit a mirror that was behind becomes the known one, and the other is behind', () => {
    const path = tempPath()
    held(path).close()
    const copy = copied(path)
    const newest = held(path)
    runOnce(newest)
    const stale = held(copy)
    expect(stale.state.check()).toBe('behind')
    stale.state.record()
    expect([stale.state.check(), newest.state.check()]).toEqual(['known', 'known'])
    stale.journal.endRun(begin(stale), 'stopped', NOON)
    stale.state.record()
    expect([stale.state.check(), newest.state.check()]).toEqual(['known', 'behind'])
  })

  test('leaves nothing but the state and its lock, both private, in a private folder', () => {
    const mirror = held(tempPath())
    runOnce(mirror)
    const folder = dirname(stateOf(mirror))
    expect(readdirSync(folder).toSorted()).toEqual([`${mirror.id}.json`, `${mirror.id}.json.lock`])
    for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600)
    expect(statSync(folder).mode & 0o777).toBe(0o700)
  })

  test.each([
    [0o770, 0o660],
    [0o2770, 0o660],
    [0o775, 0o664],
    [0o750, 0o600],
    [0o755, 0o600],
  ])('in a folder of mode %o its files are %o', (folderMode, mode) => {
    const folder = join(tempFolder(), 'shared')
    mkdirSync(folder)
    chmodSync(folder, folderMode)
    const mirror = held(tempPath(), { stateDir: folder })
    runOnce(mirror)
    for (const name of readdirSync(folder))
      expect([name, statSync(join(folder, name)).mode & 0o777]).toEqual([name, mode])
  })

  test('a draft that a crash left is no hindrance', () => {
    const mirror = held(tempPath())
    mirror.state.check()
    mkdirSync(dirname(stateOf(mirror)))
    writeFileSync(`${stateOf(mirror)}.new`, '{"half":')
    runOnce(mirror)
    expect(mirror.state.check()).toBe('known')
  })
})

describe('a state that is of no use', () => {
  test.each([
    ['no JSON', '{'],
    ['an empty file', ''],
    ['another form', '{"run":1}'],
    ['numbers that are none', '{"mirror":"x","run":-1,"seq":0,"hash":""}'],
    ['null', 'null'],
  ])('%s is told and not taken for a missing one', (_name, text) => {
    const mirror = held(tempPath())
    runOnce(mirror)
    writeFileSync(stateOf(mirror), text)
    const fault = expect.objectContaining({ code: 'state-unusable', exitCode: 2 })
    expect(() => mirror.state.check()).toThrowError(fault)
  })

  test('of another mirror under this one’s name is told too', () => {
    const [one, two] = [held(tempPath()), held(tempPath())]
    runOnce(one)
    runOnce(two)
    copyFileSync(stateOf(one), stateOf(two))
    expect(() => two.state.check()).toThrowError(expect.objectContaining({ code: 'state-unusable' }))
  })

  test('a folder that cannot be made, or no place at all', () => {
    const file = join(tempFolder(), 'file')
    writeFileSync(file, '')
    for (const stateDir of [join(file, 'state'), '', '/dev/full/state']) {
      const mirror = held(tempPath(), { stateDir })
      expect(() => {
        mirror.state.check()
        mirror.state.record()
      }).toThrowError(expect.objectContaining({ code: 'state-unusable', exitCode: 2 }))
    }
  })
})
