// What a row of the shop's database says anew, beside what it said before and what is disputed already. Page 3.4.
import { UNREADABLE } from '../domain/conflict.js'
import type { ImportRow } from '../domain/import-row.js'
import type { ShopRow } from '../domain/shop.js'
import type { FieldDifference } from './import-differences.js'

export const unreadableDifference = (orderId: string, field: string, value: string): FieldDifference => ({
  field: UNREADABLE,
  mirror: orderId,
  file: `${field}=${value}`,
})

/**
 * What the shop says anew. While kind and payment id are as they were, they and an unmoved status tell nothing, unless
 * they are disputed: that only the same words end. A status that has moved is about the shop's payment, which need not
 * be the one that the mirror has by now.
 */
export function newsOf(
  row: ImportRow,
  asRead: ShopRow,
  before: ShopRow,
  current: string | null | undefined,
  disputed: readonly FieldDifference[],
): ImportRow {
  // The payment that the mirror knew first is no news of another one.
  const ofAnother = row.paymentId !== null && row.paymentId !== current
  if (asRead.kind !== before.kind || (asRead.paymentId !== before.paymentId && ofAnother)) return row
  const isDisputed = (name: FieldDifference['field']): boolean => disputed.some(({ field }) => field === name)
  const { kind = '', ...rest } = row
  const statusTells = asRead.status !== before.status && !ofAnother
  return {
    ...rest,
    ...(isDisputed('kind') && { kind }),
    paymentId: isDisputed('payment_id') || !ofAnother ? row.paymentId : null,
    status: isDisputed('payment_status') || statusTells ? row.status : null,
  }
}
