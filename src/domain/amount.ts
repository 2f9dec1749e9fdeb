// Amount correction, 金額補正: manual section 3, page 1.2.

export type AmountRelation = 'equal' | 'lower' | 'higher'

/**
 * The order's total against the amount that Paygent holds, both in whole yen. Equal asks for a plain sale, lower for
 * a corrected sale, higher for nothing: a correction can only lower the amount.
 */
export function compareAmounts(totalYen: number, heldAmountYen: number): AmountRelation {
  if (totalYen === heldAmountYen) return 'equal'
  return totalYen < heldAmountYen ? 'lower' : 'higher'
}
