// Version 3 of the mirror adds indexes, and the payments that a sum must check one by one.

/**
 * Indexes that keep lists, searches and sums quick, however long the shop is in business. A sale that Paygent accepts
 * writes no additional page for them, because it changes `payments_by_status` alone.
 */
export const VERSION_3 = `
-- All that a search and its first page need: a name is looked for in it without a look at the orders themselves.
DROP INDEX orders_by_name;
CREATE INDEX orders_by_name ON orders (search_name, order_id, ordered_at, order_number);
-- What a batch may still find something to send for; of what is sold, with all that is summed up of its payments.
CREATE INDEX payments_by_status ON payments (
  status, (held_amount_yen IS NULL), status_origin, (payment_id IS NULL OR status_payment_id IS NOT NULL), id, held_amount_yen
);
CREATE INDEX payments_told_of_another ON payments (status_payment_id) WHERE status_payment_id IS NOT NULL;
CREATE INDEX orders_without_carrier ON orders (payment) WHERE carrier IS NULL AND (method = 'carrier' OR kind = '102');
-- All that is asked of a sold order beside its payment, as one text: quicker to sort than two.
-- No method begins with the letters of another.
DROP INDEX orders_by_payment;
CREATE INDEX orders_by_payment ON orders (payment, (coalesce(carrier, method) || order_status));
CREATE INDEX orders_changing_in_shop ON orders (payment) WHERE kind IN ('0201', '0291');
CREATE INDEX attempts_rejected ON attempts (code, order_id) WHERE state = 'rejected';

-- Payment ids that more than one order has or had. None is ever taken off: whoever reads them looks again.
CREATE TABLE shared_payments (payment_id TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
INSERT INTO shared_payments
SELECT payment_id FROM payments WHERE payment_id IS NOT NULL GROUP BY payment_id HAVING count(*) > 1;
CREATE TRIGGER payments_shared_from_the_start AFTER INSERT ON payments
WHEN EXISTS (SELECT 1 FROM payments WHERE payment_id = NEW.payment_id AND id <> NEW.id)
BEGIN INSERT INTO shared_payments VALUES (NEW.payment_id) ON CONFLICT DO NOTHING; END;
CREATE TRIGGER payments_shared_since AFTER UPDATE OF payment_id ON payments
WHEN NEW.payment_id IS NOT OLD.payment_id
  AND EXISTS (SELECT 1 FROM payments WHERE payment_id = NEW.payment_id AND id <> NEW.id)
BEGIN INSERT INTO shared_payments VALUES (NEW.payment_id) ON CONFLICT DO NOTHING; END;
`
