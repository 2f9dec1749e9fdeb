// Tests inquiries to Paygent: how often and with which telegram they are sent, the facts in an answer, and their use.
import { remainingMs, waitsSince } from '../../src/attempts/decision.js'
import { inquireFacts, inquireBefore, inquirePatiently, inquiryResultOf } from '../../src/attempts/inquiry.js'
import { troubleOf, worthAsking } from '../../src/attempts/trouble.js'
import { isFresh } from '../../src/batch/sender.js'
import { momentOf } from '../../src/clock.js'
import type { Fault, InquiryAnswer } from '../../src/domain/answer.js'
import type { Handling } from '../../src/domain/codes.js'
import type { JudgedAttempt } from '../../src/domain/judge.js'
import type { PaymentFact } from '../../src/domain/order.js'
import type { OpenAttempt, Step } from '../../src/domain/run.js'
import { AppError } from '../../src/errors.js'
import { NOW, TwoClocks } from './bench.js'
import { FAULT, ScriptedGateway } from './scripted-gateway.js'
import { describe, expect, it } from 'vitest'

const KEY = { paymentId: '91', tradingId: 't1' }
const FACT: PaymentFact = {
  paymentId: '91',
  tradingId: 't1',
  status: '20',
  amountYen: 1_000,
  method: null,
  carrier: null,
  authorizedAt: null,
}
const told: InquiryAnswer = { type: 'told', fact: FACT }
const silent: InquiryAnswer = { type: 'silent', fault: FAULT }
const refused = (handling: Handling): InquiryAnswer => ({ type: 'rejected', code: '7000', detail: 'd', handling })

/** Answers one after the other; the last one repeats. */
function paygent(...answers: readonly InquiryAnswer[]) {
  const gateway = new ScriptedGateway()
  gateway.onInquiry = (_, count) => answers[Math.min(count, answers.length) - 1] ?? null
  return { gateway, clock: new TwoClocks() }
}

describe('asked patiently, and before anything is sent', () => {
  const rows: readonly [string, readonly InquiryAnswer[], number, number][] = [
    ['told', [told], 1, 1],
    ['no such payment', [refused('rejected')], 1, 1],
    ['a login refused', [refused('stop-login')], 1, 1],
    ['busy, then told', [refused('busy'), told], 2, 2],
    ['always busy', [refused('busy')], 4, 4],
    ['silent, then told', [silent, told], 2, 1],
    ['always silent', [silent], 4, 1],
  ]
  it.each(rows)('%s', async (_, answers, patiently, before) => {
    const one = paygent(...answers)
    await inquirePatiently(KEY, one)
    expect(one.gateway.inquired).toHaveLength(patiently)
    expect(one.clock.slept).toEqual([1_000, 3_000, 10_000].slice(0, patiently - 1))
    const other = paygent(...answers)
    await inquireBefore(KEY, other, new AbortController().signal)
    expect(other.gateway.inquired).toHaveLength(before)
  })

  it('not again after a signal', async () => {
    const one = paygent(silent)
    expect(await inquirePatiently(KEY, one, AbortSignal.abort())).toEqual(silent)
    expect(one.gateway.inquired).toEqual([KEY])
  })
})

describe('what an answer tells', () => {
  it.each([
    [told, told],
    [refused('rejected'), { type: 'code', code: '7000' }],
    [refused('busy'), { type: 'silent' }],
    [refused('stop-login'), { type: 'silent', cutOff: true }],
    [refused('stop'), { type: 'silent', cutOff: true }],
    [refused('inquire'), { type: 'silent', code: '7000' }],
    [silent, { type: 'silent', fault: FAULT }],
  ])('%j', (answer, tells) => expect(inquiryResultOf(answer)).toEqual(tells))

  it('and whether it is worth asking again', () => {
    const all: Handling[] = ['stop-login', 'stop', 'malformed', 'busy', 'notice-busy', 'acquirer-timeout', 'rejected']
    expect(all.filter(worthAsking)).toEqual(['busy', 'notice-busy'])
  })
})

describe('everything about an attempt', () => {
  const attempt: JudgedAttempt = {
    ...KEY,
    orderId: '1',
    telegram: '101',
    carrier: 'au',
    plannedStatus: '20',
    heldAmountYen: 1_000,
    amountYen: 1_000,
  }
  const correction = { ...attempt, telegram: '029', carrier: null } as const
  const rows: readonly [string, JudgedAttempt, InquiryAnswer, boolean][] = [
    ['a sale', attempt, told, false],
    ['a correction in place', { ...attempt, telegram: '103' }, told, false],
    ['a correction that makes a payment', correction, told, true],
    ['docomo’s', { ...attempt, telegram: '103', carrier: 'docomo' }, told, true],
    ['in transit', correction, { type: 'told', fact: { ...FACT, status: '30' } }, false],
    ['silent', correction, silent, false],
    ['no such payment', correction, refused('rejected'), false],
  ]
  it.each(rows)('%s', async (_, of, answer, byTrading) => {
    const one = paygent(...(answer === silent ? [silent] : [answer, told]))
    const facts = await inquireFacts(of, one)
    expect(facts).toEqual({ byPayment: inquiryResultOf(answer), byTrading: byTrading ? told : null })
    expect(one.gateway.inquired.filter((key) => !('paymentId' in key))).toEqual(byTrading ? [{ tradingId: 't1' }] : [])
  })

  it('the later answer about its payment counts, which may have moved since the first', async () => {
    const moved = { type: 'told', fact: { ...FACT, status: '60' } } as const
    const facts = await inquireFacts(correction, paygent(told, moved))
    expect(facts).toEqual({ byPayment: moved, byTrading: moved })
  })
})

describe('the settle time', () => {
  const since = { wallMs: NOW, monotonicMs: 1_000 }
  it.each([
    [0, 0, 120_000],
    [50_000, 0, 70_000],
    [119_999, 0, 1],
    [120_000, 0, 0],
    [500_000, 0, 0],
    [120_000, -30_000, 30_000],
    [100_000, 30_000, 20_000],
  ])('after %i ms, the wall clock %i ms off', (passed, off, left) => {
    const clock = new TwoClocks()
    clock.pass(passed)
    clock.setWall(clock.nowMs() + off)
    expect(remainingMs(since, 120_000, clock)).toBe(left)
  })

  it('counts from the first "not moved", and else from the intent', () => {
    const clock = new TwoClocks()
    clock.pass(60_000)
    const attempt = { preparedMs: NOW + 20_000, notMoved: null } as OpenAttempt
    expect(waitsSince(attempt, clock)).toEqual({ wallMs: NOW + 20_000, monotonicMs: 21_000 })
    expect(waitsSince({ ...attempt, notMoved: since }, clock)).toEqual(since)
    // Written down by a clock that was a day ahead: the settle time begins now.
    const ahead = { preparedMs: NOW + 86_400_000, notMoved: null } as OpenAttempt
    expect(waitsSince(ahead, clock)).toEqual(momentOf(clock))
  })
})

describe('a look before a cancel or a correction', () => {
  const cancel = { telegram: '102' } as Step
  const later = (pass: (clock: TwoClocks) => void): boolean => {
    const clock = new TwoClocks()
    const looked = momentOf(clock)
    pass(clock)
    return isFresh(cancel, looked, clock)
  }
  const MINUTE = 60_000
  it.each<[string, (clock: TwoClocks) => void, boolean]>([
    ['at once', () => undefined, true],
    ['60 s later', (clock) => clock.pass(MINUTE), true],
    ['a millisecond after that', (clock) => clock.pass(MINUTE + 1), false],
    ['after 8 h of sleep, in which only the wall clock goes on', (clock) => clock.setWall(NOW + 480 * MINUTE), false],
    ['by the monotonic clock, where the wall clock was put back', back(MINUTE + 1, 2 * MINUTE), false],
    ['where the wall clock was put back by less than the look may be old', back(MINUTE, MINUTE), true],
    ['where the wall clock says that the look is yet to come', back(0, 5 * MINUTE + 1), false],
  ])('counts %s: %#', (_, pass, fresh) => expect(later(pass)).toBe(fresh))

  it('is none where there was none, and a plain sale needs none', () => {
    expect(isFresh(cancel, null, new TwoClocks())).toBe(false)
    expect(isFresh({ telegram: '101', amountToldMs: NOW } as Step, null, new TwoClocks())).toBe(true)
    expect(isFresh({ telegram: '101', amountToldMs: NOW - 12 * 60 * MINUTE - 1 } as Step, null, new TwoClocks())).toBe(
      false,
    )
  })
})

/** So much time passes, and the wall clock is put back by so much. */
function back(passed: number, by: number): (clock: TwoClocks) => void {
  return (clock) => {
    clock.pass(passed)
    clock.setWall(clock.nowMs() - by)
  }
}

describe('the trouble that the operator is told', () => {
  const faults: readonly [Fault['kind'], string][] = [
    ['lookup', 'gateway-unreachable'],
    ['refused', 'gateway-unreachable'],
    ['timeout', 'gateway-unreachable'],
    ['reset', 'gateway-unreachable'],
    ['proxy', 'gateway-unreachable'],
    ['certificate', 'server-not-verified'],
    ['host-name', 'server-not-verified'],
    ['client-certificate', 'client-certificate-refused'],
    ['answer', 'gateway-not-understood'],
    ['too-large', 'gateway-not-understood'],
    ['other', 'gateway-unreachable'],
  ]
  it.each(faults)('%s', (kind, code) => {
    const trouble = troubleOf({ type: 'silent', fault: { kind, code: 'E', phase: 'read', message: 'm' } })
    expect(trouble).toBeInstanceOf(AppError)
    expect(trouble).toMatchObject({ code, params: { code: 'E', phase: 'read', problem: 'm' } })
  })

  it.each([
    ['stop-login', 'login-refused'],
    ['stop', 'gateway-closed'],
    ['busy', 'gateway-not-understood'],
    ['malformed', 'gateway-not-understood'],
  ] as const)('%s', (handling, code) => {
    const trouble = troubleOf({ type: 'rejected', code: 'P1', detail: 'd', handling })
    expect(trouble).toMatchObject({ code, params: { code: 'P1', detail: 'd' } })
  })
})
