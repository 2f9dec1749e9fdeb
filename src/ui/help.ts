// The texts of --help in both languages; page 3.1.
import { HELP_EN } from './help-en.js'
import { HELP_JA, type HelpKey } from './help-ja.js'
import type { Lang } from './screen.js'

export type { HelpKey }

const TEXTS = { ja: HELP_JA, en: HELP_EN } as const

export const helpText = (key: HelpKey, lang: Lang): string => TEXTS[lang][key]

/** What stands under the help of a command, ready to be typed. */
export const EXAMPLES = {
  program: ['paygent import orders.csv', 'paygent orders --for sale', 'paygent bulk-sale --orders 852,853'],
  orders: [
    'paygent orders --for sale --method docomo,au',
    'paygent orders --from 2026-11-01 --format csv > orders.csv',
  ],
  'bulk-sale': [
    'paygent bulk-sale',
    'paygent bulk-sale --orders 852,853',
    'paygent bulk-sale --all --shipped --dry-run',
    'paygent bulk-sale --all --shipped --yes --until 20:55 --max-orders 200',
  ],
  'bulk-cancel': [
    'paygent bulk-cancel',
    'paygent bulk-cancel --orders 864',
    'paygent bulk-cancel --all --to 2026-10-31',
  ],
  status: ['paygent', 'paygent status --format json'],
  sale: ['paygent sale 853'],
  cancel: ['paygent cancel 864'],
  amend: ['paygent amend 853 --total 1000', 'paygent amend 853 --undo'],
  show: ['paygent show 853'],
  reconcile: [
    'paygent reconcile',
    'paygent reconcile --orders 852',
    'paygent reconcile --audit',
    'paygent reconcile --audit --days 90',
  ],
  settle: [
    'paygent settle 852 --payment-id 1000852001',
    'paygent settle 852 --as cancelled --note "cancelled in Paygent Online, 11/26 Yamada"',
  ],
  pull: ['paygent pull'],
  push: ['paygent push --dry-run', 'paygent push'],
  sync: ['paygent sync', 'paygent sync --limit 200'],
  nightly: ['paygent nightly', 'paygent nightly --quiet --max-orders 300 --max-amount 3000000'],
  runs: [
    'paygent runs',
    'paygent runs show 7',
    'paygent runs ack 7 8',
    'paygent runs ack --all',
    'paygent runs --verify',
  ],
  import: [
    'paygent import orders.csv',
    "paygent import orders.csv --method-name 'Card=credit'",
    'paygent import order.csv --status-name 8=返品',
  ],
  export: ['paygent export > orders.csv', 'paygent export --encoding sjis > orders.csv'],
  backup: ['paygent backup paygent-backup.db', 'paygent backup "/var/backups/paygent-$(date +%F).db" --quiet'],
  purge: ['paygent purge --before 2025-04-01 --dry-run', 'paygent purge --before 2025-04-01 --yes'],
  doctor: ['paygent doctor', 'paygent doctor --format json'],
  demo: ['paygent demo'],
  completion: [
    'source <(paygent completion bash)',
    'paygent completion zsh > "${fpath[1]}/_paygent"',
    'paygent completion fish > ~/.config/fish/completions/paygent.fish',
  ],
  simulator: ['paygent simulator --orders fixtures/manual-orders.csv', 'paygent simulator --port 4430 --latency 60'],
} as const satisfies Record<string, readonly string[]>
