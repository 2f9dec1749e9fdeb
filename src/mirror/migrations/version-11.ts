// Version 11 of the mirror adds why the shop is told no more of a request, and the error text of the shop's own row.

/**
 * `pushes.why` is null where the shop has been told, or where the order has moved on. `error_text` is the shop's own, as it
 * was last read; `held_error` is the one for which the order was last kept for a person, so that it is not kept again.
 */
export const VERSION_11 = `
ALTER TABLE pushes ADD COLUMN why TEXT CHECK (why IN ('gone', 'left'));
ALTER TABLE shop_rows ADD COLUMN error_text TEXT;
ALTER TABLE shop_rows ADD COLUMN held_error TEXT;
CREATE INDEX shop_errors ON shop_rows (order_id) WHERE error_text <> '';
`
