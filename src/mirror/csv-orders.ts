// A line of the CSV, or of the shop's database, as an order.
import type { Order } from '../domain/order.js'
import type { ImportRow } from '../domain/shop.js'

/** A row as an order that nobody has touched. */
export const orderOfRow = (row: ImportRow): Order => ({
  orderId: row.orderId,
  orderedAt: row.orderedAt ?? '',
  customerName: row.customerName ?? '',
  method: row.method,
  carrier: row.carrier,
  totalYen: row.totalYen,
  amendedFromYen: null,
  listedAmountYen: row.listedAmountYen ?? null,
  shippedAt: row.shippedAt ?? null,
  shippingTold: row.shippedAt !== undefined,
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
export const ordersOfRows = (rows: readonly ImportRow[]): Order[] => rows.map(orderOfRow)
