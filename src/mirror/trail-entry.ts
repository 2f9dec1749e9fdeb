// An entry of the audit trail, and the result of walking the trail.

/** Who writes: kept with every entry. */
export interface Identity {
  readonly osUser: string
  readonly sudoUser: string | null
  readonly host: string
  readonly version: string
  readonly pid: number
}

export const TRAIL_EVENTS = [
  'run-started',
  'run-ended',
  'acknowledged',
  'amended',
  'refused',
  'prepared',
  'settled',
  'recovered',
  // what was answered to a request that another program has settled meanwhile
  'answer-kept',
  // what Paygent told of a payment right after the request was accepted
  'asked-after',
  // what reconcile and settle find
  'resolved',
  'difference',
  'conflict-settled',
  'settled-by-hand',
  'audited',
  'purged',
  // what this machine could not note outside of the mirror
  'unrecorded',
  // the shop's own database
  'pulled',
  'pushed',
] as const
export type TrailEvent = (typeof TRAIL_EVENTS)[number]

/** What an entry says; what does not apply is left out. Never a customer's name. */
export interface TrailFacts {
  readonly runId?: number | null
  readonly attemptId?: number | null
  readonly orderId?: string | null
  readonly paymentId?: string | null
  readonly newPaymentId?: string | null
  readonly telegram?: string | null
  readonly amountYen?: number | null
  /** Outcome of the attempt, or state of the run. */
  readonly outcome?: string | null
  readonly code?: string | null
  readonly detail?: string | null
}

export interface TrailEntry extends Required<TrailFacts> {
  readonly seq: number
  /** How it is hashed: 1 is its words alone, 2 the form, its words, and its facts. */
  readonly form: number
  /** What it carries beside its words, JSON; null for nothing, and in form 1. */
  readonly facts: string | null
  readonly atMs: number
  /** Japan time with its offset. */
  readonly at: string
  readonly event: TrailEvent
  readonly osUser: string
  readonly sudoUser: string | null
  readonly host: string
  readonly version: string
  readonly prevHash: string
  readonly hash: string
}

/** The newest entry: page 5.1.8 keeps it outside the mirror too. */
export interface TrailHead {
  readonly seq: number
  readonly hash: string
}

export type TrailCheck =
  | { readonly ok: true; readonly entries: number }
  /** `seq` is where the trail breaks: an entry changed, out of place, or missing. */
  | { readonly ok: false; readonly seq: number; readonly problem: 'changed' | 'swapped' | 'missing' }
