// `paygent sync`: its options. What it does is cli/sync.ts. Page 3.1.
import type { Cli } from '../cli.js'
import type { SyncOptions } from '../sync.js'

export function addSync(cli: Cli): void {
  const command = cli.command('sync', 'sync').option('--limit <count>', cli.text('limitSync'))
  cli.action<SyncOptions>(command, async (options) => {
    const { runSync } = await import('../sync.js')
    return runSync(options, cli)
  })
}
