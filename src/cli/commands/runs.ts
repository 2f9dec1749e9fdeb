// `paygent runs`: past batches, one result again, "I have looked at it", the audit trail. Page 3.1.
import { AppError, EXIT } from '../../errors.js'
import type { Mirror } from '../../mirror/open.js'
import type { Cli } from '../cli.js'
import { openContext, type CommonOptions, type Context } from '../context.js'
import { writeCsv } from '../output.js'
import { wholeOf } from '../selection.js'
import { jsonText } from '../../ui/json.js'

interface RunsOptions extends CommonOptions {
  readonly limit?: string
  readonly verify?: boolean
}

const LATEST = 20

export function addRuns(cli: Cli): void {
  const { text } = cli
  const command = cli.command('runs', 'runs').option('--limit <n>', text('limit')).option('--verify', text('verify'))
  cli.action<RunsOptions>(command, (options) => listRuns(options, cli))
  const showing = cli.subcommand(command, 'show', 'runsShow').argument('<id>', text('run'))
  cli.action<RunsOptions>(showing, (options, id = '') => showRun(id, options, cli))
  const acknowledging = cli.subcommand(command, 'ack', 'runsAck').argument('<id>', text('run'))
  cli.action<RunsOptions>(acknowledging, (options, id = '') => acknowledge(id, options, cli))
}

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

const listRuns = (options: RunsOptions, cli: Cli): Promise<number> =>
  options.verify ? verify(options, cli) : listLatest(options, cli)

const listLatest = (options: RunsOptions, cli: Cli): Promise<number> =>
  withMirror('read', options, cli, async ({ journal }, context) => {
    const limit = wholeOf('--limit', options.limit) ?? LATEST
    const { runsCsv, runsJson, runsText } = await import('../../ui/runs.js')
    const runs = journal.runs(limit).map((run) => ({ run, items: journal.items(run.id) }))
    const { format, terminal, screen } = context
    if (format === 'json') terminal.out(jsonText(runsJson(runs)))
    else if (format === 'csv') await writeCsv(runsCsv(runs), context)
    else terminal.out(`${runsText(runs, screen)}\n`)
    return EXIT.done
  })

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

const showRun = (id: string, options: RunsOptions, cli: Cli): Promise<number> =>
  withMirror('read', options, cli, async ({ journal }, context) => {
    const run = journal.run(wholeOf('<id>', id) ?? 0)
    if (run === null) throw new AppError('unknown-run', { id })
    const view = { run, items: journal.items(run.id) }
    const { format, terminal, screen, config } = context
    const [{ resultText }, { resultJson }, { resultCsv }] = await Promise.all([
      import('../../ui/result.js'),
      import('../../ui/result-json.js'),
      import('../../ui/result-csv.js'),
    ])
    if (format === 'json') terminal.out(jsonText(resultJson(view, config.lang)))
    else if (format === 'csv') await writeCsv(resultCsv(view, config.lang), context)
    else terminal.out(`${resultText(view, screen)}\n`)
    return EXIT.done
  })

const acknowledge = (id: string, options: RunsOptions, cli: Cli): Promise<number> =>
  withMirror('write', options, cli, async ({ journal }, context) => {
    const run = journal.run(wholeOf('<id>', id) ?? 0)
    if (run === null) throw new AppError('unknown-run', { id })
    const done = journal.acknowledge(run.id)
    const { acknowledgedText } = await import('../../ui/runs.js')
    if (!options.quiet) context.terminal.out(`${acknowledgedText(run.id, done, context.config.lang)}\n`)
    return EXIT.done
  })
