// Tests where fetching and applying notices breaks off, and the report of `sync` then.
import { japanIso } from '../../src/clock.js'
import type { NoticeAnswer } from '../../src/domain/answer.js'
import type { Difference } from '../../src/domain/difference.js'
import { takeDifference } from '../../src/jobs/reconcile/one-order.js'
import { type SyncEvent, syncExit, SyncTally } from '../../src/jobs/sync/events.js'
import { sync } from '../../src/jobs/sync/sync.js'
import { auOrder, bench, type Bench, cardOrder, NOW } from './bench.js'
import { NoticeBoard } from './notice-board.js'
import { carryOut, requestLost } from './paygent.js'
import { depsOf, reconcileOn, standing, syncOn } from './reconciling.js'
import { FAULT, move } from './scripted-gateway.js'
import { describe, expect, it } from 'vitest'

const DAY_MS = 24 * 60 * 60 * 1_000

const on = { notices: true } as const
const SILENT = { type: 'silent', fault: FAULT } as const
const refused = (code: string, handling: 'stop-login' | 'notice-busy'): NoticeAnswer => ({
  type: 'rejected',
  code,
  detail: '',
  handling,
})

const NOTICE = {
  noticeId: '5',
  changeDate: null,
  paymentType: '06',
  paymentId: '91',
  tradingId: 't1',
  status: '40',
  amountYen: 1,
}

/** Of somebody else's kind of payment. */
const OTHERS = { paymentType: '01', paymentId: '5' } as const

function board(b: Bench, ...noticeIds: readonly number[]): NoticeBoard {
  const made = new NoticeBoard(b.gateway)
  for (const noticeId of noticeIds) made.add(noticeId, OTHERS)
  return made
}

/** Answers otherwise where told; everything else is the board's. */
function instead(b: Bench, answer: (asked: string) => NoticeAnswer | 'stop' | null): void {
  const fetch = b.gateway.onNotice
  b.gateway.onNotice = (noticeId, count) => {
    const told = answer(noticeId ?? 'next')
    if (told === 'stop') b.stop.abort()
    return told === null || told === 'stop' ? fetch(noticeId, count) : told
  }
}

const known = async (b: Bench): Promise<Bench> => {
  await syncOn(b)
  b.gateway.inquired.length = 0
  return b
}
const stored = (b: Bench) => b.rows('SELECT notice_id FROM notices ORDER BY 1').map((row) => row['notice_id'])

describe('fetching breaks off', () => {
  const calls = ['next', '4', '2'] as const
  it.each(calls)('on a signal at %s', async (call) => {
    const b = await known(bench(auOrder('1')))
    board(b, 1, 2, 3).deliver(2)
    let aborted = false
    instead(b, (asked) => {
      if (asked !== call || aborted) return null
      aborted = true
      return 'stop'
    })
    expect((await syncOn(b, on)).at(-1)).toBe('stopped interrupted')
    expect(b.rows("SELECT 1 FROM notices WHERE fate <> 'pending'")).toEqual([])
  })

  it.each(['4', '2'])('in silence at number %s, after asking four times', async (call) => {
    const b = await known(bench(auOrder('1')))
    board(b, 1, 2, 3).deliver(2)
    instead(b, (asked) => (asked === call ? SILENT : null))
    expect((await syncOn(b, on)).at(-1)).toBe('stopped inquiry-unanswered')
    expect(b.gateway.noticesAsked.filter((asked) => asked === call)).toHaveLength(4)
    expect(b.clock.slept).toEqual([1_000, 3_000, 10_000])
  })

  it.each(['next', '4', '2'])('where the login is refused at %s', async (call) => {
    const b = await known(bench(auOrder('1')))
    board(b, 1, 2, 3).deliver(2)
    instead(b, (asked) => (asked === call ? refused('P002', 'stop-login') : null))
    await expect(syncOn(b, on)).rejects.toMatchObject({ code: 'login-refused' })
  })

  it.each(['0', '4', '2'])('not where somebody else fetches at %s', async (call) => {
    const b = await known(bench(auOrder('1')))
    board(b, 1, 2, 3).deliver(2)
    let busy = 2
    instead(b, (asked) => {
      if (asked !== call || busy === 0) return null
      busy -= 1
      return refused('9004', 'notice-busy')
    })
    await syncOn(b, on)
    expect([stored(b), b.clock.slept]).toEqual([
      [1, 2, 3],
      [1_000, 3_000],
    ])
  })

  it('where somebody else never stops fetching', async () => {
    const b = await known(bench(auOrder('1')))
    instead(b, () => refused('9004', 'notice-busy'))
    expect(await syncOn(b, on)).toEqual(['notices stopped at 0 9004'])
    expect(b.gateway.noticesAsked).toEqual(['0', '0', '0', '0'])
    expect(b.gateway.inquired.length).toBeGreaterThan(0)
  })

  it('at once where the first call is not answered', async () => {
    const b = await known(bench(auOrder('1')))
    instead(b, () => SILENT)
    await expect(syncOn(b, on)).rejects.toMatchObject({ code: 'gateway-unreachable' })
    expect(b.gateway.noticesAsked).toEqual(['0'])
  })

  it('where Paygent gives the same one again and again', async () => {
    const b = await known(bench(auOrder('1')))
    board(b)
    instead(b, (asked) => (asked === 'next' ? { type: 'notice', notice: NOTICE, gap: false } : null))
    expect(await syncOn(b, on)).toContain('notices stopped at next notice-repeated')
    expect(b.gateway.noticesAsked).toEqual(['0', 'next', 'next'])
  })

  it('where the login is refused after a lost answer', async () => {
    const b = await known(bench(auOrder('1')))
    board(b, 1, 2)
    let calls = 0
    instead(b, (asked) => {
      if (asked !== 'next') return null
      calls += 1
      return calls === 1 ? SILENT : refused('P002', 'stop-login')
    })
    await expect(syncOn(b, on)).rejects.toMatchObject({ code: 'login-refused' })
  })

  it('on a signal while a lost answer is waited for', async () => {
    const b = await known(bench(auOrder('1')))
    board(b, 1, 2)
    instead(b, (asked) => {
      if (asked !== 'next') return null
      b.stop.abort()
      return SILENT
    })
    expect((await syncOn(b, on)).at(-1)).toBe('stopped interrupted')
  })
})

describe('a notice that Paygent refuses or answers unreadably', () => {
  const P010: NoticeAnswer = { type: 'rejected', code: 'P010', detail: '', handling: 'malformed' }
  const UNREADABLE: NoticeAnswer = {
    type: 'silent',
    fault: { kind: 'answer', code: 'fields', phase: 'done', message: '' },
  }

  it.each([
    ['0', P010],
    ['0', UNREADABLE],
    ['next', P010],
    ['next', UNREADABLE],
    ['4', P010],
    ['4', UNREADABLE],
    ['2', P010],
    ['2', UNREADABLE],
  ] as const)('ends the notices, not the inquiries, and is asked for again the next time: %s', async (call, answer) => {
    const b = await known(bench(auOrder('1'), auOrder('2')))
    board(b, 1, 2, 3).deliver(2)
    move(b.gateway.payments, '92', { status: '40' })
    let refuses = true
    instead(b, (asked) => (refuses && asked === call ? answer : null))
    const heard = await syncOn(b, on)
    const { code } = answer.type === 'rejected' ? answer : { code: 'fields' }
    expect(heard.filter((line) => line.startsWith('notices stopped'))).toEqual([`notices stopped at ${call} ${code}`])
    // An order that no notice spoke of is asked about all the same: one that could not be fetched may have.
    expect(heard).toContain('difference 2 moved, booked')
    expect(b.rows("SELECT 1 FROM notices WHERE fate = 'pending'")).toEqual([])
    refuses = false
    b.gateway.noticesAsked.length = 0
    expect((await syncOn(b, on)).filter((line) => line.startsWith('notices stopped'))).toEqual([])
    expect(b.gateway.noticesAsked).toContain(call)
    expect(stored(b)).toEqual([1, 2, 3])
  })

  it('ends with its report where Paygent then says nothing about any order: what was booked before is not lost', async () => {
    const b = await known(bench(auOrder('1'), auOrder('2')))
    instead(b, () => UNREADABLE)
    b.gateway.onInquiry = () => SILENT
    expect(await syncOn(b, on)).toEqual([
      'notices stopped at 0 fields',
      'untold 1',
      'untold 2',
      'stopped inquiry-unanswered',
    ])
  })

  it('reports what its notices have changed, though Paygent is silent from then on', async () => {
    const b = await known(bench(auOrder('1'), auOrder('2')))
    const made = new NoticeBoard(b.gateway)
    made.add(1, { status: '40' })
    made.add(2, OTHERS)
    move(b.gateway.payments, '91', { status: '40' })
    let asked = 0
    b.gateway.onInquiry = () => {
      asked += 1
      return asked === 1 ? null : SILENT
    }
    let calls = 0
    instead(b, (call) => {
      calls += call === 'next' ? 1 : 0
      return calls > 1 ? UNREADABLE : null
    })
    const heard = await syncOn(b, on)
    expect(heard).toContain('difference 1 moved, booked')
    expect(heard.at(-1)).toBe('stopped inquiry-unanswered')
  })

  it('ends the applying on a signal, as ever', async () => {
    const b = await known(bench(auOrder('1')))
    board(b, 1)
    instead(b, (asked) => {
      if (asked !== '2') return null
      b.stop.abort()
      return P010
    })
    expect(await syncOn(b, on)).toEqual(['notices stopped at 2 P010', 'stopped interrupted'])
    expect(b.mirror.inbox.pending()).toHaveLength(1)
  })
})

describe('fetching', () => {
  it('begins with a call that names a notice that there is', async () => {
    const b = await known(bench(auOrder('1')))
    board(b, 0, 1)
    await syncOn(b, on)
    expect(stored(b)).toEqual([0, 1])
  })

  it('looks before the first one that it knows where an answer was lost', async () => {
    const b = await known(bench(auOrder('1')))
    board(b, 1, 2).loses = [1]
    await syncOn(b, on)
    expect([stored(b), b.gateway.noticesAsked]).toEqual([
      [1, 2],
      ['0', 'next', 'next', '1', 'next', '3'],
    ])
  })

  it('asks about every order where those before the first one are gone', async () => {
    const b = await known(bench(auOrder('1'), auOrder('2')))
    move(b.gateway.payments, '92', { status: '40' })
    board(b)
    instead(b, (asked) =>
      asked === 'next' && b.gateway.noticesAsked.length === 2
        ? { type: 'notice', notice: { ...NOTICE, noticeId: '7', ...OTHERS }, gap: true }
        : null,
    )
    const heard = await syncOn(b, on)
    expect(heard).toContain('purged 6 of 1,2')
    expect(heard).toContain('difference 2 moved, booked')
  })

  it('takes a notice that was once called purged', async () => {
    const b = await known(bench(auOrder('1')))
    const made = board(b, 1, 3)
    await syncOn(b, on)
    expect(b.rows("SELECT notice_id FROM notices WHERE fate = 'purged'")).toEqual([{ notice_id: 2 }])
    made.add(2, OTHERS)
    expect(await syncOn(b, on)).toEqual(['notice 2 other-type'])
  })

  it('names five hundred at most, and the rest the next time', async () => {
    const b = await known(bench(auOrder('1')))
    const ids = Array.from({ length: 600 }, (_, index) => index + 1)
    const made = board(b, ...ids)
    made.deliver(...ids.slice(1))
    await syncOn(b, on)
    expect([stored(b).length, b.gateway.noticesAsked.filter((asked) => /^[1-9]/.test(asked)).length]).toEqual([
      501, 500,
    ])
    await syncOn(b, on)
    expect(stored(b)).toHaveLength(600)
  })
})

describe('applying', () => {
  it('ends on a signal, and the rest is applied the next time', async () => {
    const b = await known(bench(auOrder('1')))
    board(b, 1, 2)
    instead(b, (asked) => (asked === '3' ? 'stop' : null))
    expect((await syncOn(b, on)).at(-1)).toBe('stopped interrupted')
    expect(b.mirror.inbox.pending()).toHaveLength(2)
  })

  it.each([
    ['an order’s payment', { paymentId: '91', status: '40' }],
    ['a payment that the mirror does not know', { paymentId: '77', status: '20' }],
  ])('ends where Paygent is silent about %s', async (_, change) => {
    const b = await known(bench(auOrder('1')))
    const made = new NoticeBoard(b.gateway)
    made.add(1, change)
    made.add(2, OTHERS)
    b.gateway.onInquiry = () => SILENT
    expect(await syncOn(b, on)).toEqual(['untold 1', 'stopped inquiry-unanswered'])
    expect(b.mirror.inbox.pending()).toHaveLength(2)
  })

  it('is interrupted by a signal while another order is asked about', async () => {
    const b = await known(bench(auOrder('1'), auOrder('2')))
    const made = new NoticeBoard(b.gateway)
    made.add(1, { paymentId: '91', status: '40' })
    b.gateway.onInquiry = ({ tradingId }) => {
      if (tradingId === 't2') b.stop.abort()
      return SILENT
    }
    expect(await syncOn(b, on)).toEqual(['untold 1', 'stopped interrupted'])
  })

  it.each([
    ['an order’s payment', { paymentId: '91', status: '40' }],
    ['a payment that the mirror does not know', { paymentId: '77', status: '20' }],
  ])('goes on where Paygent is silent about %s alone', async (_, change) => {
    const b = await known(bench(auOrder('1'), auOrder('2'), auOrder('3')))
    const made = new NoticeBoard(b.gateway)
    made.add(1, change)
    made.add(2, change)
    made.add(3, { paymentId: '92', tradingId: 't2', status: '40' })
    move(b.gateway.payments, '92', { status: '40' })
    b.gateway.onInquiry = ({ tradingId }) => (tradingId === 't1' ? SILENT : null)
    const before = b.gateway.inquired.length
    expect(await syncOn(b, on)).toEqual([
      'untold 1',
      'notice 1 pending',
      'notice 2 pending',
      'difference 2 moved, booked',
      'notice 3 applied',
    ])
    // Four times for the silent one, once for another, and not again for its second notice.
    expect(b.gateway.inquired.slice(before).filter(({ tradingId }) => tradingId === 't1')).toHaveLength(4)
    b.gateway.onInquiry = () => null
    move(b.gateway.payments, '91', { status: '40' })
    expect((await syncOn(b, on)).filter((line) => line.startsWith('notice'))).toHaveLength(2)
  })

  it('names a silent order once, though its notice and the inquiries that follow both ask about it', async () => {
    const b = await known(bench(auOrder('1'), auOrder('2')))
    const made = new NoticeBoard(b.gateway)
    made.add(1, { status: '40' })
    made.add(3, OTHERS)
    b.gateway.onInquiry = ({ tradingId }) => (tradingId === 't1' ? SILENT : null)
    const tally = new SyncTally()
    const deps = { ...depsOf(b), inbox: b.mirror.inbox }
    const events: string[] = []
    for await (const event of sync({ notices: true, limit: null, untilMs: null }, deps, b.stop.signal)) {
      tally.note(event)
      if (event.type === 'untold') events.push(event.orderId)
    }
    expect([events, tally.report.untold]).toEqual([['1', '1'], [{ orderId: '1', code: null }]])
  })

  it('ends with the second silent one where no other is left to ask about', async () => {
    const b = await known(bench(auOrder('1'), auOrder('2')))
    const made = new NoticeBoard(b.gateway)
    made.add(1, { status: '40' })
    made.add(2, { paymentId: '92', tradingId: 't2', status: '40' })
    let count = 0
    b.gateway.onInquiry = ({ tradingId }) => (tradingId === 't1' || (count += 1) > 1 ? SILENT : null)
    expect(await syncOn(b, on)).toEqual(['untold 1', 'notice 1 pending', 'untold 2', 'stopped inquiry-unanswered'])
  })

  it('names the order of a payment about which Paygent gives a code, and goes on', async () => {
    const b = await known(bench(auOrder('1')))
    const made = new NoticeBoard(b.gateway)
    made.add(1, { paymentId: '77', status: '20' })
    made.add(2, OTHERS)
    b.gateway.onInquiry = () => ({ type: 'rejected', code: 'P008', detail: '', handling: 'malformed' })
    expect(await syncOn(b, on)).toEqual(['untold 1 P008', 'notice 1 pending', 'notice 2 other-type'])
  })

  it('gives its payment to an order that has none', async () => {
    const b = bench(auOrder('1', { paymentId: null }))
    new NoticeBoard(b.gateway).add(1, { status: '20' })
    b.gateway.hold({ paymentId: '91', tradingId: 't1' })
    expect(await syncOn(b, on)).toEqual(['notice 1 applied'])
    expect([standing(b), b.gateway.inquired]).toEqual(['91 20', [{ tradingId: 't1' }]])
  })

  it('takes no side between two orders of one trading id', async () => {
    const b = await known(bench(auOrder('1'), auOrder('2', { tradingId: 't1' })))
    new NoticeBoard(b.gateway).add(1, { paymentId: '77', status: '20' })
    b.gateway.hold({ paymentId: '77', tradingId: 't1' })
    expect(await syncOn(b, on)).toEqual(['notice 1 unknown-payment'])
    expect(standing(b)).toBe('91 20')
  })

  it('waits while the correction that may have made it is open', async () => {
    const b = await known(bench(cardOrder('1', { totalYen: 600, listedAmountYen: 1_000 })))
    b.gateway.scripts = [requestLost]
    await b.batch('sale', ['1'], { wait: false })
    new NoticeBoard(b.gateway).add(1, { paymentType: '02', paymentId: '91000', amountYen: 600 })
    expect(await syncOn(b, on)).toEqual(['notice 1 pending'])
  })

  it('waits where Paygent then knows nothing of the payment', async () => {
    const b = await known(bench(auOrder('1')))
    new NoticeBoard(b.gateway).add(1, { status: '60' })
    b.gateway.payments.clear()
    for (const _night of [1, 2]) expect(await syncOn(b, on)).toEqual(['difference 1 no-payment', 'notice 1 pending'])
    expect(standing(b)).toBe('91 20')
  })

  it.each(['', '05'])('passes over none of ours for its payment type: %j', async (paymentType) => {
    const b = await known(bench(auOrder('1')))
    move(b.gateway.payments, '91', { status: '32' })
    new NoticeBoard(b.gateway).add(1, { status: '32', paymentType })
    expect(await syncOn(b, on)).toEqual(['difference 1 moved, booked', 'notice 1 applied'])
  })

  it('keeps one of no type that nobody knows', async () => {
    const b = await known(bench(auOrder('1')))
    new NoticeBoard(b.gateway).add(1, { paymentId: '77', tradingId: 't7', paymentType: '' })
    expect(await syncOn(b, on)).toEqual(['notice 1 unknown-payment'])
  })

  it('leaves a payment that Paygent does not know', async () => {
    const b = await known(bench(auOrder('1')))
    new NoticeBoard(b.gateway).add(1, { paymentId: '77', status: '20' })
    expect(await syncOn(b, on)).toEqual(['notice 1 unknown-payment'])
  })

  it('enters another payment with what Paygent says of it', async () => {
    const b = await known(bench(auOrder('1')))
    new NoticeBoard(b.gateway).add(1, { paymentId: '77', status: '20' })
    b.gateway.hold({ paymentId: '77', tradingId: 't1', status: '20', amountYen: 5 })
    await syncOn(b, on)
    const payments = b.mirror.issues.payments('1').map(({ paymentId, heldAmountYen }) => [paymentId, heldAmountYen])
    expect(payments).toEqual([
      ['91', 1_000],
      ['77', 5],
    ])
  })

  it('a correction’s payment is written down, and is no other one when it does not fit', async () => {
    const b = await known(bench(cardOrder('1', { totalYen: 600, listedAmountYen: 1_000 })))
    b.gateway.scripts = [
      (request, payments) => {
        carryOut(request, payments)
        move(payments, '91', { status: '20' })
        return { type: 'unclear', fault: FAULT }
      },
    ]
    await b.batch('sale', ['1'])
    const made = new NoticeBoard(b.gateway)
    made.add(1, { paymentType: '02', paymentId: '91000', status: '40', amountYen: 600 })
    await syncOn(b, on)
    const [entry] = b.rows('SELECT event, detail FROM journal ORDER BY seq DESC LIMIT 1')
    expect(entry).toEqual({ event: 'difference', detail: 'payment 91000: 40 600' })
    b.gateway.hold({ paymentId: '78', tradingId: 't1', status: '40', amountYen: 601 })
    made.add(2, { paymentType: '02', paymentId: '78', status: '40', amountYen: 601 })
    expect(await syncOn(b, on)).toEqual(['difference 1 another-payment, booked', 'notice 2 applied'])
    expect(b.mirror.journal.attempts('1')).toMatchObject([{ newPaymentId: '91000' }])
    expect(b.mirror.issues.forAPerson()).toEqual([{ orderId: '1', cause: 'another-payment' }])
  })

  it.each([
    ['within 7 days is the correction’s', 7 * DAY_MS, '78', []],
    ['up to a day before is the correction’s, as clocks differ', -DAY_MS, '78', []],
    ['earlier was there before', -DAY_MS - 1_000, null, [{ orderId: '1', cause: 'another-payment' }]],
    ['later was sold by another hand', 7 * DAY_MS + 1_000, null, [{ orderId: '1', cause: 'another-payment' }]],
  ])('a payment that fits a lost correction and was sold %s', async (_, afterMs, newPaymentId, forAPerson) => {
    const b = await known(bench(cardOrder('1', { totalYen: 600, listedAmountYen: 1_000 })))
    b.gateway.scripts = [
      (_request, payments) => {
        move(payments, '91', { status: '60' })
        return { type: 'unclear', fault: FAULT }
      },
    ]
    await b.batch('sale', ['1'])
    const sentMs = Number(b.rows('SELECT prepared_ms FROM attempts')[0]?.['prepared_ms'])
    const soldAt = japanIso(sentMs + afterMs)
    b.gateway.hold({ paymentId: '78', tradingId: 't1', status: '40', amountYen: 600, soldAt })
    new NoticeBoard(b.gateway).add(1, { paymentType: '02', paymentId: '78', status: '40', amountYen: 600 })
    expect(await syncOn(b, on)).toEqual(['difference 1 another-payment, booked', 'notice 1 applied'])
    expect(b.mirror.journal.attempts('1')).toMatchObject([{ state: 'attention', newPaymentId }])
    expect(b.mirror.issues.forAPerson().filter(({ cause }) => cause === 'another-payment')).toEqual(forAPerson)
  })

  it.each([
    ['of now', '2026-11-28T12:00:00+09:00', []],
    ['of five days ago', '2026-11-23T12:00:00+09:00', ['92']],
  ])(
    'an amount by a notice %s is as old as that: a sale asks again after 12 hours',
    async (_, changeDate, expected) => {
      const b = await known(bench(cardOrder('1'), cardOrder('2')))
      b.clock.pass(5 * DAY_MS)
      await syncOn(b)
      new NoticeBoard(b.gateway).add(1, {
        paymentType: '02',
        paymentId: '92',
        tradingId: 't2',
        status: '20',
        changeDate,
      })
      await syncOn(b, on)
      b.gateway.inquired.length = 0
      await b.plan('sale', ['1', '2'])
      expect(b.gateway.inquired.map((key) => 'paymentId' in key && key.paymentId)).toEqual(expected)
    },
  )

  it.each([
    ['shipped, expired', '2026-11-22T10:00:00+09:00', '33', ['difference 1 moved, booked']],
    ['shipped, sold', '2026-11-22T10:00:00+09:00', '40', []],
    ['not shipped, expired', null, '33', []],
  ])('the first answer about an order: %s', async (_, shippedAt, status, expected) => {
    const b = bench(cardOrder('1', { shippedAt, status: null }))
    move(b.gateway.payments, '91', { status })
    expect(await syncOn(b)).toEqual(expected)
    expect([b.order('1').status, await syncOn(b)]).toEqual([status, []])
  })

  it('a second payment that fits a correction as well is another one', async () => {
    const b = await known(bench(cardOrder('1', { totalYen: 600, listedAmountYen: 1_000 })))
    b.gateway.scripts = [
      (request, payments) => {
        const newPaymentId = carryOut(request, payments)
        move(payments, '91', { status: '20' })
        return { type: 'half-done', code: '2010', detail: '', newPaymentId }
      },
    ]
    await b.batch('sale', ['1'])
    b.gateway.hold({ paymentId: '78', tradingId: 't1', status: '40', amountYen: 600 })
    new NoticeBoard(b.gateway).add(2, { paymentType: '02', paymentId: '78', status: '40', amountYen: 600 })
    await syncOn(b, on)
    expect(b.mirror.journal.attempts('1')).toMatchObject([{ newPaymentId: '91000' }])
    move(b.gateway.payments, '91', { status: '60' })
    expect(await reconcileOn(b)).toEqual([])
    expect(standing(b)).toContain('attention another-payment')
    move(b.gateway.payments, '78', { status: '60' })
    expect(await reconcileOn(b)).toEqual(['settled 1 029 accepted'])
    expect(standing(b)).toBe('91000 40')
  })

  it('leaves what is in conflict to reconcile', async () => {
    const b = await known(bench(auOrder('1')))
    await b.batch('sale', ['1'])
    b.mirror.importOrders({ rows: [auOrder('1', { status: '60' })], others: [] }, b.clock.nowMs())
    new NoticeBoard(b.gateway).add(1, { status: '41' })
    expect(await syncOn(b, on)).toEqual(['notice 1 pending'])
  })
})

describe('an order of which Paygent says nothing', () => {
  const p008 = { type: 'rejected', code: 'P008', detail: '', handling: 'malformed' } as const

  it.each([1, 2, 3])('by a code keeps nobody else waiting, wherever it stands: %i', async (place) => {
    const b = bench(auOrder('1'), auOrder('2'), auOrder('3'))
    b.gateway.onInquiry = (key) => (key.tradingId === `t${place}` ? p008 : null)
    expect(await syncOn(b)).toEqual([`untold ${place} P008`])
    expect(['1', '2', '3'].filter((id) => b.order(id).heldAmountAt === null)).toEqual([String(place)])
  })

  it('by silence neither, unless the one that was answered before is silent too', async () => {
    const b = bench(...['1', '2', '3', '4'].map((id) => auOrder(id)))
    const silent = (...ids: string[]) => {
      b.gateway.onInquiry = (key, count) => (count > before && ids.includes(key.tradingId) ? SILENT : null)
    }
    let before = 1
    silent('t2')
    expect(await syncOn(b)).toEqual(['untold 2'])
    before = b.gateway.inquired.length + 1
    silent('t3', 't4')
    expect(await syncOn(b)).toEqual(['untold 3', 'untold 4'])
    before = b.gateway.inquired.length + 3
    silent('t1', 't2', 't3', 't4')
    expect(await syncOn(b)).toEqual(['untold 3', 'untold 4', 'stopped inquiry-unanswered'])
  })

  it.each([
    ['silence', SILENT],
    ['a code that says "not now"', { type: 'rejected', code: '9005', detail: '', handling: 'busy' }],
  ] as const)('by %s neither where it is the first', async (_, answer) => {
    const b = bench(auOrder('1'), auOrder('2'), auOrder('3'))
    b.gateway.onInquiry = (key) => (key.tradingId === 't1' ? answer : null)
    expect(await syncOn(b)).toEqual(['untold 1'])
    expect(['1', '2', '3'].map((id) => b.order(id).heldAmountAt !== null)).toEqual([false, true, true])
  })

  it('that is the first one ends it where Paygent says nothing of another, or refuses the login', async () => {
    const b = bench(auOrder('1'), auOrder('2'))
    b.gateway.onInquiry = () => SILENT
    await expect(syncOn(b)).rejects.toMatchObject({ code: 'gateway-unreachable' })
    b.gateway.onInquiry = (key) =>
      key.tradingId === 't1' ? { type: 'rejected', code: '9003', detail: '', handling: 'stop-login' } : null
    await expect(syncOn(b)).rejects.toMatchObject({ code: 'login-refused' })
  })

  it('takes its turn with the others where there is a limit', async () => {
    const b = bench(auOrder('1'), auOrder('2'), auOrder('3'))
    b.gateway.payments.delete('91')
    const turns: string[] = []
    for (const _turn of [1, 2, 3, 4]) {
      turns.push(...(await syncOn(b, { limit: 1 })).filter((line) => !line.startsWith('put off')))
      b.clock.pass(1_000)
    }
    expect(turns).toEqual(['difference 1 no-payment', 'difference 1 no-payment'])
    expect(['2', '3'].map((id) => b.order(id).heldAmountAt !== null)).toEqual([true, true])
  })

  it('known by its trading id alone has its payment once Paygent tells it', async () => {
    const b = bench(auOrder('1', { paymentId: null }))
    b.gateway.hold({ paymentId: '91', tradingId: 't1', status: '40' })
    expect(await syncOn(b)).toEqual(['difference 1 moved, booked'])
    expect(standing(b)).toBe('91 40')
    expect(b.mirror.issues.payments('1')).toHaveLength(1)
    expect(await syncOn(b)).toEqual([])
  })
})

describe('a limit', () => {
  it('is told with how many are left', async () => {
    const b = bench(auOrder('1'), auOrder('2'), auOrder('3'))
    const events: string[] = await syncOn(b, { limit: 2 })
    expect(events).toEqual(['put off 1'])
    expect(await syncOn(b, { limit: 3 })).toEqual([])
  })

  it('of time ends the asking, before the first too', async () => {
    const b = bench(auOrder('1'), auOrder('2'), auOrder('3'))
    b.gateway.onInquiry = () => {
      b.clock.pass(1_000)
      return null
    }
    const nowMs = b.clock.nowMs()
    expect(await syncOn(b, { untilMs: () => nowMs + 2_500 })).toEqual(['put off 1'])
    expect(await syncOn(b, { untilMs: () => b.clock.nowMs() })).toEqual(['put off 3'])
  })

  it('leaves what a purged notice told to the next time', async () => {
    const b = await known(bench(auOrder('1'), auOrder('2')))
    board(b, 1, 2, 3).purge(2)
    expect(await syncOn(b, { ...on, limit: 1 })).toContain('put off 1')
    expect(b.mirror.inbox.unexplained()).toEqual([2])
    await syncOn(b, on)
    expect(b.mirror.inbox.unexplained()).toEqual([])
  })
})

describe('the report', () => {
  const difference: Difference = {
    orderId: '1',
    paymentId: '91',
    cause: 'moved',
    mirror: { status: '20', amountYen: 1 },
    paygent: { status: '40', amountYen: 1 },
    code: null,
  }
  const notice = NOTICE
  const reportOf = (...events: SyncEvent[]) => {
    const tally = new SyncTally()
    for (const event of events) tally.note(event)
    return tally.report
  }

  it('sums up what came of it', () => {
    const report = reportOf(
      { type: 'fetched', noticeId: '5' },
      { type: 'fetched', noticeId: '6' },
      { type: 'purged', noticeIds: [3], orderIds: ['1'] },
      { type: 'notice', notice, fate: 'applied' },
      { type: 'notice', notice, fate: 'earlier-payment' },
      { type: 'notice', notice, fate: 'other-type' },
      { type: 'notice', notice, fate: 'pending' },
      { type: 'notice', notice, fate: 'unknown-payment' },
      { type: 'asking', index: 1, total: 2, orderId: '1' },
      { type: 'asking', index: 2, total: 2, orderId: '2' },
      { type: 'aged', orderId: '1', status: '44' },
      { type: 'difference', difference, booked: true },
      { type: 'untold', orderId: '2', code: 'P008' },
      { type: 'put-off', orders: 7 },
      { type: 'notices-stopped', noticeId: '7', code: 'P010' },
      { type: 'stopped', reason: { type: 'interrupted' } },
    )
    expect(report).toEqual({
      asked: 2,
      putOff: 7,
      untold: [{ orderId: '2', code: 'P008' }],
      aged: [{ orderId: '1', status: '44' }],
      differences: [{ ...difference, booked: true }],
      notices: {
        fetched: 2,
        applied: 2,
        otherTypes: 1,
        pending: 1,
        unknownPayments: [notice],
        stopped: { noticeId: '7', code: 'P010' },
      },
      purged: { noticeIds: [3], orderIds: ['1'] },
      stopped: true,
    })
  })

  it('is empty before anything has happened', () => {
    expect(reportOf()).toEqual({
      asked: 0,
      putOff: 0,
      untold: [],
      aged: [],
      differences: [],
      notices: { fetched: 0, applied: 0, otherTypes: 0, pending: 0, unknownPayments: [], stopped: null },
      purged: null,
      stopped: false,
    })
  })

  it('ends with a code', async () => {
    const b = bench(auOrder('1'), auOrder('2'))
    const codeOf = (...events: SyncEvent[]) => syncExit(reportOf(...events), b.mirror)
    const stopped = { type: 'stopped', reason: { type: 'interrupted' } } as const
    const differs = { type: 'difference', difference, booked: true } as const
    expect(codeOf()).toBe(0)
    expect(codeOf({ type: 'notice', notice, fate: 'pending' })).toBe(0)
    expect(codeOf(differs)).toBe(3)
    expect(codeOf({ type: 'untold', orderId: '1', code: null })).toBe(3)
    expect(codeOf({ type: 'notice', notice, fate: 'unknown-payment' })).toBe(3)
    expect(codeOf(differs, stopped)).toBe(6)
    const refused = { type: 'notices-stopped', noticeId: null, code: 'P010' } as const
    expect(codeOf(differs, refused)).toBe(6)
    b.mirror.lock.acquire('sync')
    const order = b.order('2')
    takeDifference(order, { difference: { ...difference, cause: 'late-arrival' }, facts: [] }, b.mirror.issues, NOW)
    b.mirror.lock.release()
    expect(b.mirror.issues.forAPerson()).toHaveLength(1)
    expect([codeOf(), codeOf(stopped), codeOf(refused)]).toEqual([4, 4, 4])
  })

  it('ends with a code for a person where a request is open', async () => {
    const b = bench(auOrder('1'))
    const stopped = { type: 'stopped', reason: { type: 'interrupted' } } as const
    const codeOf = (...events: SyncEvent[]) => syncExit(reportOf(...events), b.mirror)
    expect(codeOf(stopped)).toBe(6)
    b.gateway.scripts = [requestLost]
    await b.batch('sale', ['1'], { wait: false })
    expect(codeOf(stopped)).toBe(4)
  })
})
