// What version 2 of the mirror adds for the shop's own database.

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
