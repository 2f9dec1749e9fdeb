// What version 9 of the mirror adds: when a payment last changed, and which runs nobody sat before.

/**
 * Null in `changed_ms` is a payment that has stayed as it was first seen, and in a mirror of an earlier version one of
 * which nobody wrote down when it changed.
 */
export const VERSION_9 = `
CREATE INDEX journal_audits ON journal (seq) WHERE event = 'audited';
ALTER TABLE payments ADD COLUMN changed_ms INTEGER;
-- 1: no terminal was there, so nobody could close the result.
ALTER TABLE runs ADD COLUMN unattended INTEGER NOT NULL DEFAULT 0;
`
