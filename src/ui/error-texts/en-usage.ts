// Errors in English: wrong usage and settings. How the templates are filled stands in error-template.ts.
import type { ErrorTemplate } from '../error-template.js'

export const USAGE_EN = {
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
    message: 'These orders are not known: {orders}[ and {#more} more]',
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
    next: 'Check the path given with --settings; .env.example is a model.',
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
    next: 'Set {name} in the environment, in .env or with --settings.',
  },
  'endpoint-not-allowed': {
    message: 'PAYGENT_ENDPOINT[ "{value}"][ "{endpoint}"] cannot be used[ (environment: {environment})].[ {problem}]',
    next: 'It is for the simulator only, and for a URL on this machine (127.0.0.1).',
  },
  'tls-check-disabled': {
    message: 'NODE_TLS_REJECT_UNAUTHORIZED=0 is set, so the other side cannot be verified.',
    next: 'Unset it and run again.',
  },
  'installation-broken': {
    message: 'A part of the program cannot be loaded[: {name}][ ({problem}, Node.js {node}, {here})].',
    next: 'Install paygent again (npm install -g ./paygent-*.tgz; from its sources: npm ci).',
  },
  'tls-keys-logged': {
    message: "Node's option --tls-keylog is set, so the keys of the connection would be written to a file.",
    next: 'Take --tls-keylog out of NODE_OPTIONS and run again.',
  },
  'log-misplaced': {
    message: 'PAYGENT_LOG names a file that is used for something else: {path}',
    next: 'Name another file with PAYGENT_LOG.',
  },
  'log-unusable': {
    message: 'The log cannot be opened: {path}[ ({problem})]',
    next: 'Check PAYGENT_LOG and the permission to write to its folder.',
  },
  'log-unwritable': {
    message: 'The log cannot be written: {path}[ ({problem})].',
    next: 'The command goes on. Check the room on the disk.',
  },
  'too-many-named': {
    message: 'Too many orders are named with --orders (at most {#limit} at once).',
    next: 'Name them in several goes, or take --all with filters.',
  },
  'total-from-shop': {
    message: "The shop's database is configured, so totals cannot be changed here.",
    next: 'Change the order in EC-CUBE.',
  },
  'unknown-run': {
    message: 'There is no run {id}.',
    next: '"paygent runs" shows the numbers.',
  },
} as const satisfies Record<string, ErrorTemplate>
