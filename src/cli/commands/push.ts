// `paygent push`: settled results back into the shop's own database. Page 3.1.
import type { Cli } from '../cli.js'
import type { PushOptions } from '../push.js'

export function addPush(cli: Cli): void {
  const command = cli
    .command('push', 'push')
    .option('--dry-run', cli.text('dryRunPush'))
    .option('--leave <order>', cli.text('leave'))
    .option('--note <text>', cli.text('leaveNote'))
  cli.action<PushOptions>(command, async (options) => {
    const { runPush } = await import('../push.js')
    return runPush(options, cli)
  })
}
