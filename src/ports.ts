// What the jobs need from the outside. Adapters (gateway, mirror, shop) implement these and never meet each other.
import type {
  Answer,
  InquiryAnswer,
  InquiryKey,
  MoneyRequest,
  Notice,
  NoticeAnswer,
  NoticeFate,
  NoticeOwner,
} from './domain/answer.js'
import type { OrderFilter } from './domain/chosen.js'
import type { AttentionCause, AuditCounts, Booking, Conflict } from './domain/difference.js'
import type { LockCommand, LockOwner, MirrorFreshness } from './domain/lock-owner.js'
import type { StatusSetting } from './domain/order-status.js'
import type { Order, PaymentFact } from './domain/order.js'
import type { Reason } from './domain/outcome.js'
import type {
  Advanced,
  AfterAcceptance,
  NewRun,
  OpenAttempt,
  PaymentRecord,
  RunItem,
  RunRecord,
  RunState,
  Settlement,
  Step,
} from './domain/run.js'
import type {
  GoneOrder,
  ImportRow,
  OtherMethodReading,
  PullTaken,
  ReportFate,
  SharedPayment,
  ShopReading,
  ShopRow,
  ShopWrite,
  ShopWritten,
  UnreportedOrder,
} from './domain/shop.js'

export interface Clock {
  /** Wall clock, epoch milliseconds. */
  nowMs(): number
  /** Never set back; only differences mean anything. */
  monotonicMs(): number
  /** Returns early, without an error, when the signal is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

// ---------------------------------------------------------------- gateway

/** Paygent over the wire. Nothing here throws for what the other side does: it is all in the answers. */
export interface Gateway {
  send(request: MoneyRequest): Promise<Answer>
  /** Telegram 094; asked by trading id alone, any payment may answer. Safe to repeat. */
  inquire(key: InquiryKey): Promise<InquiryAnswer>
  /** Telegram 091. Null fetches the next one **and marks it as delivered for the whole merchant**. */
  notice(noticeId: string | null): Promise<NoticeAnswer>
  close(): void
}

// ---------------------------------------------------------------- mirror

export interface OrderStore {
  /** What the shop has said of its own 対応状況: a setting of this program, and no part of the mirror. */
  readonly statuses: StatusSetting
  /** The orders found, in the order asked for; unknown numbers are left out. */
  find(orderIds: readonly string[]): Order[]
  /** Newest first, as the shop's list. */
  list(filter: OrderFilter, page?: { readonly limit: number; readonly offset: number }): Order[]
  count(filter: OrderFilter): number
  /**
   * Writes what Paygent told, in a short transaction of its own, and only while payment id and kind are as read and
   * no attempt is open. Returns whether it was written.
   */
  learn(asRead: Pick<Order, 'orderId' | 'paymentId' | 'kind'>, fact: PaymentFact, nowMs: number): boolean
  /**
   * Paygent has several payments under the trading id of an order that has none by name: it waits for a person who names
   * one. In a transaction of its own, as `learn`, and only while the trading id is as read.
   */
  awaitNaming(asRead: Pick<Order, 'orderId' | 'tradingId'>): void
}

export interface Journal {
  /** Writes the run with all its items; call it with the lock held. */
  beginRun(run: NewRun): number
  /** @param unattended no terminal is there: a result as good as can be needs nobody to close it */
  endRun(runId: number, state: Exclude<RunState, 'running'>, atMs: number, unattended?: boolean): void
  /**
   * Books the outcome of one attempt and the intent of the next in one synced transaction: nothing may be sent
   * before it returns `prepared`. Reads the order again: not as in the step → `changed`. Throws `lock-lost`, with nothing
   * written, where there is a next one and another program has taken the lock since.
   */
  advance(runId: number, settled: Settlement | null, next: Step | null, atMs: number): Advanced
  /** Marks an item that will not be sent after all. */
  refuse(runId: number, position: number, reason: Reason, about: string | null): void
  /** What Paygent told of an accepted request's payment since: its status and amount count, or count as not told. */
  noteAfter(attemptId: number, after: AfterAcceptance): void
  /**
   * Settles an open attempt outside the loop: second look, reconcile, recovery. What this program sent it settles also
   * when the lock is another's by now; for any other attempt it throws `lock-lost` then.
   */
  settle(settlement: Settlement): void
  /**
   * With the lock held: runs that died become `interrupted`, their prepared attempts `unknown`. Returns those
   * attempts, to be inquired about first.
   * @param putBack the mirror may lack what was sent since: whatever such a run had not come to may have been sent, too
   */
  recover(atMs: number, putBack?: boolean): OpenAttempt[]
  openAttempts(orderIds?: readonly string[]): OpenAttempt[]
  /** Accepted requests after which Paygent has still to be asked, because a program died in between; the oldest first. */
  unasked(orderIds?: readonly string[]): { readonly attemptId: number; readonly orderId: string }[]
  /** Throws `lock-lost` where another program has taken the lock since. */
  assertHeld(): void
  /** The request of an attempt, to be sent once more. */
  stepOf(attemptId: number): Step | null
  run(runId: number): RunRecord | null
  /** Runs whose results somebody has to look at and nobody has, the oldest first. */
  unacknowledged(): RunRecord[]
  /** Milliseconds that an accepted order took of late, from its intent to its booking; null while there is none. */
  paceMs(): number | null
  items(runId: number): RunItem[]
  /** The latest time of an entry, the last audit and what came after it; epoch milliseconds, null for an empty journal. */
  lastEntryMs(): number | null
}

/** What waits in the mirror beside open attempts, and what `reconcile` writes about it. */
export interface OpenIssues {
  /** Orders that the shop changed after this tool had touched them; of these or of all. */
  conflicts(orderIds?: readonly string[]): Conflict[]
  /** Orders on which a request was called not processed since then, epoch milliseconds; the oldest first. */
  timedOut(sinceMs: number): string[]
  /** Orders whose status, payment or last attempt has changed since then, epoch milliseconds. */
  changedSince(sinceMs: number): ReadonlySet<string>
  /** Orders that a person must look at. The cause is null where an attempt tells it. */
  forAPerson(): { readonly orderId: string; readonly cause: AttentionCause | null }[]
  /** Attempts that wait for a person; of these orders or of all. */
  attentionAttempts(orderIds?: readonly string[]): OpenAttempt[]
  /** Every payment that the order has or had, the oldest first. */
  payments(orderId: string): PaymentRecord[]
  /** One order's news in one transaction; call it with the lock held. */
  take(booking: Booking): void
  /** The mirror was compared with Paygent as a whole. */
  audited(counts: AuditCounts, atMs: number): void
}

/** Paygent's notices, each kept once. Whoever writes holds the lock. */
export interface Inbox {
  /** The highest number ever seen; null before the first. */
  lastId(): number | null
  /** Numbers between the first and the last that nobody has seen, the lowest first. */
  missing(limit: number): number[]
  /** False for one that is known already. */
  store(notice: Notice, atMs: number): boolean
  /** Paygent no longer has it; what it told must be found out otherwise. */
  purged(noticeId: number, atMs: number): void
  /** Purged ones for which not every order has been asked about since. */
  unexplained(): number[]
  /** Every order has been asked about: whatever they told is known. */
  explain(atMs: number): void
  /** Paygent was asked about the order and told nothing that the mirror could take. */
  noteInVain(orderId: string, atMs: number): void
  /** When each such order was last asked about, epoch milliseconds. */
  askedInVain(): Map<string, number>
  /** Those whose fate is not decided, and those whose payment has become known since; the lowest first. */
  pending(): Notice[]
  decide(noticeId: string, fate: Exclude<NoticeFate, 'pending' | 'purged'>, atMs: number): void
  ownerOf(notice: Pick<Notice, 'paymentId'>): NoticeOwner | null
  /** Orders that have or had a payment under this trading id. */
  ordersOfTrading(tradingId: string): string[]
}

/** What stands outside the mirror about how far it had come. */
export interface MachineState {
  /** Of the mirror. */
  readonly path: string
  check(): MirrorFreshness
  /**
   * Takes the mirror as it is now for the newest. Only after `check` and with the lock held since: whoever was found
   * behind or unknown may do so after an audit and not otherwise. Throws `mirror-behind` where somebody else has recorded
   * in between.
   */
  record(): void
  /** Enters into the mirror, if that can be written, why its work could not be recorded: an audit comes next. */
  missed(problem: string): void
  /** What `missed` was given, and the file that was to be written; null where all was recorded. */
  readonly lag: Readonly<Record<'file' | 'problem', string>> | null
}

/** One sender per mirror. Dies with its process. */
export interface RunLock {
  /** False when another process holds it, also where its file was deleted; `holder` tells which. The command is what that message calls this one. */
  acquire(command: LockCommand): boolean
  /** Who holds it, once `acquire` said no; null where the holder has not said so yet. */
  owner(): LockOwner | null
  release(): void
}

// ---------------------------------------------------------------- the shop's own database

/** EC-CUBE's database. Faults are AppErrors without a secret in them; after `shop-unreachable` nothing more is done. */
export interface Shop {
  /** Product, server and place, for the operator; never the login. */
  readonly name: string
  /** Every order of Paygent's credit and carrier payments that is neither hidden nor unfinished; some at a time. */
  readings(): AsyncIterable<readonly ShopReading[]>
  /** One order now; null where `readings` would not have it. Throws `shop-lock-lost` where its connection has no lock. */
  readOne(orderId: string): Promise<ShopReading | null>
  /** Those of these orders that are there and are paid in another way by now. */
  others(orderIds: readonly string[]): Promise<readonly OtherMethodReading[]>
  /** One order in a transaction of its own, on disk when this returns. */
  write(result: ShopWrite): Promise<ShopWritten>
  /** After a wait, never in mid-batch: a dead connection is opened anew, its lock taken again if nobody has it by then. */
  wake(): Promise<void>
  close(): Promise<void>
}

/** One sender per shop, whatever the number of mirrors. Dies with its connection. */
export interface ShopLock {
  /** False when another connection holds it. Throws `shop-read-only`, `shop-pooler` where it would keep nobody out. */
  acquire(): Promise<boolean>
  /** The machine that holds it, as the database server knows it; null where that cannot be told. */
  owner(): Promise<string | null>
  /** Does nothing on a connection that is gone: the lock went with it. */
  release(): Promise<void>
}

/** The mirror's memory of the shop's rows. Whoever writes holds the lock. */
export interface ShopRecords {
  /** Takes some orders in one transaction; one result each. */
  take(readings: readonly (ShopReading | OtherMethodReading)[], atMs: number): PullTaken[]
  /** The shop has been read to its end. Returns the orders that are gone from there: they count as cancelled from now on. */
  finishPull(seen: ReadonlySet<string>, atMs: number): readonly GoneOrder[]
  /** Payments that several orders of the mirror have; none of these orders is sent. */
  sharedPayments(): readonly SharedPayment[]
  /** Orders that came from the shop, are not gone already, and are not among these. */
  unseen(seen: ReadonlySet<string>): readonly string[]
  /** The row as it was last read or written; null when it never was. */
  asRead(orderId: string): ShopRow | null
  /** Whether the row's text of the payment method has come to name another one than the mirror's. */
  namesAnotherMethod(row: ImportRow): boolean
  /** Orders with settled attempts of which the shop has not been told, of these or of all; the oldest attempt first. */
  unreported(orderIds?: readonly string[]): UnreportedOrder[]
  /** @param write what the row holds now, where this tool wrote it. @param note a person's reason */
  markReported(
    orderId: string,
    attemptIds: readonly number[],
    fate: ReportFate,
    write: Pick<ShopWrite, 'accepted' | 'errorText'> | null,
    atMs: number,
    note?: string,
  ): void
}

/** A shop with a database of its own: its rows, the mirror's memory of them, and who may send. */
export interface ShopDesk {
  readonly shop: Shop
  readonly rows: ShopRecords
  readonly shopLock: ShopLock
}
