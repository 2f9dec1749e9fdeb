// `paygent pull`: the mirror from the shop's own database. Page 3.1.
import type { Cli } from '../cli.js'
import type { CommonOptions } from '../context.js'

export function addPull(cli: Cli): void {
  cli.action<CommonOptions>(cli.command('pull', 'pull'), async (options) => {
    const { runPull } = await import('../pull.js')
    return runPull(options, cli)
  })
}
