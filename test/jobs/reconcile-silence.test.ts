// Tests silence about single orders in every stage of `reconcile`: it ends only where an order that was answered before
// is silent too.
import { describe, expect, it } from 'vitest'
import { silentBooking } from '../../src/jobs/reconcile/attention.js'
import { auOrder, type Bench, bench, cardOrder } from './bench.js'
import { carryOut, requestLost } from './paygent.js'
import { leaveUnasked, reconcileOn } from './reconciling.js'
import { FAULT } from './scripted-gateway.js'

const IDS = ['1', '2', '3', '4', '5']
const silence = () => ({ type: 'silent', fault: FAULT }) as const

/** Each stage with five orders that it asks about. */
const STAGES: Record<string, () => Promise<Bench>> = {
  async 'open attempts'() {
    const b = bench(...IDS.map((id) => auOrder(id)))
    b.gateway.scripts = [requestLost]
    await b.batch('sale', IDS, { wait: false, stopAfter: 9 })
    return b
  },
  async 'cancels not asked about'() {
    const b = bench(...IDS.map((id) => auOrder(id)))
    await b.batch('cancel', IDS)
    leaveUnasked(b, IDS)
    return b
  },
  async conflicts() {
    const rows = IDS.map((id) => auOrder(id))
    const b = bench(...rows)
    await b.batch('sale', IDS)
    for (const id of IDS) b.gateway.hold({ paymentId: `7${id}`, tradingId: `t${id}` })
    const changed = rows.map((row) => ({ ...row, paymentId: `7${row.orderId}` }))
    b.mirror.importOrders({ rows: changed, others: [] }, b.clock.nowMs())
    return b
  },
  async 'orders for a person'() {
    const b = bench(...IDS.map((id) => cardOrder(id, { totalYen: 600, listedAmountYen: 1_000 })))
    b.gateway.scripts = [
      (request, payments) => {
        const newPaymentId = carryOut(request, payments)
        return { type: 'half-done', code: '2010', detail: '', newPaymentId }
      },
    ]
    await b.batch('sale', IDS)
    return b
  },
  async 'orders without an answer in an audit'() {
    const b = bench(...IDS.map((id) => auOrder(id)))
    b.mirror.lock.acquire('reconcile')
    for (const id of IDS) b.mirror.issues.take(silentBooking(b.order(id), b.clock.nowMs()))
    b.mirror.lock.release()
    return b
  },
  async 'late arrivals'() {
    const b = bench(...IDS.map((id) => auOrder(id)))
    b.gateway.scripts = [requestLost]
    await b.batch('sale', IDS, { stopAfter: 9 })
    return b
  },
}

async function heardOf(b: Bench, silent: readonly string[]): Promise<{ asked: string[]; untold: string[] }> {
  b.gateway.onInquiry = ({ tradingId }) => (silent.includes(tradingId?.slice(1) ?? '') ? silence() : null)
  const asked: string[] = []
  const lines = await reconcileOn(b, { wait: false }, (event) => {
    if (event.type === 'asking') asked.push(`${event.index}/${event.total} ${event.orderId}`)
  })
  return { asked, untold: lines.filter((line) => /untold|stopped/.test(line)) }
}

describe.each(Object.entries(STAGES))('%s', (_, stage) => {
  it('silence about every second order leaves out these only', async () => {
    const b = await stage()
    const { asked, untold } = await heardOf(b, ['2', '4'])
    expect(untold).toEqual(['untold 2', 'untold 4'])
    // Conflicts that Paygent cannot settle are asked about once more as orders for a person.
    expect(asked.slice(0, 5)).toEqual(IDS.map((id) => `${id}/5 ${id}`))
  })

  it('the lock is held under the name of the command', async () => {
    const b = await stage()
    const owners = new Set<string | undefined>()
    await reconcileOn(b, { wait: false }, () => owners.add(b.mirror.lock.owner()?.command))
    expect([...owners]).toEqual(['reconcile'])
  })

  it.each([[['2', '3']], [['2', '3', '4']], [['2', '3', '4', '5']]])(
    'silence about %j leaves out these only',
    async (silent) => {
      const b = await stage()
      const { asked, untold } = await heardOf(b, silent)
      expect(untold).toEqual(silent.map((id) => `untold ${id}`))
      expect(asked.slice(0, 5)).toEqual(IDS.map((id) => `${id}/5 ${id}`))
    },
  )

  it('two in a row end the inquiries where the one answered before is silent by now', async () => {
    const b = await stage()
    let dark = false
    b.gateway.onInquiry = ({ tradingId }) => {
      dark ||= tradingId === 't2'
      return dark ? silence() : null
    }
    const asked: string[] = []
    const lines = await reconcileOn(b, { wait: false }, (event) => {
      if (event.type === 'asking') asked.push(`${event.index}/${event.total} ${event.orderId}`)
    })
    const untold = lines.filter((line) => /untold|stopped/.test(line))
    expect(untold).toEqual(['untold 2', 'untold 3', 'stopped inquiry-unanswered'])
    expect(asked).toEqual(IDS.slice(0, 3).map((id) => `${id}/5 ${id}`))
  })

  it('two in a row end nothing where the one answered last is silent by now, and the one before it is not', async () => {
    const b = await stage()
    let asked: (string | undefined)[] = []
    b.gateway.onInquiry = ({ tradingId }) => {
      if (tradingId === 't4') asked = []
      asked.push(tradingId)
      return tradingId === 't3' || tradingId === 't4' || asked.join(' ') === 't4 t2' ? silence() : null
    }
    const lines = await reconcileOn(b, { wait: false })
    expect(lines.filter((line) => /untold|stopped/.test(line))).toEqual(['untold 3', 'untold 4'])
  })

  it('a signal while the one answered before is asked about is no silence', async () => {
    const b = await stage()
    let silent = 0
    b.gateway.onInquiry = ({ tradingId }) => {
      if (silent > 0 && tradingId === 't1') {
        b.stop.abort()
        return silence()
      }
      if (tradingId === 't2' || tradingId === 't3') silent += 1
      return tradingId === 't2' || tradingId === 't3' ? silence() : null
    }
    const lines = await reconcileOn(b, { wait: false })
    expect(lines.filter((line) => /untold|stopped/.test(line))).toEqual(['untold 2', 'untold 3', 'stopped interrupted'])
  })

  it('a signal while another one is asked about after the last is no silence', async () => {
    const b = await stage()
    let isLast = false
    b.gateway.onInquiry = ({ tradingId }) => {
      if (isLast && tradingId !== 't5') b.stop.abort()
      isLast ||= tradingId === 't5'
      return isLast ? silence() : null
    }
    const lines = await reconcileOn(b, { wait: false })
    expect(lines.filter((line) => /untold|stopped/.test(line))).toEqual(['untold 5', 'stopped interrupted'])
  })

  it('a signal while the second one is asked about ends them, and names no silence', async () => {
    const b = await stage()
    b.gateway.onInquiry = ({ tradingId }) => {
      if (tradingId !== 't2') return null
      b.stop.abort()
      return silence()
    }
    const lines = await reconcileOn(b, { wait: false })
    expect(lines.filter((line) => /untold|stopped/.test(line))).toEqual(['stopped interrupted'])
  })

  it('a signal between two orders ends them', async () => {
    const b = await stage()
    const asked: string[] = []
    const lines = await reconcileOn(b, { wait: false }, (event) => {
      if (event.type !== 'asking') return
      asked.push(event.orderId)
      if (event.orderId === '2') b.stop.abort()
    })
    expect(lines.at(-1)).toBe('stopped interrupted')
    expect(asked).toEqual(['1', '2'])
  })
})

describe('the first inquiry of a run', () => {
  const page = { type: 'silent', fault: { ...FAULT, kind: 'answer', code: '503' } } as const

  it.each([
    ['a page in its place', page],
    ['no answer', silence()],
  ] as const)('%s, of the only order that waits, ends no run', async (_, odd) => {
    const b = bench(auOrder('1'), auOrder('2'))
    b.mirror.lock.acquire('reconcile')
    b.mirror.issues.take(silentBooking(b.order('1'), b.clock.nowMs()))
    b.mirror.lock.release()
    b.gateway.onInquiry = ({ tradingId }) => (tradingId === 't1' ? odd : null)
    expect(await reconcileOn(b, { wait: false })).toEqual(['untold 1'])
  })

  it('a code for the one and no answer for the other of those that alone wait ends no run', async () => {
    const b = bench(auOrder('1'), auOrder('2'), auOrder('3'))
    b.mirror.lock.acquire('reconcile')
    for (const id of ['1', '2']) b.mirror.issues.take(silentBooking(b.order(id), b.clock.nowMs()))
    b.mirror.lock.release()
    const code = { type: 'rejected', code: 'E001', detail: '', handling: 'inquire' } as const
    b.gateway.onInquiry = ({ tradingId }) => (tradingId === 't1' ? code : tradingId === 't2' ? silence() : null)
    const heard = await reconcileOn(b, { wait: false })
    expect(heard.filter((line) => line.startsWith('stopped'))).toEqual([])
    expect(heard).toContain('untold 2')
  })

  it('two odd orders that alone wait end no run', async () => {
    const b = bench(auOrder('1'), auOrder('2'), auOrder('3'))
    b.mirror.lock.acquire('reconcile')
    for (const id of ['1', '2']) b.mirror.issues.take(silentBooking(b.order(id), b.clock.nowMs()))
    b.mirror.lock.release()
    b.gateway.onInquiry = ({ tradingId }) => (tradingId === 't3' ? null : silence())
    expect(await reconcileOn(b, { wait: false })).toEqual(['untold 1', 'untold 2'])
  })
})
