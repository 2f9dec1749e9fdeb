// What version 2 of the mirror adds to version 1.

/** Who holds the lock, whatever the command: page 5.1.1. */
export const HOLDERS = `
-- Who holds the run lock. It is read only while the lock is found held, so that what a crash left misleads nobody.
CREATE TABLE holder (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  command TEXT NOT NULL,
  os_user TEXT NOT NULL,
  host TEXT NOT NULL,
  pid INTEGER NOT NULL,
  since_ms INTEGER NOT NULL
) STRICT;
`

/** What `reconcile` has to remember: pages 5.1 and 5.2. */
export const RECONCILIATION = `
-- This try is the one that reconcile sent after its run had ended; there is no second one.
ALTER TABLE attempts ADD COLUMN sent_again INTEGER NOT NULL DEFAULT 0;
-- Why a person must look at the order, where no attempt says so.
ALTER TABLE orders ADD COLUMN attention_cause TEXT;
CREATE INDEX orders_for_a_person ON orders (attention) WHERE attention = 1;
CREATE INDEX attempts_settled_by_time ON attempts (settled_ms) WHERE state = 'not-processed';
`

/** What keeps lists and searches quick however long the shop is in business. */
export const INDEXES = `
-- All that a search and its first page need: a name is looked for in it without a look at the orders themselves.
DROP INDEX orders_by_name;
CREATE INDEX orders_by_name ON orders (search_name, order_id, ordered_at, order_number);
-- What a batch may still find something to send for.
CREATE INDEX payments_by_status ON payments (status, held_amount_yen);
CREATE INDEX payments_told_of_another ON payments (status_payment_id) WHERE status_payment_id IS NOT NULL;
CREATE INDEX orders_without_carrier ON orders (payment) WHERE carrier IS NULL AND (method = 'carrier' OR kind = '102');
`
