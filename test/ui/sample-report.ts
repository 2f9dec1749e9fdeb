// A report in which nothing is empty: every kind of request, every section, and a name that a terminal must not obey.
import { movementOf } from '../../src/domain/money.js'
import type { RequestName, MoneyTelegram } from '../../src/domain/order.js'
import { type Period, type Report, reportOf, type ReportRequest } from '../../src/domain/report.js'

export const MADE_AT = '2026-12-05T09:00:00+09:00'
export const NOVEMBER = { from: '2026-11-01', to: '2026-11-30' } as const

interface Facts extends Partial<ReportRequest> {
  readonly plannedStatus?: string
}

/** An accepted docomo sale of 1,000 yen at noon of the 2nd, answered at once; its outcome may be another one. */
export function reportRequest({ plannedStatus = '20', ...facts }: Facts = {}): ReportRequest {
  const at = facts.at ?? '2026-11-02T12:00:00+09:00'
  const outcome = facts.outcome ?? 'accepted'
  const plan = {
    telegram: '101' as MoneyTelegram,
    request: 'sale' as RequestName,
    amountYen: 1_000,
    heldAmountYen: 1_000,
    ...facts,
  }
  return {
    orderId: '852',
    orderedAt: '2026-10-30T11:50:00+09:00',
    customerName: '山田 花子',
    method: 'carrier',
    carrier: 'docomo',
    runId: 7,
    position: 1,
    outcome,
    reason: null,
    movement: movementOf({ ...plan, plannedStatus }),
    paymentId: '700852',
    newPaymentId: null,
    osUser: 'yamada',
    at,
    datedBy: 'answer',
    waits: false,
    sentAt: at,
    history: [{ at, outcome }],
    ...plan,
  }
}

const CARD = { method: 'credit', carrier: null } as const

export const REQUESTS: readonly ReportRequest[] = [
  reportRequest(),
  reportRequest({ orderId: '853', ...CARD, telegram: '022', amountYen: 2_500, customerName: '\u001b[31m=SUM(A1)' }),
  reportRequest({
    orderId: '854',
    ...CARD,
    telegram: '029',
    request: 'corrected-sale',
    amountYen: 500,
    heldAmountYen: 980,
    newPaymentId: '900854',
    at: '2026-11-03T12:00:00+09:00',
  }),
  reportRequest({
    orderId: '855',
    carrier: 'au',
    telegram: '102',
    request: 'cancel',
    plannedStatus: '40',
    at: '2026-11-03T13:00:00+09:00',
  }),
  reportRequest({
    orderId: '856',
    ...CARD,
    telegram: '021',
    request: 'auth-cancel',
    at: '2026-11-03T14:00:00+09:00',
  }),
  reportRequest({ orderId: '857', outcome: 'rejected', reason: '2004', at: '2026-11-04T12:00:00+09:00' }),
  reportRequest({ orderId: '858', outcome: 'refused', reason: 'on-hold', amountYen: null, movement: null }),
  reportRequest({ orderId: '859', outcome: 'unknown', waits: true, at: '2026-11-30T12:00:00+09:00', history: [] }),
  // Sent in November, and known since December.
  reportRequest({
    orderId: '860',
    at: '2026-11-30T23:59:50+09:00',
    datedBy: 'paygent',
    history: [{ at: '2026-12-01T09:00:00+09:00', outcome: 'accepted' }],
  }),
  // Sent in October, and known since November.
  reportRequest({
    orderId: '861',
    at: '2026-10-31T23:00:00+09:00',
    history: [{ at: '2026-11-01T09:00:00+09:00', outcome: 'accepted' }],
  }),
]

const about = ({ orderId, orderedAt, customerName, method, carrier }: ReportRequest) => ({
  orderId,
  orderedAt,
  customerName,
  method,
  carrier,
})

export const sampleReport = (period: Period = NOVEMBER): Report =>
  reportOf(
    period,
    {
      requests: REQUESTS,
      lost: [{ ...about(reportRequest({ orderId: '870' })), day: '2026-11-10', yen: 3_000, told: false }],
      elsewhere: [
        {
          ...about(reportRequest({ orderId: '880' })),
          day: '2026-11-11',
          datedBy: 'order',
          yen: 4_000,
          paymentId: '700880',
        },
      ],
      differences: [
        {
          what: 'attempt',
          runId: 7,
          attemptId: 1,
          orderId: '852',
          field: 'state',
          mirror: 'accepted',
          trail: 'rejected',
        },
      ],
    },
    MADE_AT,
  )

const PAYERS = [
  CARD,
  { method: 'carrier', carrier: 'docomo' },
  { method: 'carrier', carrier: 'au' },
  { method: 'carrier', carrier: 'softbank' },
] as const

/** A month of a shop that sells every day, the same each time, seen on the evening of the 29th. */
export function monthReport(): Report {
  const places = Array.from({ length: 29 * PAYERS.length * 4 }, (_, place) => place)
  const requests = places
    .filter((place) => (place * 7919) % 11 < 4)
    .map((place) => {
      const day = String(1 + Math.floor(place / (PAYERS.length * 4))).padStart(2, '0')
      const amountYen = 900 + ((place * 7919) % 97) * 130
      const outcome = place % 29 === 0 ? 'rejected' : place % 101 === 0 ? 'unknown' : 'accepted'
      return reportRequest({
        orderId: String(10_000 + place),
        ...PAYERS[place % PAYERS.length],
        amountYen,
        heldAmountYen: amountYen,
        outcome,
        reason: outcome === 'rejected' ? '2004' : null,
        waits: outcome === 'unknown',
        at: `2026-11-${day}T19:30:00+09:00`,
      })
    })
  const lost = ['05', '17', '18'].map((day) => ({
    ...about(reportRequest({ orderId: `98${day}`, ...CARD })),
    day: `2026-11-${day}`,
    yen: Number(day) * 400,
    told: true,
  }))
  return reportOf(NOVEMBER, { requests, lost, elsewhere: [], differences: [] }, '2026-11-29T20:00:00+09:00')
}
