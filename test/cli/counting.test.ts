// Tests the count of a long step: redrawn on a terminal, elsewhere a line every 30 seconds of the given clock.
import { Narrator } from '../../src/cli/batch-narrator.js'
import { followSync } from '../../src/cli/commands/sync.js'
import type { Context } from '../../src/cli/context.js'
import { type Count, Counting } from '../../src/cli/counting.js'
import { NightNarrator } from '../../src/cli/nightly-narrator.js'
import { followPull } from '../../src/cli/shop-desk.js'
import { CLEAR } from '../../src/cli/terminal.js'
import { FixedClock } from '../../src/clock.js'
import type { SyncEvent } from '../../src/jobs/sync/events.js'
import { parseOrdersCsv } from '../../src/mirror/csv/csv.js'
import { auOrder, bench } from '../jobs/bench.js'
import { deskOver } from '../jobs/scripted-shop.js'
import { screenOf } from '../ui/sample-orders.js'
import { silentTerminal } from './silent-terminal.js'
import { describe, expect, it } from 'vitest'

const log = { telegram: () => undefined, event: () => undefined, bug: () => undefined, close: async () => undefined }
const NO_LOG = log as never

interface Where {
  /** Columns of stderr; null is no terminal. */
  readonly width: number | null
  readonly quiet?: boolean
  readonly format?: 'table' | 'json' | 'csv'
}

/** A command at 16:00, which notes what it writes. */
function command({ width, quiet = false, format = 'table' }: Where) {
  const clock = new FixedClock(Date.parse('2026-11-23T16:00:00+09:00'))
  const written = { out: '', err: '' }
  const terminal = {
    ...silentTerminal,
    out: (text: string | Uint8Array) => void (written.out += String(text)),
    err: (text: string) => void (written.err += text),
  }
  const screens = { screen: screenOf(width), errorScreen: screenOf(width) }
  const config = { lang: 'ja', cutOff: '21:00', environment: 'simulator' }
  const context = { clock, terminal, ...screens, config, format, options: { quiet } } as unknown as Context
  const drawn = (): string[] => written.err.split(CLEAR).filter((text) => text !== '')
  const lines = (): string[] => written.err.split('\n').slice(0, -1)
  return { context, clock, written, drawn, lines }
}

const asked = (done: number, total: number | null = 300): Count => ({ step: 'inquiries', done, total })

describe('on a terminal', () => {
  it('the foot has count, percentage, rate and expected end, once three are done', () => {
    const { context, clock, drawn } = command({ width: 80 })
    const counting = new Counting(context)
    for (const done of [0, 1, 2, 3]) {
      counting.show(asked(done))
      clock.advance(10_000)
    }
    clock.advance(1_160_000)
    counting.show(asked(120))
    counting.hide()
    expect(drawn()).toEqual([
      'ペイジェントに照会中 0/300件（0%）',
      'ペイジェントに照会中 1/300件（0%）',
      'ペイジェントに照会中 2/300件（0%）',
      'ペイジェントに照会中 3/300件（1%） 毎分6.0件 16:50ごろ終了',
      'ペイジェントに照会中 120/300件（40%） 毎分6.0件 16:50ごろ終了',
    ])
  })

  it('is redrawn ten times a second at most, and at once for another step', () => {
    const { context, clock, drawn } = command({ width: 80 })
    const counting = new Counting(context)
    for (let done = 0; done < 100; done += 1) {
      counting.show(asked(done))
      clock.advance(10)
    }
    expect(drawn()).toHaveLength(10)
    expect(drawn().at(-1)).toBe('ペイジェントに照会中 90/300件（30%） 毎秒100件 16:00ごろ終了')
    counting.show({ step: 'import', done: 0, total: 5 })
    counting.show({ step: 'import', done: 1, total: 5 })
    expect(drawn().at(-1)).toBe('受注を取り込み中 0/5件（0%）')
  })

  it('a step that begins anew has a rate of its own', () => {
    const { context, clock, drawn } = command({ width: 80 })
    const counting = new Counting(context)
    for (const done of [0, 1, 2, 3]) {
      counting.show(asked(done))
      clock.advance(1_000)
    }
    clock.advance(600_000)
    for (const done of [0, 1, 2, 3]) {
      counting.show(asked(done))
      clock.advance(2_000)
    }
    expect(drawn().slice(-4)).toEqual([
      'ペイジェントに照会中 0/300件（0%）',
      'ペイジェントに照会中 1/300件（0%）',
      'ペイジェントに照会中 2/300件（0%）',
      'ペイジェントに照会中 3/300件（1%） 毎分30.0件 16:20ごろ終了',
    ])
  })

  it('an end that is a day away has its date', () => {
    const { context, clock, drawn } = command({ width: 80 })
    const counting = new Counting(context)
    counting.show(asked(0, 10_003))
    clock.advance(60_000)
    counting.show(asked(3, 10_003))
    expect(drawn().at(-1)).toBe('ペイジェントに照会中 3/10,003件（0%） 毎分3.0件 2026/11/25 23:34ごろ終了')
  })

  it('ends with the time of a night that is given to it', () => {
    const { context, clock, drawn } = command({ width: 80 })
    const counting = new Counting(context)
    const untilMs = clock.nowMs() + 1_260_000
    counting.show({ ...asked(0), untilMs })
    clock.advance(60_000)
    counting.show({ ...asked(3), untilMs })
    expect(drawn().at(-1)).toBe('ペイジェントに照会中 3/300件（1%） 毎分3.0件 16:21ごろ終了')
    clock.advance(60_000)
    counting.show({ ...asked(200), untilMs })
    expect(drawn().at(-1)).toBe('ペイジェントに照会中 200/300件（66%） 毎秒1.7件 16:03ごろ終了')
  })

  it('promises no end of the reading, after which the import begins, nor where the number is not known', () => {
    const { context, clock, drawn } = command({ width: 80 })
    const counting = new Counting(context)
    for (const [step, total] of [
      ['reading', 10],
      ['notices', null],
    ] as const) {
      counting.show({ step, done: 0, total })
      clock.advance(2_000)
      counting.show({ step, done: 8, total })
    }
    expect(drawn().filter((line) => line.includes('毎秒'))).toEqual([
      'CSV を読み取り中 8/10行（80%） 毎秒4.0行',
      '通知を受け取り中 8件 毎秒4.0件',
    ])
  })

  it('is taken away where the work breaks', () => {
    const { context, written } = command({ width: 80 })
    const work = (heard: (done: number, total: number) => void): never => {
      heard(0, 2)
      throw new Error('broken')
    }
    expect(() => new Counting(context).during('import', work)).toThrow('broken')
    expect(written.err).toBe(`${CLEAR}受注を取り込み中 0/2件（0%）${CLEAR}`)
  })
})

describe('without a terminal', () => {
  /** An inquiry every 12 seconds. */
  function slowly(where: Where) {
    const made = command(where)
    const counting = new Counting(made.context)
    for (let done = 0; done < 10; done += 1) {
      counting.show(asked(done, 10))
      made.clock.advance(12_000)
    }
    return made
  }

  it('is a line after every 30 seconds of the clock, and nothing before', () => {
    expect(slowly({ width: null }).lines()).toEqual([
      'ペイジェントに照会中 3/10件（30%） 毎分5.0件 16:02ごろ終了',
      'ペイジェントに照会中 6/10件（60%） 毎分5.0件 16:02ごろ終了',
      'ペイジェントに照会中 9/10件（90%） 毎分5.0件 16:02ごろ終了',
    ])
  })

  it('counts the 30 seconds over all steps of a command', () => {
    const { context, clock, lines } = command({ width: null })
    const counting = new Counting(context)
    for (let step = 0; step < 5; step += 1) {
      counting.show(asked(0, 1))
      clock.advance(10_000)
    }
    expect(lines()).toEqual(['ペイジェントに照会中 0/1件（0%）'])
  })

  it('is nothing under --quiet, and never on stdout', () => {
    expect(slowly({ width: null, quiet: true }).written).toEqual({ out: '', err: '' })
    expect(slowly({ width: 80, quiet: true }).written).toEqual({ out: '', err: '' })
    for (const format of ['json', 'csv'] as const) {
      const { written } = slowly({ width: null, format })
      expect([written.out, written.err.split('\n').length]).toEqual(['', 4])
    }
  })
})

describe('every long command counts', () => {
  const NIGHT_LINE = 'ペイジェントに照会中 3/5件（60%） 毎分6.0件 16:00ごろ終了'
  const events = (clock: FixedClock) =>
    async function* <Event>(eventOf: (index: number) => Event): AsyncGenerator<Event, void> {
      for (let index = 1; index <= 5; index += 1) {
        yield eventOf(index)
        clock.advance(10_000)
      }
    }
  const asking = (index: number) => ({ type: 'asking', index, total: 5, orderId: '10852' }) as const

  it('sync', async () => {
    const { context, clock, lines } = command({ width: null })
    await followSync(events(clock)<SyncEvent>(asking), context, NO_LOG)
    expect(lines()).toEqual([NIGHT_LINE])
  })

  it('sync, whose notices have no known number', async () => {
    const { context, clock, lines } = command({ width: null })
    await followSync(
      events(clock)<SyncEvent>((index) => ({ type: 'fetched', noticeId: String(index) })),
      context,
      NO_LOG,
    )
    expect(lines()).toEqual(['通知を受け取り中 4件 毎分6.0件'])
  })

  it('the inquiries before a plan, whose number stays above the plan', async () => {
    const preparing = (index: number) => ({ type: 'preparing', index, total: 5 }) as const
    const piped = command({ width: null })
    await new Narrator(piped.context).preparing(events(piped.clock)(preparing))
    expect(piped.lines()).toEqual([NIGHT_LINE, 'ペイジェントに照会中 5/5件（100%）'])
    const seen = command({ width: 80 })
    await new Narrator(seen.context).preparing(events(seen.clock)(preparing))
    expect(seen.drawn().slice(-2)).toEqual([
      'ペイジェントに照会中 4/5件（80%） 毎分6.0件 16:00ごろ終了',
      'ペイジェントに照会中 5/5件（100%）\n',
    ])
  })

  it('the stages of a night', async () => {
    const { context, clock, lines } = command({ width: null })
    const narrator = new NightNarrator(context, NO_LOG)
    for await (const event of events(clock)(asking)) narrator.event({ type: 'reconciling', event })
    for await (const event of events(clock)(asking)) narrator.event({ type: 'syncing', event })
    for (let index = 1; index <= 5; index += 1) {
      clock.advance(10_000)
      narrator.event({ type: 'preparing', index, total: 5 })
    }
    expect(lines()).toHaveLength(5)
    expect([lines()[0], lines()[2]]).toEqual([NIGHT_LINE, 'ペイジェントに照会中 4/5件（80%） 毎分6.0件 16:01ごろ終了'])
  })

  it('pull, against the number of orders that the shop has', async () => {
    const { b, desk, shop } = deskOver(
      bench(),
      ['1', '2', '3', '4', '5', '6', '7', '8'].map((orderId) => auOrder(orderId)),
    )
    const { context, clock, lines } = command({ width: null })
    shop.onRead = () => clock.advance(20_000)
    await followPull({ desk, lock: b.mirror.lock, clock: b.clock }, context)
    expect(lines()).toEqual([
      'EC-CUBE から受注を取り込み中 4/8件（50%）',
      'EC-CUBE から受注を取り込み中 8/8件（100%） 毎分6.0件 16:01ごろ終了',
    ])
  })

  it('import: the lines of the file, then its orders', () => {
    const rows = Array.from({ length: 600 }, (_, index) => `${index + 1},credit,,1000,9${index + 1}`)
    const file = Buffer.from(['order_id,method,carrier,total,payment_id', ...rows, ''].join('\n'))
    const told: string[] = []
    const heard = (done: number, total: number): void => void told.push(`${done}/${total}`)
    const parsed = parseOrdersCsv(file, { path: 'orders.csv', methodNames: new Map(), heard })
    const b = bench()
    told.push('import')
    b.mirror.importOrders(parsed, b.clock.nowMs(), heard)
    const all = ['0/600', '256/600', '512/600', '600/600']
    expect(told).toEqual([...all, 'import', ...all])
  })
})
