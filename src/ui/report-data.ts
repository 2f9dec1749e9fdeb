// Writes a report for programs and for the books: JSON, and CSV with one line for each accepted request.
import {
  kindOfLine,
  loweredYenOf,
  type Report,
  type ReportChange,
  type ReportLine,
  type ReportRequest,
} from '../domain/report.js'
import { csvTable, type CsvValue } from '../text/csv.js'
import { listDate, listTime } from '../text/numbers.js'
import { reportKind } from './report.js'
import { netYenOf } from './summary.js'
import { actionName, shortMethod, word } from './words.js'

/** A request as the JSON has it: docs/interface.md#report-request. */
const requestJson = (one: ReportRequest) => ({
  at: one.at,
  datedBy: one.datedBy,
  runId: one.runId,
  position: one.position,
  orderId: one.orderId,
  orderedAt: one.orderedAt,
  customerName: one.customerName,
  method: one.method,
  carrier: one.carrier,
  request: one.request,
  telegram: one.telegram,
  outcome: one.outcome,
  reason: one.reason,
  amount: one.amountYen,
  heldAmount: one.heldAmountYen,
  money: one.movement?.way ?? null,
  netYen: netYenOf(one),
  paymentId: one.paymentId,
  newPaymentId: one.newPaymentId,
  osUser: one.osUser,
})

const bookingJson = (line: ReportLine) => ({
  ...requestJson(line),
  kind: kindOfLine(line),
  loweredYen: loweredYenOf(line),
})

const changeJson = ({ line, changedAt, before, after, netYen }: ReportChange) => ({
  ...requestJson(line),
  changedAt,
  before,
  after,
  changedYen: netYen,
})

/** `report --format json`, docs/interface.md#report. */
export const reportJson = (report: Report, environment: string) => ({
  environment,
  period: report.period,
  madeAt: report.madeAt,
  over: report.over,
  total: report.total,
  days: report.days,
  payers: report.payers,
  cells: report.cells,
  outcomes: report.outcomes,
  lost: report.lost,
  soldElsewhere: report.elsewhere,
  open: report.open.map(requestJson),
  changedLater: report.changedLater.map(changeJson),
  ofEarlier: report.ofEarlier.map(changeJson),
  bookings: report.lines.map(bookingJson),
  contradictions: report.differences,
})

/** The books are kept in Japanese, whatever the language of the screen is. */
const HEADER = [
  '日時',
  '処理番号',
  '受注番号',
  '受注日',
  'お名前',
  '支払方法',
  'キャリア',
  '処理内容',
  '区分',
  '金額（円）',
  '送信金額（円）',
  '減額（円）',
  '決済ID',
  '新しい決済ID',
  '担当者',
  '日時の根拠',
] as const

const DATED_BY = {
  answer: '応答',
  paygent: 'ペイジェント',
  intent: '送信記録',
} as const satisfies Record<ReportLine['datedBy'], string>

const cellsOf = (line: ReportLine): CsvValue[] => [
  `${listTime(line.at)}${line.at.slice(16, 19)}`,
  line.runId,
  line.orderId,
  line.orderedAt === '' ? null : listDate(line.orderedAt),
  line.customerName,
  word(`method.short.${line.method}`, 'ja'),
  line.carrier === null ? null : shortMethod(line, 'ja'),
  actionName(line.request, 'ja'),
  reportKind(kindOfLine(line), 'ja'),
  netYenOf(line),
  line.amountYen,
  loweredYenOf(line),
  line.paymentId,
  line.newPaymentId,
  line.osUser,
  DATED_BY[line.datedBy],
]

/** `report --format csv`: 金額 is what the shop has more by the request, negative for a refund, 0 for a release. */
export const reportCsv = (lines: readonly ReportLine[]): string => csvTable(HEADER, lines.map(cellsOf))
