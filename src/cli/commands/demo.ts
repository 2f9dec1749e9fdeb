// `paygent demo`: its options. What it does is cli/demo.ts.
import type { Cli } from '../cli.js'
import type { CommonOptions } from '../context.js'

export function addDemo(cli: Cli): void {
  cli.action<CommonOptions>(cli.command('demo', 'demo'), async (options) => {
    const { runDemo } = await import('../demo.js')
    return runDemo(options, cli)
  })
}
