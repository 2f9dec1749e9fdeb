// Errors and next steps in English. How the templates are filled, and with what, stands in errors-ja.ts.
import type { ErrorCode } from '../errors.js'
import type { ErrorTemplate } from './error-template.js'

const FAULT = '[ ({code})][ Detail: {detail}.][ Phase: {phase}.][ Cause: {problem}.]'

export const ERRORS_EN = {
  'bad-option': {
    message: 'The option[ {name}] is not valid.[ {problem}.][ Did you mean {suggestion}?]',
    next: '"paygent help" shows the usage.',
  },
  'unknown-command': {
    message: 'There is no command {name}.[ Did you mean {suggestion}?]',
    next: '"paygent help" lists the commands.',
  },
  'bad-value': {
    message: 'The value[ "{value}"][ of {name}][ of {field}] is not valid.[ ({bytes} bytes, at most {limit})]',
    next: '[Give {expected}. ]"paygent help" shows the usage.',
  },
  'options-contradict': {
    message: 'Some options exclude each other[: {options}][: {first} and {second}].',
    next: 'Give only one of them.',
  },
  'no-orders-named': {
    message: 'No orders are named.',
    next: 'Name them, as in --orders 852,853, or give --all.',
  },
  'unknown-orders': {
    message: 'These orders are not known: {orders}',
    next: '"paygent orders" lists the order numbers; new ones come with "paygent import" or "paygent pull".',
  },
  'filter-needed': {
    message: 'Cancelling with --all needs a filter.',
    next: 'Give one of --from, --to, --method, --search.',
  },
  'no-terminal': {
    message: 'There is no terminal to ask on.',
    next: 'Add --yes to run without the question; --dry-run shows the plan first.',
  },
  'limits-needed': {
    message: 'The plan is above the limits that need a confirmation in production[: {#count} orders][, ¥{#yen}].',
    next: 'Without a terminal, give both --max-orders and --max-amount.',
  },
  'env-file-missing': {
    message: 'The settings file does not exist: {path}[ ({problem})]',
    next: 'Check the path given with --env-file; .env.example is a model.',
  },
  'setting-invalid': {
    message: 'The value[ "{value}"] of the setting {name} is not valid.[ {problem}][ (allowed: {expected})]',
    next: 'Correct {name}; .env.example explains it.',
  },
  'setting-missing': {
    message: 'Settings are missing[: {name}][: {names}].',
    next: 'Set them in the environment or in .env; .env.example explains them.',
  },
  'setting-needed-without-terminal': {
    message: 'Without a terminal the setting {name} is needed.',
    next: 'Set {name} in the environment, in .env or with --env-file.',
  },
  'endpoint-not-allowed': {
    message: 'PAYGENT_ENDPOINT[ "{value}"][ "{endpoint}"] cannot be used[ (environment: {environment})].[ {problem}]',
    next: 'It is for the simulator only, and for a URL on this machine (127.0.0.1).',
  },
  'tls-check-disabled': {
    message: 'NODE_TLS_REJECT_UNAUTHORIZED=0 is set, so the other side cannot be verified.',
    next: 'Unset it and run again.',
  },
  'file-unreadable': {
    message: 'The file cannot be read: {path}[ ({problem})][ (setting: {setting})]',
    next: 'Check the path and the permission to read it.',
  },
  'file-too-open': {
    message: 'Others can read a file that holds a secret: {path}',
    next: 'Run: chmod 600 {path}',
  },
  'file-exists': {
    message: 'The file is there already: {path}. It was not overwritten.',
    next: 'Give another name or move the old file.',
  },
  'port-in-use': {
    message: 'Another program uses the port[ {port}]. The simulator was not started.',
    next: 'Give another one with --port.',
  },
  'mirror-missing': {
    message: 'There is no mirror of the orders: {path}[ ({problem})]',
    next: 'Make it with "paygent import <csv>" or "paygent pull", or name another one with --db or PAYGENT_DB.',
  },
  'mirror-not-ours': {
    message: 'This file is not a mirror made by paygent: {path}[ ({problem})]',
    next: 'Check --db or PAYGENT_DB.',
  },
  'mirror-newer': {
    message: 'The mirror was made by a newer paygent: {path}[ (version {found}, this program knows {known})]',
    next: 'Update paygent.',
  },
  'mirror-unusable': {
    message: 'The mirror cannot be used: {path}[ ({problem})]',
    next: 'Check disk and permissions. If it is damaged, put back a copy made by "paygent backup" and run "paygent reconcile --audit".',
  },
  'mirror-on-network': {
    message:
      'The mirror is on a network disk: {path}[ ({problem})]. The lock against sending twice does not work there.',
    next: 'Move it to a disk of this machine and name it with --db or PAYGENT_DB.',
  },
  'ledger-unusable': {
    message: "The simulator's ledger cannot be used: {path}[ ({problem})]",
    next: 'Name another file with --state, or move this one away; a new one is made at the next start.',
  },
  'csv-bad': {
    message: 'The CSV has bad lines: {path}{*lines}\nNothing was imported.',
    next: 'Correct these lines and import it again.',
  },
  'encoding-impossible': {
    message:
      'The character[ "{character}"][ ({codePoint})] cannot be sent in Windows-31J[ (field: {field})]. This request was not sent.',
    next: 'Replace it by a character that Windows-31J has.',
  },
  'unknown-run': {
    message: 'There is no run {id}.',
    next: '"paygent runs" shows the numbers.',
  },
  'total-from-shop': {
    message: "The shop's database is configured, so totals cannot be changed here.",
    next: 'Change the order in EC-CUBE.',
  },
  'certificate-unusable': {
    message: 'The certificate cannot be used[: {what}][ ({problem})].',
    next: 'Check PAYGENT_CLIENT_CERT and PAYGENT_CA_CERT; "paygent doctor" shows their dates.',
  },
  'passphrase-wrong': {
    message: 'The pass phrase of the client certificate does not open it[: {path}].[ {problem}.]',
    next: 'Check PAYGENT_CLIENT_CERT_PASSPHRASE.',
  },
  'server-not-verified': {
    message: `The other side could not be verified to be Paygent.${FAULT}`,
    next: 'Check PAYGENT_CA_CERT and any proxy in between, and do not send until it is verified.',
  },
  'client-certificate-refused': {
    message: `The client certificate was refused.${FAULT}`,
    next: 'Check its dates and that it belongs to this environment; "paygent doctor" helps.',
  },
  'login-refused': {
    message: `Paygent refused the login.${FAULT}`,
    next: 'Check merchant id, connect id, password and the address you connect from; "paygent doctor" helps.',
  },
  'gateway-closed': {
    message: `Paygent is closed (maintenance or the like).${FAULT}`,
    next: 'Run it again once it is open.',
  },
  'gateway-unreachable': {
    message: `Paygent cannot be reached.${FAULT}`,
    next: 'Check the network and the proxy (PAYGENT_PROXY), then run it again.',
  },
  'gateway-not-understood': {
    message: `Paygent's answer could not be understood.${FAULT}`,
    next: 'Run it again after a while; if it goes on, show the log to your administrator.',
  },
  'answered-no': {
    message: 'Called off.',
    next: 'To go ahead, run the command again and answer yes.',
  },
  'count-mismatch': {
    message: 'The number typed[ ("{typed}")] is not the number of orders in the plan[ ({#count})].',
    next: 'Look at the plan and run it again.',
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
    next: 'Set the clock and run it again.',
  },
  'mirror-full': {
    message: 'The disk is full; nothing can be recorded[: {path}][ ({problem})].',
    next: 'Make room and run "paygent reconcile" before going on.',
  },
  'another-run': {
    message: 'Another run is active[: {user}@{host}][, since {since}][, {done}/{total} orders].',
    next: 'Wait until it has ended and run it again.',
  },
  'mirror-of-another-environment': {
    message: 'The mirror belongs to another environment: {path}[ (mirror: {found}, settings: {wanted})][ {problem}]',
    next: 'Make PAYGENT_ENVIRONMENT or PAYGENT_DB fit. After moving or restoring it run "paygent reconcile --audit --yes".',
  },
  'mirror-of-another-merchant': {
    message: 'The mirror belongs to another merchant: {path}[ (mirror: {found}, settings: {wanted})][ {problem}]',
    next: 'Make PAYGENT_MERCHANT_ID or PAYGENT_DB fit.',
  },
} as const satisfies Record<ErrorCode, ErrorTemplate>
