// What version 6 of the mirror adds: whose the run lock is, beyond doubt.

/** Nullable, all of them: a system may not tell, and an older program that is still at work writes none of them. */
export const VERSION_6 = `
-- Whoever still finds its own token here may send. The rest tells whether the process that wrote it still lives.
ALTER TABLE holder ADD COLUMN token TEXT;
ALTER TABLE holder ADD COLUMN boot_id TEXT;
ALTER TABLE holder ADD COLUMN start_ticks TEXT;
`
