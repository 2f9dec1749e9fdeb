// `paygent runs`: lists past batches, shows a result again, acknowledges results, and verifies the audit trail.
import { freshnessOf } from '../../attempts/entry.js'
import { japanIso } from '../../clock.js'
import { asPutBack, type RunItem, type RunRecord } from '../../domain/run.js'
import { AppError, EXIT } from '../../errors.js'
import type { Mirror } from '../../mirror/open.js'
import { type Screen, underProfile } from '../../ui/screen.js'
import { isStranger, strangerText } from '../../ui/stranger.js'
import { type Cli, type CommonOptions, type Context, openContext } from '../context.js'
import { refuseTaken } from '../files.js'
import { listRules, withMirror } from '../mirror.js'
import { printInto, printResult, warnOfStranger } from '../output.js'
import { isClosed } from '../question.js'
import { doneItems, type Running, runningIn } from '../running.js'
import { listed, runNumber, wholeOf } from '../selection.js'

interface AckOptions extends CommonOptions {
  readonly all?: boolean
}

interface RunsOptions extends CommonOptions {
  readonly limit?: string
  readonly verify?: boolean
}

interface ShowOptions extends CommonOptions {
  readonly out?: string
}

const LATEST = 20

export async function runRuns(options: RunsOptions, { terminal, version }: Cli): Promise<number> {
  const context = await openContext(options, terminal, version)
  return options.verify ? verify(context) : listLatest(options, context)
}

const listLatest = (options: RunsOptions, context: Context): Promise<number> =>
  withMirror(context, 'read', async (mirror) => {
    const { journal, state } = mirror
    const limit = wholeOf('--limit', options.limit) ?? LATEST
    const stranger = isStranger(freshnessOf(state))
    const [rows, running] = mirror.atOneMoment(() => [
      journal.runs(limit).map((run) => ({ run, items: itemsIn(journal, run, stranger) })),
      runningIn(mirror),
    ])
    await printRuns(rows, running, context)
    if (stranger) warnOfStranger(context)
    return EXIT.done
  })

function itemsIn(journal: Mirror['journal'], run: RunRecord, stranger: boolean): readonly RunItem[] {
  const items = journal.items(run.id)
  return stranger ? asPutBack(run, items) : items
}

interface RunRow {
  readonly run: RunRecord
  readonly items: readonly RunItem[]
}

async function printRuns(rows: readonly RunRow[], running: Running | null, context: Context): Promise<void> {
  const { runningLine, runsCsv, runsJson, runsText } = await import('../../ui/runs.js')
  const shown = rows.map(({ run, items }) => ({
    run,
    items: doneItems(run, items, running),
    underWay: run.id === running?.run.id,
  }))
  const now = running === null ? '' : `\n${runningLine(running.run, context.config.lang)}`
  await printResult(context, {
    text: () => `${runsText(shown, context.screen)}${now}`,
    json: () => runsJson(rows),
    csv: () => runsCsv(rows),
  })
}

/** Reads the machine state first: what a batch writes meanwhile makes the mirror newer than it, and never older. */
async function verify(context: Context): Promise<number> {
  const outside = await withMirror(context, 'read', ({ state }) => state.head())
  return withMirror(context, 'read', async ({ journal }) => {
    const check = journal.verify(outside)
    const { verifyText } = await import('../../ui/verify.js')
    await printResult(context, { text: () => verifyText(check, context.screen), json: () => check })
    return check.ok ? EXIT.done : EXIT.bug
  })
}

export async function runRunsShow(options: ShowOptions, { terminal, version }: Cli, id: string): Promise<number> {
  const { out } = options
  if (out !== undefined) refuseTaken(out)
  const context = await openContext(options, terminal, version)
  return withMirror(context, 'read', async (mirror) => {
    const { journal, state } = mirror
    const machineState = freshnessOf(state)
    const stranger = isStranger(machineState)
    const rules = listRules(context.config, context.clock.nowMs())
    const [view, now] = mirror.atOneMoment(() => {
      const run = journal.run(runNumber('<id>', id)) ?? unknownRun(id)
      return [{ run, items: itemsIn(journal, run, stranger), rules }, runningIn(mirror)] as const
    })
    const { run, items } = view
    const running = run.id === now?.run.id ? now.run : null
    const { resultCsv, resultJson, resultText } = await import('../../ui/result.js')
    const { screen, config, clock } = context
    const draw = (on: Screen) => resultText({ ...view, items: doneItems(run, items, now), running }, on)
    await printInto(out, context, {
      text: () => draw(out === undefined ? screen : { ...screen, width: null, colour: false }),
      json: () => ({ ...resultJson(view, config.lang), machineState }),
      csv: () => resultCsv(view, config.lang),
      html: async () => {
        const notes = stranger ? [strangerText(config.lang)] : []
        return (await import('../../ui/page.js')).pageOf(draw, screen, japanIso(clock.nowMs()), { notes })
      },
    })
    if (stranger) warnOfStranger(context)
    return EXIT.done
  })
}

/** Acknowledges all the numbers or, where one of them is wrong, none. */
export async function runRunsAck(
  options: AckOptions,
  { terminal, version }: Cli,
  ...ids: readonly string[]
): Promise<number> {
  const other = ids[0] ?? (options.quiet ? '--quiet' : null)
  if (options.all && other !== null) throw new AppError('options-contradict', { first: '--all', second: other })
  if (!options.all && ids.flatMap(listed).length === 0) throw new AppError('missing-argument', { name: 'id' })
  const context = await openContext(options, terminal, version)
  if (options.all) return acknowledgeAll(context)
  return withMirror(context, 'write', async ({ journal }) => {
    const runs = ids.flatMap(listed).map((id) => journal.run(runNumber('<id>', id)) ?? unknownRun(id))
    await close(runs, journal, context)
    return EXIT.done
  })
}

function unknownRun(id: string): never {
  throw new AppError('unknown-run', { id })
}

/**
 * Acknowledges the runs that it has printed and no others: one that ends meanwhile, or could not be printed, stays open.
 * On a terminal the person has to confirm the list.
 */
function acknowledgeAll(context: Context): Promise<number> {
  return withMirror(context, 'write', async ({ journal }) => {
    const { terminal, format, config } = context
    const listed = [...journal.unacknowledged(), ...journal.quietRuns()].toSorted((a, b) => b.id - a.id)
    if (listed.length === 0 && format === 'table') {
      const { nothingToReview } = await import('../../ui/runs.js')
      terminal.out(`${underProfile(nothingToReview(config.lang), context.screen)}\n`)
      return EXIT.done
    }
    const rows = listed.map((run) => ({ run, items: journal.items(run.id) }))
    await printRuns(rows, null, context)
    if ((await terminal.lost()) !== null) return EXIT.stopped
    if (terminal.interrupted.aborted || (terminal.canAsk && !(await isClosed(context))))
      throw new AppError('interrupted')
    await close(listed, journal, format === 'table' ? context : null, true)
    return EXIT.done
  })
}

/**
 * @param context null where the output is for a program, which has the runs already
 * @param listed the runs stand on the screen already
 */
async function close(
  runs: readonly RunRecord[],
  journal: Mirror['journal'],
  context: Context | null,
  listed = false,
): Promise<void> {
  const { acknowledgedText } = await import('../../ui/runs.js')
  const closed = runs.map(({ id }) => ({ id, done: journal.acknowledge(id) }))
  if (context === null || context.options.quiet) return
  const lines = closed.map(({ id, done }) => acknowledgedText(id, done, context.config.lang))
  // The list that `--all` closes has named the profile.
  context.terminal.out(`${listed ? lines.join('\n') : underProfile(lines.join('\n'), context.screen)}\n`)
}
