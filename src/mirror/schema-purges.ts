// What `purge` adds to the mirror's tables. A part of version 2.

/** A name that was removed does not come back, neither by an import nor by a bug. Page 5.4. */
export const PURGES = `
ALTER TABLE orders ADD COLUMN purged INTEGER NOT NULL DEFAULT 0;

CREATE TRIGGER purged_names_stay_away BEFORE UPDATE OF customer_name, search_name ON orders
WHEN OLD.purged = 1 AND (NEW.customer_name <> '' OR NEW.search_name <> '')
BEGIN SELECT RAISE(ABORT, 'the name of this order was purged'); END;
`
