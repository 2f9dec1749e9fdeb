// Version 5 of the mirror stores with each run the options that it was started with, so that its rules can be checked
// again.

/** Null in the runs of earlier versions. */
export const VERSION_5 = `
ALTER TABLE runs ADD COLUMN profile TEXT;
ALTER TABLE runs ADD COLUMN single INTEGER;
ALTER TABLE runs ADD COLUMN include_cancelled INTEGER;
ALTER TABLE runs ADD COLUMN after_unknown INTEGER;
-- The filters of the command, in JSON, by the names that they have in the program.
ALTER TABLE runs ADD COLUMN filters TEXT;
-- How the order came into the run.
ALTER TABLE run_items ADD COLUMN origin TEXT CHECK (origin IN ('all', 'night', 'ticked', 'ticked-by-all', 'named'));
`
