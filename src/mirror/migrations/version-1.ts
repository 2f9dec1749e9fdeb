// Creates the mirror's tables, version 1. Customer names are stored in `orders` only, so that purge can remove them.

const ORDERS = `
CREATE TABLE meta (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;

CREATE TABLE orders (
  order_id TEXT PRIMARY KEY CHECK (order_id <> '' AND order_id NOT GLOB '*[^0-9]*'),
  order_number INTEGER GENERATED ALWAYS AS (CAST(order_id AS INTEGER)) STORED,
  ordered_at TEXT NOT NULL,
  customer_name TEXT NOT NULL,
  search_name TEXT NOT NULL,
  method TEXT NOT NULL CHECK (method IN ('credit', 'carrier')),
  carrier TEXT CHECK (carrier IS NULL OR (method = 'carrier' AND carrier IN ('docomo', 'au', 'softbank'))),
  total_yen INTEGER NOT NULL CHECK (total_yen >= 0),
  -- The shop's total while an amendment stands in its place.
  amended_from_yen INTEGER,
  shipped_at TEXT,
  order_status TEXT NOT NULL,
  kind TEXT NOT NULL,
  kind_by_us INTEGER NOT NULL DEFAULT 0,
  payment INTEGER REFERENCES payments (id) DEFERRABLE INITIALLY DEFERRED,
  attention INTEGER NOT NULL DEFAULT 0,
  touched INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX orders_by_time ON orders (ordered_at DESC, order_number DESC);
CREATE INDEX orders_by_name ON orders (search_name);
CREATE INDEX orders_by_payment ON orders (payment);

-- Every payment that an order ever had. A corrected sale and a customer who pays again make new ones; what was told
-- of the old one stays with it.
CREATE TABLE payments (
  id INTEGER PRIMARY KEY,
  order_id TEXT NOT NULL REFERENCES orders (order_id) DEFERRABLE INITIALLY DEFERRED,
  payment_id TEXT,
  trading_id TEXT NOT NULL,
  status TEXT,
  status_origin TEXT NOT NULL DEFAULT 'shop' CHECK (status_origin IN ('shop', 'paygent')),
  status_payment_id TEXT,
  listed_status TEXT,
  listed_amount_yen INTEGER,
  held_amount_yen INTEGER CHECK (held_amount_yen >= 0),
  held_amount_at TEXT,
  authorized_at TEXT,
  superseded_by INTEGER REFERENCES payments (id),
  first_seen_ms INTEGER NOT NULL,
  UNIQUE (order_id, payment_id)
) STRICT;
CREATE INDEX payments_by_id ON payments (payment_id);

CREATE TABLE conflicts (
  order_id TEXT PRIMARY KEY REFERENCES orders (order_id),
  ours TEXT NOT NULL,
  theirs TEXT NOT NULL,
  at_ms INTEGER NOT NULL
) STRICT;
`

const RUNS = `
CREATE TABLE runs (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  operation TEXT NOT NULL CHECK (operation IN ('sale', 'cancel')),
  environment TEXT NOT NULL,
  state TEXT NOT NULL DEFAULT 'running' CHECK (state IN ('running', 'completed', 'stopped', 'interrupted')),
  started_ms INTEGER NOT NULL,
  ended_ms INTEGER,
  acknowledged_ms INTEGER,
  host TEXT NOT NULL,
  os_user TEXT NOT NULL,
  pid INTEGER NOT NULL
) STRICT;

-- The plan as it was confirmed; only the refusal may still be added.
CREATE TABLE run_items (
  run_id INTEGER NOT NULL REFERENCES runs (id),
  position INTEGER NOT NULL,
  order_id TEXT NOT NULL REFERENCES orders (order_id),
  request TEXT,
  telegram TEXT,
  method TEXT,
  carrier TEXT,
  payment_id TEXT,
  trading_id TEXT,
  kind TEXT,
  planned_status TEXT,
  held_amount_yen INTEGER,
  total_yen INTEGER,
  amount_yen INTEGER,
  resend INTEGER NOT NULL DEFAULT 0,
  reason TEXT,
  about TEXT,
  PRIMARY KEY (run_id, position)
) STRICT;
CREATE INDEX run_items_by_order ON run_items (order_id);

CREATE TABLE attempts (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  run_id INTEGER NOT NULL,
  position INTEGER NOT NULL,
  try_number INTEGER NOT NULL,
  order_id TEXT NOT NULL REFERENCES orders (order_id),
  state TEXT NOT NULL CHECK (
    state IN ('prepared', 'accepted', 'rejected', 'not-processed', 'unknown', 'attention', 'unsent')
  ),
  first_outcome TEXT,
  code TEXT,
  detail TEXT,
  new_payment_id TEXT,
  not_moved_wall_ms INTEGER,
  not_moved_monotonic_ms REAL,
  not_moved_clock TEXT,
  prepared_ms INTEGER NOT NULL,
  settled_ms INTEGER,
  FOREIGN KEY (run_id, position) REFERENCES run_items (run_id, position),
  UNIQUE (run_id, position, try_number)
) STRICT;
CREATE INDEX attempts_by_order ON attempts (order_id, id);
-- Page 5.1.1 and 5.1.4: one request in flight in the whole mirror, one open attempt for each order.
CREATE UNIQUE INDEX one_open_attempt ON attempts (order_id) WHERE state IN ('prepared', 'unknown');
CREATE UNIQUE INDEX one_prepared ON attempts (state) WHERE state = 'prepared';
`

const JOURNAL = `
CREATE TABLE journal (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  at_ms INTEGER NOT NULL,
  at TEXT NOT NULL,
  event TEXT NOT NULL,
  run_id INTEGER,
  attempt_id INTEGER,
  order_id TEXT,
  payment_id TEXT,
  new_payment_id TEXT,
  telegram TEXT,
  amount_yen INTEGER,
  outcome TEXT,
  code TEXT,
  detail TEXT,
  os_user TEXT NOT NULL,
  sudo_user TEXT,
  host TEXT NOT NULL,
  version TEXT NOT NULL,
  prev_hash TEXT NOT NULL,
  hash TEXT NOT NULL
) STRICT;
CREATE INDEX journal_by_order ON journal (order_id);

CREATE TRIGGER journal_keeps_entries BEFORE UPDATE ON journal
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER journal_loses_nothing BEFORE DELETE ON journal
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER journal_only_grows BEFORE INSERT ON journal
WHEN EXISTS (SELECT 1 FROM journal WHERE seq = NEW.seq)
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER attempts_stay BEFORE DELETE ON attempts
BEGIN SELECT RAISE(ABORT, 'attempts are never removed'); END;
CREATE TRIGGER runs_stay BEFORE DELETE ON runs
BEGIN SELECT RAISE(ABORT, 'runs are never removed'); END;
CREATE TRIGGER items_stay BEFORE DELETE ON run_items
BEGIN SELECT RAISE(ABORT, 'the items of a run are never removed'); END;
`

/** Everything that version 1 of the mirror consists of. */
export const VERSION_1 = ORDERS + RUNS + JOURNAL
