// Adds version 2 of the mirror to version 1.

/** The holder of the lock, for every command. */
export const LOCK_OWNERS = `
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

/** The data that `reconcile` has to remember. */
export const RECONCILIATION = `
-- This try is the one that reconcile sent after its run had ended; there is no second one.
ALTER TABLE attempts ADD COLUMN sent_again INTEGER NOT NULL DEFAULT 0;
-- Why a person must look at the order, where no attempt says so.
ALTER TABLE orders ADD COLUMN attention_cause TEXT;
CREATE INDEX orders_for_a_person ON orders (attention) WHERE attention = 1;
CREATE INDEX attempts_settled_by_time ON attempts (settled_ms) WHERE state = 'not-processed';
`

// Columns for `purge`.
/** A removed name does not come back, neither by an import nor by a bug. */
export const PURGES = `
ALTER TABLE orders ADD COLUMN purged INTEGER NOT NULL DEFAULT 0;

CREATE TRIGGER purged_names_stay_away BEFORE UPDATE OF customer_name, search_name ON orders
WHEN OLD.purged = 1 AND (NEW.customer_name <> '' OR NEW.search_name <> '')
BEGIN SELECT RAISE(ABORT, 'the name of this order was purged'); END;
`

// Tables for Paygent's notices (091).
export const NOTICES = `
-- Every notice once, as Paygent gave it, and what became of it. Those that Paygent no longer has are 'purged' and have
-- nothing but their number.
CREATE TABLE notices (
  notice_id INTEGER PRIMARY KEY CHECK (notice_id >= 0),
  change_date TEXT,
  payment_type TEXT,
  payment_id TEXT,
  trading_id TEXT,
  status TEXT,
  amount_yen INTEGER,
  fate TEXT NOT NULL CHECK (
    fate IN ('pending', 'applied', 'other-type', 'unknown-payment', 'earlier-payment', 'purged')
  ),
  received_ms INTEGER NOT NULL,
  decided_ms INTEGER
) STRICT;
CREATE INDEX notices_undecided ON notices (fate) WHERE decided_ms IS NULL OR fate = 'unknown-payment';
-- Orders of which Paygent told nothing when it was asked: they take their turn with the others.
CREATE TABLE inquired_in_vain (
  order_id TEXT PRIMARY KEY REFERENCES orders (order_id),
  at_ms INTEGER NOT NULL
) STRICT;
CREATE TRIGGER notices_stay BEFORE DELETE ON notices
BEGIN SELECT RAISE(ABORT, 'notices are never removed'); END;
`

// Tables for the shop's own database.
export const SHOP = `
-- The shop's row as it was last read or written, in its own words: what pull compares and push guards by.
CREATE TABLE shop_rows (
  order_id TEXT PRIMARY KEY REFERENCES orders (order_id),
  kind TEXT,
  payment_id TEXT,
  status TEXT,
  total_yen INTEGER NOT NULL,
  read_ms INTEGER NOT NULL,
  -- When a pull no longer found the order in the shop.
  gone_ms INTEGER
) STRICT;
-- Attempts of which the shop has been told, or of which there is nothing left to tell.
CREATE TABLE pushes (
  attempt_id INTEGER PRIMARY KEY REFERENCES attempts (id),
  fate TEXT NOT NULL CHECK (fate IN ('written', 'already', 'superseded')),
  at_ms INTEGER NOT NULL
) STRICT;
CREATE TRIGGER pushes_stay BEFORE DELETE ON pushes
BEGIN SELECT RAISE(ABORT, 'pushes are never removed'); END;
CREATE INDEX attempts_to_tell ON attempts (id) WHERE state IN ('accepted', 'rejected');
`
