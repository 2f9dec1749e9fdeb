// What `sync` tells while it runs.
import type { Notice, NoticeFate } from '../../domain/answer.js'
import type { PaymentStatus } from '../../domain/order.js'
import type { BatchEvent } from '../batch/events.js'
import type { ReconcileEvent } from '../reconcile/events.js'

export type SyncEvent =
  | Extract<ReconcileEvent, { type: 'asking' | 'difference' | 'untold' }>
  /** Time alone has brought the payment to another status. */
  | { readonly type: 'aged'; readonly orderId: string; readonly status: PaymentStatus }
  /** So many orders are left to the next sync, by the limit or the time. */
  | { readonly type: 'put-off'; readonly orders: number }
  /** Another one was fetched and is kept. */
  | { readonly type: 'fetched'; readonly noticeId: string }
  | { readonly type: 'notice'; readonly notice: Notice; readonly fate: Exclude<NoticeFate, 'purged'> }
  /** Paygent no longer has these; what they told is inquired about instead. */
  | { readonly type: 'purged'; readonly noticeIds: readonly number[]; readonly orderIds: readonly string[] }
  | Extract<BatchEvent, { type: 'stopped' }>
