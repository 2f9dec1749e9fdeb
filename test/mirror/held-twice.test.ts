// Tests the lock without its file: the row in the mirror shows its owner, and whether that process is still alive.
import { isAnotherLivingProcess, type MarkOf, type ProcessMark } from '../../src/domain/lock-owner.js'
import { processMark } from '../../src/process-mark.js'
import type { Mirror, MirrorOptions } from '../../src/mirror/open.js'
import {
  begin,
  fact,
  IDENTITY,
  mirrorWith,
  NOON,
  open,
  prepared,
  row,
  settlement,
  stepFor,
  tempFolder,
  told,
} from './mirrors.js'
import Database from 'better-sqlite3'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

const BOOT = '2d5ac1a6-5d6f-4a93-8a0f-0a62f1c7a1b1'

/** A machine on which these processes live: number → start time. */
const machine =
  (living: Readonly<Record<number, string>>, bootId = BOOT): MarkOf =>
  (pid) => {
    const startTicks = living[pid]
    return startTicks === undefined ? null : { bootId, pid, startTicks }
  }
const untold: MarkOf = () => null

const ofProcess = (pid: number, markOf: MarkOf): Partial<MirrorOptions> => ({ identity: { ...IDENTITY, pid }, markOf })

/** A mirror that process 10 holds, with one order; the lock file is deleted under it. */
function heldWithoutFile(markOf: MarkOf = machine({ 10: '100' })): Mirror {
  const first = mirrorWith([row(), row({ orderId: '853', paymentId: '9853', tradingId: '853' })], ofProcess(10, markOf))
  told(first)
  told(first, { paymentId: '9853', tradingId: '853' }, '853')
  rmSync(first.lock.path)
  return first
}

function byHand(path: string, sql: string): void {
  const db = new Database(path)
  db.exec(sql)
  db.close()
}
const steal = ({ path }: Mirror): void => byHand(path, `UPDATE holder SET token = 'another'`)
const LOST = expect.objectContaining({ code: 'lock-lost' })

describe('a second program where the lock file was deleted', () => {
  const cases: readonly [string, boolean, number, MarkOf][] = [
    ['the holder lives', false, 11, machine({ 10: '100', 11: '101' })],
    ['the holder is dead', true, 11, machine({ 11: '101' })],
    ['its number belongs to another process', true, 11, machine({ 10: '999', 11: '101' })],
    ['the machine was started again', true, 11, machine({ 10: '100', 11: '101' }, 'another boot')],
    ['the number is our own: process 1 of a container', true, 10, machine({ 10: '100' })],
    ['the system does not tell', true, 11, untold],
  ]
  test.each(cases)('%s', (_, gets, pid, markOf) => {
    const first = heldWithoutFile()
    const second = open(first.path, ofProcess(pid, markOf))
    expect(second.lock.acquire('cancel')).toBe(gets)
    expect(second.lock.held).toBe(gets)
    expect(second.lock.owner()).toMatchObject({ command: gets ? 'cancel' : 'sale' })
  })

  test('where the holder could not tell its own start the file alone decides', () => {
    const first = heldWithoutFile(untold)
    expect(open(first.path, ofProcess(11, machine({ 10: '100', 11: '101' }))).lock.acquire('cancel')).toBe(true)
  })

  test('a second program that was refused leaves nothing of the first one’s hold', () => {
    const first = heldWithoutFile()
    const markOf = machine({ 10: '100', 11: '101' })
    const second = open(first.path, ofProcess(11, markOf))
    expect(second.lock.acquire('cancel')).toBe(false)
    second.lock.release()
    expect(prepared(first).attemptId).toBe(1)
    first.lock.release()
    expect(second.lock.acquire('cancel')).toBe(true)
  })

  test('leaving deletes nobody else’s row', () => {
    const first = heldWithoutFile()
    const second = open(first.path, ofProcess(11, machine({ 11: '101' })))
    expect(second.lock.acquire('cancel')).toBe(true)
    first.lock.release()
    expect(second.lock.owner()).toMatchObject({ command: 'cancel' })
    expect(begin(second)).toBe(1)
  })
})

describe('a holder whose row another one has taken', () => {
  test('sends nothing new, and books what it has sent', () => {
    const first = heldWithoutFile()
    const [one, two] = [stepFor(first), stepFor(first, '101', 'sale', { position: 2, orderId: '853' })]
    const runId = begin(first, one, two)
    const sent = first.journal.advance(runId, null, one, NOON)
    if (sent.type !== 'prepared') throw new Error(sent.type)
    steal(first)
    const accepted = settlement(sent.attemptId)
    expect(() => first.journal.advance(runId, accepted, two, NOON)).toThrow(LOST)
    expect(first.journal.attempts('852')).toMatchObject([{ state: 'prepared' }])
    expect(first.journal.attempts('853')).toEqual([])
    first.journal.settle(accepted)
    expect(first.journal.attempts('852')).toMatchObject([{ state: 'accepted' }])
    expect(() => first.journal.endRun(runId, 'stopped', NOON)).toThrow(LOST)
    expect(first.journal.run(runId)?.state).toBe('stopped')
  })

  test('books what Paygent tells of a cancel that was accepted, and nothing of another’s', () => {
    const first = heldWithoutFile()
    const { runId, attemptId } = prepared(first, stepFor(first, '102', 'cancel'))
    steal(first)
    const effect = { kind: '102', status: '32', heldAmountYen: null, newPaymentId: null } as const
    first.journal.settle(settlement(attemptId, { effect }))
    const after = { fact: fact({ status: '60' }), outcome: 'accepted', atMs: NOON } as const
    first.journal.noteAfter(attemptId, after)
    expect(first.journal.items(runId)).toMatchObject([{ outcome: 'accepted', refunded: true }])
    const second = open(first.path, ofProcess(11, machine({ 11: '101' })))
    second.lock.acquire('reconcile')
    steal(first)
    expect(() => second.journal.noteAfter(attemptId, after)).toThrow(LOST)
    expect(second.journal.verify(null)).toMatchObject({ ok: true })
  })

  test('writes nothing else', () => {
    const first = heldWithoutFile()
    const { runId } = prepared(first)
    steal(first)
    const { journal, issues: books, inbox, shopRows } = first
    const before = journal.entries().length
    expect(() => begin(first)).toThrow(LOST)
    expect(() => journal.recover(NOON)).toThrow(LOST)
    expect(() => journal.refuse(runId, 1, 'changed', null)).toThrow(LOST)
    expect(() => journal.amend('853', 1, NOON)).toThrow(LOST)
    expect(() => journal.purge('2026-01-01', NOON)).toThrow(LOST)
    expect(() => books.audited({ asked: 1, notAsked: 0, differences: 0 }, NOON)).toThrow(LOST)
    expect(() => inbox.explain(NOON)).toThrow(LOST)
    expect(() => shopRows.finishPull(new Set(), NOON)).toThrow(LOST)
    expect(journal.entries()).toHaveLength(before)
  })

  test('settles nobody else’s request', () => {
    const first = heldWithoutFile()
    const { attemptId } = prepared(first)
    const second = open(first.path, ofProcess(11, machine({ 11: '101' })))
    second.lock.acquire('reconcile')
    steal(first)
    expect(() => second.journal.settle(settlement(attemptId))).toThrow(LOST)
    expect(second.journal.attempts('852')).toMatchObject([{ state: 'prepared' }])
  })

  test('books the answer also where the other one has recovered the request, and keeps it where it is settled', () => {
    const first = heldWithoutFile()
    const { runId, attemptId } = prepared(first)
    const second = open(first.path, ofProcess(11, machine({ 11: '101' })))
    second.lock.acquire('reconcile')
    expect(second.journal.recover(NOON)).toMatchObject([{ attemptId, state: 'unknown' }])
    first.journal.settle(settlement(attemptId, { outcome: 'rejected', code: '7003' }))
    expect(second.journal.attempts('852')).toMatchObject([{ state: 'rejected', firstOutcome: 'unknown' }])
    first.journal.settle(settlement(attemptId, { code: '0', detail: 'カード 4111 1111 1111 1111' }))
    expect(second.journal.attempts('852')).toMatchObject([{ state: 'rejected' }])
    const kept = {
      event: 'answer-kept',
      attemptId,
      outcome: 'accepted',
      code: '0',
      detail: 'カード **** **** **** 1111',
    }
    expect(second.journal.entries('852').at(-1)).toMatchObject(kept)
    expect(() => first.journal.endRun(runId, 'completed', NOON)).toThrow(LOST)
    expect(second.journal.run(runId)?.state).toBe('interrupted')
    expect(second.journal.verify(null)).toMatchObject({ ok: true })
  })
})

describe('a process is known again', () => {
  const mark: ProcessMark = { bootId: BOOT, pid: 10, startTicks: '100' }

  test.each([
    ['alive', true, 11, machine({ 10: '100' })],
    ['gone', false, 11, machine({})],
    ['another of its number', false, 11, machine({ 10: '101' })],
    ['of another boot', false, 11, machine({ 10: '100' }, 'another')],
    ['ours', false, 10, machine({ 10: '100' })],
  ] as const)('%s', (_, expected, own, markOf) => {
    expect(isAnotherLivingProcess(mark, own, markOf)).toBe(expected)
  })

  /** /proc with one process. */
  function procWith(stat: string, boot = `${BOOT}\n`): string {
    const root = tempFolder()
    mkdirSync(join(root, 'sys/kernel/random'), { recursive: true })
    mkdirSync(join(root, '10'))
    writeFileSync(join(root, 'sys/kernel/random/boot_id'), boot)
    writeFileSync(join(root, '10/stat'), stat)
    return root
  }
  const statOf = (name: string, state: string, start = '8877'): string =>
    `10 (${name}) ${state} 1 10 10 0 -1 4194560 98 0 0 0 1 2 3 4 20 0 11 0 ${start} 1000 200 18446744073709551615 1\n`

  test.each([
    ['asleep', statOf('node', 'S'), '8877'],
    ['of a name with spaces and brackets', statOf('a) S 1 (b', 'R'), '8877'],
    ['ended and not collected yet', statOf('node', 'Z'), null],
    ['dead', statOf('node', 'X'), null],
    ['cut off', '10 (node) S 1 10', null],
    ['empty', '', null],
  ])('as /proc tells it: %s', (_, stat, start) => {
    expect(processMark(10, procWith(stat))?.startTicks ?? null).toBe(start)
  })

  test('not without the boot, nor where there is no such process', () => {
    expect(processMark(10, procWith(statOf('node', 'S'), ''))).toBeNull()
    expect(processMark(11, procWith(statOf('node', 'S')))).toBeNull()
    expect(processMark(10, join(tempFolder(), 'none'))).toBeNull()
  })

  test.runIf(processMark(process.pid) !== null)('this one, the same each time', () => {
    expect(processMark(process.pid)).toEqual(processMark(process.pid))
    expect(processMark(process.pid)?.startTicks).toMatch(/^\d+$/)
  })
})
