// Tests `sync`: the mirror is brought up to date by inquiries, or by notices and inquiries about the facts that they
// lack.
import type { ImportRow } from '../../src/domain/shop.js'
import { auOrder, bench, type Bench, cardOrder } from './bench.js'
import { NoticeBoard } from './notice-board.js'
import { carryOut, requestLost } from './paygent.js'
import { standing, syncOn } from './reconciling.js'
import { FAULT, move } from './scripted-gateway.js'
import { describe, expect, it } from 'vitest'

const asked = (b: Bench): (string | undefined)[] =>
  b.gateway.inquired.map((key) => ('paymentId' in key ? key.paymentId : key.tradingId))
const fates = (b: Bench) =>
  b.rows('SELECT notice_id, fate FROM notices ORDER BY notice_id').map((row) => `${row['notice_id']} ${row['fate']}`)
/** A notice of somebody else's kind of payment. */
const OTHERS = { paymentType: '01', paymentId: '5' } as const
const docomo = (orderId: string) => auOrder(orderId, { carrier: 'docomo' })

describe('by inquiries', () => {
  it('learns what Paygent says, and asks about nothing that is finished', async () => {
    const b = bench(auOrder('1'), auOrder('2', { status: '32' }), docomo('3'))
    move(b.gateway.payments, '93', { status: '21' })
    expect(await syncOn(b)).toEqual(['aged 3 21'])
    expect(asked(b)).toEqual(['91', '91', '93'])
    expect([b.order('1').heldAmountYen, standing(b, '3')]).toEqual([1_000, '93 21'])
  })

  it.each([
    ['sold elsewhere', { status: '40' }, 'difference 1 moved, booked', '91 40'],
    ['cancelled elsewhere', { status: '32' }, 'difference 1 moved, booked', '91 32'],
    ['expired', { status: '33' }, 'difference 1 moved, booked', '91 33'],
  ] as const)('tells once what was %s', async (_, change, line, stands) => {
    const b = bench(auOrder('1'))
    move(b.gateway.payments, '91', change)
    expect(await syncOn(b)).toEqual([line])
    expect(standing(b)).toBe(stands)
    expect(await syncOn(b)).toEqual([])
  })

  it('tells an amount that has changed', async () => {
    const b = bench(auOrder('1'))
    await syncOn(b)
    move(b.gateway.payments, '91', { amountYen: 900 })
    expect(await syncOn(b)).toEqual(['difference 1 moved, booked'])
    expect(b.order('1').heldAmountYen).toBe(900)
  })

  it('tells a payment that Paygent does not know, and changes nothing', async () => {
    const b = bench(auOrder('1'), auOrder('2'))
    b.gateway.payments.delete('92')
    expect(await syncOn(b)).toEqual(['difference 2 no-payment'])
    expect(standing(b, '2')).toBe('92 20')
  })

  it('asks about no order of which nothing is known and that the shop has called off', async () => {
    const none = { paymentId: null, status: null }
    const b = bench(auOrder('1', { ...none, orderStatus: '決済処理中' }), auOrder('2', none))
    b.gateway.hold({ paymentId: '92', tradingId: 't2', method: 'carrier', carrier: 'au' })
    expect(await syncOn(b)).toEqual([])
    expect([asked(b).includes('t1'), standing(b, '2')]).toEqual([false, '92 20'])
  })

  it('hands to a person what came late', async () => {
    const b = bench(auOrder('1'))
    b.gateway.scripts = [requestLost]
    await b.batch('sale', ['1'])
    move(b.gateway.payments, '91', { status: '40' })
    expect(await syncOn(b)).toEqual(['difference 1 late-arrival, booked'])
    expect(standing(b)).toBe('91 40 attention late-arrival')
  })

  it('leaves what is open to reconcile', async () => {
    const b = bench(auOrder('1'))
    b.gateway.scripts = [requestLost]
    await b.batch('sale', ['1'], { wait: false })
    const before = b.gateway.inquired.length
    expect(await syncOn(b)).toEqual([])
    expect(b.gateway.inquired).toHaveLength(before)
  })

  it('with a limit takes turns, the one longest not looked at first', async () => {
    const b = bench(auOrder('1'), auOrder('2'), auOrder('3'))
    const turns: (string | undefined)[][] = []
    for (const _turn of [1, 2, 3]) {
      const before = b.gateway.inquired.length
      await syncOn(b, { limit: 2 })
      // The first inquiry shows that login and connection are good.
      turns.push(asked(b).slice(before + 1))
      b.clock.pass(1_000)
    }
    expect(turns).toEqual([
      ['91', '92'],
      ['93', '91'],
      ['92', '91'],
    ])
  })

  it('ends when Paygent does not answer, or on a signal', async () => {
    const b = bench(auOrder('1'), auOrder('2'))
    b.gateway.onInquiry = (_, count) => (count > 1 ? { type: 'silent', fault: FAULT } : null)
    expect(await syncOn(b)).toEqual(['untold 1', 'untold 2', 'stopped inquiry-unanswered'])
    b.gateway.onInquiry = () => {
      b.stop.abort()
      return null
    }
    expect(await syncOn(b)).toEqual(['stopped interrupted'])
    expect(b.mirror.lock.held).toBe(false)
  })

  it('does not begin without a login, or while another program has the lock', async () => {
    const b = bench(auOrder('1'))
    b.gateway.onInquiry = () => ({ type: 'rejected', code: 'P002', detail: '', handling: 'stop-login' })
    await expect(syncOn(b)).rejects.toMatchObject({ exitCode: 2 })
    const other = b.open()
    expect(other.lock.acquire('sale')).toBe(true)
    await expect(syncOn(b)).rejects.toMatchObject({ code: 'another-run', exitCode: 5 })
  })
})

describe('by notices', () => {
  function notices(b: Bench): NoticeBoard {
    return new NoticeBoard(b.gateway)
  }
  const on = { notices: true } as const

  /** Everything is known to Paygent and to us, so that only notices bring news. */
  async function known(...rows: ImportRow[]): Promise<Bench> {
    const b = bench(...rows)
    await syncOn(b)
    b.gateway.inquired.length = 0
    return b
  }

  it('takes what time alone did without an inquiry, each once', async () => {
    const b = await known(docomo('1'), docomo('2'))
    await b.batch('sale', ['1'])
    b.gateway.inquired.length = 0
    const board = notices(b)
    board.add(7, { status: '40' })
    board.add(8, { status: '44' })
    board.add(9, { paymentId: '92', tradingId: 't2', status: '21' })
    expect(await syncOn(b, on)).toEqual([
      'notice 7 applied',
      'aged 1 44',
      'notice 8 applied',
      'aged 2 21',
      'notice 9 applied',
    ])
    expect([standing(b), standing(b, '2'), asked(b)]).toEqual(['91 44', '92 21', []])
    expect(await syncOn(b, on)).toEqual([])
    expect(fates(b)).toEqual(['7 applied', '8 applied', '9 applied'])
  })

  it('inquires where the notice does not fit, and Paygent decides', async () => {
    const b = await known(auOrder('1'), auOrder('2'))
    move(b.gateway.payments, '91', { status: '40' })
    const board = notices(b)
    board.add(1, { status: '40' })
    board.add(2, { paymentId: '92', tradingId: 't2', status: '40' })
    expect(await syncOn(b, on)).toEqual(['difference 1 moved, booked', 'notice 1 applied', 'notice 2 applied'])
    expect([standing(b), standing(b, '2'), asked(b)]).toEqual(['91 40', '92 20', ['91', '92']])
  })

  it('inquires about an amount that differs', async () => {
    const b = await known(auOrder('1'))
    move(b.gateway.payments, '91', { amountYen: 900 })
    notices(b).add(1, { status: '20', amountYen: 900 })
    expect(await syncOn(b, on)).toEqual(['difference 1 moved, booked', 'notice 1 applied'])
  })

  it.each([
    ['of a plain sale', 1_000],
    ['of a corrected sale, whose trading id has two payments', 900],
  ])('docomo completes a cancel by itself: no difference and nothing for a person, %s', async (_, totalYen) => {
    const b = await known(docomo('1'))
    if (totalYen < 1_000) b.mirror.lock.acquire('amend')
    if (totalYen < 1_000) b.mirror.journal.amend('1', totalYen, b.clock.nowMs())
    b.mirror.lock.release()
    await b.batch('sale', ['1'])
    const paymentId = b.order('1').paymentId ?? ''
    move(b.gateway.payments, paymentId, { status: '44' })
    await syncOn(b)
    await b.batch('cancel', ['1'])
    expect(standing(b)).toBe(`${paymentId} 60`)
    move(b.gateway.payments, paymentId, { status: '62' })
    notices(b).add(1, { paymentId, status: '62', amountYen: totalYen })
    expect(await syncOn(b, on)).toEqual(['aged 1 62', 'notice 1 applied'])
    expect([standing(b), b.order('1').attention]).toEqual([`${paymentId} 62`, false])
  })

  it('asks where a notice would name one of several payments, and a person names it', async () => {
    const b = bench(auOrder('1', { paymentId: null, status: null }))
    b.gateway.hold({ paymentId: '95', tradingId: 't1', method: 'carrier', carrier: 'au' })
    b.gateway.hold({ paymentId: '96', tradingId: 't1', method: 'carrier', carrier: 'au' })
    notices(b).add(1, { paymentId: '95', status: '20' })
    await syncOn(b, on)
    expect([b.order('1').paymentId, b.order('1').attention]).toEqual([null, true])
  })

  it('asks after a cancel of which Paygent told nothing more: a notice of the time before it revives no payment', async () => {
    const b = bench(auOrder('1'))
    b.gateway.onInquiry = () => (b.gateway.sent.length === 0 ? null : { type: 'silent', fault: FAULT })
    await b.batch('cancel', ['1'])
    expect(standing(b)).toBe('91 -')
    b.gateway.onInquiry = () => null
    notices(b).add(1, { status: '20' })
    await syncOn(b, on)
    expect(standing(b)).toBe('91 32')
  })

  it('keeps those of other payments, and applies them once the payment is known', async () => {
    const b = await known(auOrder('1'))
    const board = notices(b)
    board.add(1, OTHERS)
    board.add(2, { paymentId: '92', tradingId: 't2', status: '20' })
    expect(await syncOn(b, on)).toEqual(['notice 1 other-type', 'notice 2 unknown-payment'])
    expect(await syncOn(b, on)).toEqual([])
    b.mirror.importOrders({ rows: [auOrder('2')], others: [] }, b.clock.nowMs())
    b.gateway.hold({ paymentId: '92', tradingId: 't2' })
    expect(await syncOn(b, on)).toEqual(['notice 2 applied'])
  })

  it('keeps those of an earlier payment', async () => {
    const b = await known(cardOrder('1', { totalYen: 600, listedAmountYen: 1_000 }))
    await b.batch('sale', ['1'])
    notices(b).add(1, { paymentType: '02', status: '32' })
    expect(await syncOn(b, on)).toEqual(['notice 1 earlier-payment'])
    expect(standing(b)).toBe('91000 40')
  })

  it('leaves one of an order whose request is open to the next time', async () => {
    const b = await known(auOrder('1'))
    b.gateway.scripts = [requestLost]
    await b.batch('sale', ['1'], { wait: false })
    notices(b).add(1, { status: '40' })
    expect(await syncOn(b, on)).toEqual(['notice 1 pending'])
    expect(standing(b)).toBe('91 20 open')
    expect(fates(b)).toEqual(['1 pending'])
  })

  it('names the payment that a correction made, where its answer was lost', async () => {
    const b = await known(cardOrder('1', { totalYen: 600, listedAmountYen: 1_000 }))
    b.gateway.scripts = [
      (request, payments) => {
        carryOut(request, payments)
        move(payments, '91', { status: '20' })
        return { type: 'unclear', fault: FAULT }
      },
    ]
    await b.batch('sale', ['1'])
    expect(standing(b)).toBe('91 20 attention')
    notices(b).add(1, { paymentType: '02', paymentId: '91000', status: '40', amountYen: 600 })
    expect(await syncOn(b, on)).toEqual(['difference 1 another-payment, booked', 'notice 1 applied'])
    expect(b.mirror.journal.attempts('1')).toMatchObject([{ state: 'attention', newPaymentId: '91000' }])
    expect(b.mirror.issues.payments('1').map(({ paymentId, status }) => [paymentId, status])).toEqual([
      ['91', '20'],
      ['91000', '40'],
    ])
  })

  it('another payment under an order’s trading id is for a person while it is alive', async () => {
    const b = await known(auOrder('1'), auOrder('2'))
    const board = notices(b)
    b.gateway.hold({ paymentId: '77', tradingId: 't1', status: '20' })
    b.gateway.hold({ paymentId: '78', tradingId: 't2', status: '32' })
    board.add(1, { paymentId: '77', status: '20' })
    board.add(2, { paymentId: '78', tradingId: 't2', status: '32' })
    expect(await syncOn(b, on)).toEqual([
      'difference 1 another-payment, booked',
      'notice 1 applied',
      'notice 2 unknown-payment',
    ])
    expect([standing(b), standing(b, '2')]).toEqual(['91 20 attention another-payment', '92 20'])
  })

  it('inquires about what no notice ever tells, and about nothing else', async () => {
    const b = await known(auOrder('1'), cardOrder('2', { status: '30' }), auOrder('3', { status: null }))
    notices(b)
    await syncOn(b, on)
    expect(asked(b)).toEqual(['92'])
  })

  describe('loses none', () => {
    it('whose answer was lost: it is fetched by its number', async () => {
      const b = await known(auOrder('1'))
      const board = notices(b)
      for (const id of [1, 2, 3]) board.add(id, OTHERS)
      board.loses = [2]
      expect(await syncOn(b, on)).toHaveLength(3)
      expect(fates(b)).toEqual(['1 other-type', '2 other-type', '3 other-type'])
      expect(b.gateway.noticesAsked).toEqual(['0', 'next', 'next', '2', 'next', 'next', '4'])
    })

    it('that an earlier run was given and lost, in the middle and at the end', async () => {
      const b = await known(auOrder('1'))
      const board = notices(b)
      for (const id of [1, 2, 3, 4, 5]) board.add(id, OTHERS)
      board.deliver(2, 4, 5)
      await syncOn(b, on)
      expect(fates(b).map((line) => line.split(' ')[0])).toEqual(['1', '2', '3', '4', '5'])
    })

    it('that is purged: its orders are named and asked about, and it is not asked for again', async () => {
      const b = await known(auOrder('1'), auOrder('2'))
      move(b.gateway.payments, '92', { status: '40' })
      const board = notices(b)
      for (const id of [1, 2, 3, 4]) board.add(id, OTHERS)
      board.purge(2, 3)
      const heard = await syncOn(b, on)
      expect(heard).toEqual([
        'purged 2,3 of 1,2',
        'notice 1 other-type',
        'notice 4 other-type',
        'difference 2 moved, booked',
      ])
      b.gateway.noticesAsked.length = 0
      expect(await syncOn(b, on)).toEqual([])
      expect(b.gateway.noticesAsked).toEqual(['0', 'next', '5'])
    })

    it('not even where the asking broke off: it goes on the next time', async () => {
      const b = await known(auOrder('1'), auOrder('2'))
      const board = notices(b)
      for (const id of [1, 2, 3]) board.add(id, OTHERS)
      board.purge(2)
      b.gateway.onInquiry = () => ({ type: 'silent', fault: FAULT })
      expect((await syncOn(b, on)).at(-1)).toBe('stopped inquiry-unanswered')
      b.gateway.onInquiry = () => null
      b.gateway.inquired.length = 0
      await syncOn(b, on)
      expect(asked(b)).toEqual(['91', '92'])
    })

    it('of more than 500 that are missing: the rest is fetched the next time', async () => {
      const b = await known(auOrder('1'))
      const board = notices(b)
      board.add(1, OTHERS)
      board.add(700, OTHERS)
      await syncOn(b, on)
      expect(fates(b)).toHaveLength(501)
      await syncOn(b, on)
      expect(fates(b)).toHaveLength(700)
    })
  })

  it('waits while somebody else fetches notices', async () => {
    const b = await known(auOrder('1'))
    const board = notices(b)
    board.add(1, OTHERS)
    const fetch = b.gateway.onNotice
    b.gateway.onNotice = (noticeId, count) =>
      count === 1 || count === 3
        ? { type: 'rejected', code: '9004', detail: '', handling: 'notice-busy' }
        : fetch(noticeId, count)
    expect(await syncOn(b, on)).toEqual(['notice 1 other-type'])
  })

  it('ends when Paygent does not answer, and begins not at all without a login', async () => {
    const b = await known(auOrder('1'))
    b.gateway.onNotice = (noticeId) => (noticeId === '0' ? { type: 'none' } : { type: 'silent', fault: FAULT })
    expect(await syncOn(b, on)).toEqual(['stopped inquiry-unanswered'])
    b.gateway.onNotice = () => ({ type: 'rejected', code: 'P003', detail: '', handling: 'stop-login' })
    await expect(syncOn(b, on)).rejects.toMatchObject({ exitCode: 2 })
    b.gateway.onNotice = () => ({ type: 'silent', fault: { ...FAULT, kind: 'certificate' } })
    await expect(syncOn(b, on)).rejects.toMatchObject({ code: 'server-not-verified' })
  })
})
