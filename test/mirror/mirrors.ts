// Real mirrors in folders of their own, and the short forms that the tests build on.
import { FixedClock } from '../../src/clock.js'
import { amountConfirmedMs } from '../../src/domain/age.js'
import type { MoneyTelegram, Order, PaymentFact, RequestName } from '../../src/domain/order.js'
import { operationOf } from '../../src/domain/outcome.js'
import type { Settlement, Step } from '../../src/domain/run.js'
import type { ImportRow } from '../../src/domain/shop.js'
import { effectiveStatus } from '../../src/domain/statuses.js'
import { type Mirror, type MirrorOptions, openMirror } from '../../src/mirror/open.js'
import { askedFor } from '../domain/order-fixture.js'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'

export const NOON = Date.parse('2026-11-23T12:00:00+09:00')
export const STAMP = { environment: 'simulator', merchantId: '12345' }
export const IDENTITY = { osUser: 'yamada', sudoUser: null, host: 'shop-1', version: '0.1.0', pid: 4711 }

export function tempFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'paygent-mirror-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export const tempPath = (): string => join(tempFolder(), 'paygent.db')

export function open(path: string, options: Partial<MirrorOptions> = {}): Mirror {
  const mirror = openMirror(path, {
    mode: 'create',
    stamp: STAMP,
    clock: new FixedClock(NOON),
    identity: IDENTITY,
    stateDir: join(dirname(path), 'state'),
    ...options,
  })
  onTestFinished(() => mirror.close())
  return mirror
}

/** A new mirror with these orders, and the lock taken. */
export function mirrorWith(rows: readonly ImportRow[], options: Partial<MirrorOptions> = {}): Mirror {
  const mirror = open(tempPath(), options)
  mirror.importOrders({ rows, others: [] }, NOON)
  mirror.lock.acquire('sale')
  return mirror
}

/** An au order that can be sold once its held amount has been told. */
export const row = (changes: Partial<ImportRow> = {}): ImportRow => ({
  orderId: '852',
  orderedAt: '2009-06-19T11:50:00+09:00',
  customerName: 'ペイジェント 太郎',
  method: 'carrier',
  carrier: 'au',
  totalYen: 1733,
  listedAmountYen: 1733,
  shippedAt: null,
  orderStatus: '入金待ち',
  tradingId: '852',
  paymentId: '9852',
  status: '20',
  kind: '',
  ...changes,
})

export const fact = (changes: Partial<PaymentFact> = {}): PaymentFact => ({
  paymentId: '9852',
  tradingId: '852',
  status: '20',
  amountYen: 1733,
  method: 'carrier',
  carrier: 'au',
  authorizedAt: null,
  ...changes,
})

export function only(mirror: Mirror, orderId = '852'): Order {
  const [order] = mirror.orders.find([orderId])
  if (!order) throw new Error(`no order ${orderId}`)
  return order
}

/** Paygent tells what it holds, so that a step can be planned. */
export const told = (mirror: Mirror, changes: Partial<PaymentFact> = {}, orderId = '852'): boolean =>
  mirror.orders.learn(only(mirror, orderId), fact(changes), NOON)

export function stepFor(
  mirror: Mirror,
  telegram: MoneyTelegram = '101',
  request: RequestName = 'sale',
  changes: Partial<Step> = {},
): Step {
  const order = only(mirror, changes.orderId)
  const effective = effectiveStatus(order)
  return {
    position: 1,
    orderId: order.orderId,
    customerName: order.customerName,
    method: order.method,
    carrier: order.carrier,
    request,
    telegram,
    tradingId: order.tradingId,
    paymentId: order.paymentId ?? '',
    kind: order.kind,
    plannedStatus: effective.known ? effective.status : '',
    heldAmountYen: order.heldAmountYen ?? -1,
    amountToldMs: amountConfirmedMs(order),
    totalYen: order.totalYen,
    amountYen: order.totalYen,
    resend: false,
    notProcessedMs: order.notProcessed?.atMs ?? null,
    asked: askedFor(operationOf(telegram)),
    origin: 'named',
    mark: null,
    ...changes,
  }
}

export const begin = (mirror: Mirror, ...steps: Step[]): number =>
  mirror.journal.beginRun({ asked: steps[0]?.asked ?? askedFor('sale'), steps, refused: [], startedMs: NOON })

/** Begins a run of this one step and prepares it. */
export function prepared(
  mirror: Mirror,
  step = stepFor(mirror),
  atMs = NOON,
): { runId: number; attemptId: number; step: Step } {
  const runId = begin(mirror, step)
  const advanced = mirror.journal.advance(runId, null, step, atMs)
  if (advanced.type !== 'prepared') throw new Error(`not prepared: ${advanced.type}`)
  return { runId, attemptId: advanced.attemptId, step }
}

export const settlement = (attemptId: number, changes: Partial<Settlement> = {}): Settlement => ({
  attemptId,
  outcome: 'accepted',
  code: null,
  detail: null,
  effect: null,
  learnt: [],
  newPaymentId: null,
  notMoved: null,
  atMs: NOON,
  ...changes,
})
