// Names the checkers, each for a promise. They judge ledger and mirror, never the program's messages.

export const CHECKERS = {
  'one-holder': 'two programs hold the lock of one mirror (5.1.1)',
  'not-the-holder': 'a request leaves although another program has taken the lock since (5.1.1)',
  'one-in-flight': 'two requests that move money are in flight at once (5.1.1)',
  'intent-on-disk': 'a request leaves whose attempt no other handle can see in the journal (5.1.2)',
  'intent-lost': 'a request has gone out and the journal knows nothing of it any more (5.1.2)',
  'one-telegram-per-attempt': 'an attempt is sent twice (5.2)',
  'corrected-twice': 'a run sends a correction of an order a second time (5.2)',
  retried: 'a request is repeated where page 2.4 does not allow it',
  overtaking: 'a request leaves although the one before it on the order may still arrive in time (5.2)',
  'sent-in-the-dark':
    'a request leaves before an inquiry about an earlier one, or after silence about all of them (5.2)',
  fenced: 'a request leaves for an order with an open attempt, attention or a conflict (5.1.4)',
  held: 'a request leaves for an order that a person had put on hold before its intent was written',
  'hold-lost': 'a hold is gone, or there, and no person did that',
  'called-off': 'a request leaves for an order that the shop had called off before its intent was written',
  'not-chosen': 'a request leaves for an order that the filters of its run no longer find',
  'too-late': 'a request leaves at or after the cut-off of its run (3.1)',
  'over-the-limit': 'a night begins a sale of more orders than it may sell (3.1)',
  unasked: 'a cancel or a correction leaves more than 60 s after Paygent was asked with the lock held',
  'old-amount': 'a plain sale captures an amount that Paygent told more than 12 hours ago',
  slept: 'a request leaves although the machine slept after its plan was made',
  'stale-plan': 'what is sent is not what mirror and confirmed plan say at that moment (5.1.7)',
  'opposite-too-soon': 'the opposite request leaves within 24 hours of one that was not processed (5.2)',
  amount: 'another amount is captured than the confirmed plan says (5.1.7)',
  'captured-twice': 'an order is charged by two payments and the mirror does not say so (5.1.5)',
  'booked-unasked': 'an error is booked before Paygent has been asked (2.4)',
  'false-acceptance': 'something is called accepted that Paygent has not done (5.1.6)',
  lied: 'something is called rejected, unsent or not processed that has moved money (5.1.6)',
  'settled-too-early': 'something is called not processed before the settle time is over (5.2)',
  books: 'the mirror is not what Paygent says (5.1.5)',
  'not-left-undone': 'a rest is sent of an order that its run did not leave undone',
  'not-its-sale': 'an undo cancels something else than its run has sold',
  'plan-twice': 'two runs send one plan file',
  'plan-old': 'a run of a plan file begins more than a day after it was written',
  'plan-same-person': 'a plan file is sent by its author, who did not say so',
  unapproved: 'a run of a plan file begins with other requests than the file has, as it was written',
  audited: 'the mirror is not what Paygent says although all of it was compared (5.1.5)',
  synced: 'an order that is not finished is not what Paygent says although a sync has come to its end (2.5)',
  'notice-lost': 'a notice that Paygent has given is not in the mirror, or is called gone (2.5)',
  money: 'the sums of the runs are not the money that our requests have moved at Paygent (1.9)',
  amended: 'a total is changed while something is open, or is not what was asked for, or the shop’s does not come back',
  'against-paygent': 'a person’s word is taken that Paygent contradicts (5.2)',
  unnamed: 'a request leaves for one of several payments that nobody has named (5.1.7)',
  'not-asked-after':
    'a carrier’s accepted cancel or a refund is not asked about, so nobody knows what it has done (1.8)',
  'asks-beside-money': 'an inquiry of the same process is under way beside a request that moves money',
  'odd-order': 'one order of which Paygent says nothing stops the others (3.1)',
  'left-open': 'an attempt is still open although Paygent would tell (5.2)',
  trail: 'the audit trail does not verify, or the tables are not what it says (5.4)',
  'shop-unlocked': 'a request leaves although the connection that looks at the orders does not hold the shop’s lock',
  'shop-called-off':
    'a request leaves although the shop’s row, as the last look gave it, is called off, or is not as it was read',
  'shop-invented': 'something is written into the shop that the journal does not call accepted or refused',
  'shop-lost': 'the mirror calls something told that never stood in the shop, or a push leaves out what it could write',
  'shop-stops': 'a row that cannot be written keeps a push from the others',
  hangs: 'a start of the program waits for ever, or longer than its time-outs allow',
  'program-fault': 'the program ends with a fault of its own',
} as const satisfies Record<string, string>
export type Checker = keyof typeof CHECKERS

export interface Breach {
  readonly checker: Checker
  readonly what: string
}
