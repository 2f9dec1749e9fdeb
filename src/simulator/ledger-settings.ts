// What a ledger remembers beside payments: clock offset, number of payment ids made, certificates.
import type { Database } from 'better-sqlite3'

export interface SettingTable {
  get(name: string): string | null
  set(name: string, value: string): void
}

export function settingTable(db: Database): SettingTable {
  const get = db.prepare<[string], { value: string }>('SELECT value FROM settings WHERE name = ?')
  const set = db.prepare<[string, string]>(
    'INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
  )
  return { get: (name) => get.get(name)?.value ?? null, set: (name, value) => void set.run(name, value) }
}
