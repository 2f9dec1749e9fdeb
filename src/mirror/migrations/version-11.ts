// Version 11 of the mirror adds the reason why a request is no longer reported to the shop, and the error text of the
// shop's own row.

/**
 * `pushes.why` is null when the request was reported to the shop, or when the order has moved on. `error_text` is the
 * shop's own, as it was last read. `held_error` is the one for which the order was last held for an operator, so that
 * it is not held again.
 */
export const VERSION_11 = `
ALTER TABLE pushes ADD COLUMN why TEXT CHECK (why IN ('gone', 'left'));
ALTER TABLE shop_rows ADD COLUMN error_text TEXT;
ALTER TABLE shop_rows ADD COLUMN held_error TEXT;
CREATE INDEX shop_errors ON shop_rows (order_id) WHERE error_text <> '';
`
