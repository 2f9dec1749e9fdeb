// What each carrier permits: キャリア決済処理対応表, manual section 5, and what has changed since.
import type { Carrier, PaymentStatus } from './order.js'

export const PROFILES = ['manual', 'current'] as const
export type RuleProfile = (typeof PROFILES)[number]

/** For each request the payment statuses in which it may be sent. */
export type CarrierRules = Readonly<
  Record<Carrier, Readonly<Record<'sale' | 'cancel' | 'correct', readonly PaymentStatus[]>>>
>

// one row per carrier, one column per request; manual, section 5
export const MANUAL = {
  docomo: { sale: ['20', '21'], cancel: ['20', '21', '44'], correct: ['20', '21', '44'] },
  au: { sale: ['20'], cancel: ['20'], correct: ['20'] },
  softbank: { sale: ['20'], cancel: [], correct: [] },
} as const satisfies CarrierRules

// d払い, auかんたん決済, ソフトバンクまとめて支払い (B) and Y!mobile as they are today; page 1.5
export const CURRENT = {
  docomo: { sale: ['20', '21'], cancel: ['20', '21', '44'], correct: ['20', '21', '44'] },
  au: { sale: ['20'], cancel: ['20', '40'], correct: ['20'] },
  softbank: { sale: ['20', '21'], cancel: ['20', '21', '40'], correct: ['20', '21'] },
} as const satisfies CarrierRules

export const CARRIER_RULES = { manual: MANUAL, current: CURRENT } as const satisfies Record<RuleProfile, CarrierRules>

/** docomo corrects as often as it likes, each time into a new payment; the others once at most. Page 1.5. */
export const CORRECTS_ONCE = { docomo: false, au: true, softbank: true } as const satisfies Record<Carrier, boolean>

/** The hour at which a sale still counts for the day, Japan time. Pages 1.5 and 3.3. */
export const CUT_OFF = { manual: '21:00', current: '20:00' } as const satisfies Record<RuleProfile, string>

/** `hh:mm`, Japan time, as the cut-off is written. */
export const TIME_OF_DAY = /^(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)$/

// What Paygent's card rules permit; page 1.6. The manual has no table for credit.
type CreditRequest = 'sale' | 'correct' | 'authCancel' | 'saleCancel'

export const CREDIT = {
  sale: ['20'],
  correct: ['20'],
  authCancel: ['20'],
  saleCancel: ['40'],
} as const satisfies Record<CreditRequest, readonly PaymentStatus[]>

/** A request that broke off may be sent again, by the single `sale` and `cancel` and by `reconcile` only. */
export const CREDIT_AGAIN = {
  sale: ['30'],
  correct: [],
  authCancel: ['31'],
  saleCancel: ['42', '50'],
} as const satisfies Record<CreditRequest, readonly PaymentStatus[]>
