// The manual's rule: the next batch begins only once the result of the last one has been looked at. Page 1.3 and 6.
import { AppError } from '../errors.js'
import type { RunRecord } from '../domain/run.js'
import { word } from '../ui/messages/texts.js'
import { resultText } from '../ui/result.js'
import type { BatchSetting } from './batch-setting.js'

/** On a terminal shows every result that nobody has looked at, and waits for each to be closed. */
export async function showUnseen(setting: BatchSetting): Promise<void> {
  const { context, mirror, wishes } = setting
  if (!wishes.mayAsk || wishes.dryRun) return
  for (const run of mirror.journal.unacknowledged()) {
    const { terminal, errorScreen } = context
    terminal.err(`${word('unseen-result', context.config.lang)}\n`)
    terminal.err(`${resultText({ run, items: mirror.journal.items(run.id) }, errorScreen)}\n`)
    if (!(await closeResult(run, setting))) throw new AppError('interrupted')
  }
}

/** Waits for Enter, the closing of the pop-up. Seen is all that it means; it settles nothing. */
export async function closeResult(run: Pick<RunRecord, 'id'>, { context, mirror }: BatchSetting): Promise<boolean> {
  context.terminal.err(`${word('close-result', context.config.lang)}\n`)
  const seen = await context.terminal.waitForEnter()
  if (seen) mirror.journal.acknowledge(run.id)
  // What follows ^C begins a line of its own.
  else context.terminal.err('\n')
  return seen
}
