// Tests when a batch must stop, rule by rule.
import type { Decision } from '../../src/attempts/decision.js'
import { planBatch } from '../../src/batch/plan.js'
import { Watch } from '../../src/batch/watch.js'
import { momentOf } from '../../src/clock.js'
import type { Outcome } from '../../src/domain/outcome.js'
import type { Step } from '../../src/domain/run.js'
import { order, rules } from '../domain/order-fixture.js'
import { NOW, TwoClocks } from './bench.js'
import { describe, expect, it } from 'vitest'

const [STEP] = planBatch([order()], 'sale', rules()).steps as [Step]
const decision = (outcome: Exclude<Outcome, 'refused'>, change: Partial<Decision> = {}): Decision => ({
  outcome,
  code: null,
  detail: null,
  effect: null,
  learnt: [],
  newPaymentId: null,
  notMoved: null,
  next: 'go-on',
  stop: null,
  malformed: false,
  ...change,
})

function watch(untilMs: number | null = null, stopAfter = 3, stopsOnFailures = false) {
  const clock = new TwoClocks()
  const stop = new AbortController()
  return {
    clock,
    stop,
    watch: new Watch({ untilMs, stopAfter, stopsOnFailures, plannedAt: momentOf(clock) }, clock, stop.signal),
  }
}

describe('before a request', () => {
  it('nothing speaks against it', () => expect(watch().watch.stopBefore()).toBeNull())

  it.each([
    [-1, null],
    [0, { type: 'until' }],
    [1, { type: 'until' }],
  ])('%i ms after --until', (late, expected) => {
    const { watch: one, clock } = watch(NOW + 10_000)
    clock.pass(10_000 + late)
    expect(one.stopBefore()).toEqual(expected)
  })

  it.each([
    [5_000, null],
    [5_001, { type: 'clock' }],
    [-5_000, null],
    [-5_001, { type: 'clock' }],
  ])('a wall clock that went %i ms apart', (apart, expected) => {
    const { watch: one, clock } = watch()
    clock.pass(3_600_000)
    clock.setWall(clock.nowMs() + apart)
    expect(one.stopBefore()).toEqual(expected)
  })

  it('a signal comes first', () => {
    const { watch: one, stop } = watch(NOW)
    stop.abort()
    expect(one.stopBefore()).toEqual({ type: 'interrupted' })
  })
})

describe('after a request', () => {
  const notes = (stopAfter: number, ...outcomes: Exclude<Outcome, 'refused'>[]) => {
    const { watch: one } = watch(null, stopAfter)
    return outcomes.map((outcome) => one.note(STEP, decision(outcome))?.type ?? null)
  }

  it('counts unknown and unsent', () => {
    expect(notes(3, 'unknown', 'unsent', 'unknown')).toEqual([null, null, 'stop-after'])
    expect(notes(1, 'unsent')).toEqual(['stop-after'])
  })

  it('does not count what was answered', () => {
    expect(notes(1, 'rejected', 'not-processed', 'attention', 'accepted')).toEqual([null, null, null, null])
  })

  it('begins anew with an accepted one only', () => {
    expect(notes(2, 'unknown', 'accepted', 'unknown')).toEqual([null, null, null])
    expect(notes(2, 'unknown', 'rejected', 'unknown')).toEqual([null, null, 'stop-after'])
  })

  it('remembers which telegram is not contracted', () => {
    const { watch: one } = watch()
    one.note(STEP, decision('rejected', { code: 'P007', next: 'leave-out-telegram' }))
    expect([one.notContracted('022'), one.notContracted('101')]).toEqual(['P007', null])
  })

  it('hands on the stop of the decision', () => {
    const stop = { type: 'code', code: 'P017', detail: 'x' } as const
    expect(watch().watch.note(STEP, decision('rejected', { stop }))).toEqual(stop)
  })

  it('knows no code where none was told', () => {
    const { watch: one } = watch()
    one.note(STEP, decision('rejected', { next: 'leave-out-telegram' }))
    expect(one.notContracted('022')).toBe('')
  })

  it.each([
    [
      ['P010', 'P010', 'P010'],
      [null, null, 'malformed'],
    ],
    [
      ['P010', 'P011', 'P010', 'P010', 'P010'],
      [null, null, null, null, 'malformed'],
    ],
    [
      ['P010', 'P010', '', 'P010', 'P010'],
      [null, null, null, null, null],
    ],
    [
      [null, null, null],
      [null, null, null],
    ],
    [
      ['P010', 'P010', null, 'P010'],
      [null, null, null, null],
    ],
  ])('malformed by %j; an order that was not stands between: %j', (codes, stops) => {
    const { watch: one } = watch()
    const noted = codes.map((code) => one.note(STEP, decision('rejected', { code, malformed: code !== '' })))
    expect(noted.map((stop) => stop?.type ?? null)).toEqual(stops)
  })

  it.each([
    ['xxxx', true, 4],
    ['xxxx', false, null],
    ['xxrx', true, null],
    ['rrrrrrxxxx', true, 10],
    ['......xxxx', true, 10],
    ['.......xxxx', true, null],
    ['xxx.......x', true, null],
  ])('of %s (r: tried again), and failures matter: %s', (pattern, stopsOnFailures, at) => {
    const { watch: one } = watch(null, 99, stopsOnFailures)
    const stops = [...pattern].map((sign) =>
      one.note(STEP, decision(sign === '.' ? 'accepted' : 'rejected', sign === 'r' ? { next: 'retry' } : {})),
    )
    const stopped = stops.findIndex((stop) => stop !== null)
    expect(stopped === -1 ? null : stopped + 1).toBe(at)
    const retries = pattern.replaceAll(/[^r]/g, '').length
    if (at !== null) expect(stops[stopped]).toEqual({ type: 'failures', count: 4, of: at - retries })
  })
})
