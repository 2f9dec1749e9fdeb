// Tests doctor's judgement of its findings: each limit from both sides.
import { AppError } from '../../src/errors.js'
import {
  judgeCertificate,
  judgeClock,
  judgeCutOff,
  judgeProbe,
  type ProbeFacts,
  untried,
} from '../../src/jobs/doctor/connection.js'
import { type FileFacts, judgeFile } from '../../src/jobs/doctor/files.js'
import type { Finding } from '../../src/jobs/doctor/finding.js'
import {
  type HealthFacts,
  judgeDurability,
  judgeMirror,
  type MirrorFacts,
  type StateFacts,
} from '../../src/jobs/doctor/mirror-health.js'
import { describe, expect, it } from 'vitest'

const NOW = Date.parse('2026-11-23T12:00:00+09:00')
const DAY = 24 * 60 * 60 * 1000
const told = ({ check, level, code }: Finding): string => `${check} ${level} ${code}`

describe('a certificate', () => {
  it.each([
    [31 * DAY, 'ok certificate-good'],
    [31 * DAY - 1, 'warning certificate-ending'],
    [1, 'warning certificate-ending'],
    [0, 'bad certificate-ended'],
    [-DAY, 'bad certificate-ended'],
  ])('that ends in %i ms', (left, expected) => {
    const found = judgeCertificate('client-certificate', { fromMs: 0, untilMs: NOW + left }, NOW)
    expect(told(found)).toBe(`client-certificate ${expected}`)
  })

  it('that begins later, and the day it tells', () => {
    const found = judgeCertificate('ca-certificate', { fromMs: NOW + 1, untilMs: NOW + 99 * DAY }, NOW)
    expect(found).toMatchObject({ level: 'bad', code: 'certificate-not-yet', facts: { date: '2026-11-23' } })
    const ending = judgeCertificate('ca-certificate', { fromMs: 0, untilMs: NOW + 10 * DAY }, NOW)
    expect(ending.facts).toEqual({ date: '2026-12-03', days: 10 })
  })
})

describe('the clock', () => {
  it.each([
    [5_000, 'ok clock-right'],
    [-5_000, 'ok clock-right'],
    [5_001, 'warning clock-off'],
    [-60_000, 'warning clock-off'],
    [60_001, 'bad clock-wrong'],
    [-60_001, 'bad clock-wrong'],
    [null, 'warning clock-untold'],
  ])('off by %s ms', (offset, expected) => {
    expect(told(judgeClock(offset))).toBe(`clock ${expected}`)
  })
})

it.each([
  ['20:00', false, 'ok cut-off'],
  ['20:01', false, 'warning cut-off-late'],
  ['21:00', true, 'ok cut-off'],
])('cut-off %s, simulated %s', (cutOff, simulated, expected) => {
  expect(told(judgeCutOff(cutOff, simulated))).toBe(`cut-off ${expected}`)
})

describe('a file', () => {
  const file = (changes: Partial<FileFacts>): Finding =>
    judgeFile({ path: 'x', mode: 0o100600, holds: 'books', lacks: null, ...changes })

  it.each([
    [{}, 'ok file-private'],
    [{ mode: null }, 'ok file-new'],
    [{ mode: 0o100640 }, 'warning file-readable'],
    [{ mode: 0o100604 }, 'warning file-readable'],
    [{ mode: 0o100620 }, 'bad file-writable'],
    [{ mode: 0o100602 }, 'bad file-writable'],
    [{ mode: 0o100640, holds: 'secret' }, 'bad fault'],
    [{ holds: 'secret' }, 'ok file-private'],
    [{ mode: 0o100644, holds: 'settings' }, 'ok file-plain'],
    [{ mode: 0o100600, holds: 'settings' }, 'ok file-private'],
    [{ mode: 0o100646, holds: 'settings' }, 'bad file-writable'],
    [{ mode: 0o100600, holds: 'state' }, 'ok file-private'],
    [{ mode: 0o100640, holds: 'state' }, 'ok file-plain'],
    [{ mode: 0o100660, holds: 'state' }, 'ok file-shared'],
    [{ mode: 0o100664, holds: 'state' }, 'ok file-shared'],
    [{ mode: 0o100666, holds: 'state' }, 'bad file-writable'],
    [{ lacks: 'write' }, 'bad file-locked'],
    [{ mode: null, lacks: 'write' }, 'bad file-locked'],
  ] as const)('%j', (changes, expected) => {
    expect(told(file(changes))).toBe(`permissions ${expected}`)
  })

  it('tells its mode, and the fault that other commands end with', () => {
    expect(file({ mode: 0o100644 }).facts).toEqual({ path: 'x', mode: '0644' })
    expect(file({ mode: 0o100644, holds: 'secret' }).facts).toEqual({ code: 'file-too-open', params: { path: 'x' } })
  })
})

describe('the mirror', () => {
  const stamp = { environment: 'simulator', merchantId: '1' }
  const books: HealthFacts = {
    orders: 4,
    trail: { ok: true, entries: 7 },
    open: 0,
    attention: 0,
    conflicts: 0,
    unacknowledged: 0,
    unreported: 0,
    running: null,
  }
  const state: StateFacts = { path: 's', standing: 'known' }
  const mirror: MirrorFacts = { path: 'm', version: 1, damage: [], stampFault: null, health: books, state }
  const lines = (changes: Partial<MirrorFacts>, whose: typeof stamp | null = stamp): string[] =>
    judgeMirror({ ...mirror, ...changes }, whose).map(told)

  it('that is sound, ours and quiet', () => {
    expect(lines({})).toEqual([
      'mirror ok mirror-sound',
      'mirror ok stamp-fits',
      'machine-state ok state-known',
      'journal ok trail-whole',
      'open-work ok nothing-open',
    ])
  })

  it('that is damaged, of somebody else, and tampered with', () => {
    const stampFault = new AppError('mirror-of-another-merchant', { path: 'm' })
    const trail = { ok: false, seq: 3, problem: 'changed' } as const
    expect(lines({ damage: ['page 3'], stampFault, health: { ...books, trail } })).toEqual([
      'mirror bad mirror-damaged',
      'mirror bad fault',
      'machine-state ok state-known',
      'journal bad trail-broken',
      'open-work ok nothing-open',
    ])
    expect(lines({ damage: ['page 3'], health: null, state: null }, null)).toEqual([
      'mirror bad mirror-damaged',
      'mirror warning stamp-unchecked',
      'machine-state warning not-checked',
      'journal warning not-checked',
      'open-work warning not-checked',
    ])
  })

  it.each([
    ['new', 'ok state-new'],
    ['behind', 'bad fault'],
    ['unknown', 'bad fault'],
    [new AppError('state-unusable', { path: 's' }), 'bad fault'],
  ] as const)('that is %s to this machine', (standing, expected) => {
    const found = judgeMirror({ ...mirror, state: { path: 's', standing } }, stamp)[2]
    expect(found && told(found)).toBe(`machine-state ${expected}`)
    const code = typeof standing === 'string' ? `mirror-${standing}` : standing.code
    if (expected === 'bad fault') expect(found?.facts).toMatchObject({ code })
  })

  it('in which something waits', () => {
    const running = { id: 7, user: 'yamada', host: 'shop', since: '2026-11-23T11:00:00+09:00' }
    const waiting = { ...books, running, open: 1, attention: 2, conflicts: 3, unacknowledged: 4, unreported: 5 }
    expect(lines({ health: waiting }).slice(4)).toEqual([
      'open-work warning run-open',
      'open-work warning attempts-open',
      'open-work warning attention',
      'open-work warning conflicts',
      'open-work warning unacknowledged',
      'open-work warning untold',
    ])
  })

  it.each([
    ['wal', 2, 'ok durable'],
    ['wal', 3, 'ok durable'],
    ['wal', 1, 'bad not-durable'],
    ['delete', 2, 'bad not-durable'],
  ])('written with %s and synchronous %i', (journalMode, synchronous, expected) => {
    expect(told(judgeDurability({ journalMode, synchronous }))).toBe(`journal ${expected}`)
  })
})

describe('one look at Paygent', () => {
  const seen = { endpoint: 'https://127.0.0.1:1', keepAlive: true, inquiries: 1, nowMs: NOW }
  const good: ProbeFacts = {
    answer: { type: 'rejected', code: '13001', detail: '', handling: 'rejected' },
    clockOffsetMs: 0,
    serverCertificateEndMs: NOW + 90 * DAY,
    keepsOpen: true,
    takesSideBySide: null,
  }
  const lines = (changes: Partial<ProbeFacts>, keepAlive = true): string[] =>
    judgeProbe({ ...good, ...changes }, { ...seen, keepAlive }).map(told)
  const rejected = (code: string, handling: 'stop-login' | 'stop' | 'busy') =>
    ({ type: 'rejected', code, detail: '', handling }) as const

  it('that goes well', () => {
    expect(lines({})).toEqual([
      'connection ok connected',
      'server-certificate ok certificate-good',
      'clock ok clock-right',
      'keep-alive ok kept-open',
    ])
  })

  it.each([
    [rejected('P002', 'stop-login'), 'bad fault', 'login-refused'],
    [rejected('P018', 'stop'), 'bad fault', 'gateway-closed'],
    [rejected('E002', 'busy'), 'warning answered-otherwise', 'E002'],
  ])('that is answered with %j', (answer, expected, code) => {
    const [first] = judgeProbe({ ...good, answer }, seen)
    expect([first && told(first), first?.facts]).toMatchObject([`connection ${expected}`, { code }])
  })

  it('that hears nothing leaves the rest unchecked', () => {
    const fault = { kind: 'refused', code: 'ECONNREFUSED', phase: 'connect', message: '' } as const
    const nothing = { clockOffsetMs: null, serverCertificateEndMs: null, keepsOpen: null }
    expect(lines({ answer: { type: 'silent', fault }, ...nothing })).toEqual([
      'connection bad fault',
      'clock warning not-checked',
      'keep-alive warning not-checked',
    ])
    expect(untried('login').map(told)).toEqual([
      'connection warning not-checked',
      'clock warning not-checked',
      'keep-alive warning not-checked',
    ])
  })

  it.each([
    [true, true, 'ok kept-open'],
    [true, false, 'ok kept-though-off'],
    [false, true, 'warning closed-by-gateway'],
    [false, false, 'ok closed-as-set'],
  ])('kept open %s, PAYGENT_KEEPALIVE %s', (keepsOpen, set, expected) => {
    expect(lines({ keepsOpen }, set).at(-1)).toBe(`keep-alive ${expected}`)
  })
})
