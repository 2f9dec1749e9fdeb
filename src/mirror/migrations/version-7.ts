// Version 7 of the mirror stores a payment's id as a number, so that `0900` in a file is the payment 900.

/** The same rule as `plainPaymentId`. */
const plain = (column: string): string => `coalesce(nullif(ltrim(${column}, '0'), ''), '0')`

/** Ids with leading zeros; such a text sorts in the index between '00' and '0:'. */
const isPadded = (column: string): string => `${column} GLOB '0?*'`

/**
 * Payments lose their leading zeros. An order that had one payment under two texts keeps it once: the row that is the
 * order's own stays, or the newest, and Paygent is asked again about its held amount. Journal, run items and the
 * shop's rows stay unchanged.
 */
export const VERSION_7 = `
CREATE TABLE payments_named_twice (id INTEGER PRIMARY KEY, kept INTEGER NOT NULL) STRICT;
INSERT INTO payments_named_twice
SELECT p.id, first_value(p.id) OVER (
  PARTITION BY p.order_id, ${plain('p.payment_id')} ORDER BY p.id = o.payment DESC, p.id DESC
)
FROM payments p JOIN orders o USING (order_id)
WHERE p.payment_id IS NOT NULL AND p.order_id IN (SELECT order_id FROM payments WHERE ${isPadded('payment_id')});
DELETE FROM payments_named_twice WHERE id = kept;

UPDATE payments SET held_amount_yen = NULL, held_amount_at = NULL
WHERE id IN (SELECT kept FROM payments_named_twice);
UPDATE payments SET superseded_by = (SELECT t.kept FROM payments_named_twice t WHERE t.id = payments.superseded_by)
WHERE superseded_by IN (SELECT id FROM payments_named_twice);
UPDATE payments SET superseded_by = NULL WHERE superseded_by = id;
DELETE FROM payments WHERE id IN (SELECT id FROM payments_named_twice);
DROP TABLE payments_named_twice;

UPDATE payments SET payment_id = ${plain('payment_id')} WHERE ${isPadded('payment_id')};
UPDATE payments SET status_payment_id = ${plain('status_payment_id')} WHERE ${isPadded('status_payment_id')};
`
