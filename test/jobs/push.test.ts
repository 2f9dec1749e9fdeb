// Tests the results written back to the shop once: interrupted, repeated, or in conflict with changes by staff
// meanwhile.
import type { PushedOrder } from '../../src/attempts/shop-push.js'
import { type LeaveRefusal, leaveUnreported, push, pushExit, pushPlan } from '../../src/jobs/push.js'
import { auOrder, cardOrder } from './bench.js'
import { obey, refuse, requestLost } from './paygent.js'
import { reconcileOn } from './reconciling.js'
import { move, type Script } from './scripted-gateway.js'
import { type Desk, deskWith, fates, lost, pulling, pushing } from './scripted-shop.js'
import { describe, expect, it } from 'vitest'

const TWO = [auOrder('1'), auOrder('2')]

/** Pulled and sold, with what Paygent does to each; nothing has been pushed. */
async function sold(...scripts: readonly Script[]): Promise<Desk> {
  const made = await deskWith(...TWO)
  made.b.gateway.scripts = scripts.length > 0 ? [...scripts] : [obey]
  await made.b.batch('sale', ['1', '2'], { wait: false })
  return made
}

const rowOf = ({ shop }: Desk, orderId: string) => {
  const { kind, paymentId, errorText } = shop.rows.get(orderId) ?? {}
  return [kind, paymentId, errorText]
}

const blank = { kind: null, paymentId: null, errorText: null, found: null, code: null, needsPerson: false }

describe('a push', () => {
  it('writes what was accepted and what was refused, once', async () => {
    const made = await sold(obey, refuse('7003', 'rejected'))
    expect(await pushing(made)).toEqual([
      { ...blank, orderId: '1', fate: 'written', kind: '101', paymentId: '91', errorText: '' },
      { ...blank, orderId: '2', fate: 'written', errorText: 'エラー詳細 : detail of 7003エラーコード7003' },
    ])
    expect(rowOf(made, '1')).toEqual(['101', '91', ''])
    expect(rowOf(made, '2')).toEqual(['', '92', 'エラー詳細 : detail of 7003エラーコード7003'])
    expect([await pushing(made), made.shop.written.length, made.b.mirror.lock.held]).toEqual([[], 2, false])
  })

  it('wakes the shop where it has a result, and has the lock under its own name', async () => {
    const made = await sold()
    let woken = 0
    made.shop.wake = async () => void (woken += 1)
    const owners = new Set<string | undefined>()
    await pushing(made, () => owners.add(made.b.mirror.lock.owner()?.command))
    expect([woken, [...owners]]).toEqual([1, ['push']])
    await pushing(made)
    expect(woken).toBe(1)
  })

  it('guards and keeps the shop’s own text of a payment id that has a zero more', async () => {
    const made = await deskWith(auOrder('1'), cardOrder('2', { totalYen: 600, listedAmountYen: 1_000 }))
    for (const orderId of ['1', '2']) made.shop.change(orderId, { paymentId: `009${orderId}` })
    expect(await pulling(made)).toMatchObject({ conflicts: [] })
    expect([made.b.order('1').paymentId, made.b.order('2').paymentId]).toEqual(['91', '92'])
    await made.b.batch('sale', ['1', '2'])
    expect(made.b.gateway.sent.map(({ paymentId }) => paymentId)).toEqual(['91', '92'])
    expect(fates(await pushing(made))).toEqual(['1 written', '2 written'])
    expect([rowOf(made, '1'), rowOf(made, '2')]).toEqual([
      ['101', '0091', ''],
      ['029', '92000', ''],
    ])
    expect(await pulling(made)).toMatchObject({ conflicts: [], updated: 0 })
    expect([made.b.order('1').paymentId, made.b.order('2').paymentId]).toEqual(['91', '92000'])
  })

  it('writes the payment that a correction made, and the cancellation after it', async () => {
    const made = await deskWith(cardOrder('1', { totalYen: 600, listedAmountYen: 1_000 }))
    await made.b.batch('sale', ['1'])
    expect(fates(await pushing(made))).toEqual(['1 written'])
    expect(rowOf(made, '1')).toEqual(['029', '91000', ''])
    await made.b.batch('cancel', ['1'])
    expect(fates(await pushing(made))).toEqual(['1 written'])
    expect(rowOf(made, '1')).toEqual(['023', '91000', ''])
  })

  it('of two requests on one order leaves what the last one left', async () => {
    const made = await sold()
    await made.b.batch('cancel', ['1'])
    expect(fates(await pushing(made))).toEqual(['1 written', '2 written'])
    expect([rowOf(made, '1'), made.shop.written.length]).toEqual([['102', '91', ''], 2])
  })

  it('has nothing to do where nothing was sent', async () => {
    expect(await pushing(await deskWith(...TWO))).toEqual([])
  })
})

describe('a result that is not written', () => {
  it('an order that is not settled waits, and is written once it is', async () => {
    const made = await sold(refuse('7003', 'rejected'), obey)
    made.b.gateway.scripts = [requestLost]
    await made.b.batch('sale', ['1'], { wait: false })
    expect(fates(await pushing(made))).toEqual(['1 unsettled', '2 written'])
    move(made.b.gateway.payments, '91', { status: '40' })
    await reconcileOn(made.b)
    expect(fates(await pushing(made))).toEqual(['1 written'])
    expect(rowOf(made, '1')).toEqual(['101', '91', ''])
  })

  it('a row that staff have moved, until they have put it right', async () => {
    const made = await sold()
    made.shop.change('1', { kind: '102' })
    const [one] = await pushing(made)
    expect(one).toMatchObject({ orderId: '1', fate: 'moved', found: { kind: '102', paymentId: '91' } })
    expect(rowOf(made, '1')).toEqual(['102', '91', null])
    await pulling(made)
    expect(fates(await pushing(made))).toEqual(['1 conflict'])
    await reconcileOn(made.b)
    // Paygent knows nothing of their cancel: theirs stays all the same, and is reported until a person has looked.
    expect(fates(await pushing(made))).toEqual(['1 conflict'])
    expect(rowOf(made, '1')).toEqual(['102', '91', null])
    made.shop.change('1', { kind: '' })
    await pulling(made)
    await reconcileOn(made.b)
    expect(fates(await pushing(made))).toEqual(['1 written'])
    expect(rowOf(made, '1')).toEqual(['101', '91', ''])
  })

  it('a sale that staff have taken back meanwhile: the mirror takes that, and nothing is left to tell', async () => {
    const made = await sold()
    made.shop.change('1', { kind: '102', status: '60' })
    made.b.gateway.hold({ paymentId: '91', tradingId: 't1', status: '60', method: 'carrier', carrier: 'au' })
    await pulling(made)
    await reconcileOn(made.b)
    expect(fates(await pushing(made))).toEqual(['1 superseded', '2 written'])
    expect([rowOf(made, '1'), await pushing(made)]).toEqual([['102', '91', null], []])
  })

  it('over a change that is under way in the shop, even once Paygent has told that ours stands', async () => {
    const made = await sold()
    made.shop.change('1', { kind: '0291' })
    await pulling(made)
    await reconcileOn(made.b)
    expect(fates(await pushing(made))).toEqual(['1 conflict', '2 written'])
    expect(rowOf(made, '1')).toEqual(['0291', '91', null])
    made.shop.change('1', { kind: '' })
    await pulling(made)
    await reconcileOn(made.b)
    expect(fates(await pushing(made))).toEqual(['1 written'])
  })

  it('an order that is gone: told once, and then there is nothing left to tell', async () => {
    const made = await sold()
    made.shop.rows.delete('1')
    const orders = await pushing(made)
    expect([fates(orders), pushExit(orders)]).toEqual([['1 gone', '2 written'], 3])
    expect(await pushing(made)).toEqual([])
    expect(made.b.rows('SELECT fate, why FROM pushes ORDER BY attempt_id')).toEqual([
      { fate: 'superseded', why: 'gone' },
      { fate: 'written', why: null },
    ])
  })

  it('an order that was never read from the shop', async () => {
    const made = await deskWith(auOrder('2'))
    const { b } = made
    b.mirror.importOrders({ rows: [auOrder('1')], others: [] }, b.clock.nowMs())
    b.gateway.hold({ paymentId: '91', tradingId: 't1', method: 'carrier', carrier: 'au' })
    b.desk = null
    await b.batch('sale', ['1'])
    expect(fates(await pushing(made))).toEqual(['1 never-read'])
    expect(made.shop.written).toEqual([])
  })

  it('anything, while another program has the lock', async () => {
    const made = await sold()
    const other = made.b.open()
    other.lock.acquire('sale')
    await expect(pushing(made)).rejects.toMatchObject({ code: 'another-run', exitCode: 5 })
    expect(made.shop.written).toEqual([])
  })
})

describe('a row that the server does not take', () => {
  it('is named with its code, keeps no other order waiting, and is written the next time', async () => {
    const made = await sold()
    made.shop.refuses.set('1', '40001')
    const orders = await pushing(made)
    expect(fates(orders)).toEqual(['1 failed', '2 written'])
    expect(orders[0]).toMatchObject({ kind: '101', paymentId: '91', code: '40001', needsPerson: false })
    expect(pushExit(orders)).toBe(3)
    made.shop.refuses.clear()
    expect(fates(await pushing(made))).toEqual(['1 written'])
  })

  it.each([
    ['029', cardOrder('1', { totalYen: 600, listedAmountYen: 1_000 })],
    ['103', auOrder('1', { carrier: 'docomo', totalYen: 600, listedAmountYen: 1_000 })],
  ] as const)('is for a person where the shop lacks the new payment of %s', async (telegram, order) => {
    const made = await deskWith(order)
    await made.b.batch('sale', ['1'])
    made.shop.refuses.set('1', '55P03')
    const orders = await pushing(made)
    expect(orders).toMatchObject([{ fate: 'failed', kind: telegram, needsPerson: true }])
    expect(pushExit(orders)).toBe(4)
  })

  it('is for a person where staff have moved the row of a new payment', async () => {
    const made = await deskWith(cardOrder('1', { totalYen: 600, listedAmountYen: 1_000 }))
    await made.b.batch('sale', ['1'])
    made.shop.change('1', { kind: '022' })
    const orders = await pushing(made)
    expect([fates(orders), pushExit(orders)]).toEqual([['1 moved'], 4])
  })
})

describe('a person’s word that the shop is not to be told', () => {
  const leave = ({ b, desk }: Desk, orderId: string): LeaveRefusal | null =>
    leaveUnreported(orderId, 'told by phone, 4111111111111111', {
      rows: desk.rows,
      lock: b.mirror.lock,
      clock: b.clock,
    })

  it.each([
    ['a row that staff have moved', (made: Desk): void => made.shop.change('1', { kind: '102' }), '1 moved'],
    ['a row that the server does not take', (made: Desk): unknown => made.shop.refuses.set('1', '23514'), '1 failed'],
  ] as const)('ends %s, and stands in the trail', async (_name, happens, fate) => {
    const made = await sold()
    happens(made)
    expect(fates(await pushing(made))).toEqual([fate, '2 written'])
    expect([leave(made, '1'), await pushing(made), made.b.mirror.lock.held]).toEqual([null, [], false])
    expect(made.b.mirror.journal.entries('1').at(-1)).toMatchObject({
      event: 'pushed',
      outcome: 'left',
      detail: expect.stringMatching(/^told by phone, (?!4111111111111111)/),
    })
    expect(made.b.mirror.journal.verify(made.b.mirror.journal.head())).toMatchObject({ ok: true })
  })

  it('ends an order that was never read from the shop', async () => {
    const made = await deskWith(auOrder('2'))
    const { b } = made
    b.mirror.importOrders({ rows: [auOrder('1')], others: [] }, b.clock.nowMs())
    b.gateway.hold({ paymentId: '91', tradingId: 't1', method: 'carrier', carrier: 'au' })
    b.desk = null
    await b.batch('sale', ['1'])
    expect(fates(await pushing(made))).toEqual(['1 never-read'])
    expect([leave(made, '1'), await pushing(made)]).toEqual([null, []])
  })

  it('is about what is settled by now, and not about the next request', async () => {
    const made = await sold()
    expect(leave(made, '1')).toBe(null)
    await made.b.batch('cancel', ['1'])
    expect(fates(await pushing(made))).toEqual(['2 written', '1 written'])
  })

  it('is not taken where nothing is owed, or where nobody knows yet what became of it', async () => {
    const made = await sold()
    made.b.gateway.scripts = [requestLost]
    await made.b.batch('cancel', ['1'], { wait: false })
    expect([leave(made, '1'), leave(made, '3')]).toEqual(['unsettled', 'nothing-owed'])
    const other = made.b.open()
    other.lock.acquire('sale')
    expect(() => leave(made, '2')).toThrow(expect.objectContaining({ code: 'another-run' }))
  })
})

describe('the exit code of a push', () => {
  it('is 4 for an order that needs a person, and 0 for one that is still settling', async () => {
    const made = await sold()
    made.b.gateway.scripts = [requestLost]
    await made.b.batch('cancel', ['1'], { wait: false })
    const settling = await pushing(made)
    expect([fates(settling), pushExit(settling)]).toEqual([['1 unsettled', '2 written'], 0])
    move(made.b.gateway.payments, '91', { status: '33' })
    await reconcileOn(made.b)
    expect(made.b.order('1').attention).toBe(true)
    const orders = await pushing(made)
    expect([fates(orders), pushExit(orders)]).toEqual([['1 unsettled'], 4])
  })
})

describe('a push that is cut off', () => {
  it('between the shop and the mirror finds it written, and writes nothing twice', async () => {
    const made = await sold()
    made.shop.onWritten = () => {
      throw lost()
    }
    await expect(pushing(made)).rejects.toMatchObject({ code: 'shop-unreachable' })
    expect([rowOf(made, '1'), made.b.mirror.lock.held]).toEqual([['101', '91', ''], false])
    made.shop.onWritten = () => undefined
    made.b.restart()
    expect(fates(await pushing(made))).toEqual(['1 already', '2 written'])
    expect([made.shop.written.map(({ orderId }) => orderId), await pushing(made)]).toEqual([['1', '2'], []])
  })

  it('there, with a pull before it is repeated, is no conflict', async () => {
    const made = await sold()
    made.shop.onWritten = () => {
      throw lost()
    }
    await expect(pushing(made)).rejects.toThrow()
    made.shop.onWritten = () => undefined
    expect((await pulling(made)).conflicts).toEqual([])
    expect((await pushing(made)).map(({ fate }) => fate)).not.toContain('moved')
    expect([rowOf(made, '1'), await pushing(made)]).toEqual([['101', '91', ''], []])
  })

  it('after a write that the mirror cannot note tells of that order all the same', async () => {
    const made = await sold()
    made.shop.onWritten = () => made.b.loseLock()
    const orders: PushedOrder[] = []
    await expect(pushing(made, (order) => orders.push(order))).rejects.toMatchObject({ code: 'lock-lost' })
    expect(fates(orders)).toEqual(['1 written'])
  })

  it('between two orders keeps what was told', async () => {
    const made = await sold()
    made.shop.onWrite = (orderId) => {
      if (orderId === '2') throw lost()
    }
    await expect(pushing(made)).rejects.toMatchObject({ code: 'shop-unreachable' })
    made.shop.onWrite = () => undefined
    expect(fates(await pushing(made))).toEqual(['2 written'])
  })

  it('by a signal ends after the order that it is at', async () => {
    const made = await sold()
    expect(fates(await pushing(made, () => made.b.stop.abort()))).toEqual(['1 written'])
    expect(made.b.mirror.lock.held).toBe(false)
  })

  it('by whoever listened gives the lock back', async () => {
    const { b, desk } = await sold()
    for await (const _one of push({ desk, lock: b.mirror.lock, clock: b.clock }, b.stop.signal)) break
    expect(b.mirror.lock.held).toBe(false)
  })
})

describe('a dry run', () => {
  it('says what would be written, writes nothing, and needs no lock', async () => {
    const made = await sold(obey, refuse('7003', 'rejected'))
    const other = made.b.open()
    other.lock.acquire('sale')
    expect(pushPlan(made.desk)).toMatchObject([
      { orderId: '1', fate: 'would-write', kind: '101', paymentId: '91', errorText: '' },
      { orderId: '2', fate: 'would-write', kind: null, errorText: 'エラー詳細 : detail of 7003エラーコード7003' },
    ])
    other.lock.release()
    expect(made.shop.written).toEqual([])
    expect(fates(await pushing(made))).toEqual(['1 written', '2 written'])
  })

  it('says what waits', async () => {
    const made = await sold()
    made.shop.change('1', { kind: '102' })
    await pulling(made)
    expect(fates(pushPlan(made.desk))).toEqual(['1 conflict', '2 would-write'])
  })
})
