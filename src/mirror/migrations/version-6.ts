// Version 6 of the mirror adds the holder of the run lock, and entries of the trail by which the tables can be
// checked.

/** An older program that is still running writes none of these columns. */
export const VERSION_6 = `
-- Whoever still finds its own token here may send. The rest tells whether the process that wrote it still lives.
ALTER TABLE holder ADD COLUMN token TEXT;
ALTER TABLE holder ADD COLUMN boot_id TEXT;
ALTER TABLE holder ADD COLUMN start_ticks TEXT;

-- How an entry is hashed, and what it carries beside its words, as JSON: the plan of a run, the order as it stands now.
ALTER TABLE journal ADD COLUMN form INTEGER NOT NULL DEFAULT 1;
ALTER TABLE journal ADD COLUMN facts TEXT;
-- The entry that carries status and held amount as they are; null once an inquiry or the shop has told them since.
ALTER TABLE payments ADD COLUMN entry INTEGER;
`
