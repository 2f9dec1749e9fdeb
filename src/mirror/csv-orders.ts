// A line of the CSV, or of the shop's database, as an order. Page 3.4.
import { japanIso, systemClock } from '../clock.js'
import type { ImportRow } from '../domain/import-row.js'
import type { Order } from '../domain/order.js'

/** A row as an order that nobody has touched; without a time of its own it is ordered now. */
export const orderOfRow = (row: ImportRow, nowMs: number): Order => ({
  orderId: row.orderId,
  orderedAt: row.orderedAt ?? japanIso(nowMs),
  customerName: row.customerName ?? '',
  method: row.method,
  carrier: row.carrier,
  totalYen: row.totalYen,
  amendedFromYen: null,
  listedAmountYen: row.listedAmountYen ?? null,
  shippedAt: row.shippedAt ?? null,
  orderStatus: row.orderStatus ?? '',
  tradingId: row.tradingId ?? row.orderId,
  paymentId: row.paymentId,
  kind: row.kind ?? '',
  kindByUs: false,
  status: row.status,
  statusOrigin: 'shop',
  statusPaymentId: null,
  heldAmountYen: null,
  heldAmountAt: null,
  authorizedAt: null,
  openAttempt: false,
  attention: false,
  severalPayments: false,
  conflict: false,
  shopError: null,
  duplicatePayment: false,
  notProcessed: null,
  correctionRefused: null,
  malformed: false,
})

/** The same for a whole file; for a reader that keeps no mirror. */
export const ordersOfRows = (rows: readonly ImportRow[], nowMs = systemClock.nowMs()): Order[] =>
  rows.map((row) => orderOfRow(row, nowMs))
