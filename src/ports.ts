// Declares the interfaces that the jobs need from outside. Adapters (gateway, mirror, shop) implement them and never
// meet each other.
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
  UnaskedAttempt,
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
  /** Never set back. Only differences are meaningful. */
  monotonicMs(): number
  /** Returns early, without an error, when the signal is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

// ---------------------------------------------------------------- gateway

/** Paygent over the wire. Its methods do not throw for faults of the other side: every such fault is in the answer. */
export interface Inquirer {
  /** Telegram 094. If asked by trading id alone, any payment may answer. Safe to repeat. */
  inquire(key: InquiryKey): Promise<InquiryAnswer>
}

export interface Gateway extends Inquirer {
  send(request: MoneyRequest): Promise<Answer>
  /**
   * For a job that asks about many payments, in the order of the keys. While it waits for one answer the next inquiries
   * are under way, as many as the settings allow; never beside a request that moves money.
   * @param alone true while nothing may be asked side by side
   */
  ahead(keys: readonly InquiryKey[], alone?: () => boolean): Inquirer
  /** Waits for inquiries that are still under way side by side, so that a request that moves money need not. */
  quiet(): Promise<void>
  /** Telegram 091. Null fetches the next one **and marks it as delivered for the whole merchant**. */
  notice(noticeId: string | null): Promise<NoticeAnswer>
  close(): void
}

// ---------------------------------------------------------------- mirror

export interface OrderStore {
  /** The meanings that the shop has given to its own 対応状況: a setting of this program, and not part of the mirror. */
  readonly statuses: StatusSetting
  /** The orders found, in the order asked for; unknown numbers are left out. */
  find(orderIds: readonly string[]): Order[]
  /** Newest first, as in the shop's list. */
  list(filter: OrderFilter, page?: { readonly limit: number; readonly offset: number }): Order[]
  count(filter: OrderFilter): number
  /**
   * Writes Paygent's answer, in a short transaction of its own, and only while payment id and kind are as read and no
   * attempt is open. Returns whether it was written.
   */
  learn(asRead: Pick<Order, 'orderId' | 'paymentId' | 'kind'>, fact: PaymentFact, nowMs: number): boolean
  /**
   * Paygent has several payments under the trading id of an order without a payment id: the order waits for the
   * operator to name one. Writes in a transaction of its own, as `learn`, and only while the trading id is as read.
   */
  awaitNaming(asRead: Pick<Order, 'orderId' | 'tradingId'>): void
}

export interface Journal {
  /**
   * Writes the run with all its items; call it with the lock held. The plan of a file is marked as used in the same
   * transaction. Throws the plan's fault, or `plan-differs`, with nothing written.
   */
  beginRun(run: NewRun): number
  /** @param unattended the run has no terminal: if its result is as good as possible, the operator need not close it */
  endRun(runId: number, state: Exclude<RunState, 'running'>, atMs: number, unattended?: boolean): void
  /**
   * Books the outcome of one attempt and the intent of the next in one synced transaction. Nothing may be sent before
   * it returns `prepared`. Reads the order again; if it is not as in the step → `changed`. If there is a next step and
   * another program has taken the lock since, throws `lock-lost` with nothing written.
   */
  advance(runId: number, settled: Settlement | null, next: Step | null, atMs: number): Advanced
  /** Marks an item that will not be sent after all. */
  refuse(runId: number, position: number, reason: Reason, about: string | null): void
  /**
   * Records Paygent's report of an accepted request's payment: its status and amount count, or count as not reported.
   */
  noteAfter(attemptId: number, after: AfterAcceptance): void
  /**
   * Settles an attempt in a commit of its own: where no intent follows at once, second look, reconcile, recovery. It settles an attempt that this
   * program sent even if another program holds the lock by now. For any other attempt it then throws `lock-lost`.
   */
  settle(settlement: Settlement): void
  /**
   * Call it with the lock held. Runs whose program died become `interrupted`, their prepared attempts `unknown`.
   * Returns those attempts, about which Paygent is to be asked first.
   * @param putBack the mirror may lack requests that were sent since, so the remaining items of such a run may have
   * been sent, too
   */
  recover(atMs: number, putBack?: boolean): OpenAttempt[]
  openAttempts(orderIds?: readonly string[]): OpenAttempt[]
  /** Accepted requests whose inquiry is still missing because a program died before it; the oldest first. */
  unasked(orderIds?: readonly string[]): UnaskedAttempt[]
  /** Throws `lock-lost` if another program has taken the lock since. */
  assertHeld(): void
  /** The request of an attempt, to be sent once more. */
  stepOf(attemptId: number): Step | null
  run(runId: number): RunRecord | null
  /** Runs whose results need the operator's acknowledgement and have none yet, the oldest first. */
  unacknowledged(): RunRecord[]
  /** The recent time for one accepted order, from its intent to its booking, in milliseconds; null if there is none. */
  paceMs(): number | null
  items(runId: number): RunItem[]
  /** The latest time among the last audit and the entries after it; epoch milliseconds, null for an empty journal. */
  lastEntryMs(): number | null
}

/** The orders that wait in the mirror beside open attempts, and the entries that `reconcile` writes about them. */
export interface OpenIssues {
  /** Orders that the shop changed after this tool had touched them; among these orders, or among all. */
  conflicts(orderIds?: readonly string[]): Conflict[]
  /** Orders with a request that was called not processed since then, epoch milliseconds; the oldest first. */
  timedOut(sinceMs: number): string[]
  /** Those of them on which the request was a correction that makes a new payment. */
  timedOutCorrections(sinceMs: number): ReadonlySet<string>
  /** Orders whose status, payment or last attempt has changed since then, epoch milliseconds. */
  changedSince(sinceMs: number): ReadonlySet<string>
  /** Orders that the operator must check. The cause is null if an attempt gives it. */
  forAPerson(): { readonly orderId: string; readonly cause: AttentionCause | null }[]
  /** Attempts that wait for the operator; of these orders, or of all. */
  attentionAttempts(orderIds?: readonly string[]): OpenAttempt[]
  /** Every payment that the order has or had, the oldest first. */
  payments(orderId: string): PaymentRecord[]
  /** The payments of the attempt's order that were known before it, or that another attempt has made. */
  paymentsBefore(attemptId: number): string[]
  /** Writes one order's changes in one transaction; call it with the lock held. */
  take(booking: Booking): void
  /** Records that the mirror was compared with Paygent as a whole. */
  audited(counts: AuditCounts, atMs: number): void
}

/** Paygent's notices, each kept once. Writing requires the lock. */
export interface Inbox {
  /** The highest number that was ever received; null before the first. */
  lastId(): number | null
  /** Numbers between the first and the last that were never received, the lowest first. */
  missing(limit: number): number[]
  /** False for a notice that is known already. */
  store(notice: Notice, atMs: number): boolean
  /** Records that Paygent no longer has the notice. Its content must be found by inquiries. */
  purged(noticeId: number, atMs: number): void
  /** Purged notices after which not every order has been asked about yet. */
  unexplained(): number[]
  /** Records that every order has been asked about, so the content of the purged notices is known. */
  explain(atMs: number): void
  /** Records an inquiry about the order that gave no fact which the mirror could take. */
  noteInVain(orderId: string, atMs: number): void
  /** The time of the last such inquiry for each order, epoch milliseconds. */
  askedInVain(): Map<string, number>
  /** Notices whose fate is not decided, and those whose payment has become known since; the lowest first. */
  pending(): Notice[]
  decide(noticeId: string, fate: Exclude<NoticeFate, 'pending' | 'purged'>, atMs: number): void
  ownerOf(notice: Pick<Notice, 'paymentId'>): NoticeOwner | null
  /** Orders that have or had a payment under this trading id. */
  ordersOfTrading(tradingId: string): string[]
}

/** A record outside the mirror of how far the mirror had come. */
export interface MachineState {
  /** The path of the mirror. */
  readonly path: string
  check(): MirrorFreshness
  /**
   * Records the present mirror as the newest. Call it only after `check` and with the lock held since. A mirror that
   * was behind or unknown may be recorded only after an audit. Throws `mirror-behind` if another process has recorded
   * in between.
   */
  record(): void
  /** Writes into the mirror, if possible, why its work could not be recorded. An audit must come next. */
  missed(problem: string): void
  /** The problem that `missed` received, and the file that was to be written; null if all was recorded. */
  readonly lag: Readonly<Record<'file' | 'problem', string>> | null
}

/** Permits one sender per mirror. The lock ends with its process. */
export interface RunLock {
  /**
   * False when another process holds it, also if its file was deleted; `owner` gives the process. Messages of other
   * processes name this one by `command`.
   */
  acquire(command: LockCommand): boolean
  /** The holder, after `acquire` returned false; null if the holder has not recorded itself yet. */
  owner(): LockOwner | null
  /** Another living process holds it, as far as this machine can see. It may have begun or ended since. */
  readonly heldElsewhere: boolean
  release(): void
}

// ---------------------------------------------------------------- the shop's own database

/** EC-CUBE's database. Faults are AppErrors without a secret in them. After `shop-unreachable` it does nothing more. */
export interface Shop {
  /** Product, server and place, for the operator; never the login. */
  readonly name: string
  /** The number of orders that `readings` yields. */
  count(): Promise<number>
  /** Every order of Paygent's credit and carrier payments that is neither hidden nor unfinished, in portions. */
  readings(): AsyncIterable<readonly ShopReading[]>
  /**
   * One order as it is now; null if `readings` would leave it out. Throws `shop-lock-lost` if its connection has no
   * lock.
   */
  readOne(orderId: string): Promise<ShopReading | null>
  /** Those of these orders that exist and are now paid in another way. */
  others(orderIds: readonly string[]): Promise<readonly OtherMethodReading[]>
  /**
   * Writes one order in a transaction of its own, which is on disk when this returns.
   * @param isErrorRead whether a text is the row's error text as it was last read or written: only that one is cleared
   */
  write(result: ShopWrite, isErrorRead: (text: string) => boolean): Promise<ShopWritten>
  /**
   * Call it after a wait, never during a batch. It reopens a dead connection and takes the lock again if it is free by
   * then.
   */
  wake(): Promise<void>
  close(): Promise<void>
}

/** Permits one sender per shop, whatever the number of mirrors. The lock ends with its connection. */
export interface ShopLock {
  /**
   * False when another connection holds it. Throws `shop-read-only` or `shop-pooler` if the lock would exclude no other
   * process.
   */
  acquire(): Promise<boolean>
  /** The machine that holds it, as the database server knows it; null if that is unknown. */
  owner(): Promise<string | null>
  /** Does nothing on a connection that is gone, because the lock ended with it. */
  release(): Promise<void>
}

/** The mirror's memory of the shop's rows. Writing requires the lock. */
export interface ShopRecords {
  /**
   * Call it before the shop is read. Returns the payments that several orders had before this pull, or before the
   * first one of those that were cut off, as none of them has named any.
   */
  beginPull(): readonly SharedPayment[]
  /** Takes some orders in one transaction; one result each. */
  take(readings: readonly (ShopReading | OtherMethodReading)[], atMs: number): PullTaken[]
  /**
   * Call it after the shop has been read to its end. Returns the orders that are gone from there, which count as
   * cancelled from now on.
   */
  finishPull(seen: ReadonlySet<string>, atMs: number): readonly GoneOrder[]
  /** Payments that several orders of the mirror have; none of these orders is sent. */
  sharedPayments(): readonly SharedPayment[]
  /** Orders that came from the shop, are not gone already, and are not in `seen`. */
  unseen(seen: ReadonlySet<string>): readonly string[]
  /** The row as it was last read or written; null when it never was. */
  asRead(orderId: string): ShopRow | null
  /** Whether this is the row's error text as it was last read or written, whatever is kept of that one. */
  isErrorRead(orderId: string, text: string): boolean
  /** Whether the row's text of the payment method now names another method than the mirror's. */
  namesAnotherMethod(row: ImportRow): boolean
  /**
   * Orders with settled attempts that have not been written into the shop, of these or of all; the oldest attempt
   * first.
   */
  unreported(orderIds?: readonly string[]): UnreportedOrder[]
  /** @param write the values that the row holds now, if this tool wrote them. @param note the operator's reason */
  markReported(
    orderId: string,
    attemptIds: readonly number[],
    fate: ReportFate,
    write: Pick<ShopWrite, 'accepted' | 'errorText'> | null,
    atMs: number,
    note?: string,
  ): void
}

/** A shop with a database of its own: its rows, the mirror's memory of them, and the lock for sending. */
export interface ShopDesk {
  readonly shop: Shop
  readonly rows: ShopRecords
  readonly shopLock: ShopLock
}
