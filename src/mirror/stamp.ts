// Whom the mirror belongs to: environment and merchant, and a random id that a copy shares. Pages 3.3 and 5.1.8.
import { randomUUID } from 'node:crypto'
import { AppError } from '../errors.js'
import type { Connection } from './connection.js'

export interface Stamp {
  readonly environment: string
  readonly merchantId: string
}

/** Written once, when the mirror is made. */
export function writeStamp(connection: Connection, { environment, merchantId }: Stamp, nowMs: number): void {
  const facts = { id: randomUUID(), environment, merchant_id: merchantId, created_ms: String(nowMs) }
  for (const [name, value] of Object.entries(facts)) {
    connection.run('INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT DO NOTHING', name, value)
  }
}

/**
 * The mirror's own id, if it belongs to this environment and merchant.
 * @throws AppError mirror-of-another-environment, mirror-of-another-merchant
 */
export function checkStamp(connection: Connection, wanted: Stamp): string {
  const { path } = connection
  const found = new Map(
    connection
      .all<{ name: string; value: string }>('SELECT name, value FROM meta')
      .map(({ name, value }) => [name, value]),
  )
  const id = found.get('id')
  if (id === undefined) throw new AppError('mirror-damaged', { path, problem: 'no stamp' })
  const environment = found.get('environment') ?? ''
  if (environment !== wanted.environment) {
    throw new AppError('mirror-of-another-environment', { path, found: environment, wanted: wanted.environment })
  }
  const merchantId = found.get('merchant_id') ?? ''
  if (merchantId !== wanted.merchantId) {
    throw new AppError('mirror-of-another-merchant', { path, found: merchantId, wanted: wanted.merchantId })
  }
  return id
}
