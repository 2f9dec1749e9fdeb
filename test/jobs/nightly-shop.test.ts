// Tests the night of a shop with a database: its orders are read first, its results are written last, and one program
// sends.
import { AppError } from '../../src/errors.js'
import type { NightlyEvent } from '../../src/jobs/nightly/events.js'
import { nightly } from '../../src/jobs/nightly/nightly.js'
import { nightlyExit, NightlyTally } from '../../src/jobs/nightly/report.js'
import { auOrder, cardOrder, type NightChanges, nightWishes } from './bench.js'
import { leave, obey, requestLost } from './paygent.js'
import { depsOf, reconcileOn, SETTLE_MS, standing } from './reconciling.js'
import { move } from './scripted-gateway.js'
import { type Desk, deskWith, fates, lost, pushing } from './scripted-shop.js'
import { describe, expect, it } from 'vitest'

const SHIPPED = { shippedAt: '2026-11-22T10:00:00+09:00' }
const TWO = [auOrder('1', SHIPPED), auOrder('2', SHIPPED)]

async function night({ b }: Desk, changes: NightChanges = {}, told: (event: NightlyEvent) => void = () => undefined) {
  const wishes = nightWishes(b, { lockWaitMs: 0, ...changes })
  const deps = { ...depsOf(b), inbox: b.mirror.inbox }
  const stages = new Set<string>()
  const tally = new NightlyTally()
  let fault: AppError | null = null
  try {
    for await (const event of nightly(wishes, deps, b.stop.signal)) {
      stages.add(event.type)
      tally.note(event)
      told(event)
    }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    fault = error
  }
  const report = tally.report(deps, fault !== null)
  return { stages: [...stages], report, fault, exit: nightlyExit(report) }
}

const locks = ({ b, shopLock }: Desk) => [b.mirror.lock.held, shopLock.held]

describe('the night', () => {
  it('pulls first and pushes last, under both locks', async () => {
    const made = await deskWith(...TWO)
    made.shop.change('1', { totalYen: 900 })
    const held: unknown[] = []
    const { stages, report, exit } = await night(made, {}, () => held.push(made.shopLock.held))
    expect([stages.at(0), stages.at(-1)]).toEqual(['pulling', 'pushed'])
    expect([stages.indexOf('pulled') < stages.indexOf('selling'), exit]).toEqual([true, 0])
    expect([report.pull?.updated, fates(report.push)]).toEqual([1, ['1 written', '2 written']])
    expect(new Set(held)).toEqual(new Set(['here']))
    expect([made.shopLock.taken, ...locks(made)]).toEqual([1, false, null])
  })

  it.each([
    [{ pull: false }, null, 2],
    [{ push: false }, 2, 0],
  ])('without one of them: %j', async (changes, unchanged, pushed) => {
    const { report } = await night(await deskWith(...TWO), changes)
    expect([report.pull?.unchanged ?? null, report.push.length]).toEqual([unchanged, pushed])
  })

  describe('with the shop away', () => {
    const AWAY: readonly [string, (made: Desk) => NightChanges][] = [
      [
        'whose database cannot be opened',
        ({ b }) => {
          b.desk = null
          return { shopAway: 'shop-unreachable' }
        },
      ],
      [
        'whose lock cannot be asked for',
        ({ shopLock }) => {
          shopLock.acquire = () => Promise.reject(lost())
          return {}
        },
      ],
      [
        'whose orders cannot be read to their end',
        ({ shop }) => {
          shop.onRead = (first) => {
            if (first > 0) throw lost()
          }
          return {}
        },
      ],
    ]
    it.each(AWAY)('%s settles and syncs, and sends nothing', async (_, prepare) => {
      const made = await deskWith(...TWO, cardOrder('3', SHIPPED), auOrder('4'))
      const { b } = made
      b.gateway.scripts = [requestLost, leave('30', '2001', 'inquire'), obey]
      await b.batch('sale', ['1', '3'], { wait: false })
      move(b.gateway.payments, '91', { status: '40' })
      move(b.gateway.payments, '94', { status: '60' })
      b.clock.pass(SETTLE_MS)
      const { report, fault, exit } = await night(made, prepare(made))
      expect([fault, exit, b.gateway.sent.length]).toEqual([null, 4, 2])
      expect([report.shopAway, report.stopped, report.over, report.sale]).toEqual([
        'shop-unreachable',
        true,
        ['sync'],
        null,
      ])
      expect(report.settled.map(({ orderId, outcome }) => `${orderId} ${outcome}`)).toEqual(['1 accepted'])
      expect(report.sync.differences.map(({ orderId }) => orderId)).toEqual(['4'])
      expect([standing(b, '3'), made.shop.written, ...locks(made)]).toEqual(['93 20 open', [], false, null])
    })

    it('ends with 6, or with what its configuration is worth', async () => {
      const made = await deskWith(...TWO)
      made.b.desk = null
      expect((await night(made, { shopAway: 'shop-unreachable' })).exit).toBe(6)
      expect((await night(made, { shopAway: 'shop-login-refused' })).exit).toBe(2)
      expect(made.b.gateway.sent).toEqual([])
    })
  })

  it('sends nothing while another desk does', async () => {
    const made = await deskWith(...TWO)
    made.shopLock.held = 'elsewhere'
    const { fault, stages } = await night(made)
    expect([fault?.code, stages, made.b.gateway.sent, ...locks(made)]).toEqual([
      'another-desk',
      [],
      [],
      false,
      'elsewhere',
    ])
  })

  it('whose lock another program takes sends nothing more, and leaves the shop to whoever has it', async () => {
    const made = await deskWith(...TWO)
    let begun = 0
    const { fault } = await night(made, {}, (event) => {
      if (event.type !== 'selling' || event.event.type !== 'sending') return
      begun += 1
      if (begun === 2) made.b.loseLock()
    })
    expect([fault?.code, fault?.exitCode, made.b.gateway.sent.length]).toEqual(['lock-lost', 4, 1])
    const booked = ['1', '2'].map((orderId) => made.b.mirror.journal.attempts(orderId).map(({ state }) => state))
    expect(booked).toEqual([['accepted'], []])
    expect(made.shop.written).toEqual([])
  })

  it('whose results could not go back says so, and they go back the next time', async () => {
    const made = await deskWith(...TWO)
    made.shop.onWrite = (orderId) => {
      if (orderId === '2') throw lost()
    }
    const { report, exit, fault } = await night(made)
    expect([fates(report.push), report.pushFailed, exit, fault]).toEqual([['1 written'], 'shop-unreachable', 6, null])
    made.shop.onWrite = () => undefined
    expect(fates(await pushing(made))).toEqual(['2 written'])
  })

  it('that loses the shop in the middle stops, and tells what it can', async () => {
    const made = await deskWith(...TWO)
    made.shop.onLook = (_, count) => {
      if (count === 2) throw lost()
    }
    const { report, exit } = await night(made)
    expect([made.b.gateway.sent.length, fates(report.push), exit]).toEqual([1, ['1 written'], 6])
  })

  it('tells the shop after a signal, too', async () => {
    const made = await deskWith(...TWO)
    const { report } = await night(made, {}, (event) => {
      if (event.type === 'selling' && event.event.type === 'settled') made.b.stop.abort()
    })
    expect(fates(report.push)).toEqual(['1 written'])
  })

  it('tells what is owed to the shop when Paygent cannot be asked', async () => {
    const made = await deskWith(...TWO)
    await made.b.batch('sale', ['1'])
    made.b.gateway.onInquiry = () => ({ type: 'rejected', code: 'P002', detail: '', handling: 'stop-login' })
    const { report, fault } = await night(made)
    expect([fault !== null || report.stopped, fates(report.push)]).toEqual([true, ['1 written']])
  })

  it('with a conflict asks for somebody', async () => {
    const made = await deskWith(...TWO)
    await made.b.batch('sale', ['1'])
    made.shop.change('1', { totalYen: 900 })
    const { report, exit } = await night(made)
    expect([report.pull?.conflicts.map(({ orderId }) => orderId), exit]).toEqual([['1'], 3])
  })
})

describe('a request of reconcile that would go out once more', () => {
  async function inTransit(): Promise<Desk> {
    const made = await deskWith(cardOrder('1'))
    made.b.gateway.scripts = [leave('30', '2001', 'inquire'), obey]
    await made.b.batch('sale', ['1'], { wait: false })
    made.b.clock.pass(SETTLE_MS)
    await reconcileOn(made.b, { wait: false, sendsAgain: false })
    made.b.clock.pass(SETTLE_MS)
    return made
  }
  const ends = ({ b, shopLock }: Desk) => [b.gateway.sent.length, standing(b), b.mirror.lock.held, shopLock.held]

  it('goes out under the shop’s lock while the row is as it was read', async () => {
    const made = await inTransit()
    made.b.gateway.onSend = () => expect(made.shopLock.held).toBe('here')
    expect(await reconcileOn(made.b, { wait: false })).toEqual(['again 1 022', 'settled 1 022 accepted'])
    expect(ends(made)).toEqual([2, '91 40', false, null])
  })

  it('stays where another desk has the lock', async () => {
    const made = await inTransit()
    made.shopLock.held = 'elsewhere'
    expect(await reconcileOn(made.b, { wait: false })).toEqual(['unseen another-desk'])
    expect(ends(made)).toEqual([1, '91 20 open', false, 'elsewhere'])
  })

  it.each([1, 2])('stays open where the shop is lost at look %i', async (at) => {
    const made = await inTransit()
    const before = made.shop.looked.length
    made.shop.onLook = (_, count) => {
      if (count >= before + at) throw lost()
    }
    const heard = await reconcileOn(made.b, { wait: false })
    expect(heard).toEqual(at === 1 ? ['unseen shop-unreachable'] : ['again 1 022', 'unseen shop-unreachable'])
    expect([made.shop.looked.length - before, ...ends(made)]).toEqual([at, 1, '91 20 open', false, null])
  })

  it('stays where the cut-off passes while the shop is looked at', async () => {
    const made = await inTransit()
    const { b, shop } = made
    shop.onLook = () => b.clock.pass(30_000)
    await reconcileOn(b, { wait: false, untilMs: b.clock.nowMs() + 45_000 })
    expect(ends(made)).toEqual([1, '91 20 open', false, null])
  })

  it('is for a person where staff have changed the order', async () => {
    const made = await inTransit()
    made.shop.change('1', { totalYen: 900 })
    expect(await reconcileOn(made.b, { wait: false })).toEqual(['again 1 022', 'settled 1 022 attention'])
    expect(ends(made).slice(0, 1)).toEqual([1])
  })
})
