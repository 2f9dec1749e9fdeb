// Tests the fetching of notices, call by call: those requested again, those requested in between, and those not
// requested.
import { describe, expect, it } from 'vitest'
import type { NoticeAnswer } from '../../src/domain/answer.js'
import type { Handling } from '../../src/domain/codes.js'
import type { SyncEvent } from '../../src/jobs/sync/events.js'
import { fetchNotices, probeNotices } from '../../src/jobs/sync/fetch.js'
import { type Bench, auOrder, bench } from './bench.js'
import { depsOf } from './reconciling.js'
import { FAULT } from './scripted-gateway.js'

const SILENT: NoticeAnswer = { type: 'silent', fault: FAULT }
const NONE: NoticeAnswer = { type: 'none' }
const unreadable = (kind: 'answer' | 'too-large', code: string): NoticeAnswer => ({
  type: 'silent',
  fault: { kind, code, phase: 'done', message: '' },
})
const UNREADABLE = unreadable('answer', 'fields')
const TOO_LARGE = unreadable('too-large', 'too-large')
const refused = (code: string, handling: Handling): NoticeAnswer => ({
  type: 'rejected',
  code,
  detail: '',
  handling,
})
const BUSY = refused('9004', 'notice-busy')

const notice = (noticeId: number, gap = false): NoticeAnswer => ({
  type: 'notice',
  gap,
  notice: {
    noticeId: String(noticeId),
    changeDate: null,
    paymentType: '01',
    paymentId: '5',
    tradingId: 't5',
    status: '40',
    amountYen: 1,
  },
})

/** Answers one call after the other, and none from then on; `stop` is none, and a signal with it. */
function answering(...answers: readonly (NoticeAnswer | 'stop')[]): Bench {
  const b = bench(auOrder('1'))
  b.mirror.lock.acquire('sync')
  b.gateway.onNotice = (_, count) => {
    const answer = answers[count - 1] ?? NONE
    if (answer !== 'stop') return answer
    b.stop.abort()
    return NONE
  }
  return b
}

/** How it ended, what was asked for, and what was told. */
async function fetching(b: Bench) {
  const told: SyncEvent[] = []
  const events = fetchNotices({ ...depsOf(b), inbox: b.mirror.inbox }, b.stop.signal)
  for (;;) {
    const { done, value } = await events.next()
    if (done) return { ...value, told, asked: b.gateway.noticesAsked.join(' ') }
    told.push(value)
  }
}

const four = (answer: NoticeAnswer): NoticeAnswer[] => [answer, answer, answer, answer]

describe('the first look', () => {
  it('is not repeated where Paygent will say the same again', async () => {
    const b = answering(refused('P018', 'stop'))
    const probing = probeNotices({ ...depsOf(b), inbox: b.mirror.inbox }, b.stop.signal)
    await expect(probing).rejects.toMatchObject({ code: 'gateway-closed' })
    expect(b.gateway.noticesAsked).toEqual(['0'])
  })

  it.each([
    ['a code about the notice', refused('P010', 'malformed'), 'P010', 1],
    ['a code that is not known', refused('X999', 'inquire'), 'X999', 1],
    ['a method that is not contracted', refused('P007', 'not-contracted'), 'P007', 1],
    ['somebody else who never stops fetching', BUSY, '9004', 4],
    ['an answer that cannot be read', UNREADABLE, 'fields', 1],
    ['an answer that is too large', TOO_LARGE, 'too-large', 1],
  ] as const)('ends the notices alone: %s', async (_, answer, code, times) => {
    const b = answering(...four(answer))
    const probing = probeNotices({ ...depsOf(b), inbox: b.mirror.inbox }, b.stop.signal)
    expect(await probing).toEqual({ noticeId: '0', code })
    expect(b.gateway.noticesAsked).toHaveLength(times)
  })

  it.each([
    ['silence', SILENT, 'gateway-unreachable'],
    ['a login that is refused', refused('P002', 'stop-login'), 'login-refused'],
  ] as const)('throws where the connection or the login is gone: %s', async (_, answer, code) => {
    const b = answering(...four(answer))
    const probing = probeNotices({ ...depsOf(b), inbox: b.mirror.inbox }, b.stop.signal)
    await expect(probing).rejects.toMatchObject({ code })
  })

  it('is not repeated after a signal', async () => {
    const b = answering(BUSY)
    b.stop.abort()
    expect(await probeNotices({ ...depsOf(b), inbox: b.mirror.inbox }, b.stop.signal)).toBe('interrupted')
  })
})

describe('one after the other', () => {
  const rows: readonly [string, readonly (NoticeAnswer | 'stop')[], string, string | null][] = [
    ['until there is none', [notice(5), notice(6)], 'next next next 7', null],
    ['a gap before the first: one number back', [notice(5, true)], 'next 4 next 6', null],
    ['a gap before a later one', [notice(5), notice(9, true)], 'next next next 10 6 7 8', null],
    ['nothing comes before the first number', [notice(1, true)], 'next next 2', null],
    ['an answer that was lost may have been before the first', [SILENT, notice(5)], 'next next 4 next 6', null],
    ['twice', [SILENT, SILENT, notice(5)], 'next next next 4 next 6', null],
    ['a gateway that is busy loses none', [BUSY, notice(5)], 'next next next 6', null],
    ['an answer that was lost later may be the next number', [notice(5), SILENT], 'next next 6 next 6', null],
    ['four are lost', four(SILENT), 'next next next next', 'unanswered'],
    [
      'lost ones are counted anew after each that comes',
      [notice(5), SILENT, NONE, SILENT, NONE, SILENT, NONE, notice(7), SILENT],
      'next next 6 next 6 next 6 next next 8 next 8 6',
      null,
    ],
    ['silence about the one before', [notice(5, true), ...four(SILENT)], 'next 4 4 4 4', 'unanswered'],
    ['silence about a lost one', [notice(5), SILENT, ...four(SILENT)], 'next next 6 6 6 6', 'unanswered'],
    ['silence at the end', [notice(5), NONE, ...four(SILENT)], 'next next 6 6 6 6', 'unanswered'],
  ]
  it.each(rows)('%s', async (_, answers, asked, stopped) => {
    const b = answering(...answers)
    const ended = await fetching(b)
    expect([ended.asked, ended.ended]).toEqual([asked, stopped])
  })

  const ends: readonly [string, readonly NoticeAnswer[], string, object | null][] = [
    ['the next one is refused', [refused('P010', 'malformed')], 'next', { noticeId: null, code: 'P010' }],
    ['the next one is unreadable', four(UNREADABLE), 'next next next next', { noticeId: null, code: 'fields' }],
    ['somebody else never stops fetching', four(BUSY), 'next next next next', { noticeId: null, code: '9004' }],
    [
      'a lost one is unreadable',
      [notice(5), UNREADABLE, ...four(UNREADABLE)],
      'next next 6 6 6 6',
      { noticeId: '6', code: 'fields' },
    ],
    [
      'the one before the first is refused',
      [notice(5, true), refused('P010', 'malformed')],
      'next 4',
      { noticeId: '4', code: 'P010' },
    ],
    [
      'one behind the last is unreadable',
      [notice(5), NONE, ...four(UNREADABLE)],
      'next next 6 6 6 6',
      { noticeId: '6', code: 'fields' },
    ],
    [
      'a missing one is refused',
      [notice(5), notice(7), NONE, NONE, refused('P010', 'malformed')],
      'next next next 8 6',
      { noticeId: '6', code: 'P010' },
    ],
    ['one comes again', [notice(5), notice(5)], 'next next', { noticeId: null, code: 'notice-repeated' }],
    ['one unreadable answer is asked for again', [notice(5), UNREADABLE, notice(6)], 'next next 6 next 7', null],
  ]
  it.each(ends)('ends the notices alone: %s', async (_, answers, asked, end) => {
    const b = answering(...answers)
    const { ended, ...rest } = await fetching(b)
    expect([rest.asked, ended]).toEqual([asked, end])
    const kept = answers.flatMap((answer) => (answer.type === 'notice' ? [Number(answer.notice.noticeId)] : []))
    expect(b.rows('SELECT notice_id AS id FROM notices ORDER BY 1').map(({ id }) => id)).toEqual([...new Set(kept)])
  })

  it('tells each that is new, by its number', async () => {
    const ended = await fetching(answering(notice(5), notice(6)))
    expect(ended.told).toEqual([
      { type: 'fetched', noticeId: '5' },
      { type: 'fetched', noticeId: '6' },
    ])
  })

  it('the one before the first is kept where Paygent has it, and noted where it has not', async () => {
    const kept = await fetching(answering(notice(5, true), notice(4)))
    expect([kept.purged, kept.told.length]).toEqual([[], 2])
    const gone = await fetching(answering(notice(5, true), NONE))
    expect([gone.purged, gone.told.length]).toEqual([[4], 1])
  })

  it('a lost one that Paygent has is kept', async () => {
    const b = answering(notice(5), SILENT, notice(6))
    expect((await fetching(b)).told).toHaveLength(2)
    expect(b.mirror.inbox.lastId()).toBe(6)
  })
})

describe('a signal ends it', () => {
  const rows: readonly [string, readonly (NoticeAnswer | 'stop')[], string][] = [
    ['after one without a number', ['stop'], 'next'],
    ['before what was lost is asked for', [notice(5), SILENT], 'next next'],
    ['before the end is looked for', [notice(5), 'stop'], 'next next'],
    ['before a missing one is asked for', [notice(5), notice(9), NONE, NONE, 'stop'], 'next next next 10 6'],
  ]
  it.each(rows)('%s', async (_, answers, asked) => {
    const b = answering(...answers)
    if (answers.at(-1) === SILENT) b.clock.onSleep = () => b.stop.abort()
    const ended = await fetching(b)
    expect([ended.ended, ended.asked]).toEqual([answers.length === 1 ? null : 'interrupted', asked])
  })

  it('before anything is asked for', async () => {
    const b = answering()
    b.stop.abort()
    expect(await fetching(b)).toMatchObject({ ended: 'interrupted', asked: '' })
  })

  it('after a notice, which is kept', async () => {
    const b = answering(notice(5), notice(6))
    const answer = b.gateway.onNotice
    b.gateway.onNotice = (noticeId, count) => {
      b.stop.abort()
      return answer(noticeId, count)
    }
    expect(await fetching(b)).toMatchObject({ ended: 'interrupted', asked: 'next' })
    expect(b.mirror.inbox.lastId()).toBe(5)
  })
})
