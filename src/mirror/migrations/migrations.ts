// Defines the mirror's schema, version by version, forward only. A released version is never changed, only followed.
import { VERSION_1 } from './version-1.js'
import { VERSION_10 } from './version-10.js'
import { VERSION_11 } from './version-11.js'
import { VERSION_12 } from './version-12.js'
import { VERSION_13 } from './version-13.js'
import { VERSION_14 } from './version-14.js'
import { VERSION_15 } from './version-15.js'
import { LOCK_OWNERS, NOTICES, PURGES, RECONCILIATION, SHOP } from './version-2.js'
import { VERSION_3 } from './version-3.js'
import { VERSION_4 } from './version-4.js'
import { VERSION_5 } from './version-5.js'
import { VERSION_6 } from './version-6.js'
import { VERSION_7 } from './version-7.js'
import { VERSION_8 } from './version-8.js'
import { VERSION_9 } from './version-9.js'
import type { Database } from 'better-sqlite3'

/** Everything that version 2 adds. */
const VERSION_2 = RECONCILIATION + LOCK_OWNERS + PURGES + NOTICES + SHOP

/** "PYGT": marks a file as a mirror of this program. */
export const APPLICATION_ID = 0x50594754

/** Entry n brings the schema from version n to n + 1. */
export const MIGRATIONS: readonly string[] = [
  VERSION_1,
  VERSION_2,
  VERSION_3,
  VERSION_4,
  VERSION_5,
  VERSION_6,
  VERSION_7,
  VERSION_8,
  VERSION_9,
  VERSION_10,
  VERSION_11,
  VERSION_12,
  VERSION_13,
  VERSION_14,
  VERSION_15,
]

/** The schema's version, kept in SQLite's own header. */
export const versionOf = (db: Database): number => Number(db.pragma('user_version', { simple: true }))

/** Brings the mirror up to the newest version in one transaction; a step that fails leaves it as it was. */
export function migrate(db: Database, migrations: readonly string[] = MIGRATIONS): void {
  if (versionOf(db) >= migrations.length) return
  db.transaction(() => {
    for (const sql of migrations.slice(versionOf(db))) db.exec(sql)
    db.pragma(`application_id = ${APPLICATION_ID}`)
    db.pragma(`user_version = ${migrations.length}`)
  }).immediate()
}
