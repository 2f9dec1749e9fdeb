// Version 8 of the mirror adds the time at which a payment last changed, and marks results that nobody has to close.

/**
 * Null in `changed_ms` is a payment that has stayed as it was first seen, and in a mirror of an earlier version one of
 * which nobody wrote down when it changed.
 */
export const VERSION_8 = `
CREATE INDEX journal_audits ON journal (seq) WHERE event = 'audited';
ALTER TABLE payments ADD COLUMN changed_ms INTEGER;
-- 1: no terminal was there, and at its end all was accepted and nothing of it waited, so nobody has to close it.
ALTER TABLE runs ADD COLUMN quiet INTEGER NOT NULL DEFAULT 0;
`
