// The tables of a simulator's ledger, version by version. A change needs a new version, and an older ledger is brought
// to it when it is opened.
import type { Database } from 'better-sqlite3'

/** "PgSm": distinguishes a ledger from any other SQLite file. */
const LEDGER_APPLICATION_ID = 0x5067536d

const VERSION_1 = `
  CREATE TABLE payments (
    payment_id TEXT PRIMARY KEY,
    trading_id TEXT NOT NULL,
    method TEXT NOT NULL CHECK (method IN ('credit', 'carrier')),
    carrier TEXT CHECK (carrier IN ('docomo', 'au', 'softbank')),
    status TEXT NOT NULL,
    amount_yen INTEGER NOT NULL CHECK (amount_yen >= 0),
    base_payment_id TEXT REFERENCES payments (payment_id),
    authorized_ms INTEGER NOT NULL,
    sold_ms INTEGER,
    cancelled_ms INTEGER,
    due_ms INTEGER,
    CHECK ((method = 'carrier') = (carrier IS NOT NULL))
  ) STRICT;
  CREATE INDEX payments_of_trading ON payments (trading_id);
  CREATE INDEX payments_due ON payments (due_ms) WHERE due_ms IS NOT NULL;
  CREATE TABLE changes (
    change_id INTEGER PRIMARY KEY AUTOINCREMENT,
    payment_id TEXT NOT NULL REFERENCES payments (payment_id),
    at_ms INTEGER NOT NULL,
    from_status TEXT,
    to_status TEXT NOT NULL,
    amount_yen INTEGER NOT NULL,
    by_whom TEXT NOT NULL
  ) STRICT;
  CREATE INDEX changes_of_payment ON changes (payment_id);
  CREATE TABLE requests (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    telegram TEXT NOT NULL,
    payment_id TEXT NOT NULL,
    trading_id TEXT NOT NULL,
    amount_yen INTEGER,
    at_ms INTEGER NOT NULL,
    in_flight INTEGER NOT NULL,
    holder TEXT,
    result TEXT,
    code TEXT,
    shows TEXT
  ) STRICT;
  CREATE INDEX requests_in_flight ON requests (holder) WHERE holder IS NOT NULL;
  CREATE TABLE notices (
    notice_id INTEGER PRIMARY KEY AUTOINCREMENT,
    payment_id TEXT NOT NULL REFERENCES payments (payment_id),
    at_ms INTEGER NOT NULL,
    delivered INTEGER NOT NULL DEFAULT 0,
    purged INTEGER NOT NULL DEFAULT 0,
    fields TEXT NOT NULL
  ) STRICT;
  CREATE TABLE faults (
    position INTEGER PRIMARY KEY,
    fault TEXT NOT NULL,
    seen INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE TABLE late_requests (
    late_id INTEGER PRIMARY KEY AUTOINCREMENT,
    request TEXT NOT NULL,
    due_ms INTEGER
  ) STRICT;
  CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
`

/** A request under way was of a process that this version does not recognise; it has ended with the upgrade. */
const VERSION_2 = `
  ALTER TABLE requests ADD COLUMN fields TEXT;
  UPDATE requests SET holder = NULL;
`

/** How far the push of each notice has come; a notice without a row was not pushed yet. */
const VERSION_3 = `
  CREATE TABLE pushes (
    notice_id INTEGER PRIMARY KEY REFERENCES notices (notice_id),
    tries INTEGER NOT NULL,
    next_ms INTEGER NOT NULL,
    pushed_ms INTEGER,
    answer TEXT NOT NULL
  ) STRICT;
`

const VERSION_4 = 'ALTER TABLE payments ADD COLUMN card TEXT;'

/** The pages of a carrier to which a customer was sent: the consent (104) and the payment (100). */
const VERSION_5 = `
  CREATE TABLE checkouts (
    token TEXT PRIMARY KEY,
    carrier TEXT NOT NULL CHECK (carrier IN ('docomo', 'au', 'softbank')),
    trading_id TEXT NOT NULL,
    payment_id TEXT REFERENCES payments (payment_id),
    return_url TEXT NOT NULL,
    cancel_url TEXT NOT NULL,
    open_id TEXT UNIQUE,
    state TEXT NOT NULL CHECK (state IN ('open', 'agreed', 'cancelled', 'used', 'expired')),
    due_ms INTEGER
  ) STRICT;
  CREATE INDEX checkouts_due ON checkouts (due_ms) WHERE due_ms IS NOT NULL;
`

const VERSIONS: readonly string[] = [VERSION_1, VERSION_2, VERSION_3, VERSION_4, VERSION_5]

export const LEDGER_VERSION = VERSIONS.length

/**
 * Whether the file is a ledger, or still empty. Another process may be creating the tables of an empty one at this
 * moment, and does it in one transaction.
 */
export function isLedger(db: Database): boolean {
  const tables = db.prepare<[], { n: number }>('SELECT count(*) AS n FROM sqlite_schema').get()?.n
  return tables === 0 || db.pragma('application_id', { simple: true }) === LEDGER_APPLICATION_ID
}

/**
 * Brings a ledger, or an empty file, to the present version in one transaction.
 * @returns false for a ledger of a newer version, which stays as it is
 */
export function migrate(db: Database): boolean {
  const bring = db.transaction(() => {
    const version = db.pragma('user_version', { simple: true }) as number
    if (version === 0) db.pragma(`application_id = ${LEDGER_APPLICATION_ID}`)
    for (const step of VERSIONS.slice(version)) db.exec(step)
    if (version < LEDGER_VERSION) db.pragma(`user_version = ${LEDGER_VERSION}`)
    return version <= LEDGER_VERSION
  })
  return bring.immediate()
}
