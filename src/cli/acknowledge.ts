// The manual's rule: the next batch begins only once the result of the last one has been looked at. Page 1.3 and 6.
import type { RunRecord } from '../domain/run.js'
import { AppError } from '../errors.js'
import { fitText } from '../text/width.js'
import { resultText } from '../ui/result.js'
import { word } from '../ui/words.js'
import type { BatchSetting } from './batch-options.js'
import type { Context } from './context.js'

/** Runs without a terminal that went well are told in one line, which closes them. */
async function tellQuiet({ context, mirror: { journal } }: BatchSetting): Promise<void> {
  const rows = journal.quietRuns().map((run) => ({ run, items: journal.items(run.id) }))
  if (rows.length === 0) return
  const { quietLine } = await import('../ui/runs.js')
  context.terminal.err(`${fitText(quietLine(rows, context.config.lang), context.errorScreen)}\n`)
  for (const { run } of rows) journal.acknowledge(run.id)
}

/** On a terminal shows every result that nobody has looked at, and waits for each to be closed. */
export async function showUnseen(setting: BatchSetting): Promise<void> {
  const { context, mirror, request } = setting
  if (!request.mayAsk || request.dryRun) return
  await tellQuiet(setting)
  for (const run of mirror.journal.unacknowledged()) {
    const { terminal, errorScreen } = context
    terminal.err(`${word('unseen-result', context.config.lang)}\n`)
    terminal.err(`${resultText({ run, items: mirror.journal.items(run.id) }, errorScreen)}\n`)
    if (!(await closeResult(run, setting))) throw new AppError('interrupted')
  }
}

/** Waits for Enter, the closing of the pop-up. Seen is all that it means; it settles nothing. */
export async function closeResult(run: Pick<RunRecord, 'id'>, { context, mirror }: BatchSetting): Promise<boolean> {
  const seen = await isClosed(context)
  if (seen) mirror.journal.acknowledge(run.id)
  return seen
}

/** True for Enter, false for all else that ends the waiting. After a signal, or for a result that was lost, nobody is asked. */
export async function isClosed({ terminal, config }: Pick<Context, 'terminal' | 'config'>): Promise<boolean> {
  if (terminal.interrupted.aborted || (await terminal.lost()) !== null) return false
  terminal.err(`${word('close-result', config.lang)}\n`)
  const seen = await terminal.waitForEnter()
  // What follows ^C begins a line of its own.
  if (!seen) terminal.err('\n')
  return seen
}
