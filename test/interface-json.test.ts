// Checks the JSON of docs/interface.md: each document is made of samples without an empty value, and has the fields of
// the page.
import type { PushedOrder } from '../src/attempts/shop-push.js'
import { planDocument } from '../src/batch/plan-file.js'
import { BY_NAME, planBatch } from '../src/batch/plan.js'
import type { PlanFile } from '../src/cli/plan-file.js'
import { loggablePush } from '../src/cli/shop-desk.js'
import { permit } from '../src/domain/permit.js'
import type { PaymentRecord } from '../src/domain/run.js'
import { AppError } from '../src/errors.js'
import type { NightlyReport } from '../src/jobs/nightly/report.js'
import type { PullReport } from '../src/jobs/pull.js'
import type { ReconcileReport } from '../src/jobs/reconcile/events.js'
import type { SyncReport } from '../src/jobs/sync/events.js'
import type { Backup } from '../src/mirror/backup.js'
import type { MirrorCheck } from '../src/mirror/journal/verify.js'
import { SIMULATOR_LOGIN } from '../src/simulator/telegram.js'
import { simulatorJson } from '../src/ui/simulator.js'
import { amendJson } from '../src/ui/amend.js'
import { doctorJson } from '../src/ui/doctor.js'
import { holdJson } from '../src/ui/hold.js'
import { importJson, type ImportView } from '../src/ui/import-result.js'
import { nightlyJson } from '../src/ui/nightly.js'
import { errorJson } from '../src/ui/errors.js'
import { orderJson } from '../src/ui/order-list.js'
import { planView } from '../src/ui/plan.js'
import { type ProfileRow, profilesJson } from '../src/ui/profiles.js'
import { pullJson } from '../src/ui/pull.js'
import { purgeJson, type PurgeView } from '../src/ui/purge.js'
import { pushJson } from '../src/ui/push.js'
import { reconcileJson } from '../src/ui/reconcile.js'
import { reportJson } from '../src/ui/report-data.js'
import { dryRunJson, resultJson } from '../src/ui/result.js'
import { runsJson } from '../src/ui/runs.js'
import { settleJson, type SettleView } from '../src/ui/settle.js'
import { showJson, type ShowView } from '../src/ui/show.js'
import type { StatusView } from '../src/ui/status.js'
import { syncJson } from '../src/ui/sync.js'
import { rules } from './domain/order-fixture.js'
import { EMBEDDED, folder, MANUAL_ORDERS, run as paygent } from './e2e/program.js'
import { anchorOf, cell, codesIn, pageAt, type Row } from './pages.js'
import { everyOutcome, sampleOrder } from './ui/sample-orders.js'
import { sampleReport } from './ui/sample-report.js'
import { expect, it } from 'vitest'

const page = pageAt('docs/interface.md')
const AT = '2026-11-23T19:30:00+09:00'

const order = sampleOrder()
const items = everyOutcome()
const run = {
  id: 7,
  operation: 'sale',
  environment: 'simulator',
  startedAt: AT,
  endedAt: AT,
  state: 'completed',
  host: 'shop-1',
  osUser: 'cron',
  acknowledgedAt: AT,
  quiet: false,
  total: 9,
  done: 9,
} as const

const difference = {
  orderId: '853',
  paymentId: '1000853',
  cause: 'moved',
  mirror: { status: '20', amountYen: 1_733 },
  paygent: { status: '60', amountYen: 1_733 },
  code: null,
  booked: true,
} as const

const reconciled: ReconcileReport = {
  settled: [{ orderId: '852', telegram: '101', outcome: 'accepted' }],
  open: [{ orderId: '870', telegram: '101', code: null, onHold: false }],
  attention: [{ orderId: '862', cause: 'late-arrival' }],
  differences: [difference],
  untold: [{ orderId: '871', code: null }],
  shopUnseen: 'shop-unreachable',
  stopped: false,
  audit: { asked: 4, notAsked: 1 },
}

const notice = {
  noticeId: '12',
  changeDate: AT,
  paymentType: '06',
  paymentId: '7001',
  tradingId: 'ABC123',
  status: '20',
  amountYen: 980,
}

const synced: SyncReport = {
  asked: 4,
  putOff: 1,
  untold: [{ orderId: '854', code: 'P008' }],
  aged: [{ orderId: '860', status: '44' }],
  differences: [difference],
  notices: {
    fetched: 5,
    applied: 3,
    otherTypes: 1,
    pending: 0,
    unknownPayments: [notice],
    stopped: { noticeId: '13', code: 'fields' },
  },
  purged: { noticeIds: [3], orderIds: ['853'] },
  stopped: false,
}

const pulled: PullReport = {
  added: 1,
  updated: 0,
  unchanged: 0,
  standing: 0,
  conflicts: [{ orderId: '852', differences: [{ field: 'total', mirror: 1, file: 2 }] }],
  unreadable: [{ orderId: '853', field: 'total', value: 'x' }],
  unreadableAsBefore: 0,
  sharedPayments: [{ paymentId: '1', orderIds: ['852', '853'], isNew: true }],
  gone: [{ orderId: '854', touched: true }],
}

const pushed: PushedOrder = {
  orderId: '852',
  fate: 'moved',
  kind: '101',
  paymentId: '1',
  errorText: '',
  found: { kind: '101', paymentId: '2' },
  code: null,
  needsPerson: false,
}

const payment: PaymentRecord = {
  paymentId: '1',
  tradingId: '852',
  status: '40',
  statusOrigin: 'paygent',
  heldAmountYen: 1,
  heldAmountAt: AT,
  current: true,
  supersededBy: null,
}

const shown: ShowView = {
  order,
  today: '2009-06-30',
  rules: rules({ single: true }),
  payments: [payment, { ...payment, paymentId: '2' }],
  attempts: [
    {
      attemptId: 1,
      runId: 7,
      position: 1,
      tryNumber: 1,
      request: 'sale',
      telegram: '101',
      carrier: 'docomo',
      paymentId: '1',
      newPaymentId: null,
      amountYen: 1,
      state: 'accepted',
      firstOutcome: 'accepted',
      code: null,
      detail: null,
      preparedAt: AT,
      settledAt: AT,
      osUser: 'cron',
    },
  ],
  attentionCause: null,

  machineState: 'known',
}

const status: StatusView = {
  version: '0.1.0',
  environment: 'simulator',
  mirrorPath: 'paygent.db',
  orders: 4,
  importedAt: AT,
  sale: { count: 1, yen: 1 },
  cancel: { count: 1, yen: 1 },
  toAsk: 0,
  running: { command: 'sale', since: AT, progress: { done: 3, total: 60 }, runId: 11, inFlight: 1 },
  lastNight: { startedAt: AT, endedAt: AT, exitCode: 0, fault: null, runId: 10 },
  expiring: { count: 1, yen: 1 },
  heldOrders: ['10880'],
  open: 0,
  attention: 1,
  attentionOrders: ['10862'],
  conflicts: 1,
  conflictOrders: ['10871'],
  shopErrors: 0,
  behindOrders: [],
  unacknowledged: [7],
  waitingStatuses: { orders: 1, yen: 2, statuses: [{ orderStatus: '8', orders: 1 }], setting: '8:hold' },
  doubleCharges: [{ orderId: '852', paymentIds: ['1'], anotherUnknown: true }],
  machineState: 'known',
  cutOff: '21:00',
  minutesToCutOff: 90,
}

const waitingStatuses = { orders: 1, yen: 2, statuses: [{ orderStatus: '8', orders: 1 }], setting: '8:hold' }

const imported: ImportView = {
  added: 4,
  updated: 0,
  unchanged: 0,
  skippedOtherMethods: 1,
  skippedMethods: [{ name: '代引き', count: 1 }],
  methodsSetting: 'd払い=docomo',
  warnings: { rounded: [{ orderId: '852', paymentId: '123456789012345000' }], unmatchedMethods: ['d払い'] },
  isEmpty: false,
  withoutStatus: false,
  waitingStatuses,
  withoutPayment: 0,
  sharedPayments: [{ paymentId: '1', orderIds: ['852'] }],
  conflicts: pulled.conflicts,
  standing: 0,
}

const { stopped: _stopped, audit: _audit, ...waiting } = reconciled
const night: NightlyReport = {
  ...waiting,
  shopAway: 'shop-unreachable',
  waiting: waitingStatuses,
  unshipped: { count: 1, yen: 2 },
  onHold: { count: 1, yen: 2 },
  conflicts: ['951'],
  pull: pulled,
  push: [pushed],
  pushFailed: null,
  sync: synced,
  sale: { run, items },
  over: ['sync', 'sale'],
  notBegun: { why: 'until', left: [order] },
  tooSlow: { perOrderMs: 900, endsAt: AT, left: 12 },
  expiring: [{ orderId: '880', lastDay: '2026-11-25', daysLeft: 2, shipped: false, onHold: true, totalYen: 12_800 }],
  unseen: [5],
  stopped: true,
}

const settled: SettleView = {
  request: { orderId: '852', paymentId: '1', as: null, note: null, settleMs: 1 },
  environment: 'simulator',
  payments: [payment],
  decision: { type: 'refused', why: 'nothing-waits' },
  unclear: {
    order,
    attempt: null,
    conflictForPaygent: false,
    several: false,
    anotherUnknown: false,
    codes: [],
    facts: [
      {
        paymentId: '1',
        tradingId: '852',
        status: '40',
        amountYen: 1,
        method: 'carrier',
        carrier: null,
        authorizedAt: null,
      },
    ],
  },
}

const sound: MirrorCheck = {
  ok: true,
  entries: 6,
  unchecked: { ordersWithoutRequest: 1, ordersOfOldEntries: 0, payments: 0, plans: 0, headOutside: false },
}
const broken: MirrorCheck = {
  ok: false,
  seq: 3,
  problem: 'contradicted',
  contradictions: [{ what: 'run', runId: 7, attemptId: 1, orderId: '852', field: 'state', mirror: 'a', trail: 'b' }],
}

const purged: PurgeView = {
  before: '2025-04-01',
  purged: 1,
  left: [{ orderId: '852', reason: 'conflict' }],
  dryRun: false,
  wiped: true,
}
const profiles: ProfileRow[] = [
  {
    name: 'shop-a',
    path: 'shop-a.env',
    state: {
      environment: 'simulator',
      mirrorPath: 'a.db',
      mirror: { orders: 4, open: 1, attention: 1, askedAt: AT },
    },
  },
  { name: 'shop-b', path: 'shop-b.env', state: new AppError('setting-missing', { name: 'PAYGENT_DB' }) },
]
const [known, faulty] = profilesJson(profiles, 'ja')
const backup: Backup = { path: 'backup.db', orders: 4, entries: 6, bytes: 4096 }
const refusal = { verdict: 'refused', reason: 'status', request: null, about: '40' } as const
const permissions = { sale: permit(order, 'sale', rules()), cancel: permit(order, 'cancel', rules()) }
const simulator = {
  url: '',
  otherUrls: [''],
  browserUrl: '',
  ca: '',
  clientCert: '',
  passphrase: '',
  ...SIMULATOR_LOGIN,
}
const ledger = { payments: 1, faults: 0, now: AT, offsetMs: 0 }
const plan = planView(planBatch([order], 'sale', rules()), 'simulator', '2009-06-30')

const planFile: PlanFile = { path: 'plan.json', id: 'p1', sha256: 'ab', validUntil: AT }
const head = {
  id: 'p1',
  mirrorId: 'm1',
  environment: 'simulator',
  merchantId: '12345',
  profile: 'manual',
  madeAt: AT,
  validUntil: AT,
}

/** Each document by its heading; several samples where no single one has all fields. */
const DOCUMENTS: Readonly<Record<string, readonly unknown[]>> = {
  'Result of a batch': [resultJson({ run, items, rules: rules() }, 'ja'), { ...dryRunJson(plan, AT, 'ja'), planFile }],
  'Plan file': [planDocument({ ...head, operation: 'sale' }, planBatch([order], 'sale', rules(), new Map()), BY_NAME)],
  'Run shown': [{ ...resultJson({ run, items, rules: rules() }, 'ja'), machineState: 'known' }],
  'List of runs': [runsJson([{ run, items }])],
  'Check of the trail': [sound, broken],
  Report: [reportJson(sampleReport(), 'simulator')],
  'List of orders': [orderJson([{ order, ...permissions, age: null, rules: { profile: 'manual' } }], 'ja')],
  'Order shown': [showJson(shown, 'ja')],
  'First screen': [status],
  Import: [importJson(imported)],
  Pull: [pullJson(pulled)],
  Push: [pushJson([pushed], false, null)],
  'Push left': [{ orderId: '852', left: true, reason: null }],
  Reconcile: [{ ...reconcileJson(reconciled), push: [loggablePush(pushed)], pushFailed: null }],
  Sync: [syncJson(synced)],
  'Report of the night': [
    nightlyJson(
      { report: night, environment: 'simulator', startedAt: AT, endedAt: AT, shippedOnly: true, rules: rules() },
      0,
      null,
    ),
  ],
  Settle: [settleJson(settled, 'ja')],
  Amend: [
    amendJson({ type: 'amended', before: order, after: order }, { profile: 'manual' }, 'ja'),
    amendJson({ type: 'refused', order, refusal, askedYen: 500 }, { profile: 'manual' }, 'ja'),
  ],
  Hold: [holdJson({ order, wasOnHold: false, age: null })],
  Backup: [backup],
  Purge: [purgeJson(purged)],
  Doctor: [doctorJson([{ check: 'proxy', level: 'ok', code: 'no-proxy', facts: {} }], 'ja')],
  'List of profiles': [[{ ...known, fault: faulty?.fault }]],
  Simulator: [
    simulatorJson(simulator, ledger, []),
    simulatorJson(simulator, ledger, [{ paymentId: '7', field: 'status', ledger: '40', given: '20' }]),
  ],
  Error: [errorJson(new AppError('unknown-run', { id: '7' }), 'ja')],
}

/** `results[].orderId`: where each value stands that holds no others. */
function pathsOf(value: unknown, at = ''): string[] {
  if (Array.isArray(value)) return value.length === 0 ? [`${at}[]`] : value.flatMap((one) => pathsOf(one, `${at}[]`))
  if (typeof value !== 'object' || value === null) return [at]
  return Object.entries(value).flatMap(([name, inner]) => pathsOf(inner, at === '' ? name : `${at}.${name}`))
}

/** The fields of a table; `a [summary](#summary)` stands for the fields of that table, and `…` for none of its own. */
function fieldsOf(heading: string): string[] {
  const [table] = page.tables(heading).filter(({ columns }) => columns[0] === 'field')
  return (table?.rows ?? []).flatMap((row) => expanded(row))
}

function expanded(row: Row): string[] {
  const [field = ''] = codesIn(cell(row, 'field'))
  const inner = shapes.get(/\]\(#([^)]+)\)/.exec(cell(row, 'value'))?.[1] ?? '')
  const below = inner === undefined ? [] : fieldsOf(inner)
  if (below.length === 0) return [field]
  return below.map((name) => (field === '' ? name : `${field}.${name}`))
}

const shapes = new Map(
  [...page.text.matchAll(/^### ([A-Z].*)$/gm)].map(([, heading = '']) => [anchorOf(heading), heading] as const),
)

it.each(Object.entries(DOCUMENTS))('%s has the fields of the page', (heading, documents) => {
  const found = new Set(documents.flatMap((document) => pathsOf(document)))
  expect([...found].toSorted()).toEqual([...new Set(fieldsOf(heading))].toSorted())
})

it('leaves no document of the page out', () => {
  const section = page.text.split('\n## JSON\n')[1]?.split('\n## ')[0] ?? ''
  const headings = [...section.matchAll(/^### (.+)$/gm)].map(([, heading]) => heading ?? '')
  const within = [...section.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor]) => anchor)
  const roots = headings.filter((heading) => !within.includes(anchorOf(heading)))
  // The night's report is linked from its setting, above.
  expect(roots).toEqual(Object.keys(DOCUMENTS))
})

/** Each document as the built program prints it, in this order. */
const PRINTED = [
  ['Import', 'import', MANUAL_ORDERS],
  ['Result of a batch', 'bulk-sale', '--orders', '853', '--dry-run'],
  ['Amend', 'amend', '853', '--total', '1000'],
  ['Hold', 'hold', '853', '--note', 'x'],
  ['Result of a batch', 'bulk-sale', '--orders', '852,864', '--yes'],
  ['Run shown', 'runs', 'show', '1'],
  ['List of runs', 'runs'],
  ['Check of the trail', 'runs', '--verify'],
  ['Report', 'report'],
  ['List of orders', 'orders'],
  ['Order shown', 'show', '852'],
  ['First screen', 'status'],
  ['Reconcile', 'reconcile', '--audit'],
  ['Sync', 'sync'],
  ['Settle', 'settle', '852', '--as', 'sold', '--note', 'x', '--yes'],
  ['Report of the night', 'nightly'],
  ['Backup', 'backup', 'copy.db'],
  ['Purge', 'purge', '--before', '2010-01-01', '--dry-run'],
  ['Doctor', 'doctor'],
] as const

it('lacks no field that the program prints', { timeout: 120_000 }, async () => {
  const cwd = folder()
  for (const [heading, ...args] of PRINTED) {
    const { stdout, stderr } = await paygent(cwd, [...args, '--format', 'json'], EMBEDDED)
    const printed = pathsOf(JSON.parse(stdout || JSON.stringify(stderr)))
    const known = fieldsOf(heading)
    // Where a value is null or a list is empty, what it would hold stands on the page.
    const missing = printed.filter(
      (path) => !known.some((one) => one === path || (/^[.[]/.test(one.slice(path.length)) && one.startsWith(path))),
    )
    expect([heading, missing]).toEqual([heading, []])
    expect([heading, printed.length > 1]).toEqual([heading, true])
  }
})
