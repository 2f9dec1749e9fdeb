// Version 9 of the mirror remembers the last reading of an order from each source, so that the same data has no
// effect again.

/**
 * Null is an order of an earlier version, or one that the source has never shown; then the data is compared with the
 * mirror alone.
 */
export const VERSION_9 = `
-- Fields by one letter each, in JSON, as the last file gave them; no name among them.
ALTER TABLE orders ADD COLUMN csv_reading TEXT;
-- The same of the shop's database; kind, payment, status and total stand in columns of their own, which a write-back moves.
ALTER TABLE shop_rows ADD COLUMN reading TEXT;
-- Which source disputes each field, in JSON: another one that agrees does not end it.
ALTER TABLE conflicts ADD COLUMN sources TEXT NOT NULL DEFAULT '{}';
`
