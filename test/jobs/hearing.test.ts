// Tests whom a job asks after a silence, whether the answer shows that Paygent answers at all, and how silences count.
import { type AskedOrder, Hearing, anotherAnswers } from '../../src/attempts/inquiry.js'
import type { Fault, InquiryAnswer } from '../../src/domain/answer.js'
import type { Silence } from '../../src/domain/judge.js'
import type { Order, PaymentFact } from '../../src/domain/order.js'
import { order } from '../domain/order-fixture.js'
import { TwoClocks } from './bench.js'
import { FAULT, ScriptedGateway } from './scripted-gateway.js'
import { describe, expect, it } from 'vitest'

const silent = (changes: Partial<Fault> = {}): InquiryAnswer => ({ type: 'silent', fault: { ...FAULT, ...changes } })
const code = (of: string, handling: 'inquire' | 'rejected' | 'stop-login'): InquiryAnswer => ({
  type: 'rejected',
  code: of,
  detail: '',
  handling,
})
const SILENT = silent()
const E001 = code('E001', 'inquire')

const named = (id: string): AskedOrder => ({ orderId: id, paymentId: `9${id}`, tradingId: `t${id}` })
const among = (...ids: readonly string[]): Order[] =>
  ids.map((id) => order({ orderId: id, paymentId: `9${id}`, tradingId: `t${id}` }))
const factOf = (id: string): PaymentFact => ({
  paymentId: `9${id}`,
  tradingId: `t${id}`,
  status: '20',
  amountYen: 1_000,
  method: null,
  carrier: null,
  authorizedAt: null,
})

/** Paygent tells of each payment whose order has no other answer here; a signal comes while `stopsAt` is asked about. */
function paygent(answers: Readonly<Record<string, InquiryAnswer>> = {}, stopsAt: string | null = null) {
  const gateway = new ScriptedGateway()
  const stop = new AbortController()
  const asked: string[] = []
  gateway.onInquiry = ({ tradingId }) => {
    const id = tradingId.slice(1)
    asked.push(id)
    if (id === stopsAt) stop.abort()
    return answers[id] ?? { type: 'told', fact: factOf(id) }
  }
  const taken: string[] = []
  const deps = { gateway, clock: new TwoClocks() }
  const hearing = new Hearing(deps, stop.signal, (_order, fact) => void taken.push(fact.paymentId))
  return { deps, signal: stop.signal, asked, taken, hearing }
}

describe('another order, asked about instead of a silent one', () => {
  it.each<[string, Record<string, InquiryAnswer>, string | null, string[], string | null]>([
    ['is the last one', {}, null, ['3'], '3'],
    ['is the one before it if that is silent, too', { 3: SILENT }, null, ['3', '2'], '2'],
    ['is never a third one', { 3: SILENT, 2: SILENT }, null, ['3', '2'], null],
    ['is the only one where the connection is gone', { 3: silent({ kind: 'refused' }) }, null, ['3'], null],
    ['is the only one where the login is gone', { 3: code('P002', 'stop-login') }, null, ['3'], null],
    ['is the only one after a signal', { 3: SILENT }, '3', ['3'], null],
  ])('%s', async (_name, answers, stopsAt, asked, found) => {
    const one = paygent(answers, stopsAt)
    const answered = await anotherAnswers(['1', '2', '3'].map(named), one.deps, one.signal)
    expect([one.asked, answered?.order.orderId ?? null]).toEqual([asked, found])
  })
})

/** Each of orders 1 and up brings this; the results are whether no other order is to be asked about. */
async function row(hearing: Hearing, others: readonly Order[], silences: readonly Silence[]): Promise<boolean[]> {
  const ends: boolean[] = []
  for (const [index, silence] of silences.entries()) ends.push(await hearing.missed(String(index + 1), silence, others))
  return ends
}

describe('a row of silences', () => {
  const NO_ANSWER: Silence = {}
  const CODE: Silence = { code: 'E001' }
  const others = among('1', '2', '3', '99')

  it.each([
    ['two', [NO_ANSWER, NO_ANSWER], ['99']],
    ['a silence, then a code', [NO_ANSWER, CODE], []],
    ['a code, then a silence', [CODE, NO_ANSWER], []],
    ['two codes', [CODE, CODE], []],
    ['a code between two silences', [NO_ANSWER, CODE, NO_ANSWER], []],
    ['a code, then two silences', [CODE, NO_ANSWER, NO_ANSWER], ['99']],
    ['two silences after ten codes', [...Array<Silence>(10).fill(CODE), NO_ANSWER, NO_ANSWER], ['99']],
  ])('%s: asks about another order only after two in a row', async (_name, silences, asked) => {
    const one = paygent()
    expect(await row(one.hearing, others, silences)).toEqual(silences.map(() => false))
    expect(one.asked).toEqual(asked)
  })

  it('ends at once where connection or login are gone', async () => {
    const one = paygent()
    expect(await one.hearing.missed('1', { cutOff: true }, others)).toBe(true)
    expect([one.asked, [...one.hearing.silent]]).toEqual([[], ['1']])
  })

  it.each([
    ['one silence', [NO_ANSWER], {}, ['99'], null],
    ['one silence, and the other one is silent', [NO_ANSWER], { 99: SILENT, 3: SILENT }, ['99', '3'], 'unanswered'],
    ['one code', [CODE], {}, [], null],
    ['a code after a silence', [NO_ANSWER, CODE], {}, [], null],
  ] as const)('the last order asks once more if it brought none: %s', async (_name, silences, answers, asked, dark) => {
    const one = paygent(answers)
    await row(one.hearing, others, silences)
    expect([await one.hearing.endsDark(others), one.asked]).toEqual([dark, asked])
  })

  it.each([
    ['nobody where none was answered', null, []],
    ['the one answered before, and no other', '4', ['4']],
  ])('asks %s, where the job names no other order', async (_name, heard, expected) => {
    const ofLast = paygent({ 4: SILENT })
    if (heard !== null) ofLast.hearing.heard(named(heard))
    await ofLast.hearing.missed('1', NO_ANSWER)
    expect([await ofLast.hearing.endsDark(), ofLast.asked]).toEqual(['unanswered', expected])
    const ofTwo = paygent({ 4: SILENT })
    if (heard !== null) ofTwo.hearing.heard(named(heard))
    await ofTwo.hearing.missed('1', NO_ANSWER)
    expect([await ofTwo.hearing.missed('2', NO_ANSWER), ofTwo.asked]).toEqual([true, expected])
  })

  it.each<[string, string[], string[], string[], Record<string, InquiryAnswer>, string[], boolean[]]>([
    [
      'the one that was answered last, then the one before it, and that one first from then on',
      ['1', '2'],
      [],
      ['5', '6', '7', '8'],
      { 2: SILENT },
      ['2', '1', '1'],
      [false, false, false, false],
    ],
    ['another of the run where those two are silent', ['1', '2', '3'], ['1'], ['2', '3'], {}, ['1'], [false, false]],
    ['the silent ones themselves where there is no other', ['1', '2'], [], ['1', '2'], {}, ['2'], [false, false]],
    ['nobody a third time', ['1', '2'], [], ['1', '2'], { 1: SILENT, 2: SILENT }, ['2', '1'], [false, true]],
  ])('asks about %s', async (_name, heard, ids, missed, answers, asked, ends) => {
    const one = paygent(answers)
    for (const id of heard) one.hearing.heard(named(id))
    const ended: boolean[] = []
    for (const id of missed) ended.push(await one.hearing.missed(id, NO_ANSWER, among(...ids)))
    expect([ended, one.asked]).toEqual([ends, asked])
  })

  it('that a signal broke off is no silence', async () => {
    const one = paygent({ 99: SILENT }, '99')
    await row(one.hearing, others, [NO_ANSWER])
    expect(await one.hearing.endsDark(others)).toBe('interrupted')
  })
})

describe('before the first request', () => {
  it.each<[string, string | null, string[], Record<string, InquiryAnswer>, string[], string[], string | null]>([
    ['the one answered before', '4', ['2', '3', '4'], {}, ['4'], ['94'], null],
    ['then the last other one', '4', ['2', '3', '4'], { 4: SILENT }, ['4', '3'], ['93'], null],
    ['a code is no proof', '4', ['2', '3', '4'], { 4: E001, 3: E001 }, ['4', '3'], [], '1'],
    ['that there is no payment is one', '4', ['4'], { 4: code('13001', 'rejected') }, ['4'], [], null],
    ['nobody twice', '4', ['4'], { 4: SILENT }, ['4'], [], '1'],
    ['no silent one', '4', ['3', '1', '4'], { 4: SILENT }, ['4', '3'], ['93'], null],
    ['two others where none was answered', null, ['2', '3'], { 3: SILENT }, ['3', '2'], ['92'], null],
    ['nobody where there is none', null, ['1'], {}, [], [], '1'],
  ])('a silence asks about %s', async (_name, heard, ids, answers, asked, taken, missed) => {
    const one = paygent(answers)
    if (heard !== null) one.hearing.heard(named(heard))
    await one.hearing.missed('1', {})
    expect(await one.hearing.missedInTheDark(among(...ids))).toBe(missed)
    expect([one.asked, one.taken]).toEqual([asked, taken])
  })

  it('a code that came after two silences is none, either', async () => {
    const one = paygent({ 4: E001, 3: E001 })
    expect(await row(one.hearing, among('3', '4'), [{}, {}])).toEqual([false, false])
    expect([await one.hearing.missedInTheDark(among('3', '4')), one.asked]).toEqual(['2', ['4', '4', '3']])
  })

  it('nobody is asked about where the last order was answered', async () => {
    const one = paygent()
    await one.hearing.missed('1', {})
    one.hearing.heard(named('2'))
    expect([await one.hearing.missedInTheDark(among('1', '2')), one.asked]).toEqual([null, []])
  })
})
