// What a batch tells while it runs; ui turns these into text.
import type { Fault } from '../../domain/answer.js'
import type { MoneyTelegram } from '../../domain/order.js'
import type { Outcome, Reason } from '../../domain/outcome.js'
import type { Step } from '../../domain/run.js'
import type { PushedEvent } from '../push/push.js'

/** What is wrong with which certificate: the server's, its name, or the one that we show. */
export type CertificateProblem = Extract<Fault['kind'], 'certificate' | 'host-name' | 'client-certificate'>

/** Why a batch ended before its last order. */
export type StopReason =
  | { readonly type: 'code'; readonly code: string; readonly detail: string }
  /** The same malformed-request code three times in a row. */
  | { readonly type: 'malformed'; readonly code: string }
  /** `--stop-after`: so many unknown or unsent outcomes in a row. */
  | { readonly type: 'stop-after'; readonly count: number }
  /** So many of the first orders were not accepted; the night stops by itself. */
  | { readonly type: 'failures'; readonly count: number; readonly of: number }
  /** The inquiry about the request before got no answer; nothing may go out until it has. */
  | { readonly type: 'inquiry-unanswered' }
  /** A certificate, the server's or ours, is no longer taken: no connection that is made from now on will be. */
  | { readonly type: 'certificate'; readonly problem: CertificateProblem; readonly code: string }
  | { readonly type: 'until' }
  /** Ctrl-C, SIGTERM, SIGHUP or a closed pipe. */
  | { readonly type: 'interrupted' }
  /** Wall and monotonic clock went apart. */
  | { readonly type: 'clock' }
  /** The shop's database no longer answers, and with it went the lock that keeps other desks from sending. */
  | { readonly type: 'shop-lost'; readonly code: string }

export interface SettledEvent {
  readonly type: 'settled'
  readonly step: Step
  readonly outcome: Outcome
  readonly code: string | null
  readonly detail: string | null
}

export type BatchEvent =
  | { readonly type: 'started'; readonly runId: number; readonly total: number }
  /** A crash left this order's request open; it has been inquired about. */
  | {
      readonly type: 'recovered'
      readonly orderId: string
      readonly telegram: MoneyTelegram
      readonly outcome: Outcome
    }
  | { readonly type: 'sending'; readonly step: Step }
  /** The answer is missing or an error; Paygent is asked what became of it. */
  | { readonly type: 'inquiring'; readonly step: Step }
  | { readonly type: 'retrying'; readonly step: Step; readonly code: string; readonly pauseMs: number }
  | SettledEvent
  /** The shop was told of a new payment, or could not be: then the end of the command tries once more. */
  | PushedEvent
  | {
      readonly type: 'refused'
      readonly position: number
      readonly orderId: string
      readonly reason: Reason
      readonly about: string | null
    }
  | { readonly type: 'stopped'; readonly reason: StopReason }
  /** The second look waits for the settle time. */
  | { readonly type: 'waiting'; readonly remainingMs: number; readonly orders: number }
  | {
      readonly type: 'looked-again'
      readonly orderId: string
      readonly telegram: MoneyTelegram
      readonly outcome: Outcome
    }
  | { readonly type: 'finished'; readonly runId: number }
