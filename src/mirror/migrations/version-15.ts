// Version 15 of the mirror keeps what a report needs to give a request its day.

/**
 * Paygent's own dates of a payment are kept from now on. `answered_ms` is when the request's own answer accepted it;
 * null for one whose acceptance comes from an inquiry or an operator. In earlier versions the first outcome says nearly
 * the same.
 */
export const VERSION_15 = `
ALTER TABLE payments ADD COLUMN sold_at TEXT;
ALTER TABLE payments ADD COLUMN cancelled_at TEXT;
CREATE INDEX payments_by_sale ON payments (sold_at) WHERE sold_at IS NOT NULL;
ALTER TABLE attempts ADD COLUMN answered_ms INTEGER;
UPDATE attempts SET answered_ms = settled_ms WHERE state = 'accepted' AND first_outcome = 'accepted';
-- Requests whose outcome may belong to another day than their run. No request that is answered at once writes into it.
CREATE INDEX attempts_settled_late ON attempts (settled_ms) WHERE settled_ms IS NOT NULL
  AND (first_outcome IS NOT state OR sent_again = 1 OR settled_ms > prepared_ms + 3600000);
`
