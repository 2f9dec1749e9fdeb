// `paygent sale` and `paygent cancel`: one order by the very path of the batch, with what only a person may ask for.
import type { Operation } from '../../domain/order.js'
import type { BulkOptions } from '../batch-options.js'
import type { Cli } from '../cli.js'
import type { CommonOptions } from '../context.js'

type SingleOptions = CommonOptions &
  Pick<
    BulkOptions,
    | 'dryRun'
    | 'yes'
    | 'until'
    | 'maxOrders'
    | 'maxAmount'
    | 'wait'
    | 'pull'
    | 'push'
    | 'afterUnknown'
    | 'includeCancelled'
  >

export function addSingle(cli: Cli): void {
  for (const operation of ['sale', 'cancel'] as const) addOne(operation, cli)
}

function addOne(operation: Operation, cli: Cli): void {
  const { text } = cli
  const command = cli
    .command(operation, operation)
    .argument('<order>', text('order'))
    .option('--dry-run', text('dryRun'))
    .option('--yes', text('yes'))
    .option('--until <HH:MM>', text('until'))
    .option('--max-orders <n>', text('maxOrders'))
    .option('--max-amount <yen>', text('maxAmount'))
    .option('--no-wait', text('noWait'))
    .option('--no-pull', text('noPull'))
    .option('--no-push', text('noPush'))
    .option('--after-unknown', text('afterUnknown'))
    .option('--include-cancelled', text('includeCancelled'))
  cli.action<SingleOptions>(command, async (options, order = '') => {
    const { runBulk } = await import('../batch.js')
    return runBulk(operation, { ...options, orders: [order], stopAfter: '1', single: true }, cli)
  })
}
