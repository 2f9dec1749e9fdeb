// Every telegram that arrived, in order, and how many were being handled when it did.
import type { Database } from 'better-sqlite3'
import type { Arrived } from './telegram.js'

export interface RequestRecord extends Arrived {
  readonly seq: number
  readonly atMs: number
  /** Telegrams being handled when it arrived, itself included, over all processes that share the ledger. */
  readonly inFlight: number
  /** What the answer said; null when the client was shown none. */
  readonly result: string | null
  readonly code: string | null
  /** How the client was answered: `reply`, or what a fault made of it. Null while it is being handled. */
  readonly shows: string | null
}

export interface RequestTable {
  /** @param holder who handles it, see `holderAlive` */
  arrive(arrived: Arrived, holder: string, atMs: number): number
  answer(seq: number, answer: Pick<RequestRecord, 'result' | 'code' | 'shows'>): void
  /** Telegrams of this kind being handled. */
  handling(telegram: string): number
  finish(seq: number): void
  /** Ends what a holder left behind. */
  abandon(holder: string): void
  all(): RequestRecord[]
}

/** A holder is `<pid>:<random>`; the requests of a process that died are no longer in flight. */
function holderAlive(holder: string): boolean {
  try {
    process.kill(Number(holder.split(':')[0]), 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}

export function requestTable(db: Database): RequestTable {
  const insert = db.prepare(
    `INSERT INTO requests (telegram, payment_id, trading_id, amount_yen, at_ms, in_flight, holder)
     VALUES (@telegram, @paymentId, @tradingId, @amountYen, @atMs,
       1 + (SELECT count(*) FROM requests WHERE holder IS NOT NULL), @holder)`,
  )
  const answer = db.prepare('UPDATE requests SET result = @result, code = @code, shows = @shows WHERE seq = @seq')
  const handling = db.prepare<[string], { n: number }>(
    'SELECT count(*) AS n FROM requests WHERE holder IS NOT NULL AND telegram = ?',
  )
  const finish = db.prepare<[number]>('UPDATE requests SET holder = NULL WHERE seq = ?')
  const abandon = db.prepare<[string]>('UPDATE requests SET holder = NULL WHERE holder = ?')
  const holders = db.prepare<[], { holder: string }>('SELECT DISTINCT holder FROM requests WHERE holder IS NOT NULL')
  const all = db.prepare<[], RequestRecord>(
    `SELECT seq, telegram, payment_id AS paymentId, trading_id AS tradingId, amount_yen AS amountYen, at_ms AS atMs,
       in_flight AS inFlight, result, code, shows FROM requests ORDER BY seq`,
  )
  const arrive = (arrived: Arrived, holder: string, atMs: number): number => {
    for (const row of holders.all()) if (!holderAlive(row.holder)) abandon.run(row.holder)
    return Number(insert.run({ ...arrived, holder, atMs }).lastInsertRowid)
  }
  return {
    arrive,
    answer: (seq, shown) => void answer.run({ seq, ...shown }),
    handling: (telegram) => handling.get(telegram)?.n ?? 0,
    finish: (seq) => void finish.run(seq),
    abandon: (holder) => void abandon.run(holder),
    all: () => all.all(),
  }
}
