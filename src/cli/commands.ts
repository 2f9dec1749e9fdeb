// Holds the table of commands: their names, arguments, options and the file that runs each. Commander's tree, --help
// and the completion are made from it (docs/interface.md#commands). It loads no command, so that --help appears at
// once.
import type { Operation } from '../domain/order.js'
import { SHELLS } from '../text/shells.js'
import type { EXAMPLES, HelpKey } from '../ui/help.js'
import type { BulkOptions } from './batch-options.js'
import type { Cli } from './context.js'

/** Runs a command with its options (the common ones among them) and its arguments. Returns the exit code. */
export type Work = (options: never, cli: Cli, ...args: readonly string[]) => number | Promise<number>

interface ArgumentRow {
  /** In commander's notation: `<order>`, `[id...]`. */
  readonly name: string
  readonly help: HelpKey
  readonly choices?: readonly string[]
}

export interface OptionRow {
  /** In commander's notation: `--limit <n>`. */
  readonly flags: string
  readonly help: HelpKey
  readonly choices?: readonly string[]
  /** The value of an option that is not given. */
  readonly fallback?: string
  /** An option that may be given several times; its value is a list. */
  readonly repeats?: true
}

export interface CommandRow<Name extends string> {
  readonly name: Name
  readonly help: HelpKey
  readonly argument?: ArgumentRow
  readonly options?: readonly OptionRow[]
  /** Its result may be a page, `--format html`. */
  readonly page?: true
  /** Commands below this one: `runs show`. */
  readonly below?: readonly CommandRow<string>[]
  /** Loads the command. */
  run(): Promise<Work>
}

const ORDER: ArgumentRow = { name: '<order>', help: 'order' }

const FILTERS: readonly OptionRow[] = [
  { flags: '--method <methods>', help: 'method' },
  { flags: '--from <date>', help: 'from' },
  { flags: '--to <date>', help: 'to' },
  { flags: '--search <text>', help: 'search' },
  { flags: '--shipped', help: 'shipped' },
]

const ORDERS: OptionRow = { flags: '--orders <numbers>', help: 'ordersOption', repeats: true }
const LIMIT: OptionRow = { flags: '--limit <n>', help: 'limit' }
const LIMIT_SYNC: OptionRow = { flags: '--limit <count>', help: 'limitSync' }
const STOP_AFTER: OptionRow = { flags: '--stop-after <n>', help: 'stopAfter', fallback: '3' }

const LIMITS: readonly OptionRow[] = [
  { flags: '--max-orders <n>', help: 'maxOrders' },
  { flags: '--max-amount <yen>', help: 'maxAmount' },
]

const ASKED: readonly OptionRow[] = [
  { flags: '--dry-run', help: 'dryRun' },
  { flags: '--yes', help: 'yes' },
  { flags: '--until <HH:MM>', help: 'until' },
  ...LIMITS,
]

/** A plan that is written by one person and sent by another. */
const PLANS: readonly OptionRow[] = [
  { flags: '--ask', help: 'ask' },
  { flags: '--out <file>', help: 'out' },
  { flags: '--plan <file>', help: 'plan' },
  { flags: '--same-person', help: 'samePerson' },
]

/** The result goes into a new file in the format that is asked for. */
const OUT_FILE: OptionRow = { flags: '--out <file>', help: 'outFile' }

const NO_WAIT: OptionRow = { flags: '--no-wait', help: 'noWait' }

const SHOP: readonly OptionRow[] = [
  NO_WAIT,
  { flags: '--no-pull', help: 'noPull' },
  { flags: '--no-push', help: 'noPush' },
]

const EXCEPTIONS: readonly OptionRow[] = [
  { flags: '--after-unknown', help: 'afterUnknown' },
  { flags: '--include-cancelled', help: 'includeCancelled' },
]

/** The runs that a batch may take up again. */
const PAST: Readonly<Record<Operation, readonly OptionRow[]>> = {
  sale: [{ flags: '--rest <n>', help: 'rest' }],
  cancel: [
    { flags: '--rest <n>', help: 'rest' },
    { flags: '--undo <n>', help: 'undoRun' },
  ],
}

const bulk = <Name extends string>(name: Name, help: HelpKey, operation: Operation): CommandRow<Name> => ({
  name,
  help,
  options: [
    ORDERS,
    { flags: '--all', help: 'all' },
    ...PAST[operation],
    ...FILTERS,
    ...PLANS,
    ...ASKED,
    STOP_AFTER,
    ...SHOP,
    ...EXCEPTIONS,
  ],
  async run() {
    const { runBulk } = await import('./batch.js')
    return (options: BulkOptions, cli) => runBulk(operation, options, cli)
  },
})

/** A command for one order, sent as a batch is, with the options that only a person may use. */
const single = (operation: Operation): CommandRow<Operation> => ({
  name: operation,
  help: operation,
  argument: ORDER,
  options: [...ASKED, ...SHOP, ...EXCEPTIONS],
  async run() {
    const { runBulk } = await import('./batch.js')
    return (options: BulkOptions, cli, order = '') =>
      runBulk(operation, { ...options, orders: [order], stopAfter: '1', single: true }, cli)
  },
})

/** A sale of one order is lowered to the amount that is named: docs/rules.md#refunds. */
const REFUND: CommandRow<'refund'> = {
  name: 'refund',
  help: 'refund',
  argument: ORDER,
  options: [{ flags: '--to <yen>', help: 'refundTo' }, ...ASKED, ...SHOP, ...EXCEPTIONS],
  async run() {
    const { runBulk } = await import('./batch.js')
    return ({ to: refundTo = '', ...options }: BulkOptions, cli, order = '') =>
      runBulk('sale', { ...options, refundTo, orders: [order], stopAfter: '1', single: true }, cli)
  },
}

/** A report of a month, or of some days. */
const REPORT: CommandRow<'report'> = {
  name: 'report',
  help: 'report',
  options: [
    { flags: '--month <month>', help: 'reportMonth' },
    { flags: '--from <date>', help: 'reportFrom' },
    { flags: '--to <date>', help: 'reportTo' },
    OUT_FILE,
  ],
  page: true,
  run: async () => (await import('./commands/report.js')).runReport,
}

const RUNS: CommandRow<'runs'> = {
  name: 'runs',
  help: 'runs',
  options: [LIMIT, { flags: '--verify', help: 'verify' }],
  run: async () => (await import('./commands/runs.js')).runRuns,
  below: [
    {
      name: 'show',
      help: 'runsShow',
      argument: { name: '<id>', help: 'run' },
      options: [OUT_FILE],
      page: true,
      run: async () => (await import('./commands/runs.js')).runRunsShow,
    },
    {
      name: 'ack',
      help: 'runsAck',
      argument: { name: '[id...]', help: 'run' },
      options: [{ flags: '--all', help: 'allRuns' }],
      run: async () => (await import('./commands/runs.js')).runRunsAck,
    },
  ],
}

/** In the order of --help. */
export const COMMANDS: readonly CommandRow<keyof typeof EXAMPLES>[] = [
  {
    name: 'status',
    help: 'status',
    run: async () => {
      const [{ runStatus }, { measured }] = [await import('./commands/status.js'), await import('./metrics.js')]
      return (options, cli) => measured('status', options, cli, runStatus)
    },
  },
  {
    name: 'orders',
    help: 'orders',
    options: [
      ...FILTERS,
      { flags: '--for <request>', help: 'for', choices: ['sale', 'cancel'] },
      { flags: '--status <names>', help: 'orderStatus' },
      { flags: '--state <states>', help: 'paymentState' },
      { flags: '--sold-on <date>', help: 'soldOn' },
      { flags: '--expiring <days>', help: 'expiring' },
      { flags: '--sort <column>', help: 'sort', fallback: 'date' },
      { flags: '--reverse', help: 'reverse' },
      LIMIT,
      { flags: '--page <n>', help: 'page' },
    ],
    run: async () => (await import('./commands/orders.js')).runOrders,
  },
  { name: 'show', help: 'show', argument: ORDER, run: async () => (await import('./commands/show.js')).runShow },
  bulk('bulk-sale', 'bulkSale', 'sale'),
  bulk('bulk-cancel', 'bulkCancel', 'cancel'),
  single('sale'),
  single('cancel'),
  REFUND,
  {
    name: 'amend',
    help: 'amend',
    argument: ORDER,
    options: [
      { flags: '--total <yen>', help: 'total' },
      { flags: '--undo', help: 'undo' },
    ],
    run: async () => (await import('./commands/amend.js')).runAmend,
  },
  {
    name: 'hold',
    help: 'hold',
    argument: ORDER,
    options: [
      { flags: '--note <text>', help: 'holdNote' },
      { flags: '--undo', help: 'holdUndo' },
    ],
    run: async () => (await import('./commands/hold.js')).runHold,
  },
  {
    name: 'reconcile',
    help: 'reconcile',
    options: [
      ORDERS,
      { flags: '--audit', help: 'audit' },
      { flags: '--days <n>', help: 'days' },
      { flags: '--yes', help: 'yesAudit' },
      NO_WAIT,
    ],
    run: async () => (await import('./commands/reconcile.js')).runReconcile,
  },
  {
    name: 'settle',
    help: 'settle',
    argument: ORDER,
    options: [
      { flags: '--payment-id <id>', help: 'paymentId' },
      { flags: '--as <state>', help: 'as', choices: ['sold', 'cancelled', 'open'] },
      { flags: '--note <text>', help: 'note' },
      { flags: '--yes', help: 'yesSettle' },
    ],
    run: async () => (await import('./commands/settle.js')).runSettle,
  },
  { name: 'pull', help: 'pull', run: async () => (await import('./commands/pull.js')).runPull },
  {
    name: 'push',
    help: 'push',
    options: [
      { flags: '--dry-run', help: 'dryRunPush' },
      { flags: '--leave <order>', help: 'leave' },
      { flags: '--note <text>', help: 'leaveNote' },
    ],
    run: async () => (await import('./commands/push.js')).runPush,
  },
  { name: 'sync', help: 'sync', options: [LIMIT_SYNC], run: async () => (await import('./commands/sync.js')).runSync },
  {
    name: 'nightly',
    help: 'nightly',
    options: [...LIMITS, STOP_AFTER, LIMIT_SYNC, ...SHOP],
    run: async () => (await import('./nightly.js')).runNightly,
  },
  RUNS,
  REPORT,
  {
    name: 'import',
    help: 'import',
    argument: { name: '<file>', help: 'file' },
    options: [
      { flags: '--method-name <name=method>', help: 'methodName', repeats: true },
      { flags: '--status-name <number=name>', help: 'statusName', repeats: true },
    ],
    run: async () => (await import('./commands/import.js')).runImport,
  },
  { name: 'export', help: 'export', run: async () => (await import('./commands/export.js')).runExport },
  {
    name: 'backup',
    help: 'backup',
    argument: { name: '<file>', help: 'backupFile' },
    run: async () => (await import('./commands/backup.js')).runBackup,
  },
  {
    name: 'purge',
    help: 'purge',
    options: [
      { flags: '--before <date>', help: 'before' },
      { flags: '--dry-run', help: 'dryRunPurge' },
      { flags: '--yes', help: 'yesPurge' },
    ],
    run: async () => (await import('./commands/purge.js')).runPurge,
  },
  {
    name: 'simulator',
    help: 'simulator',
    options: [
      { flags: '--port <port>', help: 'port', fallback: '4430' },
      { flags: '--browser-port <port>', help: 'browserPort' },
      { flags: '--host <names>', help: 'host', fallback: '127.0.0.1' },
      { flags: '--orders <csv>', help: 'ordersCsv' },
      { flags: '--certs <dir>', help: 'certs', fallback: 'paygent-simulator-certs' },
      { flags: '--state <file>', help: 'state', fallback: 'paygent-simulator.db' },
      { flags: '--faults <file>', help: 'faults' },
      { flags: '--latency <ms>', help: 'latency', fallback: '0' },
      { flags: '--eccube <file>', help: 'eccube' },
      { flags: '--notify <url>', help: 'notify' },
      { flags: '--notify-key <key>', help: 'notifyKey' },
      { flags: '--notify-after <ms>', help: 'notifyAfter', fallback: '3000' },
    ],
    run: async () => (await import('./commands/simulator.js')).runSimulator,
  },
  {
    name: 'demo',
    help: 'demo',
    options: [{ flags: '--keep', help: 'keep' }],
    run: async () => (await import('./commands/demo.js')).runDemo,
  },
  {
    name: 'init',
    help: 'init',
    options: [{ flags: '--print', help: 'printOnly' }],
    run: async () => (await import('./commands/init.js')).runInit,
  },
  { name: 'profiles', help: 'profiles', run: async () => (await import('./commands/profiles.js')).runProfiles },
  { name: 'doctor', help: 'doctor', run: async () => (await import('./commands/doctor.js')).runDoctor },
  {
    name: 'completion',
    help: 'completion',
    argument: { name: '<shell>', help: 'shell', choices: SHELLS },
    run: async () => (await import('./commands/completion.js')).runCompletion,
  },
]
