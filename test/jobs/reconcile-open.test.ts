// Tests attempts with an unknown outcome: Paygent is asked, and each is settled by time, sent once more, or left to a
// person.
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { auOrder, bench, cardOrder, type Bench } from './bench.js'
import { leave, neverLeft, obey, requestLost } from './paygent.js'
import { reconcileOn, SETTLE_MS, standing } from './reconciling.js'
import { FAULT, move, type Script } from './scripted-gateway.js'

const docomo = (orderId: string) => auOrder(orderId, { carrier: 'docomo' })
const silence = () => ({ type: 'silent', fault: FAULT }) as const

async function sent(b: Bench, script: Script, operation: 'sale' | 'cancel' = 'sale'): Promise<void> {
  b.gateway.scripts = [script, obey]
  await b.batch(operation, ['1'], { wait: false })
  expect(standing(b)).toContain('open')
}

describe('an open attempt', () => {
  it('whose request moved the payment meanwhile is accepted', async () => {
    const b = bench(auOrder('1'))
    await sent(b, requestLost)
    move(b.gateway.payments, '91', { status: '40' })
    expect(await reconcileOn(b, { wait: false })).toEqual(['settled 1 101 accepted'])
    expect([standing(b), b.attempts(), b.gateway.sent.length]).toEqual(['91 40', ['1 accepted'], 1])
    expect(b.mirror.lock.held).toBe(false)
  })

  it('is not processed when it is unmoved after the settle time, and not before', async () => {
    const b = bench(auOrder('1'))
    await sent(b, requestLost)
    expect(await reconcileOn(b, { wait: false })).toEqual([])
    b.clock.pass(SETTLE_MS - 1)
    expect(await reconcileOn(b, { wait: false })).toEqual([])
    expect(standing(b)).toBe('91 20 open')
    b.clock.pass(1)
    expect(await reconcileOn(b, { wait: false })).toEqual(['settled 1 101 not-processed'])
    expect([standing(b), b.attempts()]).toEqual(['91 20', ['1 not-processed']])
  })

  it('is waited for with a countdown of its own', async () => {
    const b = bench(auOrder('1'))
    await sent(b, requestLost)
    const waits: number[] = []
    const heard = await reconcileOn(b, { settleMs: 2_500 }, (event) => {
      if (event.type === 'waiting') waits.push(event.remainingMs)
    })
    expect([heard, waits]).toEqual([['settled 1 101 not-processed'], [2_500, 1_500, 500]])
  })

  it('stays open where the wait is left', async () => {
    const b = bench(auOrder('1'))
    await sent(b, requestLost)
    const heard = await reconcileOn(b, {}, (event) => {
      if (event.type === 'waiting' && event.remainingMs < 100_000) b.leave.abort()
    })
    expect([heard, standing(b)]).toEqual([[], '91 20 open'])
  })

  it('stays open on a signal in the wait', async () => {
    const b = bench(auOrder('1'))
    await sent(b, requestLost)
    const heard = await reconcileOn(b, {}, (event) => {
      if (event.type === 'waiting') b.stop.abort()
    })
    expect([heard, standing(b)]).toEqual([['stopped interrupted'], '91 20 open'])
  })

  it('stays open when Paygent does not answer; after two in a row the rest is not asked', async () => {
    const b = bench(auOrder('1'), auOrder('2'), auOrder('3'))
    b.gateway.scripts = [requestLost]
    await b.batch('sale', ['1', '2', '3'], { wait: false, stopAfter: 9 })
    const asked = b.gateway.inquired.length
    b.gateway.onInquiry = (_, count) => (count > asked + 1 ? silence() : null)
    expect(await reconcileOn(b)).toEqual(['untold 1', 'untold 2', 'stopped inquiry-unanswered'])
    expect(b.gateway.inquired.slice(asked).every((key) => key.tradingId !== 't3')).toBe(true)
    expect(b.attempts()).toEqual(['1 unknown', '2 unknown', '3 unknown'])
  })

  it('stays open when Paygent does not answer about it alone, and the others are settled', async () => {
    const b = bench(auOrder('1'), auOrder('2'))
    b.gateway.scripts = [requestLost]
    await b.batch('sale', ['1', '2'], { wait: false })
    b.clock.pass(SETTLE_MS)
    b.gateway.onInquiry = (key) => (key.tradingId === 't1' ? silence() : null)
    expect(await reconcileOn(b)).toEqual(['untold 1', 'settled 2 101 not-processed'])
    expect(b.attempts()).toEqual(['1 unknown', '2 not-processed'])
    b.gateway.onInquiry = () => null
    expect(await reconcileOn(b)).toEqual(['settled 1 101 not-processed'])
  })

  it('of the login that is gone the rest is not asked', async () => {
    const b = bench(auOrder('1'), auOrder('2'))
    b.gateway.scripts = [requestLost]
    await b.batch('sale', ['1', '2'], { wait: false })
    const asked = b.gateway.inquired.length
    const refused = { type: 'rejected', code: 'P002', detail: '', handling: 'stop-login' } as const
    b.gateway.onInquiry = (_, count) => (count > asked + 1 ? refused : null)
    expect(await reconcileOn(b)).toEqual(['untold 1', 'stopped inquiry-unanswered'])
  })

  it('of another order than those named is left alone', async () => {
    const b = bench(auOrder('1'), auOrder('2'))
    b.gateway.scripts = [requestLost]
    await b.batch('sale', ['1'], { wait: false })
    move(b.gateway.payments, '91', { status: '40' })
    expect(await reconcileOn(b, { orderIds: ['2'] })).toEqual([])
    expect(await reconcileOn(b, { orderIds: ['1'] })).toEqual(['settled 1 101 accepted'])
  })

  it('asks about each attempt, one after the other', async () => {
    const b = bench(auOrder('1'), auOrder('2'))
    b.gateway.scripts = [requestLost]
    await b.batch('sale', ['1', '2'], { wait: false })
    const asked: string[] = []
    await reconcileOn(b, { wait: false }, (event) => {
      if (event.type === 'asking') asked.push(`${event.index}/${event.total} ${event.orderId}`)
    })
    expect(asked).toEqual(['1/2 1', '2/2 2'])
  })

  it('waits for each in turn, and tells how many are left', async () => {
    const b = bench(auOrder('1'), auOrder('2'))
    b.gateway.scripts = [requestLost]
    await b.batch('sale', ['1', '2'], { wait: false })
    const left: number[] = []
    const heard = await reconcileOn(b, { settleMs: 1_000 }, (event) => {
      if (event.type !== 'waiting') return
      left.push(event.orders)
      // The second one began to settle later.
      if (left.length === 1) b.rows('SELECT 1')
    })
    expect(heard).toEqual(['settled 1 101 not-processed', 'settled 2 101 not-processed'])
    expect(left).toEqual([2])
  })

  it('is not asked about after a signal', async () => {
    const b = bench(auOrder('1'), auOrder('2'))
    b.gateway.scripts = [requestLost]
    await b.batch('sale', ['1', '2'], { wait: false })
    move(b.gateway.payments, '92', { status: '40' })
    const heard = await reconcileOn(b, {}, (event) => {
      if (event.type === 'asking') b.stop.abort()
    })
    expect([heard, b.attempts()]).toEqual([['stopped interrupted'], ['1 unknown', '2 unknown']])
  })

  it('goes to a person when the payment stands as nobody meant it', async () => {
    const b = bench(auOrder('1'))
    await sent(b, requestLost)
    move(b.gateway.payments, '91', { status: '33' })
    expect(await reconcileOn(b, { wait: false })).toEqual(['settled 1 101 attention'])
    expect(standing(b)).toBe('91 33 attention')
  })

  it('that a crash left prepared is asked about too', async () => {
    const b = bench(auOrder('1'))
    b.gateway.onSend = () => {
      throw new Error('kill -9')
    }
    await expect(b.batch('sale', ['1'])).rejects.toThrow('kill -9')
    b.restart()
    expect(b.attempts()).toEqual(['1 prepared'])
    expect(await reconcileOn(b, { wait: false })).toEqual([])
    expect(b.attempts()).toEqual(['1 unknown'])
  })
})

describe('a payment in transit', () => {
  it.each([
    ['022', cardOrder('1'), '30', 'sale'],
    ['021', cardOrder('1'), '31', 'cancel'],
    ['101', docomo('1'), '34', 'sale'],
    ['102', docomo('1'), '42', 'cancel'],
  ] as const)('%s is sent once more after the settle time', async (telegram, row, transit, operation) => {
    const b = bench(row)
    await sent(b, leave(transit, '2001', 'inquire'), operation)
    expect(await reconcileOn(b, { wait: false })).toEqual([])
    b.clock.pass(SETTLE_MS)
    expect(await reconcileOn(b, { wait: false })).toEqual([`again 1 ${telegram}`, `settled 1 ${telegram} accepted`])
    expect(b.gateway.sent.map((request) => request.telegram)).toEqual([telegram, telegram])
    expect(b.attempts()).toEqual(['1 not-processed', '1 accepted'])
  })

  it('is sent within the wait, too', async () => {
    const b = bench(cardOrder('1'))
    await sent(b, leave('30', '2001', 'inquire'))
    expect(await reconcileOn(b)).toEqual(['again 1 022', 'settled 1 022 accepted'])
  })

  it('is not sent again where nothing may be sent', async () => {
    const b = bench(cardOrder('1'))
    await sent(b, leave('30', '2001', 'inquire'))
    b.clock.pass(SETTLE_MS)
    expect(await reconcileOn(b, { sendsAgain: false })).toEqual([])
    expect([b.gateway.sent.length, standing(b)]).toEqual([1, '91 20 open'])
  })

  it('and still so after that is for a person', async () => {
    const b = bench(cardOrder('1'))
    await sent(b, leave('30', '2001', 'inquire'))
    b.gateway.scripts = [leave('30', '2001', 'inquire')]
    b.clock.pass(SETTLE_MS)
    expect(await reconcileOn(b, { wait: false })).toEqual(['again 1 022', 'settled 1 022 attention'])
    expect(standing(b)).toBe('91 30 attention')
    expect(await reconcileOn(b)).toEqual([])
    expect(b.gateway.sent).toHaveLength(2)
  })

  it.each([
    ['au, which takes no second one', auOrder('1'), '101'],
    ['a correction', cardOrder('1', { totalYen: 600, listedAmountYen: 1_000 }), '029'],
  ])('of %s is for a person', async (_, row, telegram) => {
    const b = bench(row)
    await sent(b, leave('30', '2001', 'inquire'))
    b.clock.pass(SETTLE_MS)
    expect(await reconcileOn(b)).toEqual([`settled 1 ${telegram} attention`])
    expect(b.gateway.sent).toHaveLength(1)
  })

  it.each([
    ['022', cardOrder('1')],
    ['101', docomo('1')],
  ] as const)(
    '%s with another amount is for a person: it would capture what nobody confirmed',
    async (telegram, row) => {
      const b = bench(row)
      await sent(b, leave('30', '2001', 'inquire'))
      move(b.gateway.payments, '91', { amountYen: 1_200 })
      b.clock.pass(SETTLE_MS)
      expect(await reconcileOn(b)).toEqual([`settled 1 ${telegram} attention`])
      expect([b.gateway.sent.length, standing(b)]).toEqual([1, '91 30 attention'])
      expect(b.order('1').heldAmountYen).toBe(1_200)
    },
  )

  it('of an order that has changed since is for a person, and nothing goes out', async () => {
    const b = bench(cardOrder('1'))
    await sent(b, leave('30', '2001', 'inquire'))
    const db = b.open()
    db.importOrders({ rows: [cardOrder('1', { totalYen: 900 })], others: [] }, b.clock.nowMs())
    b.clock.pass(SETTLE_MS)
    expect(await reconcileOn(b)).toEqual(['again 1 022', 'settled 1 022 attention'])
    expect(b.gateway.sent).toHaveLength(1)
  })

  it('of an order on hold is asked about and not sent again, until the hold is undone', async () => {
    const b = bench(cardOrder('1'))
    await sent(b, leave('30', '2001', 'inquire'))
    b.mirror.holds.place('1', 'address', b.clock.nowMs())
    b.clock.pass(SETTLE_MS)
    const asked = b.gateway.inquired.length
    expect(await reconcileOn(b)).toEqual([])
    expect([b.gateway.sent.length, b.gateway.inquired.length > asked, standing(b)]).toEqual([1, true, '91 20 open'])
    b.mirror.holds.undo('1', null, b.clock.nowMs())
    expect(await reconcileOn(b, { wait: false })).toEqual(['again 1 022', 'settled 1 022 accepted'])
  })

  it('of an order that is put on hold at the last moment stays open, too', async () => {
    const b = bench(cardOrder('1'))
    await sent(b, leave('30', '2001', 'inquire'))
    b.clock.pass(SETTLE_MS)
    const heard = await reconcileOn(b, { wait: false }, (event) => {
      if (event.type === 'sending-again') b.open().holds.place('1', 'address', b.clock.nowMs())
    })
    expect([heard, b.gateway.sent.length, standing(b)]).toEqual([['again 1 022'], 1, '91 20 open'])
    b.mirror.holds.undo('1', null, b.clock.nowMs())
    expect(await reconcileOn(b, { wait: false })).toEqual(['again 1 022', 'settled 1 022 accepted'])
  })

  it('of an order on hold that has ended by itself is settled', async () => {
    const b = bench(cardOrder('1'))
    await sent(b, leave('30', '2001', 'inquire'))
    b.mirror.holds.place('1', 'address', b.clock.nowMs())
    move(b.gateway.payments, '91', { status: '40' })
    b.clock.pass(SETTLE_MS)
    expect(await reconcileOn(b, { wait: false })).toEqual(['settled 1 022 accepted'])
    expect(b.order('1').hold).toMatchObject({ note: 'address' })
  })

  it('goes out only once every open attempt has been asked about', async () => {
    const b = bench(cardOrder('1'), cardOrder('2'))
    b.gateway.scripts = [leave('30', '2001', 'inquire'), requestLost, obey]
    await b.batch('sale', ['1', '2'], { wait: false })
    b.clock.pass(SETTLE_MS)
    const asked: (string | null)[] = []
    b.gateway.onInquiry = ({ tradingId }) => {
      asked.push(`${b.gateway.sent.length} ${tradingId}`)
      return tradingId === 't2' ? silence() : null
    }
    expect(await reconcileOn(b, { wait: false })).toEqual(['untold 2', 'again 1 022', 'settled 1 022 accepted'])
    // The silent one is asked four times, before the request goes out, and not again after it.
    expect(asked.filter((line) => line?.endsWith('t2'))).toEqual(['2 t2', '2 t2', '2 t2', '2 t2'])
    expect(b.attempts()).toEqual(['1 not-processed', '2 unknown', '1 accepted'])
  })

  it('waits where Paygent is silent about another open one and by then about all', async () => {
    const b = bench(cardOrder('1'), cardOrder('2'))
    b.gateway.scripts = [leave('30', '2001', 'inquire'), requestLost, obey]
    await b.batch('sale', ['1', '2'], { wait: false })
    b.clock.pass(SETTLE_MS)
    let dark = false
    b.gateway.onInquiry = ({ tradingId }) => {
      dark ||= tradingId === 't2'
      return dark ? silence() : null
    }
    expect(await reconcileOn(b, { wait: false })).toEqual(['untold 2', 'untold 1', 'stopped inquiry-unanswered'])
    expect(b.gateway.sent).toHaveLength(2)
  })

  it('of each order goes out, one after the other', async () => {
    const b = bench(cardOrder('1'), cardOrder('2'))
    b.gateway.scripts = [leave('30', '2001', 'inquire'), leave('30', '2001', 'inquire'), obey]
    await b.batch('sale', ['1', '2'], { wait: false })
    b.clock.pass(SETTLE_MS)
    expect(await reconcileOn(b, { wait: false })).toEqual([
      'again 1 022',
      'settled 1 022 accepted',
      'again 2 022',
      'settled 2 022 accepted',
    ])
  })

  it('of an order that has changed stays open while Paygent is silent', async () => {
    const b = bench(cardOrder('1'))
    await sent(b, leave('30', '2001', 'inquire'))
    const newer = [cardOrder('1', { totalYen: 900 })]
    b.mirror.importOrders({ rows: newer, others: [] }, b.clock.nowMs())
    b.clock.pass(SETTLE_MS)
    const heard = await reconcileOn(b, {}, (event) => {
      if (event.type === 'sending-again') b.gateway.onInquiry = silence
    })
    expect([heard, b.attempts()]).toEqual([['again 1 022', 'stopped inquiry-unanswered'], ['1 unknown']])
  })

  it('is not sent after a signal', async () => {
    const b = bench(cardOrder('1'))
    await sent(b, leave('30', '2001', 'inquire'))
    b.clock.pass(SETTLE_MS)
    const heard = await reconcileOn(b, { wait: false }, (event) => {
      if (event.type === 'asking') b.stop.abort()
    })
    expect([heard, b.gateway.sent.length]).toEqual([['stopped interrupted'], 1])
  })

  it('is left where a signal comes before it is sent', async () => {
    const b = bench(cardOrder('1'))
    await sent(b, leave('30', '2001', 'inquire'))
    b.clock.pass(SETTLE_MS)
    const heard = await reconcileOn(b, { wait: false }, (event) => {
      if (event.type === 'sending-again') b.stop.abort()
    })
    expect([heard, b.gateway.sent.length, standing(b)]).toEqual([
      ['again 1 022', 'stopped interrupted'],
      1,
      '91 20 open',
    ])
  })

  it('is put off where the machine slept since the answer', async () => {
    const b = bench(cardOrder('1'))
    await sent(b, leave('30', '2001', 'inquire'))
    b.clock.pass(SETTLE_MS)
    const heard = await reconcileOn(b, { wait: false }, (event) => {
      if (event.type === 'sending-again') b.clock.setWall(b.clock.nowMs() + 8 * 60 * 60_000)
    })
    expect([heard, b.gateway.sent.length, standing(b)]).toEqual([['again 1 022'], 1, '91 20 open'])
    expect(await reconcileOn(b, { wait: false })).toEqual(['again 1 022', 'settled 1 022 accepted'])
  })

  it('is booked, and ends with 4, where another program takes the lock meanwhile', async () => {
    const b = bench(cardOrder('1'))
    await sent(b, leave('30', '2001', 'inquire'))
    b.clock.pass(SETTLE_MS)
    b.gateway.scripts = [obey]
    b.gateway.onSend = () => {
      const db = new Database(b.mirror.path)
      db.exec(`UPDATE holder SET token = 'another'`)
      db.close()
    }
    await expect(reconcileOn(b, { wait: false })).rejects.toMatchObject({ code: 'lock-lost', exitCode: 4 })
    expect([b.attempts(), standing(b)]).toEqual([['1 not-processed', '1 accepted'], '91 40'])
  })

  it('whose second sending finds no connection has not used it up', async () => {
    const b = bench(cardOrder('1'))
    await sent(b, leave('30', '2001', 'inquire'))
    b.clock.pass(SETTLE_MS)
    b.gateway.scripts = [neverLeft]
    expect(await reconcileOn(b, { wait: false })).toEqual(['again 1 022'])
    expect([standing(b), b.attempts()]).toEqual(['91 20 open', ['1 not-processed', '1 unknown']])
    b.restart()
    // It has to settle anew, and goes out then; what has left once does not go out a third time.
    expect(await reconcileOn(b, { wait: false })).toEqual([])
    b.clock.pass(SETTLE_MS)
    b.gateway.scripts = [leave('30', '2001', 'inquire')]
    expect(await reconcileOn(b, { wait: false })).toEqual(['again 1 022', 'settled 1 022 attention'])
    expect([b.gateway.sent.length, b.mirror.journal.verify(null).ok]).toEqual([3, true])
  })

  it('whose second sending gets no answer, nor an inquiry, stays open', async () => {
    const b = bench(cardOrder('1'))
    await sent(b, leave('30', '2001', 'inquire'))
    b.clock.pass(SETTLE_MS)
    b.gateway.scripts = [requestLost]
    b.gateway.onSend = () => (b.gateway.onInquiry = silence)
    expect(await reconcileOn(b, { wait: false })).toEqual(['again 1 022', 'stopped inquiry-unanswered'])
    expect(b.attempts()).toEqual(['1 not-processed', '1 unknown'])
  })
})

describe('it does not begin', () => {
  it('without login and certificate', async () => {
    const b = bench(auOrder('1'))
    await sent(b, requestLost)
    b.gateway.onInquiry = () => ({ type: 'rejected', code: 'P002', detail: '', handling: 'stop-login' })
    await expect(reconcileOn(b)).rejects.toMatchObject({ exitCode: 2 })
    expect([standing(b), b.mirror.lock.held]).toEqual(['91 20 open', false])
  })

  it('while another program has the lock', async () => {
    const b = bench(auOrder('1'))
    const other = b.open()
    expect(other.lock.acquire('sale')).toBe(true)
    await expect(reconcileOn(b)).rejects.toMatchObject({ code: 'another-run', exitCode: 5 })
  })

  it('with a clock behind the journal', async () => {
    const b = bench(auOrder('1'))
    await sent(b, requestLost)
    b.clock.setWall(b.clock.nowMs() - 301_000)
    await expect(reconcileOn(b)).rejects.toMatchObject({ exitCode: 6 })
  })

  it('to ask where nothing waits', async () => {
    const b = bench(auOrder('1'))
    expect(await reconcileOn(b)).toEqual([])
    expect(b.gateway.inquired).toEqual([])
  })
})
