// `paygent nightly`: its options. What it does is cli/nightly.ts. Page 3.1.
import type { Cli } from '../cli.js'
import type { NightlyOptions } from '../nightly.js'

export function addNightly(cli: Cli): void {
  const { text } = cli
  const command = cli
    .command('nightly', 'nightly')
    .option('--max-orders <n>', text('maxOrders'))
    .option('--max-amount <yen>', text('maxAmount'))
    .option('--stop-after <n>', text('stopAfter'), '3')
    .option('--limit <count>', text('limitSync'))
    .option('--no-wait', text('noWait'))
    .option('--no-pull', text('noPull'))
    .option('--no-push', text('noPush'))
  cli.action<NightlyOptions>(command, async (options) => {
    const { runNightly } = await import('../nightly.js')
    return runNightly(options, cli)
  })
}
