// Version 10 of the mirror adds how a plan marked an order, and whether the shop reports parcels at all.

export const VERSION_10 = `
-- Why the order would not have gone without a person's own choice, as the plan said it; null where it would have.
ALTER TABLE run_items ADD COLUMN mark TEXT;
-- 0: the source that was read last has no column for the day of shipping, so that 対応状況 alone says it.
ALTER TABLE orders ADD COLUMN shipping_told INTEGER NOT NULL DEFAULT 1;
`
