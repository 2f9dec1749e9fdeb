// Version 12 of the mirror marks accepted requests whose payment Paygent must still be asked about, and telegrams of
// which nothing was sent.

/**
 * `after_due` 1: the acceptance is on disk and the inquiry after it is not, because the program died in between. The
 * payment's state is then assumed, not reported by Paygent.
 */
export const VERSION_12 = `
ALTER TABLE attempts ADD COLUMN after_due INTEGER NOT NULL DEFAULT 0;
-- 1: nothing of the telegram has left, though its outcome hangs on the one before it, which is in transit.
ALTER TABLE attempts ADD COLUMN never_left INTEGER NOT NULL DEFAULT 0;
CREATE INDEX attempts_after_due ON attempts (id) WHERE after_due = 1;
`
