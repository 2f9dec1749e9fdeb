// Version 14 of the mirror keeps an entry for each plan file, so that a plan is sent as it was written, and once.

/**
 * `run_id` is the run that used the plan; null until then. The columns that identify a plan never change, and a plan is
 * used once. `filters` may hold a search text, which is removed like that of a run.
 */
export const VERSION_14 = `
CREATE TABLE plans (
  id TEXT PRIMARY KEY,
  -- Of the bytes of the file, in hexadecimal.
  sha256 TEXT NOT NULL,
  operation TEXT NOT NULL CHECK (operation IN ('sale', 'cancel')),
  profile TEXT NOT NULL,
  include_cancelled INTEGER NOT NULL,
  after_unknown INTEGER NOT NULL,
  filters TEXT NOT NULL,
  made_ms INTEGER NOT NULL,
  os_user TEXT NOT NULL,
  sudo_user TEXT,
  run_id INTEGER REFERENCES runs (id)
) STRICT;
CREATE TRIGGER plans_stay BEFORE DELETE ON plans
BEGIN SELECT RAISE(ABORT, 'plans are never removed'); END;
CREATE TRIGGER plans_keep_their_facts
BEFORE UPDATE OF id, sha256, operation, profile, include_cancelled, after_unknown, made_ms, os_user, sudo_user ON plans
BEGIN SELECT RAISE(ABORT, 'the facts of a plan never change'); END;
CREATE TRIGGER plans_are_used_once BEFORE UPDATE OF run_id ON plans WHEN OLD.run_id IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'a plan is used once'); END;
`
