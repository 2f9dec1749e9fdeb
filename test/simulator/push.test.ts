// Pushes notices to a receiver over HTTP, with the rules of the shop's modules.
import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { systemClock } from '../../src/clock.js'
import type { Clock } from '../../src/ports.js'
import { makeCertificates } from '../../src/simulator/certificates.js'
import { pushFields } from '../../src/simulator/push.js'
import { card, carried, START_MS } from './desk.js'
import { ask, control, started, temporaryFolder } from './tls.js'

const CERTIFICATES = await makeCertificates()
const KEY = 'shared-key'
/** The notices are looked at every 100 ms. */
const SOME_LOOKS_MS = 500
const ids = (paymentId: string) => ({ payment_id: paymentId, trading_id: `t${paymentId}` })

type Answer = readonly [status: number, body: string]
const TAKEN: Answer = [200, 'result = 0\n']

/** A shop that answers in turn as it is told, the last answer for ever, and keeps what came. */
async function receiver(...answers: readonly Answer[]) {
  const received: URLSearchParams[] = []
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const [status, answer] = answers[Math.min(received.length, answers.length - 1)] ?? TAKEN
      received.push(new URLSearchParams(body))
      response.writeHead(status, { Location: '/elsewhere' }).end(answer)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const close = () => new Promise((resolve) => server.close(resolve))
  onTestFinished(() => void close())
  const { port } = server.address() as AddressInfo
  return { received, close, url: `http://127.0.0.1:${port}/paygent_payment_difference_notice` }
}

const until = async (holds: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 20))
}

describe('a pushed notice', () => {
  it('has its fields in order, and the hash over five of them and the key', () => {
    const fields = [
      ['change_date', '20261129120000'],
      ['payment_id', '7'],
      ['trading_id', 't7'],
      ['payment_type', '02'],
      ['payment_status', '40'],
      ['payment_amount', '1000'],
      ['payment_date', '20261129120000'],
    ] as const
    expect(pushFields({ noticeId: 3, fields }, KEY).toString()).toBe(
      'payment_notice_id=3&payment_id=7&trading_id=t7&payment_type=02&payment_status=40&payment_amount=1000' +
        '&payment_date=20261129120000&clear_detail=&payment_class=10&split_count=' +
        `&hc=${createHash('sha256').update(`37t7021000${KEY}`).digest('hex')}`,
    )
    expect(pushFields({ noticeId: 3, fields }, null).has('hc')).toBe(false)
  })

  it('says what 091 says, in the same order', async () => {
    const shop = await receiver(TAKEN)
    const payments = [card('1'), carried('2', 'docomo')]
    const simulator = await started({ certificates: CERTIFICATES, payments, push: { url: shop.url, key: KEY } })
    await ask(simulator, '022', ids('1'))
    await ask(simulator, '101', ids('2'))
    await control(simulator, 'clock', { advance: '1d' })
    await control(simulator, 'payments', { paymentId: '3', tradingId: 't3', method: 'au', amountYen: 5 })
    await until(() => shop.received.length === 4)
    for (const pushed of shop.received) {
      const fetched = await ask(simulator, '091')
      const common = [...pushed].filter(([name]) => Object.hasOwn(fetched, name))
      expect(common).toHaveLength(7)
      expect(fetched).toMatchObject(Object.fromEntries(common))
    }
    expect(await ask(simulator, '091')).toMatchObject({ success_code: '1' })
    expect(shop.received.map((form) => `${form.get('payment_id')} ${form.get('payment_status')}`)).toEqual([
      '1 40',
      '2 40',
      '2 44',
      '3 20',
    ])
  })
})

describe('a shop that does not take it', () => {
  it.each([
    ['a wrong hash', [200, 'result = 1']],
    ['an error page', [500, 'result = 0']],
    ['a redirection', [302, 'result = 0']],
    ['another text', [200, 'result = 00']],
  ] as const)('%s: it is pushed again, and the next one waits', async (_name, refusal) => {
    const shop = await receiver(refusal, refusal, TAKEN)
    const simulator = await started({
      certificates: CERTIFICATES,
      payments: [card('1'), card('2')],
      push: { url: shop.url, key: null },
    })
    await ask(simulator, '022', ids('1'))
    await ask(simulator, '022', ids('2'))
    await until(() => shop.received.length === 1)
    expect((await control(simulator, 'notices')).json).toMatchObject([{ pushedAt: null }, { pushTries: 0 }])
    // Its clock is that of the simulator.
    for (const count of [2, 3]) {
      await until(async () => {
        const [first] = (await control<{ pushTries: number }[]>(simulator, 'notices')).json
        return first?.pushTries === count - 1
      })
      await control(simulator, 'clock', { advance: '1m' })
      await until(() => shop.received.length >= count)
    }
    await until(() => shop.received.length === 4)
    expect(shop.received.map((form) => form.get('payment_notice_id'))).toEqual(['1', '1', '1', '2'])
    await until(async () => {
      const [, second] = (await control<{ pushedAt: string | null }[]>(simulator, 'notices')).json
      return second?.pushedAt !== null
    })
    expect((await control(simulator, 'notices')).json).toMatchObject([
      { pushTries: 3, pushAnswer: '200 result = 0', delivered: false },
      { pushTries: 1, pushAnswer: '200 result = 0' },
    ])
  })

  it.each([
    ['nobody listens', 'ECONNREFUSED', async () => (await closed()).url],
    ['a port that fetch does not take', 'bad port', async () => 'http://127.0.0.1:10080/'],
  ])('%s: the fault is recorded, and the end does not wait for it', async (_name, fault, address) => {
    const push = { url: await address(), key: KEY }
    const simulator = await started({ certificates: CERTIFICATES, payments: [card('1')], push })
    await ask(simulator, '022', ids('1'))
    const notices = async () => (await control<{ pushAnswer: string | null }[]>(simulator, 'notices')).json
    await until(async () => (await notices())[0]?.pushAnswer !== null)
    expect(await notices()).toMatchObject([{ pushedAt: null, pushAnswer: fault }])
    await simulator.close()
  })
})

async function closed() {
  const shop = await receiver()
  await shop.close()
  return shop
}

it('goes on after a restart with what nobody has taken, and begins with the notices after the first start', async () => {
  const statePath = join(temporaryFolder(), 'state')
  const before = await started({ certificates: CERTIFICATES, statePath, payments: [card('1'), card('2')] })
  await ask(before, '022', ids('1'))
  await before.close()
  const refusing = await receiver([503, ''])
  const first = await started({ certificates: CERTIFICATES, statePath, push: { url: refusing.url, key: KEY } })
  await ask(first, '022', ids('2'))
  await until(() => refusing.received.length > 0)
  await first.close()
  const shop = await receiver(TAKEN)
  const second = await started({ certificates: CERTIFICATES, statePath, push: { url: shop.url, key: KEY } })
  await control(second, 'clock', { advance: '1m' })
  await until(() => shop.received.length === 1)
  expect(shop.received[0]?.get('payment_id')).toBe('2')
  await until(async () => {
    const [, pushed] = (await control<{ pushedAt: string | null }[]>(second, 'notices')).json
    return pushed?.pushedAt !== null
  })
  // After a reset the numbers begin anew, and so do the pushes.
  await control(second, 'reset', {})
  await control(second, 'payments', { paymentId: '9', tradingId: 't9', method: 'au', amountYen: 5 })
  await until(() => shop.received.length === 2)
  expect(shop.received[1]?.get('payment_notice_id')).toBe('1')
})

it('waits its time after the change, by the clock of the simulator', async () => {
  const shop = await receiver(TAKEN)
  // It stands still unless it is advanced.
  const clock: Clock = { ...systemClock, nowMs: () => START_MS }
  const push = { url: shop.url, key: null, afterMs: 3_000 }
  const simulator = await started({ certificates: CERTIFICATES, payments: [card('1'), card('2')], push, clock })
  await ask(simulator, '022', ids('1'))
  await control(simulator, 'clock', { advance: '2s' })
  await ask(simulator, '022', ids('2'))
  await systemClock.sleep(SOME_LOOKS_MS)
  expect(shop.received).toEqual([])
  await control(simulator, 'clock', { advance: '1s' })
  await until(() => shop.received.length === 1)
  expect(shop.received[0]?.get('payment_id')).toBe('1')
  // A clock that is set back keeps nothing waiting.
  await control(simulator, 'clock', { set: '2020-01-01T00:00:00+09:00' })
  await until(() => shop.received.length === 2)
})
