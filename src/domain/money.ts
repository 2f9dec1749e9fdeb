// Works out what an accepted request has done with the customer's money: docs/rules.md#money-that-a-request-moves.
import type { MoneyTelegram, PaymentStatus } from './order.js'
import { AUTHORISED, SOLD } from './statuses.js'

/** `captured`: charged. `released`: an authorisation ends, and nothing was charged. `refunded`: given back. */
export const MONEY_WAYS = ['captured', 'released', 'refunded'] as const
export type MoneyWay = (typeof MONEY_WAYS)[number]

/** The money that one request moves, whole yen; never negative. */
export interface Movement {
  readonly way: MoneyWay
  readonly yen: number
}

/** The part of a planned request that decides what it moves. */
export interface MovingRequest {
  readonly telegram: MoneyTelegram | null
  /** The effective status just before the request; null if it was not recorded. */
  readonly plannedStatus: PaymentStatus | null
  /** The amount that Paygent held just before the request, whole yen; null if it was not recorded. */
  readonly heldAmountYen: number | null
  /** The amount that Paygent captures or releases; of a correction the new one. */
  readonly amountYen: number | null
}

/**
 * Returns the money that the request moves when it is accepted; null where that cannot be known.
 * @param refunded the payment had been sold meanwhile, so the planned release gave money back
 */
export function movementOf(request: MovingRequest, refunded = false): Movement | null {
  const { telegram, plannedStatus, amountYen } = request
  if (telegram === null || amountYen === null) return null
  switch (telegram) {
    case '022':
    case '101':
      return { way: 'captured', yen: amountYen }
    case '021':
      return { way: 'released', yen: amountYen }
    case '023':
      return { way: 'refunded', yen: amountYen }
    case '029':
    case '103':
      if (!isSoldAt(plannedStatus)) return isAuthorisedAt(plannedStatus) ? { way: 'captured', yen: amountYen } : null
      return request.heldAmountYen === null ? null : { way: 'refunded', yen: request.heldAmountYen - amountYen }
    case '102':
      if (refunded || isSoldAt(plannedStatus)) return { way: 'refunded', yen: amountYen }
      return isAuthorisedAt(plannedStatus) ? { way: 'released', yen: amountYen } : null
    default:
      return telegram satisfies never
  }
}

const isSoldAt = (status: PaymentStatus | null): boolean => status !== null && SOLD.includes(status)
const isAuthorisedAt = (status: PaymentStatus | null): boolean => status !== null && AUTHORISED.includes(status)

/** The yen that a request moves, in whichever direction; its amount where the direction is not known. */
export const grossYen = (request: MovingRequest): number => movementOf(request)?.yen ?? request.amountYen ?? 0

/** The yen that the shop has more, or less where it is negative. */
export function netOf({ way, yen }: Movement): number {
  switch (way) {
    case 'captured':
      return yen
    case 'refunded':
      return -yen
    case 'released':
      return 0
    default:
      return way satisfies never
  }
}

/**
 * The sums of accepted requests, whole yen. What cannot be known makes unknown (null) each sum that it would belong to:
 * a cancel of an unknown status may have released or refunded, a correction of one may have captured or refunded.
 */
export interface MoneySums {
  readonly releasedYen: number | null
  readonly refundedYen: number | null
  /** Captured − refunded. */
  readonly netYen: number | null
}

export interface AcceptedMovement {
  readonly telegram: MoneyTelegram | null
  readonly movement: Movement | null
}

export function sumsOfMoney(requests: readonly AcceptedMovement[]): MoneySums {
  const sum = (way: MoneyWay): number | null =>
    requests.some(({ telegram, movement }) => movement === null && mayBe(telegram, way))
      ? null
      : requests.reduce((all, { movement }) => all + (movement?.way === way ? movement.yen : 0), 0)
  const [capturedYen, releasedYen, refundedYen] = [sum('captured'), sum('released'), sum('refunded')]
  const netYen = capturedYen === null || refundedYen === null ? null : capturedYen - refundedYen
  return { releasedYen, refundedYen, netYen }
}

function mayBe(telegram: MoneyTelegram | null, way: MoneyWay): boolean {
  if (telegram === '102') return way !== 'captured'
  if (telegram === '029' || telegram === '103') return way !== 'released'
  return true
}
