// A mirror as version 1 of the program left it: made by today's program and converted back into the first schema.
import { APPLICATION_ID } from '../../src/mirror/migrations/migrations.js'
import { VERSION_1 } from '../../src/mirror/migrations/version-1.js'
import Database from 'better-sqlite3'
import { createHash } from 'node:crypto'
import { renameSync } from 'node:fs'

/** Takes a closed mirror back to version 1 with everything in it that version 1 knew. */
export function takeBack(path: string): void {
  const old = new Database(`${path}.v1`)
  old.pragma('foreign_keys = OFF')
  old.exec(VERSION_1)
  old.pragma('journal_mode = WAL')
  old.prepare('ATTACH ? AS today').run(path)
  old.exec('BEGIN')
  for (const table of namesOf(old, `SELECT name FROM main.sqlite_master WHERE type = 'table'`)) {
    const columns = namesOf(old, `SELECT name FROM pragma_table_xinfo('${table}', 'main') WHERE hidden = 0`).join(', ')
    if (table === 'sqlite_sequence') old.exec(`DELETE FROM main.sqlite_sequence`)
    if (table === 'journal') {
      chainAnew(old, columns)
      continue
    }
    old.exec(`INSERT INTO main.${table} (${columns}) SELECT ${columns} FROM today.${table}`)
  }
  old.exec('COMMIT; DETACH today')
  old.pragma(`application_id = ${APPLICATION_ID}`)
  old.pragma('user_version = 1')
  old.close()
  renameSync(`${path}.v1`, path)
}

/** The entries of that time were hashed by their words alone: the columns before the hash, in order, as a JSON array. */
function chainAnew(old: Database.Database, columns: string): void {
  const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
  let prevHash = sha256(String(old.prepare(`SELECT value FROM today.meta WHERE name = 'id'`).pluck().get()))
  const insert = old.prepare(`INSERT INTO main.journal (${columns}) VALUES (${columns.replaceAll(/\w+/g, '?')})`)
  for (const row of old.prepare(`SELECT ${columns} FROM today.journal ORDER BY seq`).raw().all() as unknown[][]) {
    const words = [...row.slice(0, -2), prevHash]
    prevHash = sha256(JSON.stringify(words))
    insert.run(...words, prevHash)
  }
}

const namesOf = (db: Database.Database, sql: string): string[] => db.prepare(sql).pluck().all() as string[]
