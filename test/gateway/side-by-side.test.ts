// Tests inquiries side by side, over real TLS: in order, each on a connection of its own, and never beside money.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FixedClock } from '../../src/clock.js'
import type { InquiryKey } from '../../src/domain/answer.js'
import { seededAsync } from '../seed.js'
import { useBench } from './bench.js'
import { lines, SALE } from './settings.js'
import { httpAnswer, type Received, serveProxy } from './wire-server.js'

const { server, gateway, watched, keep } = useBench()

const keyOf = (id: number): InquiryKey => ({ paymentId: String(id), tradingId: `t${id}` })
const formOf = ({ body }: Received): URLSearchParams => new URLSearchParams(body.toString('latin1'))
const paymentOf = (received: Received): string => formOf(received).get('payment_id') ?? ''

const answerOf = (received: Received): string => {
  const id = paymentOf(received)
  const trading = formOf(received).get('trading_id')
  const told = lines('result=0', 'response_code=', 'response_detail=', `payment_id=${id}`, `trading_id=${trading}`)
  if (formOf(received).get('telegram_kind') !== '094') return told
  return `${told}${lines('payment_type=06', 'payment_status=20', `payment_amount=1${id}`, 'career_type=5')}`
}
const answer = (received: Received): void => void received.socket.write(httpAnswer(answerOf(received)))
const busy = ({ socket }: Received): void =>
  void socket.write(httpAnswer(lines('result=1', 'response_code=E002', 'response_detail=')))

const KEYS = [1, 2, 3, 4, 5, 6].map(keyOf)
const MORE_KEYS = [...KEYS, ...[7, 8, 9].map(keyOf)]

/** A server that keeps each request until it is asked to answer. */
async function holding() {
  const waiting: Received[] = []
  const arrived: (() => void)[] = []
  const made = await server((received) => {
    waiting.push(received)
    arrived.shift()?.()
  })
  const until = async (count: number): Promise<void> => {
    while (waiting.length < count) await new Promise<void>((resolve) => arrived.push(resolve))
  }
  /** Answers the inquiry about this payment. Those side by side arrive in any order. */
  const reply = ({ tradingId }: InquiryKey): void => {
    const index = waiting.findIndex((received) => formOf(received).get('trading_id') === tradingId)
    for (const received of waiting.splice(index, 1)) answer(received)
  }
  return { ...made, waiting, until, reply }
}

describe('inquiries side by side', () => {
  it('are as many as the setting says, and their answers come in the order of the keys', async () => {
    const { endpoint, waiting, until, connections } = await holding()
    const opened = gateway(endpoint, { inquiries: 4 })
    const ahead = opened.ahead(KEYS)
    const first = watched(ahead.inquire(KEYS[0]!))
    await until(4)
    expect(waiting.map(paymentOf).toSorted()).toEqual(['1', '2', '3', '4'])
    for (const received of waiting.splice(0).toReversed()) answer(received)
    expect(await first).toMatchObject({ type: 'told', fact: { paymentId: '1', amountYen: 11 } })
    const second = ahead.inquire(KEYS[1]!)
    await until(1)
    expect(await second).toMatchObject({ fact: { paymentId: '2' } })
    expect([waiting.map(paymentOf), connections()]).toEqual([['5'], 4])
    answer(waiting[0]!)
    expect(await ahead.inquire(KEYS[4]!)).toMatchObject({ fact: { paymentId: '5' } })
  })

  it.each([
    ['with the setting 1', 1, () => false],
    ['while another run is at work', 4, () => true],
  ])('are none %s', async (_, inquiries, alone) => {
    const { endpoint, requests, connections } = await server(answer)
    const ahead = gateway(endpoint, { inquiries }).ahead(KEYS, alone)
    expect(await watched(ahead.inquire(KEYS[0]!))).toMatchObject({ type: 'told' })
    expect([requests.length, connections()]).toEqual([1, 1])
  })

  it('are asked about once, however often the job asks for the same', async () => {
    const { endpoint, requests } = await server(answer)
    const ahead = gateway(endpoint, { inquiries: 3 }).ahead(KEYS.slice(0, 3))
    for (const key of KEYS.slice(0, 3)) await watched(ahead.inquire(key))
    expect(requests.map(paymentOf).toSorted()).toEqual(['1', '2', '3'])
    // A second inquiry about a payment is one of its own.
    await ahead.inquire(KEYS[0]!)
    await ahead.inquire({ tradingId: 't1' })
    expect(requests).toHaveLength(5)
  })

  it('are never more than the setting says, whatever a job before has left under way', async () => {
    const { endpoint, waiting, until } = await holding()
    const opened = gateway(endpoint, { inquiries: 2 })
    const first = watched(opened.ahead(KEYS).inquire(KEYS[0]!))
    await until(2)
    const next = opened.ahead(MORE_KEYS.slice(6))
    const seventh = next.inquire(MORE_KEYS[6]!)
    const most: number[] = []
    for (let done = 0; done < 4; done += 1) {
      await until(1)
      // Time for any that would come besides.
      await new Promise((resolve) => setTimeout(resolve, 20))
      most.push(waiting.length)
      answer(waiting.shift()!)
    }
    expect([await first, await seventh]).toMatchObject([{ fact: { paymentId: '1' } }, { fact: { paymentId: '7' } }])
    expect(Math.max(...most)).toBe(2)
  })

  it('give the time at which each went out', async () => {
    const clock = new FixedClock(1_000)
    const { endpoint, waiting, until } = await holding()
    const ahead = gateway(endpoint, { inquiries: 2 }, { clock }).ahead(KEYS)
    const first = watched(ahead.inquire(KEYS[0]!))
    await until(2)
    clock.advance(8_000)
    for (const received of waiting.splice(0)) answer(received)
    expect([await first, await ahead.inquire(KEYS[1]!)]).toMatchObject([
      { fact: { askedMs: 1_000 } },
      { fact: { askedMs: 1_000 } },
    ])
  })
})

describe('one that fails', () => {
  const FAILURES: readonly [string, (received: Received) => void, string][] = [
    ['E002', busy, 'E002'],
    ['a reset', ({ reset }) => reset(), 'ECONNRESET'],
    ['an answer that is none', ({ socket }) => void socket.write(httpAnswer('<html>')), 'line'],
  ]
  it.each(FAILURES)('by %s is asked about again alone; from then on it goes one by one', async (_, fail, why) => {
    const seen = new Map<string, number>()
    const underWay = new Set<Received>()
    const beside: (readonly string[])[] = []
    const log: Record<string, unknown>[] = []
    const { endpoint } = await server((received) => {
      const id = paymentOf(received)
      const count = (seen.get(id) ?? 0) + 1
      seen.set(id, count)
      if (id === '3' && count === 1) return fail(received)
      underWay.add(received)
      if (seen.get('3') === 2 && underWay.size > 1) beside.push([...underWay].map(paymentOf))
      // The others need longer than the one that fails.
      setTimeout(() => {
        underWay.delete(received)
        answer(received)
      }, 20)
    })
    const ahead = gateway(endpoint, { inquiries: 4, log: (entry) => log.push(entry) }).ahead(MORE_KEYS)
    const answers: unknown[] = []
    for (const key of MORE_KEYS) answers.push(await watched(ahead.inquire(key)))
    expect(answers).toMatchObject(MORE_KEYS.map(({ tradingId }) => ({ type: 'told', fact: { tradingId } })))
    expect(log.filter(({ inquiries }) => inquiries === 1)).toEqual([{ inquiries: 1, why }])
    expect([seen.get('3'), seen.get('4'), beside]).toEqual([2, 1, []])
  })

  it('costs only its own connection', async () => {
    const failed: number[] = []
    const { endpoint, requests } = await server((received) => {
      if (paymentOf(received) !== '2' || failed.length > 0) return answer(received)
      failed.push(received.connection)
      received.reset()
    })
    const ahead = gateway(endpoint, { inquiries: 2 }).ahead(KEYS.slice(0, 2))
    expect(await watched(ahead.inquire(KEYS[0]!))).toMatchObject({ type: 'told' })
    expect(await ahead.inquire(KEYS[1]!)).toMatchObject({ type: 'told' })
    expect(requests.filter(({ connection }) => connection === failed[0])).toHaveLength(1)
  })
})

describe('a request that moves money', () => {
  it('waits until the inquiries beside it have ended, and theirs wait for it', async () => {
    const { endpoint, waiting, until, reply } = await holding()
    const opened = gateway(endpoint, { inquiries: 2 })
    const ahead = opened.ahead(KEYS)
    const first = watched(ahead.inquire(KEYS[0]!))
    await until(2)
    const sale = watched(opened.send(SALE))
    const third = ahead.inquire(KEYS[2]!)
    reply(KEYS[0]!)
    await first
    expect(waiting.map((received) => formOf(received).get('telegram_kind'))).toEqual(['094'])
    answer(waiting.shift()!)
    await until(1)
    expect(waiting.map((received) => formOf(received).get('telegram_kind'))).toEqual(['022'])
    answer(waiting.shift()!)
    expect(await sale).toMatchObject({ type: 'accepted' })
    await until(1)
    for (const received of waiting.splice(0)) answer(received)
    await until(1)
    for (const received of waiting.splice(0)) answer(received)
    expect(await third).toMatchObject({ type: 'told' })
  })

  it('goes out when the connections of the inquiries are closed', async () => {
    const { endpoint, waiting, until, reply } = await holding()
    const opened = gateway(endpoint, { inquiries: 2 })
    const ahead = opened.ahead(KEYS.slice(0, 2))
    const asked = KEYS.slice(0, 2).map((key) => watched(ahead.inquire(key)))
    await until(2)
    const sockets = waiting.map(({ socket }) => socket)
    const isOver = (): boolean[] => sockets.map(({ readableEnded, destroyed }) => readableEnded || destroyed)
    for (const key of KEYS.slice(0, 2)) reply(key)
    await Promise.all(asked)
    expect(isOver()).toEqual([false, false])
    const sale = watched(opened.send(SALE))
    await until(1)
    expect(isOver()).toEqual([true, true])
    answer(waiting.shift()!)
    expect(await sale).toMatchObject({ type: 'accepted' })
  })

  it('finds the wire quiet after a job that has ended early', async () => {
    const { endpoint, waiting, until, reply } = await holding()
    const opened = gateway(endpoint, { inquiries: 3 })
    const first = watched(opened.ahead(KEYS).inquire(KEYS[0]!))
    await until(3)
    let isQuiet = false
    const quiet = opened.quiet().then(() => (isQuiet = true))
    reply(KEYS[0]!)
    await first
    expect(isQuiet).toBe(false)
    for (const received of waiting.splice(0)) answer(received)
    await quiet
    const sale = opened.send(SALE)
    await until(1)
    answer(waiting.shift()!)
    expect(await sale).toMatchObject({ type: 'accepted' })
  })

  it('never shares the wire with an inquiry side by side, whatever the order of calls and answers', async () => {
    await seededAsync(
      fc.asyncProperty(
        fc.array(fc.constantFrom('ask', 'send', 'answer'), { minLength: 4, maxLength: 30 }),
        fc.integer({ min: 2, max: 8 }),
        async (steps, inquiries) => {
          const waiting: Received[] = []
          const kinds = (): string[] => waiting.map((received) => formOf(received).get('telegram_kind') ?? '')
          const overlaps: string[][] = []
          const { endpoint } = await server((received) => {
            waiting.push(received)
            const here = kinds()
            if (here.length > 1 && here.includes('022')) overlaps.push(here)
          })
          const opened = gateway(endpoint, { inquiries })
          const ahead = opened.ahead(KEYS)
          const going: Promise<unknown>[] = []
          let asked = 0
          for (const step of steps) {
            if (step === 'ask') going.push(ahead.inquire(KEYS[asked++ % KEYS.length]!))
            if (step === 'send') going.push(opened.send(SALE))
            if (step === 'answer') for (const received of waiting.splice(0, 1)) answer(received)
            await new Promise((resolve) => setImmediate(resolve))
          }
          const ended = Promise.all(going)
          let isOver = false
          void ended.then(() => (isOver = true))
          while (!isOver) {
            for (const received of waiting.splice(0)) answer(received)
            await new Promise((resolve) => setTimeout(resolve, 1))
          }
          expect(overlaps).toEqual([])
        },
      ),
      20,
    )
  })
})

describe('a gateway that is closed', () => {
  it.each([
    ['on new connections', 0],
    ['on kept connections', 2],
  ])('asks nothing more where inquiries were under way %s', async (_, answered) => {
    const { endpoint, until, reply, requests, connections } = await holding()
    const opened = gateway(endpoint, { inquiries: 2 })
    const ahead = opened.ahead(KEYS)
    for (const key of KEYS.slice(0, answered)) {
      const asked = ahead.inquire(key)
      await until(2)
      reply(key)
      await asked
    }
    const left = ahead.inquire(KEYS[answered]!)
    await until(2)
    const before = [requests.length, connections()]
    opened.close()
    expect(await watched(left)).toMatchObject({ type: 'silent', fault: { code: 'closed' } })
    await opened.quiet()
    expect([requests.length, connections()]).toEqual(before)
  })

  // A proxy that says nothing is given up after ten seconds only.
  it('waits for no proxy', { timeout: 5_000 }, async () => {
    const { url, asked } = keep(await serveProxy(0))
    const opened = gateway('https://localhost:1', { proxy: url })
    const sale = opened.send(SALE)
    while (asked.length === 0) await new Promise((resolve) => setTimeout(resolve, 1))
    opened.close()
    expect(await watched(sale)).toMatchObject({ type: 'unsent', fault: { code: 'closed' } })
  })

  it('sends nothing that waits for its turn', async () => {
    const { endpoint, until, requests, connections } = await holding()
    const opened = gateway(endpoint, { inquiries: 2 })
    const sale = opened.send(SALE)
    await until(1)
    const waits = [opened.ahead(KEYS).inquire(KEYS[0]!), opened.inquire(KEYS[1]!)]
    const second = opened.send(SALE)
    opened.close()
    expect(await watched(sale)).toMatchObject({ type: 'unclear', fault: { code: 'closed' } })
    expect(await watched(second)).toMatchObject({ type: 'unsent', fault: { code: 'closed' } })
    expect(await Promise.all(waits)).toMatchObject([{ type: 'silent' }, { type: 'silent' }])
    expect([requests.length, connections()]).toEqual([1, 1])
  })
})
