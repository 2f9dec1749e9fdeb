// Errors in English: a batch that was not begun. How the templates are filled stands in error-template.ts.
import type { ErrorTemplate } from '../error-template.js'

export const BATCH_EN = {
  'answered-no': {
    message: 'Called off.',
    next: 'To go ahead, run the command again and answer yes.',
  },
  'count-mismatch': {
    message: 'The number typed[ ("{typed}")] is not the number of orders in the plan[ ({#count})].',
    next: 'Look at the plan and run it again.',
  },
  'number-mismatch': {
    message: 'The number that was typed[, "{typed}",] is not the order\'s[ ({order})].',
    next: 'Check the order number and run the command again.',
  },
  'deleted-unconfirmed': {
    message: 'Order {order} has been deleted in the shop, so that its number has to be typed to cancel it.',
    next: 'Run "paygent cancel {order} --include-cancelled" on a terminal.',
  },
  'too-many-orders': {
    message: 'There are more orders than allowed[: {#count}, limit {#limit}].',
    next: 'Narrow the selection or change --max-orders.',
  },
  'too-much-money': {
    message: 'The total is more than allowed[: ¥{#yen}, limit ¥{#limit}].',
    next: 'Narrow the selection or change --max-amount.',
  },
  'past-until': {
    message: 'The time limit[ of {until}] has passed.',
    next: 'Run it tomorrow or change --until.',
  },
  interrupted: {
    message: 'Interrupted.',
    next: 'Give the command again when you want it done.',
  },
  'clock-behind-journal': {
    message: "This machine's clock is behind the journal[ (journal {journal}, now {now})].",
    next: 'If the clock is wrong, set it. If it is right and was ahead once, run "paygent reconcile --audit --yes" to compare everything with Paygent.',
  },
  'clocks-apart': {
    message: 'This machine slept meanwhile, or its clock was changed.',
    next: 'Run it again. Amounts and statuses are asked anew.',
  },
  'another-run': {
    message: 'Another run[ ({command})] is active[: {user}@{host}][, since {since}][, {done}/{total} orders].',
    next: 'Wait until it has ended and run it again. Do not delete the .lock file: two runs could then send at once.',
  },
  'lock-lost': {
    message: 'Another program took the lock of the local data in mid-run[: {path}].',
    next: 'When every other run has ended, look up the results with "paygent reconcile". Do not delete the .lock file.',
  },
} as const satisfies Record<string, ErrorTemplate>
