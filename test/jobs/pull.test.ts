// Tests the mirror from the shop's own database: the orders taken, the orders left, and the state after an interrupted
// pull.
import { GONE_ORDER_STATUS } from '../../src/domain/order-status.js'
import { foundTrouble, pull } from '../../src/jobs/pull.js'
import { auOrder, bench, NOW } from './bench.js'
import { type Desk, deskOver, deskWith, lost, pulling, pushing } from './scripted-shop.js'
import { describe, expect, it } from 'vitest'

const ids = ['1', '2', '3', '4', '5']
const five = ids.map((orderId) => auOrder(orderId))

/** Nothing has been pulled, and the mirror is empty. */
const fresh = () => deskOver(bench(), five)

const counts = (added: number, updated: number, unchanged: number) => ({ added, updated, unchanged })
const QUIET = { standing: 0, conflicts: [], unreadable: [], unreadableAsBefore: 0, gone: [], sharedPayments: [] }

describe('a pull', () => {
  it('brings every order once, and tells how far it is', async () => {
    const made = fresh()
    const told: number[] = []
    const owners = new Set<string | undefined>()
    const report = await pulling(made, ({ orders }) => {
      told.push(orders)
      owners.add(made.b.mirror.lock.owner()?.command)
    })
    expect([report, [...owners]]).toEqual([{ ...counts(5, 0, 0), ...QUIET }, ['pull']])
    expect([told, made.b.mirror.orders.count({})]).toEqual([[2, 4, 5], 5])
    expect(await pulling(made)).toEqual({ ...counts(0, 0, 5), ...QUIET })
    expect([made.b.mirror.lock.held, made.b.mirror.importedMs()]).toEqual([false, made.b.clock.nowMs()])
  })

  it('counts what is new and what has changed', async () => {
    const made = fresh()
    made.shop.rows.delete('5')
    await pulling(made)
    made.shop.change('5', {})
    made.shop.change('2', { totalYen: 900 })
    expect(await pulling(made)).toEqual({ ...counts(0, 1, 3), ...QUIET })
    expect(made.b.order('2').totalYen).toBe(900)
  })

  it('of an empty shop ends well', async () => {
    expect(await pulling(deskOver(bench(), []))).toEqual({ ...counts(0, 0, 0), ...QUIET })
  })

  it('lists what it left: conflicts with both sides, values that cannot be read, and what is gone', async () => {
    const made = await deskWith(...five)
    await made.b.batch('sale', ['1', '2'])
    made.shop.change('1', { totalYen: 700 })
    made.shop.rows.delete('2')
    made.shop.change('3', { spoilt: 'total' })
    made.shop.rows.delete('4')
    const report = await pulling(made)
    expect(report).toEqual({
      ...counts(0, 0, 1),
      standing: 0,
      conflicts: [
        { orderId: '1', differences: [{ field: 'total', mirror: 1_000, file: 700 }] },
        { orderId: '3', differences: [{ field: 'order_id', mirror: '3', file: 'total=?' }] },
      ],
      unreadable: [{ orderId: '3', field: 'total', value: '?' }],
      unreadableAsBefore: 0,
      gone: [
        { orderId: '2', touched: true },
        { orderId: '4', touched: false },
      ],
      sharedPayments: [],
    })
    expect(['2', '4'].map((orderId) => made.b.order(orderId).orderStatus)).toEqual([
      GONE_ORDER_STATUS,
      GONE_ORDER_STATUS,
    ])
    expect(made.b.order('1')).toMatchObject({ totalYen: 1_000, kind: '101', conflict: true })
  })

  it('tells an order that is paid in another way by now from one that is gone', async () => {
    const made = await deskWith(...five)
    made.shop.change('2', { method: '' })
    made.shop.change('3', { method: 'cash' })
    made.shop.rows.delete('4')
    const { conflicts, gone } = await pulling(made)
    expect(conflicts).toEqual([
      { orderId: '2', differences: [{ field: 'method', mirror: 'carrier', file: '' }] },
      { orderId: '3', differences: [{ field: 'method', mirror: 'carrier', file: 'cash' }] },
    ])
    expect(gone).toEqual([{ orderId: '4', touched: false }])
    expect(await pulling(made)).toEqual({ ...counts(0, 0, 2), ...QUIET, standing: 2 })
    expect(['2', '3'].map((orderId) => made.b.order(orderId).conflict)).toEqual([true, true])
    const { method: _other, ...ours } = made.shop.rows.get('3') ?? {}
    made.shop.rows.set('3', ours as never)
    expect(await pulling(made)).toEqual({ ...counts(0, 0, 3), ...QUIET, standing: 1 })
    expect(made.b.order('3').conflict).toBe(false)
  })

  it('tells of a row that cannot be read once, and only counts it until it says something else', async () => {
    const made = deskOver(bench(), five)
    made.shop.change('3', { spoilt: 'total' })
    made.shop.change('5', { spoilt: 'kind' })
    const told = async () => {
      const { unreadable, unreadableAsBefore, added } = await pulling(made)
      return [added, unreadable.map(({ orderId, field }) => `${orderId} ${field}`), unreadableAsBefore]
    }
    expect(await told()).toEqual([3, ['3 total', '5 kind'], 0])
    // Those that are left out are no count of the report.
    expect(await pulling(made)).toEqual({ ...counts(0, 0, 3), ...QUIET, unreadableAsBefore: 2 })
    made.shop.change('3', { spoilt: 'payment_id' })
    expect(await told()).toEqual([0, ['3 payment_id'], 1])
    const three = made.shop.rows.get('3')
    made.shop.rows.delete('3')
    made.shop.change('5', { spoilt: null })
    expect(await told()).toEqual([1, [], 0])
    // Gone and back, it is news again.
    if (three) made.shop.rows.set('3', three)
    expect(await told()).toEqual([0, ['3 payment_id'], 0])
  })

  it('masks a card number in a value that cannot be read', async () => {
    const made = deskOver(bench(), five)
    const { shop } = made
    const value = '4111 1111 1111 1111'
    shop.readings = async function* () {
      yield [{ type: 'unreadable', orderId: '3', field: 'kind', value }]
    }
    const { unreadable } = await pulling(made)
    expect(unreadable).toEqual([{ orderId: '3', field: 'kind', value: '**** **** **** 1111' }])
  })

  it('names orders that share a payment each time, and calls them new once', async () => {
    const made = fresh()
    const told = async () => {
      const { sharedPayments } = await pulling(made)
      return sharedPayments.map(({ paymentId, orderIds, isNew }) => `${paymentId} of ${orderIds.join()} ${isNew}`)
    }
    expect(await told()).toEqual([])
    made.shop.change('2', { paymentId: '0091' })
    expect(await told()).toEqual(['91 of 1,2 true'])
    expect(await told()).toEqual(['91 of 1,2 false'])
    made.shop.change('3', { paymentId: '91' })
    expect(await told()).toEqual(['91 of 1,2,3 true'])
    made.shop.change('2', { paymentId: '92' })
    made.shop.change('3', { paymentId: '93' })
    expect(await told()).toEqual([])
  })

  it('names one that shares a payment with an order of a file', async () => {
    const made = deskOver(bench(auOrder('7', { paymentId: '91' })), five)
    const { sharedPayments } = await pulling(made)
    expect(sharedPayments).toEqual([{ paymentId: '91', orderIds: ['1', '7'], isNew: true }])
  })

  it('after a push finds what the push wrote', async () => {
    const made = await deskWith(...five)
    await made.b.batch('sale', ids)
    await pushing(made)
    expect(await pulling(made)).toEqual({ ...counts(0, 0, 5), ...QUIET })
  })
})

describe('a fault that a person should know of', () => {
  const quiet = { ...counts(1, 1, 1), ...QUIET }
  it.each([
    [quiet, false],
    [{ ...quiet, gone: [{ orderId: '1', touched: false }] }, false],
    [{ ...quiet, gone: [{ orderId: '1', touched: true }] }, true],
    [{ ...quiet, conflicts: [{ orderId: '1', differences: [] }] }, true],
    [{ ...quiet, unreadable: [{ orderId: '1', field: 'total', value: '' }] }, true],
    [{ ...quiet, sharedPayments: [{ paymentId: '91', orderIds: ['1', '2'], isNew: false }] }, false],
    [{ ...quiet, sharedPayments: [{ paymentId: '91', orderIds: ['1', '2'], isNew: true }] }, true],
  ])('%j: %s', (report, expected) => expect(foundTrouble(report)).toBe(expected))
})

describe('a pull that is cut off', () => {
  /** The shop is lost after the first two orders, once. */
  async function cutOff(made: Desk): Promise<void> {
    made.shop.onRead = (count) => {
      if (count === 2) throw lost()
    }
    await expect(pulling(made)).rejects.toMatchObject({ code: 'shop-unreachable' })
    made.shop.onRead = () => undefined
  }

  it.each([
    ['once', 1],
    ['twice', 2],
  ])('%s leaves to the next one what it has named to nobody', async (_name, times) => {
    const made = await deskWith(...five)
    made.shop.change('2', { paymentId: '0091' })
    made.shop.change('1', { spoilt: 'total' })
    for (let time = 0; time < times; time += 1) await cutOff(made)
    const named = async () => {
      const { conflicts, standing, sharedPayments } = await pulling(made)
      return [conflicts, standing, sharedPayments.map(({ orderIds, isNew }) => `${orderIds.join()} ${isNew}`)]
    }
    const conflict = { orderId: '1', differences: [expect.objectContaining({ file: 'total=?' })] }
    expect(await named()).toEqual([[conflict], 0, ['1,2 true']])
    expect(await named()).toEqual([[], 1, ['1,2 false']])
  })

  it('names the rows that cannot be read and are not in the mirror the next time', async () => {
    const made = deskOver(bench(), five)
    made.shop.change('1', { spoilt: 'total' })
    await cutOff(made)
    const named = async () => {
      const { unreadable, unreadableAsBefore } = await pulling(made)
      return [unreadable.map(({ orderId }) => orderId), unreadableAsBefore]
    }
    expect(await named()).toEqual([['1'], 0])
    expect(await named()).toEqual([[], 1])
  })

  it('says that orders were taken before, and only then', async () => {
    const made = fresh()
    made.shop.onRead = () => {
      throw lost()
    }
    await expect(pulling(made)).rejects.not.toHaveProperty('params.begun')
    made.shop.onRead = (count) => {
      if (count === 2) throw lost()
    }
    await expect(pulling(made)).rejects.toMatchObject({ code: 'shop-unreachable', params: { begun: 'yes' } })
    made.shop.onRead = () => undefined
    const stopped = pulling(made, () => made.b.stop.abort())
    await expect(stopped).rejects.toMatchObject({ code: 'interrupted', params: { begun: 'yes' } })
  })

  it('by a signal takes no more, and calls nothing gone', async () => {
    const made = await deskWith(...five)
    made.shop.rows.delete('5')
    made.shop.change('4', { totalYen: 900 })
    const pulled = pulling(made, () => made.b.stop.abort())
    await expect(pulled).rejects.toMatchObject({ code: 'interrupted' })
    expect([made.b.order('5').orderStatus, made.b.order('4').totalYen]).toEqual(['入金待ち', 1_000])
    expect(made.b.mirror.lock.held).toBe(false)
  })

  it('by the shop keeps what it has, and calls nothing gone', async () => {
    const made = fresh()
    made.b.clock.pass(1_000)
    made.shop.onRead = (count) => {
      if (count === 2) throw lost()
    }
    await expect(pulling(made)).rejects.toMatchObject({ code: 'shop-unreachable' })
    expect([made.b.mirror.orders.count({}), made.b.mirror.importedMs()]).toEqual([2, NOW])
    made.shop.onRead = () => undefined
    expect(await pulling(made)).toEqual({ ...counts(3, 0, 2), ...QUIET })
  })

  it('by whoever listened gives the lock back', async () => {
    const { b, desk } = fresh()
    for await (const { orders } of pull({ desk, lock: b.mirror.lock, clock: b.clock }, b.stop.signal)) {
      expect([orders, b.mirror.lock.held]).toEqual([2, true])
      break
    }
    expect(b.mirror.lock.held).toBe(false)
  })
})

it('does not begin while another program has the lock', async () => {
  const made = await deskWith(...five)
  const other = made.b.open()
  other.lock.acquire('sale')
  made.shop.change('1', { totalYen: 900 })
  await expect(pulling(made)).rejects.toMatchObject({ code: 'another-run', exitCode: 5 })
  expect(made.b.order('1').totalYen).toBe(1_000)
})
