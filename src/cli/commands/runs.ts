// `paygent runs`: past batches, one result again, "I have looked at it", the audit trail. Page 3.1.
import { standingOf } from '../../attempts/entry.js'
import { asPutBack, type RunItem, type RunRecord } from '../../domain/run.js'
import { AppError, EXIT } from '../../errors.js'
import type { Mirror } from '../../mirror/open.js'
import { jsonText } from '../../ui/json.js'
import { isStranger } from '../../ui/stranger.js'
import { type Cli, type CommonOptions, type Context, openContext } from '../context.js'
import { warnOfStranger, writeCsv } from '../output.js'
import { isClosed } from '../question.js'
import { wholeOf } from '../selection.js'

interface AckOptions extends CommonOptions {
  readonly all?: boolean
}

interface RunsOptions extends CommonOptions {
  readonly limit?: string
  readonly verify?: boolean
}

const LATEST = 20

async function withMirror(
  mode: 'read' | 'write',
  options: CommonOptions,
  { terminal, version }: Cli,
  work: (mirror: Mirror, context: Context) => Promise<number>,
): Promise<number> {
  const context = await openContext(options, terminal, version)
  const mirror = context.openMirror(mode)
  try {
    return await work(mirror, context)
  } finally {
    mirror.close()
  }
}

export const runRuns = (options: RunsOptions, cli: Cli): Promise<number> =>
  options.verify ? verify(options, cli) : listLatest(options, cli)

const listLatest = (options: RunsOptions, cli: Cli): Promise<number> =>
  withMirror('read', options, cli, async ({ journal, state }, context) => {
    const limit = wholeOf('--limit', options.limit) ?? LATEST
    const stranger = isStranger(standingOf(state))
    const itemsOf = (run: RunRecord): readonly RunItem[] => itemsIn(journal, run, stranger)
    await printRuns(journal.runs(limit), itemsOf, context)
    if (stranger) warnOfStranger(context)
    return EXIT.done
  })

function itemsIn(journal: Mirror['journal'], run: RunRecord, stranger: boolean): readonly RunItem[] {
  const items = journal.items(run.id)
  return stranger ? asPutBack(run, items) : items
}

type ItemsOf = (run: RunRecord) => readonly RunItem[]

async function printRuns(records: readonly RunRecord[], itemsOf: ItemsOf, context: Context): Promise<void> {
  const { runsCsv, runsJson, runsText } = await import('../../ui/runs.js')
  const rows = records.map((run) => ({ run, items: itemsOf(run) }))
  const { format, terminal, screen } = context
  if (format === 'json') terminal.out(jsonText(runsJson(rows)))
  else if (format === 'csv') await writeCsv(runsCsv(rows), context)
  else terminal.out(`${runsText(rows, screen)}\n`)
}

/** The record outside is read first: what a batch writes meanwhile makes the mirror newer than it, and never older. */
async function verify(options: RunsOptions, cli: Cli): Promise<number> {
  let outside: ReturnType<Mirror['state']['head']> = null
  await withMirror('read', options, cli, async ({ state }) => {
    outside = state.head()
    return EXIT.done
  })
  return withMirror('read', options, cli, async ({ journal }, { format, terminal, screen }) => {
    const check = journal.verify(outside)
    const { verifyText } = await import('../../ui/verify.js')
    terminal.out(format === 'json' ? jsonText(check) : `${verifyText(check, screen)}\n`)
    return check.ok ? EXIT.done : EXIT.bug
  })
}

export const runRunsShow = (options: RunsOptions, cli: Cli, id: string): Promise<number> =>
  withMirror('read', options, cli, async ({ journal, state }, context) => {
    const machineState = standingOf(state)
    const stranger = isStranger(machineState)
    const run = journal.run(wholeOf('<id>', id) ?? 0) ?? unknownRun(id)
    const view = { run, items: itemsIn(journal, run, stranger) }
    const { format, terminal, screen, config } = context
    const [{ resultText }, { resultJson }, { resultCsv }] = await Promise.all([
      import('../../ui/result.js'),
      import('../../ui/result.js'),
      import('../../ui/result.js'),
    ])
    if (format === 'json') terminal.out(jsonText({ ...resultJson(view, config.lang), machineState }))
    else if (format === 'csv') await writeCsv(resultCsv(view, config.lang), context)
    else terminal.out(`${resultText(view, screen)}\n`)
    if (stranger) warnOfStranger(context)
    return EXIT.done
  })

/** Several numbers or none of them: a wrong one is told before anything is closed. */
export function runRunsAck(options: AckOptions, cli: Cli, ...ids: readonly string[]): Promise<number> {
  if (options.all) return acknowledgeAll(ids, options, cli)
  if (ids.length === 0) throw new AppError('bad-value', { name: 'runs ack', value: '', expected: '7 8 9, --all' })
  return withMirror('write', options, cli, async ({ journal }, context) => {
    const runs = ids.map((id) => journal.run(wholeOf('<id>', id) ?? 0) ?? unknownRun(id))
    await close(runs, journal, context)
    return EXIT.done
  })
}

function unknownRun(id: string): never {
  throw new AppError('unknown-run', { id })
}

/**
 * Closes what it has shown and nothing else: the list is made once and printed, on a terminal a person has to close it,
 * and what ends in the meantime, or could not be printed, stays.
 */
function acknowledgeAll(ids: readonly string[], options: AckOptions, cli: Cli): Promise<number> {
  const other = ids[0] ?? (options.quiet ? '--quiet' : null)
  if (other !== null) throw new AppError('options-contradict', { first: '--all', second: other })
  return withMirror('write', options, cli, async ({ journal }, context) => {
    const { terminal, format, config } = context
    const listed = [...journal.unacknowledged(), ...journal.quietRuns()].toSorted((a, b) => b.id - a.id)
    if (listed.length === 0 && format === 'table') {
      const { nothingToReview } = await import('../../ui/runs.js')
      terminal.out(`${nothingToReview(config.lang)}\n`)
      return EXIT.done
    }
    await printRuns(listed, ({ id }) => journal.items(id), context)
    if ((await terminal.lost()) !== null) return EXIT.stopped
    if (terminal.interrupted.aborted || (terminal.canAsk && !(await isClosed(context))))
      throw new AppError('interrupted')
    await close(listed, journal, format === 'table' ? context : null)
    return EXIT.done
  })
}

/** @param context null where the output is for a program, and holds the runs already */
async function close(runs: readonly RunRecord[], journal: Mirror['journal'], context: Context | null): Promise<void> {
  const { acknowledgedText } = await import('../../ui/runs.js')
  for (const { id } of runs) {
    const done = journal.acknowledge(id)
    if (context !== null && !context.options.quiet)
      context.terminal.out(`${acknowledgedText(id, done, context.config.lang)}\n`)
  }
}
