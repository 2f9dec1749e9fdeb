// What version 3 of the mirror adds: indexes only.

/** What keeps lists and searches quick however long the shop is in business. */
export const VERSION_3 = `
-- All that a search and its first page need: a name is looked for in it without a look at the orders themselves.
DROP INDEX orders_by_name;
CREATE INDEX orders_by_name ON orders (search_name, order_id, ordered_at, order_number);
-- What a batch may still find something to send for.
CREATE INDEX payments_by_status ON payments (status, held_amount_yen);
CREATE INDEX payments_told_of_another ON payments (status_payment_id) WHERE status_payment_id IS NOT NULL;
CREATE INDEX orders_without_carrier ON orders (payment) WHERE carrier IS NULL AND (method = 'carrier' OR kind = '102');
`
