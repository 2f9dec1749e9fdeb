// `paygent settle`: its options. What it does is cli/settle.ts. Page 3.1.
import { Option } from 'commander'
import type { Cli } from '../cli.js'
import type { SettleOptions } from '../settle.js'

const STANDINGS: readonly NonNullable<SettleOptions['as']>[] = ['sold', 'cancelled', 'open']

export function addSettle(cli: Cli): void {
  const { text } = cli
  const command = cli
    .command('settle', 'settle')
    .argument('<order>', text('order'))
    .option('--payment-id <id>', text('paymentId'))
    .addOption(new Option('--as <state>', text('as')).choices(STANDINGS))
    .option('--note <text>', text('note'))
    .option('--yes', text('yesSettle'))
  cli.action<SettleOptions>(command, async (options, order = '') => {
    const { runSettle } = await import('../settle.js')
    return runSettle(order, options, cli)
  })
}
