// `paygent bulk-sale` and `paygent bulk-cancel`: their options. What they do is cli/batch.ts. Page 3.1.
import type { Operation } from '../../domain/order.js'
import type { Cli } from '../cli.js'
import type { BulkOptions } from '../batch-options.js'
import { addFilters } from '../selection.js'

const gather = (value: string, before: readonly string[]): string[] => [...before, value]

export function addBulk(cli: Cli): void {
  for (const operation of ['sale', 'cancel'] as const) addOne(operation, cli)
}

function addOne(operation: Operation, cli: Cli): void {
  const { text } = cli
  const command = cli
    .command(`bulk-${operation}`, operation === 'sale' ? 'bulkSale' : 'bulkCancel')
    .option('--orders <numbers>', text('ordersOption'), gather, [])
    .option('--all', text('all'))
  addFilters(command, text)
    .option('--dry-run', text('dryRun'))
    .option('--yes', text('yes'))
    .option('--until <HH:MM>', text('until'))
    .option('--max-orders <n>', text('maxOrders'))
    .option('--max-amount <yen>', text('maxAmount'))
    .option('--stop-after <n>', text('stopAfter'), '3')
    .option('--no-wait', text('noWait'))
    .option('--no-pull', text('noPull'))
    .option('--no-push', text('noPush'))
    .option('--after-unknown', text('afterUnknown'))
    .option('--include-cancelled', text('includeCancelled'))
  cli.action<BulkOptions>(command, async (options) => {
    const { runBulk } = await import('../batch.js')
    return runBulk(operation, options, cli)
  })
}
