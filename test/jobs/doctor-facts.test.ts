// Tests the facts of each of doctor's lines beside its code, the level of each code, and the lines about files.
import { AppError } from '../../src/errors.js'
import {
  judgeCertificate,
  judgeClock,
  judgeCutOff,
  judgeProbe,
  type ProbeFacts,
  untried,
} from '../../src/jobs/doctor/connection.js'
import { judgeFile } from '../../src/jobs/doctor/files.js'
import { faultFinding, finding, type Finding, LEVELS } from '../../src/jobs/doctor/finding.js'
import {
  type HealthFacts,
  judgeDurability,
  judgeMirror,
  type MirrorFacts,
  unread,
} from '../../src/jobs/doctor/mirror-health.js'
import { describe, expect, it } from 'vitest'

const NOW = Date.parse('2026-11-23T12:00:00+09:00')
const DAY = 24 * 60 * 60 * 1000

const factsOf = ({ check, code, facts }: Finding): readonly unknown[] => [check, code, facts]

const GRAVE = {
  ok: `settings-valid environment tls-checked cut-off file-private file-shared file-plain file-new mirror-sound stamp-fits state-known state-new durable
    trail-whole nothing-open shop-none shop-connected shop-tls shop-local rights-right login-complete login-of-simulator key-fits certificate-good no-proxy proxy connected
    clock-right kept-open kept-though-off closed-as-set side-by-side one-by-one-though-more one-by-one`,
  warning: `not-checked cut-off-late file-readable addresses-readable mirror-in-container stamp-unchecked run-open attempts-open attention conflicts
    unacknowledged untold shop-clear rights-wide statuses-waiting rights-useful rights-unclear shop-no-rollback shop-zone shop-clock shop-mojibake shop-links certificate-ending chain-unsorted chain-outdated proxy-unset answered-otherwise clock-off clock-untold closed-by-gateway side-by-side-refused`,
  bad: `fault file-writable file-locked mirror-damaged not-durable trail-broken rights-lacking rights-login rights-beyond certificate-ended certificate-not-yet
    clock-wrong`,
} as const

it.each(Object.entries(GRAVE))('what is %s', (level, codes) => {
  const found = Object.entries(LEVELS).flatMap(([code, each]) => (each === level ? [code] : []))
  expect(found.toSorted()).toEqual(codes.split(/\s+/).toSorted())
})

it('a line holds its check, how grave it is, its code and its facts', () => {
  const durable = { check: 'journal', level: 'ok', code: 'durable', facts: {} }
  expect(finding('journal', 'durable', {})).toEqual(durable)
  const fault = new AppError('login-refused', { code: 'P002', detail: 'd' })
  const facts = { code: 'login-refused', params: { code: 'P002', detail: 'd' } }
  expect(faultFinding('connection', fault)).toEqual({ check: 'connection', level: 'bad', code: 'fault', facts })
})

describe('certificates, clock and cut-off', () => {
  const until = (untilMs: number): unknown => judgeCertificate('ca-certificate', { fromMs: NOW, untilMs }, NOW).facts

  it.each([
    [90 * DAY + 1, { date: '2027-02-21', days: 90 }],
    [DAY, { date: '2026-11-24', days: 1 }],
    [DAY - 1, { date: '2026-11-24', days: 0 }],
    [0, { date: '2026-11-23', days: 0 }],
    [-1, { date: '2026-11-23', days: -1 }],
  ])('a certificate with %i ms left', (left, facts) => expect(until(NOW + left)).toEqual(facts))

  it('a certificate is good from its first moment', () => {
    const from = (fromMs: number): string =>
      judgeCertificate('ca-certificate', { fromMs, untilMs: NOW + 90 * DAY }, NOW).code
    expect([from(NOW), from(NOW + 1)]).toEqual(['certificate-good', 'certificate-not-yet'])
  })

  it.each([
    [1_499, 'clock-right', { seconds: 1 }],
    [-30_000, 'clock-off', { seconds: -30 }],
    [60_000, 'clock-off', { seconds: 60 }],
    [90_500, 'clock-wrong', { seconds: 91 }],
    [null, 'clock-untold', {}],
  ])('a clock off by %s ms', (offsetMs, code, facts) => {
    expect(factsOf(judgeClock(offsetMs))).toEqual(['clock', code, facts])
  })

  it('a cut-off beyond docomo’s line names both', () => {
    const late = { cutOff: '21:00', line: '20:00' }
    expect(factsOf(judgeCutOff('21:00', false))).toEqual(['cut-off', 'cut-off-late', late])
    expect(factsOf(judgeCutOff('20:00', false))).toEqual(['cut-off', 'cut-off', { cutOff: '20:00' }])
  })
})

describe('a file', () => {
  it.each([
    [{ lacks: 'read' }, 'file-locked', { path: 'x', access: 'read' }],
    [{ mode: null }, 'file-new', { path: 'x' }],
    [{}, 'file-private', { path: 'x' }],
    [{ mode: 0o100644, holds: 'settings' }, 'file-plain', { path: 'x' }],
    [{ mode: 0o100644, holds: 'addresses' }, 'addresses-readable', { path: 'x', mode: '0644' }],
    [{ mode: 0o100666, holds: 'addresses' }, 'file-writable', { path: 'x', mode: '0666' }],
    [{ mode: 0o100600, holds: 'addresses' }, 'file-private', { path: 'x' }],
    [{ mode: 0o100040 }, 'file-readable', { path: 'x', mode: '0040' }],
    [{ mode: 0o104777 }, 'file-writable', { path: 'x', mode: '0777' }],
  ] as const)('%j', (changes, code, facts) => {
    const found = judgeFile({ path: 'x', mode: 0o100600, holds: 'books', lacks: null, ...changes })
    expect(factsOf(found)).toEqual(['permissions', code, facts])
  })
})

describe('the mirror', () => {
  const quiet = { open: 0, attention: 0, conflicts: 0, unacknowledged: 0, unreported: 0, running: null }
  const books: HealthFacts = { orders: 4, trail: { ok: true, entries: 7 }, ...quiet }
  const mirror: MirrorFacts = {
    path: 'm',
    version: 2,
    damage: [],
    stampFault: null,
    health: books,
    state: { path: 's', standing: 'known' },
  }
  const stamp = { environment: 'simulator', merchantId: '1' }
  const lines = (changes: Partial<MirrorFacts>, whose: typeof stamp | null = stamp): unknown[] =>
    judgeMirror({ ...mirror, ...changes }, whose).map(factsOf)

  it('that is sound', () => {
    expect(lines({})).toEqual([
      ['mirror', 'mirror-sound', { path: 'm', version: 2, orders: 4 }],
      ['mirror', 'stamp-fits', stamp],
      ['machine-state', 'state-known', { path: 's' }],
      ['journal', 'trail-whole', { entries: 7 }],
      ['open-work', 'nothing-open', {}],
    ])
    expect(lines({}, null)[1]).toEqual(['mirror', 'stamp-unchecked', {}])
  })

  it('that is damaged', () => {
    const damaged = ['mirror', 'mirror-damaged', { path: 'm', problems: ['page 3'] }]
    const unseen = [
      ['machine-state', 'not-checked', { because: 'mirror' }],
      ['journal', 'not-checked', { because: 'mirror' }],
      ['open-work', 'not-checked', { because: 'mirror' }],
    ]
    expect(lines({ damage: ['page 3'] })[0]).toEqual(damaged)
    expect(lines({ damage: ['page 3'], health: null })).toEqual([damaged, ['mirror', 'stamp-fits', stamp], ...unseen])
    expect(lines({ health: null })[0]).toEqual(['mirror', 'mirror-damaged', { path: 'm', problems: [] }])
    expect(unread().map(factsOf)).toEqual(unseen)
  })

  it('that belongs to somebody else, whoever asks', () => {
    const stampFault = new AppError('mirror-of-another-merchant', { path: 'm' })
    const fault = ['mirror', 'fault', { code: 'mirror-of-another-merchant', params: { path: 'm' } }]
    expect([lines({ stampFault })[1], lines({ stampFault }, null)[1]]).toEqual([fault, fault])
  })

  it('whose trail is broken', () => {
    const trail = { ok: false, seq: 3, problem: 'swapped' } as const
    expect(lines({ health: { ...books, trail } })[3]).toEqual([
      'journal',
      'trail-broken',
      { seq: 3, problem: 'swapped' },
    ])
  })

  it('in which something waits: how much of it', () => {
    const running = { id: 7, user: 'yamada', host: 'shop', since: '2026-11-23T11:00:00+09:00' }
    expect(lines({ health: { ...books, running } }).slice(4)).toEqual([['open-work', 'run-open', running]])
    const waiting = { ...books, open: 1, attention: 2, conflicts: 0, unacknowledged: 4, unreported: 5 }
    expect(lines({ health: waiting }).slice(4)).toEqual([
      ['open-work', 'attempts-open', { count: 1 }],
      ['open-work', 'attention', { count: 2 }],
      ['open-work', 'unacknowledged', { count: 4 }],
      ['open-work', 'untold', { count: 5 }],
    ])
  })

  it('that is not written durably', () => {
    const found = { journalMode: 'delete', synchronous: 2 }
    expect(factsOf(judgeDurability(found))).toEqual(['journal', 'not-durable', found])
    expect(factsOf(judgeDurability({ journalMode: 'wal', synchronous: 2 }))).toEqual(['journal', 'durable', {}])
  })
})

describe('one look at Paygent', () => {
  const endpoint = 'https://127.0.0.1:1'
  const seen = { endpoint, keepAlive: true, inquiries: 1, nowMs: NOW }
  const good: ProbeFacts = {
    answer: { type: 'rejected', code: '13001', detail: '', handling: 'rejected' },
    clockOffsetMs: 2_000,
    serverCertificateEndMs: NOW + 90 * DAY,
    keepsOpen: true,
    takesSideBySide: null,
  }
  const lines = (changes: Partial<ProbeFacts>, keepAlive = true): unknown[] =>
    judgeProbe({ ...good, ...changes }, { ...seen, keepAlive }).map(factsOf)
  const fault = { kind: 'timeout', code: 'ETIMEDOUT', phase: 'response', message: 'm' } as const

  it('that goes well', () => {
    expect(lines({})).toEqual([
      ['connection', 'connected', { endpoint }],
      ['server-certificate', 'certificate-good', { date: '2027-02-21', days: 90 }],
      ['clock', 'clock-right', { seconds: 2 }],
      ['keep-alive', 'kept-open', {}],
    ])
  })

  it('that brings a payment, or says that there are several', () => {
    const fact = { paymentId: '0', tradingId: '0', status: '40', amountYen: 1, method: null, carrier: null } as const
    const answer = { type: 'told', fact: { ...fact, authorizedAt: null } } as const
    expect(lines({ answer })[0]).toEqual(['connection', 'connected', { endpoint }])
    const several = { type: 'rejected', code: '13002', detail: '', handling: 'rejected' } as const
    expect(lines({ answer: several })[0]).toEqual(['connection', 'connected', { endpoint }])
  })

  it('that is answered with an error: what Paygent said', () => {
    const answer = { type: 'rejected', code: 'E002', detail: 'd', handling: 'busy' } as const
    expect(lines({ answer })[0]).toEqual(['connection', 'answered-otherwise', { code: 'E002', detail: 'd' }])
  })

  it('that hears no answer, but a time', () => {
    expect(lines({ answer: { type: 'silent', fault }, serverCertificateEndMs: null, keepsOpen: null })).toEqual([
      [
        'connection',
        'fault',
        { code: 'gateway-unreachable', params: { code: 'ETIMEDOUT', phase: 'response', problem: 'm' } },
      ],
      ['clock', 'clock-right', { seconds: 2 }],
      ['keep-alive', 'not-checked', { because: 'connection' }],
    ])
  })

  it('that hears an answer, but no time', () => {
    expect(lines({ clockOffsetMs: null })[2]).toEqual(['clock', 'clock-untold', {}])
    expect(lines({ answer: { type: 'silent', fault }, clockOffsetMs: null })[2]).toEqual([
      'clock',
      'not-checked',
      { because: 'connection' },
    ])
  })

  it.each([
    [true, false, 'kept-though-off'],
    [false, true, 'closed-by-gateway'],
    [false, false, 'closed-as-set'],
  ])('kept open %s, PAYGENT_KEEPALIVE %s', (keepsOpen, set, code) => {
    expect(lines({ keepsOpen }, set)[3]).toEqual(['keep-alive', code, {}])
  })

  it.each([
    [true, 1, 'one-by-one-though-more', 'ok', { measured: 4 }],
    [true, 8, 'side-by-side', 'ok', { measured: 4, set: 8 }],
    [false, 1, 'one-by-one', 'ok', {}],
    [false, 2, 'side-by-side-refused', 'warning', { measured: 4, set: 2 }],
  ] as const)(
    'several at once answered: %s, PAYGENT_INQUIRIES %i',
    (takesSideBySide, inquiries, code, level, facts) => {
      const last = judgeProbe({ ...good, takesSideBySide }, { ...seen, inquiries }).at(-1)
      expect([last && factsOf(last), last?.level]).toEqual([['inquiries', code, facts], level])
    },
  )

  it('that could not be tried', () => {
    expect(untried('login').map(factsOf)).toEqual([
      ['connection', 'not-checked', { because: 'login' }],
      ['clock', 'not-checked', { because: 'login' }],
      ['keep-alive', 'not-checked', { because: 'login' }],
    ])
  })
})
