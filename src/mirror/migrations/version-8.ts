// Version 8 of the mirror adds the time at which a payment last changed, and marks results that need no
// acknowledgement.

/**
 * Null in `changed_ms` is a payment that is unchanged since it was first seen, or one of an earlier version whose
 * change was not recorded.
 */
export const VERSION_8 = `
CREATE INDEX journal_audits ON journal (seq) WHERE event = 'audited';
ALTER TABLE payments ADD COLUMN changed_ms INTEGER;
-- 1: no terminal was there, and at its end all was accepted and nothing of it waited, so nobody has to close it.
ALTER TABLE runs ADD COLUMN quiet INTEGER NOT NULL DEFAULT 0;
`
