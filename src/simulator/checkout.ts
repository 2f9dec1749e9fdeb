// Carries out 020, which authorises a card at the checkout or in the place of an earlier payment.
import type { Payment } from './ledger-payments.js'
import type { Ledger } from './ledger.js'
import { addNewPayment, type Occasion } from './machine.js'
import { acceptedReply, refusedReply, type Reply } from './replies.js'
import type { TelegramRequest } from './telegram.js'

/** The cards of Paygent's own test system, by their last four digits. Any other one is accepted. */
const REFUSED: readonly string[] = ['8102', '8103', '8112', '8142', '8160']
const TIMES_OUT: readonly string[] = ['9123', '9234', '9345', '9456', '9567']
const CANCEL_FAILS: readonly string[] = ['2601', '2612', '2630', '2631', '2650']

/** No source tells the code of a card that is refused, nor of a cancel that fails; both are assumed. */
const DECLINED = '2003'
const NOT_CANCELLED = '2002'
const ACQUIRER_TIMEOUT = '2008'
const NOT_FOUND = '2005'

/** The code with which a card's cancel or refund fails; null for a card that can be cancelled. */
export const cancelRefusal = ({ card }: Payment): string | null =>
  card !== null && CANCEL_FAILS.includes(card) ? NOT_CANCELLED : null

/** The last four digits of the card, which a token of the simulator ends with; null for one that ends otherwise. */
const cardOf = (token: string): string | null => /\d{4}$/.exec(token)?.[0] ?? null

export function authoriseCard(ledger: Ledger, request: TelegramRequest, occasion: Occasion): Reply {
  const { token = '', replacedTradingId = '' } = request.checkout ?? {}
  const replaced = ledger.payments.ofTrading(replacedTradingId).findLast(({ method }) => method === 'credit')
  if (token === '' && replaced === undefined) return refusedReply(NOT_FOUND)
  const card = token === '' ? (replaced?.card ?? null) : cardOf(token)
  if (card !== null && REFUSED.includes(card)) return refusedReply(DECLINED)
  if (card !== null && TIMES_OUT.includes(card)) return refusedReply(ACQUIRER_TIMEOUT)
  const tradingId = request.tradingId === '' ? replacedTradingId : request.tradingId
  const amountYen = request.amountYen ?? 0
  const fresh = { tradingId, method: 'credit', carrier: null, status: '20', amountYen, card } as const
  const { paymentId } = addNewPayment(ledger, fresh, occasion)
  return acceptedReply([
    ['payment_id', paymentId],
    ['trading_id', tradingId],
  ])
}
