// Carries out 104 and 100, which send a customer to the carrier, and what the customer decides there.
import type { PaymentStatus } from '../domain/order.js'
import type { Checkout } from './ledger-checkouts.js'
import type { Ledger } from './ledger.js'
import { addNewPayment, movePayment, type Occasion } from './machine.js'
import { acceptedReply, malformedReply, NEVER_AUTHORISED, type Reply } from './replies.js'
import { type CarrierCheckout, type TelegramRequest, valueProblem } from './telegram.js'
import { randomBytes } from 'node:crypto'

/** How long a page and an open id can be used; how long they can be at the carriers is not known. */
const CHECKOUT_LIFE_MS = 30 * 60 * 1000

const APPLIED: PaymentStatus = '10'
const BROKEN_OFF: PaymentStatus = '15'
const AUTHORISED: PaymentStatus = '20'

/** The path of a carrier's page, before its token. */
export const CARRIER_PATH = '/carrier/'

/** 192 bits cannot be guessed: a browser that has the token was sent there by the shop. */
const newToken = (): string => randomBytes(24).toString('base64url')

const checkoutOf = ({ carrierCheckout }: TelegramRequest): CarrierCheckout => {
  if (!carrierCheckout) throw new Error("a carrier's checkout without its fields")
  return carrierCheckout
}

function openPage(
  ledger: Ledger,
  { carrier, returnUrl, cancelUrl, pagesUrl }: CarrierCheckout,
  { tradingId, paymentId }: Pick<Checkout, 'tradingId' | 'paymentId'>,
  nowMs: number,
): readonly [name: string, value: string] {
  const ids = { token: newToken(), tradingId, paymentId, openId: null }
  const dueMs = nowMs + CHECKOUT_LIFE_MS
  ledger.checkouts.write({ ...ids, carrier, returnUrl, cancelUrl, state: 'open', dueMs })
  return ['redirect_url', `${pagesUrl}${CARRIER_PATH}${ids.token}`]
}

/** Carries out 104: the customer may let the shop have an open id. */
export function askConsent(ledger: Ledger, request: TelegramRequest, { atMs }: Occasion): Reply {
  const { tradingId } = request
  return acceptedReply([openPage(ledger, checkoutOf(request), { tradingId, paymentId: null }, atMs)])
}

/** Carries out 100: the payment is applied for, and the customer may pay it. */
export function applyForPayment(ledger: Ledger, request: TelegramRequest, occasion: Occasion): Reply {
  const checkout = checkoutOf(request)
  const { carrier, openId } = checkout
  const { tradingId, amountYen } = request
  if (amountYen === null) return malformedReply(valueProblem('amount'))
  if (carrier !== 'softbank' && !useOpenId(ledger, openId, { carrier, tradingId }))
    return malformedReply(valueProblem('open_id'))
  const fresh = { tradingId, method: 'carrier', carrier, status: APPLIED, amountYen } as const
  const { paymentId } = addNewPayment(ledger, fresh, occasion)
  return acceptedReply([
    ['payment_id', paymentId],
    ['trading_id', tradingId],
    openPage(ledger, checkout, { tradingId, paymentId }, occasion.atMs),
  ])
}

/** An open id is good for one payment of the order and the carrier for which the customer gave it. */
function useOpenId(ledger: Ledger, openId: string, of: Pick<Checkout, 'carrier' | 'tradingId'>): boolean {
  const consent = ledger.checkouts.ofOpenId(openId)
  if (consent?.state !== 'agreed' || consent.carrier !== of.carrier || consent.tradingId !== of.tradingId) return false
  ledger.checkouts.write({ ...consent, state: 'used', dueMs: null })
  return true
}

export type Decision = 'agree' | 'cancel'

/** Returns a page as it is now, or null where there is none. */
export function findCheckout(ledger: Ledger, token: string): Checkout | null {
  const checkout = ledger.checkouts.find(token)
  return checkout === null ? null : overtaken(ledger, checkout)
}

/** A payment that Paygent Online has moved meanwhile leaves nothing to decide: the customer has paid, or cannot pay. */
function overtaken(ledger: Ledger, checkout: Checkout): Checkout {
  const status = checkout.state === 'open' ? ledger.payments.find(checkout.paymentId ?? '')?.status : undefined
  if (status === undefined || status === APPLIED) return checkout
  return { ...checkout, state: NEVER_AUTHORISED.includes(status) ? 'expired' : 'agreed', dueMs: null }
}

/**
 * Carries out what the customer decides on a page, and returns the page as it is then. The first decision stands: a
 * second click changes nothing. Call it inside a transaction, with everything settled that is due.
 * @param checkout as `findCheckout` returns it
 */
export function decide(ledger: Ledger, checkout: Checkout, decision: Decision, nowMs: number): Checkout {
  if (checkout.state !== 'open') return checkout
  const decided =
    checkout.paymentId === null ? consented(checkout, decision, nowMs) : paid(ledger, checkout, decision, nowMs)
  ledger.checkouts.write(decided)
  return decided
}

const consented = (checkout: Checkout, decision: Decision, nowMs: number): Checkout =>
  decision === 'agree'
    ? { ...checkout, state: 'agreed', openId: newToken(), dueMs: nowMs + CHECKOUT_LIFE_MS }
    : { ...checkout, state: 'cancelled', dueMs: null }

function paid(ledger: Ledger, checkout: Checkout, decision: Decision, nowMs: number): Checkout {
  const occasion = { atMs: nowMs, by: 'customer' }
  const payment = ledger.payments.find(checkout.paymentId ?? '')
  if (payment?.status !== APPLIED) throw new Error('an open page without a payment to pay')
  if (decision === 'agree') movePayment(ledger, payment, { status: AUTHORISED, authorizedMs: nowMs }, occasion)
  else movePayment(ledger, payment, { status: BROKEN_OFF }, occasion)
  return { ...checkout, state: decision === 'agree' ? 'agreed' : 'cancelled', dueMs: null }
}

/** Ends the pages and open ids whose time is over. An application breaks off with its page. */
export function expireCheckouts(ledger: Ledger, nowMs: number): void {
  for (const checkout of ledger.checkouts.due(nowMs)) {
    const payment = ledger.payments.find(checkout.paymentId ?? '')
    if (payment?.status === APPLIED)
      movePayment(ledger, payment, { status: BROKEN_OFF }, { atMs: checkout.dueMs ?? nowMs, by: 'clock' })
    const expired = { ...checkout, state: 'expired', dueMs: null } as const
    ledger.checkouts.write(payment === null ? expired : overtaken(ledger, checkout))
  }
}

/** Where the customer comes back to: with what the shop asked for, or to its place for one who has not paid. */
export function wayBack({ state, returnUrl, cancelUrl, openId, tradingId, paymentId }: Checkout): string {
  const agreed = state === 'agreed' || state === 'used'
  const address = agreed ? returnUrl : cancelUrl
  if (paymentId !== null) return withFields(address, { trading_id: tradingId, payment_id: paymentId })
  return withFields(address, agreed ? { open_id: openId ?? '' } : {})
}

/** Adds fields behind those that the address has, which stay as the shop has written them. */
function withFields(address: string, fields: Readonly<Record<string, string>>): string {
  const url = new URL(address)
  const more = String(new URLSearchParams(fields))
  if (more !== '') url.search += `${url.search === '' ? '' : '&'}${more}`
  return url.href
}
