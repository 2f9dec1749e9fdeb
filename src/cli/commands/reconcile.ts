// `paygent reconcile`: its options. What it does is cli/reconcile.ts. Page 3.1.
import type { Cli } from '../cli.js'
import type { ReconcileOptions } from '../reconcile.js'

const gather = (value: string, before: readonly string[]): string[] => [...before, value]

export function addReconcile(cli: Cli): void {
  const { text } = cli
  const command = cli
    .command('reconcile', 'reconcile')
    .option('--orders <numbers>', text('ordersOption'), gather, [])
    .option('--audit', text('audit'))
    .option('--days <n>', text('days'))
    .option('--yes', text('yesAudit'))
    .option('--no-wait', text('noWait'))
  cli.action<ReconcileOptions>(command, async (options) => {
    const { runReconcile } = await import('../reconcile.js')
    return runReconcile(options, cli)
  })
}
