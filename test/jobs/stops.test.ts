// Tests when a batch ends before its last order: docs/wire.md#response-codes.
import { describe, expect, it } from 'vitest'
import type { Fault, InquiryAnswer } from '../../src/domain/answer.js'
import type { Handling } from '../../src/domain/codes.js'
import { AppError } from '../../src/errors.js'
import { eventLine } from '../../src/ui/progress.js'
import { auOrder, bench, cardOrder, outcomes, told } from './bench.js'
import { answerLost, neverLeft, obey, refuse, requestLost } from './paygent.js'
import { FAULT, type Script } from './scripted-gateway.js'

const SILENT = { type: 'silent', fault: FAULT } as const

describe('codes', () => {
  it.each([
    ['P002', 'stop-login'],
    ['P017', 'stop'],
  ] as const)('%s stops the batch, and the rest is unsent', async (code, handling) => {
    const b = bench(auOrder('1'), auOrder('2'), auOrder('3'))
    b.gateway.scripts = [obey, refuse(code, handling)]
    const ran = await b.batch('sale', ['1', '2', '3'])
    expect(b.gateway.sent).toHaveLength(2)
    expect(outcomes(ran)).toBe(`1 accepted, 2 rejected ${code}, 3 unsent`)
    expect([told(ran).at(-1), ran.state]).toEqual(['stopped code', 'stopped'])
    expect(ran.items[2]).toMatchObject({ telegram: null, attempts: 0, firstOutcome: 'unsent', request: 'sale' })
  })

  it.each([
    ['P007', 'not-contracted'],
    ['P029', 'not-contracted'],
  ] as const)("%s leaves out the batch's other orders of that telegram", async (code, handling) => {
    const b = bench(cardOrder('1'), auOrder('2'), cardOrder('3'), cardOrder('4', { totalYen: 600 }))
    b.gateway.scripts = [refuse(code, handling), obey]
    const ran = await b.batch('sale', ['1', '2', '3', '4'])
    expect(b.gateway.sent.map(({ telegram }) => telegram)).toEqual(['022', '101', '029'])
    expect(outcomes(ran)).toBe(`1 rejected ${code}, 2 accepted, 3 refused, 4 accepted`)
    expect(ran.items[2]).toMatchObject({ reason: 'not-contracted', about: code, attempts: 0 })
    expect(ran.state).toBe('completed')
  })

  const malformed = (code: string) => refuse(code, 'malformed' satisfies Handling)
  it('the same malformed request three times in a row stops the batch', async () => {
    const b = bench(...['1', '2', '3', '4'].map((id) => auOrder(id)))
    b.gateway.scripts = [malformed('P010')]
    const ran = await b.batch('sale', ['1', '2', '3', '4'])
    expect(outcomes(ran)).toBe('1 rejected P010, 2 rejected P010, 3 rejected P010, 4 unsent')
    expect(told(ran).at(-1)).toBe('stopped malformed')
  })

  it.each([
    ['another code in between', ['P010', 'P010', 'P011', 'P010', 'P010']],
    ['another answer in between', ['P010', 'P010', null, 'P010', 'P010']],
  ])('%s begins the count anew', async (_name, codes) => {
    const ids = ['1', '2', '3', '4', '5']
    const b = bench(...ids.map((id) => auOrder(id)))
    b.gateway.scripts = codes.map((code) => (code === null ? obey : malformed(code)))
    expect((await b.batch('sale', ids)).state).toBe('completed')
    expect(b.gateway.sent).toHaveLength(5)
  })
})

describe('--stop-after', () => {
  const ids = ['1', '2', '3', '4', '5', '6']
  const all = () => bench(...ids.map((id) => auOrder(id)))

  it('ends the batch after so many unknown or unsent outcomes in a row', async () => {
    const b = all()
    b.gateway.scripts = [requestLost, neverLeft, requestLost]
    const ran = await b.batch('sale', ids, { wait: false })
    expect(b.gateway.sent).toHaveLength(3)
    expect(outcomes(ran)).toBe('1 unknown, 2 unsent ETIMEDOUT, 3 unknown, 4 unsent, 5 unsent, 6 unsent')
    expect([told(ran).at(-1), ran.state]).toEqual(['stopped stop-after', 'stopped'])
  })

  it('counts them as they stand after the inquiry', async () => {
    const b = all()
    b.gateway.scripts = [answerLost]
    const ran = await b.batch('sale', ids)
    expect([outcomes(ran).match(/accepted/g)?.length, ran.state]).toEqual([6, 'completed'])
  })

  it('begins anew with each accepted one, and not with a rejection', async () => {
    const b = all()
    b.gateway.scripts = [requestLost, requestLost, obey, requestLost, refuse('7003', 'rejected'), requestLost]
    expect((await b.batch('sale', ids, { wait: false })).state).toBe('completed')
    const c = all()
    c.gateway.scripts = [
      requestLost,
      refuse('7003', 'rejected'),
      requestLost,
      refuse('7003', 'rejected'),
      requestLost,
      obey,
    ]
    expect((await c.batch('sale', ids, { wait: false })).state).toBe('stopped')
    expect(c.gateway.sent).toHaveLength(5)
  })

  it('takes the number that was asked for', async () => {
    const b = all()
    b.gateway.scripts = [neverLeft]
    await b.batch('sale', ids, { stopAfter: 1 })
    expect(b.gateway.sent).toHaveLength(1)
  })
})

describe('an inquiry without answer', () => {
  it('stops the batch: nothing goes out until Paygent has told', async () => {
    const b = bench(auOrder('1'), auOrder('2'))
    b.gateway.scripts = [requestLost]
    const plan = await b.plan('sale', ['1', '2'])
    b.gateway.onSend = () => (b.gateway.onInquiry = () => SILENT)
    const ran = await b.run(plan)
    expect(b.gateway.sent).toHaveLength(1)
    expect(outcomes(ran)).toBe('1 unknown, 2 unsent')
    expect(b.clock.slept).toEqual([1_000, 3_000, 10_000])
    expect(told(ran).at(-1)).toBe('stopped inquiry-unanswered')
  })

  it('stops it after a half-done correction too', async () => {
    const b = bench(cardOrder('1', { totalYen: 600 }), auOrder('2'))
    b.gateway.scripts = [() => ({ type: 'half-done', code: '2012', detail: '', newPaymentId: '777' }), obey]
    const plan = await b.plan('sale', ['1', '2'])
    b.gateway.onSend = () => (b.gateway.onInquiry = () => SILENT)
    const ran = await b.run(plan)
    expect(b.gateway.sent).toHaveLength(1)
    expect(outcomes(ran)).toBe('1 attention 2012, 2 unsent')
  })
})

describe('time', () => {
  it('starts no request at or after --until', async () => {
    const b = bench(auOrder('1'), auOrder('2'))
    b.gateway.onSend = () => b.clock.pass(60_000)
    const ran = await b.batch('sale', ['1', '2'], { untilMs: b.clock.nowMs() + 60_000 })
    expect(outcomes(ran)).toBe('1 accepted, 2 unsent')
    expect([told(ran).at(-1), ran.state]).toEqual(['stopped until', 'stopped'])
  })

  it.each([6_000, -6_000])('stops when the wall clock jumps by %i ms', async (jump) => {
    const b = bench(auOrder('1'), auOrder('2'))
    b.gateway.onSend = () => b.clock.setWall(b.clock.nowMs() + jump)
    const ran = await b.batch('sale', ['1', '2'])
    expect(outcomes(ran)).toBe('1 accepted, 2 unsent')
    expect(told(ran).at(-1)).toBe('stopped clock')
  })

  it.each([5_000, -5_000])('lets a drift of %i ms pass', async (jump) => {
    const b = bench(auOrder('1'), auOrder('2'))
    b.gateway.onSend = () => b.gateway.sent.length === 0 && b.clock.setWall(b.clock.nowMs() + jump)
    expect((await b.batch('sale', ['1', '2'])).state).toBe('completed')
  })

  it('sends nothing when the journal is more than five minutes ahead of the clock', async () => {
    const b = bench(auOrder('1'), auOrder('2'))
    await b.batch('sale', ['1'])
    const plan = await b.plan('sale', ['2'])
    b.clock.setWall(b.clock.nowMs() - 5 * 60_000 - 1)
    await expect(b.run(plan)).rejects.toMatchObject({ code: 'clock-behind-journal' })
    expect(b.gateway.sent).toHaveLength(1)
    b.clock.setWall(b.clock.nowMs() + 1)
    expect((await b.run(plan)).state).toBe('completed')
  })
})

describe('Ctrl-C', () => {
  it('before the first request: nothing is sent and no run is begun', async () => {
    const b = bench(auOrder('1'))
    const plan = await b.plan('sale', ['1'])
    b.stop.abort()
    const error = await b.run(plan).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(AppError)
    expect(error).toMatchObject({ code: 'interrupted' })
    expect(b.gateway.sent).toHaveLength(0)
    expect(b.mirror.journal.run(1)).toBeNull()
    expect(b.mirror.lock.held).toBe(false)
  })

  it('while preparing: the plan is not even made', async () => {
    const b = bench(auOrder('1'), auOrder('2'))
    b.gateway.onInquiry = () => (b.stop.abort(), null)
    await expect(b.plan('sale', ['1', '2'])).rejects.toMatchObject({ code: 'interrupted' })
    expect(b.gateway.inquired).toHaveLength(1)
  })

  it('during a request: it is waited for and booked, nothing new is sent', async () => {
    const b = bench(auOrder('1'), auOrder('2'))
    b.gateway.onSend = () => b.stop.abort()
    const ran = await b.batch('sale', ['1', '2'])
    expect(outcomes(ran)).toBe('1 accepted, 2 unsent')
    expect([told(ran).at(-1), ran.state]).toEqual(['stopped interrupted', 'stopped'])
    expect(b.order('1').kind).toBe('101')
  })

  it('during a request without answer: it is inquired about all the same, without a second look', async () => {
    const b = bench(auOrder('1'), auOrder('2'))
    b.gateway.scripts = [requestLost]
    b.gateway.onSend = () => b.stop.abort()
    const ran = await b.batch('sale', ['1', '2'])
    expect(outcomes(ran)).toBe('1 unknown, 2 unsent')
    expect([b.clock.slept, ran.state]).toEqual([[], 'stopped'])
  })

  it('between two orders: the line that was told is the last', async () => {
    const b = bench(auOrder('1'), auOrder('2'))
    const plan = await b.plan('sale', ['1', '2'])
    const ran = await b.run(plan, {}, (event) => {
      if (event.type === 'sending' && event.step.orderId === '2') b.stop.abort()
    })
    expect(outcomes(ran)).toBe('1 accepted, 2 unsent')
    expect(told(ran)).toEqual(['settled 1 accepted', 'stopped interrupted'])
  })
})

describe('a certificate that goes bad in mid-batch', () => {
  const bad = (kind: Fault['kind'], code: string, phase = 'secure'): Fault => ({ ...FAULT, kind, code, phase })
  const unsentBy =
    (fault: Fault): Script =>
    () => ({ type: 'unsent', fault })
  const three = () => bench(auOrder('1'), auOrder('2'), auOrder('3'))
  const stopOf = (ran: Awaited<ReturnType<ReturnType<typeof three>['batch']>>) =>
    ran.events.flatMap((event) => (event.type === 'stopped' ? [event.reason] : []))

  const rows: readonly [string, Fault, string, string][] = [
    ['expired', bad('certificate', 'CERT_HAS_EXPIRED'), '有効期限が切れている', 'has expired'],
    ['not valid yet', bad('certificate', 'CERT_NOT_YET_VALID'), 'まだ始まっていない', 'not valid yet'],
    ['revoked', bad('certificate', 'CERT_REVOKED'), '失効している', 'is revoked'],
    [
      'of another authority',
      bad('certificate', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY'),
      'PAYGENT_CA_CERT の認証局のものではない',
      'not from the authority in PAYGENT_CA_CERT',
    ],
    ['unreadable', bad('certificate', 'CERT_SIGNATURE_FAILURE'), '検証できない', 'cannot be verified'],
    ['of another host', bad('host-name', 'ERR_TLS_CERT_ALTNAME_INVALID'), 'ホスト名が接続先と違う', 'for another host'],
    [
      'of ours, refused',
      bad('client-certificate', 'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE'),
      'クライアント証明書が拒否された',
      'did not accept the client certificate',
    ],
  ]
  it.each(rows)('%s: the batch stops at the first order and says which', async (_, fault, ja, en) => {
    const b = three()
    b.gateway.scripts = [obey, unsentBy(fault)]
    const ran = await b.batch('sale', ['1', '2', '3'])
    expect(b.gateway.sent).toHaveLength(2)
    expect(outcomes(ran)).toBe(`1 accepted, 2 unsent ${fault.code}, 3 unsent`)
    const [reason] = stopOf(ran)
    if (reason === undefined) throw new Error('no stop')
    expect([reason, ran.state]).toEqual([{ type: 'certificate', problem: fault.kind, code: fault.code }, 'stopped'])
    const stopped = { type: 'stopped', reason } as const
    expect(eventLine(stopped, 'ja')).toMatch(
      new RegExp(`${ja}（${fault.code}）ため中止しました。残りは送信していません。対処：paygent doctor`),
    )
    expect(eventLine(stopped, 'en')).toMatch(
      new RegExp(`${en} \\(${fault.code}\\)\\. The rest was not sent\\. Run "paygent doctor"`),
    )
  })

  const refusal = bad('client-certificate', 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'response')
  const silentBy = (fault: Fault): InquiryAnswer => ({ type: 'silent', fault })

  it('refused after the request has gone out: unknown, and nothing is asked in vain', async () => {
    const b = three()
    const plan = await b.plan('sale', ['1', '2', '3'])
    b.gateway.scripts = [() => ({ type: 'unclear', fault: refusal })]
    b.gateway.onSend = () => (b.gateway.onInquiry = () => silentBy(refusal))
    const ran = await b.run(plan)
    expect([outcomes(ran), b.clock.slept]).toEqual(['1 unknown, 2 unsent, 3 unsent', []])
    expect(stopOf(ran)).toEqual([{ type: 'certificate', problem: 'client-certificate', code: refusal.code }])
  })

  it('refused without a word: the inquiry tells, and the stop says so', async () => {
    const b = three()
    const plan = await b.plan('sale', ['1', '2', '3'])
    b.gateway.scripts = [requestLost]
    b.gateway.onSend = () => (b.gateway.onInquiry = () => silentBy(refusal))
    expect(stopOf(await b.run(plan))).toMatchObject([{ type: 'certificate', problem: 'client-certificate' }])
  })

  it('refused once, and Paygent answers the inquiry: what it says is booked, and the batch stops', async () => {
    const b = three()
    b.gateway.scripts = [() => ({ type: 'unclear', fault: refusal })]
    const ran = await b.batch('sale', ['1', '2', '3'], { wait: false })
    expect([outcomes(ran), b.gateway.sent.length]).toEqual(['1 unknown, 2 unsent, 3 unsent', 1])
    expect(stopOf(ran)).toMatchObject([{ type: 'certificate' }])
  })

  it('found by the look before a cancel', async () => {
    const b = three()
    const plan = await b.plan('cancel', ['1', '2', '3'])
    const expired = bad('certificate', 'CERT_HAS_EXPIRED')
    b.gateway.onSend = () => (b.gateway.onInquiry = () => silentBy(expired))
    b.clock.pass(60_001)
    const ran = await b.run(plan)
    expect(stopOf(ran)).toMatchObject([{ type: 'certificate', problem: 'certificate', code: 'CERT_HAS_EXPIRED' }])
    expect(b.gateway.sent).toHaveLength(1)
  })

  it('while a crash is cleared up is told as what it is', async () => {
    const b = three()
    b.gateway.scripts = [requestLost]
    const plan = await b.plan('sale', ['1', '2'])
    b.gateway.onSend = () => {
      throw new Error('kill -9')
    }
    await expect(b.run(plan)).rejects.toThrow('kill -9')
    b.restart()
    b.gateway.onSend = () => undefined
    const again = await b.plan('sale', ['2', '3'])
    const before = b.gateway.inquired.length
    b.gateway.onInquiry = (_, count) => (count > before + 1 ? silentBy(refusal) : null)
    await expect(b.run(again)).rejects.toMatchObject({ code: 'client-certificate-refused' })
  })
})
