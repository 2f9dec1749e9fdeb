// Why nothing is sent, and what to do next.
import type { ReasonFacts, ReasonTexts } from './reason-facts.js'
import type { StatusGroup } from './status-names.js'

const NEXT_BY_STATUS = {
  authorised: 'This method takes no such request in this state (carrier table of the manual). Use Paygent Online.',
  sold: 'It is sold already, so this request cannot be sent. If no other request can be, use Paygent Online.',
  cancelled: 'It is cancelled already. Nothing more can be done.',
  expired: 'The authorisation has expired. The customer has to pay again.',
  'in-transit': 'A request is under way. Run "paygent reconcile" after a while.',
  'sale-pending': 'Its sale is pending or impossible. Look at it in Paygent Online.',
  never: 'It was never authorised. Check whether the customer finished paying.',
  unnamed: 'No request can be sent in this state. Look at it in Paygent Online.',
} as const satisfies Record<StatusGroup, string>

const SELL_IN_FULL = 'put the total back and sell in full, or correct it in Paygent Online (ペイジェントオンライン).'

function notPermitted({ about, held, method }: ReasonFacts): string {
  if (about === 'zero-total')
    return 'The total is 0 yen, which cannot be sold. Cancel the payment instead (paygent cancel).'
  if (about === 'once') return `${method} can be corrected once only, and it has been. Use Paygent Online.`
  const from = held === null ? '' : ` (held: ${held})`
  return `${method} takes no corrected sale in this state${from}: ${SELL_IN_FULL}`
}

function impossible({ about, total }: ReasonFacts): string {
  switch (about) {
    case '2014':
      return `3-D Secure payments cannot be corrected (2014): ${SELL_IN_FULL}`
    case 'P029':
      return `The contract does not include corrected sales (P029): ${SELL_IN_FULL}`
    case '2013':
      return `Paygent refused a correction to ${total} (2013): choose another total, ${SELL_IN_FULL}`
    default:
      return `Paygent refused to correct this payment${about === null ? '' : ` (${about})`}: ${SELL_IN_FULL}`
  }
}

function calledOff({ about }: ReasonFacts): string {
  if (about === 'unfinished') return 'The customer has not finished this order. Import it again once that is done.'
  const status = about === null ? 'cancelled or returned' : `"${about}" in the shop`
  return `The order is ${status}. To send it all the same, name it with --orders and add --include-cancelled.`
}

const several = (orderId: string): string =>
  `Paygent has several payments under the trading id (13002). Look up which one is this order's, then paygent settle ${orderId} --payment-id ‹payment id›.`

export const REASONS_EN = {
  reasons: {
    'no-payment': ({ about }) =>
      about === null
        ? 'The order has neither a payment id nor a trading id. Import its payment id first.'
        : about === 'trading_id'
          ? 'Paygent has the payment under another trading id. Check payment id and trading id and import the right ones.'
          : `Paygent knows no single payment for this order (${about}). Check payment id and trading id and import the right ones.`,
    'no-answer': ({ about, orderId }) =>
      `Paygent gave no answer about this order alone${about === null ? '' : ` (${about})`}. Run it again after a while; if it goes on, look up the payment of "paygent show ${orderId}" in Paygent Online.`,
    status: ({ status, group }) => `${status === null ? '' : `The payment is at ${status}. `}${NEXT_BY_STATUS[group]}`,
    higher: ({ total, held }) =>
      `The total of ${total} is above the held amount${held === null ? '' : ` of ${held}`}; it can only be lowered. Lower the total, or have the difference paid separately.`,
    'correction-not-permitted': notPermitted,
    'correction-in-bulk': ({ orderId }) =>
      `A sale already made is not corrected in bulk. Send it by itself: paygent sale ${orderId}.`,
    'correction-impossible': impossible,
    'in-transit': ({ status, orderId }) =>
      `${status === null ? 'An earlier request is still under way at Paygent.' : `The payment is at ${status}, which is in transit.`} Run "paygent reconcile" after a while and look at "paygent show ${orderId}".`,
    'change-in-shop': () =>
      'A change of this payment is under way in the shop. Finish it in EC-CUBE, then import again.',
    'open-attempt': ({ orderId }) =>
      `The result of an earlier request is still open. Settle it: paygent reconcile --orders ${orderId}.`,
    attention: ({ orderId, about }) =>
      about === '13002'
        ? several(orderId)
        : `A person must look at this order: see "paygent show ${orderId}", then close it with "paygent settle ${orderId}".`,
    conflict: ({ orderId }) =>
      `EC-CUBE and the local data show a mismatch. Run paygent reconcile --orders ${orderId}; if it stays, correct the order in EC-CUBE and import it again, or run paygent settle ${orderId}.`,
    'cancelled-order': calledOff,
    'opposite-too-soon': () =>
      'The opposite request (sale or cancel) was found not processed less than 24 hours ago and may still arrive late. Wait until then, or add --after-unknown once you are sure.',
    already: ({ status }) => `It is done already${status === null ? '' : ` (${status})`}. There is nothing to do.`,
    changed: ({ orderId }) =>
      `The order or its payment changed after the plan was confirmed. Look at "paygent show ${orderId}" and run it again.`,
    'not-contracted': ({ method, about }) =>
      `This request is not in the contract for ${method}${about === null ? '' : ` (${about})`}. Check the contract with Paygent.`,
    'duplicate-payment': ({ about }) =>
      `Another order has the same payment id${about === null ? '' : ` (${about})`}. Correct the payment id in the imported data.`,
    'unknown-status': () =>
      'The order status (対応状況) has no meaning yet, or is on hold. Named by its number the order may be sent. Say what the status means in PAYGENT_STATUSES.',
  },
  missing: {
    payment: 'The payment id is not known yet. Paygent will be asked when the plan is prepared.',
    carrier: 'The carrier is not known yet. Paygent will be asked when the plan is prepared.',
    status: 'The payment status is not known yet. Paygent will be asked when the plan is prepared.',
    'held-amount': 'The held amount is not known yet. Paygent will be asked when the plan is prepared.',
  },
} as const satisfies ReasonTexts
