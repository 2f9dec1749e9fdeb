// The report of the night as JSON: for `--format json` and for the webhook. No name of a customer, no text of others.
import type { ExitCode } from '../errors.js'
import type { NightlyReport } from '../jobs/nightly/report.js'
import type { PullReport } from '../jobs/pull/pull.js'
import type { NightlyView } from './nightly.js'
import { summaryJson } from './result.js'
import { syncJson } from './sync.js'

/** @param fault the code of the error that ended the night, or null */
export function nightlyJson(view: NightlyView, exitCode: ExitCode, fault: string | null) {
  const { report, environment, startedAt, endedAt } = view
  const {
    settled,
    differences,
    untold,
    open,
    attention,
    sync,
    sale,
    over,
    notBegun,
    tooSlow,
    expiring,
    unseen,
    stopped,
  } = report
  const { notices, ...synced } = syncJson(sync)
  const unknownPayments = notices.unknownPayments.map(({ noticeId, paymentId, status, amountYen }) => ({
    noticeId,
    paymentId,
    status,
    amount: amountYen,
  }))
  return {
    environment,
    startedAt,
    endedAt,
    exitCode,
    fault,
    stopped,
    over,
    shopAway: report.shopAway,
    pull: report.pull === null ? null : pulledJson(report.pull),
    push: report.push.map(({ orderId, fate, kind, paymentId, code }) => ({ orderId, fate, kind, paymentId, code })),
    pushFailed: report.pushFailed,
    sale: sale === null ? null : saleJson(sale),
    notBegun: notBegun === null ? null : { why: notBegun.why, orders: notBegun.left.map(({ orderId }) => orderId) },
    tooSlow,
    reconcile: { settled, differences, untold, shopUnseen: report.shopUnseen },
    sync: { ...synced, notices: { ...notices, unknownPayments } },
    expiring: expiring.map(({ totalYen, ...rest }) => ({ ...rest, total: totalYen })),
    open,
    attention,
    unseenRuns: unseen,
    waitingStatuses: report.waiting,
    unshipped: { orders: report.unshipped.count, yen: report.unshipped.yen },
  }
}

/** Numbers and the names of fields: what stood in them may be a customer's name. */
const pulledJson = ({ added, updated, unchanged, standing, conflicts, unreadable, gone }: PullReport) => ({
  added,
  updated,
  unchanged,
  standing,
  conflicts: conflicts.map(({ orderId, differences }) => ({ orderId, fields: differences.map(({ field }) => field) })),
  unreadable: unreadable.map(({ orderId, field }) => ({ orderId, field })),
  gone,
})

function saleJson({ run, items }: NonNullable<NightlyReport['sale']>) {
  const sums = new Map<string, { method: string; request: string; orders: number; yen: number }>()
  for (const { order, request, outcome, amountYen } of items) {
    if (outcome !== 'accepted' || request === null) continue
    const method = order.carrier ?? order.method
    const sum = sums.get(`${method} ${request}`) ?? { method, request, orders: 0, yen: 0 }
    sums.set(`${method} ${request}`, { ...sum, orders: sum.orders + 1, yen: sum.yen + (amountYen ?? 0) })
  }
  return {
    run: { id: run.id, state: run.state, startedAt: run.startedAt, endedAt: run.endedAt },
    accepted: [...sums.values()],
    summary: summaryJson(items.map(({ outcome, amountYen }) => ({ outcome, amount: amountYen }))),
    undone: items
      .filter(({ outcome }) => outcome !== 'accepted')
      .map(({ order, request, outcome, reason, code }) => ({ orderId: order.orderId, request, outcome, reason, code })),
  }
}
