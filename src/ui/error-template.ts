// The form of an error's text in every language. Whoever throws an AppError finds here which params its text mentions.
//
// `{name}`   the param; a list is joined with 、
// `{*name}`  a list, one line each
// `{#name}`  a number, grouped: 1,733
// `[...]`    left out unless all params in it are there, not '' and not an empty list
//
// | code | params (all optional in type; those without brackets below should be given) |
// |---|---|
// | bad-option | name, suggestion, problem: unknown, no-value, missing, excess |
// | unknown-command | name, suggestion |
// | bad-value | name or field, value, expected, bytes + limit |
// | options-contradict | first + second, or options: string[] |
// | unknown-orders | orders: string[]; more: how many are left out |
// | too-many-named | limit |
// | limits-needed | count, yen |
// | env-file-missing | path, problem |
// | file-too-open, file-exists | path |
// | setting-invalid | name, value, problem, expected (no value for a secret) |
// | setting-missing | name or names: string[] |
// | setting-needed-without-terminal | name |
// | endpoint-not-allowed | value or endpoint, environment, problem |
// | installation-broken | name (the package), problem, node (its version), here: linux-x64 |
// | log-misplaced | path |
// | log-unusable, log-unwritable | path, problem |
// | file-unreadable | path, problem, setting |
// | port-in-use | port |
// | mirror-missing, mirror-on-network, mirror-full | path, problem |
// | mirror-not-ours, mirror-unusable, mirror-damaged | path, problem |
// | mirror-newer | path, found, known |
// | mirror-behind, mirror-unknown, mirror-unrecorded, mirror-busy | path |
// | state-unrecorded | file, problem |
// | result-unwritable | problem; reader: gone, or place: check; run: what `runs show` takes, where there is one |
// | (any of the mirror's files) | opening: yes, where it was only being opened |
// | state-unusable, file-unwritable, backup-on-network, backup-failed | path, problem |
// | mirror-of-another-environment, mirror-of-another-merchant | path, found (the mirror's), wanted (the settings'), problem |
// | csv-bad | path, lines: string[] |
// | encoding-impossible | character, codePoint, field |
// | certificate-unusable | what: ca, client-certificate, client-key; problem |
// | passphrase-wrong | path, problem: missing, wrong |
// | server-not-verified, client-certificate-refused, login-refused, gateway-* | code, detail, phase, problem |
// | payment-unanswered, open-unanswered | order, code |
// | count-mismatch | typed, count |
// | number-mismatch, deleted-unconfirmed | order, typed |
// | too-many-orders | count, limit |
// | too-much-money | yen, limit |
// | past-until | until |
// | clock-behind-journal | journal, now |
// | another-run | command: of domain/holder.ts; host, user, since, done, total |

/** Templates; how they are filled stands above. */
export interface ErrorTemplate {
  readonly message: string
  readonly next: string
}
