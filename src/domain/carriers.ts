// Lists the payment statuses in which each carrier, and a card, permits each request: docs/rules.md#the-matrix.
import type { Carrier, PaymentStatus } from './order.js'

export const PROFILES = ['manual', 'current'] as const
export type RuleProfile = (typeof PROFILES)[number]

/** For each request, the payment statuses in which it may be sent. */
export type CarrierRules = Readonly<
  Record<Carrier, Readonly<Record<'sale' | 'cancel' | 'correct' | 'refund', readonly PaymentStatus[]>>>
>

// キャリア決済処理対応表 of the shop's manual: one row for each carrier, one column for each request.
export const MANUAL = {
  docomo: { sale: ['20', '21'], cancel: ['20', '21', '44'], correct: ['20', '21', '44'], refund: ['44'] },
  au: { sale: ['20'], cancel: ['20'], correct: ['20'], refund: [] },
  softbank: { sale: ['20'], cancel: [], correct: [], refund: [] },
} as const satisfies CarrierRules

// d払い, auかんたん決済, ソフトバンクまとめて支払い (B) and Y!mobile as they are today: docs/rules.md#profiles.
export const CURRENT = {
  docomo: { sale: ['20', '21'], cancel: ['20', '21', '44'], correct: ['20', '21', '44'], refund: ['44'] },
  au: { sale: ['20'], cancel: ['20', '40'], correct: ['20'], refund: [] },
  softbank: { sale: ['20', '21'], cancel: ['20', '21', '40'], correct: ['20', '21'], refund: [] },
} as const satisfies CarrierRules

export const CARRIER_RULES = { manual: MANUAL, current: CURRENT } as const satisfies Record<RuleProfile, CarrierRules>

/** docomo permits any number of corrections, the others permit one: docs/rules.md#amount-correction. */
export const CORRECTS_ONCE = { docomo: false, au: true, softbank: true } as const satisfies Record<Carrier, boolean>

/** The time until which a sale counts for the day, Japan time: docs/rules.md#profiles. */
export const CUT_OFF = { manual: '21:00', current: '20:00' } as const satisfies Record<RuleProfile, string>

/** When docomo completes (44) what was sold by the cut-off of the day before, Japan time: docs/rules.md#profiles. */
export const COMPLETES_AT = { manual: '11:00', current: '03:30' } as const satisfies Record<RuleProfile, string>

/** The rules that say when docomo completes a sale. */
export interface Completion {
  readonly profile: RuleProfile
  /** The day's cut-off as the settings have it, `hh:mm`; absent is the profile's own. */
  readonly cutOff?: string
}

/**
 * The Japan date, `YYYY-MM-DD`, on which docomo completes a sale at `COMPLETES_AT`: a sale after the cut-off counts for
 * the day after.
 * @param soldAt when the sale was requested, ISO Japan time
 */
export function completesOn(soldAt: string, { profile, cutOff = CUT_OFF[profile] }: Completion): string {
  const days = soldAt.slice(11, 16) < cutOff ? 1 : 2
  const day = new Date(`${soldAt.slice(0, 10)}T00:00:00Z`)
  day.setUTCDate(day.getUTCDate() + days)
  return day.toISOString().slice(0, 10)
}

/** The form of a cut-off: `hh:mm`, Japan time. */
export const TIME_OF_DAY = /^(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)$/

// Paygent's card rules; the manual has no table for credit.
type CreditRequest = 'sale' | 'correct' | 'refund' | 'authCancel' | 'saleCancel'

export const CREDIT = {
  sale: ['20'],
  correct: ['20'],
  refund: ['40'],
  authCancel: ['20'],
  saleCancel: ['40'],
} as const satisfies Record<CreditRequest, readonly PaymentStatus[]>

/**
 * The same for a request that broke off and is sent again. Only the single `sale` and `cancel`, and `reconcile`, do
 * that.
 */
export const CREDIT_AGAIN = {
  sale: ['30'],
  correct: [],
  refund: [],
  authCancel: ['31'],
  saleCancel: ['42', '50'],
} as const satisfies Record<CreditRequest, readonly PaymentStatus[]>
