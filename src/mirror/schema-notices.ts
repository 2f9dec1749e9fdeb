// What version 2 of the mirror adds for Paygent's notices (091). Page 2.5.

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
