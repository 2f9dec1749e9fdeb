// `paygent report`: sums up a month, or some days, and checks the sums against the audit trail.
import { freshnessOf } from '../../attempts/entry.js'
import { japanDate, japanIso } from '../../clock.js'
import { type Period, type Report, reportOf } from '../../domain/report.js'
import { AppError, EXIT } from '../../errors.js'
import type { Mirror } from '../../mirror/open.js'
import { underProfile, withProfile } from '../../ui/screen.js'
import { isStranger, strangerText } from '../../ui/stranger.js'
import { type Cli, type CommonOptions, type Context, openContext } from '../context.js'
import { refuseTaken, writeNewFile } from '../files.js'
import { withMirror } from '../mirror.js'
import { tell, warnOfStranger } from '../output.js'
import { type Days, daysOf } from '../selection.js'

interface ReportOptions extends CommonOptions {
  readonly month?: string
  readonly from?: string
  readonly to?: string
  readonly out?: string
}

export async function runReport(options: ReportOptions, { terminal, version }: Cli): Promise<number> {
  const context = await openContext(options, terminal, version)
  const nowMs = context.clock.nowMs()
  const period = periodOf(options, japanDate(nowMs))
  const { out } = options
  if (out !== undefined) refuseTaken(out)
  return withMirror(context, 'read', async (mirror) => {
    const stranger = isStranger(freshnessOf(mirror.state))
    const report = readReport(mirror, period, nowMs)
    const content = await contentOf(report, context, { onScreen: out === undefined, stranger })
    if (out === undefined) terminal.out(content)
    else writeNewFile(out, content)
    await tellBesides(report, out ?? null, context)
    if (stranger) warnOfStranger(context)
    return report.differences.length > 0 ? EXIT.needsPerson : EXIT.done
  })
}

/** @param nowMs epoch milliseconds */
export const readReport = ({ report }: Pick<Mirror, 'report'>, period: Period, nowMs: number): Report =>
  reportOf(period, report.factsOf(period, nowMs), japanIso(nowMs))

/** The report in the format that was asked for, with the bytes of its encoding. */
async function contentOf(
  report: Report,
  { format, options, config, screen }: Context,
  { onScreen, stranger }: { onScreen: boolean; stranger: boolean },
): Promise<string | Buffer> {
  switch (format) {
    case 'json': {
      const [{ reportJson }, { jsonText }] = await Promise.all([
        import('../../ui/report-data.js'),
        import('../../ui/json.js'),
      ])
      return jsonText(withProfile(reportJson(report, config.environment), screen))
    }
    case 'csv': {
      const [{ reportCsv }, { encodeResult }] = await Promise.all([
        import('../../ui/report-data.js'),
        import('../../mirror/csv/encoding.js'),
      ])
      return encodeResult(reportCsv(report.lines), options.encoding ?? 'utf8')
    }
    case 'table': {
      const { reportText } = await import('../../ui/report.js')
      const shown = onScreen ? screen : { ...screen, width: null, colour: false }
      return `${underProfile(reportText(report, config.environment, shown), shown)}\n`
    }
    case 'html': {
      const [{ reportCharts }, { pageOf }, { reportText }] = await Promise.all([
        import('../../ui/charts.js'),
        import('../../ui/page.js'),
        import('../../ui/report.js'),
      ])
      const notes = stranger ? [strangerText(config.lang)] : []
      const charts = reportCharts(report, config.lang)
      return pageOf((on) => reportText(report, config.environment, on), screen, report.madeAt, { notes, charts })
    }
    default:
      return format satisfies never
  }
}

/** Tells of the file that was written, and of sums that the audit trail contradicts where no text has said so. */
async function tellBesides(report: Report, out: string | null, context: Context): Promise<void> {
  const { differencesText, reportWritten } = await import('../../ui/report.js')
  const { config, options, format } = context
  if (out !== null && !options.quiet) tell(context, reportWritten(out, report, config.lang))
  if (report.differences.length > 0 && (out !== null || format !== 'table'))
    tell(context, differencesText(report, config.lang))
}

const MONTH = /^\d{4}[-/](?:0[1-9]|1[0-2])$/

/**
 * The days that the options name; this month where they name none. An end that is missing is the month of the other
 * one.
 * @param today Japan date, `YYYY-MM-DD`
 * @throws AppError bad-value, impossible-range, options-contradict
 */
export function periodOf({ month, from, to }: Pick<ReportOptions, 'month' | 'from' | 'to'>, today: string): Period {
  const second = from !== undefined ? '--from' : to !== undefined ? '--to' : null
  if (month !== undefined && second !== null) throw new AppError('options-contradict', { first: '--month', second })
  if (month !== undefined || second === null) return monthOf(month ?? 'month', today)
  const first = from === undefined ? null : daysOf('--from', from, today).first
  const last = to === undefined ? null : daysOf('--to', to, today).last
  const begin = first ?? `${(last ?? today).slice(0, 7)}-01`
  const end = last ?? (begin > today ? begin : today)
  if (begin > end) throw new AppError('impossible-range', { first: begin, second: end })
  return { from: begin, to: end }
}

function monthOf(value: string, today: string): Period {
  const given = value.normalize('NFKC').trim()
  const days: Days = MONTH.test(given)
    ? daysOf('--month', 'month', `${given.replace('/', '-')}-01`)
    : namedMonth(value, today)
  return { from: days.first, to: days.last }
}

/** @throws AppError bad-value for days that are no month */
function namedMonth(value: string, today: string): Days {
  const days = /^(?:month|last-month|今月|先月)$/.test(value.normalize('NFKC').trim())
    ? daysOf('--month', value, today)
    : null
  if (days !== null) return days
  throw new AppError('bad-value', { name: '--month', value, expected: 'YYYY-MM, month, last-month' })
}
