// The texts of `paygent doctor`: the line's name, what was found, what mends it.
import type { Facts } from '../jobs/doctor/finding.js'
import { grouped, yen } from '../text/numbers.js'
import { safe } from '../text/width.js'
import { SHOP_DATA } from './doctor-shop.js'
import type { DoctorTexts } from './doctor-texts.js'

const CHECKS: DoctorTexts['checks'] = {
  configuration: 'settings',
  environment: 'environment',
  'tls-check': 'server check',
  'cut-off': 'cut-off',
  permissions: 'permissions',
  mirror: 'mirror',
  'machine-state': 'machine state',
  journal: 'journal',
  'open-work': 'open work',
  shop: 'shop database',
  'shop-line': 'shop encryption',
  'shop-rights': 'shop rights',
  'shop-data': 'shop data',
  login: 'login settings',
  'client-certificate': 'client certificate',
  'ca-certificate': 'CA certificate',
  'server-certificate': 'server certificate',
  proxy: 'proxy',
  connection: 'connection, login',
  clock: 'clock',
  'keep-alive': 'keep-alive',
}

const TRAIL = {
  changed: 'has been changed',
  swapped: 'has been swapped',
  missing: 'is missing',
} as const satisfies Record<Facts['trail-broken']['problem'], string>

const some = (count: number, one: string, many: string): string =>
  count === 1 ? `There is 1 ${one}.` : `There are ${grouped(count)} ${many}.`
const off = (seconds: number): string =>
  `The clock of this machine is ${grouped(Math.abs(seconds))} s ${seconds > 0 ? 'behind' : 'ahead of'} Paygent's.`
const SET_CLOCK = 'Set the clock (for example "timedatectl set-ntp true").'

const SHOWN = 5
const listed = (names: readonly string[]): string => {
  const rest = names.length - SHOWN
  return `${names.slice(0, SHOWN).map(safe).join('; ')}${rest > 0 ? `; and ${grouped(rest)} more` : ''}`
}
const BY_THE_PAGE = 'Make a user by the statements of docs/shop-database.md, or take these rights from this one.'

export const DOCTOR_EN: DoctorTexts = {
  checks: CHECKS,
  uncertain: 'Environment: not known - the settings are wrong',
  sum: (mark, count) => `${mark} ${count}`,
  sentences: {
    'not-checked': ({ because }) => [
      'Not checked.',
      `Mend "${CHECKS[because]}" first, then run "paygent doctor" again.`,
    ],
    'settings-valid': ({ envFile }) => [
      `Every setting is valid (${envFile === null ? 'environment only' : `environment and ${safe(envFile)}`}).`,
      null,
    ],
    environment: ({ environment, endpoint }) => [
      `${safe(environment)} (${endpoint === null ? 'inside the command' : safe(endpoint)})`,
      null,
    ],
    'tls-checked': () => ["The server's certificate and host name are always verified.", null],
    'cut-off': ({ cutOff }) => [`Sales of the day count until ${cutOff} (Japan time).`, null],
    'cut-off-late': ({ cutOff, line }) => [
      `${cutOff} is later than docomo's line, ${line}.`,
      `Set PAYGENT_CUTOFF=${line}.`,
    ],
    'file-private': ({ path }) => [`${safe(path)} is for its user alone.`, null],
    'file-plain': ({ path }) => [`${safe(path)} holds no secret, and others cannot change it.`, null],
    'file-shared': ({ path }) => [`${safe(path)} is shared with its group.`, null],
    'file-new': ({ path }) => [`${safe(path)} is not there yet; it can be made.`, null],
    'file-readable': ({ path, mode }) => [`Others can read ${safe(path)} (${mode}).`, `Run: chmod 600 ${safe(path)}`],
    'file-writable': ({ path, mode }) => [`Others can change ${safe(path)} (${mode}).`, `Run: chmod 600 ${safe(path)}`],
    'file-locked': ({ path, access }) => [
      `There is no permission to ${access} ${safe(path)}.`,
      `Run "chmod u+${access === 'read' ? 'r' : 'w'} ${safe(path)}", or see to its owner.`,
    ],
    'mirror-sound': ({ path, orders, version }) => [
      `${safe(path)} is sound (${grouped(orders)} orders, schema ${version}).`,
      null,
    ],
    'mirror-damaged': ({ path, problems }) => [
      `${safe(path)} is damaged: ${problems.map(safe).join(', ')}`,
      'Send nothing; put back a copy made by "paygent backup" and run "paygent reconcile --audit --yes".',
    ],
    'mirror-in-container': ({ path }) => [
      `The mirror is on the container's own disk (overlayfs): ${safe(path)}. It is lost with the container.`,
      'Move it to a volume and name it with --db or PAYGENT_DB; the same goes for PAYGENT_STATE_DIR.',
    ],
    'stamp-fits': ({ environment, merchantId }) => [
      `It belongs to ${safe(environment)}, merchant ${safe(merchantId)}.`,
      null,
    ],
    'stamp-unchecked': () => [
      'Whose it is was not checked: the settings do not say.',
      'Set PAYGENT_ENVIRONMENT and PAYGENT_MERCHANT_ID, then run "paygent doctor" again.',
    ],
    'state-known': ({ path }) => [`This machine knows the mirror as its newest (${safe(path)}).`, null],
    'state-new': () => ['The mirror has no run yet; its first use enters it on this machine.', null],
    durable: () => ['Everything is on the disk before it is sent (WAL, synchronous=FULL).', null],
    'not-durable': ({ journalMode, synchronous }) => [
      `Writes are not sure to last (journal_mode=${safe(journalMode)}, synchronous=${synchronous}).`,
      'Install paygent anew (npm ci). Send nothing until then.',
    ],
    'trail-whole': ({ entries }) => [
      `The audit log is whole and unchanged (${grouped(entries)} entries). Orders and requests are not compared with it here: "paygent runs --verify" does that.`,
      null,
    ],
    'trail-broken': ({ seq, problem }) => [
      `Entry ${seq} of the audit trail ${TRAIL[problem]}.`,
      'Send nothing, keep the mirror as it is and tell your administrator.',
    ],
    'nothing-open': () => ['No order and no result waits for anybody.', null],
    'run-open': ({ id, user, host, since }) => [
      `Run #${id} is booked as running (${safe(user)}@${safe(host)}, since ${since}).`,
      'If it is not, the next run or "paygent reconcile" books it as interrupted.',
    ],
    'attempts-open': ({ count }) => [
      some(count, 'request whose outcome is open', 'requests whose outcome is open'),
      'Run "paygent reconcile".',
    ],
    attention: ({ count }) => [
      some(count, 'order that needs a person', 'orders that need a person'),
      'Look at "paygent orders", and close them by "paygent settle".',
    ],
    conflicts: ({ count }) => [some(count, 'order in conflict', 'orders in conflict'), 'Run "paygent reconcile".'],
    unacknowledged: ({ count }) => [
      some(count, 'result that nobody has looked at', 'results that nobody has looked at'),
      'Look at "paygent runs", and close them by "paygent runs ack <id>".',
    ],
    untold: ({ count }) => [
      some(count, 'order whose result the shop has not been told', 'orders whose results the shop has not been told'),
      'Run "paygent push"; it says what stands in the way.',
    ],
    'statuses-waiting': ({ count, yen: sum, setting }) => [
      `${grouped(count)} ${count === 1 ? 'order is' : 'orders are'} left out of bulk and nightly runs, as their order status has no meaning yet (${yen(sum, 'en')}).`,
      `Choose sell, cancelled, unfinished or hold for each and set PAYGENT_STATUSES="${safe(setting)}"`,
    ],
    'shop-none': () => ['No database of the shop is configured; orders come from CSV files.', null],
    'shop-connected': ({ name }) => [`${safe(name)} can be read.`, null],
    'shop-tls': () => ["Encrypted (TLS); the server's certificate and host name are verified.", null],
    'shop-local': () => ['The database is on this machine; nothing crosses a network.', null],
    'shop-clear': ({ place }) => [
      `Password and customers' names cross the network in clear (${safe(place)}).`,
      'Put ?ca=<CA certificate> or ?tls=on in the place of ?tls=off in PAYGENT_SHOP_DATABASE.',
    ],
    'rights-right': () => ['The user may do what is needed, and nothing else.', null],
    'rights-lacking': ({ rights }) => [
      `The user lacks: ${listed(rights)}`,
      'Run the GRANT statements of docs/shop-database.md.',
    ],
    'rights-login': ({ rights }) => [
      `The user can read the merchant's login at Paygent: ${listed(rights)}`,
      BY_THE_PAGE,
    ],
    'rights-beyond': ({ rights }) => [`The user can change more than is needed: ${listed(rights)}`, BY_THE_PAGE],
    'rights-wide': ({ rights }) => [`The user can see more than is needed: ${listed(rights)}`, BY_THE_PAGE],
    'rights-useful': ({ rights }) => [
      `The shop's own names of order statuses cannot be read, and the standard ones are used: ${listed(rights)}`,
      'Grant it as docs/shop-database.md has it.',
    ],
    'rights-unclear': ({ count }) => [
      `${some(count, 'right that was not understood', 'rights that were not understood')}`,
      'Compare what "SHOW GRANTS" says with docs/shop-database.md.',
    ],
    ...SHOP_DATA.en,
    'login-complete': ({ merchantId }) => [`The login of merchant ${safe(merchantId)} is complete.`, null],
    'login-of-simulator': () => ["The embedded simulator's own login and certificates are used.", null],
    'key-fits': ({ path }) => [`The key in ${safe(path)} fits the certificate; the pass phrase opens it.`, null],
    'certificate-good': ({ date, days }) => [`Good until ${date} (${grouped(days)} days left).`, null],
    'certificate-ending': ({ date, days }) => [
      `It ends on ${date} (${days} days left).`,
      'Get a new certificate and put it in place before then.',
    ],
    'certificate-ended': ({ date }) => [`It ended on ${date}.`, 'Get a new certificate and put it in place.'],
    'certificate-not-yet': ({ date }) => [
      `It is not good before ${date}.`,
      "Check this machine's clock, and that it is the right file.",
    ],
    'no-proxy': () => ['No proxy on the way.', null],
    proxy: ({ host }) => [`Connections go through ${safe(host)}.`, null],
    connected: ({ endpoint }) => [
      `${safe(endpoint)} answered and took the login (inquiry 094 about no payment, changes nothing).`,
      null,
    ],
    'answered-otherwise': ({ code, detail }) => [
      `Connected, but the test was answered with ${safe(code)}${detail === '' ? '' : ` (${safe(detail)})`}.`,
      'Run "paygent doctor" again later; if it stays, ask Paygent about this code.',
    ],
    'clock-right': () => ["The clock agrees with Paygent's (within 5 s).", null],
    'clock-off': ({ seconds }) => [off(seconds), SET_CLOCK],
    'clock-wrong': ({ seconds }) => [off(seconds), `${SET_CLOCK} Send nothing until then.`],
    'clock-untold': () => [
      "Paygent's answer tells no time, so the clock cannot be compared.",
      'See that the clock of this machine is right (for example "timedatectl").',
    ],
    'kept-open': () => ['Paygent keeps the connection open: one serves the whole batch.', null],
    'kept-though-off': () => [
      'Paygent keeps the connection open, but each request makes its own (PAYGENT_KEEPALIVE=off).',
      null,
    ],
    'closed-by-gateway': () => ['Paygent closes the connection after each request.', 'Set PAYGENT_KEEPALIVE=off.'],
    'closed-as-set': () => [
      'Each request makes its own connection (PAYGENT_KEEPALIVE=off), and Paygent closes it after each.',
      null,
    ],
  },
}
